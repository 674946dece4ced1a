"""Browsers whose people are signed in, without a password having to be made for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from ascolta.core.people import Role
from ascolta.stores.accounts import Accounts
from ascolta.stores.proofs import Passwords
from ascolta.web.app import Desk, create
from ascolta.web.signed import Entrance

HOME = "http://127.0.0.1:8020"
OWN = {"origin": HOME}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id with figures under which nothing is safe, and tests are quick."""


def cheap(accounts: Accounts | None = None, address: str = "") -> Entrance:
    """A way in whose passwords are hashed quickly."""
    return Entrance(accounts=accounts or Accounts(None), passwords=Passwords(CHEAP), address=address)


def session(desk: Desk, name: str, role: Role = Role.ADMIN) -> str:
    """The token of a new session of somebody, who gets an account if they have none."""
    accounts, at = desk.entrance.accounts, desk.clock()
    found = accounts.proofs(name)
    if found is not None:
        return accounts.sign_in(found.member.id, at)
    _, link = accounts.invite(name, role, at)
    made = accounts.join(link, "", at)
    assert made is not None
    return made


class Browser(TestClient):
    """A browser at a desk. A form that says who sends it, in `by`, is sent by that person: with their session."""

    def __init__(self, desk: Desk, app: FastAPI | None = None, name: str = "Ann") -> None:
        super().__init__(app or create(desk), base_url=HOME)
        self.desk = desk
        self.become(name)

    def become(self, name: str, role: Role = Role.ADMIN) -> None:
        """Somebody else sits down at it."""
        self.cookies.clear()
        self.cookies.set(self.desk.entrance.cookie, session(self.desk, name, role))

    def post(self, url: Any, **given: Any) -> Response:
        """Send a form; `by` is who does."""
        by = (given.get("data") or {}).get("by", "")
        if by.strip():
            self.become(by)
        return super().post(url, **given)


@contextmanager
def browsing(desk: Desk, app: FastAPI | None = None, name: str = "Ann") -> Iterator[Browser]:
    """A browser in which somebody is signed in."""
    with Browser(desk, app, name) as browser:
        yield browser
