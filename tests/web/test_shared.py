"""A value that many ask for is made once for all of them, and not kept for longer than it may be old."""

from ascolta.web.shared import KEYS, Shared


def test_it_is_made_once_for_all_that_ask_at_about_the_same_time() -> None:
    """Within the time that it may be old it is not made again; after it, it is."""
    now, made = [10.0], []

    def make() -> str:
        made.append(now[0])
        return f"{len(made)}"

    shared = Shared(make, 0.5, lambda: now[0])
    assert [shared() for _ in range(5)] == ["1"] * 5
    now[0] += 0.5
    assert shared() == "2"
    assert made == [10.0, 10.5]


def test_without_a_time_it_is_made_for_everybody() -> None:
    """With no time for which it may be old, each who asks gets a new one."""
    numbers = iter(range(3))
    shared = Shared(lambda: str(next(numbers)), 0.0, lambda: 1.0)
    assert [shared(), shared(), shared()] == ["0", "1", "2"]


def test_each_key_has_its_own() -> None:
    """Who reads another language does not get the value of others, and nobody's is kept for too long."""
    numbers, now = iter(range(99)), [1.0]
    shared = Shared(lambda: next(numbers), 0.5, lambda: now[0])
    assert [shared("en"), shared("de"), shared("en")] == [0, 1, 0]
    assert [shared(number) for number in range(KEYS)] == list(range(2, KEYS + 2))
    now[0] += 0.5
    assert shared("en") == KEYS + 2
