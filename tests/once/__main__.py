"""python -m tests.once FOLDER KILLS REPLIES keyed|plain: kill senders at random points, print what was published."""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from ascolta.core.brand import Limits
from ascolta.core.case import CaseEvent, CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from ascolta.outbox import send, settle
from ascolta.ports import Store
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, foresee, keep, published
from tests.once.network import Wire, started

HOUR = 3_600.0
LIFE = 0.06
"""The longest that a sender lives before it is killed, in seconds, beside what it takes to start."""

BRAND = type(ACME)(
    **{name: getattr(ACME, name) for name in ACME.__dataclass_fields__}
    | {"limits": Limits(an_hour=10**6, a_person_a_day=9)}
)


def opened(folder: Path, replies: int) -> None:
    """Cases that all wait for an answer."""
    store, brands = SqlStore(folder), Brands([BRAND], foresee)
    keep(store, brands, *(published(str(number), f"hello to acme {number}") for number in range(replies)))
    store.close()


def work(folder: Path, port: int, at: float) -> bool:
    """One sender's life: settle what was left, approve what waits, send; whether nothing is left to do."""
    store, wire = SqlStore(folder), Wire(port)
    settle(store, {"x": wire}, at)
    for case in store.cases():
        _approve(store, case.id, case.status, at)
        send(store, {"x": wire}, {"acme": BRAND}, at)
    left = store.replies(ReplyState.APPROVED, ReplyState.SENDING)
    done = not left and all(case.status is Status.SENT for case in store.cases())
    store.close()
    return done


def _approve(store: Store, number: int, status: Status, at: float) -> None:
    """What a person does with a case that waits: write, and approve what was written."""
    if status is Status.OPEN:
        store.record(number, CaseEvent(kind=CaseKind.DRAFTED, at=at, by="Ann", note="Hello, we look into it."))
    if status in (Status.OPEN, Status.DRAFTED):
        store.record(number, CaseEvent(kind=CaseKind.APPROVED, at=at, by="Ben"))


def killed(folder: Path, port: int, at: float, wait: float) -> bool:
    """Let a sender live for a while, then kill it; whether it was killed before it had done all."""
    pid = os.fork()
    if pid == 0:
        try:
            work(folder, port, at)
        finally:
            os._exit(0)
    time.sleep(wait)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path, kills: int, replies: int, *, keyed: bool) -> dict[str, Any]:
    """Until there were so many kills, and then until all is said."""
    chance = random.Random(kills)
    opened(folder, replies)
    pid, port = started(7, keyed=keyed)
    count, at = 0, NOW
    while count < kills:
        at += HOUR
        count += killed(folder, port, at, chance.uniform(0.0, LIFE))
    rounds = 0
    while rounds < 200 and not work(folder, port, at):
        rounds, at = rounds + 1, at + HOUR
    told = Wire(port).ask({"act": "end", "key": ""})
    os.waitpid(pid, 0)
    said: dict[str, int] = told["published"]  # type: ignore[assignment]
    return {
        "kills": count,
        "replies": replies,
        "lost": replies - sum(1 for times in said.values() if times),
        "twice": sum(1 for times in said.values() if times > 1),
        "rounds": rounds,
        "faults": told["faults"],
    }


if __name__ == "__main__":
    where, kills, replies, kind = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(where), int(kills), int(replies), keyed=kind == "keyed")) + "\n")
