"""How fast the AT Protocol is heard, and that nothing of it is lost.

    python bench/live.py latency --times 100            # on a real server (PDS), named in ASCOLTA_PDS
    python bench/live.py soak --minutes 60 --rate 200 --cuts 20
    python bench/live.py decode                         # beside the package atproto, where it is installed

`latency`: from the call that writes a post until its case stands in the store, and from the call that deletes it until
no byte of the case is left there. `soak`: a relay of its own process talks for so long, and is cut off in the middle of
frames.
"""

import argparse
import importlib
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers.pds import Pds, pds
from tests.servers.test_pds import SOURCE
from tests.sources.battery import TOKEN
from tests.sources.bluesky_relay import _frame, commit
from tests.sources.bluesky_twin import POST
from tests.stories.wired import VARIABLE, Wired, brand_on, weigh, wired

from ascolta import bootstrap
from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import Batch, EventKind, Post
from ascolta.listen import listen
from ascolta.sources import Chance, Live
from ascolta.sources.bluesky_frames import Firehose
from ascolta.sources.networks import live

FRAMES = 20_000
NUMBER = re.compile(r"(\d+)$")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("latency", "soak", "decode"))
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--form", default="firehose", choices=("firehose", "jetstream", "jetstream2"))
    asked = parser.parse_args()
    made = {"latency": _latency, "soak": _soak, "decode": _decode}[asked.what](asked)
    Console(width=110).print(made)


def _latency(asked: argparse.Namespace) -> Table:
    with tempfile.TemporaryDirectory() as place, pds(Path(place) / "pds") as network:
        network.join("acmeair")
        network.join("lea")
        said = SOURCE.format(
            url=network.url, variable=VARIABLE, streaming=network.streaming, directory=network.directory
        )
        folder = brand_on(Path(place) / "brand", said)
        named = (folder / "brand.yaml").read_text().replace('["@acmeair"]', '["@acmeair", "@acmeair.test"]')
        (folder / "brand.yaml").write_text(named)
        weigh(folder, "bluesky:acmeair.test")
        with wired(folder, network.password("acmeair"), time.time()) as it:
            it.hears()
            took = [_once(network, it, number) for number in range(asked.times + 3)][3:]
    table = Table("", "p50", "p95", "longest", title=f"{asked.times} mentions on a real server, in milliseconds")
    for name, column in zip(("mention to case", "deletion to shredded"), zip(*took, strict=True), strict=True):
        table.add_row(name, *(f"{1_000 * one:,.0f}" for one in _figures(column)))
    return table


def _once(network: Pds, it: Wired, number: int) -> tuple[float, float]:
    """One mention that comes and goes."""
    begun = time.perf_counter()
    post = network.says("lea", f"@acmeair.test where is my suitcase, and nobody answers! {number}")
    came = _until(it, lambda: len(it.store.cases()) == 1) - begun
    begun = time.perf_counter()
    network.deletes("lea", post)
    return came, _until(it, lambda: not it.store.cases()) - begun


def _until(it: Wired, holds: Callable[[], bool]) -> float:
    """When it holds, if whoever hears is called by the bell alone."""
    [source] = it.live
    source.every, bell = 30.0, source.chance.bell
    while not holds():
        bell.wait(1)
        bell.clear()
        for _ in listen(source, it.brands, it.store):
            pass
    return time.perf_counter()


def _figures(took: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(took)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1]


class Counting:
    """A source that counts what it brings."""

    def __init__(self, source: Live) -> None:
        self.source, self.name, self.look_back = source, source.name, source.look_back
        self.ours, self.gone = Counter[str](), Counter[str]()

    def batches(self, after: str) -> Iterator[Batch]:
        """As they come."""
        for batch in self.source.batches(after):
            for event in batch.events:
                if event.kind is EventKind.PUBLISHED and event.post is not None:
                    self.ours[event.post.id] += 1
                elif event.kind is EventKind.REMOVED:
                    self.gone[event.post_id] += 1
            yield batch


