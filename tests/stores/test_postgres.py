"""PostgreSQL for real: who may reach it, one writer at a time, keys and database that belong together, kill -9.

The battery that every store passes runs on it as well; what it can forget is in test_postgres_traces.py.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from ascolta import bootstrap
from ascolta.cli import demo, inventory, person
from ascolta.cli import listen as listening
from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.errors import AscoltaError, StoreError
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores import postgres, refusals, schema
from ascolta.stores.catalogue import catalogue_of, compared
from ascolta.stores.sql import SqlStore
from tests import test_kill
from tests.cli.running import ACME as EXAMPLE
from tests.cli.running import GOLDEN, ascolta
from tests.conftest import NOW, ROOT, act, keep, published
from tests.stores.server import GUARDED, PASSWORD, ROLE, Server

KILLS = int(os.environ.get("ASCOLTA_KILLS", "3"))
NOBODY = "postgresql://ann:zq9psecret@127.0.0.1:9/acme"


@pytest.fixture
def url(server: Server) -> str:
    """A new, empty schema."""
    return server.empty()


@pytest.fixture
def kept(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store there."""
    made = SqlStore(tmp_path, url=url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def guarded(server: Server) -> Server:
    """The server with a role that needs a password, and databases that Ascolta cannot use."""
    rules = server.data / "pg_hba.conf"
    rules.write_text(f"local all {GUARDED} scram-sha-256\nlocal all barred reject\n" + rules.read_text())
    server.run(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    server.run("CREATE ROLE barred LOGIN")
    server.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    server.run("SELECT pg_reload_conf()")
    return server


def test_a_role_with_its_password_is_let_in(guarded: Server, tmp_path: Path) -> None:
    """The password stands in the URL with its special characters escaped."""
    place = guarded.empty(role=GUARDED).replace(f"{GUARDED}@", f"{GUARDED}:{quote(PASSWORD, safe='')}@")
    store = SqlStore(tmp_path, url=place)
    assert store.cases() == []
    store.close()


def test_the_set_up_of_the_documentation_suffices(server: Server, tmp_path: Path) -> None:
    """A role and a database made as the page for operators says are all that is needed."""
    page = (ROOT / "docs" / "operator" / "postgresql.md").read_text(encoding="utf-8")
    for statement in page.split("```sql\n")[1].split("```")[0].replace("ascolta", "fromdocs").split(";\n"):
        server.run(statement)
    store = SqlStore(tmp_path, url=server.url("public", role="fromdocs", database="fromdocs").split("&options")[0])
    assert store.cases() == []
    store.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((f"{ROLE}@", f"{GUARDED}:zq9psecret@"), "does not accept the role or its password"),
        ((f"{ROLE}@", f"{GUARDED}@"), "does not accept the role or its password"),
        ((f"{ROLE}@", "nobody:zq9psecret@"), "does not accept the role or its password"),
        ((f"{ROLE}@", "barred:zq9psecret@"), "does not let us in"),
        (("@/postgres", "@/zq9psecret"), "is not there; create it"),
        (("@/postgres", "@/latin"), "encoding LATIN1"),
        (("search_path%3D", "search_path%3Dno"), "no schema of the role's search_path"),
        (("?host=", "?host=/zq9psecret"), "cannot be reached"),
        (("&options=", "&zq9psecret=1&options="), "an option that PostgreSQL does not know"),
        (("&options=", "&port=zq9psecret&options="), "no address of a PostgreSQL database"),
        (("&options=", "&options=-cno_such=1%20"), "does not let us in"),
    ],
)
def test_who_cannot_be_let_in_is_told_why(guarded: Server, tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """Each reason is one sentence, and none shows a piece of the URL."""
    with pytest.raises(StoreError, match=told) as wrong:
        SqlStore(tmp_path, url=guarded.empty().replace(*change))
    assert "zq9p" not in str(wrong.value)
    assert str(wrong.value).count("\n") == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (NOBODY, "cannot be reached; look at host and port"),
        ("postgresql://ann:zq9psecret@nowhere.invalid/acme", "cannot be reached; look at host and port"),
        ("postgresql://ann:word@zq9psecret@127.0.0.1:9/acme", "cannot be reached"),
        ("mysql://ann:zq9psecret@localhost/acme", "no address of a PostgreSQL database"),
        ("postgresql+zq9psecret://localhost/acme", "no address of a PostgreSQL database"),
        ("zq9psecret", "no address of a PostgreSQL database"),
        ("postgresql://ann:b/zq9psecret@localhost:x/acme", "no address of a PostgreSQL database"),
    ],
)
def test_what_is_no_server_is_told_in_one_sentence(tmp_path: Path, said: str, told: str) -> None:
    """No server, no such host, a password with a bare @, another database, no URL at all: never a piece of it."""
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match=told) as wrong:
        SqlStore(tmp_path, url=said)
    assert "zq9p" not in str(wrong.value)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ('server at "ssl.example", port 5432 failed: Connection refused', "cannot be reached"),
        ("FATAL:  no pg_hba.conf entry for host, user, database, SSL off", "no rule that lets this role in"),
        ("server does not support SSL, but SSL was required", "no safe connection"),
        ("SSL error: certificate verify failed", "no safe connection"),
        ('root certificate file "/a/b" does not exist', "no safe connection"),
        ('server certificate for "a" does not match host name "b"', "no safe connection"),
        ("FATAL:  sorry, too many clients already", "no connection left"),
        ("FATAL:  remaining connection slots are reserved", "no connection left"),
        ("FATAL:  the database system is starting up", "stopping or starting"),
        ("SSL connection has been closed unexpectedly", "connection to the database server broke"),
        ("server closed the connection unexpectedly", "connection to the database server broke"),
        ("connection timeout expired", "cannot be reached"),
        ("FATAL:  Passwort-Authentifizierung für Benutzer fehlgeschlagen", "its own log says why"),
    ],
)
def test_what_the_driver_says_is_said_in_our_words(theirs: str, told: str) -> None:
    """Its sentences may hold a piece of the URL or be in any language, so each is told by one of ours."""
    error = sa.exc.OperationalError("", {}, Exception(theirs))
    assert told in refusals.said(error)


