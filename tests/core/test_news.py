"""What people outside the desk are told, and that nothing personal is in it."""

import random
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.alert import AlertChange, State, Vigil
from ascolta.core.news import BODY, LISTED, SUBJECT, letter, masked, of_change, of_handover, of_words
from ascolta.core.plan import Plan
from ascolta.core.redact import find
from ascolta.core.risk import Risk
from ascolta.core.routing import NewsKind, Notice
from tests.conftest import NOW

WHY = "41 complaints in 15 minutes where 3 are usual at this hour: about once in 19 days for this brand."
ACME = ("acme", "Acme Air")
PLAN = Plan(name="outage", title="Something is down and people say so", owner="head of care", steps=())
FACTS = (
    "ann.canary@example.com", "+44 20 7946 0123", "@ann_canary", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111",
    "https://example.com/reset?token=canary1234567890abcdef", "203.0.113.9",
)  # fmt: skip


def change(stream: str = "complaint", new: State = State.ALERT, why: str = WHY) -> AlertChange:
    """A change of Acme's alert."""
    old = State.CALM if new is State.ALERT else State.ALERT
    return AlertChange(brand="acme", stream=stream, old=old, new=new, at=NOW, score=1.3, once_in_days=19, why=why)


def queued(*subjects: str) -> list[Notice]:
    """Notices with these subjects."""
    made = [of_words(NewsKind.STEP, "acme", (one, f"about {one}"), NOW, one) for one in subjects]
    return [Notice(news=news, desk="care", queued=NOW, due=NOW) for news in made]


def test_a_change_is_told_in_figures() -> None:
    """Brand and stream in the subject; the detector's sentence, the time and the plan's title in the body."""
    news = of_change(ACME, change(), PLAN)
    assert (news.subject, news.stream, news.state, news.topic) == (
        "Acme Air: complaints rise", "complaint", "alert", "",
    )  # fmt: skip
    assert news.body.split("\n") == [
        WHY,
        "Seen 1970-01-12 13:46 UTC.",
        "The plan for it: Something is down and people say so. A person has to accept it at the desk.",
    ]
    over = of_change(ACME, change(new=State.CALM), None)
    assert (over.subject, over.state) == ("Acme Air: calm again", "calm")
    assert "plan" not in over.body


def test_an_alert_on_a_topic_has_its_topic() -> None:
    """A stream of a topic is told and asked for by the topic's name."""
    news = of_change(ACME, change("topic:bags"), None)
    assert (news.subject, news.stream, news.topic) == ("Acme Air: about bags", "", "bags")


def test_the_kind_of_risk_is_told_without_anybodys_data() -> None:
    """The grade stands in the subject, the kind of risk in the body; what looks like personal data in it is masked."""
    risk = Risk(grade="crisis", rule="r", why="Ask ann@example.com now.", hour=40, complaints=60, negatives=70)
    news = of_change(ACME, replace(change(), risk=risk), PLAN)
    assert news.subject == "Acme Air: crisis: complaints rise"
    assert "60 % of the last hour's 40 mentions complain" in news.body
    assert "ann@example.com" not in news.body
    assert (news.risk, news.once_in_days) == (risk, 19)


def test_each_change_has_one_key() -> None:
    """The same change is the same news; another stream, state or time is other news."""
    assert of_change(ACME, change(), None).key == of_change(ACME, change(), PLAN).key
    keys = {of_change(ACME, change(stream, new), None).key for stream in ("all", "complaint") for new in State}
    assert len(keys) == 4


@pytest.mark.parametrize("fact", FACTS)
def test_personal_data_is_masked_wherever_it_comes_from(fact: str) -> None:
    """In a reason, in a plan's title, in the words of a step: no fact goes out."""
    plan = Plan(name="p", title=f"Call {fact} now", owner="", steps=())
    told = [of_change(ACME, change(why=f"{WHY} Ask {fact} why."), plan)]
    told.append(of_words(NewsKind.STEP, "acme", (f"Write to {fact}", f"It is {fact}."), NOW, "k"))
    for news in told:
        assert fact not in news.subject + news.body
        assert "canary" not in news.subject + news.body
    assert "[" in told[0].body


def test_special_categories_stay_in_a_plan() -> None:
    """A plan for a recall speaks of health, and speaks of nobody's."""
    text = "Recall: the product may cause an allergic reaction and diabetes"
    assert masked(text, BODY) == text
    assert any(span.type == "HEALTH" for span in find(text))


def test_what_the_detector_says_is_never_mistaken_for_a_person() -> None:
    """None of its figures is masked, small or large, so that alarms stay readable."""
    chance = random.Random(7)
    seen = 0
    for base in (0, 1, 5, 40, 300, 2_000):
        vigil = Vigil("acme")
        for tick in range(3_000):
            surge = base * 30 + 40 if tick % 900 > 880 else 0
            counts = {stream: chance.randint(0, base) + surge for stream in ("all", "negative", "complaint")}
            found = vigil.tick(NOW + 300.0 * tick, counts)
            if found is not None:
                seen += 1
                assert "[" not in of_change(ACME, found, PLAN).body
    assert seen > 10


def test_a_handover_tells_how_many_and_to_whom() -> None:
    """A number and the desk's name, and nothing of any case."""
    assert of_handover(ACME, "people", 1, NOW, "1").subject == "Acme Air: a case was handed to 'people'"
    assert of_handover(ACME, "people", 3, NOW, "1").subject == "Acme Air: 3 cases were handed to 'people'"
    assert of_handover(ACME, "people", 3, NOW, "1").key != of_handover(ACME, "people", 3, NOW, "2").key


def test_one_notice_is_told_as_it_is() -> None:
    """Its subject and its body, and where the desk is if that is known."""
    assert letter(queued("a")) == ("a", "about a")
    assert letter(queued("a"), "https://desk.example.com") == ("a", "about a\nThe desk: https://desk.example.com")


def test_several_are_told_in_one_message() -> None:
    """The latest in the subject, each in a line of the body, and of very many only the last."""
    subject, body = letter(queued("a", "b"))
    assert subject == "b (2 messages)"
    assert body.split("\n") == ["2 messages, the latest last:", "- a. about a", "- b. about b"]
    _, many = letter(queued(*map(str, range(100))), "https://desk.example.com")
    lines = many.split("\n")
    assert (len(lines), lines[1], lines[-1]) == (LISTED + 3, "- 88 earlier ones", "The desk: https://desk.example.com")


@given(st.text(alphabet=string.printable + "\u202e\u200b\U000e0041ä€", max_size=400), st.integers(1, 300))
def test_a_message_is_bounded_and_holds_nothing_unseen(text: str, most: int) -> None:
    """Whatever a text holds, what is told is no longer than allowed and shows all its characters."""
    said = masked(text, most)
    assert len(said) <= most
    assert all(char.isprintable() or char == "\n" for char in said)


def test_a_subject_has_one_line() -> None:
    """A line break in a subject would be a header of its own in a mail."""
    news = of_words(NewsKind.STEP, "acme", ("a\r\nBcc: x\n" + "s" * 500, "b" * 5_000), NOW, "k")
    assert "\n" not in news.subject
    assert (len(news.subject), len(news.body)) == (SUBJECT, BODY)
