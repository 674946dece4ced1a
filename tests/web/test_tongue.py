"""Pages are written in the language and the time zone of whoever reads them."""

import pytest
from fastapi.testclient import TestClient

from ascolta.core.mention import Brands
from ascolta.stores.memory import MemoryStore
from ascolta.web import say, tongue
from ascolta.web.app import Desk, create
from ascolta.web.tongue import Reader, reader_of


@pytest.mark.parametrize(
    ("chosen", "asked", "lang"),
    [
        ("fr", "de", "fr"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "pt-BR", "pt"),
        ("", "nl, it;q=0.5, es;q=0.9", "es"),
        ("", "es;q=0, it;q=0.1", "it"),
        ("xx", "ja", "en"),
        ("", "", "en"),
        ("", "🙂;q=9, " + "a" * 9_000, "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_what_the_browser_asks_for(chosen: str, asked: str, lang: str) -> None:
    """What is not spoken here is passed over, and English is what is left."""
    assert reader_of(chosen, "", asked).lang == lang


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Mars/Olympus", "", "Europe/Rome\n", "A" * 9_000])
def test_a_time_zone_that_is_none_is_utc(zone: str) -> None:
    """A cookie may hold anything."""
    assert reader_of("", zone).zone == "UTC"


def test_times_are_those_of_the_reader() -> None:
    """Hour and day are read off the reader's own clock, also where that is another day."""
    tongue.read_by(Reader(lang="es", zone="Asia/Tokyo"))
    try:
        assert say.clock(1_764_198_000) == "08:00"
        assert say.day(1_764_198_000) == "27 de noviembre de 2025"
        assert tongue.stamp("2025-11-27T08:00") == 1_764_198_000
        assert tongue.number(1234567.891, 1) == "1.234.567,9"
    finally:
        tongue.read_by(tongue.NOBODY)
    assert say.clock(1_764_198_000) == "23:00"


def test_a_browser_says_once_how_it_reads(brands: Brands) -> None:
    """What it chose holds from then on; what cannot be known changes nothing."""
    desk = Desk(brands=brands, store=MemoryStore())
    client = TestClient(create(desk), base_url="http://localhost:8020", headers={"sec-fetch-site": "same-origin"})
    assert '<html lang="en"' in client.get("/login").text
    client.post("/reading", data={"lang": "it", "zone": "Europe/Rome"})
    client.post("/reading", data={"lang": "tlh", "zone": "Mars/Olympus"})
    assert client.cookies["ascolta-lang"] == "it"
    assert client.cookies["ascolta-zone"].strip('"') == "Europe/Rome"
    assert '<html lang="it"' in client.get("/login").text
