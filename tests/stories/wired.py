"""The example's brand with an account on a real network: what it hears comes from there, what it says appears there."""

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ascolta import bootstrap, renewing
from ascolta.afresh import Looked, look_again
from ascolta.core.case import Status
from ascolta.core.reply import Reply, ReplyState
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

    @property
    def counted(self) -> int:
        """How many posts were counted, of all that was ever heard."""
        return sum(self.store.counts("acme", "all", 0, 1 << 40).values())

    def approves(self) -> str:
        """Two people of the desk approve the first answer that they are offered; its words."""
        template, words = self.offers("Ann")[0]
        self.does("Ann", "draft", note=words, template=template)
        for name in ("Ann", "Bob"):
            self.does(name, "approve")
        return words

    def answers_once(self) -> None:
        """Two people approve an answer; it goes out after the second, once, however often the outbox looks."""
        template, words = self.offers("Ann")[0]
        self.does("Ann", "draft", note=words, template=template)
        self.does("Ann", "approve")
        assert self.speaks().sent == 0
        self.does("Bob", "approve")
        assert [self.speaks().sent for _ in range(3)] == [1, 0, 0]
        assert self.case().status is Status.SENT

    def finds_what_was_lost(self, network: str) -> tuple[Reply, str]:
        """What was approved is said, though the outbox is not told; asking finds it. The answer, and its id there."""
        [reply] = self.store.replies(ReplyState.APPROVED)
        speaker = self.speakers[network]
        assert speaker.said(reply) is None
        number = speaker.say(reply)
        assert speaker.said(reply) == number
        return reply, number


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


def brand_weighed(folder: Path, source: str, path: str) -> Path:
    """The folder of the example's brand with one source, and an assessment of that on file."""
    made = brand_on(folder / "brand", source)
    weigh(made, path)
    return made


@contextmanager
def traceless(folder: Path, token: str, log: pytest.LogCaptureFixture, *words: str) -> Iterator[Wired]:
    """The same as `wired`, now; at the end none of these words stands in anything that was kept or logged."""
    with log.at_level(logging.DEBUG), wired(folder, token, time.time()) as made:
        yield made
        (made.folder / "store" / "log.txt").write_text(log.text, encoding="utf-8")
        assert made.holds(*words) == []


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
