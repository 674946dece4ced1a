"""How values are written on a page."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from ascolta.core import text


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


def shown(said: str) -> str:
    """A text whose control and bidirectional characters are shown, not obeyed."""
    return text.shown(said)


def query(said: str) -> str:
    """A sentence as the query of an address."""
    return urlencode({"said": said[:300]}) if said else ""


def cookie(said: str) -> str:
    """A name as a cookie's value."""
    return quote(said.strip()[:80])
