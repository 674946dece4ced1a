"""The weekly brief as a page: three pictures with their tables, nothing from elsewhere, nobody in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from random import Random

import pytest

from ascolta.core.brief import Brief, Learnt, brief
from ascolta.core.days import DAY
from ascolta.core.insight import Direction
from ascolta.core.insight_bounds import Estimate
from ascolta.core.label import Topic
from ascolta.core.mention import Brands
from ascolta.core.paper import markdown
from ascolta.core.people import Role
from ascolta.core.practice import Around, Dealt, End, practice
from ascolta.core.weekly import WEEK
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk
from ascolta.web.brief import gather, sheet
from ascolta.web.briefed import paper, text, told
from ascolta.web.pictures import pictures, specifications
from ascolta.web.tongue import LANGUAGES, NOBODY, Reader, read_by
from tests.briefed import FIRST, LONG, TOPICS, journal, publish, week
from tests.conftest import ACME, OTHER, foresee, keep, published
from tests.web.entering import Browser, browsing

HOSTILE = "</text><script>alert(1)</script>"
AFTER = float((FIRST + WEEK) * DAY + 9 * 3600)
BRANDS = (replace(ACME, topics=tuple(Topic(name=name) for name in TOPICS)), replace(OTHER, id="zeta", name="<b>Zeta"))
NARROW = "\N{NO-BREAK SPACE}%"


@pytest.fixture
def desk() -> Desk:
    """A desk on the Monday after the week, with its figures, six who spoke to us and ten who did not."""
    ledger = MemoryLedger(Random(1).getrandbits)
    publish(ledger, FIRST)
    made = Desk(brands=Brands(BRANDS, foresee), store=MemoryStore(journal()), ledger=ledger, clock=lambda: AFTER)
    for number in range(6):
        at = FIRST * DAY + 3600.0 * number
        event = published(f"s{number}", "to acme, shyly", at=at, author=f"shy{number}")
        keep(made.store, made.brands, event, at=at)
    for number in range(9):
        event = published(f"q{number}", "acme again", at=AFTER - DAY, author=f"shyer{number}")
        keep(made.store, made.brands, event, at=AFTER - DAY)
    keep(made.store, made.brands, published("b", "acme is bad", at=AFTER - DAY, author="shy9"), at=AFTER - DAY)
    return made


@pytest.fixture
def ann(desk: Desk) -> Iterator[Browser]:
    with browsing(desk) as browser:
        yield browser


@pytest.fixture
def in_english() -> Iterator[None]:
    """Whatever language a test reads in, the next one reads in English."""
    yield
    read_by(NOBODY)


def page(browser: Browser, path: str = "/insight/brief") -> str:
    """What the page says, without markup's entities."""
    found = browser.get(path)
    assert found.status_code == 200
    return unescape(found.text)


def drawn(found: Brief) -> str:
    """All pictures as one text."""
    return "".join(one for panels in pictures(found).values() for one in panels)


def test_the_last_week_is_on_one_page(ann: Browser) -> None:
    """Its days, three headings, three pictures with text alternatives, and the tables behind them."""
    shown = page(ann)
    assert "<h1>Acme Air: the week from 16 November 2026 to 22 November 2026</h1>" in shown
    for said in (
        ">What was said to us</h2>", ">What we learnt</h2>", ">How we behaved</h2>", "people a day spoke of Acme Air",
        "About twice as many people a day spoke of refunds as before", "6 posts were said to us, 0 of them complaints",
        f"64{NARROW} want an answer then and only then", f"51{NARROW} want to talk unheard",
        f"43{NARROW} find listening intrusive",
    ):  # fmt: skip
        assert said in shown, said
    assert len(re.findall(r'role="img" aria-label="[^"]{60,}"', shown)) == 3
    assert shown.count("<svg") == 5
    assert shown.count("<table>") == 5
    assert "shy" not in shown.replace("to acme", "")


