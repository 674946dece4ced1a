"""How people outside the desk are reached: through Apprise, or by a signed webhook. The extra `desks` brings both.

Where a desk has no address yet, whatever is for it waits, and says why.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
    made: Herald = _made(f"desk '{desk.name}'", desk, environ, clock)
    return made


def senders(routes: Mapping[str, Routes], environ: Mapping[str, str], clock: Clock) -> Senders:
    """Who tells each hook of each brand."""
    return {(brand, hook.name): sender(hook, environ, clock) for brand, found in routes.items() for hook in found.hooks}


def sender(hook: Hook, environ: Mapping[str, str], clock: Clock) -> Sender:
    """Who tells a hook at the address that the environment holds; `Unreachable` if it cannot be told."""
    made: Sender = _made(f"hook '{hook.name}'", hook, environ, clock)
    return made


def _made(who: str, told: Desk | Hook, environ: Mapping[str, str], clock: Clock) -> Any:
    """What tells a desk or a hook: a webhook where it has a secret, as every hook has, else what Apprise knows."""
    missing = [name for name in (told.to, told.secret) if name and not environ.get(name, "").strip()]
    if missing:
        return Unreachable(f"{who} has no address: {missing[0]} is not set; set it and start anew")
    if not installed():
        return Unreachable(f"{who} needs what tells it; install it with: pip install 'ascolta[desks]'")
    address = environ[told.to].strip()
    try:
        if told.secret:
            webhook = importlib.import_module("ascolta.desks.webhook").Webhook
            return webhook(address, environ[told.secret].strip(), clock, private=told.private)
        return importlib.import_module("ascolta.desks.apprised").Apprised(address)
    except AscoltaError as error:
        return Unreachable(f"{who} cannot be told: {told.to}: {error}")
