"""A brand as it listens: its names, its queries, its etiquette, its plans."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from ascolta.core.etiquette import Etiquette
from ascolta.core.grading import Grading
from ascolta.core.label import Topic
from ascolta.core.plan import Plan
from ascolta.core.query import Query
from ascolta.core.text import fold

Offset = Callable[[float], float]
"""By how many seconds a time zone's clocks are ahead of UTC at a moment, in seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery:
    """A query that a brand keeps, by name."""

    name: str
    find: Query
    why: str = ""
    line: int = 0


VARIABLES = "ASCOLTA_TOKEN_"
"""How the name of every variable begins that holds a secret of a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A network that is heard live: at which address, and by the token of which environment variable.

    `tags`: the hashtags that are followed, folded, without #. `streaming`: the address of its streams; empty: it is
    only asked again and again, each time so many seconds (`every`) after the last. `more` is what only this network
    has, by key; what it holds of secrets are the names of their variables.
    """

    network: str
    address: str
    token: str = ""
    tags: tuple[str, ...] = ()
    streaming: str = ""
    every: float = 30.0
    more: tuple[tuple[str, str], ...] = ()

    def said(self, key: str, otherwise: str = "") -> str:
        """What stands behind a key that only this network has."""
        return dict(self.more).get(key, otherwise)

    @property
    def variables(self) -> dict[str, str]:
        """The names of the variables that hold its secrets, by key."""
        named = {name: value for name, value in self.more if value.startswith(VARIABLES)}
        return {"token": self.token, **named} if self.token else named


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A file to hear: its path, and which of its columns stand for which keys of the plain post format.

    `live` instead of a file: a network, for which `path` is but its name.
    `networks`: which it brings posts of; empty: not said. `assessment`: the file of the brand's folder in which it was
    weighed whether to listen at all; `rehearsal`: its posts are made up, so there is nothing to weigh. `approval`: what
    a network gave that asks for its leave first.
    """

    path: str
    columns: tuple[tuple[str, str], ...] = ()
    line: int = 0
    networks: tuple[str, ...] = ()
    assessment: str = ""
    rehearsal: bool = False
    approval: str = ""
    live: Connection | None = None

    @property
    def name(self) -> str:
        """What the store knows a network by: two accounts on one server are two sources."""
        token = self.live.token if self.live is not None else ""
        return f"{self.path}:{token}" if token else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what must be kept is kept, in hours."""

    open_hours: float = 30 * 24
    resolved_hours: float = 30 * 24
    sealed_hours: float = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much the brand may say: answers an hour before the circuit breaker opens, and to one person a day."""

    an_hour: int = 60
    a_person_a_day: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When a desk works, and within how many seconds of that it answers (core/hours.py counts them).

    `week` holds the shifts of Monday to Sunday: when each begins and ends, in seconds after midnight as the desk's own
    clocks show them; one that ends after midnight counts on, beyond a day. On `closed`, days since 1970-01-01, and on
    `yearly`, pairs of month and day, no shift begins. `answer` is by what a case is: complaint, negative, other.
    """

    desk: str
    offset: Offset
    week: tuple[tuple[tuple[int, int], ...], ...]
    answer: tuple[tuple[str, float], ...]
    closed: frozenset[int] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Between which times, in seconds after midnight, people are left to sleep; `zone` gives a time zone by its name.

    Of a zone that this machine does not know it gives None.
    """

    zone: Callable[[str], Offset | None]
    begins: int = 22 * 3600
    ends: int = 7 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One brand folder. `handles` are its own accounts, folded and without @; `id` is the folder's short name.

    `topics` and `lines` are as in core.label.Ask. A desk without a clock is in no hurry; without `quiet`, people are
    answered by night too. `grading` says how grave an alarm is; on networks that are `not_judged` the brand does not
    ask whether talk is organised, as on those whose terms forbid it. `competitors` are the ids of other brands that are
    heard beside it, in order to say how much of all talk is about this one. `rising`: whether the words of each week
    are published, for which it answers for more privacy spent.
    """

    id: str
    name: str
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    queries: tuple[StoredQuery, ...] = ()
    etiquette: Etiquette = field(default_factory=lambda: Etiquette(brand=""))
    plans: tuple[Plan, ...] = ()
    sources: tuple[FileSource, ...] = ()
    retention: Retention = Retention()
    limits: Limits = Limits()
    over_55: tuple[tuple[str, float], ...] = ()
    topics: tuple[Topic, ...] = ()
    lines: tuple[tuple[str, float], ...] = ()
    desks: tuple[Clock, ...] = ()
    quiet: Quiet | None = None
    grading: Grading = ()
    not_judged: frozenset[str] = frozenset()
    competitors: tuple[str, ...] = ()
    rising: bool = False

    @property
    def networks(self) -> frozenset[str] | None:
        """The networks that its sources bring posts of; None if one of them does not say, or there is none."""
        if not self.sources or not all(source.networks for source in self.sources):
            return None
        return frozenset(network for source in self.sources for network in source.networks)

    @property
    def approved(self) -> frozenset[str]:
        """The networks of sources for which an approval is on file, or whose posts are made up."""
        found = (source.networks for source in self.sources if source.approval or source.rehearsal)
        return frozenset(network for networks in found for network in networks)

    @property
    def called(self) -> frozenset[str]:
        """What a post's `brand` may say to mean this one, folded."""
        return frozenset(fold(said) for said in (self.id, self.name, *self.names))

    @property
    def spoken(self) -> tuple[str, ...]:
        """What people call it in a sentence, folded."""
        return _folded(self.name, self.names)


@lru_cache(maxsize=4_096)
def _folded(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, (name, *names))))
