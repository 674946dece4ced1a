"""Owned voice: statements prepared for the brand's own channels, approved by people before anybody needs them.

A statement is words in a file; its state is a fold of what people did: prepared → approved → released | withdrawn. What
is approved is the words as they will stand, so words that changed since have to be approved anew.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from ascolta.core import days
from ascolta.core.days import DAY
from ascolta.core.drafting.fact import Facts as AllFacts
from ascolta.core.reply import ReplyState
from ascolta.core.saying import Saying
from ascolta.core.text import term
from ascolta.errors import CaseError

Facts = Callable[[str, str], str | None]
"""What an approved fact says, by its name and language; None if there is none that holds now (see `approved`)."""

NEXT, CORRECTED = "next_update", "corrects"
"""Places that are not filled from facts: when the next update comes, and what is corrected."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


class StatementKind(StrEnum):
    """What a statement is for."""

    HOLDING = "holding"
    CORRECTION = "correction"
    APOLOGY = "apology"
    ALL_CLEAR = "all-clear"

    @property
    def approve(self) -> int:
        """How many people must approve it: one may say that it is over, all else takes two."""
        return 1 if self is StatementKind.ALL_CLEAR else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A prepared statement. `text` and `corrects` are by language, `where` says which languages go to each network.

    `next_update` is for how many seconds after publishing the next one is promised (0: not at all). Times are seconds
    since 1970 UTC: it may not go out before `not_before`, nor after `until`. `lines` tell where each text stands.
    """

    name: str
    kind: StatementKind
    text: Mapping[str, str]
    where: Mapping[str, tuple[str, ...]]
    corrects: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    next_update: float = 0.0
    not_before: float | None = None
    until: float | None = None
    path: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def outlets(self) -> tuple[tuple[str, str], ...]:
        """Where it goes: pairs of network and language."""
        return tuple((network, language) for network, languages in self.where.items() for language in languages)


class StatementAct(StrEnum):
    """What people do with a statement. `prepared` begins a new edition; `released` again, what waits of it goes out."""

    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class StatementState(StrEnum):
    """Where an edition stands. `published`: it stands everywhere; until then it is released."""

    ABSENT = "not prepared"
    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEvent:
    """Something done: by whom, when, `digest` of the words it was done to, and a note such as the reason."""

    kind: StatementAct
    at: float
    by: str
    digest: str = ""
    approve: int = 2
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One edition in one language on one network. `key` is the same at every try, so that a network can tell.

    `urgent`: somebody released it knowing that the brand's speaking is paused. `since` is when it was claimed.
    `released` is its first time: before that it was certainly not said. So many seconds after it goes out, `promise`,
    its text says that the next update comes.
    """

    key: str
    brand: str
    statement: str
    edition: int
    network: str
    language: str
    text: str
    state: ReplyState = ReplyState.APPROVED
    not_before: float = 0.0
    until: float | None = None
    urgent: bool = False
    tries: int = 0
    since: float = 0.0
    note: str = ""
    released: float = 0.0
    promise: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A statement as it stands. Each preparation is a new edition, with approvals of its own."""

    brand: str
    statement: str
    number: int = 0
    state: StatementState = StatementState.ABSENT
    digest: str = ""
    approve: int = 2
    prepared_by: str = ""
    approved_by: tuple[str, ...] = ()
    since: float = 0.0
    events: tuple[StatementEvent, ...] = ()

    @property
    def due(self) -> int:
        """How many more people must approve it."""
        return max(0, self.approve - len(self.approved_by))


def fold(edition: Edition, events: Iterable[StatementEvent]) -> Edition:
    """The edition after `events`, oldest first. Raises CaseError at one that does not fit."""
    for event in events:
        edition = replace(_applied(edition, event), since=event.at, events=(*edition.events, event))
    return edition


def refuse_now(edition: Edition, event: StatementEvent) -> None:
    """Raises CaseError at what must not happen now, though it may have happened before.

    Nobody approves twice, however they write their name: case, accents, blanks, signs and what is not seen aside.
    """
    if event.kind is StatementAct.APPROVED and not term(event.by):
        raise CaseError("an approval needs the name of who approves")
    if event.kind is StatementAct.APPROVED and term(event.by) in map(term, edition.approved_by):
        raise CaseError(Saying("%(by)s approved this statement already; another person has to", by=event.by))


def standing(edition: Edition, postings: Iterable[Posting]) -> Edition:
    """The edition as it stands with what went out of it: published once all of it stands."""
    states = {posting.state for posting in postings if posting.edition == edition.number}
    if edition.state is StatementState.RELEASED and states == {ReplyState.SENT}:
        return replace(edition, state=StatementState.PUBLISHED)
    return edition


def _applied(edition: Edition, event: StatementEvent) -> Edition:
    match event.kind:
        case StatementAct.PREPARED:
            return _prepared(edition, event)
        case StatementAct.APPROVED:
            return _approved(edition, event)
        case StatementAct.RELEASED:
            _need(edition, event, StatementState.APPROVED, StatementState.RELEASED)
            _same(edition, event)
            return replace(edition, state=StatementState.RELEASED)
        case StatementAct.WITHDRAWN:
            _need(edition, event, StatementState.PREPARED, StatementState.APPROVED, StatementState.RELEASED)
            return replace(edition, state=StatementState.WITHDRAWN, approved_by=())


def _prepared(edition: Edition, event: StatementEvent) -> Edition:
    if not event.digest or event.approve < 1:
        raise CaseError("a statement is prepared with its words and the number of people who must approve it")
    return replace(
        edition,
        number=edition.number + 1,
        state=StatementState.PREPARED,
        digest=event.digest,
        approve=event.approve,
        prepared_by=event.by,
        approved_by=(),
    )


def _approved(edition: Edition, event: StatementEvent) -> Edition:
    _need(edition, event, StatementState.PREPARED)
    _same(edition, event)
    if not event.by.strip():
        raise CaseError("an approval needs the name of who approves")
    if event.by.strip().casefold() in (name.strip().casefold() for name in edition.approved_by):
        raise CaseError(Saying("%(by)s approved this statement already; another person has to", by=event.by))
    approved = (*edition.approved_by, event.by)
    enough = len(approved) >= edition.approve
    return replace(edition, approved_by=approved, state=StatementState.APPROVED if enough else StatementState.PREPARED)


def _same(edition: Edition, event: StatementEvent) -> None:
    if event.digest != edition.digest:
        raise CaseError(
            "the words, or the facts in them, changed since; prepare the statement anew and have it approved"
        )


def _need(edition: Edition, event: StatementEvent, *states: StatementState) -> None:
    if edition.state not in states:
        raise CaseError(
            Saying(
                "a statement that is %(state)s cannot be %(kind)s; see `ascolta statements list`",
                state=edition.state,
                kind=event.kind,
            )
        )


def places(text: str) -> tuple[str, ...]:
    """The places in a text, in order and without repeats."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def worded(statement: Statement, language: str, facts: Facts, update: str = "") -> str:
    """The statement in a language, its places filled from approved facts only. Raises CaseError if one cannot be.

    `update` is when the next update comes, empty to leave that place as it is.
    """
    text = statement.text.get(language, "")
    if not text:
        raise CaseError(
            Saying("statement '%(name)s' has no words in '%(language)s'", name=statement.name, language=language)
        )
    return _PLACE.sub(lambda place: _fill(statement, language, facts, place[1], update), text)


