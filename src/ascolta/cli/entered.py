"""What `ascolta connect` asks for: the keys of a source, and its secrets, typed, piped or got in a browser."""

import re
import sys
import time
import webbrowser
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import typer

from ascolta.cli.show import tell
from ascolta.core.brand import VARIABLES, Brand
from ascolta.errors import AscoltaError
from ascolta.files.connections import CONNECTIONS, EVERYWHERE, Key
from ascolta.sources import entering, givers
from ascolta.sources.asking import Asking
from ascolta.sources.grants import Granted, written
from ascolta.stores.safe import Safe

LATER = ("assessment", "rehearsal")
"""Keys that are not said here: the assessment has its usual place, and what is connected is real."""

LONGEST = 64 << 10
"""Letters of what is piped in."""


@dataclass(kw_only=True)
class Staged:
    """Secrets that are not kept yet, before those that are."""

    kept: Safe
    new: dict[str, str] = field(default_factory=dict, repr=False)

    def give(self, variable: str, secret: str) -> None:
        """A new one. Raises AscoltaError where the environment would go before it."""
        if self.kept.where(variable) == "environment":
            raise AscoltaError(f"{variable} is set in the environment, which comes first; take it out there, or use it")
        self.new[variable] = secret

    def __call__(self, variable: str) -> str:
        """What a variable holds, or is to hold."""
        return self.new.get(variable) or self.kept(variable)

    def put(self, variable: str, secret: str) -> None:
        """One that was renewed: where it lies, or with those that are new."""
        if variable in self.new:
            self.new[variable] = secret
        else:
            self.kept.put(variable, secret)

    def alone(self, variable: str) -> AbstractContextManager[None]:
        """While nobody else renews it; nobody else has what is new."""
        return nullcontext() if variable in self.new else self.kept.alone(variable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How somebody is asked. `pipe` is what came by a pipe, None: nothing. `talks`: somebody is at a terminal.

    `anew`: secrets that are kept already are asked for as well.
    """

    talks: bool
    pipe: str | None = field(default=None, repr=False)
    browser: bool = True
    paste: bool = False
    client: str = ""
    anew: bool = False


def piped(where: str | None) -> str | None:
    """What came by a pipe, where that was asked for. Raises AscoltaError."""
    if where is None:
        return None
    if where != "-":
        raise AscoltaError("--secret-from: only - is known, for what is piped in; secrets stand on no command line")
    said = sys.stdin.read(LONGEST + 1).strip()
    if not said or len(said) > LONGEST:
        raise AscoltaError("--secret-from: nothing, or far too much, was piped in")
    return said


def keys(network: str, given: Mapping[str, str], brand: Brand, asked: Asked) -> dict[str, str | list[str]]:
    """The item of brand.yaml that the source is to be. Raises AscoltaError for a key that is unknown or missing."""
    known = CONNECTIONS[network].keys
    may = [*known, *(key for key in EVERYWHERE if key not in LATER)]
    for said in given:
        if said not in may:
            raise AscoltaError(f"--set: {network} has no key '{said}'; known are {', '.join(may)}")
    item: dict[str, str | list[str]] = {"network": network}
    for name, key in known.items():
        said = given.get(name, "")
        if key.variable:
            said = said or (variable(network, name, brand) if key.needed or _wants(name, key, asked) else "")
        elif not said and key.needed:
            said = _typed(name, key, asked)
        if said:
            item[name] = [part.strip() for part in said.split(",")] if key.tags or key.names else said
    more = [name for name, key in known.items() if not key.needed and not key.variable and name not in given]
    if more and asked.talks:
        tell(f"More can be said by --set: {', '.join(more)}.")
    return {**item, **{name: given[name] for name in EVERYWHERE if name in given}}


def variable(network: str, key: str, brand: Brand) -> str:
    """A name for the variable of a secret that no other source of the brand has."""
    taken = {name for source in brand.sources if source.live for name in source.live.variables.values()}
    said = VARIABLES + re.sub(r"[^A-Z0-9]+", "_", network.upper() if key == "token" else f"{network}_{key}".upper())
    return next(name for name in (said, *(f"{said}_{n}" for n in range(2, 100))) if name not in taken)


def secrets(variables: Mapping[str, str], network: str, staged: Staged, asked: Asked) -> None:
    """Stage each secret that nobody holds yet, or all that were piped in. Raises AscoltaError."""
    known = CONNECTIONS[network].keys
    brought = _brought(variables, asked.pipe)
    for key, name in variables.items():
        if key in brought:
            staged.give(name, brought[key])
        elif (asked.anew and name not in staged.new) or not staged(name):
            staged.give(name, _hidden(key, known[key], asked))


def _brought(variables: Mapping[str, str], pipe: str | None) -> dict[str, str]:
    """What was piped in: one secret as it is, several as a line KEY=SECRET each."""
    if pipe is None:
        return {}
    if len(variables) == 1:
        return dict.fromkeys(variables, pipe)
    found = {key.strip(): secret.strip() for key, _, secret in (line.partition("=") for line in pipe.splitlines())}
    if not found or not found.keys() <= variables.keys() or not all(found.values()):
        raise AscoltaError(f"--secret-from: expected a line KEY=SECRET for each of {', '.join(variables)}")
    return found


def enter(source: str, network: str, address: str, asked: Asked) -> str:
    """A secret that somebody gives us in a browser. Raises AscoltaError."""
    way = entering.way_at(network, address, CONNECTIONS[network].address)
    giver, at = givers.GIVERS.get(network, givers.Giver()), Asking(who=source, url=way.gives, clock=time.time)
    opened = nullcontext(entering.Door(way.port or entering.PORT)) if asked.paste else entering.door(way.port)
    with opened as door:
        client = _client(way, Asking(who=source, url=address, clock=time.time) if way.registers else at, door, asked)
        begun = entering.begin(way, client, door.back)
        tell(f"Open this address in a browser where the brand's account is logged in, and say yes there:\n{begun.url}")
        if asked.browser and asked.talks and not asked.paste:
            webbrowser.open(begun.url)
        code = entering.came_back(begun, _where(asked)) if asked.paste else door.code(begun)
    given = entering.trade(at, giver, client, begun, code)
    if way.lasts and not given.refresh:
        return given.token
    return written(
        Granted(
            token_url=way.gives, client_id=client.id, client_secret=client.secret, refresh_token=given.refresh,
            access_token=given.token, expires=given.until or 0.0,
        )
    )  # fmt: skip


def _client(way: entering.Way, asking: Asking, door: entering.Door, asked: Asked) -> givers.Client:
    """As whom the network knows us: it lets us register, or somebody did that before."""
    if way.registers:
        return entering.register(asking, way, door.back)
    name = asked.client
    if not name and asked.talks:
        tell(f"This needs {way.made}.")
        name = typer.prompt("Its client ID", err=True).strip()
    if not name:
        raise AscoltaError(f"--client is missing: the client ID of {way.made}")
    secret = asked.pipe or ""
    if not secret and asked.talks:
        secret = typer.prompt("Its client secret (nothing, if it has none)", hide_input=True, default="", err=True)
    return givers.Client(id=name, secret=secret.strip())


def _where(asked: Asked) -> str:
    if not asked.talks:
        raise AscoltaError("--paste asks for the address to which the browser came back, so it needs a terminal")
    return str(typer.prompt("The browser shows a page that cannot be opened. Its whole address", err=True))


def _typed(name: str, key: Key, asked: Asked) -> str:
    if not asked.talks:
        raise AscoltaError(f"'{name}' is missing; say it by: --set {name}=… ({_plain(key)})")
    tell(key.says)
    return str(typer.prompt(name, err=True)).strip()


def _wants(name: str, key: Key, asked: Asked) -> bool:
    """Whether somebody has a secret that need not be there."""
    if not asked.talks:
        return False
    tell(_secret(key))
    return typer.confirm(f"Is there a {name}?", default=False, err=True)


def _hidden(name: str, key: Key, asked: Asked) -> str:
    if not asked.talks or asked.pipe is not None:
        raise AscoltaError(f"the secret '{name}' is missing; pipe it in and say: --secret-from -")
    tell(_secret(key))
    return str(typer.prompt(f"{name} (it is not shown)", hide_input=True, err=True)).strip()


def _secret(key: Key) -> str:
    """What a secret is, for whoever types it and not the name of its variable."""
    said = re.sub(r"^The (environment )?variable that holds ", "", key.says).replace(", `ASCOLTA_TOKEN_…`", "")
    return said[:1].upper() + said[1:]


def _plain(key: Key) -> str:
    return key.says.replace("`", "").rstrip(".")
