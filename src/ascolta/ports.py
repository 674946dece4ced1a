"""Everything that can be plugged in, on one page."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from ascolta.core.alert import AlertChange
from ascolta.core.case import Case, CaseEvent
from ascolta.core.consent import Known
from ascolta.core.label import Ask, Labels
from ascolta.core.mention import Heard
from ascolta.core.post import Batch
from ascolta.core.reply import Reply, ReplyState


class Source(Protocol):
    """A place that is heard. Each event is given once, oldest first; the cursor resumes without loss or repeat."""

    name: str

    def batches(self, after: str) -> Iterator[Batch]:
        """Batches that follow the cursor `after`; an empty cursor means from the start.

        Raises SourceError, with `retry` saying whether trying again can help.
        """
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
        """Publish a reply and return its post id. Raises SourceError; with retry=True nothing was published."""
        ...

    def said(self, reply: Reply) -> str | None:
        """The post id under which this reply already stands on the network, if it does."""
        ...


class Store(Protocol):
    """Where what must be kept is kept. Every method is one transaction. All raise StoreError."""

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
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

    def record(self, number: int, event: CaseEvent) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved. Raises CaseError."""
        ...

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come, leaving no byte of them; how many."""
        ...

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick, `since` ≤ tick < `until`; ticks without any are left out."""
        ...

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        ...

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers, and up to which tick it has seen (`seen`); empty at first."""
        ...

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange]) -> None:
        """Keep what the detector remembers together with the changes that it reported."""
        ...

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        ...

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        ...

    def claim(self, key: str) -> bool:
        """Approved → sending, committed before the network is asked; False if somebody else was faster."""
        ...

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason."""
        ...

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        ...

    def pause(self, brand: str, why: str) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        ...

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        ...

    def close(self) -> None:
        """Leave nothing open and nothing of the removed behind."""
        ...
