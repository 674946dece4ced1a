"""What a case waits for, in a few words: a person, until it is due; or the morning of whom it answers."""

from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.case import Case, Status
from ascolta.core.hours import due
from ascolta.core.quiet import quiet_until, tongue
from ascolta.web import say
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext

DUE, OVER, NIGHT = "due", "over", "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a case waits for: `kind` is due, over (overdue) or night; `at` when that is, in seconds since 1970 UTC."""

    kind: str
    at: float
    text: str
    why: str


def wait(case: Case, brand: Brand | None, now: float) -> Wait | None:
    """What a case waits for; None if nothing is in a hurry and nobody asleep."""
    if brand is None:
        return None
    if case.status is Status.APPROVED:
        morning = quiet_until(tongue(case), case.published, now, brand.quiet)
        return None if morning is None else _night(morning)
    at = due(case, brand)
    if at is None:
        return None
    when = say.on(at)
    if at <= now:
        since = _long(now - at)
        text = _("overdue for %(long)s", long=since) if since else _("overdue")
        return Wait(kind=OVER, at=at, text=text, why=_("It was due on %(when)s", when=when))
    left = _long(at - now)
    text = _("due in %(long)s", long=left) if left else _("due now")
    return Wait(kind=DUE, at=at, text=text, why=_("It is due on %(when)s", when=when))


def _night(morning: float) -> Wait:
    until = say.clock(morning)
    why = _("It is night where this language is spoken, so the answer goes out at %(clock)s", clock=until)
    return Wait(kind=NIGHT, at=morning, text=_("waits until %(clock)s", clock=until), why=why)


def _long(seconds: float) -> str:
    """A length of time in whole units, never longer than it is; empty if it is less than a minute."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return _("%(num)s min", num=minutes) if minutes else ""
    if minutes < 48 * 60:
        return _("%(num)s h", num=minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // 1440)
