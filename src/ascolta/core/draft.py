"""Drafts for one thread: the best and two others, each with the sources of what it says, or why there is none.

A draft is a proposal to a person. Nothing here sends or keeps anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from ascolta.core.drafting.asked import Ask, ModelError, asked, chosen, not_asked
from ascolta.core.drafting.fact import Fact as Fact
from ascolta.core.drafting.fact import Facts as Facts
from ascolta.core.drafting.fact import Use as Use
from ascolta.core.drafting.options import Draft as Draft
from ascolta.core.drafting.options import Filling, Option, longest_on, missing, options, templates_for
from ascolta.core.drafting.options import Occasion as Occasion
from ascolta.core.drafting.options import Piece as Piece
from ascolta.core.drafting.options import Voice as Voice
from ascolta.core.drafting.sound import against, talk_of
from ascolta.core.drafting.template import Kind as Kind
from ascolta.core.drafting.template import Template as Template
from ascolta.core.drafting.thread import Thread as Thread
from ascolta.core.drafting.thread import held_back
from ascolta.core.drafting.thread import of_case as of_case
from ascolta.core.drafting.thread import of_mention as of_mention
from ascolta.core.saying import Saying, mark
from ascolta.core.speaking import Talk
from ascolta.errors import CaseError

HOW_MANY = 3
_SIGNED = re.compile(r"[^\W\d_]{1,20}(?:[-'’][^\W\d_]{2,20})?|(?:[^\W\d_][.]? ?){1,3}")
_KINDS = {
    Kind.UNHAPPY: Saying("somebody who is unhappy"),
    Kind.ANSWER: Saying("a question of somebody who is unhappy"),
    Kind.QUESTION: Saying("a question"),
    Kind.REQUEST: Saying("a request"),
    Kind.SUGGESTION: Saying("a suggestion"),
    Kind.COMPLAINT: Saying("a complaint"),
    Kind.CARE: Saying("a complaint that was not said to us"),
    Kind.PRAISE: Saying("praise"),
    Kind.THANKS: Saying("thanks"),
    Kind.OTHER: Saying("anything else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What was drafted, the best first. `why` there is nothing; `model` says why no model's choice is among it."""

    drafts: tuple[Draft, ...] = ()
    why: str = ""
    model: str = ""


def signature(name: str) -> str:
    """A first name or initials, out of what a person calls themselves. Raises CaseError."""
    said = " ".join(name.split())
    for found in (said, said.partition(" ")[0]):
        if _SIGNED.fullmatch(found):
            return found.strip()
    raise CaseError("an answer is signed with a first name or initials, such as Ann or A. S.")


def draft(thread: Thread, voice: Voice, occasion: Occasion, ask: Ask | None = None) -> Drafted:
    """Up to three drafts for a thread. With `ask`, a language model may say which one comes first."""
    why = held_back(thread)
    if why:
        return Drafted(why=why)
    offered = options(thread, voice, occasion)
    drafting = _Drafting(thread, talk_of(thread, voice, occasion.day), occasion.signed)
    made = drafting.best(offered)
    if not made:
        return Drafted(why=drafting.blocked or _why_none(thread, voice, occasion, offered))
    if ask is None:
        return Drafted(drafts=made)
    why = not_asked(thread, voice.leave)
    if why:
        return Drafted(drafts=made, model=Saying("the model was not asked: %(why)s", why=why))
    try:
        first = drafting.made(*chosen(ask(asked(thread, offered)), offered))
    except ModelError as error:
        return Drafted(drafts=made, model=str(error))
    others = [one for one in made if one.template != first.template]
    return Drafted(drafts=(first, *others)[:HOW_MANY])


class _Drafting:
    """Filling templates for one thread, and asking the check of replies about each draft."""

    def __init__(self, thread: Thread, talk: Talk, signed: str) -> None:
        self.talk, self.signed, self.network = talk, signed, thread.network
        self.blocked = ""

    def best(self, offered: list[Option]) -> tuple[Draft, ...]:
        """The first drafts that fit the network and that nothing stands against.

        Where each of them states what only the topic calls for, the last is one that does not: the topic may be wrong.
        """
        made = list(
            islice(self._sound((option, option.closest(turn)) for turn, option in enumerate(offered)), HOW_MANY)
        )
        some = [one for option in offered for fillings in option.fillings.values() for one in fillings]
        guessed = {one.fact for one in some if one.fact and not one.sure}
        if made and all(not guessed.isdisjoint(draft.facts) for draft in made):
            kept = made[: HOW_MANY - 1]
            others = [one for one in offered if one.template.id not in {draft.template for draft in kept}]
            plain = next(self._sound((one, one.plain()) for one in others if one.plain()), None)
            made = [*kept, plain] if plain else made
        return tuple(made)

    def made(self, option: Option, fillings: Mapping[str, Filling]) -> Draft:
        """The draft that a model chose. Raises ModelError if it cannot go out."""
        draft = option.draft(fillings, self.signed, self.network)
        if draft is None:
            raise ModelError("the model's answer was refused: what it chose is too long for the network")
        if against(draft.text, self.talk):
            raise ModelError("the model's answer was refused: the check of replies blocks what it chose")
        return replace(draft, by="model")

    def _sound(self, filled: Iterable[tuple[Option, Mapping[str, Filling]]]) -> Iterator[Draft]:
        for option, fillings in filled:
            draft = option.draft(fillings, self.signed, self.network)
            why = against(draft.text, self.talk) if draft else ""
            if draft and not why:
                yield draft
            elif why and not self.blocked:
                self.blocked = Saying("the check of replies blocks what the templates say here: %(why)s", why=why)


def _why_none(thread: Thread, voice: Voice, occasion: Occasion, offered: list[Option]) -> str:
    language = thread.language
    said = {"language": language, "kind": _KINDS[thread.kind]}
    if not language:
        return mark("its language cannot be told, and nothing is drafted in a language that is not the person's own")
    if not any(template.language == language for template in voice.templates):
        return Saying(
            "there are no templates in '%(language)s', and nothing is drafted in another language", language=language
        )
    if not templates_for(thread, voice):
        return Saying("no template in '%(language)s' answers %(kind)s", **said)
    if offered:
        most = longest_on(thread.network)
        return Saying("every draft is longer than %(most)s characters; shorten facts and templates", most=most)
    lacking = missing(thread, voice, occasion.day)
    if lacking:
        slots = " or ".join(f"{{{name}}}" for name in lacking)
        return Saying(
            "the templates in '%(language)s' for %(kind)s need %(slots)s, and no approved fact of today gives it",
            **said,
            slots=slots,
        )
    return mark("the only template that fits was used last, and none is used twice in a row")
