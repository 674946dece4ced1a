"""What one term of a query means: a word, a phrase, a field, a number, a name, a sign."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Never

from ascolta.core.days import ALERT_NUMBERS, NUMBERS, number
from ascolta.core.label import VOCABULARY
from ascolta.core.lex import Token, distance
from ascolta.core.query import (
    RESERVED,
    SITES,
    Around,
    Field,
    Handle,
    Hashtag,
    Query,
    Range,
    Raw,
    Ticker,
    Words,
    field,
    leaves,
)
from ascolta.core.text import EMOJI, MARK_CLASS, fold, is_host, patterns, signed
from ascolta.core.word import ALIKE, FUZZY, WILD, head, is_plain, tail
from ascolta.errors import QueryError

POST_FIELDS = ("author", "network", "site", "links", "lang", "is", "tag", "brand")
ALERT_FIELDS = ("stream", "state", "grade", "organised", "brands")
GRADES = ("watch", "warning", "crisis")
"""How grave a risk is, from the least."""

FIELDS = (*POST_FIELDS, *ALERT_FIELDS, *(name for name in VOCABULARY if name != "language"))
FIXED: dict[str, tuple[str, ...]] = {
    "is": ("reply", "question", "repost"),
    "stream": ("all", "negative", "complaint"),
    "state": ("calm", "alert"),
    "grade": GRADES,
    "organised": ("yes", "no", "unknown"),
    "brands": ("one", "many"),
    **{name: known for name, known in VOCABULARY.items() if known},
}
REFUSED = dict.fromkeys(
    ("followers", "authorfollowers", "verified", "gender"),
    ", which is not offered: how many follow somebody, and who they are, must not decide who is heard",
)
"""Fields that queries have elsewhere, and why there are none here."""

MAX_AROUND = 12
_FUZZY = re.compile(rf"(.*[\w{MARK_CLASS}])~(\d*)[.,!?]*")
_MISFUZZY = re.compile(rf".*[*?{EMOJI}]~\d*[.,!?]*")
_STRAY = re.compile(r"~\d+|.*\w~[^\W\d]\w*")
_SIGNS: dict[str, type[Handle | Hashtag | Ticker]] = {"@": Handle, "#": Hashtag, "$": Ticker}
_BOUNDS = re.compile(
    r"(?P<op>[<>]=?)(?P<bound>\S+)|\[\s*(?P<from>\S+)\s+TO\s+(?P<to>\S+)\s*\]"
    r"|(?P<low>[^\s.]+)\.\.(?P<high>[^\s.]+)|(?P<only>\S+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Fields that may be asked about in one place only, each with its values (none: any), and numbers of that place."""

    fields: Mapping[str, tuple[str, ...]] = made_by(default_factory=dict)
    numbers: tuple[str, ...] = ()


