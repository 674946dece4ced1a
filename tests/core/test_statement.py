"""Prepared statements: who must approve what, words from approved facts only, and what each kind has to say."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.days import DAY
from ascolta.core.drafting.fact import Fact
from ascolta.core.drafting.fact import Facts as AllFacts
from ascolta.core.prepared import faults
from ascolta.core.reply import ReplyState
from ascolta.core.statement import (
    Edition,
    Statement,
    StatementAct,
    StatementEvent,
    StatementKind,
    StatementState,
    approved,
    digest,
    fold,
    moment,
    places,
    postings,
    refuse_now,
    standing,
    worded,
)
from ascolta.errors import CaseError
from tests.conftest import NOW

SAID = {("bags-late", "en"): "Bags are two hours late.", ("bags-late", "de"): "Koffer kommen zwei Stunden später."}
HOLDING = Statement(
    name="we-know", kind=StatementKind.HOLDING, next_update=3_600.0, where={"x": ("en",), "mastodon": ("en", "de")},
    text={"en": "{bags-late} More by {next_update}.", "de": "{bags-late} Mehr bis {next_update}."},
)  # fmt: skip
CORRECTION = Statement(
    name="stays", kind=StatementKind.CORRECTION, corrects={"en": "flights to Lunaro"}, where={"x": ("en",)},
    text={"en": "About {corrects}: they go on."},
)  # fmt: skip
APOLOGY = Statement(
    name="sorry", kind=StatementKind.APOLOGY, where={"mastodon": ("en",)}, text={"en": "We were wrong. We change it."}
)
EMPTY = Edition(brand="acme", statement="we-know")


def facts(name: str, language: str) -> str | None:
    """What stands in the facts of these tests."""
    return SAID.get((name, language))


def act(kind: StatementAct, by: str = "Ann", said: str = "d", approve: int = 2, at: float = NOW) -> StatementEvent:
    """Something that somebody does."""
    return StatementEvent(kind=kind, at=at, by=by, digest=said, approve=approve)


PREPARED, APPROVED, RELEASED, WITHDRAWN = StatementAct


def test_a_statement_is_prepared_approved_and_released() -> None:
    """Two different people approve the same words, then it may go out; nothing else leads there."""
    edition = fold(EMPTY, [act(PREPARED), act(APPROVED)])
    assert (edition.state, edition.due, edition.number) == (StatementState.PREPARED, 1, 1)
    with pytest.raises(CaseError, match="another person"):
        fold(edition, [act(APPROVED, " ann ")])
    with pytest.raises(CaseError, match="prepared cannot be released"):
        fold(edition, [act(RELEASED)])
    edition = fold(edition, [act(APPROVED, "Bob")])
    assert (edition.state, edition.approved_by) == (StatementState.APPROVED, ("Ann", "Bob"))
    assert fold(edition, [act(RELEASED, "Carla")]).state is StatementState.RELEASED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "Ann  Lee"), ("Ann Lee", "ann-lee."), ("Zo\u00eb", "Zoe\u0308"), ("Zoë", "Zoe"),
        ("Ann", "Ann\u200b"), ("Ann", "Ａｎｎ"), ("Ann", "\tANN"),
    ],
)  # fmt: skip
def test_a_name_written_otherwise_is_no_other_person(one: str, other: str) -> None:
    """Blanks, accents, width, signs and what is not seen make nobody into two; what was recorded so stays readable."""
    once = fold(EMPTY, [act(PREPARED), act(APPROVED, one)])
    with pytest.raises(CaseError, match="another person"):
        refuse_now(once, act(APPROVED, other))
    refuse_now(once, act(APPROVED, "Bob"))
    with pytest.raises(CaseError, match="needs the name"):
        refuse_now(once, act(APPROVED, "\u200b-"))


def test_an_all_clear_needs_one_and_all_else_two() -> None:
    """To say that it is over, one person is enough."""
    assert {kind: kind.approve for kind in StatementKind} == {
        StatementKind.HOLDING: 2, StatementKind.CORRECTION: 2, StatementKind.APOLOGY: 2, StatementKind.ALL_CLEAR: 1,
    }  # fmt: skip
    assert fold(EMPTY, [act(PREPARED, approve=1), act(APPROVED)]).state is StatementState.APPROVED


def test_changed_words_are_approved_anew() -> None:
    """Neither an approval nor a release holds for other words than those that were prepared."""
    for events in ([act(PREPARED), act(APPROVED, said="e")],
                   [act(PREPARED), act(APPROVED), act(APPROVED, "Bob"), act(RELEASED, said="e")]):  # fmt: skip
        with pytest.raises(CaseError, match="changed since"):
            fold(EMPTY, events)


def test_a_new_edition_begins_without_approvals() -> None:
    """Preparing again is the next edition; what was approved before counts no more. Withdrawn is not released."""
    edition = fold(EMPTY, [act(PREPARED), act(APPROVED), act(APPROVED, "Bob"), act(PREPARED)])
    assert (edition.number, edition.state, edition.approved_by) == (2, StatementState.PREPARED, ())
    withdrawn = fold(edition, [act(WITHDRAWN)])
    for kind in (APPROVED, RELEASED, WITHDRAWN):
        with pytest.raises(CaseError, match="is withdrawn cannot be"):
            fold(withdrawn, [act(kind)])
    with pytest.raises(CaseError, match="not prepared cannot be"):
        fold(EMPTY, [act(APPROVED)])


@given(st.lists(st.tuples(st.sampled_from(list(StatementAct)), st.sampled_from(["Ann", "ANN", "Bob"]),
                          st.sampled_from("de"), st.integers(1, 2)), max_size=25))  # fmt: skip
def test_nothing_goes_out_that_was_not_approved(happened: list[tuple[StatementAct, str, str, int]]) -> None:
    """Whatever people do in whatever order, what goes out was approved by enough people, in these words."""
    edition = EMPTY
    for kind, by, said, approve in happened:
        try:
            edition = fold(edition, [act(kind, by, said, approve)])
        except CaseError:
            continue
        since = max(place for place, event in enumerate(edition.events) if event.kind is PREPARED)
        this = edition.events[since:]
        who = {event.by.casefold() for event in this if event.kind is APPROVED}
        if edition.state is StatementState.RELEASED:
            assert len(who) >= this[0].approve
            assert {event.digest for event in this} == {this[0].digest}


def test_it_is_published_once_all_of_it_stands() -> None:
    """As long as one network waits or failed it is released; postings of another edition do not count."""
    edition = fold(EMPTY, [act(PREPARED), act(APPROVED), act(APPROVED, "Bob"), act(RELEASED)])
    out = list(postings(HOLDING, edition, facts, NOW))
    sent = [replace(posting, state=ReplyState.SENT) for posting in out]
    assert standing(edition, sent).state is StatementState.PUBLISHED
    for others in ([], out, [*sent[1:], replace(out[0], state=ReplyState.FAILED)], [replace(sent[0], edition=7)]):
        assert standing(edition, others).state is StatementState.RELEASED


def test_places_are_filled_from_approved_facts_only() -> None:
    """What no fact says is not said; what a fact says is not looked into; the next update is a time."""
    assert worded(HOLDING, "en", facts, "12:00") == "Bags are two hours late. More by 12:00."
    assert worded(CORRECTION, "en", facts) == "About flights to Lunaro: they go on."
    for odd in ("{other}", "{bags-late }", "{}", "{Bags}", "{corrects}"):
        with pytest.raises(CaseError, match="no approved fact"):
            worded(replace(HOLDING, text={"en": odd}), "en", facts)
    with pytest.raises(CaseError, match="no words in 'fr'"):
        worded(HOLDING, "fr", facts)
    nested = worded(replace(HOLDING, text={"en": "{f}"}), "en", lambda name, language: "{next_update}")
    assert nested == "{next_update}"
    assert places("{a} {b} {a}") == ("a", "b")


def test_what_is_approved_is_every_word_and_the_schedule() -> None:
    """A fact, a text, a place, a time or a kind that changes makes it another statement; asking twice does not."""
    base = digest(HOLDING, facts)
    assert base == digest(HOLDING, facts)
    others = [
        digest(HOLDING, lambda name, language: "Bags are early."),
        digest(replace(HOLDING, text={**HOLDING.text, "de": "{next_update}"}), facts),
        digest(replace(HOLDING, where={"x": ("en",)}), facts),
        digest(replace(HOLDING, next_update=7_200.0), facts),
        digest(replace(HOLDING, until=NOW), facts),
        digest(replace(HOLDING, kind=StatementKind.ALL_CLEAR), facts),
    ]
    assert len({base, *others}) == 7


def test_each_network_and_language_is_one_posting() -> None:
    """Each with a key that is the same at every try and differs by edition; the next update counts from its start."""
    edition = replace(EMPTY, number=1)
    later = replace(HOLDING, not_before=NOW + 1_000)
    out = list(postings(later, edition, facts, NOW))
    assert [(one.network, one.language) for one in out] == [("x", "en"), ("mastodon", "en"), ("mastodon", "de")]
    assert {one.not_before for one in out} == {NOW + 1_000}
    assert moment(NOW + 4_600) in out[0].text
    assert [one.key for one in out] == [one.key for one in postings(later, edition, facts, NOW + 5)]
    assert {one.key for one in out}.isdisjoint(
        one.key for one in postings(later, replace(edition, number=2), facts, NOW)
    )
    with pytest.raises(CaseError, match="was to go out until"):
        list(postings(replace(HOLDING, until=NOW), edition, facts, NOW))


def test_a_moment_is_told_to_five_minutes() -> None:
    """Rounded up, with its date, in UTC."""
    assert moment(0) == "1970-01-01 00:00 UTC"
    assert moment(1) == "1970-01-01 00:05 UTC"
    assert moment(DAY - 1) == "1970-01-02 00:00 UTC"


def test_facts_hold_in_their_time() -> None:
    """A fact that does not hold yet, or not any more, or not in a language, is none."""
    fact = Fact(id="late", say=(("en", "Late: {link}"),), approved_by="ops", link="https://a.example", since=1, until=2)
    all_of_them = AllFacts(facts=(fact,))
    assert approved(all_of_them, DAY)("late", "en") == "Late: https://a.example"
    assert approved(all_of_them, 0.0)("late", "en") is None
    assert approved(all_of_them, 3 * DAY)("late", "en") is None
    assert approved(all_of_them, DAY)("late", "de") is None
    assert approved(all_of_them, DAY)("other", "en") is None


def told(statement: Statement, now: float | None = None) -> list[str]:
    """What is wrong with a statement."""
    return [fault.message for fault in faults(statement, facts, ["acmeair"], now)]


def test_sound_statements_pass() -> None:
    """Nothing is said of a holding statement, a correction, an apology and an all-clear as they should be."""
    clear = Statement(name="ok", kind=StatementKind.ALL_CLEAR, where={"x": ("en",)}, text={"en": "It works again."})
    for statement in (HOLDING, CORRECTION, APOLOGY, clear):
        assert told(statement, NOW) == []


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        (replace(HOLDING, next_update=0.0), "when the next update comes"),
        (replace(HOLDING, next_update=2 * DAY), "a day at the most"),
        (replace(HOLDING, text={**HOLDING.text, "en": "We know."}), "write {next_update}"),
        (replace(CORRECTION, corrects={}), "does not name what it corrects; add"),
        (replace(CORRECTION, text={"en": "They go on."}), "write {corrects}"),
        (replace(APOLOGY, corrects={"en": "x"}), "it is no correction"),
        (replace(APOLOGY, next_update=60.0), "no text tells of it"),
        (replace(APOLOGY, text={"en": "{rumour} We are sorry."}), "{rumour} is no approved fact"),
        (replace(APOLOGY, text={"en": "Sorry. More by {next_update}."}), "needs 'next_update'"),
        (replace(APOLOGY, where={}), "goes nowhere"),
        (replace(APOLOGY, where={"mastodon": ("en", "de")}), "no words in it"),
        (replace(APOLOGY, where={"nowhere": ("en",)}), "nobody knows how long"),
        (replace(APOLOGY, text={"en": "x" * 501}), "1 characters too long for mastodon"),
        (replace(APOLOGY, not_before=NOW + 2, until=NOW + 1), "that is never"),
        (replace(APOLOGY, until=NOW - 1), "its time was over"),
        (replace(APOLOGY, text={"en": "We are sorry, Ann: write to ann@example.com."}), "personal data (EMAIL"),
    ],
)
def test_what_a_statement_lacks_is_told(statement: Statement, part: str) -> None:
    """One sentence each, with what to do."""
    assert any(part in said for said in told(statement, NOW)), told(statement, NOW)


SELLS: Mapping[str, str] = {
    "en": "We are sorry. Check out our new summer menu!", "es": "Lo sentimos. Descubra nuestras ofertas.",
    "fr": "Pardon. Découvrez nos offres !", "de": "Es tut uns leid. Jetzt buchen mit Rabatt!",
    "pt": "Pedimos desculpa. Aproveite os descontos.", "it": "Ci dispiace. Approfitta della nostra promozione.",
    "nl": "Het spijt ons. Boek nu met korting!",
}  # fmt: skip
REPAIRS: Mapping[str, str] = {
    "en": "We were wrong. Everybody gets a refund and a voucher for a meal. We offer our help here.",
    "es": "Nos equivocamos. Devolvemos el dinero a todos y el vuelo sale mañana; les ofrecemos ayuda aquí.",
    "fr": "C'était notre faute. Nous remboursons tout le monde ; les toilettes étaient sales, nous les nettoyons.",
    "de": "Das war unser Fehler. Alle bekommen ihr Geld zurück, und wir bieten Hilfe an. Der neue Flug geht morgen.",
    "pt": "A culpa foi nossa. Devolvemos o dinheiro a todos e oferecemos ajuda. O novo voo sai amanhã.",
    "it": "È stata colpa nostra. Rimborsiamo tutti e offriamo aiuto; il nuovo volo parte domani.",
    "nl": "Dit was onze fout. Iedereen krijgt zijn geld terug en we bieden hulp aan. De nieuwe vlucht gaat morgen.",
}


@pytest.mark.parametrize("language", SELLS)
def test_an_apology_carries_no_promotion(language: str) -> None:
    """In seven languages what sells is found, and repair is not taken for it; other kinds may say so."""
    apology = replace(APOLOGY, where={"facebook": (language,)})
    assert any("no promotion" in said for said in told(replace(apology, text={language: SELLS[language]})))
    assert told(replace(apology, text={language: REPAIRS[language]})) == []
    clear = replace(apology, kind=StatementKind.ALL_CLEAR, text={language: SELLS[language]})
    assert told(clear) == []
