"""What the pictures of the weekly brief are drawn with: sizes, colours, marks and axes of Vega-Lite.

The colours are those of Okabe and Ito (2008), which people who are colour-blind tell apart; they differ in lightness,
too, so that a print in grey can be read. No text is smaller than 8.25 points.
"""

import json
from collections.abc import Sequence
from typing import Any

from ascolta.core.practice import End
from ascolta.web.tongue import percent

Spec = dict[str, Any]
"""A piece of a specification."""

WIDTH, LABELS = 440, 168
"""Pixels of a picture (3/4 of a point each) and of the names at its left."""

PLOT = WIDTH - LABELS - 6
HALF = (PLOT - 24) // 2
SIZE, ROW = 11, 21
INK, GREY, PALE, LIGHT = "#1a1a1a", "#6b6b6b", "#d9d9d9", "#ffffff"
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
FILLS = {End.ANSWERED: BLUE, End.WAITING: ORANGE, End.LEFT: PALE, End.GONE: LIGHT}
ON = {End.ANSWERED: LIGHT, End.WAITING: INK, End.LEFT: INK, End.GONE: INK}
"""In which colours the ends of cases are drawn, and what is written on them."""

CONFIG: Spec = {
    "aria": False,
    "background": None,
    "font": "Inter, Helvetica, Arial, sans-serif",
    "padding": {"left": 0, "top": 0, "right": 0, "bottom": 4},
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": SIZE, "fontWeight": 600, "color": INK, "offset": 6, "frame": "bounds"},
    "axis": {"labelFontSize": SIZE, "labelColor": INK, "title": None, "domain": False, "ticks": False,
             "gridColor": "#e6e6e6", "labelPadding": 5, "labelFlush": False},
    "legend": {"title": None, "labelFontSize": SIZE, "labelColor": INK, "symbolType": "square",
               "symbolStrokeColor": GREY, "symbolStrokeWidth": 0.6, "direction": "horizontal"},
    "text": {"fontSize": SIZE, "fill": INK},
}  # fmt: skip
_BOUNDS: Sequence[Spec] = (
    {"color": LIGHT, "strokeWidth": 4.5, "opacity": 0.75},
    {"color": INK, "strokeWidth": 1.5},
)
"""Bounds are drawn in black on a white ground, so that they show on every bar."""


def shape(kind: str, look: Spec, **encoding: Spec) -> Spec:
    """A layer: what is drawn, how it looks, and by which columns."""
    return {"mark": {"type": kind, **look}, "encoding": encoding}


def number_of(field: str, **more: object) -> Spec:
    """A column of numbers as a place."""
    return {"field": field, "type": "quantitative", **more}


def shade(field: str) -> Spec:
    """A column that holds a colour."""
    return {"field": field, "scale": None}


def names_of(field: str, names: Sequence[str]) -> Spec:
    """Names at the left, in order, in a column as wide in all pictures."""
    axis = {"minExtent": LABELS, "maxExtent": LABELS, "labelLimit": LABELS - 4, "grid": False}
    return {"field": field, "type": "nominal", "sort": list(names), "scale": {"domain": list(names)}, "axis": axis}


def days_of(field: str, **axis: object) -> Spec:
    """Names below, in the order of the rows."""
    return {"field": field, "type": "ordinal", "sort": None, "axis": {"labelAngle": 0, **axis}}


def written(steps: dict[float, str]) -> Spec:
    """An axis with these words at these places."""
    words = json.dumps({str(step): word for step, word in steps.items()})
    return {"values": list(steps), "labelExpr": f"{words}[datum.value]"}


def bounds(high: str = "x2", **encoding: Spec) -> list[Spec]:
    """Lines from `low` to `high`, along x or (y2) along y."""
    return [shape("rule", look, **encoding, **{high: {"field": "high"}}) for look in _BOUNDS]


def bars(y: Spec, wide: int) -> list[Spec]:
    """Shares from 0 to 1 as bars with bounds, within so many pixels."""
    axis = written({0: "0", 0.5: percent(50), 1: percent(100)})
    x: Spec = {"scale": {"domain": [0, 1], "range": [0, wide]}, "axis": axis}
    bar = shape("bar", {"height": 13, "color": BLUE}, y=y, x=number_of("value", **x))
    return [bar, *bounds(y=y, x=number_of("low", **x))]


def dots(y: Spec, x: Spec) -> list[Spec]:
    """Dots with bounds, each in its own colours."""
    look = {"filled": True, "size": 62, "opacity": 1, "stroke": INK, "strokeWidth": 0.8}
    line = shape("rule", {"strokeWidth": 1.8}, y=y, x={**x, "field": "low"}, x2={"field": "high"}, color=shade("line"))
    return [line, shape("point", look, y=y, x={**x, "field": "value"}, fill=shade("fill"))]


def line_at(place: float, x: Spec) -> Spec:
    """A dashed line where nothing changed."""
    look = {"color": GREY, "strokeDash": [3, 3]}
    return {"data": {"values": [{"place": place}]}, **shape("rule", look, x={**x, "field": "place"})}


def panel(title: str, size: tuple[int, int], rows: Sequence[Spec], layers: Sequence[Spec]) -> Spec:
    """One panel of a picture."""
    return {"title": title, "width": size[0], "height": size[1], "data": {"values": list(rows)}, "layer": list(layers)}
