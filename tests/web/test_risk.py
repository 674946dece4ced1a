"""The risk page tells what kind of risk it is: grade, topics, speed, voices, other brands; and escapes all of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from ascolta.core.alert import AlertChange, State
from ascolta.core.mention import Brands
from ascolta.core.risk import Driver, Risk
from ascolta.sources import TwinNetwork
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk
from ascolta.web.risk import look
from tests.conftest import ACME, NOW
from tests.stores.test_stores import RISK
from tests.web.entering import browsing

FIRST = AlertChange(
    brand="acme", stream="complaint", old=State.CALM, new=State.ALERT, at=NOW - 1_200, score=1.5, once_in_days=30.0,
    why="24 complaints in 15 minutes.", risk=replace(RISK, grade="warning", why="People are angry."),
)  # fmt: skip
WORSE = replace(FIRST, old=State.ALERT, at=NOW - 300, why="Graver: warning became crisis.", risk=RISK)
OVER = replace(FIRST, old=State.ALERT, new=State.CALM, at=NOW, why="Over for an hour.", risk=None)


@pytest.fixture
def desk(brands: Brands) -> Desk:
    twin = TwinNetwork("x")
    return Desk(brands=brands, store=MemoryStore(), clock=lambda: NOW, lookups=lambda network: twin)


@pytest.fixture
def owner(desk: Desk) -> Iterator[TestClient]:
    with browsing(desk) as client:
        yield client


def test_the_kind_of_risk_is_on_the_page(owner: TestClient, desk: Desk) -> None:
    """Grade as a badge, the rule's reason, topics in a table, tone, speed with bounds, peak, voices, other brands."""
    desk.store.watched("acme", {}, [FIRST, WORSE])
    shown = owner.get("/risk").text
    for said in (
        '<span class="chip severity crisis">crisis</span>', '<span class="chip severity warning">warning</span>',
        "It doubles.", "People are angry.", '<th scope="row">refunds</th><td>31</td><td>70\N{NO-BREAK SPACE}%</td>',
        "44 more than usual in the last hour", "Of 60 mentions in the last hour, 55\N{NO-BREAK SPACE}% complain",
        "It doubles in about 10 minutes (6 to over 600).", "hardly more than 89", "It does not look organised",
        "1 of 3 other brands rise, too.",
    ):  # fmt: skip
        assert said in shown, said


def test_an_alert_of_an_older_version_is_shown_as_before(owner: TestClient, desk: Desk) -> None:
    """Without a kind of risk the page is shown with its sentence only."""
    desk.store.watched("acme", {}, [replace(FIRST, risk=None)])
    shown = owner.get("/risk").text
    assert "24 complaints in 15 minutes." in shown
    assert 'class="kind"' not in shown


def test_topics_cannot_write_the_page(owner: TestClient, desk: Desk) -> None:
    """Markup in a topic's name or in a rule's reason is shown as text."""
    driver = Driver(topic="<script>x</script>", more=9, share=90)
    risk = Risk(grade="watch", rule="r", why="<b>why</b>", hour=10, more=10, drivers=(driver,))
    desk.store.watched("acme", {}, [replace(FIRST, risk=risk)])
    shown = owner.get("/risk").text
    assert "<script>x" not in shown
    assert "<b>why" not in shown


def test_the_badge_goes_with_the_alert(desk: Desk) -> None:
    """The grade beside the brand is the last that was told, and none once it is over."""
    desk.store.watched("acme", {}, [FIRST, WORSE])
    assert look(ACME, desk.store).grade == "crisis"
    desk.store.watched("acme", {}, [OVER])
    assert look(ACME, desk.store).grade == ""
