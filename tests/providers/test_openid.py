"""A provider is believed only where its word holds (OpenID Connect Core 1.0, 3.1.3.7)."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from ascolta.errors import AscoltaError, SourceError
from ascolta.ports import Begun
from ascolta.providers import CLIENT as CLIENT_NAME
from ascolta.providers import ISSUER, provider
from ascolta.providers import SECRET as SECRET_NAME
from ascolta.providers.openid import OpenId
from tests.providers.town import CLIENT, OTHER, SECRET, Town, town

BACK = "http://127.0.0.1:8020/single/back"


@pytest.fixture
def there() -> Iterator[Town]:
    with town() as found:
        yield found


def begun(there: Town) -> tuple[OpenId, Begun]:
    """A desk that sent somebody there."""
    desk = OpenId(there.issuer, CLIENT, SECRET)
    sent = desk.begin(BACK)
    there.nonce = sent.nonce
    return desk, sent


def test_somebody_is_sent_with_state_nonce_and_challenge(there: Town) -> None:
    """The verifier stays here; only its digest is sent, and nothing but who they are is asked for."""
    _, sent = begun(there)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.url).query).items()}
    assert (asked["state"], asked["nonce"], asked["client_id"]) == (sent.state, sent.nonce, CLIENT)
    assert (asked["scope"], asked["response_type"], asked["redirect_uri"]) == ("openid", "code", BACK)
    assert asked["code_challenge_method"] == "S256"
    assert sent.verifier not in sent.url


def test_the_same_person_is_known_again_and_no_two_are_the_same(there: Town) -> None:
    """What is given is a digest that is theirs alone, at this provider."""
    desk, sent = begun(there)
    once = desk.identity(sent, "code", BACK)
    assert once == desk.identity(sent, "code", BACK)
    assert len(once) == 32
    there.lies = {"sub": "else"}
    assert desk.identity(sent, "code", BACK) != once


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"exp": int(time.time()) - 3_600},
        {"exp": None},
        {"iat": int(time.time()) + 86_400},
        {"nonce": "of another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": "of another"},
        {"azp": "another"},
    ],
)
def test_a_claim_that_does_not_hold_lets_nobody_in(there: Town, lies: dict[str, Any]) -> None:
    """Another issuer, audience, time, nonce or no subject: refused in one sentence that shows none of it."""
    desk, sent = begun(there)
    there.lies = lies
    with pytest.raises(SourceError, match=r"^127\.0\.0\.1 did not confirm who this is \(\w+\)$"):
        desk.identity(sent, "code", BACK)


@pytest.mark.parametrize(
    ("signs", "header"),
    [
        (OTHER, {"alg": "RS256", "kid": "one"}),
        (OTHER, {"alg": "RS256", "kid": "other"}),
        (OctKey.import_key(SECRET), {"alg": "HS256", "kid": "one"}),
        (None, {"alg": "none"}),
    ],
)
def test_a_signature_that_is_not_the_providers_lets_nobody_in(there: Town, signs: Any, header: dict[str, str]) -> None:
    """Another key, the secret that both know, or none at all."""
    desk, sent = begun(there)
    there.signs, there.header = signs, header
    with pytest.raises(SourceError, match="did not confirm"):
        desk.identity(sent, "code", BACK)


def test_a_provider_may_change_its_keys(there: Town) -> None:
    """A key that is not known yet is asked for once more, and then it counts."""
    desk, sent = begun(there)
    desk.identity(sent, "code", BACK)
    there.key = there.signs = RSAKey.generate_key(2048, {"kid": "two"})
    there.header = {"alg": "RS256", "kid": "two"}
    assert desk.identity(sent, "code", BACK)
    assert there.asked == 2


@pytest.mark.parametrize("told", [{"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://evil.example/token"}])
def test_a_provider_that_says_of_itself_what_cannot_be_is_not_asked(there: Town, told: dict[str, str]) -> None:
    """Another's name, or an address on which others could read along."""
    there.told = told
    with pytest.raises(SourceError, match="says of itself what cannot be"):
        OpenId(there.issuer, CLIENT, SECRET).begin(BACK)


def test_a_provider_that_is_not_there_is_told() -> None:
    """One sentence, and to try again later."""
    with pytest.raises(SourceError, match="cannot be asked who this is; try again later"):
        OpenId("http://127.0.0.1:9", CLIENT, SECRET).begin(BACK)


def test_the_environment_names_a_provider_whole_or_not_at_all() -> None:
    """What lacks is named; an address must be one on which nobody reads along."""
    assert provider({}) is None
    with pytest.raises(AscoltaError, match="ASCOLTA_OIDC_SECRET is not set"):
        provider({ISSUER: "https://login.example", CLIENT_NAME: "desk"})
    whole = {ISSUER: "http://login.example", CLIENT_NAME: "desk", SECRET_NAME: "s"}
    with pytest.raises(AscoltaError, match="must be the https:// address"):
        provider(whole)
    found = provider(whole | {ISSUER: "https://login.example"})
    assert found is not None
    assert found.name == "login.example"
