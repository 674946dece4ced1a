"""What the writing of a query lets one suspect: that something else was meant than what it says."""

import re
from collections.abc import Iterator

from ascolta.core.lex import Token, lex
from ascolta.core.parse import Note
from ascolta.core.query import SITES
from ascolta.core.text import UNSPACED, fold, signed

_NEAR = re.compile(r"near/(?:\d+f?|s)", re.IGNORECASE)
_CURLY = re.compile(r"[“”„‟«»]|^‘")
_COMMA = re.compile(r"(?<!\d)[,;，、；]|[,;，、；](?!\d)")
_MINUS = re.compile(r"[-–−](?=[^\W\d_])")
_WILD = re.compile(rf"([{UNSPACED}])\*|[*?]([{UNSPACED}])")
_SIGN = re.compile(r"(?:^|(?<=\s))[#@$](?=[^\W\d])")
_SIGNS = {"@": "account", "#": "hashtag", "$": "ticker"}


def slips(text: str) -> list[Note]:
    """Where a query seems to be written for another language of queries, left to right. Raises QueryError."""
    stream = lex(text)
    found: list[Note] = []
    for before, token, after in zip([None, *stream], stream, stream[1:], strict=False):
        if token.piece is None:
            continue
        if token.piece.group("word"):
            found += _operator(before, token, after) or _word(token, after)
        elif token.piece.group("quote"):
            found += _quote(token)
        else:
            found += _field(token)
    return _once(found)


def _once(found: list[Note]) -> list[Note]:
    """Of notes that say the same, the first."""
    first: dict[str, Note] = {}
    for note in found:
        first.setdefault(note.message, note)
    return list(first.values())


def _operator(before: Token | None, token: Token, after: Token) -> list[Note]:
    word = token.text
    follows = after.kind in ("term", "open", "NOT")
    between = follows and before is not None and before.kind in ("term", "close")
    meant = word.lower() in ("and", "or") and between
    meant = meant or (word.lower() == "not" and follows)
    meant = meant or (_NEAR.fullmatch(word) is not None and between)
    if not meant:
        return []
    capitals = re.sub(r"NEAR/S|F$", lambda end: end[0].lower() if end[0] == "F" else "NEAR/s", word.upper())
    message = (
        f"'{word}' is looked for as a word here; an operator is written in capitals, {capitals}, "
        "and a word that is meant in quotation marks"
    )
    return [Note(token.column, message)]


def _word(token: Token, after: Token) -> list[Note]:
    return [Note(token.column + place, said) for place, said in _of_word(token.text, after.kind == "term")]


def _of_word(word: str, followed: bool) -> Iterator[tuple[int, str]]:
    curly, comma = _CURLY.search(word), _COMMA.search(word)
    if curly is not None:
        yield curly.start(), 'curly marks are no quotation marks here, so each word stands for itself; write "…"'
    elif comma is not None and (followed or re.search(r"\w", word[comma.end() :])):
        yield comma.start(), f"'{comma[0]}' does not stand for OR: all of these words must be there; write OR"
    if _MINUS.match(word):
        yield 0, f"'{word}' looks for the word: a minus takes nothing away; write NOT {word[1:]}"
    if word[0] in _SIGNS:
        yield from _sign(word)
    else:
        yield from _wild(word)


def _sign(word: str) -> Iterator[tuple[int, str]]:
    folded = fold(word)
    named = signed(folded)
    kind = _SIGNS[word[0]]
    if not named or named[0].start:
        if re.match(r".[^\W\d]", folded):
            yield 0, f"'{word}' is no {kind}, so its words alone are looked for"
    elif re.search(r"\w", folded[named[0].end :]):
        yield 0, f"'{word}' is read as {word[0]}{named[0].name} alone: there the {kind} ends"


def _wild(word: str) -> Iterator[tuple[int, str]]:
    wild = _WILD.search(word)
    if wild is not None:
        said = f"* and ? have no meaning beside '{wild[1] or wild[2]}': in a script without spaces, "
        yield wild.start(), said + "a word is found wherever its characters stand together"


def _quote(token: Token) -> list[Note]:
    inside = token.text[1:].rpartition('"')[0]
    found = [Note(token.column + 1 + place, said) for place, said in _wild(inside)]
    sign = _SIGN.search(inside)
    if sign is not None:
        message = (
            f"'{sign[0]}' is not looked at within quotation marks, so the words alone are found; "
            f"write the {_SIGNS[sign[0]]} outside of them, without spaces"
        )
        found.append(Note(token.column + 1 + sign.start(), message))
    return found


def _field(token: Token) -> list[Note]:
    name, colon, value = token.text.partition(":")
    comma = _COMMA.search(value)
    if name.lower() in SITES and "." not in value and value[:1] != '"':
        said = (
            f"'{value}' is the ending of a site's name or a machine of your own; write the whole, such as example.com"
        )
        return [Note(token.column + len(name + colon), said)]
    if comma is None or value[0] in '"[' or name.lower() in ("raw", "lookalike"):
        return []
    said = f"'{comma[0]}' does not stand for OR; write {name}:… OR {name}:…"
    return [Note(token.column + len(name + colon) + comma.start(), said)]
