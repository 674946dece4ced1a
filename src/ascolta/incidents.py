"""Incidents: a person accepts a plan, and its steps act: what is said goes out once, whatever happens.

Every act looks first at what it would do again: a statement that went out since the incident began is out, who was
briefed about it is not briefed again, a desk that was told is told under the same key. So an act that was cut off
anywhere is simply done again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ascolta import voice
from ascolta.briefing import Order, brief, chosen, settle_briefings
from ascolta.core.advocate import Wanted
from ascolta.core.alert import AlertChange
from ascolta.core.brand import Brand
from ascolta.core.incident import (
    ASCOLTA,
    Alarm,
    Incident,
    IncidentAct,
    IncidentEvent,
    begin,
    escalations,
    fold,
    paused_why,
)
from ascolta.core.meaning import sentence
from ascolta.core.paper import Paper
from ascolta.core.plan import Plan, Step, StepKind
from ascolta.core.prepared import faults
from ascolta.core.review import Hour, review, span
from ascolta.core.saying import Saying
from ascolta.core.statement import Edition, Facts, Statement, StatementState, digest, moment, worded
from ascolta.errors import AscoltaError, CaseError, SourceError
from ascolta.files.helping import load_helping
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.ports import Herald, Lookups, Messenger, Publisher, Store
from ascolta.stores.advocates import Advocates
from ascolta.stores.incidents import Incidents
from ascolta.stores.statements import Statements
from ascolta.telling import ESCALATION

OUT = (StatementState.RELEASED, StatementState.PUBLISHED)
LATELY = 300.0
"""What was claimed within so many seconds may still be on its way from another program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the steps of incidents act through. `folders` are the brands' own, by id: their files are read afresh.

    `heralds` tell people outside of the desk, by brand; without one a step that notifies is done by a person. On
    the networks in `accounts`, by brand, its own account posts; elsewhere nobody reads it. None: this is a rehearsal.
    """

    store: Store
    incidents: Incidents
    statements: Statements
    advocates: Advocates
    publishers: Mapping[str, Publisher]
    messengers: Mapping[str, Messenger]
    folders: Mapping[str, Path]
    lookups: Lookups | None = None
    heralds: Mapping[str, Herald] = field(default_factory=dict)
    accounts: Mapping[str, Collection[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a step would publish or pass on, to be read before it does: network, language and text of each post.

    What advocates are written to has no network.

    `digest` goes back with the decision, so that nothing goes out but what was read. `lacks` is what stands in the way,
    `out` that it went out since the incident began, `unread` the networks on which the brand has no account that posts.
    """

    statement: str
    posts: tuple[tuple[str, str, str], ...] = ()
    digest: str = ""
    lacks: str = ""
    out: bool = False
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class Ticked:
    """What one round did, in numbers."""

    escalated: int = 0
    untold: int = 0
    sent: int = 0


def accept(room: Room, brand: Brand, plan: Plan, alarm: AlertChange | None, by: tuple[str, float]) -> Incident:
    """A person accepts a plan; where its first step is to stop speaking, that is done at once.

    Where an incident of this plan goes on already, that one is given. Raises CaseError without a name.
    """
    who, at = by
    begun = begin(plan, _alarm(alarm))
    accepted = IncidentEvent(kind=IncidentAct.ACCEPTED, at=at, by=who.strip())
    events = [accepted]
    if plan.steps[0].kind is StepKind.PAUSE:
        events.append(replace(accepted, kind=IncidentAct.DONE, step=1, said=_PAUSED))
    fold(Incident(number=0, brand=brand.id, begun=begun), events)
    there = next((one for one in room.incidents.open(brand.id) if one.begun.plan == plan.name), None)
    if there is not None:
        return there
    if len(events) > 1:
        room.store.pause(brand.id, paused_why(begun), at)
    return room.incidents.accept(brand.id, begun, events)


def act(room: Room, brand: Brand, number: int, event: IncidentEvent, seen: str = "") -> Incident:
    """Record what a person did in an incident; where it is a step that acts by itself, do that first.

    `seen` is the digest of the words that the person read (see `words`). Raises CaseError if it does not fit.
    """
    event = replace(event, by=event.by.strip(), said=event.said.strip(), why=event.why.strip())
    incident = room.incidents.incident(number)
    if incident.brand != brand.id:
        raise CaseError(Saying("incident %(number)s is of another brand; name that one's folder", number=number))
    fold(incident, [event])
    if event.kind is IncidentAct.DONE:
        did = _do(room, brand, incident, event, seen)
        event = replace(event, said="; ".join(part for part in (did, event.said) if part))
    return room.incidents.record(number, event)


