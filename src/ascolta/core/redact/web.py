"""SECRET_URL (links that open something by themselves) and IP (versions 4 and 6)."""

import ipaddress
import re
from collections.abc import Iterator

from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import Normal, holds

Hits = Iterator[tuple[int, int]]

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`]{4,3000}")
_BARE = re.compile(
    r"(?<![\w./])(?:chat\.whatsapp\.com|discord\.gg|discord\.com/invite|t\.me/joinchat|we\.tl|1drv\.ms)/[\w+-]{4,80}"
    r"|(?<![\w./])t\.me/\+[\w-]{6,60}"
)
_OPEN = ("whatsapp.com/", "discord.", "t.me/", "we.tl/", "1drv.ms/")
"""One of these is in whatever the form above finds."""

_SECRET = re.compile(
    r"[?&#;/](?:[a-z_.-]{0,16})(?:token|jeton|pass(?:word|wd|code)?|pwd|secret|sig|signature|auth|otp|session"
    r"|sid|reset"
    r"|invite|api_?key|access|credential|jwt|senha|clave|wachtwoord|passwort|magic)(?:[a-z_.-]{0,16})=[^&\s#]{6,}"
)
_CODED = re.compile(
    r"[?&#;](?:code|codice|codigo|key|cle|chiave|chave|schluessel|sleutel|k|t|h|hash|uid|id)=([^&\s#]{8,})"
)
_LONG = re.compile(
    r"/(?:reset|verify|confirm|activate|magic|login|signin|unsubscribe|invite|invitation|share|track|mdp|password|"
    r"recover|recuperar|s)/[^\s/?#]{12,}"
)
_SHARED = re.compile(
    r"(?:https?://|www\.)(?:[^\s/@]{1,100}:[^\s/@]{1,100}@"
    r"|(?:chat\.whatsapp\.com|discord\.gg|discord\.com/invite|we\.tl|wetransfer\.com/downloads|1drv\.ms"
    r"|t\.me/joinchat)/"
    r"|t\.me/\+|(?:docs|drive)\.google\.com/(?:[\w-]{1,30}/){1,4}[\w-]{15,}"
    r"|(?:www\.)?dropbox\.com/(?:s|scl|sh)/|[\w-]{0,20}\.?zoom\.us/j/|meet\.google\.com/[a-z]|"
    r"teams\.microsoft\.com/l/|[\w-]{1,60}\.sharepoint\.com/:|photos\.app\.goo\.gl/)"
)
_IP4 = re.compile(r"[0-9](?<![\w.-].)\d{0,2}\.(?:\d{1,3}\.){2}\d{1,3}(?!\w|\.\d|-\d)")
_IP6 = re.compile(r"(?<![\w:.])[0-9a-f:]{4,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])")
_COLONS = re.compile(":[0-9a-f]{0,4}:")
_VERSION = re.compile(
    r"(?:\bv|version\w{0,3}|versao|versie|firmware|release|build|update|ios|android|patch|driver|software"
    r"|app)\.?[ :#]{0,2}$"
)
_NETWORK = listed("words", "machines")


def find_secret_url(read: Normal) -> Hits:
    """Links with a key, a name and password, or a place that whoever has the link may enter."""
    if "/" not in read.plain:
        return
    for found in _URL.finditer(read.plain):
        said = found[0].rstrip(".,;:!?)]}")
        if _is_secret(said[:1_000]):
            yield found.start(), found.start() + len(said)
    for found in _BARE.finditer(read.plain) if holds(read.plain, _OPEN) else ():
        yield found.span()


def _is_secret(url: str) -> bool:
    coded = _CODED.search(url)
    return (
        _SECRET.search(url) is not None
        or (coded is not None and any(map(str.isdigit, coded[1])) and any(map(str.isalpha, coded[1])))
        or _SHARED.match(url) is not None
        or any(any(map(str.isdigit, found[0])) for found in _LONG.finditer(url))
    )


def find_ip(read: Normal) -> Hits:
    """Addresses of machines; four small numbers after a word for a version are a version."""
    for found in _IP4.finditer(read.plain) if read.plain.count(".") >= 3 else ():
        numbers = [int(part) for part in found[0].split(".")]
        if max(numbers) > 255 or _VERSION.search(read.plain, max(0, found.start() - 16), found.start()):
            continue
        if max(numbers) > 99 or not _NETWORK.isdisjoint(read.words):
            yield found.span()
    for found in _IP6.finditer(read.plain) if read.plain.count(":") > 1 and _COLONS.search(read.plain) else ():
        if found[0].count(":") >= 2 and _is_ip6(found[0]):
            yield found.span()


def _is_ip6(said: str) -> bool:
    try:
        ipaddress.IPv6Address(said)
    except ValueError:
        return False
    return sum(char not in ":." for char in said) >= 3
