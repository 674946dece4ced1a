"""What the journal tells of how a brand behaved: its entries folded into talks, case by case.

The journal knows acts, numbers and rules, and nothing about anybody. So it cannot tell that two cases are of one
person, what an answer said, or when a post was written; a case's clock runs from when it was opened here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ascolta.core.journal import Counted, Entry, Kind
from ascolta.core.practice import Around, Dealt, End

PERSONAL = frozenset(("personal-fact", "public-data", "sensitive", "watching"))
"""Rules of the check against which an answer used personal facts (docs/author/replies.md)."""

STOPPED = ("stop", "refuse")
"""How the journal calls it that somebody wants to be left alone."""

GONE = frozenset((Kind.REMOVED, Kind.ERASED))
_NOTED = frozenset((Kind.UNSEALED, Kind.HANDED_OVER, Kind.OVERRIDDEN, Kind.SENT, Kind.RESOLVED, Kind.EXPIRED)) | GONE


@dataclass(slots=True)
class _Told:
    """One case, as far as the journal has told."""

    brand: str
    at: int
    about: frozenset[Counted]
    said: list[int] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    moved: int = 0
    unsealed: bool = False
    over: Kind | None = None
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What the journal tells of a time. `untold`: cases of before it told what a case was opened for.

    `shared`: mentions that older entries tell of without saying of which brand.
    """

    dealt: tuple[Dealt, ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()
    quiet: tuple[tuple[str, int], ...] = ()
    shared: int = 0
    unsealed: tuple[tuple[str, int], ...] = ()
    overridden: tuple[tuple[str, str, int], ...] = ()
    stops: int = 0
    forgotten: int = 0
    untold: int = 0
    unreadable: int = 0
    entries: int = 0

    @property
    def brands(self) -> Sequence[str]:
        """Of which brands something is told."""
        return sorted({name for name, _ in self.mentions if name} | {one.brand for one in self.dealt if one.brand})

    def around(self, brand: str = "") -> Around:
        """What is known beside the talks, of one brand or of all."""
        mentions, quiet = (
            sum(count for name, count in counts if brand in ("", name)) for counts in (self.mentions, self.quiet)
        )
        known = brand == "" or not self.shared or self.brands == [brand]
        return Around(
            mentions=mentions if known else None,
            quiet=quiet if known else None,
            stops=self.stops,
            unsealed=sum(count for name, count in self.unsealed if brand in ("", name)),
            overridden=_summed((rule, count) for name, rule, count in self.overridden if brand in ("", name)),
        )

    def of(self, brand: str = "") -> Sequence[Dealt]:
        """The talks of one brand, or of all."""
        return [one for one in self.dealt if brand in ("", one.brand)]


def conduct(entries: Iterable[Entry | None], since: float, until: float) -> Conduct:
    """What became of the cases that were opened within a time, and what was heard in it.

    Acts after `until` count for what was opened before it; None is an entry that cannot be read.
    """
    reading = _Reading(since, until)
    for entry in entries:
        reading.take(entry)
    return reading.told()


class _Reading:
    """The way through the entries."""

    def __init__(self, since: float, until: float) -> None:
        self.since, self.until = since, until
        self.cases: dict[int, _Told] = {}
        self.mentions: Counter[str] = Counter()
        self.quiet: Counter[str] = Counter()
        self.stops = self.forgotten = self.untold = self.unreadable = self.entries = 0

    def take(self, entry: Entry | None) -> None:
        """One entry."""
        if entry is None:
            self.unreadable += 1
            return
        within = self.since <= entry.at < self.until
        self.entries += within
        if entry.kind is Kind.HEARD and within:
            self._heard(entry)
        elif entry.kind is Kind.REFUSED and within and entry.rule in STOPPED:
            self.stops += 1
        elif entry.kind is Kind.OPENED and entry.case is not None and within:
            self._opened(entry, entry.case)
        elif entry.kind in _NOTED and entry.case in self.cases:
            _note(self.cases[entry.case], entry)

    def told(self) -> Conduct:
        """All of it."""
        known = [one for one in self.cases.values() if one.about]
        overridden = Counter((one.brand, rule) for one in known for rule in one.rules if one.said)
        return Conduct(
            dealt=tuple(_dealt(one) for one in known),
            mentions=tuple(sorted(self.mentions.items())),
            quiet=tuple(sorted(self.quiet.items())),
            shared=self.mentions[""],
            unsealed=tuple(sorted(Counter(one.brand for one in known if one.unsealed).items())),
            overridden=tuple((brand, rule, count) for (brand, rule), count in sorted(overridden.items())),
            stops=self.stops,
            forgotten=self.forgotten,
            untold=len(self.cases) - len(known),
            unreadable=self.unreadable,
            entries=self.entries,
        )

    def _heard(self, entry: Entry) -> None:
        counts = entry.counts
        self.mentions[entry.brand] += counts.get(Counted.MENTIONS, 0)
        self.quiet[entry.brand] += counts.get(Counted.SILENCE, 0) + counts.get(Counted.CARE, 0)
        self.forgotten += counts.get(Counted.FORGOTTEN, 0)

    def _opened(self, entry: Entry, case: int) -> None:
        """An edit opens a case a second time; its clock runs from the first."""
        if case not in self.cases:
            self.cases[case] = _Told(entry.brand, entry.at, frozenset(entry.counts))


def _note(case: _Told, entry: Entry) -> None:
    """What happened to a case."""
    match entry.kind:
        case Kind.SENT:
            case.late += case.over in GONE
            case.said.append(entry.at)
        case Kind.HANDED_OVER:
            case.moved += 1
        case Kind.UNSEALED:
            case.unsealed = True
        case Kind.OVERRIDDEN:
            case.rules.add(entry.rule)
        case _:
            case.over = case.over or entry.kind


def _dealt(case: _Told) -> Dealt:
    about, said = case.about, case.said
    return Dealt(
        brand=case.brand,
        addressed=Counted.ADDRESSED in about,
        complaint=Counted.COMPLAINTS in about,
        end=_end(case),
        asked=case.at,
        said=tuple(said),
        again=max(0, len(said) - 1),
        handed=case.moved,
        personal=int(bool(said) and not PERSONAL.isdisjoint(case.rules)),
        after_stop=case.late,
    )


def _end(case: _Told) -> End:
    if case.said:
        return End.ANSWERED
    if case.over in GONE:
        return End.GONE
    return End.WAITING if case.over is None else End.LEFT


def _summed(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for name, count in pairs:
        found[name] += count
    return tuple(sorted(found.items()))
