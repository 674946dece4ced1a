"""A mail as it lies in a mailbox (RFC 5322, MIME): who wrote it, when it arrived, and their own words.

Only some lines of its head and one part of text are ever asked for, so that is all that is read here.
"""

import binascii
import hashlib
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from ascolta.core.post import Actor, Post
from ascolta.core.text import fold
from ascolta.sources.natives.mail_words import forwarded, own_words, unmarked
from ascolta.sources.natives.reading import UnreadableError

HEAD = (
    "From", "Subject", "Date", "Message-ID", "Content-Type", "Return-Path", "Auto-Submitted", "Precedence", "List-Id",
    "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Spam-Flag",
)  # fmt: skip
"""The lines of its head that are needed: none says who else got it."""

MOST = 256 << 10
"""Bytes of the part with the text."""

MOST_WORDS = 100_000
DEEPEST, WIDEST = 20, 200
"""How far a mail's parts are gone into."""

NOBODY = frozenset(
    {
        "mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "bounce",
        "bounces", "notifications", "notification",
    }
)  # fmt: skip
"""Before the @ of addresses behind which nobody is."""

_NAMING = ("Message-ID", "Date", "From", "Subject")
_BULK = ("bulk", "list", "junk", "auto_reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a mail that holds its text: where it is, and how it is written."""

    section: str
    subtype: str
    encoding: str
    charset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What was asked for of one mail. `arrived` is when the mailbox got it, in seconds since 1970 UTC."""

    head: bytes
    arrived: float
    part: Part | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Whose mailbox it is: `own` addresses (or @domains) are ours; mails from those in `forwards` pass on mentions."""

    brand: str
    own: tuple[str, ...] = ()
    forwards: tuple[str, ...] = ()


def post(letter: Letter, number: str, box: Box) -> Post | None:
    """A mail as a post, said to the brand in private; None if no person wrote it, or we did.

    A mention that was passed on is not said to us, and its author is who is said to be. Raises UnreadableError.
    """
    head = _head(letter.head)
    name, address = _sender(head)
    if _is_among(address, box.own) or (not _is_among(address, box.forwards) and _is_automatic(head, address)):
        return None
    passed_on = _is_among(address, box.forwards)
    subject, text = _words(head.get("Subject", "")), _text(letter, quotes=passed_on)
    author = Actor(id=address, handle=address, name=name)
    if passed_on:
        said, text = forwarded(text)
        author = Actor(handle=said) if said else Actor()
    content = "\n".join(part for part in (subject, text if passed_on else own_words(text)) if part)
    return Post(
        id=number,
        content=content[:MOST_WORDS],
        network="mail",
        brand=box.brand,
        published=letter.arrived,
        attributed_to=author,
        visibility="public" if passed_on else "direct",
        addressed=not passed_on,
    )


def name_of(head: bytes) -> bytes:
    """What tells a mail from others: its Message-ID, with when, by whom and on what, since some ids are given twice."""
    try:
        said = _head(head)
    except UnreadableError:
        return head
    return "\0".join(said.get(name, "") for name in _NAMING).encode("utf-8", "replace")


def short(name: bytes, salt: str = "") -> str:
    """32 bits of a hash of that."""
    return hashlib.blake2b(salt.encode() + b"\0" + name, digest_size=4).hexdigest()


def text_part(structure: object) -> Part | None:
    """The part of a BODYSTRUCTURE (RFC 3501, 7.4.2) that holds the text: plain if there is one, HTML otherwise."""
    parts = list(_parts(structure, "", 0))[:WIDEST]
    plain = [part for part in parts if part.subtype == "plain"]
    return next(iter(plain or parts), None)


def _parts(structure: object, at: str, depth: int) -> "Sequence[Part]":
    if not isinstance(structure, tuple) or not structure or depth > DEEPEST:
        return ()
    if isinstance(structure[0], list):
        found: list[Part] = []
        for number, inner in enumerate(structure[0][:WIDEST], 1):
            found += _parts(inner, f"{at}.{number}" if at else str(number), depth + 1)
        return found
    kind, subtype = (_ascii(said).lower() for said in (*structure, None, None)[:2])
    if kind != "text" or subtype not in ("plain", "html") or _is_attached(structure):
        return ()
    encoding = _ascii(structure[5]).lower() if len(structure) > 5 else ""
    parameters = structure[2] if len(structure) > 2 and isinstance(structure[2], tuple) else ()
    pairs = {
        _ascii(key).lower(): _ascii(said) for key, said in zip(parameters[::2], parameters[1::2], strict=False)
    }  # fmt: skip
    return [Part(section=at or "1", subtype=subtype, encoding=encoding, charset=pairs.get("charset", "utf-8"))]


def _is_attached(structure: tuple[object, ...]) -> bool:
    return any(
        isinstance(said, tuple) and said and _ascii(said[0]).lower() == "attachment" for said in structure[7:]
    )  # fmt: skip


def _ascii(said: object) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else ""


def _head(raw: bytes) -> dict[str, str]:
    """The lines of a head, by name; the first of each. Raises UnreadableError."""
    try:
        read = BytesHeaderParser().parsebytes(raw)
        return {name: " ".join(str(read[name]).split()) for name in HEAD if read[name] is not None}
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        raise UnreadableError("the head of this mail cannot be read") from None


def _sender(head: dict[str, str]) -> tuple[str, str]:
    """The name and the address of who wrote it. Raises UnreadableError if there is none."""
    name, address = parseaddr(head.get("From", ""))
    address = fold(address.strip())
    if address.count("@") != 1 or not all(address.partition("@")[::2]) or any(char.isspace() for char in address):
        raise UnreadableError("nobody is named who wrote this mail")
    return _words(name)[:200], address


def _is_among(address: str, those: Sequence[str]) -> bool:
    """Whether an address is one of those, or at one of those domains, written as @acme.example."""
    return address in those or f"@{address.partition('@')[2]}" in those


def _is_automatic(head: dict[str, str], address: str) -> bool:
    """Whether a program wrote it: answers by themselves (RFC 3834), lists (RFC 2919, RFC 2369), bounces (RFC 3464)."""
    said = {name: fold(value) for name, value in head.items()}
    return (
        said.get("Auto-Submitted", "no").partition(";")[0].strip() != "no"
        or said.get("Precedence", "") in _BULK
        or any(name in said for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
        or said.get("Return-Path", "") == "<>"
        or said.get("Content-Type", "").startswith("multipart/report")
        or said.get("X-Spam-Flag", "").startswith("yes")
        or address.partition("@")[0] in NOBODY
    )


def _text(letter: Letter, *, quotes: bool) -> str:
    """The text of the part that was asked for. Raises UnreadableError."""
    part = letter.part
    if part is None:
        return ""
    body, encoding = letter.body[:MOST], part.encoding
    if encoding == "base64":
        bare = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        whole = bare[: len(bare) // 4 * 4]
        rest = bare[len(whole) :]
        try:
            body = binascii.a2b_base64(whole + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""))
        except binascii.Error:
            raise UnreadableError("the text of this mail cannot be read") from None
    elif encoding == "quoted-printable":
        body = quopri.decodestring(body)
    text = _decoded(body, part.charset).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return unmarked(text, quotes=quotes) if part.subtype == "html" else text.strip()


def _words(said: str) -> str:
    """Words of a head's line that may be encoded (RFC 2047)."""
    try:
        found = decode_header(said)
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return said
    pieces = (piece if isinstance(piece, str) else _decoded(piece, charset or "utf-8") for piece, charset in found)
    return " ".join("".join(pieces).replace("\0", "").split())


def _decoded(body: bytes, charset: str) -> str:
    """Bytes in a charset, as far as they can be read; Latin-1 where there is no such charset."""
    try:
        text = body.decode(charset, "replace")
    except (LookupError, ValueError):
        text = body.decode("latin-1")
    return text.encode("utf-8", "replace").decode("utf-8")
