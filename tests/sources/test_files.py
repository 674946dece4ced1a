"""Files as sources: what is read, how it is resumed, what is said about what cannot be read."""

import gzip
import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.consent import Known
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Event, EventKind
from ascolta.errors import SourceError
from ascolta.listen import listen
from ascolta.sources import FileSource, plain
from ascolta.sources.once import Once, Told, key_of
from ascolta.sources.times import seconds
from ascolta.stores.memory import MemoryStore
from tests.conftest import ACME, edited, foresee, published, removed

LINES: list[dict[str, object]] = [
    {"id": str(n), "text": f"acme {n}", "published": f"2026-10-15T10:{n:02}:00Z"} for n in range(30)
]
FIELDS = Actor.__struct_fields__


def written(path: Path, lines: list[dict[str, object]] | bytes) -> str:
    path.write_bytes(
        lines if isinstance(lines, bytes) else b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    )
    return str(path)


def ids(source: FileSource, after: str = "") -> list[str]:
    return [event.post.id if event.post else event.post_id for batch in source.batches(after) for event in batch.events]


def test_json_lines_are_heard_in_order(tmp_path: Path) -> None:
    """Every line is one post, oldest first, in batches of the size asked for."""
    source = FileSource(written(tmp_path / "a.jsonl", LINES), batch=7)
    assert [len(batch.events) for batch in source.batches("")] == [7, 7, 7, 7, 2]
    assert ids(source) == [str(n) for n in range(30)]


SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=4,
)


@given(SAID)
def test_who_wrote_a_line_is_the_same_whether_it_is_read_at_once_or_when_asked_for(author: object) -> None:
    """Among many lines an author is passed over until a post is made of the line; nothing comes of that."""
    line = json.dumps({"id": "1", "text": "acme", "author": author}).encode()
    passing = plain.decode_all(line)
    assert passing is not None
    assert [plain.post(one) for one in passing] == [plain.post(plain.decode(line))]


@pytest.mark.parametrize(
    ("author", "handle"),
    [
        (b'{"handle": "a\xff"}', "a\N{REPLACEMENT CHARACTER}"),
        (b'{"handle": "ann", "indexable": 1' + b"0" * 5_000 + b"}", ""),
        (b'{"handle": "ann", "id": 7}', "ann"),
        (b"null", ""),
    ],
)
def test_an_author_that_cannot_be_read_costs_no_line(author: bytes, handle: str) -> None:
    """Broken characters are mended; who cannot be read at all refuses to be heard, and nothing breaks off."""
    passing = plain.decode_all(b'{"id": "1", "text": "acme", "author": ' + author + b"}")
    assert passing is not None
    read = plain.post(passing[0]).attributed_to
    assert read.handle == handle
    assert read.unreadable is (True if len(author) > 5_000 else None)


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_compressed_files_are_heard_as_they_are(tmp_path: Path, suffix: str) -> None:
    """Gzip and zstd are recognised by their content, cursor included."""
    plain = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
    packed = gzip.compress(plain) if suffix == "gz" else zstandard.compress(plain)
    source = FileSource(written(tmp_path / f"a.jsonl.{suffix}", packed), batch=20)
    first = next(iter(source.batches("")))
    assert ids(source, first.cursor) == [str(n) for n in range(20, 30)]


def test_csv_is_heard_by_its_columns(tmp_path: Path) -> None:
    """Columns are mapped by option; text may hold quotation marks, line ends and the delimiter."""
    text = '\ufeffnumber;body;when\n1;"acme; ""really""\nlate";2026-10-15 10:00\n2;hello;\n'
    source = FileSource(
        written(tmp_path / "a.csv", text.encode()), columns={"id": "number", "text": "body", "published": "when"}
    )
    [batch] = source.batches("")
    posts = [event.post for event in batch.events if event.post]
    assert [(post.id, post.content) for post in posts] == [("1", 'acme; "really"\nlate'), ("2", "hello")]
    assert [post.published for post in posts] == [seconds("2026-10-15T10:00Z"), None]


def test_csv_resumes_within_the_file(tmp_path: Path) -> None:
    """The header is read again on resuming, and no row twice."""
    rows = "id,text\n" + "".join(f'{n},"line\n{n}"\n' for n in range(9))
    source = FileSource(written(tmp_path / "a.csv", rows.encode()), batch=4)
    cursors = [batch.cursor for batch in source.batches("")]
    assert ids(FileSource(source.path, batch=4), cursors[0]) == [str(n) for n in range(4, 9)]


def test_a_grown_file_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """Lines added later are heard, the others not again; a line cut in the middle waits for its end."""
    path = tmp_path / "a.jsonl"
    source = FileSource(written(path, LINES[:3]))
    [batch] = source.batches("")
    assert list(source.batches(batch.cursor)) == []
    whole = json.dumps(LINES[3]).encode()
    path.write_bytes(path.read_bytes() + whole[:20])
    assert ids(source, batch.cursor) == []
    path.write_bytes(path.read_bytes() + whole[20:])
    assert ids(source, batch.cursor) == ["3"]


@pytest.mark.parametrize(
    ("content", "said"), [(LINES[:1], "before the place"), (LINES[::-1], "not the file that was heard")]
)
def test_a_replaced_file_is_told(tmp_path: Path, content: list[dict[str, object]], said: str) -> None:
    """A file that was cut or replaced since is not heard on in the middle."""
    path = tmp_path / "a.jsonl"
    source = FileSource(written(path, LINES), batch=20)
    cursor = next(iter(source.batches(""))).cursor
    written(path, content)
    with pytest.raises(SourceError, match=said):
        list(source.batches(cursor))


