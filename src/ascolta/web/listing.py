"""Cases: the whole list, a page at a time, what is due next first; searched in the query language, kept as views."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from ascolta.afresh import rank
from ascolta.core.brand import Brand
from ascolta.core.case import Case, awake
from ascolta.core.label import VOCABULARY
from ascolta.core.mention import Brands
from ascolta.core.piles import Pile, SavedView, Turned, Wanted
from ascolta.core.piles import Place as Mark
from ascolta.core.platform import PLATFORMS
from ascolta.core.query import Query
from ascolta.core.sought import OWN, Known, narrowed, needs_words, pile_of, seen, sought
from ascolta.core.terms import FIXED
from ascolta.core.text import fold
from ascolta.core.view import holds
from ascolta.errors import QueryError
from ascolta.ports import Store
from ascolta.web.presence import Presence
from ascolta.web.shared import Written
from ascolta.web.tongue import reader
from ascolta.web.waits import Wait, wait

PAGE = 50
READ = 500
"""So many cases are decrypted for one search at the most."""

LOOKED = 1_600
"""So many are looked at without, by what stands beside them in the clear."""

COUNTED_FOR = 300
"""For so many seconds a count stands, if no case changes."""

LONGEST = 400
"""Characters of a search."""

_STEP = 200
_FIELDS = ("lang", "network", "brand", "topic", "desk", "state", "who", "age", "tag", "author", "is", "date", "hour")
_LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
_LABELLED = tuple(name for name, values in VOCABULARY.items() if values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of the list: what it waits for, and who looks at it."""

    case: Case
    wait: Wait | None
    looking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeking:
    """What a page of the list is asked for: a search, a pile, and after which case it begins."""

    find: str = ""
    pile: Pile = Pile.WAITING
    after: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list. `error` is a search that cannot be read; `more` where the next page begins.

    `bound` is how many cases were looked at, where that was not all of them; `sign` that of the store before.
    """

    sign: str
    rows: Sequence[Row]
    seeking: Seeking
    piles: Sequence[tuple[Pile, int]]
    error: QueryError | None = None
    more: str = ""
    bound: int = 0
    can_save: bool = False


Floor = tuple[Store, Brands, Callable[[], float]]
"""Where cases are kept, whose they are, and what time it is."""


@dataclass(slots=True)
class CaseList:
    """The list of one desk: who looks at what, and what was counted since something changed last.

    A page of it stands for `written_for` seconds at the most while no case changes.
    """

    floor: Floor
    written_for: float = 0.0
    presence: Presence = field(default_factory=Presence)
    _counted: tuple[str, dict[str, str]] = field(default_factory=lambda: ("", {}))
    _begun: bool = False
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _pages: Written[Listing] = field(init=False)

    def __post_init__(self) -> None:
        self._pages = Written(self.written_for)

    def look(self, seeking: Seeking, who: str = "") -> Listing:
        """A page of the list; who looks at its cases but for the reader is asked each time."""
        store, _, clock = self.floor
        now = clock()
        self.rank(now)
        sign = store.sign(now)
        found = self._pages.of((sign, seeking, reader()), lambda: self._look(seeking, sign, now))
        others = {row.case.id: self.presence.others(row.case.id, who, now) for row in found.rows}
        if not any(others.values()):
            return found
        return replace(found, rows=[replace(row, looking=others[row.case.id]) for row in found.rows])

    def _look(self, seeking: Seeking, sign: str, now: float) -> Listing:
        store, brands, _ = self.floor
        query, error = _read(seeking.find)
        seeking = replace(seeking, pile=pile_of(query, seeking.pile))
        found, more, bound = ([], None, 0) if error else find(store, brands, query, seeking, now)
        return Listing(
            sign=sign,
            rows=[Row(case=case, wait=wait(case, brands.by_id.get(case.brand), now)) for case in found],
            seeking=seeking,
            piles=[(pile, store.tallied(Wanted(pile=pile))) for pile in Pile],
            error=error,
            more=f"{more[0]!r}_{more[1]}" if more else "",
            bound=bound,
            can_save=query is not None and not needs_words(query),
        )

    def rank(self, now: float) -> None:
        """Say the turns that are not known; at the desk's start all, since the brands' files may have changed."""
        store, brands, _ = self.floor
        with self._alone:
            rank(store, brands, now, anew=not self._begun)
            self._begun = True

    def views(self) -> list[tuple[SavedView, str]]:
        """The saved views, each with how many cases it finds now; a plus where there may be more."""
        store, brands, clock = self.floor
        now, views = clock(), store.views()
        sign = f"{store.sign(now)}.{now // COUNTED_FOR:.0f}" if views else ""
        signed, counts = self._counted
        counts = counts if signed == sign else {}
        for said in {view.find for view in views} - counts.keys():
            query, _ = _read(said)
            counts[said] = "?" if query is None else _counted(store, brands, query, now)
        self._counted = sign, counts
        return [(view, counts[view.find]) for view in views]

    def looks(self, number: int, who: str) -> tuple[str, ...]:
        """That somebody looks at a case now; who else does."""
        now = self.floor[2]()
        self.presence.note(number, who, now)
        return self.presence.others(number, who, now)

    def pulse(self) -> str:
        """A value that changes when the page would: with every case, with who looks, and each minute."""
        store, _, clock = self.floor
        now = clock()
        return f"{store.sign(now)}.{self.presence.sign(now)}.{now // 60:.0f}"


def find(
    store: Store, brands: Brands, query: Query | None, seeking: Seeking, now: float
) -> tuple[list[Case], Mark | None, int]:
    """The cases of a page; where the next one begins; how many were looked at, if that was not all of them."""
    wanted, whole = narrowed(query, known(brands), Wanted(pile=seeking.pile, after=seeking.after))
    if query is None or whole:
        here = store.listed(replace(wanted, most=PAGE + 1))
        more = _mark(here[PAGE - 1]) if len(here) > PAGE else None
        return _full(store, [case for _, case in here[:PAGE]], now), more, 0
    read = needs_words(query)
    found, last, looked = _sift(store, (query, read), wanted, now)
    cases = found if read else _full(store, found, now)
    reached = last is not None and len(found) < PAGE
    return cases, last, looked if reached else 0


def known(brands: Iterable[Brand]) -> Known:
    """What brand, network, desk, topic and tag may be: each value as a query says it, and as it is kept."""
    all_of = {
        "brand": [brand.id for brand in brands],
        "network": [name for brand in brands for name in sorted(brand.networks or PLATFORMS)],
        "desk": sorted({name for brand in brands for name in desks(brand)}),
        "topic": [topic.name for brand in brands for topic in brand.topics],
        "tag": [rule.name for brand in brands for rule in brand.etiquette.rules],
    }
    return {name: {fold(value): value for value in values} for name, values in all_of.items()}


def desks(brand: Brand) -> set[str]:
    """The desks of a brand: those that its etiquette names, and those that have a clock."""
    named = {rule.desk for rule in brand.etiquette.rules} | {clock.desk for clock in brand.desks}
    return {name for name in named if name}


def words(brands: Iterable[Brand], people: Iterable[str] = ()) -> dict[str, list[str]]:
    """What the search box offers to complete: each field with its values."""
    brands = list(brands)
    fixed = {name: list(FIXED[name]) for name in (*_LABELLED, "is")}
    offered = {name: sorted(values) for name, values in known(brands).items()}
    own = {name: list(values) for name, values in OWN.fields.items() if values}
    staff = sorted({fold(name) for name in people})
    more = {"lang": list(_LANGUAGES), "who": staff, "age": ["<1", ">=4", ">=24", ">=72"]}
    return {**{name: [] for name in _FIELDS}, **offered, **own, **more, **fixed}


def place_of(said: str) -> Mark | None:
    """After which case a page begins, as its address says; None: at the start."""
    first, _, number = said.partition("_")
    try:
        mark = float(first), int(number)
    except ValueError:
        return None
    return mark if isfinite(mark[0]) and 0 <= mark[1] < 1 << 62 else None


def _read(find: str) -> tuple[Query | None, QueryError | None]:
    if not find.strip():
        return None, None
    try:
        return sought(find), None
    except QueryError as error:
        return None, error


def _mark(one: Turned) -> Mark:
    return one[0], one[1].id


def _full(store: Store, cases: Sequence[Case], now: float) -> list[Case]:
    return [awake(case, now) for case in store.some([case.id for case in cases])]


def _sift(store: Store, asked: tuple[Query, bool], wanted: Wanted, now: float) -> tuple[list[Case], Mark | None, int]:
    """A page of what fits, looked for within a bound; where to go on, if there is more to look at; how many it were."""
    (query, read), found, looked = asked, [], 0
    while looked < (READ if read else LOOKED):
        here = store.listed(replace(wanted, most=_STEP))
        full = {case.id: case for case in _full(store, [case for _, case in here], now)} if read else {}
        for one in here:
            case, looked = full.get(one[1].id) if read else one[1], looked + 1
            if case is not None and holds(query, seen(case, now)):
                found.append(case)
            if len(found) == PAGE:
                return found, _mark(one), looked
        if len(here) < _STEP:
            return found, None, looked
        wanted = replace(wanted, after=_mark(here[-1]))
    return found, wanted.after, looked


def _counted(store: Store, brands: Brands, query: Query, now: float) -> str:
    wanted, whole = narrowed(query, known(brands), Wanted(pile=pile_of(query, Pile.WAITING)))
    if whole:
        return str(store.tallied(wanted))
    here = store.listed(replace(wanted, most=LOOKED))
    count = sum(holds(query, seen(case, now)) for _, case in here)
    return f"{count}+" if len(here) == LOOKED else str(count)
