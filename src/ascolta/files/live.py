"""Sources of brand.yaml that are networks, heard live. Their tokens stand in the environment, never in a file."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import yaml

from ascolta.core.brand import VARIABLES, Connection, FileSource
from ascolta.core.platform import ALSO
from ascolta.core.text import fold
from ascolta.errors import AscoltaError
from ascolta.files.assessments import stays_inside
from ascolta.files.connections import CONNECTIONS, EVERYWHERE, WEB, Key, Keys
from ascolta.files.reading import Value
from ascolta.plugged import plugged

NETWORKS = tuple(CONNECTIONS)
"""The networks that can be heard live."""

LEAST, MOST = 10.0, 86_400.0
"""Seconds between two times of asking."""

MOST_TAGS = 10
_OWN = ("token", "tags", "streaming")
"""Keys that have a field of their own in core.brand.Connection."""


def is_live(item: Value) -> bool:
    """Whether a source of brand.yaml is a network and no file."""
    node = item.node
    return isinstance(node, yaml.MappingNode) and any(str(key.value) == "network" for key, _ in node.value)


def live_source(item: Value) -> FileSource:
    """A network as a source. Raises FileError."""
    network, known = _network(item)
    needs = tuple(name for name, key in known.keys.items() if key.needed)
    others = tuple(name for name in known.keys if name not in needs)
    keys = item.mapping(("network", *needs), (*others, *EVERYWHERE))
    single = {name: key for name, key in known.keys.items() if name in keys and not (key.tags or key.names)}
    said = {name: _said(keys[name], key) for name, key in single.items()}
    address = said.pop(known.where, known.address or "")
    path = f"{network}:{_called(known, said, address)}"
    if "assessment" in keys and not stays_inside(keys["assessment"].text()):
        keys["assessment"].fail("'assessment' names a file of this folder, such as assessments/posts.md")
    return FileSource(
        path=path,
        line=item.line,
        networks=_networks(keys, known, network),
        assessment=keys["assessment"].text() if "assessment" in keys else f"assessments/{_file(path)}.md",
        rehearsal="rehearsal" in keys and keys["rehearsal"].one_of(("true", "false")) == "true",
        approval=keys["approval"].text() if "approval" in keys else "",
        live=_connection(keys, said, (network, address)),
    )


def _called(known: Keys, said: Mapping[str, str], address: str) -> str:
    """What a source is called by."""
    called = _named(address if known.named == known.where else said[known.named])
    return f"{called}/{said.get(known.within) or known.keys[known.within].usual}" if known.within else called


def _networks(keys: Mapping[str, Value], known: Keys, network: str) -> tuple[str, ...]:
    """Of which networks it brings posts: its own, or where it brings those of others what it says; empty: nothing."""
    named = next((name for name, key in known.keys.items() if key.names), "")
    if not named:
        return (network,)
    found = tuple(fold(name) for name in keys[named].texts()) if named in keys else ()
    for name in found:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", name):
            keys[named].fail("'networks' are short names, such as [x, bluesky, mastodon]")
    return tuple(dict.fromkeys(ALSO.get(name, name) for name in found))


def _network(item: Value) -> tuple[str, Keys]:
    """Which network it is, and what other keys it has therefore."""
    found = item.node.value if isinstance(item.node, yaml.MappingNode) else ()
    said = next(value for key, value in found if str(key.value) == "network")
    value = Value(item.path, said, "'network'")
    known = _keys(value, value.text())
    if known is None:
        known = CONNECTIONS[value.one_of(NETWORKS)]
    return value.text(), known


def _keys(at: Value, network: str) -> Keys | None:
    """The keys of a network, of ours or of one that a package brings; None if there is none of this name."""
    if network in CONNECTIONS:
        return CONNECTIONS[network]
    try:
        brought = plugged(network)
    except AscoltaError as error:
        at.fail(str(error))
    if brought is None:
        return None
    if not isinstance(brought.KEYS, Keys):
        at.fail(f"network '{network}': its KEYS are no ascolta.files.connections.Keys")
    return brought.KEYS


def _connection(keys: dict[str, Value], said: dict[str, str], there: tuple[str, str]) -> Connection:
    network, address = there
    streaming = said.get("streaming", "")
    return Connection(
        network=network,
        address=address,
        token=said.get("token", ""),
        tags=_tags(keys["tags"]) if "tags" in keys else (),
        streaming={"yes": address, "no": ""}.get(streaming, streaming),
        every=_every(keys["every"]) if "every" in keys else Connection(network=network, address=address).every,
        more=tuple(sorted((name, value) for name, value in said.items() if name not in _OWN)),
    )


def _said(value: Value, key: Key) -> str:
    """What stands behind a key, if it may stand there."""
    said = value.text()
    if key.variable:
        return _variable(value)
    if said in key.of:
        return said
    if key.schemes:
        return _address(value, key.schemes)
    if key.of:
        return value.one_of(key.of)
    if not re.fullmatch(r"\S(.{0,298}\S)?" if key.spaces else r"\S{1,300}", said):
        value.fail(f"{value.what} must be {'short' if key.spaces else 'one word'}: {_plain(key.says)}")
    return said


def _address(value: Value, schemes: tuple[str, ...]) -> str:
    said = value.text().rstrip("/")
    parts = urlsplit(said)
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.password:
        such = "social.example" if schemes == WEB else "there.example"
        value.fail(
            f"{value.what} must be an address, such as {schemes[0]}://{such}, with no name and no password in it"
        )
    return said


def _variable(value: Value) -> str:
    """The name of a variable; what is none is never repeated, for it may be the token itself."""
    said = value.text()
    if not re.fullmatch(VARIABLES + "[A-Z0-9_]{1,60}", said):
        value.fail(
            f"{value.what} names the environment variable that holds it, such as {VARIABLES}MASTODON; a token does not "
            "stand in a file"
        )
    return said


def _tags(value: Value) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(fold(tag).lstrip("#") for tag in value.texts()))
    for tag in found:
        if not re.fullmatch(r"\w{1,100}", tag):
            value.fail("'tags' are hashtags, such as [acme, acmeair], in quotation marks if they begin with #")
    if len(found) > MOST_TAGS:
        value.fail(f"{len(found)} hashtags are too many; name {MOST_TAGS} at the most")
    return found


def _every(value: Value) -> float:
    found = value.seconds()
    if not LEAST <= found <= MOST:
        value.fail(f"{value.what} must be between {LEAST:g} seconds and a day")
    return found


def _named(address: str) -> str:
    """An address as people say it: without its scheme and what it is asked for."""
    parts = urlsplit(address)
    return parts.netloc + parts.path if parts.netloc else address


def _plain(says: str) -> str:
    return says.replace("`", "").rstrip(".").lower()


def _file(path: str) -> str:
    return re.sub(r"[^\w-]+", "-", path).strip("-")
