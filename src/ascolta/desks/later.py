"""A service that asks to be left alone for a while, or that will never take one message."""

from ascolta.errors import SourceError


class Later(SourceError):
    """Nothing was told; it may be tried again after so many seconds."""

    def __init__(self, message: str, *, after: float) -> None:
        super().__init__(message, retry=True)
        self.after = after


class Unfit(SourceError):
    """This message will never be taken; another may be."""
