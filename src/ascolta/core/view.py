"""What a query sees of a post, and the slow, obvious way to tell whether a query holds for it."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache

from ascolta.core import text as words
from ascolta.core.days import ALERT_NUMBERS, DAY
from ascolta.core.label import Labels
from ascolta.core.post import Post
from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Range,
    Raw,
    Sentence,
    Ticker,
    Words,
)
from ascolta.core.word import fits, is_plain

Span = tuple[int, int]
_ASKING = "?？؟"
MAX_TIME = 1e11
"""Seconds from 1970 beyond which a time of writing says nothing."""

_OF_WORDS = frozenset({"folded", "tokens", "places", "sentences", "signed", "handles"})
SIGN: dict[type, str] = {Handle: "@", Hashtag: "#", Ticker: "$"}


class View:
    """A post made comparable, once: its tokens and where each stands, and the fields a query may ask about.

    `labels` are those given so far; `states` holds what is known beside the post, such as {"author": {"answered"}};
    `numbers` are those of an alert, or of a case.
    """

    def __init__(
        self,
        post: Post,
        labels: Labels = (),
        states: Mapping[str, frozenset[str]] | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        self.post, self.labels, self.states, self.numbers = post, labels, states or {}, numbers or {}
        self._values: dict[str, frozenset[str]] = {}

    def labelled(self, labels: Labels, states: Mapping[str, frozenset[str]]) -> "View":
        """The same post with labels and states; what was already read of its words is not read again."""
        made = View(self.post, labels, states)
        made.__dict__.update({name: found for name, found in self.__dict__.items() if name in _OF_WORDS})
        return made

    @cached_property
    def folded(self) -> str:
        """The post's words, folded."""
        return words.fold(self.post.content)

    @cached_property
    def tokens(self) -> list[str]:
        """The post's words, in order."""
        return words.tokens(self.folded)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            found.setdefault(token, []).append(place)
        return found

    @cached_property
    def sentences(self) -> list[int]:
        """The number of the sentence in which each word stands."""
        return words.sentences(self.folded)

    @cached_property
    def signed(self) -> dict[str, list[tuple[str, Span]]]:
        """Accounts (@), hashtags (#) and tickers ($) in the words: each name with its first and last word."""
        found: dict[str, list[tuple[str, Span]]] = {"@": [], "#": [], "$": []}
        spoken = words.signed(self.folded)
        placed = words.placed(self.folded) if spoken else []
        begins, stops = [begin for begin, _ in placed], [stop for _, stop in placed]
        for sign, name, start, end in spoken:
            first, after = bisect_right(stops, start), bisect_left(begins, end)
            if first < after:
                found[sign].append((name, (first, after - 1)))
        return found

    @cached_property
    def handles(self) -> frozenset[str]:
        """The accounts named, in the words or by the network, with and without their server."""
        named = [name for name, _ in self.signed["@"]]
        named += [words.fold(handle).lstrip("@") for handle in self.post.handles]
        return frozenset(form for handle in named for form in (handle, handle.partition("@")[0]))

    @cached_property
    def said(self) -> frozenset[tuple[str, str]]:
        """What the labels say, as pairs of name and folded value."""
        return frozenset([_pair(label.name, label.value) for label in self.labels])

    def values(self, name: str) -> frozenset[str] | None:
        """The values of a field; None for what is a label."""
        found = self._values.get(name)
        if found is None and (name in _FIELDS or name in self.states):
            made = _FIELDS[name](self) if name in _FIELDS else frozenset[str]()
            found = self._values[name] = made | self.states.get(name, frozenset())
        return found

    def has(self, name: str, value: str) -> bool:
        """Whether a field has a value; a domain also stands for the names below it."""
        found = self.values(name)
        if found is None:
            return (name, value) in self.said
        if name in ("site", "links"):
            return any(host == value or host.endswith("." + value) for host in found)
        return value in found

    def number(self, name: str) -> int | None:
        """A number that a query may ask about (core.days); None where post or alert do not say."""
        if name in ALERT_NUMBERS or name in self.numbers:
            return self.numbers.get(name)
        if name in ("hour", "date"):
            published = self.post.published
            if published is None or not abs(published) < MAX_TIME:
                return None
            return int(published % DAY // 3600) if name == "hour" else int(published // DAY)
        if name == "words":
            return len(self.tokens)
        said = len(self.signed["@" if name == "handles" else "#"])
        return max(said, len(self.post.handles)) if name == "handles" else said


@lru_cache(maxsize=4_096)
def _pair(name: str, value: str) -> tuple[str, str]:
    return name, words.fold(value)


def _author(view: View) -> frozenset[str]:
    """The author's account, with and without its server."""
    handle = words.fold(view.post.attributed_to.handle).lstrip("@")
    forms = (handle, handle.partition("@")[0]) if handle else ()
    return frozenset(sign + form for form in forms for sign in ("", "@"))


def _language(view: View) -> frozenset[str]:
    said = {label.value for label in view.labels if label.name == "language"}
    if not said and view.post.language:
        said = {view.post.language.replace("_", "-").partition("-")[0].lower()}
    return frozenset(said)


def _asks(text: str) -> bool:
    return any(mark in text for mark in _ASKING)


def _is(view: View) -> frozenset[str]:
    post = view.post
    facts = {
        "reply": post.in_reply_to is not None,
        "question": _asks(post.content) and _asks(words.bare(post.content)),
        "repost": post.repost or view.folded.startswith("rt @"),
    }
    return frozenset(name for name, true in facts.items() if true)


_FIELDS: dict[str, Callable[[View], frozenset[str]]] = {
    "author": _author,
    "network": lambda view: frozenset({words.fold(view.post.network)}),
    "brand": lambda view: frozenset({words.fold(view.post.brand)} if view.post.brand else ()),
    "site": lambda view: frozenset(words.link_hosts(view.post.url or "")),
    "links": lambda view: frozenset(words.link_hosts(view.post.content)),
    "lang": _language,
    "is": _is,
    "tag": lambda view: frozenset(words.fold(tag) for tag in view.post.tags),
}
"""How the values of each field are found that is no label; what is known beside the post comes to them."""

WHOLE = frozenset(_FIELDS) - {"site", "links"}
"""Fields of which a value is asked for as it stands."""


def holds(query: Query, view: View) -> bool:
    """Whether `query` holds for what `view` sees."""
    match query:
        case And(parts):
            return all(holds(part, view) for part in parts)
        case Or(parts):
            return any(holds(part, view) for part in parts)
        case Not(part):
            return not holds(part, view)
        case Sentence(parts):
            return _in_one_sentence(parts, view)
        case Handle(name):
            return any(fits(name, handle) for handle in view.handles)
        case Field(name, value):
            return view.has(name, value)
        case Range(name, low, high):
            number = view.number(name)
            return number is not None and (low is None or low <= number) and (high is None or number <= high)
        case Raw(said):
            words_too = words.sure(said)
            return exactly(said).search(view.post.content) is not None and (
                not words_too or bool(spans(Words(words_too), view))
            )
    return bool(spans(query, view))


def spans(query: Query, view: View) -> list[Span]:
    """Where words stand: pairs of first and last token, counted from 0; empty for what is not words."""
    match query:
        case Words(patterns):
            return _standing(patterns, view)
        case Around(patterns, within):
            return _around(patterns, within, view)
        case Handle(name) | Hashtag(name) | Ticker(name):
            said = view.signed[SIGN[type(query)]]
            return [span for found, span in said if any(fits(name, form) for form in _forms(query, found))]
        case Or(parts):
            return sorted({span for part in parts for span in spans(part, view)})
        case Near(left, right, within, ordered):
            return near(spans(left, view), spans(right, view), within, ordered)
    return []


def _forms(query: Query, found: str) -> tuple[str, ...]:
    return (found, found.partition("@")[0]) if isinstance(query, Handle) else (found,)


def _standing(patterns: tuple[str, ...], view: View) -> list[Span]:
    size = len(patterns)
    if size == 1 and is_plain(patterns[0]):
        return [(place, place) for place in view.places.get(patterns[0], ())]
    return [
        (start, start + size - 1)
        for start in range(len(view.tokens) - size + 1)
        if all(fits(pattern, view.tokens[start + step]) for step, pattern in enumerate(patterns))
    ]


def _around(patterns: tuple[str, ...], within: int, view: View) -> list[Span]:
    """For each word at which a stretch may begin, the shortest one with a word of its own for every pattern."""
    places = [[place for place, token in enumerate(view.tokens) if fits(pattern, token)] for pattern in patterns]
    found = []
    for start in sorted({place for standing in places for place in standing}):
        near = [standing[bisect_left(standing, start) : bisect_right(standing, start + within)] for standing in places]
        ends = sorted({place for standing in near for place in standing})
        end = next((end for end in ends if _each_its_own(near, end, start)), None)
        if end is not None:
            found.append((start, end))
    return found


def _each_its_own(near: list[list[int]], end: int, start: int) -> bool:
    """Whether every pattern can have a place of its own up to `end`, one of them being `start` (Kuhn's matching)."""
    taken: dict[int, int] = {}

    def settle(pattern: int, tried: set[int]) -> bool:
        for place in near[pattern]:
            if place <= end and place not in tried:
                tried.add(place)
                if place not in taken or settle(taken[place], tried):
                    taken[place] = pattern
                    return True
        return False

    return all(settle(pattern, set()) for pattern in range(len(near)))


def near(left: list[Span], right: list[Span], within: int, ordered: bool) -> list[Span]:
    """Stretches of one of `left` and one of `right` at most `within` words apart; `ordered`: the left one first."""
    found = set(_followed(left, right, within))
    if not ordered:
        found.update(_followed(right, left, within))
    return sorted(found)


def _followed(left: list[Span], right: list[Span], within: int) -> Iterator[Span]:
    """Stretches of one of `left` and one of `right` that begins at most `within` words after it ends."""
    right = sorted(right)
    begins = [first for first, _ in right]
    for first, last in left:
        for other in range(bisect_right(begins, last), bisect_right(begins, last + within)):
            yield first, max(last, right[other][1])


def _in_one_sentence(parts: tuple[Query, ...], view: View) -> bool:
    sets = []
    for part in parts:
        places = ((view.sentences[first], view.sentences[last]) for first, last in spans(part, view))
        sets.append({first for first, last in places if first == last})
    return bool(set.intersection(*sets))


@lru_cache(maxsize=1024)
def exactly(said: str) -> re.Pattern[str]:
    """Finds characters as they are, their accents written in either way; a letter at an edge is the edge of a word."""
    before, after = words.edges(said)
    forms = dict.fromkeys([said, unicodedata.normalize("NFC", said), unicodedata.normalize("NFD", said)])
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, forms))}){after}")
