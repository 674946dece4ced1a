"""What kind of risk it is, in plain words: figures and the brand's own names for its topics, and nothing personal."""

from ascolta.core.risk import Organised, Risk
from ascolta.core.watching.growth import Speed, Trend

FAST = 5.0
"""Minutes of a tick; that something doubles faster than this is said so."""

LONG = 600.0
"""That something doubles more slowly than in so many minutes is all that is said of it."""

HOURS = 90.0
"""From so many minutes on a length of time is said in hours."""


def sentence(risk: Risk) -> str:
    """All of it, as said beside an alarm; the grade comes first."""
    parts = (graded(risk), driven(risk), moving(risk.speed), expected(risk.speed), voices(risk), spread(risk))
    return " ".join(part for part in parts if part)


def graded(risk: Risk) -> str:
    """The grade with its reason, such as "Crisis: People are angry, and nothing like it was seen in a month"."""
    if not risk.grade:
        return ""
    why = risk.why if risk.why.endswith((".", "!", "?")) else f"{risk.why}."
    return f"{risk.grade.capitalize()}: {why}"


def driven(risk: Risk) -> str:
    """Which topics drive it, and how many complain."""
    if not risk.hour:
        return ""
    tone = f"{risk.complaints} % of the last hour's {risk.hour} mentions complain, {risk.negatives} % are negative."
    if not risk.drivers:
        return tone
    first, *rest = risk.drivers
    more = f"Mostly {first.topic}: {first.more} of the {risk.more} more than usual"
    others = ", ".join(f"{one.topic} {one.more}" for one in rest)
    return f"{more}{f' ({others})' if others else ''}. {tone}"


def moving(speed: Speed) -> str:
    """How fast it goes."""
    if speed.trend is Trend.SUDDEN:
        return "It came all at once."
    if speed.trend is Trend.LEVEL:
        return "It does not grow just now."
    if speed.doubling is None:
        return "It is too early to tell how fast it grows."
    about = "" if speed.doubling < FAST else "about "
    return f"It doubles in {about}{_length(speed.doubling)} ({_minutes(speed.fastest)} to {_minutes(speed.slowest)})."


def expected(speed: Speed) -> str:
    """What to expect of its height."""
    if speed.most <= 0:
        return ""
    return (
        f"Expect about {speed.likely} in a quarter of an hour at its peak, hardly more than {speed.most}, within "
        f"{_length(speed.within)}."
    )


def voices(risk: Risk) -> str:
    """Whether it looks organised."""
    found = risk.company
    if found.organised is Organised.UNKNOWN:
        return f"Whether it is organised is {found.why}." if found.why else ""
    figures = f"{found.copies} % are near-copies, {found.top} % come from the few who post most"
    if found.organised is Organised.YES:
        return f"It looks organised: {figures}; without them {risk.apart} of the {risk.speed.now}."
    return f"It does not look organised: {figures}."


def spread(risk: Risk) -> str:
    """Whether other brands rise as well."""
    if risk.is_common:
        return (
            f"{risk.rising} of {risk.others} other brands rise at the same time: it is about the network or the trade "
            "more than about this brand."
        )
    return f"{risk.rising} of {risk.others} other brands rise, too." if risk.rising else ""


def _minutes(minutes: float | None) -> str:
    if minutes is None or minutes > LONG:
        return f"over {LONG:.0f}"
    return "under 5" if minutes < FAST else f"{minutes:.0f}"


def _length(minutes: float) -> str:
    if minutes < FAST:
        return "under 5 minutes"
    return f"{minutes:.0f} minutes" if minutes < HOURS else f"{minutes / 60:.2g} hours"
