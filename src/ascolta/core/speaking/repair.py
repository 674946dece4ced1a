"""What to write instead, rule by rule; where one sentence will do, in the reply's own language."""

from ascolta.core.speaking.lexicon import language_of, lexicon
from ascolta.core.speaking.talk import Talk

_TOLD = {
    "not-addressed": "Keep silent, or wait until somebody speaks to us.",
    "second-reply": "Wait until the person writes again.",
    "after-stop": "Say nothing more to this person.",
    "changed": "Read the post as it stands now, and draft anew.",
    "people-only": "Hand the case to the people desk.",
    "personal-fact": "Leave it out, or say only what stands in the thread or in an approved fact.",
    "sensitive": "Leave it out and speak of the service only; anything more goes into a private message.",
    "blame": "Say what went wrong on our side and what happens next.",
    "name-twice": "Say the name once, at the start.",
    "hand-overs": "Name one way only, the one that solves it.",
    "promotion": "Leave the offer out.",
    "opens-badly": "Begin with thanks or an apology; ask or demand after it.",
    "same-again": "Say it in other words, about what this person wrote.",
    "language": "Let somebody who speaks the language read it.",
    "length": "Say it in fewer words.",
    "empty": "Write something, or close the case.",
}
_SAY = {
    "watching": ("Leave it out; thank for what was said to us: ", "watching"),
    "public-data": ("Leave it out, and offer the private channel: ", "private"),
    "asks-in-public": ("Offer the private channel instead: ", "private"),
    "sorry-you-feel": ("Own the fault: ", "sorry"),
    "wrong-name": ("Use the visible name, or none: ", "person"),
    "unapproved": ("Leave it out, or have it approved as a fact; say what is sure: ", "promise"),
    "no-repair": ("Own it, offer repair, name the next step: ", "repair"),
}


def repair(rule: str, talk: Talk) -> str:
    """What to do about a finding of a rule."""
    if rule not in _SAY:
        return _TOLD.get(rule, "")
    told, name = _SAY[rule]
    code = language_of(talk.lang) or "en"
    return f"{told}“{lexicon(code).say[name]}”"
