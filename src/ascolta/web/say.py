"""How values are written on a page."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from ascolta.core import text
from ascolta.core.days import written


def clock(at: float) -> str:
    """Hour and minute, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M")


def day(at: float) -> str:
    """Day and month, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y")


def ago(at: float, now: float) -> str:
    """How long ago, in the largest unit that says it."""
    minutes = max(0, int((now - at) // 60))
    for size, one, many in ((1440, "day", "days"), (60, "hour", "hours"), (1, "minute", "minutes")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {one if count == 1 else many} ago"
    return "just now"


def hours(at: float, now: float) -> str:
    """How long ago in whole hours, and no closer than that."""
    count = max(0, int((now - at) // 3600))
    return "within the hour" if count == 0 else f"{count} {'hour' if count == 1 else 'hours'} ago"


def until(day: int | None) -> str:
    """The last day of something that ends, as days from 1970-01-01; empty if it does not end."""
    return "" if day is None else written("date", day)


def language(labels: Iterable[tuple[str, str]]) -> str:
    """The language of a case, for the browser's spelling; empty where it cannot be told."""
    said = dict(labels).get("language", "")
    return "" if said == "und" else said


def shown(said: str) -> str:
    """A text whose control and bidirectional characters are shown, not obeyed."""
    return text.shown(said)


def query(said: str) -> str:
    """A sentence as the query of an address."""
    return urlencode({"said": said[:300]}) if said else ""


def cookie(said: str) -> str:
    """A name as a cookie's value."""
    return quote(said.strip()[:80])
