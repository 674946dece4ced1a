"""Which words of a post may be counted: nothing of a person, nothing of the brand itself, nothing that is always so."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.brand import StoredQuery
from ascolta.core.ordinary import ordinary
from ascolta.core.parse import parse
from ascolta.core.rising_terms import LONGEST, Barred, barred, terms
from ascolta.core.text import fold
from tests.conftest import ACME

NONE = Barred()


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Another gate change today, what a mess", "en", {"gate change", "gate", "change", "mess"}),
        ("La huelga de pilotos otra vez", "es", {"huelga", "pilotos"}),
        ("Die Übergepäck-Gebühr ist neu", "de", {"übergepäck", "gebühr", "übergepäck gebühr"}),
        ("Grève des contrôleurs aériens", "fr", {"grève", "contrôleurs", "aériens", "contrôleurs aériens"}),
        ("#GateChange AGAIN", "en", {"gatechange"}),
        (
            "free snacks gone. lounge closed",
            "en",
            {"free", "snacks", "free snacks", "lounge", "closed", "lounge closed"},
        ),
        ("say free free free", "en", {"free"}),
        ("飛行機が遅れた", None, set()),
        ("", None, set()),
    ],
)
def test_terms_are_one_to_three_words_side_by_side(text: str, language: str | None, found: set[str]) -> None:
    """In small letters with their accents, across no full stop, comma, ordinary word or repetition."""
    assert set(terms(text, language, NONE)) == found


@pytest.mark.parametrize(
    "text",
    [
        "mail kanarienvogel@zebrafink.example now",
        "see https://kanarienvogel.example/zebrafink?u=1",
        "thanks @kanarienvogel and @zebrafink@mastodon.example",
        "spoke to Mrs. Kanarienvogel",
        "call +49 30 1234567, order KZ12345678",
        "agent kanarienvogel7 and flight AB1234",
        "I have cancer",
    ],
)
def test_nothing_of_a_person_is_a_term(text: str) -> None:
    """Neither mail, link, account, name, number nor illness, nor the words beside it joined across it."""
    found = " ".join(terms(text, "en", NONE))
    for part in ("kanarienvogel", "zebrafink", "cancer", "1234", "example"):
        assert part not in found


def test_what_is_taken_out_joins_nothing() -> None:
    """Words on both sides of an account or a link are not side by side."""
    assert set(terms("lounge @somebody fee https://a.example/b desk", "en", NONE)) == {"lounge", "fee", "desk"}


def test_the_brand_itself_is_no_term() -> None:
    """Its names and accounts part a run; what its queries ask for is no term alone, but may be part of one."""
    queries = ('"lost bag" OR refund* OR #acmefail', "gate NEAR/3 crew", 'raw:"Late Again"')
    brand = replace(
        ACME,
        name="Acme Air",
        queries=tuple(StoredQuery(name=str(n), find=parse(one)) for n, one in enumerate(queries)),
    )
    without = barred(brand)
    found = set(terms("Acme Air lost bag refunded refund gate change acmefail late again @acmeair", "en", without))
    assert not found & {"acme", "air", "lost bag", "refund", "refunded", "gate", "acmefail", "acmeair"}
    assert {"gate change", "bag refunded", "change"} <= found
    assert not [term for term in found if "acme " in term or " air" in term]


def test_patterns_other_than_beginnings_bar_too() -> None:
    """A word with a wildcard inside or a slip is barred where it fits."""
    brand = replace(ACME, queries=(StoredQuery(name="q", find=parse("colo?r OR surcharge~1")),))
    assert set(terms("colour surchage lounge", "en", barred(brand))) >= {"lounge"}
    assert not {"colour", "surchage"} & set(terms("colour surchage lounge", "en", barred(brand)))


def test_ordinary_words_are_those_of_the_language() -> None:
    """“war” is ordinary in German and a word in English; where the language is not known, all seven lists count."""
    assert terms("war", "en-GB", NONE) == ("war",)
    assert terms("war", "de", NONE) == terms("war", None, NONE) == terms("war", "und", NONE) == ()
    assert all(fold(word) == word for word in ordinary(None))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "de", None]))
def test_terms_are_bounded(text: str, language: str | None) -> None:
    """Whatever is written, a term has one to three words of letters, 48 characters at most, and comes once."""
    found = terms(text, language, NONE)
    assert len(found) == len(set(found))
    for one in found:
        assert 1 <= len(one.split(" ")) <= LONGEST
        assert len(one) <= 48
        assert one.replace(" ", "").isalpha()
