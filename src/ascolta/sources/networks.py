"""The networks that can be heard live: each is one file, read when a brand names it, for its packages are an extra."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, cast

from ascolta.core.brand import FileSource as Declaration
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError
from ascolta.ports import Lookup, Lookups, Speaker
from ascolta.sources.again import FileLookup, Several
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.files import FileSource
from ascolta.sources.live import Live, Network
from ascolta.sources.speaking import ByBrand

FILES = {"mastodon": "ascolta.sources.mastodon", "rss": "ascolta.sources.feed"}
"""The file of each network. A new one is a line here, and its name in files/live.py."""

PACKAGES = ("httpx2", "feedparser")
"""What the extra `networks` brings."""


Held = Callable[[str], str]
"""What a variable holds; empty if nothing."""


class _File(Protocol):
    """What each file has."""

    DECLARED: Declared

    def opened(self, source: Declaration, brand: str, secrets: Secrets, chance: Chance) -> Network:
        """The network as a brand named it. Raises AscoltaError if its address or a secret cannot be one."""
        ...


def installed() -> bool:
    """Whether the extra `networks` is there."""
    return all(importlib.util.find_spec(name) is not None for name in PACKAGES)


def declared() -> list[Declared]:
    """What each network is like. Needs the extra."""
    return [_file(name).DECLARED for name in FILES]


def live(source: Declaration, brand: str, held: Held, chance: Chance) -> Live:
    """A source of brand.yaml that is a network, with its secrets. Raises AscoltaError."""
    named = source.live
    if named is None:
        raise AscoltaError(f"'{source.path}' is a file, and is heard as one")
    if not installed():
        raise AscoltaError(f"'{source.path}' needs what asks it; install it with: pip install 'ascolta[networks]'")
    secrets = {key: held(variable).strip() for key, variable in named.variables.items()}
    for key, variable in named.variables.items():
        if not secrets[key]:
            raise AscoltaError(f"'{source.path}' has no {key}: {variable} is not set; set it and start anew")
    network = _file(named.network).opened(source, brand, secrets, chance)
    return Live(source.name, network, chance, named.every)


def connected(named: Sequence[tuple[str, Declaration]], held: Held, chance: Chance) -> list[FileSource | Live]:
    """The sources of brands that are networks, each account once. Raises AscoltaError."""
    made: dict[str, Live] = {}
    for brand, source in named:
        if source.live is not None:
            if source.name not in made:
                made[source.name] = live(source, brand, held, chance)
            made[source.name].brands.add(brand)
    return list(made.values())


def lookups(heard: Sequence[FileSource | Live]) -> Lookups:
    """Who is asked again how a post stands: the network where it is heard live, and otherwise the files."""
    files = [source for source in heard if isinstance(source, FileSource)]
    asked: dict[str, list[Lookup]] = {}
    for source in heard:
        if isinstance(source, Live):
            asked.setdefault(source.network.declared.network, []).append(source.network.lookup)
    return lambda network: Several(network, asked[network]) if network in asked else FileLookup(network, files)


def speakers(heard: Sequence[FileSource | Live], otherwise: Mapping[str, Speaker]) -> dict[str, Speaker]:
    """Who answers, by network: each brand's own account where it has one, and otherwise who is given."""
    own: dict[str, dict[str, Speaker]] = {}
    for source in heard:
        speaker = source.network.speaker if isinstance(source, Live) else None
        if isinstance(source, Live) and speaker is not None:
            own.setdefault(speaker.network, {}).update(dict.fromkeys(source.brands, speaker))
    return {**otherwise, **{name: ByBrand(name, found, otherwise[name]) for name, found in own.items()}}


def _file(network: str) -> _File:
    return cast(_File, importlib.import_module(FILES[network]))
