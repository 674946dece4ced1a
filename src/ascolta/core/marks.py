"""What of a query stands where: at which characters of a post, and in which of many posts.

`marks` shows a reader why a post was found. `Shelf` keeps posts in memory, read once, and answers one query after
another: a set of posts is one integer with a bit a post, so that AND, OR and NOT are single operations, and only what
depends on the places of words is looked up post by post.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import islice, takewhile
from operator import and_, or_

from ascolta.core import text as words
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
    any_of,
    leaves,
)
from ascolta.core.view import Span, View, holds, spans
from ascolta.core.word import fits, head, is_plain, predicate

ONLY_TERMS = 300
"""Up to how many different terms it is told what each of them finds alone."""

_CHUNK = re.compile(r"[ \t\n\r\f\v]+|[^ \t\n\r\f\v]+")
_JOINER = "\u200d"
_LOOSE = range(0x1160, 0x1200)
_SLOWLY = 400
_REMEMBERED = 4096
_SIGNS = {Handle: "@", Hashtag: "#", Ticker: "$"}

Stretches = dict[Span, set[Span]]
"""From first and last word of a stretch to the characters of the words that make it, in the folded text."""


def marks(query: Query, view: View) -> list[Span]:
    """Where in the post's own text the words stand for which `query` holds: [start, end) in characters, in order.

    What stands below a NOT marks nothing, nor does a field; of NEAR both sides are marked.
    """
    if not holds(query, view):
        return []
    reader = _Reader(view)
    reader.read(query)
    origin = Origin(view.post.content)
    return _merged([*(origin.span(start, end) for start, end in reader.found), *reader.raw])


def _merged(found: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap made one."""
    made: list[Span] = []
    for start, end in sorted(found):
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


class _Reader:
    """Collects what made a query hold: `found` in the folded text, `raw` in the text as it was written."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.placed = words.placed(view.folded)
        self.found: set[Span] = set()
        self.raw: set[Span] = set()

    def read(self, query: Query) -> None:
        """Collect for a query that holds."""
        match query:
            case And(parts):
                for part in parts:
                    self.read(part)
            case Or(parts):
                for part in parts:
                    if holds(part, self.view):
                        self.read(part)
            case Not() | Field() | Range():
                return
            case Raw(said):
                self.raw.update(piece.span() for piece in _raw(said).finditer(self.view.post.content))
            case Sentence(parts):
                self._sentence(parts)
            case _:
                self.found.update(*self.stretches(query).values())

    def stretches(self, query: Query) -> Stretches:
        """The stretches of words that a query finds."""
        match query:
            case Or(parts):
                made: Stretches = {}
                for part in parts:
                    for span, pieces in self.stretches(part).items():
                        made.setdefault(span, set()).update(pieces)
                return made
            case Near(left, right, within, ordered):
                both = self.stretches(left), self.stretches(right)
                made = _followed(*both, within, {})
                return made if ordered else _followed(both[1], both[0], within, made)
            case Around(patterns, _):
                return {span: self._each(patterns, span) for span in spans(query, self.view)}
        sign = _SIGNS.get(type(query), "")
        return {span: {self._characters(span, sign)} for span in spans(query, self.view)}

    def _each(self, patterns: tuple[str, ...], span: Span) -> set[Span]:
        places = range(span[0], span[1] + 1)
        tokens = self.view.tokens
        return {self.placed[place] for place in places if any(fits(pattern, tokens[place]) for pattern in patterns)}

    def _characters(self, span: Span, sign: str) -> Span:
        start = self.placed[span[0]][0]
        signed = sign and start and self.view.folded[start - 1] == sign
        return start - bool(signed), self.placed[span[1]][1]

    def _sentence(self, parts: tuple[Query, ...]) -> None:
        number = self.view.sentences
        within = [
            {span: pieces for span, pieces in self.stretches(part).items() if number[span[0]] == number[span[1]]}
            for part in parts
        ]
        common = set.intersection(*({number[first] for first, _ in part} for part in within))
        for part in within:
            self.found.update(*(pieces for (first, _), pieces in part.items() if number[first] in common))


def _followed(left: Stretches, right: Stretches, within: int, made: Stretches) -> Stretches:
    """Stretches of one of `left` and one of `right` that begins at most `within` words after it ends."""
    after = sorted(right)
    begins = [first for first, _ in after]
    for (first, last), pieces in left.items():
        for other in range(bisect_right(begins, last), bisect_right(begins, last + within)):
            stretch = first, max(last, after[other][1])
            made.setdefault(stretch, set()).update(pieces, right[after[other]])
    return made


@lru_cache(maxsize=256)
def _raw(said: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if said[:1].isalnum() else ""
    after = r"(?!\w)" if said[-1:].isalnum() else ""
    return re.compile(before + re.escape(said) + after)


class Origin:
    """From places in a folded text back to places in the text as it was written.

    The text is folded piece by piece; the pieces are as small as they can be without folding differently on their own.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.begins: list[int] = []
        self.folded: list[int] = []
        self._pieces: dict[int, tuple[list[int], list[int]]] = {}
        place = 0
        for chunk in _CHUNK.finditer(text):
            self.begins.append(chunk.start())
            self.folded.append(place)
            place += len(words.fold(chunk.group()))

    def span(self, start: int, end: int) -> Span:
        """The shortest stretch of the text that folds to what stands from `start` to `end` in the folded text."""
        return self._piece(start)[0], self._piece(end - 1)[1]

    def _piece(self, place: int) -> Span:
        """The piece from which one folded character comes."""
        chunk = bisect_right(self.folded, place) - 1
        if chunk not in self._pieces:
            self._pieces[chunk] = self._cut(chunk)
        begins, folded = self._pieces[chunk]
        piece = bisect_right(folded, place) - 1
        return begins[piece], begins[piece + 1]

    def _cut(self, chunk: int) -> tuple[list[int], list[int]]:
        begin, place = self.begins[chunk], self.folded[chunk]
        end = self.begins[chunk + 1] if chunk + 1 < len(self.begins) else len(self.text)
        begins, folded = [begin], [place]
        for piece in pieces(self.text[begin:end]):
            begins.append(begins[-1] + len(piece))
            folded.append(folded[-1] + len(words.fold(piece)))
        return begins, folded[:-1]


