"""What changed after our own statements, gathered and in sentences: after them, which is not because of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ascolta.core.brand import Brand
from ascolta.core.days import iso
from ascolta.core.insight import LONGEST, WEEK, Change, Direction
from ascolta.core.insight_bounds import Estimate
from ascolta.core.insight_cases import Said
from ascolta.core.insight_statements import Response, Stage, Stated, indexed, responses, stated
from ascolta.core.reply import ReplyState
from ascolta.core.saying import mark
from ascolta.core.statement import Statement
from ascolta.errors import FileError
from ascolta.files.statements import load_statements
from ascolta.incidents import Room
from ascolta.ports import Ledger
from ascolta.stores.statements import FILE, Statements
from ascolta.web import say
from ascolta.web.sentences import restarted, signed
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import listed, number, plain

Went = Callable[[str], Sequence[Stated]]
"""What went out of a brand's statements, by the brand's id."""

HALF, TWICE = (0.45, 0.55), (1.9, 2.1)
MOST = 10.0
"""Where only a change beyond so many times as many would show, too few people spoke to tell."""

KINDS: Mapping[str, str] = {
    "holding": mark("holding statement"),
    "correction": mark("correction"),
    "apology": mark("apology"),
    "all-clear": mark("all-clear"),
}


def went_out(kept: Statements, folders: Mapping[str, Path]) -> Went:
    """Reads what went out, and in the brands' folders what it is."""

    def of(brand: str) -> Sequence[Stated]:
        there = [one for one in kept.postings(ReplyState.SENT) if one.brand == brand]
        return stated(there, _files(folders[brand]) if there and brand in folders else {})

    return of


def went_from(room: Room | None) -> Went:
    """The same of a room; without one nothing ever went out."""
    return nothing if room is None else went_out(room.statements, room.folders)


def nothing(_brand: str) -> Sequence[Stated]:
    """Where no statement was ever prepared."""
    return ()


def is_there(place: Path) -> bool:
    """Whether statements lie with a store."""
    return (place / FILE).is_file()


def answered(
    brand: Brand, ledger: Ledger | None, went: Sequence[Stated], spoken: Sequence[Said], when: tuple[float, int]
) -> list[Response]:
    """What changed after each statement of the weeks that are looked at; `when` is now and how many weeks back."""
    now, weeks = when
    entries = ledger.entries(brand.id) if ledger is not None and went else []
    if not entries:
        return []
    since = max(entry.day for entry in entries) - WEEK * (min(weeks, LONGEST) + 1)
    topics = [topic.name for topic in brand.topics]
    return [indexed(one, spoken, now) for one in responses((brand.name, topics), entries, went, since)]


def told(one: Response, brand: str) -> list[str]:
    """What changed after a statement, in sentences; `brand` is its name."""
    what = _named(one.statement)
    if one.stage is Stage.EARLY:
        return [
            _(
                "It is too early to tell what changed after %(statement)s: three whole days have to be published.",
                statement=what,
            )
        ]
    if one.stage is Stage.NEW:
        return [_("How much days vary cannot be said yet, so no change after %(statement)s is told.", statement=what)]
    if one.stage is Stage.UNPUBLISHED:
        return [_("Of the days around %(statement)s too few were published to compare.", statement=what)]
    said = [_changed(change, change.topic or brand, what) for change in one.changes]
    if one.index is not None and one.index.change is not None:
        said.append(_moved(one.index.change, what))
    if one.beside:
        said.append(_("In the days around %(statement)s %(names)s went out, too.", statement=what, names=_quoted(one)))
    if one.restarts:
        said.append(restarted(one.restarts))
    return said


def notes() -> list[str]:
    """What has to be known to read it."""
    return [
        _("After a statement is not because of it: whatever else happened in these days is in the figures, too."),
        _(
            "The three days after the day of a statement stand beside the three before; "
            "how much days vary is read off the four weeks before them."
        ),
    ]


