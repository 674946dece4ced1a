"""Everything that can be plugged in, on one page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ascolta.core.alert import AlertChange
from ascolta.core.bound import Epoch
from ascolta.core.case import Case, CaseEvent, Content, Place
from ascolta.core.cells import Cell, Exact, Published
from ascolta.core.consent import Known
from ascolta.core.journal import NewEntry
from ascolta.core.label import Ask, Labels
from ascolta.core.ledger import Entry
from ascolta.core.mention import Heard, Removal
from ascolta.core.person import Person
from ascolta.core.piles import Lot, SavedView, Turned, Wanted
from ascolta.core.post import Batch, Post
from ascolta.core.reply import Reply, ReplyState
from ascolta.core.rising import Week
from ascolta.core.statement import Posting


class Source(Protocol):
    """A place that is heard. Each event is given once, oldest first; the cursor resumes without loss or repeat.

    `look_back` is for how long, in seconds, it can be heard again after an outage: what was removed during a longer one
    is not told any more.
    """

    name: str
    look_back: float

    def batches(self, after: str) -> Iterator[Batch]:
        """Batches that follow `after` (empty: from the start). Raises SourceError; `retry` says if that can help."""
        ...


class Labeller(Protocol):
    """Says something about posts, a batch at a time; deterministic, never raises on odd text."""

    name: str

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """New labels for each of `asks`, in the same order; `known` holds those of the labellers before it."""
        ...

    def because(self, ask: Ask, name: str, value: str) -> tuple[str, ...]:
        """The pieces of a text that carried a label, those that carry most first; none where that cannot be told."""
        ...


class Speaker(Protocol):
    """A network on which the brand may answer."""

    network: str

    def say(self, reply: Reply) -> str:
        """Publish a reply and return its post id.

        Raises SourceError; with retry=True nothing was published, with retry=False nobody knows.
        """
        ...

    def said(self, reply: Reply) -> str | None:
        """The post id under which this reply already stands on the network, if it does.

        Raises SourceError if the network cannot be asked.
        """
        ...


class Publisher(Protocol):
    """A channel of the brand's own, on which it may post."""

    network: str

    def post(self, posting: Posting) -> str:
        """Publish a post, once for one key, and return its id. Raises SourceError as Speaker.say does."""
        ...

    def posted(self, posting: Posting) -> str | None:
        """The id under which this post stands on the network, if it does. Raises SourceError as Speaker.said does."""
        ...


class Messenger(Protocol):
    """A network on which people who agreed to it can be written to privately."""

    network: str

    def write(self, account: str, text: str, key: str) -> str:
        """Write to one person, once for one key, and return the id of that. Raises SourceError as `say` does."""
        ...

    def written(self, key: str) -> str | None:
        """The id of the message that was written by this key, if it was."""
        ...


class Herald(Protocol):
    """Tells people outside the desk: by mail, in a chat room, at an address of the brand's own."""

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Tell one desk, under one key however often it is tried.

        Raises SourceError, with `retry` saying whether trying again can help; what it says never holds the address.
        """
        ...


class Sender(Protocol):
    """Tells a program outside of events."""

    def send(self, hook: str, said: Mapping[str, object], key: str) -> None:
        """Tell one hook of an event, once for one key. Raises SourceError as `Herald.tell` does."""
        ...


class Lookup(Protocol):
    """Asks one network again how a post stands now."""

    network: str

    def again(self, post_id: str) -> Post | None:
        """A post and its author as they are now; None: it is gone. SourceError: nothing may be said or concluded."""
        ...


Lookups = Callable[[str], Lookup | None]
"""Who asks which network; None for one that cannot be asked."""


class Journal(Protocol):
    """Where acts are written down so that nobody can rewrite them unseen. All raise StoreError.

    A store calls `append` within its own transaction, right before it commits: then no act stands without its entry.
    """

    def append(self, entries: Sequence[NewEntry]) -> range:
        """Write all of these or none; on disk before this returns. The numbers that they got."""
        ...

    def checkpoint(self, at: int) -> str:
        """Sign size and root at the second place and note that here; empty if nothing came since the last."""
        ...

    def close(self) -> None:
        """Leave nothing open."""
        ...


class Ledger(Protocol):
    """The figures that are published, with noise, and what they spent. All raise StoreError."""

    def begin(self, *epochs: Epoch) -> list[int]:
        """Open brands' days, all or none; which epoch of its day each is, from 1."""
        ...

    def add(self, run: bytes, counts: Mapping[Cell, Exact]) -> int:
        """Add to open cells; how many could not take it."""
        ...

    def close_cells(self, at: float) -> list[Published]:
        """Publish every cell that ended by this time, once and for all; those published now."""
        ...

    def add_words(self, run: bytes, brand: str, day: int, counts: Mapping[str, Exact]) -> int:
        """Add to the terms of a brand's week; how many could not be added."""
        ...

    def release(self, at: float) -> list[Week]:
        """Publish the words of every week that is over, once and for all, and destroy the others; those weeks."""
        ...

    def weeks(self, brand: str = "") -> list[Week]:
        """The weeks whose words were published, oldest first."""
        ...

    def entries(self, brand: str = "", day: int | None = None) -> list[Entry]:
        """Each brand's days, oldest first."""
        ...

    def close(self) -> None:
        """Leave nothing open."""
        ...


