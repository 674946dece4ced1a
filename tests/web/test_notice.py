"""The public notice, through the real desk and a real store: who may read it, and how one opts out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.notice import LANGUAGES, Operator
from ascolta.core.wording import WORDINGS
from ascolta.stores.challenges import FILE, Challenges
from ascolta.stores.sql import SqlStore
from ascolta.web.app import Desk, create
from ascolta.web.notice import EACH, MOST_BYTES, Public
from tests.conftest import ACME, NOW, OTHER, foresee, keep, published
from tests.web.entering import HOME, OWN, browsing

CODE = re.compile(r"ascolta-optout(?:-[0-9a-z]{4}){4}")
OPERATORS = {
    "acme": Operator(controller="Acme Air SpA", contact="privacy@acme.example", networks=("x", "mastodon")),
    "other": Operator(networks=("x",)),
}


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def public(tmp_path: Path, clock: Clock) -> Iterator[Public]:
    brands = Brands([ACME], foresee)
    store, challenges = SqlStore(tmp_path), Challenges(tmp_path / FILE)
    yield Public(brands=brands, store=store, operators=OPERATORS, challenges=challenges, clock=clock)
    challenges.close()
    store.close()


@pytest.fixture
def desk(public: Public, clock: Clock) -> Desk:
    return Desk(brands=public.brands, store=public.store, clock=clock, public=public)


@pytest.fixture
def anyone(desk: Desk) -> Iterator[TestClient]:
    """Somebody who has no account."""
    with TestClient(create(desk), base_url=HOME, follow_redirects=False) as client:
        yield client


@pytest.fixture
def owner(desk: Desk) -> Iterator[TestClient]:
    with browsing(desk) as client:
        yield client


def ask(client: TestClient, account: str, network: str = "x", **headers: str) -> tuple[int, str]:
    """Ask for a code; the status and the page."""
    found = client.post("/notice/acme", data={"network": network, "account": account}, headers={**OWN, **headers})
    return found.status_code, found.text


def code(client: TestClient, account: str) -> str:
    """A code for an account."""
    (found,) = set(CODE.findall(ask(client, account)[1]))
    return str(found)


def test_anybody_may_read_it(anyone: TestClient) -> None:
    """It needs no key, sets no cookie, runs no script, loads nothing foreign; the rest of the desk stays shut."""
    for path in ("/notice", "/notice/acme"):
        found = anyone.get(path, headers={"sec-gpc": "1"})
        assert found.status_code == 200
        assert "set-cookie" not in found.headers
        assert "<script" not in found.text
        assert "default-src 'none'" in found.headers["content-security-policy"]
        loaded = re.findall(r'(?:src|action)="([^"]+)"|<link [^>]*href="([^"]+)"', found.text)
        assert loaded
        assert all((one or other).startswith("/") for one, other in loaded)
    assert anyone.get("/static/notice.css").status_code == 200
    assert anyone.get("/notice/nobody").status_code == 404
    for path in ("/", "/opt-out", "/risk"):
        assert anyone.get(path).status_code == 401


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_the_readers_language(anyone: TestClient, lang: str) -> None:
    """By the browser's languages or by the link; the page says which it is, and links to the others."""
    by_header = anyone.get("/notice", headers={"accept-language": f"xx, {lang};q=0.8"})
    by_link = anyone.get(f"/notice?lang={lang}", headers={"accept-language": "xx"})
    assert by_header.text == by_link.text
    assert by_header.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in by_header.text
    assert all(f'hreflang="{other}"' in by_header.text for other in LANGUAGES)
    assert WORDINGS[lang].words["optout.button"] in by_header.text


def test_several_brands_have_a_page_each(tmp_path: Path, clock: Clock) -> None:
    """The first page then says who listens here; one that says nothing of itself admits it."""
    brands, store = Brands([ACME, OTHER], foresee), SqlStore(tmp_path)
    public = Public(brands=brands, store=store, operators=OPERATORS, challenges=Challenges(None), clock=clock)
    with TestClient(create(Desk(brands=brands, store=store, public=public)), base_url=HOME) as client:
        listed = client.get("/notice").text
        assert 'href="/notice/acme?lang=en"' in listed
        assert 'href="/notice/other?lang=en"' in listed
        assert WORDINGS["en"].words["incomplete"] in client.get("/notice/other").text
    store.close()


