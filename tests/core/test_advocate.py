"""Advocates: one way to become one, limits that hold whatever happens, and words that disclose."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.advocate import (
    ANSWER_WITHIN,
    YEAR,
    Advocate,
    AdvocateEvent,
    AdvocateKind,
    Stand,
    Terms,
    Wanted,
    audit,
    briefing,
    digest,
    fold,
    refusal,
)
from ascolta.core.asking import KEYS, LANGUAGES, NEEDS, WORDS, filled, places, says_no_more
from ascolta.core.consent import Known
from ascolta.core.days import DAY
from ascolta.core.length import length, too_long
from ascolta.core.post import Actor
from ascolta.core.request import needs_welcome, odd_places
from ascolta.errors import CaseError
from tests.conftest import NOW
from tests.praised import SCOPE, TERMS, WANTED

START = Advocate(ref="a" * 32, brand="acme", network="x", handle="ann", keys=("id-ann", "ann"))
PROPOSED = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, case=1, terms=TERMS)
ASKED = AdvocateEvent(kind=AdvocateKind.ASKED, at=NOW + 1, case=1)
AGREED = AdvocateEvent(kind=AdvocateKind.AGREED, at=NOW + 2, case=2, terms=TERMS, post_id="p2")


def briefed(at: float, key: str, about: str = "s 1") -> AdvocateEvent:
    """A briefing at a time."""
    return AdvocateEvent(kind=AdvocateKind.BRIEFED, at=at, key=key, about=about)


def member(**terms: object) -> Advocate:
    """Somebody who agreed, to these terms instead of the usual ones."""
    less = replace(TERMS, **terms)  # type: ignore[arg-type]
    return fold(START, [replace(PROPOSED, terms=less), ASKED, replace(AGREED, terms=less)])


def test_there_is_one_way_onto_the_list() -> None:
    """Proposed, asked, agreed, in this order, each once; nothing else leads there."""
    assert fold(START, [PROPOSED, ASKED, AGREED]).stand is Stand.AGREED
    kinds = {AdvocateKind.PROPOSED: PROPOSED, AdvocateKind.ASKED: ASKED, AdvocateKind.AGREED: AGREED}
    way = [AdvocateKind.PROPOSED, AdvocateKind.ASKED, AdvocateKind.AGREED]
    for done in range(len(way) + 1):
        before = fold(START, [kinds[kind] for kind in way[:done]])
        for kind in kinds:
            if done < len(way) and kind is way[done]:
                continue
            with pytest.raises(CaseError):
                fold(before, [kinds[kind]])
        if done < len(way):
            with pytest.raises(CaseError):
                fold(before, [briefed(NOW + 3, "k")])


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"terms": replace(TERMS, most=3)}, "more than"),
        ({"terms": replace(TERMS, networks=("x", "mastodon"))}, "more than"),
        ({"terms": replace(TERMS, wording="other words")}, "more than"),
        ({"terms": replace(TERMS, disclosure="")}, "more than"),
        ({"terms": replace(TERMS, until=TERMS.until + 1)}, "more than"),
        ({"terms": replace(TERMS, until=NOW)}, "ends after today"),
        ({"terms": None}, "needs what was agreed"),
        ({"case": 1}, "needs what was agreed"),
        ({"at": NOW + 1 + ANSWER_WITHIN}, "later than 30 days"),
    ],
)
def test_a_yes_is_to_no_more_than_was_asked(changed: dict[str, object], part: str) -> None:
    """A yes never widens what was asked, needs a case of its own, and comes within 30 days."""
    with pytest.raises(CaseError, match=part):
        fold(START, [PROPOSED, ASKED, replace(AGREED, **changed)])  # type: ignore[arg-type]


def test_a_yes_may_be_to_less() -> None:
    """Who agrees to fewer topics, fewer times or a nearer end is held to that."""
    less = replace(TERMS, topics=("bags",), most=1, until=NOW + DAY)
    one = fold(START, [PROPOSED, ASKED, replace(AGREED, terms=less)])
    assert one.goes == NOW + DAY
    assert refusal(one, WANTED, NOW + 3) == "agreed to other topics"
    assert refusal(one, replace(WANTED, topic="bags"), NOW + 3) == ""
    topical = replace(TERMS, topics=("bags", "food"))
    assert topical.holds(replace(topical, topics=("bags",)))
    assert not topical.holds(replace(topical, topics=()))
    assert not topical.holds(replace(topical, topics=("app",)))


def test_nobody_agrees_for_longer_than_a_year() -> None:
    """Whatever a file says, a yes ends within a year."""
    longer = replace(TERMS, until=NOW + 2 * YEAR)
    with pytest.raises(CaseError, match="within a year"):
        fold(START, [replace(PROPOSED, terms=longer), ASKED, replace(AGREED, terms=longer)])


@pytest.mark.parametrize(
    ("wanted", "at", "why"),
    [
        (WANTED, NOW + 3, ""),
        (WANTED, NOW + 1, "the time"),
        (WANTED, TERMS.until, "the time"),
        (replace(WANTED, scope=replace(SCOPE, name="other")), NOW + 3, "something else"),
        (replace(WANTED, scope=replace(SCOPE, purpose={"en": "selling things"})), NOW + 3, "something else"),
        (replace(WANTED, scope=replace(SCOPE, networks=("mastodon",))), NOW + 3, "other networks"),
    ],
)
def test_a_briefing_stays_within_what_was_agreed(wanted: Wanted, at: float, why: str) -> None:
    """Scope, purpose word for word, networks and dates; a scope that says something else since reaches nobody."""
    said = refusal(member(), wanted, at)
    assert said == why if not why else why in said
    assert bool(briefing([member()], wanted, at)) is (why == "")


def test_a_reward_briefs_nobody_where_it_is_forbidden() -> None:
    """Where a network forbids it, who was promised something is not briefed."""
    assert "forbids a reward" in refusal(member(rewarded=True), WANTED, NOW + 3)


def test_the_one_who_waited_longest_is_briefed_first() -> None:
    """Nobody is briefed about the same thing twice, and a limit takes those whose turn it is."""
    one, two = member(), replace(member(), ref="b" * 32)
    one = fold(one, [briefed(NOW + 5, "k", "other 1")])
    assert briefing([one, two], WANTED, NOW + 9) == [two, one]
    assert briefing([one, two], WANTED, NOW + 9, most=1) == [two]
    two = fold(two, [briefed(NOW + 6, "k", WANTED.about)])
    assert briefing([one, two], WANTED, NOW + 9) == [one]
    missed = fold(two, [AdvocateEvent(kind=AdvocateKind.MISSED, at=NOW + 7, key="k")])
    assert briefing([missed], WANTED, NOW + 9) == [missed]
    assert fold(missed, [briefed(NOW + 9, "k", WANTED.about)]).counted(NOW + 9) == 1


TIMES = st.floats(min_value=NOW - DAY, max_value=NOW + 2 * YEAR)
EVENTS = st.lists(
    st.tuples(st.sampled_from([AdvocateKind.BRIEFED, AdvocateKind.TOLD, AdvocateKind.MISSED, AdvocateKind.LOST]), TIMES,
              st.integers(0, 5)),
    max_size=40,
)  # fmt: skip


@given(EVENTS, st.integers(1, 4), st.sampled_from([DAY, 30 * DAY, 90 * DAY]), st.booleans())
def test_nobody_is_ever_briefed_more_often_than_agreed(
    happened: list[tuple[AdvocateKind, float, int]], most: int, within: float, in_order: bool
) -> None:
    """Whatever is tried in whatever order, no window of the agreed length holds more than the agreed number."""
    one = member(most=most, within=within)
    for kind, at, key in sorted(happened, key=lambda item: item[1]) if in_order else happened:
        try:
            one = fold(one, [AdvocateEvent(kind=kind, at=at, key=str(key), about="s")])
        except CaseError:
            continue
        for end in [past.at for past in one.briefings if past.counts]:
            assert sum(past.counts and end - within < past.at <= end for past in one.briefings) <= most
        assert all(one.since <= past.at < TERMS.until for past in one.briefings)
    assert audit(replace(one, terms=known(one))) == []


@given(st.lists(st.tuples(TIMES, st.integers(0, 3)), max_size=30), st.integers(1, 3))
def test_the_planner_keeps_to_every_limit(rounds: list[tuple[float, int]], most: int) -> None:
    """Over any rounds of briefing, each person stays within dates, rate, and once for each thing."""
    people = [replace(member(most=most), ref=name * 32) for name in "abc"]
    for number, (at, about) in enumerate(rounds):
        wanted = replace(WANTED, about=f"s {about}")
        for one in briefing(people, wanted, at):
            after = fold(one, [briefed(at, f"k{number}", wanted.about)])
            people = [after if other.ref == one.ref else other for other in people]
    for one in people:
        told = [past.about for past in one.briefings]
        assert len(told) == len(set(told))
        assert audit(replace(one, terms=known(one))) == []


def known(one: Advocate) -> Terms:
    """The terms of somebody, with the hash of their words."""
    assert one.terms is not None
    return replace(one.terms, digest=digest(one.terms.wording))


def test_the_audit_finds_what_was_changed() -> None:
    """Words without disclosure or with another hash, a rate or a date that was not kept: each is told."""
    one = member()
    assert "hash" in audit(one)[0]
    sound = replace(one, terms=known(one))
    assert audit(sound) == []
    assert "no disclosure" in audit(replace(sound, terms=replace(known(one), disclosure="Say it.")))[0]
    past = fold(sound, [briefed(NOW + 3, "1"), briefed(NOW + 4, "2", "s 2")])
    assert "more often" in audit(replace(past, terms=replace(known(one), most=1)))[0]
    assert "outside" in audit(replace(past, terms=replace(known(one), until=NOW + 4)))[0]
    assert "year" in audit(replace(sound, terms=replace(known(one), until=NOW + 2 * YEAR)))[0]
    assert not any("ann" in said for said in audit(one))


YES = (
    "yes", "Yes, gladly!", "ja gern", "Ja, gerne!", "oui", "Oui, avec plaisir", "sí, claro", "claro que sí", "sim",
    "sì, volentieri", "graag", "no problem", "no worries, happy to", "no idea", "not bad at all",
    "no more snacks on board?",
    "no more delays please acme, my bag", "ya no hay asientos?", "jamais plus en retard, bravo", "nie mehr ohne acme",
    "nicht mehr lange bis zum Urlaub", "non più di due bagagli?", "niet meer dan twee tassen?", "genoeg ruimte", "",
)  # fmt: skip
NO = (
    "no more", "No more!", "no more please, thanks", "@acmeair no more", "Please no more of this", "I'm out", "no",
    "count me out please", "I don't want this anymore", "No, thanks",
    "no más", "ya no más, gracias", "¡Nunca más!", "No quiero más", "ya no cuenten conmigo", "basta",
    "plus jamais", "Plus jamais, merci", "je ne veux plus", "Non merci", "ne comptez plus sur moi", "ça suffit",
    "nicht mehr", "Bitte nicht mehr", "nie wieder", "ich bin raus", "Nein danke", "ohne mich", "ich möchte nicht mehr",
    "não mais", "Nunca mais, obrigado", "chega", "não quero mais", "não, obrigado", "não contem comigo",
    "non più", "mai più grazie", "non voglio più", "no grazie", "mi tiro fuori", "basta così",
    "niet meer", "Niet meer alstublieft", "nooit meer", "ik doe niet meer mee", "nee, dank u", "laat me met rust",
    "stop", "leave me alone", "déjenme en paz", "hört auf", "smettetela",
)  # fmt: skip


@pytest.mark.parametrize("said", NO)
def test_no_more_is_understood_in_seven_languages(said: str) -> None:
    """Whoever was asked, or agreed, ends it with a few words, whatever courtesy stands around them."""
    assert says_no_more(said, ["acme"])


@pytest.mark.parametrize("said", YES)
def test_what_is_no_refusal_is_not_taken_for_one(said: str) -> None:
    """A yes, a question, or talk that begins with the same words ends nothing."""
    assert not says_no_more(said, ["acme"])


def test_a_long_text_is_read_in_no_time() -> None:
    """Who says no more is brief; what is longer is not read, and nothing makes the search slow."""
    assert not says_no_more("no more " * 100)
    assert not says_no_more("nein " * 79 + "x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_words_are_whole_in_every_language(language: str) -> None:
    """Each text holds its places and no others, and a request fits on X with a purpose of forty characters."""
    words = WORDS[language]
    assert set(words) == set(KEYS)
    for key in KEYS:
        assert odd_places(key, words[key]) == ""
        assert places(words[key]) == set(NEEDS[key])
    asked = filled(words["request"], purpose="p" * 40, most="2", days="30", until="2027-11-25")
    assert too_long(f"{asked} {filled(words['disclosure'], brand='Acme Air')}", "x") == 0


def test_what_fills_a_place_is_not_looked_into() -> None:
    """A purpose or a brand that looks like a place stays what it is."""
    assert filled("{brand}: {purpose} {other}", brand="{purpose}", purpose="x") == "{purpose}: x {other}"


def test_networks_count_in_their_own_way() -> None:
    """On X a link counts 23 and a character beyond Latin two; elsewhere each counts one; unknown ones take all."""
    assert length("a https://example.com/very/long/path/indeed/and/more b", "twitter") == 27
    assert length("日本", "x") == 4
    assert length("日本", "mastodon") == 2
    assert too_long("a" * 301, "bluesky") == 1
    assert too_long("a" * 9_999, "blog") == 0


def test_who_is_remembered_as_refusing_is_not_asked() -> None:
    """Whoever said stop or whose profile refused, by any of their names; and nobody whom we could not know again."""
    ann = Actor(id="id-ann", handle="@Ann")
    needs_welcome(Known(), "x", ann)
    for name in ann.keys:
        tags = frozenset({Known().tag("x", name)})
        for held in (Known(stopped=tags), Known(refused=tags)):
            with pytest.raises(CaseError, match="never asked"):
                needs_welcome(held, "x", ann)
    with pytest.raises(CaseError, match="nobody knows whose"):
        needs_welcome(Known(), "x", Actor())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_we_offer_end_it(language: str) -> None:
    """What question and briefing say that ends it does end it, and both say the same."""
    quoted = re.compile("[“«„] ?([^“«„”»]+?) ?[”»“]")
    offered = {found.casefold() for key in ("request", "ending") for found in quoted.findall(WORDS[language][key])}
    assert len(offered) == 1
    assert all(says_no_more(said, ["Acme Air"]) for said in offered)
