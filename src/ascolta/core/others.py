"""Characters beside ASCII of many texts, folded where they stand, in array steps over them alone: most are ASCII."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ascolta.core.lists import Places, ranges
from ascolta.core.points import (
    ALONE,
    JOINER,
    KEPT,
    MARK,
    MARKED,
    ORDERED,
    REST,
    RUN,
    SLOW,
    STEP,
    VARIANT,
    Bytes,
    Codes,
    Points,
)

_TONES = (0x1F3FB, 0x1F3FF)
_JOINING = 16 | KEPT | 3
"""The step of a joiner that stays, with its three bytes."""

_GAP = 255
"""What no byte is: one that is not needed any more."""

Put = tuple[Bytes, Bytes, Places, NDArray[np.bool_]]


class Others(NamedTuple):
    """Characters beside ASCII of some texts: their code points, and where they stand.

    `points` are all characters of the texts, each text with a separator after it, which is `until` where; `places` says
    where among these the others are, and `first` with which of them each text begins, and at last how many there are.
    `leads` is where they begin in a block of the texts as they were written, `wide` how many bytes each has there, and
    `step` what FoldTable says of it; it is SLOW also where a character becomes more bytes than it has. Joiners that
    make one of two emoji stay as they are.
    """

    points: Codes
    until: Places
    codes: Codes
    places: Places
    first: Places
    leads: Places
    wide: Places
    step: Bytes

    @classmethod
    def of(cls, said: str, until: Places, known: Points) -> "Others":
        """Those of texts with a separator between them."""
        points = np.frombuffer(said.encode("utf-32-le", "surrogatepass"), np.uint32)
        places = np.flatnonzero(points >= 128)
        codes = points[places]
        step = known.step[codes]
        if (slow := codes[step >= SLOW]).size:
            known.meet(slow)
            step = known.step[codes]
        wide = (2 + (codes >= 0x800) + (codes >= 0x10000)).astype(np.int64)
        step[(step & STEP) > wide] = SLOW
        if "\u200d" in said:
            step[_joining(codes, places, known)] = _JOINING
        first = np.concatenate([[0], np.searchsorted(places, until)])
        leads = places + np.cumsum(wide - 1) - wide + 2
        return cls(points, until, codes, places, first, leads, wide, step)


def put_down(others: Others, known: Points, data: Bytes, kinds: Bytes) -> Put:
    """Bytes and kinds of texts of which so far only ASCII was folded, where each text ends, and which are left out.

    Left out are those that must be folded one by one. What folding leaves as it is stays where it is; where a character
    becomes fewer bytes there are gaps, and so there are in place of texts that are left out; gaps are closed at last.
    """
    odd = _odd(others, known)
    _write(others, known, data, kinds)
    ends = others.until + 1 + _up_to(others, (others.step & STEP).astype(np.int64) - 1)
    if odd.any():
        stops = others.until + 1 + _up_to(others, others.wide - 1)
        gone = np.diff(stops, prepend=1)[odd]
        left_out = ranges(stops[odd] - gone, gone)
        data[left_out], kinds[left_out] = 0, _GAP
        ends = (1 + np.cumsum(np.diff(ends, prepend=1) * ~odd))[~odd]
    data = np.frombuffer(data.tobytes().replace(b"\0", b""), np.uint8)
    kinds = np.frombuffer(kinds.tobytes().replace(bytes([_GAP]), b""), np.uint8)
    return data, kinds, ends, odd


def _up_to(others: Others, each: Places) -> Places:
    """The sum of what each character counts, up to the end of each text."""
    total = np.zeros(len(each) + 1, np.int64)
    np.cumsum(each, out=total[1:])
    return total[others.first[1:]]


def _odd(others: Others, known: Points) -> NDArray[np.bool_]:
    """Which texts must be folded one by one."""
    odd = np.zeros(len(others.until), bool)
    some = np.flatnonzero(np.diff(others.first))
    flags = np.bitwise_or.reduceat(others.step, others.first[some])
    odd[some] = flags >= SLOW
    marked = some[flags & MARKED > 0]
    if len(marked):
        odd[marked] |= _crowded(others, marked, known)
    return odd


def _write(others: Others, known: Points, data: Bytes, kinds: Bytes) -> None:
    """Write what characters become where they stand."""
    joiners = others.leads[others.step == _JOINING]
    some = np.flatnonzero((others.step & KEPT == 0) & (others.step < SLOW))
    quick, at, wide = known.quick[others.codes[some]], others.leads[some], others.wide[some]
    size = others.step[some] & STEP
    for byte in range(4):
        if byte > 1:
            some = np.flatnonzero(wide > byte)
            quick, at, wide, size = quick[some], at[some], wide[some], size[some]
        there = size > byte
        data[at + byte] = quick >> np.uint64(8 * byte)
        kinds[at + byte] = np.where(there, quick >> np.uint64(32 + 8 * byte), np.uint64(_GAP))
    for byte in range(4):  # of the three of a joiner, and the first of what it joins
        kinds[joiners + byte] = REST


def _crowded(others: Others, rows: Places, known: Points) -> NDArray[np.bool_]:
    """In which rows marks stand so that neighbours matter: many in a row, out of order, in unspaced scripts."""
    sizes = np.diff(others.until, prepend=0)[rows] - 1
    codes = others.points[ranges(others.until[rows] - 1 - sizes, sizes)]
    kinds = known.kind[codes]
    marks = kinds >= MARK
    unseen = (kinds == ALONE) & (known.size[codes] == 0)
    run = np.cumsum(marks | unseen)
    bound = np.zeros(len(codes), bool)
    bound[RUN:] = run[RUN:] - run[:-RUN] == RUN
    seen = np.flatnonzero(~unseen)
    bound[seen[1:]] |= (kinds[seen[1:]] == ORDERED) & (kinds[seen[:-1]] == ORDERED)
    bound[seen[1:]] |= marks[seen[1:]] & known.unspaced[codes[seen[:-1]]]
    found = np.zeros(len(rows), bool)
    found[np.searchsorted(np.cumsum(sizes), np.flatnonzero(bound), "right")] = True
    return found


def _joining(codes: Codes, places: Places, known: Points) -> Places:
    """Which characters are joiners that make one of two emoji (core.text); of some that do it is not seen here."""
    found: Places = np.flatnonzero(codes[:-1] == JOINER)
    found = found[(found > 0) & (places[found + 1] == places[found] + 1)]
    before, close = found - 1, places[found - 1] == places[found] - 1
    worn = (codes[before] == VARIANT) | ((codes[before] >= _TONES[0]) & (codes[before] <= _TONES[1]))
    before -= worn & (before > 0) & (places[before - 1] == places[found] - 2)
    joins: NDArray[np.bool_] = close & known.pictured(codes[before]) & known.pictured(codes[found + 1])
    return found[joins]
