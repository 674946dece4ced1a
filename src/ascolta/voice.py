"""The brand's own channels: a statement that people approved and released goes out, once, whatever happens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ascolta.attempt import attempt, found
from ascolta.core import days
from ascolta.core.reply import ReplyState
from ascolta.core.saying import Saying, mark
from ascolta.core.statement import (
    Edition,
    Facts,
    Posting,
    Statement,
    StatementAct,
    StatementEvent,
    StatementState,
    digest,
    postings,
    promising,
    worded,
)
from ascolta.errors import AscoltaError, CaseError
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.ports import Publisher, Store
from ascolta.stores.statements import Statements

STOPPED = "nobody told us that it was sent, and it does not stand on the network; try it again if it should"


@dataclass(slots=True)
class Said:
    """What one round did, in numbers. `over` is what was not said because its time was over."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    over: int = 0


def prepare(statements: Statements, brand: str, statement: Statement, facts: Facts, by: tuple[str, float]) -> Edition:
    """Begin a new edition with the words as they are now; `by` says who, and when."""
    kind = statement.kind
    return _act(statements, brand, statement, _event(StatementAct.PREPARED, digest(statement, facts), by, kind.approve))


def approve(statements: Statements, brand: str, statement: Statement, facts: Facts, by: tuple[str, float]) -> Edition:
    """One person's approval of the words as they are now. Raises CaseError if they changed since they were prepared."""
    return _act(statements, brand, statement, _event(StatementAct.APPROVED, digest(statement, facts), by))


def release(
    statements: Statements, brand: str, statement: Statement, facts: Facts, by: tuple[str, float, bool]
) -> Edition:
    """Let an approved statement go out at its time; `by` says who, when, and whether although the brand is paused.

    What was released and still waits, as it does while the brand is paused, is released anew.
    """
    who, at, urgent = by
    edition = statements.edition(brand, statement.name)
    _needs_rest(statements, edition)
    event = _event(StatementAct.RELEASED, digest(statement, facts), (who, at))
    out = tuple(postings(statement, edition, facts, at, urgent=urgent))
    return statements.record(brand, statement.name, event, out)


def _needs_rest(statements: Statements, edition: Edition) -> None:
    """Raises CaseError if an edition was released and nothing of it waits to go out."""
    name, state = edition.statement, edition.state
    if state is StatementState.PUBLISHED:
        said = mark("a statement that is %(state)s cannot be %(kind)s; see `ascolta statements list`")
        raise CaseError(Saying(said, state=state, kind=StatementAct.RELEASED))
    waiting = statements.postings(ReplyState.APPROVED, brand=edition.brand, statement=name)
    if state is StatementState.RELEASED and not any(one.edition == edition.number for one in waiting):
        said = mark(
            "nothing of statement '%(name)s' waits to go out; look what failed, then `publish` it with `--again`"
        )
        raise CaseError(Saying(said, name=name))


def approved_words(
    statements: Statements, brand: str, statement: Statement, facts: Facts, at: float | None = None
) -> dict[str, str]:
    """The words by language, for those who pass them on. Raises CaseError unless people approved just these.

    `at` is when: what may not go out then is not passed on either.
    """
    if at is not None:
        _needs_time(statement, at)
    edition = statements.edition(brand, statement.name)
    if edition.state not in (StatementState.APPROVED, StatementState.RELEASED, StatementState.PUBLISHED):
        raise CaseError(
            Saying(
                "statement '%(name)s' is %(state)s; only what was approved is passed on",
                name=statement.name,
                state=edition.state,
            )
        )
    if edition.digest != digest(statement, facts):
        raise CaseError(
            Saying("statement '%(name)s' changed since it was approved; have it approved anew", name=statement.name)
        )
    if statement.next_update:
        raise CaseError(
            Saying("statement '%(name)s' promises an update, so nobody is asked to pass it on", name=statement.name)
        )
    return {language: worded(statement, language, facts) for language in statement.text}


def _needs_time(statement: Statement, at: float) -> None:
    """Raises CaseError if a statement may not go out yet, or not any more."""
    if statement.not_before is not None and at < statement.not_before:
        said = mark("statement '%(name)s' may not go out before %(time)s, so nobody is asked to pass it on until then")
        raise CaseError(Saying(said, name=statement.name, time=days.moment(statement.not_before)))
    if statement.until is not None and at >= statement.until:
        said = mark("statement '%(name)s' was to go out until %(time)s, so nobody is asked to pass it on any more")
        raise CaseError(Saying(said, name=statement.name, time=days.moment(statement.until)))


