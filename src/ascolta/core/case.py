"""A case is what the desk sees of a mention. Its state is a fold of the events that happened to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from ascolta.core.etiquette import Decision
from ascolta.core.post import Post
from ascolta.core.redact import redact
from ascolta.errors import CaseError


class CaseKind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    UNSEALED = "unsealed"
    REVEALED = "revealed"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Status(StrEnum):
    """Where a case stands. A removed case has no status: it is gone."""

    SEALED = "sealed"
    OPEN = "open"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is personal in a case. At rest it is encrypted under the case's own key.

    `text` has `[TYPE]` in place of personal data, and `masked` says which types; nothing keeps what stood there. Of a
    sealed case only `post_id` is kept, to ask the network again.
    """

    text: str
    masked: tuple[str, ...] = ()
    post_id: str
    author: str = ""
    author_key: str = ""
    url: str | None = None
    in_reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case about to be opened. Times are seconds since 1970 UTC; `labels` are pairs of name and value.

    `author` holds the keys of the author (core.post.Actor.keys), of which only keyed tags are kept.

    `expires` is the date on which it goes; whatever a person does on it later moves that to `term` seconds after.
    """

    brand: str
    network: str
    decision: Decision
    content: Content
    author: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    sealed: bool = False
    published: float = 0.0
    opened: float = 0.0
    expires: float = 0.0
    term: float = 30 * 86_400.0
    forbids: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """Where it starts."""
        return Status.SEALED if self.sealed else Status.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """Something that happened to a case: by whom, when, and a note (the draft, the reason, the date)."""

    kind: CaseKind
    at: float
    by: str = "ascolta"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it stands. `content` is None while it is sealed; `forbids` is what post or profile forbid."""

    id: int
    brand: str
    network: str
    decision: Decision
    labels: tuple[tuple[str, str], ...] = ()
    published: float = 0.0
    expires: float = 0.0
    content: Content | None = None
    status: Status = Status.OPEN
    draft: str = ""
    drafted_by: str = ""
    approved_by: tuple[str, ...] = ()
    assigned_to: str = ""
    unsealed_because: str = ""
    snoozed_until: str = ""
    forbids: tuple[str, ...] = ()
    events: tuple[CaseEvent, ...] = ()

    @property
    def due(self) -> int:
        """How many more people must approve the draft."""
        return max(0, self.decision.approve - len(self.approved_by))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the post of a case stands on its network; `text` is what is kept of it, empty while it is sealed.

    `spoke`: its author does not want to be heard, but spoke to us.
    """

    case: int
    brand: str
    network: str
    post_id: str
    text: str = ""
    language: str | None = None
    spoke: bool = False


def content_of(post: Post, own: Collection[str], language: str | None = None) -> Content:
    """What is kept of a post: its words with personal data masked. `own` are the brand's accounts, no person's."""
    hidden = redact(post.content, language or post.language, own=own)
    return Content(
        text=hidden.text,
        masked=tuple(sorted({span.type for span in hidden.spans})),
        post_id=post.id,
        author=post.attributed_to.handle,
        author_key=post.attributed_to.key,
        url=post.url,
        in_reply_to=post.in_reply_to,
    )


def refuse_now(case: Case, event: CaseEvent, content: Content | None) -> None:
    """Raises CaseError at what must not happen now, though it may have happened before.

    A sealed case is not opened without its post having been read afresh, nor an answer approved that nobody may give.
    """
    if event.kind is CaseKind.APPROVED and "reply" in case.forbids:
        raise CaseError("this thread takes no answer of ours; write privately, or resolve the case without")
    if event.kind is CaseKind.UNSEALED and content is None:
        raise CaseError("a sealed case holds no words; it is opened with its post read afresh from the network")


def fold(case: Case, events: Iterable[CaseEvent]) -> Case:
    """The case after `events`, oldest first. Raises CaseError at one that does not fit."""
    for event in events:
        case = replace(_applied(case, event), events=(*case.events, event))
    return case


def _applied(case: Case, event: CaseEvent) -> Case:
    match event.kind:
        case CaseKind.OPENED:
            return _opened(case)
        case CaseKind.UNSEALED:
            return _unsealed(case, event)
        case CaseKind.REVEALED:
            return _revealed(case, event)
        case CaseKind.ASSIGNED:
            return replace(case, assigned_to=event.note or event.by)
        case CaseKind.DRAFTED:
            return _drafted(case, event)
        case CaseKind.APPROVED:
            return _approved(case, event)
        case CaseKind.SENT:
            return replace(case, status=Status.SENT)
        case CaseKind.SNOOZED:
            _need(case, event, Status.OPEN, Status.DRAFTED, Status.SNOOZED)
            return replace(case, status=Status.SNOOZED, snoozed_until=event.note)
        case CaseKind.RESOLVED:
            _need(case, event, *(status for status in Status if status is not Status.RESOLVED))
            return replace(case, status=Status.RESOLVED, draft="", approved_by=())


def _opened(case: Case) -> Case:
    """A second opening is an edit: what was drafted no longer answers what is said."""
    if case.status in (Status.DRAFTED, Status.APPROVED, Status.SNOOZED):
        return replace(case, status=Status.OPEN, draft="", drafted_by="", approved_by=())
    return case


def _unsealed(case: Case, event: CaseEvent) -> Case:
    _need(case, event, Status.SEALED)
    if not event.note.strip():
        raise CaseError("unsealing a case needs a reason; write down why you step in")
    return replace(case, status=Status.OPEN, unsealed_because=event.note)


def _revealed(case: Case, event: CaseEvent) -> Case:
    _need(case, event, *(status for status in Status if status is not Status.SEALED))
    return case


def _drafted(case: Case, event: CaseEvent) -> Case:
    _need(case, event, Status.OPEN, Status.DRAFTED, Status.APPROVED, Status.SNOOZED)
    if not event.note.strip():
        raise CaseError("the answer is empty; write one or leave the case")
    return replace(case, status=Status.DRAFTED, draft=event.note, drafted_by=event.by, approved_by=())


def _approved(case: Case, event: CaseEvent) -> Case:
    _need(case, event, Status.DRAFTED)
    if event.by.casefold() in (name.casefold() for name in case.approved_by):
        raise CaseError(f"{event.by} approved this answer already; another person has to")
    approved = (*case.approved_by, event.by)
    enough = len(approved) >= case.decision.approve
    return replace(case, approved_by=approved, status=Status.APPROVED if enough else Status.DRAFTED)


def _need(case: Case, event: CaseEvent, *statuses: Status) -> None:
    if case.status not in statuses:
        raise CaseError(f"a case that is {case.status} cannot be {event.kind}; reload to see where it stands")
