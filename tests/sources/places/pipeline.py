"""A pipeline of one's own as a place where a source is tried: real servers, with somebody between who counts."""

import json
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from ascolta.core.brand import Connection
from ascolta.sources import Live
from ascolta.sources.intake import Intake
from tests.servers.nats import STREAM, USER, Nats, nats
from tests.servers.redis import Redis, redis
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place
from tests.sources.between import Between, between

NO_STATUS = "such a server knows no status of HTTP and gives no hints; what it says is tried in its own tests"
NO_LIMITS = "such a server tells nothing of limits"


class Pipeline(Place):
    """A stream of posts in the plain post format."""

    cannot: ClassVar = {
        "test_a_refused_request_says_whether_trying_again_can_help": NO_STATUS,
        "test_it_waits_as_long_as_it_was_told_and_longer_each_time": NO_STATUS,
        "test_no_more_is_asked_where_nothing_is_left": NO_LIMITS,
        "test_a_wrong_clock_does_no_harm": NO_STATUS,
    }
    twin: Between

    def __init__(self, twin: Between) -> None:
        super().__init__(twin)
        self.count = 0
        self.author: dict[str, Any] = {"handle": "ann"}

    @abstractmethod
    def puts(self, said: bytes, at: float) -> None:
        """Something is put into the stream."""

    def more(self) -> tuple[tuple[str, str], ...]:
        """What its connection says beside the address."""
        return (("at_once", "yes" if self.streaming else "no"), ("stream", STREAM))

    def says(self, text: str, *, at: float | None = None) -> str:
        """A post."""
        self.count += 1
        self.tells(id=str(self.count), text=text, author=self.author, published=at or self.twin.now, at=at)
        return str(self.count)

    def edits(self, number: str, text: str) -> None:
        """The pipeline tells of it."""
        self.tells(id=number, text=text, author=self.author, event="edited")

    def deletes(self, number: str) -> None:
        """The pipeline tells of it."""
        self.tells(id=number, event="removed")

    def refuses(self) -> None:
        """The pipeline tells of the account as it is now."""
        self.author = {"handle": "ann", "noindex": True}
        self.tells(author=self.author, event="actor")

    def tells(self, *, at: float | None = None, **line: Any) -> None:
        """A line of the plain post format."""
        self.puts(json.dumps(line).encode(), self.twin.now if at is None else at)

    def leaves(self, source: Live) -> None:
        """Nobody answers at its address."""
        network = source.network
        assert isinstance(network, Intake)
        reads: Any = network.reads
        reads.server = replace(reads.server, url=f"{reads.server.schemes[1]}://127.0.0.1:1")


class NatsPlace(Pipeline):
    """A stream of JetStream on a real nats-server."""

    network = "nats"
    cannot: ClassVar = {
        **Pipeline.cannot,
        "test_old_talk_is_not_heard_at_the_first_start": "the server itself gives messages their time, so our clock is "
        "moved instead in its own tests",
    }

    def __init__(self, twin: Between, server: Nats) -> None:
        super().__init__(twin)
        self.server = server

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["NatsPlace"]:
        """With its server."""
        with nats(TOKEN) as server, between(server.port, NOW) as twin:
            server.create()
            yield cls(twin, server)

    def connection(self) -> Connection:
        """By user and password."""
        more = (*self.more(), ("user", USER))
        return Connection(network="nats", address=f"nats://127.0.0.1:{self.twin.port}", token=VARIABLE, more=more)

    def puts(self, said: bytes, at: float) -> None:
        """Published, at the server's own time."""
        self.server.publish(said)


class RedisPlace(Pipeline):
    """A stream of a real redis-server."""

    network = "redis"

    def __init__(self, twin: Between, server: Redis) -> None:
        super().__init__(twin)
        self.server = server
        self.entries = 0

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["RedisPlace"]:
        """With its server."""
        with redis(TOKEN) as server, between(server.port, NOW) as twin:
            made = cls(twin, server)
            server.talking.xgroup_create(STREAM, "none", mkstream=True)
            yield made

    def connection(self) -> Connection:
        """By password."""
        address = f"redis://127.0.0.1:{self.twin.port}"
        return Connection(network="redis", address=address, token=VARIABLE, more=self.more())

    def puts(self, said: bytes, at: float) -> None:
        """Added, with the time in its id."""
        self.entries += 1
        self.server.add(said, f"{int(at * 1000)}-{self.entries}")
