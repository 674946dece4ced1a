"""Names that the program gives to things, and sentences that it makes elsewhere, as a page says them to its reader."""

from collections.abc import Mapping, Sequence
from enum import Enum

from ascolta.core.case import CaseEvent
from ascolta.core.consent import Use
from ascolta.core.consent.signal import MEANS
from ascolta.core.people import MAY, Right, Role
from ascolta.core.saying import Saying, mark
from ascolta.errors import AscoltaError
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import language, listed, number, plain, plain_many

_STATUS = {
    "sealed": mark("sealed"),
    "open": mark("open"),
    "drafted": mark("drafted"),
    "approved": mark("approved"),
    "sent": mark("sent"),
    "snoozed": mark("snoozed"),
    "resolved": mark("resolved"),
}
_ACTS = {
    "opened": mark("opened"),
    "unsealed": mark("unsealed"),
    "revealed": mark("revealed"),
    "assigned": mark("assigned"),
    "handed-over": mark("handed over"),
    "begun": mark("begun"),
    "done": mark("done"),
    "skipped": mark("skipped"),
}
_ACTIONS = {
    "reply": mark("reply"),
    "care": mark("care"),
    "handover": mark("handover"),
    "silence": mark("silence"),
}
_GRADES = {"watch": mark("watch"), "warning": mark("warning"), "crisis": mark("crisis")}
_ALERTS = {"calm": mark("calm"), "alert": mark("alert")}
_ROLES = {
    "viewer": mark("viewer"),
    "agent": mark("agent"),
    "lead": mark("lead"),
    "privacy officer": mark("privacy officer"),
    "admin": mark("admin"),
}
_ACCOUNTS = {"invited": mark("invited"), "active": mark("active"), "suspended": mark("suspended")}
_LABELS = {
    "addressed": mark("said to us"),
    "complaint": mark("complaint"),
    "polarity": mark("polarity"),
    "intent": mark("intent"),
    "offensive": mark("offensive"),
    "sensitive": mark("sensitive"),
    "language": mark("language"),
    "topic": mark("topic"),
}
_VALUES = {
    "yes": mark("yes"),
    "no": mark("no"),
    "negative": mark("negative"),
    "neutral": mark("neutral"),
    "positive": mark("positive"),
    "question": mark("question"),
    "request": mark("request"),
    "suggestion": mark("suggestion"),
    "praise": mark("praise"),
    "purchase": mark("purchase"),
    "news": mark("news"),
    "banter": mark("banter"),
    "spam": mark("spam"),
    "other": mark("other"),
    "health": mark("health"),
    "bereavement": mark("bereavement"),
    "self_harm": mark("self-harm"),
    "religion": mark("religion"),
    "sexuality": mark("sexuality"),
    "politics": mark("politics"),
    "ethnicity": mark("ethnicity"),
    "union": mark("trade union"),
    "crime": mark("crime"),
    "hardship": mark("hardship"),
    "minors": mark("minors"),
}
_MASKED = {
    "SECRET_URL": mark("secret link"),
    "EMAIL": mark("e-mail address"),
    "IBAN": mark("IBAN"),
    "NATIONAL_ID": mark("identity number"),
    "CARD": mark("card number"),
    "IP": mark("IP address"),
    "ORDER_REF": mark("order number"),
    "ADDRESS": mark("postal address"),
    "DOB_AGE": mark("age or date of birth"),
    "PHONE": mark("phone number"),
    "HANDLE": mark("account"),
    "PERSON": mark("name of a person"),
    "HEALTH": mark("health"),
    "RELIGION": mark("religion"),
    "SEXUALITY": mark("sexuality"),
    "POLITICS": mark("politics"),
    "ETHNICITY": mark("ethnicity"),
    "UNION": mark("trade union"),
}
_NAMES: Mapping[str, str] = {
    **_STATUS, **_ACTS, **_ACTIONS, **_GRADES, **_ALERTS, **_ROLES, **_ACCOUNTS, **_LABELS, **_VALUES, **_MASKED,
}  # fmt: skip
_PILES = {
    "waiting": mark("Waiting"),
    "snoozed": mark("Snoozed"),
    "sealed": mark("Sealed"),
    "done": mark("Done"),
}
_HAPPENED = {
    "opened": mark("opened by %(name)s"),
    "unsealed": mark("unsealed by %(name)s"),
    "revealed": mark("revealed by %(name)s"),
    "assigned": mark("assigned by %(name)s"),
    "drafted": mark("drafted by %(name)s"),
    "approved": mark("approved by %(name)s"),
    "sent": mark("sent by %(name)s"),
    "snoozed": mark("snoozed by %(name)s"),
    "handed-over": mark("handed over by %(name)s"),
    "resolved": mark("resolved by %(name)s"),
}
_TONES = {
    "negative": mark("The tone is angry or disappointed."),
    "neutral": mark("The tone is matter-of-fact."),
    "positive": mark("The tone is friendly."),
}


