"""A picture of counts over time: volume, the band of what is usual, the limit of an alarm, and the alarms; as SVG."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ascolta.core.days import iso

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 40
DRAWN = 600
"""Columns that are drawn at most; of more counts, the highest of each column is shown."""

STYLE = """<style>
text { font-size: 12px; fill: #333;
  font-family: 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', 'Liberation Sans', 'Noto Sans', sans-serif }
.title { font-size: 14px; font-weight: 600 }
.grid { stroke: #ddd; stroke-width: 1 }
.band { fill: #0f766e; fill-opacity: .18 }
.usual { fill: none; stroke: #0f766e; stroke-width: 1.2 }
.limit { fill: none; stroke: #b45309; stroke-width: 1; stroke-dasharray: 4 3 }
.volume { fill: none; stroke: #333; stroke-width: 1 }
.alert { fill: #dc2626; fill-opacity: .12 }
.rose { fill: #dc2626 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .volume { stroke: #ddd } .grid { stroke: #444 } }
</style>"""
"""Colours that differ in lightness as well, so that none has to be told apart by hue alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A count with what was usual then; `limits`: what is seen about daily, and what would raise an alarm."""

    at: float
    count: float | None
    usual: float
    limits: tuple[float, float]
    alert: bool
    rose: bool


def drawn(seen: Sequence[Seen], title: str) -> str:
    """The picture; it needs nothing else, and tells its alarms in words for those who cannot see it."""
    columns = list(_columns(seen))
    return "\n".join([*_frame(seen, columns, title), *_shapes(columns, _Scale(columns)), "</svg>", ""])


class _Scale:
    """Where times and counts lie on the picture."""

    def __init__(self, columns: Sequence[Seen]) -> None:
        self.first, last = columns[0].at, columns[-1].at
        self.length = max(1.0, last - self.first)
        self.top = max([1.0, *(max(one.count or 0.0, min(one.limits[1], 3 * one.usual)) for one in columns)])

    def x(self, at: float) -> float:
        return round(LEFT + (at - self.first) / self.length * (WIDTH - LEFT - RIGHT), 1)

    def y(self, count: float) -> float:
        """By the square root, so that ordinary days can be seen beside a crisis."""
        return round(HEIGHT - BOTTOM - math.sqrt(min(count / self.top, 1.0)) * (HEIGHT - TOP - BOTTOM), 1)


def _columns(seen: Sequence[Seen]) -> Iterator[Seen]:
    """At most so many columns as are drawn: the highest count of each, the mean of what was usual."""
    size = -(-len(seen) // DRAWN)
    for start in range(0, len(seen), size):
        part = seen[start : start + size]
        counts = [one.count for one in part if one.count is not None]
        yield Seen(
            at=part[0].at,
            count=max(counts) if counts else None,
            usual=sum(one.usual for one in part) / len(part),
            limits=(
                sum(one.limits[0] for one in part) / len(part),
                sum(one.limits[1] for one in part) / len(part),
            ),
            alert=any(one.alert for one in part),
            rose=any(one.rose for one in part),
        )


def _frame(seen: Sequence[Seen], columns: Sequence[Seen], title: str) -> Iterator[str]:
    scale = _Scale(columns)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    rose = [iso(one.at) for one in seen if one.rose]
    yield f"<title>{escape(title)}</title>"
    yield f"<desc>{escape('Alarms at ' + ', '.join(rose) if rose else 'No alarm.')}</desc>"
    yield STYLE
    yield f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>'
    for share in (0.0, 0.0625, 0.25, 1.0):
        y, count = scale.y(share * scale.top), share * scale.top
        yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        told = f"{count:,.1f}" if 0 < count < 10 else f"{count:,.0f}"
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{told}</text>'
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at = scale.first + share * scale.length
        said = iso(at).replace("T", " ").removesuffix(":00Z").removesuffix("Z")
        yield f'<text x="{scale.x(at)}" y="{HEIGHT - 14}" text-anchor="{anchor}">{said}</text>'


def _shapes(columns: Sequence[Seen], scale: _Scale) -> Iterator[str]:
    width = max(1.0, round((WIDTH - LEFT - RIGHT) / len(columns), 1))
    for one in columns:
        if one.alert:
            yield f'<path class="alert" d="M{scale.x(one.at)} {TOP}h{width}V{HEIGHT - BOTTOM}h-{width}z"/>'
    upper = [(scale.x(one.at), scale.y(one.limits[0])) for one in columns]
    lower = [(scale.x(one.at), scale.y(_mirrored(one))) for one in reversed(columns)]
    yield f'<path class="band" d="{_line([*upper, *lower])}Z"/>'
    yield f'<path class="usual" d="{_line([(scale.x(one.at), scale.y(one.usual)) for one in columns])}"/>'
    yield f'<path class="limit" d="{_line([(scale.x(one.at), scale.y(one.limits[1])) for one in columns])}"/>'
    said = [(scale.x(one.at), scale.y(one.count)) for one in columns if one.count is not None]
    yield f'<path class="volume" d="{_line(said)}"/>'
    for one in columns:
        if one.rose:
            x = scale.x(one.at)
            yield f'<path class="rose" d="M{x} {TOP + 2}l-5 -9h10z"><title>{iso(one.at)}</title></path>'


def _mirrored(one: Seen) -> float:
    """As far below what is usual as the daily limit is above it, by ratio."""
    return one.usual * (one.usual + 1) / max(one.limits[0] + 1, one.usual + 1)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) if points else "M0 0"
