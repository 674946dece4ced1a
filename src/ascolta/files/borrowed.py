"""Words of a foreign query made words of ours, and what is remarked about each piece."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ascolta.core.query import Around, Handle, Hashtag, Not, Query, Raw, Ticker, Words
from ascolta.core.terms import MAX_AROUND
from ascolta.core.text import fold, patterns, signed
from ascolta.core.word import FUZZY, WILD, head, is_plain, tail
from ascolta.files.dialects import BRANDWATCH, TALKWALKER, Piece


class Effect(StrEnum):
    """What a change does to the posts that a query finds."""

    SAME = "same"
    MORE = "more"
    FEWER = "fewer"
    EITHER = "either"


_OPPOSITE = {Effect.MORE: Effect.FEWER, Effect.FEWER: Effect.MORE}
_SO = {
    Effect.SAME: "",
    Effect.MORE: ", so the query finds more",
    Effect.FEWER: ", so the query finds fewer",
    Effect.EITHER: ", so the query may find more or fewer",
}
FARTHEST = 100
"""How many words apart ours may be asked to stand."""
_SIGNS = frozenset("&+%$£€¥|=#@")
_SHOWN = 8
_ALONE = "A distance after one word says nothing"
_SYMBOLS = _SIGNS | frozenset("!?:;<>^*°§")
_SIGNED: dict[str, type[Handle | Hashtag | Ticker]] = {"@": Handle, "#": Hashtag, "$": Ticker}


@dataclass(frozen=True, slots=True)
class Remark:
    """What became of a piece of a foreign query: where it stood, how it was written, why it changed and what that does.

    `lost` tells a piece that was left out from one that was carried over with another meaning.
    """

    column: int
    what: str
    why: str
    effect: Effect
    lost: bool = False

    @property
    def sentence(self) -> str:
        """One sentence for a person."""
        return f"{self.why}{'; left out' if self.lost else ''}{_SO[self.effect]}."


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a foreign query became: None if nothing, remarks, and pieces `lost` with all that stood around."""

    query: Query | None
    remarks: tuple[Remark, ...] = ()
    lost: tuple[Remark, ...] = ()

    def negated(self) -> "Part":
        """None of it: what widened now narrows."""
        if self.query is None:
            return self
        turned = (replace(remark, effect=_OPPOSITE.get(remark.effect, remark.effect)) for remark in self.remarks)
        return Part(Not(self.query), tuple(turned))

    def remarked(self, *remarks: Remark) -> "Part":
        """The same with further remarks."""
        return replace(self, remarks=(*self.remarks, *remarks))


def together(parts: list[Part], join: Callable[[list[Query]], Query], missing: Effect) -> Part:
    """Parts as one; `missing` is what leaving out one of them does."""
    kept = [part.query for part in parts if part.query is not None]
    remarks = tuple(remark for part in parts for remark in part.remarks)
    lost = tuple(remark for part in parts for remark in part.lost)
    if not kept:
        return Part(None, remarks, lost)
    return Part(join(kept), (*remarks, *(replace(remark, effect=missing) for remark in lost)))


def left_out(piece: Piece, why: str) -> Part:
    """A piece that cannot be carried over."""
    return Part(None, lost=(Remark(piece.column, piece.said, why, Effect.FEWER, lost=True),))


def changed(piece: Piece, why: str, effect: Effect) -> Remark:
    """A piece that was carried over with another meaning, or with the same one (Effect.SAME) said otherwise."""
    return Remark(piece.column, piece.said, why, effect)


def gathered(remarks: list[Remark]) -> tuple[Remark, ...]:
    """Remarks by column; those that say the same of several pieces become one, unless a piece was left out."""
    found: dict[tuple[str, Effect, int], list[Remark]] = {}
    for remark in sorted(remarks, key=lambda remark: remark.column):
        found.setdefault((remark.why, remark.effect, remark.column if remark.lost else 0), []).append(remark)
    return tuple(_as_one(alike) for alike in found.values())


def _as_one(alike: list[Remark]) -> Remark:
    said = list(dict.fromkeys(remark.what for remark in alike))
    more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    return replace(alike[0], what=", ".join(said[:_SHOWN]) + more)


def spoken(piece: Piece, dialect: str) -> Part:
    """A term without a field, as ours."""
    if piece.kind == "case" or (piece.kind == "++" and dialect == TALKWALKER):
        return exactly(piece)
    if piece.kind == "quote":
        return _quoted(piece, dialect)
    if piece.kind in ("+", "++"):
        return _words(piece, piece.value if dialect == TALKWALKER else piece.said, dialect)
    return _word(piece, dialect)


def exactly(piece: Piece) -> Part:
    """Characters as they are written."""
    if piece.number is not None:
        return exactly(replace(piece, number=None)).remarked(changed(piece, _ALONE, Effect.SAME))
    if piece.kind == "case" and any(wild in piece.value for wild in WILD):
        found = _words(piece, piece.value, BRANDWATCH)
        return found.remarked(changed(piece, "Upper case and * cannot both be asked for", Effect.MORE))
    return Part(Raw(piece.value)) if piece.value else left_out(piece, "There is nothing in it")


