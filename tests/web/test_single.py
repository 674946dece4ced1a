"""Who is invited comes in by a provider; who is not does not, and nobody finishes what another began."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from oidc_provider_mock import run_server_in_thread

from ascolta.core.mention import Brands
from ascolta.core.people import LinkKind, Role
from ascolta.providers.openid import OpenId
from ascolta.stores.memory import MemoryStore
from ascolta.stores.proofs import Passwords
from ascolta.web.app import Desk, create
from ascolta.web.signed import Entrance
from tests.web.entering import CHEAP, HOME, OWN

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider, not of ours
ABROAD = "https://desk.example"
WORD = "a lighthouse and four geese"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider on this machine, at which everybody may say who they are."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(params=["", ABROAD], ids=["at home", "abroad"])
def desk(brands: Brands, issuer: str, request: pytest.FixtureRequest) -> Desk:
    provider = OpenId(issuer, "desk", "secret", "Acme")
    entrance = Entrance(passwords=Passwords(CHEAP), address=request.param, provider=provider)
    return Desk(brands=brands, store=MemoryStore(), entrance=entrance)


def browser(desk: Desk) -> TestClient:
    """Somebody's browser, which follows nothing by itself."""
    home = desk.entrance.address or HOME
    return TestClient(create(desk), base_url=home, follow_redirects=False)


def own(desk: Desk) -> dict[str, str]:
    """The headers of a form of our own."""
    return {"origin": desk.entrance.address} if desk.entrance.is_abroad else OWN


def confirmed(url: str, sub: str) -> str:
    """The path with which a provider sends somebody back who says that they are `sub`."""
    answer = httpx2.post(url, data={"sub": sub}, trust_env=False)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def come_in(here: TestClient, sub: str, invited: str = "") -> int:
    """To the provider and back; the status of the page that one comes back to."""
    sent = here.get("/single", params={"invited": invited} if invited else {})
    return here.get(confirmed(sent.headers["location"], sub)).status_code


def test_who_is_invited_comes_in_without_a_password_and_again(desk: Desk) -> None:
    """The invitation links account and provider; from then on the provider alone lets them in, abroad too."""
    member, link = desk.entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    first = browser(desk)
    assert "Or come in with Acme" in first.get(f"/invited/{link}").text
    assert come_in(first, "ann", link) == 200
    assert first.get("/").status_code == 200
    again = browser(desk)
    assert "Log in with Acme" in again.get("/login").text
    assert come_in(again, "ann") == 200
    assert f"Log out {member.name}" in again.get("/").text
    assert browser(desk).get("/single", params={"invited": link}).status_code == 404


def test_who_is_not_invited_does_not_come_in(desk: Desk) -> None:
    """The provider knows everybody; the desk knows whom it invited, and lets in no suspended account."""
    stranger = browser(desk)
    assert come_in(stranger, "mallory") == 403
    assert stranger.get("/").status_code == 401
    desk.entrance.accounts.owner(desk.clock())
    member, link = desk.entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    here = browser(desk)
    assert come_in(here, "suspended", link) == 200
    desk.entrance.accounts.suspend(member.id, desk.clock())
    assert here.get("/").status_code == 401
    assert come_in(browser(desk), "suspended") == 403


def test_nobody_finishes_what_another_browser_began(desk: Desk) -> None:
    """A code that was meant for one browser opens nothing in another, nor twice, nor with another state."""
    _, link = desk.entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    victim, thief = browser(desk), browser(desk)
    sent = victim.get("/single", params={"invited": link})
    back = confirmed(sent.headers["location"], "ann")
    assert thief.get(back).status_code == 403
    thief.get("/single")
    assert thief.get(back).status_code == 403
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert victim.get(back.replace(state, state[::-1])).status_code == 403
    assert victim.get(back).status_code == 403
    assert victim.get("/").status_code == 401


def test_one_identity_belongs_to_one_account(desk: Desk) -> None:
    """Who is known already as one person cannot take another's invitation, which then still is good."""
    _, first = desk.entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    _, second = desk.entrance.accounts.invite("Bob", Role.LEAD, desk.clock())
    assert come_in(browser(desk), "one", first) == 200
    assert come_in(browser(desk), "one", second) == 403
    assert come_in(browser(desk), "two", second) == 200


def test_an_account_is_linked_with_its_password_and_parted_with_it(desk: Desk) -> None:
    """Both ask for the password; abroad a password alone then no longer lets in."""
    entrance = desk.entrance
    member, link = entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    token = entrance.accounts.join(link, entrance.passwords.kept(WORD), desk.clock())
    here = browser(desk)
    here.cookies.set(entrance.cookie, token or "")
    assert here.post("/me/provider", data={"password": "wrong"}, headers=own(desk)).status_code == 401
    page = here.post("/me/provider", data={"password": WORD}, headers=own(desk))
    url = page.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    assert here.get(confirmed(url, "ann at work")).status_code == 200
    assert entrance.accounts.member(member.id).has_provider
    form = {"name": "Ann", "password": WORD}
    assert browser(desk).post("/login", data=form, headers=own(desk)).status_code == (
        401 if entrance.is_abroad else 303
    )
    assert here.post("/me/provider/off", data={}, headers=own(desk)).status_code == 401
    assert here.post("/me/provider/off", data={"password": WORD}, headers=own(desk)).status_code == 303
    assert not entrance.accounts.member(member.id).has_provider
    assert come_in(browser(desk), "ann at work") == 403


def test_a_reset_forgets_the_provider(desk: Desk) -> None:
    """Who lost their account gets a new link, and what opened it before opens nothing."""
    entrance = desk.entrance
    entrance.accounts.owner(desk.clock())
    member, link = entrance.accounts.invite("Ann", Role.AGENT, desk.clock())
    assert come_in(browser(desk), "lost", link) == 200
    from_admin = entrance.accounts.relink(member.id, LinkKind.RESET, desk.clock())
    assert come_in(browser(desk), "lost") == 403
    assert come_in(browser(desk), "found", from_admin) == 200


def test_the_cookie_of_the_way_out_and_back_is_held_to_the_host(desk: Desk) -> None:
    """It is HttpOnly and Lax, for it comes back from another site; over TLS also Secure and `__Host-`."""
    said = browser(desk).get("/single").headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in said, part
    if desk.entrance.is_abroad:
        assert said.startswith("__Host-")
        assert "Secure" in said
