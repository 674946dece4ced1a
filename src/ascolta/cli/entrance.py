"""The way into the desk as `ascolta run` opens it: a link for an owner without a password; what guards it abroad."""

import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ascolta import bootstrap
from ascolta.core.here import is_here
from ascolta.core.people import LinkKind, guards
from ascolta.errors import AscoltaError
from ascolta.ports import Journal
from ascolta.web.signed import Entrance


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the desk listens, and where browsers find it; no `address`: on this machine only."""

    host: str = "127.0.0.1"
    port: int = 8020
    address: str = ""


def entrance(place: Path, journal: Journal | None, where: Where) -> Entrance:
    """The way in. Raises AscoltaError where other machines would reach a desk that nothing guards."""
    address = _address(where)
    provider = bootstrap.provider()
    accounts = bootstrap.accounts(place, journal)
    if address and not guards(accounts.members()):
        accounts.close()
        raise AscoltaError(
            "other machines would reach this desk, and no admin has a password and a second factor yet; run it once "
            "without --host and --address, open the link, set up both under your name, and start it so again"
        )
    return Entrance(accounts=accounts, address=address, provider=provider)


def link(found: Entrance, where: Where) -> str:
    """Where the desk opens: by a link that works once, while an admin has no password; else where one logs in."""
    if found.is_abroad:
        return f"{found.address}/login"
    home, at = f"http://{_spelled(where.host)}:{where.port}", time.time()
    owner = found.accounts.owner(at)
    return (
        f"{home}/enter/{found.accounts.relink(owner.id, LinkKind.ENTER, at)}" if owner is not None else f"{home}/login"
    )


def _address(where: Where) -> str:
    """The address without what does not belong to it; empty for this machine only. Raises AscoltaError."""
    found = urlsplit(where.address)
    if where.address and (found.scheme != "https" or not found.hostname or found.path.strip("/") or found.username):
        raise AscoltaError("--address must be an https:// address with nothing behind the name, as browsers say it")
    if not where.address and not is_here(where.host):
        raise AscoltaError(
            "--host lets other machines reach the desk, so say with --address under which https:// address browsers "
            "find it; the TLS is done by a proxy before it"
        )
    return f"https://{found.netloc}" if where.address else ""


def _spelled(host: str) -> str:
    return f"[{host}]" if ":" in host else host
