"""Files as sources: what is read, how it is resumed, what is said about what cannot be read."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

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


HEAD = "id\ttext\n"
QUOTED = {
    "within a cell": ('1\tmy 6" acme\n2\tlate\n', {"1": 'my 6" acme', "2": "late"}, []),
    "doubled": ('1\t"a ""b"" c"\n2\tlate\n', {"1": 'a "b" c', "2": "late"}, []),
    "over lines": ('1\t"a\n""b"""\n2\tlate\n', {"1": 'a\n"b"', "2": "late"}, []),
    "closed by another's": ('1\t"a\n2\tlate\n3\t"so"\n', {"2": "late", "3": "so"}, [2]),
    "never closed": ('1\ta\n2\t"late\n3\tso\n', {"1": "a"}, [3]),
    "torn twice": ('1\t"a\n2\t"late\n3\t"so"\n', {"3": "so"}, [2, 3]),
}


@pytest.mark.parametrize(("rows", "heard", "aside"), QUOTED.values(), ids=QUOTED)
@pytest.mark.parametrize("chunk", [1, 1 << 18])
def test_a_quotation_mark_costs_no_other_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, heard: dict[str, str], aside: list[int], chunk: int
) -> None:
    """It opens a cell only at its beginning; one that is not closed is told with its line, however a file is parted."""
    monkeypatch.setattr("ascolta.sources.records.CHUNK", chunk)
    told: list[str] = []
    source = FileSource(written(tmp_path / "a.tsv", (HEAD + rows).encode()), tell=told.append)
    posts = [event.post for batch in source.batches("") for event in batch.events if event.post]
    assert {post.id: post.content for post in posts} == heard
    assert [int(said.split(":")[1]) for said in told] == aside


def test_a_row_that_is_still_being_written_is_heard_when_it_is_whole(tmp_path: Path) -> None:
    """A cell that is open at the end of the file may be closed later."""
    path = tmp_path / "a.csv"
    source = FileSource(written(path, b'id,text\n1,acme\n2,"acme\n'))
    [batch] = source.batches("")
    path.write_bytes(path.read_bytes() + b'late"\n')
    [later] = source.batches(batch.cursor)
    assert [event.post.content for event in later.events if event.post] == ["acme\nlate"]


def test_a_cell_may_be_as_long_as_a_line(tmp_path: Path) -> None:
    """A megabyte of text is a post in a table as in JSON lines."""
    source = FileSource(written(tmp_path / "a.csv", b"id,text\n1," + b"acme " * 200_000 + b"\n"))
    assert ids(source) == ["1"]


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, "gz"), (zstandard.compress, "zst")])
def test_all_that_stands_before_a_cut_is_heard_and_the_rest_when_it_comes(
    tmp_path: Path, pack: Callable[[bytes], bytes], suffix: str
) -> None:
    """The batch that was being gathered is given before the cut is told."""
    rows = [{"id": str(n), "text": f"acme {sha256(str(n).encode()).hexdigest()}"} for n in range(5_000)]
    packed = pack(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    source = FileSource(written(tmp_path / f"a.jsonl.{suffix}", packed[:-200]))
    batches = source.batches("")
    first = next(batches)
    assert 2_000 < len(first.events) < 5_000
    with pytest.raises(SourceError, match="cut or damaged"):
        next(batches)
    written(Path(source.path), packed)
    assert ids(source, first.cursor) == [str(n) for n in range(len(first.events), 5_000)]


STREAMS: dict[str, bytes] = {
    "a table": b"text;id\nacme;1\n",
    "gzip": gzip.compress(b'{"id": 1, "text": "acme"}\n'),
    "zstd": zstandard.compress(b"id,text\n1,acme\n"),
    "JSON lines": b'{"id": 1, "text": "acme"}',
}


@pytest.mark.parametrize("name", ["-", "posts.txt"])
@pytest.mark.parametrize("content", STREAMS.values(), ids=STREAMS)
def test_what_is_read_is_told_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str
) -> None:
    """Standard input and files of any name may be tables, and packed."""
    path = written(tmp_path / "posts.txt", content)
    with Path(path).open("rb") as stream:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stream))
        assert ids(FileSource("-" if name == "-" else path)) == ["1"]


@pytest.mark.parametrize(("head", "suffix"), [(b"", "jsonl"), (b"id,text\n", "csv")])
def test_files_one_after_the_other_are_one(tmp_path: Path, head: bytes, suffix: str) -> None:
    """A byte order mark, or a header, in the middle is no post."""
    rows = [b'{"id": "%d", "text": "acme"}\n' % n if suffix == "jsonl" else b"%d,acme\n" % n for n in (1, 2)]
    joined = b"".join(b"\xef\xbb\xbf" + head + row for row in rows)
    assert ids(FileSource(written(tmp_path / f"a.{suffix}", joined))) == ["1", "2"]


def test_a_table_is_what_it_seems(tmp_path: Path) -> None:
    """A row without its text is told, and so is a header that names one column twice, or not the one that is meant."""
    told: list[str] = []
    assert ids(FileSource(written(tmp_path / "a.csv", b"id,text\n1\n2,acme\n"), tell=told.append)) == ["2"]
    assert told[0].startswith(f"{tmp_path / 'a.csv'}:2: it has 1 cells")
    for header, columns, said in (
        (b"id,text,text\n", {}, "more than one column 'text'"),
        (b"id,text\n", {"addressed": "to_us"}, r"no column 'to_us' \(it has id, text\); use --map addressed=COLUMN"),
    ):
        with pytest.raises(SourceError, match=said):
            ids(FileSource(written(tmp_path / "b.csv", header + b"1,a,b\n"), columns=columns))


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