def figures(one: Response) -> dict[str, Any]:
    """The same for scripts, without the bounds, which the report writes as it writes all others."""
    return {
        "statement": one.statement.name,
        "kind": one.statement.kind or None,
        "topic": one.statement.topic or None,
        "published": iso(one.statement.at),
        "stage": str(one.stage),
        "beside": list(one.beside),
        "restarts": one.restarts,
    }


def _files(folder: Path) -> Mapping[str, Statement]:
    """The statements of a folder; none where a file is not as it should be, which `ascolta check` says."""
    try:
        return load_statements(folder)
    except FileError:
        return {}


def _named(one: Stated) -> str:
    """A statement as it is spoken of: its name, its kind and the day on which it went out."""
    if one.kind not in KINDS:
        return _("“%(name)s” (%(day)s)", name=one.name, day=say.until(one.day))
    return _("“%(name)s” (%(kind)s, %(day)s)", name=one.name, kind=plain(KINDS[one.kind]), day=say.until(one.day))


def _quoted(one: Response) -> str:
    return listed([f"“{name}”" for name in one.beside])


def _changed(change: Change, what: str, statement: str) -> str:
    found, way = change.usual, change.direction
    values = {"what": what, "statement": statement}
    if change.now is None:
        return _("Of %(what)s too few days around %(statement)s were published to compare.", **values)
    if found is None or way is Direction.UNKNOWN or (way is Direction.UNCLEAR and change.seen > MOST):
        return _("Too few people spoke of %(what)s around %(statement)s to tell what changed.", **values)
    if way is Direction.UNCLEAR:
        return _(
            "No change could be told in how many people a day spoke of %(what)s in the three days after "
            "%(statement)s; one above %(more)s times as many, or below %(fewer)s, would have shown.",
            more=number(math.ceil(10 * change.seen) / 10, 1),
            fewer=number(math.floor(100 / change.seen) / 100, 2),
            **values,
        )
    return _clear(found, values)


def _clear(found: Estimate, values: dict[str, str]) -> str:
    """A change that the bounds leave no doubt of."""
    near = [min(abs(bound - 1), bound) for bound in (found.low, found.high) if bound > 0]
    places = 2 if min(near) < 0.1 else 1
    there = {"times": found.value, "low": found.low, "high": found.high}
    values |= {name: number(value, places) for name, value in there.items() if math.isfinite(value)}
    if math.isinf(found.high) or math.isinf(found.most):
        return _(
            "At least %(low)s times as many people a day spoke of %(what)s in the three days after %(statement)s "
            "as in the three before.",
            **values,
        )
    if found.low <= 0:
        return _(
            "At most %(high)s times as many people a day spoke of %(what)s in the three days after %(statement)s "
            "as in the three before.",
            **values,
        )
    if HALF[0] <= found.value < HALF[1]:
        return _(
            "About half as many people a day spoke of %(what)s in the three days after %(statement)s as in the three "
            "before, between %(low)s and %(high)s times.",
            **values,
        )
    if TWICE[0] <= found.value < TWICE[1]:
        return _(
            "About twice as many people a day spoke of %(what)s in the three days after %(statement)s as in the three "
            "before, between %(low)s and %(high)s times.",
            **values,
        )
    return _(
        "About %(times)s times as many people a day spoke of %(what)s in the three days after %(statement)s as in the "
        "three before, between %(low)s and %(high)s times.",
        **values,
    )


def _moved(points: Estimate, statement: str) -> str:
    """What became of the reputation index."""
    if points.low <= 0 <= points.high:
        seen = math.ceil(max(points.high - points.value, points.value - points.low))
        return _(
            "No change of the reputation index could be told in the three days after %(statement)s; "
            "one of more than %(seen)s points would have shown.",
            statement=statement,
            seen=number(seen),
        )
    values = {"points": signed(points.value), "low": signed(points.low), "high": signed(points.high)}
    return _(
        "From the three days before %(statement)s to the three after, the reputation index moved by %(points)s, "
        "between %(low)s and %(high)s.",
        statement=statement,
        **values,
    )
