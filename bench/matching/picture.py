"""The growth of cost with the number of queries, as one SVG, readable on light and on dark ground."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 880, 480, 90, 250, 50, 50
HUES = ("#d1495b", "#2e86ab", "#6a994e", "#e08e1b", "#8e5ea2", "#3aa6a0", "#b56576", "#7a7a7a", "#4f6d7a")
STYLE = """text{font:13px sans-serif;fill:#222}.grid{stroke:#8884;stroke-width:1}path{fill:none;stroke-width:2}
.title{font-size:16px;font-weight:bold}.first{stroke-width:4}@media (prefers-color-scheme:dark){text{fill:#eee}}"""
Points = Sequence[tuple[int, float]]


def drawn(title: str, lines: Mapping[str, Points]) -> str:
    """Lines of (number of queries, microseconds for one post), both axes logarithmic; the first line stands out."""
    points = [point for line in lines.values() for point in line]
    across = _Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = _Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>', *_grid(across, up)]
    ends = _spread({name: up.at(line[-1][1]) for name, line in lines.items()})
    for number, (name, line) in enumerate(lines.items()):
        hue = HUES[number % len(HUES)]
        places = [(across.at(x), up.at(y)) for x, y in line]
        path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in places)
        first = "" if number else ' class="first"'
        parts.append(f'<path d="{path}" stroke="{hue}"{first}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{hue}"/>' for x, y in places]
        x, y = places[-1]
        said = f"{escape(name)}: {_short(line[-1][1])} µs"
        parts.append(f'<path d="M{x + 6:.1f},{y:.1f} L{x + 18:.1f},{ends[name]:.1f}" stroke="{hue}" opacity="0.5"/>')
        parts.append(f'<text x="{x + 22:.1f}" y="{ends[name] + 4:.1f}">{said}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *parts, "</svg>\n"])


class _Axis:
    """Places on a logarithmic axis."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.low, self.high = low, max(high, low + 1)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _grid(across: _Axis, up: _Axis) -> list[str]:
    parts = []
    for tick in up.ticks():
        y = up.at(tick)
        parts.append(f'<path class="grid" d="M{across.start},{y:.1f} L{across.end},{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_short(tick)}</text>')
    for tick in across.ticks():
        x = across.at(tick)
        parts.append(f'<path class="grid" d="M{x:.1f},{up.start} L{x:.1f},{up.end}"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tick:,.0f}</text>')
    middle = (across.start + across.end) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">stored queries</text>')
    parts.append(f'<text x="{LEFT - 8}" y="{TOP - 10}" text-anchor="end">µs a post</text>')
    return parts


def _spread(places: Mapping[str, float]) -> dict[str, float]:
    """Heights of labels, moved apart where they would touch."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, place in sorted(places.items(), key=lambda one: one[1]):
        last = found[name] = max(place, last + 17)
    over = max(0.0, last - (HEIGHT - BOTTOM)) if found else 0.0
    return {name: place - over for name, place in found.items()}


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
