"""python -m tests.once.incidents FOLDER KILLS INCIDENTS: kill people in the midst of incidents, count what came."""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from ascolta import voice
from ascolta.core.days import DAY
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Posting, StatementState
from ascolta.incidents import Room, accept, act, tick
from ascolta.stores.advocates import Advocates
from ascolta.stores.incidents import Incidents
from ascolta.stores.sql import SqlStore
from ascolta.stores.statements import Statements
from tests.conftest import NOW
from tests.crises import BRAND, PLAN, approved, do, joined, laid_out, stand_down

HOUR = 3_600.0
LIFE = 0.4
"""The longest that one lives after it started, in seconds, before it is killed."""


class Paper:
    """A network, messenger and herald in one, in a file that outlives whoever writes to it: a line each time."""

    def __init__(self, path: Path, network: str = "") -> None:
        self.path, self.network = path, network

    def _add(self, what: str, key: str) -> str:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{what} {key}\n")
        return f"id-{key}"

    def _has(self, what: str, key: str) -> str | None:
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return f"id-{key}" if f"{what} {key}" in lines else None

    def post(self, posting: Posting) -> str:
        """Publish, as often as asked."""
        return self._add("post", posting.key)

    def posted(self, posting: Posting) -> str | None:
        """Whether it stands there."""
        return self._has("post", posting.key)

    def write(self, account: str, text: str, key: str) -> str:
        """Write to somebody, as often as asked."""
        return self._add("message", key)

    def written(self, key: str) -> str | None:
        """Whether it was written."""
        return self._has("message", key)

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Tell a desk; its keeper knows a second time by its key."""
        if self._has("told", key) is None:
            self._add("told", key)


def opened(folder: Path) -> Room:
    """The room over the files of a folder."""
    place, paper = folder / "store", folder / "paper"
    networks = {name: Paper(paper, name) for name in ("x", "mastodon")}
    return Room(
        store=SqlStore(place), incidents=Incidents(place), statements=Statements(place), advocates=Advocates(place),
        publishers=networks, messengers=networks, folders={"acme": folder}, heralds={"acme": Paper(paper)},
    )  # fmt: skip


def work(folder: Path, at: float, wanted: int, started: int = 0) -> bool:
    """One life: go on with what goes on, begin what is left; whether all incidents were lived through.

    That it `started` is written to that pipe, if there is one.
    """
    here = opened(folder)
    if started:
        os.write(started, b"1")
    tick(here, [BRAND], at)
    _try_again(here, at)
    while True:
        going = here.incidents.open("acme")
        if not going and len(here.incidents.all("acme")) >= wanted:
            return not here.statements.postings(ReplyState.APPROVED, ReplyState.SENDING, ReplyState.FAILED)
        at += 1
        _live(here, going[0] if going else _begin(here, at), at + 1)


def _begin(here: Room, at: float) -> Incident:
    """Words are approved anew, unless they wait already; then the plan is accepted."""
    if here.statements.edition("acme", "we-stay").state is not StatementState.APPROVED:
        approved(here, at)
    return accept(here, BRAND, PLAN, None, ("Ann", at + 1))


def _live(here: Room, incident: Incident, at: float) -> None:
    """Every step that is open, one after the other, and the end."""
    tick(here, [BRAND], at)
    for one in incident.steps:
        if one.is_open:
            do(here, incident, one.number, at)
    note = IncidentEvent(kind=IncidentAct.NOTED, at=at, by="Ann", said="all steps done")
    act(here, BRAND, incident.number, note)
    stand_down(here, incident, at)


def _try_again(here: Room, at: float) -> None:
    """A person looked at what failed: it does not stand there, so it is tried once more."""
    if here.statements.postings(ReplyState.FAILED):
        voice.again(here.statements, "acme", "we-stay", at)
        voice.publish(here.store, here.statements, here.publishers, at)


def killed(folder: Path, at: float, wanted: int, wait: float) -> bool:
    """Let one live for a while, then kill it; whether it was killed before it had done all."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work(folder, at, wanted, writes)
        finally:
            os._exit(0)
    os.close(writes)
    os.read(reads, 1)
    os.close(reads)
    time.sleep(wait)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path, kills: int, wanted: int) -> dict[str, Any]:
    """Until there were so many kills, each life at a later time and with more to do; then until all is done.

    What stands in the end.
    """
    chance = random.Random(kills)
    laid_out(folder)
    here = opened(folder)
    joined(here.advocates)
    here.advocates.close()
    where: Counter[str] = Counter()
    count, lives, at = 0, 0, NOW
    while count < kills:
        lives, at = lives + 1, at + HOUR
        count += killed(folder, at, wanted + lives, chance.uniform(0.0, LIFE))
        going = here.incidents.open("acme")
        where[f"{sum(not one.is_open for one in going[0].steps)} steps" if going else "between"] += 1
    rounds = 0
    while rounds < 50 and not work(folder, at + HOUR, wanted):
        rounds, at = rounds + 1, at + HOUR
    return _counted(folder, here) | {"kills": count, "where": where, "days": (at - NOW) / DAY}


def _counted(folder: Path, here: Room) -> dict[str, Any]:
    lines = (folder / "paper").read_text(encoding="utf-8").splitlines()
    kinds = {IncidentAct.DONE, IncidentAct.DECIDED, IncidentAct.ESCALATED, IncidentAct.STOOD_DOWN}
    found = here.incidents.all("acme")
    acts = Counter(
        (one.number, str(replace(event, at=0, by="", said="", why="", kind=event.kind))) for one in found
        for event in one.events if event.kind in kinds
    )  # fmt: skip
    postings = here.statements.postings()
    return {
        "incidents": len(found),
        "open": sum(one.is_open for one in found),
        "steps_open": sum(step.is_open for one in found for step in one.steps),
        "acts_twice": sum(times > 1 for times in acts.values()),
        "lines_twice": sum(times > 1 for times in Counter(lines).values()),
        "posts": sum(line.startswith("post ") for line in lines),
        "postings": len(postings),
        "unsent": sum(one.state is not ReplyState.SENT for one in postings),
        "messages": sum(line.startswith("message ") for line in lines),
        "paused": here.store.paused("acme"),
    }


if __name__ == "__main__":
    place, kills, wanted = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(place), int(kills), int(wanted))) + "\n")
