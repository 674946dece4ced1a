"""The survey through the real desk: who may answer, what is kept of it, and what the desk shows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.survey import LEAST, Question, Scale, Sheet, Survey, month_of
from ascolta.files.survey import LANGUAGES, shipped
from ascolta.stores.memory import MemoryStore
from ascolta.stores.survey import FILE, Surveys
from ascolta.web.app import Desk, create
from ascolta.web.notice import EACH, MOST_BYTES
from ascolta.web.survey import Surveying
from tests.conftest import ACME, NOW, OTHER, foresee
from tests.web.entering import HOME, OWN, browsing

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}\u202e'


class Clock:
    """A time that the test moves."""

    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Surveys]:
    found = Surveys(tmp_path)
    yield found
    found.close()


def made(kept: Surveys, clock: Clock, survey: Survey | None = None) -> Desk:
    """A desk of two brands, of which one asks."""
    brands = Brands([ACME, OTHER], foresee)
    asks = {brand: replace(shipped(), brand=brand, is_open=brand == "acme") for brand in ("acme", "other")}
    asks["acme"] = survey or asks["acme"]
    surveying = Surveying(brands=brands, surveys=asks, kept=kept, clock=lambda: clock.now)
    return Desk(brands=brands, store=MemoryStore(), clock=lambda: clock.now, surveying=surveying)


@pytest.fixture
def desk(kept: Surveys, clock: Clock) -> Desk:
    return made(kept, clock)


@pytest.fixture
def anyone(desk: Desk) -> Iterator[TestClient]:
    """Somebody who has no account."""
    with TestClient(create(desk), base_url=HOME, follow_redirects=False) as client:
        yield client


def answer(client: TestClient, path: str = "/survey/acme?lang=en", **said: str) -> int:
    """Send the form; the status."""
    return client.post(path, data=said, headers=OWN).status_code


def stored(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as db:
        return db.execute("SELECT brand, month, age, answers FROM sheets").fetchall()


def test_anybody_may_answer(anyone: TestClient, tmp_path: Path) -> None:
    """No account, no cookie, no script, nothing foreign; what was chosen is kept with band and month."""
    page = anyone.get("/survey/acme")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert all(found.startswith("/") for found in re.findall(r'(?:src|action|href)="([^"#]+)', page.text))
    sent = anyone.post("/survey/acme", data={"unheard": "agree", "age": "55+", "improve": ""}, headers=OWN)
    assert sent.status_code == 303
    assert "set-cookie" not in sent.headers
    thanks = anyone.get(sent.headers["location"])
    assert "Thank you" in thanks.text
    assert stored(tmp_path) == [("acme", month_of(int(NOW // DAY)), "55+", '{"unheard":"agree"}')]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_the_readers_language(anyone: TestClient, lang: str) -> None:
    """By the browser's languages or by the link, with every question in it and links to the others."""
    by_header = anyone.get("/survey/acme", headers={"accept-language": f"xx, {lang};q=0.8"})
    by_link = anyone.get(f"/survey/acme?lang={lang}", headers={"accept-language": "xx"})
    assert by_header.text == by_link.text
    assert f'<html lang="{lang}">' in by_link.text
    assert by_link.headers["content-language"] == lang
    text = unescape(by_link.text)
    assert all(question.ask[lang] in text for question in shipped().questions)
    assert all(f'hreflang="{other}"' in text for other in LANGUAGES)
    assert "{" not in text


def test_only_chosen_languages_are_offered(kept: Surveys, clock: Clock) -> None:
    """A survey in two languages is read in one of them, whatever a browser asks for."""
    two = replace(shipped(), brand="acme", is_open=True, words={lang: shipped().words[lang] for lang in ("es", "de")})
    with TestClient(create(made(kept, clock, two)), base_url=HOME) as client:
        assert '<html lang="es">' in client.get("/survey/acme?lang=fr", headers={"accept-language": "it"}).text
        assert '<html lang="de">' in client.get("/survey/acme", headers={"accept-language": "it, de;q=0.1"}).text
        assert 'hreflang="fr"' not in client.get("/survey/acme").text


def test_it_is_off_unless_a_brand_opens_it(anyone: TestClient) -> None:
    """A brand that does not ask has no page, nor has one that is not there; nothing can be sent to either."""
    for brand in ("other", "nobody", "ACME", "%3Cscript%3E"):
        assert anyone.get(f"/survey/{brand}").status_code == 404
        assert answer(anyone, f"/survey/{brand}", unheard="agree") == 404


