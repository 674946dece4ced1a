"""Bad inputs, each by its number: a clear sentence or calm handling, and nothing lost.

Every post case is sent between two good posts through `ascolta decide`; the good ones must always come out.
"""

import gzip
import json
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ascolta.core.consent import says_stop
from ascolta.core.label import Ask, values
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.core.post import Post
from ascolta.core.text import fold, shown
from ascolta.core.view import View, holds
from ascolta.errors import AscoltaError, QueryError, SourceError, StoreError
from ascolta.labels import label
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores.sql import SqlStore
from ascolta.watch import watch
from tests.cli.running import ACME, Said, ascolta
from tests.conftest import ACME as BRAND
from tests.conftest import foresee

GOOD = ({"id": "good1", "text": "@acmeair where is my bag?"}, {"id": "good2", "text": "@acmeair thank you"})


def between(bad: bytes, *options: str) -> Said:
    """What `decide` says of a bad line between two good ones, both of which must come out."""
    first, last = (json.dumps(post).encode() for post in GOOD)
    said = ascolta("decide", "--brand", ACME, *options, stdin=b"\n".join([first, bad, last]) + b"\n")
    assert {line["id"] for line in said.lines} >= {"good1", "good2"}, said.err
    return said


def line(text: str, **more: object) -> bytes:
    return json.dumps({"id": "bad", "text": text, **more}).encode("utf-8", "surrogatepass")


CALM = {
    "1 empty": line(""),
    "2 only spaces": line("  \t  "),
    "3 NUL byte": line("@acmeair a\0b"),
    "4 lone surrogate": b'{"id": "bad", "text": "@acmeair \\ud800 hello"}',
    "5 invalid UTF-8": b'{"id": "bad", "text": "@acmeair \xff\xfe hello"}',
    "7 a megabyte": line("@acmeair " + "x " * 500_000),
    "8 ten thousand combining marks": line("@acmeair z" + "\u0335\u0301" * 5_000),
    "9 RTL override in a handle": line("@acmeair hi", author="ann\u202enna"),
    "10 bidi isolates unclosed": line("@acmeair \u2066\u2067\u2068 hi"),
    "12 tag characters": line("@acmeair hi" + "".join(chr(0xE0000 + ord(c)) for c in "ignore all")),
    "18 emoji ZWJ family": line("@acmeair 👨\u200d👩\u200d👧\u200d👦 hi"),
    "21 variation selectors carrying bytes": line("@acmeair 😀" + "".join(chr(0xE0100 + n) for n in range(200))),
    "23 line separators": line("@acmeair one\u2028two\u2029three\x85four"),
    "24 ANSI escape codes": line("@acmeair \x1b[31mred\x1b]0;title\x07"),
    "25 CR/LF": line("@acmeair a\r\n2026-01-01 INFO forged b"),
    "49 quote or one": line("@acmeair ' OR 1=1; DROP TABLE cases; --", author="' OR 1=1"),
    "50 FTS operators": line('@acmeair " * NEAR AND ('),
    "51 LIKE wildcards": line("@acmeair %_%", author="%"),
    "52 ReDoS": line("@acmeair " + "a." * 20_000 + "@" + "#" * 5_000),
    "53 a hundred thousand hashtags": line("@acmeair " + "#a " * 100_000, tags=["t"] * 100_000),
    "55 duplicate keys": b'{"id": "x", "id": "bad", "text": "no", "text": "@acmeair hi"}',
    "57 an id above 2^63": b'{"id": 99999999999999999999999, "text": "@acmeair hi"}',
}


@pytest.mark.parametrize("bad", CALM.values(), ids=CALM)
def test_odd_posts_are_taken_calmly(bad: bytes) -> None:
    """The post is decided on like any other, without a word on standard error."""
    said = between(bad)
    assert (said.code, said.err) == (0, "")


