"""The rows of cases: opened, read, added to, erased. A case's text, author and notes are under its own key."""

import json
import os
from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa

from ascolta.core.case import Case, CaseEvent, CaseKind, Content, NewCase, Status, fold
from ascolta.core.etiquette import Action, Decision
from ascolta.core.mention import Effect, Heard, Mention, Removal
from ascolta.errors import CaseError
from ascolta.stores import outgoing, schema
from ascolta.stores.people import People
from ascolta.stores.seal import Keys, sealed, unsealed

OPENED_BY = "ascolta"


def keep(db: sa.Connection, keys: Keys, people: People, heard: Heard) -> bool:
    """Open and remove what a batch calls for, in its order; whether anything was removed."""
    keeping = _Keeping(db, keys, people, heard)
    for act in heard.acts:
        if isinstance(act, Removal):
            keeping.remove(act)
        elif act.opens_case:
            keeping.open(act)
        elif act.edited:
            keeping.erase(keeping.tag(act), schema.cases.c.brand == act.brand)
    keeping.write()
    return keeping.removed


class _Keeping:
    """One batch being kept. New cases are written together, before anything that may touch them."""

    def __init__(self, db: sa.Connection, keys: Keys, people: People, heard: Heard) -> None:
        self.db, self.keys, self.people, self.at = db, keys, people, heard.arrived
        self.tags = {id(act): self._tag_of(act) for act in heard.acts if _of_a_post(act)}
        opening = [act for act in heard.acts if isinstance(act, Mention) and act.opens_case]
        self.refs = {id(act): os.urandom(16) for act in opening}
        self.made = keys.make(self.refs.values(), self.at)
        self.held = _held(db, set(self.tags.values()))
        self.new: list[dict[str, Any]] = []
        self.removed = False

    def tag(self, act: Mention | Removal) -> bytes:
        """The tag of the post that an act is about."""
        return self.tags[id(act)]

    def open(self, mention: Mention) -> None:
        """Open a case; if the post has one already, it is an edit, or the same post over another way."""
        key = (self.tag(mention), mention.brand)
        if key not in self.held:
            ref = self.refs[id(mention)]
            new = mention.new_case(self.at)
            self.new.append({"ref": ref, **_values(self.people, new, ref, self.made[ref])})
            self.held.add(key)
        elif mention.edited:
            self.write()
            where = (schema.cases.c.post_tag == key[0], schema.cases.c.brand == mention.brand)
            held = self.db.execute(sa.select(schema.cases).where(*where)).first()
            _reopen(self.db, self.keys, self.people, mention.new_case(self.at), held)

    def remove(self, removal: Removal) -> None:
        """Forget a post or a person."""
        if removal.post_id:
            self.erase(self.tag(removal), *_but(removal.still))
            return
        tag = self.people.tag(removal.network, removal.actor)
        self.people.apply(self.db, removal.effect, tag, self.at)
        if removal.effect is not Effect.WELCOME:
            self.write()
            self.removed |= _erase(self.db, self.keys, schema.cases.c.author_tag == tag) > 0

    def erase(self, tag: bytes, *where: sa.ColumnElement[bool]) -> None:
        """Erase the cases of a post, if it has any."""
        if any(held == tag for held, _ in self.held):
            self.write()
            self.removed |= _erase(self.db, self.keys, schema.cases.c.post_tag == tag, *where) > 0
            self.held = _held(self.db, set(self.tags.values()))

    def write(self) -> None:
        """Write the new cases."""
        if self.new:
            self.db.execute(sa.insert(schema.cases), self.new)
            self.new = []

    def _tag_of(self, act: Mention | Removal) -> bytes:
        if isinstance(act, Removal):
            return self.people.tag(act.network, "post\0" + act.post_id)
        return self.people.tag(act.post.network, "post\0" + act.post.id)


def _of_a_post(act: Mention | Removal) -> bool:
    return bool(act.post_id) if isinstance(act, Removal) else act.opens_case or act.edited


