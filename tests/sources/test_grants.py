"""Access by OAuth 2.0: tokens are renewed in time, what renews them is never lost, and nothing of it is ever shown."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from threading import Barrier, RLock, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import RSAKey

from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Asking
from ascolta.sources.givers import GIVERS, Giver
from ascolta.sources.grants import EARLY, Grant
from ascolta.sources.held import Holding, Known
from tests.sources.battery import NOW
from tests.sources.oauth_twin import OAuthTwin, oauth_twin

ROBOT = "robot@project.example"


class Shelf:
    """A safe in memory; `full`: nothing more can be put there."""

    def __init__(self, **texts: str) -> None:
        self.texts, self.full, self.puts, self.lock = texts, False, list[str](), RLock()

    def __call__(self, variable: str) -> str:
        return self.texts[variable]

    def put(self, variable: str, secret: str) -> None:
        if self.full:
            raise AscoltaError("the safe is full")
        self.texts[variable] = secret
        self.puts.append(secret)

    def alone(self, variable: str) -> AbstractContextManager[Any]:
        return self.lock


@pytest.fixture
def twin() -> Iterator[OAuthTwin]:
    """A server that gives tokens."""
    with oauth_twin(NOW) as made:
        yield made


def grant(twin: OAuthTwin, shelf: Shelf, giver: Giver | None = None) -> Grant:
    """The grant of a source on that server, by what lies in the safe."""
    secret = Holding({"token": "T"}, shelf).one("token")
    return Grant("x:acme", secret, giver or Giver(), lambda: twin.now, twin.url)


def asking(twin: OAuthTwin, made: Grant) -> Asking:
    """Somebody who asks with it."""
    return Asking(who="x:acme", url=twin.url, clock=lambda: twin.now, grant=made)


def test_a_plain_token_is_used_as_it_is(twin: OAuthTwin) -> None:
    """It is not renewed, and where it is refused nothing is tried again."""
    twin.tokens["plain"] = twin.now + 60
    made = asking(twin, Grant.of(("x:acme", "x", twin.url), {"token": "plain"}, lambda: twin.now))
    assert made.get("/me") == {"id": "me"}
    twin.ends()
    with pytest.raises(SourceError, match="status 401") as error:
        made.get("/me")
    assert (error.value.retry, twin.asked) == (False, [])


def test_a_token_is_renewed_before_it_ends(twin: OAuthTwin) -> None:
    """One renewal serves until shortly before its end; another program goes on with the token that was put away."""
    shelf = Shelf(T=twin.secret())
    made = asking(twin, grant(twin, shelf))
    for _ in range(3):
        made.get("/me")
    assert len(twin.asked) == 1
    asking(twin, grant(twin, shelf)).get("/me")
    assert len(twin.asked) == 1
    twin.now += twin.lasts - EARLY
    made.get("/me")
    assert [form["grant_type"] for form in twin.asked] == ["refresh_token"] * 2


def test_a_refused_token_is_renewed_once(twin: OAuthTwin) -> None:
    """A token that was taken back is refused, another one is got and the request repeated, but a second 401 is not."""
    made = asking(twin, grant(twin, Shelf(T=twin.secret())))
    made.get("/me")
    twin.ends()
    assert made.get("/me") == {"id": "me"}
    assert len(twin.asked) == 2
    twin.lasts = -1
    twin.ends()
    with pytest.raises(SourceError, match="status 401"):
        made.get("/me")
    assert len(twin.asked) == 3


def test_what_holds_once_is_never_lost(twin: OAuthTwin) -> None:
    """Each refresh token is used once, and the next one lies in the safe before anybody uses what came with it."""
    twin.rotates = True
    shelf = Shelf(T=twin.secret())
    made = grant(twin, shelf, Giver(rotates=True))
    for _ in range(5):
        token = made.token()
        assert json.loads(shelf.texts["T"])["access_token"] == token
        assert {json.loads(shelf.texts["T"])["refresh_token"]} == twin.refresh
        twin.now += twin.lasts
    used = [form["refresh_token"] for form in twin.asked]
    assert len(used) == len(set(used)) == 5


def test_many_programs_renew_one_secret(twin: OAuthTwin) -> None:
    """However many find a token ended at once, one renews it, and all of them are let in."""
    twin.rotates = True
    shelf = Shelf(T=twin.secret())
    programs, ready, let_in = [grant(twin, shelf, Giver(rotates=True)) for _ in range(8)], Barrier(8), list[Any]()

    def runs(made: Grant) -> None:
        ready.wait()
        let_in.append(asking(twin, made).get("/me"))

    threads = [Thread(target=runs, args=(made,)) for made in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in == [{"id": "me"}] * 8
    assert len(twin.asked) == 1


def test_nothing_is_renewed_that_could_not_be_kept(twin: OAuthTwin) -> None:
    """Where a refresh token holds once and the next cannot be put away, it is not used up; it is when there is room."""
    twin.rotates = True
    shelf = Shelf(T=twin.secret())
    shelf.full = True
    made = grant(twin, shelf, Giver(rotates=True))
    with pytest.raises(SourceError, match="the safe is full"):
        made.token()
    nowhere = Grant("x:acme", Known(shelf.texts["T"]), Giver(rotates=True), lambda: twin.now, twin.url)
    with pytest.raises(SourceError, match="no place to keep it"):
        nowhere.token()
    assert twin.asked == []
    shelf.full = False
    assert made.token() in twin.tokens


def test_without_a_place_a_lasting_secret_serves(twin: OAuthTwin, caplog: pytest.LogCaptureFixture) -> None:
    """A secret of the environment that lasts is renewed in memory; one that changed unforeseen is told and used on."""
    made = Grant("x:acme", Known(twin.secret()), Giver(), lambda: twin.now, twin.url)
    assert made.token() in twin.tokens
    assert caplog.messages == []
    twin.rotates = True
    for _ in range(2):
        twin.now += twin.lasts
        assert made.token() in twin.tokens
    assert caplog.messages == ["unkept_secret source=x:acme"] * 2


ANSWERS = {
    "taken back": ((400, {}, b'{"error": "invalid_grant"}'), False, "invalid_grant.*ascolta connect"),
    "a wrong client": ((401, {}, b'{"error": "invalid_client"}'), False, "invalid_client"),
    "a word of theirs": ((400, {}, b'{"error": "canary-4711"}'), False, "status 400"),
    "no JSON": ((400, {}, b"canary-4711"), False, "status 400"),
    "deep": ((400, {}, b"[" * 60_000), False, "status 400"),
    "too often": ((429, {"Retry-After": "90"}, b""), True, "status 429"),
    "broken": ((503, {}, b'{"error": "invalid_grant"}'), True, "status 503"),
    "elsewhere": ((302, {"Location": "https://evil.example"}, b""), False, "status 302"),
    "no token": ((200, {}, b"{}"), True, "something else than a token"),
    "a list": ((200, {}, b"[]"), True, "something else than a token"),
    "another kind": ((200, {}, b'{"access_token": "a", "token_type": "mac"}'), True, "something else than a token"),
    "two lines": ((200, {}, b'{"access_token": "a\\r\\nX: y"}'), True, "something else than a token"),
    "garbage": ((200, {}, b"\xff"), True, "not JSON"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_a_refusal_means(twin: OAuthTwin, case: str) -> None:
    """What is wrong for good is not tried again, anything else is; never are the network's own words repeated."""
    answer, retry, said = ANSWERS[case]
    shelf = Shelf(T=twin.secret())
    before = dict(shelf.texts)
    twin.fails = answer
    with pytest.raises(SourceError, match=said) as error:
        grant(twin, shelf).token()
    assert error.value.retry is retry
    assert error.value.after == (90 if "often" in case else 0)
    assert "canary" not in str(error.value)
    assert shelf.texts == before


