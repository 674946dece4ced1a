"""A reply and its talk as one JSON object tells them: what `ascolta lint` reads.

    {"id", "lang", "brand", "thread": [{"by", "text"}], "approved_facts": […], "reply"}

Beside these, all optional: `author` (a handle, a name, or {"handle", "name"}), `public`, `addressed`, `complaint`,
`answered`, `stopped`, `changed` (or `edited`, `deleted`), `sensitive`, `by_machine`, `recent` (replies given lately).
Other keys are passed over. A sentence about what cannot be read holds nothing of the line.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ascolta.core.speaking.talk import Fact, Standing, Talk, Turn

MOST = 200
"""Turns, facts and replies that are read of one talk, the last ones of each."""


class Asked(NamedTuple):
    """What is to be checked: its id as it was given, the reply, the talk."""

    id: str | int | float
    reply: str
    talk: Talk


def asked(row: Mapping[str, Any]) -> Asked:
    """What one object asks. Raises ValueError with a sentence."""
    number = row.get("id")
    if not isinstance(number, str | int | float) or isinstance(number, bool) or number == "" or number != number:
        raise ValueError("'id' is missing; give each line a text or a number by which its verdict is known")
    thread = tuple(_turn(one) for one in _items(row, "thread"))
    name, account = _author(row.get("author"))
    talk = Talk(
        lang=_text(row, "lang"),
        brand=_text(row, "brand"),
        thread=thread,
        facts=tuple(_fact(one) for one in _items(row, "approved_facts")),
        name=name,
        account=account,
        standing=_standing(row),
        recent=tuple(_string(one, "recent") for one in _items(row, "recent")),
    )
    if not isinstance(row.get("reply"), str):
        raise ValueError("'reply' is missing or no text; write what is to be said")
    return Asked(number, row["reply"], talk)


def _standing(row: Mapping[str, Any]) -> Standing:
    by_machine = _flag(row, "by_machine")
    return Standing(
        public=_flag(row, "public") is not False,
        addressed=_flag(row, "addressed"),
        complaint=_flag(row, "complaint"),
        answered=_flag(row, "answered") is True,
        stopped=_flag(row, "stopped") is True,
        changed=any(_flag(row, name) is True for name in ("changed", "edited", "deleted")),
        sensitive=row.get("sensitive") not in (None, False, "", [], "no"),
        by_machine=by_machine,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    return "" if row.get(name) is None else _string(row[name], name)


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"'{name}' is no text; put it between quotation marks")
    return value


def _flag(row: Mapping[str, Any], name: str) -> bool | None:
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("yes", "no"):
        return value.lower() == "yes"
    raise ValueError(f"'{name}' is neither true nor false; write one of these or leave it out")


def _items(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"'{name}' is no list; put it between [ and ]")
    return value[-MOST:]


def _turn(one: object) -> Turn:
    if isinstance(one, str):
        return Turn(by="customer", text=one)
    if not isinstance(one, Mapping) or not isinstance(one.get("text"), str):
        raise ValueError('an item of \'thread\' has no text; write each as {"by", "text"}')
    by = one.get("by")
    return Turn(by=by if isinstance(by, str) and by else "customer", text=one["text"])


def _fact(one: object) -> Fact:
    if isinstance(one, str):
        return Fact(statement=one)
    statement = one.get("statement", one.get("text")) if isinstance(one, Mapping) else None
    if not isinstance(one, Mapping) or not isinstance(statement, str):
        raise ValueError("an item of 'approved_facts' has no statement; write a text or {\"statement\"}")
    link, lang = one.get("link"), one.get("lang")
    said = f"{statement} {link}" if isinstance(link, str) and link else statement
    return Fact(statement=said, lang=lang if isinstance(lang, str) else "")


def _author(value: object) -> tuple[str, str]:
    """The visible name and the account."""
    if isinstance(value, Mapping):
        name, account = value.get("name", ""), value.get("handle", value.get("account", ""))
        return _string(name or "", "author"), _string(account or "", "author")
    if value is None:
        return "", ""
    said = _string(value, "author")
    return ("", said) if said.startswith("@") else (said, said)
