"""A small town of people, a brand that listens to it, and two at the brand's desk."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from fastapi.testclient import TestClient

from ascolta import bootstrap, renewing
from ascolta.core.case import Case
from ascolta.core.journal import Kind, read
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from ascolta.helping import heed, note_asked
from ascolta.listen import listen
from ascolta.outbox import Sent, send, settle
from ascolta.ports import Journal, Store
from ascolta.sources import FileSource, TwinNetwork
from ascolta.stores.advocates import Advocates
from ascolta.stores.journal import FILE, SqlJournal
from ascolta.stores.statements import Statements
from ascolta.web.app import Desk, create
from tests.web.entering import HOME, browsing

NOON = 1_795_003_200.0
OFFER = re.compile(r'class="offer">\s*<p class="words"[^>]*>(.*?)</p>.*?name="template" value="(.*?)"', re.DOTALL)


@dataclass
class Town:
    """What people say stands in a file, as a network would bring it; what the brand says stands on a twin network."""

    brands: Brands
    folder: Path
    store: Store
    journal: Journal
    advocates: Advocates
    statements: Statements
    twin: TwinNetwork = field(default_factory=lambda: TwinNetwork("x"))
    people: dict[str, TestClient] = field(default_factory=dict)
    now: float = NOON
    posts: int = 0

    @property
    def file(self) -> Path:
        """Where what people say stands."""
        return self.folder / "posts.jsonl"

    @property
    def source(self) -> FileSource:
        """The same, as it is heard."""
        return FileSource(str(self.file), clock=lambda: self.now)

    def says(self, who: str, text: str, lang: str = "en", **more: str) -> str:
        """Somebody posts something; its id."""
        self.posts += 1
        number = f"p{self.posts}"
        self._write({"id": number, "author": who, "text": text, "lang": lang, **more})
        return number

    def edits(self, number: str, who: str, text: str) -> None:
        """Somebody writes their post anew."""
        self._write({"event": "edited", "id": number, "author": who, "text": text, "lang": "en"})

    def deletes(self, number: str) -> None:
        """Somebody takes their post back."""
        self._write({"event": "removed", "id": number})

    def passes(self, seconds: float) -> None:
        """Time goes by, and what was said meanwhile is heard."""
        self.now += seconds
        for heard in listen(self.source, self.brands, self.store):
            heed(self.advocates, heard, self.brands.by_id)
        note_asked(self.store, self.advocates)
        self.store.sweep(self.now)

    def speaks(self) -> Sent:
        """A round of the outbox."""
        speakers = {"x": self.twin}
        settle(self.store, speakers, self.now, after=60)
        done = send(self.store, speakers, self.brands.by_id, self.now, bootstrap.lookups([self.source]))
        note_asked(self.store, self.advocates)
        return done

    @property
    def said(self) -> list[str]:
        """What the brand said in public, in order."""
        return list(self.twin.posts.values())

    @property
    def waiting(self) -> int:
        """How many answers are approved and not out."""
        return len(self.store.replies(ReplyState.APPROVED, ReplyState.SENDING))

    def case(self) -> Case:
        """The newest case."""
        return self.store.cases("acme")[0]

    def page(self, who: str) -> str:
        """The newest case as somebody at the desk sees it."""
        return unescape(self.people[who].get(f"/cases/{self.case().id}").text)

    def offers(self, who: str) -> list[tuple[str, str]]:
        """The drafts that somebody is offered there: template and words."""
        found = OFFER.findall(self.page(who))
        return [(template, words) for words, template in found]

    def does(self, who: str, act: str, **form: str) -> int:
        """Somebody at the desk does something with the newest case; the status of the answer."""
        number = self.case().id
        sent = self.people[who].post(f"/cases/{number}/{act}", data={"by": who, **form}, headers={"origin": HOME})
        return sent.status_code

    def holds(self, *words: str) -> list[str]:
        """Which of these words stand anywhere in what the brand keeps, in the clear."""
        kept = b"".join(path.read_bytes() for path in (self.folder / "store").rglob("*") if path.is_file())
        return [word for word in words if word.encode() in kept or word.encode("utf-16-le") in kept]

    @property
    def acts(self) -> list[str]:
        """What the journal says was done, in order, what was heard aside. Fails if anybody rewrote it."""
        with closing(SqlJournal(self.folder / "store" / FILE)) as journal:
            assert journal.audit(None).findings == ()
            entries = [read(data) for _, data in journal.entries()]
        return [str(one.kind) for one in entries if one is not None and one.kind is not Kind.HEARD]

    def _write(self, said: dict[str, str]) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"network": "x", "published": self.now, **said}) + "\n")


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """A town in which nobody has said anything yet; Ann and Bob are at the desk of the example brand."""
    (folder / "posts.jsonl").touch()
    brands = bootstrap.brands(bootstrap.example())
    store = bootstrap.store(folder / "store")
    assert store.journal is not None
    advocates, statements = Advocates(folder / "store", store.journal), Statements(folder / "store", store.journal)
    made = Town(brands, folder, store, store.journal, advocates, statements)
    speech = renewing.speech(bootstrap.example())
    desk = Desk(
        brands=brands,
        store=store,
        clock=lambda: made.now,
        speeches=lambda brand: speech,
        advocates=advocates,
        lookups=bootstrap.lookups([made.source]),
    )
    app = create(desk)
    with ExitStack() as stack:
        for opened in (store, advocates, statements):
            stack.callback(opened.close)
        for name in ("Ann", "Bob"):
            browser = stack.enter_context(browsing(desk, app, name))
            made.people[name] = browser
        yield made
