"""Advocates: asked once by an approved answer, noted when they say yes, forgotten at a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ascolta.core.advocate import (
    EARLY,
    Advocate,
    AdvocateEvent,
    AdvocateKind,
    Scope,
    Stand,
    Terms,
)
from ascolta.core.asking import says_no_more
from ascolta.core.assent import takes_back
from ascolta.core.brand import Brand
from ascolta.core.case import Case, still_here
from ascolta.core.label import says
from ascolta.core.mention import Heard, Mention
from ascolta.core.post import Actor
from ascolta.core.removal import Effect, Removal
from ascolta.core.request import (
    Words,
    agrees,
    needs_peace,
    needs_praise,
    needs_welcome,
    request,
    sent_words,
    terms,
)
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates

_Yeses = Mapping[tuple[str, str], Sequence[Advocate]]
"""Those who agreed, by network and id of the post in which they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is to be asked of the author of a case, by whom, in whose words."""

    case: int
    scope: Scope
    brand: Brand
    by: str
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrower:
    """What a person agreed to, where it is less than what they were asked; None: all of it."""

    topics: tuple[str, ...] | None = None
    networks: tuple[str, ...] | None = None
    most: int | None = None
    until: float | None = None


def ask(store: Store, advocates: Advocates, asking: Asking, at: float, *, dry: bool = False) -> str:
    """Draft the request as the answer to a case; people approve it at the desk, and it goes out as any answer does.

    Returns its words. Raises CaseError if this person may not be asked; `dry` only says so.
    """
    case = _case(store, asking.case)
    if case.brand != asking.brand.id:
        raise CaseError(Saying("case %(id)s is of another brand; name the folder of that one", id=case.id))
    needs_praise(case)
    author = _author(case)
    needs_welcome(store.known(), case.network, author)
    needs_peace(cases_of(store, case.network, author), case)
    wanted = terms(asking.scope, asking.words, case, asking.brand.name, at)
    if advocates.was_asked(case.brand, case.network, author.keys):
        raise CaseError("this person was asked already; nobody is asked twice")
    if dry:
        return wanted.wording
    praise = case.content.post_id if case.content is not None else ""
    event = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=at, by=asking.by, case=case.id, post_id=praise, terms=wanted)
    made = advocates.propose(case.brand, case.network, (author.handle, author.keys), event)
    try:
        store.record(case.id, request(wanted, asking.by, at))
    except CaseError:
        advocates.take_back(made.ref)
        raise
    return wanted.wording


def note_asked(store: Store, advocates: Advocates) -> int:
    """Note of whom the request was sent, in the very words that were proposed; how many.

    Where something else was sent, or the case is gone, nobody can tell what the person saw: they cannot agree any more.
    """
    asked = 0
    for one in advocates.all():
        if one.stand is not Stand.PROPOSED:
            continue
        case = store.case(one.case)
        sent = sent_words(case) if case is not None else None
        if case is None or (sent is not None and one.terms is not None and sent[0] != one.terms.wording):
            advocates.drop(one.ref)
        elif sent is not None:
            advocates.record(
                one.ref, AdvocateEvent(kind=AdvocateKind.ASKED, at=sent[1], case=one.case, post_id=sent[2])
            )
            asked += 1
    return asked


def agree(store: Store, advocates: Advocates, number: int, narrower: Narrower, by: tuple[str, float]) -> Advocate:
    """Note the yes that the author of a case gave to our request; `by` says who noted it, and when.

    Raises CaseError unless this very person was asked, answered that with a plain yes, and does not refuse.
    """
    note_asked(store, advocates)
    case = _case(store, number)
    author = _author(case)
    needs_welcome(store.known(), case.network, author)
    one = _asked_of(advocates, case, author)
    if one.terms is None or case.content is None:
        raise CaseError("the author of this case was not asked, so there is nothing to agree to")
    _needs_answer(store.case(one.case), one, case)
    _needs_yes(case.content.text, one)
    agreed = _agreed(one.terms, narrower)
    who, at = by
    event = AdvocateEvent(
        kind=AdvocateKind.AGREED, at=at, by=who, case=case.id, post_id=case.content.post_id, terms=agreed
    )
    return advocates.record(one.ref, event)


def cases_of(store: Store, network: str, author: Actor) -> list[Case]:
    """All cases that are held of somebody, by whichever name of the account."""
    found = {case.id: case for key in author.keys for case in store.person(network, key).cases}
    return list(found.values())


def heed(advocates: Advocates, heard: Heard, brands: Mapping[str, Brand]) -> int:
    """Forget every advocate who said no more, whose yes is gone or changed, or who does not want to be heard any more.

    To be called with each batch once it is kept; how many went.
    """
    gone, yeses = 0, _yeses(advocates, heard)
    for act in heard.acts:
        if isinstance(act, Removal) and act.actor:
            leaves = act.effect is not Effect.WELCOME
            gone += advocates.withdraw(act.network, act.actor, heard.arrived) if leaves else 0
            continue
        if isinstance(act, Mention):
            gone += _heed_words(advocates, act, _names(act, brands), heard.arrived)
        for one in _unsaid(act, yeses, brands):
            gone += _let_go(advocates, one, heard.arrived)
    return gone


def _yeses(advocates: Advocates, heard: Heard) -> _Yeses:
    """Those who agreed, by the post of their yes; nobody where no post of the batch is gone or changed."""
    found: dict[tuple[str, str], list[Advocate]] = {}
    if any(act.post_id if isinstance(act, Removal) else act.edited for act in heard.acts):
        for one in advocates.all():
            if one.stand is Stand.AGREED:
                found.setdefault((one.network, one.post_id), []).append(one)
    return found


def _unsaid(act: Mention | Removal, yeses: _Yeses, brands: Mapping[str, Brand]) -> list[Advocate]:
    """Those whose yes this takes away, or makes into something else."""
    if isinstance(act, Removal):
        return [one for one in yeses.get((act.network, act.post_id), ()) if one.brand not in act.still]
    there = yeses.get((act.post.network, act.post.id), ()) if act.edited else ()
    names = _names(act, brands)
    return [one for one in there if one.brand == act.brand and not agrees(one, act.post.content, names)]


def _heed_words(advocates: Advocates, mention: Mention, names: Sequence[str], at: float) -> int:
    """Let go of who says no or no more to us; where that is in doubt, of those who were asked."""
    post = mention.post
    spoken = says(mention.labels, "addressed", "yes") or post.in_reply_to is not None
    if not (spoken and takes_back(post.content, names)):
        return 0
    keys = post.attributed_to.keys
    if says_no_more(post.content, names):
        return sum(advocates.withdraw(post.network, key, at) for key in keys)
    found = {one.ref: one for key in keys for one in advocates.of(post.network, key)}
    return sum(_let_go(advocates, one, at) for one in found.values() if one.stand is not Stand.PROPOSED)


def _let_go(advocates: Advocates, one: Advocate, at: float) -> int:
    return sum(advocates.withdraw(one.network, key, at) for key in one.keys)


def _names(mention: Mention, brands: Mapping[str, Brand]) -> tuple[str, ...]:
    brand = brands.get(mention.brand)
    return tuple(brand.spoken) if brand is not None else ()


def _asked_of(advocates: Advocates, case: Case, author: Actor) -> Advocate:
    """Who was asked and opened this case. Raises CaseError if nobody was, or they answered already."""
    found = [one for key in author.keys for one in advocates.of(case.network, key) if one.brand == case.brand]
    if not found:
        raise CaseError("the author of this case was not asked, so there is nothing to agree to")
    if found[0].stand is not Stand.ASKED:
        stands = found[0].stand
        raise CaseError(
            Saying("this person is %(stand)s; only who was asked, and has not answered yet, can agree", stand=stands)
        )
    return found[0]


def _needs_answer(praise: Case | None, one: Advocate, case: Case) -> None:
    """Raises CaseError if a case is no answer to our question: said before that, or under some other post.

    What stands under the question was said after it, even if the network's clock is behind ours. A network may name
    the post that the whole thread stands under.
    """
    above = case.content.in_reply_to if case.content is not None else None
    asked, praised = (
        next((event.post_id for event in one.events if event.kind is kind), "")
        for kind in (AdvocateKind.ASKED, AdvocateKind.PROPOSED)
    )
    early = EARLY if asked and above == asked else 0.0
    if case.published < int(one.since) - early:
        raise CaseError("this was said before the person was asked, so it is no answer to that")
    root = praise.content.in_reply_to if praise is not None and praise.content is not None else None
    if asked and above is not None and above not in (asked, praised, root):
        raise CaseError("this answers another post than our question, so it is no yes to that")


def _needs_yes(text: str, one: Advocate) -> None:
    """Raises CaseError if words are no plain yes."""
    if takes_back(text, (one.brand,)):
        raise CaseError("these words are no yes; note them with `ascolta advocates withdraw`")
    if not agrees(one, text):
        raise CaseError(
            "these words are no plain yes; only that counts, so ask for a yes or no in the answer to this case"
        )


def _agreed(asked: Terms, less: Narrower) -> Terms:
    return replace(
        asked,
        topics=asked.topics if less.topics is None else less.topics,
        networks=asked.networks if less.networks is None else less.networks,
        most=asked.most if less.most is None else less.most,
        until=asked.until if less.until is None else less.until,
    )


def _case(store: Store, number: int) -> Case:
    return still_here(store.case(number), number)


def _author(case: Case) -> Actor:
    content = case.content
    return Actor(id=content.author_key, handle=content.author) if content is not None else Actor()
