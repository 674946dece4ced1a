"""YAML read strictly: every value knows its line, and what is wrong is said with `file:line`."""

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import yaml

from ascolta.core.query import Query
from ascolta.errors import FileError
from ascolta.files.composing import composed
from ascolta.files.said import FILE, Said

MAX_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a file: what it is, and where. `what` is how messages call it."""

    path: str
    node: yaml.Node
    what: str

    @property
    def line(self) -> int:
        """Its line, from 1."""
        return int(self.node.start_mark.line) + 1

    def fail(self, message: str, line: int | None = None) -> NoReturn:
        """Raise FileError at this value, or at another line of the file."""
        raise FileError(self.path, line or self.line, message)

    def pairs(self) -> list[tuple[yaml.Node, "Value"]]:
        """Its keys and values, whatever the keys are. Raises FileError if it has none, or one twice."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"{self.what} must be names with values, such as 'name: …'")
        seen: set[str] = set()
        for key, _ in self.node.value:
            if str(key.value) in seen:
                self.fail(f"'{key.value}' stands twice; keep one", key.start_mark.line + 1)
            seen.add(str(key.value))
        return [(key, Value(self.path, value, f"'{key.value}'")) for key, value in self.node.value]

    def mapping(self, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> dict[str, "Value"]:
        """Its keys and values. Raises FileError for unknown, doubled and missing keys."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"{self.what} must be keys with values, such as '{(*needs, *may)[0]}: …'")
        found: dict[str, Value] = {}
        for key, value in self.node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name not in needs and name not in may:
                close = difflib.get_close_matches(name, (*needs, *may), n=1, cutoff=0.5)
                hint = f", did you mean '{close[0]}'?" if close else f"; known are {', '.join((*needs, *may))}"
                self.fail(f"unknown key '{name}'{hint}", line)
            if name in found:
                self.fail(f"'{name}' stands twice; keep one", line)
            found[name] = Value(self.path, value, f"'{name}'")
        for name in needs:
            if name not in found:
                self.fail(f"{self.what} has no '{name}'; add it")
        return found

    def items(self) -> list["Value"]:
        """Its list items. Raises FileError if it is no list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail(f"{self.what} must be a list; begin each item with '- '")
        return [Value(self.path, node, f"item {place} of {self.what}") for place, node in enumerate(self.node.value, 1)]

    def text(self) -> str:
        """Its words, not empty."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail(f"{self.what} must be a text")
        said = str(self.node.value).strip()
        if not said or self.node.tag == "tag:yaml.org,2002:null":
            self.fail(f"{self.what} is empty; write something or take it out")
        return said

    def one_line(self, most: int) -> str:
        """Its words on one line, of so many characters at the most."""
        said = " ".join(self.text().split())
        if len(said) > most:
            self.fail(f"{self.what} is longer than {most} characters; say it shorter")
        return said

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        if isinstance(self.node, yaml.ScalarNode):
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def number(self, least: float, most: float) -> float:
        """A number within bounds."""
        try:
            value = float(self.text())
        except ValueError:
            self.fail(f"{self.what} must be a number")
        if not least <= value <= most:
            self.fail(f"{self.what} must be between {least:g} and {most:g}")
        return value

    def one_of(self, known: tuple[str, ...]) -> str:
        """One of some words."""
        said = self.text()
        if said not in known:
            close = difflib.get_close_matches(said, known, n=1, cutoff=0.5)
            hint = f", did you mean '{close[0]}'?" if close else ""
            self.fail(f"{self.what} cannot be '{said}'{hint}; expected one of {', '.join(known)}")
        return said

    def yes(self) -> bool:
        """Whether it says yes, and not no."""
        return self.one_of(("yes", "no")) == "yes"

    def seconds(self) -> float:
        """A length of time: 90 s, 15 min, 2 h, 30 d."""
        said = self.text()
        number, _, unit = said.replace("min", " min").partition(" ") if " " not in said else said.partition(" ")
        sizes = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
        try:
            return float(number) * sizes[unit.strip()]
        except (KeyError, ValueError):
            self.fail(f"{self.what} must be a length of time, such as 90 s, 15 min, 2 h or 30 d")

    def moment(self) -> float:
        """A time, in seconds since 1970 UTC; one that names no zone is UTC."""
        try:
            found = datetime.fromisoformat(self.text())
        except ValueError:
            self.fail(f"{self.what} is not a time; write it as in 2026-12-01T08:00:00+01:00")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()

    def query(self) -> Query:
        """A query. Raises FileError at the line of the mistake, with its column within the query."""
        return self.said().query()

    def said(self) -> Said:
        """The text of a query, and where it stands."""
        text, start, end = self.text(), self.node.start_mark, self.node.end_mark
        return Said(
            path=self.path,
            what=self.what,
            text=text,
            whole=(start.buffer or "").rstrip("\0"),
            start=start.index,
            end=end.index,
            style=str(self.node.style or "") if isinstance(self.node, yaml.ScalarNode) else "",
        )

    def said_or_file(self) -> Said:
        """The text of a query that stands here, or in the file beside this one that `{file: …}` names."""
        if not isinstance(self.node, yaml.MappingNode):
            return self.said()
        return self._beside(self.mapping(("file",))["file"])

    def _beside(self, value: "Value") -> Said:
        name, folder = value.text(), Path(self.path).parent
        path = folder / name
        try:
            inside, there = path.resolve().is_relative_to(folder.resolve()), path.is_file()
        except (OSError, RuntimeError, ValueError):
            inside, there = True, False
        if not inside:
            value.fail(f"'{name}' lies outside of this folder; put the file beside this one")
        if not there:
            value.fail(f"there is no file '{name}' beside this one; write it, or write the query here")
        text = read_text(path).replace("\r\n", "\n")
        return Said(path=str(path), what="", text=text, whole=text, start=0, end=len(text), style=FILE)


def read(path: Path, what: str) -> Value:
    """The one value of a YAML file. Raises FileError."""
    return read_said(path, read_text(path), what)


def read_said(path: Path, text: str, what: str) -> Value:
    """The one value of a text that stands in a YAML file, or is to. Raises FileError."""
    node = composed(path, text)
    if node is None:
        raise FileError(path, 1, f"is empty; write {what} in it")
    return Value(str(path), node, what)


def read_front(path: Path, what: str) -> tuple[Value, list[str]]:
    """The values between the two lines `---` with which a page begins, and all its lines. Raises FileError."""
    lines = read_text(path).splitlines()
    end = next((n for n, line in enumerate(lines) if n and line.strip() == "---"), None)
    if not lines or lines[0].strip() != "---" or end is None:
        raise FileError(path, 1, f"must begin with {what} between two lines '---'")
    node = composed(path, "\n".join(["#", *lines[1:end]]) + "\n")
    if node is None:
        raise FileError(path, 1, f"has nothing between its two lines '---'; write {what} there")
    return Value(str(path), node, what), lines


def read_text(path: Path) -> str:
    """The text of a file of a brand's folder. Raises FileError."""
    try:
        if path.stat().st_size > MAX_SIZE:
            raise FileError(path, None, "is larger than 1 MiB; a file of rules is smaller, so this is not one")
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileError(path, None, "there is no such file; `ascolta init FOLDER` writes one to begin with") from None
    except OSError as error:
        raise FileError(path, None, f"cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileError(path, line, "is not UTF-8; save it as UTF-8") from None


def write_new(path: Path, text: str, *, then: str = "change it there", other: str = "") -> Path:
    """Write a file to begin with. Raises FileError rather than overwrite, which says what to do `then`."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FileError(path, None, f"stands already and is not overwritten; {then}") from None
    except OSError as error:
        raise FileError(path, None, f"cannot be written ({error.strerror}){other}") from None
    return path
