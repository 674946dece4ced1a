"""docs/reference/commands.md: every command, argument and option, from the parsers themselves."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

from ascolta.cli import app

HELP = {"-h", "--help"}
_KINDS = {str: "text", int: "number", float: "number", Path: "path"}
"""What an option takes whose parser gives it no name."""

TOP = """\
# Commands

Every command with its arguments and options, as `--help` says it, made from the code: `make reference`. In common they
have `--help` (`-h`); most have `--json`, for scripts.

| exit code | means |
|---|---|
| 0 | all is well |
| 1 | the answer is no: a check found something |
| 2 | something could not be read or done |
| 130 | you pressed Ctrl-C |
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its words, groups before what they hold."""
    yield from _within("ascolta", typer.main.get_command(app))


def _within(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for inner in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from _within(f"{name} {inner}", command.get_command(None, inner))


def undescribed() -> list[str]:
    """Commands, arguments and options of which nothing is said."""
    found = [name for name, command in commands() if not _said(command.help)]
    for name, command in commands():
        found += [f"{name} {param.name}" for param in _params(command) if not _said(getattr(param, "help", ""))]
    return found


def page() -> str:
    """The page."""
    return "\n".join([TOP, *(line for name, command in commands() for line in _command(name, command))]).rstrip() + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    level = min(name.count(" ") + 1, 3) if name != "ascolta" else 2
    yield f"{'#' * max(level, 2)} {name}\n"
    yield f"{_said(command.help)}\n"
    params = _params(command)
    if params or not hasattr(command, "list_commands"):
        yield f"```text\n{_usage(name, command, params)}\n```\n"
    if params:
        yield "| | if left out | means |\n|---|---|---|"
        yield from (_row(param) for param in params)
        yield ""


def _params(command: Any) -> list[Any]:
    return [param for param in command.params if not set(getattr(param, "opts", ())) & HELP and not _is_hidden(param)]


def _is_hidden(param: Any) -> bool:
    return bool(getattr(param, "hidden", False))


def _usage(name: str, command: Any, params: list[Any]) -> str:
    words = [name]
    if any(param.param_type_name == "option" for param in params):
        words.append("[OPTIONS]")
    words += [_metavar(param) for param in params if param.param_type_name == "argument"]
    if hasattr(command, "list_commands"):
        words.append("COMMAND")
    return " ".join(words)


def _metavar(param: Any) -> str:
    name = param.metavar or param.name.upper()
    more = "…" if param.nargs == -1 and "…" not in name else ""
    return f"{name}{more}" if param.required or name.startswith("[") else f"[{name}{more}]"


def _row(param: Any) -> str:
    if param.param_type_name == "argument":
        shown = f"`{_metavar(param)}`"
    else:
        names = ", ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts))
        shown = f"{names} {_value(param)}".rstrip()
    means = _said(param.help).replace("|", "\\|").replace("\n", " ")
    if param.envvar:
        means += f" Also `{param.envvar}` ([Settings](settings.md))."
    return f"| {shown} | {_default(param)} | {means} |"


def _value(param: Any) -> str:
    """What stands behind an option; nothing behind a switch."""
    return "" if param.is_flag else f"*{param.metavar or _kind(param.type_descriptor.annotation)}*{_range(param)}"


def _kind(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(str(one.value) for one in annotation)
    if get_origin(annotation) is Literal:
        return " or ".join(str(one) for one in get_args(annotation))
    kind = next(iter(get_args(annotation)), annotation)
    return _KINDS.get(kind, str(getattr(kind, "__name__", kind))).upper()


def _range(param: Any) -> str:
    if param.min is None and param.max is None:
        return ""
    return f" ({param.min:,g} or more)" if param.max is None else f" ({param.min:,g} to {param.max:,g})"


def _default(param: Any) -> str:
    if param.required:
        return "**must be there**"
    shown, default = param.show_default, param.default
    if isinstance(shown, str):
        return shown
    if default in (None, "", (), []) or default is False or callable(default) or shown is False:
        return "–"
    return f"`{getattr(default, 'value', default)}`"


def _said(help_: str | None) -> str:
    """What a help says, as Markdown: lines that belong together joined, and no sign that shells would eat."""
    paragraphs = re.split(r"\n\s*\n", (help_ or "").replace("\b", "").replace("\f", "").strip())
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph.strip()) for paragraph in paragraphs)
