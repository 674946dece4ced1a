"""Reading a stream of JetStream over one connection, which lives in a thread of its own: its client is asynchronous."""

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from nats.aio.client import Client
from nats.errors import AuthorizationError, NoRespondersError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as Late
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StreamInfo
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from ascolta.errors import SourceError
from ascolta.sources.intake import Entry, Found
from ascolta.sources.reach import SECONDS, Spot

T = TypeVar("T")

LIVES = 60.0
"""Seconds after which the server forgets a consumer that nobody asks any more."""

LEAVES = 2.0
"""Seconds within which a connection is let go of, whatever the server does."""

logging.getLogger("nats").setLevel(logging.CRITICAL + 1)  # it may log addresses


class Named(Protocol):
    """A stream by its name, of which one subject is heard; `who` is how errors call it."""

    name: str
    subject: str

    @property
    def who(self) -> str:
        """As errors call it."""
        ...


class Reading:
    """A stream over one connection, which lives in a thread of its own, since the client is asynchronous."""

    def __init__(self, stream: Named, loop: "Loop") -> None:
        self.stream, self.loop = stream, loop
        self.client = Client()
        self.consumer: JetStreamContext.PullSubscription | None = None
        self.asked: asyncio.Future[Any] | None = None
        self.name = ""
        self.stands = self.pending = self.delivered = 0
        self.forbidden = self.is_connected = False

    def since(self, at: float) -> int:
        """The sequence before the first message since a time, by the server's clock."""
        return self.loop.run(self._told(self._since(at)))

    def follow(self, number: int, most: int) -> Found:
        """Messages that follow a sequence."""
        return self.loop.run(self._told(self._follow(number, most)))

    def latest(self) -> int:
        """The last sequence."""
        return self.loop.run(self._told(self._info())).state.last_seq

    def wait(self, number: int, seconds: float) -> None:
        """Wait for a message of our subject, without asking for what it holds."""
        self.loop.run(self._told(self._wait(number, seconds)))

    async def connect(self, spot: Spot, entry: dict[str, Any]) -> None:
        """Connect once; nothing is connected to that the server itself names."""
        address = f"[{spot.address}]" if ":" in spot.address else spot.address
        secure: dict[str, Any] = {"tls": spot.trust(), "tls_hostname": spot.name} if spot.secure else {}
        await self._told(
            self.client.connect(
                servers=[f"{'tls' if spot.secure else 'nats'}://{address}:{spot.port}"],
                error_cb=self._failed,
                allow_reconnect=False,
                connect_timeout=int(SECONDS),
                **secure,
                **entry,
            )
        )
        self.is_connected = True

    async def leave(self) -> None:
        """Let go of consumer and connection."""
        for leaving in (self._drop(), self.client.close()):
            with suppress(NatsError, OSError, TimeoutError):
                await asyncio.wait_for(leaving, LEAVES)  # after a broken TLS handshake it would wait for ever

    async def _failed(self, error: Exception) -> None:
        """What the client tells beside. While it connects it would try for ever, so that ends here."""
        if "permissions violation" in str(error).casefold():
            self.forbidden = True
            if self.asked is not None:
                self.asked.cancel()
        if not self.is_connected:
            raise error

    def _api(self) -> JetStreamContext:
        return self.client.jetstream(timeout=SECONDS)

    async def _info(self) -> StreamInfo:
        info = await self._api().stream_info(self.stream.name)
        if info.config.retention not in (None, RetentionPolicy.LIMITS):
            raise SourceError(f"{self.stream.who}: the stream's retention has to be by limits", retry=False)
        return info

    async def _since(self, at: float) -> int:
        info = await self._info()
        subscribed = await self._subscribed(
            deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=datetime.fromtimestamp(max(at, 0.0), UTC)
        )
        if not self.pending:
            return info.state.last_seq
        [first] = await subscribed.fetch(1, timeout=SECONDS)
        await self._drop()
        return first.metadata.sequence.stream - 1

    async def _follow(self, number: int, most: int) -> Found:
        info = await self._info()
        entries: list[Entry] = []
        if info.state.last_seq > number:
            entries = await self._entries(number, most)
        first = info.state.first_seq
        if entries and entries[0].number > number + 1:
            first = min((await self._info()).state.first_seq, entries[0].number)
        more = bool(self.pending) and bool(entries)
        at = entries[-1].number if more else max(info.state.last_seq, entries[-1].number if entries else 0)
        return Found(
            entries=entries,
            at=at,
            more=more,
            first=first,
            last=max(info.state.last_seq, at),
            made="" if info.created is None else info.created.isoformat(),
            counted=at,
            gone=first - 1,
        )

    async def _entries(self, number: int, most: int) -> list[Entry]:
        if self.consumer is None or self.stands != number or not self.pending:
            await self._subscribed(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=number + 1)
            self.stands = number
        if not self.pending or self.consumer is None:
            return []
        found = await self.consumer.fetch(min(most, self.pending), timeout=SECONDS)
        if [one.metadata.sequence.consumer for one in found] != [self.delivered + n + 1 for n in range(len(found))]:
            raise SourceError(f"{self.stream.who} left out messages on the way", retry=True)
        entries = [Entry(number=one.metadata.sequence.stream, body=one.data) for one in found]
        self.delivered += len(found)
        self.pending, self.stands = found[-1].metadata.num_pending, entries[-1].number
        return entries

    async def _wait(self, number: int, seconds: float) -> None:
        waiting = await self._subscribed(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=number + 1, headers_only=True
        )
        with suppress(Late):
            await waiting.fetch(1, timeout=seconds)
        await self._drop()

    async def _subscribed(self, **how: Any) -> JetStreamContext.PullSubscription:
        """A consumer of our subject; how much waits for it is known then."""
        await self._drop()
        config = ConsumerConfig(
            ack_policy=AckPolicy.NONE, inactive_threshold=LIVES, mem_storage=True, num_replicas=1, **how
        )
        self.consumer = await self._api().pull_subscribe(
            self.stream.subject, stream=self.stream.name, config=config, pending_bytes_limit=1 << 40
        )
        info = await self.consumer.consumer_info()
        self.name, self.pending, self.delivered = info.name, info.num_pending or 0, 0
        return self.consumer

    async def _drop(self) -> None:
        """Have the consumer forgotten, if there is one."""
        if self.consumer is not None:
            dropped, self.consumer = self.consumer, None
            await self._api().delete_consumer(self.stream.name, self.name)
            await dropped.unsubscribe()

    async def _told(self, asking: Coroutine[Any, Any, T]) -> T:
        """What goes wrong becomes a SourceError that says nothing of what the server said."""
        who = self.stream.who
        try:
            self.asked = asyncio.ensure_future(asking)
            return await asyncio.wait_for(self.asked, SECONDS)
        except NotFoundError:
            raise SourceError(f"{who} has no stream of this name yet", retry=True) from None
        except (NoRespondersError, ServiceUnavailableError):
            raise SourceError(f"{who} has no JetStream", retry=True) from None
        except AuthorizationError:
            raise _kept_out(who) from None
        except asyncio.CancelledError:
            if self.forbidden:
                raise _kept_out(who) from None
            raise
        except (TimeoutError, Late):
            raise SourceError(f"{who} did not answer within {SECONDS:g} seconds", retry=True) from None
        except APIError as error:
            raise SourceError(f"{who} refuses to be asked ({error.code})", retry=True) from None
        except NatsError as error:
            if "authorization violation" in str(error).casefold():
                raise _kept_out(who) from None
            raise SourceError(f"{who} broke off ({type(error).__name__})", retry=True) from None
        except OSError:
            raise SourceError(f"{who} cannot be reached", retry=True) from None
        except (ValueError, TypeError, LookupError, AttributeError, ImportError) as error:
            raise SourceError(f"{who} cannot be understood ({type(error).__name__})", retry=True) from None


def _kept_out(who: str) -> SourceError:
    return SourceError(f"{who} does not let us; look at the user, the token and what they allow", retry=False)


class Loop:
    """A thread in which what is asynchronous runs, so that a connection lives on between two requests."""

    def __init__(self, who: str) -> None:
        self.who, self.loop = who, asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="nats", daemon=True)
        self.thread.start()

    def run(self, asking: Coroutine[Any, Any, T]) -> T:
        """Run it to the end there."""
        return asyncio.run_coroutine_threadsafe(asking, self.loop).result()

    def close(self) -> None:
        """End the thread, and whatever still runs there."""
        self.run(self._still())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _still(self) -> None:
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=1)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.loop.shutdown_asyncgens()
        await asyncio.sleep(0.001)  # what was closed is let go of


@contextmanager
def looping(who: str) -> Iterator[Loop]:
    """A thread for one connection, until the block ends."""
    made = Loop(who)
    try:
        yield made
    finally:
        made.close()
