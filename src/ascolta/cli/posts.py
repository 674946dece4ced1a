"""Reading posts for the commands that filter them: JSON lines or CSV, from files or standard input, streaming."""

import sys
from collections.abc import Iterator, Sequence

import typer

from ascolta.cli.show import columns, tell
from ascolta.core.post import Batch, Post
from ascolta.sources import FileSource
from ascolta.sources.plain import KEYS
from ascolta.sources.records import CutError


class Posts:
    """The posts of some files, batch by batch; `finish` ends the command with code 2 if one was lost."""

    def __init__(self, paths: Sequence[str], pairs: list[str] | None, *, batch: int = 1_000) -> None:
        mapped = columns(pairs, KEYS)
        self.sources = [
            FileSource(path, columns=mapped, clock=None, tell=tell, batch=batch, window=0) for path in paths or ["-"]
        ]
        self.is_cut = False
        if not paths and sys.stdin.isatty():
            tell("reading posts from the keyboard, one JSON object a line; end with Ctrl-D")

    def batches(self) -> Iterator[Batch]:
        """The batches of all files, in order; one that is cut is told, and read as far as it goes."""
        for source in self.sources:
            try:
                yield from source.batches("")
            except CutError as error:
                self.is_cut = True
                tell(str(error))

    def __iter__(self) -> Iterator[list[Post]]:
        """The posts that were published or edited, batch by batch."""
        for batch in self.batches():
            yield [event.post for event in batch.events if event.post is not None]

    @property
    def set_aside(self) -> int:
        """How many lines could not be read."""
        return sum(source.set_aside for source in self.sources)

    def finish(self) -> None:
        """End with code 2 if a line was set aside, or a file cut: everything else was heard."""
        end_if_set_aside(self.set_aside)
        if self.is_cut:
            raise typer.Exit(2)


AGAIN = "mend them in the file and run again"
APART = "all others were heard, so put these, mended, into a file of their own and hear that"
"""What to do with lines that were set aside: by who reads the whole file each time, and by who goes on behind them."""


def end_if_set_aside(count: int, advice: str = AGAIN) -> None:
    """Say how many lines were set aside, if any, and end with code 2."""
    if count:
        lines = "1 line was" if count == 1 else f"{count:,} lines were"
        tell(f"{lines} set aside as said above; {advice}")
        raise typer.Exit(2)
