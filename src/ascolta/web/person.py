"""All that is held of one account, told to the person who asks: for the desk, for the terminal, as files to send."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from ascolta.core.advocate import Advocate
from ascolta.core.case import Case
from ascolta.core.challenge import LONGEST, names, networks
from ascolta.core.days import DAY, iso
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.core.mention import Effect, Removal
from ascolta.core.person import Person, Standing
from ascolta.core.platform import usual
from ascolta.errors import AscoltaError
from ascolta.files.connections import CONNECTIONS
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates
from ascolta.stores.alike import ANSWERED_FOR
from ascolta.web import pages

OWN = [name for name, known in CONNECTIONS.items() if not any(key.names for key in known.keys.values())]
"""The networks that can be heard by themselves; others bring what was said elsewhere."""

COUNTS = "Counts and published figures say nothing of a single person, so nothing of them can be found here."
ASKING = "An answer like this goes only to the person it is about: make sure first that it is they who ask."
SEALED = "none are kept, only where the post stands (encrypted): it was not said to us, and nobody here has opened it"
WORDS = {
    "stopped": "Suppressed since {since}: it is not heard.",
    "refused": "Its profile refuses since {since}: it is not heard as long as it does.",
    "answered": "Answered by {brand} on {since}; this is remembered until {until}.",
}
"""What the keyed tags say that may be kept of an account."""

ACTS = {
    "erase": (Effect.FORGET, "the person asked for it to be erased"),
    "suppress": (Effect.STOP, "the person asked not to be heard"),
    "unsuppress": (Effect.WELCOME, "the person takes the refusal back"),
}

JSON, HTML = "person.json", "person.html"
"""The files to send. Their names say nothing of the person."""


def is_named(network: str, account: str) -> bool:
    """Whether these name an account at all."""
    return bool(network.strip()) and bool(names(account)) and len(network) <= LONGEST and len(account) <= LONGEST


def find(store: Store, advocates: Advocates, asked: tuple[str, str], heard: Iterable[str] = ()) -> Person:
    """All that is held of an account: of `asked`, its network and its id or handle, under every name of the network.

    `heard` are the networks that are heard here. Raises AscoltaError for a network that is not known, unless something
    is held of the account there.
    """
    said, account = (one.strip() for one in asked)
    try:
        network = usual(said, (*OWN, *heard))
    except AscoltaError:
        held = _find(store, advocates, said, account)
        if not _holds(held):
            raise
        return held
    return _find(store, advocates, network, account)


def _find(store: Store, advocates: Advocates, network: str, account: str) -> Person:
    found = [store.person(name, account) for name in networks(network)]
    asked = [one for name in networks(network) for one in advocates.of(name, account)]
    return replace(
        found[0],
        cases=tuple(case for one in found for case in one.cases),
        standings=tuple(tag for one in found for tag in one.standings),
        helping=tuple(map(_helping, asked)),
    )


def told(held: Person) -> dict[str, Any]:
    """All that is held, as scripts and other companies read it."""
    return {
        "network": held.network,
        "account": held.account,
        "cases": [_case(case) for case in held.cases],
        "standings": [_standing(one) for one in held.standings],
        "advocate": list(held.helping),
        "counts": COUNTS,
    }


def standings(said: Sequence[dict[str, Any]]) -> list[str]:
    """The tags of an account in sentences, from how `told` tells them."""
    return [WORDS[one["standing"]].format(**one) for one in said]


def written(held: Person, at: float) -> dict[str, str]:
    """The files for the person, by name: one for programs, one to read."""
    said = told(held)
    values = {
        "held": said,
        "standings": standings(said["standings"]),
        "sealed": f"Words: {SEALED}.",
        "at": iso(at),
    }
    page = pages.page("notice_person.html", lang="en", words={"skip": "Skip to content"}, css=pages.styles(), **values)
    return {JSON: msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n", HTML: page}


def note_export(store: Store, held: Person, at: float) -> None:
    """Write down that an account's data were exported; whose, the journal cannot say."""
    if store.journal is not None:
        counts = {Counted.CASES: len(held.cases)}
        store.journal.append([NewEntry(at=int(at), kind=Kind.EXPORTED, counts=counts)])


def act(store: Store, advocates: Advocates, held: Person, name: str, at: float) -> int:
    """Erase, suppress or take that back; how many cases went. The store journals each removal.

    Whoever is erased or suppressed is no advocate any more; an erasure forgets that they were asked, too.
    """
    effect, why = ACTS[name]
    gone = 0
    for network in _where(store, advocates, held):
        gone += store.forget(Removal(network=network, actor=held.account, why=why, effect=effect), at)
        if effect is Effect.FORGET:
            advocates.forget(network, held.account, at)
        elif effect is not Effect.WELCOME:
            advocates.withdraw(network, held.account, at)
    return gone


def _where(store: Store, advocates: Advocates, held: Person) -> list[str]:
    """The names of a network under which to act: its own, and those others under which anything is held."""
    others = [name for name in networks(held.network) if name != held.network]
    return [
        held.network,
        *(name for name in others if _holds(store.person(name, held.account)) or advocates.of(name, held.account)),
    ]


def _holds(held: Person) -> bool:
    return bool(held.cases or held.standings or held.helping)


def _helping(one: Advocate) -> str:
    """What was agreed with a person, or asked of them, as they may be told it."""
    said = f"advocate for {one.brand}: {one.stand} since {iso(one.since)}, goes {iso(one.goes)}"
    if one.terms is None:
        return said
    terms = one.terms
    limits = f"at most {terms.most} in {terms.within / DAY:g} days until {iso(terms.until)}"
    return (
        f"{said}; scope: {terms.scope}; {limits}; networks: {', '.join(terms.networks)}; "
        f"topics: {', '.join(terms.topics) or 'any'}; {_briefings(one)}; words: {terms.wording}"
    )


def _briefings(one: Advocate) -> str:
    """When and about what a person was briefed; what did not reach them is said to be so."""
    told = [
        f"{iso(past.at)} about {past.about or 'something'} ({past.state})"
        for past in sorted(one.briefings, key=lambda past: past.at)
    ]
    return f"briefings: {len(told)}{': ' if told else ''}{', '.join(told)}"


def _case(case: Case) -> dict[str, Any]:
    content = case.content
    return {
        "case": case.id,
        "brand": case.brand,
        "network": case.network,
        "status": str(case.status),
        "published": iso(case.published),
        "goes": iso(case.expires),
        "text": content.text if content else None,
        "masked": list(content.masked) if content else [],
        "author": content.author if content else None,
        "post": content.post_id if content else None,
        "url": content.url if content else None,
        "labels": [f"{name}: {value}" for name, value in case.labels],
        "decision": {"action": str(case.decision.action), "rule": case.decision.rule, "why": case.decision.why},
        "opened_because": case.unsealed_because or None,
        "answer": case.draft or None,
        "events": [{"at": iso(event.at), "what": str(event.kind)} for event in case.events],
    }


def _standing(one: Standing) -> dict[str, Any]:
    until = iso(one.since + ANSWERED_FOR) if one.standing == "answered" else None
    return {"standing": one.standing, "brand": one.brand, "since": iso(one.since), "until": until}
