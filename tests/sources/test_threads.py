"""Public histories as they are written, and what is said of lines that cannot be read."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ascolta.core.threads import Said
from ascolta.errors import SourceError
from ascolta.sources.threads import Histories

Read = Callable[..., tuple[list[Said], list[str]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The posts of some lines, and what was said of them."""

    def of(*rows: object, accounts: tuple[str, ...] = (), **columns: str) -> tuple[list[Said], list[str]]:
        path, told = tmp_path / "threads.jsonl", list[str]()
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return list(Histories([str(path)], accounts, told.append, columns)), told

    return of


def test_who_speaks_for_the_brand_is_told_in_three_ways(read: Read) -> None:
    """`brand_account`, a word in `by`, or an account that was named, however it is written."""
    found, _ = read(
        {"id": 1, "text": "a", "author": "x", "brand_account": True}, {"id": 2, "text": "a", "by": "brand"},
        {"id": 3, "text": "a", "author": "@AcmeAir"}, {"id": 4, "text": "a", "by": "customer"},
        {"id": 5, "text": "a", "author": "us"}, {"id": 6, "text": "a", "author": {"handle": "acmeair", "bot": False}},
        accounts=("acmeair",),
    )  # fmt: skip
    assert [post.ours for post in found] == [True, True, True, False, False, True]
    assert found[3].author == ""


def test_a_whole_talk_may_stand_in_one_line(read: Read) -> None:
    """Each turn answers the one before it."""
    turns = [{"by": "customer", "text": "a"}, {"by": "brand", "text": "b", "published": "2026-11-26T08:00:00Z"}]
    [first, second], _ = read({"id": "7", "turns": turns, "brand": "Acme"})
    assert (first.id, first.parent, second.parent, second.ours, second.brand) == ("7/0", None, "7/0", True, "Acme")
    assert second.at == 1_795_680_000.0


def test_what_a_line_says_of_itself_is_kept(read: Read) -> None:
    """`addressed` and `complaint` as true, false, yes or no; nothing where nothing is said."""
    [one, other], _ = read({"id": 1, "text": "a", "addressed": "yes", "complaint": False}, {"id": 2, "text": "b"})
    assert (one.addressed, one.complaint, other.addressed, other.complaint) == (True, False, None, None)


def test_columns_may_have_other_names(read: Read) -> None:
    """`--map` says which column stands for which key."""
    [post], _ = read({"nr": 1, "body": "a"}, id="nr", text="body")
    assert (post.id, post.text) == ("1", "a")


def test_compressed_files_are_read(tmp_path: Path) -> None:
    """gzip, as archives have it; empty lines are passed over."""
    path = tmp_path / "threads.jsonl.gz"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbf{"id":1,"text":"a"}\n\n  \n{"id":2,"text":"b"}\n'))
    assert [post.id for post in Histories([str(path)], (), pytest.fail)] == ["1", "2"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[1]", "it is not an object"),
        ('{"text":"secret"}', "there is no 'id'"),
        ('{"id":1}', "there is no 'text'"),
        ('{"id":1,"text":["secret"]}', "there is no 'text'"),
        ('{"id":true,"text":"secret"}', "'id' is neither a text nor a number"),
        ('{"id":1,"text":"secret","published":"secret"}', "'published' is not a time"),
        ('{"id":1,"text":"secret","published":[]}', "'published' is no time"),
        ('{"id":1,"text":"secret","brand_account":"secret"}', "'brand_account' is neither true nor false"),
        ('{"id":1,"text":"secret","author":["secret"]}', "'author' is no text"),
        ('{"id":1,"turns":"secret"}', "'turns' is no list"),
        ('{"id":1,"turns":[{"by":"customer"}]}', "there is no 'text'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(read: Read, line: str, says: str) -> None:
    """With file, line and what to do, without a word of it; all others are read."""
    found, told = read({"id": 0, "text": "a"}, line, {"id": 9, "text": "b"})
    assert [post.id for post in found] == ["0", "9"]
    [sentence] = told
    assert f"threads.jsonl:2: {says}" in sentence
    assert "secret" not in sentence


def test_a_talk_is_taken_whole_or_not_at_all(read: Read) -> None:
    """One turn that cannot be read sets its line aside."""
    found, told = read({"id": 1, "turns": [{"by": "customer", "text": "a"}, {"by": "brand"}]})
    assert (found, len(told)) == ([], 1)


def test_lone_surrogates_do_no_harm(read: Read) -> None:
    """What no text may hold is replaced."""
    [post], _ = read('{"id":1,"text":"a\\ud800b"}')
    post.text.encode()


def test_a_file_that_is_not_there_is_named() -> None:
    """In one sentence."""
    with pytest.raises(SourceError, match=r"nothing\.jsonl"):
        list(Histories(["nothing.jsonl"], (), pytest.fail))