def words(room: Room, brand: Brand, incident: Incident, number: int, at: float) -> Words:
    """What a step would publish or pass on now, in the very words, and what stands in the way of that."""
    step = incident.step(number).step
    try:
        statement, facts = _statement(room, brand, step, at)
        if step.scope:
            said = voice.approved_words(room.statements, brand.id, statement, facts, at)
            passed = tuple(("", language, text) for language, text in said.items())
            return Words(statement=statement.name, posts=passed, digest=digest(statement, facts))
        edition = room.statements.edition(brand.id, statement.name)
        update = moment(max(at, statement.not_before or 0.0) + statement.next_update)
        posts = tuple(
            (network, language, worded(statement, language, facts, update)) for network, language in statement.outlets
        )
        unread = _unread(room, brand, statement)
        found = Words(statement=statement.name, posts=posts, digest=digest(statement, facts), unread=unread)
        return replace(found, out=_is_out(edition, incident), lacks=_lacks(statement, edition, incident, found.digest))
    except CaseError as error:
        return Words(statement=step.statement, lacks=error.args[0])


def reach(room: Room, brand: Brand, incident: Incident, number: int, at: float) -> int:
    """How many advocates a step would brief now. Raises CaseError if it cannot."""
    order = _order(room, brand, incident.step(number).step, ("", at))
    return len(chosen(room.store, room.advocates, order, at))


def reviewed(room: Room, brand: Brand, incident: Incident, at: float) -> Paper:
    """The review of an incident, with what the detector said and what was heard around it."""
    first, last = span(incident, at)
    changes = [change for change in room.store.alerts(brand.id) if first <= change.at < last]
    return review(incident, brand.name, changes, _hours(room.store, brand.id, (int(first), int(last))), at)


def tick(room: Room, brands: Iterable[Brand], at: float) -> Ticked:
    """To be called every few seconds: tell of late steps, say what is due, settle what was cut off."""
    done = Ticked()
    for brand in brands:
        for incident in room.incidents.open(brand.id):
            for number in escalations(incident, at):
                _escalate(room, incident, number, at, done)
    voice.settle(room.statements, room.publishers, at, LATELY)
    changed = voice.changes(room.statements, room.folders, at)
    done.sent = voice.publish(room.store, room.statements, room.publishers, at, changed).sent
    settle_briefings(room.advocates, room.messengers, at, LATELY)
    return done


