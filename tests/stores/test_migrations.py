"""The tables of an earlier version become those of today, with all rows; those of a later one are left alone.

What is asked of SQLite is asked of PostgreSQL as well.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ascolta.core.case import CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from ascolta.errors import StoreError
from ascolta.stores import engine, migrating, migrations, schema
from ascolta.stores.catalogue import compared
from ascolta.stores.migrating import LATEST, versions
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME as EXAMPLE
from tests.cli.running import ascolta
from tests.conftest import NOW, ROOT, act, keep, published

STEPS = ("0001", "0002", "0003", "0004")
Urls = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest) -> Urls:
    """Where an empty store can be: a new schema of PostgreSQL each time, or no URL at all for SQLite."""
    if request.param == "sqlite":
        return str
    made: Urls = request.getfixturevalue("server").empty
    return made


@pytest.fixture
def filled(urls: Urls, tmp_path: Path, brands: Brands) -> tuple[Path, str]:
    """The folder and URL of a store of today with rows in every table."""
    folder, url = tmp_path / "today", urls()
    store = SqlStore(folder, url=url)
    keep(store, brands, published("1", "hello to acme"), published("2", "acme is bad"), published("3", "to acme"))
    for kind, note in ((CaseKind.DRAFTED, "a draft"), (CaseKind.APPROVED, "")):
        act(store, 1, kind, note=note)
    assert [reply.state for reply in store.replies(*ReplyState)] == [ReplyState.APPROVED]
    store.pause("acme", "a quiet day")
    store.close()
    return folder, url


def made_of(version: str, filled: tuple[Path, str], place: Path, url: str, *, is_stamped: bool) -> None:
    """A store as a program of that version would have left it: its tables and no more, the rows of another one."""
    folder, there = filled
    place.mkdir()
    shutil.copy(folder / "keys.db", place / "keys.db")
    source, target = engine.opened(folder, there), engine.opened(place, url)
    with source.connect() as of, target.begin() as to:
        migrations.upgrade(to, version)
        old = sa.MetaData()
        old.reflect(to)
        for name, table in old.tables.items():
            if name == versions.name:
                continue
            rows = of.execute(sa.select(*(schema.meta.tables[name].c[column.name] for column in table.c))).mappings()
            if kept := [dict(row) for row in rows]:
                to.execute(sa.insert(table), kept)
        if not is_stamped:
            to.exec_driver_sql("DROP TABLE versions")
        if url:
            to.exec_driver_sql("SELECT setval(pg_get_serial_sequence('cases', 'id'), (SELECT max(id) FROM cases))")
    source.dispose()
    target.dispose()


def said(store: SqlStore) -> list[Any]:
    """What a store holds, as far as every version could say it."""
    cases = [
        (one.id, one.status, one.content, [(e.kind, e.at, e.by, e.note) for e in one.events]) for one in store.cases()
    ]
    known = store.known()
    return [
        cases,
        store.cursor("s"),
        store.totals("acme"),
        store.paused("acme"),
        known.refused,
        store.replies(*ReplyState),
    ]


@pytest.mark.parametrize("is_stamped", [True, False], ids=["with its version", "from before versions"])
@pytest.mark.parametrize("version", STEPS)
def test_each_earlier_version_opens_with_all_its_rows(
    filled: tuple[Path, str], urls: Urls, tmp_path: Path, version: str, is_stamped: bool
) -> None:
    """Whatever version a store is of, and whether or not that is written down, it opens and everything is there."""
    place, url = tmp_path / "earlier", urls()
    made_of(version, filled, place, url, is_stamped=is_stamped)
    today, earlier = SqlStore(filled[0], url=filled[1]), SqlStore(place, url=url)
    assert said(earlier) == said(today)
    assert [case.id for case in earlier.cases()] == [3, 2, 1]
    with earlier.engine.connect() as db:
        assert db.scalars(sa.select(versions.c.version_num)).all() == [LATEST]
    assert list(compared(place, url)) == []
    for store in (today, earlier):
        store.close()


@pytest.mark.parametrize("version", STEPS)
def test_a_store_that_was_brought_up_goes_on(
    filled: tuple[Path, str], urls: Urls, tmp_path: Path, brands: Brands, version: str
) -> None:
    """New cases get new numbers there, old ones can be worked on, and to open it once more changes nothing."""
    place, url = tmp_path / "earlier", urls()
    made_of(version, filled, place, url, is_stamped=False)
    SqlStore(place, url=url).close()
    store = SqlStore(place, url=url)
    keep(store, brands, published("4", "hello to acme"))
    assert act(store, 3, CaseKind.ASSIGNED) is Status.OPEN
    assert sorted(case.id for case in store.cases()) == [1, 2, 3, 4]
    assert store.sweep(NOW + 1e9) == 4
    store.close()


def laid_out(db: sa.Connection) -> dict[str, Any]:
    """The tables of a database as its catalogue tells of them: columns, types, defaults, nulls, keys, indexes."""
    there = sa.inspect(db)
    return {
        table: (
            sorted((c["name"], repr(c["type"]), c["nullable"], c["default"]) for c in there.get_columns(table)),
            there.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"] or "", tuple(index["column_names"])) for index in there.get_indexes(table)),
            sorted(tuple(unique["column_names"]) for unique in there.get_unique_constraints(table)),
        )
        for table in there.get_table_names()
    }


@pytest.fixture
def both(urls: Urls, tmp_path: Path) -> Iterator[tuple[sa.Connection, sa.Connection]]:
    """A database that took every step, and one that was made as it is today."""
    stepped, made = engine.opened(tmp_path, urls()), SqlStore(tmp_path / "made", url=urls())
    with stepped.begin() as one, made.engine.connect() as other:
        migrations.upgrade(one)
        yield one, other
    stepped.dispose()
    made.close()


def test_the_steps_lead_to_the_tables_of_today(both: tuple[sa.Connection, sa.Connection]) -> None:
    """Stores that were brought up and stores that are new are laid out alike, to each default and index."""
    assert laid_out(both[0]) == laid_out(both[1])


def test_alembic_finds_nothing_left_to_do(both: tuple[sa.Connection, sa.Connection]) -> None:
    """What the steps made is what `schema.meta` says."""
    for db in both:
        context = MigrationContext.configure(db, opts={"compare_type": True, "version_table": versions.name})
        assert [change for change in compare_metadata(context, schema.meta) if change[1].name != versions.name] == []


def test_alembic_finds_what_no_step_makes(both: tuple[sa.Connection, sa.Connection]) -> None:
    """The comparison is no formality: a column that stands in no step is found."""
    both[0].exec_driver_sql("ALTER TABLE cases DROP COLUMN assigned")
    context = MigrationContext.configure(both[0], opts={"version_table": versions.name})
    found = [change[:2] for change in compare_metadata(context, schema.meta) if change[0] == "add_column"]
    assert found == [("add_column", None)]
    assert laid_out(both[0]) != laid_out(both[1])


def test_the_steps_follow_each_other() -> None:
    """They are numbered without a gap or a fork, each file is named after its number, and the last is the latest."""
    script = ScriptDirectory.from_config(migrations.config())
    steps = list(script.walk_revisions())[::-1]
    assert tuple(step.revision for step in steps) == STEPS
    assert script.get_heads() == [LATEST] == [STEPS[-1]]
    assert [Path(step.path).name[1:5] for step in steps] == list(STEPS)


@pytest.mark.parametrize("later", ["0005", "9999", "ae1027a6acf"])
def test_a_later_version_is_refused_and_left_alone(filled: tuple[Path, str], later: str) -> None:
    """What a newer program wrote is not opened: one sentence, and not a byte is changed."""
    folder, url = filled
    database = engine.opened(folder, url)
    with database.begin() as db:
        db.execute(sa.update(versions).values(version_num=later))
    engine.clean(database)
    before = _bytes(folder), _dumped(database)
    with pytest.raises(StoreError, match=f"are of version {later}.*a newer Ascolta wrote them") as wrong:
        SqlStore(folder, url=url)
    assert str(wrong.value).count("\n") == 0
    assert (_bytes(folder), _dumped(database)) == before
    database.dispose()


def test_the_command_tells_of_a_later_version(tmp_path: Path) -> None:
    """Exit code 2 and one sentence."""
    SqlStore(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / engine.FILE)) as file:
        file.execute("UPDATE versions SET version_num = '0099'")
        file.commit()
    ended = ascolta("listen", EXAMPLE, EXAMPLE / "day.jsonl", "--store", tmp_path)
    assert ended.code == 2
    assert "version 0099" in ended.err
    assert "Traceback" not in ended.err


def test_a_step_that_fails_leaves_everything_as_it_was(
    filled: tuple[Path, str], urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps are one transaction: whoever is killed in between finds the earlier version, whole."""
    place, url = tmp_path / "earlier", urls()
    made_of("0002", filled, place, url, is_stamped=True)
    upgrade = migrations.upgrade

    def fails(db: sa.Connection) -> None:
        upgrade(db)
        raise StoreError("the power went")

    monkeypatch.setattr(migrations, "upgrade", fails)
    database = engine.opened(place, url)
    with database.connect() as db:
        before = laid_out(db)
    with pytest.raises(StoreError, match="the power went"):
        SqlStore(place, url=url)
    with database.connect() as db:
        assert laid_out(db) == before
        assert db.scalar(sa.select(versions.c.version_num)) == "0002"
    database.dispose()
    monkeypatch.undo()
    SqlStore(place, url=url).close()


