"""The demo's screen: counts by decision, the desk, the risk line, and the alert with its plan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.console import ConsoleDimensions, Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ascolta.cli.show import STYLES
from ascolta.core import text
from ascolta.core.alert import AlertChange, State
from ascolta.core.case import Case
from ascolta.core.etiquette import Action
from ascolta.core.mention import Heard, Tally
from ascolta.core.plan import Plan

BARS = "▁▂▃▄▅▆▇█"
QUARTER = 900


@dataclass(slots=True)
class Day:
    """What the demo has seen so far. `share` is the part of the day that is over, 0 to 1."""

    name: str
    whole: int
    share: float = 0.0
    now: float = 0.0
    tally: Tally = field(default_factory=Tally)
    complaints: Counter[int] = field(default_factory=Counter)
    changes: list[tuple[AlertChange, Plan | None]] = field(default_factory=list)

    def hear(self, heard: Heard, share: float, changes: list[tuple[AlertChange, Plan | None]]) -> None:
        """Add what came of one batch."""
        self.share += share
        self.now = max(self.now, heard.newest)
        self.tally += heard.tally
        self.changes.extend(changes)
        for (_, stream, tick), count in heard.counts.items():
            if stream == "complaint":
                self.complaints[tick // QUARTER] += count

    @property
    def alarmed(self) -> bool:
        """Whether an alert is up."""
        return bool(self.changes) and self.changes[-1][0].new is not State.CALM


def screen(day: Day, cases: Sequence[Case], size: ConsoleDimensions) -> RenderableType:
    """One frame."""
    layout = Layout()
    height = max(6, size.height - 18)
    layout.split_column(
        Layout(_head(day), size=3),
        Layout(name="middle", size=height + 2),
        Layout(_risk(day, size.width), size=9),
    )
    layout["middle"].split_row(Layout(_decisions(day), size=40), Layout(_desk(cases, height)))
    return layout


def _head(day: Day) -> Panel:
    clock = datetime.fromtimestamp(day.now, UTC).strftime("%A %d %B, %H:%M UTC")
    row = Table.grid(expand=True, padding=(0, 2))
    row.add_column()
    row.add_column(ratio=1)
    row.add_column(justify="right")
    row.add_row(Text(day.name, "bold"), ProgressBar(completed=day.share * 100), Text(clock))
    return Panel(row, border_style="red" if day.alarmed else "dim")


def _decisions(day: Day) -> Panel:
    total = max(1, day.tally.mentions)
    table = Table.grid(padding=(0, 1))
    for action in Action:
        count = day.tally.decisions[str(action)]
        bar = "█" * round(14 * count / total)
        table.add_row(Text(str(action), STYLES[str(action)]), Text(f"{count:>5,}"), Text(bar, STYLES[str(action)]))
    notes = Text(
        f"\n{day.tally.posts:,} posts, {day.tally.mentions:,} mentions\n"
        f"{day.tally.forgotten} forgotten, {day.tally.removals} removals heeded",
        "dim",
    )
    return Panel(Group(table, notes), title="decided", title_align="left", border_style="dim")


def _desk(cases: Sequence[Case], height: int) -> Panel:
    table = Table.grid(padding=(0, 1), expand=True)
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for case in list(cases)[:height]:
        at = datetime.fromtimestamp(case.published, UTC).strftime("%H:%M")
        action = str(case.decision.action)
        if case.content is None:
            labels = ", ".join(value if name != "complaint" else name for name, value in case.labels)
            said = Text(f"sealed: {labels}", "dim italic")
        else:
            said = Text(text.shown(case.content.text))
        table.add_row(Text(at, "dim"), Text(action, STYLES[action]), Text(case.decision.rule, "dim"), said)
    return Panel(
        table,
        title=f"the desk: {len(cases)} cases, each with the rule that opened it",
        title_align="left",
        border_style="dim",
    )


def _risk(day: Day, width: int) -> Panel:
    if day.complaints:
        last = int(day.now) // QUARTER
        quarters = range(last - min(96, width - 40) + 1, last + 1)
        highest = max(day.complaints.values())
        line = "".join(
            BARS[min(7, round(7 * day.complaints[q] / highest))] if day.complaints[q] else " " for q in quarters
        )
    else:
        line = ""
    lines: list[Text] = [
        Text.assemble(("complaints per quarter hour  ", "dim"), (line, "red" if day.alarmed else "cyan"))
    ]
    for change, plan in day.changes[-2:]:
        at = datetime.fromtimestamp(change.at, UTC).strftime("%H:%M")
        style = "green" if change.new is State.CALM else "bold red"
        lines.append(Text.assemble((f"{at} {change.new}  ", style), change.why))
        if plan is not None:
            first = "; ".join(step.name for step in plan.steps[:4])
            lines.append(Text.assemble(("      plan  ", "dim"), (plan.title, "bold"), (f": {first} …", "dim")))
    if len(lines) == 1:
        lines.append(Text("calm", "green"))
    return Panel(Group(*lines), title="risk", title_align="left", border_style="red" if day.alarmed else "dim")
