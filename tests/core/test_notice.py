"""The listening notice: made from the settings, the same in every language."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.bound import EPOCHS
from ascolta.core.brand import FileSource, Limits, Retention, StoredQuery
from ascolta.core.cells import BUDGET, TERMS
from ascolta.core.etiquette import Action
from ascolta.core.ledger import plain
from ascolta.core.notice import LANGUAGES, Notice, Operator, Settings, heard_on, language, notice
from ascolta.core.parse import parse
from ascolta.core.platform import PLATFORMS, answers_a_day, platform
from ascolta.core.wording import WORDINGS
from tests.conftest import ACME, rule

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
LAW = {"6", "1", "21", "22"}
"""The articles of the GDPR that a notice names."""

OPERATOR = Operator(controller="Acme Air SpA", contact="privacy@acme.example", networks=("x", "mastodon", "blog"))
DAY = 20_782


def made(lang: str = "en", **changes: object) -> Notice:
    """A notice in which the brand or the operator differs from the usual ones."""
    operator = replace(OPERATOR, **{k: v for k, v in changes.items() if hasattr(OPERATOR, k)})  # type: ignore[arg-type]
    brand = replace(ACME, **{k: v for k, v in changes.items() if not hasattr(OPERATOR, k)})  # type: ignore[arg-type]
    return notice(Settings(brand=brand, operator=operator, day=DAY, answered=30 * 86_400.0), lang)


def text(found: Notice) -> str:
    """All of a notice as one text."""
    return "\n".join(found.texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages_have_the_same_words_with_the_same_places(lang: str) -> None:
    """No language lacks a sentence, and each sentence has room for the same values as the English one."""
    english, other = WORDINGS["en"], WORDINGS[lang]
    assert list(other.words) == list(english.words)
    for key, said in english.words.items():
        places = re.findall(r"\{\w+\}", other.words[key])
        assert sorted(places) == sorted(re.findall(r"\{\w+\}", said)), key
        assert sorted(NUMBER.findall(other.words[key])) == sorted(NUMBER.findall(said)), key
    assert len(set(other.months)) == 12
    bare = {key: re.sub(r"\{\w+\}", "", said) for key, said in english.words.items()}
    same = {
        key for key, said in bare.items() if re.search(r"[a-z]{5}", said) and english.words[key] == other.words[key]
    }
    assert lang == "en" or same <= {"who.contact"}


hours = st.one_of(st.integers(1, 720), st.sampled_from([0.5, 0.25, 36.0, 24.0, 0.01]))
some_networks = st.sets(st.sampled_from([*PLATFORMS, "youtube", "blog", "forum.example"]), min_size=1, max_size=6)


@given(
    st.sampled_from(LANGUAGES),
    st.builds(Retention, open_hours=hours, resolved_hours=hours, sealed_hours=hours),
    st.builds(Limits, a_person_a_day=st.integers(1, 20)),
    st.integers(0, 40),
    some_networks,
    st.booleans(),
)
def test_each_number_in_it_is_a_setting(
    lang: str, kept: Retention, limits: Limits, count: int, heard: set[str], figures: bool
) -> None:
    """A setting that changes changes the notice, in every language, and no number stands in it that is no setting."""
    queries = tuple(StoredQuery(name=f"q{number}", find=parse("acme")) for number in range(count))
    found = made(lang, retention=kept, limits=limits, queries=queries, networks=tuple(heard), figures=figures)
    said, wording = text(found), WORDINGS[lang]
    caps = {name: platform(name).keep_hours.value for name in heard}
    lasting = [kept.open_hours, kept.resolved_hours, *([kept.sealed_hours] if cares(heard) else [])]
    spans = {wording.span(one * 3600) for one in lasting} | {wording.span(24 * 3600), wording.span(30 * 86_400)}
    spans |= {wording.span(cap * 3600) for cap in caps.values() if cap < max(lasting)}
    counts = {str(limits.a_person_a_day)} | ({str(count)} if count else set())
    counts |= {str(fewer) for name in heard if (fewer := answers_a_day(limits, name)) < limits.a_person_a_day}
    shown = {plain(BUDGET), str(EPOCHS), *(str(terms.threshold) for terms in TERMS.values())} if figures else set()
    for one in (*spans, *counts, *shown, wording.day(DAY)):
        assert one in said, one
    allowed = {number for one in (*spans, *counts, *shown, wording.day(DAY)) for number in NUMBER.findall(one)}
    assert set(NUMBER.findall(said)) <= allowed | LAW


def cares(heard: set[str]) -> bool:
    return any(platform(name).care.value for name in heard)


def test_sealed_cases_are_told_of_only_where_there_are_any() -> None:
    """Where no rule answers or cares, or no network allows it, the notice does not speak of opening complaints."""
    sealed = WORDINGS["en"].words["kept.sealed"]
    assert sealed in text(made())
    quiet = replace(ACME.etiquette, rules=(rule("quiet", "complaint:yes", Action.SILENCE),))
    assert sealed not in text(made(etiquette=quiet))
    assert sealed not in text(made(networks=("instagram",)))


def test_what_is_not_said_is_left_out() -> None:
    """Without an address, an officer or recipients there are no empty lines, and a missing contact is admitted."""
    bare = notice(Settings(brand=replace(ACME, topics=()), operator=Operator(), day=DAY, answered=1.0), "en")
    said = text(bare)
    assert WORDINGS["en"].words["incomplete"] in said
    assert ACME.name in said
    for word in ("Address:", "Contact:", "officer", "Topics:", "Where:", "Economic Area"):
        assert word not in said
    assert "{" not in said


def test_networks_are_those_of_the_sources() -> None:
    """What the sources say of their networks counts, and only where they do not say it, what notice.yaml says."""
    brand = replace(ACME, sources=(FileSource(path="a", networks=("bluesky",)),))
    assert heard_on(brand, OPERATOR) == ("bluesky",)
    assert heard_on(ACME, OPERATOR) == OPERATOR.networks
    assert [title for _, title in made(sources=brand.sources).networks] == ["Bluesky"]


@pytest.mark.parametrize("odd", ["{brand}", "{0}", "<b>Acme</b>", "%s", "Acme\u202e", "A{} B}{"])
def test_an_odd_name_is_only_a_name(odd: str) -> None:
    """Braces, markup and signs in a brand's name are told as they stand."""
    assert odd in made(name=odd).title


@pytest.mark.parametrize(
    ("accepted", "asked", "found"),
    [
        ("", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("ja, fr;q=0.3, it;q=0.7", "", "it"),
        ("es;q=0, pt-BR;q=0.5", "", "pt"),
        ("de", "nl", "nl"),
        ("de", "xx", "de"),
        ("*;q=2, ;;, fr;q=abc, \x00", "<script>", "en"),
        ("nl," * 5_000, "", "nl"),
    ],
)
def test_the_readers_language_is_chosen(accepted: str, asked: str, found: str) -> None:
    """What was asked for, else the reader's first that there is, else English; an odd header does no harm."""
    assert language(accepted, asked) == found


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(86_400 * 30, "30 days"), (72 * 3600, "72 hours"), (3600, "1 hour"), (90, "90 seconds"), (60, "1 minute")],
)
def test_lengths_of_time_are_told_as_people_say_them(seconds: float, said: str) -> None:
    """In whole numbers, with one and many told apart."""
    assert WORDINGS["en"].span(seconds) == said
