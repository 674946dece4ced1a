"""The pages of the desk, in the order in which they stand in its menu."""

from collections.abc import Collection, Sequence

from ascolta.core.people import Member, Right
from ascolta.web.tongue import gettext as _

Entry = tuple[str, str]
"""A path and its title."""


def menu(paths: Collection[str], member: Member | None) -> Sequence[Entry]:
    """The entries that somebody may open, of those whose page is there."""
    if member is None:
        return ()
    return [(path, title) for path, title, right in _entries() if path in paths and member.may(right)]


def _entries() -> Sequence[tuple[str, str, Right]]:
    return (
        ("/", _("Today"), Right.LOOK),
        ("/cases", _("Cases"), Right.LOOK),
        ("/risk", _("Risk"), Right.LOOK),
        ("/insight", _("Insight"), Right.LOOK),
        ("/practice", _("Practice"), Right.LOOK),
        ("/survey", _("Survey"), Right.LOOK),
        ("/advocates", _("Advocates"), Right.LOOK),
        ("/etiquette", _("Etiquette"), Right.LOOK),
        ("/privacy", _("Privacy"), Right.LOOK),
        ("/opt-out", _("Opt-outs"), Right.OPT_OUT),
        ("/people", _("People"), Right.PEOPLE),
        ("/settings", _("Settings"), Right.LOOK),
    )
