"""One batch being kept: cases opened, changed and erased in the order in which a network told of them."""

import os
from typing import Any

import sqlalchemy as sa

from ascolta.core.case import CaseEvent, CaseKind, NewCase, Status
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.mention import Effect, Heard, Mention, Removal
from ascolta.stores import acts, cases, engine, listed, outgoing, schema
from ascolta.stores.alike import Gone
from ascolta.stores.people import People
from ascolta.stores.seal import Keys


class Keeping:
    """New cases are written together, before anything that may touch them. `acts` is what the journal will be told."""

    def __init__(self, db: sa.Connection, keys: Keys, people: People, heard: Heard) -> None:
        self.db, self.keys, self.people, self.at = db, keys, people, heard.arrived
        self.acts: list[NewEntry] = []
        self.removed = False
        self._tags = {id(act): _post_tag(people, act) for act in heard.acts if _of_a_post(act)}
        self._held = _held(db, set(self._tags.values()))
        opening = [act for act in heard.acts if isinstance(act, Mention) and act.opens_case]
        new = [act for act in opening if (self._tags[id(act)], act.brand) not in self._held]
        self._refs = {id(act): os.urandom(16) for act in new}
        self._made = keys.make(self._refs.values(), self.at)
        self._new: list[dict[str, Any]] = []

    def keep(self, heard: Heard, gone: Gone) -> None:
        """All that a batch calls for, in its order."""
        for act in heard.acts:
            if isinstance(act, Removal):
                self.remove(act, gone)
            elif act.opens_case and self._tags[id(act)] not in gone:
                self._open(act)
            elif act.edited:
                self._erase(self._tags[id(act)], schema.cases.c.brand == act.brand)
        self._write()
        self.acts += acts.heard(heard)

    def remove(self, removal: Removal, gone: Gone) -> None:
        """Forget a post or a person."""
        if removal.post_id:
            tag = self._tags[id(removal)]
            self._erase(tag, *_but(removal.still))
            if not removal.edited:
                gone.add(tag)
        elif removal.actor:
            self._write()
            erased = forget(self.db, self.keys, self.people, removal, self.at)
            self._erased(erased, Kind.REMOVED)
            if removal.effect in (Effect.REFUSE, Effect.STOP):
                self.acts.append(acts.plain(Kind.REFUSED, self.at, rule=str(removal.effect)))

    def _open(self, mention: Mention) -> None:
        """Open a case; if the post has one already, it is an edit, or the same post over another way."""
        key = (self._tags[id(mention)], mention.brand)
        if key not in self._held:
            ref, new = self._ref(mention), mention.new_case(self.at)
            self._new.append({"ref": ref, **cases.values(self.people, new, (ref, self._made[ref]), key[0])})
            self._held.add(key)
        elif mention.edited:
            self._write()
            where = (schema.cases.c.post_tag == key[0], schema.cases.c.brand == mention.brand)
            self._reopen(mention.new_case(self.at), self.db.execute(sa.select(schema.cases).where(*where)).first())

    def _ref(self, mention: Mention) -> bytes:
        """What its key is called; one that had a case when the batch began gets a key only now."""
        ref = self._refs.setdefault(id(mention), os.urandom(16))
        if ref not in self._made:
            self._made |= self.keys.make([ref], self.at)
        return ref

    def _reopen(self, new: NewCase, held: Any) -> None:
        """An edited post: its new words replace the old, and a draft that answered those is set back."""
        secret = self.keys.get([bytes(held.ref)]).get(bytes(held.ref))
        case = next(iter(cases.load(self.db, self.keys, schema.cases.c.id == held.id)), None)
        if secret is None or case is None:
            return
        changed = cases.values(self.people, new, (bytes(held.ref), secret), bytes(held.post_tag))
        was_sealed = held.sealed and (new.sealed or case.status is not Status.SEALED)
        names = ("action", "rule", "why", "desk", "approve", "labels", "content", "checked", "forbids")
        kept = {name: changed[name] for name in names}
        kept["approve"] = max(held.approve, changed["approve"])  # what was approved before must still be readable
        here = schema.cases.c.id == held.id
        self.db.execute(sa.update(schema.cases).where(here).values(**kept, sealed=int(was_sealed)))
        event = CaseEvent(kind=CaseKind.OPENED, at=new.opened, by=cases.OPENED_BY)
        self.acts.extend(cases.add_event(self.db, self.keys, held, event))
        outgoing.withdraw(self.db, held.id)
        self.removed = True  # words that were taken out are to go from the disk as those of a removal do
        listed.stand(self.db, self.keys, held.id)

    def _erase(self, tag: bytes, *where: sa.ColumnElement[bool]) -> None:
        """Erase the cases of a post, if it has any."""
        if any(held == tag for held, _ in self._held):
            self._write()
            self._erased(cases.erase(self.db, self.keys, schema.cases.c.post_tag == tag, *where), Kind.REMOVED)
            self._held = _held(self.db, set(self._tags.values()))

    def _erased(self, erased: list[acts.Erased], kind: Kind) -> None:
        self.removed |= bool(erased)
        self.acts += acts.gone(kind, erased, self.at)

    def _write(self) -> None:
        """Write the new cases."""
        if not self._new:
            return
        told = engine.add(self.db, schema.cases, self._new, "brand", "rule", "action", "labels")
        for number, brand, rule, action, labels in told:
            self.acts.append(acts.opened((number, brand, rule), self.at, action, cases.labels_of(labels)))
        self._new = []


def forget(db: sa.Connection, keys: Keys, people: People, removal: Removal, at: float) -> list[acts.Erased]:
    """Erase all cases of a person, and remember of them what the removal says; a welcome erases nothing."""
    tag = people.tag(removal.network, removal.actor)
    people.apply(db, removal.effect, tag, at)
    if removal.effect is Effect.WELCOME:
        return []
    table = schema.cases
    return cases.erase(db, keys, sa.or_(table.c.author_tag == tag, table.c.handle_tag == tag))


def _post_tag(people: People, act: Mention | Removal) -> bytes:
    if isinstance(act, Removal):
        return people.post_tag(act.network, act.post_id)
    return people.post_tag(act.post.network, act.post.id)


def _of_a_post(act: Mention | Removal) -> bool:
    return bool(act.post_id) if isinstance(act, Removal) else act.opens_case or act.edited


def _but(brands: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    return [schema.cases.c.brand.not_in(brands)] if brands else []


def _held(db: sa.Connection, tags: set[bytes]) -> set[tuple[bytes, str]]:
    """The cases that posts have already, as pairs of the post's tag and brand."""
    wanted = sorted(tags)
    found: set[tuple[bytes, str]] = set()
    for start in range(0, len(wanted), 500):
        found.update((bytes(tag), brand) for tag, brand in db.execute(_HELD, {"tags": wanted[start : start + 500]}))
    return found


_HELD = sa.select(schema.cases.c.post_tag, schema.cases.c.brand).where(
    schema.cases.c.post_tag.in_(sa.bindparam("tags", expanding=True))
)
