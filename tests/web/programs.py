"""Programs that ask the desk for something, with tokens of people who need no password for it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from ascolta.core.mention import Brands
from ascolta.core.notice import Operator
from ascolta.core.people import Role
from ascolta.core.scopes import Scope, offered, wanted
from ascolta.incidents import accept
from ascolta.sources import TwinNetwork
from ascolta.stores.challenges import Challenges
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import MemoryJournal
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk, create
from ascolta.web.notice import Public
from tests.conftest import NOW, foresee, keep, published
from tests.crises import BRAND, PLAN, room
from tests.web.entering import HOME, cheap, session

V1 = "/api/v1"


class Clock:
    """A clock that tests set; with `step` it goes on by so many seconds whenever it is looked at."""

    def __init__(self, step: float = 0.0) -> None:
        self.now, self.step = NOW, step

    def __call__(self) -> float:
        """What time it is."""
        self.now += self.step
        return self.now


def whole_desk(folder: Path, clock: Clock) -> Desk:
    """A desk with everything that the API tells of: cases, an incident, a journal, figures, opt-outs."""
    store = MemoryStore()
    store.journal = MemoryJournal(new_signer(), SecondPlace(None))
    here, brands, twin = room(folder, store=store), Brands([BRAND], foresee), TwinNetwork("x")
    events = [published("1", "bad day to acme"), published("2", "acme bad"), published("3", "hello to acme")]
    keep(store, brands, *events)
    twin.there = {event.post.id: event.post for event in events if event.post is not None}
    accept(here, BRAND, PLAN, None, ("Boss", NOW))
    store.pause("acme", "")
    public = Public(
        brands=brands, store=store, operators={"acme": Operator(networks=("x",))}, challenges=Challenges(None),
        clock=clock,
    )  # fmt: skip
    return Desk(
        brands=brands, store=store, room=here, advocates=here.advocates, public=public, entrance=cheap(),
        ledger=MemoryLedger(), lookups=lambda network: twin, clock=clock,
    )  # fmt: skip


def token(desk: Desk, name: str, role: Role = Role.ADMIN, scopes: Iterable[Scope] | None = None) -> str:
    """A token of somebody, who gets an account if they have none; with all scopes of their role unless named."""
    session(desk, name, role)
    member = next(one for one in desk.entrance.accounts.members() if one.name == name)
    asked = wanted("a program", list(scopes) if scopes is not None else offered(role), 90, role)
    return desk.entrance.accounts.tokens.make(member.id, asked, desk.clock())[1]


class Program(TestClient):
    """A program with a token, or without."""

    def __init__(self, desk: Desk, said: str = "", app: Any = None) -> None:
        super().__init__(app or create(desk), base_url=HOME, follow_redirects=False)
        if said:
            self.headers["authorization"] = f"Bearer {said}"

    def ask(self, line: str, json: Any = None, **headers: str) -> Response:
        """Ask for something, such as `GET /cases`; underscores in names of headers stand for hyphens."""
        method, _, path = line.partition(" ")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"json": json} if json is not None else {}
        return self.request(method, f"{V1}{path}", headers=named, **body)
