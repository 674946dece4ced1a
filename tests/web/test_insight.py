"""The page Insight: figures in sentences and pictures, what is not shown is said, and nothing spent or named."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from html import unescape
from math import inf
from random import Random

import pytest

from ascolta.core.bound import Epoch
from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.cells import Cell, Exact, Kind, Published
from ascolta.core.days import DAY
from ascolta.core.insight import Change, Level
from ascolta.core.insight_bounds import Estimate, exact
from ascolta.core.insight_cases import Index
from ascolta.core.label import Ask, Label, Labels, Topic
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.core.rising import Rise, ends, monday
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.web import rising, sentences
from ascolta.web.app import Desk
from ascolta.web.findings import find
from ascolta.web.insight import picture
from tests.conftest import ACME, NOW, OTHER, keep, published
from tests.web.entering import Browser, browsing

TODAY = int(NOW // DAY)
HOSTILE = "<script>alert(1)</script>"
TOPICS = (Topic(name="refunds"), Topic(name="bags"))
RIVAL = replace(OTHER, name="Globex Air")
BRANDS = (replace(ACME, topics=TOPICS, competitors=("other",)), RIVAL)


def labels(asks: Sequence[Ask]) -> list[Labels]:
    """Labels as a post's words say them: intent, polarity and topic; all is said to us but what begins with `so`."""
    found = []
    for asked in asks:
        intent, tone, topic = (*asked.text.split(), "", "", "")[:3]
        said = [("addressed", "no" if intent == "so" else "yes"), ("intent", intent), ("polarity", tone)]
        found.append(tuple(Label(name=n, value=v, score=1, by="test") for n, v in (*said, ("topic", topic))))
    return found


@pytest.fixture
def desk() -> Desk:
    """A desk with a ledger in which nothing was published yet."""
    return Desk(
        brands=Brands(BRANDS, labels),
        store=MemoryStore(),
        ledger=MemoryLedger(Random(1).getrandbits),
        clock=lambda: NOW,
    )


@pytest.fixture
def ann(desk: Desk) -> Iterator[Browser]:
    with browsing(desk) as browser:
        yield browser


def days(desk: Desk, back: range, brand: str = "acme", **counts: int) -> None:
    """Publish some days, counted back from today, with noise: authors as `all` says, of topics as the rest does."""
    ledger = desk.ledger
    assert ledger is not None
    for day in (TODAY - one for one in back):
        topics = tuple(name for name in counts if name != "all")
        ledger.begin(Epoch(brand=brand, day=day, run=b"r", at=float(day * DAY), topics=topics))
        kinds = {name: Kind.DAY if name == "all" else Kind.TOPIC for name in counts}
        cells = {Cell(brand=brand, day=day, kind=kinds[n], part="" if n == "all" else n): c for n, c in counts.items()}
        ledger.add(b"r", {cell: Exact(count) for cell, count in cells.items()})
        ledger.close_cells((day + 1) * DAY)


def say(desk: Desk, count: int, text: str, ago: float = 3 * DAY) -> None:
    """So many posts with the same words."""
    start = len(desk.store.cases())
    for number in range(start, start + count):
        keep(desk.store, desk.brands, published(str(number), f"{text} to acme", at=NOW - ago), at=NOW - ago)


def page(browser: Browser, path: str = "/insight") -> str:
    """What the page says, without markup's entities."""
    found = browser.get(path)
    assert found.status_code == 200
    return unescape(found.text)


def test_an_empty_page_teaches(ann: Browser) -> None:
    """Before anything was published or said, each part says what it will show and what it takes."""
    shown = page(ann)
    for there in ("No figures yet.", "Too few cases yet.", "It takes 20 cases"):
        assert there in shown, there
    assert "<svg" not in shown


def test_without_a_ledger_the_page_opens(desk: Desk) -> None:
    """A desk that publishes nothing still tells what is asked of it."""
    with browsing(replace(desk, ledger=None)) as ann:
        assert "No figures yet." in page(ann)