def _soak(asked: argparse.Namespace) -> Table:
    command = [sys.executable, str(Path(__file__).parent / "relay.py")]
    command += [f"--{name}={getattr(asked, name)}" for name in ("rate", "minutes", "cuts")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as relay:
        said, told = cast(IO[str], relay.stdout), dict[str, int]()
        where = json.loads(said.readline())
        threading.Thread(target=lambda: told.update(json.loads(said.readline())), daemon=True).start()
        heard = _hear(where, asked.form, relay, told)
        _go_on(relay)
    return heard


def _go_on(relay: "subprocess.Popen[str]") -> None:
    asked = cast(IO[str], relay.stdin)
    asked.write("\n")
    asked.flush()


def _hear(where: dict[str, str], form: str, relay: "subprocess.Popen[str]", told: dict[str, int]) -> Table:
    brands = bootstrap.brands(bootstrap.example())
    read = Counter[str]()

    def concerns(posts: Sequence[Post]) -> Collection[int]:
        for post in posts:
            read[post.id] += 1
        return [row for row, _, _ in brands.matcher.match(Batch.of(posts))]

    chance = Chance(clock=time.time, draw=lambda: 0.5, concerns=concerns)
    more = (("account", "acme.example"), ("directory", where["url"]), ("form", form))
    named = Connection(network="bluesky", address=where["url"], token=VARIABLE, streaming=where["streaming"], more=more)
    source = live(
        FileSource(path="bluesky:soak", networks=("bluesky",), live=named), "acme", lambda name: TOKEN, chance
    )
    counting = Counting(source)
    with tempfile.TemporaryDirectory() as place:
        store = bootstrap.store(Path(place))
        begun, cpu, late = time.time(), time.process_time(), 0.0
        _round(counting, brands, store)
        _go_on(relay)
        first = _memory()
        while not told or (len(read) < told["said"] and late < 60):
            chance.bell.wait(1)
            chance.bell.clear()
            _round(counting, brands, store)
            if told:
                late += 1
        took, cpu = time.time() - begun, time.process_time() - cpu
        source.close()
        store.close()
    title = f"{told['said']:,} posts by {form} in {took / 60:.1f} minutes, cut off {told['cuts']} times in a frame"
    table = Table("", "said", "heard", "lost", "twice", title=title)
    for name, count, said in (
        ("posts", read, told["said"]),
        ("of them about the brand", counting.ours, told["ours"]),
        ("of them taken back", counting.gone, told["gone"]),
    ):
        twice = sum(number - 1 for number in count.values())
        table.add_row(name, f"{said:,}", f"{len(count):,}", f"{said - len(count):,}", f"{twice:,}")
    stream = source.network.stream  # type: ignore[attr-defined]
    table.caption = (
        f"breaks seen: {stream.breaks}; places lost: {stream.lost}; set aside: {source.set_aside}; "
        f"memory {first:,.0f} → {_memory():,.0f} MiB at the most; CPU {100 * cpu / took:.0f} % of one core"
    )
    return table


def _round(source: Counting, brands: Any, store: Any) -> None:
    for _ in listen(source, brands, store):
        pass


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _decode(asked: argparse.Namespace) -> Table:
    """How many frames of the firehose a second are read to records, each with a post among its blocks."""
    record = {"$type": POST, "text": "acme air is late " * 8, "createdAt": "2026-11-26T00:00:00Z", "langs": ["en"]}
    ops = [{"operation": "create", "collection": POST, "rkey": "3m", "record": record}]
    body = {**commit("did:plc:x", ops), "time": "2026-11-26T00:00:00Z"}
    frames = [_frame({"op": 1, "t": "#commit"}, {**body, "seq": number + 1}) for number in range(FRAMES)]
    table = Table("", "frames a second", title=f"{FRAMES:,} commits of {len(frames[0])} bytes")
    for name, reads in (("Ascolta", _ours), ("atproto, parse and CAR", _peer)):
        if reads is _peer and importlib.util.find_spec("atproto") is None:
            table.add_row(name, "not installed")
            continue
        took = min(_timed(reads, frames) for _ in range(3))
        table.add_row(name, f"{FRAMES / took:,.0f}")
    return table


def _ours(frames: Sequence[bytes]) -> int:
    read = Firehose("bench", time.time).reading("")
    return sum(len(frame.lines) for one in frames if (frame := read(one)) is not None)


def _peer(frames: Sequence[bytes]) -> int:
    peer = importlib.import_module("atproto")
    frame_of = importlib.import_module("atproto_firehose.models").Frame
    found = 0
    for one in frames:
        said = peer.parse_subscribe_repos_message(frame_of.from_bytes(one))
        blocks = peer.CAR.from_bytes(said.blocks).blocks
        found += sum(1 for op in said.ops if blocks.get(op.cid) is not None)
    return found


def _timed(reads: Callable[[Sequence[bytes]], int], frames: Sequence[bytes]) -> float:
    begun = time.perf_counter()
    if reads(frames) != len(frames):
        raise SystemExit("not every frame was read")
    return time.perf_counter() - begun


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
