"""The page Settings, through the real route: sources, desks, who is told, limits, store; and no secret of any of it."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ascolta import bootstrap
from ascolta.answering import Speech
from ascolta.cli.backup import PASSPHRASE
from ascolta.core.brand import Brand, Clock, FileSource, Limits, Quiet
from ascolta.core.drafting.fact import Fact, Facts
from ascolta.core.drafting.options import Voice
from ascolta.core.journal import BACKUP, Kind, NewEntry
from ascolta.core.mention import Brands, hear
from ascolta.core.people import Role
from ascolta.core.post import Batch
from ascolta.core.reply import ReplyState
from ascolta.desks import heralds
from ascolta.errors import SourceError
from ascolta.files.hours import zone
from ascolta.files.routes import load_routes
from ascolta.stores.checkpoints import SecondPlace, kept_signer
from ascolta.stores.journal import FILE, SqlJournal
from ascolta.stores.notices import Notices
from ascolta.stores.sql import SqlStore
from ascolta.telling import Outside
from ascolta.web.app import Desk
from ascolta.web.health import Health
from ascolta.web.journal import Watched
from ascolta.web.settings import OLD
from ascolta.web.setup import Setup
from ascolta.web.shifts import about, span
from ascolta.web.vitals import HEAR
from tests.cli.running import ACME as EXAMPLE
from tests.cli.running import ascolta
from tests.conftest import ACME, NOW, approved, foresee, published
from tests.web.entering import Browser, browsing, cheap

HOUR, DAY = 3_600, 86_400
SECRET = "https://hooks.example/very-secret"
PARIS = zone("Europe/Paris")
CARE = Clock(
    desk="care",
    offset=PARIS or (lambda at: 0.0),
    week=(((8 * HOUR, 20 * HOUR),),) * 5 + ((), ()),
    answer=(("complaint", 3600.0), ("other", 5400.0)),
    closed=frozenset({14}),
)
NIGHT = replace(CARE, desk="night", week=(((22 * HOUR, 30 * HOUR),),) * 7, closed=frozenset())
ROUTES = f"""
desks:
  care-lead: {{to: ASCOLTA_DESK_LEAD}}
  board: {{to: ASCOLTA_DESK_BOARD, secret: ASCOLTA_DESK_BOARD_SECRET}}
routes:
  - {{route: complaints-rise, on: alert, when: "stream:complaint", desks: [care-lead]}}
silences:
  - {{when: "stream:negative", until: {date(2036, 1, 1)}, why: a strike is announced}}
