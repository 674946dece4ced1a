"""Do many people speak for themselves, or few in many voices? Shares of an hour's talk, never about an account.

What is looked at is the last hour, in memory only: of each post a keyed tag of its author and the number of a group of
near-copies. What comes out are rounded shares, and only where at least twenty authors spoke. After a restart nothing is
known until then.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from ascolta.core.watching.copies import Copies
from ascolta.core.watching.pace import HOUR, TICK

WINDOW = HOUR
"""Seconds that are looked at."""

MOST = 2_000
"""Posts that are remembered of one brand; where more are said in an hour, what is looked at is shorter."""

AUTHORS = 20
"""Of fewer people nothing is told: a share of few tells about somebody."""

GROUP = 3
"""Fewer posts alike than these are no near-copies: somebody said the same as somebody else. Nor are those of which most
carry a link: a headline that many pass on looks the same, whoever wrote it."""

TOP, TOP_LEAST = 0.01, 5
"""The authors who posted most: one in a hundred, and three at the least."""

STEP, TENS = 5, 10
"""Shares are told in steps of so many percent, numbers of authors in tens, so that nobody is told apart."""

KEPT = 14 * 288
"""Ticks whose shares are remembered, so that days that are heard afterwards can be judged, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """An hour's talk in rounded shares, in percent: near-copies, and posts of the few who posted most.

    `each` is how many of those there are from each of the few. `apart` is how many posts are left of a hundred where
    near-copies and one author's many posts count once. `authors` is rounded down to tens; with 0 there were too few to
    tell anything. `looked` is how many posts were looked at, and `heard` how many there were.
    """

    looked: int
    heard: int
    copies: int = 0
    top: int = 0
    each: int = 0
    apart: int = 100
    authors: int = 0


@dataclass(slots=True)
class _Said:
    tick: int
    author: bytes
    group: int | None
    is_linked: bool = False


class Crowd:
    """The talk about one brand. `key` is for the hashes of near-copies."""

    def __init__(self, key: bytes) -> None:
        self._window: deque[_Said] = deque()
        self._authors: Counter[bytes] = Counter()
        self._copies = Copies(key)
        self._passed: deque[int] = deque()
        self._tick = 0
        self._talks: dict[int, Talk] = {}

    def __len__(self) -> int:
        return len(self._window)

    def add(self, at: float, author: bytes, text: str | None) -> None:
        """A post of `author`; `text` None: one that is never a copy, such as a repost. It may come late."""
        if at < (self._tick + 1) * TICK - WINDOW:
            return
        tick = self._turn(at)
        group, linked = (None, False) if text is None else (self._copies.add(text), "://" in text)
        self._window.append(_Said(tick, author, group, linked))
        self._authors[author] += 1
        if len(self._window) > MOST:
            self._forget()

    def passed(self, at: float) -> None:
        """A post that is not looked at, because its network or its author does not want that."""
        if at < (self._tick + 1) * TICK - WINDOW:
            return
        self._passed.append(self._turn(at))
        if len(self._passed) > MOST:
            self._passed.popleft()

    def talk(self, end: float) -> Talk | None:
        """The shares of the hour that ended at the end of a tick; None where nobody looked."""
        tick = int(end // TICK)
        if self._tick and tick > self._tick:
            self._turn(end)
        return self._talks.get(tick)

    def _turn(self, at: float) -> int:
        """The running tick. When time goes on, the shares of the tick that ended are noted, and old posts go."""
        tick = int(at // TICK)
        if tick <= self._tick:
            return self._tick
        if self._tick:
            last = min(tick, self._tick + int(WINDOW // TICK))
            for ended in range(self._tick + 1, last + 1):
                self._note(ended)
        self._tick = tick
        self._drop(tick)
        return tick

    def _note(self, ended: int) -> None:
        self._drop(ended)
        self._talks[ended] = self._shares()
        if len(self._talks) > KEPT:
            del self._talks[next(iter(self._talks))]

    def _drop(self, tick: int) -> None:
        """Forget what was said an hour before the end of the tick before `tick`."""
        first = tick - int(WINDOW // TICK)
        while self._window and self._window[0].tick < first:
            self._forget()
        while self._passed and self._passed[0] < first:
            self._passed.popleft()

    def _forget(self) -> None:
        gone = self._window.popleft()
        if gone.group is not None:
            self._copies.leave([gone.group])
        self._authors[gone.author] -= 1
        if not self._authors[gone.author]:
            del self._authors[gone.author]

    def _shares(self) -> Talk:
        looked = len(self._window)
        heard = looked + len(self._passed)
        if len(self._authors) < AUTHORS:
            return Talk(looked=looked, heard=heard)
        groups = Counter(one.group for one in self._window if one.group is not None)
        linked = Counter(one.group for one in self._window if one.is_linked)
        alike = sum(count for group, count in groups.items() if count >= GROUP and 2 * linked[group] <= count)
        first = max(TOP_LEAST, round(TOP * len(self._authors)))
        most = sum(count for _, count in self._authors.most_common(first))
        return Talk(
            copies=_step(alike, looked),
            top=_step(most, looked),
            each=round(most / first),
            apart=_step(sum(1 for _ in self._apart()), looked),
            authors=len(self._authors) // TENS * TENS,
            looked=looked,
            heard=heard,
        )

    def _apart(self) -> Iterator[_Said]:
        """Posts of which neither the author nor a near-copy was seen before."""
        authors: set[bytes] = set()
        groups: set[int] = set()
        for one in self._window:
            if one.author not in authors and one.group not in groups:
                yield one
            authors.add(one.author)
            if one.group is not None:
                groups.add(one.group)


def _step(part: int, whole: int) -> int:
    return STEP * round(100 * part / whole / STEP)
