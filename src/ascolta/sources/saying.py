"""What all share that speak on a network: whether something was sent, and whether our post says what was meant."""

from collections.abc import Callable
from typing import TypeVar

from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import Unsent

T = TypeVar("T")

SKEW = 3_600.0
"""By how many seconds a network's clock may differ from ours: so much before its first time is looked through, too."""


def sent(send: Callable[[], T]) -> T:
    """What came back of what is sent. Raises SourceError as Speaker.say does: Unsent only if nothing was."""
    try:
        return send()
    except Unsent:
        raise
    except SourceError as error:
        raise SourceError(f"{error}; nobody knows whether it stands there", retry=False) from None


def is_same(said: str, meant: str) -> bool:
    """Whether two texts say the same: networks write spaces, markup and links in ways of their own."""
    wanted = letters(meant)
    return letters(said) == wanted if wanted else said.strip() == meant.strip()


def letters(text: str) -> str:
    """What is compared of a text: its letters and digits, folded."""
    return "".join(char for char in fold(text) if char.isalnum())
