"""The accounts of the desk, links that are good once, second factors: SQLite in a file of its own, or memory.

Nothing in it opens anything: passwords are kept by argon2id, tokens and codes by SHA-256; only the secrets of second
factors are as they are, in a file that nobody but its owner may read. The journal is told that somebody was invited,
signed in, got another role or was suspended, by a number and never by a name.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ascolta.core.journal import Kind as Told
from ascolta.core.journal import NewEntry, named
from ascolta.core.people import (
    LASTS,
    Factor,
    LinkKind,
    Member,
    Right,
    Role,
    State,
    fingerprint,
    key_of,
    name_of,
    spelled,
)
from ascolta.errors import PeopleError
from ascolta.ports import Journal
from ascolta.stores import identities, tokens
from ascolta.stores.crew import TABLES
from ascolta.stores.own import OwnFile
from ascolta.stores.sessions import Sessions

FILE = "accounts.db"
_MEMBERS = """
SELECT id, name, role, state, factor, password != '', EXISTS (SELECT 1 FROM identities WHERE member = members.id)
FROM members
"""
YEAR = 365 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """What somebody must show in order to be let in."""

    member: Member
    password: str
    secret: str
    step: int


class Accounts:
    """Everybody who works at the desk. `folder` None keeps them in memory."""

    def __init__(self, folder: Path | None, journal: Journal | None = None) -> None:
        self._file = OwnFile(
            folder / FILE if folder else None,
            "the accounts of the desk",
            TABLES + tokens.TABLES + identities.TABLES,
            journal,
        )
        self.identities = identities.Identities(self._file)
        self.sessions, self.tokens = Sessions(self._file), tokens.Tokens(self._file)

    def members(self) -> list[Member]:
        """All of them, in the order in which they came."""
        with self._file.transaction("BEGIN") as (db, _):
            return _members(db)

    def member(self, number: int) -> Member:
        """One of them. Raises PeopleError if there is none of this number."""
        with self._file.transaction("BEGIN") as (db, _):
            return _member(db, number)

    def proofs(self, name: str) -> Proofs | None:
        """What an active person of this name must show; None if there is none."""
        with self._file.transaction("BEGIN") as (db, _):
            row = db.execute(
                "SELECT id, password, secret, step FROM members WHERE key = ? AND state = ?",
                (key_of(name), State.ACTIVE),
            ).fetchone()
            return Proofs(member=_member(db, row[0]), password=row[1], secret=row[2], step=row[3]) if row else None

    def proofs_of(self, number: int) -> Proofs:
        """The same by number. Raises PeopleError if there is none of this number."""
        with self._file.transaction("BEGIN") as (db, _):
            member = _member(db, number)
            password, secret, step = db.execute(
                "SELECT password, secret, step FROM members WHERE id = ?", (number,)
            ).fetchone()
            return Proofs(member=member, password=password, secret=secret, step=step)

    def owner(self, at: float) -> Member | None:
        """The admin who has no password, and is made if nobody is there yet; None if every admin has one."""
        with self._file.transaction() as (db, told):
            found = _members(db)
            if not found:
                return _add(db, told, ("", Role.ADMIN, State.ACTIVE), at)
            return next(
                (one for one in found if one.may(Right.PEOPLE) and not one.has_password and not one.has_provider), None
            )

    def invite(self, name: str, role: Role, at: float) -> tuple[Member, str]:
        """Somebody new, and the token of the link that lets them in once. Raises PeopleError if the name is taken."""
        with self._file.transaction() as (db, told):
            member = _add(db, told, (name_of(name), role, State.INVITED), at)
            return member, _link(db, member.id, LinkKind.INVITED, at)

    def relink(self, number: int, kind: LinkKind, at: float) -> str:
        """The token of another link for somebody; those before are good no more. Raises PeopleError.

        A reset takes away the second factor, ends all sessions, and lets a new password be set.
        """
        with self._file.transaction() as (db, told):
            member = _member(db, number)
            if member.state is State.SUSPENDED:
                raise PeopleError("this account is suspended; let it in again first")
            if kind is LinkKind.RESET:
                kind = LinkKind.INVITED if member.state is State.INVITED else kind
                _forget_proofs(db, number)
                told.append(_entry(Told.GRANTED, at, f"person.{number}.reset"))
            return _link(db, number, kind, at)

    def link(self, token: str, at: float, *kinds: LinkKind) -> Member | None:
        """Whom a link of these kinds would let in now; it is not used by that."""
        with self._file.transaction("BEGIN") as (db, _):
            return _linked(db, token, at, kinds)

    def enter(self, token: str, at: float) -> str | None:
        """Use the owner's link: the token of a new session; None if it is not good."""
        with self._file.transaction() as (db, told):
            member = _linked(db, token, at, (LinkKind.ENTER,))
            if member is None:
                return None
            db.execute("DELETE FROM links WHERE member = ?", (member.id,))
            return self._signed_in(db, told, member.id, at)

    def join(self, token: str, password: str, at: float, identity: bytes | None = None) -> str | None:
        """Use an invitation or a reset, with a password as it is kept: the token of a new session; None if not good.

        With `identity` somebody is known by a provider instead. Raises PeopleError if somebody else is known so.
        """
        with self._file.transaction() as (db, told):
            member = _linked(db, token, at, (LinkKind.INVITED, LinkKind.RESET))
            if member is None:
                return None
            db.execute("DELETE FROM links WHERE member = ?", (member.id,))
            db.execute("UPDATE members SET password = ?, state = ? WHERE id = ?", (password, State.ACTIVE, member.id))
            if identity is not None:
                self.identities.link_in(db, member.id, identity)
            self.sessions.end_in(db, member.id)
            return self._signed_in(db, told, member.id, at)

    def sign_in(self, number: int, at: float) -> str:
        """The token of a new session of somebody who showed who they are."""
        with self._file.transaction() as (db, told):
            return self._signed_in(db, told, number, at)

    def call(self, number: int, name: str) -> None:
        """Say the owner's name, once. Raises PeopleError if there is one, or it is taken."""
        with self._file.transaction() as (db, _):
            if _member(db, number).name:
                raise PeopleError("your name stands already, and stays: what you did is signed with it")
            _free(db, name)
            db.execute("UPDATE members SET name = ?, key = ? WHERE id = ?", (name_of(name), key_of(name), number))

    def set_password(self, number: int, kept: str, at: float) -> str:
        """A new password; every session ends, and the token of a new one is given."""
        with self._file.transaction() as (db, told):
            db.execute("UPDATE members SET password = ? WHERE id = ?", (kept, number))
            db.execute("DELETE FROM links WHERE member = ?", (number,))
            self.sessions.end_in(db, number)
            return self._signed_in(db, told, number, at)

    def begin_factor(self, number: int, secret: str) -> None:
        """A secret of which no code was shown yet. Raises PeopleError if a second factor is on."""
        with self._file.transaction() as (db, _):
            if _member(db, number).factor is Factor.ON:
                raise PeopleError("a second factor is set up already; take it off first")
            db.execute("UPDATE members SET secret = ?, factor = ? WHERE id = ?", (secret, Factor.BEGUN, number))

    def confirm_factor(self, number: int, step: int, codes: Sequence[str]) -> None:
        """The second factor is on from now; these codes are good in its place, once each."""
        with self._file.transaction() as (db, _):
            if _member(db, number).factor is not Factor.BEGUN:
                raise PeopleError("there is no second factor to confirm; begin anew")
            db.execute("UPDATE members SET factor = ?, step = ? WHERE id = ?", (Factor.ON, step, number))
            _set_codes(db, number, codes)

    def drop_factor(self, number: int) -> None:
        """The second factor is off, its secret and codes are gone."""
        with self._file.transaction() as (db, _):
            db.execute("UPDATE members SET secret = '', step = 0, factor = ? WHERE id = ?", (Factor.NONE, number))
            _set_codes(db, number, ())

    def set_codes(self, number: int, codes: Sequence[str]) -> None:
        """Other codes to recover with; those before are good no more."""
        with self._file.transaction() as (db, _):
            _set_codes(db, number, codes)

    def codes_left(self, number: int) -> int:
        """How many codes to recover with somebody has."""
        with self._file.transaction("BEGIN") as (db, _):
            return int(db.execute("SELECT count(*) FROM codes WHERE member = ?", (number,)).fetchone()[0])

    def spend_step(self, number: int, step: int) -> bool:
        """Use up a code of the second factor, if nobody did so meanwhile."""
        with self._file.transaction() as (db, _):
            used = db.execute("UPDATE members SET step = ? WHERE id = ? AND step < ?", (step, number, step))
            return used.rowcount == 1

    def spend_code(self, number: int, code: str) -> bool:
        """Use up a code to recover with, if it is good."""
        with self._file.transaction() as (db, _):
            found = (number, fingerprint(spelled(code)))
            return db.execute("DELETE FROM codes WHERE member = ? AND code = ?", found).rowcount == 1

    def give(self, number: int, role: Role, at: float) -> None:
        """Another role; every session and token of theirs ends. Raises PeopleError if no admin would be left."""
        with self._file.transaction() as (db, told):
            if _member(db, number).role is role:
                return
            db.execute("UPDATE members SET role = ? WHERE id = ?", (role, number))
            self.sessions.end_in(db, number)
            self.tokens.end_in(db, number)
            _still_led(db)
            told.append(_entry(Told.GRANTED, at, f"person.{number}.{role.replace(' ', '-')}"))

    def suspend(self, number: int, at: float) -> None:
        """Let somebody in no more; sessions, tokens and links end. Raises PeopleError if no admin would be left."""
        with self._file.transaction() as (db, told):
            _member(db, number)
            db.execute("UPDATE members SET state = ?, goes = ? WHERE id = ?", (State.SUSPENDED, at + YEAR, number))
            db.execute("DELETE FROM links WHERE member = ?", (number,))
            self.sessions.end_in(db, number)
            self.tokens.end_in(db, number)
            _still_led(db)
            told.append(_entry(Told.SUSPENDED, at, f"person.{number}"))

    def restore(self, number: int, at: float) -> str:
        """Let somebody in again who was suspended: the token of a link to set a new password with."""
        with self._file.transaction() as (db, told):
            if _member(db, number).state is not State.SUSPENDED:
                raise PeopleError("this account is not suspended")
            db.execute("UPDATE members SET state = ?, goes = NULL WHERE id = ?", (State.INVITED, number))
            _forget_proofs(db, number)
            told.append(_entry(Told.INVITED, at, f"person.{number}"))
            return _link(db, number, LinkKind.INVITED, at)

    def sweep(self, at: float) -> int:
        """Remove links, sessions, tokens and accounts whose time is over; how many."""
        with self._file.transaction() as (db, _):
            gone = db.execute("SELECT id FROM members WHERE goes <= ?", (at,)).fetchall()
            for (number,) in gone:
                _forget_proofs(db, number)
                db.execute("DELETE FROM members WHERE id = ?", (number,))
            links = db.execute("DELETE FROM links WHERE goes <= ?", (at,)).rowcount
            return len(gone) + links + self.sessions.sweep_in(db, at) + self.tokens.sweep_in(db, at)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _signed_in(self, db: sqlite3.Connection, told: list[NewEntry], number: int, at: float) -> str:
        told.append(_entry(Told.SIGNED_IN, at, f"person.{number}"))
        return self.sessions.open_in(db, number, at)