def _hours(store: Store, brand: str, span: tuple[int, int]) -> list[Hour]:
    """What was heard in each whole hour; hours without any are left out."""
    found: dict[str, dict[int, int]] = {"all": {}, "complaint": {}}
    for stream, sums in found.items():
        for tick, count in store.counts(brand, stream, *span).items():
            sums[tick // 3_600] = sums.get(tick // 3_600, 0) + count
    return [
        Hour(at=hour * 3_600.0, mentions=count, complaints=found["complaint"].get(hour, 0))
        for hour, count in sorted(found["all"].items())
    ]


_PAUSED = "All speaking is paused."


def _alarm(change: AlertChange | None) -> Alarm | None:
    if change is None:
        return None
    risk = change.risk
    return Alarm(
        stream=change.stream,
        at=change.at,
        once_in_days=change.once_in_days,
        why=change.why,
        grade=risk.grade if risk is not None else "",
        meant=sentence(risk) if risk is not None else "",
    )


def _do(room: Room, brand: Brand, incident: Incident, event: IncidentEvent, seen: str) -> str:
    """What a step does by itself, and a sentence about it; nothing where people do all of it."""
    step, by = incident.step(event.step).step, (event.by, event.at)
    if step.kind is StepKind.PAUSE:
        room.store.pause(brand.id, paused_why(incident.begun), event.at)
        return _PAUSED
    if step.kind is StepKind.STATEMENT and step.statement:
        return _publish(room, brand, incident, event, seen)
    if step.kind is StepKind.ADVOCATES and step.scope:
        return _brief(room, brand, step, by)
    if step.kind is StepKind.NOTIFY and step.desk and (herald := room.heralds.get(brand.id)) is not None:
        herald.tell(step.desk, _subject(incident), f"{step.name}: {step.do}", _key(incident, event.step, "tell"))
        return f"The desk '{step.desk}' was told."
    if step.kind is StepKind.LOWER:
        days = "a day" if step.once_in_days == 1 else f"in {step.once_in_days:g} days"
        return f"An alarm is raised by what comes once {days}, until this is over."
    return ""


def _publish(room: Room, brand: Brand, incident: Incident, event: IncidentEvent, seen: str) -> str:
    """Release the statement although the brand is paused, and say what is due; if it is out since, that was it."""
    step = incident.step(event.step).step
    statement, facts = _statement(room, brand, step, event.at)
    edition = room.statements.edition(brand.id, statement.name)
    if not _is_out(edition, incident):
        now = digest(statement, facts)
        if lacks := _lacks(statement, edition, incident, now):
            raise CaseError(lacks)
        if seen != now:
            raise CaseError("the words are others than those that you read; read them again, then publish")
        voice.release(room.statements, brand.id, statement, facts, (event.by, event.at, True))
    changed = voice.changes(room.statements, room.folders, event.at)
    voice.publish(room.store, room.statements, room.publishers, event.at, changed)
    return f"The statement '{statement.name}' was released in {_several(len(statement.outlets), 'place')}."


def _brief(room: Room, brand: Brand, step: Step, by: tuple[str, float]) -> str:
    """Write to those advocates who were not written to about this yet."""
    order = _order(room, brand, step, by)
    done = brief((room.store, room.advocates, room.messengers), order, by[1], room.lookups)
    rest = done.missed + done.waiting
    more = f", {rest} could not be reached" if rest else ""
    return f"{_several(done.told, 'advocate')} {'was' if done.told == 1 else 'were'} briefed{more}."


def _order(room: Room, brand: Brand, step: Step, by: tuple[str, float]) -> Order:
    """Whom to brief with what. Raises CaseError if scope or statement is not there, or not approved."""
    who, at = by
    statement, facts = _statement(room, brand, step, at)
    helping = load_helping(room.folders[brand.id])
    scope = helping.scopes.get(step.scope)
    if scope is None:
        raise CaseError(
            Saying("there is no scope '%(scope)s' in advocates.yaml; `ascolta check` tells more", scope=step.scope)
        )
    edition = room.statements.edition(brand.id, statement.name)
    said = voice.approved_words(room.statements, brand.id, statement, facts, at)
    wanted = Wanted(scope=scope, about=f"{statement.name} {edition.number}", topic=step.topic or statement.topic)
    return Order(brand=brand, wanted=wanted, statement=said, by=who, words=helping.words, urgent=True)


def _statement(room: Room, brand: Brand, step: Step, at: float) -> tuple[Statement, Facts]:
    """The statement that a step names, and the facts that hold. Raises CaseError if it is not there, or not sound."""
    folder = room.folders[brand.id]
    statement = load_statements(folder).get(step.statement)
    if statement is None:
        raise CaseError(
            Saying(
                "there is no statement '%(statement)s' in statements/; `ascolta check` tells more",
                statement=step.statement,
            )
        )
    facts = approved_facts(folder, at)
    wrong = [one.message for one in faults(statement, facts, brand.handles) if one.severity == "error"]
    if wrong:
        raise CaseError(Saying("the statement '%(name)s' is not sound: %(wrong)s", name=statement.name, wrong=wrong[0]))
    return statement, facts


def _unread(room: Room, brand: Brand, statement: Statement) -> tuple[str, ...]:
    """The networks of a statement on which the brand has no account that posts, so that nobody reads it there."""
    if room.accounts is None:
        return ()
    ours = room.accounts.get(brand.id, ())
    return tuple(network for network in statement.where if network not in ours)


def _is_out(edition: Edition, incident: Incident) -> bool:
    """Whether it was released since the incident began; what went out before answers something else."""
    return edition.state in OUT and edition.since >= incident.since


def _lacks(statement: Statement, edition: Edition, incident: Incident, now: str) -> str:
    """What stands in the way of its going out; empty where nothing does."""
    name = statement.name
    if _is_out(edition, incident):
        return ""
    if edition.state is StatementState.APPROVED:
        changed = edition.digest != now
        again = Saying("'%(name)s' changed since it was approved; prepare it anew and have it approved", name=name)
        return again if changed else ""
    if edition.state is StatementState.PREPARED:
        return Saying.of(
            "'%(name)s' is not approved yet: %(num)s more person must, by `ascolta statements approve %(name)s`",
            "'%(name)s' is not approved yet: %(num)s more people must, by `ascolta statements approve %(name)s`",
            edition.due,
            name=name,
        )
    if edition.state in OUT:
        return Saying("'%(name)s' went out before this incident began; prepare it anew and have it approved", name=name)
    return Saying(
        "'%(name)s' is %(state)s; it takes `ascolta statements prepare %(name)s` and then approval",
        name=name,
        state=edition.state,
    )


def _escalate(room: Room, incident: Incident, number: int, at: float, done: Ticked) -> None:
    """Tell that a step is late, once. Where the desk cannot be reached, this is tried again."""
    one, herald = incident.step(number), room.heralds.get(incident.brand)
    said = f"'{one.step.name}' should have been done within {one.step.term} by {one.step.who}."
    try:
        if herald is not None:
            desk = incident.begun.escalate or ESCALATION
            herald.tell(desk, _subject(incident), f"Late: {said}", _key(incident, number, "late"))
    except AscoltaError as error:
        if isinstance(error, SourceError) and error.retry:
            done.untold += 1
            return
    event = IncidentEvent(kind=IncidentAct.ESCALATED, at=at, by=ASCOLTA, step=number, said=said)
    try:
        room.incidents.record(incident.number, event)
        done.escalated += 1
    except CaseError:
        """Somebody was faster: it was done just now, or told by another program."""


def _subject(incident: Incident) -> str:
    return f"{incident.brand}: {incident.begun.title} ({incident.severity}, incident {incident.number})"


def _key(incident: Incident, step: int, what: str) -> str:
    """The same at every try."""
    return f"incident-{incident.brand}-{incident.number}-{step}-{what}"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
