"""The list of cases: what it shows and hides, how it is searched, what is done to several, what a desk keeps."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from ascolta.core.brand import Clock
from ascolta.core.case import CaseKind, Status
from ascolta.core.days import DAY
from ascolta.core.label import Topic
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.core.piles import SavedView
from ascolta.stores.memory import MemoryStore
from ascolta.web import listing
from ascolta.web.app import Desk, create
from ascolta.web.chosen import MOST, whens
from tests.conftest import ACME, NOW, OTHER, act, foresee, keep, published
from tests.web.entering import OWN, Browser, browsing

HOUR = 3_600.0


def utc(at: float) -> float:
    """Clocks that show UTC."""
    return 0.0


CARE, PEOPLE = (
    Clock(desk=name, offset=utc, week=(((0, DAY),),) * 7, answer=(("complaint", HOUR), ("other", 4 * HOUR)))
    for name in ("care", "people")
)
CLOCKED = replace(ACME, desks=(CARE, PEOPLE), topics=(Topic(name="refunds"),))


class Watch:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(watch: Watch) -> Desk:
    return Desk(brands=Brands([CLOCKED, OTHER], foresee), store=MemoryStore(), clock=watch)


@pytest.fixture
def ann(desk: Desk) -> Iterator[Browser]:
    with browsing(desk) as browser:
        yield browser


def say(desk: Desk, *texts: str, ago: float = 0.0) -> None:
    """Posts that are said one after the other, in the order in which they are due."""
    start = len(desk.store.cases())
    for number, text in enumerate(texts, start + 1):
        at = NOW - ago - HOUR + number
        keep(desk.store, desk.brands, published(str(number), text, at=at), at=at)


def numbers(page: str) -> list[int]:
    """The cases of a page, from top to bottom."""
    return [int(piece.split('"', 1)[0]) for piece in page.split('data-case="')[1:]]


def choose(browser: Browser, act: str, *chosen: int, **more: str) -> str:
    """Do something to several cases, sure of it; the page that follows."""
    sent = {"act": act, "number": [str(number) for number in chosen], "sure": "yes", **more}
    return unescape(browser.post("/cases/chosen", data=sent, headers=OWN).text)


def test_what_is_due_next_stands_first(ann: Browser, desk: Desk) -> None:
    """By when it is due, whatever came first, with what it is: desk, state, whose it is and until when."""
    say(desk, "to acme, one", "to acme, bad", "to acme, two", "to other")
    act(desk.store, 3, CaseKind.ASSIGNED, note="Bob")
    page = ann.get("/cases").text
    assert numbers(page) == [2, 1, 3, 4]
    for there in ("due now", "due in 3 h", "Bob’s", "complaint", ">care<", "two approve"):
        assert there in page, there


def test_a_sealed_case_shows_what_the_desk_shows_of_it(ann: Browser, desk: Desk) -> None:
    """Neither words nor author of what was not said to us are on the list, nor found by a search."""
    keep(desk.store, desk.brands, published("1", "acme is bad tuesday", author="shy_one"))
    page = ann.get("/cases?pile=sealed").text
    assert numbers(page) == [1]
    assert "Somebody complains on x" in page
    for path in ("/cases?pile=sealed", "/cases?find=tuesday&pile=sealed", "/cases?find=author:shy_one&pile=sealed"):
        found = ann.get(path).text
        assert "acme is bad" not in found
        assert "shy_one" not in found.replace("author:shy_one", "").replace("author%3Ashy_one", "")
        assert (numbers(found) == [1]) is ("find" not in path)


def test_a_post_cannot_write_the_list(ann: Browser, desk: Desk) -> None:
    """Markup in a post, a name, a search or an address is text."""
    bad = "<script>alert(1)</script>"
    say(desk, f"{bad} to acme")
    act(desk.store, 1, CaseKind.ASSIGNED, note=bad)
    for path in (
        f"/cases?said={bad}",
        f"/cases?find={bad}",
        f"/cases?find=who:{bad}",
        f"/cases?pile={bad}&after={bad}",
    ):
        assert "<script>alert" not in ann.get(path).text
    sure = ann.post("/cases/chosen", data={"act": "assign", "number": "1", "find": bad}, headers=OWN).text
    assert "<script>alert" not in sure


def test_pages_follow_each_other(ann: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page leads to the next by its last case, and all of them hold every case once, searched or not."""
    monkeypatch.setattr(listing, "PAGE", 3)
    say(desk, *("to acme bad" if number % 2 else "to acme" for number in range(10)))
    for find, there in (("", 10), ("complaint:yes", 5), ("bad", 5), ("NOT complaint:yes", 5)):
        found: list[int] = []
        path = f"/cases?find={find}"
        while path:
            page = ann.get(path).text
            assert len(numbers(page)) <= 3
            found += numbers(page)
            path = unescape(page.split('rel="next" href="')[1].split('"')[0]) if 'rel="next"' in page else ""
        assert len(found) == len(set(found)) == there, find


