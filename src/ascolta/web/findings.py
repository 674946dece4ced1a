"""What Insight and `ascolta report` tell of a brand, gathered: published figures, and counts of cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.case import Case
from ascolta.core.days import DAY
from ascolta.core.insight import Insight, insight
from ascolta.core.insight_cases import SPAN, Asked, Index, asked, index, said
from ascolta.core.mention import Brands
from ascolta.core.piles import Pile, Wanted
from ascolta.ports import Ledger, Store
from ascolta.web.listing import rank

MOST = 50_000
"""So many cases of each pile are looked at, those on top."""

_STEP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that is told of a brand: by published figures (None: nothing was published yet) and by cases.

    `cases` is how many were opened by speaking to the brand in the last four weeks, `bound` whether there were more.
    """

    brand: Brand
    figures: Insight | None
    asked: Sequence[Asked] = ()
    index: Index | None = None
    cases: int = 0
    bound: bool = False


def find(brand: Brand, brands: Brands, kept: tuple[Store, Ledger | None], when: tuple[float, int]) -> Findings:
    """Gather what is told of a brand; `when` is now and how many weeks to look back."""
    (store, ledger), (now, weeks) = kept, when
    topics = [topic.name for topic in brand.topics]
    figures = None
    if ledger is not None:
        rivals = {_name(brands, other): ledger.entries(other) for other in brand.competitors}
        figures = insight((brand.name, topics), ledger.entries(brand.id), rivals, weeks)
    rank(store, brands, now)
    cases = list(_cases(store, brand.id))
    spoken = said(cases, brand.id, now - 2 * SPAN * DAY)
    return Findings(
        brand=brand,
        figures=figures,
        asked=asked(spoken),
        index=index(spoken, now),
        cases=len(spoken),
        bound=len(cases) >= MOST,
    )


def own(brands: Brands) -> list[Brand]:
    """The brands that are no other one's competitor here."""
    rivals = {other for brand in brands for other in brand.competitors}
    return [brand for brand in brands if brand.id not in rivals] or list(brands)


def _name(brands: Brands, other: str) -> str:
    there = brands.by_id.get(other)
    return there.name if there is not None else other


def _cases(store: Store, brand: str) -> Iterator[Case]:
    """The cases of a brand without their words, except for those that are sealed."""
    for pile in (Pile.WAITING, Pile.SNOOZED, Pile.DONE):
        looked, asked_for = 0, Wanted(pile=pile, brand=brand, most=_STEP)
        while looked < MOST:
            here = store.listed(asked_for)
            yield from (case for _, case in here)
            looked += len(here)
            if len(here) < _STEP:
                break
            asked_for = Wanted(pile=pile, brand=brand, most=_STEP, after=(here[-1][0], here[-1][1].id))
