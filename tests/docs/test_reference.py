"""The reference pages say what the code does today, and leave nothing out."""

from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.cli.commands import COMMANDS
from tests.reference import api, commands, files, settings
from tests.reference.keys import Read, read_keys
from tests.reference.pages import PAGES


@pytest.mark.parametrize("path", list(PAGES), ids=lambda path: path.name)
def test_the_page_is_as_the_code_is(path: Path) -> None:
    """Each reference page is what `make reference` writes; what changed in the code needs it anew."""
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run: make reference"


def test_every_command_and_option_is_described() -> None:
    """Every command, argument and option has a help text, and every command of the list is on the page."""
    assert commands.undescribed() == []
    named = {words.split()[1] for words, _ in commands.commands() if " " in words}
    assert named == set(COMMANDS)


def test_every_key_is_described() -> None:
    """Every key that a YAML file may have is described in files.yaml, needed or not as the code says; and no other."""
    assert files.faults(read_keys()) == []


def test_a_key_without_words_is_noticed() -> None:
    """A key that is new, gone, or needed from now on, and a place that reads keys anew, are told by their names."""
    found = read_keys()
    new = {
        **found,
        "brands._limits": replace(found["brands._limits"], may=("an_hour", "a_week")),
        "queries._stored": Read(needs=("name", "find", "why")),
        "brands._new": Read(may=("colour",)),
    }
    assert files.faults(new) == [
        "brands._new reads keys that files.yaml does not describe",
        "brand.yaml, limits: brands._limits and files.yaml differ in a_person_a_day, a_week",
        "queries.yaml, queries: queries._stored and files.yaml differ in why",
    ]


def test_keys_are_found_in_the_code() -> None:
    """The keys are read from the code as they are: literal ones, those of a constant, and where any name may stand."""
    found = read_keys()
    assert found["queries._stored"].needs == ("name", "find")
    assert found["queries._stored"].may == ("why",)
    assert "handles" in found["brands.load_brand"].may
    assert found["plans._step"].may[:2] == ("done_when", "kind")
    assert found["hours.load_desks/names"].any_name
    assert len(found) > 40


def test_every_setting_is_described() -> None:
    """Every environment variable that the code reads is described in settings.yaml, and no other."""
    assert set(settings.words("settings")) == settings.read_by_ascolta()
    assert set(settings.words("developers")) == settings.read_by_developers()


def test_every_address_of_the_api_is_described() -> None:
    """Every address of the API says in words what it does."""
    assert api.undescribed(api.document()) == []