def near_words(words: tuple[str, ...], between: int) -> Query:
    """Words in any order with at most `between` others among them."""
    return Around(words, min(between + len(words) - 1, FARTHEST))


def _word(piece: Piece, dialect: str) -> Part:
    text = piece.value
    fuzzy = re.fullmatch(r"(.*\w)~(\d+)", text, re.DOTALL)
    if fuzzy is not None:
        return _fuzzy(piece, fuzzy[1], int(fuzzy[2][:4]), dialect)
    if text[0] in _SIGNED and len(text) > 1:
        made = sign(text)
        if made is not None:
            return Part(made)
    if text in ("and", "or", "not", "near"):
        note = f"'{text}' in small letters is read as a word; if you meant {text.upper()}, write it so and import again"
        return _words(piece, text, dialect).remarked(changed(piece, note, Effect.SAME))
    if re.match(r"[A-Za-z_]{2,}:(?!//)", text):
        note = "Neither language has a field of this name as far as we know; it is read as words"
        return _words(piece, text, dialect).remarked(changed(piece, note, Effect.EITHER))
    return _words(piece, _open(text), dialect)


def _open(text: str) -> str:
    """A word whose ? at an end stands for a letter, written so that it does not pass for punctuation."""
    if "?" not in text or not text.strip("?"):
        return text
    return ("*" if text.startswith("?") else "") + text + ("*" if text.endswith("?") else "")


def sign(text: str) -> Query | None:
    """An account, a hashtag or a ticker; None if it is none as a whole."""
    folded = fold(text)
    found = signed(folded)
    if len(found) != 1 or found[0].start or found[0].sign != folded[:1]:
        return None
    rest = folded[found[0].end :].rstrip(".,!;:")
    if rest and (rest != "*" or found[0].sign == "$"):
        return None
    return _SIGNED[found[0].sign](found[0].name + rest)


def _fuzzy(piece: Piece, text: str, slips: int, dialect: str) -> Part:
    words = patterns(fold(text))
    if slips == 0 or len(words) != 1 or len(words[0]) < 3 or not is_plain(words[0]):
        found = _words(piece, text, dialect)
        note = "Only one word of three letters or more, without wildcards, may be misspelt here"
        return found if slips == 0 else found.remarked(changed(piece, note, Effect.FEWER))
    made = Part(Words((words[0] + FUZZY,)))
    note = "A word may be misspelt by one letter at the most here"
    return made if slips == 1 else made.remarked(changed(piece, note, Effect.FEWER))


def _quoted(piece: Piece, dialect: str) -> Part:
    text = piece.value
    if text[:1] in _SIGNED and " " not in text and (made := sign(text)) is not None:
        return Part(made)
    found = _words(piece, text, dialect)
    if not piece.number or not isinstance(found.query, Words):
        return found
    words = found.query.tokens
    if piece.number == -1:
        note = "The same words with a hyphen are found, but not written as one"
        return found if len(words) < 2 else found.remarked(changed(piece, note, Effect.FEWER))
    if len(words) == 1:
        return found.remarked(changed(piece, _ALONE, Effect.SAME))
    if len(words) > MAX_AROUND:
        note = f"More than {MAX_AROUND} words cannot be asked to stand near each other; they are looked for as a phrase"
        return found.remarked(changed(piece, note, Effect.FEWER))
    near = replace(found, query=near_words(words, piece.number))
    far = piece.number + len(words) - 1 > FARTHEST
    return near.remarked(too_far(piece)) if far else near


def too_far(piece: Piece) -> Remark:
    """A distance that is too great for us."""
    return changed(piece, f"Words can be at most {FARTHEST} words apart here", Effect.FEWER)


def _words(piece: Piece, text: str, dialect: str) -> Part:
    """Words side by side, with remarks on what does not matter to us but did there."""
    tokens = tuple(token for word in text.split() for token in patterns(fold(word)))
    if not tokens:
        symbols = _SYMBOLS.intersection(text) and not {"*", "?"}.issuperset(text)
        return Part(Raw(text)) if symbols else left_out(piece, "There is no word in it")
    if any(not is_plain(token) and not head(token) and not tail(token) for token in tokens):
        return left_out(piece, "A word with wildcards needs a letter at its beginning or its end")
    remarks = []
    if text != piece.value and piece.kind == "word" and text.strip("*") == piece.value:
        remarks.append(changed(piece, "A ? at the end of a word stands for one letter or more here", Effect.MORE))
    if _SIGNS.intersection(text):
        remarks.append(changed(piece, "The signs in it are not looked at, only its words", Effect.MORE))
    if dialect == BRANDWATCH and _accented(text):
        remarks.append(changed(piece, "Accents do not matter here", Effect.MORE))
    return Part(Words(tokens), tuple(remarks))


def _accented(text: str) -> bool:
    return any("\u0300" <= char <= "\u036f" for char in unicodedata.normalize("NFD", text))
