"""A page of the documentation as somebody follows it: the files that it shows, and the commands with what comes back.

A block with a title is a file: `FILE` as a whole, `FILE, above LINE` a part that comes above that line of it, `FILE,
instead of LINE` one that takes its place. In a block `console`, a line that begins with `$ ` is a command, and what
stands below it is its output: a line `…` is any number of lines, `…` within a line anything, and `[exit code N]` how it
ends. Other blocks are not followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\[exit code (\d+)\]")
_PLACE = re.compile(r"(?P<file>[^,]+)(?:, (?P<how>above|instead of) (?P<line>.+))?")
ANY = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file, or a part of one, that the page shows; `line` is where."""

    title: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, the output that the page shows, and the exit code; `line` is where."""

    words: str
    output: str
    code: int
    line: int


def steps(page: str) -> Iterator[Shown | Command]:
    """What is to be done, in order."""
    for block in _FENCE.finditer(page):
        line = page.count("\n", 0, block.start()) + 1
        if block[2]:
            yield Shown(title=block[2], text=block[3], line=line)
        elif block[1] == "console":
            yield from _commands(block[3], line)


def _commands(text: str, line: int) -> Iterator[Command]:
    assert text.startswith("$ "), f"line {line}: a console begins with a command"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        words, _, output = part.partition("\n")
        ends = _EXIT.findall(output)
        yield Command(words=words, output=_EXIT.sub("", output), code=int(ends[0]) if ends else 0, line=line)


def write(shown: Shown, folder: Path) -> None:
    """Do what a reader does with a file that is shown."""
    place = _PLACE.fullmatch(shown.title)
    assert place, f"line {shown.line}: '{shown.title}' is no place"
    path = folder / place["file"]
    if not place["how"]:
        path.write_text(shown.text, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = _found(lines, place["line"], shown)
    lines[at : at + (place["how"] == "instead of")] = shown.text.splitlines(keepends=True)
    path.write_text("".join(lines), encoding="utf-8")


def _found(lines: list[str], wanted: str, shown: Shown) -> int:
    """The line that reads so, or the only one that begins so."""
    exact = [n for n, line in enumerate(lines) if line.strip() == wanted]
    found = exact or [n for n, line in enumerate(lines) if line.strip().startswith(wanted)]
    assert len(found) == 1, f"line {shown.line}: {len(found)} lines read '{wanted}'"
    return found[0]


def fits(output: str, said: str) -> bool:
    """Whether a command said what the page shows; spaces at the ends of lines do not matter."""
    return re.fullmatch("".join(_pattern(line) for line in _lines(output)), "\n".join([*_lines(said), ""])) is not None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _pattern(line: str) -> str:
    return r"(?:.*\n)*" if line == ANY else ".*".join(re.escape(part) for part in line.split(ANY)) + "\n"
