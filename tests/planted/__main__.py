"""`make bugs`: plants every bug, prints which test noticed it, and ends with 1 if one was not noticed."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.planted.areas import AREAS
from tests.planted.bug import Area, Bug
from tests.planted.campaign import Verdict, campaign, copied

ROOT = Path(__file__).parents[2]
DAYS = 14
"""On so many days all bugs are planted once, a part of them each day."""

out, err = Console(width=150), Console(stderr=True, width=200)


def main() -> int:
    """Run the campaign, or the part of it that was asked for."""
    asked = _asked()
    wanted = _part(_wanted(asked.area, asked.only), asked.fortnight)
    if not wanted:
        err.print("there is no such bug; see tests/planted for their names", markup=False)
        return 2
    lost = [said for _, bugs in wanted for bug in bugs if (said := _lost(bug))]
    if lost:
        err.print("\n".join(lost), markup=False, soft_wrap=True)
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ascolta-bugs-") as place:
        roots = [copied(ROOT, Path(place) / str(number)) for number in range(max(1, asked.jobs))]
        found = campaign(roots, wanted, lambda said: err.print(said, markup=False, soft_wrap=True))
    print(_markdown(found)) if asked.markdown else out.print(_table(found))  # noqa: T201 - a table to be piped
    left = [one for one in found if not one.noticed]
    took = time.monotonic() - began
    err.print(f"{len(found)} bugs, {len(found) - len(left)} noticed, {took:.0f} s, {len(roots)} at a time")
    for one in left:
        err.print(f"✗ {one.area}, {one.bug.name}: {one.said}", markup=False, soft_wrap=True)
    return 1 if left else 0


def _lost(bug: Bug) -> str:
    """Why a bug cannot be planted; empty if it can."""
    try:
        bug.planted(bug.path(ROOT).read_text(encoding="utf-8"))
    except (LookupError, OSError) as error:
        return str(error.args[0] if isinstance(error, LookupError) else error)
    return ""


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("--area", action="append", choices=[area.name for area in AREAS], help="only this area")
    parser.add_argument("--only", action="append", metavar="NAME", help="only bugs with this in their name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument(
        "--fortnight", type=int, choices=range(1, DAYS + 1), metavar="DAY", help="a part of the bugs: those of a day"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table of the documentation")
    return parser.parse_args()


def _wanted(areas: Sequence[str] | None, names: Sequence[str] | None) -> list[tuple[Area, Sequence[Bug]]]:
    found = [
        (area, [bug for bug in area.bugs if names is None or any(name in bug.name for name in names)])
        for area in AREAS
        if areas is None or area.name in areas
    ]
    return [(area, bugs) for area, bugs in found if bugs]


def _part(wanted: list[tuple[Area, Sequence[Bug]]], day: int | None) -> list[tuple[Area, Sequence[Bug]]]:
    if day is None:
        return wanted
    return [(area, bugs[day - 1 :: DAYS]) for area, bugs in wanted if bugs[day - 1 :: DAYS]]


def _table(found: Sequence[Verdict]) -> Table:
    table = Table("area", "bug", "noticed by", "s", title="one-line bugs, planted one at a time")
    for one in found:
        said = _short(one.said) + (" (wider)" if one.wide and one.noticed else "")
        table.add_row(one.area, one.bug.name, said.replace("[", "\\["), f"{one.seconds:.1f}")
    return table


def _markdown(found: Sequence[Verdict]) -> str:
    lines = []
    for area in AREAS:
        rows = [one for one in found if one.area == area.name]
        if rows:
            lines += [f"## {area.about}", "", "| bug | what it would do | noticed by |", "|---|---|---|"]
            lines += [f"| {one.bug.name} | {one.bug.harm} | `{_short(one.said)}` |" for one in rows]
            lines.append("")
    return "\n".join(lines)


def _short(test: str) -> str:
    """A test's file and name, without its parameters."""
    return test.removeprefix("tests/").partition("[")[0].replace(".py::", ": ")


if __name__ == "__main__":
    sys.exit(main())
