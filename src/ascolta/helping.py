"""Advocates: asked once by an approved answer, noted when they say yes, forgotten at a word."""

from collections.abc import Mapping
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
from ascolta.core.brand import Brand
from ascolta.core.case import Case, still_here
from ascolta.core.label import says
from ascolta.core.mention import Heard, Mention
from ascolta.core.post import Actor
from ascolta.core.removal import Effect, Removal
from ascolta.core.request import Words, needs_praise, needs_welcome, request, sent_words, terms
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates


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
    wanted = terms(asking.scope, asking.words, case, asking.brand.name, at)
    if advocates.was_asked(case.brand, case.network, author.keys):
        raise CaseError("this person was asked already; nobody is asked twice")
    if dry:
        return wanted.wording
    event = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=at, by=asking.by, case=case.id, terms=wanted)
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
            advocates.record(one.ref, AdvocateEvent(kind=AdvocateKind.ASKED, at=sent[1], case=one.case))
            asked += 1
    return asked


def agree(store: Store, advocates: Advocates, number: int, narrower: Narrower, by: tuple[str, float]) -> Advocate:
    """Note the yes that the author of a case gave to our request; `by` says who noted it, and when.

    Raises CaseError unless this very person was asked, answered after that, and does not refuse.
    """
    note_asked(store, advocates)
    case = _case(store, number)
    author = _author(case)
    needs_welcome(store.known(), case.network, author)
    found = [one for key in author.keys for one in advocates.of(case.network, key) if one.brand == case.brand]
    if not found:
        raise CaseError("the author of this case was not asked, so there is nothing to agree to")
    one = found[0]
    if one.stand is not Stand.ASKED or one.terms is None:
        raise CaseError(
            Saying("this person is %(stand)s; only who was asked, and has not answered yet, can agree", stand=one.stand)
        )
    if case.published < one.since - EARLY:
        raise CaseError("this was said before the person was asked, so it is no answer to that")
    content = case.content
    if content is None or says_no_more(content.text):
        raise CaseError("these words are no yes; note them with `ascolta advocates withdraw`")
    agreed = _agreed(one.terms, narrower)
    who, at = by
    event = AdvocateEvent(kind=AdvocateKind.AGREED, at=at, by=who, case=case.id, post_id=content.post_id, terms=agreed)
    return advocates.record(one.ref, event)


def heed(advocates: Advocates, heard: Heard, brands: Mapping[str, Brand]) -> int:
    """Forget every advocate who said no more, or who does not want to be heard any more; how many went.

    To be called with each batch once it is kept.
    """
    gone = 0
    for act in heard.acts:
        if isinstance(act, Removal):
            leaves = bool(act.actor) and act.effect is not Effect.WELCOME
            gone += advocates.withdraw(act.network, act.actor, heard.arrived) if leaves else 0
        elif _ends(act, brands):
            keys = act.post.attributed_to.keys
            gone += sum(advocates.withdraw(act.post.network, key, heard.arrived) for key in keys)
    return gone


def _ends(mention: Mention, brands: Mapping[str, Brand]) -> bool:
    post, brand = mention.post, brands.get(mention.brand)
    spoken = says(mention.labels, "addressed", "yes") or post.in_reply_to is not None
    return spoken and says_no_more(post.content, brand.spoken if brand is not None else ())


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
