"""Figures for whoever runs Ascolta, in Prometheus' text format: names of brands, sources and actions, and numbers.

No label holds a handle, a number of a case, a path or a word of a post. The counts are exact, small ones as well: they
are for the operator, who sees the cases anyway, and are never published.
"""

import time
from collections import Counter as Counted
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ascolta.core.alert import up
from ascolta.core.mention import Brands, Heard
from ascolta.core.reply import ReplyState
from ascolta.ports import Store
from ascolta.web.shared import Shared

LOOKED_EVERY = 10.0
"""For so many seconds what was read of the store is told again: a scrape costs the desk little, however often."""

REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
STORE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0)
M = TypeVar("M")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Metrics:
    """All figures of one program that runs."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._kept: _Kept | None = None
        counter, gauge, histogram = self._made(Counter), self._made(Gauge), self._made(Histogram)
        self._posts = counter("ascolta_posts_heard", "Posts heard.", ["source"])
        self._forgotten = counter("ascolta_forgotten", "Posts forgotten for their authors' sake.", ["source"])
        self._removals = counter("ascolta_removals", "Removals heeded.", ["source"])
        self._decided = counter("ascolta_decisions", "What was decided on mentions.", ["brand", "action"])
        self._lag = gauge("ascolta_source_lag_seconds", "From a post's time to its arrival, at the last.", ["source"])
        self._heard = gauge("ascolta_source_heard_timestamp_seconds", "When a source was heard last.", ["source"])
        self._wrong = counter("ascolta_source_errors", "Errors of a source.", ["source", "error"])
        self._failed = counter("ascolta_round_errors", "Errors of what is done again and again.", ["round", "error"])
        self._asked = histogram(
            "ascolta_request_seconds", "Time of a request.", ["route", "method", "status"], buckets=REQUESTS
        )
        self._hooked = counter("ascolta_hook_events", "Events for programs outside.", ["brand", "hook", "outcome"])
        self._store = histogram("ascolta_store_seconds", "Time of a transaction.", ["act"], buckets=STORE)

    def heard(self, source: str, heard: Heard) -> None:
        """A batch was heard and kept."""
        tally = heard.tally
        self._posts.labels(source).inc(tally.posts)
        self._forgotten.labels(source).inc(tally.forgotten)
        self._removals.labels(source).inc(tally.removals)
        for brand, decisions in tally.by_brand.items():
            for action, number in decisions.items():
                self._decided.labels(brand, action).inc(number)
        if heard.newest:
            self._lag.labels(source).set(max(0.0, heard.arrived - heard.newest))

    def listened(self, source: str, at: float) -> None:
        """A source was heard to its end."""
        self._heard.labels(source).set(at)

    def source_failed(self, source: str, error: BaseException) -> None:
        """A source could not be heard."""
        self._wrong.labels(source, type(error).__name__).inc()

    def hooked(self, brand: str, hook: str, told: int, dead: int) -> None:
        """A program outside was told of events; dead ones could not be told."""
        self._hooked.labels(brand, hook, "told").inc(told)
        self._hooked.labels(brand, hook, "dead").inc(dead)

    def round_failed(self, name: str, error: BaseException) -> None:
        """Something that is done again and again went wrong."""
        self._failed.labels(name, type(error).__name__).inc()

    def asked(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the template, never the path."""
        said = method if method in METHODS else "other"
        self._asked.labels(route, said, str(status)).observe(seconds)

    def stored(self, act: str, seconds: float) -> None:
        """A transaction of the store ended."""
        self._store.labels(act).observe(seconds)

    def of_the_store(self, brands: Brands, store: Store, clock: Callable[[], float] = time.time) -> None:
        """Tell of this store as well from now on, and of no other."""
        if self._kept is not None:
            self.registry.unregister(self._kept)
        self._kept = _Kept(brands, store, clock)
        self.registry.register(self._kept)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)

    def _made(self, kind: Callable[..., M]) -> Callable[..., M]:
        return lambda *words, **more: kind(*words, **more, registry=self.registry)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What stood in the store when it was read."""

    cases: dict[tuple[str, str], int]
    replies: dict[tuple[str, str], int]
    oldest: dict[tuple[str, str], float]
    alerts: dict[str, int]


class _Kept(Collector):
    """Cases, answers and alerts, read from the store when they are asked for, but not too often."""

    def __init__(self, brands: Brands, store: Store, clock: Callable[[], float]) -> None:
        self.brands, self.store, self.clock = brands, store, clock
        self._looked = Shared(self._look, LOOKED_EVERY, clock)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Their names, without asking the store."""
        yield from self._families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each with its numbers."""
        now, looked = self.clock(), self._looked()
        cases, outbox, oldest, alerts = self._families()
        for labels, number in sorted(looked.cases.items()):
            cases.add_metric(labels, number)
        for labels, number in sorted(looked.replies.items()):
            outbox.add_metric(labels, number)
        for labels, since in sorted(looked.oldest.items()):
            oldest.add_metric(labels, max(0.0, now - since))
        for brand, number in sorted(looked.alerts.items()):
            alerts.add_metric([brand], number)
        yield from (cases, outbox, oldest, alerts)

    def _look(self) -> _Looked:
        now, cases = self.clock(), Counted[tuple[str, str]]()
        for lot in self.store.stock():
            cases[lot.brand, str(lot.status)] += lot.count
        replies, oldest = Counted[tuple[str, str]](), dict[tuple[str, str], float]()
        for reply in self.store.replies(*ReplyState):
            key = (reply.brand, str(reply.state))
            replies[key] += 1
            if reply.state in (ReplyState.APPROVED, ReplyState.SENDING):
                oldest[key] = min(oldest.get(key, now), reply.approved)
        alerts = {brand.id: int(up(self.store.alerts(brand.id)) is not None) for brand in self.brands}
        return _Looked(dict(cases), dict(replies), oldest, alerts)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, ...]:
        said = (
            ("ascolta_cases", "Cases by where they stand.", ["brand", "status"]),
            ("ascolta_outbox", "Answers by what became of them.", ["brand", "state"]),
            ("ascolta_outbox_oldest_seconds", "Age of the oldest answer that is not out yet.", ["brand", "state"]),
            ("ascolta_alert_up", "Whether an alert is up.", ["brand"]),
        )
        return tuple(GaugeMetricFamily(name, what, labels=labels) for name, what, labels in said)
