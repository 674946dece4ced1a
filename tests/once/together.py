"""python -m tests.once.together FOLDER URL KILLS POSTS: two listeners and two desks, killed at random.

Each listener hears a file of its own, for one brand and one store on PostgreSQL. Each desk settles what was left,
answers what waits and sends. One of the four is killed and begun anew, again and again; a server that is gone is waited
for.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ascolta.core.case import Case, CaseEvent, CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.errors import CaseError, StoreError
from ascolta.listen import listen
from ascolta.outbox import send, settle
from ascolta.ports import Store
from ascolta.sources import FileSource
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW, foresee
from tests.once.__main__ import BRAND
from tests.once.network import Wire, started

FASTER = 200.0
"""Seconds of the story in a second: a network that says wait is waited for, but not by us."""

AFTER = 1_000.0
"""What was claimed so lately is not settled by the other desk, in seconds of the story: it may be on its way."""

LIFE = (0.05, 0.6)
"""How long there is between two kills, in seconds."""

LONGEST = 300
"""After so many seconds whoever still lives ends, so that a story that never ends leaves nobody behind."""

PACE = 0.03
"""How long a listener rests between two batches, in seconds, so that they do not end before the kills."""


def written(path: Path, posts: int) -> int:
    """A file of posts: one in three calls for an answer, one only counts, one is nothing. How many call for one."""
    said = ("hello to acme, {}", "acme again, {}", "nothing of the kind, {}")
    who = {"network": "x", "lang": "en"}
    rows = (
        {"id": name, "text": said[n % 3].format(n), "published": NOW + 40 * n, "author": name, **who}
        for n in range(posts)
        for name in [f"{path.stem}{n}"]
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return len(range(0, posts, 3))


def hear(folder: Path, url: str, name: str) -> None:
    """One listener's life: its file from where it was left."""
    store = SqlStore(folder / "store", url=url)
    source = FileSource(str(folder / f"{name}.jsonl"), clock=lambda: NOW, batch=2)
    for _ in listen(source, Brands([BRAND], foresee), store):
        time.sleep(PACE)
    store.close()


def answer(folder: Path, url: str, port: int, wanted: int) -> None:
    """One desk's life: settle, answer, send, until so many cases are answered."""
    store, wire = SqlStore(folder / "store", url=url), Wire(port)
    while True:
        settle(store, {"x": wire}, now(), AFTER)
        held = store.cases()
        for case in held:
            _approve(store, case)
        send(store, {"x": wire}, {"acme": BRAND}, now())
        if len(held) >= wanted and all(case.status is Status.SENT for case in held):
            break
        time.sleep(PACE)
    store.close()


def now() -> float:
    """The time of the story, the same for all who are in it."""
    return NOW + (time.time() % 86_400) * FASTER


def _approve(store: Store, case: Case) -> None:
    """What a person does with a case that waits; the one at the other desk may be faster."""
    with suppress(CaseError):
        if case.status is Status.OPEN:
            seen = CaseEvent(kind=CaseKind.DRAFTED, at=now(), by="Ann", note="We look into it.", seen=len(case.events))
            case = store.record(case.id, seen)
        if case.status is Status.DRAFTED:
            store.record(case.id, CaseEvent(kind=CaseKind.APPROVED, at=now(), by="Ben", seen=len(case.events)))


def begun(life: Callable[[], None]) -> int:
    """A process that lives a life, anew whenever the server was away; its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.alarm(LONGEST)
    try:
        while True:
            with suppress(StoreError):
                life()
                os._exit(0)
            time.sleep(0.05)
    finally:
        os._exit(1)


def main(folder: Path, url: str, kills: int, posts: int) -> dict[str, Any]:
    """Until there were so many kills and all four are done; what was kept and said in the end."""
    wanted = sum(written(folder / f"{name}.jsonl", posts) for name in ("a", "b"))
    network, port = started(7, keyed=False)
    lives: dict[str, Callable[[], None]] = {
        "listener a": lambda: hear(folder, url, "a"),
        "listener b": lambda: hear(folder, url, "b"),
        "desk 1": lambda: answer(folder, url, port, wanted),
        "desk 2": lambda: answer(folder, url, port, wanted),
    }
    killed = _played(lives, kills)
    told = Wire(port).ask({"act": "end", "key": ""})
    os.waitpid(network, 0)
    said: dict[str, int] = told["published"]  # type: ignore[assignment]
    return _kept(folder, url) | {
        "killed": killed,
        "wanted": wanted,
        "said": len(said),
        "twice": sum(times > 1 for times in said.values()),
        "faults": told["faults"],
    }


def _played(lives: dict[str, Callable[[], None]], kills: int) -> Counter[str]:
    """Kill one at random and begin it anew, so many times, while any has work; then wait for all. Who was killed."""
    chance, killed = random.Random(kills), Counter[str]()
    running = {name: begun(life) for name, life in lives.items()}
    while running:
        time.sleep(chance.uniform(*LIFE) if killed.total() < kills else 0.05)
        if killed.total() < kills:
            name = chance.choice(sorted(running))
            os.kill(running[name], signal.SIGKILL)
            _, status = os.waitpid(running.pop(name), 0)
            killed[name] += os.WIFSIGNALED(status)
            if os.WIFSIGNALED(status):
                running[name] = begun(lives[name])
        running = {name: pid for name, pid in running.items() if os.waitpid(pid, os.WNOHANG)[0] == 0}
    return killed


def _kept(folder: Path, url: str) -> dict[str, Any]:
    """What the store holds."""
    store = SqlStore(folder / "store", url=url)
    cases = store.cases()
    told = {
        "cases": len(cases),
        "sent": sum(case.status is Status.SENT for case in cases),
        "told twice": sum(sum(one.kind is CaseKind.SENT for one in case.events) > 1 for case in cases),
        "totals": store.totals("acme"),
        "ticks": store.counts("acme", "all", 0, 1 << 40),
    }
    store.close()
    return told


if __name__ == "__main__":
    where, place, kills, posts = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(where), place, int(kills), int(posts))) + "\n")