def _members(db: sqlite3.Connection) -> list[Member]:
    return [_of(*row) for row in db.execute(f"{_MEMBERS} ORDER BY id").fetchall()]


def _member(db: sqlite3.Connection, number: int) -> Member:
    row = db.execute(f"{_MEMBERS} WHERE id = ?", (number,)).fetchone() if 0 < number < 1 << 62 else None
    if row is None:
        raise PeopleError("there is nobody of this number; `ascolta people list` shows who is there")
    return _of(*row)


def _of(number: int, name: str, *more: Any) -> Member:
    """A row of somebody."""
    role, state, factor, has, known = more
    return Member(
        id=number,
        name=name,
        role=Role(role),
        state=State(state),
        factor=Factor(factor),
        has_password=bool(has),
        has_provider=bool(known),
    )


def _add(db: sqlite3.Connection, told: list[NewEntry], what: tuple[str, Role, State], at: float) -> Member:
    name, role, state = what
    if name:
        _free(db, name)
    row = (name, key_of(name) or None, role, state, at)
    made = db.execute("INSERT INTO members (name, key, role, state, since) VALUES (?, ?, ?, ?, ?)", row).lastrowid
    told.append(_entry(Told.INVITED, at, f"person.{made}.{role.replace(' ', '-')}"))
    return _member(db, made or 0)


