"""The search box of the desk: what a query may ask of a case, and which part of it the store answers by itself."""

from collections.abc import Mapping
from dataclasses import replace

from ascolta.core.case import Case, Status
from ascolta.core.label import VOCABULARY, Label
from ascolta.core.parse import parse
from ascolta.core.piles import PILES, Pile, Wanted
from ascolta.core.post import Actor, Post
from ascolta.core.query import And, Field, Query, Range, leaves
from ascolta.core.terms import ALERT_FIELDS, Own, of_alerts
from ascolta.core.text import fold
from ascolta.core.view import View
from ascolta.errors import QueryError

OWN = Own(
    fields={"state": tuple(str(status) for status in Status), "desk": (), "who": ()},
    numbers=("age",),
)
"""What only the desk asks about: where a case stands, whose it is, and its age in whole hours."""

HOUR = 3600
LONGEST_CODE = 3
"""Letters of a language's code (ISO 639)."""

_LABELS = {"lang": "language", **{name: name for name in VOCABULARY if name != "language"}}
_PLAIN = frozenset({"brand", "network", "tag", *OWN.fields, *_LABELS})
_NUMBERS = frozenset({"age", "hour", "date"})

Known = Mapping[str, Mapping[str, str]]
"""What brand, network, desk and topic may be: each value as a query says it, and as it is kept."""


def sought(text: str) -> Query:
    """The query that the search box says. Raises QueryError, also where it asks what only an alert has."""
    query = parse(text, own=OWN)
    odd = sorted(of_alerts(query) - OWN.fields.keys())
    if odd:
        column = text.lower().find(f"{odd[0]}:") + 1
        known = ", ".join((*OWN.fields, *OWN.numbers, "lang", "topic"))
        raise QueryError(
            f"'{odd[0]}:' is asked of alerts; of cases ask for words, or {known}", query=text, column=max(1, column)
        )
    return query


def needs_words(query: Query) -> bool:
    """Whether a query asks for what was said or by whom, which is encrypted and read case by case."""
    return not all(_plain(leaf) for leaf in leaves(query))


def narrowed(query: Query | None, known: Known, wanted: Wanted) -> tuple[Wanted, bool]:
    """What of a query the store answers, and whether that is all of it."""
    parts = query.parts if isinstance(query, And) else () if query is None else (query,)
    whole = True
    for part in parts:
        more = _taken(part, known, wanted)
        whole, wanted = whole and more is not None, more or wanted
    return wanted, whole


def pile_of(query: Query | None, pile: Pile) -> Pile:
    """The pile that a query asks for by naming a state, or else the one that is looked at."""
    parts = query.parts if isinstance(query, And) else (query,)
    named = [PILES[Status(part.value)] for part in parts if isinstance(part, Field) and part.name == "state"]
    return named[0] if named else pile


def seen(case: Case, at: float) -> View:
    """A case as the search box sees it at a time; of a sealed one only what the desk shows."""
    content = case.content
    post = Post(
        id="",
        content=content.text if content else "",
        network=case.network,
        brand=case.brand,
        published=case.published,
        attributed_to=Actor(handle=content.author if content else ""),
        in_reply_to=content.in_reply_to if content else None,
    )
    states = {
        "tag": frozenset({fold(case.decision.rule), str(case.status)}),
        "state": frozenset({str(case.status)}),
        "desk": frozenset({fold(case.decision.desk)}),
        "who": frozenset({fold(case.assigned_to)} if case.assigned_to else ()),
    }
    labels = tuple(Label(name=name, value=value, score=1.0, by="case") for name, value in case.labels)
    return View(post, labels, states, {"age": max(0, int((at - case.published) // HOUR))})


def refuse_saving(query: Query, text: str, known: Known) -> None:
    """Raises QueryError at a search that is not kept: it might name a person, and a saved view stands in the clear."""
    if needs_words(query):
        raise QueryError(
            "a saved view asks for labels, networks, desks and states, not for words or people, for it is kept in the "
            "clear; take them out",
            query=text,
            column=1,
        )
    for leaf in leaves(query):
        if isinstance(leaf, Field) and not _ours(leaf, known):
            there = ", ".join(sorted(known.get(leaf.name, ()))) or "codes such as es"
            raise QueryError(
                f"'{leaf.name}:{leaf.value}' is not one of ours, so no view of it is saved; known are {there}",
                query=text,
                column=max(1, text.lower().find(f"{leaf.name}:") + 1),
            )


def _ours(leaf: Field, known: Known) -> bool:
    """Whether a value cannot be a person's name: one of the brand's own, or of a language."""
    if leaf.name == "lang":
        return leaf.value.isascii() and leaf.value.isalpha() and len(leaf.value) <= LONGEST_CODE
    return leaf.name not in known or leaf.value in known[leaf.name]


def _plain(leaf: Query) -> bool:
    if isinstance(leaf, Range):
        return leaf.name in _NUMBERS
    return isinstance(leaf, Field) and (leaf.name in _PLAIN or leaf.name in ALERT_FIELDS)


def _taken(part: Query, known: Known, wanted: Wanted) -> Wanted | None:
    """What is asked for, this part of a query too; None for what the store does not answer."""
    if not isinstance(part, Field):
        return None
    if part.name == "state":
        return replace(wanted, status=part.value) if wanted.status in ("", part.value) else None
    value = known.get(part.name, {}).get(part.value, "")
    if part.name == "brand":
        return replace(wanted, brand=value) if value and wanted.brand in ("", value) else None
    if part.name == "network":
        return replace(wanted, network=value) if value and wanted.network in ("", value) else None
    if part.name == "desk":
        return replace(wanted, desk=value) if value and wanted.desk in ("", value) else None
    if part.name == "topic":
        return replace(wanted, said=(*wanted.said, ("topic", value))) if value else None
    if part.name in _LABELS and part.value.isascii() and part.value.isalpha():
        return replace(wanted, said=(*wanted.said, (_LABELS[part.name], part.value)))
    return None
