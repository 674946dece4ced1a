"""Weeks of a brand, simulated and heard through the real path: what tests of reports and notebooks stand on.

So many people a day talk about the brand, some of them of delays; a few speak to it. Two days before a statement goes
out a storm begins, and after it fewer speak of delays. Everything that a person can be told by carries a canary.
"""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

from ascolta import bootstrap
from ascolta.core.case import CaseKind
from ascolta.core.days import DAY
from ascolta.core.reply import ReplyState
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import FileSource, TwinNetwork
from ascolta.stores.statements import Statements
from ascolta.voice import approve, prepare, publish, release
from tests.conftest import ROOT, act

WEEKS, BACK = 5, 5
"""So many weeks, up to yesterday; the statement went out so many days before today."""

CANARY = "zq7xkanari"
STATEMENT = "lunaro-stays"
TALK = "flying acme air, {} and {}"
LATE = "acme air delay at the gate, {} and {}"
ASKED = "@acmeair where is my suitcase? {} {}"
PRAISE = "@acmeair thank you, you are great {} {}"


def simulated(folder: Path, now: float) -> Path:
    """The example brand with five weeks of figures, cases and a statement; its folder."""
    own = folder / "acme"
    shutil.copytree(ROOT / "examples" / "acme", own)
    place, found = own / bootstrap.STORE, bootstrap.found(own)
    store = bootstrap.store(place)
    figures = bootstrap.figures(place, store.journal)
    draw, today = Random(7), int(now // DAY)
    for day in range(today - 7 * WEEKS, today):
        posts, at = folder / f"day-{day}.jsonl", day * DAY + 60.0
        posts.write_text("".join(f"{json.dumps(one)}\n" for one in _day(day, today - BACK, draw)), encoding="utf-8")
        for _ in listen(FileSource(str(posts), clock=partial(float, at)), found.brands, store, figures):
            pass
        posts.unlink()
    figures.tick(today * DAY + 1.0, found.brands)
    figures.close()
    _answer(store, now)
    _state(own, store, (today - BACK) * DAY + 43_200.0)
    store.close()
    return own


def _day(day: int, stated: int, draw: Random) -> Iterator[dict[str, object]]:
    """One day's posts, each by somebody else."""
    late = 45 if day < stated - 2 else 160 if day <= stated else 75
    said = [TALK] * 50 + [LATE] * late + [ASKED] * 3 + [PRAISE] * (1 if day < stated else 9)
    draw.shuffle(said)
    for number, words in enumerate(said):
        mark = f"{CANARY}{day}x{number}"
        yield {
            "id": f"{mark}id", "author": {"id": f"{mark}key", "handle": f"{mark}author"}, "network": "x", "lang": "en",
            "text": words.format(f"{mark}word", f"{mark}else"), "published": day * DAY + 40.0 + number / 100,
        }  # fmt: skip


def _answer(store: Store, now: float) -> None:
    """A few of those who spoke to the brand get an answer, an hour before now."""
    for case in [case for case in store.cases() if ("addressed", "yes") in case.labels][:8]:
        act(store, case.id, CaseKind.DRAFTED, note="Thank you for telling us.", at=now - 3_900)
        for who in ("Ann", "Bob")[: case.decision.approve]:
            act(store, case.id, CaseKind.APPROVED, by=who, at=now - 3_700)
    for reply in store.replies(ReplyState.APPROVED):
        store.claim(reply.key)
        store.settle(reply, ReplyState.SENT, at=now - 3_600, note="p1")


def _state(own: Path, store: Store, at: float) -> None:
    """A statement is prepared, approved by two, and goes out."""
    statement, facts = load_statements(own)[STATEMENT], approved_facts(own, at)
    kept = Statements(own / bootstrap.STORE, store.journal)
    prepare(kept, "acme", statement, facts, ("Ann", at - 60))
    for who in ("Ann", "Bob"):
        approve(kept, "acme", statement, facts, (who, at - 30))
    release(kept, "acme", statement, facts, ("Ann", at, False))
    publish(store, kept, {network: TwinNetwork(network) for network in bootstrap.NETWORKS}, at)
    kept.close()
