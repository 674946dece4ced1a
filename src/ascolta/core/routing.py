"""Which people outside the desk are told of what: routes, silences, incidents that inhibit, and what waits to be told.

    change of an alert ─▶ routes say which desks ─▶ gathered ─▶ silenced? an incident open? ─▶ told once, or again later

Grouping, silencing and inhibition are those of Prometheus' Alertmanager, and are decided right before telling: a
silence that is written while something waits holds for that, too.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ascolta.core.days import DAY, moment
from ascolta.core.grading import ASKABLE, alert_view
from ascolta.core.hooks import Hook
from ascolta.core.query import Query
from ascolta.core.risk import TOPIC, Risk
from ascolta.core.view import View, holds
from ascolta.core.weekly import Weekly

FIELDS = ASKABLE
"""What a route or a silence may ask about; only an alert has any of it but the brand."""

SOON, SELDOM, ASKED = 15.0, 1_800.0, 3_600.0
"""Seconds until the second try, between later ones at the most, and what a service may ask for at the most."""

LATEST = 1.0 * DAY
"""What could not be told within this time, in seconds, is not told any more."""


class NewsKind(StrEnum):
    """What people are told of. Only *alert* can be silenced or inhibited; *step*, *brief*, *test* name their desk."""

    ALERT = "alert"
    HANDOVER = "handover"
    ESCALATION = "escalation"
    STEP = "step"
    BRIEF = "brief"
    TEST = "test"


ROUTED = (NewsKind.ALERT, NewsKind.HANDOVER, NewsKind.ESCALATION)
"""What routes are written for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something to tell, in words that hold nothing personal; `key` is the same however often it is found."""

    kind: NewsKind
    brand: str
    at: float
    key: str
    subject: str
    body: str = ""
    stream: str = ""
    state: str = ""
    topic: str = ""
    once_in_days: float = 0.0
    risk: Risk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """People who can be told. `to` is the environment variable that holds their address, since that holds secrets.

    With a `secret` (again a variable) it is an address of the brand's own, told by a signed webhook; `private`: it may
    be in a network that only the brand reaches.
    """

    name: str
    to: str
    secret: str = ""
    private: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which desks are told of what; every route that fits tells its desks."""

    name: str
    desks: tuple[str, ...]
    on: tuple[NewsKind, ...] = (NewsKind.ALERT,)
    when: Query | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Alerts of a brand that nobody is told of until a time, and why; `number` 0 is one of the file."""

    brand: str
    when: Query
    until: float
    why: str
    by: str = ""
    at: float = 0.0
    number: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ongoing:
    """An incident that is open: its people know, so alerts of its brand are told to nobody else."""

    brand: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """A brand's routes.yaml. `gather` is for how many seconds news wait for others; `link` leads to the desk.

    `hooks` are programs that are told of events; `brief` is the weekly brief, where desks are sent it.
    """

    desks: Mapping[str, Desk] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    silences: tuple[Silence, ...] = ()
    gather: float = 30.0
    link: str = ""
    hooks: tuple[Hook, ...] = ()
    brief: Weekly | None = None


class Standing(StrEnum):
    """Where a notice stands. *Muted*: silenced or inhibited, so that nobody was told, and `note` says why."""

    QUEUED = "queued"
    SENDING = "sending"
    TOLD = "told"
    MUTED = "muted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """News for one desk. `due` is from when on it may be told; `bundle` the key of the message that it is part of.

    `queued` is when it was queued; `since` when it was claimed last.
    """

    news: News
    desk: str
    queued: float
    due: float
    standing: Standing = Standing.QUEUED
    tries: int = 0
    since: float = 0.0
    bundle: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """One for each news and desk."""
        return key(self.news.key, self.desk)


def key(*parts: str) -> str:
    """A key that is the same for the same parts and says nothing of them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def notices(routes: Routes, news: News, at: float, desk: str = "") -> list[Notice]:
    """What to queue: for the desk that is named, if there is one of that name, and for those that routes name."""
    named = (desk,) if desk in routes.desks else ()
    routed = (name for route in routes.routes if _fits(route, news) for name in route.desks)
    due = at + routes.gather if news.kind in (NewsKind.ALERT, NewsKind.HANDOVER) else at
    return [Notice(news=news, desk=name, queued=at, due=due) for name in dict.fromkeys((*named, *routed))]


def muted(news: News, silences: Iterable[Silence], ongoing: Iterable[Ongoing], at: float) -> str:
    """Why nobody is told of an alert now; empty if they are."""
    if news.kind is not NewsKind.ALERT:
        return ""
    for one in silences:
        if one.brand == news.brand and at < one.until and holds(one.when, _view(news)):
            which = f"silence {one.number}" if one.number else "a silence of routes.yaml"
            return f"{which}, until {moment(one.until)}: {one.why}"
    return next((f"incident {one.number} is open" for one in ongoing if one.brand == news.brand), "")


def bundles(waiting: Sequence[Notice], at: float) -> list[tuple[Notice, ...]]:
    """What goes out together now: what failed together, and what waits for one desk about one brand and kind.

    As soon as one of a bundle is due, all that wait with it go along.
    """
    found: dict[tuple[str, ...], list[Notice]] = {}
    for one in sorted(waiting, key=lambda one: (one.news.at, one.queued, one.key)):
        own = one.bundle or str(one.news.kind)
        found.setdefault((one.news.brand, one.desk, own), []).append(one)
    due = (group for group in found.values() if any(one.due <= at for one in group))
    return [claimed(group) for group in sorted(due, key=lambda group: min(one.due for one in group))]


def claimed(group: Sequence[Notice]) -> tuple[Notice, ...]:
    """A bundle with its key, which it keeps at every try, so that a receiver can tell a second one."""
    bundle = group[0].bundle or key("bundle", *(one.key for one in group))
    return tuple(replace(one, bundle=bundle) for one in group)


def wait(tries: int, asked: float = 0.0) -> float:
    """Seconds until it is tried again after so many tries, longer each time, or longer if the service `asked` so."""
    return max(min(SOON * 2.0 ** min(tries - 1, 20), SELDOM), min(asked, ASKED))


def _fits(route: Route, news: News) -> bool:
    return news.kind in route.on and (route.when is None or holds(route.when, _view(news)))


def _view(news: News) -> View:
    """News as a query sees it."""
    stream = f"{TOPIC}{news.topic}" if news.topic else news.stream
    return alert_view(news.brand, stream, news.state, news.once_in_days, news.risk)