def test_after_its_last_day_it_says_so(kept: Surveys, clock: Clock, tmp_path: Path) -> None:
    """The page then tells that it is closed, and takes nothing more."""
    last = replace(shipped(), brand="acme", is_open=True, until=int(NOW // DAY))
    with TestClient(create(made(kept, clock, last)), base_url=HOME, follow_redirects=False) as client:
        assert client.get("/survey/acme").status_code == 200
        clock.now = NOW + DAY
        page = client.get("/survey/acme")
        assert (page.status_code, "This survey is closed" in page.text) == (410, True)
        assert answer(client, unheard="agree") == 410
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "You have not answered anything yet."),
        ({"age": "55+"}, "You have not answered anything yet."),
        ({"name": "Ann"}, "You have not answered anything yet."),
        ({"unheard": HOSTILE}, "One of the answers cannot be read."),
        ({"age": HOSTILE, "unheard": "agree"}, "One of the answers cannot be read."),
        ({"uses_networks": "agree"}, "One of the answers cannot be read."),
    ],
)
def test_what_cannot_be_chosen_is_not_kept(
    anyone: TestClient, tmp_path: Path, said: dict[str, str], sentence: str
) -> None:
    """It is said what is wrong, nothing of it is written back as markup, and no sheet is kept."""
    data = {name.replace("_", "-"): value for name, value in said.items()}
    page = anyone.post("/survey/acme?lang=en", data=data, headers=OWN)
    assert page.status_code == 400
    assert sentence in page.text
    assert 'role="alert"' in page.text
    assert "<script" not in page.text
    assert "onerror" not in page.text
    assert stored(tmp_path) == []


def test_what_was_chosen_still_stands_after_a_mistake(anyone: TestClient) -> None:
    """Nobody has to choose again what was good."""
    page = anyone.post("/survey/acme?lang=en", data={"unheard": "agree", "age": "17"}, headers=OWN).text
    (chosen,) = re.findall(r'<input [^>]*id="([^"]+)"[^>]*checked', page)
    assert chosen == "unheard-agree"


def test_foreign_and_broken_forms_do_nothing(anyone: TestClient, tmp_path: Path) -> None:
    """A form of another page, a very long one, and one that is none leave no sheet."""
    form = {"unheard": "agree"}
    for headers in ({}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site", **OWN}):
        assert anyone.post("/survey/acme", data=form, headers=headers).status_code == 403
    assert anyone.post("/survey/acme", content=b"a=" + b"b" * MOST_BYTES, headers=OWN).status_code == 413
    for body in (b"", b"\xff\xfe=\xff", b"&&&==", b"unheard=%00"):
        assert anyone.post("/survey/acme", content=body, headers=OWN).status_code == 400
    assert stored(tmp_path) == []


def test_one_client_cannot_stuff_it(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    """After a few answers one address waits, keeps what it chose, and no trace of the address is left."""
    with TestClient(create(desk), base_url=HOME, client=("192.0.2.77", 1), follow_redirects=False) as client:
        assert [answer(client, unheard="agree") for _ in range(EACH[0] + 1)] == [303] * EACH[0] + [429]
        page = client.post("/survey/acme?lang=en", data={"unheard": "agree"}, headers=OWN).text
        assert "Too many answers are arriving" in page
        assert "checked" in page
        clock.now += EACH[1]
        assert answer(client, unheard="agree") == 303
    assert b"192.0.2.77" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_words_of_a_brand_are_shown_and_not_obeyed(kept: Surveys, clock: Clock) -> None:
    """A question of the brand's own with markup, template and direction signs in it changes no page, public or not."""
    odd = Question(name="odd", scale=Scale.AGREE, counts="agree", says=HOSTILE, ask={"en": HOSTILE})
    survey = replace(
        shipped(), brand="acme", is_open=True, questions=(odd,), words={"en": shipped().words["en"]}
    )  # fmt: skip
    desk = made(kept, clock, survey)
    with TestClient(create(desk), base_url=HOME, follow_redirects=False) as client:
        pages = [client.get("/survey/acme").text]
    kept.add("acme", [Sheet(month=682, age="18-24", answers={"odd": "agree"})] * LEAST)
    with browsing(desk) as browser:
        pages.append(browser.get("/survey").text)
    for page in pages:
        assert "<img" not in re.sub(r'<img src="/static/[^>]*>', "", page)
        assert "<script>" not in page
        assert "\u202e" not in page
        assert "{{7*7}}" in page


def test_the_desk_shows_the_study_until_there_are_answers(desk: Desk) -> None:
    """An empty survey teaches what to do, shows the figures behind the rules, and leaves their gaps open."""
    with browsing(desk) as browser:
        page = browser.get("/survey").text
    assert "Nobody has answered yet." in page
    assert 'href="/survey/acme"' in page
    assert 'href="/survey/other"' not in page
    assert "ascolta survey --new" in page
    assert "64\N{NO-BREAK SPACE}%" in page
    assert ">–</td>" in page


def test_the_desk_shows_no_small_group(desk: Desk, anyone: TestClient, clock: Clock) -> None:
    """Answers of nine people show nothing, not even how many they are; with the tenth their band is shown."""
    sheets = [{"unheard": "agree" if place % 2 else "disagree", "age": "25-34"} for place in range(LEAST)]
    with browsing(desk) as browser:
        for one in sheets[:-1]:
            assert answer(anyone, **one) == 303
            clock.now += EACH[1]
        page = browser.get("/survey").text
        assert "The first answers wait until ten people of the same age band have given theirs." in page
        assert "people answered" not in page
        assert answer(anyone, **sheets[-1]) == 303
        page = browser.get("/survey").text
        assert "10 people answered." in page
        assert "50\N{NO-BREAK SPACE}%" in page
        assert "24 to 76" in page


def test_the_desks_page_is_for_those_who_work_there(anyone: TestClient) -> None:
    """The figures are shown to whoever is signed in, and to nobody else."""
    assert anyone.get("/survey").status_code == 401
