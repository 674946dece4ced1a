"""Feeds: asked for only when they changed and only where the site lets us, whatever they hold."""

from collections.abc import Iterator

import pytest

from ascolta.core.post import EventKind
from ascolta.errors import SourceError
from ascolta.sources.feed import REMEMBERED
from tests.sources.battery import NOW, Place, again, events, failed, ids
from tests.sources.feed_twin import FeedTwin
from tests.sources.places import place


@pytest.fixture
def it() -> Iterator[Place]:
    """A website with a feed."""
    with place("rss") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> FeedTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, FeedTwin)
    return it.twin


def test_what_did_not_change_is_not_sent_again(it: Place, twin: FeedTwin) -> None:
    """The feed is asked for by its ETag, also after a new start."""
    it.says("acme is late")
    cursor = it.hear(it.source())[-1].cursor
    source = it.source()
    for _ in range(3):
        assert it.hear(source, cursor) == []
    assert twin.unchanged == 3


def test_an_edit_is_an_event_of_its_own(it: Place, twin: FeedTwin) -> None:
    """What was heard and then written anew is told as an edit, once."""
    number = it.says("acme lost my bag")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.edits(number, "acme found my bag")
    batches = it.hear(source, cursor)
    [event] = events(batches, EventKind.EDITED)
    assert event.post is not None
    assert (event.post.id, event.post.content) == (number, "acme found my bag")
    assert ids(batches) == []
    assert it.hear(source, batches[-1].cursor) == []


def test_what_drops_out_of_the_feed_is_not_taken_for_deleted(it: Place, twin: FeedTwin) -> None:
    """Feeds show their newest only; the page tells, and without it nobody can."""
    number = it.says("acme lost my bag")
    source = it.source()
    it.hear(source)
    kept = dict(twin.entries)
    twin.body = b"<feed xmlns='http://www.w3.org/2005/Atom'><title>A blog</title></feed>"
    with pytest.raises(SourceError, match="nobody can tell"):
        again(source, number)
    twin.entries.clear()
    assert again(source, number) is None
    twin.entries.update(kept)


def test_the_cursor_names_no_page(it: Place) -> None:
    """Of an entry only 32 bits of a hash are remembered, and of so many only the last."""
    for number in range(REMEMBERED + 100):
        it.passes(1)
        it.says(f"acme {number}")
    batches = it.hear(it.source())
    cursor = batches[-1].cursor
    assert "http" not in cursor
    assert "acme" not in cursor
    assert len(cursor) < 30 * REMEMBERED
    assert ids(it.hear(it.source(), cursor)) == []


def test_robots_txt_is_obeyed(it: Place, twin: FeedTwin) -> None:
    """A site that does not let us is not asked for its feed; one whose robots.txt fails neither."""
    twin.robots = "User-agent: *\nDisallow: /feed\n"
    error = failed(it.source())
    assert "robots.txt does not let us" in str(error)
    assert error.retry
    assert twin.visits == ["/robots.txt"]
    twin.robots = "User-agent: ascolta\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    failed(it.source())
    assert "/feed" not in twin.visits
    twin.robots = "User-agent: *\nDisallow: /private\n"
    said = it.says("acme is late")
    assert ids(it.hear(it.source())) == [said]


def test_robots_txt_is_read_once_a_day(it: Place, twin: FeedTwin) -> None:
    """And anew after that, so that a no is heard."""
    source = it.source()
    for _ in range(5):
        it.hear(source)
    assert twin.visits.count("/robots.txt") == 1
    twin.robots = "User-agent: *\nDisallow: /\n"
    it.passes(86_400)
    assert "robots.txt" in str(failed(source))


def test_a_page_for_which_the_site_says_no_is_told_with_the_post(it: Place, twin: FeedTwin) -> None:
    """robots.txt may forbid the page though not the feed."""
    twin.robots = "User-agent: *\nAllow: /feed\nDisallow: /\n"
    number = it.says("acme is late")
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert event.post.page is not None
    assert event.post.page.disallowed
    twin.deletes(number)
    with pytest.raises(SourceError):
        again(it.source(), number)


def rss(item: bytes) -> bytes:
    """A feed of one entry."""
    return b"<rss version='2.0'><channel><item>" + item + b"</item></channel></rss>"


HOSTILE = {
    "a file's name": b"/etc/passwd",
    "an address": b"http://127.0.0.1:9/feed",
    "many small entities": b"<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>"
    + rss(b"<title>&m;</title><guid>1</guid>"),
    "a file as an entity": b"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + rss(b"<title>acme &e;</title>"),
    "deep": rss(b"<description>" + b"<b>" * 5_000 + b"</description>"),
    "open tags": b"<rss version='2.0'><channel>" + b"<item>" * 5_000,
    "open brackets": b"<rss version='2.0'><channel><item><title>" + b"<" * 20_000,
    "ampersands": b"<rss version='2.0'><channel><item><title>" + b"&" * 20_000,
    "no address": rss(b"<link>http://[</link><title>acme</title>"),
    "an odd address": rss(b"<link>javascript:alert(1)</link>"),
    "an odd time": rss(b"<guid>1</guid><pubDate>99999-99-99</pubDate>"),
    "not UTF-8": b"<?xml version='1.0' encoding='utf-8'?>" + rss(b"<guid>\xff\xfe</guid>"),
    "an unknown encoding": b"<?xml version='1.0' encoding='no-such'?>" + rss(b""),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_feed_does_no_harm(it: Place, twin: FeedTwin, what: str) -> None:
    """Nothing is opened or fetched that it names, nothing blows up, and what it tells holds none of our files."""
    twin.body = HOSTILE[what]
    source = it.source()
    try:
        batches = it.hear(source)
    except SourceError as error:
        assert error.retry  # noqa: PT017 - both ends are right
        batches = []
    told = "".join(event.post.content for event in events(batches) if event.post is not None)
    assert "root:" not in told
    assert len(told) < 1_000_000
    assert set(twin.visits) <= {"/robots.txt", "/feed"}


def test_a_feed_that_never_ends_is_cut(it: Place, twin: FeedTwin) -> None:
    """More than two megabytes are not read."""
    twin.body = b"<rss>" + b" " * (3 << 20)
    assert "2 MiB" in str(failed(it.source()))


def test_an_author_is_known_by_their_page_or_by_name_on_the_site(it: Place, twin: FeedTwin) -> None:
    """So that a stop of theirs can be remembered."""
    it.says("acme is late")
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert event.post.attributed_to.keys == (f"ann@{twin.url.removeprefix('http://')}",)
    assert event.post.published == NOW
