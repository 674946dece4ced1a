"""What all tests share: posts, brands, a labeller that is easy to foresee, both stores."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta import afresh
from ascolta.core.brand import Brand, StoredQuery
from ascolta.core.case import Case, CaseEvent, CaseKind, Status
from ascolta.core.etiquette import Action, Etiquette, Rule
from ascolta.core.label import Ask, Label, Labels
from ascolta.core.mention import Brands, hear
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.stores.server import Server, started

ROOT = Path(__file__).parents[1]
NOW = 1_000_000.0


def foresee(asks: Sequence[Ask]) -> list[Labels]:
    """Labels by plain words in the text: `to` makes it addressed, `bad` a complaint and negative."""
    return [
        (
            Label(name="addressed", value="yes" if " to " in f" {ask.text} " else "no", score=1, by="test"),
            Label(name="complaint", value="yes" if "bad" in ask.text else "no", score=1, by="test"),
            Label(name="polarity", value="negative" if "bad" in ask.text else "neutral", score=1, by="test"),
        )
        for ask in asks
    ]


def rule(name: str, when: str, then: Action, approve: int = 1) -> Rule:
    """A rule from text."""
    return Rule(name=name, when=parse(when), then=then, why=f"because {name}", approve=approve)


ACME = Brand(
    id="acme",
    name="Acme Air",
    handles=("acmeair",),
    names=("acme",),
    queries=(
        StoredQuery(name="name", find=parse("acme OR @acmeair")),
        StoredQuery(name="tag", find=parse("#acmeair OR acme*")),
    ),
    etiquette=Etiquette(
        brand="acme",
        rules=(
            rule("spoken-to-complaint", "addressed:yes complaint:yes", Action.REPLY, approve=2),
            rule("spoken-to", "addressed:yes", Action.REPLY),
            rule("open-complaint", "complaint:yes NOT author:answered", Action.CARE),
        ),
    ),
)
OTHER = replace(
    ACME, id="other", name="Other", handles=("other",), names=(), queries=(StoredQuery(name="o", find=parse("other")),)
)


def published(number: str, text: str, at: float = 1_000_000.0, **more: object) -> Event:
    """A post that was just published."""
    author = more.pop("author", f"u{number}")
    actor = author if isinstance(author, Actor) else Actor(handle=str(author))
    post = Post(id=number, content=text, network="x", published=at, attributed_to=actor, **more)  # type: ignore[arg-type]
    return Event(kind=EventKind.PUBLISHED, network="x", post=post)


def edited(number: str, text: str, at: float = 1_000_000.0) -> Event:
    """A post that was edited."""
    made = published(number, text, at)
    return Event(kind=EventKind.EDITED, network="x", post=made.post)


def removed(number: str) -> Event:
    """A post that was removed."""
    return Event(kind=EventKind.REMOVED, network="x", post_id=number)


def changed(**fields: object) -> Event:
    """An account that changed."""
    return Event(kind=EventKind.ACTOR, network="x", actor=Actor(**fields))  # type: ignore[arg-type]


@pytest.fixture
def brands() -> Brands:
    """Two brands with foreseeable labels."""
    return Brands([ACME, OTHER], foresee)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when it is first asked for."""
    made = started()
    yield made
    made.close()


@pytest.fixture(params=["memory", "sqlite", "sqlite in memory", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store, empty."""
    made: Store
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "postgresql":
        made = SqlStore(tmp_path, url=request.getfixturevalue("server").empty())
    else:
        made = SqlStore(tmp_path if request.param == "sqlite" else None)
    yield made
    made.close()


def keep(store: Store, brands: Brands, *events: Event, at: float = NOW) -> None:
    """Hear some events and keep what comes of them."""
    here = store.cursor("s")
    batch = Batch(events=events, after=here, cursor=str(int(here or 0) + len(events)), arrived=at)
    store.keep("s", hear(batch, brands, store.known()))


def act(store: Store, number: int, kind: CaseKind, by: str = "Ann", note: str = "", at: float = NOW) -> Status:
    """Record what a person does on a case; how it stands then."""
    return store.record(number, CaseEvent(kind=kind, at=at, by=by, note=note)).status


def unseal(store: Store, number: int, post: Post, note: str = "we can rebook her", at: float = NOW) -> Case:
    """Open a sealed case, the network holding its post as given."""
    twin = TwinNetwork(post.network)
    twin.there[post.id] = post
    event = CaseEvent(kind=CaseKind.UNSEALED, at=at, by="Ann", note=note)
    return afresh.unseal(store, lambda network: twin, {"acme": ACME}, number, event)


def approved(store: Store, brands: Brands, post: str = "1", author: str = "") -> int:
    """Hear a post said to us and approve an answer to it; the number of its case."""
    keep(store, brands, published(post, "to acme", author=author or f"u{post}"))
    number = max(case.id for case in store.cases())
    act(store, number, CaseKind.DRAFTED, note="Hello, we look into it.")
    assert act(store, number, CaseKind.APPROVED) is Status.APPROVED
    return number
