"""What to write instead, rule by rule; where one sentence will do, in the reply's own language."""

from functools import lru_cache

from ascolta.core.saying import Saying, mark
from ascolta.core.speaking.lexicon import language_of, lexicon
from ascolta.core.speaking.talk import Talk

_TOLD = {
    "not-addressed": mark("Keep silent, or wait until somebody speaks to us."),
    "second-reply": mark("Wait until the person writes again."),
    "after-stop": mark("Say nothing more to this person."),
    "changed": mark("Read the post as it stands now, and draft anew."),
    "people-only": mark("Hand the case to the people desk."),
    "personal-fact": mark("Leave it out, or say only what stands in the thread or in an approved fact."),
    "sensitive": mark("Leave it out and speak of the service only; anything more goes into a private message."),
    "blame": mark("Say what went wrong on our side and what happens next."),
    "name-twice": mark("Say the name once, at the start."),
    "hand-overs": mark("Name one way only, the one that solves it."),
    "promotion": mark("Leave the offer out."),
    "opens-badly": mark("Begin with thanks or an apology; ask or demand after it."),
    "same-again": mark("Say it in other words, about what this person wrote."),
    "language": mark("Let somebody who speaks the language read it."),
    "length": mark("Say it in fewer words."),
    "empty": mark("Write something, or close the case."),
}
_SAY = {
    "watching": (mark("Leave it out; thank for what was said to us: “%(words)s”"), "watching"),
    "public-data": (mark("Leave it out, and offer the private channel: “%(words)s”"), "private"),
    "asks-in-public": (mark("Offer the private channel instead: “%(words)s”"), "private"),
    "sorry-you-feel": (mark("Own the fault: “%(words)s”"), "sorry"),
    "wrong-name": (mark("Use the visible name, or none: “%(words)s”"), "person"),
    "unapproved": (mark("Leave it out, or have it approved as a fact; say what is sure: “%(words)s”"), "promise"),
    "no-repair": (mark("Own it, offer repair, name the next step: “%(words)s”"), "repair"),
}


def repair(rule: str, talk: Talk) -> str:
    """What to do about a finding of a rule."""
    return repair_in(rule, language_of(talk.lang))


@lru_cache(maxsize=256)
def repair_in(rule: str, language: str) -> str:
    """The same for a reply in one of the seven languages; in English for any other."""
    if rule not in _SAY:
        return _TOLD.get(rule, "")
    template, name = _SAY[rule]
    return Saying(template, words=lexicon(language or "en").say[name])