def pieces(text: str) -> list[str]:
    """The smallest pieces of `text` that, folded one by one, give what the whole gives."""
    if text.isascii():
        return list(text)
    cuts = [at for at in range(len(text)) if not at or (_begins(text[at]) and text[at - 1] != _JOINER)]
    made = [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    if "".join(map(words.fold, made)) == words.fold(text):
        return made
    return list(_slowly(text)) if len(text) <= _SLOWLY else [text]


@lru_cache(maxsize=1 << 14)
def _begins(char: str) -> bool:
    """Whether a character folds alike whatever stands before it."""
    apart = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(apart)[0] != "M" and ord(apart) not in _LOOSE and words.fold(char) != ""


def _slowly(text: str) -> Iterator[str]:
    """The pieces, each found by trying."""
    while text:
        whole = words.fold(text)
        fitting = (end for end in range(1, len(text)) if words.fold(text[:end]) + words.fold(text[end:]) == whole)
        end = next(fitting, len(text))
        yield text[:end]
        text = text[end:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One term of a query: in how many posts it stands, and how many the query finds only because of it.

    For a term below NOT, `only` counts the posts that it alone keeps out. None: there are too many terms to tell.
    """

    term: Query
    below_not: bool
    posts: int
    only: int | None


class _Index:
    """In which rows each word stands."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self._order: list[str] = []

    def add(self, found: Iterable[str], row: int) -> None:
        """The words of one more row."""
        for word in found:
            self.rows.setdefault(word, []).append(row)

    def fitting(self, pattern: str) -> int:
        """The rows in which a word stands that fits."""
        if is_plain(pattern):
            return bits(self.rows.get(pattern, ()))
        if len(self._order) < len(self.rows):
            self._order = sorted(self.rows)
        begin, fit = head(pattern), predicate(pattern)
        first = bisect_left(self._order, begin)
        near = takewhile(lambda word: word.startswith(begin), islice(self._order, first, None))
        return bits({row for word in near if fit(word) for row in self.rows[word]})


class Shelf:
    """Posts in memory that are asked one query after another."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = list(views)
        self.all = (1 << len(self.views)) - 1
        self._words = _Index()
        self._signed = {Handle: _Index(), Hashtag: _Index(), Ticker: _Index()}
        self._known: dict[Query, int] = {}
        for row, view in enumerate(self.views):
            self._shelve(row, view)

    def find(self, query: Query, never: Query | None = None) -> int:
        """The posts for which a query holds, or would hold if the term `never` stood in none of them."""
        match query:
            case And(parts):
                return reduce(and_, (self.find(part, never) for part in parts))
            case Or(parts):
                return reduce(or_, (self.find(part, never) for part in parts))
            case Not(part):
                return self.all & ~self.find(part, never)
            case Near() | Sentence():
                whole = self._remembered(query)
                if never is None or never not in leaves(query):
                    return whole
                touched = whole & self._remembered(never)
                return whole & ~touched | self._together(query, touched, never)
        return 0 if query == never else self._remembered(query)

    def tally(self, query: Query) -> list[Count]:
        """Every different term of a query with what it finds, left to right."""
        terms = list(dict.fromkeys(polar(query)))
        found = self.find(query)
        few = len(terms) <= ONLY_TERMS
        counts = []
        for term, below_not in terms:
            without = self.find(query, term) if few else found
            only = (without & ~found if below_not else found & ~without).bit_count()
            posts = self._remembered(term).bit_count()
            counts.append(Count(term=term, below_not=below_not, posts=posts, only=only if few else None))
        return counts

    def _shelve(self, row: int, view: View) -> None:
        self._words.add(view.places, row)
        self._signed[Handle].add(view.handles, row)
        for kind in (Hashtag, Ticker):
            self._signed[kind].add({name for name, _ in view.signed[_SIGNS[kind]]}, row)

    def _remembered(self, query: Query) -> int:
        if query not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[query] = self._look_up(query)
        return self._known[query]

    def _look_up(self, query: Query) -> int:
        match query:
            case Near() | Sentence():
                return self._together(query, self.all, None)
            case Words((pattern,)):
                return self._words.fitting(pattern)
            case Words(patterns) | Around(patterns, _):
                return self._checked(query, reduce(and_, (self._words.fitting(each) for each in patterns)))
            case Handle(name) | Hashtag(name) | Ticker(name):
                return self._signed[type(query)].fitting(name)
            case Raw(said):
                near = (self._words.fitting(word) for word in words.term(said))
                return self._checked(query, reduce(and_, near, self.all))
        return self._checked(query, self.all)

    def _checked(self, query: Query, among: int) -> int:
        return bits([row for row in rows(among) if holds(query, self.views[row])])

    def _together(self, query: Query, among: int, never: Query | None) -> int:
        """Where words stand near enough; each post is asked only for those terms that it has."""
        asked = self._present(query, among, never)
        return bits([row for row, left in asked.items() if holds(left, self.views[row])])

    def _present(self, query: Query, among: int, never: Query | None) -> dict[int, Query]:
        """For each post the part of a query whose terms stand in it."""
        match query:
            case Or(parts):
                found: dict[int, list[Query]] = {}
                for part in parts:
                    for row, left in self._present(part, among, never).items():
                        found.setdefault(row, []).append(left)
                return {row: any_of(left) for row, left in found.items()}
            case Near(one, other, within, ordered):
                both = self._each_present((one, other), among, never)
                return {row: Near(left, right, within, ordered) for row, (left, right) in both.items()}
            case Sentence(parts):
                return {row: Sentence(left) for row, left in self._each_present(parts, among, never).items()}
        return {} if query == never else dict.fromkeys(rows(self._remembered(query) & among), query)

    def _each_present(self, parts: tuple[Query, ...], among: int, never: Query | None) -> dict[int, tuple[Query, ...]]:
        among = reduce(and_, (self.find(part, never) for part in parts), among)
        found = [self._present(part, among, never) for part in parts]
        return {row: tuple(left[row] for left in found) for row in rows(among)}


def polar(query: Query, *, below_not: bool = False) -> list[tuple[Query, bool]]:
    """Every term of a query, left to right, and whether it stands below a NOT."""
    match query:
        case Not(part):
            return polar(part, below_not=not below_not)
        case And(parts) | Or(parts):
            return [found for part in parts for found in polar(part, below_not=below_not)]
    return [(leaf, below_not) for leaf in leaves(query)]


def bits(found: Iterable[int]) -> int:
    """A set of rows as one integer."""
    places = list(found)
    made = bytearray(max(places, default=-1) // 8 + 1)
    for row in places:
        made[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(made, "little")


def rows(mask: int) -> list[int]:
    """The rows of a set, in order."""
    said = bin(mask)[:1:-1]
    found = []
    place = said.find("1")
    while place >= 0:
        found.append(place)
        place = said.find("1", place + 1)
    return found


def spread(found: Sequence[int], size: int) -> list[int]:
    """At most `size` of `found`, evenly over them, always the same ones."""
    if len(found) <= size:
        return list(found)
    return [found[(2 * step + 1) * len(found) // (2 * size)] for step in range(size)]
