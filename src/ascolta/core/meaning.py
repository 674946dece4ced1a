"""What kind of risk it is, in plain words: figures and the brand's own names for its topics, and nothing personal."""

from ascolta.core.risk import UNKNOWN, Organised, Risk
from ascolta.core.saying import Saying, mark
from ascolta.core.watching.growth import Speed, Trend

FAST = 5.0
"""Minutes of a tick; that something doubles faster than this is said so."""

LONG = 600.0
"""That something doubles more slowly than in so many minutes is all that is said of it."""

HOURS = 90.0
"""From so many minutes on a length of time is said in hours."""


def sentence(risk: Risk) -> str:
    """All of it, as said beside an alarm; the grade comes first."""
    return " ".join(sentences(risk))


def sentences(risk: Risk) -> list[str]:
    """The same, one by one."""
    parts = (graded(risk), *driven(risk), moving(risk.speed), expected(risk.speed), voices(risk), spread(risk))
    return [part for part in parts if part]


def graded(risk: Risk) -> str:
    """The grade with its reason, such as "Crisis: People are angry, and nothing like it was seen in a month"."""
    if not risk.grade:
        return ""
    why = risk.why if risk.why.endswith((".", "!", "?")) else f"{risk.why}."
    return Saying(_GRADED[risk.grade], why=why) if risk.grade in _GRADED else f"{risk.grade.capitalize()}: {why}"


_GRADED = {"watch": mark("Watch: %(why)s"), "warning": mark("Warning: %(why)s"), "crisis": mark("Crisis: %(why)s")}


def driven(risk: Risk) -> tuple[str, ...]:
    """Which topics drive it, and how many complain."""
    if not risk.hour:
        return ()
    tone = Saying(
        "%(complain)s %% of the last hour's %(count)s mentions complain, %(negative)s %% are negative.",
        complain=risk.complaints,
        count=risk.hour,
        negative=risk.negatives,
    )
    if not risk.drivers:
        return (tone,)
    first, *rest = risk.drivers
    figures = {"topic": first.topic, "more": first.more, "all": risk.more}
    if first.more > risk.more:  # other talk is less than usual, so that these are no part of a sum
        return Saying(
            "Mostly %(topic)s: %(more)s more than usual, while there is less other talk: %(all)s more in all.",
            **figures,
        ), tone
    if not rest:
        return Saying("Mostly %(topic)s: %(more)s of the %(all)s more than usual.", **figures), tone
    others = ", ".join(f"{one.topic} {one.more}" for one in rest)
    return Saying(
        "Mostly %(topic)s: %(more)s of the %(all)s more than usual (%(others)s).", **figures, others=others
    ), tone


def moving(speed: Speed) -> str:
    """How fast it goes."""
    if speed.trend is Trend.SUDDEN:
        return Saying("It came all at once.")
    if speed.trend is Trend.LEVEL:
        return Saying("It does not grow just now.")
    if speed.doubling is None:
        return Saying("It is too early to tell how fast it grows.")
    span = {"fast": _minutes(speed.fastest), "slow": _minutes(speed.slowest)}
    if speed.doubling < FAST:
        return Saying("It doubles in under 5 minutes (%(fast)s to %(slow)s).", **span)
    return Saying("It doubles in about %(long)s (%(fast)s to %(slow)s).", long=_length(speed.doubling), **span)


def expected(speed: Speed) -> str:
    """What to expect of its height."""
    if speed.most <= 0:
        return ""
    return Saying(
        "Expect about %(likely)s in a quarter of an hour at its peak, hardly more than %(most)s, within %(long)s.",
        likely=speed.likely,
        most=speed.most,
        long=_length(speed.within),
    )


def voices(risk: Risk) -> str:
    """Whether it looks organised."""
    found = risk.company
    if found.organised is Organised.UNKNOWN:
        return Saying("Whether it is organised is %(why)s.", why=UNKNOWN.get(found.why, found.why)) if found.why else ""
    figures = {"copies": found.copies, "top": found.top}
    if found.organised is Organised.YES:
        return Saying(
            "It looks organised: %(copies)s %% are near-copies, %(top)s %% come from the few who post most; without "
            "them %(apart)s of the %(now)s.",
            **figures,
            apart=risk.apart,
            now=risk.speed.now,
        )
    return Saying(
        "It does not look organised: %(copies)s %% are near-copies, %(top)s %% come from the few who post most.",
        **figures,
    )


def spread(risk: Risk) -> str:
    """Whether other brands rise as well."""
    figures = {"rising": risk.rising, "others": risk.others}
    if risk.is_common:
        return Saying(
            "%(rising)s of %(others)s other brands rise at the same time: it is about the network or the trade "
            "more than about this brand.",
            **figures,
        )
    return Saying("%(rising)s of %(others)s other brands rise, too.", **figures) if risk.rising else ""


def _minutes(minutes: float | None) -> str:
    if minutes is None or minutes > LONG:
        return Saying("over %(num)s", num=round(LONG))
    return Saying("under %(num)s", num=round(FAST)) if minutes < FAST else f"{minutes:.0f}"


def _length(minutes: float) -> str:
    if minutes < FAST:
        return Saying("under %(num)s minutes", num=round(FAST))
    if minutes < HOURS:
        return Saying("%(num)s minutes", num=round(minutes))
    return Saying("%(num)s hours", num=f"{minutes / 60:.2g}")
