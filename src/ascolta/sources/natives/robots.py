"""robots.txt as RFC 9309 has it, with the lines that others add: Content-Usage (aipref), Content-Signal, License (RSL).

The longest rule that matches decides, and of two of the same length the one that allows. A file that cannot be reached
disallows everything, and so does one that is kept from us; one that is not there allows everything.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

MAX_SIZE = 512_000
"""Bytes that are read, of the at least 500 KiB that RFC 9309 asks for."""

KEPT_FROM_US = frozenset({401, 403, 429, 451})
"""Answers that RFC 9309 would let us take for "there is none"; we take them for a no."""

_ADDED = ("content-usage", "content-signal")
_SAFE = "/?*$%:@!&'()+,;=~-._#[]"


@dataclass(frozen=True, slots=True)
class Group:
    """The lines for some product tokens: rules as pairs of "may we" and pattern, and what is added to them."""

    agents: frozenset[str]
    rules: tuple[tuple[bool, str], ...]
    added: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Robots:
    """A site's robots.txt. `closed`: it could not be reached, so nothing may be fetched."""

    groups: tuple[Group, ...] = ()
    licence: str = ""
    closed: bool = False

    def allows(self, path: str, agent: str) -> bool:
        """Whether a product token may fetch a path (with its query)."""
        if self.closed:
            return path == "/robots.txt"
        best = (-1, True)
        wanted = encoded(path or "/")
        for group in self._for(agent):
            for allowed, pattern in group.rules:
                if pattern and matches(pattern, wanted):
                    best = max(best, (len(pattern), allowed))
        return best[1]

    def added(self, name: str, path: str, agent: str) -> tuple[str, ...]:
        """The values of an added line, such as `content-usage`, for a path: those of the longest path given."""
        best = -1
        found: tuple[str, ...] = ()
        for group in self._for(agent):
            for key, said in group.added:
                pattern, value = _pathed(said)
                if key == name and len(pattern) >= best and (not pattern or matches(pattern, encoded(path or "/"))):
                    found = (*found, value) if len(pattern) == best else (value,)
                    best = len(pattern)
        return found

    def _for(self, agent: str) -> list[Group]:
        """The groups that name a product token; those for everybody if none does."""
        token = agent.lower()
        own = [group for group in self.groups if token in group.agents]
        return own or [group for group in self.groups if "*" in group.agents]


def robots(status: int, body: bytes | str) -> Robots:
    """robots.txt from an answer: its status (0: no answer), and its bytes."""
    if 400 <= status < 500 and status not in KEPT_FROM_US:
        return Robots()
    if not 200 <= status < 300:
        return Robots(closed=True)
    raw = body[:MAX_SIZE] if isinstance(body, bytes) else body.encode("utf-8", "replace")[:MAX_SIZE]
    return _parsed(raw.decode("utf-8", "replace").removeprefix("\ufeff"))


def _parsed(text: str) -> Robots:
    groups: list[Group] = []
    agents: list[str] = []
    rules: list[tuple[bool, str]] = []
    added: list[tuple[str, str]] = []
    licence, begun = "", False

    def close() -> None:
        if agents:
            groups.append(Group(frozenset(agents), tuple(rules), tuple(added)))
        for part in (agents, rules, added):
            part.clear()

    for line in re.split(r"\r\n|\r|\n", text):
        name, colon, value = line.partition("#")[0].partition(":")
        key, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if begun:
                close()
            begun = False
            agents.append(_token(value))
        elif key in ("allow", "disallow"):
            begun = True
            rules.append((key == "allow", encoded(value)))
        elif key in _ADDED:
            begun = True
            added.append((key, value))
        elif key == "license":
            licence = licence or value
    close()
    return Robots(tuple(groups), licence)


def _token(value: str) -> str:
    """A product token without its version."""
    found = re.match(r"[A-Za-z_-]+", value)
    return "*" if value.startswith("*") else found[0].lower() if found else ""


def _pathed(said: str) -> tuple[str, str]:
    """The path that an added line begins with, if any, and the rest."""
    if not said.startswith("/"):
        return "", said
    pattern, _, value = said.partition(" ")
    return encoded(pattern), value.strip()


def encoded(path: str) -> str:
    """A path with what is not ASCII percent-encoded, escapes in upper case, and needless escapes undone."""
    return re.sub(r"%[0-9a-fA-F]{2}", _normal, quote(path, safe=_SAFE))


def _normal(found: re.Match[str]) -> str:
    char = chr(int(found[0][1:], 16))
    return char if re.fullmatch(r"[A-Za-z0-9\-._~]", char) else found[0].upper()


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path from its start: `*` is anything, `$` at its end the end.

    Each piece between stars is looked for once, from left to right, so it is quick whatever the pattern.
    """
    end = pattern.endswith("$")
    first, *rest = (pattern[:-1] if end else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not end or at == len(path)
    *middle, last = rest
    for piece in middle:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return path.endswith(last) and len(path) - len(last) >= at if end else path.find(last, at) >= 0
