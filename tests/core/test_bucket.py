"""The token bucket, at chosen times."""

from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.bucket import Bucket


def taken(bucket: Bucket, *times: float) -> list[bool]:
    """Whether a token was there at each of some times."""
    found = []
    for at in times:
        after = bucket.take(at)
        found.append(after is not None)
        bucket = after or bucket
    return found


def test_so_many_at_once_and_then_one_by_one() -> None:
    """Three at once, then one every ten seconds."""
    found = taken(Bucket.full(3, 10, 0), 0, 0, 0, 0, 9, 10, 11, 20)
    assert found == [True, True, True, False, False, True, False, True]


def test_a_clock_set_back_wins_nothing() -> None:
    """Going back in time fills no bucket."""
    assert taken(Bucket.full(1, 10, 100), 100, 50, 40) == [True, False, False]


@given(st.lists(st.floats(0, 100_000), max_size=60).map(sorted))
def test_never_more_than_the_rate_allows(times: list[float]) -> None:
    """Over any stretch no more tokens are given than were there and were won."""
    if times:
        given_out = sum(taken(Bucket.full(5, 60, times[0]), *times))
        assert given_out <= 5 + (times[-1] - times[0]) / 60 + 1e-6