def withdraw(statements: Statements, brand: str, name: str, why: str, by: tuple[str, float]) -> Edition:
    """Take a statement back, and whatever of it has not gone out yet."""
    if not why.strip():
        raise CaseError("to withdraw a statement needs a reason; write down why")
    return statements.record(brand, name, replace(_event(StatementAct.WITHDRAWN, "", by), note=why))


def publish(
    store: Store,
    statements: Statements,
    publishers: Mapping[str, Publisher],
    at: float,
    changed: Callable[[Posting], bool] = lambda posting: False,
) -> Said:
    """Say what was released and whose time has come; while a brand is paused, only what is urgent.

    What `changed` since people approved it waits until somebody looks.
    """
    done = Said()
    for posting in statements.postings(ReplyState.APPROVED):
        publisher = publishers.get(posting.network)
        if posting.until is not None and at >= posting.until:
            statements.settle(posting, ReplyState.FAILED, at=at, note="its time was over before it could go out")
            done.over += 1
        elif _waits(store, posting, publisher, at) or changed(posting):
            done.waiting += 1
        elif publisher is not None and (claimed := _claimed(statements, posting, at)) is not None:
            _say(statements, publisher, claimed, at, done)
    return done


def changes(statements: Statements, folders: Mapping[str, Path], at: float) -> Callable[[Posting], bool]:
    """Whether the words of a posting, or the facts in them, are others at a time than people approved.

    `folders` are the brands' own, by id; where there is none nobody can tell, so nothing changed.
    """

    def changed(posting: Posting) -> bool:
        folder = folders.get(posting.brand)
        if folder is None:
            return False
        try:
            statement = load_statements(folder)[posting.statement]
            now = digest(statement, approved_facts(folder, at))
        except (AscoltaError, KeyError):
            return True
        return now != statements.edition(posting.brand, posting.statement).digest

    return changed


def settle(statements: Statements, publishers: Mapping[str, Publisher], at: float, after: float = 0.0) -> int:
    """Ask each network whether what was being sent stands there, after a crash or an answer that was lost. How many.

    Where the network cannot be asked it stays as it is. `after` spares what was claimed so lately, in seconds.
    """
    settled = 0
    for posting in statements.postings(ReplyState.SENDING):
        publisher = publishers.get(posting.network)
        if publisher is None or posting.since > at - after:
            continue
        outcome = found(partial(publisher.posted, posting), STOPPED, at)
        if outcome is not None:
            statements.settle(posting, outcome.state, at=outcome.at, note=outcome.note)
            settled += 1
    return settled


def again(statements: Statements, brand: str, name: str, at: float) -> int:
    """Try once more what failed of the edition that is released, because a person looked and says so; how many."""
    edition = statements.edition(brand, name)
    failed = statements.postings(ReplyState.FAILED, brand=brand, statement=name)
    wanted = [posting for posting in failed if posting.edition == edition.number]
    for posting in wanted:
        statements.settle(posting, ReplyState.APPROVED, at=at)
    return len(wanted)


def _waits(store: Store, posting: Posting, publisher: Publisher | None, at: float) -> bool:
    """Whether nobody can say a posting now, or its time has not come, or its brand does not speak."""
    return publisher is None or posting.not_before > at or (bool(store.paused(posting.brand)) and not posting.urgent)


def _claimed(statements: Statements, posting: Posting, at: float) -> Posting | None:
    """A posting that nobody else says, as it goes out now; None if somebody else was faster."""
    now = promising(posting, at)
    if now != posting:
        statements.renew(now)
    return now if statements.claim(now.key, at) else None


def _say(statements: Statements, publisher: Publisher, posting: Posting, at: float, done: Said) -> None:
    posted, post = partial(publisher.posted, posting), partial(publisher.post, posting)
    outcome = attempt(posted, post, posting.tries, at)
    if outcome is not None:
        statements.settle(posting, outcome.state, at=outcome.at, note=outcome.note)
        done.sent += outcome.state is ReplyState.SENT
        done.failed += outcome.state is ReplyState.FAILED
        done.waiting += outcome.state is ReplyState.APPROVED


def _act(statements: Statements, brand: str, statement: Statement, event: StatementEvent) -> Edition:
    return statements.record(brand, statement.name, event)


def _event(kind: StatementAct, said: str, by: tuple[str, float], approve: int = 2) -> StatementEvent:
    who, at = by
    if not who.strip():
        raise CaseError("say who does this; a statement carries the names of those who stand for it")
    return StatementEvent(kind=kind, at=at, by=who.strip(), digest=said, approve=approve)