"""
WEIGHED = "---\nsource: {path}\ndated: {dated}\nsigned: Head <b>of</b> care\nreview: {review}\n---\n" + "".join(
    f"## {number}. {step}\nWe weighed this at length, for people who fly and write of it in public.\n"
    for number, step in enumerate(("Purpose", "Necessity", "Balancing", "Safeguards", "How people are told"), 1)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with routes, and assessments of which one holds, one is due soon and one is over."""
    (tmp_path / "assessments").mkdir()
    (tmp_path / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    today = date.fromtimestamp(NOW)
    for name, left in (("good", 200), ("soon", 5), ("over", -1)):
        dated, review = today - timedelta(days=90), today + timedelta(days=left)
        said = WEIGHED.format(path=f"{name}.csv", dated=dated, review=review)
        (tmp_path / "assessments" / f"{name}.md").write_text(said, encoding="utf-8")
    return tmp_path


@pytest.fixture
def brand() -> Brand:
    """A brand with sources of all kinds, two desks with clocks, and limits."""
    named = ("good", "soon", "over", "none")
    sources = [FileSource(path=f"{name}.csv", networks=("x",), assessment=f"assessments/{name}.md") for name in named]
    made_up = FileSource(path="made <i>up</i>.csv", rehearsal=True)
    limits, quiet = Limits(an_hour=40, a_person_a_day=2), Quiet(zone=zone)
    return replace(ACME, sources=(*sources, made_up), desks=(CARE, NIGHT), limits=limits, quiet=quiet)


@pytest.fixture
def desk(folder: Path, brand: Brand) -> Iterator[Desk]:
    """A desk whose store is in files, in an environment in which one address is set."""
    environ = {"ASCOLTA_DESK_LEAD": SECRET, "ASCOLTA_DRAFTS_KEY": "k3y-value", "HOME": "/secret-home"}
    place = folder / ".ascolta"
    journal = SqlJournal(place / FILE, kept_signer(place), SecondPlace(place / "checkpoints"))
    store, routes = SqlStore(place, journal), load_routes(folder, "acme")
    assert routes is not None
    outside = Outside(
        notices=Notices(None), routes={"acme": routes}, heralds=heralds({"acme": routes}, environ, lambda: NOW)
    )
    facts = Facts(facts=(_fact("a", "en", "es"), _fact("b", "en"), replace(_fact("c", "fr"), until=3)))
    setup = Setup(folders={"acme": folder}, place=place, outside=outside, is_set=_set(environ))
    made = Desk(
        brands=Brands([brand], foresee),
        store=store,
        speeches=lambda brand: Speech(voice=Voice(facts=facts, brand="Acme")),
        setup=setup,
        health=Health(parts=lambda: {"store": "ok", "ledger": "failing"}),
        clock=lambda: NOW,
        entrance=cheap(),
    )
    yield made
    outside.notices.close()
    store.close()


@pytest.fixture
def viewer(desk: Desk) -> Iterator[Browser]:
    """The browser of somebody who may only look."""
    with browsing(desk) as browser:
        browser.become("Vic", Role.VIEWER)
        yield browser


def _set(environ: Mapping[str, str]) -> Callable[[str], bool]:
    return lambda name: bool(environ.get(name))


def _fact(name: str, *languages: str) -> Fact:
    return Fact(id=name, say=tuple((one, "We fly.") for one in languages), approved_by="Ann")


def text(page: str, start: str = "", end: str = "") -> str:
    """What a page says without its markup, between two of its headings."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())
    return said[said.index(start) :].partition(end)[0] if end else said[said.index(start) :]


def part(browser: TestClient, start: str, end: str) -> str:
    """A part of the page."""
    return text(browser.get("/settings").text, start, end)


def test_each_source_says_how_it_goes(viewer: Browser, desk: Desk) -> None:
    """What was heard, how far behind, and of an error its kind only; then that it is tried again, or no more."""
    vitals, metrics = desk.health.vitals, desk.health.metrics
    assert "not heard by this program" in part(viewer, "Sources", "Desks and")
    post = published("1", "hello to acme", at=NOW - 600)
    batch = Batch(events=[post], after="", cursor="1", arrived=NOW)
    heard = hear(batch, desk.brands, desk.store.known())
    desk.store.keep("file:good.csv", heard)
    metrics.heard("file:good.csv", heard)
    metrics.listened("file:good.csv", NOW)
    vitals.alive(HEAR)
    said = part(viewer, "good.csv", "soon.csv")
    assert "is heard" in said
    assert "Last batch just now Behind the posts 10 minutes Posts since the start 1 Errors since the start none" in said
    error = SourceError("/home/ann/soon.csv: cut", retry=True)
    metrics.source_failed("file:soon.csv", error)
    vitals.failed(HEAR, error)
    said = part(viewer, "soon.csv", "over.csv")
    assert "fails; it is tried again" in said
    assert "SourceError: 1" in said
    assert "/home/ann" not in said
    vitals.over(HEAR)
    assert "fails; it is tried no more" in part(viewer, "soon.csv", "over.csv")
    assert "the listening ended" in part(viewer, "over.csv", "none.csv")


def test_each_source_says_whether_it_was_weighed(viewer: Browser) -> None:
    """By whom and until when; a review that is over, a missing file and a rehearsal are each said as what they are."""
    page = viewer.get("/settings").text
    good, soon, over = (text(page, f"{one}.csv", f"{two}.csv") for one, two in (("good", "soon"), ("soon", "over"), ("over", "none")))  # fmt: skip  # noqa: E501
    assert "It holds: weighed on 14 October 1969, to be weighed again by 31 July 1970. Signed by Head <b>of</b> care" in good  # fmt: skip  # noqa: E501
    assert "to be weighed again by 17 January 1970" in soon
    assert "assessments/over.md:5: its review was due on 1970-01-11" in over
    assert "is not heard at the next start" in over
    none = text(page, "none.csv", "made")
    assert "there is no such file" in none
    assert "A rehearsal" in text(page, "made", "Desks and")
    assert "<b>of</b>" not in page
    assert "<i>up</i>" not in page


def test_a_folder_path_is_on_no_page(viewer: Browser, folder: Path) -> None:
    """Files are named as seen from the brand's folder: where that lies is nobody's business here."""
    assert str(folder) not in viewer.get("/settings").text


def test_desks_say_whether_they_work(viewer: Browser) -> None:
    """On their own clock, until when or from when on; the week in rows, the times to answer, the next holiday."""
    said = part(viewer, "care ", "night ")
    assert "works until 19:00" in said
    assert "Its clock shows 14:46 (Europe/Paris)." in said
    assert "Mon–Fri 08:00–20:00 Sat–Sun closed" in said
    assert "complaint 1 hour other 90 minutes" in said
    assert "Next holiday: 15 January 1970" in said
    night = part(viewer, "night ", "Who outside")
    assert "closed until 21:00" in night
    assert "Mon–Sun 22:00–06:00" in night


def test_who_is_told_is_shown_without_the_address(viewer: Browser) -> None:
    """The variable's name and whether it is set; what it holds, and any other of the environment, is nowhere."""
    page = viewer.get("/settings").text
    said = text(page, "Who outside is told", "Languages of drafts")
    assert re.search(r"care-lead ASCOLTA_DESK_LEAD set .*complaints-rise 0", said)
    assert re.search(r"board ASCOLTA_DESK_BOARD not set signed webhook no route", said)
    assert "1 silence holds now." in said
    assert "ascolta desks test care-lead" in said
    for secret in (SECRET, "very-secret", "k3y-value", "/secret-home"):
        assert secret not in page


def test_languages_have_their_facts(viewer: Browser) -> None:
    """How many facts hold today in each language; a language in which none does stands there without."""
    said = part(viewer, "Languages of drafts", "Limits and terms")
    assert "English en 2 0 Spanish es 1 0" in said
    assert "French" not in said
    assert "No model is asked." in said


def test_limits_say_how_much_of_them_is_used(viewer: Browser, desk: Desk) -> None:
    """Answers in the last hour beside what is allowed, hours of rest, terms; each with its file and key."""
    approved(desk.store, desk.brands)
    (reply,) = desk.store.replies(ReplyState.APPROVED)
    assert desk.store.claim(reply.key, NOW)
    said = part(viewer, "Limits and terms", "People of this desk")
    assert "Answers in an hour 40 at the most, 1 in the last one brand.yaml › limits.an_hour" in said
    assert "To one person in a day 2 brand.yaml › limits.a_person_a_day" in said
    assert "Nobody is answered 22:00–07:00, where they write" in said
    assert "Sealed cases go after 72 hours brand.yaml › retention.sealed" in said


def test_people_are_counted_by_role(viewer: Browser) -> None:
    """How many there are of each; who may manage them is led to their page, who may not is told whose it is."""
    said = part(viewer, "People of this desk", "Program and store")
    assert "viewer 1 admin 1 With a second factor 0 of 2" in said
    assert "An admin invites people" in said
    viewer.become("Ann")
    assert 'href="/people"' in viewer.get("/settings").text.partition("People of this desk")[2]


def test_the_store_says_how_it_is(viewer: Browser, desk: Desk) -> None:
    """Kind, size, each part with its word, which variables are set, and how old the last backup is."""
    said = part(viewer, "Program and store", "Log out")
    assert "SQLite in a folder," in said
    assert "none that the journal knows of ascolta backup ../backup" in said
    assert "store ok ledger failing" in said
    assert "ASCOLTA_DRAFTS_KEY set" in said
    assert "ASCOLTA_DATABASE not set" in said
    assert re.search(r"store.db cases, counts.* \d+ kB", said)
    for ago, told, state in ((2 * HOUR, "2 hours ago", "good"), (OLD + DAY, "8 days ago", "wait")):
        assert desk.store.journal is not None
        desk.store.journal.append([NewEntry(at=int(NOW - ago), kind=Kind.CONFIGURED, rule=BACKUP)])
        assert f'<span class="how {state}">{told}</span>' in viewer.get("/settings").text


def test_a_backup_is_known_to_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ascolta backup` notes in the journal of the store that it ended well; before, none is known."""
    monkeypatch.setenv(PASSPHRASE, "correct horse battery staple")
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "brand", ignore=shutil.ignore_patterns(".ascolta")))
    bootstrap.store(folder / bootstrap.STORE).close()
    journal = bootstrap.journal(folder / bootstrap.STORE)
    watched = Watched(journal)
    assert watched.days().backup is None
    made = ascolta("backup", tmp_path / "copy", "--brand", folder, "--json")
    assert made.code == 0
    assert (watched.days().backup or 0) >= int(made.json["taken"])
    journal.close()


def test_a_bare_desk_teaches(brands: Brands) -> None:
    """Without sources, clocks, routes and facts, each part says what to write and where."""
    desk = Desk(brands=brands, store=SqlStore(None), clock=lambda: NOW, entrance=cheap())
    with browsing(desk) as browser:
        said = text(browser.get("/settings").text)
    for taught in (
        "No source is named.",
        "No desk has hours",
        "Nobody outside this desk is told",
        "There are no facts",
    ):
        assert said.count(taught) == 2, taught
    assert "in memory: nothing is at rest" in said
    assert "acme/brand.yaml › sources" in said


@pytest.mark.parametrize(
    ("seconds", "exact", "roughly"),
    [
        (0, "0 minutes", "0 seconds"), (90, "2 minutes", "90 seconds"), (3_600, "1 hour", "60 minutes"),
        (5_400, "90 minutes", "90 minutes"), (259_200, "72 hours", "3 days"), (2_592_000, "30 days", "30 days"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_said_as_people_do(seconds: int, exact: str, roughly: str) -> None:
    """A term to the minute, a delay roughly."""
    assert (span(seconds), about(seconds)) == (exact, roughly)