def test_a_client_says_who_it_is(twin: OAuthTwin) -> None:
    """In the header where the network wants that, even without a secret; otherwise in the form."""
    twin.basic = True
    grant(twin, Shelf(T=twin.secret()), Giver(basic="secret")).token()
    assert set(twin.asked[-1]) == {"grant_type", "refresh_token"}
    twin.clients["client"] = ""
    grant(twin, Shelf(T=twin.secret()), Giver(basic="all")).token()
    assert set(twin.asked[-1]) == {"grant_type", "refresh_token"}
    twin.basic = False
    grant(twin, Shelf(T=twin.secret()), Giver(basic="secret")).token()
    assert set(twin.asked[-1]) == {"grant_type", "refresh_token", "client_id"}


def account(twin: OAuthTwin, key: Any, **fields: str) -> str:
    """The file of a service account with a private key."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    said = {"client_email": ROBOT, "private_key": pem, "private_key_id": "1", "token_uri": f"{twin.url}/token"}
    return json.dumps({"type": "service_account", **said, **fields}, indent=2)


def test_a_service_account_signs_for_itself(twin: OAuthTwin) -> None:
    """Its word is signed for this address, this scope and an hour; the token that it gets is renewed likewise."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    twin.keys[ROBOT] = RSAKey.import_key(key.public_key())
    shelf = Shelf(T=account(twin, key))
    made = asking(twin, grant(twin, shelf, Giver(scope="reviews")))
    assert made.get("/me") == {"id": "me"}
    assert twin.scopes == ["reviews"]
    twin.now += twin.lasts
    made.get("/me")
    twin.ends()
    made.get("/me")
    assert (len(twin.asked), shelf.puts) == (3, [])
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(SourceError, match="invalid_grant"):
        grant(twin, Shelf(T=account(twin, other)), Giver(scope="reviews")).token()