def test_the_answer_is_the_same_whether_or_not_anything_is_held(anyone: TestClient, public: Public) -> None:
    """Nobody learns from the page whether we know an account."""
    keep(public.store, public.brands, published("1", "bad day to acme", author="one_held"))
    public.store.forget(Removal(network="x", actor="one_gone", effect=Effect.STOP), NOW)
    pages = [CODE.sub("", ask(anyone, name)[1]).replace(name, "") for name in ("one_held", "one_gone", "one_else")]
    assert pages[0] == pages[1] == pages[2]


def test_code_and_account_are_nowhere_at_rest(anyone: TestClient, tmp_path: Path) -> None:
    """After asking, no file holds the account or the code, and asking again gives another code."""
    given = code(anyone, "canary_ann")
    assert given != code(anyone, "canary_ann")
    whole = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"canary" not in whole
    assert given.removeprefix("ascolta-optout-").encode() not in whole
    assert given not in anyone.get("/notice/acme").text


@pytest.mark.parametrize(
    "account",
    ["", "   ", "@", "a\nb", "a\x00b", "\u202eeman", "\u2066@ann", "a" * 257, "a\u2028b", "\x1b[31mann"],
)
def test_what_is_no_account_is_refused(anyone: TestClient, account: str, public: Public) -> None:
    """Nothing, a line break, control and bidirectional characters, or a very long name get no code."""
    status, page = ask(anyone, account)
    assert status == 400
    assert WORDINGS["en"].words["wrong.account"] in page
    assert not CODE.search(page)
    assert not public.challenges.good(NOW)
    assert not set("\u202e\u2066\x1b\x00") & set(page)


def test_a_network_that_is_not_heard_is_refused(anyone: TestClient) -> None:
    """Only the networks in the list are taken."""
    for network in ("", "myspace", "<script>alert(1)</script>"):
        status, page = ask(anyone, "ann", network)
        assert status == 400
        assert WORDINGS["en"].words["wrong.network"] in page
        assert "<script" not in page


@pytest.mark.parametrize(
    "account", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "{x}{0}"]
)
def test_an_account_cannot_write_the_page(anyone: TestClient, account: str) -> None:
    """Markup and template signs in an account are shown as they are."""
    status, page = ask(anyone, account)
    assert status == 200
    assert account not in page or "<" not in account
    assert "<script" not in page
    assert "<img" not in page
    assert "49" not in CODE.sub("", page)


