"""What the API takes and gives, as JSON. Times are RFC 3339 in UTC; what is unknown or does not apply is null."""

from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import BaseModel

from ascolta.core.case import Status
from ascolta.core.days import iso
from ascolta.core.piles import Pile
from ascolta.core.scopes import Scope

HIGHEST = 2**53 - 1
"""The highest number that every reader of JSON keeps as it is."""

FIRST, BEYOND = -62_135_596_800, 253_402_300_800
"""The years 1 to 9999, in seconds since 1970."""

Number = Annotated[int, Path(ge=1, le=HIGHEST, description="The number of a case or an incident.")]
BrandId = Annotated[str, Path(min_length=1, max_length=80, description="The id of a brand, as in brand.yaml.")]
Version = Annotated[
    str,
    Header(
        alias="If-Match", pattern=r'^("\d{1,9}"|\*)?$', max_length=12, description="The ETag of the case that was read."
    ),
]
Find = Annotated[str, Query(max_length=400, description="A search in the query language.")]
After = Annotated[str, Query(max_length=80, description="`next` of the page before.")]


class Label(BaseModel):
    """What a labeller says of a post."""

    name: str
    value: str


class Wait(BaseModel):
    """Until when a case is due, or since when it is overdue (`over`), or until which morning its answer waits."""

    kind: str
    at: str


class Event(BaseModel):
    """Something that happened to a case."""

    kind: str
    at: str
    by: str


class Row(BaseModel):
    """A case in the list. `text` is null while it is sealed, and `published` then only tells the hour."""

    case: int
    version: int
    brand: str
    network: str
    status: Status
    action: str
    rule: str
    why: str
    desk: str
    text: str | None
    labels: list[Label]
    published: str
    assigned_to: str
    writing: str
    wait: Wait | None


class Case(Row):
    """A case. `masked` are the kinds of personal data that were masked; `approvals` is how many people it takes."""

    author: str | None
    masked: list[str]
    expires: str
    snoozed_until: str | None
    draft: str
    drafted_by: str
    approvals: int
    approved_by: list[str]
    forbids: list[str]
    findings: list["Finding"]
    events: list[Event]


class Finding(BaseModel):
    """What the check says of a stretch of a text; a `block` keeps it in, a `warn` does not."""

    rule: str
    severity: str
    why: str
    start: int
    end: int


class Found(BaseModel):
    """A page of the list. `looked_at` is how many cases were looked at where that was not all of them."""

    cases: list[Row]
    next: str | None
    piles: dict[Pile, int]
    looked_at: int | None


class Checked(BaseModel):
    """What the check says of a text."""

    verdict: str
    findings: list[Finding]


class Draft(BaseModel):
    """A draft to begin with, and the ids of the approved facts that it states."""

    template: str
    text: str
    facts: list[str]


class Drafts(BaseModel):
    """The drafts for a case, the best first; `none` says why there are none, `model` why no model chose."""

    drafts: list[Draft]
    none: str
    model: str


class Receipt(BaseModel):
    """What was done to a case: how it stands now. Nothing personal is in it."""

    case: int
    version: int
    status: Status
    approvals_missing: int


class Failed(BaseModel):
    """A case to which something was not done, and why."""

    case: int
    why: str


class Outcome(BaseModel):
    """What was done to which cases, and why not to others."""

    done: list[int]
    failed: list[Failed]


class Post(BaseModel):
    """A post in full, as it stands on its network now. It is not kept."""

    text: str


class Alone(BaseModel):
    """Until when somebody has an answer alone; null: no longer."""

    case: int
    until: str | None


class Change(BaseModel):
    """A change of a brand's alert."""

    at: str
    stream: str
    state: str
    grade: str
    once_in_days: float
    why: str


class Bucket(BaseModel):
    """A quarter of an hour: mentions, and complaints among them. Exact, and for the desk only."""

    at: str
    mentions: int
    complaints: int


class Risk(BaseModel):
    """How a brand stands. `plan` is the one that the alert proposes."""

    brand: str
    state: str
    grade: str
    plan: str | None
    incidents: list[int]
    paused: str | None


class Watched(Risk):
    """How a brand stands, with a day of counts and all changes of its alert, the newest first."""

    volume: list[Bucket]
    changes: list[Change]
    lacks: str


class Words(BaseModel):
    """A post that a step would publish, or what it would pass on (then `network` is empty)."""

    network: str
    language: str
    text: str


class Progress(BaseModel):
    """A step of an incident, and what it would say: read that, and send `seen` back; `lacks` is why it cannot."""

    step: int
    name: str
    kind: str
    who: str
    state: str
    due: str
    late: bool
    by: str
    said: str
    why: str
    words: list[Words]
    seen: str
    lacks: str


class Incident(BaseModel):
    """An incident as it stands."""

    incident: int
    brand: str
    plan: str
    title: str
    severity: str
    since: str
    until: str | None
    accepted_by: str
    steps: list[Progress]


class Incidents(BaseModel):
    """Incidents, the newest first."""

    incidents: list[Incident]


class Stepped(BaseModel):
    """What was done in an incident: how it stands now. Nothing that people wrote is in it."""

    incident: int
    open: bool
    steps_open: int


class Speaking(BaseModel):
    """Whether a brand speaks; `paused` is why it does not."""

    brand: str
    paused: str | None


class Erased(BaseModel):
    """How many cases of an account were erased."""

    erased: int


class Figure(BaseModel):
    """A published figure, with noise: authors talking.

    `value` is null where they are too few to be shown; `give` is how far it may be off, 19 times in 20.
    """

    brand: str
    cell: str
    kind: str
    value: int | None
    give: int
    withheld: bool


class Figures(BaseModel):
    """The published figures of a day."""

    day: str
    figures: list[Figure]


class Health(BaseModel):
    """How the program stands: a word for each part."""

    ready: bool
    parts: dict[str, str]


class Head(BaseModel):
    """The head of the journal: how many entries, and the root of the tree over them (RFC 6962), in hex."""

    size: int
    root: str
    newest: str | None


class Me(BaseModel):
    """Who asks, and what they may do."""

    name: str
    role: str
    scopes: list[Scope]


def moment(at: float) -> str:
    """A time as RFC 3339 has it; what its four digits of a year cannot say is 1970."""
    return iso(at if FIRST <= at < BEYOND else 0)
