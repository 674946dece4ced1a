"""What people expect of a brand that listens: the figures behind the defaults, each with its source.

A figure that the source does not give is None and is never filled in.
"""

from dataclasses import dataclass

SURVEY = (
    'J.D. Power and Associates with NetBase, "Social Listening vs. Digital Privacy: A Consumer Study", '
    "survey of December 2012, 1,062 US consumers online, 18 and older"
)
AGES = ("18-24", "25-34", "35-44", "45-54", "55+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure: its name here, its value in percent, what it says, and who says so."""

    name: str
    percent: float
    says: str
    source: str = SURVEY


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAge:
    """One statement by age band, in the order of AGES, in percent; `note` says what the numbers alone do not."""

    name: str
    says: str
    percents: tuple[float | None, ...]
    note: str = ""
    source: str = SURVEY


FIGURES = (
    Figure(name="when-spoken-to", percent=64, says="want companies to respond only when spoken to"),
    Figure(name="answer-complaints", percent=58, says="want companies to respond to complaints"),
    Figure(name="unheard", percent=51, says="want to talk about companies without being listened to"),
    Figure(name="improve", percent=48, says="say companies should listen in order to improve their products"),
    Figure(name="intrusive", percent=43, says="think that listening intrudes on privacy"),
    Figure(name="answer-praise", percent=42, says="expect a response to positive comments"),
    Figure(name="unaware", percent=32, says="have no idea that companies listen"),
    Figure(
        name="over-55-unheard",
        percent=60,
        says="of those aged 55 and over do not want companies to pay attention to what they say",
    ),
)

BY_AGE = (
    ByAge(name="uses-networks", says="use social networks", percents=(90.4, 81.7, 84.5, 77.3, 70.8)),
    ByAge(name="unaware", says="are unaware of listening", percents=(38, None, None, 28, None)),
    ByAge(
        name="intrusive",
        says="find listening intrusive",
        percents=(None, None, None, None, 54),
        note="about 40 for all under 55 together",
    ),
    ByAge(
        name="pay-attention",
        says="want companies to pay attention",
        percents=(None, 60, None, None, 40),
        note="more than half in each band under 55",
    ),
)

EVIDENCE = (
    Figure(
        name="expect-within-an-hour",
        percent=40,
        says="of those who expect an answer on a network expect it within an hour",
        source="Baer and Edison Research, 2016",
    ),
    Figure(
        name="would-have-liked-an-answer",
        percent=86,
        says="of those who complained would have liked an answer",
        source="Maritz Research, 2011",
    ),
    Figure(
        name="did-not-know-studied",
        percent=62,
        says="did not know that their posts were studied",
        source="Fiesler and Proferes, Social Media + Society, 2018 (n = 268)",
    ),
)


def figure(name: str) -> Figure:
    """The figure of that name. Raises KeyError if there is none."""
    return {known.name: known for known in (*EVIDENCE, *FIGURES)}[name]
