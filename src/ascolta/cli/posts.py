"""Reading posts for the commands that filter them: JSON lines or CSV, from files or standard input, streaming."""

import sys
from collections.abc import Iterator, Sequence

import typer

from ascolta.cli.show import columns, tell
from ascolta.core.post import Batch, Post
from ascolta.sources import FileSource


class Posts:
    """The posts of some files, batch by batch; `finish` ends the command with code 2 if a line was set aside."""

    def __init__(self, paths: Sequence[str], pairs: list[str] | None, *, batch: int = 1_000) -> None:
        mapped = columns(pairs)
        self.sources = [
            FileSource(path, columns=mapped, clock=None, tell=tell, batch=batch, window=0) for path in paths or ["-"]
        ]
        if not paths and sys.stdin.isatty():
            tell("reading posts from the keyboard, one JSON object a line; end with Ctrl-D")

    def batches(self) -> Iterator[Batch]:
        """The batches of all files, in order."""
        for source in self.sources:
            yield from source.batches("")

    def __iter__(self) -> Iterator[list[Post]]:
        """The posts that were published or edited, batch by batch."""
        for batch in self.batches():
            yield [event.post for event in batch.events if event.post is not None]

    @property
    def set_aside(self) -> int:
        """How many lines could not be read."""
        return sum(source.set_aside for source in self.sources)

    def finish(self) -> None:
        """End with code 2 if a line was set aside: everything else was heard."""
        end_if_set_aside(self.set_aside)


def end_if_set_aside(count: int) -> None:
    """Say how many lines were set aside, if any, and end with code 2."""
    if count:
        lines = "1 line was" if count == 1 else f"{count:,} lines were"
        tell(f"{lines} set aside as said above; mend them in the file and run again. All others were heard.")
        raise typer.Exit(2)