def _free(db: sqlite3.Connection, name: str) -> None:
    if db.execute("SELECT 1 FROM members WHERE key = ?", (key_of(name_of(name)),)).fetchone():
        raise PeopleError("somebody signs with this name already; add an initial or a surname")


def _link(db: sqlite3.Connection, number: int, kind: LinkKind, at: float) -> str:
    token = secrets.token_urlsafe(32)
    db.execute("DELETE FROM links WHERE member = ?", (number,))
    db.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (fingerprint(token), number, kind, at + LASTS[kind]))
    return token


def _linked(db: sqlite3.Connection, token: str, at: float, kinds: Sequence[LinkKind]) -> Member | None:
    row = db.execute("SELECT member, kind, goes FROM links WHERE token = ?", (fingerprint(token),)).fetchone()
    return _member(db, row[0]) if row is not None and LinkKind(row[1]) in kinds and at < row[2] else None


def _forget_proofs(db: sqlite3.Connection, number: int) -> None:
    db.execute(
        "UPDATE members SET password = '', secret = '', step = 0, factor = ? WHERE id = ?", (Factor.NONE, number)
    )
    for table in ("codes", "links", "sessions", "tokens", "identities"):
        db.execute(f"DELETE FROM {table} WHERE member = ?", (number,))  # noqa: S608 - our own names


def _set_codes(db: sqlite3.Connection, number: int, codes: Sequence[str]) -> None:
    db.execute("DELETE FROM codes WHERE member = ?", (number,))
    db.executemany("INSERT INTO codes VALUES (?, ?)", [(number, fingerprint(spelled(code))) for code in codes])


def _still_led(db: sqlite3.Connection) -> None:
    """Raises PeopleError if nobody could give roles any more."""
    if not any(one.may(Right.PEOPLE) for one in _members(db)):
        raise PeopleError("no admin would be left; make somebody else one first")


def _entry(kind: Told, at: float, rule: str) -> NewEntry:
    return NewEntry(at=int(at), kind=kind, rule=named(rule))
