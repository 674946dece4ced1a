"""The three pictures of the weekly brief: which figures are drawn, and where."""

import importlib
import importlib.util
import json
import math
from collections.abc import Sequence

from ascolta.core.brief import ENDS, EXPECTED, Brief, Day, Learnt
from ascolta.core.insight import Direction
from ascolta.core.study import figure
from ascolta.web import called
from ascolta.web.marks import (
    BLUE,
    CONFIG,
    FILLS,
    GREEN,
    GREY,
    HALF,
    INK,
    LABELS,
    LIGHT,
    ON,
    ORANGE,
    PALE,
    PLOT,
    ROW,
    WIDTH,
    Spec,
    bars,
    bounds,
    days_of,
    dots,
    line_at,
    names_of,
    number_of,
    panel,
    shade,
    shape,
    written,
)
from ascolta.web.sentences import signed
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import number, percent

FEW = 2.5
"""As how many a few cases are drawn."""

FURTHEST = 8.0
"""A change is drawn up to so many times as many; bounds beyond that end at the edge."""


def installed() -> bool:
    """Whether the extra `pictures` is there."""
    return importlib.util.find_spec("vl_convert") is not None


def pictures(brief: Brief) -> dict[str, Sequence[str]]:
    """The panels of each picture as SVG, by the part that it belongs to; none without the extra."""
    if not installed():
        return {}
    draw = importlib.import_module("ascolta.web.drawing").draw
    return {
        key: [str(draw(json.dumps({"config": CONFIG, **one}, sort_keys=True))) for one in panels]
        for key, panels in specifications(brief).items()
    }


def specifications(brief: Brief) -> dict[str, Sequence[Spec]]:
    """What is drawn; a panel that has nothing to show is left out.

    Said: people a day, and cases by what became of them. Learnt: what changed and what is asked, topic by topic, and
    the index. Behaved: what was done beside what people want, and how fast.
    """
    found = {
        "said": (_week(brief), _cases(brief)),
        "learnt": (_topics(brief.learnt), _index(brief)),
        "behaved": (_conduct(brief), _speeds(brief)),
    }
    return {key: [one for one in panels if one is not None] for key, panels in found.items()}


def _week(brief: Brief) -> Spec | None:
    """Seven bars with bounds; what is too small to show, or was not published, is said in its place."""
    if not any(one.people is not None or one.hidden for one in brief.days):
        return None
    rows = [_day(one) for one in brief.days]
    before = brief.figures.volume.before if brief.figures is not None else None
    usual = before.mean.value if before is not None and 2 * before.hidden <= before.days else None
    title = _("People a day") if usual is None else _("People a day (dashes: average of the four weeks before)")
    top = max([row["high"] for row in rows] + [usual or 0.0, 1.0])
    x = days_of("day")
    y = number_of(
        "value",
        scale={"domain": [0, 1.15 * top]},
        axis={"tickCount": 3, "format": "~s", "minExtent": 30, "maxExtent": 30},
    )
    layers = [
        shape("bar", {"color": BLUE, "width": {"band": 0.62}}, x=x, y=y),
        *bounds("y2", x=x, y=number_of("low")),
        shape("text", {"dy": -8, "fontWeight": 600}, x=x, y=number_of("high"), text={"field": "label"}),
    ]
    if usual is not None:
        look = {"color": ORANGE, "strokeDash": [5, 3], "strokeWidth": 1.8}
        layers.append({"data": {"values": [{"usual": usual}]}, **shape("rule", look, y=number_of("usual"))})
    return panel(title, (WIDTH - 38, 96), rows, layers)


def _day(one: Day) -> Spec:
    found, label = one.people, _("few") if one.hidden else "–"
    row: Spec = {"day": called.weekday(one.day), "value": 0, "low": 0, "high": 0, "label": label}
    if found is None:
        return row
    return {**row, "value": found.value, "low": found.low, "high": found.high, "label": number(found.value)}


