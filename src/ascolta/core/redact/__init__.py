"""Personal data in a text: where it stands (`find`), and the text without it (`redact`).

Rules only; each is a function from a text as the rules read it (normal.py) to places, and none takes longer than a few
milliseconds for what one piece of 3,000 characters can hold. A longer text is read in pieces that overlap.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ascolta.core.redact.ages import find_dob_age
from ascolta.core.redact.contacts import find_email, find_handle, find_phone
from ascolta.core.redact.ids import find_national_id
from ascolta.core.redact.matters import find_matters
from ascolta.core.redact.money import find_card, find_iban
from ascolta.core.redact.normal import Normal, normal, pieces
from ascolta.core.redact.orders import find_order_ref
from ascolta.core.redact.persons import find_person
from ascolta.core.redact.places import find_address
from ascolta.core.redact.web import find_ip, find_secret_url

__all__ = ["RULES", "SPECIAL", "STRUCTURED", "TYPES", "Redacted", "Span", "find", "found_in", "mine", "redact"]

Rule = Callable[[Normal], Iterator[tuple[int, int]]]

RULES: dict[str, Rule] = {
    "SECRET_URL": find_secret_url,
    "EMAIL": find_email,
    "IBAN": find_iban,
    "NATIONAL_ID": find_national_id,
    "CARD": find_card,
    "IP": find_ip,
    "ORDER_REF": find_order_ref,
    "ADDRESS": find_address,
    "DOB_AGE": find_dob_age,
    "PHONE": find_phone,
    "HANDLE": find_handle,
    "PERSON": find_person,
}
"""One rule a type; where two claim the same characters, the one that stands first has them."""

LEAST_DIGITS = {"IBAN": 7, "NATIONAL_ID": 6, "CARD": 3, "ADDRESS": 1, "DOB_AGE": 1, "PHONE": 7}
"""Digits without which a rule finds nothing; it is not asked then."""

_ASKED = tuple((name, rule, LEAST_DIGITS.get(name, 0)) for name, rule in RULES.items())
_ALWAYS = tuple(one for one in _ASKED if not one[2])
STRUCTURED = tuple(name for name in RULES if name != "PERSON")
SPECIAL = ("HEALTH", "RELIGION", "SEXUALITY", "POLITICS", "ETHNICITY", "UNION")
TYPES = (*RULES, *SPECIAL)
_RANK = {name: place for place, name in enumerate(TYPES)}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text, in code points, and what it is."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text with `[TYPE]` in place of each span, and the spans of the original."""

    text: str
    spans: tuple[Span, ...]


def find(text: str, lang: str | None = None, *, own: Collection[str] = ()) -> list[Span]:
    """The personal data in a text, in order and without overlaps.

    `lang` is the text's language if it is known; without it, or in one that has no words of its own here, the words of
    all seven languages are looked for. `own` are the brand's accounts, which are no person's.
    """
    language, accounts = (lang or "").lower().partition("-")[0], mine(tuple(own))
    found: list[tuple[int, int, str]] = []
    for start, piece in pieces(text):
        found += _hits(normal(piece, language, accounts), start)
    return _told(found, len(text))


def found_in(read: Normal, size: int) -> list[Span]:
    """The personal data in a text of `size` characters that was read in one piece, with its language and `own`."""
    return _told(_hits(read, 0), size)


def _hits(read: Normal, start: int) -> list[tuple[int, int, str]]:
    digits = read.digits
    asked = _ASKED if digits else _ALWAYS
    hits = [(*span, name) for name, rule, least in asked if digits >= least for span in rule(read)]
    hits += find_matters(read)
    return hits if not start and read.places is None else [_placed(read, start, hit) for hit in hits]


def _told(found: list[tuple[int, int, str]], size: int) -> list[Span]:
    if len(found) > 1:
        found.sort()
        if any(one[1] >= two[0] for one, two in pairwise(found)):
            return _parted(found, size)
    return [Span(*hit) for hit in found]


def redact(text: str, lang: str | None = None, *, own: Collection[str] = ()) -> Redacted:
    """The text with each span replaced by `[TYPE]`, and the spans."""
    spans = find(text, lang, own=own)
    said, at = [], 0
    for span in spans:
        said += [text[at : span.start], f"[{span.type}]"]
        at = span.end
    return Redacted(text="".join([*said, text[at:]]), spans=tuple(spans))


@lru_cache(maxsize=256)
def mine(own: tuple[str, ...]) -> frozenset[str]:
    """A brand's accounts as they stand in `plain`."""
    return frozenset(normal(name.lstrip("@")).plain for name in own)


def _placed(read: Normal, offset: int, hit: tuple[int, int, str]) -> tuple[int, int, str]:
    start, end = read.back(hit[0], hit[1])
    return offset + start, offset + end, hit[2]


def _parted(found: list[tuple[int, int, str]], size: int) -> list[Span]:
    """Spans without overlaps: a character belongs to the rule that stands first, and none that was found is let go."""
    owner = bytearray(size)
    for start, stop, name in sorted(found, key=lambda one: -_RANK[one[2]]):
        owner[start:stop] = bytes([_RANK[name] + 1]) * (stop - start)
    parted: list[Span] = []
    at = 0
    for start, stop, _ in found:
        at = max(at, start)
        while at < stop:
            mark = owner[at]
            end = at + 1
            while end < size and owner[end] == mark:
                end += 1
            parted.append(Span(at, end, TYPES[mark - 1]))
            at = end
    return parted
