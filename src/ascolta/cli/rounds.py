"""What a program that runs does again and again, beside the desk that it serves, until it is told to stop."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import uvicorn
from fastapi import FastAPI

from ascolta.cli.stopping import REQUESTS_WITHIN, Serving, Stop, end, finished
from ascolta.core.mention import Heard
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Heard as Source
from ascolta.sources import Live
from ascolta.web.health import Health
from ascolta.web.vitals import HEAR

log = logging.getLogger("ascolta.run")

Round = tuple[Callable[[], None], float]
Rounds = list[Round]
"""What is done again and again, and how often, in seconds."""

PATIENCE = 0.1
"""How often, in seconds, a round that waits for its bell looks whether all is over."""

Where = tuple[str, int]
"""Host and port."""


def live(app: FastAPI, where: Where, rounds: Rounds, running: tuple[Stop, Health]) -> None:
    """Serve the desk while everything else is done beside it; what was begun is finished before this returns."""
    stop, health = running
    threads = [threading.Thread(target=partial(again, one, running), name=name_of(one), daemon=True) for one in rounds]
    try:
        for thread in threads:
            thread.start()
        _serve(app, where, stop)
    finally:
        health.vitals.stopping = True
        stop.now()
        log.info("stopping")
        if not finished(threads):
            log.error("cut short", extra={"said": {"rounds": [one.name for one in threads if one.is_alive()]}})
            end(1)


def again(one: Round, running: tuple[Stop, Health]) -> None:
    """Do one thing again and again. Whatever goes wrong in one round is noted, and the next one is tried."""
    (act, every), (stop, health), name = one, running, name_of(one)
    while not stop.over.is_set():
        try:
            health.vitals.alive(name)
            act()
            health.vitals.done(name)
        except Exception as error:
            health.vitals.failed(name, error)
            health.metrics.round_failed(name, error)
            log.warning("failed", exc_info=error, extra={"said": {"round": name}})
            if isinstance(error, SourceError) and not error.retry:
                health.vitals.over(name)
                return
        stop.over.wait(every)


@dataclass(frozen=True, slots=True)
class Bell:
    """What calls for the next round: somebody rings, or so many seconds are over."""

    rung: threading.Event
    every: float

    def wait(self, over: threading.Event) -> None:
        """Wait for it, but not longer than until it is over."""
        until = time.monotonic() + self.every
        while not over.is_set() and (left := until - time.monotonic()) > 0:
            if self.rung.wait(min(left, PATIENCE)):
                break
        self.rung.clear()


def rung(every: float) -> Bell:
    """A bell that has just been rung, so that the first round begins at once."""
    bell = Bell(threading.Event(), every)
    bell.rung.set()
    return bell


def hearing(
    hear: Callable[[Source], Iterator[Heard]], sources: Sequence[Source], running: tuple[Stop, Health], bell: Bell
) -> Callable[[], None]:
    """The round that hears every source until its end for now; a batch that was begun is finished before we stop.

    A source that fails keeps no other from being heard; one that cannot be helped by trying again is tried no more.
    """
    stop, gone = running[0], set[str]()

    def listening() -> None:
        bell.wait(stop.over)
        failed: list[SourceError] = []
        for source in sources:
            if stop.over.is_set():
                return
            error = None if source.name in gone else _heard(source, hear, running)
            if error is not None:
                failed.append(error)
                gone.update(() if error.retry else (source.name,))
        if failed:
            raise SourceError(str(failed[0]), retry=len(gone) < len(sources)) from failed[0]

    listening.__name__ = HEAR
    return listening


def name_of(one: Round) -> str:
    """A round by the name of what it does."""
    return str(getattr(one[0], "__name__", "round"))


def _heard(
    source: Source, hear: Callable[[Source], Iterator[Heard]], running: tuple[Stop, Health]
) -> SourceError | None:
    """Hear one source until its end for now; how it failed, if it did."""
    stop, health = running
    try:
        for heard in hear(source):
            health.vitals.alive(HEAR)
            health.metrics.heard(source.name, heard)
            if stop.over.is_set():
                return None
    except AscoltaError as error:
        health.metrics.source_failed(source.name, error)
        if not isinstance(error, SourceError):
            raise
        health.vitals.source_failed(source.name, is_over=not error.retry)
        return error
    if not isinstance(source, Live) or source.error is None:
        health.vitals.source_heard(source.name)
        health.metrics.listened(source.name, time.time())
    return None


def _serve(app: FastAPI, where: Where, stop: Stop) -> None:
    host, port = where
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=REQUESTS_WITHIN,
    )
    stop.server = Serving(config)
    if stop.over.is_set():
        return
    try:
        stop.server.run()
    except SystemExit as ended:
        if ended.code:
            raise AscoltaError(f"port {port} cannot be used, perhaps by another desk; choose one with --port") from None
