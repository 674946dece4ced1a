"""How a network stands that is heard live: its error, its requests, its streams, the opt-outs that it can tell.

It is read from what the listening holds in memory; no network is asked for it, and nothing of any post is in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ascolta.core.sourcing import Declared
from ascolta.sources import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`error` and `findings` are in the words of the program, without a name of anybody; `rest` in seconds.

    `left` and `limit` are requests, None where the network does not say; `waiting` what its streams told and nobody
    took yet; `breaks` how often they broke since the start, None without streams.
    """

    declared: Declared
    error: str = ""
    trouble: str = ""
    findings: Sequence[str] = ()
    left: int | None = None
    limit: int | None = None
    rest: float = 0.0
    waiting: int = 0
    breaks: int | None = None
    set_aside: int = 0


def standing(live: Live, now: float) -> Standing:
    """How one source stands now."""
    network, budget = live.network, live.network.budget
    streams = list(live.streams)
    broken = [said for one in streams if (said := getattr(one, "error", None)) is not None]
    return Standing(
        declared=network.declared,
        error=str(live.error) if live.error is not None else "",
        trouble=str(live.trouble or (broken[0] if broken else "")),
        findings=tuple(live.findings),
        left=budget.left,
        limit=budget.limit,
        rest=budget.rest(now),
        waiting=sum(getattr(one, "waiting", 0) for one in streams),
        breaks=sum(getattr(one, "breaks", 0) for one in streams) if streams else None,
        set_aside=live.set_aside,
    )


class Gauges(Collector):
    """The same as figures, by source."""

    def __init__(self, live: Mapping[str, Live]) -> None:
        self.live = live

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each with its numbers, as they are now; what a network does not say has none."""
        up, left, breaks, waiting, unread, aside = families = self._families()
        for name, one in sorted(self.live.items()):
            stands = standing(one, one.chance.clock())
            up.add_metric([name], 0.0 if stands.error else 1.0)
            if stands.left is not None:
                left.add_metric([name], stands.left)
            if stands.breaks is not None:
                breaks.add_metric([name], stands.breaks)
                waiting.add_metric([name], stands.waiting)
            unread.add_metric([name], len(stands.declared.unread))
            aside.add_metric([name], stands.set_aside)
        yield from families

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Their names."""
        yield from self._families()

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, ...]:
        said = (
            ("ascolta_source_up", "Whether a network could be asked the last time."),
            ("ascolta_source_requests_left", "Requests that a network allows until it allows more."),
            ("ascolta_source_stream_breaks", "How often the streams of a network broke since the start."),
            ("ascolta_source_waiting", "Events that a network's streams told and nobody took yet."),
            ("ascolta_source_opt_outs_unread", "Opt-out signals of a network's format that are not read."),
            ("ascolta_source_set_aside", "Posts of a network that could not be read since the start."),
        )
        return tuple(GaugeMetricFamily(name, what, labels=["source"]) for name, what in said)
