"""The only way out: approved by people, limited, claimed before it is sent, settled after a crash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from ascolta.afresh import Look, look
from ascolta.attempt import attempt, found
from ascolta.core.brand import Brand
from ascolta.core.platform import answers_a_day
from ascolta.core.quiet import quiet_until, tongue
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import SourceError
from ascolta.ports import Lookups, Speaker, Store
from ascolta.tracing import traced

HOUR = 3600.0
DAY = 86_400.0
STOPPED = "nobody told us that it was sent, and it does not stand on the network; approve it again to send it"
TOO_MANY = "{} answers within an hour are the limit; look why, and go on when the hour is over"
CLOSED = "the thread takes no answer of ours any more; write privately, or resolve the case without"


@dataclass(slots=True)
class Sent:
    """What one round of the outbox did, in numbers; `stopped` are brands that it paused for having said too much."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    withdrawn: int = 0
    stopped: list[str] = field(default_factory=list)


@traced("outbox", "sent", "failed", "waiting", "withdrawn", "stopped")
def send(
    store: Store,
    speakers: Mapping[str, Speaker],
    brands: Mapping[str, Brand],
    at: float,
    lookups: Lookups | None = None,
) -> Sent:
    """Say what is approved and may be said now. `at` is now, in seconds since 1970 UTC.

    With `lookups`, each post is read again first: an answer to one that is gone or edited, or whose author refuses, is
    withdrawn, and one whose network cannot be asked waits. None is for networks that have nothing to be asked.
    """
    done = Sent()
    for reply in store.replies(ReplyState.APPROVED):
        speaker = speakers.get(reply.network)
        brand = brands.get(reply.brand)
        if speaker is None or brand is None or reply.not_before > at or not _may_say(store, brand, reply, at, done):
            done.waiting += 1
            continue
        looked = Look.STANDS if lookups is None else _looked(store, lookups, brands, reply.case, at)
        done.waiting += looked is None
        done.withdrawn += looked in (Look.EDITED, Look.REMOVED, Look.CLOSED)
        claimed = store.claim(reply.key, at) if looked in (Look.CLOSED, Look.STANDS) else None
        if claimed is None:
            done.waiting += looked is Look.STANDS
        elif looked is Look.CLOSED:
            store.settle(claimed, ReplyState.FAILED, at=at, note=CLOSED)
        elif store.paused(brand.id) or min(_left(store, brand, claimed, at)) < 0:
            store.settle(claimed, ReplyState.APPROVED, at=at)
            done.waiting += 1
        else:
            _say(store, speaker, claimed, at, done)
    return done


@traced("settle", "settled")
def settle(store: Store, speakers: Mapping[str, Speaker], at: float, after: float = 0.0) -> int:
    """Ask each network whether what was being sent stands there, after a crash or an answer that was lost. How many.

    What stands there was sent; what does not is for a person to decide: saying it twice is worse than not at all. Where
    the network cannot be asked it stays as it is. `after` spares what was claimed so lately, in seconds.
    """
    settled = 0
    for reply in store.replies(ReplyState.SENDING):
        speaker = speakers.get(reply.network)
        if speaker is None or reply.since > at - after:
            continue
        outcome = found(partial(speaker.said, reply), STOPPED, at)
        if outcome is not None:
            store.settle(reply, outcome.state, at=outcome.at, note=outcome.note)
            settled += 1
    return settled


def _may_say(store: Store, brand: Brand, reply: Reply, at: float, done: Sent) -> bool:
    """Whether a reply may go out now: not while the person it answers sleeps, as far as that can be known."""
    case = store.case(reply.case) if brand.quiet is not None else None
    if case is not None and quiet_until(tongue(case), case.published, at, brand.quiet) is not None:
        return False
    return _may_speak(store, brand, reply, at, done)


def _may_speak(store: Store, brand: Brand, reply: Reply, at: float, done: Sent) -> bool:
    """Whether a brand may say this now; more answers an hour than allowed pause it until a person looks."""
    if store.paused(brand.id):
        return False
    person, hour = _left(store, brand, reply, at)
    if person < 1:
        return False
    if hour > 0:
        return True
    store.pause(brand.id, TOO_MANY.format(brand.limits.an_hour), at)
    done.stopped.append(brand.id)
    return False


def _left(store: Store, brand: Brand, reply: Reply, at: float) -> tuple[int, int]:
    """How many more answers the person may get today and the brand may give this hour; below 0: too many are going.

    Asked anew once a reply is claimed, for another desk may have been as fast.
    """
    today = answers_a_day(brand.limits, reply.network) - store.sent_since(brand.id, at - DAY, reply.to)
    return today, brand.limits.an_hour - store.sent_since(brand.id, at - HOUR)


def _looked(store: Store, lookups: Lookups, brands: Mapping[str, Brand], case: int, at: float) -> Look | None:
    """Whether the post still is what people approved an answer to, and takes one; None: who knows."""
    try:
        return look(store, lookups, brands, case, at)
    except SourceError:
        return None


def _say(store: Store, speaker: Speaker, reply: Reply, at: float, done: Sent) -> None:
    outcome = attempt(partial(speaker.said, reply), partial(speaker.say, reply), reply.tries - 1, at)
    if outcome is not None:
        store.settle(reply, outcome.state, at=outcome.at, note=outcome.note)
        done.sent += outcome.state is ReplyState.SENT
        done.failed += outcome.state is ReplyState.FAILED
        done.waiting += outcome.state is ReplyState.APPROVED
