"""At which characters of a post's own text a query stands: what shows a reader why it was found."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

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
)
from ascolta.core.view import Span, View, exactly, holds, spans
from ascolta.core.word import fits

_CHUNK = re.compile(r"[ \t\n\r\f\v]+|[^ \t\n\r\f\v]+")
_JOINER = "\u200d"
_LOOSE = range(0x1160, 0x1200)
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
                self.raw.update(piece.span() for piece in exactly(said).finditer(self.view.post.content))
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
    made: list[str] = []
    joined = False
    for char in text:
        begins = _begins(char)
        if begins and not joined:
            made.append(char)
        else:
            made[-1:] = [made[-1] + char if made else char]
        joined = char == _JOINER or (joined and not begins)
    return made if "".join(map(words.fold, made)) == words.fold(text) else [text]


@lru_cache(maxsize=1 << 14)
def _begins(char: str) -> bool:
    """Whether a character folds alike whatever stands before it."""
    apart = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(apart)[0] != "M" and ord(apart) not in _LOOSE and words.fold(char) != ""
