"""A file cut into stretches, and what any worker does with one of them."""

import msgspec

from ascolta.engines.pieces import Piece, pieces
from ascolta.engines.seed import grown

BYTES = 4 << 20
"""Bytes of one stretch."""

_decode = msgspec.msgpack.Decoder(list[Piece]).decode


class Stretch(msgspec.Struct, frozen=True):
    """Bytes of a file, from `begin` on and before `end`."""

    path: str
    begin: int
    end: int


def cut(path: str, begin: int, end: int, size: int = BYTES) -> list[Stretch]:
    """The stretches of a file."""
    return [Stretch(path, place, min(end, place + size)) for place in range(begin, end, size)]


def looked_through(stretch: Stretch, seed: bytes, salt: bytes) -> bytes:
    """What a worker tells of a stretch, packed. Raises SourceError, OSError."""
    found = list(pieces(stretch.path, stretch.begin, stretch.end, grown(seed), salt))
    return msgspec.msgpack.encode(found)


def told(packed: bytes) -> list[Piece]:
    """The pieces of a stretch."""
    return _decode(packed)
