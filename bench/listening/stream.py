"""Posts through a pipe into a listener on a core of its own: as fast as it takes them, or at a given rate."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

from bench.listening import world
from bench.listening.children import ChildFailed, Workplace

PIECE = 2_000
SLICE = 0.01
"""Seconds of posts that arrive together when they are paced."""


def memory(place: Workplace, count: int) -> dict[str, Any]:
    """What a listener holds after each step, while so many posts go through it."""
    with place.child("flowing", step=max(1, min(1_000_000, count // 10))) as child:
        said = [_ready(child), *_fed(child, _flood(place.pool, count))]
    held = [(one["posts"], one["held"]) for one in said if "held" in one]
    return {**said[-1], "held": held, "fed": count}


def record(place: Workplace, rate: int, seconds: int) -> dict[str, Any]:
    """The delay from the moment at which a post was to arrive until its case is in the store.

    A post's arrival is where it stands in the plan, not when the pipe took it, so a listener that falls behind shows.
    """
    with place.child("recording") as child:
        _ready(child)
        start = time.time() + 0.5
        said = _fed(child, _paced(place.pool, rate, seconds, start))[-1]
    return {**said, "rate": rate, "fed": rate * seconds, "took": said["until"] - start}


def _ready(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What the listener says once its brands are loaded."""
    assert child.stdout is not None  # noqa: S101 - asked for
    line = child.stdout.readline()
    if not line:
        raise ChildFailed("the listener ended before it was ready")
    said: dict[str, Any] = json.loads(line)
    return said


def _fed(child: subprocess.Popen[bytes], pieces: Iterator[bytes]) -> list[dict[str, Any]]:
    """Write to the listener and hear what it said; its few lines wait in the pipe meanwhile."""
    assert child.stdin is not None  # noqa: S101 - asked for
    assert child.stdout is not None  # noqa: S101 - asked for
    try:
        for piece in pieces:
            _write(child.stdin, piece)
        child.stdin.close()
    except BrokenPipeError:
        raise ChildFailed("the listener ended before it had heard all") from None
    return [json.loads(line) for line in child.stdout]


def _write(pipe: IO[bytes], piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(pipe.fileno(), rest) :]


def _flood(pool: list[bytes], count: int) -> Iterator[bytes]:
    piece: list[bytes] = []
    for line in world.lines(pool, count):
        piece.append(line)
        if len(piece) == PIECE:
            yield b"".join(piece)
            piece.clear()
    yield b"".join(piece)


def _paced(pool: list[bytes], rate: int, seconds: int, start: float) -> Iterator[bytes]:
    """A slice of a hundredth of a second at a time, never before its time, each post with its own."""
    told = 0
    for turn in range(1, round(seconds / SLICE) + 1):
        until = min(rate * seconds, int(turn * SLICE * rate))
        due = start + until / rate
        time.sleep(max(0.0, due - time.time()))
        yield b"".join(world.line(pool, number, _moment(start + number / rate)) for number in range(told, until))
        told = until


def _moment(at: float) -> bytes:
    return datetime.fromtimestamp(at, UTC).isoformat().encode()
