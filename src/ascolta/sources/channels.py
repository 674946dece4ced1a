"""What the brand's own channels share: whether a post of ours says just what is to be posted, and what nobody knows."""

from collections.abc import Callable

from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import Unsent

SKEW = 3_600.0
"""By how many seconds a network's clock may differ from ours: so much before its first time is looked through, too."""


def sent(send: Callable[[], str]) -> str:
    """The id of what is sent. Raises SourceError as Publisher.post does."""
    try:
        return send()
    except Unsent:
        raise
    except SourceError as error:
        raise SourceError(f"{error}; nobody knows whether it stands there", retry=False) from None


def is_same(said: str, meant: str) -> bool:
    """Whether two texts say the same: networks write spaces, markup and links in ways of their own."""
    letters = _letters(meant)
    return _letters(said) == letters if letters else said.strip() == meant.strip()


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())