class Store(Protocol):
    """Where what must be kept is kept. Every method is one transaction. All raise StoreError.

    `journal` is told of every act within the act's own transaction; None tells nobody.
    """

    journal: Journal | None

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
        ...

    def heard_last(self, source: str) -> float:
        """When a source was heard last, in seconds since 1970 UTC; 0 if it never was."""
        ...

    def rewind(self, *sources: str) -> None:
        """Forget how far these sources were heard."""
        ...

    def known(self) -> Known:
        """What is remembered of people, as keyed tags."""
        ...

    def keep(self, source: str, heard: Heard) -> None:
        """Keep all that a batch calls for and move the cursor, or nothing of it.

        Raises StoreError if the cursor is no longer at `heard.after`: another listener has been there.
        """
        ...

    def cases(self, brand: str = "") -> list[Case]:
        """The cases of a brand (of all, if empty), newest first."""
        ...

    def case(self, number: int) -> Case | None:
        """One case; None if there is none, or no more."""
        ...

    def listed(self, wanted: Wanted) -> list[Turned]:
        """Some cases by their turn, without words, draft and events, but with when each was opened last, or done.

        Whose turn is not known yet is left out: `rouse` and `rank` come first.
        """
        ...

    def tallied(self, wanted: Wanted) -> int:
        """How many cases are asked for, wherever the page begins."""
        ...

    def stock(self, late: float = 0.0, unseen: float = 0.0) -> list[Lot]:
        """How many cases are kept, by brand, state (as it is listed) and rule; nothing of them is opened for it.

        It tells apart which go before the time `late`, and which were not seen to stand since `unseen`.
        """
        ...

    def some(self, numbers: Sequence[int]) -> list[Case]:
        """These cases in full, in this order; what is gone is left out."""
        ...

    def rouse(self, at: float, *, anew: bool = False) -> list[Case]:
        """Wake what slept long enough; the cases whose turn is not known, as `listed` gives them.

        `anew` gives all that wait, since how fast a desk answers may have changed in the brand's files.
        """
        ...

    def rank(self, turns: Mapping[int, float]) -> None:
        """Say the turns of cases, by number (core.piles.turn)."""
        ...

    def sign(self, at: float) -> str:
        """A value that changes whenever a case does or is overdue, and when somebody begins or ends to write."""
        ...

    def views(self) -> list[SavedView]:
        """The saved searches, by desk and name."""
        ...

    def save_view(self, view: SavedView) -> None:
        """Keep a search in place of the one of this name and desk."""
        ...

    def drop_view(self, name: str, desk: str, at: float) -> None:
        """Keep a search no longer."""
        ...

    def place(self, number: int) -> Place | None:
        """Where the post of a case stands on its network; None if there is no such case."""
        ...

    def places(self, unseen_since: float) -> list[Place]:
        """Where those posts stand that were not seen to stand since a time, oldest case first."""
        ...

    def seen(self, number: int, at: float, forbids: Sequence[str]) -> None:
        """That the post of a case was seen to stand at a time, and what it and its author forbid (core.consent.Use)."""
        ...

    def record(self, number: int, event: CaseEvent, content: Content | None = None) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved.

        `content` is the post as it was read anew; a sealed case cannot be unsealed without. Raises CaseError.
        """
        ...

    def hold(self, number: int, by: str, at: float, until: float) -> None:
        """That somebody writes the answer of a case, alone, until a time; a time that is over lets it go.

        Raises CaseError if somebody else is writing one, or no answer can be written now.
        """
        ...

    def drafted(self, brand: str, but: int = 0, most: int = 5) -> list[CaseEvent]:
        """The last drafts of a brand in other cases than one, the newest last."""
        ...

    def forget(self, removal: Removal, at: float) -> int:
        """Forget a post or a person because somebody asked for it, and clean up at once; how many cases went.

        *welcome* takes a person off the suppression list, even one who once said stop.
        """
        ...

    def person(self, network: str, account: str) -> Person:
        """All that is held of an account, named by its id or its handle."""
        ...

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come, leaving no byte of them; how many."""
        ...

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick, `since` ≤ tick < `until`; ticks without any are left out."""
        ...

    def series(self, brand: str, streams: Sequence[str], since: int, until: int) -> dict[str, dict[int, int]]:
        """The counts of several streams at once, each as `counts` has them."""
        ...

    def totals(self, brand: str) -> dict[str, int]:
        """The whole of each stream of a brand's counts, of all ticks; streams without any are left out."""
        ...

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        ...

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers, and up to which tick it has seen (`seen`); empty at first."""
        ...

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange], after: int = -1) -> bool:
        """Keep what a detector remembers, and its changes; False if it was `seen` until another time than `after`."""
        ...

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        ...

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        ...

    def claim(self, key: str, at: float = 0.0) -> Reply | None:
        """Approved → sending at a time, and committed; None if somebody else was faster, or is writing it anew."""
        ...

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason. Unsent, an edit of its post takes it."""
        ...

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        ...

    def pause(self, brand: str, why: str, at: float = 0.0) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        ...

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        ...

    def close(self) -> None:
        """Leave nothing open and nothing of the removed behind."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Somebody was sent to a provider at `url` to say who they are; the rest is what the answer must fit."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider(Protocol):
    """Who says who somebody is, in the desk's place; `name` is what people know it by."""

    name: str

    def begin(self, back: str) -> Begun:
        """Where to send somebody who is then sent to the address `back`. Raises SourceError."""
        ...

    def identity(self, begun: Begun, code: str, back: str) -> bytes:
        """Who it was, as 32 bytes that are theirs alone. Raises SourceError if the provider does not say it soundly."""
        ...
