"""The rows of cases: read, added to, erased. A case's text, author and notes are under its own key."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from ascolta.core.case import (
    TWO,
    Case,
    CaseEvent,
    CaseKind,
    Content,
    NewCase,
    Place,
    Status,
    fold,
    refuse_holding,
    refuse_now,
    still_here,
)
from ascolta.core.etiquette import OPTED_OUT, Action, Decision
from ascolta.core.journal import NewEntry
from ascolta.core.piles import PILES
from ascolta.stores import acts, outgoing, schema
from ascolta.stores.people import People
from ascolta.stores.seal import Keys, sealed, unsealed

OPENED_BY = "ascolta"


def load(db: sa.Connection, keys: Keys, *where: sa.ColumnElement[bool]) -> list[Case]:
    """The cases for which all of `where` holds, newest first; one whose key is gone is gone."""
    rows = db.execute(sa.select(schema.cases).where(*where).order_by(schema.cases.c.id.desc())).all()
    found = keys.get(bytes(row.ref) for row in rows)
    table = schema.case_events
    wanted = sa.select(schema.cases.c.id).where(*where)
    events: dict[int, list[Any]] = {}
    for event in db.execute(sa.select(table).where(table.c.case.in_(wanted)).order_by(table.c.case, table.c.seq)):
        events.setdefault(event.case, []).append(event)
    return [_case(row, found[bytes(row.ref)], events.get(row.id, [])) for row in rows if bytes(row.ref) in found]


def places(db: sa.Connection, keys: Keys, *where: sa.ColumnElement[bool]) -> list[Place]:
    """Where the posts of cases stand on their networks, oldest first."""
    rows = db.execute(sa.select(schema.cases).where(*where).order_by(schema.cases.c.id)).all()
    found = keys.get(bytes(row.ref) for row in rows)
    return [_place(row, _content(row, found[bytes(row.ref)])) for row in rows if bytes(row.ref) in found]


def record(
    db: sa.Connection, keys: Keys, number: int, event: CaseEvent, content: Content | None = None
) -> tuple[Case, list[NewEntry]]:
    """Add one event to a case, with its words read anew if given, and what the journal is told of it.

    An answer that enough people approved is queued in the same transaction.
    """
    case = still_here(next(iter(load(db, keys, schema.cases.c.id == number)), None), number)
    outgoing.refuse_while_sending(db, number)
    after = fold(case, [event])
    refuse_now(case, event, content)
    row = db.execute(sa.select(schema.cases).where(schema.cases.c.id == number)).one()
    text = after.draft if event.kind is CaseKind.APPROVED else ""
    told = add_event(db, keys, row, event, text)
    changed: dict[str, Any] = {} if after.status is case.status is Status.SEALED else {"expires": event.at + row.term}
    if event.kind is CaseKind.DRAFTED:
        changed |= {"writer": "", "writer_until": 0.0}
    if content is not None:
        changed |= _words(keys, row, content, event.at)
    if event.kind is CaseKind.OPENED:
        changed["approve"] = max(row.approve, TWO)
    if changed:
        db.execute(sa.update(schema.cases).where(schema.cases.c.id == number).values(**changed))
    if event.kind in (CaseKind.DRAFTED, CaseKind.RESOLVED, CaseKind.OPENED):
        outgoing.withdraw(db, number)
    if after.status is Status.APPROVED and event.kind is CaseKind.APPROVED:
        outgoing.queue(db, number, after.brand, event.at)
    return (after if content is None else next(iter(load(db, keys, schema.cases.c.id == number)))), told


def erase(db: sa.Connection, keys: Keys, *where: sa.ColumnElement[bool]) -> list[acts.Erased]:
    """Destroy the keys, then the rows. If we stop in between, the rows can be read no more, and go at the next try."""
    table = schema.cases
    found = db.execute(sa.select(table.c.id, table.c.ref, table.c.brand, table.c.rule).where(*where)).all()
    if not found:
        return []
    keys.shred(bytes(row.ref) for row in found)
    numbers = [row.id for row in found]
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        db.execute(sa.delete(schema.case_events).where(schema.case_events.c.case.in_(some)))
        db.execute(sa.delete(schema.replies).where(schema.replies.c.case.in_(some)))
        db.execute(sa.delete(table).where(table.c.id.in_(some)))
    return [(row.id, row.brand, row.rule) for row in found]


def values(people: People, new: NewCase, key: tuple[bytes, bytes], post: bytes) -> dict[str, Any]:
    """The row of a new case, by its key (name and secret) and the tag of its post."""
    ref, secret = key
    decision, content = new.decision, new.content
    author, handle = people.tags(new.network, new.author)
    return {
        "opened": new.opened,
        "brand": new.brand,
        "network": new.network,
        "post_tag": post,
        "author_tag": author,
        "handle_tag": handle,
        "action": str(decision.action),
        "rule": decision.rule,
        "why": decision.why,
        "desk": decision.desk,
        "approve": decision.approve,
        "labels": _labels_as(new.labels),
        "sealed": int(new.sealed),
        "status": str(new.status),
        "pile": str(PILES[new.status]),
        "since": new.opened,
        "published": new.published,
        "expires": new.expires,
        "term": new.term,
        "content": sealed(secret, ref, msgspec.json.encode(content)),
        "checked": new.opened,
        "forbids": " ".join(new.forbids),
    }


@lru_cache(maxsize=4_096)
def _labels_as(labels: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(labels)


@lru_cache(maxsize=4_096)
def labels_of(said: str) -> tuple[tuple[str, str], ...]:
    """The labels of a case as they are kept; many cases carry the same."""
    return tuple((name, value) for name, value in json.loads(said))


def spoke(db: sa.Connection, number: int) -> bool:
    """Whether the author does not want to be heard but spoke to us: then not even the answer is remembered of them."""
    return db.scalar(sa.select(schema.cases.c.rule).where(schema.cases.c.id == number)) == OPTED_OUT.rule


def hold(db: sa.Connection, keys: Keys, number: int, who: tuple[str, float, float]) -> None:
    """That somebody (name, now) has the answer of a case alone until a time. Raises CaseError if somebody else has."""
    by, at, until = who
    refuse_holding(still_here(next(iter(load(db, keys, schema.cases.c.id == number)), None), number), by, at)
    outgoing.refuse_while_sending(db, number)
    held = {"writer": by, "writer_until": until} if until > at else {"writer": "", "writer_until": 0.0}
    db.execute(sa.update(schema.cases).where(schema.cases.c.id == number).values(**held))


def drafted(db: sa.Connection, keys: Keys, brand: str, but: int, most: int) -> list[CaseEvent]:
    """The last drafts of a brand in other cases than one, the newest last."""
    events, table = schema.case_events, schema.cases
    asked = sa.select(events, table.c.ref).join(table, table.c.id == events.c.case)
    asked = asked.where(table.c.brand == brand, table.c.id != but, events.c.kind == str(CaseKind.DRAFTED))
    rows = db.execute(asked.order_by(events.c.at.desc(), events.c.case.desc(), events.c.seq.desc()).limit(most)).all()
    found = keys.get(bytes(row.ref) for row in rows)
    kept = [row for row in rows if bytes(row.ref) in found]
    return [_event(row, found[bytes(row.ref)], bytes(row.ref)) for row in reversed(kept)]


def add_event(db: sa.Connection, keys: Keys, row: Any, event: CaseEvent, text: str = "") -> list[NewEntry]:
    """Add an event; what the journal is told of it, with a commitment to `text`, or else to its note."""
    table = schema.case_events
    seq = 1 + (db.scalar(sa.select(sa.func.count()).where(table.c.case == row.id)) or 0)
    ref = bytes(row.ref)
    key = keys.get([ref])[ref]
    note = sealed(key, ref, event.note.encode())
    said = {"case": row.id, "seq": seq, "kind": str(event.kind), "at": event.at, "by": event.by, "note": note}
    more = {"template": event.template, "overrides": " ".join(event.overrides)}
    db.execute(sa.insert(table).values(**said, **more))
    about = (row.id, row.brand, row.rule)
    return [acts.done(about, event, key, text), *acts.overridden(about, event, key)]


def _words(keys: Keys, row: Any, content: Content, at: float) -> dict[str, Any]:
    """The words of a case as they were read anew."""
    ref = bytes(row.ref)
    return {"content": sealed(keys.get([ref])[ref], ref, msgspec.json.encode(content)), "checked": at}


def _content(row: Any, key: bytes) -> Content:
    return msgspec.json.decode(unsealed(key, bytes(row.ref), bytes(row.content)), type=Content)


def _place(row: Any, content: Content) -> Place:
    return Place(
        case=row.id,
        brand=row.brand,
        network=row.network,
        post_id=content.post_id,
        text=content.text,
        language=dict(labels_of(row.labels)).get("language"),
        spoke=row.rule == OPTED_OUT.rule,
    )


def _case(row: Any, key: bytes, events: list[Any]) -> Case:
    ref = bytes(row.ref)
    start = Case(
        id=row.id,
        brand=row.brand,
        network=row.network,
        decision=Decision(action=Action(row.action), rule=row.rule, why=row.why, desk=row.desk, approve=row.approve),
        labels=labels_of(row.labels),
        published=row.published,
        expires=row.expires,
        content=_content(row, key),
        status=Status.SEALED if row.sealed else Status.OPEN,
        forbids=tuple(row.forbids.split()),
        writer=row.writer,
        writer_until=row.writer_until,
    )
    happened = [_event(event, key, ref) for event in events]
    case = fold(start, [CaseEvent(kind=CaseKind.OPENED, at=row.opened, by=OPENED_BY), *happened])
    return replace(case, content=None) if case.status is Status.SEALED else case


def _event(row: Any, key: bytes, ref: bytes) -> CaseEvent:
    return CaseEvent(
        kind=CaseKind(row.kind),
        at=row.at,
        by=row.by,
        note=unsealed(key, ref, bytes(row.note)).decode(),
        template=row.template,
        overrides=tuple(row.overrides.split()),
    )
