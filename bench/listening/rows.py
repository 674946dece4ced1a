"""One row of the table in a process of its own, so that its peak of memory is its own: `rows.py` gets what to measure
as JSON, and answers with JSON lines.
"""

import gc
import importlib
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ascolta import bootstrap
from ascolta.cli import COLLECTED
from ascolta.core.label import Label
from ascolta.core.mention import Brands, Heard
from ascolta.core.tier import installed, kernel
from ascolta.listen import listen
from ascolta.sources import FileSource

LINES = 1_000
MILLION = 1_000_000


class Author(msgspec.Struct, gc=False):
    """Who wrote a line."""

    id: str
    handle: str
    name: str
    noindex: bool = False


class Line(msgspec.Struct, gc=False):
    """A line as the yardstick decodes it: exactly what is there."""

    id: str
    published: str
    text: str
    author: Author
    network: str
    lang: str
    url: str
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a child is to do: which row, with which brands, on which posts, on which core, at which pace."""

    row: str
    posts: str
    brands: str
    store: str
    core: int
    step: int = MILLION


def main() -> None:
    """Measure one row and say what came of it."""
    task = Task(**json.loads(sys.argv[1]))
    gc.set_threshold(*COLLECTED)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {task.core})
    said = {"row": task.row, **ROWS[task.row](task)}
    _say({**said, "peak": _status("VmHWM")})


def _decoding(task: Task) -> dict[str, Any]:
    decoder = msgspec.json.Decoder(Line)

    def run() -> dict[str, Any]:
        with Path(task.posts).open("rb") as file:
            return {"posts": sum(len(decoder.decode_lines(block)) for block in _blocks(file))}

    return _timed(run)


def _blocks(file: Any) -> Iterator[bytes]:
    while block := b"".join(itertools.islice(file, LINES)):
        yield block


def _reading(task: Task) -> dict[str, Any]:
    source = FileSource(task.posts, clock=None)
    return _timed(lambda: {"posts": sum(len(batch.events) for batch in bootstrap.batches(source))})


def _brands(task: Task) -> Brands:
    """Brands ready to hear; with them is read what of the program would be read when it is first asked for."""
    importlib.import_module("ascolta.stores.sql")
    kernel(bootstrap.tier() or ("fast" if installed() else None))
    return bootstrap.brands(Path(task.brands))


def _listening(task: Task) -> dict[str, Any]:
    """From the file to the store, which is closed before the clock stops."""
    start = time.perf_counter()
    brands = _brands(task)
    ready = time.perf_counter() - start
    return {"ready": ready, **_timed(lambda: _listen(task, brands, FileSource(task.posts, clock=None)))}


def _wanting(task: Task) -> dict[str, Any]:
    """As `_listening`, with every post taken as said to the brand: no network lets an answer go to any other."""
    start = time.perf_counter()
    brands = _brands(task)
    label, spoken = brands.label, Label(name="addressed", value="yes", score=1.0, by="bench")
    brands.label = lambda asks: [(spoken, *(one for one in said if one.name != "addressed")) for said in label(asks)]
    ready = time.perf_counter() - start
    return {"ready": ready, **_timed(lambda: _listen(task, brands, FileSource(task.posts, clock=None)))}


def _listen(task: Task, brands: Brands, source: FileSource, then: Callable[[Heard], None] = lambda _: None) -> Any:
    store = bootstrap.store(Path(task.store))
    posts = mentions = cases = 0
    try:
        for heard in listen(source, brands, store):
            posts += heard.tally.posts
            mentions += heard.tally.mentions
            cases += sum(n for action, n in heard.tally.decisions.items() if action != "silence")
            then(heard)
    finally:
        store.close()
    return {"posts": posts, "mentions": mentions, "cases": cases}


def _flowing(task: Task) -> dict[str, Any]:
    """Posts from standard input, with the memory held after each million."""
    brands = _brands(task)
    heard_so_far = 0

    def then(heard: Heard) -> None:
        nonlocal heard_so_far
        before, heard_so_far = heard_so_far, heard_so_far + heard.tally.posts
        if before // task.step != heard_so_far // task.step:
            _say({"posts": heard_so_far, "held": _status("VmRSS")})

    _say({"held": _status("VmRSS"), "posts": 0})
    return _timed(lambda: _listen(task, brands, FileSource("-", clock=None), then))


def _recording(task: Task) -> dict[str, Any]:
    """Posts from standard input, each written down with the time at which it arrives; how long until it is a case."""
    brands = _brands(task)
    delays: list[float] = []
    until = 0.0

    def then(heard: Heard) -> None:
        nonlocal until
        until = time.time()
        delays.extend(until - (mention.post.published or 0) for mention in heard.mentions if mention.opens_case)

    _say({"posts": 0})
    said = _timed(lambda: _listen(task, brands, FileSource("-"), then))
    delays.sort()
    at = {name: delays[min(len(delays) - 1, int(len(delays) * part))] for name, part in PARTS if delays}
    return {**said, **at, "until": until}


PARTS = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("most", 1.0))
ROWS = {
    "decoding": _decoding,
    "reading": _reading,
    "meant": _listening,
    "every": _wanting,
    "flowing": _flowing,
    "recording": _recording,
}


def _timed(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a run gives, with seconds by the clock, by the processor, and those in which others had the core."""
    clock, spent, waited = time.perf_counter(), time.process_time(), _waited()
    given = run()
    took = {"seconds": time.perf_counter() - clock, "spent": time.process_time() - spent, "waited": _waited() - waited}
    return {**given, **took}


def _waited() -> float:
    """Seconds in which we could have run and the kernel gave the core to others; 0 where it does not tell."""
    told = Path("/proc/self/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


def _status(name: str) -> int:
    """Bytes of memory as the system counts them for this process; 0 where it does not tell."""
    status = Path("/proc/self/status")
    found = (
        [line.split()[1] for line in status.read_text().splitlines() if line.startswith(name)]
        if status.exists()
        else []
    )
    return int(found[0]) * 1024 if found else 0


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
