"""The drafts of etiquettes and what was published, in memory and in a file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.amend import KEPT, Draft
from ascolta.core.journal import Kind, commits
from ascolta.errors import CaseError, StoreError
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.journal import MemoryJournal

NEW = Draft(brand="acme", text="rules: new\n", base="b", by="Ann", at=1.0)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(new_signer(), SecondPlace(None))


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, journal: MemoryJournal) -> Iterator[Etiquettes]:
    """Each way to keep them, empty."""
    made = Etiquettes(tmp_path if request.param == "file" else None, journal)
    yield made
    made.close()


def asked(kept: Etiquettes, new: Draft = NEW) -> Draft:
    """A draft for which somebody asks."""
    kept.write(new, "")
    return kept.ask(new.brand, new.by, new.digest)


def test_a_published_draft_is_an_edition_and_so_is_what_it_replaced(kept: Etiquettes, journal: MemoryJournal) -> None:
    """Both can be had again, by number; the draft is gone, and the journal holds a commitment to the new words."""
    draft = asked(kept)
    put: list[str] = []

    def write(found: Draft) -> str:
        put.append(found.text)
        return "rules: old\n"

    edition = kept.publish("acme", ("Bob", 5.0), draft.digest, write)
    assert (put, edition.number, edition.written_by, edition.by) == ([NEW.text], 2, "Ann", "Bob")
    assert [(one.number, one.by, one.text) for one in kept.editions("acme")] == [
        (2, "Bob", "rules: new\n"), (1, "", "rules: old\n"),
    ]  # fmt: skip
    assert kept.draft("acme") is None
    entry = journal.entry(journal.size() - 1)
    assert entry is not None
    assert (entry.kind, entry.brand, entry.rule, entry.at) == (Kind.CONFIGURED, "acme", "etiquette", 5)
    with kept._file.transaction("BEGIN") as (db, _):
        [salt] = db.execute("SELECT salt FROM editions WHERE number = 2").fetchone()
    assert commits(entry.commitment, salt, NEW.text)
    again = asked(kept, replace(NEW, text="rules: newer\n"))
    assert kept.publish("acme", ("Bob", 6.0), again.digest, lambda found: NEW.text).number == 3
    assert kept.edition("acme", 3).text == "rules: newer\n"
    with pytest.raises(CaseError, match="no edition 9"):
        kept.edition("acme", 9)


def test_where_it_cannot_be_put_nothing_is_published(kept: Etiquettes, journal: MemoryJournal) -> None:
    """The draft stands as it was, still asked for; no edition and no entry; and whoever wrote it puts nothing."""
    draft = asked(kept)

    def fail(found: Draft) -> str:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        kept.publish("acme", ("Bob", 5.0), draft.digest, fail)
    with pytest.raises(CaseError, match="another person"):
        kept.publish("acme", ("Ann", 5.0), draft.digest, lambda found: pytest.fail("it was put"))
    assert (kept.draft("acme"), kept.editions("acme"), journal.size()) == (draft, [], 0)


def test_each_brand_has_one_draft(kept: Etiquettes) -> None:
    """A draft that was not seen is not written over; it is thrown away by whoever saw it as it is."""
    kept.write(NEW, "")
    kept.write(replace(NEW, brand="other"), "")
    with pytest.raises(CaseError, match="saved another version"):
        kept.write(replace(NEW, text="x\n"), "")
    with pytest.raises(CaseError, match="wrote on this draft"):
        kept.drop("acme", "other")
    kept.drop("acme", NEW.digest)
    assert (kept.draft("acme"), kept.draft("other")) == (None, replace(NEW, brand="other"))


def test_a_draft_goes_when_nobody_writes_on_it(kept: Etiquettes) -> None:
    """After ninety days, and not before; whoever writes on it begins them anew."""
    kept.write(NEW, "")
    later = kept.write(replace(NEW, text="x\n", at=10.0), NEW.digest)
    assert later.goes == 10.0 + KEPT
    assert (kept.sweep(10.0 + KEPT - 1), kept.draft("acme")) == (0, later)
    assert (kept.sweep(10.0 + KEPT), kept.draft("acme")) == (1, None)


def test_a_draft_outlives_a_restart(tmp_path: Path) -> None:
    """What was written and asked for is there again."""
    first = Etiquettes(tmp_path)
    draft = asked(first)
    first.close()
    again = Etiquettes(tmp_path)
    assert again.draft("acme") == draft
    assert again.send_back("acme", "Bob", "no", draft.digest).noted_by == "Bob"
    assert again.rebase("acme", "c", draft.digest).base == "c"
    again.close()
