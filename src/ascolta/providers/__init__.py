"""Who else may say who somebody is: a provider of OpenID Connect. The extra `oidc` brings what is needed to ask one."""

import importlib
import importlib.util
from collections.abc import Mapping

from ascolta.errors import AscoltaError
from ascolta.ports import Provider

ISSUER, CLIENT, SECRET, NAME = (f"ASCOLTA_OIDC_{what}" for what in ("ISSUER", "CLIENT", "SECRET", "NAME"))
"""Variables of the environment: the provider's address, as whom the desk is known there, its secret, its name here."""


def installed() -> bool:
    """Whether the extra `oidc` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("authlib", "joserfc", "httpx2"))


def provider(environ: Mapping[str, str]) -> Provider | None:
    """The provider that the environment names; None if it names none. Raises AscoltaError."""
    issuer, client, secret, name = (environ.get(one, "").strip() for one in (ISSUER, CLIENT, SECRET, NAME))
    if not issuer and not client and not secret:
        return None
    missing = [one for one, said in ((ISSUER, issuer), (CLIENT, client), (SECRET, secret)) if not said]
    if missing:
        raise AscoltaError(f"a provider to log in with is set up by halves: {missing[0]} is not set")
    if not installed():
        raise AscoltaError("a provider to log in with needs authlib; install it with: pip install 'ascolta[oidc]'")
    made: Provider = importlib.import_module("ascolta.providers.openid").OpenId(issuer, client, secret, name)
    return made
