"""One set of tests that every live source must pass, run on each network's twin."""

import logging
import re
from collections.abc import Iterator
from email.utils import formatdate
from itertools import pairwise

import pytest

from ascolta.core.consent import Known, heed, refusals, withheld
from ascolta.core.post import Batch
from ascolta.errors import SourceError
from ascolta.sources.networks import FILES, declared
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, events, failed, ids
from tests.sources.places import PLACES, place

ODD = (
    "", " ", "\0", "\ud800", "\ufeff", "a" + "\u0301" * 10_000, "\u202egnirts", "\u2066 unclosed", "a\u200db",
    "\U000e0041", "аcme", "４１１１", "ﷺ", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "&#0;",
    "&xxe;", "=HYPERLINK(1)", "' OR 1=1", "\x1b[31m", "a\r\nb: c", "{{7*7}}", "x" * 200_000, "#" * 1_000,
)  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test is run on each network that it fits."""
    if "it" in metafunc.fixturenames:
        fits = [name for name in sorted(PLACES) if metafunc.function.__name__ not in PLACES[name].cannot]
        metafunc.parametrize("it", fits, indirect=True)


@pytest.fixture
def it(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The network."""
    with place(request.param) as made:
        yield made


def test_what_a_network_is_spared_is_there_and_said_why() -> None:
    """A test that does not fit a network is named with the reason, and still exists."""
    for one in PLACES.values():
        for name, why in one.cannot.items():
            assert name in globals()
            assert len(why.split()) >= 4


def test_every_network_that_can_be_named_is_tried(it: Place) -> None:
    """The battery runs on each that brand.yaml may name, and each says of itself what it is."""
    assert it.network in {one.network for one in declared()} == set(FILES) == set(PLACES)
    assert it.source().network.declared.network == it.network


@proves("hear", on="contract")
def test_what_was_said_comes_oldest_first_and_once(it: Place) -> None:
    """Over several pages, in the order in which it was said."""
    said = []
    for number in range(95):
        it.passes(1)
        said.append(it.says(f"acme {number}"))
    assert ids(it.hear(it.source())) == said


def test_nothing_is_lost_or_told_twice_wherever_it_stops(it: Place) -> None:
    """A source that goes on from any cursor, started anew, gives exactly the rest; more is said meanwhile."""
    said = []
    for number in range(90):
        it.passes(1)
        said.append(it.says(f"acme {number}"))
    first = it.hear(it.source())
    for stop in range(len(first) + 1):
        heard, cursor = first[:stop], first[stop - 1].cursor if stop else ""
        heard += it.hear(it.source(), cursor)
        assert ids(heard) == said
    said.append(it.says("acme at last"))
    assert ids(it.hear(it.source(), first[-1].cursor)) == said[-1:]


def test_a_batch_follows_the_one_before(it: Place) -> None:
    """`after` and `cursor` join, so that a store can see that nobody else has been there."""
    for number in range(90):
        it.passes(1)
        it.says(f"acme {number}")
    source = it.source()
    batches = it.hear(source)
    assert batches[0].after == ""
    assert all(one.cursor == other.after for one, other in pairwise(batches))
    assert it.hear(source, batches[-1].cursor) == []


def test_old_talk_is_not_heard_at_the_first_start(it: Place) -> None:
    """A brand that begins to listen hears a day, not years."""
    it.twin.now -= 3 * 86_400
    it.says("acme of old", at=NOW - 3 * 86_400)
    it.twin.now = NOW
    new = it.says("acme today")
    source = it.source()
    batches = it.hear(source)
    assert ids(batches) == [new]
    later = it.says("acme later")
    assert ids(it.hear(source, batches[-1].cursor)) == [later]


@proves("edit", "delete", on="contract")
def test_edits_and_deletions_are_seen_by_whoever_asks_again(it: Place) -> None:
    """A post as it stands now, and None once its author took it back."""
    number = it.says("acme lost my bag")
    source = it.source()
    it.hear(source)
    it.edits(number, "acme found my bag #acme")
    post = again(source, number)
    assert post is not None
    assert (post.id, "found" in post.content) == (number, True)
    it.deletes(number)
    assert again(source, number) is None


@proves("opt-out", on="contract")
def test_a_refusal_arrives(it: Place) -> None:
    """An account, or a site, that does not want to be heard is told so with the post, and when asked again."""
    number = it.says("acme lost my bag")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    assert not _refuses(it, number)
    it.refuses()
    assert _refuses(it, number)
    it.says("acme lost it again")
    [event] = events(it.hear(source, cursor))
    assert event.post is not None
    assert not heed(event.post, Known()).hears


def _refuses(it: Place, number: str) -> bool:
    post = again(it.source(), number)
    assert post is not None
    return bool(refusals(post.attributed_to, it.network) or withheld(post))


@pytest.mark.parametrize(
    ("status", "headers", "retry", "after"),
    [
        (429, {"Retry-After": "17"}, True, 17),
        (429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, True, 0),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "40"}, True, 40),
        (503, {"Retry-After": "120"}, True, 120),
        (500, {}, True, 0),
        (502, {"Retry-After": "soon"}, True, 0),
        (400, {}, False, 0),
        (401, {}, False, 0),
        (403, {}, False, 0),
        (404, {}, False, 0),
        (410, {}, False, 0),
        (422, {}, False, 0),
        (301, {"Location": "http://127.0.0.1/"}, False, 0),
    ],
)
def test_a_refused_request_says_whether_trying_again_can_help(
    it: Place, status: int, headers: dict[str, str], retry: bool, after: float
) -> None:
    """429 and 5xx can, with the network's own hint; other answers cannot."""
    it.twin.fails = (status, headers)
    error = failed(it.source())
    assert (error.retry, error.after) == (retry, after)
    assert str(status) in str(error)


