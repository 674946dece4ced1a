"""What Insight and `ascolta report` tell of a brand, gathered: published figures, and counts of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ascolta.afresh import rank
from ascolta.core.brand import Brand
from ascolta.core.case import Case
from ascolta.core.days import DAY
from ascolta.core.insight import Insight, insight
from ascolta.core.insight_cases import SPAN, Asked, Index, Said, asked, index, said
from ascolta.core.insight_rivals import Beside, beside
from ascolta.core.insight_statements import Response
from ascolta.core.mention import Brands
from ascolta.core.piles import Pile, Wanted
from ascolta.core.rising import Week
from ascolta.ports import Ledger, Store

MOST = 50_000
"""So many cases of each pile are looked at, those on top."""

LISTED = (Pile.WAITING, Pile.SNOOZED, Pile.DONE)
"""The piles that are looked at: nothing is told of what is sealed."""

_STEP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that is told of a brand: by published figures (None: nothing was published yet) and by cases.

    `cases` is how many were opened by speaking to the brand in the last four weeks, `looked` how many were looked at
    to find these, `bound` whether there were more to look at, `spoken` their labels and times.
    `beside` compares its topics with those of competitors, `responses` tell what changed after its own statements,
    `words` are its weeks whose words were published.
    """

    brand: Brand
    figures: Insight | None = None
    asked: Sequence[Asked] = ()
    index: Index | None = None
    cases: int = 0
    looked: int = 0
    bound: bool = False
    spoken: Sequence[Said] = ()
    responses: Sequence[Response] = ()
    beside: Sequence[Beside] = ()
    words: Sequence[Week] = ()


def find(brand: Brand, brands: Brands, kept: tuple[Store, Ledger | None], when: tuple[float, int]) -> Findings:
    """Gather what is told of a brand; `when` is now and how many weeks to look back."""
    (store, ledger), (now, weeks) = kept, when
    (figures, compared), words = (
        figured(brand, brands, ledger, weeks),
        ledger.weeks(brand.id) if ledger is not None else (),
    )
    return replace(count(brand, brands, store, now), figures=figures, words=words, beside=compared)


def figured(brand: Brand, brands: Brands, ledger: Ledger | None, weeks: int) -> tuple[Insight | None, Sequence[Beside]]:
    """What the published figures of a brand say, so many weeks back, and its topics beside those of competitors."""
    if ledger is None:
        return None, ()
    topics, entries = [topic.name for topic in brand.topics], ledger.entries(brand.id)
    rivals = {_name(brands, other): ledger.entries(other) for other in brand.competitors}
    found = insight((brand.name, topics), entries, rivals, weeks)
    return found, () if found is None else beside(topics, entries, rivals, found.now)


def count(brand: Brand, brands: Brands, store: Store, now: float) -> Findings:
    """What the cases of a brand say; the figures are left open."""
    rank(store, brands, now)
    piles = cases_of(store, brand.id)
    cases = [case for here, _more in piles for case in here]
    return replace(counted(brand, cases, now), bound=any(more for _here, more in piles))


def counted(brand: Brand, cases: Sequence[Case], now: float) -> Findings:
    """The same of cases that are at hand."""
    spoken = said(cases, brand.id, now - 2 * SPAN * DAY)
    return Findings(
        brand=brand,
        asked=asked(spoken),
        index=index(spoken, now),
        cases=len(spoken),
        looked=len(cases),
        spoken=spoken,
    )


def cases_of(store: Store, brand: str) -> Sequence[tuple[list[Case], bool]]:
    """The cases of a brand without their words, pile by pile, and whether there are more than are looked at."""
    return [_cases(store, Wanted(pile=pile, brand=brand, most=_STEP)) for pile in LISTED]


def own(brands: Brands) -> list[Brand]:
    """The brands that are no other one's competitor here."""
    rivals = {other for brand in brands for other in brand.competitors}
    return [brand for brand in brands if brand.id not in rivals] or list(brands)


def _name(brands: Brands, other: str) -> str:
    there = brands.by_id.get(other)
    return there.name if there is not None else other


def _cases(store: Store, wanted: Wanted) -> tuple[list[Case], bool]:
    """The cases of a pile without their words, and whether there are more than are looked at."""
    cases: list[Case] = []
    while here := store.listed(wanted):
        if len(cases) >= MOST:
            return cases, True
        cases += [case for _, case in here]
        if len(here) < _STEP:
            break
        wanted = replace(wanted, after=(here[-1][0], here[-1][1].id))
    return cases, False