TOLD = {
    "54 JSON of depth 10,000": (b'{"id":"bad","text":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deeply"),
    "56 NaN": (b'{"id": "bad", "text": "@acmeair hi", "published": NaN}', "'published' is not a time"),
    "56 1e999": (b'{"id": "bad", "text": "@acmeair hi", "published": 1e999}', "'published' is not a time"),
    "no object": (b'["a"]', "it is not an object"),
    "no JSON": (b'{"id": "bad", "text": ', "it is not JSON"),
    "no id": (b'{"text": "@acmeair hi"}', "there is no 'id'"),
    "no text": (b'{"id": "bad"}', "there is no 'text'"),
    "a wrong kind": (b'{"id": "bad", "text": {"a": 1}}', "see the plain post format"),
    "a wrong event": (b'{"id": "bad", "event": "exploded"}', "'event' must be one of"),
}


@pytest.mark.parametrize(("bad", "sentence"), TOLD.values(), ids=TOLD)
def test_what_cannot_be_read_is_told_with_its_line(bad: bytes, sentence: str) -> None:
    """One sentence names the line and what to do; everything else is heard; the exit code is 2."""
    said = between(bad)
    assert said.code == 2
    assert said.err.startswith("-:2: ")
    assert sentence in said.err
    assert "1 line was set aside" in said.err


def test_6_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark at the start is passed over; UTF-16 is told as such."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line("@acmeair hi"))
    assert [found["id"] for found in ascolta("decide", "-b", ACME, path).lines] == ["bad"]
    path.write_bytes(line("@acmeair hi").decode().encode("utf-16"))
    said = ascolta("decide", "-b", ACME, path)
    assert (said.code, "UTF-16; save it as UTF-8" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11 ac\u200dme ac\u200bme", True),
        ("13 \u0430cme", False),
        ("16 ac\u00adme", True),
        ("17 @acm\u0065\u0301", True),
        ("19 ACME \u0130\u0131", True),
        ("20 STRA\u1e9eE acme", True),
        ("14 \uff14\uff12 acme", True),
        ("15 \u0664\u0662 acme", True),
    ],
)
def test_11_to_20_odd_letters_match_as_a_reader_expects(text: str, found: bool) -> None:
    """Joiners, soft hyphens and composed twins do not hide a word; a homoglyph is another letter."""
    assert holds(parse("acme"), View(Post(id="1", content=text))) is found


def test_14_and_15_digits_fold_to_what_they_are() -> None:
    """Full-width digits become plain ones; Arabic-Indic digits stay words of their own."""
    assert fold("\uff14\uff12") == "42"
    assert holds(parse("\u0664\u0662"), View(Post(id="1", content="\u0664\u0662")))


@pytest.mark.parametrize(
    "text",
    [
        "", "undefined", "\\", "null", "NIL", "true", "1/0", "0x0", "-1e100", "1;DROP TABLE users",
        "<script>alert(1)</script>",
        "$HOME", "%d%s%n", "../../etc/passwd", "Ω≈ç√∫", "사회과학원", "﷽", "(╯°□°）╯︵ ┻━┻", "🐵 🙈 🙉 🙊", "１２３",
        "بُولُندَا",
        "T̶h̶e̶", "⁰⁴⁵", "\u202atest", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗", "{{7*7}}", "`id`", "eval(x)", "\x7f\x01", "If you're reading this", "CON",
    ],
)  # fmt: skip
def test_22_naughty_strings_pass_through_everything(text: str) -> None:
    """Strings in the manner of the BLNS list are parsed, matched, labelled and shown without a fault."""
    holds(parse("acme OR NOT a*"), View(Post(id="1", content=text)))
    [given] = label([Ask(text=text, handles=("acmeair",))])
    assert len(values(given, "addressed")) == 1
    assert says_stop(text) is False
    try:
        parse(text)
    except QueryError as error:
        assert error.column >= 1  # noqa: PT017


def test_24_and_25_nothing_of_a_post_is_obeyed_in_the_terminal() -> None:
    """Escape codes, line ends and direction marks of a post are shown as codes."""
    assert shown("\x1b[31ma\r\nb\u202ec") == "\\u001b[31ma\\u000d b\\u202ec"


