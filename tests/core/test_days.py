"""How times are written, and the days on which they fall."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.days import iso, moment

FROM_1000_TO_9999 = st.integers(-30_610_224_000, 253_402_300_799)


@given(FROM_1000_TO_9999)
def test_times_are_written_as_the_calendar_has_them(at: int) -> None:
    """To the second and to the minute, each time of four digits of a year is written as Python's own calendar does."""
    when = datetime.fromtimestamp(at, UTC)
    assert iso(at) == iso(at + 0.5) == when.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moment(at) == moment(at + 0.5) == when.strftime("%Y-%m-%d %H:%M UTC")


def test_times_that_no_calendar_of_four_digits_has_are_written_too() -> None:
    """Early years have their zeros, and neither a year before 1 nor one after 9999 ends in an error."""
    assert (iso(-62_135_596_800), moment(-62_135_596_800)) == ("0001-01-01T00:00:00Z", "0001-01-01 00:00 UTC")
    assert (iso(253_402_300_800), iso(-62_135_596_801)) == ("10000-01-01T00:00:00Z", "0000-12-31T23:59:59Z")