def _cases(brief: Brief) -> Spec | None:
    """One stacked bar for each kind of case; a few are drawn narrow and without a number."""
    if all(one.cases == 0 for one in brief.met):
        return None
    whats, ends = called.whats(), called.ends()
    rows, sums = list[Spec](), list[Spec]()
    for one in brief.met:
        at = 0.0
        for end, count in zip(ENDS, one.ends, strict=True):
            wide = FEW if count is None else float(count)
            if wide:
                row: Spec = {
                    "what": whats[one.what],
                    "from": at,
                    "to": at + wide,
                    "middle": at + wide / 2,
                    "end": ends[end],
                }
                rows.append({**row, "ink": ON[end], "label": called.count(count) if count else ""})
            at += wide
        sums.append({"what": whats[one.what], "to": at, "label": called.count(one.cases)})
    top = 1.12 * max([row["to"] for row in sums] + [1.0])
    for row in rows:
        if (row["to"] - row["from"]) / top * PLOT < 7 * len(row["label"]) + 5:
            row["label"] = ""
    y, x = names_of("what", list(whats.values())), number_of("from", scale={"domain": [0, top]}, axis=None)
    legend = {"orient": "none", "legendX": -LABELS, "legendY": ROW * len(whats) + 6}
    shades = {"domain": [ends[end] for end in ENDS], "range": [FILLS[end] for end in ENDS]}
    color = {"field": "end", "type": "nominal", "scale": shades, "legend": legend}
    look, bold = {"height": 15, "stroke": GREY, "strokeWidth": 0.6}, {"align": "left", "dx": 6, "fontWeight": 600}
    layers = [
        shape("bar", look, y=y, x=x, x2={"field": "to"}, color=color),
        shape("text", {}, y=y, x=number_of("middle"), text={"field": "label"}, color=shade("ink")),
        {"data": {"values": sums}, **shape("text", bold, y=y, x=number_of("to"), text={"field": "label"})},
    ]
    return panel(_("Cases by what became of them"), (PLOT, ROW * len(whats)), rows, layers)


def _topics(found: Sequence[Learnt]) -> Spec | None:
    """For each topic a dot with bounds for the change, and a bar with bounds for what is asked."""
    if not found:
        return None
    y = names_of("topic", [called.short(one.topic) for one in found])
    size = HALF, ROW * len(found)
    title = _("× as many people as before")
    changes = panel(title, size, [_change(one) for one in found], _changes(found, y))
    asks = panel(_("Share that asks of us"), size, [_asked(one) for one in found], _asks({**y, "axis": None}))
    return {"spacing": 16, "hconcat": [changes, asks]}


def _changes(found: Sequence[Learnt], y: Spec) -> list[Spec]:
    reach = [_edge(bound) for one in found if one.change for bound in (one.change.low, one.change.high)]
    far = max([2.0, *reach, *(1 / bound for bound in reach)])
    steps = (0.25, 1, 4) if far >= 4 else (0.5, 1, 2)
    axis = written({step: number(step, (step < 1) + (step < 0.5)) for step in steps})
    x: Spec = {"type": "quantitative", "scale": {"type": "log", "domain": [1 / far, far]}, "axis": axis}
    look = {"align": "left", "dx": 4, "color": GREY}
    return [line_at(1, x), *dots(y, x), shape("text", look, y=y, x={"value": 0}, text={"field": "note"})]


def _change(one: Learnt) -> Spec:
    row: Spec = {"topic": called.short(one.topic), "note": ""}
    if one.change is None:
        return {**row, "note": _("cannot be told")}
    middle = one.change.low if math.isinf(one.change.value) else one.change.value
    low, value, high = (_edge(bound) for bound in (one.change.low, middle, one.change.high))
    clear = one.direction in (Direction.MORE, Direction.FEWER)
    fill = {Direction.MORE: ORANGE, Direction.FEWER: BLUE}.get(one.direction, LIGHT)
    return {**row, "low": low, "value": value, "high": high, "fill": fill, "line": INK if clear else GREY}


