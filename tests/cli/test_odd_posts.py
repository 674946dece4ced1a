"""Odd posts and hostile queries, through `match` and `try` as their users start them."""

import json

import pytest

from tests.cli.running import ascolta
from tests.test_bad_inputs import CALM, line

ODD = {
    **CALM,
    "6 byte order mark": b"\xef\xbb\xbf" + line("@acmeair hi"),
    "11 joiners inside a word": line("@ac\u200bmeair ac\u00admeair acme\u2060air"),
    "13 a homoglyph": line("@аcmeair аcmeair"),
    "14 full-width digits": line("acmeair ４１１１"),
    "15 Arabic-Indic digits": line("acmeair ٤٢"),
    "16 soft hyphen": line("acme\u00adair"),
    "17 decomposed twins": line("@acmeair cafe\u0301 café"),
    "19 dotless i": line("ACMEAİR acmeair"),
    "20 sharp s": line("acmeair STRAẞE"),
    "22 naughty strings": line("acmeair Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗ ﷽ {{7*7}} %d%s%n"),
}
"""Inputs 1 to 25 and 49 to 57, each said to the brand where it says anything at all."""

SILENT = ("1 empty", "2 only spaces", "13 a homoglyph")
"""Those in which nobody, and no program, reads the word."""


def stream() -> bytes:
    """All of them, with an id each, between two plain ones."""
    lines = [
        bad.removeprefix(b"\xef\xbb\xbf").replace(b'"bad"', json.dumps(name).encode()) for name, bad in ODD.items()
    ]
    return b"\n".join(
        [line("acmeair").replace(b'"bad"', b'"first"'), *lines, line("acmeair").replace(b'"bad"', b'"last"')]
    )


FOUND = ["first", *(name for name in ODD if name not in SILENT and name != "57 an id above 2^63"), "last"]


def test_match_finds_every_odd_post_that_says_the_word() -> None:
    """Whatever surrounds, splits or follows the word, it is found as a reader finds it, and nothing is set aside."""
    said = ascolta("match", "acmeair", stdin=stream())
    assert (said.code, said.err) == (0, "")
    assert [post["id"] for post in said.lines if not post["id"].isdigit()] == FOUND
    assert any(post["id"].isdigit() for post in said.lines), "57: the long number is its id"


def test_try_counts_and_shows_every_odd_post() -> None:
    """`try` finds as many, and what it prints obeys nothing that a post says."""
    said = ascolta("try", "acmeair", "--json", "-n", "100", stdin=stream())
    assert (said.code, said.json["found"], said.json["read"]) == (0, len(FOUND) + 1, len(ODD) + 2)
    shown = ascolta("try", "acmeair", "-n", "100", stdin=stream())
    assert shown.code == 0
    assert not set(shown.out) & set("\x1b\x00\x07\r\u202e\u2066\u2028\u2029")


@pytest.mark.parametrize("command", ["match", "try"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ('"', "never closed"),
        ('" * NEAR AND', "never closed"),
        ("acme NEAR AND", "expected"),
        ("", "empty"),
        ("   ", "empty"),
        ("\u202e", "no word"),
        ("(" * 9_000, "nested deeper"),
        ("a" + " NOT b OR c" * 2_000, "nested deeper"),
        ("a" * 100_001, "longer than"),
        ("x:" * 50, "unknown field"),
    ],
)
def test_a_hostile_query_is_told_with_its_column(command: str, query: str, sentence: str) -> None:
    """One sentence with a column, a caret where there is a line to show, and exit code 2."""
    said = ascolta(command, query, stdin=line("acme"))
    assert (said.code, said.out) == (2, "")
    assert "column" in said.err
    assert sentence in said.err


@pytest.mark.parametrize("command", ["match", "try"])
@pytest.mark.parametrize(
    "query", ["' OR 1=1; --", "%_%", "a.a.a.a@", "SELECT*", "DROP TABLE", "\x1b[31m", "ab" + "?c" * 500 + "*"]
)
def test_what_is_no_operator_here_is_words(command: str, query: str) -> None:
    """SQL, LIKE, regular expressions and escape codes mean nothing; the answer comes, or an error with its column."""
    said = ascolta(command, query, stdin=line("a.a.a.a@ 1=1 %_% select drop table or 31m " + "abc" * 9_000))
    assert said.code in (0, 2)
    assert said.code == 0 or "column" in said.err
    assert "\x1b" not in said.out + said.err