def word(name: str) -> str:
    """What a state, an action, a grade, a role or a label is called; a name of the brand's own stays as it is."""
    return plain(_NAMES[name]) if name in _NAMES else str(name)


def label(name: str, value: str) -> str:
    """A label as a chip shows it, such as `complaint`, `negative` or `topic: luggage`."""
    if value == "yes":
        return word(name)
    if name == "language":
        return language(value)
    said = word(value) if name not in ("topic", "region") else value
    if name in ("polarity", "intent"):
        return said
    return _("%(label)s: %(value)s", label=word(name), value=said)


def pile(name: str) -> str:
    """What a pile of the list is called."""
    return plain(_PILES[name])


def use(name: str) -> str:
    """What a person or a post may forbid, in plain words."""
    return plain(MEANS[Use(name)])


def roles_for(right: Right) -> str:
    """Whose roles let them do something, as an enumeration."""
    return listed([word(role) for role in Role if right in MAY[role]])


def happened(event: CaseEvent) -> str:
    """What happened to a case, and who did it."""
    if event.overrides:
        rules = ", ".join(event.overrides)
        return _(
            "approved by %(name)s against the check (%(rules)s): %(note)s", name=event.by, rules=rules, note=event.note
        )
    return plain(_HAPPENED[event.kind]) % {"name": event.by}


def told(said: str | AscoltaError) -> str:
    """A sentence that was made elsewhere, in the reader's language where its catalogue has it."""
    text = said.args[0] if isinstance(said, AscoltaError) and said.args else said
    if not isinstance(text, Saying):
        return plain(str(text))
    values = {name: _place(name, value) for name, value in text.values.items()}
    template = plain_many(text.template, text.many, text.number) if text.many else plain(text.template)
    return template % values


def sentence(error: AscoltaError) -> str:
    """An error as it stands on a page by itself: one whole sentence."""
    said = told(error)
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"


def _place(name: str, value: object) -> object:
    """What stands in a place of a sentence; a place named `why` holds a sentence of ours, and `grade` a grade."""
    if name == "why" and isinstance(value, str):
        return told(value)
    return word(value) if name == "grade" and isinstance(value, str) else _filling(value)


def _filling(value: object) -> object:
    """A value of a sentence: what the program names or says in the reader's language, numbers as it writes them.

    What people say and call things stays as it is.
    """
    if isinstance(value, tuple):
        return listed([str(_filling(one)) for one in value])
    if isinstance(value, Enum):
        return word(str(value.value))
    if isinstance(value, Saying):
        return told(value)
    return number(value) if isinstance(value, int) else value


def gist(labels: Sequence[tuple[str, str]], network: str) -> str:
    """What a sealed case says of itself: sentences made of labels, never of the post's own words."""
    topics = [value.replace("-", " ").replace("_", " ") for name, value in labels if name == "topic"]
    parts = [_about(("complaint", "yes") in labels, listed(topics), network)]
    said = dict(labels)
    if said.get("language", "und") != "und":
        parts.append(_("The language is %(language)s.", language=language(said["language"])))
    if said.get("polarity") in _TONES:
        parts.append(plain(_TONES[said["polarity"]]))
    return " ".join(parts)


def _about(complains: bool, topics: str, network: str) -> str:
    if complains and topics:
        return _("Somebody complains about %(topics)s on %(network)s.", topics=topics, network=network)
    if complains:
        return _("Somebody complains on %(network)s.", network=network)
    if topics:
        return _("Somebody speaks about %(topics)s on %(network)s.", topics=topics, network=network)
    return _("Somebody speaks on %(network)s.", network=network)
