"""Where the brand's person signs: `^JM`, `– Ruth`, `Kind regards, Sam`, `Nina`; no name there is a customer's."""

import re

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.reading import Said

_NAME = r"[A-ZÀ-Þ][\w'’.-]{0,20}"
_MORE = r"(?:[ ,/&|–—-]{1,3}[\w'’.@&+-]{1,20}){0,5}"
_END = r"[ .!]{0,2}$"
_MARKED = re.compile(rf"(?:(?<=[\s.!?…])|^)(?:[\^~*/|=•–—]|-{{1,2}})[ ]?[A-Za-zÀ-ÿ][\w'’.-]{{0,20}}{_MORE}{_END}")
_BARE = re.compile(
    rf"(?:[.!?…:;)]|\n|[\u2600-\U0001faff]|/[\w-]*|\.[a-z]{{2,12}}/?[\w/-]*)[ \n]{{1,3}}({_NAME})({_MORE}){_END}"
)
_LAST = re.compile(rf"([^\s,.!?]{{1,20}}),?[ \n]{{1,2}}({_NAME})({_MORE}){_END}")
_TAIL, LAST = 80, 6
"""Characters and words at the end of a reply among which a signature is looked for."""


def signed_from(said: Said) -> int:
    """The place in the matching text from which on a reply is signature; its length if it is not signed."""
    text = said.read.text
    size = len(text)
    if not said.words or (max(said.capitals, default=-1) < len(said.words) - LAST and not text[-_TAIL:].count("^")):
        return size
    low = max(0, size - _TAIL)
    tail = text[low:]
    marked = _MARKED.search(tail)
    if marked:
        return low + marked.start()
    bare = _BARE.search(tail)
    if bare and _is_name_only(said, bare[1], bare[2]):
        return low + bare.start(1)
    for found in _closers(said, tail):
        return low + found
    return size


def _is_name_only(said: Said, name: str, rest: str) -> bool:
    """Whether a last sentence is a name, or a name and where its bearer works."""
    words = rest.replace(",", " ").replace("-", " ").replace("–", " ").split()
    if said.lexicon.has("closers", normal(name).plain):
        return all(word[0].isupper() or said.lexicon.has("closers", normal(word).plain) for word in words)
    return not words or said.lexicon.has("from", words[0].lower()) or any(sign in rest[:3] for sign in ",–-|/")


def _closers(said: Said, tail: str) -> list[int]:
    found = _LAST.search(tail)
    if found is None:
        return []
    words = said.lexicon.sets["closers"]
    before = said.read.plain[len(said.read.plain) - len(tail) + found.start(1) :][: len(found[1])]
    return [found.start(2)] if before in words and _alone(said, found, tail) else []


def _alone(said: Said, found: re.Match[str], tail: str) -> bool:
    """Whether only closing words stand between the last sentence and the name: `Viele Grüße, Yusuf`."""
    start = max(tail.rfind(sign, 0, found.start(2)) for sign in ".!?\n…;")
    low = len(said.read.plain) - len(tail)
    between = said.read.plain[low + start + 1 : low + found.start(2)].replace(",", " ").split()
    return all(said.lexicon.has("closers", word) for word in between)
