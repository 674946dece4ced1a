"""Opt-out codes: how they are read, and who can answer one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.challenge import BYTES, PREFIX, QUERY, answers, asked, codes_in, names, networks, spelled
from ascolta.core.consent import Known
from ascolta.core.match import Matcher
from ascolta.core.post import Actor, Batch, Post

KNOWN = Known(key=b"k" * 32)
CODE = spelled(bytes(range(BYTES)))
ANN = Actor(id="did:plc:ann", handle="Ann.example")


def said(text: str, author: Actor = ANN, network: str = "bluesky", **more: object) -> Post:
    return Post(id="1", content=text, network=network, attributed_to=author, **more)  # type: ignore[arg-type]


def given_out(account: str = "@ann.example", network: str = "bluesky") -> frozenset[tuple[bytes, bytes]]:
    return asked(KNOWN.key, CODE, network, account)


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_a_code_is_read_again_however_it_was_typed(random: bytes) -> None:
    """Case, hyphens of any kind, spaces, and letters that look like digits do not matter."""
    code = spelled(random)
    (read,) = codes_in(code)
    sloppy = code.upper().replace("0", "O").replace("1", "l")
    for typed in (sloppy, code.replace("-", "–"), code.replace("-", " "), f"hi @acmeair, {code}. Thanks", f"({code})"):
        assert codes_in(typed) == (read,)


@given(st.binary(min_size=BYTES, max_size=BYTES), st.binary(min_size=BYTES, max_size=BYTES))
def test_two_codes_are_two(one: bytes, other: bytes) -> None:
    """Codes from different random bytes are told apart."""
    assert (codes_in(spelled(one)) == codes_in(spelled(other))) == (one == other)


@pytest.mark.parametrize("text", ["", PREFIX, CODE[:-1], CODE + "7", "ascolta opt out of this", CODE.replace("-", "x")])
def test_what_is_no_code_is_none(text: str) -> None:
    """Half a code, a longer one, or the mere words are nothing."""
    assert codes_in(text) == ()


def test_a_hostile_text_is_read_at_once() -> None:
    """Neither a text full of beginnings nor a very long one takes time."""
    began = time.process_time()
    for text in ("ascolta-optout" * 70_000, "ascolta optout " + "a - " * 200_000, f"{CODE} " * 5_000):
        assert len(codes_in(text)) <= 5
    assert time.process_time() - began < 5


def test_a_post_with_a_code_is_found_whatever_it_speaks_of() -> None:
    """One query finds every code, with no brand named, and nothing that only resembles one in two words."""
    posts = [said(f"please: {CODE}"), said(CODE.upper().replace("-", "—")), said("ascolta musica, optout fatto")]
    found = Matcher({"codes": QUERY}).match(Batch.of(posts))
    assert [row for row, _, _ in found] == [0, 1]


@pytest.mark.parametrize("account", ["@ann.example", "ANN.example", " ann.example ", "did:plc:ann"])
def test_the_account_itself_answers(account: str) -> None:
    """However the account was written down, its own post with the code answers, and a private one as well."""
    assert answers(said(f"hello {CODE}"), KNOWN, given_out(account))
    assert answers(said(CODE, visibility="direct"), KNOWN, given_out(account))


def test_nobody_else_can_answer() -> None:
    """Another account, another network, a repost, a wrong code or another installation's key answer nothing."""
    good = given_out()
    eve = Actor(id="did:plc:eve", handle="eve.example")
    assert not answers(said(CODE, eve), KNOWN, good)
    assert not answers(said(CODE, network="mastodon"), KNOWN, good)
    assert not answers(said(CODE, repost=True), KNOWN, good)
    assert not answers(said(spelled(b"x" * BYTES)), KNOWN, good)
    assert not answers(said(CODE), Known(key=b"o" * 32), good)
    assert not answers(said(CODE, Actor()), KNOWN, good)
    assert not answers(said(CODE), KNOWN, frozenset())


def test_one_who_asks_for_another_fails_until_that_one_posts() -> None:
    """Whoever has a code for somebody else's account can post it as often as they like: it does nothing."""
    eve = Actor(handle="eve.example")
    for text in (CODE, f"@ann.example {CODE}", f"ann.example says {CODE}"):
        assert not answers(said(text, eve), KNOWN, given_out())


def test_nothing_of_code_or_account_is_kept() -> None:
    """What is kept are pairs of 16 bytes in which neither stands."""
    for code, account in given_out():
        assert len(code) == len(account) == 16
        assert b"ann" not in code + account
    assert len(given_out("Ann")) == 2


def test_networks_go_by_several_names() -> None:
    """A network that posts call otherwise is the same one."""
    assert networks("X") == ("X", "x", "twitter")
    assert networks("twitter") == ("twitter", "x")
    assert answers(said(CODE, network="twitter"), KNOWN, given_out(network="x"))
    assert names("@") == ()
