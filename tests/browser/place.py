"""A brand made for these tests, and `ascolta run` on it as a process of its own."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ascolta import voice
from ascolta.core.mention import TICK
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.stores.statements import Statements
from tests.cli.running import ACME, Started, started, wait

LOST = "@acmeair my suitcase did not arrive in Lunaro, and nobody answers the phone"
SEALED = "still waiting for my bag, three days now. never again acme air"
ASKED = "@acmeair what time does the desk in Port Halden open?"
BURST = "acme air's app is down, row {} cannot check in, nobody helps, this is awful"

FIRST = datetime(2026, 10, 15, tzinfo=UTC).timestamp()
"""When the example day begins."""

PLAN = """\
plan: outage
title: Something is down and people say so
owner: head of care
severity: crisis
when: stream:complaint OR stream:negative OR stream:all OR topic:app
steps:
  - step: Stop speaking
    who: duty lead
    do: Pause all prepared answers and scheduled posts.
    within: 5 min
    kind: pause-speaking
  - step: Find out what is true
    who: duty lead
    do: Ask operations what is broken.
    within: 15 min
    done_when: one sentence that operations confirmed
  - step: Say that we know
    who: PR lead
    do: On our own channels, say what is broken and when we will say more.
    within: 30 min
    publish: we-know
stand_down: Complaints have been at their usual level for an hour.
"""


class Here(Started):
    """A desk that runs, and people who post in public meanwhile."""

    def post(self, *posts: Mapping[str, object]) -> None:
        """Somebody posts in public: the lines are in the file that the source reads."""
        write(self.folder, *posts)


def brand(at: Path, now: float) -> Path:
    """The example brand with a short day: two quiet days, a complaint, a question, and one that was not said to us.

    It answers at any hour, its statement is approved by two people, and its plan for an outage has three steps.
    """
    _copied(at, "day.jsonl", "plans")
    (at / "plans").mkdir()
    (at / "plans" / "outage.yaml").write_text(PLAN, encoding="utf-8")
    end = now // TICK * TICK - 2 * TICK
    talk = "flying acme air today, seat {}, wish me luck"
    write(at, *(post(f"h{n}", talk.format(n), end - 600.0 * (288 - n), author=f"p{n}") for n in range(288)))
    write(
        at,
        post("lost", LOST, end - 1_500, author="lena_hollow"),
        post("sealed", SEALED, end - 1_200, author="quentin_quay"),
        post("asked", ASKED, end - 900, author="sturdy_pine"),
    )
    _approve(at, now)
    return at


def whole(at: Path, now: float, until: float = 86_400.0) -> Path:
    """The example brand with the example day, of which so many seconds have gone by now."""
    _copied(at)
    moved = (now - FIRST - until) // TICK * TICK
    lines = []
    for line in (ACME / "day.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        when = datetime.fromisoformat(said["published"]).timestamp() + moved
        if when <= now:
            lines.append({**said, "published": datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")})
    (at / "day.jsonl").unlink()
    write(at, *lines)
    _approve(at, now)
    return at


def _copied(at: Path, *without: str) -> None:
    """The example brand's folder, without some of it; it answers at any hour, and asks what people think."""
    shutil.copytree(ACME, at, ignore=shutil.ignore_patterns(".ascolta", *without))
    said = (at / "brand.yaml").read_text(encoding="utf-8").replace("quiet: {from: 22:00, until: 07:00}", "quiet: none")
    said = re.sub(r"hours: \{.*\}", "hours: {mon-sun: 00:00-24:00}", said)
    (at / "brand.yaml").write_text(said, encoding="utf-8")
    (at / "survey.yaml").write_text("survey: acme\nopen: yes\n", encoding="utf-8")


def post(number: str, text: str, at: float, **more: object) -> dict[str, object]:
    """One line of the plain post format."""
    when = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    return {"id": number, "published": when, "network": "x", "text": text, **more}


def burst(now: float) -> list[dict[str, object]]:
    """Sixty complaints within the last whole five minutes, on a network where we may not step in, and one after."""
    end = now // TICK * TICK
    posts = [post(f"b{n}", BURST.format(n), end - 200 + n, author=f"c{n}", network="bluesky") for n in range(60)]
    return [*posts, post("after", "boarding acme air now, gate 4", now, author="calm_one", network="bluesky")]


def write(folder: Path, *posts: Mapping[str, object]) -> None:
    """Put posts at the end of the day."""
    with (folder / "day.jsonl").open("a", encoding="utf-8") as day:
        day.write("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in posts))


@contextmanager
def running(folder: Path, *options: str, cores: str = "") -> Iterator[Here]:
    """A desk on the folder, from when it has heard the day. `cores`: those that it may use, as `taskset` says them."""
    with started(Here, folder, *options, cores=cores) as here:
        wait(lambda: here.answers("/readyz"))
        yield here


def _approve(folder: Path, now: float) -> None:
    """Two people approve what is to be said when something is down."""
    statements = Statements(folder / ".ascolta")
    try:
        statement, facts = load_statements(folder)["we-know"], approved_facts(folder, now)
        voice.prepare(statements, "acme", statement, facts, ("Cleo Marsh", now))
        for who in ("Cleo Marsh", "Dan Reed"):
            voice.approve(statements, "acme", statement, facts, (who, now))
    finally:
        statements.close()