def test_a_key_that_cannot_sign_is_refused(twin: OAuthTwin) -> None:
    """No key, one of another kind or a short one is said in one sentence without any of it."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the case
    for text in (
        account(twin, ec.generate_private_key(ec.SECP256R1())),
        account(twin, short),
        account(twin, short, private_key="canary-4711"),
    ):
        with pytest.raises(SourceError, match="is no RSA key") as error:
            grant(twin, Shelf(T=text)).token()
        assert "canary" not in str(error.value)
        assert error.value.retry is False


FOREIGN = (
    "https://evil.example/token", "http://169.254.169.254/token", "https://api.x.com.evil.example/2/oauth2/token",
    "https://api.x.com@evil.example/2/oauth2/token", "http://api.x.com/2/oauth2/token", "file:///etc/passwd", "",
    "https://api.x.com/2/oauth2/token?a=b", "https://api.x.com/elsewhere", "http://127.0.0.1:1/token",
)  # fmt: skip


@pytest.mark.parametrize("url", FOREIGN)
def test_tokens_are_asked_for_at_the_network_only(url: str) -> None:
    """A secret cannot send what it holds, or this program, to any other place."""
    said = {"token_url": url, "client_id": "c", "refresh_token": "canary-4711"}
    for address in ("https://api.x.com.example", ""):
        with pytest.raises(AscoltaError, match="another address") as error:
            Grant("x:acme", Known(json.dumps(said)), GIVERS["x"], lambda: NOW, address)
        assert "canary" not in str(error.value)


def test_a_name_that_leads_inside_is_not_asked(twin: OAuthTwin) -> None:
    """Even at the source's own address, what is not public is not reached unless it is named outright."""
    said = {"token_url": "https://localhost.example.invalid/token", "client_id": "c", "refresh_token": "canary-4711"}
    made = Grant("x:a", Known(json.dumps(said)), Giver(), lambda: NOW, "https://localhost.example.invalid")
    with pytest.raises(SourceError, match="cannot be reached") as error:
        made.token()
    assert error.value.retry


WRONG = (
    "two words", "line\nbreak", "tokén", "{", "{}", '{"token_url": "https://api.x.com/2/oauth2/token"}',
    '{"token_url": 1, "client_id": "canary-4711", "refresh_token": "r"}', '{"client_email": "canary-4711"}',
)  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_secret_is_said(text: str) -> None:
    """In one sentence, before anything is asked, without a letter of it."""
    with pytest.raises(AscoltaError) as error:
        Grant.of(("x:acme", "x", ""), {"token": text}, lambda: NOW)
    assert "canary" not in str(error.value)


def test_no_secret_is_shown(twin: OAuthTwin, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what is kept nor what is given stands in a representation or a log."""
    shelf = Shelf(T=twin.secret())
    made = grant(twin, shelf)
    caplog.set_level(0)
    made.token()
    holding = Holding({"token": "T"}, shelf)
    for one in (made, made._given, made._said(), Known(shelf.texts["T"]), holding, holding.one("token"), caplog.text):
        assert "canary" not in repr(one)
