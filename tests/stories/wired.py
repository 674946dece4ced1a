"""The example's brand with an account on a real network: what it hears comes from there, what it says appears there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ascolta import bootstrap, renewing
from ascolta.afresh import Looked, look_again
from ascolta.listen import listen
from ascolta.outbox import Sent, send, settle
from ascolta.ports import Lookups, Speaker
from ascolta.sources import Live
from ascolta.stores.advocates import Advocates
from ascolta.stores.statements import Statements
from ascolta.web.app import Desk, create
from tests.stories.town import Town
from tests.web.entering import browsing

VARIABLE = "ASCOLTA_TOKEN_STORY"


@dataclass
class Wired(Town):
    """A town whose people are on a network. `at` is now; nobody waits for the next time of asking."""

    live: list[Live] = field(default_factory=list)
    lookups: Lookups = lambda network: None
    speakers: dict[str, Speaker] = field(default_factory=dict)

    def hears(self) -> int:
        """Everything that there is to hear now is heard; how many cases there are then."""
        for source in self.live:
            source.every = 0.0
            for _ in listen(source, self.brands, self.store):
                pass
        return len(self.store.cases())

    def speaks(self) -> Sent:
        """A round of the outbox."""
        settle(self.store, self.speakers, self.now, after=60)
        return send(self.store, self.speakers, self.brands.by_id, self.now, self.lookups)

    def looks(self) -> Looked:
        """A second later, a round of looking again at every post that a case is about."""
        self.now += 1
        return look_again(self.store, self.lookups, self.brands.by_id, self.now, self.now)


def brand_on(folder: Path, source: str) -> Path:
    """The folder of the example's brand, with one source, which is weighed in writing as its own is."""
    shutil.copytree(bootstrap.example(), folder, ignore=shutil.ignore_patterns(".ascolta"))
    lines = (folder / "brand.yaml").read_text(encoding="utf-8").splitlines()
    begin, end = lines.index("sources:"), next(n for n, line in enumerate(lines) if line.startswith("retention"))
    told = "\n".join(lines[:begin]) + f"\nsources:\n{source}" + "\n".join(lines[end:]) + "\n"
    told = told.replace("quiet: {from: 22:00, until: 07:00}", "quiet: none")
    (folder / "brand.yaml").write_text(told, encoding="utf-8")
    return folder


def weigh(folder: Path, path: str) -> None:
    """The example's assessment, for another source."""
    text = (folder / "assessments" / "day.md").read_text(encoding="utf-8")
    (folder / "assessments" / "day.md").write_text(
        text.replace("source: day.jsonl", f"source: {path}"), encoding="utf-8"
    )


@contextmanager
def wired(folder: Path, token: str, at: float) -> Iterator[Wired]:
    """The brand of a folder, hearing and speaking by the account of a token; Ann and Bob are at its desk."""
    os.environ[VARIABLE] = token
    with ExitStack() as stack:
        stack.callback(os.environ.pop, VARIABLE)
        found = bootstrap.found(folder)
        sources = bootstrap.sources(found, [], bootstrap.Reading())
        live = [source for source in sources if isinstance(source, Live)]
        lookups, brands = bootstrap.lookups(sources), found.brands
        store = bootstrap.store(folder / "store")
        assert store.journal is not None
        advocates, statements = Advocates(folder / "store", store.journal), Statements(folder / "store", store.journal)
        made = Wired(brands, folder, store, store.journal, advocates, statements, now=at)
        made.live, made.lookups, made.speakers = live, lookups, bootstrap.speakers(sources)
        for close in (store.close, advocates.close, statements.close, *(source.close for source in live)):
            stack.callback(close)
        speech = renewing.speech(folder)
        desk = Desk(
            brands=brands, store=store, clock=lambda: made.now, speeches=lambda brand: speech, advocates=advocates,
            lookups=lookups,
        )  # fmt: skip
        app = create(desk)
        for name in ("Ann", "Bob"):
            made.people[name] = stack.enter_context(browsing(desk, app, name))
        yield made
