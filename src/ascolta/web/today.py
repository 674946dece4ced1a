"""Today: what deserves the brand's voice, what is sealed, what was left unheard."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.alert import AlertChange, State
from ascolta.core.case import Case, Status
from ascolta.core.label import Label
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Post
from ascolta.core.view import View, holds
from ascolta.errors import QueryError
from ascolta.ports import Store

AT_ONCE = 200
DONE = (Status.SENT, Status.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many mentions met one action."""

    action: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The page's figures. `error` is the sentence about a search that cannot be read, `caret` the place in it."""

    waiting: Sequence[Case]
    sealed: Sequence[Case]
    done: Sequence[Case]
    counts: Sequence[Count]
    alerts: Sequence[AlertChange]
    find: str = ""
    error: str = ""
    hidden: int = 0

    @property
    def unheard(self) -> int:
        """How many mentions were left unheard."""
        return next((count.count for count in self.counts if count.action == "silence"), 0)


def look(brands: Brands, store: Store, now: float, find: str) -> Today:
    """Everything that the page shows."""
    cases = store.cases()
    error = ""
    if find.strip():
        try:
            asked = parse(find)
            cases = [case for case in cases if holds(asked, seen(case))]
        except QueryError as wrong:
            error = str(wrong)
    waiting = [c for c in cases if c.status not in (*DONE, Status.SEALED)]
    order = sorted(waiting, key=lambda case: (case.decision.approve < 2, -case.published))
    return Today(
        waiting=order[:AT_ONCE],
        sealed=[c for c in cases if c.status is Status.SEALED][:AT_ONCE],
        done=[c for c in cases if c.status in DONE][:AT_ONCE],
        counts=_counts(brands, store),
        alerts=[change for brand in brands if (change := last_alert(store, brand.id)) is not None],
        find=find,
        error=error,
        hidden=max(0, len(waiting) - AT_ONCE),
    )


def last_alert(store: Store, brand: str) -> AlertChange | None:
    """The alert that is up now, if one is."""
    changes = store.alerts(brand)
    return changes[-1] if changes and changes[-1].new is not State.CALM else None


def pulse(brands: Brands, store: Store) -> str:
    """A value that changes when the page would."""
    cases = store.cases()
    last = max((event.at for case in cases for event in case.events), default=0.0)
    mentions = sum(count.count for count in _counts(brands, store))
    alerts = sum(len(store.alerts(brand.id)) for brand in brands)
    return f"{len(cases)}.{last:.0f}.{mentions}.{alerts}"


def seen(case: Case) -> View:
    """A case as a query sees it; of a sealed one only what the desk shows."""
    content = case.content
    labels = tuple(Label(name=name, value=value, score=1.0, by="case") for name, value in case.labels)
    post = Post(
        id="",
        content=content.text if content else "",
        network=case.network,
        brand=case.brand,
        attributed_to=Actor(handle=content.author if content else ""),
        in_reply_to=content.in_reply_to if content else None,
    )
    return View(post, labels, {"tag": frozenset({case.decision.rule, str(case.status)})})


def _counts(brands: Brands, store: Store) -> list[Count]:
    totals = {
        action: sum(sum(store.counts(brand.id, action, 0, 1 << 40).values()) for brand in brands)
        for action in ("reply", "care", "handover", "silence")
    }
    whole = max(1, sum(totals.values()))
    return [Count(action=action, count=count, share=100 * count / whole) for action, count in totals.items()]
