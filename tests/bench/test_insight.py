"""The bench of Insight on a few simulated years: what is claimed of bounds and directions holds."""

from bench.insight import rows, tally


def test_bounds_hold_the_truth_as_often_as_they_say() -> None:
    """In three years every kind of bounds holds the truth about 95 times in 100, and directions are right."""
    for name, held, stated in rows(tally(3, 7)):
        assert held.tried >= 30, name
        assert held.rate >= 0.95 - 2.6 * (0.05 * 0.95 / held.tried) ** 0.5, (name, held.rate)
        assert "95" in stated
