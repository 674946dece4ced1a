"""A copy of a brand in which a drill can do everything: nothing reaches anybody, and it goes when the drill ends."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from ascolta import bootstrap
from ascolta.cli.owned import twins
from ascolta.core.alert import ORDER, AlertChange, State
from ascolta.core.brand import Brand
from ascolta.core.mention import Brands
from ascolta.core.plan import Plan, propose
from ascolta.core.risk import Risk
from ascolta.core.terms import GRADES
from ascolta.core.voices import Voices
from ascolta.files.brands import load_brand
from ascolta.files.reading import MAX_SIZE
from ascolta.incidents import Room
from ascolta.listen import listen
from ascolta.sources.crisis import CrisisSource, crisis
from ascolta.stores.advocates import Advocates
from ascolta.stores.incidents import Incidents
from ascolta.stores.statements import FILE as STATEMENTS
from ascolta.stores.statements import Statements
from ascolta.watch import Around, watch

PATIENCE = 3_600.0
"""For so long the surge may go on without an alert before the drill begins without one, in seconds."""

MINUTE = 60.0


@dataclass(slots=True)
class Sandbox:
    """A brand's copy with its made-up crisis, which begins at `begins`; `clock` gives the drill's time."""

    room: Room
    brand: Brand
    brands: Brands
    source: CrisisSource
    begins: float
    voices: Voices = field(default_factory=bootstrap.voices)
    clock: Callable[[], float] = time.time

    def hear(self, until: float) -> AlertChange | None:
        """Hear what was said up to a time; the alert that came of it, if one did."""
        self.source.until = until
        for heard in listen(self.source, self.brands, self.room.store):
            self.voices.hear(heard, self.brands.by_id)
        around = Around(voices=self.voices, brands=self.brands)
        changes = [change for change, _ in watch(self.room.store, self.brand, until, around=around)]
        return next((change for change in changes if change.new is not State.CALM), None)

    def until_alert(self) -> AlertChange | None:
        """Hear minute by minute until the alert comes; None if nothing came in an hour."""
        at = self.begins
        self.hear(at)
        while at < self.begins + PATIENCE:
            at += MINUTE
            if (found := self.hear(at)) is not None:
                return found
        return None

    def run(self, speed: float, elapsed: Callable[[], float]) -> None:
        """Let the drill's clock run on from here: so many seconds for each that has elapsed."""
        start, zero = self.source.until, elapsed()
        self.clock = lambda: start + (elapsed() - zero) * speed

    def so_far(self) -> str:
        """What the surge has brought by now."""
        store, span = self.room.store, (int(self.begins), int(self.source.until) + 1)
        mentions, complaints = (
            sum(store.counts(self.brand.id, stream, *span).values()) for stream in ("all", "complaint")
        )
        cases = len(store.cases())
        return f"{mentions} mentions since it began, {complaints} of them complaints; {cases} cases on the desk"


@contextmanager
def sandbox(folder: Path, plan: Plan, store: Path | None, seed: int, at: float) -> Iterator[Sandbox]:
    """A copy of a brand with a crisis of the kind that proposes a plan, beginning at a time."""
    with tempfile.TemporaryDirectory(prefix="ascolta-drill-") as place:
        own = Path(place) / folder.resolve().name
        _copy(folder, own)
        inside = own / bootstrap.STORE
        kept = bootstrap.store(inside, "")
        _copy_statements(store or folder / bootstrap.STORE, inside)
        brands, networks = bootstrap.brands(own), twins()
        [brand] = brands
        room = Room(
            store=kept, incidents=Incidents(inside), statements=Statements(inside), advocates=Advocates(inside),
            publishers=networks, messengers=networks, folders={brand.id: own}, heralds={brand.id: _Nobody()},
        )  # fmt: skip
        try:
            source = crisis(brand, stream_of(brand, plan), at, seed)
            yield Sandbox(room=room, brand=brand, brands=brands, source=source, begins=at)
        finally:
            for one in (room.incidents, room.statements, room.advocates, kept):
                one.close()


class _Nobody:
    """Tells nobody: in a drill no desk is woken."""

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Nothing."""


def stream_of(brand: Brand, plan: Plan) -> str:
    """The stream whose alert proposes a plan; complaints, where no alert does."""
    for stream, grade in product(ORDER, reversed(GRADES)):
        change = AlertChange(
            brand=brand.id, stream=stream, old=State.CALM, new=State.ALERT, at=0, score=0, once_in_days=1, why="",
            risk=Risk(grade=grade),
        )  # fmt: skip
        found = propose(brand.plans, change)
        if found is not None and found.name == plan.name:
            return stream
    return ORDER[0]


def _copy(folder: Path, own: Path) -> None:
    """Everything that the brand's author wrote, and nothing that was heard."""
    heard = {(folder / source.path).resolve() for source in load_brand(folder).sources}

    def leave(where: str, names: list[str]) -> list[str]:
        paths = [Path(where) / name for name in names]
        return [path.name for path in paths if path.name.startswith(".") or path.resolve() in heard or _is_large(path)]

    shutil.copytree(folder, own, ignore=leave)


def _is_large(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > MAX_SIZE


def _copy_statements(store: Path, inside: Path) -> None:
    """Who approved which statement, so that the drill finds out what is ready."""
    if not (store / STATEMENTS).is_file():
        return
    with closing(sqlite3.connect(store / STATEMENTS)) as there, closing(sqlite3.connect(inside / STATEMENTS)) as here:
        there.backup(here)