def _but(brands: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    return [schema.cases.c.brand.not_in(brands)] if brands else []


def _held(db: sa.Connection, tags: set[bytes]) -> set[tuple[bytes, str]]:
    """The cases that posts have already, as pairs of the post's tag and brand."""
    table = schema.cases
    wanted = sorted(tags)
    found: set[tuple[bytes, str]] = set()
    for start in range(0, len(wanted), 500):
        some = sa.select(table.c.post_tag, table.c.brand).where(table.c.post_tag.in_(wanted[start : start + 500]))
        found.update((bytes(tag), brand) for tag, brand in db.execute(some))
    return found


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


def record(db: sa.Connection, keys: Keys, number: int, event: CaseEvent) -> Case:
    """Add one event to a case; an answer that enough people approved is queued in the same transaction."""
    case = next(iter(load(db, keys, schema.cases.c.id == number)), None)
    if case is None:
        raise CaseError(f"case {number} is gone: it was removed, or its date has come")
    outgoing.refuse_while_sending(db, number)
    after = fold(case, [event])
    row = db.execute(sa.select(schema.cases).where(schema.cases.c.id == number)).one()
    _add_event(db, keys, row, event, len(case.events))
    expires = (
        event.at + row.term if case.status is not Status.SEALED or after.status is not case.status else case.expires
    )
    db.execute(sa.update(schema.cases).where(schema.cases.c.id == number).values(expires=expires))
    if event.kind in (CaseKind.DRAFTED, CaseKind.RESOLVED):
        outgoing.withdraw(db, number)
    if after.status is Status.APPROVED:
        outgoing.queue(db, number, after.brand, event.at)
    return after


def expire(db: sa.Connection, keys: Keys, at: float) -> int:
    """Erase the cases whose date has come; how many."""
    return _erase(db, keys, schema.cases.c.expires <= at)


def _reopen(db: sa.Connection, keys: Keys, people: People, new: NewCase, held: Any) -> None:
    """An edited post: its new words replace the old, and a draft that answered those is set back."""
    secret = keys.get([bytes(held.ref)]).get(bytes(held.ref))
    case = next(iter(load(db, keys, schema.cases.c.id == held.id)), None)
    if secret is None or case is None:
        return
    values = _values(people, new, bytes(held.ref), secret)
    was_sealed = held.sealed and (new.sealed or case.status is not Status.SEALED)
    kept = {name: values[name] for name in ("action", "rule", "why", "desk", "approve", "labels", "content")}
    db.execute(sa.update(schema.cases).where(schema.cases.c.id == held.id).values(**kept, sealed=int(was_sealed)))
    _add_event(db, keys, held, CaseEvent(kind=CaseKind.OPENED, at=new.opened, by=OPENED_BY), len(case.events))
    outgoing.withdraw(db, held.id)


def _values(people: People, new: NewCase, ref: bytes, secret: bytes) -> dict[str, Any]:
    decision, content = new.decision, new.content
    return {
        "opened": new.opened,
        "brand": new.brand,
        "network": new.network,
        "post_tag": people.tag(new.network, "post\0" + content.post_id),
        "author_tag": people.tag(new.network, content.author_key),
        "action": str(decision.action),
        "rule": decision.rule,
        "why": decision.why,
        "desk": decision.desk,
        "approve": decision.approve,
        "labels": json.dumps(new.labels),
        "sealed": int(new.sealed),
        "published": new.published,
        "expires": new.expires,
        "term": new.term,
        "content": sealed(secret, ref, msgspec.json.encode(content)),
    }


def _erase(db: sa.Connection, keys: Keys, *where: sa.ColumnElement[bool]) -> int:
    """Destroy the keys, then the rows. If we stop in between, the rows can be read no more, and go at the next try."""
    found = db.execute(sa.select(schema.cases.c.id, schema.cases.c.ref).where(*where)).all()
    if not found:
        return 0
    keys.shred(bytes(ref) for _, ref in found)
    numbers = [number for number, _ in found]
    db.execute(sa.delete(schema.case_events).where(schema.case_events.c.case.in_(numbers)))
    db.execute(sa.delete(schema.replies).where(schema.replies.c.case.in_(numbers)))
    db.execute(sa.delete(schema.cases).where(schema.cases.c.id.in_(numbers)))
    return len(found)


def _add_event(db: sa.Connection, keys: Keys, row: Any, event: CaseEvent, seq: int) -> None:
    ref = bytes(row.ref)
    note = sealed(keys.get([ref])[ref], ref, event.note.encode())
    values = {"case": row.id, "seq": seq, "kind": str(event.kind), "at": event.at, "by": event.by, "note": note}
    db.execute(sa.insert(schema.case_events).values(**values))


def _case(row: Any, key: bytes, events: list[Any]) -> Case:
    ref = bytes(row.ref)
    start = Case(
        id=row.id,
        brand=row.brand,
        network=row.network,
        decision=Decision(action=Action(row.action), rule=row.rule, why=row.why, desk=row.desk, approve=row.approve),
        labels=tuple((name, value) for name, value in json.loads(row.labels)),
        published=row.published,
        expires=row.expires,
        content=msgspec.json.decode(unsealed(key, ref, bytes(row.content)), type=Content),
        status=Status.SEALED if row.sealed else Status.OPEN,
    )
    happened = [
        CaseEvent(kind=CaseKind(e.kind), at=e.at, by=e.by, note=unsealed(key, ref, bytes(e.note)).decode())
        for e in events
    ]
    case = fold(start, [CaseEvent(kind=CaseKind.OPENED, at=row.opened, by=OPENED_BY), *happened])
    return replace(case, content=None) if case.status is Status.SEALED else case