def test_it_waits_as_long_as_it_was_told_and_longer_each_time(it: Place) -> None:
    """No request before the hint is over; then with a pause that doubles and is drawn anew; a success ends it."""
    source = it.source()
    it.twin.fails = (429, {"Retry-After": "600"})
    assert failed(source).after == 600
    visits = len(it.twin.visits)
    it.passes(600)
    assert list(source.batches("")) == []
    assert len(it.twin.visits) == visits
    it.twin.fails = (500, {})
    waits = []
    for _ in range(12):
        while True:
            it.passes(0.25)
            before, begun = it.now, len(it.twin.visits)
            try:
                list(source.batches(""))
            except SourceError:
                waits.append(before)
                break
            assert len(it.twin.visits) == begun
    gaps = [later - earlier for earlier, later in pairwise(waits)]
    assert gaps == sorted(gaps)
    assert 150 <= max(gaps) <= 151
    it.twin.fails = None
    said = it.says("acme")
    it.passes(300)
    assert ids(list(source.batches(""))) == [said]


def test_no_more_is_asked_where_nothing_is_left(it: Place) -> None:
    """A network that says that no request is left is not asked before there are more."""
    source = it.source()
    it.left(2)
    it.passes(source.every)
    assert 0 < failed(source).after <= 60
    visits = len(it.twin.visits)
    it.passes(30)
    assert list(source.batches("")) == []
    assert len(it.twin.visits) == visits


@pytest.mark.parametrize("skew", [-7_200.0, 7_200.0])
def test_a_wrong_clock_does_no_harm(it: Place, skew: float) -> None:
    """Hints are taken by the network's own clock, and posts come though their times lie hours off."""
    it.twin.skew = skew
    said = [it.says(f"acme {number}") for number in range(3)]
    source = it.source()
    batches = it.hear(source)
    assert sorted(ids(batches)) == sorted(said)
    it.passes(source.every)
    it.twin.fails = (429, {"Retry-After": formatdate(it.twin.now + skew + 90, usegmt=True)})
    assert failed(source, batches[-1].cursor).after == pytest.approx(90, abs=1)


def test_odd_text_never_raises(it: Place) -> None:
    """Whatever people write comes, or is set aside; nothing of it stops the source."""
    for text in ODD:
        it.passes(1)
        it.says(text)
    source = it.source()
    batches = it.hear(source)
    assert len(events(batches)) + source.set_aside >= len(ODD) - 1
    for event in events(batches):
        assert event.post is not None
        event.post.content.encode()


@pytest.mark.parametrize(
    "said",
    [
        b"", b"{", b"null", b"[]", b"[null, 1, [], {}]", b'{"error": 1}', b"[" * 100_000, b"\xff\xfe\x00", b"NaN",
        b"[" + b"9" * 10_000 + b"]", b'[{"id": "7", "type": "mention", "status": {"id": []}}]', b"<html>",
        b"/etc/passwd",
        b'[{"id": {"a": 1}, "content": 3}]', b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel><item/></channel></rss>",
        b"<rss><channel>" + b"<item><title>x</title></item>" * 500, b"<feed><entry><id>", b"http://127.0.0.1:1/",
    ],
)  # fmt: skip
def test_garbage_is_told_as_an_error_or_set_aside(it: Place, said: bytes) -> None:
    """An answer that is not what it should be ends in one sentence that can be tried again, never in anything else."""
    it.garbles(said)
    it.passes(60)
    source, batches = it.source(), list[Batch]()
    try:
        batches += source.batches("")
    except SourceError:
        assert source.error is not None
        assert source.error.retry
    assert ids(batches) == []


def test_secrets_and_words_are_in_no_log_and_no_error(it: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the token nor what people said, whatever goes wrong, with everything logged."""
    with caplog.at_level(logging.DEBUG):
        source = it.source()
        it.says("acme word-canary")
        it.hear(source)
        errors = []
        for status in (301, 400, 401, 403, 404, 422, 429, 500):
            it.twin.fails = (status, {})
            it.passes(100_000)
            errors.append(str(failed(it.source())))
        shown = f"{caplog.text} {errors} {source.network!r} {vars(source)} {getattr(source.network, 'asking', '')!r}"
    assert [secret for secret in it.secrets.values() if secret in shown] == []
    assert "word-canary" not in shown
    assert not re.search(r"\bann\b", caplog.text + str(errors))


def test_a_slow_store_is_waited_for(it: Place) -> None:
    """No page is asked for before the one before was taken: nothing piles up in memory."""
    for number in range(200):
        it.passes(1)
        it.says(f"acme {number}")
    source = it.source()
    it.passes(source.every)
    batches = source.batches("")
    next(batches)
    asked = len(it.twin.visits)
    it.passes(1_000)
    assert len(it.twin.visits) == asked
    rest = list(batches)
    assert (len(it.twin.visits) > asked) == bool(rest)


def test_a_cursor_of_something_else_is_refused(it: Place) -> None:
    """It is said what to do, and that trying again cannot help."""
    error = failed(it.source(), "no cursor")
    assert not error.retry
    assert "--from-start" in str(error)


def test_a_server_that_is_not_there_can_be_tried_again(it: Place) -> None:
    """Nobody answers at its address."""
    source = it.source()
    it.leaves(source)
    error = failed(source)
    assert error.retry
