"""What the accurate tier reads of a post: folded words, with accounts, names, links and shouting told by marks.

A mark is one character of Unicode's private use area, so that nobody can write one: those in a post are taken out.
"""

import html
import re
from functools import lru_cache

from ascolta.core.label import Ask
from ascolta.core.text import EMOJI, fold

OWN, NAMED, OTHER, LINK, SHOUT, REPLY, NUMBER = (chr(0xE001 + place) for place in range(7))
MARKS = (OWN, NAMED, OTHER, LINK, SHOUT, REPLY, NUMBER)
"""The brand's account, its name, another account, a link, capitals, a post that answers, a long number."""

HEAD, TAIL = 700, 300
"""How many characters are read of a long post: so many of its beginning, so many of its end."""

_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_PRIVATE = re.compile("[\ue000-\uf8ff\x00-\x08\x0e-\x1f\ud800-\udfff]")
_LINK = re.compile(r"https?:\S*|\bhttps?\b|\bwww\.\S+|\b(?:t\.co|bit\.ly|example\.com)/?\S*", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TAG = re.compile(r"#\w+")
_HANDLE = re.compile(r"(?<![\w.])@(\w[\w.\-]*)(?:@[\w.\-]+)?")
_RUN = re.compile(r"([^\W\dk_])\1{2,}")
_SIGNS = re.compile(r"([^\w\s])(?:\s*\1){2,}")
_NUMBER = re.compile(r"\d[\d.,:/\-]{3,}\d")
_EMOJI = re.compile(f"([{EMOJI}])\u200d?")
_SPACE = re.compile(r"\s+")


def marked(ask: Ask) -> str:
    """The text of a post as the network reads it."""
    text = ask.text if len(ask.text) <= HEAD + TAIL else f"{ask.text[:HEAD]} {ask.text[-TAIL:]}"
    text = _PRIVATE.sub(" ", html.unescape(_read(text)))
    text = _LINK.sub(f" {LINK} ", text)
    signs = (REPLY if ask.is_reply else "") + (SHOUT if _shouts(text) else "")
    text = fold(_TAG.sub(lambda tag: _HUMP.sub(" ", tag[0]), text))
    text = _HANDLE.sub(lambda found: f" {OWN if _is_own(found[1], ask) else OTHER} ", text)
    spoken = _spoken(ask.names, ask.handles)
    if spoken is not None:
        text = spoken.sub(f" {NAMED} ", text)
    text = _NUMBER.sub(f" {NUMBER} ", text)
    text = _RUN.sub(r"\1", text)
    text = _EMOJI.sub(r" \1 ", _SIGNS.sub(r"\1\1", text))
    return _SPACE.sub(" ", f"{' '.join(signs)} {text}").strip()


def _read(text: str) -> str:
    """The text with the escapes read that a careless export leaves in it, and halves of characters joined."""
    if "\\u" not in text and text.isprintable():
        return text
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_own(found: str, ask: Ask) -> bool:
    return found.rstrip(".-") in ask.handles


def _shouts(text: str) -> bool:
    large = sum(char.isupper() for char in text)
    return large >= 8 and large > 1.5 * sum(char.islower() for char in text)


@lru_cache(maxsize=1024)
def _spoken(names: tuple[str, ...], handles: tuple[str, ...]) -> re.Pattern[str] | None:
    """Where a brand is named, longest name first."""
    said = sorted({name for name in (*names, *handles) if len(name) > 1}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, said))})(?!\w)") if said else None
