"""What is remembered of people: keyed tags of those who refused, who said stop, and whom we answered."""

from collections.abc import Sequence

import sqlalchemy as sa

from ascolta.core.consent import Known, tag_of
from ascolta.core.mention import Effect
from ascolta.core.person import Standing
from ascolta.stores import schema
from ascolta.stores.alike import ANSWERED, ANSWERED_FOR, REFUSED, STOPPED
from ascolta.stores.engine import insert

_GENERATION = sa.select(schema.switches.c.value).where(schema.switches.c.name == "people")


class People:
    """The table of tags; read again only when it changed. Each change writes a new generation."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._generation = ""
        self._known = Known(key=key)

    def known(self, db: sa.Connection) -> Known:
        """What is remembered, as one value."""
        generation = db.scalar(_GENERATION) or ""
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

    def tags(self, network: str, keys: Sequence[str]) -> tuple[bytes, bytes]:
        """The tags of an account by its first and by its last key (see Actor.keys)."""
        return self.tag(network, keys[0] if keys else ""), self.tag(network, keys[-1] if keys else "")

    def post_tag(self, network: str, post_id: str) -> bytes:
        """The tag of a post."""
        return self.tag(network, "post\0" + post_id)

    def standings(self, db: sa.Connection, tag: bytes) -> list[Standing]:
        """What is remembered of one person."""
        table = schema.people
        rows = db.execute(sa.select(table).where(table.c.tag == tag).order_by(table.c.standing, table.c.brand))
        return [Standing(standing=row.standing, brand=row.brand, since=row.at) for row in rows]

    def add(self, db: sa.Connection, standing: str, brand: str, tag: bytes, at: float) -> None:
        """Remember one tag."""
        adding = insert(db, schema.people).values(standing=standing, brand=brand, tag=tag, at=at)
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

    def welcome(self, db: sa.Connection, tag: bytes) -> bool:
        """Take a person off the suppression list, because they asked for it; whether they were on it."""
        table = schema.people
        gone = db.execute(sa.delete(table).where(table.c.tag == tag, table.c.standing.in_((REFUSED, STOPPED))))
        self._changed(db)
        return gone.rowcount > 0

    def expire(self, db: sa.Connection, at: float) -> None:
        """Forget whom we answered long ago."""
        table = schema.people
        gone = db.execute(sa.delete(table).where(table.c.standing == ANSWERED, table.c.at < at - ANSWERED_FOR))
        if gone.rowcount:
            self._changed(db)

    def _changed(self, db: sa.Connection) -> None:
        table = schema.switches
        here = db.scalar(sa.select(table.c.value).where(table.c.name == "people")) or "0"
        putting = insert(db, table).values(name="people", value=str(int(here) + 1))
        db.execute(putting.on_conflict_do_update(index_elements=[table.c.name], set_={"value": str(int(here) + 1)}))
