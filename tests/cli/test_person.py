"""`ascolta person`, started as its user would, on a real store."""

import json
from pathlib import Path

import pytest

from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.post import Actor
from ascolta.stores.sql import SqlStore
from tests.cli.running import ascolta
from tests.conftest import ACME, NOW, act, foresee, keep, published

ANN = Actor(id="did:plc:canaryann", handle="Canary_Ann")
CANARIES = (b"canary", b"Canary", b"did:plc")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with two posts of one account said to us, one sealed complaint of it, and one post of somebody else."""
    brands, store = Brands([ACME], foresee), SqlStore(tmp_path / ".ascolta")
    keep(
        store,
        brands,
        published("1", "[red]hello to acme\u202e <b>canary</b>", author=ANN),
        published("2", "bad day to acme", author=ANN),
        published("3", "acme is bad tuesday", author=ANN),
        published("4", "hello to acme from bob", author="bob"),
        at=2_000_000_000.0,
    )
    act(store, store.cases()[-1].id, CaseKind.DRAFTED, by="Colleague Carla", note="We look into it.", at=NOW)
    store.close()
    return tmp_path


def test_all_that_is_held_is_shown(folder: Path) -> None:
    """By id or by handle, with or without @: every case with its words, dates, reason and answer, and the reminder."""
    for account in ("canary_ann", "@Canary_Ann", "did:plc:canaryann"):
        said = ascolta("person", "x", account, folder)
        assert said.code == 0
        for part in ("hello to acme", "bad day to acme", "We look into it.", "because spoken-to", "make sure first"):
            assert part in said.out, said.out
        assert said.out.count("Case ") == 3
        assert "nobody here has opened it" in said.out
        assert "tuesday" not in said.out
        assert "bob" not in said.out
        assert "Carla" not in said.out
        assert "[red]hello" in said.out
        assert "\u202e" not in said.out
        assert "Counts and published figures say nothing of a single person" in said.out


def test_a_network_is_known_however_it_is_written(folder: Path) -> None:
    """`X`, ` x` and `Twitter` are one network; one that nobody knows ends with exit code 2, and nothing is done."""
    for network in ("X", " x", "Twitter"):
        assert len(ascolta("person", network, "@Canary_Ann", folder, "--json").json["cases"]) == 3
    said = ascolta("person", "instgram", "canary_ann", folder, "--suppress", "--yes")
    assert (said.code, said.out) == (2, "")
    assert "no network that is heard here is called that; known are activitypub" in said.err
    assert "canary" not in said.err
    assert ascolta("person", "x", "canary_ann", folder, "--json").json["standings"] == []


def test_nothing_is_said_calmly(folder: Path) -> None:
    """An account of which nothing is held, or that is on another network, is told so with exit code 0."""
    for network, account in (("x", "nobody"), ("mastodon", "canary_ann"), ("x", "canary")):
        said = ascolta("person", network, account, folder)
        assert said.code == 0
        assert "Nothing is held of this account." in said.out
        assert ascolta("person", network, account, folder, "--json").json["cases"] == []


def test_it_can_be_exported(folder: Path, tmp_path: Path) -> None:
    """Two files for the person, readable by their owner only, named without them, and never overwritten."""
    to = tmp_path / "for-the-person"
    assert ascolta("person", "x", "canary_ann", folder, "--export", to, "--dry-run").code == 0
    assert not to.exists()
    said = ascolta("person", "x", "canary_ann", folder, "--export", to)
    assert said.code == 0
    assert {path.name for path in to.iterdir()} == {"person.json", "person.html"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in to.iterdir())
    exported = json.loads((to / "person.json").read_text(encoding="utf-8"))
    assert exported == {
        k: v for k, v in ascolta("person", "x", "canary_ann", folder, "--json").json.items() if k in exported
    }
    assert len(exported["cases"]) == 3
    assert "Carla" not in json.dumps(exported)
    page = (to / "person.html").read_text(encoding="utf-8")
    assert "bad day to acme" in page
    assert "<b>canary" not in page
    assert "\u202e" not in page
    assert "<script" not in page
    (entry,) = ascolta("journal", "show", folder, "--kind", "exported", "--json").lines
    assert entry["counts"] == {"cases": 3}
    again = ascolta("person", "x", "canary_ann", folder, "--export", to)
    assert again.code == 2
    assert "not overwritten" in again.err


def test_it_is_erased_for_good(folder: Path) -> None:
    """After --erase no byte of the account is left in the store, others stay, and erasing again changes nothing."""
    said = ascolta("person", "x", "canary_ann", folder, "--erase", "--yes", "--json")
    assert (said.code, said.json["erased"], said.json["done"]) == (0, 3, True)
    whole = b"".join(path.read_bytes() for path in (folder / ".ascolta").rglob("*") if path.is_file())
    assert not any(canary in whole for canary in CANARIES)
    again = ascolta("person", "x", "canary_ann", folder, "--erase", "--yes", "--json").json
    assert (again["erased"], again["cases"], again["standings"]) == (0, [], [])
    assert "a refusal stays" not in ascolta("person", "x", "canary_ann", folder, "--erase", "--yes").out
    assert len(ascolta("person", "x", "bob", folder, "--json").json["cases"]) == 1


def test_it_asks_before_erasing(folder: Path) -> None:
    """Without --yes a no, or no answer at all, changes nothing; --dry-run says what would be done."""
    for answer in (b"n\n", b""):
        assert ascolta("person", "x", "canary_ann", folder, "--erase", stdin=answer).code == 1
    said = ascolta("person", "x", "canary_ann", folder, "--suppress", "--dry-run")
    assert "would erase 3 cases and hear the account no more" in said.out
    assert len(ascolta("person", "x", "canary_ann", folder, "--json").json["cases"]) == 3
    assert ascolta("person", "x", "canary_ann", folder, "--erase", stdin=b"y\n").code == 0
    assert ascolta("person", "x", "canary_ann", folder, "--json").json["cases"] == []


def test_it_is_suppressed_and_taken_back(folder: Path) -> None:
    """--suppress erases and leaves a keyed tag, which erasing leaves alone and --unsuppress takes away."""
    assert ascolta("person", "x", "canary_ann", folder, "--suppress", "--yes", "--json").json["erased"] == 3
    ascolta("person", "x", "canary_ann", folder, "--erase", "--yes")
    said = ascolta("person", "x", "canary_ann", folder)
    assert "Suppressed since" in said.out
    store = SqlStore(folder / ".ascolta")
    keep(
        store,
        Brands([ACME], foresee),
        published("9", "acme is bad", author=Actor(handle="canary_ann")),
        at=2_000_000_000.0,
    )
    assert len(store.cases()) == 1
    store.close()
    assert ascolta("person", "x", "canary_ann", folder, "--unsuppress", "--json").json["done"] is True
    assert ascolta("person", "x", "canary_ann", folder, "--json").json["standings"] == []


def test_what_profiles_and_answers_left_is_told(folder: Path) -> None:
    """A refusal by profile is told with its date."""
    store = SqlStore(folder / ".ascolta")
    store.forget(Removal(network="x", actor="eve", effect=Effect.REFUSE), NOW)
    store.close()
    assert "Its profile refuses since 1970-01-12T13:46:40Z" in ascolta("person", "x", "eve", folder).out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("x", "ann", "nowhere"), "there is no store here"),
        (("x", "", "."), "name a network and an account"),
        (("", "ann", "."), "name a network and an account"),
        (("x", "@", "."), "name a network and an account"),
        (("x", "ann", ".", "--erase", "--suppress"), "choose one"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    """No store, no account, or two acts at once end with exit code 2, and no store is made by looking for one."""
    said = ascolta("person", *words, cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert part in said.err
    assert not list(tmp_path.iterdir())
    assert "ann" not in said.err.replace("@ann@example.social", "")
