"""Servers that are no websites: at which address they are reached, and by which name they have to prove who they are.

As in `asking`: no network is reached that is not public, unless the operator said so, and what is not this machine is
reached by TLS only. Certificates are those that this machine trusts; SSL_CERT_FILE names others (OpenSSL).
"""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from ascolta.calling import ended, is_plain
from ascolta.core.here import is_here
from ascolta.errors import AscoltaError, SourceError
from ascolta.reaching import reached

SECONDS = 20.0
"""For one request, everything together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An address that was looked up: where to connect, the name of the server, whether by TLS."""

    address: str
    port: int
    name: str
    secure: bool

    def trust(self) -> ssl.SSLContext | None:
        """What its certificate is checked by; None without TLS."""
        return ssl.create_default_context() if self.secure else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server, by its plain address. `schemes`: the one that means TLS, then the one that does not.

    `port`: where it is unless the address says; `private`: it may lie in a network that is not public. Raises
    AscoltaError if its address cannot be one.
    """

    who: str
    url: str
    schemes: tuple[str, str]
    port: int
    private: bool = False

    def __post_init__(self) -> None:
        secure, _ = self.schemes
        if not is_plain(self.url) or urlsplit(self.url).scheme not in self.schemes:
            raise AscoltaError(f"{self.who}: its address must be a plain one, such as {secure}://there.example")
        if urlsplit(self.url).scheme != secure and not is_here(urlsplit(self.url).hostname or ""):
            raise AscoltaError(f"{self.who}: its address must begin with {secure}://, or lie on this machine")

    def spot(self) -> Spot:
        """Where it is now. Raises SourceError if its name is not known or leads where nothing may be asked."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or self.port
        spelled = f"[{host}]" if ":" in host else host
        try:
            found = ended(reached(f"{parts.scheme}://{spelled}:{port}", private=self.private))
        except SourceError:
            raise SourceError(
                f"{self.who} lies in a network that is not public; say private: yes if that is meant", retry=True
            ) from None
        except OSError:
            raise SourceError(f"{self.who} cannot be reached; look at its address", retry=True) from None
        where = urlsplit(found.url)
        return Spot(
            address=where.hostname or "", port=port, name=found.name, secure=parts.scheme == self.schemes[0]
        )  # fmt: skip


def safe_secret(who: str, secret: str) -> str:
    """A password or a token that can be sent. Raises AscoltaError, which does not say it."""
    if any(char in secret for char in "\r\n\0"):
        raise AscoltaError(f"{who}: the token holds a character that no token has; copy it anew")
    return secret
