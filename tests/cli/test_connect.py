"""`ascolta connect`: from nothing to a source that is heard, with secrets where nobody reads them."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import keyring
import pytest
from keyring.backends.fail import Keyring
from typer.testing import CliRunner

from ascolta import bootstrap
from ascolta.cli import listen
from ascolta.cli.connect import app
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_brand
from ascolta.files.init import new_brand
from ascolta.stores.safe import KEY
from tests.cli.running import PATIENCE
from tests.conftest import ROOT
from tests.files.test_assessments import BODY
from tests.sources.battery import TOKEN
from tests.sources.mastodon_twin import US, MastodonTwin, mastodon_twin
from tests.sources.oauth_twin import oauth_twin
from tests.stores.test_safe import chained

PASSPHRASE = "correct horse battery staple"
VARIABLE = "ASCOLTA_TOKEN_MASTODON"
HERE = {
    "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "COLUMNS": "200", "PYTHONUTF8": "1",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
}  # fmt: skip


def ascolta(*words: object, stdin: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """The command as its user starts it, where there is no keyring; no traceback is an answer, no secret is said."""
    command = [sys.executable, "-m", "ascolta", *map(str, words)]
    environment = {**os.environ, **HERE, **environ}
    said = subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=180)
    assert "Traceback" not in said.stderr, said.stderr
    for secret in (TOKEN, PASSPHRASE, "canary"):
        assert secret not in said.stdout + said.stderr
    return said


@pytest.fixture(autouse=True)
def without_a_keyring() -> None:
    """This machine has none, whatever it has."""
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand that was just made."""
    new_brand(tmp_path / "bella", "Bella", "@bella")
    return tmp_path / "bella"


@pytest.fixture
def twin() -> Iterator[MastodonTwin]:
    """A server on which the brand has an account."""
    with mastodon_twin(time.time()) as made:
        yield made


def weigh(path: Path, source: str) -> None:
    """Somebody weighs a source in writing, as the template that was laid out asks."""
    front = f"---\nsource: {source}\ndated: 2026-01-02\nsigned: Ann\nreview: 2099-01-01\n---\n"
    path.write_text(front + BODY, encoding="utf-8")


