"""Real posts with our own labels: which alarm rose when, on which stream and topic, for six airlines of 2015."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from ascolta import bootstrap
from ascolta.cli.band import HEIGHT, WIDTH, Seen, drawn
from ascolta.core.alert import AlertChange, State, Vigil
from ascolta.core.consent import Known
from ascolta.core.days import iso
from ascolta.core.detect import ReturnPeriod
from ascolta.core.label import Labels, Topic, values
from ascolta.core.mention import TICK, Brands, hear

BRANDS = Path(__file__).parents[1] / "airlines"
SHOWN = 3
"""Brands on the picture: those with most mentions."""

TOPICS = {
    "luggage": ("bag", "bags", "luggage", "baggage", "suitcase*"),
    "delay": ("delay*", "late", "on time"),
    "cancelled": ("cancel*", "cancellation*"),
    "hold": ("on hold", "hold music", "hung up", "call back", "phone", "phones"),
    "booking": ("book*", "rebook*", "reservation*", "website", "app"),
    "refund": ("refund*", "voucher*", "money back"),
    "staff": ("rude", "agent*", "crew", "attendant*", "staff", "gate agent*"),
    "weather": ("weather", "snow*", "ice", "storm*"),
}
"""Topics as an airline would name them in brand.yaml."""

HIGH = 0.85
"""The score of the limit that is drawn: once in a week."""

Counts = dict[str, Counter[int]]


@dataclass(frozen=True, slots=True)
class Told:
    """A brand's counts by stream, and its alert changes."""

    brand: str
    counts: Counts
    changes: list[AlertChange]


def told(path: Path) -> list[Told]:
    """Every brand's alarms, as its vigil would have told them live."""
    own = tuple(Topic(name=name, words=words) for name, words in TOPICS.items())
    loaded = bootstrap.brands(BRANDS)
    brands = Brands([replace(brand, topics=own) for brand in loaded], loaded.label)
    found: dict[str, Counts] = {brand.id: defaultdict(Counter) for brand in brands}
    for batch in bootstrap.Reading().source(str(path)).batches(""):
        for mention in hear(batch, brands, Known()).mentions:
            if mention.post.published is None:
                continue
            tick = int(mention.post.published // TICK * TICK)
            for stream in ("all", *_streams(mention.labels)):
                found[mention.brand][stream][tick] += 1
    return [Told(brand, counts, _watched(brand, counts)) for brand, counts in found.items() if counts]


def _streams(labels: Labels) -> list[str]:
    """Which streams beside `all` a mention counts in."""
    streams = ["negative"] if "negative" in values(labels, "polarity") else []
    streams += ["complaint"] if "yes" in values(labels, "complaint") else []
    return [*streams, *(f"topic:{topic}" for topic in values(labels, "topic"))]


def _watched(brand: str, counts: Counts) -> list[AlertChange]:
    vigil = Vigil(brand, topics=sorted(stream for stream in counts if stream.startswith("topic:")))
    ticks = range(min(counts["all"]), max(counts["all"]) + 1, TICK)
    said = (vigil.tick(at + TICK, {stream: one[at] for stream, one in counts.items()}) for at in ticks)
    return [change for change in said if change]


def topics(one: Told, change: AlertChange) -> str:
    """What the mentions of the hour before an alarm were about: the three topics with most of them."""
    end = int(change.at)
    said = {
        stream.removeprefix("topic:"): sum(count for tick, count in counts.items() if end - 3_600 <= tick < end)
        for stream, counts in one.counts.items()
        if stream.startswith("topic:")
    }
    most = sorted(said.items(), key=lambda pair: -pair[1])[:3]
    return ", ".join(f"{topic} {count}" for topic, count in most if count)


def picture(found: list[Told]) -> str:
    """Complaints of the largest brands over time, what was usual, and when an alarm rose."""
    largest = sorted(found, key=lambda one: -sum(one.counts["all"].values()))[:SHOWN]
    panels = [_panel(one) for one in largest]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT * len(panels)}" role="img">'
    inner = [
        panel.replace("<svg ", f'<svg y="{HEIGHT * n}" width="{WIDTH}" height="{HEIGHT}" ', 1)
        for n, panel in enumerate(panels)
    ]
    return "\n".join([head, *inner, "</svg>", ""])


def _panel(one: Told) -> str:
    detector, counts, up, seen = ReturnPeriod(TICK), one.counts["complaint"], False, []
    changes = {change.at: change.new is State.ALERT for change in one.changes}
    for tick in range(min(one.counts["all"]), max(one.counts["all"]) + 1, TICK):
        detector.update(tick + TICK, counts[tick])
        rose = changes.get(tick + TICK)
        up = up if rose is None else rose
        limits = (detector.reaches(0.0) / 3, detector.reaches(HIGH) / 3)
        usual = detector.expected / 3
        seen.append(Seen(at=tick, count=counts[tick], usual=usual, limits=limits, alert=up, rose=bool(rose)))
    return drawn(seen, f"{one.brand}: complaints in 5 minutes, and its alarms on any stream")


def lines(one: Told) -> list[tuple[str, str, str, str, str]]:
    """Each alarm as a row of the table: brand, when, stream, why, topics; and when it was over."""
    rows = []
    for n, change in enumerate(one.changes):
        if change.new is State.ALERT:
            over = next((iso(later.at)[5:16] for later in one.changes[n + 1 :]), "still up")
            when = iso(change.at)[5:16]
            rows.append(
                (one.brand, f"{when} to {over}".replace("T", " "), change.stream, change.why, topics(one, change))
            )
    return rows
