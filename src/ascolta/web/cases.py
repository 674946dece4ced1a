"""One case: what was said, why it is here, what can be done, what could be said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ascolta.answering import Speech, blocks, findings, is_final, lately, offered
from ascolta.core.case import ANSWERABLE, TWO, Case, CaseEvent, Status
from ascolta.core.draft import Draft, Drafted, Fact, Voice
from ascolta.core.length import LONGEST, length
from ascolta.core.piles import PILES, Pile
from ascolta.core.speaking import Finding
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import listed, number
from ascolta.web.words import gist, told

QUOTED = 80
"""Characters of a fault that are quoted beside what the check says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of an answer, with what stands against it, if anything does."""

    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the check says, once for all the words that it says it of, in the reader's language."""

    severity: str
    why: str
    repair: str
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A draft to begin with, and the approved facts that it states."""

    draft: Draft
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a case's page shows beside the case itself.

    `writing` is who writes an answer now, `is_mine` whether that is the person who looks; `typed` is what stands in the
    field, `count` how long that is, `used` the template that it began with. `none` is why nothing is offered, `model`
    why no model's choice is.
    """

    can_draft: bool
    can_approve: bool
    can_unseal: bool
    can_resolve: bool
    approvals: str
    gist: str
    findings: Sequence[Told] = ()
    marked: Sequence[Piece] = ()
    blocked: bool = False
    final: bool = False
    writing: str = ""
    is_mine: bool = False
    offers: Sequence[Offer] = ()
    none: str = ""
    model: str = ""
    can_choose: bool = False
    typed: str = ""
    count: str = ""
    used: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks at a case, when, and what they were typing."""

    who: str
    at: float
    typed: str = ""
    use: str = ""
    ask: bool = False


def look(store: Store, case: Case, speech: Speech, looking: Looking) -> Shown:
    """What may be done to a case now, what stands against its draft, and what could be said."""
    writing = case.writing(looking.at)
    is_mine = writing != "" and writing.casefold() == looking.who.casefold()
    before = lately(store, case)
    found = findings(case, speech.voice, case.draft, looking.at, before) if case.draft else ()
    against = bool(blocks(found))
    shown = Shown(
        can_draft=case.status in ANSWERABLE,
        can_approve=case.status is Status.DRAFTED
        and not (writing and not is_mine)
        and looking.who not in case.approved_by,
        can_unseal=case.status is Status.SEALED,
        can_resolve=PILES[case.status] is not Pile.DONE,
        approvals=approvals(case, against=against),
        gist=gist(case.labels, case.network),
        findings=grouped(case.draft, found),
        marked=marked(case.draft, found),
        blocked=against,
        final=is_final(found),
        writing=writing,
        is_mine=is_mine,
    )
    if not shown.can_draft or (writing and not is_mine):
        return replace(shown, typed=looking.typed)
    return _with_offers(case, speech, looking, before, shown)


def approvals(case: Case, *, against: bool) -> str:
    """How many people have to approve, and who did so far."""
    need = max(case.needs, TWO) if against else case.needs
    names = listed(case.approved_by)
    if need == 1:
        return _("one person approves; so far %(names)s", names=names) if names else _("one person approves")
    return _("two people approve; so far %(names)s", names=names) if names else _("two people approve")


def grouped(text: str, found: Sequence[Finding]) -> list[Told]:
    """What the check says of a text: each thing once, with the words that it means."""
    words: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in found:
        said = words.setdefault((str(one.severity), told(one.why), told(one.repair)), {})
        if one.rule != "length" and 0 < one.end - one.start < len(text):
            piece = " ".join(text[one.start : one.end].split())
            said[piece if len(piece) <= QUOTED else f"{piece[:QUOTED]}…"] = None
    return [Told(severity=how, why=why, repair=repair, words=[*said]) for (how, why, repair), said in words.items()]


def counted(text: str, network: str) -> str:
    """How long a text is, as its network counts, of how many characters that takes; empty where that is not known."""
    most = LONGEST.get(network)
    if most is None:
        return ""
    return _("%(count)s of %(most)s characters", count=number(length(text, network)), most=number(most))


def marked(text: str, found: Sequence[Finding]) -> list[Piece]:
    """A text in pieces, those with a finding marked. What stands for the whole text marks nothing in it."""
    pieces: list[Piece] = []
    here = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start < here or one.end <= one.start or (one.start == 0 and one.end >= len(text)):
            continue
        pieces += [Piece(text=text[here : one.start]), Piece(text=text[one.start : one.end], finding=one)]
        here = one.end
    return [piece for piece in (*pieces, Piece(text=text[here:])) if piece.text]


def _with_offers(case: Case, speech: Speech, looking: Looking, before: Sequence[CaseEvent], shown: Shown) -> Shown:
    made = _offered(case, speech, looking, before)
    used = next((one for one in made.drafts if one.template == looking.use), None)
    typed = looking.typed or (used.text if used else case.draft)
    return replace(
        shown,
        offers=[Offer(draft=one, facts=_facts(one, speech.voice)) for one in made.drafts],
        none=made.why,
        model=made.model,
        can_choose=speech.ask is not None and not looking.ask,
        typed=typed,
        count=counted(typed, case.network),
        used=used.template if used else looking.use,
    )


def _offered(case: Case, speech: Speech, looking: Looking, before: Sequence[CaseEvent]) -> Drafted:
    if not looking.who:
        return Drafted()
    try:
        return offered(case, speech, (looking.who, looking.at), before, ask=looking.ask)
    except CaseError as error:
        return Drafted(why=told(error))


def _facts(draft: Draft, voice: Voice) -> list[Fact]:
    return [fact for fact in voice.facts.facts if fact.id in draft.facts]
