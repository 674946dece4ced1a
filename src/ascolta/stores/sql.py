"""The store on SQL, through SQLAlchemy Core: SQLite in write-ahead mode, which is all a laptop needs, or PostgreSQL.

What is removed is removed for good: the case's key is destroyed first, then its rows, then the file is rewritten.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ascolta.core.alert import AlertChange
from ascolta.core.case import Case, CaseEvent, Content, Place
from ascolta.core.consent import Known
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.mention import Effect, Heard, Removal
from ascolta.core.person import Person, named
from ascolta.core.piles import Lot, SavedView, Turned, Wanted
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import StoreError
from ascolta.ports import Journal
from ascolta.stores import acts, cases, engine, listed, outgoing, people, schema
from ascolta.stores.alike import ANSWERED, Gone
from ascolta.stores.keeping import Keeping, forget
from ascolta.stores.seal import Keys

ORPHAN_AGE = 3600.0
"""Keys whose case never came to be are destroyed when they are older than this, in seconds."""

_COUNTS = schema.counts.c
_SERIES = (
    sa.select(_COUNTS.stream, _COUNTS.tick, _COUNTS.n)
    .where(_COUNTS.brand == sa.bindparam("brand"), _COUNTS.stream.in_(sa.bindparam("streams", expanding=True)))
    .where(_COUNTS.tick >= sa.bindparam("since"), _COUNTS.tick < sa.bindparam("until"))
    .order_by(_COUNTS.tick)
)
_CURSOR = sa.select(schema.cursors.c.position).where(schema.cursors.c.source == sa.bindparam("source"))
_VIGIL = sa.select(schema.vigils.c.state).where(schema.vigils.c.brand == sa.bindparam("brand"))
"""What is asked for thousands of brands at every tick, or with every batch, is put together once."""

Writing = tuple[sa.Connection, list[NewEntry]]
"""A transaction, and what the journal will be told of it right before it is committed."""


class SqlStore:
    """All that is kept, in `store.db` and `keys.db` of one folder; `folder` None keeps it in memory.

    `url` names a PostgreSQL database that holds the tables instead of `store.db`; the keys stay in the folder.
    `journal` is told of every act within the act's own transaction; None tells nobody.
    """

    def __init__(self, folder: Path | None, journal: Journal | None = None, url: str = "") -> None:
        self.folder, self.journal = folder, journal
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self.engine = engine.opened(folder, url)
            self.keys = Keys(folder / "keys.db" if folder is not None else None)
            self._create()
        except OSError as error:
            raise StoreError(
                f"{folder}: the store cannot be opened ({error.strerror}); choose another --store"
            ) from error
        self._people = people.People(self.keys.installation)
        self._gone = Gone()
        self._unclean = False

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
        with self._reading() as db:
            return db.scalar(_CURSOR, {"source": source}) or ""

    def heard_last(self, source: str) -> float:
        """When a source was heard last, in seconds since 1970 UTC; 0 if it never was."""
        with self._reading() as db:
            return db.scalar(sa.select(schema.cursors.c.at).where(schema.cursors.c.source == source)) or 0.0

    def rewind(self, *sources: str) -> None:
        """Forget how far these sources were heard."""
        with self._transaction() as (db, _):
            db.execute(sa.delete(schema.cursors).where(schema.cursors.c.source.in_(sources)))

    def known(self) -> Known:
        """What is remembered of people, as keyed tags."""
        with self._reading() as db:
            return self._people.known(db)

    def keep(self, source: str, heard: Heard) -> None:
        """Keep all that a batch calls for and move the cursor, or nothing of it."""
        with self._transaction() as (db, told):
            self._advance(db, source, heard)
            keeping = Keeping(db, self.keys, self._people, heard)
            keeping.keep(heard, self._gone)
            told.extend(keeping.acts)
            self._unclean |= keeping.removed
            _add_counts(db, heard)

    def cases(self, brand: str = "") -> list[Case]:
        """The cases of a brand (of all, if empty), newest first."""
        with self._reading() as db:
            return cases.load(db, self.keys, *([schema.cases.c.brand == brand] if brand else []))

    def case(self, number: int) -> Case | None:
        """One case; None if there is none, or no more."""
        with self._reading() as db:
            return next(iter(cases.load(db, self.keys, schema.cases.c.id == number)), None)

    def listed(self, wanted: Wanted) -> list[Turned]:
        """Some cases by their turn, without words, draft and events."""
        with self._reading() as db:
            return listed.listed(db, wanted)

    def tallied(self, wanted: Wanted) -> int:
        """How many cases are asked for, wherever the page begins."""
        with self._reading() as db:
            return listed.tallied(db, wanted)

    def stock(self, late: float = 0.0, unseen: float = 0.0) -> list[Lot]:
        """How many cases are kept, by brand, state and rule, whether or not they are listed."""
        with self._reading() as db:
            return listed.stock(db, late, unseen)

    def some(self, numbers: Sequence[int]) -> list[Case]:
        """These cases in full, in this order; what is gone is left out."""
        with self._reading() as db:
            found = {case.id: case for case in cases.load(db, self.keys, schema.cases.c.id.in_(numbers))}
        return [found[number] for number in numbers if number in found]

    def rouse(self, at: float, *, anew: bool = False) -> list[Case]:
        """Wake what slept long enough; the cases whose turn is not known (`anew`: all that wait)."""
        with self._reading() as db:
            if not listed.sleepers(db, at):
                return listed.turnless(db, anew=anew)
        with self._transaction() as (db, _):
            for number in listed.sleepers(db, at):
                listed.stand(db, self.keys, number, at)
            return listed.turnless(db, anew=anew)

    def rank(self, turns: Mapping[int, float]) -> None:
        """Say the turns of cases (core.piles.turn)."""
        with self._transaction() as (db, _):
            listed.rank(db, turns)

    def sign(self, at: float) -> str:
        """A value that changes whenever a case does or is overdue, and when somebody begins or ends to write."""
        with self._reading() as db:
            return listed.sign(db, at)

    def views(self) -> list[SavedView]:
        """The saved searches, by desk and name."""
        with self._reading() as db:
            return listed.views(db)

    def save_view(self, view: SavedView) -> None:
        """Keep a search in place of the one of this name and desk."""
        with self._transaction() as (db, told):
            key = {"name": view.name, "desk": view.desk}
            engine.put(db, listed.saved_views, key, {"find": view.find, "by": view.by, "at": view.at})
            told.append(acts.plain(Kind.CONFIGURED, view.at, rule="saved-view"))

    def drop_view(self, name: str, desk: str, at: float) -> None:
        """Keep a search no longer."""
        table = listed.saved_views
        with self._transaction() as (db, told):
            db.execute(sa.delete(table).where(table.c.name == name, table.c.desk == desk))
            told.append(acts.plain(Kind.CONFIGURED, at, rule="saved-view"))

    def place(self, number: int) -> Place | None:
        """Where the post of a case stands on its network; None if there is no such case."""
        with self._reading() as db:
            return next(iter(cases.places(db, self.keys, schema.cases.c.id == number)), None)

    def places(self, unseen_since: float) -> list[Place]:
        """Where those posts stand that were not seen to stand since a time, oldest case first."""
        with self._reading() as db:
            return cases.places(db, self.keys, schema.cases.c.checked < unseen_since)

    def seen(self, number: int, at: float, forbids: Sequence[str]) -> None:
        """That the post of a case was seen to stand at a time, and what it and its author forbid."""
        with self._transaction() as (db, _):
            changed = sa.update(schema.cases).where(schema.cases.c.id == number)
            db.execute(changed.values(checked=at, forbids=" ".join(forbids)))

    def record(self, number: int, event: CaseEvent, content: Content | None = None) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved."""
        with self._transaction() as (db, told):
            case, entries = cases.record(db, self.keys, number, event, content)
            told.extend(entries)
            listed.put(db, case)
            return case

    def hold(self, number: int, by: str, at: float, until: float) -> None:
        """That somebody writes the answer of a case, alone, until a time; a time that is over lets it go."""
        with self._transaction() as (db, _):
            cases.hold(db, self.keys, number, (by, at, until))

    def drafted(self, brand: str, but: int = 0, most: int = 5) -> list[CaseEvent]:
        """The last drafts of a brand in other cases than one, the newest last."""
        with self._reading() as db:
            return cases.drafted(db, self.keys, brand, but, most)

    def forget(self, removal: Removal, at: float) -> int:
        """Forget a post or a person because somebody asked for it, and clean up at once; how many cases went."""
        with self._transaction() as (db, told):
            gone = self._forget(db, removal, at)
            told.extend(acts.gone(Kind.ERASED, gone, at))
            if removal.effect in (Effect.REFUSE, Effect.STOP):
                told.append(acts.plain(Kind.REFUSED, at, rule=str(removal.effect)))
        self._unclean |= bool(gone)
        self._clean()
        return len(gone)

    def person(self, network: str, account: str) -> Person:
        """All that is held of an account, named by its id or its handle."""
        tags = [self._people.tag(network, key) for key in named(account)]
        table = schema.cases
        with self._reading() as db:
            held = cases.load(db, self.keys, sa.or_(table.c.author_tag.in_(tags), table.c.handle_tag.in_(tags)))
            standings = [one for tag in tags for one in self._people.standings(db, tag)]
        return Person(network=network, account=account, cases=tuple(held), standings=tuple(standings))

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come, leaving no byte of them; how many."""
        with self._transaction() as (db, told):
            gone = cases.erase(db, self.keys, schema.cases.c.expires <= at)
            told.extend(acts.gone(Kind.EXPIRED, gone, at))
            self._people.expire(db, at)
            here = {bytes(ref) for ref in db.scalars(sa.select(schema.cases.c.ref))}
            orphans = self.keys.older(at - ORPHAN_AGE) - here
        self.keys.shred(orphans)
        self._unclean |= bool(gone)
        self._clean()
        engine.rewrite(self.engine, at)
        return len(gone)

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick; ticks without any are left out."""
        return self.series(brand, [stream], since, until)[stream]

    def series(self, brand: str, streams: Sequence[str], since: int, until: int) -> dict[str, dict[int, int]]:
        """The counts of several streams at once."""
        found: dict[str, dict[int, int]] = {stream: {} for stream in streams}
        with self._reading() as db:
            asked = {"brand": brand, "streams": [*found], "since": since, "until": until}
            for stream, tick, n in db.execute(_SERIES, asked):
                found[stream][int(tick)] = int(n)
        return found

    def totals(self, brand: str) -> dict[str, int]:
        """The whole of each stream of a brand's counts."""
        table = schema.counts
        asked = sa.select(table.c.stream, sa.func.sum(table.c.n)).where(table.c.brand == brand)
        with self._reading() as db:
            return {stream: int(n) for stream, n in db.execute(asked.group_by(table.c.stream))}

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        tick = schema.counts.c.tick
        with self._reading() as db:
            first, last = db.execute(
                sa.select(sa.func.min(tick), sa.func.max(tick)).where(schema.counts.c.brand == brand)
            ).one()
        return None if first is None else (int(first), int(last))

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers; empty at first."""
        with self._reading() as db:
            return _remembered(db, brand)

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange], after: int = -1) -> bool:
        """Keep what a detector remembers, and its changes; False if it was `seen` until another time than `after`."""
        with self._transaction() as (db, told):
            if after >= 0 and after != _remembered(db, brand).get("seen", 0):
                return False
            engine.put(db, schema.vigils, {"brand": brand}, {"state": msgspec.json.encode(state).decode()})
            for change in changes:
                said = msgspec.json.encode(change).decode()
                db.execute(sa.insert(schema.alerts).values(brand=brand, at=change.at, change=said))
                told.append(acts.plain(Kind.ALERTED, change.at, brand, str(change.new)))
        return True

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        table = schema.alerts
        with self._reading() as db:
            rows = db.scalars(sa.select(table.c.change).where(table.c.brand == brand).order_by(table.c.id)).all()
        return [msgspec.json.decode(said, type=AlertChange) for said in rows]

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        with self._reading() as db:
            return outgoing.load(db, self.keys, states)

    def claim(self, key: str, at: float = 0.0) -> Reply | None:
        """Approved → sending at a time, committed before the network is asked; None if somebody else was faster."""
        with self._transaction() as (db, _):
            return outgoing.claim(db, self.keys, key, at)

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason."""
        with self._transaction() as (db, told):
            settled = outgoing.settle(db, self.keys, reply, state, at=at, note=note)
            told.extend(settled or [])
            if settled:
                listed.stand(db, self.keys, reply.case)
            if settled is not None and state is ReplyState.SENT and not cases.spoke(db, reply.case):
                self._people.add(db, ANSWERED, reply.brand, reply.to, at)

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        with self._reading() as db:
            return outgoing.sent_since(db, brand, at, to)

    def pause(self, brand: str, why: str, at: float = 0.0) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        with self._transaction() as (db, told):
            engine.put(db, schema.switches, {"name": f"paused:{brand}"}, {"value": why})
            told.append(acts.plain(Kind.PAUSED if why else Kind.RESUMED, at, brand))

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        table = schema.switches
        with self._reading() as db:
            return db.scalar(sa.select(table.c.value).where(table.c.name == f"paused:{brand}")) or ""

    def close(self) -> None:
        """Leave nothing open and nothing of the removed behind."""
        self._clean()
        self.engine.dispose()
        self.keys.close()
        if self.journal is not None:
            self.journal.close()

    def _create(self) -> None:
        try:
            with self._transaction() as (db, _):
                engine.create(db, self.folder, self.keys)
                listed.stand_all(db, self.keys)
        except BaseException:
            self.engine.dispose()
            self.keys.close()
            raise

    def _advance(self, db: sa.Connection, source: str, heard: Heard) -> None:
        if (db.scalar(_CURSOR, {"source": source}) or "") != heard.after:
            raise StoreError(
                f"the cursor of '{source}' was moved by another listener on this store; stop one of the two"
            )
        engine.put(db, schema.cursors, {"source": source}, {"position": heard.cursor, "at": heard.arrived})

    def _forget(self, db: sa.Connection, removal: Removal, at: float) -> list[acts.Erased]:
        if removal.post_id:
            tag = self._people.post_tag(removal.network, removal.post_id)
            self._gone.add(tag)
            return cases.erase(db, self.keys, schema.cases.c.post_tag == tag)
        gone: list[acts.Erased] = []
        for key in named(removal.actor):
            if removal.effect is Effect.WELCOME:
                self._people.welcome(db, self._people.tag(removal.network, key))
            else:
                gone += forget(db, self.keys, self._people, replace(removal, actor=key), at)
        return gone

    def _clean(self) -> None:
        """Rewrite the file without what was removed, and empty the write-ahead log."""
        if self._unclean and self.folder is not None:
            engine.clean(self.engine)
            self._unclean = False

    @contextmanager
    def _transaction(self) -> Iterator[Writing]:
        with engine.saying(), self.engine.begin() as db:
            told: list[NewEntry] = []
            yield db, told
            if told and self.journal is not None:
                self.journal.append(told)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with engine.saying(), self.engine.connect().execution_options(reading=True) as db:
            yield db


def _remembered(db: sa.Connection, brand: str) -> dict[str, Any]:
    found = db.scalar(_VIGIL, {"brand": brand})
    state: dict[str, Any] = msgspec.json.decode(found) if found else {}
    return state


def _add_counts(db: sa.Connection, heard: Heard) -> None:
    rows = [{"brand": b, "stream": s, "tick": t, "n": n} for (b, s, t), n in sorted(heard.counts.items())]
    if rows:
        engine.sum_up(db, schema.counts, "n", rows)
