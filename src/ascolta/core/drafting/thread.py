"""What a draft is made for: one thread, seen through its labels, and whether a machine may draft for it at all."""

from dataclasses import dataclass

from ascolta.core.case import Case, Status
from ascolta.core.drafting.mood import Mood, mood
from ascolta.core.drafting.template import Kind
from ascolta.core.etiquette import Action
from ascolta.core.mention import Mention
from ascolta.core.redact.persons import words
from ascolta.core.saying import Saying, mark

GRAVE = {
    "minors": Saying("a child"),
    "bereavement": Saying("grief"),
    "self_harm": Saying("danger to somebody's life"),
}
"""Sensitive matters in which only people find words, and what they are called."""

_ASKED = {"question": Kind.QUESTION, "request": Kind.REQUEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread to answer. `key` is its case's, `text` has personal data masked, `name` is the person's visible one.

    `labels` are pairs of name and value; `forbids` is what post or profile forbid (core.consent.Use).
    """

    key: str
    network: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    text: str = ""
    name: str = ""
    action: Action = Action.REPLY
    forbids: tuple[str, ...] = ()
    closed: str = ""

    def said(self, label: str) -> tuple[str, ...]:
        """The values of a label."""
        return tuple(value for name, value in self.labels if name == label)

    @property
    def language(self) -> str:
        """Its language, without a region; empty where it cannot be told."""
        code = next(iter(self.said("language")), "").casefold().replace("_", "-").partition("-")[0]
        return "" if code == "und" else code

    @property
    def kind(self) -> Kind:
        """What an answer to it is, first of all."""
        return self.kinds[0]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What an answer to it is: the kind of the best draft and, where two may be meant, of an alternative.

        What is negative by its label or sounds of trouble is neither thanked nor praised; a question is answered in any
        case, and comes first where nobody sounds unhappy, as complaints are often mistaken for such.
        """
        sounds = mood(self.text, self.language)
        unhappy = sounds.trouble or "negative" in self.said("polarity")
        complaint = "yes" in self.said("complaint")
        if complaint and "yes" not in self.said("addressed"):
            return (Kind.CARE,)
        asked = next((_ASKED[value] for value in self.said("intent") if value in _ASKED), None)
        if unhappy:
            return _sober(sounds, complaint=complaint, asked=asked is not None or sounds.asks)
        if complaint:
            return (asked, Kind.COMPLAINT) if asked else (Kind.COMPLAINT, *([Kind.ANSWER] if sounds.asks else []))
        return self._content(asked, sounds)

    def _content(self, asked: Kind | None, sounds: Mood) -> tuple[Kind, ...]:
        """The kinds of answer where nobody sounds unhappy."""
        if asked is None and sounds.asks:
            asked = Kind.QUESTION if "?" in self.text else Kind.REQUEST
        if "suggestion" in self.said("intent"):
            return (asked, Kind.SUGGESTION) if asked else (Kind.SUGGESTION,)
        if asked:
            return (asked,)
        if sounds.only_thanks:
            return (Kind.THANKS,)
        warm = "praise" in self.said("intent") or sounds.thanks or sounds.glad
        if sounds.only_greets or not warm or not self._is_glad(sounds):
            return (Kind.OTHER,)
        return (Kind.PRAISE,)

    def _is_glad(self, sounds: Mood) -> bool:
        """Whether its tone is known to be good; where nobody can tell, an answer is right for both."""
        return "positive" in self.said("polarity") or (sounds.glad and "praise" in self.said("intent"))

    @property
    def greeted(self) -> str:
        """The first word of the visible name as the person writes it, if it is a first name that we know.

        A display name may say anything, so what is not known for a name is not repeated in public.
        """
        first = self.name.split()[0] if self.name.split() else ""
        return first if first.casefold() in words()["firsts"] else ""


def _sober(sounds: Mood, *, complaint: bool, asked: bool) -> tuple[Kind, ...]:
    """The kinds of answer where somebody seems unhappy: neither thanks nor praise, and nothing glad.

    Where only the label says so and the words are kind, the answer is right for both.
    """
    answers = (Kind.ANSWER,) if asked else ()
    if complaint:
        return (Kind.COMPLAINT, *answers)
    kind = not sounds.trouble and (sounds.thanks or sounds.glad)
    if kind:
        return (*answers, Kind.OTHER)
    return (Kind.UNHAPPY, *answers)


def of_case(case: Case, name: str = "") -> Thread:
    """The thread of a case as it is kept. Its words are masked there already."""
    return Thread(
        key=str(case.id),
        network=case.network,
        labels=case.labels,
        text=case.content.text if case.content else "",
        name=name,
        action=case.decision.action,
        forbids=case.forbids,
        closed=_closed(case.status),
    )


def of_mention(mention: Mention) -> Thread:
    """The thread of a post that was just heard."""
    case = mention.new_case(0.0)
    return Thread(
        key=mention.post.id,
        network=mention.post.network,
        labels=case.labels,
        text=case.content.text,
        name=mention.post.attributed_to.name,
        action=mention.decision.action,
        forbids=mention.forbids,
        closed=_closed(case.status),
    )


def _closed(status: Status) -> str:
    if status is Status.SEALED:
        return mark("the case is sealed; a person opens it first, with a reason")
    if status is Status.SENT:
        return mark("it was answered already; a second answer is pestering")
    if status is Status.RESOLVED:
        return mark("the case is resolved")
    return ""


def held_back(thread: Thread) -> str:
    """Why nothing is drafted for a thread, whatever templates there are; empty if something may be."""
    if thread.closed:
        return thread.closed
    if thread.action is Action.SILENCE:
        return mark("the etiquette keeps silent here")
    grave = tuple(what for matter, what in GRAVE.items() if matter in thread.said("sensitive"))
    if grave:
        return Saying("it touches on %(matters)s: only a person finds the words, without a draft", matters=grave)
    if "reply" in thread.forbids:
        return mark("its author or the post forbids answers in public")
    if "yes" not in thread.said("addressed") and "yes" not in thread.said("complaint"):
        return mark("it was not said to us and complains of nothing, so nothing is said")
    if "spam" in thread.said("intent"):
        return mark("it is an advertisement; nobody is served by an answer")
    return ""
