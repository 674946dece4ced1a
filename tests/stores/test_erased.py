"""What is left on disk of a case that went, by whichever way it went: no row, no key, no byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands, Removal
from ascolta.stores import schema
from ascolta.stores.sql import ORPHAN_AGE, SqlStore
from tests.conftest import NOW, act, approved, edited, keep, published, removed


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[SqlStore]:
    """A store in a folder."""
    made = SqlStore(tmp_path / "kept")
    yield made
    made.close()


def rows(store: SqlStore, table: sa.Table) -> int:
    """How many rows a table has."""
    with store.engine.connect() as db:
        return db.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def keys(store: SqlStore) -> list[bytes]:
    """The keys of all cases as they lie in the key file."""
    found = store.keys.get(store.keys.older(2 * NOW))
    return list(found.values())


def ciphers(store: SqlStore) -> list[bytes]:
    """A stretch of each case's ciphertext."""
    with store.engine.connect() as db:
        return [bytes(row)[:48] for row in db.scalars(sa.select(schema.cases.c.content))]


def traces(folder: Path, needles: list[bytes]) -> int:
    """How many of these stand in any file of a folder."""
    files = [path.read_bytes() for path in folder.iterdir()]
    return sum(any(needle in data for data in files) for needle in needles)


def test_no_row_of_an_erased_case_is_left(kept: SqlStore, brands: Brands) -> None:
    """Its events and its answer go with it, and those of another case stay."""
    for post in ("1", "2"):
        approved(kept, brands, post)
    tables = (schema.cases, schema.case_events, schema.replies)
    assert [rows(kept, table) for table in tables] == [2, 4, 2]
    assert kept.forget(Removal(network="x", post_id="1", why="asked"), NOW) == 1
    assert [rows(kept, table) for table in tables] == [1, 2, 1]
    assert len(keys(kept)) == 1


def test_an_edit_leaves_neither_old_words_nor_a_key_too_many(kept: SqlStore, brands: Brands) -> None:
    """Its case keeps its key; what it said before is gone from the disk as soon as the store is closed."""
    keep(kept, brands, published("1", "hello to acme"))
    old = ciphers(kept)
    keep(kept, brands, edited("1", "good day to acme"))
    assert len(keys(kept)) == 1
    assert kept.folder is not None
    kept.close()
    assert traces(kept.folder, old) == 0


def test_a_post_that_is_taken_out_and_put_in_again_has_a_key(kept: SqlStore, brands: Brands) -> None:
    """Within one batch, too, where it had a case before."""
    keep(kept, brands, published("1", "hello to acme"))
    keep(kept, brands, edited("1", "to nobody"), edited("1", "good day to acme"))
    [case] = kept.cases()
    assert case.content is not None
    assert (case.content.text, len(keys(kept))) == ("good day to acme", 1)


def test_a_thousand_cases_go_at_once(kept: SqlStore, brands: Brands) -> None:
    """However many dates have come, no row and no key of any is left."""
    keep(kept, brands, *(published(str(number), "hello to acme") for number in range(1_001)))
    assert kept.sweep(NOW + 1e9) == 1_001
    assert (rows(kept, schema.cases), keys(kept)) == (0, [])


def test_after_a_sweep_there_is_neither_a_free_page_nor_a_log(kept: SqlStore, brands: Brands) -> None:
    """Deleted rows are overwritten at once, the file is made anew without them, and its write-ahead log is empty."""
    assert kept.folder is not None
    keep(kept, brands, *(published(str(number), f"hello to acme {number}") for number in range(300)))
    assert kept.sweep(NOW + 1e9) == 300
    with kept.engine.connect() as db:
        said = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("secure_delete", "freelist_count")]
    assert said == [1, 0]
    assert (kept.folder / "store.db-wal").stat().st_size == 0


def test_what_a_network_took_back_leaves_no_byte_once_the_store_is_closed(kept: SqlStore, brands: Brands) -> None:
    """Cases that a batch removed are in no file after the program ended, though nobody swept."""
    assert kept.folder is not None
    keep(kept, brands, *(published(str(number), f"hello to acme {number}") for number in range(60)))
    for case in kept.cases()[:20]:
        act(kept, case.id, CaseKind.DRAFTED, note="We look into it.")
    needles = [*keys(kept), *ciphers(kept)]
    assert traces(kept.folder, needles) == len(needles) == 120
    keep(kept, brands, *(removed(str(number)) for number in range(60)))
    kept.close()
    assert traces(kept.folder, needles) == 0


def test_keys_whose_case_never_came_to_be_go(kept: SqlStore, brands: Brands) -> None:
    """A key without a case goes at a sweep an hour later, not before, and takes no living case with it."""
    keep(kept, brands, published("1", "hello to acme"))
    kept.keys.make([b"x" * 16], NOW)
    kept.sweep(NOW + ORPHAN_AGE - 1)
    assert len(keys(kept)) == 2
    kept.sweep(NOW + ORPHAN_AGE + 1)
    assert len(keys(kept)) == 1
    assert len(kept.cases()) == 1
