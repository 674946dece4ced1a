"""What a program that runs writes down of itself: an event word with keys and values, as text or as JSON lines.

Of an error only its class and the places in the code are written, never what it says nor the values around it, and of
what other libraries log only who and where: either may hold what somebody wrote. Errors of our own are one sentence
each that names nobody, so they are told whole.
"""

import logging
import sys
import traceback
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from ascolta.core.days import iso
from ascolta.core.text import shown
from ascolta.errors import AscoltaError

OURS = "ascolta"
Raised = tuple[type[BaseException], BaseException, TracebackType | None]


class Form(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class Lines(logging.Formatter):
    """One line a record, in one of the two forms."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = {"at": iso(record.created), "level": record.levelname.lower(), "log": record.name, **told(record)}
        if self.form is Form.JSON:
            return msgspec.json.encode(said, enc_hook=str).decode()
        head = [str(said.pop(name)) for name in ("at", "level", "log", "event")]
        return shown(" ".join([*head, *(f"{name}={_worded(value)}" for name, value in said.items())]))


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What a record tells: its event and values if it is ours, else only where it comes from."""
    said: dict[str, Any] = {"event": "logged", "where": f"{record.module}:{record.lineno}"}
    if record.name.partition(".")[0] == OURS:
        said = {"event": str(record.msg), **getattr(record, "said", {})}
    if record.exc_info and record.exc_info[1] is not None:
        said.update(raised(record.exc_info))
    return said


def raised(info: Raised | Any) -> dict[str, Any]:
    """An error by its class and the places in the code; what it says only if it is ours."""
    kind, error, trace = info
    frames = [f"{Path(one.filename).name}:{one.lineno}:{one.name}" for one in traceback.extract_tb(trace)]
    said = {"error": kind.__name__, "trace": frames[-12:]}
    return {**said, "says": str(error)} if isinstance(error, AscoltaError) else said


def set_up(form: Form | None) -> None:
    """Everything that is logged goes to standard error in one form; without a form only what went wrong does."""
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(Lines(form or Form.TEXT))
    root = logging.getLogger()
    for before in list(root.handlers):
        root.removeHandler(before)
    root.addHandler(writer)
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO if form else logging.WARNING)


def _worded(value: object) -> str:
    """A value as it stands in a line: in quotes where it would fall apart."""
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return msgspec.json.encode(text).decode() if " " in text or '"' in text or not text else text
