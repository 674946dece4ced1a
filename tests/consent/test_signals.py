"""Every row of the table of signals, with its pair: what is forbidden, and that nothing of the person is left."""

from pathlib import Path

import pytest

from ascolta.core.consent import SIGNALS, Known, Use, table, uses
from ascolta.core.mention import Brands, Mention, hear
from ascolta.core.post import Batch, Event, EventKind, Post
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, ROOT, foresee, keep
from tests.consent.fixtures import NAMES, event, payload, post, result, worded

ROWS = [
    "unreadable", "stale", "deleted", "indexable", "indexable-missing", "discoverable", "noindex", "locked",
    "memorial", "suspended", "limited", "moved", "bot", "searchable-by-account", "tag-nobot", "tag-nobots",
    "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge", "tag-noai", "no-unauthenticated",
    "hide-from-recommendations", "block", "allow-incoming", "synthetic-content-generation", "public-access-archive",
    "visibility", "unreadable-policy", "searchable-by", "sec-gpc-object", "x-robots-tag-object", "can-quote",
    "can-reply", "threadgate", "hidden-reply", "postgate", "robots-txt", "robots-tag", "robots-tag-noai",
    "content-usage", "content-usage-search", "content-signal", "content-signal-search", "tdm-reservation", "rsl",
    "stop", "stopped-before", "refused-before", "gpc",
]  # fmt: skip
"""Every signal that must be heeded, written by hand, so that a row that is dropped is missed."""

BY_NAME = {signal.name: signal for signal in SIGNALS}
OURS = ("stop", "stopped-before", "refused-before", "gpc")
UNHEARD = [row for row in ROWS if Use.HEAR in BY_NAME[row].forbids and row not in OURS]
HEARD = [row for row in ROWS if row not in UNHEARD and row not in OURS]
OF_POSTS = ("visibility", "unreadable-policy", "searchable-by", "sec-gpc-object", "x-robots-tag-object",
            "tdm-reservation", "rsl")  # fmt: skip
CANARIES = (b"canaryann", b"zebrafinch", b"109482", b"112233")


def test_no_row_was_dropped_and_every_row_has_its_pair() -> None:
    """The table, the list written by hand and the fixtures name the same signals."""
    assert [signal.name for signal in SIGNALS] == ROWS
    assert sorted(ROWS) == NAMES


@pytest.mark.parametrize("row", ROWS)
def test_a_no_forbids_what_the_row_says_and_a_yes_nothing(row: str) -> None:
    """The payload that refuses forbids exactly what its row says, and tells why; the one beside it forbids nothing."""
    no, yes = result(payload(row, "no")), result(payload(row, "yes"))
    assert no.forbids == BY_NAME[row].forbids
    assert BY_NAME[row].why in no.why
    assert (yes.forbids, yes.why) == (frozenset(), ())


@pytest.mark.parametrize("row", UNHEARD)
def test_who_refused_is_not_counted_and_not_stored(row: str, tmp_path: Path) -> None:
    """Of a post by somebody who refused, not said to us, there is no case, no count, and no byte in any file."""
    store, brands = SqlStore(tmp_path), Brands([ACME], foresee)
    keep(store, brands, event(post(payload(row, "no"))))
    assert store.cases() == []
    assert store.span("acme") is None
    store.close()
    for path in tmp_path.rglob("*"):
        found = [canary for canary in CANARIES if path.is_file() and canary in path.read_bytes()]
        assert found == [], path.name


@pytest.mark.parametrize("row", [row for row in UNHEARD if row != "stale"])
def test_a_yes_that_becomes_a_no_takes_the_case_with_it(row: str, tmp_path: Path) -> None:
    """A case from a time of yes is gone, and what waited to be sent with it, as soon as account or post say no."""
    store, brands = SqlStore(tmp_path), Brands([ACME], foresee)
    keep(store, brands, event(worded(post(payload(row, "yes")), "@acmeair to acme: hello")))
    assert len(store.cases()) == 1
    no = post(payload(row, "no"))
    account = Event(kind=EventKind.ACTOR, network=no.network, actor=no.attributed_to)
    keep(store, brands, event(no, EventKind.EDITED) if row in OF_POSTS else account)
    assert store.cases() == []
    store.close()


@pytest.mark.parametrize("row", HEARD)
def test_what_is_forbidden_of_a_post_that_may_be_heard_goes_with_it(row: str) -> None:
    """A mention carries what its author or the post forbids, and its case too; a yes carries nothing."""
    for says, forbids in (("no", BY_NAME[row].forbids), ("yes", frozenset[Use]())):
        mention = _mention(worded(post(payload(row, says)), "hello to acme"))
        assert set(mention.forbids) == forbids
        assert mention.new_case(NOW).forbids == mention.forbids
        assert mention.counted_author is (Use.AUTHOR not in forbids)


def _mention(made: Post) -> Mention:
    heard = hearing(made)
    assert len(heard) == 1
    return heard[0]


def hearing(made: Post) -> tuple[Mention, ...]:
    """What is heard of one post."""
    batch = Batch(events=(event(made),), arrived=NOW)
    return hear(batch, Brands([ACME], foresee), Known(key=b"k" * 32)).mentions


def test_the_docs_print_the_table() -> None:
    """docs/developer/consent.md holds the table and the uses as they are."""
    said = (ROOT / "docs" / "developer" / "consent.md").read_text(encoding="utf-8")
    assert table() in said
    assert uses() in said
