"""`ascolta desks`: each desk as it stands, a test of it, silences; and never an address."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ascolta.cli import desks as command
from ascolta.core.hooks import Place
from ascolta.core.routing import News, NewsKind, Notice, Standing
from ascolta.stores.hooks import Followed
from ascolta.stores.notices import Notices
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, ascolta
from tests.desks.receivers import SECRET, Mailbox, Receiver, mail_server, receiver

WHY = ("--why", "the strike is announced", "--by", "Ann")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example's folder with an empty store."""
    own = tmp_path / "acme"
    shutil.copytree(ACME, own, ignore=shutil.ignore_patterns(".ascolta"))
    SqlStore(own / ".ascolta").close()
    return own


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as made:
        yield made


@pytest.fixture(scope="module")
def there() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiver() as made:
        yield made


def run(folder: Path, *words: str, **environ: str) -> Result:
    """Run the command for this brand."""
    return CliRunner().invoke(command.app, [*words, "--brand", str(folder)], env={"COLUMNS": "200", **environ})


def test_each_desk_is_shown_with_what_tells_it(folder: Path, mail: Mailbox, there: Receiver) -> None:
    """The kind of service, its routes, or why it cannot be told; never where it is."""
    environ = {
        "ASCOLTA_DESK_CARE": mail.address(), "ASCOLTA_DESK_ROOM": there.url, "ASCOLTA_DESK_ROOM_SECRET": SECRET,
        "ASCOLTA_DESK_PR": "slack://canary",
    }  # fmt: skip
    said = run(folder, "list", **environ)
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[0] == "care  E-Mail  complaints-rise"
    assert "incident-room  signed webhook  complaints-rise, late-steps" in lines
    assert "  desk 'people' has no address: ASCOLTA_DESK_PEOPLE is not set; set it and start anew" in lines
    assert any("desk 'pr' cannot be told: ASCOLTA_DESK_PR: this is no address" in line for line in lines)
    for secret in ("canary", "127.0.0.1", SECRET, str(mail.port)):
        assert secret not in said.stdout


def test_who_is_sent_the_weekly_brief_is_shown(folder: Path) -> None:
    """A desk that the brief names says so beside its routes."""
    with (folder / "routes.yaml").open("a", encoding="utf-8") as routes:
        routes.write("brief: {to: [pr, people], at: monday 09:00}\n")
    lines = run(folder, "list").stdout.splitlines()
    assert "pr  cannot be told  complaints-rise, much-is-said, late-steps, the weekly brief" in lines
    assert "people  cannot be told  the weekly brief" in lines
    told = {one["desk"]: one["brief"] for one in json.loads(run(folder, "list", "--json").stdout)}
    assert told == {"care": False, "people": True, "pr": True, "incident-room": False}


def test_what_waits_and_what_failed_is_shown(folder: Path) -> None:
    """Counts for each desk, and the last reason."""
    kept = Notices(folder / ".ascolta")
    news = [News(kind=NewsKind.STEP, brand="acme", at=1.0, key=str(n), subject="s") for n in range(3)]
    made = [Notice(news=one, desk="care", queued=1.0, due=1.0) for one in news]
    kept.queue(made)
    kept.settle(made[:1], Standing.TOLD, 2.0)
    kept.settle(made[1:2], Standing.FAILED, 2.0, "desk 'care' is gone")
    kept.close()
    [care, *_] = json.loads(run(folder, "list", "--json").stdout)
    assert care["notices"] == {"queued": 1, "sending": 0, "told": 1, "muted": 0, "failed": 1}
    assert care["last"] == "desk 'care' is gone"
    assert "1 queued, 1 told, 1 failed" in run(folder, "list").stdout


def test_a_test_tells_the_desk_now(folder: Path, mail: Mailbox, there: Receiver) -> None:
    """By mail and by webhook, saying that it is a test."""
    mail.took.clear()
    assert run(folder, "test", "care", ASCOLTA_DESK_CARE=mail.address()).stdout == "desk 'care' was told\n"
    assert mail.took[0]["Subject"] == "Acme Air: a test"
    there.mode, there.secret = "fair", SECRET
    environ = {"ASCOLTA_DESK_ROOM": there.url, "ASCOLTA_DESK_ROOM_SECRET": SECRET}
    said = run(folder, "test", "incident-room", "--json", **environ)
    assert json.loads(said.stdout) == {"desk": "incident-room", "told": True, "problem": ""}
    assert "There is nothing to do" in there.took[-1]["data"]["body"]


def test_a_test_that_fails_says_why(folder: Path, there: Receiver) -> None:
    """Exit code 1 and one sentence without the address; an unknown desk is an error with those that are known."""
    there.mode = "500"
    environ = {"ASCOLTA_DESK_ROOM": there.url, "ASCOLTA_DESK_ROOM_SECRET": SECRET}
    said = run(folder, "test", "incident-room", **environ)
    assert (said.exit_code, said.stdout) == (1, "desk 'incident-room' answers with status 500\n")
    unknown = run(folder, "test", "press")
    assert "there is no desk 'press'; known are care, people, pr, incident-room" in str(unknown.exception)


