"""A case is what the desk sees of a mention. Its state is a fold of the events that happened to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import msgspec

from ascolta.core import text
from ascolta.core.etiquette import Decision
from ascolta.core.post import Post
from ascolta.core.redact import redact
from ascolta.core.saying import Saying, mark
from ascolta.errors import CaseError

T = TypeVar("T")

WHY_UNSEALED = mark("unsealing a case needs a reason; write down why you step in")
WHY_OVERRIDDEN = mark("to go against the check needs a reason; write down why it may go out all the same")

TWO = 2
"""So many people stand for an answer that goes against the check."""


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
    HANDED_OVER = "handed-over"
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


ANSWERABLE = (Status.OPEN, Status.DRAFTED, Status.APPROVED, Status.SNOOZED)
"""As long as a case stands so, an answer to it can be written, also anew."""


_ALONE = (CaseKind.DRAFTED, CaseKind.APPROVED, CaseKind.SNOOZED, CaseKind.HANDED_OVER, CaseKind.RESOLVED)
"""What nobody does to a case while somebody else writes its answer."""

LONGEST_SNOOZE = 14 * 86_400.0
"""Seconds that a case may sleep: less than it lives without anybody doing something."""


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


class NewCase(msgspec.Struct, frozen=True, gc=False, kw_only=True):
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
    """Something that happened to a case: by whom, when, and a note (the draft, the reason, the desk, until when).

    `template` is the one that a draft began with; `overrides` are rules of the check that an approval goes against;
    `seen` is after how many events of the case it was meant, kept nowhere, 0: after whatever.
    """

    kind: CaseKind
    at: float
    by: str = "ascolta"
    note: str = ""
    template: str = ""
    overrides: tuple[str, ...] = ()
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it stands. `content` is None while it is sealed; `forbids` is what post or profile forbid.

    `overridden` are the rules of the check that the approvals so far go against; `writer` is writing an answer, and has
    it alone until `writer_until`.
    """

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
    overridden: tuple[str, ...] = ()
    assigned_to: str = ""
    unsealed_because: str = ""
    snoozed_until: float = 0.0
    forbids: tuple[str, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    writer: str = ""
    writer_until: float = 0.0

    @property
    def needs(self) -> int:
        """How many people must approve the draft: two at least if it goes against the check."""
        return max(self.decision.approve, TWO) if self.overridden else self.decision.approve

    @property
    def due(self) -> int:
        """How many more people must approve the draft."""
        return max(0, self.needs - len(self.approved_by))

    def writing(self, at: float) -> str:
        """Who is writing an answer at a time; empty if nobody is."""
        return self.writer if self.writer_until > at else ""


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

    A sealed case is not opened without its post having been read afresh, nor an answer approved that nobody may give,
    nor written or approved while somebody else is writing one, nor after something that was not seen.
    """
    if event.seen not in (0, len(case.events)):
        last = case.events[-1]
        raise CaseError(
            Saying(
                "meanwhile this case was %(kind)s by %(name)s; read it before you go on", kind=last.kind, name=last.by
            )
        )
    if event.kind in _ALONE:
        refuse_other(case, event.by, event.at)
    _refuse_unsaid(event)
    if event.kind is CaseKind.APPROVED and "reply" in case.forbids:
        raise CaseError("this thread takes no answer of ours; write privately, or resolve the case without")
    if event.kind is CaseKind.UNSEALED and content is None:
        raise CaseError("a sealed case holds no words; it is opened with its post read afresh from the network")
    if event.kind is CaseKind.SNOOZED and _time(event.note) > event.at + LONGEST_SNOOZE:
        raise CaseError("a case sleeps for 14 days at the most, lest it go while it sleeps; choose an earlier time")
    if event.kind is CaseKind.HANDED_OVER and event.note == case.decision.desk:
        raise CaseError(Saying("the case is with %(desk)s already", desk=event.note))


def _refuse_unsaid(event: CaseEvent) -> None:
    """Raises CaseError where words are needed and what was written has none that can be seen."""
    if says_something(event.note):
        return
    if event.kind is CaseKind.UNSEALED:
        raise CaseError(WHY_UNSEALED)
    if event.kind is CaseKind.APPROVED and event.overrides:
        raise CaseError(WHY_OVERRIDDEN)


def says_something(note: str) -> bool:
    """Whether there is a letter or a digit to be seen in it."""
    return any(char.isalnum() for char in text.fold(note))


def refuse_other(case: Case, by: str, at: float) -> None:
    """Raises CaseError if somebody else is writing an answer at a time."""
    writer = case.writing(at)
    if writer and writer.casefold() != by.casefold():
        raise CaseError(Saying("%(name)s is writing an answer to this; two answers would be one too many", name=writer))


def still_here(found: T | None, number: int) -> T:
    """What was found of a case, by its number. Raises CaseError if nothing was."""
    if found is None:
        raise CaseError(Saying("case %(number)s is gone: it was removed, or its date has come", number=number))
    return found


def refuse_holding(case: Case, by: str, at: float) -> None:
    """Raises CaseError if somebody cannot begin to write an answer to a case now."""
    if case.status not in ANSWERABLE:
        raise CaseError(
            Saying("a case that is %(status)s takes no new answer; reload to see where it stands", status=case.status)
        )
    refuse_other(case, by, at)


def fold(case: Case, events: Iterable[CaseEvent]) -> Case:
    """The case after `events`, oldest first. Raises CaseError at one that does not fit."""
    for event in events:
        case = replace(_applied(awake(case, event.at), event), events=(*case.events, replace(event, seen=0)))
    return case


def awake(case: Case, at: float) -> Case:
    """A case as it stands at a time: one that slept long enough is where it was before."""
    if case.status is not Status.SNOOZED or case.snoozed_until > at:
        return case
    return replace(case, status=Status.DRAFTED if case.draft else Status.OPEN, snoozed_until=0.0)


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
            return awake(replace(case, status=Status.SNOOZED, snoozed_until=_time(event.note)), event.at)
        case CaseKind.HANDED_OVER:
            _need(case, event, *ANSWERABLE)
            return replace(case, decision=replace(case.decision, desk=event.note), assigned_to="")
        case CaseKind.RESOLVED:
            _need(case, event, *(status for status in Status if status is not Status.RESOLVED))
            return replace(case, status=Status.RESOLVED, draft="", approved_by=(), overridden=(), snoozed_until=0.0)


def _opened(case: Case) -> Case:
    """A second opening is an edit: what was drafted no longer answers what is said."""
    if case.status in (Status.DRAFTED, Status.APPROVED, Status.SNOOZED):
        case = replace(case, status=Status.OPEN, draft="", drafted_by="", approved_by=(), overridden=())
        return replace(case, snoozed_until=0.0)
    return case


def _unsealed(case: Case, event: CaseEvent) -> Case:
    _need(case, event, Status.SEALED)
    if not event.note.strip():
        raise CaseError(WHY_UNSEALED)
    return replace(case, status=Status.OPEN, unsealed_because=event.note)


def _revealed(case: Case, event: CaseEvent) -> Case:
    _need(case, event, *(status for status in Status if status is not Status.SEALED))
    return case


def _drafted(case: Case, event: CaseEvent) -> Case:
    _need(case, event, *ANSWERABLE)
    if not event.note.strip():
        raise CaseError("the answer is empty; write one or leave the case")
    case = replace(case, status=Status.DRAFTED, snoozed_until=0.0)
    return replace(case, draft=event.note, drafted_by=event.by, approved_by=(), overridden=())


def _approved(case: Case, event: CaseEvent) -> Case:
    _need(case, event, Status.DRAFTED)
    if event.by.casefold() in (name.casefold() for name in case.approved_by):
        raise CaseError(Saying("%(name)s approved this answer already; another person has to", name=event.by))
    if event.overrides and not event.note.strip():
        raise CaseError(WHY_OVERRIDDEN)
    before = case.approved_by if set(event.overrides) <= set(case.overridden) else ()
    overridden = tuple(dict.fromkeys((*case.overridden, *event.overrides)))
    after = replace(case, approved_by=(*before, event.by), overridden=overridden)
    return replace(after, status=Status.DRAFTED if after.due else Status.APPROVED)


def _time(note: str) -> float:
    """The time that a note says, in seconds since 1970 UTC; 0 if it says none."""
    return float(note) if note.replace(".", "", 1).isdecimal() and note.isascii() else 0.0


def _need(case: Case, event: CaseEvent, *statuses: Status) -> None:
    if case.status not in statuses:
        raise CaseError(
            Saying(
                "a case that is %(status)s cannot be %(kind)s; reload to see where it stands",
                status=case.status,
                kind=event.kind,
            )
        )
