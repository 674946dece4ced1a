"""`ascolta lint`: replies in, what stands against saying them out."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from ascolta.cli.show import tell, write_lines
from ascolta.core.speaking import Finding, check, verdict
from ascolta.core.speaking.told import Asked, asked
from ascolta.errors import SourceError

app = typer.Typer(add_completion=False)
MAX_LINE = 1 << 20
"""Bytes of a line that are read; a longer one is no talk with a customer."""


@app.command()
def lint(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of replies; none: standard input.", metavar="[FILE]…")
    ] = None,
) -> None:
    """Check replies before they are said: JSON lines in, `{"id", "verdict", "findings"}` out.

    A line is `{"id", "lang", "brand", "thread": [{"by", "text"}], "approved_facts": […], "reply"}`; the verdict is
    `ok`, `warn` or `block`, and a finding is `{"rule", "severity", "start", "end", "why", "repair"}`, with places in
    code points of the reply. Exit code 1 if a reply is blocked, 2 if a line could not be read.
    """
    if not files and sys.stdin.isatty():
        tell("reading replies from the keyboard, one JSON object a line; end with Ctrl-D")
    lines = _Lines(files or ["-"])
    write_lines(_judged(one, lines) for one in lines)
    if lines.set_aside:
        count = "1 line was" if lines.set_aside == 1 else f"{lines.set_aside:,} lines were"
        tell(f"{count} set aside as said above; mend them in the file and run again. All others were checked.")
        raise typer.Exit(2)
    if lines.blocked:
        raise typer.Exit(1)


class _Lines:
    """The replies of some files; what cannot be read is said and counted."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self.set_aside = self.blocked = 0

    def __iter__(self) -> Iterator[Asked]:
        for path in self.paths:
            if path == "-":
                yield from self._read(sys.stdin.buffer, "standard input")
                continue
            try:
                with Path(path).open("rb") as file:
                    yield from self._read(file, path)
            except OSError as error:
                raise SourceError(f"{path}: {error.strerror or error}; check the name", retry=False) from error

    def _read(self, file: BinaryIO, path: str) -> Iterator[Asked]:
        for number, line in enumerate(_whole(file), 1):
            if not line.strip():
                continue
            try:
                yield asked(_loaded(line, first=number == 1))
            except ValueError as error:
                self.set_aside += 1
                tell(f"{path}:{number}: {error}")


def _whole(file: BinaryIO) -> Iterator[bytes]:
    """Lines, of one that is too long its beginning only."""
    while line := file.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        yield line


def _loaded(line: bytes, *, first: bool) -> dict[str, Any]:
    """The object of one line. Raises ValueError with a sentence that holds nothing of it."""
    if len(line) > MAX_LINE:
        raise ValueError(f"this line is longer than {MAX_LINE:,} bytes; give fewer turns of the thread")
    said = line.decode("utf-8", "replace")
    try:
        row = json.loads(said.removeprefix("\ufeff") if first else said)
    except (ValueError, RecursionError) as error:
        raise ValueError("this line is no JSON; write one object a line, between { and }") from error
    if not isinstance(row, dict):
        raise ValueError("this line is no JSON object; write one between { and }")
    return row


def _judged(one: Asked, lines: _Lines) -> dict[str, Any]:
    found = check(one.reply, one.talk)
    said = verdict(found)
    lines.blocked += said == "block"
    number = one.id.encode("utf-8", "replace").decode("utf-8") if isinstance(one.id, str) else one.id
    return {"id": number, "verdict": said, "findings": [_told(finding) for finding in found]}


def _told(finding: Finding) -> dict[str, Any]:
    said = asdict(finding)
    return {key: said[key] for key in ("rule", "severity", "start", "end", "why", "repair")}
