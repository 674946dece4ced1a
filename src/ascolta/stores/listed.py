"""The list of cases, answered by an index: columns beside each case say where it stands, and no key is needed."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from ascolta.core.case import Case, CaseEvent, CaseKind, Status, awake
from ascolta.core.etiquette import Action, Decision
from ascolta.core.inventory import Kind, Term, stored
from ascolta.core.piles import PILES, Lot, Pile, SavedView, Turned, Wanted, since
from ascolta.stores import cases, schema
from ascolta.stores.seal import Keys

NAME = 80
"""Characters of a name that are kept in the list."""

of_a_desk = partial(stored, term=Term.STORE, kind=Kind.STAFF)
saved_views = sa.Table(
    "saved_views",
    schema.meta,
    sa.Column("name", sa.String, primary_key=True, info=of_a_desk("the name of a search", "to find it")),
    sa.Column("desk", sa.String, primary_key=True, info=of_a_desk("a desk; empty: everybody's", "to show it there")),
    sa.Column(
        "find",
        sa.Text,
        nullable=False,
        info=of_a_desk("what is searched: labels, networks, desks, states; no words, no people", "to search it again"),
    ),
    sa.Column("by", sa.String, nullable=False, info=of_a_desk("who of the desk saved it", "to ask them")),
    sa.Column("at", sa.Float, nullable=False, info=of_a_desk("when it was saved", "to tell which are old")),
)

_T = schema.cases
_SHOWN = (
    _T.c.id, _T.c.brand, _T.c.network, _T.c.action, _T.c.rule, _T.c.why, _T.c.desk, _T.c.approve, _T.c.labels,
    _T.c.published, _T.c.expires, _T.c.status, _T.c.since, _T.c.turn, _T.c.assigned, _T.c.writer, _T.c.writer_until,
)  # fmt: skip


def stand(db: sa.Connection, keys: Keys, number: int, at: float = 0.0) -> None:
    """Write down where a case stands, at a time if one is given, after something happened to it."""
    for case in cases.load(db, keys, _T.c.id == number):
        put(db, awake(case, at))


def put(db: sa.Connection, case: Case) -> None:
    """The same of a case that is at hand as it stands now, so that it need not be opened once more."""
    db.execute(sa.update(_T).where(_T.c.id == case.id).values(**_standing(case)))


def stand_all(db: sa.Connection, keys: Keys) -> None:
    """The same for the cases of a store of an earlier version, which did not write it down."""
    for case in cases.load(db, keys, _T.c.pile == ""):
        put(db, case)


def listed(db: sa.Connection, wanted: Wanted) -> list[Turned]:
    """Some cases by their turn."""
    asked = sa.select(*_SHOWN).where(*_where(wanted), _T.c.turn.is_not(None))
    if wanted.after is not None:
        asked = asked.where(sa.tuple_(_T.c.turn, _T.c.id) > sa.tuple_(*map(sa.literal, wanted.after)))
    return [(row.turn, _case(row)) for row in db.execute(asked.order_by(_T.c.turn, _T.c.id).limit(wanted.most))]


def tallied(db: sa.Connection, wanted: Wanted) -> int:
    """How many cases are asked for."""
    return db.scalar(sa.select(sa.func.count()).select_from(_T).where(*_where(wanted))) or 0


def labelled(db: sa.Connection, brand: str, piles: Sequence[Pile]) -> list[Case]:
    """The cases of a brand in some piles as they are listed, whether or not their turn is known."""
    asked = sa.select(*_SHOWN).where(_T.c.brand == brand, _T.c.pile.in_([str(pile) for pile in piles]))
    return [_case(row) for row in db.execute(asked.order_by(_T.c.id))]


def sleepers(db: sa.Connection, at: float) -> list[int]:
    """The numbers of what slept long enough."""
    return list(db.scalars(sa.select(_T.c.id).where(_T.c.pile == str(Pile.SNOOZED), _T.c.turn <= at)))


def turnless(db: sa.Connection, *, anew: bool) -> list[Case]:
    """The cases whose turn is not known, or all that wait too."""
    unknown = sa.and_(_T.c.pile.in_([str(pile) for pile in Pile]), _T.c.turn.is_(None))
    where = sa.or_(unknown, _T.c.pile == str(Pile.WAITING)) if anew else unknown
    return [_case(row) for row in db.execute(sa.select(*_SHOWN).where(where))]


def rank(db: sa.Connection, turns: Mapping[int, float]) -> None:
    """Say the turns of cases."""
    if turns:
        put = sa.update(_T).where(_T.c.id == sa.bindparam("number")).values(turn=sa.bindparam("its"))
        db.execute(put, [{"number": number, "its": its} for number, its in turns.items()])


def sign(db: sa.Connection, at: float) -> str:
    """A value that changes whenever a case does, or becomes overdue."""
    events = schema.case_events
    happened = sa.select(sa.func.count()).select_from(events).scalar_subquery()
    writing = sa.select(sa.func.count()).where(_T.c.writer_until > at).scalar_subquery()
    waiting = sa.select(sa.func.count()).where(_T.c.pile == str(Pile.WAITING))
    late = waiting.where(_T.c.turn <= at).scalar_subquery()
    told = (sa.func.max(_T.c.id), happened, writing, waiting.scalar_subquery(), late)
    row = db.execute(sa.select(sa.func.count(), *told).select_from(_T)).one()
    return ".".join(str(one or 0) for one in row)


def views(db: sa.Connection) -> list[SavedView]:
    """The saved searches, by desk and name."""
    table = saved_views
    rows = db.execute(sa.select(table).order_by(table.c.desk, table.c.name)).mappings()
    return [SavedView(**row) for row in rows]


def stock(db: sa.Connection, late: float, unseen: float) -> list[Lot]:
    """What is kept, counted by brand, state and rule."""
    by, goes = (_T.c.brand, _T.c.status, _T.c.rule), _T.c.expires
    many = [sa.func.count(sa.case((one, 1))) for one in (sa.true(), goes < late, _T.c.checked < unseen)]
    asked = sa.select(*by, *many, sa.func.min(goes), sa.func.max(goes)).where(_T.c.status != "")
    return [
        Lot(brand=brand, status=Status(status), rule=rule, count=n, late=over, unseen=dim, first=first, last=last)
        for brand, status, rule, n, over, dim, first, last in db.execute(asked.group_by(*by).order_by(*by))
    ]


def _standing(case: Case) -> dict[str, Any]:
    """What the list needs of a case; its turn is said anew, but what sleeps wakes at its own time."""
    return {
        "status": str(case.status),
        "pile": str(PILES[case.status]),
        "since": since(case),
        "turn": case.snoozed_until if case.status is Status.SNOOZED else None,
        "desk": case.decision.desk,
        "assigned": case.assigned_to[:NAME],
    }


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    same = ((_T.c.brand, wanted.brand), (_T.c.network, wanted.network), (_T.c.desk, wanted.desk))
    asked = [column == value for column, value in (*same, (_T.c.status, wanted.status)) if value]
    said = [_T.c.labels.contains(json.dumps(pair), autoescape=True) for pair in wanted.said]
    late = [] if wanted.until is None else [_T.c.turn <= wanted.until]
    return [_T.c.pile == str(wanted.pile), *asked, *said, *late]


def _case(row: Any) -> Case:
    """A case without its words, its draft and what happened to it."""
    status = Status(row.status)
    return Case(
        id=row.id,
        brand=row.brand,
        network=row.network,
        decision=Decision(action=Action(row.action), rule=row.rule, why=row.why, desk=row.desk, approve=row.approve),
        labels=cases.labels_of(row.labels),
        published=row.published,
        expires=row.expires,
        status=status,
        assigned_to=row.assigned,
        snoozed_until=(row.turn or 0.0) if status is Status.SNOOZED else 0.0,
        events=(CaseEvent(kind=CaseKind.OPENED, at=row.since),),
        writer=row.writer,
        writer_until=row.writer_until,
    )
