"""What is due next stands first on the desk, and says so."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ascolta.core.brand import Brand, Clock, Quiet
from ascolta.core.case import CaseKind
from ascolta.core.days import DAY
from ascolta.core.etiquette import Action, Etiquette
from ascolta.core.label import Ask, Label, Labels
from ascolta.core.mention import Brands
from ascolta.files.hours import zone
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk
from ascolta.web.today import look, pulse
from ascolta.web.waits import wait
from tests.conftest import ACME, NOW, act, foresee, keep, published, rule
from tests.web.entering import browsing

MINUTE, HOUR = 60, 3600
AROUND = ((0, DAY),)


def utc(at: float) -> float:
    """Clocks that show UTC."""
    return 0.0


CARE = Clock(
    desk="care",
    offset=utc,
    week=(AROUND,) * 7,
    answer=(("complaint", 1 * HOUR), ("negative", 2 * HOUR), ("other", 4 * HOUR)),
)
CLOCKED = replace(ACME, desks=(CARE,), quiet=Quiet(zone=zone))
LATER = replace(
    CLOCKED,
    etiquette=Etiquette(
        brand="acme",
        rules=(replace(rule("later", '"later"', Action.REPLY, approve=2), desk="later"), *ACME.etiquette.rules),
    ),
)


def hears(brand: Brand) -> Brands:
    """A brand, whose labels say German."""

    def labels(asks: Sequence[Ask]) -> list[Labels]:
        return [(*found, Label(name="language", value="de", score=1, by="test")) for found in foresee(asks)]

    return Brands([brand], labels)


def waiting(brand: Brand, store: MemoryStore, now: float, find: str = "") -> list[tuple[str, str]]:
    """The words of what stands on Today, from top to bottom, and what each waits for."""
    today = look(hears(brand), (store, None), now, find)
    said = {case.id: case.content.text if case.content else "" for case in today.waiting}
    return [(text, today.waits[number].text if number in today.waits else "") for number, text in said.items()]


def test_what_is_due_next_stands_first() -> None:
    """Overdue on top, then by when it is due; without a clock complaints come first, then what is newest."""
    store, brands = MemoryStore(), hears(LATER)
    for number, (text, ago) in enumerate(
        [
            ("acme hello to later", 5),
            ("acme hello to later again", 1),
            ("acme bad to later", 9),
            ("to acme, a question", 30),
            ("to acme, another question", 20),
            ("to acme, bad", 10),
            ("to acme, bad and long ago", 90),
        ]
    ):
        at = NOW - ago * MINUTE
        keep(store, brands, published(str(number), text, at=at), at=at)
    assert waiting(LATER, store, NOW) == [
        ("to acme, bad and long ago", "overdue for 30 min"),
        ("to acme, bad", "due in 50 min"),
        ("to acme, a question", "due in 3 h"),
        ("to acme, another question", "due in 3 h"),
        ("acme bad to later", ""),
        ("acme hello to later again", ""),
        ("acme hello to later", ""),
    ]
    today = look(brands, (store, None), NOW, "")
    assert today.overdue == 1
    assert look(brands, (store, None), NOW, "question").overdue == 0


@pytest.mark.parametrize(
    ("left", "text", "kind"),
    [
        (3 * DAY, "due in 3 days", "due"),
        (47 * HOUR + 59 * MINUTE, "due in 47 h", "due"),
        (2 * HOUR, "due in 2 h", "due"),
        (2 * HOUR - 1, "due in 119 min", "due"),
        (MINUTE, "due in 1 min", "due"),
        (59, "due now", "due"),
        (0, "overdue", "over"),
        (-59, "overdue", "over"),
        (-MINUTE, "overdue for 1 min", "over"),
        (-2 * HOUR, "overdue for 2 h", "over"),
        (-48 * HOUR, "overdue for 2 days", "over"),
    ],
)
def test_how_long_is_said_in_few_words(left: float, text: str, kind: str) -> None:
    """In the largest unit that says it, never more time than there is, and what is late is called so."""
    store = MemoryStore()
    slow = replace(CLOCKED, desks=(replace(CARE, answer=(("other", 4 * DAY),)),))
    keep(store, hears(slow), published("1", "to acme"))
    found = wait(store.cases()[0], slow, NOW + 4 * DAY - left)
    assert found is not None
    assert (found.text, found.kind, found.at) == (text, kind, NOW + 4 * DAY)
    assert found.why.endswith("16 January 1970, 13:46")


def test_what_waits_for_the_morning_says_so() -> None:
    """An approved answer that may not go out at night tells when it will; one that may tells nothing."""
    store, evening = MemoryStore(), 20 * HOUR + 300 * DAY
    keep(store, hears(CLOCKED), published("1", "to acme", at=evening), at=evening)
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, note="Hello.", at=evening)
    act(store, number, CaseKind.APPROVED, at=evening)
    case = store.cases()[0]
    assert wait(case, CLOCKED, evening + 30 * MINUTE) is None
    found = wait(case, CLOCKED, evening + 2 * HOUR)
    assert found is not None
    assert (found.kind, found.text) == ("night", "waits until 06:00")
    assert "goes out at 06:00" in found.why
    assert wait(case, CLOCKED, evening + 10 * HOUR) is None


def test_a_brand_that_is_gone_is_in_no_hurry() -> None:
    """A case whose brand's folder is gone waits for nothing, and the page still opens."""
    store = MemoryStore()
    keep(store, hears(CLOCKED), published("1", "to acme"))
    assert wait(store.cases()[0], None, NOW) is None
    other = hears(replace(CLOCKED, id="another"))
    assert [case.id for case in look(other, (store, None), NOW, "").waiting] == [1]
    assert pulse(other, store, NOW + DAY) == pulse(other, store, NOW)


def test_the_pulse_changes_when_a_clock_runs_over() -> None:
    """A desk that is open renews itself the moment something becomes overdue, and not before."""
    store, brands = MemoryStore(), hears(CLOCKED)
    keep(store, brands, published("1", "to acme"))
    keep(store, brands, published("2", "bad to acme"))
    told = [pulse(brands, store, NOW + at) for at in (0, HOUR - 1, HOUR, 4 * HOUR - 1, 4 * HOUR, DAY)]
    assert told[0] == told[1] != told[2] == told[3] != told[4] == told[5]


def test_the_page_says_what_is_due() -> None:
    """A row says what it waits for and when that is, and the heading how many are overdue."""
    store, brands = MemoryStore(), hears(CLOCKED)
    keep(store, brands, published("1", "to acme"))
    keep(store, brands, published("2", "bad to acme"))
    desk = Desk(brands=brands, store=store, clock=lambda: NOW + 90 * MINUTE)
    with browsing(desk) as owner:
        page = owner.get("/").text
    late, due = 'title="It was due on 12 January 1970, 14:46"', 'title="It is due on 12 January 1970, 17:46"'
    assert "1 overdue</span></h1>" in page
    assert page.index(f"{late}>overdue for 30 min<") < page.index(f"{due}>due in 2 h<")