def test_a_rise_is_told_in_a_sentence(ann: Browser, desk: Desk) -> None:
    """Refunds twice as often as before, with bounds; the week's mean, the picture and its table stand beside it."""
    days(desk, range(35, 7, -1), all=400, refunds=70, bags=100)
    days(desk, range(7, 0, -1), all=400, refunds=140, bags=100)
    shown = page(ann)
    assert "About twice as many people a day spoke of refunds as before, between 1." in shown
    assert "About as many people a day spoke of Acme Air as before" in shown
    assert "people a day spoke of Acme Air in the week to" in shown
    assert shown.count('class="bar new"') == 7
    assert shown.count('class="bar"') == 28
    assert '<th scope="row">bags</th>' in shown
    assert "no clear change" in shown
    assert "19 times in 20" in shown


def test_gaps_are_drawn_and_said(ann: Browser, desk: Desk) -> None:
    """A day too small to show, one heard in part, one not published: gaps in the picture, words in the table."""
    days(desk, range(35, 10, -1), all=400)
    days(desk, range(10, 9, -1), all=3)
    days(desk, range(8, 0, -1), all=400)
    ledger = desk.ledger
    assert isinstance(ledger, MemoryLedger)
    ledger._epochs["acme", TODAY - 5] = {b"r": (TODAY - 5) * DAY + 40_000.0}
    shown = page(ann)
    for state in ("few", "partial", "missing"):
        assert f'class="gap {state}"' in shown, state
    for words in ("too few to show", "heard in part", "not published"):
        assert f"<td>{words}</td>" in shown, words
    assert "2 days were not published, or heard in part only" in shown


def test_many_weeks_are_drawn_by_week(ann: Browser, desk: Desk) -> None:
    """Beyond nine weeks a bar is a week; an odd number in the address is an ordinary page."""
    days(desk, range(100, 0, -1), all=400)
    shown = page(ann, "/insight?weeks=12")
    assert shown.count('class="bar"') == 12
    assert "averaged over each week" in shown
    assert 'href="/insight?weeks=12" aria-current="true"' in shown
    for odd in ("x", "-3", "0", "999", "²", ""):
        assert ann.get("/insight", params={"weeks": odd}).status_code == 200, odd


def test_competitors_share_the_voice(ann: Browser, desk: Desk) -> None:
    """A brand that brand.yaml names is laid beside this one and has no section of its own; one not heard is named."""
    days(desk, range(8, 0, -1), all=300)
    assert "Nothing was published this week of Globex Air." in page(ann)
    days(desk, range(8, 0, -1), brand="other", all=100)
    shown = page(ann)
    assert re.search(r"Of all who spoke of one of these brands, 7[45]\.\d.% spoke of Acme Air", shown)
    assert '<th scope="row">Globex Air</th>' in shown
    assert "<h2>Globex Air</h2>" not in shown


def test_topics_stand_beside_those_of_competitors(ann: Browser, desk: Desk) -> None:
    """What people speak of clearly more often who speak of us is told, and each side's part stands in a table."""
    days(desk, range(8, 0, -1), all=600, refunds=150, bags=90)
    days(desk, range(8, 0, -1), brand="other", all=900, refunds=75, bags=135)
    shown = page(ann)
    told = r"spoke of Acme Air spoke of refunds about [23]\.\d times as often as people who spoke of Globex Air, "
    assert re.search(told, shown)
    assert "spoke of bags about" not in shown
    assert re.search(r'<th scope="row">refunds</th><td>Globex Air</td><td>[789]\.\d', shown)


def test_what_is_asked_of_us_is_counted(ann: Browser, desk: Desk) -> None:
    """Cases by topic, intent and tone; fewer than five are few; what was not said to us is not there at all."""
    say(desk, 12, "request negative refunds")
    say(desk, 8, "praise positive refunds")
    say(desk, 4, "question neutral bags")
    say(desk, 9, "so negative food")
    shown = page(ann)
    assert "60\xa0% of the cases about refunds ask something of us, between 39\xa0% and 78\xa0%." in shown
    assert "24 cases of the last four weeks" in shown
    assert '<th scope="row">refunds</th><td>20</td>' in shown
    assert '<th scope="row">bags</th>' not in shown
    assert '<th scope="row">food</th>' not in shown
    assert "balance" in shown


