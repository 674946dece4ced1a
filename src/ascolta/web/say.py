"""How values are written on a page."""

from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote

from ascolta.core import text
from ascolta.web.tongue import dated, listed, local, ngettext
from ascolta.web.tongue import gettext as _

EPOCH = date(1970, 1, 1).toordinal()


def clock(at: float) -> str:
    """Hour and minute, where the reader is."""
    return local(at).strftime("%H:%M")


def day(at: float) -> str:
    """Day, month and year, where the reader is."""
    return dated(local(at))


def on(at: float) -> str:
    """A day with its hour and minute, where the reader is."""
    return f"{day(at)}, {clock(at)}"


def length(minutes: int) -> str:
    """A length of time: `2 h 10 min`."""
    if minutes < 1:
        return _("under a minute")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(num)s min", num=rest)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(num)s h", num=hours)


def between(low: str, high: str) -> str:
    """From where to where something may be: `39 % to 78 %`."""
    return _("%(low)s to %(high)s", low=low, high=high)


def ago(at: float, now: float) -> str:
    """How long ago, in the largest unit that says it."""
    minutes = max(0, int((now - at) // 60))
    if minutes >= 1440:
        return ngettext("%(num)s day ago", "%(num)s days ago", minutes // 1440)
    if minutes >= 60:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes) if minutes else _("just now")


def hours(at: float, now: float) -> str:
    """How long ago in whole hours, and no closer than that."""
    count = max(0, int((now - at) // 3600))
    return ngettext("%(num)s hour ago", "%(num)s hours ago", count) if count else _("within the hour")


def until(day: int | None) -> str:
    """The last day of something that ends, as days from 1970-01-01; empty if it does not end."""
    return "" if day is None else dated(date.fromordinal(EPOCH + day))


def looking(others: Sequence[str]) -> str:
    """Who else looks at a case; empty if nobody does."""
    if not others:
        return ""
    names = listed(others)
    return ngettext("%(names)s is looking at this too.", "%(names)s are looking at this too.", len(others), names=names)


def language(labels: Iterable[tuple[str, str]]) -> str:
    """The language of a case, for the browser's spelling; empty where it cannot be told."""
    said = dict(labels).get("language", "")
    return "" if said == "und" else said


def shown(said: str) -> str:
    """A text whose control and bidirectional characters are shown, not obeyed."""
    return text.shown(said)


def cookie(said: str) -> str:
    """A name as a cookie's value."""
    return quote(said.strip()[:80])
