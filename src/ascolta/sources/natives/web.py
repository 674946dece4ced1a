"""What a website says about a page: headers, meta tags, robots.txt and /.well-known/tdmrep.json.

Sources: RFC 9309 (robots.txt), RFC 9651 (dictionaries), the aipref drafts, Content Signals, TDM Reservation Protocol
(W3C Community Group), Really Simple Licensing 1.0.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from ascolta.core.post import Page
from ascolta.sources.natives.reading import UnreadableError, known
from ascolta.sources.natives.robots import Robots, encoded, matches
from ascolta.sources.natives.rsl import reserves

AGENT = "ascolta"
"""Our product token."""

MAX_HTML, MOST_TAGS, MAX_TAG = 500_000, 500, 4_000
"""Characters of a page, and meta and link tags in it, that are looked at."""

NO_ROBOTS = Robots()

_STARTS = re.compile(r"<(meta|link)\b", re.IGNORECASE)
_TAG = re.compile(r"""<\w+((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_PAIR = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*(?:=\s*([^,;]*))?\s*(?:;[^,]*)?\s*", re.IGNORECASE)
_NO, _YES = frozenset({"n", "no", "?0"}), frozenset({"y", "yes", "?1", ""})
UNREADABLE = "unreadable=n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a site says about all its pages; `tdmrep` is the decoded JSON, `rsl` the document that is licensed by."""

    robots: Robots = NO_ROBOTS
    tdmrep: Any = None
    rsl: str | None = None


def page(url: str, headers: Sequence[tuple[str, str]], html: str = "", site: Site | None = None) -> Page:
    """What is said about one page, by its own answer and by its site."""
    about = Site() if site is None else site
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    given: dict[str, list[str]] = {}
    for name, value in headers:
        given.setdefault(name.lower(), []).append(value)
    meta = _meta(html)
    usage = [*given.get("content-usage", ()), *about.robots.added("content-usage", path, AGENT)]
    signals = [*given.get("content-signal", ()), *about.robots.added("content-signal", path, AGENT)]
    return Page(
        disallowed=None if about.robots.allows(path, AGENT) else True,
        robots=_tokens([*given.get("x-robots-tag", ()), *meta.get("robots", ()), *meta.get(AGENT, ())]),
        content_usage=_preferences(usage),
        content_signal=_preferences(signals),
        tdm_reservation=_reserved(given, meta, about.tdmrep, path),
        licensed=_licensed(given, meta, about),
    )


def _meta(html: str) -> Mapping[str, list[str]]:
    """What meta tags say, by name; `license` holds the links to licences in RSL."""
    found: dict[str, list[str]] = {}
    for start in islice(_STARTS.finditer(html[:MAX_HTML]), MOST_TAGS):
        tag = _TAG.match(html[start.start() : start.start() + MAX_TAG])
        given = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag[1] if tag else "")}
        name, rel = given.get("name", "").strip().lower(), given.get("rel", "").lower().split()
        if start[1].lower() == "meta" and name:
            found.setdefault(name, []).append(given.get("content", ""))
        elif "license" in rel and "rsl" in given.get("type", "").lower():
            found.setdefault("license", []).append(given.get("href", ""))
    return found


def _tokens(values: Sequence[str]) -> tuple[str, ...]:
    """Robots tokens that are said to everybody or to us. `agent: token` speaks to one; `max-snippet: 5` is a token."""
    found: dict[str, None] = {}
    for value in values:
        speaks_to_us = True
        for part in value.lower().split(","):
            head, colon, rest = part.strip().partition(":")
            if colon and not head.startswith(("max-", "unavailable_after")):
                speaks_to_us, head = head.strip() in (AGENT, "*"), rest
            if speaks_to_us and head.strip():
                found[head.strip()] = None
    return tuple(found)


def _preferences(values: Sequence[str]) -> tuple[str, ...]:
    """Preferences as `key=n` or `key=y`; one that cannot be read as either counts as a no to everything."""
    found: dict[str, None] = {}
    for value in values:
        for part in value.split(","):
            pair = _PAIR.fullmatch(part)
            said = (pair[2] or "").strip().strip('"').lower() if pair else "?"
            if pair and said in _NO | _YES:
                found[f"{pair[1].lower()}={'n' if said in _NO else 'y'}"] = None
            elif part.strip():
                found[UNREADABLE] = None
    return tuple(found)


def _reserved(headers: Mapping[str, list[str]], meta: Mapping[str, list[str]], tdmrep: Any, path: str) -> bool | None:
    """Whether text and data mining is reserved, by the page or by its site: the stricter counts."""
    said = [*headers.get("tdm-reservation", ()), *meta.get("tdm-reservation", ())]
    if any(one.strip() != "0" for one in said):
        return True
    try:
        return _reserved_by_site(tdmrep, path)
    except UnreadableError:
        return True


def _reserved_by_site(tdmrep: Any, path: str) -> bool | None:
    """By tdmrep.json: the longest location that matches decides, as in robots.txt; of two, the one that reserves."""
    if tdmrep is None:
        return None
    if not isinstance(tdmrep, list):
        raise UnreadableError("tdmrep.json is not a list")
    best = (-1, False)
    for rule in map(known, tdmrep):
        location, value = rule.get("location"), rule.get("tdm-reservation")
        if not isinstance(location, str) or value not in (0, 1):
            raise UnreadableError("a rule of tdmrep.json cannot be read")
        if matches(encoded(location), encoded(path)):
            best = max(best, (len(location), value == 1))
    return best[1] if best[0] >= 0 else None


def _licensed(headers: Mapping[str, list[str]], meta: Mapping[str, list[str]], site: Site) -> bool | None:
    """Whether a licence in RSL is named anywhere; only one that was read and is open to all reserves nothing."""
    links = [link for value in headers.get("link", ()) for link in value.split(",")]
    named = site.robots.licence or meta.get("license") or any(_is_licence(link) for link in links)
    if site.rsl is not None:
        return reserves(site.rsl)
    return True if named else None


def _is_licence(link: str) -> bool:
    """Whether a link of a `Link` header leads to a licence in RSL."""
    said = link.lower()
    return re.search(r';\s*rel="?[^";]*\blicense\b', said) is not None and "rsl" in said
