"""As much of JSON-LD 1.1 as consent needs: a property by whatever name a document gives it, and the ids of things.

Plain terms, compact IRIs (`toot:indexable`), full IRIs, and terms that the document's own context names otherwise. No
context is fetched.
"""

from typing import Any

from ascolta.sources.natives.reading import UnreadableError, each, text

TOOT = "http://joinmastodon.org/ns#"
FEDIBIRD = "http://fedibird.com/ns#"
AS = "https://www.w3.org/ns/activitystreams#"
GTS = "https://gotosocial.org/ns#"
OOPS = "https://fep.example/ns/privacyHeaders#"

_PREFIXES = {"toot": TOOT, "fedibird": FEDIBIRD, "as": AS, "gts": GTS}
_SPACES = {
    TOOT: ("indexable", "discoverable", "memorial", "suspended"),
    AS: ("manuallyApprovesFollowers", "movedTo"),
    FEDIBIRD: ("searchableBy",),
    GTS: ("interactionPolicy", "canQuote", "canReply", "automaticApproval", "always"),
    OOPS: ("xRobotsTag", "secGPC", "SPC"),
}
_IRIS = {name: space + name for space, names in _SPACES.items() for name in names}


def value(said: dict[str, Any], name: str, context: dict[str, Any] | None = None) -> Any:
    """The value of a property; None if it is not there. `context` is the document if `said` is a part of it.

    Raises UnreadableError if it says two different things.
    """
    found = values(said, name, context)
    if isinstance(found, list):
        several = [one.get("@value", one) if isinstance(one, dict) else one for one in found]
        if any(type(one) is not type(several[0]) or one != several[0] for one in several):
            raise UnreadableError("a property says two things")
        found = several[0] if several else None
    return found.get("@value", found) if isinstance(found, dict) else found


def values(said: dict[str, Any], name: str, context: dict[str, Any] | None = None) -> Any:
    """All that a property holds, as it stands; a list of all where the document names it twice."""
    iri, terms = _IRIS[name], _terms(context or said)
    found = [given for key, given in said.items() if key in (name, iri) or _expanded(key, terms) == iri]
    if len(found) < 2:
        return found[0] if found else None
    return [one for given in found for one in each(given)]


def ids(given: Any) -> list[str]:
    """Ids, given bare or in objects. Raises UnreadableError."""
    found = []
    for one in each(given):
        number = one.get("id", one.get("@id", one.get("href"))) if isinstance(one, dict) else one
        found.append(text(number))
    return [one for one in found if one]


def _terms(said: dict[str, Any]) -> dict[str, str]:
    """The names that the document's own context defines."""
    found = dict(_PREFIXES)
    for part in each(said.get("@context")):
        if isinstance(part, dict):
            for term, meant in part.items():
                iri = meant.get("@id") if isinstance(meant, dict) else meant
                if isinstance(iri, str):
                    found[term] = iri
    return found


def _expanded(key: str, terms: dict[str, str]) -> str:
    """A name with its prefix written out; a context may name a name, so twice."""
    for _ in range(2):
        key = terms.get(key, key)
        prefix, colon, rest = key.partition(":")
        if colon and not rest.startswith("//") and prefix in terms:
            key = terms[prefix] + rest
    return key