def test_insight_leads_to_it(ann: Browser) -> None:
    """A link on the page Insight; and back."""
    assert 'href="/insight/brief"' in page(ann, "/insight")
    assert '<a href="/insight">' in page(ann)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_see_insight_may_see_it(desk: Desk, role: Role) -> None:
    """The same roles open both."""
    with Browser(desk) as browser:
        browser.become(f"A {role}", role)
        assert browser.get("/insight/brief").status_code == browser.get("/insight").status_code == 200


def test_other_weeks_and_brands_are_a_link_away(ann: Browser) -> None:
    """The week before and, from there, the week after; what is no week, or is not over, is the last one."""
    shown = page(ann)
    assert "week=2026-W46" in shown
    assert "week=2026-W48" not in shown
    assert "brand=zeta" in shown
    before = page(ann, "/insight/brief?week=2026-W46")
    assert "the week from 9 November 2026" in before
    assert "week=2026-W47" in before
    for odd in ("week=2026-W48", "week=<script>", "brand=<script>", "week=1999-W53"):
        shown = page(ann, f"/insight/brief?{odd}")
        assert "<script>" not in shown
    assert "No figure of this week was published." in page(ann, "/insight/brief?brand=zeta")


def test_names_cannot_write_the_page(desk: Desk) -> None:
    """Markup in the names of brands and topics is text, in sentences, tables and pictures."""
    hostile = week(topics=(HOSTILE, *TOPICS[1:]), name=HOSTILE)
    shown = sheet(hostile)
    assert "<script" not in shown
    assert "alert(1)" in drawn(hostile)
    with browsing(desk) as browser:
        assert "<b>Zeta" not in browser.get("/insight/brief?brand=zeta").text


def test_the_page_keeps_the_policy_of_the_desk(ann: Browser) -> None:
    """No script, no styles within it, and nothing is asked of any other host."""
    found = ann.get("/insight/brief")
    assert "unsafe-inline" not in found.headers["content-security-policy"]
    assert not re.search(r"<script|<style|style=|onload=", found.text)
    links = set(re.findall(r'(?:href|src|action)="([^"]*)"', found.text))
    assert all(one.startswith("/") for one in links), links
    assert not re.search(r"url\(|@import|<image|<use", found.text)


def test_as_a_file_it_needs_nothing() -> None:
    """Its styles stand in it, no link leads out of it, and it forbids itself to load anything."""
    shown = sheet(week(), alone=True)
    assert "<style>" in shown
    assert "default-src 'none'" in unescape(shown)
    assert not re.search(r"<link|<script|href=|src=|url\(|@import", shown)


def test_the_same_week_gives_the_same_page() -> None:
    """Byte by byte, pictures as well."""
    assert sheet(week(), alone=True) == sheet(week(), alone=True)


def test_pictures_can_be_read_in_print() -> None:
    """No text below 8.25 points at its size, and no picture wider than its column."""
    shown = drawn(week())
    sizes = {float(one) for one in re.findall(r'font-size="([\d.]+)px"', shown)}
    assert sizes
    assert min(sizes) * 0.75 >= 8.25
    assert max(float(one) for one in re.findall(r'<svg[^>]* width="([\d.]+)"', shown)) <= 442
    assert "font-family" in shown


def test_pictures_are_drawn_in_safe_colours() -> None:
    """Only those of Okabe and Ito, and greys."""
    shades = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,6})"', drawn(week())))
    coloured = {one.upper() for one in shades if len({one[at : at + 2] for at in (1, 3, 5)}) > 1}
    assert coloured == {"#0072B2", "#E69F00", "#009E73"}


def test_small_numbers_are_few_in_pictures_too() -> None:
    """No count from one to four stands in the picture of cases or its table."""
    found = week()
    [_days, cases] = specifications(found)["said"]
    labels = {row["label"] for row in cases["data"]["values"]}
    assert labels.isdisjoint({"1", "2", "3", "4"})
    table = told(found).parts[0].tables[1]
    cells = {cell for row in table.rows for cell in row[1:]}
    assert "few" in cells
    assert cells.isdisjoint({"1", "2", "3", "4"})


