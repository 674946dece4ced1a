"""Sources of brand.yaml that are networks, heard live. Their tokens stand in the environment, never in a file."""

import re
from urllib.parse import urlsplit

import yaml

from ascolta.core.brand import Connection, FileSource
from ascolta.core.text import fold
from ascolta.files.assessments import stays_inside
from ascolta.files.reading import Value

PREFIX = "ASCOLTA_TOKEN_"
NETWORKS = ("mastodon", "rss")
"""The networks that can be heard live."""

ANSWERED = ("mastodon",)
"""Those at which there is an account, and so a token."""

LEAST, MOST = 10.0, 86_400.0
"""Seconds between two times of asking."""

MOST_TAGS = 10
_ANY = ("every", "assessment", "rehearsal", "approval")
_ACCOUNT = ("tags", "streaming", *_ANY)
_ALL = ("server", "feed", "token", *_ACCOUNT)


def is_live(item: Value) -> bool:
    """Whether a source of brand.yaml is a network and no file."""
    node = item.node
    return isinstance(node, yaml.MappingNode) and any(str(key.value) == "network" for key, _ in node.value)


def live_source(item: Value) -> FileSource:
    """A network as a source. Raises FileError."""
    network = item.mapping(("network",), _ALL)["network"].one_of(NETWORKS)
    where = "server" if network in ANSWERED else "feed"
    keys = item.mapping(
        *((("network", "server", "token"), _ACCOUNT) if network in ANSWERED else (("network", "feed"), _ANY))
    )
    address = _address(keys[where])
    path = f"{network}:{_named(address)}"
    if "assessment" in keys and not stays_inside(keys["assessment"].text()):
        keys["assessment"].fail("'assessment' names a file of this folder, such as assessments/posts.md")
    return FileSource(
        path=path,
        line=item.line,
        networks=(network,),
        assessment=keys["assessment"].text() if "assessment" in keys else f"assessments/{_file(path)}.md",
        rehearsal="rehearsal" in keys and keys["rehearsal"].one_of(("true", "false")) == "true",
        approval=keys["approval"].text() if "approval" in keys else "",
        live=_connection(keys, network, address),
    )


def _connection(keys: dict[str, Value], network: str, address: str) -> Connection:
    return Connection(
        network=network,
        address=address,
        token=_variable(keys["token"]) if "token" in keys else "",
        tags=_tags(keys["tags"]) if "tags" in keys else (),
        streaming=_streaming(keys["streaming"], address) if "streaming" in keys else "",
        every=_every(keys["every"]) if "every" in keys else Connection(network=network, address=address).every,
    )


def _address(value: Value) -> str:
    said = value.text().rstrip("/")
    parts = urlsplit(said)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        value.fail(
            f"{value.what} must be an address, such as https://social.example, with no name and no password in it"
        )
    return said


def _variable(value: Value) -> str:
    """The name of a variable; what is none is never repeated, for it may be the token itself."""
    said = value.text()
    if not re.fullmatch(PREFIX + "[A-Z0-9_]{1,60}", said):
        value.fail(
            f"{value.what} names the environment variable that holds it, such as {PREFIX}MASTODON; a token does not "
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


def _streaming(value: Value, address: str) -> str:
    """`yes`: at the server itself; an address: there; `no`: nowhere."""
    said = value.text()
    return {"yes": address, "no": ""}[said] if said in ("yes", "no") else _address(value)


def _every(value: Value) -> float:
    found = value.seconds()
    if not LEAST <= found <= MOST:
        value.fail(f"{value.what} must be between {LEAST:g} seconds and a day")
    return found


def _named(address: str) -> str:
    """An address as people say it: without its scheme and what it is asked for."""
    parts = urlsplit(address)
    return parts.netloc + parts.path


def _file(path: str) -> str:
    return re.sub(r"[^\w-]+", "-", path).strip("-")
