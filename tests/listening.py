"""A web server of ours on this machine, for tests: it answers as its handler says, by what its state knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Protocol


class State(Protocol):
    """What a server knows; `over` is set at its end, so that no answer is waited for."""

    over: Event


class Listening(ThreadingHTTPServer):
    """Knows what to answer."""

    daemon_threads = True
    state: State


@contextmanager
def listening(state: State, answering: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The server until the block ends; its address, without a path."""
    server = Listening(("127.0.0.1", 0), answering)
    server.state = state
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