def test_alerts_are_silenced_for_a_time_and_a_reason(folder: Path) -> None:
    """Added, listed with who and why, ended; each is one line."""
    assert run(folder, "silence", "list").stdout == "Nothing is silenced.\n"
    added = run(folder, "silence", "add", "stream:negative NOT topic:bags", "--until", "4h", *WHY)
    assert added.exit_code == 0
    assert added.stdout.startswith("silence 1 holds until ")
    [shown] = json.loads(run(folder, "silence", "list", "--json").stdout)
    assert (shown["number"], shown["when"], shown["why"], shown["by"]) == (
        1, "stream:negative NOT topic:bags", "the strike is announced", "Ann",
    )  # fmt: skip
    assert "by Ann: the strike is announced" in run(folder, "silence", "list").stdout
    assert run(folder, "silence", "end", "1", "--by", "Bob").stdout == "silence 1 is over\n"
    assert json.loads(run(folder, "silence", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("refund", "--until", "4h", *WHY), "an alert has no words"),
        (("lang:es", "--until", "4h", *WHY), "an alert has no lang:, it has stream:, state:, topic:, brand:, grade:"),
        (("stream:all", "--until", "soon", *WHY), "--until takes a span such as 90 min, 4 h or 2 d"),
        (("stream:all", "--until", "2020-01-01", *WHY), "a silence needs an end that is still to come"),
        (("stream:all", "--until", "4h", "--why", "x"), "say who does this: --by NAME"),
        (("stream:all", "--until", "4h", "--why", " ", "--by", "Ann"), "a silence needs a reason"),
        (("stream:all", "--until", "4h", "--by", "Ann"), "Missing option '--why'"),
        (("stream:all", *WHY), "Missing option '--until'"),
    ],
)
def test_no_silence_without_its_parts(folder: Path, words: tuple[str, ...], said: str) -> None:
    """Which alerts, until when, why and by whom are all asked for, and nothing is kept otherwise."""
    found = run(folder, "silence", "add", *words)
    assert found.exit_code != 0
    assert said in f"{found.exception} {found.stderr}"
    assert json.loads(run(folder, "silence", "list", "--json").stdout) == []


def test_without_a_store_only_looking_works(folder: Path) -> None:
    """A brand that was never heard has desks and the silences of its file; adding one needs a store."""
    shutil.rmtree(folder / ".ascolta")
    path = folder / "routes.yaml"
    silence = "silences:\n  - {when: 'stream:all', until: 2100-01-01, why: always}\n"
    path.write_text(path.read_text(encoding="utf-8") + silence, encoding="utf-8")
    assert run(folder, "list").exit_code == 0
    assert "until 2100-01-01 00:00 UTC  routes.yaml:" in run(folder, "silence", "list").stdout
    found = run(folder, "silence", "add", "stream:all", "--until", "4h", *WHY)
    assert "there is no store here" in str(found.exception)
    assert not (folder / ".ascolta").exists()


def test_the_command_is_one_of_ascolta(tmp_path: Path) -> None:
    """It is called as the others are, and errors are one sentence with exit code 2."""
    said = ascolta("desks", "list", "--brand", ACME)
    assert (said.code, said.err) == (0, "")
    missing = ascolta("desks", "list", "--brand", tmp_path)
    assert (missing.code, missing.err.count("\n")) == (2, 1)


def test_a_hook_is_tried_and_shown(folder: Path, there: Receiver) -> None:
    """A trial event arrives signed; the list says what it is told of and what went wrong, and never where it is."""
    routes = folder / "routes.yaml"
    hook = "hooks:\n  - {hook: helpdesk, to: ASCOLTA_HOOK_H, secret: ASCOLTA_HOOK_H_SECRET, on: [case]}\n"
    routes.write_text(routes.read_text(encoding="utf-8") + hook, encoding="utf-8")
    there.mode, there.secret = "fair", SECRET
    environ = {"ASCOLTA_HOOK_H": there.url, "ASCOLTA_HOOK_H_SECRET": SECRET}
    assert run(folder, "test", "helpdesk", **environ).stdout == "hook 'helpdesk' was told\n"
    assert there.took[-1]["type"] == "ascolta.test"
    followed = Followed(folder / ".ascolta")
    wrong = "hook 'helpdesk' answers with status 500"
    followed.keep("acme", "helpdesk", Place(next=9, tries=1, note=wrong, told=3, dead=1))
    followed.close()
    assert run(folder, "hooks", **environ).stdout.splitlines() == [
        "helpdesk  case  3 told, 1 dead", "  hook 'helpdesk' answers with status 500",
    ]  # fmt: skip
    [shown] = json.loads(run(folder, "hooks", "--json").stdout)
    assert (shown["told"], "ASCOLTA_HOOK_H is not set" in shown["problem"]) == (3, True)
    assert run(folder, "test", "helpdesk").exit_code == 1
