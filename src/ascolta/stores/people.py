"""What is remembered of people: keyed tags of those who refused, who said stop, and whom we answered."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from ascolta.core.consent import Known, tag_of
from ascolta.core.mention import Effect
from ascolta.stores import schema

REFUSED, STOPPED, ANSWERED = "refused", "stopped", "answered"
ANSWERED_FOR = 30 * 86_400.0
"""For how long it is remembered that a person was answered, in seconds."""


class People:
    """The table of tags; read again only when it changed. Each change writes a new generation."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._generation = ""
        self._known = Known(key=key)

    def known(self, db: sa.Connection) -> Known:
        """What is remembered, as one value."""
        generation = db.scalar(sa.select(schema.switches.c.value).where(schema.switches.c.name == "people")) or ""
        if generation != self._generation:
            rows = [(s, b, bytes(t)) for s, b, t in db.execute(sa.select(*list(schema.people.c)[:3]))]
            self._known = Known(
                key=self.key,
                refused=frozenset(tag for standing, _, tag in rows if standing == REFUSED),
                stopped=frozenset(tag for standing, _, tag in rows if standing == STOPPED),
                answered=frozenset((brand, tag) for standing, brand, tag in rows if standing == ANSWERED),
            )
            self._generation = generation
        return self._known

    def tag(self, network: str, account: str) -> bytes:
        """The tag of a person, or of anything else that a network numbers."""
        return tag_of(self.key, network, account)

    def add(self, db: sa.Connection, standing: str, brand: str, tag: bytes, at: float) -> None:
        """Remember one tag."""
        adding = insert(schema.people).values(standing=standing, brand=brand, tag=tag, at=at)
        db.execute(adding.on_conflict_do_nothing())
        self._changed(db)

    def apply(self, db: sa.Connection, effect: Effect, tag: bytes, at: float) -> None:
        """What a removal says of a person from now on; that we answered them is forgotten with the rest."""
        table = schema.people
        if effect is Effect.WELCOME:
            gone = db.execute(sa.delete(table).where(table.c.tag == tag, table.c.standing == REFUSED))
            if gone.rowcount:
                self._changed(db)
            return
        db.execute(sa.delete(table).where(table.c.tag == tag, table.c.standing == ANSWERED))
        if effect is not Effect.FORGET:
            self.add(db, STOPPED if effect is Effect.STOP else REFUSED, "", tag, at)
        self._changed(db)

    def expire(self, db: sa.Connection, at: float) -> None:
        """Forget whom we answered long ago."""
        table = schema.people
        gone = db.execute(sa.delete(table).where(table.c.standing == ANSWERED, table.c.at < at - ANSWERED_FOR))
        if gone.rowcount:
            self._changed(db)

    def _changed(self, db: sa.Connection) -> None:
        table = schema.switches
        here = db.scalar(sa.select(table.c.value).where(table.c.name == "people")) or "0"
        putting = insert(table).values(name="people", value=str(int(here) + 1))
        db.execute(putting.on_conflict_do_update(index_elements=[table.c.name], set_={"value": str(int(here) + 1)}))