def test_a_line_that_gets_its_end_later_is_heard_once(tmp_path: Path) -> None:
    """A post is whole before its line end is written; when that comes, it is no new post."""
    path = tmp_path / "day.jsonl"
    first, second = (json.dumps(one).encode() for one in LINES[:2])
    path.write_bytes(first)
    source = FileSource(str(path), clock=None)
    [batch] = source.batches("")
    assert len(batch.events) == 1
    path.write_bytes(first + b"\n" + second + b"\n")
    [later] = source.batches(batch.cursor)
    assert [event.post.id for event in later.events if event.post] == [str(LINES[1]["id"])]


event = st.one_of(
    st.builds(
        published,
        st.integers(0, 12).map(str),
        st.sampled_from(["acme", "to acme", "acme bad"]),
        st.integers(0, 2_000).map(float),
    ),
    st.builds(removed, st.integers(0, 12).map(str)),
    st.builds(edited, st.integers(0, 12).map(str), st.sampled_from(["to acme", "acme bad", "nothing"])),
)


def line(happened: Event) -> bytes:
    if happened.post is None:
        said: dict[str, object] = {"event": "removed", "id": happened.post_id, "network": "x"}
    else:
        post = happened.post
        said = {
            "event": str(happened.kind),
            "id": post.id,
            "text": post.content,
            "network": "x",
            "published": post.published,
        }
    return json.dumps(said).encode() + b"\n"


def state(store: MemoryStore) -> object:
    cases = {(c.content.post_id, c.content.text) if c.content else c.labels for c in store.cases()}
    return cases, {
        (s, t): n for s in ("all", "complaint", "reply") for t, n in store.counts("acme", s, 0, 1 << 40).items()
    }


@given(st.lists(event, max_size=40), st.integers(1, 9), st.integers(0, 40), st.integers(3, 50))
@settings(max_examples=150, deadline=None)
def test_resuming_anywhere_is_running_through(
    tmp_path_factory: pytest.TempPathFactory, happened: list[Event], batch: int, stop: int, window: int
) -> None:
    """Repeats, removals and edits in any order: stopping after any batch and starting anew changes nothing."""
    path = written(tmp_path_factory.mktemp("r") / "a.jsonl", b"".join(map(line, happened)))
    brands = Brands([ACME], foresee)
    whole, halves = MemoryStore(), MemoryStore()
    for _ in listen(FileSource(path, batch=batch, window=window, clock=None), brands, whole):
        pass
    for place, _ in enumerate(listen(FileSource(path, batch=batch, window=window, clock=None), brands, halves)):
        if place >= stop % 5:
            break
    for _ in listen(FileSource(path, batch=batch, window=window, clock=None), brands, halves):
        pass
    assert state(halves) == state(whole)


@given(st.lists(event, max_size=40), st.randoms())
def test_repeats_and_disorder_do_not_change_counts(happened: list[Event], random) -> None:  # type: ignore[no-untyped-def]
    """Each post counts once, in whatever order its repeats, removal and edits arrive."""

    def counts(stream: list[Event]) -> Counter[tuple[str, str, int]]:
        once = Once()
        passed = []
        for place, one in enumerate(stream):
            told = once.admit(key_of(one.network, one.post.id if one.post else one.post_id), one.kind, place)
            if told is not Told.REPEAT:
                passed.append(msgspec.structs.replace(one, superseded=told is Told.SUPERSEDED))
        return hear(_batch(passed), Brands([ACME], foresee), Known()).counts

    first: dict[str, Event] = {}
    unique = [
        e
        for e in happened
        if e.kind is not EventKind.PUBLISHED or e.post is None or first.setdefault(e.post.id, e) is e
    ]
    shuffled = [*unique, *unique]
    random.shuffle(shuffled)
    assert counts(shuffled) == counts(unique)


def _batch(events: list[Event]) -> Batch:
    return Batch(events=tuple(events), arrived=9_999.0)


def test_a_post_removed_before_it_arrives_opens_no_case(tmp_path: Path) -> None:
    """A removal that comes before its post is heeded, and so is an edit."""
    happened = [removed("1"), published("1", "to acme"), edited("2", "to acme, new"), published("2", "to acme, old")]
    store = MemoryStore()
    for _ in listen(
        FileSource(written(tmp_path / "a.jsonl", b"".join(map(line, happened)))), Brands([ACME], foresee), store
    ):
        pass
    assert [case.content.text for case in store.cases() if case.content] == ["to acme, new"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-10-15T18:40:00Z", 1_792_089_600),
        ("2026-10-15T20:40:00+02:00", 1_792_089_600),
        ("2026-10-15 10:40:00 -0800", 1_792_089_600),
        ("2026-10-15 18:40", 1_792_089_600),
        ("Thu Oct 15 18:40:00 +0000 2026", 1_792_089_600),
        ("Thu, 15 Oct 2026 18:40:00 GMT", 1_792_089_600),
        ("1792089600", 1_792_089_600),
        (1792089600.0, 1_792_089_600),
        (1792089600000, 1_792_089_600),
        ("2016-12-31T23:59:60Z", 1_483_228_799),
    ],
)
def test_times_are_read_in_every_usual_form(said: str | float, expected: float) -> None:
    """ISO 8601, exports of networks, RFC 2822, epoch numbers, and a leap second."""
    assert seconds(said) == expected


@pytest.mark.parametrize(
    "said", ["", "yesterday", "2026-13-01", float("nan"), float("inf"), "1e999", "99999999999999999999"]
)
def test_what_is_no_time_is_refused(said: str | float) -> None:
    """Anything else is a ValueError."""
    with pytest.raises(ValueError, match="not a time"):
        seconds(said)
