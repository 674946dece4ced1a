"""How people outside the desk are reached: through Apprise, or by a signed webhook. The extra `desks` brings both.

Where a desk has no address yet, whatever is for it waits, and says why.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ascolta.core.hooks import Hook
from ascolta.core.routing import Desk, Routes
from ascolta.errors import AscoltaError, SourceError
from ascolta.ports import Herald, Sender

Heralds = dict[tuple[str, str], Herald]
"""By brand and desk."""

Senders = dict[tuple[str, str], Sender]
"""The same of hooks."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A desk that cannot be told as things are; `why` is one sentence."""

    why: str

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Say why not. It is tried again, for an address that is set later is there when Ascolta starts anew."""
        raise SourceError(self.why, retry=True)

    def send(self, hook: str, said: Mapping[str, object], key: str) -> None:
        """The same of an event."""
        raise SourceError(self.why, retry=True)


def installed() -> bool:
    """Whether the extra `desks` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("apprise", "httpx2"))


def heralds(routes: Mapping[str, Routes], environ: Mapping[str, str], clock: Clock) -> Heralds:
    """Who tells each desk of each brand."""
    return {
        (brand, name): herald(desk, environ, clock)
        for brand, found in routes.items()
        for name, desk in found.desks.items()
    }


def herald(desk: Desk, environ: Mapping[str, str], clock: Clock) -> Herald:
    """Who tells a desk at the address that the environment holds; `Unreachable` if it cannot be told."""
    missing = [name for name in (desk.to, desk.secret) if name and not environ.get(name, "").strip()]
    if missing:
        return Unreachable(f"desk '{desk.name}' has no address: {missing[0]} is not set; set it and start anew")
    if not installed():
        return Unreachable(f"desk '{desk.name}' needs what tells it; install it with: pip install 'ascolta[desks]'")
    address = environ[desk.to].strip()
    made: Herald
    try:
        if desk.secret:
            webhook = importlib.import_module("ascolta.desks.webhook").Webhook
            made = webhook(address, environ[desk.secret].strip(), clock, private=desk.private)
        else:
            made = importlib.import_module("ascolta.desks.apprised").Apprised(address)
    except AscoltaError as error:
        return Unreachable(f"desk '{desk.name}' cannot be told: {desk.to}: {error}")
    return made


def senders(routes: Mapping[str, Routes], environ: Mapping[str, str], clock: Clock) -> Senders:
    """Who tells each hook of each brand."""
    return {(brand, hook.name): sender(hook, environ, clock) for brand, found in routes.items() for hook in found.hooks}


def sender(hook: Hook, environ: Mapping[str, str], clock: Clock) -> Sender:
    """Who tells a hook at the address that the environment holds; `Unreachable` if it cannot be told."""
    missing = [name for name in (hook.to, hook.secret) if not environ.get(name, "").strip()]
    if missing:
        return Unreachable(f"hook '{hook.name}' has no address: {missing[0]} is not set; set it and start anew")
    if not installed():
        return Unreachable(f"hook '{hook.name}' needs what tells it; install it with: pip install 'ascolta[desks]'")
    webhook = importlib.import_module("ascolta.desks.webhook").Webhook
    try:
        made: Sender = webhook(environ[hook.to].strip(), environ[hook.secret].strip(), clock, private=hook.private)
    except AscoltaError as error:
        return Unreachable(f"hook '{hook.name}' cannot be told: {hook.to}: {error}")
    return made
