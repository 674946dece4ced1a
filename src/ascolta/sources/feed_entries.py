"""What a feed says, as its parser (feedparser) tells it: a large one is read by a program of its own, within seconds.

A hostile feed of two megabytes keeps the parser busy for half a minute. One of up to 64 KiB takes less than a second,
whatever it holds, and is read here; a larger one by `python feed_entries.py`, which is ended when its time is over.
That program inherits no environment, opens nothing, and gives JSON.
"""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import feedparser
import msgspec

REMEMBERED = 500
"""Entries that are read, the newest."""

MOST_WORDS = 100_000
"""Characters of one part of an entry."""

SMALL = 64 << 10
"""Bytes of a feed that is read at once."""

WITHIN = 15.0
"""Seconds for a larger one."""

_NEEDED = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_RSL = b"https://rslstandard.org/rsl"
"""The namespace of Really Simple Licensing 1.0, which a feed may hold beside its entries."""


class Entry(msgspec.Struct, frozen=True):
    """One entry, as far as it is needed: nothing of it is trusted."""

    link: str = ""
    id: str = ""
    title: str = ""
    body: str = ""
    at: str = ""
    author: str = ""
    author_page: str = ""


class Told(msgspec.Struct, frozen=True):
    """A feed: its entries, the last one first, as feeds begin with the newest. `licensed`: it names one in RSL."""

    is_feed: bool
    licensed: bool = False
    entries: list[Entry] = []


def told(body: bytes, within: float = WITHIN) -> Told | None:
    """A feed from its bytes; None if reading it took too long, or too much."""
    if len(body) <= SMALL:
        return read(body)
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    command = [sys.executable, "-I", str(Path(__file__).resolve())]
    try:
        ended = subprocess.run(  # noqa: S603 - this very file, by this very Python
            command, input=body, capture_output=True, timeout=within, env=environment, check=True
        )
        return msgspec.json.decode(ended.stdout, type=Told)
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError):
        return None


def read(body: bytes) -> Told:
    """The same, at once. It is given to the parser as bytes in memory: what looks like a file or address is opened.

    The parser may raise anything, such as for half a surrogate pair; a feed that makes it do so is none.
    """
    try:
        found = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    except Exception:  # noqa: BLE001 - what it says may hold what people wrote
        return Told(is_feed=False)
    links = (found.get("feed") or {}).get("links") or ()
    rsl = any("license" in _text(one.get("rel")) and "rsl" in _text(one.get("type")).lower() for one in links)
    return Told(
        is_feed=bool(found.get("version") or found.get("entries")),
        licensed=rsl or _RSL in body,
        entries=[_entry(one) for one in reversed(found["entries"][:REMEMBERED])],
    )


def _entry(said: Any) -> Entry:
    detail = said.get("author_detail") or {}
    bodies = [_text(part.get("value")) for part in said.get("content") or ()]
    return Entry(
        link=_text(said.get("link")),
        id=_text(said.get("id")),
        title=_text(said.get("title")),
        body=next((body for body in bodies if body), "") or _text(said.get("summary")),
        at=_text(said.get("published") or said.get("updated")),
        author=_text(detail.get("name")) or _text(said.get("author")),
        author_page=_text(detail.get("href")),
    )


def _text(said: Any) -> str:
    whole = said[:MOST_WORDS] if isinstance(said, str) else ""
    return whole.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(read(sys.stdin.buffer.read())))
