"""Files as the commands read them: which is which, what is set aside, and what the system does not let us read."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.running import ACME, ascolta
from tests.conftest import ROOT

PROGRAM = [sys.executable, "-m", "ascolta"]
SAID = [{"id": str(n), "text": f"@acmeair where is my bag {n}", "published": "2026-10-15T10:00:00Z"} for n in range(9)]


def write(path: Path, posts: Sequence[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    return path


def brand(folder: Path, *files: str, called: str = "acme") -> Path:
    """A brand that hears some files."""
    folder.mkdir(parents=True)
    (folder / "queries.yaml").write_bytes((ACME / "queries.yaml").read_bytes())
    sources = "".join(f"\n  - file: {file}\n    rehearsal: true" for file in files)
    said = f"brand: {called}\nname: Acme\nhandles: ['@acmeair']\nsources:{sources}\n"
    (folder / "brand.yaml").write_text(said, encoding="utf-8")
    return folder


def heard(*words: object) -> int:
    said = ascolta("listen", *map(str, words), "--json")
    assert said.code == 0, said.err
    return int(said.json["posts"])


def test_files_of_one_name_are_heard_each_by_itself(tmp_path: Path) -> None:
    """In folders of one brand, of several, and named at once; one that is called by several brands is heard once."""
    own = brand(tmp_path / "one", "mon/posts.jsonl", "tue/posts.jsonl")
    write(own / "mon" / "posts.jsonl", SAID[:2])
    assert ascolta("listen", own).code == 2
    write(own / "tue" / "posts.jsonl", SAID[2:5])
    assert (heard(own), heard(own)) == (3, 0)
    write(own / "mon" / "posts.jsonl", SAID[:3])
    assert heard(own) == 1
    told = ascolta("sources", own, "--json").json
    assert [one["heard"] is not None for one in told] == [True, True]
    other = write(tmp_path / "wed" / "posts.jsonl", SAID[5:])
    assert (heard(own, other), heard(own, other), heard(own)) == (4, 0, 0)


def test_brands_of_one_folder_may_name_files_alike(tmp_path: Path) -> None:
    """Each has its own, and a file that several name is heard once."""
    for number, name in enumerate(("acme", "other")):
        brand(tmp_path / name, "posts.jsonl", "all.jsonl", called=name)
        write(tmp_path / name / "posts.jsonl", SAID[number : number + 1])
    write(tmp_path / "all.jsonl", SAID[2:])
    assert (heard(tmp_path), heard(tmp_path)) == (9, 0)


def test_a_store_of_before_goes_on(tmp_path: Path) -> None:
    """A file that is the first of its name keeps the place that it had."""
    own = brand(tmp_path / "one", "mon/posts.jsonl")
    write(own / "mon" / "posts.jsonl", SAID[:2])
    assert heard(own) == 2
    (own / "brand.yaml").write_text(
        (own / "brand.yaml").read_text() + "\n  - file: tue/posts.jsonl\n    rehearsal: true\n", encoding="utf-8"
    )
    write(own / "tue" / "posts.jsonl", SAID[2:5])
    assert heard(own) == 3


def test_lines_that_were_set_aside_are_heard_from_a_file_of_their_own(tmp_path: Path) -> None:
    """As the sentence says; hearing all from the start counts again, and that is said, too."""
    own = brand(tmp_path / "one", "posts.jsonl")
    posts = write(own / "posts.jsonl", SAID[:2])
    posts.write_bytes(posts.read_bytes() + b'{"id": "9", "text"}\n')
    said = ascolta("listen", own)
    assert (said.code, "put these, mended, into a file of their own" in said.err) == (2, True)
    assert heard(own, write(tmp_path / "mended.jsonl", SAID[8:])) == 1
    again = ascolta("listen", own, "--from-start")
    assert "is counted again" in again.err
    assert "mend them in the file and run again" in ascolta("match", "acme", posts).err


MAPPED: tuple[tuple[str, str, list[str], int, str], ...] = (
    ("empty cells", "id,text,us\n1,acme,\n2,acme,true\n", ["addressed=us", "repost=us"], 0, ""),
    ("no such column", "id,text\n1,acme\n", ["addressed=us"], 2, "no column 'us' (it has id, text)"),
    ("no such key", "id,text\n1,acme\n", ["answered=text"], 2, "there is no key 'answered'; choose from id, text"),
    ("another kind", "id,text,us\n1,acme,perhaps\n", ["addressed=us"], 2, "'us' is not true or false"),
    ("tags", "id,text,labels\n1,acme,a b\n", ["tags=labels"], 0, ""),
    ("null", '{"id": 1, "text": "acme", "addressed": null, "event": ""}\n', [], 0, ""),
    ("a number as text", '{"id": 1, "text": 5}\n', [], 2, "'text' is not text"),
)


@pytest.mark.parametrize(
    ("content", "pairs", "code", "sentence"), [row[1:] for row in MAPPED], ids=[r[0] for r in MAPPED]
)
def test_columns_are_called_as_the_file_calls_them(content: str, pairs: list[str], code: int, sentence: str) -> None:
    """What is empty was not said; what cannot be read is told by the file's own names."""
    said = ascolta("match", "acme", *(word for pair in pairs for word in ("--map", pair)), stdin=content.encode())
    assert said.code == code, said.err
    assert sentence in said.err
    assert "Expected" not in said.err


