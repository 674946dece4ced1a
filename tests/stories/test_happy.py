"""The story of a happy customer, from a kind word to helping against a rumour and out again."""

from pathlib import Path

from ascolta import bootstrap
from ascolta.briefing import Briefed, Order, brief
from ascolta.core.advocate import Stand, Wanted
from ascolta.core.case import Status
from ascolta.files.helping import load_helping
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.voice import approve, approved_words, prepare
from tests.stories.town import Town, town

ACME = bootstrap.example()
HELPING = load_helping(ACME)
SCOPE = HELPING.scopes["corrections"]
RUMOUR = load_statements(ACME)["lunaro-stays"]


def corrected(it: Town, *names: str) -> None:
    """The prepared correction is approved by these people."""
    facts = approved_facts(ACME, it.now)
    prepare(it.statements, "acme", RUMOUR, facts, ("Ann", it.now))
    for name in names:
        approve(it.statements, "acme", RUMOUR, facts, (name, it.now))


def briefed(it: Town, about: str = "lunaro-stays 1") -> Briefed:
    """Those who agreed are told of the correction, as a step of a plan would."""
    brand = it.brands.by_id["acme"]
    words = approved_words(it.statements, "acme", RUMOUR, approved_facts(ACME, it.now))
    wanted = Wanted(scope=SCOPE, about=about, topic=RUMOUR.topic)
    order = Order(brand=brand, wanted=wanted, statement=words, by="Carla", words=HELPING.words, urgent=True)
    return brief((it.store, it.advocates, {"x": it.twin}), order, it.now, bootstrap.lookups([it.source]))


def test_a_happy_customer(tmp_path: Path) -> None:
    """Asked once, in words that two people saw; helps as far as he agreed; gone at a word of his."""
    with town(tmp_path) as it:
        # He thanks us. One person may answer that; instead of thanks alone, he is asked for something, once.
        it.says("miles_canary", "@acmeair thank you, the crew was lovely!")
        it.passes(60)
        assert "Ask this person to help us, once" in it.page("Ann")
        it.does("Ann", "ask", scope="corrections")
        wording = it.case().draft
        assert "Acme Air asked you" in wording
        assert it.does("Bob", "approve") == 200
        assert it.speaks().sent == 1
        assert it.said == [wording]
        it.says("miles_canary", "@acmeair thank you again, lovely crew!")
        it.passes(60)
        assert "Ask this person" not in it.page("Ann")
        it.does("Ann", "ask", scope="corrections")
        assert it.case().draft == ""

        # Nobody is on any list yet: only his own yes, said to us, puts him there, for half a year at the most.
        corrected(it, "Ann", "Bob")
        assert briefed(it).told == 0
        it.says("miles_canary", "@acmeair yes, gladly, count me in", in_reply_to="p1")
        it.passes(600)
        assert "We asked this person for help" in it.page("Bob")
        it.does("Bob", "agree")
        [one] = it.advocates.all("acme")
        assert one.stand is Stand.AGREED
        assert one.terms is not None
        assert one.terms.wording == wording
        assert it.holds("miles_canary", "gladly") == []

        # A rumour spreads, all speaking is paused, and a step of the plan asks him. He is told to say who asked him.
        it.store.pause("acme", "A plan was accepted.", it.now)
        assert briefed(it).told == 1
        [(account, message)] = it.twin.messages.values()
        assert account.lstrip("@") == "miles_canary"
        assert "Lunaro" in message
        assert one.terms.disclosure in message

        # Not twice about one thing, and not more often than he agreed to: twice in thirty days.
        it.now += 3_600
        assert briefed(it).told == 0
        assert briefed(it, "lunaro-stays 2").told == 1
        assert briefed(it, "lunaro-stays 3").told == 0

        # He has had enough, and says so in three words. From then on nobody can find him to ask again.
        it.says("miles_canary", "@acmeair no more please")
        it.passes(60)
        assert it.advocates.all("acme") == []
        it.now += 40 * 86_400
        assert briefed(it, "lunaro-stays 4").told == 0
        assert len(it.twin.messages) == 2
        assert {"asked", "agreed", "briefed", "withdrawn"} <= set(it.acts)


def test_a_complaint_is_never_asked_for_a_favour(tmp_path: Path) -> None:
    """Whoever complains, or praised us without speaking to us, is not asked."""
    with town(tmp_path) as it:
        it.says("rita_canary", "@acmeair my suitcase is lost and nobody answers!")
        it.passes(60)
        assert "Ask this person" not in it.page("Ann")
        it.does("Ann", "ask", scope="corrections")
        assert (it.case().draft, it.advocates.all()) == ("", [])
        it.says("rita_canary", "@acmeair thank you, the crew was lovely!")
        it.passes(60)
        assert "Ask this person" not in it.page("Ann")
        it.does("Ann", "ask", scope="corrections")
        assert (it.case().draft, it.advocates.all()) == ("", [])
        it.says("otto_canary", "my sister works for acme air and she loves it")
        it.passes(60)
        assert it.case().status is Status.OPEN
        assert len(it.store.cases()) == 2
