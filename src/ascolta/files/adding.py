"""A source written into brand.yaml as its author would: all that stands there stays, comments and order as well."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ascolta.core.brand import FileSource
from ascolta.errors import AscoltaError, FileError
from ascolta.files.live import live_source
from ascolta.files.reading import read_said, read_text

BACKUP = ".bak"
"""Follows the name of the file as it was before."""

Item = Mapping[str, str | list[str]]


def source_of(item: Item) -> FileSource:
    """The source that an item of the list `sources` is. Raises AscoltaError, which says no file."""
    try:
        [found] = read_said(Path("what was given"), "\n".join(_lines(item, "")) + "\n", "a source").items()
        return live_source(found)
    except FileError as error:
        raise AscoltaError(error.message) from None


def added(path: Path, text: str, item: Item) -> str:
    """The text of a brand.yaml with one more source. Raises FileError where that is better done by hand."""
    break_ = "\r\n" if "\r\n" in text else "\n"
    root = read_said(path, text, "a brand").node
    try:
        listed = _sources(root)
        if listed is None:
            end = "" if text.endswith("\n") or not text else break_
            found = f"{text}{end}{break_.join(['sources:', *_lines(item, '  '), ''])}"
        elif listed.flow_style:
            found = _unfolded(text, listed, item, break_)
        else:
            found = _appended(text, listed, item, break_)
        if _is_just_added(text, found, item):
            return found
    except (yaml.YAMLError, ValueError):
        pass
    said = "a source cannot be added here without changing what stands there; add it yourself, below 'sources':"
    raise FileError(path, None, f"{said} {' '.join(line.strip() for line in _lines(item, ''))}")


def add(path: Path, item: Item) -> None:
    """Write it, with the file as it was beside it. Raises FileError."""
    there = path.resolve()
    try:
        text = read_text(there)
        new = added(path, text, item)
        shutil.copy2(there, there.with_name(there.name + BACKUP))
        own = there.with_name(f"{there.name}.{os.getpid()}")
        with own.open("w", encoding="utf-8", newline="") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(there, own)
        own.replace(there)
    except OSError as error:
        raise FileError(path, None, f"cannot be written ({error.strerror}); check its rights") from None


def undo(path: Path) -> None:
    """The file as it was before the last source was added."""
    there = path.resolve()
    there.with_name(there.name + BACKUP).replace(there)


def _sources(root: yaml.Node) -> yaml.SequenceNode | None:
    """The list of sources; None if there is none yet. Raises ValueError where something else stands."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next((value for key, value in pairs if key.value == "sources"), None)
    if found is not None and not isinstance(found, yaml.SequenceNode):
        raise ValueError
    return found


def _lines(item: Item, indent: str) -> list[str]:
    """An item of a list, a key on each line."""
    said = [f"{key}: {_written(value)}" for key, value in item.items()]
    return [f"{indent}- {said[0]}", *(f"{indent}  {one}" for one in said[1:])]


def _written(value: str | list[str]) -> str:
    """A value as YAML writes it on one line, in quotation marks only where it needs them."""
    made: Any = value if isinstance(value, str) else list(value)
    said = yaml.safe_dump(made, allow_unicode=True, width=10_000, default_flow_style=True).splitlines()
    return str(said[0])


def _appended(text: str, listed: yaml.SequenceNode, item: Item, break_: str) -> str:
    """After the last line of the last item; what stands below it as a comment stays below."""
    end = _end(listed)
    if not (end and text[end - 1] == "\n"):
        line = text.find("\n", end)
        text, end = (f"{text}{break_}", len(text) + len(break_)) if line < 0 else (text, line + 1)
    made = break_.join([*_lines(item, " " * listed.start_mark.column), ""])
    return text[:end] + made + text[end:]


def _unfolded(text: str, listed: yaml.SequenceNode, item: Item, break_: str) -> str:
    """A list on one line, written with one item a line."""
    parts = [text[node.start_mark.index : node.end_mark.index] for node in listed.value]
    if any("\n" in part for part in parts) or "#" in text[listed.start_mark.index : listed.end_mark.index]:
        raise ValueError
    before, after = text[: listed.start_mark.index].rstrip(" "), text[listed.end_mark.index :]
    rest, ended, below = after.partition("\n")
    lines = [before + (f" {rest.strip()}" if rest.strip() else ""), *(f"  - {part}" for part in parts)]
    return break_.join([*lines, *_lines(item, "  "), ""]) + (below if ended else "")


def _end(node: yaml.Node) -> int:
    """Where a value ends. The ends of blocks lie where the next thing begins, so that of their last part is taken."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return int(node.end_mark.index)


def _is_just_added(old: str, new: str, item: Item) -> bool:
    """Whether a text says the same as another, and has one more source."""
    before, after = (yaml.load(text, Loader=yaml.BaseLoader) or {} for text in (old, new))  # noqa: S506 - texts only
    listed = [*before.pop("sources", []), dict(item)]
    return bool(after.pop("sources") == listed and before == after)
