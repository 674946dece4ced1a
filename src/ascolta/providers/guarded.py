"""How a provider is reached: at the very address that its name was looked at, and never where clouds keep secrets.

An operator may run a provider in a network of their own, so private addresses are reached; one link, all hosts and
nobody are not, whatever the provider says of itself (see `reaching`).
"""

import httpx2

from ascolta.calling import ended
from ascolta.errors import SourceError
from ascolta.reaching import reached


def guarded(request: httpx2.Request) -> None:
    """Before a request is sent: its name is looked up once, and what was looked at is asked. Raises ConnectError."""
    try:
        where = ended(reached(str(request.url), private=True))
    except (SourceError, OSError, ValueError):
        raise httpx2.ConnectError("its name leads nowhere that may be reached", request=request) from None
    request.headers["Host"] = where.host
    request.extensions = {**request.extensions, "sni_hostname": where.name}
    request.url = httpx2.URL(where.url)