def is_nowhere(folder: Path, secret: str) -> bool:
    """Whether no file of a folder holds a secret in the open."""
    return not [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_network_is_connected_and_heard(folder: Path, twin: MastodonTwin) -> None:
    """What is heard and forbidden is said, and the connection tested; once it is weighed it is heard."""
    words = ("connect", "mastodon", folder, "--set", f"server={twin.url}", "--set", "tags=#bella, belladay")
    said = ascolta(*words, "--secret-from", "-", stdin=f"{TOKEN}\n", **{KEY: PASSPHRASE})
    assert said.returncode == 0, said.stderr
    for line in ("heard: mentions of the account", "deletions: by the stream", "FEP-5feb", "each approved by a person"):
        assert line in said.stderr
    assert "lets us in" in said.stdout
    assert f"{VARIABLE} lies in the file" in said.stdout
    assert "Nothing is heard yet" in said.stdout
    [_, source] = load_brand(folder).sources
    assert source.live is not None
    assert (source.live.token, source.live.tags) == (VARIABLE, ("bella", "belladay"))
    assert is_nowhere(folder, TOKEN)

    refused = CliRunner(env={KEY: PASSPHRASE}).invoke(listen.app, [str(folder)])
    assert "'dated' is empty" in str(refused.exception)
    weigh(folder / source.assessment, source.path)
    twin.says("ann", f"@{US} where is my order? still waiting")
    locked = CliRunner(env={KEY: ""}).invoke(listen.app, [str(folder)])
    assert f"set their passphrase in {KEY}" in str(locked.exception)
    heard = ascolta("listen", folder, "--json", **{KEY: PASSPHRASE})
    assert heard.returncode == 0, heard.stderr
    assert json.loads(heard.stdout)["decisions"]["reply"] > 0
    assert is_nowhere(folder, TOKEN)


def test_what_does_not_let_us_in_leaves_nothing_behind(folder: Path, twin: MastodonTwin) -> None:
    """A wrong token is said; no file is changed or made."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    words = ("connect", "mastodon", folder, "--set", f"server={twin.url}", "--secret-from", "-")
    said = ascolta(*words, stdin="canary-4711", **{KEY: PASSPHRASE})
    assert said.returncode == 2
    assert "status 401" in said.stderr
    assert "nothing was kept or written" in said.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    dry = ascolta(*words, "--dry-run", stdin=TOKEN)
    assert (dry.returncode, f"token: {VARIABLE}" in dry.stdout) == (0, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_secrets_lie_in_the_keyring_where_there_is_one(folder: Path, twin: MastodonTwin) -> None:
    """They are found there, listed by name, replaced without a second source, and forgotten."""
    with chained() as chain:
        words = ["mastodon", str(folder), "--set", f"server={twin.url}", "--secret-from", "-", "--json"]
        first, again = (json.loads(CliRunner().invoke(app, words, input=TOKEN).stdout) for _ in range(2))
        assert (first["secrets"], first["added"], first["tested"]) == ({VARIABLE: "keyring"}, True, True)
        assert (again["secrets"], again["added"], len(load_brand(folder).sources)) == ({VARIABLE: "keyring"}, False, 2)
        assert chain.kept == {(f"ascolta {folder.resolve()}", VARIABLE): TOKEN}
        listed, forget = ["--list", str(folder), "--json"], ["--forget", VARIABLE, str(folder)]
        assert json.loads(CliRunner().invoke(app, listed).stdout) == {VARIABLE: "keyring"}
        assert CliRunner().invoke(app, forget).exit_code == 0
        assert chain.kept == {}
        assert "no secret of this name" in str(CliRunner().invoke(app, forget).exception)
        assert json.loads(CliRunner().invoke(app, listed).stdout) == {VARIABLE: ""}


def test_somebody_says_yes_in_a_browser(folder: Path) -> None:
    """The address is told, the browser comes back to this machine, and what renews the token is kept, not only it."""
    with oauth_twin(time.time(), basic=True, rotates=True) as twin:
        words = [
            "connect", "x", folder, "--by", "browser", "--client", "client", "--secret-from", "-", "--no-browser",
            "--offline", "--json", "--set", "account=bella", "--set", f"server={twin.url}",
        ]  # fmt: skip
        command = [sys.executable, "-m", "ascolta", *map(str, words)]
        environment = {**os.environ, **HERE, KEY: PASSPHRASE}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=environment, text=True, **pipes) as program:  # type: ignore[call-overload]
            program.stdin.write(twin.clients["client"])
            program.stdin.close()
            url = next(found[0] for line in program.stderr if (found := re.findall(r"http\S+response_type\S+", line)))
            with httpx2.Client(trust_env=False, timeout=PATIENCE) as browser:
                assert browser.get(url, follow_redirects=True).status_code == 200
            said = json.loads(program.stdout.read())
            assert "canary" not in program.stderr.read()
            assert program.wait(PATIENCE) == 0
        assert "offline.access" in twin.scopes
        kept = json.loads(bootstrap.safe(folder, lambda: PASSPHRASE)("ASCOLTA_TOKEN_X"))
        assert kept["access_token"] in twin.tokens
        assert kept["refresh_token"] in twin.refresh
        assert kept["token_url"] == f"{twin.url}/2/oauth2/token"
        assert (said["secrets"], said["source"]) == ({"ASCOLTA_TOKEN_X": "file"}, "x:bella")
        assert is_nowhere(folder, "canary")


def reads(master: int, shown: bytes) -> Iterator[bytes]:
    """All that a terminal showed, each time that more came."""
    while select.select([master], [], [], PATIENCE)[0]:
        shown += os.read(master, 4096)
        yield shown
    os.close(master)
    pytest.fail("the program says no more")


def test_somebody_at_a_terminal_is_asked(folder: Path, twin: MastodonTwin) -> None:
    """One thing after the other; neither the token nor the passphrase is shown while it is typed."""
    master, end = pty.openpty()
    command = [sys.executable, "-m", "ascolta", "connect", "mastodon", str(folder), "--by", "secret"]
    environment = {**os.environ, **HERE, "TERM": "dumb"}
    shown = b""

    def until(words: str, end: bytes = b"") -> bytes:
        """What is shown once these words are; the space at the end of a question comes when it may be answered."""
        mark = len(shown)
        return next(all_ for all_ in reads(master, shown) if words.encode() in all_[mark:] and all_.endswith(end))

    with subprocess.Popen(
        command, stdin=end, stdout=end, stderr=end, env=environment, start_new_session=True
    ) as program:
        os.close(end)
        for asked, answer in (
            ("server:", twin.url), ("(or set", PASSPHRASE), ("confirmation:", PASSPHRASE), ("not shown):", TOKEN),
        ):  # fmt: skip
            shown = until(asked, b": ")
            os.write(master, f"{answer}\n".encode())
        shown = until("ascolta run")
        assert program.wait(PATIENCE) == 0
    os.close(master)
    assert TOKEN.encode() not in shown
    assert PASSPHRASE.encode() not in shown
    assert bootstrap.safe(folder, lambda: PASSPHRASE)(VARIABLE) == TOKEN


WRONG = {
    "no such network": (("mastodom",), "is no network that can be heard"),
    "no server": (("mastodon",), "--set server="),
    "an unknown key": (("mastodon", "--set", "sever=https://a.example"), "has no key 'sever'"),
    "no value": (("mastodon", "--set", "server="), "expected KEY=VALUE"),
    "twice": (("mastodon", "--set", "server=a", "--set", "server=b"), "stands twice"),
    "an unsafe address": (("mastodon", "--set", "server=http://social.example"), "must begin with https"),
    "a password in it": (("mastodon", "--set", "server=https://a:canary@b.example"), "no name and no password"),
    "the token as a key": (
        ("mastodon", "--set", "server=https://a.example", "--set", "token=canary"),
        "stand in a file",
    ),
    "no secret": (("mastodon", "--set", "server=https://a.example", "--by", "secret"), "pipe it in"),
    "a secret on the command line": (("mastodon", "--secret-from", "canary"), "only - is known"),
    "no browser there": (("rss", "--set", "feed=https://a.example", "--by", "browser", "--offline"), ""),
    "an unknown way": (("mastodon", "--by", "phone"), "browser or secret"),
    "an unknown place": (("mastodon", "--keep", "pocket"), "keyring or file"),
    "no client": (("x", "--set", "account=bella", "--by", "browser"), "--client is missing"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, before anything is asked, kept or written; no secret is repeated."""
    monkeypatch.setenv(KEY, PASSPHRASE)
    words, said = WRONG[case]
    before = (folder / "brand.yaml").read_bytes()
    found = CliRunner().invoke(app, [words[0], str(folder), *words[1:]], input="")
    if not said:
        assert found.exit_code == 0, found.exception
        return
    assert isinstance(found.exception, AscoltaError), found.exception
    assert said in str(found.exception)
    assert "canary" not in str(found.exception)
    assert (folder / "brand.yaml").read_bytes() == before


def test_the_environment_is_not_overruled(folder: Path, twin: MastodonTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is set there is used and not asked for; another one is refused, since it would not be used."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    words = ["mastodon", str(folder), "--set", f"server={twin.url}"]
    refused = CliRunner().invoke(app, [*words, "--secret-from", "-"], input="another")
    assert "is set in the environment, which comes first" in str(refused.exception)
    found = CliRunner().invoke(app, [*words, "--json"])
    assert found.exit_code == 0, found.exception
    assert json.loads(found.stdout)["secrets"] == {VARIABLE: "environment"}
    assert not (folder / ".ascolta").exists()


def test_a_second_account_gets_a_name_of_its_own(folder: Path, twin: MastodonTwin) -> None:
    """Two sources of one network never share a secret unless they are told to."""
    with mastodon_twin(time.time()) as other:
        for one, variable in ((twin, VARIABLE), (other, f"{VARIABLE}_2")):
            words = ["mastodon", str(folder), "--set", f"server={one.url}", "--secret-from", "-", "--json"]
            found = CliRunner(env={KEY: PASSPHRASE}).invoke(app, words, input=TOKEN)
            assert found.exit_code == 0, found.exception
            assert json.loads(found.stdout)["secrets"] == {variable: "file"}