def test_foreign_forms_are_refused(anyone: TestClient) -> None:
    """A form from another page gets no code, whichever header tells."""
    form = {"network": "x", "account": "ann"}
    for headers in ({}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site", **OWN}):
        assert anyone.post("/notice/acme", data=form, headers=headers).status_code == 403
    assert anyone.post("/notice/acme", data=form, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_form_that_is_no_form_does_no_harm(anyone: TestClient) -> None:
    """A very long one is not read, one that cannot be read is refused, and of doubled fields the first counts."""
    assert anyone.post("/notice/acme", content=b"a=" + b"b" * MOST_BYTES, headers=OWN).status_code == 413
    for body in (b"", b"\xff\xfe=\xff", b"network=x", b"account=ann&&&==", b"network=x&account=%00"):
        assert anyone.post("/notice/acme", content=body, headers=OWN).status_code == 400
    twice = anyone.post("/notice/acme", content=b"network=x&account=ann&account=eve&network=y", headers=OWN)
    assert twice.status_code == 200
    assert "eve" not in twice.text
    assert anyone.post("/notice/nobody", content=b"network=x&account=ann", headers=OWN).status_code == 404


def test_asking_too_often_has_to_wait(desk: Desk, clock: Clock) -> None:
    """After a few codes one client waits; another does not, and time makes it good."""
    app = create(desk)
    with TestClient(app, base_url=HOME, client=("192.0.2.1", 1)) as one:
        assert [ask(one, "ann")[0] for _ in range(EACH[0] + 1)] == [200] * EACH[0] + [429]
        assert WORDINGS["en"].words["wrong.often"] in ask(one, "ann")[1]
        with TestClient(app, base_url=HOME, client=("192.0.2.2", 1)) as two:
            assert ask(two, "ann")[0] == 200
        clock.now += EACH[1]
        assert ask(one, "ann")[0] == 200
        assert ask(one, "ann")[0] == 429


def test_no_crowd_can_fill_the_file(desk: Desk, public: Public, clock: Clock) -> None:
    """However many clients ask, all together get no more than the rate for all."""
    app = create(desk)
    given = 0
    for number in range(80):
        with TestClient(app, base_url=HOME, client=(f"192.0.2.{number}", 1)) as client:
            given += ask(client, f"ann{number}")[0] == 200
    assert given == 60
    clock.now += 10
    with TestClient(app, base_url=HOME, client=("198.51.100.1", 1)) as client:
        assert ask(client, "ann")[0] == 200
    assert len({code for code, _ in public.challenges.good(clock.now)}) == 61


def test_a_person_at_the_desk_confirms_a_code(anyone: TestClient, owner: TestClient, public: Public) -> None:
    """All cases of the account are erased, it is suppressed, and the code is used up; nobody else's case is touched."""
    keep(public.store, public.brands, published("1", "bad day to acme", author="ann"), published("2", "hello to acme"))
    form = {"network": "x", "account": "@Ann", "code": code(anyone, "ann").upper()}
    assert anyone.post("/opt-out", data=form, headers=OWN).status_code == 401
    assert "1 case was erased" in owner.post("/opt-out", data=form, headers=OWN).text
    assert [case.content.author for case in public.store.cases() if case.content] == ["u2"]
    assert {one.standing for one in public.store.person("x", "ann").standings} == {"stopped"}
    assert owner.post("/opt-out", data=form, headers=OWN).status_code == 400
    keep(public.store, public.brands, published("3", "acme is bad", author="ann"))
    assert len(public.store.cases()) == 1


def test_what_was_typed_beside_a_wrong_code_stays(owner: TestClient) -> None:
    """After an error account and code stand in their fields; a network that is not known is named as what is wrong."""
    form = {"network": "x", "account": "ann", "code": "ascolta-optout-0"}
    found = owner.post("/opt-out", data=form, headers=OWN).text
    assert all(f'value="{value}"' in found for value in form.values())
    found = owner.post("/opt-out", data={**form, "network": "instgram"}, headers=OWN).text
    assert "No network that is heard here is called that" in found
    assert 'value="ascolta-optout-0"' in found


def test_a_wrong_code_says_no_more_than_that(
    anyone: TestClient, owner: TestClient, public: Public, clock: Clock
) -> None:
    """Wrong, another account's, on another network or too late: the same sentence, and nothing is erased."""
    keep(public.store, public.brands, published("1", "bad day to acme", author="ann"))
    mine = code(anyone, "eve")
    said = set()
    tries = (("x", "ann", mine), ("mastodon", "eve", mine), ("x", "eve", "ascolta-optout-0"), ("", "", ""))
    for network, account, shown in tries:
        found = owner.post("/opt-out", data={"network": network, "account": account, "code": shown}, headers=OWN)
        assert found.status_code == 400
        said.add(re.search(r'role="alert">([^<]+)<', found.text)[1])  # type: ignore[index]
    clock.now += 86_400
    late = owner.post("/opt-out", data={"network": "x", "account": "eve", "code": mine}, headers=OWN)
    said.add(re.search(r'role="alert">([^<]+)<', late.text)[1])  # type: ignore[index]
    assert len(said) == 1
    assert len(public.store.cases()) == 1


def test_a_setting_that_changes_changes_the_page(anyone: TestClient, public: Public) -> None:
    """The page is made from the brand as it is now."""
    assert "Stored searches: 2" in anyone.get("/notice").text
    public.brands.renew("acme", ACME.queries[:1])
    assert "Stored searches: 1" in anyone.get("/notice").text


def test_a_contact_is_a_link_and_nothing_more(tmp_path: Path, clock: Clock) -> None:
    """Addresses can be followed; what is no address, such as a javascript link or markup, stays text."""
    odd = replace(
        OPERATORS["acme"],
        contact="privacy@acme.example or https://acme.example/form?a=1&b=2.",
        address="javascript:alert(1) <b>x</b>",
        officer='https://acme.example/"onmouseover=alert(1)',
    )
    brands, store = Brands([ACME], foresee), SqlStore(tmp_path)
    public = Public(brands=brands, store=store, operators={"acme": odd}, challenges=Challenges(None), clock=clock)
    with TestClient(create(Desk(brands=brands, store=store, public=public)), base_url=HOME) as client:
        page = client.get("/notice").text
    assert '<a href="mailto:privacy@acme.example">' in page
    assert '<a href="https://acme.example/form?a=1&amp;b=2">' in page
    assert 'href="javascript' not in page
    assert "<b>" not in page
    assert 'onmouseover=alert(1)">' not in page
    store.close()