def test_the_index_says_what_moved_it(ann: Browser, desk: Desk) -> None:
    """Two good weeks and then two bad ones about refunds: the index, its change, and the topic that moved it."""
    say(desk, 30, "praise positive refunds", ago=20 * DAY)
    say(desk, 40, "request negative refunds")
    shown = page(ann)
    assert "100 more are bad than good" in shown
    assert "From the two weeks before it moved by −200" in shown
    assert "Cases about refunds moved it by −200" in shown


def test_names_cannot_write_the_page(desk: Desk) -> None:
    """Markup in the name of a brand or of a topic is shown as text."""
    odd = replace(ACME, name=HOSTILE, topics=(Topic(name=HOSTILE),))
    made = replace(desk, brands=Brands([odd], labels))
    days(made, range(35, 0, -1), "acme", **{"all": 400, HOSTILE: 90})
    with browsing(made) as ann:
        for path in ("/insight", f"/insight?weeks={HOSTILE}"):
            found = ann.get(path)
            assert found.status_code == 200
            assert "<script>alert" not in found.text


def test_the_page_speaks_the_readers_numbers(desk: Desk) -> None:
    """In another language numbers are written as it writes them."""
    days(desk, range(35, 0, -1), all=4_000)
    with browsing(desk) as ann:
        ann.cookies.set(f"{desk.entrance.cookie}-lang", "de")
        assert "4.0" in ann.get("/insight").text


def test_everybody_who_looks_sees_it(desk: Desk) -> None:
    """A viewer sees the page, and nothing of anybody's words is on it."""
    say(desk, 20, "request negative refunds")
    with browsing(desk) as vera:
        vera.become("Vera", Role.VIEWER)
        shown = page(vera)
    assert "refunds" in shown
    assert "to acme" not in shown


def test_many_cases_are_counted_once_in_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it took many cases, what was found stands for ten minutes, and the page says as of when it is."""
    monkeypatch.setattr("ascolta.web.insight.MANY", 5)
    at = [NOW]
    say(desk, 5, "request negative refunds")
    with browsing(replace(desk, clock=lambda: at[0])) as ann:
        assert "5 cases of the last" in page(ann)
        say(desk, 5, "request negative refunds")
        assert "5 cases of the last" in page(ann)
        at[0] += 600
        assert "10 cases of the last" in page(ann)


def test_cases_that_are_only_looked_at_count_as_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what was looked at that takes long, not what is told of it: old cases are not looked at anew each time."""
    monkeypatch.setattr("ascolta.web.insight.MANY", 10)
    say(desk, 6, "request negative refunds")
    say(desk, 6, "request negative refunds", ago=29 * DAY)
    with browsing(desk) as ann:
        assert "6 cases of the last" in page(ann)
        say(desk, 6, "request negative refunds")
        assert "6 cases of the last" in page(ann)


