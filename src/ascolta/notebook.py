"""The door for notebooks: what was published of a brand, and how it behaves, as frames. It reads and never writes.

Nothing comes through but declared columns of published figures, of counts of cases that people opened by speaking to
the brand, and of the brand's own conduct. The keys of the store are not opened, so no word of anybody could be read.
"""

import os
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from ascolta import bootstrap
from ascolta.core import sheets, sheets_cases
from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.history import apart, around, counted, look
from ascolta.core.insight import Insight
from ascolta.core.insight_statements import Response
from ascolta.core.journal import named
from ascolta.core.ledger import Entry
from ascolta.core.practice import Practice, practice
from ascolta.core.threads import Threads, dealings
from ascolta.errors import AscoltaError
from ascolta.frames import Frame
from ascolta.sources.threads import Histories
from ascolta.stores import ledger, statements
from ascolta.stores.conduct import acted
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.labelled import Labelled
from ascolta.web import findings, response
from ascolta.web.findings import LISTED, Findings

Paths = str | os.PathLike[str]
WEEKS, DAYS = 4, 28
_KEYS = "keys.db"


def open(folder: Paths, *, store: Paths | None = None) -> "Door":  # noqa: A001 - as one opens a file, so a brand
    """What was published of the brands of a folder; `store` names their store where it lies elsewhere.

    A database in ASCOLTA_DATABASE is used as the commands use it. Raises AscoltaError where nothing was heard yet.

        with ascolta.open("my-brand") as door:
            door.topics().pandas()
    """
    place = Path(store) if store is not None else Path(folder) / bootstrap.STORE
    found = bootstrap.found(Path(folder))
    if not (place / _KEYS).is_file():
        raise AscoltaError(f"{place}: there is no store here; `ascolta listen` begins one, or name it with store=…")
    return Door(found, place)


class Door:
    """Frames of one folder's brands. To be closed, or used in a `with`."""

    def __init__(self, found: bootstrap.Found, place: Path) -> None:
        self._found, self._place = found, place
        with ExitStack() as opened:
            self._labelled = Labelled(place, bootstrap.database())
            opened.callback(self._labelled.close)
            self._ledger = ledger.read(place)
            if self._ledger is not None:
                opened.callback(self._ledger.close)
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<door to {', '.join(brand.id for brand in self._found.brands)}>"

    def close(self) -> None:
        """Let go of the files."""
        self._opened.close()

    def people(self) -> Frame:
        """People by day, of every brand that is heard here, competitors too."""
        return Frame(sheets.people(self._entries()))

    def hours(self) -> Frame:
        """People by the hour in which they were first heard."""
        return Frame(sheets.hours(self._entries()))

    def topics(self) -> Frame:
        """People by topic and day."""
        return Frame(sheets.topics(self._entries()))

    def changes(self, weeks: int = WEEKS) -> Frame:
        """The last week beside so many weeks before, of the brand and of each topic."""
        return Frame(sheets.changes(self._insights(weeks)))

    def voice(self) -> Frame:
        """Share of voice of the last week, against the competitors that brand.yaml names."""
        return Frame(sheets.voice(self._insights(WEEKS)))

    def asked(self) -> Frame:
        """Cases of the last four weeks by topic, intent and tone."""
        return Frame(sheets_cases.asked((one.brand.id, one.asked) for one in self._counted()))

    def index(self) -> Frame:
        """The reputation index, and what moved it."""
        found = [(one.brand.id, one.index) for one in self._counted()]
        return Frame(sheets_cases.index((brand, index) for brand, index in found if index is not None))

    def statements(self, weeks: int = WEEKS) -> Frame:
        """What changed after the brand's own statements of the last weeks: after them, not because of them."""
        return Frame(sheets.statements(self._responses(weeks)))

    def practice(self, days: int = DAYS) -> Frame:
        """How each brand behaved in the last days, as the journal tells it; an empty brand is all of them."""
        return Frame(sheets_cases.practice(self._practice(days)))

    def audit(self, *paths: Paths, accounts: Sequence[str] = (), labels: str = "default", checks: bool = True) -> Frame:
        """The same of any public history of posts and answers, as `ascolta audit` reads it; an empty brand is all.

        `accounts` are the brand's own, `labels` who labels; without `checks` it is not looked for personal facts and
        hand-overs in the answers. What of a file cannot be read is told as a warning.
        """
        said: list[str] = []
        histories = Histories([str(path) for path in paths], accounts, said.append)
        found = list(_history(histories, labels, checks=checks))
        for one in said:
            warnings.warn(one, stacklevel=2)
        return Frame(sheets_cases.audit(found))

    def _entries(self) -> list[Entry]:
        return [] if self._ledger is None else self._ledger.entries()

    def _own(self) -> list[Brand]:
        return findings.own(self._found.brands)

    def _insights(self, weeks: int) -> Iterator[tuple[str, Insight]]:
        if weeks < 1:
            raise AscoltaError(f"weeks={weeks}: it takes one week at least to compare with")
        for brand in self._own():
            found, _beside = findings.figured(brand, self._found.brands, self._ledger, weeks)
            if found is not None:
                yield brand.id, found

    def _counted(self) -> list[Findings]:
        now = time.time()
        return [findings.counted(brand, self._labelled.cases(brand.id, LISTED), now) for brand in self._own()]

    def _responses(self, weeks: int) -> Iterator[tuple[str, Response]]:
        if not response.is_there(self._place):
            return
        now = time.time()
        kept = statements.Statements(self._place, reading=True)
        try:
            went = response.went_out(kept, self._found.own)
            for one in self._counted():
                brand = one.brand
                for told in response.answered(brand, self._ledger, went(brand.id), one.spoken, (now, weeks)):
                    yield brand.id, told
        finally:
            kept.close()

    def _practice(self, days: int) -> Iterator[tuple[str, Practice]]:
        if not (self._place / JOURNAL).is_file():
            raise AscoltaError(f"{self._place}: there is no journal here, so nothing tells how the brand behaved")
        now, journal = time.time(), bootstrap.log(self._place)
        try:
            told = acted(journal, now - days * DAY, now)
        finally:
            journal.close()
        yield "", practice(told.of(), told.around())
        for brand in self._found.brands:
            if (name := named(brand.id)) in told.brands:
                yield brand.id, practice(told.of(name), told.around(name))


def _history(histories: Histories, labels: str, *, checks: bool) -> Iterator[tuple[str, Practice]]:
    threads = Threads(counted(histories, lambda count: None))
    if not any(threads.posts[place].ours for place in threads.places):
        names = ", ".join(Path(path).name for path in histories.paths)[:200]
        raise AscoltaError(
            f"{names or 'no file'}: no post is by the brand; name its accounts with accounts=[…], or write "
            '"by": "brand" on its lines'
        )
    looked = look(threads, bootstrap.labelling(labels), lambda count: None, checks=checks)
    dealt = list(dealings(threads, looked.marks))
    yield "", practice(dealt, around(dealt, threads, looked, checks=checks))
    for name, one in apart(threads, looked, checks=checks):
        if name:
            yield name, one