def test_two_that_open_an_earlier_version_at_once(filled: tuple[Path, str], urls: Urls, tmp_path: Path) -> None:
    """The second waits for the first, and finds nothing left to do."""
    place, url = tmp_path / "earlier", urls()
    made_of("0001", filled, place, url, is_stamped=False)
    found: list[list[int]] = []

    def opens() -> None:
        store = SqlStore(place, url=url)
        found.append([case.id for case in store.cases()])
        store.close()

    threads = [threading.Thread(target=opens) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[3, 2, 1]] * 3


def test_alembic_is_read_only_where_there_is_something_to_do(tmp_path: Path) -> None:
    """To make a store and to open one of today imports nothing of alembic, so starting takes no longer than without."""
    code = (
        "import sys; from pathlib import Path; from ascolta.stores.sql import SqlStore;"
        f"place = Path({str(tmp_path)!r});"
        "SqlStore(place).close(); SqlStore(place).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_opening_asks_two_questions_about_versions(tmp_path: Path) -> None:
    """Which tables there are, and which version they are of: that is all while a store is as it should be."""
    SqlStore(tmp_path).close()
    asked: list[str] = []
    database = engine.opened(tmp_path)
    with database.begin() as db:
        sa.event.listen(db, "before_cursor_execute", lambda *said: asked.append(said[2]))
        migrating.bring_up(db)
    database.dispose()
    assert len(asked) == 2, asked


def test_no_step_reads_what_goes_on_changing() -> None:
    """A step that took its tables from `schema` would make something else tomorrow than it made today."""
    for path in (ROOT / "src" / "ascolta" / "stores" / "migrations").rglob("*.py"):
        assert not re.search(r"^(from|import) ascolta\.(?!stores\.migrations)", path.read_text(), re.MULTILINE), path


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def _dumped(database: sa.Engine) -> dict[str, list[Any]]:
    with database.connect() as db:
        return {table.name: db.execute(sa.select(table)).all() for table in schema.meta.sorted_tables}  # type: ignore[misc]
