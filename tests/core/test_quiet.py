"""Whose night it is, as far as a language tag tells it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.brand import Quiet
from ascolta.core.case import Case
from ascolta.core.etiquette import Action, Decision
from ascolta.core.quiet import AWAKE, quiet_until, region_of, regions, tongue
from ascolta.core.regions import WRITTEN_IN, ZONES
from ascolta.files.hours import zone

HOUR, DAY = 3600, 86_400
NIGHT = Quiet(zone=zone)
LONG_AGO = 0.0


def utc(said: str) -> float:
    """Seconds since 1970 UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("language", "at", "until"),
    [
        ("de", "2026-11-25 21:30", "2026-11-26 06:00"),
        ("de", "2026-11-25 20:59", None),
        ("de", "2026-11-26 06:00", None),
        ("it", "2026-07-01 20:00", "2026-07-02 05:00"),
        ("ja", "2026-11-25 13:00", "2026-11-25 22:00"),
        ("de-AT", "2026-11-26 03:00", "2026-11-26 06:00"),
        ("pt-PT", "2026-11-25 22:30", None),  # it is half past nine in the Azores
        ("pt-PT", "2026-11-25 23:30", "2026-11-26 07:00"),
        ("pt-BR", "2026-11-26 01:30", None),  # half past nine in Manaus
        ("pt-BR", "2026-11-26 03:00", "2026-11-26 10:00"),
        ("en-US", "2026-11-26 05:00", None),  # nine in Los Angeles
        ("en-US", "2026-11-26 07:00", "2026-11-26 12:00"),
        ("en-GB", "2026-11-25 23:00", "2026-11-26 07:00"),
        ("en-UK", "2026-11-25 23:00", "2026-11-26 07:00"),
        ("sv", "2026-11-25 20:30", None),  # night in Finland, not yet in Sweden
        ("sv", "2026-11-25 21:30", "2026-11-26 05:00"),
        ("de", "2026-03-28 22:00", "2026-03-29 05:00"),  # clocks are put forward that night
        ("de", "2026-10-24 21:00", "2026-10-25 06:00"),  # and back
    ],
)
def test_people_sleep_by_their_own_clocks(language: str, at: str, until: str | None) -> None:
    """From ten to seven where a language is at home it is night, and of several clocks in all of them."""
    assert quiet_until(language, LONG_AGO, utc(at), NIGHT) == (None if until is None else utc(until))


@pytest.mark.parametrize(
    "language",
    [
        "en",
        "es",
        "pt",
        "fr",
        "ru",
        "es-419",
        "en-150",
        "und",
        "",
        None,
        "other",
        "x-klingon",
        "i-default",
        "de-XX",
        "e",
    ],
)
def test_where_it_cannot_be_known_nobody_is_asleep(language: str | None) -> None:
    """A language of the whole world, a continent, a region that there is not and no language at all know no night."""
    assert regions(language) == ()
    assert not [hour for hour in range(48) if quiet_until(language, LONG_AGO, utc("2026-11-25") + hour * HOUR, NIGHT)]


@pytest.mark.parametrize(
    ("language", "region"),
    [
        ("pt-BR", "BR"),
        ("pt_br", "BR"),
        ("zh-Hant-TW", "TW"),
        ("zh-cmn-Hans-CN", "CN"),
        ("de-CH-1996", "CH"),
        ("en-UK", "GB"),
        ("en-u-ca-gregory", ""),
        ("en-x-us", ""),
        ("sr-Latn", ""),
        ("es-419", ""),
        ("de", ""),
        ("pt-ZZ", ""),
        (None, ""),
    ],
)
def test_a_tag_names_its_region(language: str | None, region: str) -> None:
    """The region of a tag is found wherever it stands in it, and nothing else is taken for one."""
    assert region_of(language) == region
    if region:
        assert regions(language) == (region,)


@pytest.mark.parametrize(("spoken", "region"), [("pt", "BR"), ("und", "BR"), (None, "BR"), ("de", ""), ("p", "")])
def test_a_tag_of_another_language_tells_no_region(spoken: str | None, region: str) -> None:
    """A post in German from a device that is set to Brazilian Portuguese does not say that its author is in Brazil."""
    assert region_of("pt-BR", spoken) == region


def test_who_wrote_lately_is_awake() -> None:
    """Within an hour of what they wrote a person is answered even by night."""
    at = utc("2026-11-26 01:00")
    assert quiet_until("de", at - AWAKE + 1, at, NIGHT) is None
    assert quiet_until("de", at - AWAKE, at, NIGHT) == utc("2026-11-26 06:00")


def test_quiet_hours_can_be_turned_off_and_moved() -> None:
    """Without quiet hours there are none; by day or by night, those that are set hold."""
    at = utc("2026-11-25 12:30")
    assert quiet_until("de", LONG_AGO, utc("2026-11-26 01:00"), None) is None
    assert quiet_until("de", LONG_AGO, at, Quiet(zone=zone, begins=13 * HOUR, ends=15 * HOUR)) == at + 1.5 * HOUR
    assert quiet_until("de", LONG_AGO, at, Quiet(zone=zone, begins=14 * HOUR, ends=15 * HOUR)) is None


def test_a_zone_that_this_machine_does_not_know_knows_no_night() -> None:
    """Where one of a region's clocks is not known, nobody is left waiting for it."""
    only = Quiet(zone=lambda name: zone(name) if name == "America/New_York" else None)
    assert quiet_until("en-US", LONG_AGO, utc("2026-11-26 09:00"), only) is None


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted({*WRITTEN_IN, *(f"und-{name}" for name in ZONES)})),
    st.floats(utc("2026-01-01"), utc("2027-01-01")),
    st.tuples(st.integers(0, 95), st.integers(0, 95)).filter(lambda times: times[0] != times[1]),
)
def test_it_is_quiet_until_somebody_wakes(language: str, at: float, times: tuple[int, int]) -> None:
    """An answer waits if and only if walls everywhere show a quiet hour, and then for less than a day and an hour."""
    begins, ends = (time * 900 for time in times)
    quiet = Quiet(zone=zone, begins=begins, ends=ends)
    walls = [
        datetime.fromtimestamp(at, ZoneInfo(name)).replace(tzinfo=None)
        for region in regions(language)
        for name in ZONES[region]
    ]
    seconds = [(wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() for wall in walls]
    asleep = [begins <= at < ends if begins < ends else at >= begins or at < ends for at in seconds]
    until = quiet_until(language, LONG_AGO, at, quiet)
    assert (until is not None) is (bool(asleep) and all(asleep))
    if until is not None:
        assert at < until <= at + timedelta(hours=25).total_seconds()


def test_every_clock_of_the_table_can_be_read() -> None:
    """Each region of a language has zones, and each zone is one of the tz database."""
    assert {region for names in WRITTEN_IN.values() for region in names} <= ZONES.keys()
    assert {name for names in ZONES.values() for name in names} <= available_timezones()


def test_a_case_says_its_language_with_its_region() -> None:
    """A case's language tag is its language label, with the region that was kept of the network's tag."""
    case = Case(id=1, brand="a", network="x", decision=Decision(action=Action.REPLY, rule="r", why="w"))
    said = [(("language", "pt"), ("region", "BR")), (("language", "pt"),), (("region", "BR"),), ()]
    found = [tongue(replace(case, labels=labels)) for labels in said]
    assert found == ["pt-BR", "pt", "und-BR", "und"]
