"""People outside the desk are told: what happened is queued, gathered, and told until it was told or a day is over.

Alerts are read from the store, where they already stand, so that none is lost and listening never waits for anybody. A
desk that cannot be told waits longer each time and holds up no other desk.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from ascolta.core.alert import State
from ascolta.core.brand import Brand
from ascolta.core.etiquette import Action
from ascolta.core.mention import Heard
from ascolta.core.news import letter, of_change, of_handover, of_words
from ascolta.core.plan import propose
from ascolta.core.routing import NewsKind, Notice, Ongoing, Routes, Silence, Standing, bundles, muted, notices, wait
from ascolta.desks.later import Later
from ascolta.errors import SourceError, StoreError
from ascolta.ports import Herald, Store
from ascolta.stores.notices import Notices

FRESH = 12 * 3_600.0
"""Older alerts are no news any more, in seconds; nobody is told of a day that is heard afterwards."""

CLAIMED = 300.0
"""What was claimed longer ago, in seconds, was left by a program that stopped."""

AT_ONCE = 8
"""So many desks are told at the same time."""

ESCALATION = str(NewsKind.ESCALATION)
"""Instead of a desk: whoever routes.yaml tells of escalations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything that telling needs: what waits, and for each brand its routes and who tells its desks."""

    notices: Notices
    routes: Mapping[str, Routes] = field(default_factory=dict)
    heralds: Mapping[tuple[str, str], Herald] = field(default_factory=dict)


@dataclass(slots=True)
class Round:
    """What one round did, in numbers of notices."""

    told: int = 0
    muted: int = 0
    waiting: int = 0
    failed: int = 0

    def __add__(self, other: "Round") -> "Round":
        """Both together."""
        return Round(
            told=self.told + other.told,
            muted=self.muted + other.muted,
            waiting=self.waiting + other.waiting,
            failed=self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """A Herald for one brand that queues and is done: what plans and incidents tell people by."""

    outside: Outside
    brand: str
    clock: Callable[[], float]
    kind: NewsKind = NewsKind.STEP

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Queue a message for a desk, or for those who are told of escalations; once for one key.

        Raises SourceError if there is no such desk, or nobody is told of escalations.
        """
        routes, at = self.outside.routes.get(self.brand, Routes()), self.clock()
        kind = NewsKind.ESCALATION if desk == ESCALATION else self.kind
        found = notices(routes, of_words(kind, self.brand, (subject, body), at, key), at, desk)
        if not found:
            known = f"known are {', '.join(routes.desks)}" if routes.desks else "there is none yet"
            raise SourceError(f"routes.yaml tells nobody at '{desk}'; {known}", retry=False)
        self.outside.notices.queue(found)


def gather(outside: Outside, store: Store, brands: Iterable[Brand], at: float) -> int:
    """Queue every change of an alert that is news and was not queued yet; how many notices. Raises StoreError."""
    found: list[Notice] = []
    for brand in brands:
        routes = outside.routes.get(brand.id)
        for change in store.alerts(brand.id) if routes is not None else ():
            if change.at > at - FRESH:
                plan = propose(brand.plans, change) if change.new is not State.CALM else None
                news = of_change((brand.id, brand.name), change, plan, brand.handles)
                found += notices(routes or Routes(), news, at)
    return outside.notices.queue(found)


def hand_over(
    outside: Outside, heard: Heard, brands: Mapping[str, Brand], at: float, tell: Callable[[str], None]
) -> int:
    """Queue that a batch handed cases to desks; how many notices. Never raises: what went wrong is told to `tell`."""
    if heard.newest <= at - FRESH:
        return 0
    cases = Counter(
        (mention.brand, mention.decision.desk)
        for mention in heard.mentions
        if mention.opens_case and mention.decision.action is Action.HANDOVER and mention.brand in outside.routes
    )
    found: list[Notice] = []
    for (identity, desk), count in cases.items():
        brand = (identity, brands[identity].name)
        news = of_handover(brand, desk, count, heard.newest, f"{heard.after}\0{heard.cursor}")
        found += notices(outside.routes[identity], news, at, desk)
    try:
        return outside.notices.queue(found) if found else 0
    except StoreError as error:
        tell(str(error))
        return 0


def tell_stopped(outside: Outside, store: Store, brands: Iterable[str], at: float, tell: Callable[[str], None]) -> None:
    """Tell a person that the outbox paused brands for having said too much; `tell` says it where nobody can be told."""
    for brand in brands:
        queue = Queue(outside, brand, lambda: at)
        try:
            queue.tell(ESCALATION, f"{brand}: all speaking is paused", store.paused(brand), f"stopped\0{brand}\0{at!r}")
        except (SourceError, StoreError) as error:
            tell(f"{brand}: all speaking is paused: {store.paused(brand)}. Nobody outside the desk was told: {error}")


def deliver(outside: Outside, at: float, ongoing: Sequence[Ongoing] = ()) -> Round:
    """Tell what is due, each desk on its own; `ongoing` are the incidents that are open. Raises StoreError."""
    done = Round(failed=outside.notices.tidy(at, at - CLAIMED))
    waiting = outside.notices.waiting()
    due = bundles(waiting, at)
    done.waiting = len(waiting) - sum(map(len, due))
    desks: dict[tuple[str, str], list[tuple[Notice, ...]]] = {}
    silences = [*outside.notices.silences(at), *_of_files(outside)] if due else []
    for bundle in due:
        whys = [muted(one.news, silences, ongoing, at) for one in bundle]
        for one, why in zip(bundle, whys, strict=True):
            if why:
                outside.notices.settle([one], Standing.MUTED, at, why)
                done.muted += 1
        if rest := tuple(one for one, why in zip(bundle, whys, strict=True) if not why):
            desks.setdefault((rest[0].news.brand, rest[0].desk), []).append(rest)
    if desks:
        with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(desks))) as pool:
            done = sum(pool.map(partial(_tell_desk, outside, at=at), desks.values()), done)
    return done


def _of_files(outside: Outside) -> list[Silence]:
    return [one for routes in outside.routes.values() for one in routes.silences]


def _tell_desk(outside: Outside, found: Sequence[tuple[Notice, ...]], at: float) -> Round:
    """Tell one desk its messages in order; after one that it does not take the rest wait for the next round."""
    done = Round()
    for place, bundle in enumerate(found):
        if not outside.notices.claim(bundle, at):
            continue
        standing = _tell(outside, bundle, at)
        done.told += len(bundle) if standing is Standing.TOLD else 0
        done.failed += len(bundle) if standing is Standing.FAILED else 0
        if standing is Standing.QUEUED:
            done.waiting += sum(len(rest) for rest in found[place:])
            break
    return done


def _tell(outside: Outside, bundle: tuple[Notice, ...], at: float) -> Standing:
    first = bundle[0]
    herald = outside.heralds.get((first.news.brand, first.desk))
    routes = outside.routes.get(first.news.brand, Routes())
    subject, body = letter(bundle, routes.link)
    try:
        if herald is None:
            raise SourceError(f"there is no desk '{first.desk}' in routes.yaml any more", retry=False)
        herald.tell(first.desk, subject, body, first.bundle)
    except SourceError as error:
        standing = Standing.QUEUED if error.retry else Standing.FAILED
        asked = error.after if isinstance(error, Later) else 0.0
        later = at + wait(first.tries + 1, asked) if error.retry else at
        outside.notices.settle(bundle, standing, later, str(error))
        return standing
    outside.notices.settle(bundle, Standing.TOLD, at)
    return Standing.TOLD