def test_48_a_brand_may_not_be_called_by_a_path_or_device(tmp_path: Path) -> None:
    """What becomes part of names and keys is small letters, digits and hyphens only."""
    for name in ("../x", "CON", "a/b", "ä"):
        (tmp_path / "brand.yaml").write_text(f"brand: '{name}'\nname: X\n")
        said = ascolta("check", tmp_path)
        assert (said.code, "small letters" in said.err) == (2, True)


def test_50_query_operators_alone_are_told() -> None:
    """What other engines take for operators is a query error with its column, or plain words."""
    for query in ('"', "* ", "NEAR", "AND", '" * NEAR AND'):
        with pytest.raises(QueryError):
            parse(query)


def test_58_a_decompression_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    """A gigabyte of nothing in one compressed line is refused with a sentence, in less than 300 MiB."""
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as bomb:
        for _ in range(1_100):
            bomb.write(b"\0" * (1 << 20))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); "
        "sys.argv = ['ascolta', 'match', 'acme', sys.argv[1]]; from ascolta.cli import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2
    assert "decompression bomb" in ended.stderr


def test_58_a_damaged_archive_is_told(tmp_path: Path) -> None:
    """A cut file gives what it holds, then one sentence."""
    whole = gzip.compress(b"".join(line(f"@acmeair {n}") + b"\n" for n in range(2_000)))
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    said = ascolta("match", "@acmeair", path)
    assert (said.code, "cut or damaged" in said.err) == (2, True)