def test_without_the_extra_the_tables_stand_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture, the tables in their place, and one sentence that says how pictures are got."""
    for place in ("pictures", "brief"):
        monkeypatch.setattr(f"ascolta.web.{place}.installed", lambda: False)
    shown = sheet(week())
    assert "<svg" not in shown
    assert shown.count("<details open>") == 3
    assert "Pictures come with: pip install &#39;ascolta[pictures]&#39;" in shown


def test_with_nothing_to_tell_it_says_so() -> None:
    """A brief without figures, cases and acts is still a page."""
    empty = brief(("Acme", ()), FIRST, [], ([], practice([], Around())), [])
    shown = unescape(sheet(empty))
    for said in (
        "No figure of this week was published.", "Nobody spoke to us.", "takes 20 cases of two weeks",
        "Too few spoke to us to say which share was answered", "Nothing was heard into which we could have stepped",
    ):  # fmt: skip
        assert said in shown, said


@pytest.mark.parametrize(
    ("stepped", "said"),
    [(0, "We stepped in nowhere"), (3, "We stepped in a few times"), (6, "We stepped in 6.0 times per thousand")],
)
def test_stepping_in_is_told(stepped: int, said: str) -> None:
    """Nowhere, a few times, or how often per thousand mentions."""
    dealt = [Dealt(addressed=False, complaint=True, end=End.ANSWERED, asked=0.0, said=(5.0,))] * stepped
    made = brief(("Acme", ()), FIRST, [], (dealt, practice(dealt, Around(mentions=1_000, quiet=1_000))), [])
    assert said in " ".join(told(made).parts[2].said)


def test_what_cannot_be_told_is_not_drawn() -> None:
    """A change without bounds has no dot, one without an upper bound has a dot at its lower one and says at least."""
    inf = float("inf")
    unknown = Learnt(topic="bags")
    open_above = Learnt(
        topic="refunds", change=Estimate(least=2.0, most=inf, low=1.5, high=inf), direction=Direction.MORE
    )
    found = replace(week(), learnt=(unknown, open_above))
    rows = specifications(found)["learnt"][0]["hconcat"][0]["data"]["values"]
    assert rows[0] == {"topic": "bags", "note": "cannot be told"}
    assert (rows[1]["low"], rows[1]["value"], rows[1]["high"]) == (1.5, 1.5, 8.0)
    assert "refunds: × 1.5 at least (1.5 to ∞)" in text(told(found))


def test_as_text_it_says_the_same() -> None:
    """Every sentence and figure of the page is in the text and in the Markdown."""
    words = told(week())
    plain, marked = text(words), markdown(paper(words))
    for part in words.parts:
        for said in part.said:
            assert f"- {said}" in plain
            assert f"- {said}" in marked.replace(" %", NARROW)
    assert re.search(r"  Mon 16: \d{3} people a day \(\d{3} to \d{3}\)", plain)
    assert re.search(r"\| Complaints to us \| \d+ \| \d+ \|", marked)


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_drawn_in_every_language(lang: str) -> None:
    """The days are the reader's, and long names are cut."""
    read_by(Reader(lang=lang))
    shown = sheet(week(name=LONG))
    assert f'<html lang="{lang}">' in shown
    assert LONG not in re.search(r"<h1>(.*?)</h1>", shown)[1]  # type: ignore[index]
    assert {"de": "Mo. 16", "fr": "lun. 16"}.get(lang, "16") in shown


def test_what_is_gathered_is_of_the_week_and_the_brand(desk: Desk) -> None:
    """Talks of the week from the journal, cases from the store; another brand has none of them."""
    floor = (desk.brands, (desk.store, desk.ledger), desk.clock)
    mine, other = (gather(floor, brand, FIRST) for brand in desk.brands)
    assert mine.practice.spoken.answered.whole == 6
    assert other.practice.talks == 0
    assert gather(floor, next(iter(desk.brands)), FIRST - WEEK).practice.talks == 0