def test_cases_are_counted_once_for_all_periods(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another period has other figures, beside the count of cases that was made already."""
    monkeypatch.setattr("ascolta.web.insight.MANY", 5)
    days(desk, range(100, 0, -1), all=400)
    say(desk, 5, "request negative refunds")
    with browsing(desk) as ann:
        assert page(ann).count('class="bar"') == 28
        say(desk, 5, "request negative refunds")
        for weeks in (10, 12):
            shown = page(ann, f"/insight?weeks={weeks}")
            assert shown.count('class="bar"') == weeks
            assert "5 cases of the last" in shown


def test_more_is_said_only_where_there_is_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piles within the limit are all that there is, also one that just fills it; a case more, and it is said."""
    monkeypatch.setattr("ascolta.web.findings.MOST", 6)
    monkeypatch.setattr("ascolta.web.findings._STEP", 2)
    say(desk, 8, "request negative refunds")
    for case in desk.store.cases()[:4]:
        desk.store.record(case.id, CaseEvent(kind=CaseKind.RESOLVED, at=NOW, by="Ann"))
    found = find(BRANDS[0], desk.brands, (desk.store, None), (NOW, 4))
    assert (found.looked, found.cases, found.bound) == (8, 8, False)
    say(desk, 2, "request negative refunds")
    assert not find(BRANDS[0], desk.brands, (desk.store, None), (NOW, 4)).bound
    say(desk, 1, "request negative refunds")
    found = find(BRANDS[0], desk.brands, (desk.store, None), (NOW, 4))
    assert (found.looked, found.bound) == (10, True)


UNCLEAR = (
    "Whether more or fewer people spoke of it than before cannot be told: it may be from 0.5 to 2.5 times as many."
)
THERE = Level(mean=exact(1, 1, 1), days=7, hidden=0)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (exact(2.0, 1.6, 2.5), "About twice as many people a day spoke of it as before, between 1.6 and 2.5 times."),
        (
            exact(3.2, 2.6, 4.0),
            "About 3.2 times as many people a day spoke of it as before, between 2.6 and 4.0 times.",
        ),
        (exact(1.35, 1.12, 1.58), "About 35 % more people a day spoke of it than before, between 12 % and 58 % more."),
        (exact(0.5, 0.4, 0.63), "About 50 % fewer people a day spoke of it than before, between 37 % and 60 % fewer."),
        (exact(0.4, 0.0, 0.8), "At least 20 % fewer people a day spoke of it than before."),
        (exact(9, 1.6, float("inf")), "At least 1.6 times as many people a day spoke of it as before."),
        (exact(1, 0.9, 1.1), "About as many people a day spoke of it as before; 11 % more or fewer would have shown."),
        (
            exact(1, 0.5, 2.5),
            UNCLEAR,
        ),
        (exact(1, 0.5, float("inf")), "Too few people spoke of it to compare with before."),
        (None, "Too few people spoke of it to compare with before."),
    ],
)
def test_changes_in_words(bounds: Estimate | None, said: str) -> None:
    """Each change is one sentence with its bounds, which claims no more than these."""
    change = Change(topic="refunds", now=THERE, before=THERE, counted=bounds)
    assert sentences.changed(change, "it").replace("\xa0", " ") == said


def test_a_change_needs_something_before() -> None:
    """Without days before there is nothing to compare, and the sentence says so."""
    change = Change(topic="refunds", now=THERE, before=None)
    assert sentences.changed(change, "refunds") == "Of refunds too few days were published to compare."


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (exact(16, 4, 27), "Of 100 cases that were said to us, 16 more are good than bad, between 4 and 27."),
        (exact(-16, -27, -4), "Of 100 cases that were said to us, 16 more are bad than good, between 4 and 27."),
        (exact(3, -5, 11), "Good and bad ones of what was said to us balance: between −5 and +11."),
    ],
)
def test_the_index_in_words(now: Estimate, said: str) -> None:
    """What is good or bad is said so, and where the bounds leave it open neither is."""
    assert sentences.stands(Index(now=now, cases=40)) == said


def test_the_picture_fits_what_it_shows(desk: Desk) -> None:
    """No bar and no bound is higher than the picture, and what is hidden is no bar."""
    days(desk, range(35, 0, -1), all=413)
    ledger = desk.ledger
    assert isinstance(ledger, MemoryLedger)
    small = Cell(brand="acme", day=TODAY - 9, kind=Kind.DAY)
    ledger._published[small] = Published(cell=small, value=None, epsilon=Fraction(1, 5))
    figures = find(BRANDS[0], desk.brands, (desk.store, ledger), (NOW, 4)).figures
    assert figures is not None
    made = picture(figures)
    assert made.highest >= 413
    assert all(bar.high <= made.height for bar in made.bars)
    [hidden] = [bar for bar in made.bars if bar.state == "hidden"]
    assert (hidden.day, hidden.tall) == (TODAY - 9, 0)


