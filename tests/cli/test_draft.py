"""`ascolta draft`, as its user starts it."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ascolta.core.case import CaseEvent, CaseKind
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, Said, ascolta
from tests.models.hostile import hostile

OPEN = {"indexable": True, "discoverable": True}
POSTS: list[dict[str, Any]] = [
    {
        "id": "1",
        "text": "@acmeair my bag is still in Lunaro and nobody answers",
        "author": {"name": "Anna Ruiz", **OPEN},
    },
    {"id": "2", "text": "@acmeair can I take my guitar on board?", "author": "bob"},
    {"id": "3", "text": "@acmeair my mother passed away and I need to change her ticket, please help", "author": "eve"},
    {"id": "4", "text": "soup again today", "author": "tom"},
    {"id": "5", "text": "still waiting for my bag, three days now. never again acme air", "author": OPEN},
]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A file of posts of one network."""
    path = tmp_path / "posts.jsonl"
    lines = (json.dumps({"network": "mastodon", "lang": "en", **post}) for post in POSTS)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def drafted(*words: str | Path) -> Said:
    """The command for the example brand, signed by Ruth."""
    return ascolta("draft", *words, "--brand", ACME, "--by", "Ruth Miller")


def test_posts_in_drafts_out(posts: Path) -> None:
    """Each mention gives one line: drafts with their facts and the source of each piece, or why there is none."""
    said = drafted(posts)
    lines = {line["id"]: line for line in said.lines}
    assert (said.code, said.err, list(lines)) == (0, "", ["1", "2", "3", "5"])
    first = lines["1"]["drafts"][0]
    assert len(lines["1"]["drafts"]) == 3
    assert first["text"].endswith("– Ruth")
    assert first["facts"][0]["approved_by"] == "baggage services"
    assert "".join(piece["text"] for piece in first["pieces"]) == first["text"]
    assert {piece["source"].split()[0] for piece in first["pieces"]} >= {"template", "fact", "signature"}
    assert lines["2"]["drafts"][0]["facts"][0]["id"] == "cabin-bag"
    assert lines["3"] == {
        "id": "3",
        "brand": "acme",
        "drafts": [],
        "why": "it touches on grief: only a person finds the words, without a draft",
    }
    assert "sealed" in lines["5"]["why"]


def test_a_template_used_lately_is_not_used_again(posts: Path) -> None:
    """`--recent` names the template that was used last, and it is in no draft."""
    used = drafted(posts).lines[0]["drafts"][0]["template"]
    again = drafted(posts, "--recent", used).lines[0]["drafts"]
    assert used not in {one["template"] for one in again}


def test_a_template_that_is_not_there_is_told(posts: Path) -> None:
    """A misspelt `--recent` is one sentence, for a file as for a case."""
    said = drafted(posts, "--recent", "en/lok-1")
    assert said.code == 2
    assert "--recent: there is no template 'en/lok-1'" in said.err


def test_the_best_drafts_of_a_file_take_turns(tmp_path: Path) -> None:
    """Of posts that are much alike, two that follow each other do not begin with the same template."""
    path = tmp_path / "alike.jsonl"
    post = {"network": "mastodon", "lang": "en", "author": OPEN, "text": "@acmeair this is the worst, nobody answers"}
    path.write_text("\n".join(json.dumps({"id": str(at), **post}) for at in range(8)), encoding="utf-8")
    best = [line["drafts"][0]["template"] for line in drafted(path).lines]
    assert len(best) == 8
    assert all(one != other for one, other in pairwise(best))


@pytest.fixture
def store(tmp_path: Path, posts: Path) -> Path:
    """A store in which the posts were heard."""
    place = tmp_path / "store"
    assert ascolta("listen", ACME, posts, "--store", place).code == 0
    return place


def test_a_case_by_its_number(store: Path) -> None:
    """For a case the drafts are shown with their sources; nothing is kept of them, sent, or said to be approved."""
    kept = SqlStore(store)
    number = next(case.id for case in kept.cases() if case.content and "bag" in case.content.text)
    kept.close()
    said = drafted(str(number), "--store", store)
    assert said.code == 0
    assert said.out.startswith("1  ")
    assert "\n2  " in said.out
    assert "fact write-to-us, approved by customer care" in said.out or "baggage services" in said.out
    told = drafted(str(number), "--store", store, "--json").json
    assert (told["case"], len(told["drafts"])) == (number, 3)
    kept = SqlStore(store)
    assert not kept.replies()
    assert [event.kind for case in kept.cases() for event in case.events if event.kind is not CaseKind.OPENED] == []
    kept.close()


