"""The networks that can be heard live: each is one file, read when a brand names it, for its packages are an extra."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, cast

from ascolta.core.brand import FileSource as Declaration
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError
from ascolta.plugged import plugged
from ascolta.ports import Lookup, Lookups, Publisher, Speaker
from ascolta.sources.again import FileLookup, Several
from ascolta.sources.chance import Chance, Held, Secrets
from ascolta.sources.files import FileSource
from ascolta.sources.held import Holding
from ascolta.sources.intake import Intake
from ascolta.sources.live import Live, Network, Publishing
from ascolta.sources.speaking import ByBrand, Channels
from ascolta.sources.twin import TwinNetwork

FILES = {
    "bluesky": "ascolta.sources.bluesky",
    "mastodon": "ascolta.sources.mastodon",
    "rss": "ascolta.sources.feed",
    "webhook": "ascolta.sources.webhook",
    "facebook": "ascolta.sources.facebook",
    "instagram": "ascolta.sources.instagram",
    "x": "ascolta.sources.x",
    "reddit": "ascolta.sources.reddit",
    "wordpress": "ascolta.sources.wordpress",
    "isso": "ascolta.sources.isso",
    "googleplay": "ascolta.sources.googleplay",
    "youtube": "ascolta.sources.youtube",
    "nats": "ascolta.sources.nats_intake",
    "redis": "ascolta.sources.redis_intake",
    "mail": "ascolta.sources.mail",
}
"""The file of each network. A new one is a line here, and its name in files/live.py."""

PACKAGES = ("httpx2", "feedparser", "libipld", "websockets")
"""What the extra `networks` brings."""

EXTRAS = {"nats": "nats", "redis": "redis", "mail": "imapclient"}
"""Networks that have an extra of their own, of the same name, and the package by which it is known to be there."""


class _File(Protocol):
    """What each file has."""

    DECLARED: Declared

    def opened(self, source: Declaration, brand: str, secrets: Secrets, chance: Chance) -> Network:
        """The network as a brand named it. Raises AscoltaError if its address or a secret cannot be one."""
        ...


def installed() -> bool:
    """Whether the extra `networks` is there."""
    return all(importlib.util.find_spec(name) is not None for name in PACKAGES)


def lacking(network: str) -> str:
    """The extras that have to be installed before a network can be heard; empty if all is there."""
    own = EXTRAS.get(network)
    missing = own is not None and importlib.util.find_spec(own) is None
    return f"networks,{network}" if missing else "" if installed() else "networks"


def declared_of(network: str) -> Declared:
    """What one network is like. Needs its extras. Raises AscoltaError."""
    if extras := lacking(network):
        raise AscoltaError(f"{network} needs what asks it; install it with: pip install 'ascolta[{extras}]'")
    return _file(network).DECLARED


def declared() -> list[Declared]:
    """What each network is like whose extras are there."""
    return [_file(name).DECLARED for name in FILES if not lacking(name)]


def live(source: Declaration, brand: str, held: Held, chance: Chance) -> Live:
    """A source of brand.yaml that is a network, with its secrets. Raises AscoltaError."""
    named = source.live
    if named is None:
        raise AscoltaError(f"'{source.path}' is a file, and is heard as one")
    if extras := lacking(named.network):
        raise AscoltaError(f"'{source.path}' needs what asks it; install it with: pip install 'ascolta[{extras}]'")
    secrets = Holding(named.variables, held)
    for key, variable in named.variables.items():
        if not secrets[key]:
            raise AscoltaError(f"'{source.path}' has no {key}: {variable} is not set; run: ascolta connect")
    network = _file(named.network).opened(source, brand, secrets, chance)
    return Live(source.name, network, chance, named.every)


def connected(
    named: Sequence[tuple[str, Declaration]], held: Callable[[str], Held], chance: Chance
) -> list[FileSource | Live]:
    """The sources of brands that are networks, each account once; `held`: what a brand holds. Raises AscoltaError."""
    made: dict[str, Live] = {}
    for brand, source in named:
        if source.live is not None:
            if source.name not in made:
                made[source.name] = live(source, brand, held(brand), chance)
            made[source.name].brands.add(brand)
    return list(made.values())


def lookups(heard: Sequence[FileSource | Live]) -> Lookups:
    """Who is asked again how a post stands: the network where it is heard live, and otherwise what told its posts.

    That are the files, and the pipelines of one's own, which bring posts of any network.
    """
    files = [source for source in heard if isinstance(source, FileSource)]
    live = [source.network for source in heard if isinstance(source, Live)]
    told = [network for network in live if isinstance(network, Intake)]
    asked: dict[str, list[Lookup]] = {}
    for one in live:
        if not isinstance(one, Intake):
            asked.setdefault(one.declared.network, []).append(one.lookup)
    return lambda network: Several(network, asked[network]) if network in asked else FileLookup(network, files, told)


def speakers(heard: Sequence[FileSource | Live], otherwise: Mapping[str, Speaker]) -> dict[str, Speaker]:
    """Who answers, by network: each brand's own account where it has one, and otherwise who is given."""
    own: dict[str, dict[str, list[Speaker]]] = {}
    for source in heard:
        speaker = source.network.speaker if isinstance(source, Live) else None
        if isinstance(source, Live) and speaker is not None:
            for brand in source.brands:
                own.setdefault(speaker.network, {}).setdefault(brand, []).append(speaker)
    made = {name: ByBrand(name, found, otherwise.get(name) or TwinNetwork(name)) for name, found in own.items()}
    return {**otherwise, **made}


def publishers(heard: Sequence[FileSource | Live], otherwise: Mapping[str, Publisher]) -> dict[str, Publisher]:
    """Who posts of the brand's own accord, by network: its own account where it has one, and otherwise who is given."""
    made = {
        name: Channels(name, found, otherwise.get(name) or TwinNetwork(name)) for name, found in _own(heard).items()
    }
    return {**otherwise, **made}


def accounts(heard: Sequence[FileSource | Live]) -> dict[str, frozenset[str]]:
    """The networks on which each brand's own accounts post."""
    found: dict[str, set[str]] = {}
    for network, brands in _own(heard).items():
        for brand in brands:
            found.setdefault(brand, set()).add(network)
    return {brand: frozenset(networks) for brand, networks in found.items()}


def _own(heard: Sequence[FileSource | Live]) -> dict[str, dict[str, list[Publisher]]]:
    """The accounts that may post, by network and brand, in the order of the brands' files."""
    own: dict[str, dict[str, list[Publisher]]] = {}
    for source in heard:
        if not isinstance(source, Live) or not isinstance(source.network, Publishing):
            continue
        publisher = source.network.publisher
        if publisher is not None:
            for brand in source.brands:
                own.setdefault(publisher.network, {}).setdefault(brand, []).append(publisher)
    return own


def _file(network: str) -> _File:
    """The file of a network, of ours or of one that a package brings. Raises AscoltaError."""
    if network in FILES:
        return cast(_File, importlib.import_module(FILES[network]))
    brought = plugged(network)
    if brought is None:
        raise AscoltaError(f"'{network}' is no network that can be heard, and no package brings it")
    return cast(_File, brought)
