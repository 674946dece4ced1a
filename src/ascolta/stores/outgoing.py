"""The rows of the outbox. A reply's words are its case's draft, so they go when the case goes."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from ascolta.core.case import CaseEvent, CaseKind, Content
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import CaseError
from ascolta.stores import acts, schema
from ascolta.stores.alike import still_counts
from ascolta.stores.engine import insert
from ascolta.stores.seal import Keys, sealed, unsealed


def load(db: sa.Connection, keys: Keys, states: Sequence[ReplyState]) -> list[Reply]:
    """Replies in any of `states`, oldest approval first."""
    return _load(db, keys, schema.replies.c.state.in_([str(state) for state in states]))


def _load(db: sa.Connection, keys: Keys, where: sa.ColumnElement[bool]) -> list[Reply]:
    table = schema.replies
    both = sa.select(table, schema.cases).join(schema.cases, schema.cases.c.id == table.c.case)
    rows = db.execute(both.where(where).order_by(table.c.approved, table.c.case))
    return [reply for row in rows.mappings().all() if (reply := _reply(db, keys, row)) is not None]


def queue(db: sa.Connection, number: int, brand: str, at: float) -> None:
    """Put the answer of a case in the outbox: one a case, ever, under one key."""
    fresh = {"state": str(ReplyState.APPROVED), "approved": at, "tries": 0, "not_before": 0.0, "at": at, "note": b""}
    putting = insert(db, schema.replies).values(case=number, brand=brand, **fresh)
    db.execute(putting.on_conflict_do_update(index_elements=[schema.replies.c.case], set_=fresh))


def withdraw(db: sa.Connection, number: int) -> None:
    """Take an answer back, unless it is on its way or out."""
    table = schema.replies
    waiting = (str(ReplyState.APPROVED), str(ReplyState.FAILED))
    db.execute(sa.delete(table).where(table.c.case == number, table.c.state.in_(waiting)))


def refuse_while_sending(db: sa.Connection, number: int) -> None:
    """Raises CaseError if the answer of a case is on its way."""
    table = schema.replies
    if db.scalar(sa.select(table.c.state).where(table.c.case == number)) == ReplyState.SENDING:
        raise CaseError("the answer is being sent right now; reload to see what became of it")


def claim(db: sa.Connection, keys: Keys, key: str, at: float) -> Reply | None:
    """Approved → sending at a time; None if it is not approved any more, or somebody is writing it anew."""
    table, case = schema.replies, schema.cases.c
    mine = sa.select(case.id).where(case.ref == bytes.fromhex(key), case.writer_until <= at)
    claimed = db.execute(
        sa.update(table)
        .where(table.c.case == mine.scalar_subquery(), table.c.state == str(ReplyState.APPROVED))
        .values(state=str(ReplyState.SENDING), tries=table.c.tries + 1, at=at or table.c.at)
    )
    return next(iter(_load(db, keys, case.ref == bytes.fromhex(key))), None) if claimed.rowcount == 1 else None


def settle(
    db: sa.Connection, keys: Keys, reply: Reply, state: ReplyState, *, at: float, note: str
) -> list[NewEntry] | None:
    """What became of a reply, as the journal is told it; None if its case is gone meanwhile, or it counts no more."""
    ref = bytes.fromhex(reply.key)
    secret = keys.get([ref]).get(ref)
    if secret is None:
        return None
    table = schema.replies
    here = db.scalar(sa.select(table.c.state).where(table.c.case == reply.case))
    if here is None or not still_counts(ReplyState(here), state):
        return None
    case = (reply.case, reply.brand, "")
    if state is not ReplyState.SENT and _is_edited(db, reply.case):
        db.execute(sa.delete(table).where(table.c.case == reply.case))
        return list(acts.gone(Kind.FAILED, [case], at)) if state is ReplyState.FAILED else []
    later = at if state is ReplyState.APPROVED else 0.0
    values = {"state": str(state), "at": at, "not_before": later, "note": sealed(secret, ref, note.encode())}
    db.execute(sa.update(table).where(table.c.case == reply.case).values(**values))
    if state is ReplyState.SENT:
        _add(db, (secret, ref), reply.case, (CaseKind.SENT, at, note))
        return [acts.done(case, CaseEvent(kind=CaseKind.SENT, at=at), secret, reply.text)]
    if state is ReplyState.FAILED:
        _add(db, (secret, ref), reply.case, (CaseKind.DRAFTED, at, reply.text))
        return list(acts.gone(Kind.FAILED, [case], at))
    return []


def _is_edited(db: sa.Connection, number: int) -> bool:
    """Whether a post was edited while its answer was being sent: nothing else happens to its case then."""
    table = schema.case_events
    last = sa.select(table.c.kind).where(table.c.case == number).order_by(table.c.seq.desc()).limit(1)
    return db.scalar(last) == str(CaseKind.OPENED)


def sent_since(db: sa.Connection, brand: str, at: float, to: bytes) -> int:
    """How many replies were sent, or may have been, since a time."""
    table = schema.replies
    out = table.c.state.in_([str(ReplyState.SENT), str(ReplyState.SENDING)])
    asked = sa.select(sa.func.count()).select_from(table.join(schema.cases, schema.cases.c.id == table.c.case))
    asked = asked.where(table.c.brand == brand, out, table.c.at >= at)
    return db.scalar(asked.where(schema.cases.c.author_tag == to) if to else asked) or 0


def _add(db: sa.Connection, key: tuple[bytes, bytes], number: int, what: tuple[CaseKind, float, str]) -> None:
    """A failed answer goes back to its draft, so that a person decides again."""
    table = schema.case_events
    seq = 1 + (db.scalar(sa.select(sa.func.count()).where(table.c.case == number)) or 0)
    secret, ref = key
    kind, at, note = what
    template = _drafted(db, number).template if kind is CaseKind.DRAFTED else ""
    said = {"case": number, "seq": seq, "kind": str(kind), "at": at, "by": "ascolta", "template": template}
    db.execute(sa.insert(table).values(**said, note=sealed(secret, ref, note.encode())))


def _reply(db: sa.Connection, keys: Keys, row: Any) -> Reply | None:
    ref = bytes(row["ref"])
    secret = keys.get([ref]).get(ref)
    if secret is None:
        return None
    content = msgspec.json.decode(unsealed(secret, ref, bytes(row["content"])), type=Content)
    return Reply(
        key=ref.hex(),
        case=row["case"],
        brand=row["brand"],
        network=row["network"],
        to_post=content.post_id,
        to=bytes(row["author_tag"]),
        text=_draft(db, row["case"], (secret, ref)),
        state=ReplyState(row["state"]),
        approved=row["approved"],
        tries=row["tries"],
        not_before=row["not_before"],
        since=row["at"],
        note=unsealed(secret, ref, bytes(row["note"])).decode() if row["note"] else "",
    )


def _draft(db: sa.Connection, number: int, key: tuple[bytes, bytes]) -> str:
    found = _drafted(db, number)
    return unsealed(key[0], key[1], bytes(found.note)).decode() if found else ""


def _drafted(db: sa.Connection, number: int) -> Any:
    """The row of the last draft of a case, with its note and template."""
    table = schema.case_events
    drafts = sa.select(table.c.note, table.c.template)
    drafts = drafts.where(table.c.case == number, table.c.kind == str(CaseKind.DRAFTED))
    return db.execute(drafts.order_by(table.c.seq.desc()).limit(1)).first()
