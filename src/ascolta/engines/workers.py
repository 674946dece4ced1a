"""Several processes of this machine, each with stretches of a file."""

import secrets
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from ascolta.core.finding import Brands, Findings
from ascolta.engines.gathering import Gathering
from ascolta.engines.pieces import Piece
from ascolta.engines.seed import Sown
from ascolta.engines.stretches import BYTES, Stretch, cut, looked_through, told
from ascolta.errors import SourceError
from ascolta.sources import FileSource

AHEAD = 2
"""Stretches that are asked for before the first of them is judged, for each worker."""

Submit = Callable[[Stretch], "Future[bytes]"]
"""Has a stretch looked through."""


class Workers:
    """So many processes, which begin when there is work. `labels` is as labels.labelling takes it."""

    def __init__(self, count: int, labels: str = "default", size: int = BYTES) -> None:
        self.count, self.labels, self.size = count, labels, size
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))

    def find(self, source: FileSource, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found in a file after a cursor. Raises SourceError."""
        sown, salt = Sown(brands, self.labels), secrets.token_bytes(16)

        def submit(one: Stretch) -> Future[bytes]:
            return self._pool.submit(looked_through, one, sown.packed(), salt)

        return stretched(source, after, self.size, submit, self.count)

    def close(self) -> None:
        """Let them go."""
        self._pool.shutdown(cancel_futures=True)


def stretched(source: FileSource, after: str, size: int, submit: Submit, workers: int) -> Iterator[Findings]:
    """A file that workers look through, in order; no more is asked for than what they can do meanwhile."""
    mark, end = source.mark(after), source.total() or 0
    source.recognise(mark)
    if mark.at == end:
        return iter(())
    return Gathering(source, after).findings(_in_order(deque(cut(source.path, mark.since, end, size)), submit, workers))


def _in_order(left: "deque[Stretch]", submit: Submit, workers: int) -> Iterator[Piece]:
    asked: deque[Future[bytes]] = deque()
    try:
        while left or asked:
            while left and len(asked) < workers * AHEAD:
                asked.append(submit(left.popleft()))
            yield from told(asked.popleft().result())
    except BrokenProcessPool:
        raise SourceError("a worker ended unexpectedly, perhaps for want of memory; begin again", retry=False) from None
    finally:
        for one in asked:
            one.cancel()