@pytest.mark.parametrize("after", ["x", "1_", "_1", "nan_1", "inf_2", "1_-4", "1_99999999999999999999999", "9" * 400])
def test_an_odd_address_is_the_first_page_or_an_empty_one(ann: Browser, desk: Desk, after: str) -> None:
    """Whatever stands in the address, the page opens."""
    say(desk, "to acme")
    assert ann.get(f"/cases?after={after}&pile=nowhere").status_code == 200


def test_a_bound_is_told(ann: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search through words ends after so many cases, says so, and can go on from there."""
    monkeypatch.setattr(listing, "READ", 4)
    monkeypatch.setattr(listing, "_STEP", 2)
    say(desk, *(["to acme"] * 7), "to acme, my cello")
    page = ann.get("/cases?find=cello").text
    assert numbers(page) == []
    assert "Looked at the 4 that come next" in page
    assert "among the first 4" in page
    on = unescape(page.split('rel="next" href="')[1].split('"')[0])
    assert numbers(ann.get(on).text) == [8]
    assert "Looked at" not in ann.get("/cases?find=complaint:yes").text


def test_a_search_that_cannot_be_read_points_at_its_column(ann: Browser, desk: Desk) -> None:
    """The query stands there with a caret below the column, and what was expected."""
    say(desk, "to acme")
    page = unescape(ann.get("/cases?find=lang:es stat:open").text)
    assert "lang:es stat:open\n        ^" in page
    assert "did you mean 'state'?" in page
    assert 'aria-invalid="true"' in page
    assert numbers(page) == []


def test_the_search_box_knows_what_may_come_next(desk: Desk) -> None:
    """Fields of the desk and of the brand with their values, and who works there."""
    offered = listing.words(desk.brands, ["Ann Long"])
    assert offered["desk"] == ["care", "people"]
    assert offered["topic"] == ["refunds"]
    assert offered["brand"] == ["acme", "other"]
    assert "mastodon" in offered["network"]
    assert "drafted" in offered["state"]
    assert offered["who"] == ["ann long"]
    assert offered["complaint"] == ["yes", "no"]
    assert "spoken-to" in offered["tag"]


def test_a_state_that_is_searched_opens_its_pile(ann: Browser, desk: Desk) -> None:
    """Who asks for what was resolved finds it, wherever they look."""
    say(desk, "to acme", "to acme")
    act(desk.store, 1, CaseKind.RESOLVED)
    page = ann.get("/cases?find=state:resolved").text
    assert numbers(page) == [1]
    assert 'aria-current="page">Done' in page


def test_it_is_asked_once_before_it_is_done(ann: Browser, desk: Desk) -> None:
    """Without a yes nothing happens; the question says to how many, shows them, and asks what is needed."""
    say(desk, "to acme, one", "to acme, two")
    sent = {"act": "resolve", "number": ["1", "2"]}
    page = unescape(ann.post("/cases/chosen", data=sent, headers=OWN).text)
    assert "Resolve 2 cases without an answer?" in page
    assert "to acme, one" in page
    assert [case.status for case in desk.store.cases()] == [Status.OPEN] * 2
    page = ann.post("/cases/chosen", data={**sent, "act": "hand-over"}, headers=OWN).text
    assert re.findall(r"<option>(\w+)", page.partition('name="to"')[2]) == ["people"]
    assert 'name="until"' in ann.post("/cases/chosen", data={**sent, "act": "snooze"}, headers=OWN).text


def test_each_act_is_done_to_all_that_were_chosen(ann: Browser, desk: Desk, watch: Watch) -> None:
    """Taken, asleep, awake, handed over, resolved: each case remembers who did it."""
    say(desk, "to acme", "to acme", "to acme")
    assert "2 cases are now yours." in choose(ann, "assign", 1, 2)
    assert "1 case is asleep." in choose(ann, "snooze", 3, until=whens(NOW)[0][0])
    assert numbers(ann.get("/cases").text) == [1, 2]
    assert "1 case is awake." in choose(ann, "wake", 3)
    assert "2 cases are handed over." in choose(ann, "hand-over", 1, 3, to="people")
    assert numbers(ann.get("/cases?find=desk:people").text) == [1, 3]
    assert "1 case is resolved without an answer." in choose(ann, "resolve", 2, find="lang:es")
    found = {case.id: [(event.kind, event.by) for event in case.events[1:]] for case in desk.store.cases()}
    assert found == {
        1: [("assigned", "Ann"), ("handed-over", "Ann")],
        2: [("assigned", "Ann"), ("resolved", "Ann")],
        3: [("snoozed", "Ann"), ("snoozed", "Ann"), ("handed-over", "Ann")],
    }


def test_what_does_not_fit_is_told_of_each(ann: Browser, desk: Desk) -> None:
    """One that is gone, one that somebody else writes, one that is done: the rest is done all the same."""
    say(desk, "to acme", "to acme", "to acme")
    act(desk.store, 2, CaseKind.RESOLVED)
    desk.store.hold(3, "Bob", NOW, NOW + 60)
    page = choose(ann, "resolve", 1, 2, 3, 99)
    assert "1 case is resolved without an answer." in page
    assert "3 not done:" in page
    for said in ("a case that is resolved cannot be resolved", "Bob is writing", "case 99 is gone"):
        assert said in page
    assert "is nobody's any more" in choose(ann, "assign", 1)
    assert "awake already" in choose(ann, "wake", 3)
    assert "has no desk 'moon'" in choose(ann, "hand-over", 3, to="moon")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "burn", "number": "1"}, "nothing that can be done"),
        ({"act": "resolve"}, "no case is chosen"),
        ({"act": "resolve", "number": ["-1", "0"]}, "no case is chosen"),
        ({"act": "resolve", "number": [str(n) for n in range(1, MOST + 2)]}, "too many"),
        ({"act": "snooze", "number": "1", "until": "monday", "sure": "yes"}, "say until when"),
        ({"act": "snooze", "number": "1", "until": "1969-01-01T00:00", "sure": "yes"}, "is over"),
    ],
)
def test_what_cannot_be_done_at_all_is_said(ann: Browser, desk: Desk, sent: dict[str, str], said: str) -> None:
    """An act that is none, no case, too many, a time that is none or over: one sentence, and nothing changes."""
    say(desk, "to acme")
    answer = ann.post("/cases/chosen", data=sent, headers=OWN)
    assert answer.status_code == 409
    assert said in unescape(answer.text)
    assert desk.store.cases()[0].status is Status.OPEN


def test_a_case_sleeps_from_its_own_page_and_wakes_in_time(ann: Browser, desk: Desk, watch: Watch) -> None:
    """Snoozed there, Today has it no more; when its time has come it stands there again, and its page says so."""
    say(desk, "to acme, one")
    sent = {"act": "snooze", "number": "1", "case": "1", "sure": "yes", "at": "1970-01-12T15:00"}
    back = ann.post("/cases/chosen", data=sent, headers=OWN)
    assert back.url.path == "/cases/1"
    assert "It sleeps until 12 January 1970, 15:00." in back.text
    assert "to acme, one" not in ann.get("/").text
    watch.at = NOW + 2 * HOUR
    assert "to acme, one" in ann.get("/").text
    assert "It sleeps" not in ann.get("/cases/1").text
    assert numbers(ann.get("/cases").text) == [1]


def test_a_view_is_kept_with_its_count_and_dropped(ann: Browser, desk: Desk) -> None:
    """Under a name and for a desk; its count is what the search finds now, and follows what happens."""
    say(desk, "to acme, bad", "to acme", "to acme, bad")
    kept = {"name": "Bad days", "find": "complaint:yes", "desk": "care"}
    page = ann.post("/cases/views", data=kept, headers=OWN).text
    assert "The view “Bad days” is kept." in page
    assert desk.store.views() == [SavedView(name="Bad days", find="complaint:yes", desk="care", by="Ann", at=NOW)]
    assert 'care: Bad days <span class="count">2</span>' in page
    act(desk.store, 1, CaseKind.RESOLVED)
    assert 'care: Bad days <span class="count">1</span>' in ann.get("/cases").text
    desk.store.save_view(SavedView(name="Odd", find="NOT complaint:yes", by="Ann", at=NOW))
    assert 'Odd <span class="count">1</span>' in ann.get("/cases").text
    ann.post("/cases/views/drop", data={"name": "Bad days", "desk": "care"}, headers=OWN)
    assert [view.name for view in desk.store.views()] == ["Odd"]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"name": "x", "find": "jane"}, "kept in the clear"),
        ({"name": "x", "find": "author:@jane"}, "kept in the clear"),
        ({"name": "x", "find": "topic:jane"}, "not one of ours"),
        ({"name": " ", "find": "lang:es"}, "needs a name"),
        ({"name": "x", "find": "lang:es", "desk": "moon"}, "a desk of ours"),
        ({"name": "x", "find": "lang:"}, "expected a value"),
    ],
)
def test_a_view_that_could_name_a_person_is_not_kept(ann: Browser, desk: Desk, kept: dict[str, str], said: str) -> None:
    """Words and accounts stay out of what is kept in the clear, and so does what cannot be read."""
    answer = ann.post("/cases/views", data=kept, headers=OWN)
    assert answer.status_code == 409
    assert said in unescape(answer.text)
    assert desk.store.views() == []


def test_who_looks_is_seen_by_others_for_a_while(desk: Desk, watch: Watch) -> None:
    """On the list and on the case, while they look and half a minute longer, and never one's own name."""
    say(desk, "to acme")
    app = create(desk)
    with browsing(desk, app) as ann:
        bob = Browser(desk, app, "Bob")
        before = ann.get("/cases/pulse").json()
        bob.get("/cases/1")
        assert ann.get("/cases/pulse").json() != before
        assert "Bob is looking" in ann.get("/cases").text
        assert "is looking" not in bob.get("/cases").text
        told = ann.post("/cases/1/looking", headers=OWN).json()
        assert told == {"others": ["Bob"], "said": "Bob is looking at this too."}
        assert "Ann is looking at this too." in bob.get("/cases/1").text
        watch.at = NOW + 31
        assert ann.post("/cases/1/looking", headers=OWN).json() == {"others": [], "said": ""}
        assert "is looking" not in ann.get("/cases").text.replace("Ann is looking", "")


def test_the_pulse_beats_with_every_case_and_every_minute(ann: Browser, desk: Desk, watch: Watch) -> None:
    """What is open in a browser is renewed when a case comes or changes, and when a minute is over; else not."""
    beats = [ann.get("/cases/pulse").json()["pulse"]]
    say(desk, "to acme")
    beats.append(ann.get("/cases/pulse").json()["pulse"])
    act(desk.store, 1, CaseKind.ASSIGNED)
    beats.append(ann.get("/cases/pulse").json()["pulse"])
    assert ann.get("/cases/pulse").json()["pulse"] == beats[-1]
    watch.at = NOW + 60
    beats.append(ann.get("/cases/pulse").json()["pulse"])
    assert len(set(beats)) == 4


def test_an_empty_pile_teaches(ann: Browser) -> None:
    """Where there is nothing, the page says what comes there and how."""
    for pile, said in (
        ("waiting", "Nobody is waiting."), ("snoozed", "Nothing sleeps."), ("sealed", "No complaint in the open."),
        ("done", "Nothing is done yet."),
    ):  # fmt: skip
        assert said in ann.get(f"/cases?pile={pile}").text
    assert "No case in “Waiting” fits this search." in ann.get("/cases?find=lang:es").text


def test_who_may_only_look_changes_nothing(desk: Desk) -> None:
    """A viewer sees the list; what they send is refused."""
    say(desk, "to acme")
    with browsing(desk) as browser:
        browser.become("Vic", Role.VIEWER)
        assert numbers(browser.get("/cases").text) == [1]
        sent = {"act": "resolve", "number": "1", "sure": "yes"}
        assert browser.post("/cases/chosen", data=sent, headers=OWN).status_code == 403
        assert browser.post("/cases/views", data={"name": "x", "find": "lang:es"}, headers=OWN).status_code == 403
    assert desk.store.cases()[0].status is Status.OPEN


def test_the_brands_hours_are_heeded_anew_at_each_start(desk: Desk) -> None:
    """A desk that starts again with other answer times lists by those."""
    say(desk, "to acme", "to acme, bad")
    with browsing(desk) as browser:
        assert numbers(browser.get("/cases").text) == [2, 1]
    slow = replace(CARE, answer=(("complaint", 9 * HOUR), ("other", 4 * HOUR)))
    again = replace(desk, brands=Brands([replace(CLOCKED, desks=(slow,)), OTHER], foresee))
    with browsing(again) as browser:
        assert numbers(browser.get("/cases").text) == [1, 2]