def test_a_template_that_the_store_saw_last_is_not_offered(store: Path) -> None:
    """What answered another case last is in no draft for this one, without being named."""
    kept = SqlStore(store)
    bag, guitar = [case.id for case in kept.cases() if case.content is not None and "mother" not in case.content.text]
    used = drafted(str(bag), "--store", store, "--json").json["drafts"][0]["template"]
    kept.record(guitar, CaseEvent(kind=CaseKind.DRAFTED, at=1.0, by="ruth", note="Sorry.", template=used))
    kept.close()
    again = drafted(str(bag), "--store", store, "--json").json["drafts"]
    assert again
    assert used not in {one["template"] for one in again}


def test_a_case_without_a_draft_ends_with_one(store: Path) -> None:
    """Where nothing may be drafted, the reason is told and the exit code is 1."""
    kept = SqlStore(store)
    number = next(case.id for case in kept.cases() if case.content is None)
    kept.close()
    said = drafted(str(number), "--store", store)
    assert (said.code, said.out) == (1, "no draft: the case is sealed; a person opens it first, with a reason\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "name a case by its number, or a file of posts"),
        (("999", "--store", "nowhere"), "nowhere: there is no store here"),
        (("nowhere.jsonl",), "nowhere.jsonl"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: tuple[str, ...], why: str) -> None:
    """A missing case, store or file ends with code 2 and one sentence."""
    said = drafted(*words)
    assert said.code == 2
    assert why in said.err


def test_a_case_that_is_not_there(store: Path) -> None:
    """A number that no case has is said."""
    said = drafted("4711", "--store", store)
    assert (said.code, said.err) == (2, "there is no case 4711, or no more; the desk shows those that there are\n")


def test_it_is_signed(posts: Path) -> None:
    """Without somebody who signs there is no draft."""
    said = ascolta("draft", posts, "--brand", ACME)
    assert (said.code, said.err) == (
        2,
        "an answer is signed with a first name or initials, such as Ann or A. S.\n",
    )


def test_facts_to_begin_with(tmp_path: Path) -> None:
    """`--new` writes a facts.yaml and does not overwrite one."""
    assert ascolta("draft", "--new", "--brand", tmp_path).code == 0
    assert (tmp_path / "facts.yaml").exists()
    assert ascolta("draft", "--new", "--brand", tmp_path).code == 2


def test_a_model_of_the_environment_chooses(posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model named in the environment chooses, but not for an author who forbids it; `--no-model` asks none."""
    with hostile() as server:
        monkeypatch.setenv("ASCOLTA_DRAFTS_MODEL", "m")
        monkeypatch.setenv("ASCOLTA_DRAFTS_ENDPOINT", server.url)
        monkeypatch.setenv("ASCOLTA_DRAFTS_KEY", "sk-secret")
        said = drafted(posts)
        assert said.lines[0]["drafts"][0]["by"] == "model"
        assert server.headers[0]["Authorization"] == "Bearer sk-secret"
        assert "sk-secret" not in said.out + said.err
        assert said.lines[1]["model"] == ("the model was not asked: its author or the post forbids a language model")
        server.mode = "a tool call"
        assert drafted(posts).lines[0]["model"] == (
            "the model's answer was refused: it calls for a tool, and there are none"
        )
        assert len(server.requests) == 2
        assert drafted(posts, "--no-model").lines[0]["drafts"][0]["by"] == "rules"
        assert len(server.requests) == 2


def test_an_unsafe_endpoint_is_refused(posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain http to another machine ends the command before anything is read."""
    monkeypatch.setenv("ASCOLTA_DRAFTS_MODEL", "m")
    monkeypatch.setenv("ASCOLTA_DRAFTS_ENDPOINT", "http://llm.example/v1")
    said = drafted(posts)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("drafts: the endpoint must begin with https://")