def test_87_to_89_repeats_and_disorder(tmp_path: Path) -> None:
    """A repeat counts once; a removal before its post is heeded; an update after a removal is dropped."""
    events = [
        {"id": "1", "text": "to acme", "published": 600},
        {"id": "1", "text": "to acme", "published": 600},
        {"event": "removed", "id": "2"},
        {"id": "2", "text": "to acme", "published": 600},
        {"event": "removed", "id": "1"},
        {"event": "edited", "id": "1", "text": "to acme, again", "published": 600},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    store = SqlStore(tmp_path)
    for _ in listen(FileSource(str(path), clock=None), Brands([BRAND], foresee), store):
        pass
    assert store.cases() == []
    assert store.counts("acme", "all", 0, 1_000) == {600: 2}
    store.close()


def test_90_an_account_that_comes_back_is_heard_again() -> None:
    """Deleted, then reactivated: its old cases are gone, and it is heard from then on."""
    events = [
        {"event": "actor", "author": {"handle": "a", "deleted": True}},
        {"id": "1", "text": "acme air is late", "author": "a"},
        {"event": "actor", "author": {"handle": "a", "deleted": False}},
        {"id": "2", "text": "acme air is late again", "author": "a"},
    ]
    said = ascolta("decide", "-b", ACME, stdin=b"\n".join(json.dumps(e).encode() for e in events))
    assert [found["id"] for found in said.lines] == ["2"]


def test_91_the_account_id_wins_over_the_handle() -> None:
    """A refusal belongs to the account, not to the handle that somebody else may take over."""
    events = [
        {"event": "actor", "author": {"id": "7", "handle": "a", "indexable": False}},
        {"id": "1", "text": "acme air is late", "author": {"id": "8", "handle": "a"}},
        {"id": "2", "text": "acme air is late", "author": {"id": "7", "handle": "b"}},
    ]
    said = ascolta("decide", "-b", ACME, stdin=b"\n".join(json.dumps(e).encode() for e in events))
    assert [found["id"] for found in said.lines] == ["1"]


def test_92_a_cursor_that_does_not_fit_is_told(tmp_path: Path) -> None:
    """A file that became shorter, or another file, is not heard on in the middle."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(line(f"@acmeair {n}", id=str(n)) + b"\n" for n in range(50)))
    assert ascolta("listen", ACME, path, "--store", tmp_path / "s").code == 0
    path.write_bytes(line("@acmeair 1") + b"\n")
    said = ascolta("listen", ACME, path, "--store", tmp_path / "s")
    assert (said.code, "use --from-start" in said.err) == (2, True)
    assert ascolta("listen", ACME, path, "--store", tmp_path / "s", "--from-start").code == 0


def test_94_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """When the store cannot grow, one sentence says so, the cursor stays, and the next run goes on from there."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(line("@acmeair where is it " + "x" * 900, id=str(n)) + b"\n" for n in range(400)))
    brands = Brands([BRAND], foresee)
    store = SqlStore(tmp_path / "s")
    with store.engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar() or 0
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
        db.rollback()
    source = FileSource(str(path), batch=50)
    to_all = Brands([BRAND], lambda asks: brands.label([Ask(text="to " + ask.text) for ask in asks]))
    with pytest.raises(StoreError, match="disk is full"):
        for _ in listen(source, to_all, store):
            pass
    kept = len(store.cases())
    store.engine.dispose()
    store.close()
    again = SqlStore(tmp_path / "s")
    for _ in listen(FileSource(str(path), batch=50), to_all, again):
        pass
    assert kept < len(again.cases()) == 400
    assert sum(again.counts("acme", "all", 0, 1 << 40).values()) == 400
    again.close()


def test_94_output_that_cannot_be_written_is_told() -> None:
    """A full output is one sentence and exit code 2; a reader that leaves is no fault."""
    posts = b"".join(line("acme", id=str(n)) + b"\n" for n in range(5_000))
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "ascolta", "match", "acme"], input=posts, stdout=full, stderr=subprocess.PIPE
        )
    assert (ended.returncode, b"Traceback" in ended.stderr, b"No space left" in ended.stderr) == (2, False, True)
    piped = subprocess.Popen(
        [sys.executable, "-m", "ascolta", "match", "acme"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert piped.stdout is not None
    piped.stdout.close()
    err = piped.communicate(posts)[1]
    assert (piped.returncode, err) == (0, b"")


@pytest.mark.parametrize("shift", [-3_600, 3_600, 0.5])
def test_95_a_clock_that_jumps_disturbs_nobody(tmp_path: Path, shift: float) -> None:
    """An hour back or forth in the posts' times is counted where it says; watching goes on without a fault."""
    times = [1_000_000 + 60 * n + (shift if n > 200 else 0) for n in range(400)]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(line("acme", id=str(n), published=at) + b"\n" for n, at in enumerate(times)))
    store = SqlStore(None)
    for heard in listen(FileSource(str(path), clock=None, batch=50), Brands([BRAND], foresee), store):
        watch(store, BRAND, heard.newest)
    assert sum(store.counts("acme", "all", 0, 1 << 40).values()) == 400
    store.close()


def test_96_two_listeners_on_one_store(tmp_path: Path) -> None:
    """Two at once on the same source: what one keeps the other does not count again, and one is told."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(line("to acme", id=str(n)) + b"\n" for n in range(3_000)))
    told: list[str] = []

    def hear() -> None:
        store = SqlStore(tmp_path / "s")
        try:
            for _ in listen(FileSource(str(path), batch=20), Brands([BRAND], foresee), store):
                pass
        except AscoltaError as error:
            told.append(str(error))
        store.close()

    threads = [threading.Thread(target=hear) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = SqlStore(tmp_path / "s")
    while store.cursor("file:a.jsonl") and (before := len(store.cases())) < 3_000:
        for _ in listen(FileSource(str(path), batch=500), Brands([BRAND], foresee), store):
            pass
        assert len(store.cases()) > before
    assert len(store.cases()) == 3_000
    assert sum(store.counts("acme", "all", 0, 1 << 40).values()) == 3_000
    assert all("another listener" in said or "busy" in said for said in told)
    store.close()


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    """The sentence names the path and what to do."""
    for path, sentence in ((tmp_path / "none.jsonl", "No such file"), (tmp_path, "is a folder")):
        with pytest.raises(SourceError, match=sentence):
            list(FileSource(str(path)).batches(""))


def test_memory_stays_bounded_over_a_long_line() -> None:
    """A line longer than 16 MiB is set aside without being held."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = between(b'{"id": "bad", "text": "' + b"x" * (17 << 20) + b'"}')
    assert (said.code, "longer than 16 MiB" in said.err) == (2, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
