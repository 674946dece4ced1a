"""The one value of a YAML text, as nodes that know their places.

libyaml is several times as fast as the reader that PyYAML has in Python. Where it refuses a text, and where the two
would read one in different ways, that other one is asked, so that what is wrong is said in its words.
"""

from pathlib import Path

import yaml
from yaml.composer import Composer

from ascolta.errors import FileError

MAX_DEPTH = 20
_LOOK = "look at indentation, colons and quotation marks"
_HINTS = {
    "a tab": "indent with spaces",
    "character '@'": "a text that begins with @ stands between ' and '",
    "<block end>, but found '<scalar>'": "a text that begins with a quotation mark stands between ' and '",
}
_DIFFERENT = ("\t", "\ufeff", "\x85", "\u2028", "\u2029")
"""Characters that the two take differently, as they do the end of a text without a line end."""


class _Strictly(Composer):
    """Reads one value in one go; what is nested too deep or stands elsewhere is refused where it begins."""

    path: Path
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One value. Raises FileError."""
        event = self.peek_event()  # type: ignore[attr-defined]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FileError(self.path, _line(event), "aliases (& and *) are not understood; write it out")
        self.depth += 1
        if self.depth > MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
            raise FileError(self.path, _line(event), f"is nested deeper than {MAX_DEPTH}; simplify it")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Plain(_Strictly, yaml.SafeLoader):
    """By the reader in Python."""

    def __init__(self, path: Path, text: str) -> None:
        yaml.SafeLoader.__init__(self, text)
        self.path = path


if yaml.__with_libyaml__:

    class _Quick(_Strictly, yaml.CSafeLoader):
        """By libyaml, whose places do not know the text that they are in."""

        def __init__(self, path: Path, text: str) -> None:
            yaml.CSafeLoader.__init__(self, text)
            Composer.__init__(self)
            self.path, self.text = path, text

        def compose_scalar_node(self, anchor: dict[str, yaml.Node]) -> yaml.ScalarNode:
            """One text, with a place that does."""
            node = super().compose_scalar_node(anchor)
            at = node.start_mark
            node.start_mark = yaml.Mark(at.name, at.index, at.line, at.column, self.text, at.index)
            return node


def composed(path: Path, text: str) -> yaml.Node | None:
    """The one value of a text; None if there is none. Raises FileError."""
    if yaml.__with_libyaml__ and text.endswith("\n") and not any(sign in text for sign in _DIFFERENT):
        try:
            return _node(_Quick(path, text))
        except (yaml.YAMLError, UnicodeEncodeError):
            pass
    return _plainly(path, text)


def _plainly(path: Path, text: str) -> yaml.Node | None:
    try:
        return _node(_Plain(path, text))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise FileError(path, line, "holds a character that no text file should; take it out") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = (error.problem or "it cannot be read").replace("\\t", "a tab")
        hint = next((way for sign, way in _HINTS.items() if sign in said), _LOOK)
        raise FileError(path, mark.line + 1 if mark else 1, f"is not YAML: {said}; {hint}") from None


def _node(loader: "_Plain | _Quick") -> yaml.Node | None:
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1
