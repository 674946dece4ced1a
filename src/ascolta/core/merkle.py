"""The Merkle tree over the journal: incremental roots, proofs, and what they prove.

Hashing and proofs after RFC 6962, section 2.1; their verification after RFC 9162, section 2.1. The tree grows by a
compact range, and finished subtrees are numbered in the order in which they are finished (R. Cox, "Transparent Logs for
Skeptical Clients", 2019), so that a store only ever adds rows.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ascolta.errors import StoreError

EMPTY = hashlib.sha256().digest()
"""The root over no entries."""

Node = Callable[[int, int], bytes]
"""Gives the hash of the finished subtree of 2^level entries at an index, from wherever it is kept."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def place(level: int, index: int) -> int:
    """The number of a finished subtree, counting all of them in the order in which they are finished."""
    last = ((index + 1) << level) - 1
    return 2 * last - last.bit_count() + level


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A tree by its finished subtrees, largest first: one for each bit of its size, so never more than 64."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> tuple["Range", list[bytes]]:
        """The tree with more leaves, and the hash of each subtree that they finish, by place."""
        peaks, size, finished = list(self.peaks), self.size, list[bytes]()
        for leaf in leaves:
            top, full = leaf, size
            finished.append(top)
            while full & 1:
                top = node_hash(peaks.pop(), top)
                finished.append(top)
                full >>= 1
            peaks.append(top)
            size += 1
        return Range(size=size, peaks=tuple(peaks)), finished

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return _joined(self.peaks)


def kept_range(size: int, node: Node) -> Range:
    """The tree over the first `size` entries, from hashes that are kept."""
    return Range(size=size, peaks=tuple(_peaks(0, size, node)))


def inclusion(seq: int, size: int, node: Node) -> list[bytes]:
    """The proof that entry `seq` stands in the tree over the first `size` entries: RFC 6962, PATH."""
    if not 0 <= seq < size:
        raise StoreError(f"there is no entry {seq} among the first {size}; entries count from 0")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if seq < middle:
            path.append(_joined(tuple(_peaks(middle, end, node))))
            end = middle
        else:
            path.append(_joined(tuple(_peaks(start, middle, node))))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree over `new` entries only adds to the one over `old`: RFC 6962, PROOF."""
    if not 0 <= old <= new:
        raise StoreError(f"a tree of {new} entries cannot have grown out of one of {old}; name the smaller first")
    start, end, path = 0, new, list[bytes]()
    while 0 < old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_joined(tuple(_peaks(middle, end, node))))
            end = middle
        else:
            path.append(_joined(tuple(_peaks(start, middle, node))))
            start = middle
    if old and start:
        path.append(_joined(tuple(_peaks(start, end, node))))
    return path[::-1]


def includes(leaf: bytes, seq: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that a leaf stands at `seq` in the tree of `size` entries with this root."""
    if not 0 <= seq < size:
        return False
    here, last, top = seq, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            top = node_hash(other, top)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            top = node_hash(top, other)
        here, last = here >> 1, last >> 1
    return last == 0 and hmac.compare_digest(top, root)


def extends(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` proves that a tree, given as size and root, only adds to an older one."""
    (first, old_root), (second, new_root) = old, new
    if first == 0 or first >= second:
        return not path and (old == new or (first == 0 < second and old_root == EMPTY))
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    rest = iter(path if here else (old_root, *path))
    was = now = next(rest, b"")
    for other in rest:
        if last == 0:
            return False
        if here & 1 or here == last:
            was, now = node_hash(other, was), node_hash(other, now)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, other)
        here, last = here >> 1, last >> 1
    return last == 0 and hmac.compare_digest(was, old_root) and hmac.compare_digest(now, new_root)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _peaks(start: int, end: int, node: Node) -> Iterator[bytes]:
    """The finished subtrees over [start, end), largest first; `start` is where a subtree of that length may begin."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield node(level, start >> level)
        start += 1 << level


def _joined(peaks: Sequence[bytes]) -> bytes:
    """One hash over finished subtrees."""
    if not peaks:
        return EMPTY
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = node_hash(peak, top)
    return top
