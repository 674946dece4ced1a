"""The brand's own channels: a statement that people approved and released goes out, once, whatever happens."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from ascolta.attempt import attempt, found
from ascolta.core.reply import ReplyState
from ascolta.core.saying import Saying
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
    worded,
)
from ascolta.errors import CaseError
from ascolta.ports import Publisher, Store
from ascolta.stores.statements import Statements

STOPPED = "we stopped while sending and it does not stand on the network; try it again if it should"


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
    """Let an approved statement go out at its time; `by` says who, when, and whether although the brand is paused."""
    who, at, urgent = by
    edition = statements.edition(brand, statement.name)
    event = _event(StatementAct.RELEASED, digest(statement, facts), (who, at))
    out = tuple(postings(statement, edition, facts, at, urgent=urgent))
    return statements.record(brand, statement.name, event, out)


def approved_words(statements: Statements, brand: str, statement: Statement, facts: Facts) -> dict[str, str]:
    """The words by language, for those who pass them on. Raises CaseError unless people approved just these."""
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


def withdraw(statements: Statements, brand: str, name: str, why: str, by: tuple[str, float]) -> Edition:
    """Take a statement back, and whatever of it has not gone out yet."""
    if not why.strip():
        raise CaseError("to withdraw a statement needs a reason; write down why")
    return statements.record(brand, name, replace(_event(StatementAct.WITHDRAWN, "", by), note=why))


def publish(store: Store, statements: Statements, publishers: Mapping[str, Publisher], at: float) -> Said:
    """Say what was released and whose time has come; while a brand is paused, only what is urgent."""
    done = Said()
    for posting in statements.postings(ReplyState.APPROVED):
        publisher = publishers.get(posting.network)
        if posting.until is not None and at >= posting.until:
            statements.settle(posting, ReplyState.FAILED, at=at, note="its time was over before it could go out")
            done.over += 1
        elif publisher is None or posting.not_before > at or (store.paused(posting.brand) and not posting.urgent):
            done.waiting += 1
        elif statements.claim(posting.key, at):
            _say(statements, publisher, posting, at, done)
    return done


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