def _edge(times: float) -> float:
    """How many times as many, as far as it is drawn."""
    return min(max(times, 1 / FURTHEST), FURTHEST)


def _asks(y: Spec) -> list[Spec]:
    look = {"align": "right", "fontWeight": 600}
    return [*bars(y, HALF - 40), shape("text", look, y=y, x={"value": HALF}, text={"field": "label"})]


def _asked(one: Learnt) -> Spec:
    row: Spec = {"topic": called.short(one.topic), "label": "–"}
    if one.asks is None:
        return row
    found = one.asks
    return {**row, "value": found.value, "low": found.low, "high": found.high, "label": called.share(found)}


def _index(brief: Brief) -> Spec | None:
    """The index now and before, with bounds, from −100 to +100."""
    if brief.index is None:
        return None
    pairs = ((_("now"), brief.index.now, GREEN), (_("two weeks before"), brief.index.before, LIGHT))
    rows = [
        {"name": name, "low": one.low, "value": one.value, "high": one.high, "fill": fill, "line": INK}
        for name, one, fill in pairs
        if one is not None
    ]
    y = names_of("name", [str(row["name"]) for row in rows])
    axis = written({step: signed(step) for step in (-100, -50, 0, 50, 100)})
    x: Spec = {"type": "quantitative", "scale": {"domain": [-100, 100]}, "axis": axis}
    title = _("Reputation index: of 100 cases, good ones less bad ones")
    return panel(title, (PLOT - 12, ROW * len(rows)), rows, [line_at(0, x), *dots(y, x)])


def _conduct(brief: Brief) -> Spec:
    """Bars for what was done, and a diamond for how many people care."""
    names, rows = called.conducts(), list[Spec]()
    for one in brief.behaved:
        expected = figure(EXPECTED[one.what]).percent
        label = called.share(one.share) if one.share is not None or one.few else "–"
        row: Spec = {"what": names[one.what], "expected": expected / 100, "wants": f"◆ {percent(expected)}"}
        if one.share is not None:
            row |= {"value": one.share.value, "low": one.share.low, "high": one.share.high}
        rows.append({**row, "label": label})
    y = names_of("what", list(names.values()))
    look = {"shape": "diamond", "filled": True, "size": 70, "opacity": 1, "color": ORANGE, "stroke": INK,
            "strokeWidth": 0.9}  # fmt: skip
    bold, plain = ({"align": "right", "fontWeight": weight} for weight in (600, 400))
    layers = [
        *bars(y, PLOT - 112),
        shape("point", look, y=y, x=number_of("expected")),
        shape("text", bold, y=y, x={"value": PLOT - 54}, text={"field": "label"}),
        shape("text", plain, y=y, x={"value": PLOT}, text={"field": "wants"}),
    ]
    return panel(_("What we did, and ◆ which share of people care"), (PLOT, ROW * len(rows)), rows, layers)


def _speeds(brief: Brief) -> Spec | None:
    """Columns for how fast those who spoke to us were answered."""
    if not brief.speeds:
        return None
    names = called.speeds()
    rows: list[Spec] = [
        {"name": name, "value": value or 0.0, "label": _("few") if value is None else percent(100 * value),
         "fill": PALE if name == names[-1] else BLUE}
        for name, value in zip(names, brief.speeds, strict=True)
    ]  # fmt: skip
    top = 1.35 * max(0.01, *(value or 0.0 for value in brief.speeds))
    x, y = days_of("name", labelLimit=70), number_of("value", scale={"domain": [0, top]}, axis=None)
    look = {"width": {"band": 0.62}, "stroke": GREY, "strokeWidth": 0.6}
    layers = [
        shape("bar", look, x=x, y=y, color=shade("fill")),
        shape("text", {"dy": -8, "fontWeight": 600}, x=x, y=y, text={"field": "label"}),
    ]
    return panel(_("Of those who spoke to us, answered within"), (WIDTH - 6, 62), rows, layers)