class Terms:
    """Reads the terms of one query; `names` are the sub-queries that @@name stands for, `own` the place's fields."""

    def __init__(self, source: str, names: Mapping[str, Query], own: Own | None = None) -> None:
        self.source, self.names, self.own = source, names, own or Own()

    def read(self, token: Token) -> Query:
        """The query that a token says. Raises QueryError."""
        piece = token.piece
        if piece is None:
            self.fail(f"expected a word instead of '{token.text}'", token.column)
        if piece.group("name"):
            return self._field(piece.group("name"), piece.group("value"), token.column)
        if piece.group("quote"):
            return self._quote(piece.group("quote"), piece.group("within"), token.column)
        return self._bare(piece.group("word"), token.column)

    def fail(self, message: str, column: int) -> Never:
        """Raise QueryError."""
        raise QueryError(message, query=self.source, column=column)

    def _field(self, name: str, value: str, column: int) -> Query:
        """A field such as lang:es; what stands before a colon must be a field's name."""
        lower, at = name.lower(), column + len(name) + 1
        if value.startswith('"'):
            value = _unquote(value)
        own = self.own
        known = (*FIELDS, *NUMBERS, *ALERT_NUMBERS, *own.fields, *own.numbers, "raw", "lookalike")
        if lower not in known:
            why = REFUSED.get(lower, hint(lower, known))
            self.fail(f"unknown field '{name}:'{why}; to find words, put them in quotation marks", column)
        if not value:
            self.fail(f"expected a value after '{name}:'", at)
        if lower == "raw":
            return Raw(value)
        if lower == "lookalike":
            return self._lookalike(value, at)
        if lower in NUMBERS or lower in ALERT_NUMBERS or lower in own.numbers:
            return self._range(lower, value, at)
        return self._valued(lower, value, at)

    def _valued(self, lower: str, value: str, at: int) -> Query:
        """A field with its value."""
        own, made = self.own, field(lower, value)
        values = own.fields.get(lower, FIXED.get(lower, ()))
        if values and made.value not in values:
            self.fail(
                f"'{lower}:' cannot be '{value}'{hint(made.value, values)}; expected one of {', '.join(values)}", at
            )
        if not made.value.lstrip("@"):
            self.fail(f"expected a value after '{lower}:'", at)
        if lower in SITES and not is_host(made.value):
            self.fail(f"expected a site such as {lower}:example.com, without https:// and without a path", at)
        return made

    def _lookalike(self, value: str, column: int) -> Query:
        words = self._tokens(value, column)
        if not all(is_plain(word) for word in words):
            self.fail("lookalike: takes words without wildcards; list the words", column)
        return Words(tuple(ALIKE + word for word in words))

    def _range(self, name: str, value: str, column: int) -> Query:
        said = _BOUNDS.fullmatch(value)
        if said is None:
            self.fail(f"expected a number or a range, such as {name}:>=9, {name}:3..9 or {name}:[3 TO 9]", column)
        low, high = said["from"] or said["low"] or said["only"], said["to"] or said["high"] or said["only"]
        if said["op"]:
            bound = self._number(name, said["bound"], column)
            strict = len(said["op"]) == 1
            return Range(name, bound + strict, None) if said["op"][0] == ">" else Range(name, None, bound - strict)
        made = Range(name, self._number(name, low, column), self._number(name, high, column))
        if made.low is not None and made.high is not None and made.low > made.high:
            self.fail(f"the range ends before it begins; expected {name}:{high}..{low}", column)
        return made

    def _number(self, name: str, said: str, column: int) -> int:
        try:
            return number(name, said)
        except ValueError as error:
            self.fail(f"expected {error}", column)

    def _quote(self, said: str, within: str | None, column: int) -> Query:
        words = self._tokens(_unquote(said), column, quoted=True)
        if within is None:
            return Words(words)
        apart = distance(within, self.source, column + len(said) + 1)
        if not 2 <= len(words) <= MAX_AROUND:
            self.fail(f"~{within} stands after two to {MAX_AROUND} words in quotation marks; fuzzy is word~1", column)
        if apart < len(words) - 1:
            self.fail(f"{len(words)} words never fit in ~{within}; expected at least ~{len(words) - 1}", column)
        return Around(words, apart)

    def _bare(self, word: str, column: int) -> Query:
        if word in RESERVED or word.startswith("NEAR/"):
            self.fail(f"expected a distance such as NEAR/5 instead of '{word}'", column)
        if word.startswith("@@"):
            return self._named(word[2:], column)
        if word[0] in _SIGNS and len(word) > 1:
            folded = fold(word)
            named = signed(folded)
            if len(named) == 1 and named[0].start == 0:
                return _SIGNS[word[0]](named[0].name + self._star(word, folded[named[0].end :], column))
        if _STRAY.fullmatch(word):
            self.fail(f"""expected word~1 or "two words"~5, without a space, instead of '{word}'""", column)
        return Words(self._tokens(word, column))

    def _star(self, word: str, rest: str, column: int) -> str:
        """The star after an account or a hashtag, if there is one."""
        if "*" not in rest:
            return ""
        if rest.rstrip(".,!?") != "*" or word[0] == "$":
            self.fail(f"in '{word}' a * may stand only at the end of an account or a hashtag, as in #deliver*", column)
        return "*"

    def _named(self, name: str, column: int) -> Query:
        found = self.names.get(name)
        if found is None:
            known = f"; known are {', '.join(sorted(self.names))}" if self.names else "; none are defined here"
            self.fail(f"there is no sub-query '@@{name}'{hint(name, tuple(self.names))}{known}", column)
        return found

    def _tokens(self, said: str, column: int, *, quoted: bool = False) -> tuple[str, ...]:
        """The words of a term, each a pattern. Raises QueryError."""
        found = [word for piece in said.split() for word in self._piece(piece, column)]
        if not found:
            what = "these quotation marks hold no word" if quoted else f"there is no word in '{said}'"
            self.fail(f'{what}; to find symbols, write raw:"…"', column)
        return tuple(found)

    def _piece(self, piece: str, column: int) -> list[str]:
        """What stands between two spaces: usually one word."""
        fuzzy = _FUZZY.fullmatch(piece)
        if fuzzy is not None:
            return [self._fuzzy(fuzzy[1], fuzzy[2], column)]
        if _MISFUZZY.fullmatch(piece):
            self._fuzzy("", "", column)
        words = patterns(fold(piece))
        for word in words:
            if not is_plain(word) and not head(word) and not tail(word):
                self.fail(
                    f"'{piece}' needs a letter at its beginning or its end, as in deliver* or *phone; "
                    "for any word in between, use NEAR",
                    column,
                )
        return words

    def _fuzzy(self, word: str, slips: str, column: int) -> str:
        found = patterns(fold(word))
        if slips not in ("", "1"):
            self.fail(f"only one slip can be asked for; expected {word}~1", column)
        if len(found) != 1 or len(found[0]) < 3 or any(wild in found[0] for wild in WILD):
            self.fail("~1 stands after one word of three letters or more, without wildcards", column)
        return found[0] + FUZZY


def _unquote(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said[1:-1], flags=re.DOTALL)


def hint(said: str, known: tuple[str, ...]) -> str:
    """What `said` was probably meant to be, among what is known."""
    close = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    return f", did you mean '{close[0]}'?" if close else ""


def of_alerts(query: Query) -> frozenset[str]:
    """The names of the fields and numbers that a query asks about and that only an alert has."""
    found = {leaf.name for leaf in leaves(query) if isinstance(leaf, Field | Range)}
    return frozenset(found & {*ALERT_FIELDS, *ALERT_NUMBERS})


def known_later(query: Query) -> list[str]:
    """The fields of a query that say nothing when a post is heard: of its labels, and of alerts."""
    return sorted(fields_of(query) & {*VOCABULARY, *ALERT_FIELDS} | of_alerts(query))


def fields_of(query: Query) -> frozenset[str]:
    """The names of the fields that a query asks about."""
    return frozenset(leaf.name for leaf in leaves(query) if isinstance(leaf, Field))
