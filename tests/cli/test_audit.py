"""`ascolta audit`, started as its user would."""

import json
import time
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.case import CaseKind
from ascolta.core.journal import Kind
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from tests.cli.running import ascolta
from tests.conftest import ACME, act, foresee, keep, published

TALK = (
    {"id": "1", "author": "ann", "text": "@acmeair where is my bag?", "published": "2026-11-02T08:00:00Z"},
    {"id": "2", "author": "acmeair", "text": "Sorry, Ann! Please send us a direct message.",
     "published": "2026-11-02T08:12:00Z", "in_reply_to": "1"},
    {"id": "3", "author": "bob", "text": "flying with acme again", "addressed": False,
     "published": "2026-11-02T09:00:00Z"},
    {"id": "4", "author": "acmeair", "text": "Have a nice flight!", "published": "2026-11-02T09:01:00Z",
     "in_reply_to": "3"},
    {"id": "5", "author": "cat", "text": "my bag never came, dreadful", "addressed": "yes", "complaint": "yes",
     "published": "2026-11-02T10:00:00Z"},
)  # fmt: skip


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    """A public history of three people."""
    path = tmp_path / "threads.jsonl"
    path.write_text("\n".join(map(json.dumps, TALK)), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store whose brand answered one of two, and left one alone."""
    folder, brands, now = tmp_path / "store", Brands([ACME], foresee), time.time()
    kept = bootstrap.store(folder, "")
    keep(kept, brands, published("1", "to acme", at=now - 900), published("2", "acme", at=now - 900), at=now - 900)
    [case] = kept.cases()
    act(kept, case.id, CaseKind.DRAFTED, note="Hello.", at=now - 700)
    act(kept, case.id, CaseKind.APPROVED, at=now - 650)
    [reply] = kept.replies(ReplyState.APPROVED)
    kept.claim(reply.key)
    kept.settle(reply, ReplyState.SENT, at=now - 600, note="p1")
    keep(kept, brands, published("3", "bad day to acme", at=now - 500), at=now - 500)
    bootstrap.note(kept, Kind.STARTED, now)
    kept.close()
    return folder


def test_a_public_history_is_measured(threads: Path) -> None:
    """Who was answered and how fast, who was stepped in on, who was handed on; labels and files are stated."""
    said = ascolta("audit", threads, "--account", "acmeair", "--json")
    assert (said.code, said.err) == (0, "")
    found = said.json["practice"]
    assert found["addressed"]["answered"] | {"interval": 0} == {"part": 1, "whole": 2, "percent": 50.0, "interval": 0}
    assert found["addressed"]["median_seconds"]["value"] == 720
    assert found["complaints"]["answered"]["whole"] >= 1
    assert (found["uninvited"]["part"], found["uninvited_per_thousand"], found["hand_overs"]) == (1, 333.3, 1)
    assert said.json["rests_on"]["stated"] == {"addressed": 2, "complaint": 1}
    assert said.json["rests_on"]["labels"] == "default"
    assert said.json["rests_on"]["files"] == ["threads.jsonl"]


def test_nothing_of_the_posts_is_printed(threads: Path) -> None:
    """No word and no person of the history stands in what is told, in any form."""
    for form in ("--json", "--markdown", "--check"):
        said = ascolta("audit", threads, "--account", "acmeair", form)
        assert not [word for word in ("bag", "ann", "bob", "flight", "dreadful") if word in said.out.split()], form


def test_each_brand_by_itself(threads: Path) -> None:
    """`--by brand` adds the figures of each account."""
    said = ascolta("audit", threads, "-a", "acmeair", "--by", "brand", "--no-check", "--json")
    assert list(said.json["by_brand"]) == ["acmeair", "not known"]
    assert said.json["practice"]["personal_facts"] is None
    assert ascolta("audit", threads, "--by", "person").err == "--by person: expected brand\n"


def test_the_paper_says_what_people_expect(threads: Path) -> None:
    """Markdown with the three questions, the study's figures and what they rest on."""
    said = ascolta("audit", threads, "-a", "acmeair", "--markdown").out
    for word in ("## Do you practise active listening?", "## How do you act on mentions?", "64", "58", "51", "43",
                 "## When nobody asked you, did you step in?", "the labels 'default' say so"):  # fmt: skip
        assert word in said, word


def test_lines_that_cannot_be_read_are_named_and_all_others_counted(threads: Path) -> None:
    """Exit code 2, the line's number, and the same figures."""
    whole = ascolta("audit", threads, "-a", "acmeair", "--json").json["practice"]
    threads.write_text(threads.read_text(encoding="utf-8") + "\n{broken", encoding="utf-8")
    said = ascolta("audit", threads, "-a", "acmeair", "--json")
    assert said.code == 2
    assert f"{threads}:6: it is not JSON" in said.err
    assert said.json["practice"] == whole


def test_a_history_without_the_brand_says_what_to_do(threads: Path) -> None:
    """Nobody's answers are the brand's: name its accounts."""
    said = ascolta("audit", threads)
    assert said.code == 2
    assert "--account" in said.err


def test_a_history_comes_from_standard_input() -> None:
    """As whole talks, one a line."""
    talk = {"id": 1, "turns": [{"by": "customer", "text": "@acme hello?"}, {"by": "brand", "text": "Hello!"}]}
    said = ascolta("audit", "-", "--json", stdin=json.dumps(talk).encode())
    assert (said.code, said.json["practice"]["talks"]) == (0, 1)


def test_the_own_journal_is_measured(store: Path) -> None:
    """From its folder: answered, waiting, left alone; with the root, the checkpoint and that it fits."""
    said = ascolta("audit", store, "--json")
    assert (said.code, said.err) == (0, "")
    found, rests_on = said.json["practice"], said.json["rests_on"]
    assert found["addressed"]["answered"]["part"] == 1
    assert (found["addressed"]["waiting"], found["addressed"]["median_seconds"]["value"]) == (1, 300)
    assert (found["left_alone"]["part"], found["mentions"], found["complaints"]["answered"]["whole"]) == (1, 3, 1)
    assert rests_on["checkpoint"]["fits"] is True
    assert rests_on["journal"]["entries"] == rests_on["checkpoint"]["entries"] + 1


def test_the_own_journal_is_told_in_words(store: Path) -> None:
    """For people, with what the journal cannot tell."""
    said = ascolta("audit", store, "--by", "brand").out
    assert "The brand answered 1 of 2 who spoke to it, half of them within 5 min." in said
    assert "The journal knows nobody." in said


def test_a_folder_without_a_journal_is_named(tmp_path: Path) -> None:
    """In one sentence, with what to name instead."""
    said = ascolta("audit", tmp_path)
    assert said.code == 2
    assert "no journal.db here" in said.err