def test_a_missing_driver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no driver is told what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'ascolta\[postgresql\]'"):
        SqlStore(tmp_path, url=NOBODY)


def test_an_old_server_is_refused(server: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server older than the oldest that is supported is told, with its version."""
    monkeypatch.setattr(postgres, "OLDEST", 99)
    with pytest.raises(StoreError, match=f"is PostgreSQL {server.version.split('.')[0]}; 99 or newer is needed"):
        SqlStore(tmp_path, url=url)


def test_the_command_ends_with_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 and a sentence without the URL, as for every other error."""
    monkeypatch.setenv("ASCOLTA_DATABASE", NOBODY)
    said = ascolta("listen", EXAMPLE, EXAMPLE / "day.jsonl", "--store", tmp_path)
    assert said.code == 2
    assert "the database server cannot be reached" in said.err
    assert "zq9p" not in said.err + said.out


def test_every_command_works_there(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day is heard as on SQLite, then looked over, asked about and erased from, with no store.db beside the keys."""
    monkeypatch.setenv("ASCOLTA_DATABASE", url)
    day = (EXAMPLE, EXAMPLE / "day.jsonl", "--store", tmp_path, "--json")
    assert run(listening.app, *day)["decisions"] == GOLDEN["decisions"]
    assert run(listening.app, *day)["posts"] == 0
    assert not (tmp_path / "store.db").exists()
    assert run(inventory.app, tmp_path, "--json")["differences"] == []
    store = bootstrap.store(tmp_path)
    case = next(case for case in store.cases() if case.content is not None)
    store.close()
    assert case.content is not None
    asked = ("--store", tmp_path, "--json", case.network, case.content.author)
    held = len(run(person.app, *asked)["cases"])
    assert held
    assert run(person.app, *asked, "--erase", "--yes")["erased"] == held
    assert run(person.app, *asked)["cases"] == []


def run(app: typer.Typer, *words: str | Path) -> Any:
    """What a command says in JSON."""
    said = CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)


def test_the_demo_stays_out_of_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Playing the demo writes nothing into the database that real cases are in."""
    monkeypatch.setenv("ASCOLTA_DATABASE", url)
    assert run(demo.app, "--json")["decisions"] == GOLDEN["decisions"]
    assert catalogue_of(url).columns == {}


def test_one_folder_has_one_database(server: Server, tmp_path: Path, brands: Brands) -> None:
    """Keys whose cases are elsewhere would be destroyed as left over, so each mistake is refused and nothing lost."""
    url, home = server.empty(), tmp_path / "a"
    store = SqlStore(home, url=url)
    keep(store, brands, published("1", "hello to acme"), at=1.0)
    store.close()
    with pytest.raises(StoreError, match="in PostgreSQL; say where in ASCOLTA_DATABASE"):
        SqlStore(home)
    with pytest.raises(StoreError, match="are in another database"):
        SqlStore(home, url=server.empty())
    with pytest.raises(StoreError, match="belongs to the keys of another store"):
        SqlStore(tmp_path / "b", url=url)
    SqlStore(tmp_path / "c").close()
    with pytest.raises(StoreError, match=r"are in store\.db, not in PostgreSQL"):
        SqlStore(tmp_path / "c", url=url)
    again = SqlStore(home, url=url)
    assert again.sweep(NOW) == 0
    assert len(again.cases()) == 1
    again.close()


def test_a_table_of_another_role_is_refused(server: Server, url: str, tmp_path: Path) -> None:
    """What could not be vacuumed is not begun with."""
    SqlStore(tmp_path, url=url).close()
    server.run(f"ALTER TABLE {_schema(url)}.replies OWNER TO postgres")
    server.run(f"GRANT ALL ON {_schema(url)}.replies TO {ROLE}")
    with pytest.raises(StoreError, match="the table replies belongs to another role"):
        SqlStore(tmp_path, url=url)


def test_a_role_without_rights_is_told(server: Server, url: str, tmp_path: Path) -> None:
    """A schema in which the role may make nothing is one sentence."""
    server.run(f"ALTER SCHEMA {_schema(url)} OWNER TO postgres")
    server.run(f"GRANT USAGE ON SCHEMA {_schema(url)} TO {ROLE}")
    with pytest.raises(StoreError, match="give it a schema of its own"):
        SqlStore(tmp_path, url=url)


def test_two_listeners_on_one_database(url: str, tmp_path: Path, brands: Brands) -> None:
    """Two at once on one source: what one keeps the other does not count again, and one of them is told."""
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), "text": "to acme"}) + "\n" for n in range(400)))
    told: list[str] = []
    SqlStore(tmp_path / "s", url=url).close()

    def hear_it() -> None:
        store = SqlStore(tmp_path / "s", url=url)
        try:
            for _ in listen(FileSource(str(path), batch=10), brands, store):
                pass
        except AscoltaError as error:
            told.append(str(error))
        store.close()

    _at_once(hear_it, hear_it)
    store = SqlStore(tmp_path / "s", url=url)
    for _ in listen(FileSource(str(path), batch=100), brands, store):
        pass
    assert len(store.cases()) == sum(store.counts("acme", "all", 0, 1 << 40).values()) == 400
    assert all("another listener" in said for said in told)
    store.close()


