"""Saying something once on a network that may lose the answer: it is looked for before, and after a failure."""

from collections.abc import Callable
from dataclasses import dataclass

from ascolta.core.reply import ReplyState
from ascolta.errors import SourceError

TRIES = 5

Stands = Callable[[], str | None]
"""The id under which it stands on the network, if it does. Raises SourceError if that cannot be asked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it; `at` is when that was, or for *approved* from when on it may be tried again."""

    state: ReplyState
    at: float
    note: str


def attempt(stands: Stands, say: Callable[[], str], tries: int, at: float) -> Outcome | None:
    """Say it, unless it stands there already: an earlier try may have been heard though we were told otherwise.

    Where nothing was published it may be tried again, later each time, `TRIES` times in all. None: nobody knows, as
    what was said may stand there a little later; so it stays claimed until `found` asks.
    """
    try:
        post = stands()
    except SourceError as error:
        return _later(error, tries, at)
    try:
        post = post or say()
    except SourceError as error:
        if error.retry:
            return _later(error, tries, at)
        outcome = found(stands, str(error), at)
        return outcome if error.unsent or outcome is None or outcome.state is ReplyState.SENT else None
    return Outcome(ReplyState.SENT, at, post)


def found(stands: Stands, otherwise: str, at: float) -> Outcome | None:
    """Whether it stands there: sent, or failed for the reason given; None if the network cannot be asked."""
    try:
        post = stands()
    except SourceError:
        return None
    return Outcome(ReplyState.FAILED, at, otherwise) if post is None else Outcome(ReplyState.SENT, at, post)


def _later(error: SourceError, tries: int, at: float) -> Outcome:
    if tries + 1 < TRIES:
        return Outcome(ReplyState.APPROVED, at + max(error.after, 60.0 * 2**tries), str(error))
    return Outcome(ReplyState.FAILED, at, str(error))
