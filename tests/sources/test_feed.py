"""Feeds: asked for only when they changed and only where the site lets us, whatever they hold."""

from collections.abc import Iterator

import pytest

from ascolta.core.consent import Known, heed
from ascolta.core.post import EventKind
from ascolta.errors import SourceError
from ascolta.sources import feed_entries
from ascolta.sources.feed_entries import REMEMBERED, SMALL, read, told
from tests.proofs import proves
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


@proves("edit", network="rss", on="contract")
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


@proves("opt-out", network="rss", on="contract")
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
    "half a surrogate": rss(b"<title>acme &#xD800; is late</title><guid>1</guid>"),
    "a huge reference": rss(b"<title>acme &#99999999999;</title><guid>1</guid>"),
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


@pytest.mark.parametrize(
    "body",
    [
        rss(b"<title>acme is late</title><guid>1</guid>" + b"<category>air</category>" * 5_000),
        b"<rss version='2.0'><channel>" + b"<item><title>acme</title><guid>1</guid></item>" * 2_000,
        rss(b"<guid>1</guid><title>\xff\xfe&#129;</title><description>" + b"&lt;b&gt;" * 20_000 + b"</description>"),
    ],
)
def test_a_large_feed_is_read_elsewhere_and_says_the_same(body: bytes) -> None:
    """By a program of its own; what it tells is what would be told here."""
    assert len(body) > SMALL
    assert told(body, within=60) == read(body)


def test_a_feed_that_takes_too_long_is_given_up(it: Place, twin: FeedTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reading is ended, and it is said so; the next feed is read as ever."""
    monkeypatch.setattr(feed_entries.told, "__defaults__", (0.001,))
    twin.body = rss(b"<description>" + b"<b>" * 30_000 + b"</description>")
    source = it.source()
    error = failed(source)
    assert "takes too long to read" in str(error)
    assert error.retry
    twin.body = None
    said = it.says("acme is late")
    it.passes(300)
    assert ids(it.hear(source)) == [said]


@proves("opt-out", network="rss", on="contract")
@pytest.mark.parametrize("where", ["robots.txt", "header", "link", "element"])
def test_a_licence_in_rsl_reserves(it: Place, twin: FeedTwin, where: str) -> None:
    """Whether robots.txt names it, the answer's Link, the feed's own link, or an element of the feed (RSL 1.0)."""
    twin.says("ann", "acme is late")
    whole = twin.feed()
    link = b"<link rel='license' type='application/rsl+xml' href='https://blog.example/rsl.xml'/>"
    element = b"<r:content xmlns:r='https://rslstandard.org/rsl' url='/'><r:license/></r:content>"
    if where == "robots.txt":
        twin.robots = "License: https://blog.example/rsl.xml\nUser-agent: *\nAllow: /\n"
    elif where == "header":
        twin.headers["Link"] = '<https://blog.example/rsl.xml>; rel="license"; type="application/rsl+xml"'
    else:
        twin.body = whole.replace(b"</title>", b"</title>" + (link if where == "link" else element), 1)
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert event.post.page is not None
    assert event.post.page.licensed
    assert not heed(event.post, Known()).hears


def test_another_licence_reserves_nothing(it: Place, twin: FeedTwin) -> None:
    """One for people, such as those of Creative Commons, is none in RSL."""
    twin.says("ann", "acme is late")
    link = b"</title><link rel='license' href='https://creativecommons.org/licenses/by/4.0/'/>"
    twin.body = twin.feed().replace(b"</title>", link, 1)
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert heed(event.post, Known()).hears


def test_an_author_is_known_by_their_page_or_by_name_on_the_site(it: Place, twin: FeedTwin) -> None:
    """So that a stop of theirs can be remembered."""
    it.says("acme is late")
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert event.post.attributed_to.keys == (f"ann@{twin.url.removeprefix('http://')}",)
    assert event.post.published == NOW
