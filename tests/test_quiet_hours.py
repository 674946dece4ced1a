"""Quiet hours of the person who is answered: what is approved at night goes out in the morning. Against every store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ascolta.core.brand import Limits, Quiet
from ascolta.core.case import CaseKind
from ascolta.core.label import Ask, Label, Labels
from ascolta.core.mention import Brands
from ascolta.core.quiet import tongue
from ascolta.core.reply import ReplyState
from ascolta.files.hours import zone
from ascolta.outbox import send
from ascolta.ports import Lookups, Store
from ascolta.sources import TwinNetwork
from tests.conftest import ACME, act, foresee, keep, published

HOUR = 3600.0
EVENING = datetime(2026, 11, 25, 19, 30, tzinfo=UTC).timestamp()
NIGHT, MORNING = EVENING + 2 * HOUR, EVENING + 10.5 * HOUR
SLEEPING = replace(ACME, quiet=Quiet(zone=zone))


def spoken(language: str) -> Brands:
    """The brand, whose labels also say a language."""

    def labels(asks: Sequence[Ask]) -> list[Labels]:
        said = Label(name="language", value=language, score=1, by="test")
        return [(*found, said) for found in foresee(asks)]

    return Brands([SLEEPING], labels)


def approve(store: Store, language: str, post: str = "1", at: float = EVENING) -> None:
    """Hear a post said to us and approve an answer to it."""
    keep(store, spoken(language), published(post, "to acme", at=at), at=at)
    number = max(case.id for case in store.cases())
    act(store, number, CaseKind.DRAFTED, note="Hello, we look into it.", at=at)
    act(store, number, CaseKind.APPROVED, at=at)


def sent(store: Store, twin: TwinNetwork, at: float, lookups: Lookups | None = None) -> tuple[int, int]:
    """How many answers one round of the outbox sends, and how many wait."""
    done = send(store, {"x": twin}, {"acme": SLEEPING}, at, lookups)
    return done.sent, done.waiting


def test_an_answer_waits_for_the_morning(store: Store) -> None:
    """At night it stays approved and counts as waiting; from seven by the person's clock on it goes out, once."""
    approve(store, "de")
    twin = TwinNetwork("x")
    assert [sent(store, twin, at) for at in (NIGHT, MORNING - 1)] == [(0, 1)] * 2
    assert [reply.state for reply in store.replies(*ReplyState)] == [ReplyState.APPROVED]
    assert [sent(store, twin, at) for at in (MORNING, MORNING + 1)] == [(1, 0), (0, 0)]


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "und"])
def test_where_the_night_is_not_known_an_answer_goes_out(store: Store, language: str) -> None:
    """A language of many continents keeps nothing back."""
    approve(store, language)
    assert sent(store, TwinNetwork("x"), NIGHT) == (1, 0)


def test_who_wrote_within_the_hour_is_answered_at_night(store: Store) -> None:
    """Somebody who writes at night is awake, and is answered while they are."""
    approve(store, "de", at=NIGHT)
    assert sent(store, TwinNetwork("x"), NIGHT + HOUR - 1) == (1, 0)


def test_who_fell_asleep_again_is_not(store: Store) -> None:
    """An hour after they wrote, the morning is waited for."""
    approve(store, "de", at=NIGHT)
    assert sent(store, TwinNetwork("x"), NIGHT + HOUR) == (0, 1)


def test_a_brand_without_quiet_hours_answers_at_night(store: Store) -> None:
    """Quiet hours that are turned off keep nothing back."""
    approve(store, "de")
    assert send(store, {"x": TwinNetwork("x")}, {"acme": ACME}, NIGHT).sent == 1


def test_one_who_sleeps_keeps_nobody_else_waiting(store: Store) -> None:
    """The answer to somebody elsewhere goes out in the same round."""
    approve(store, "de", "1")
    approve(store, "ja", "2")
    twin = TwinNetwork("x")
    assert sent(store, twin, EVENING + 3 * HOUR) == (1, 1)
    assert sent(store, twin, MORNING) == (1, 0)


def test_an_answer_that_waits_neither_asks_the_network_nor_uses_up_a_limit(store: Store) -> None:
    """At night nobody is asked whether the post still stands, and the brand is not paused for what it did not say."""
    asked: list[str] = []

    def lookups(network: str) -> TwinNetwork:
        asked.append(network)
        return TwinNetwork(network)

    few = replace(SLEEPING, limits=Limits(an_hour=1, a_person_a_day=1))
    twin = TwinNetwork("x")
    approve(store, "en", "1")
    assert send(store, {"x": twin}, {"acme": few}, NIGHT - 60).sent == 1
    approve(store, "de", "2")
    assert send(store, {"x": twin}, {"acme": few}, NIGHT, lookups).waiting == 1
    assert (asked, store.paused("acme"), len(twin.posts)) == ([], "", 1)


def test_the_region_of_a_tag_is_kept_for_the_night_and_on_no_sealed_case(store: Store) -> None:
    """Where the tag names a region, an open case keeps it; a sealed one, of whom nobody is to know, does not."""
    keep(store, spoken("pt"), published("1", "to acme", language="pt-BR"), published("2", "acme bad", language="pt-BR"))
    regions = {dict(case.labels).get("addressed"): dict(case.labels).get("region") for case in store.cases()}
    assert regions == {"yes": "BR", None: None}
    assert [tongue(case) for case in store.cases() if case.content] == ["pt-BR"]
