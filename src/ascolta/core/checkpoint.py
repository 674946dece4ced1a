"""Checkpoints: the size and root of a journal, signed, as text that other tools can read.

The text is a C2SP tlog-checkpoint in a C2SP signed-note, with an Ed25519 signature (RFC 8032, signature type 0x01);
keys are written as Go's sumdb/note writes them. A file of checkpoints is one note after the other.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ascolta.errors import StoreError

ED25519 = b"\x01"
DASH = "— "
MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_UNPRINTED = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a journal vouches for: its name, how many entries it holds, the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """The public half of a journal's key."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made a signature over a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The private half of a journal's key: 32 bytes that were drawn at random."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(name=self.name, public=self._key.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The key as it is kept."""
        verifier = self.verifier
        return f"PRIVATE+KEY+{self.name}+{verifier.key_id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    def sign(self, size: int, root: bytes) -> str:
        """A signed checkpoint of this journal; the same size and root always give the same text."""
        body = Checkpoint(origin=self.name, size=size, root=root).body
        signature = self.verifier.key_id + self._key.sign(body.encode())
        return f"{body}\n{DASH}{self.name} {base64.b64encode(signature).decode()}\n"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A piece of a file of checkpoints: from which line on, and whether it ends as a note should."""

    line: int
    text: str
    whole: bool


def signer(text: str) -> Signer:
    """A private key that was written as text. Raises StoreError; the message does not hold the key."""
    private, key, name, key_id, coded = [*text.strip().split("+", 4), "", "", "", "", ""][:5]
    data = _bytes(coded)
    if (private, key) == ("PRIVATE", "KEY") and len(data) == 33 and data[:1] == ED25519 and _NAME.fullmatch(name):
        found = Signer(name=name, seed=data[1:])
        if found.verifier.key_id.hex() == key_id:
            return found
    raise StoreError("the journal's private key cannot be read; put back the file journal.key as it was")


def verifier(text: str) -> Verifier:
    """A public key that was written as text. Raises StoreError."""
    name, key_id, coded = [*text.strip().split("+", 2), "", "", ""][:3]
    data = _bytes(coded)
    if len(data) == 33 and data[:1] == ED25519 and _NAME.fullmatch(name):
        found = Verifier(name=name, public=data[1:])
        if found.key_id.hex() == key_id:
            return found
    raise StoreError("this is no public key of a journal; expected name+8 hex digits+base64, as `journal show` says it")


def opened(note: str, key: Verifier) -> Checkpoint | None:
    """The checkpoint in a note, if it is well formed and this key signed it; None otherwise.

    Signatures by other keys are passed over, as witnesses may add theirs; a wrong one by this key spoils the note.
    """
    body, gap, rest = note.rpartition("\n\n")
    text, lines = f"{body}\n", rest.split("\n")
    if not gap or lines.pop() != "" or not 1 <= len(lines) <= MOST_SIGNATURES or _UNPRINTED.search(note):
        return None
    by_all = [_signature(line) for line in lines]
    by_key = [signature[4:] for name, signature in by_all if (name, signature[:4]) == (key.name, key.key_id)]
    if not by_key or ("", b"") in by_all or not all(key.signed(text, signature) for signature in by_key):
        return None
    return _checkpoint(text, key.name)


def notes(text: str) -> Iterator[Note]:
    """The notes of a file, one after the other; whatever is no note comes out as a piece that is not whole."""
    piece, start, signed = list[str](), 1, False
    for number, line in enumerate(_lines(text), 1):
        signs = line.startswith(DASH)
        if piece and signed and not signs:
            yield Note(line=start, text="".join(piece), whole=True)
            piece, signed = [], False
        if not piece:
            start = number
            if line == "\n":
                continue
        piece.append(line)
        signed = signed or (signs and line.endswith("\n"))
    if piece:
        yield Note(line=start, text="".join(piece), whole=signed and piece[-1].endswith("\n"))


def _lines(text: str) -> list[str]:
    """Lines that end in a newline and nothing else."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _checkpoint(text: str, origin: str) -> Checkpoint | None:
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or lines[0] != origin or not _SIZE.fullmatch(lines[1]):
        return None
    root = _bytes(lines[2])
    return Checkpoint(origin=origin, size=int(lines[1]), root=root) if len(root) == 32 else None


def _signature(line: str) -> tuple[str, bytes]:
    """Who signed, and key id with signature; empty if the line is none."""
    name, space, coded = line.removeprefix(DASH).partition(" ")
    data = _bytes(coded)
    fits = line.startswith(DASH) and space and _NAME.fullmatch(name) and len(data) > 4
    return (name, data) if fits else ("", b"")


def _bytes(coded: str) -> bytes:
    """What base64 says; empty if it is not written in the one way in which it may be."""
    try:
        data = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode() == coded else b""
