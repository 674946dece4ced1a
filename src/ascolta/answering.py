"""Answering from the desk: drafts to begin with, the whole check, and who may let what go out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ascolta.core.case import Case, CaseEvent, Status, still_here
from ascolta.core.days import DAY
from ascolta.core.draft import Drafted, Occasion, Voice, draft, of_case, signature
from ascolta.core.drafting.asked import Ask
from ascolta.core.drafting.sound import talk_of
from ascolta.core.length import too_long
from ascolta.core.request import is_request
from ascolta.core.saying import Saying, mark
from ascolta.core.speaking import Finding, Severity, Talk, check
from ascolta.errors import CaseError
from ascolta.files.helping import Helping
from ascolta.ports import Store

ABSOLUTE = frozenset(("empty", "length", "not-addressed", "second-reply", "after-stop", "changed"))
"""Rules that nobody can go against: with them there is nothing to say, or nobody to say it to."""

PEOPLE = "people-only"
"""The rule about grief, children and danger."""

ALONE = 600.0
"""Seconds for which somebody who writes an answer has the case alone, unless they go on writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one brand speaks, and what it may ask of people; `ask` asks a model which draft comes first."""

    voice: Voice = field(default_factory=Voice)
    ask: Ask | None = None
    helping: Helping = field(default_factory=Helping)


def lately(store: Store, case: Case) -> list[CaseEvent]:
    """The last answers of a brand to others than the author of a case, the newest last."""
    return store.drafted(case.brand, case.id)


def talk(case: Case, voice: Voice, at: float, before: Sequence[CaseEvent]) -> Talk:
    """What the check is told of a case: its post, its labels, the facts of today, the answers given lately."""
    known = talk_of(of_case(case), voice, int(at // DAY))
    standing = replace(known.standing, by_machine=False, answered=case.status is Status.SENT)
    account = case.content.author if case.content is not None else ""
    return replace(known, standing=standing, account=account, recent=tuple(event.note for event in before))


def findings(case: Case, voice: Voice, text: str, at: float, before: Sequence[CaseEvent]) -> tuple[Finding, ...]:
    """All that stands against saying `text` as the answer to a case; `before` is what was said `lately`.

    A request to become an advocate is in words of the brand's own files, so only what forbids any answer counts there.
    """
    found = (*check(text, talk(case, voice, at, before)), *_too_long(text, case.network))
    if text == case.draft and is_request(case):
        return tuple(one for one in found if one.rule in ABSOLUTE or one.rule == PEOPLE)
    return found


def _too_long(text: str, network: str) -> tuple[Finding, ...]:
    """That a network does not take a text of this length; what is too much of it, as near as code points tell."""
    over = too_long(text, network)
    if not over:
        return ()
    why = Saying.of(
        "it is %(num)s character longer than %(network)s takes",
        "it is %(num)s characters longer than %(network)s takes",
        over,
        network=network,
    )
    repair = mark("Shorten it, or offer a private channel for the rest.")
    return (Finding(rule="length", start=max(0, len(text) - over), end=len(text), why=why, repair=repair),)


def blocks(found: Sequence[Finding]) -> tuple[str, ...]:
    """The rules that keep an answer in, each once."""
    return tuple(dict.fromkeys(one.rule for one in found if one.severity is Severity.BLOCK))


def is_final(found: Sequence[Finding]) -> bool:
    """Whether something stands against an answer that nobody can go against."""
    return not ABSOLUTE.isdisjoint(blocks(found))


def offered(
    case: Case, speech: Speech, by: tuple[str, float], before: Sequence[CaseEvent], *, ask: bool = False
) -> Drafted:
    """Drafts for a case, signed by a person, at a time; none begins as the last one of the brand did.

    With `ask`, the model says which comes first, if there is one. Raises CaseError if nobody can sign with the name.
    """
    name, at = by
    used = tuple(event.template for event in before if event.template)
    occasion = Occasion(signed=signature(name), day=int(at // DAY), recent=used)
    return draft(of_case(case), speech.voice, occasion, speech.ask if ask else None)


def save(store: Store, speech_of: Callable[[str], Speech], number: int, event: CaseEvent) -> Case:
    """Save an answer as the draft of a case; a template counts if it is one of the brand's."""
    case = store.case(number)
    known = speech_of(case.brand).voice.templates if case is not None and event.template else ()
    template = event.template if any(one.id == event.template for one in known) else ""
    return store.record(number, replace(event, template=template))


def approve(store: Store, speech_of: Callable[[str], Speech], number: int, event: CaseEvent) -> Case:
    """One person's approval of a draft; the note of the event is why it may go out against the check.

    Raises CaseError where the check blocks the draft and there is no reason, or none could be enough. With a reason
    it still takes two people, and the journal is told of both and of the rules.
    """
    case = still_here(store.case(number), number)
    voice = speech_of(case.brand).voice
    found = findings(case, voice, case.draft, event.at, lately(store, case)) if case.draft else ()
    against = [one for one in found if one.severity is Severity.BLOCK]
    if is_final(found):
        worst = next(one for one in against if one.rule in ABSOLUTE)
        raise CaseError(Saying("this answer cannot go out: %(why)s", why=worst.why))
    if against and not event.note.strip():
        raise CaseError(
            Saying(
                "the check keeps this answer in: %(why)s; change it, or write down why it may go out all the same",
                why=against[0].why,
            )
        )
    seen = event.seen or len(case.events)
    return store.record(number, replace(event, overrides=blocks(found), seen=seen))
