"""What somebody sends to the API, as JSON; a name that is not known is an error."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ascolta.web.answers import LONGEST
from ascolta.web.api.shapes import HIGHEST
from ascolta.web.chosen import MOST


class Asking(BaseModel):
    """What somebody sends; a name that is not known is an error."""

    model_config = ConfigDict(extra="forbid")


class Writing(Asking):
    """An answer. `template` is the id of the draft that it began with, if it began with one."""

    text: str = Field(min_length=1, max_length=LONGEST)
    template: str = Field(default="", max_length=80)


class Reading(Asking):
    """A text to be checked."""

    text: str = Field(min_length=1, max_length=LONGEST)


class Offering(Asking):
    """How drafts are asked for. `ask`: a model says which fits best, if the brand has one."""

    ask: bool = False


class Reason(Asking):
    """Why: it is kept with the case. To approve, it is needed only against the check."""

    reason: str = Field(default="", max_length=500)


class Why(Asking):
    """Why: it is shown to whoever works at the desk."""

    reason: str = Field(min_length=1, max_length=200)


class Until(Asking):
    """Until when a case sleeps: a time with its zone."""

    until: str = Field(min_length=10, max_length=40, examples=["2026-12-01T09:00:00+01:00"])


class Desk(Asking):
    """The desk that a case goes to."""

    desk: str = Field(min_length=1, max_length=80)


class Bulk(Asking):
    """One act on several cases: `until` to snooze, `desk` to hand over."""

    act: Literal["assign", "snooze", "wake", "hand-over", "resolve"]
    cases: list[Annotated[int, Field(ge=1, le=HIGHEST)]] = Field(min_length=1, max_length=MOST)
    until: str = Field(default="", max_length=40)
    desk: str = Field(default="", max_length=80)


class Plan(Asking):
    """The name of a plan."""

    plan: str = Field(min_length=1, max_length=80)


class Step(Asking):
    """What is done in an incident: on which step, what was decided or noted, why, and the digest of the words read."""

    step: int = Field(default=0, ge=0, le=1_000)
    said: str = Field(default="", max_length=500)
    why: str = Field(default="", max_length=500)
    seen: str = Field(default="", max_length=80)


class OptOut(Asking):
    """Whose account it is, and the code that it posted or sent."""

    network: str = Field(min_length=1, max_length=40)
    account: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=200)