def _fill(statement: Statement, language: str, facts: Facts, name: str, update: str) -> str:
    if name == NEXT and statement.next_update:
        return update or f"{{{NEXT}}}"
    said = statement.corrects.get(language) if name == CORRECTED else facts(name, language)
    if said is None:
        raise CaseError(
            Saying(
                "statement '%(name)s': no approved fact says '%(fact)s' in '%(language)s' now; nothing else fits",
                name=statement.name,
                fact=name,
                language=language,
            )
        )
    return said


def digest(statement: Statement, facts: Facts) -> str:
    """The SHA-256 of all that people approve: kind, places, schedule, and the words in every language."""
    words = {language: worded(statement, language, facts) for language in statement.text}
    said = (statement.kind, words, statement.where, statement.next_update, statement.not_before, statement.until)
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def postings(
    statement: Statement, edition: Edition, facts: Facts, at: float, *, urgent: bool = False
) -> Iterator[Posting]:
    """What goes out of an edition that is released at a time. Raises CaseError if its time is over."""
    if statement.until is not None and at >= statement.until:
        raise CaseError(
            Saying(
                "statement '%(name)s' was to go out until %(time)s; prepare it anew",
                name=statement.name,
                time=days.moment(statement.until),
            )
        )
    starts = max(at, statement.not_before or 0.0)
    for network, language in statement.outlets:
        said = (edition.brand, statement.name, edition.number, network, language)
        yield Posting(
            key=hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32],
            brand=edition.brand,
            statement=statement.name,
            edition=edition.number,
            network=network,
            language=language,
            text=worded(statement, language, facts, moment(starts + statement.next_update)),
            not_before=starts,
            until=statement.until,
            urgent=urgent,
            released=starts,
            promise=statement.next_update,
        )


def promising(posting: Posting, at: float) -> Posting:
    """A posting as it goes out at a time: what waited, and was never tried, promises the next update from then on."""
    before, after = (moment(start + posting.promise) for start in (posting.released, at))
    if posting.tries or not posting.promise or before == after:
        return posting
    return replace(posting, text=posting.text.replace(before, after), released=at)


def moment(at: float) -> str:
    """A time, up to the next five minutes, as it is written alike in all languages: 2026-11-25 18:30 UTC."""
    return days.moment(-(-at // 300) * 300)


def approved(facts: AllFacts, at: float) -> Facts:
    """What the approved facts say that hold at a time."""
    day = int(at // DAY)
    holding = {fact.id: fact for fact in facts.facts if fact.holds(day)}
    return lambda name, language: (holding[name].in_language(language) or None) if name in holding else None


def is_name(said: str) -> bool:
    """Whether something may stand for a fact in a place."""
    return _NAME.fullmatch(said) is not None
