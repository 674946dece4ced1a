"""A provider of OpenID Connect (Core 1.0, with errata set 2), asked by the authorization code flow.

With PKCE (RFC 7636, S256) and a nonce; the ID token is verified by the keys of the provider: issuer, audience, time,
nonce and at_hash. Of what the provider says only the subject counts; no name, address or role is read.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ascolta.calling import is_plain, is_private
from ascolta.errors import AscoltaError, SourceError
from ascolta.ports import Begun
from ascolta.providers.guarded import guarded

SECONDS = 10.0
"""For each request."""

MOST = 256 * 1024
"""Bytes of an answer that are read."""

KNOWN_FOR = 3_600.0
"""Seconds for which what a provider says of itself is kept."""

LEEWAY = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"]
"""By which an ID token may be signed; none of them is shared with whoever checks it."""


@dataclass(slots=True)
class OpenId:
    """One provider. Raises AscoltaError if its address cannot be one."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    name: str = ""
    _told: dict[str, Any] = field(default_factory=dict, repr=False)
    _keys: dict[str, Any] = field(default_factory=dict, repr=False)
    _until: float = 0.0

    def __post_init__(self) -> None:
        if not is_plain(self.issuer) or not is_private(self.issuer):
            raise AscoltaError("ASCOLTA_OIDC_ISSUER must be the https:// address of a provider, and nothing beside it")
        self.name = self.name or (urlsplit(self.issuer).hostname or "")

    def begin(self, back: str) -> Begun:
        """Where somebody is sent to say who they are, and what is remembered of it. Raises SourceError."""
        told = self._known()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._asking(back) as asking:
            url, _ = asking.create_authorization_url(
                told["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Begun(url=url, state=state, nonce=nonce, verifier=verifier)

    def identity(self, begun: Begun, code: str, back: str) -> bytes:
        """Who it was: the SHA-256 of issuer and subject. Raises SourceError if the provider does not say it soundly."""
        told = self._known()
        try:
            with self._asking(back) as asking:
                found = asking.fetch_token(
                    told["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=begun.verifier
                )
            claims = self._checked(str(found.get("id_token", "")), str(found.get("access_token", "")), begun.nonce)
        except (OAuthError, JoseError, ValueError, TypeError, KeyError, httpx2.HTTPError) as error:
            raise SourceError(
                f"{self.name} did not confirm who this is ({type(error).__name__})", retry=False
            ) from None
        return hashlib.sha256(f"{self.issuer}\n{claims['sub']}".encode()).digest()

    def _checked(self, token: str, access: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that holds (Core 1.0, 3.1.3.7). Raises JoseError, ValueError."""
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(self._keys_told()), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # the provider may have changed its keys
            decoded = jwt.decode(token, KeySet.import_key_set(self._keys_told(anew=True)), algorithms=ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client}}
        params = {"nonce": nonce, "client_id": self.client, "access_token": access}
        claims = CodeIDToken(decoded.claims, decoded.header, wanted, params)
        claims.validate(now=int(time.time()), leeway=LEEWAY)
        if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255 or not claims.get("nonce"):
            raise ValueError("an ID token without subject or nonce")
        return dict(claims)

    def _asking(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            client_id=self.client, client_secret=self.secret, scope="openid", redirect_uri=back,
            code_challenge_method="S256", token_endpoint_auth_method=self._method(), timeout=SECONDS, trust_env=False,
            follow_redirects=False, event_hooks={"request": [guarded]},
        )  # fmt: skip

    def _method(self) -> str:
        offered = self._told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"

    def _known(self) -> dict[str, Any]:
        """What the provider says of itself (Discovery 1.0). Raises SourceError."""
        if time.monotonic() >= self._until:
            told = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            ends = [str(told.get(f"{what}", "")) for what in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if told.get("issuer") != self.issuer or not all(is_private(end) for end in ends):
                raise SourceError(
                    f"{self.name} says of itself what cannot be; look at ASCOLTA_OIDC_ISSUER", retry=False
                )
            self._told, self._keys, self._until = told, {}, time.monotonic() + KNOWN_FOR
        return self._told

    def _keys_told(self, *, anew: bool = False) -> Any:
        if anew or not self._keys:
            self._keys = self._read(str(self._known()["jwks_uri"]))
        return self._keys

    def _read(self, url: str) -> dict[str, Any]:
        try:
            client = httpx2.Client(
                timeout=SECONDS, trust_env=False, follow_redirects=False, event_hooks={"request": [guarded]}
            )
            with client, client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > MOST:
                        break
            found = json.loads(body) if answer.status_code == 200 and len(body) <= MOST else None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise SourceError(f"{self.name} cannot be asked who this is; try again later", retry=True)
        return found