def test_what_match_gives_is_what_it_was_given() -> None:
    """What a post says of itself, and that it was edited, go through; so does a time that no year has a name for."""
    posts: list[dict[str, object]] = [
        {"id": "1", "text": "acme", "published": -62167219200.0, "addressed": True, "policy": {"sec_gpc": True}},
        {"id": "2", "text": "acme", "visibility": "unlisted", "repost": True, "page": {"robots": ["noai"]}},
        {"id": "2", "text": "acme", "author": {"handle": "x", "indexable": False}, "event": "edited"},
    ]
    said = ascolta("match", "acme", stdin="".join(json.dumps(post) + "\n" for post in posts).encode())
    assert [{**found, "matched": None} for found in said.lines] == [{**post, "matched": None} for post in posts]


def test_a_file_that_is_not_there_is_warned_of(tmp_path: Path) -> None:
    """Before anything is heard of it; the file of all brands' folder counts, too."""
    brand(tmp_path / "one", "gone.jsonl", "there.jsonl")
    write(tmp_path / "there.jsonl", SAID)
    said = ascolta("check", tmp_path)
    assert (said.code, said.err.count("warning: there is no file")) == (0, 1)
    assert "there is no file 'gone.jsonl'" in said.err


def test_what_the_system_refuses_is_told_by_its_name(tmp_path: Path) -> None:
    """A file that is not there, or is no folder; nothing is made by halves for words that are no text."""
    own = brand(tmp_path / "one", "gone.jsonl")
    for words, sentence in (
        (("listen", own, tmp_path / "nope.jsonl"), "nope.jsonl: No such file"),
        (("listen", own), "gone.jsonl: No such file"),
        (("replay", tmp_path / "nope.jsonl", "--brand", own), "nope.jsonl: No such file"),
        (("init", own / "brand.yaml", "--name", "A", "--handle", "@a"), "brand.yaml: "),
        (("init", tmp_path / "new", "--name", "M\udcfcller", "--handle", "@a"), "is not UTF-8"),
    ):
        said = ascolta(*words)
        assert (said.code, sentence in said.err) == (2, True), said.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_stream_may_be_closed(closed: str) -> None:
    """Whoever starts us without one of them gets an answer as with nothing there."""
    command = f'"$0" -m ascolta match acme {closed}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run(["/bin/sh", "-c", command, sys.executable], input=b"", capture_output=True, env=environment)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("words", [("try", "acme"), ("explain", "nobody", "-"), ("explain", "0", "-")])
def test_a_reader_that_leaves_is_no_answer(words: tuple[str, ...]) -> None:
    """Whatever the answer would have been, there is nobody to hear it."""
    more = ["--brand", str(ACME)] if words[0] == "explain" else []
    posts = "".join(json.dumps(post) + "\n" for post in SAID).encode()
    with subprocess.Popen([*PROGRAM, *words, *more], stdin=-1, stdout=-1, stderr=-1) as program:
        assert program.stdout is not None
        program.stdout.close()
        err = program.communicate(posts)[1]
    assert program.returncode == (1 if words[1] == "nobody" else 0), err


def test_an_interrupt_is_quiet_from_the_beginning() -> None:
    """Also while the command is still being loaded."""
    for after in (0.15, 0.3, 0.6):
        program = subprocess.Popen([*PROGRAM, "match", "acme"], stdin=-1, stdout=-1, stderr=-1)
        time.sleep(after)
        program.send_signal(signal.SIGINT)
        err = program.communicate()[1]
        assert b"ascolta" not in err, err
        assert program.returncode in (130, -signal.SIGINT)
