"""Desks, their hours and the night, as brand.yaml says them."""

import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ascolta.core.brand import Brand, Clock
from ascolta.core.days import DAY, date_of, day_of
from ascolta.core.hours import after
from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from ascolta.files.check import check
from ascolta.files.hours import zone
from ascolta.files.public import installed, public_days
from ascolta.files.reading import Value, read
from ascolta.labels import label
from tests.cli.running import ACME
from tests.files.test_broken import BRAND, RULES, folder

HOUR = 3600
CARE = "desks:\n  care:\n    zone: Europe/Paris\n    hours: {mon-fri: 08:00-20:00}\n    answer: {other: 8 h}\n"


def loaded(tmp_path: Path, more: str) -> Brand:
    """A brand with more in its brand.yaml."""
    return load_brand(folder(tmp_path, {"brand.yaml": BRAND + more}))


def hours(tmp_path: Path, said: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The week that some hours make."""
    [clock] = loaded(tmp_path, CARE.replace("{mon-fri: 08:00-20:00}", said)).desks
    return clock.week


def moment(said: str) -> float:
    """A time in Paris."""
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Europe/Paris")).timestamp()


def test_desks_are_read_as_they_stand(tmp_path: Path) -> None:
    """Zone, hours, holidays and times to answer of each desk come out as they were written."""
    people = "  people:\n    zone: Asia/Tokyo\n    hours: always\n    answer: {complaint: 30 min, negative: 90 min}\n"
    care, other = loaded(tmp_path, CARE + "    holidays: [2026-12-25, '01-01']\n" + people).desks
    day = (8 * HOUR, 20 * HOUR)
    assert (care.desk, care.week, care.answer) == ("care", ((day,),) * 5 + ((), ()), (("other", 8 * HOUR),))
    assert (care.closed, care.yearly) == (frozenset({day_of(2026, 12, 25)}), frozenset({(1, 1)}))
    assert (other.desk, other.week) == ("people", (((0, DAY),),) * 7)
    assert other.answer == (("complaint", 1800), ("negative", 5400))
    assert (care.offset(moment("2026-07-01 12:00")), other.offset(0)) == (2 * HOUR, 9 * HOUR)


@pytest.mark.parametrize(
    ("said", "monday", "sunday"),
    [
        ("{mon: 08:00-20:00}", ((8, 20),), ()),
        ("{mon: 8:00-20:00}", ((8, 20),), ()),
        ("{mon: '08:00 - 20:00'}", ((8, 20),), ()),
        ("{mon: [13:00-17:00, 09:00-12:00]}", ((9, 12), (13, 17)), ()),
        ("{mon-sun: 20:00-04:00}", ((20, 28),), ((20, 28),)),
        ("{mon: 04:00-12:00, sun: 20:00-04:00}", ((4, 12),), ((20, 28),)),
        ("{sat-sun: 00:00-24:00}", (), ((0, 24),)),
        ("{mon: 22:00-24:00}", ((22, 24),), ()),
        ("always", ((0, 24),), ((0, 24),)),
    ],
)
def test_hours_are_read_as_they_stand(
    tmp_path: Path, said: str, monday: tuple[tuple[int, int], ...], sunday: tuple[tuple[int, int], ...]
) -> None:
    """One day or several, one shift or several, over midnight and around the clock."""
    week = hours(tmp_path, said)
    found = [tuple((begins // HOUR, ends // HOUR) for begins, ends in week[day]) for day in (0, 6)]
    assert found == [monday, sunday]


BROKEN = {
    "no zone of this name": (
        CARE.replace("Paris", "Pariss"),
        "6: there is no time zone 'Europe/Pariss', did you mean Europe/Paris?",
    ),
    "a city alone": (
        CARE.replace("Europe/Paris", "berlin"),
        "6: there is no time zone 'berlin', did you mean Europe/Berlin?",
    ),
    "nothing like a zone": (
        CARE.replace("Europe/Paris", "../../etc/passwd"),
        "6: there is no time zone '../../etc/passwd'; write one as in Europe/Paris",
    ),
    "a folder of zones": (CARE.replace("Europe/Paris", "Europe"), "6: there is no time zone 'Europe'; write one as in"),
    "no zone": (CARE.replace("    zone: Europe/Paris\n", ""), "6: 'care' has no 'zone'; add it"),
    "an unknown key": (CARE.replace("hours:", "hour:"), "7: unknown key 'hour', did you mean 'hours'?"),
    "a desk twice": (CARE + "  care: {}\n", "9: 'care' stands twice; keep one"),
    "no desks": ("desks: {}\n", "4: 'desks' names none; write one, such as care: {zone: …, hours: …, answer: …}"),
    "no day": (
        CARE.replace("mon-fri", "mon-fry"),
        "7: 'fry' is no day, did you mean 'fri'?; days are mon, tue, wed, thu, fri, sat, sun, or from one to another",
    ),
    "a day in full": (CARE.replace("mon-fri", "Monday"), "7: 'Monday' is no day, did you mean 'mon'?"),
    "backwards through the week": (
        CARE.replace("mon-fri", "fri-mon"),
        "7: 'fri-mon' runs backwards through the week; write two keys, such as fri-sun and mon",
    ),
    "a day twice": (
        CARE.replace("08:00-20:00}", "08:00-20:00, fri: 08:00-12:00}"),
        "7: 'fri' has hours twice; keep one",
    ),
    "no times": (
        CARE.replace("08:00-20:00", "8-20"),
        "7: 'mon-fri' must be times such as 08:00-20:00, or a list of them; it is '8-20'",
    ),
    "no time of day": (
        CARE.replace("20:00", "20:60"),
        "7: '08:00-20:60' is no time of day; they go from 00:00 to 24:00",
    ),
    "past midnight": (CARE.replace("20:00", "25:00"), "7: '08:00-25:00' is no time of day"),
    "no time at all": (
        CARE.replace("20:00", "08:00"),
        "7: '08:00-08:00' begins and ends at the same time; a whole day is 00:00-24:00",
    ),
    "backwards": (
        CARE.replace("08:00-20:00", "12:00-08:00"),
        "7: '12:00-08:00' would last 20 hours over midnight; if that is meant, write two shifts",
    ),
    "shifts that overlap": (
        CARE.replace("08:00-20:00", "[08:00-13:00, 12:00-20:00]"),
        "7: on mon, 08:00-13:00 overlaps with 12:00-20:00; let one begin where the other ends",
    ),
    "a night into the next day": (
        CARE.replace("08:00-20:00}", "08:00-20:00, sat: 20:00-04:00, sun: 03:00-09:00}"),
        "7: on sat, 20:00-04:00 overlaps with 03:00-09:00; let one begin where the other ends",
    ),
    "a Sunday night into Monday": (
        CARE.replace("08:00-20:00}", "02:00-09:00, sun: 20:00-04:00}"),
        "7: on sun, 20:00-04:00 overlaps with 02:00-09:00; let one begin where the other ends",
    ),
    "two nights": (
        CARE.replace("08:00-20:00", "[18:00-02:00, 20:00-04:00]"),
        "7: on mon, 18:00-02:00 overlaps with 20:00-04:00",
    ),
    "no hours": (CARE.replace("{mon-fri: 08:00-20:00}", "{}"), "7: 'hours' are empty; write them as in"),
    "hours as a word": (CARE.replace("{mon-fri: 08:00-20:00}", "usual"), "7: 'hours' must be names with values"),
    "no holiday": (
        CARE + "    holidays: [2026-02-29]\n",
        "9: '2026-02-29' is no day; write 2026-12-25, or 12-25 for every year",
    ),
    "a holiday by name": (CARE + "    holidays: [Christmas]\n", "9: 'Christmas' is no day; write 2026-12-25, or"),
    "a region of nowhere": (CARE + "    region: BY\n", "9: 'region' is one of a country; name the country, too"),
    "nothing is answered": (CARE.replace("{other: 8 h}", "{}"), "8: 'answer' is empty; write for example"),
    "an unknown kind": (
        CARE.replace("other: 8 h", "complaints: 8 h"),
        "8: unknown key 'complaints', did you mean 'complaint'?",
    ),
    "answered before it was said": (
        CARE.replace("8 h", "0 h"),
        "8: 'other' must be longer than nothing and no longer than the desk works in 4 weeks",
    ),
    "answered next year": (CARE.replace("8 h", "241 h"), "8: 'other' must be longer than nothing and no longer than"),
    "a night without end": ("quiet: {from: 22:00}\n", "4: 'quiet' has no 'until'; add it"),
    "a night that is none": (
        "quiet: {from: 22:00, until: 22:00}\n",
        "4: 'quiet' begins and ends at the same time; write quiet: none to answer at any hour",
    ),
    "a night at 25": ("quiet: {from: 25:00, until: 7:00}\n", "4: 'from' must be a time of day, such as 22:00"),
    "a night in words": ("quiet: yes\n", "4: 'quiet' must be keys with values, such as 'from: …'"),
}


@pytest.mark.parametrize(("more", "sentence"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_meant_is_told_at_its_line(tmp_path: Path, more: str, sentence: str) -> None:
    """Each mistake gives one sentence with file and line, which says what to write instead."""
    line, _, said = sentence.partition(": ")
    with pytest.raises(FileError) as caught:
        loaded(tmp_path, more)
    assert str(caught.value).startswith(f"{tmp_path}/brand.yaml:{line}: {said}")


def test_people_are_left_to_sleep_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    """From ten to seven if nothing is said, otherwise as it is said, and with `none` never."""
    found = [
        loaded(tmp_path / str(n), said).quiet for n, said in enumerate(("", "quiet: {from: 23:30, until: 6:00}\n"))
    ]
    assert [(one.begins, one.ends) for one in found if one] == [(22 * HOUR, 7 * HOUR), (23.5 * HOUR, 6 * HOUR)]
    assert loaded(tmp_path / "none", "quiet: none\n").quiet is None
    assert zone("Europe/Nowhere") is None


def test_the_example_brand_has_clocks_for_all_its_desks() -> None:
    """Care at Acme Air is open at weekends, people are not, and both close on Christmas Day."""
    clocks = {clock.desk: clock for clock in load_brand(ACME).desks}
    saturday = moment("2026-11-28 12:00")
    assert after(clocks["care"], saturday, HOUR) == saturday + HOUR
    assert after(clocks["people"], saturday, HOUR) == moment("2026-11-30 10:00")
    assert after(clocks["care"], moment("2026-12-25 12:00"), HOUR) == moment("2026-12-26 11:00")


FOUND = {
    "all have one": ({"brand.yaml": BRAND + CARE}, []),
    "nobody has one": ({}, []),
    "one has none": (
        {"brand.yaml": BRAND + CARE, "etiquette.yaml": RULES + "    desk: press\n"},
        [
            (
                "etiquette.yaml",
                3,
                (
                    "rule 'a' brings cases to the desk 'press', which has no clock while others have; "
                    "describe it under 'desks' in brand.yaml"
                ),
            ),
            ("brand.yaml", 6, "desk 'care' has a clock, but no rule brings it a case; rules use people, press"),
        ],
    ),
    "silence needs no clock": (
        {
            "brand.yaml": BRAND + CARE,
            "etiquette.yaml": RULES + "  - {name: b, when: 'intent:spam', then: silence, why: w, desk: press}\n",
        },
        [],
    ),
    "the desk of those who opted out": (
        {"brand.yaml": BRAND + CARE + CARE.partition("\n")[2].replace("care", "people")},
        [],
    ),
    "one approves everything": (
        {"etiquette.yaml": RULES.replace("    approve: two\n", "")},
        [
            (
                "etiquette.yaml",
                3,
                (
                    "rule 'a' lets one person approve answers to complaints and negative mentions; "
                    "add approve: two, or a rule above it that has it"
                ),
            )
        ],
    ),
    "one approves what two have not taken": (
        {
            "etiquette.yaml": RULES.replace("addressed:yes", "addressed:yes complaint:yes")
            + "  - {name: b, when: 'addressed:yes', then: reply, why: w}\n"
        },
        [
            (
                "etiquette.yaml",
                8,
                (
                    "rule 'b' lets one person approve answers to negative mentions; "
                    "add approve: two, or a rule above it that has it"
                ),
            )
        ],
    ),
    "too many words to try them all": (
        {
            "etiquette.yaml": RULES.replace("    approve: two\n", "").replace(
                "addressed:yes", f"addressed:yes ({' OR '.join(f'word{n}' for n in range(20))})"
            )
        },
        [],
    ),
    "one approves the rest": (
        {
            "etiquette.yaml": RULES.replace("addressed:yes", "addressed:yes (complaint:yes OR polarity:negative)")
            + "  - {name: b, when: 'addressed:yes', then: reply, why: w}\n"
        },
        [],
    ),
}


@pytest.mark.parametrize(("changed", "problems"), FOUND.values(), ids=FOUND)
def test_check_tells_what_desks_lack(
    tmp_path: Path, changed: dict[str, str | bytes | None], problems: list[tuple[str, int, str]]
) -> None:
    """A desk without a clock among others with one, a clock of no use, and one person where two should look."""
    found = check(folder(tmp_path, changed), label).problems
    assert [(Path(one.path).name, one.line, one.message) for one in found] == problems
    assert {one.severity for one in found} <= {"warning"}


def test_a_shipped_etiquette_is_told_of_at_the_clocks(tmp_path: Path) -> None:
    """Without an etiquette.yaml, a desk that lacks a clock is told of where the clocks stand."""
    [found] = check(folder(tmp_path, {"brand.yaml": BRAND + CARE, "etiquette.yaml": None}), label).problems
    assert (Path(found.path).name, found.line) == ("brand.yaml", 6)
    assert "desk 'people', which has no clock" in found.message


def value(tmp_path: Path, said: str) -> Value:
    """A value in a file."""
    (tmp_path / "v.yaml").write_text(said, encoding="utf-8")
    return read(tmp_path / "v.yaml", "a country")


def test_without_the_library_public_holidays_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naming a country where the extra is missing is told with the command that brings it."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(FileError, match=r"v.yaml:1: .*pip install 'ascolta\[holidays\]'; or list them yourself"):
        public_days(value(tmp_path, "DE"), None)


@pytest.mark.skipif(not installed(), reason="the extra `holidays` is not installed")
def test_public_holidays_are_those_of_the_region(tmp_path: Path) -> None:
    """Bavaria keeps Epiphany and Germany as a whole does not; both keep New Year, of the year before to three on."""
    today = date(2026, 11, 25)
    germany = public_days(value(tmp_path, "DE"), None, today)
    bavaria = public_days(value(tmp_path, "de"), value(tmp_path, "BY"), today)
    assert day_of(2027, 1, 6) in bavaria - germany
    assert germany < bavaria
    assert {date_of(day)[0] for day in germany} == {2025, 2026, 2027, 2028, 2029}
    assert {day_of(year, 1, 1) for year in range(2025, 2030)} <= germany


@pytest.mark.skipif(not installed(), reason="the extra `holidays` is not installed")
@pytest.mark.parametrize(
    ("country", "region", "sentence"),
    [
        ("Germany", None, "no public holidays are known of 'GERMANY'; write a country's two letters, such as DE"),
        ("DE", "BYE", "'BYE' is no region of DE, did you mean 'BY'?"),
        ("DE", "xyz", "'xyz' is no region of DE; known are BB, BE, BW, BY"),
        ("IS", "BY", "'BY' is no region of IS, which has none; leave it out"),
    ],
)
def test_a_country_or_region_that_is_not_known_is_told(
    tmp_path: Path, country: str, region: str | None, sentence: str
) -> None:
    """A country or region that the library does not know gives one sentence with what to write."""
    with pytest.raises(FileError) as caught:
        public_days(value(tmp_path, country), None if region is None else value(tmp_path, region))
    assert str(caught.value).startswith(f"{tmp_path}/v.yaml:1: {sentence}")


@pytest.mark.skipif(not installed(), reason="the extra `holidays` is not installed")
def test_a_desk_keeps_the_holidays_of_its_country(tmp_path: Path) -> None:
    """A desk in Germany rests on its public holidays and on its own."""
    [clock] = loaded(tmp_path, CARE + "    country: DE\n    holidays: [12-24]\n").desks
    assert isinstance(clock, Clock)
    year = date.today().year
    assert day_of(year, 10, 3) in clock.closed
    assert clock.yearly == frozenset({(12, 24)})