def weeks(desk: Desk, *counts: dict[str, int], days: int = 7) -> None:
    """Publish the words of some weeks, the last of which ended before today; every day of each was heard."""
    ledger = desk.ledger
    assert ledger is not None
    for back, said in zip(range(len(counts), 0, -1), counts, strict=True):
        first = monday(TODAY) - 7 * back
        for day in range(first, first + days):
            ledger.begin(Epoch(brand="acme", day=day, run=b"r", at=float(day * DAY), words=True))
        ledger.add_words(b"r", "acme", first, {term: Exact(count) for term, count in said.items()})
        ledger.release(ends(first))


def test_words_of_the_week_are_told_with_their_bounds(ann: Browser, desk: Desk) -> None:
    """What clearly rose is a sentence, what only many said a row; a part of a phrase stands beside no phrase."""
    weeks(desk, *[{"fee": 600}] * 4, {"gate change": 500, "gate": 505, "fee": 610, "strike": 3, HOSTILE: 700})
    said = page(ann)
    assert re.search(
        r"“gate change” was said by about \d+ people in the week to .*, between \d+ and \d+; in none", said
    )
    assert "“fee”" not in said
    assert ">fee</th>" in said
    assert ">gate</th>" not in said
    assert "strike" not in said
    assert HOSTILE not in ann.get("/insight").text
    assert "they are shown from 138 on, after noise" in said


def test_a_word_that_doubled_is_told_as_such(desk: Desk) -> None:
    """Beside weeks in which it was shown, a word is told by how many times as many said it."""
    weeks(desk, *[{"fee": 600}] * 4, {"fee": 1_200, "few": 200})
    assert desk.ledger is not None
    told = rising.told(desk.ledger.weeks("acme"))
    assert re.match(
        r"“fee” was said by about 1,\d\d\d people .*, about \d\.\d times as many as in weeks before", told[0]
    )
    assert "Said by many, without a clear rise: “few” (about" in told[1]


def test_a_rise_from_hidden_and_shown_weeks_has_a_lower_bound(desk: Desk) -> None:
    """Where some weeks before were hidden and few shown, at least so many times is told."""
    rise = Rise(
        term="fee", now=exact(500, 451, 549), weeks=4, shown=1, times=Estimate(least=2, most=inf, low=1.6, high=inf)
    )
    told = rising._rise(rise, "Sunday")
    assert "at least 1.6 times as many as in weeks before" in told
    assert rising._change(rise) == "× 1.6 at least"


@pytest.mark.parametrize(
    ("counts", "days", "sentence"),
    [
        ([{}], 7, "no word was said by enough people to be shown."),
        ([{"fee": 900}], 7, "is the first of its kind"),
        ([{"fee": 900}] * 2, 5, "was heard in part only"),
        ([{"fee": 900}] * 2, 7, "no word clearly rose."),
    ],
)
def test_why_no_word_is_told(ann: Browser, desk: Desk, counts: list[dict[str, int]], days: int, sentence: str) -> None:
    """Nothing shown, nothing to compare with, a week in part, and no rise are each said as what they are."""
    weeks(desk, *counts, days=days)
    assert sentence in page(ann)


def test_many_words_are_not_all_on_the_page(ann: Browser, desk: Desk) -> None:
    """Twenty words stand in the table; how many more there are is said."""
    weeks(desk, {f"word{chr(97 + n)}": 900 for n in range(23)})
    assert "3 further words were shown" in page(ann)


def test_who_does_not_publish_words_sees_nothing_of_them(ann: Browser) -> None:
    """Without `rising` there is no such part; with it, before the first Monday, it says when there will be."""
    assert "Words of the week" not in page(ann)
    open_to_words = Desk(
        brands=Brands((replace(BRANDS[0], rising=True), RIVAL), labels),
        store=MemoryStore(),
        ledger=MemoryLedger(Random(1).getrandbits),
        clock=lambda: NOW,
    )
    with browsing(open_to_words) as browser:
        assert "Words are shown once a week is over, on Monday" in page(browser)