def test_one_post_by_two_listeners_at_once_is_one_case(url: str, tmp_path: Path, brands: Brands) -> None:
    """Writers of different sources come one after the other, so that the second sees the case of the first."""
    SqlStore(tmp_path, url=url).close()

    def hear_as(source: str) -> None:
        store = SqlStore(tmp_path, url=url)
        for number in range(30):
            batch = Batch(
                events=(published(str(number), "to acme"),),
                after=store.cursor(source),
                cursor=f"{number + 1}",
                arrived=1.0,
            )
            store.keep(source, hear(batch, brands, store.known()))
        store.close()

    _at_once(lambda: hear_as("a"), lambda: hear_as("b"))
    store = SqlStore(tmp_path, url=url)
    assert len(store.cases()) == 30
    assert sum(store.counts("acme", "all", 0, 1 << 40).values()) == 60
    store.close()


def test_a_writer_that_waits_too_long_is_told(kept: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as another one writes nothing is written; readers go on."""
    monkeypatch.setattr(postgres, "WAIT", "200ms")
    with kept.engine.begin():
        with pytest.raises(StoreError, match="busy in another process"):
            kept.pause("acme", "crisis")
        assert kept.paused("acme") == ""
    kept.pause("acme", "crisis")
    assert kept.paused("acme") == "crisis"


def test_a_reader_sees_one_state(kept: SqlStore, brands: Brands) -> None:
    """What is erased between two looks of one reader is there in both or in none, and a reader writes nothing."""
    keep(kept, brands, published("1", "hello to acme"))
    with kept.engine.connect().execution_options(reading=True) as db:
        before = db.scalar(sa.select(sa.func.count()).select_from(schema.cases))
        keep(kept, brands, published("2", "hello to acme"))
        assert db.scalar(sa.select(sa.func.count()).select_from(schema.cases)) == before == 1
        with pytest.raises(sa.exc.DBAPIError) as wrong:
            db.execute(sa.delete(schema.cases))
    assert "read-only" in str(wrong.value)
    assert len(kept.cases()) == 2


def test_a_rewrite_waits_for_nobody(kept: SqlStore, brands: Brands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody reads for long, a sweep erases and vacuums, and the tables are rewritten at a later one."""
    monkeypatch.setattr(postgres, "WAIT_TO_REWRITE", "200ms")
    keep(kept, brands, published("1", "hello to acme"))
    with kept.engine.connect().execution_options(reading=True) as db:
        db.execute(sa.select(schema.cases.c.id)).all()
        assert kept.sweep(NOW + 1e8) == 1
        assert _rewritten(kept) is None
    assert kept.sweep(NOW + 1e8 + 30) == 0
    assert _rewritten(kept) == NOW + 1e8 + 30
    kept.sweep(NOW + 1e8 + 86_000)
    assert _rewritten(kept) == NOW + 1e8 + 30
    kept.sweep(NOW + 1e8 + 86_430)
    assert _rewritten(kept) == NOW + 1e8 + 86_430


def test_a_server_that_restarts_is_found_again(server: Server, kept: SqlStore, brands: Brands) -> None:
    """A connection that broke while idle is made anew; one that breaks within a batch leaves nothing of it."""
    keep(kept, brands, published("1", "hello to acme"))
    _hang_up(server)
    assert len(kept.cases()) == 1
    late = hear(Batch(events=(published("2", "to acme"),), after="1", cursor="2", arrived=NOW), brands, kept.known())
    kept.journal = _Cut(server)
    with pytest.raises(StoreError, match=r"(connection to|server is stopping).*nothing was kept by halves"):
        kept.keep("s", late)
    kept.journal = None
    assert (kept.cursor("s"), len(kept.cases())) == ("1", 1)
    kept.keep("s", late)
    assert (kept.cursor("s"), len(kept.cases())) == ("2", 2)


class _Cut:
    """A journal during whose writing every connection breaks."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def append(self, entries: Any) -> range:
        """Write nothing."""
        _hang_up(self.server)
        return range(0)

    def checkpoint(self, at: int) -> str:
        """Sign nothing."""
        return ""

    def close(self) -> None:
        """Nothing is open."""


def test_a_text_with_nul_does_not_stop_a_source(kept: SqlStore, brands: Brands) -> None:
    """PostgreSQL keeps no NUL; a hostile line becomes a case like any other, and those after it are heard."""
    odd = Post(id="1\0", content="hello \0 to acme", network="x\0y", published=NOW, attributed_to=Actor(handle="a\0b"))
    keep(kept, brands, Event(kind=EventKind.PUBLISHED, network="x\0y", post=odd), published("2", "to acme"))
    assert sorted(case.network for case in kept.cases()) == ["x", "x\ufffdy"]
    number = kept.cases()[0].id
    act(kept, number, CaseKind.ASSIGNED, by="A\0nn", note="no\0te")
    kept.pause("acme", "cri\0sis")
    assert kept.paused("acme") == "cri\ufffdsis"


def test_the_oldest_columns_are_added(server: Server, url: str, tmp_path: Path, brands: Brands) -> None:
    """A database of an earlier version gets the columns that it lacks."""
    SqlStore(tmp_path, url=url).close()
    server.run(f"ALTER TABLE {_schema(url)}.cases DROP COLUMN handle_tag, DROP COLUMN forbids")
    server.run(f"ALTER TABLE {_schema(url)}.cursors DROP COLUMN at")
    server.run(f"DROP TABLE {_schema(url)}.versions")
    store = SqlStore(tmp_path, url=url)
    keep(store, brands, published("1", "hello to acme"))
    assert len(store.cases()) == 1
    store.close()
    assert list(compared(tmp_path, url)) == []


def test_the_inventory_looks_at_the_real_schema(server: Server, url: str, tmp_path: Path) -> None:
    """A column, table, view, index or foreign table that nobody declared is told, and so is what is missing."""
    SqlStore(tmp_path, url=url).close()
    assert list(compared(tmp_path, url)) == []
    server.run(f"SET search_path = {_schema(url)}")
    for statement in (
        "ALTER TABLE cases ADD COLUMN followers int, ADD COLUMN again text GENERATED ALWAYS AS (brand) STORED",
        "CREATE INDEX by_followers ON cases (brand) INCLUDE (followers)",
        "CREATE INDEX by_lower ON cases (lower(brand))",
        "CREATE VIEW talk AS SELECT * FROM cases",
        "CREATE MATERIALIZED VIEW copied AS SELECT * FROM cases",
        "CREATE FOREIGN DATA WRAPPER afar; CREATE SERVER there FOREIGN DATA WRAPPER afar",
        "CREATE FOREIGN TABLE elsewhere (words text) SERVER there",
        "DROP TABLE vigils",
    ):
        server.run(statement)
    server.run("RESET search_path")
    assert set(compared(tmp_path, url)) == {
        "PostgreSQL: cases.followers is not declared",
        "PostgreSQL: cases.again is not declared",
        "PostgreSQL: the index by_followers holds cases.followers, which is not declared",
        "PostgreSQL: the index by_lower of cases holds an expression, which nobody declared",
        "PostgreSQL: the view talk is not declared",
        "PostgreSQL: the view copied is not declared",
        "PostgreSQL: the table elsewhere is not declared",
        "PostgreSQL: the table vigils is declared and not there",
    }
    with pytest.raises(StoreError, match="are in PostgreSQL"):
        list(compared(tmp_path))
    server.run("DROP FOREIGN DATA WRAPPER afar CASCADE")


@pytest.mark.slow
def test_kill_minus_nine(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often and wherever it is killed, in the end every post was counted once and every case is there."""
    monkeypatch.setattr(test_kill, "POSTS", 2_000)
    day, store = tmp_path / "day.jsonl", tmp_path / "store"
    expected = test_kill.written(day)
    command = [sys.executable, "-m", "ascolta", "listen", str(EXAMPLE), str(day), "--store", str(store), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ASCOLTA_DATABASE": url}
    chance, killed = random.Random(11), 0
    for _ in range(KILLS):
        with subprocess.Popen([*command, "--batch", "50"], stdout=subprocess.DEVNULL, env=environment) as running:
            _wait_for_keys(store / "keys.db", running, chance.uniform(0.0, 0.4))
            if running.poll() is None:
                os.kill(running.pid, signal.SIGKILL)
                killed += 1
        assert running.returncode in (0, -signal.SIGKILL)
    last = subprocess.run(command, capture_output=True, env=environment)
    assert last.returncode == 0, last.stderr
    kept = SqlStore(store, url=url)
    assert len(kept.cases()) == expected["cases"]
    assert sum(kept.counts("acme", "all", 0, 1 << 40).values()) == expected["counted"]
    kept.close()
    assert killed >= KILLS * 0.5


def _wait_for_keys(keys: Path, running: "subprocess.Popen[bytes]", more: float) -> None:
    """Until a batch was begun since the start, or the program ended; then a moment more."""
    began = time.time()
    while running.poll() is None and not (keys.exists() and keys.stat().st_mtime >= began):
        time.sleep(0.005)
    time.sleep(more)


def _at_once(*acts: Any) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hang_up(server: Server) -> None:
    server.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", ROLE)


def _rewritten(store: SqlStore) -> float | None:
    with store.engine.connect() as db:
        said = db.scalar(sa.select(schema.switches.c.value).where(schema.switches.c.name == "rewritten"))
    return None if said is None else float(said)


def _schema(url: str) -> str:
    return url.rsplit("search_path%3D")[-1]
