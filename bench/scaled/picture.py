"""Posts a second by the number of workers, as one SVG, readable on light and on dark ground."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from bench.matching.picture import HUES, STYLE

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 880, 480, 90, 270, 50, 50
APART = 17
"""Between two labels, at least."""
Points = Sequence[tuple[int, float]]


def drawn(title: str, lines: Mapping[str, Points]) -> str:
    """Lines of (workers, posts a second), both axes logarithmic; the first line stands out."""
    points = [point for line in lines.values() for point in line]
    across = (1.0, float(max(x for x, _ in points)))
    up = (
        10 ** math.floor(math.log10(min(y for _, y in points))),
        10 ** math.ceil(math.log10(max(y for _, y in points))),
    )
    parts = [f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>', *_grid(across, up)]
    ends = _apart([_y(line[-1][1], up) for line in lines.values()])
    for number, (name, line) in enumerate(lines.items()):
        hue, places = HUES[number % len(HUES)], [(_x(x, across), _y(y, up)) for x, y in line]
        first = "" if number else ' class="first"'
        parts.append(f'<path d="M{" L".join(f"{x:.1f},{y:.1f}" for x, y in places)}" stroke="{hue}"{first}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{hue}"/>' for x, y in places]
        x, y = places[-1]
        parts.append(f'<path d="M{x + 6:.1f},{y:.1f} L{x + 18:.1f},{ends[number]:.1f}" stroke="{hue}" opacity="0.5"/>')
        parts.append(f'<text x="{x + 22:.1f}" y="{ends[number] + 4:.1f}">{escape(name)}: {line[-1][1]:,.0f}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *parts, "</svg>\n"])


def _x(value: float, across: tuple[float, float]) -> float:
    return LEFT + math.log(value / across[0]) / math.log(across[1] / across[0]) * (WIDTH - RIGHT - LEFT)


def _y(value: float, up: tuple[float, float]) -> float:
    return HEIGHT - BOTTOM - math.log(value / up[0]) / math.log(up[1] / up[0]) * (HEIGHT - BOTTOM - TOP)


def _grid(across: tuple[float, float], up: tuple[float, float]) -> list[str]:
    parts, tick = [], up[0]
    while tick <= up[1] * 1.001:
        y = _y(tick, up)
        parts.append(f'<path class="grid" d="M{LEFT},{y:.1f} L{WIDTH - RIGHT},{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:,.0f}</text>')
        tick *= 10
    for count in (1, 2, 5, 10, 20, 50, 100, 200):
        if count <= across[1]:
            x = _x(count, across)
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{count}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">workers</text>')
    parts.append(f'<text x="8" y="{TOP - 10}">posts a second</text>')
    return parts


def _apart(places: Sequence[float]) -> list[float]:
    """Heights of labels, moved apart where they would touch."""
    found, last = dict[int, float](), -math.inf
    for number in sorted(range(len(places)), key=places.__getitem__):
        last = found[number] = max(places[number], last + APART)
    return [found[number] for number in range(len(places))]
