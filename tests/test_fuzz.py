"""The parser under damaged queries."""

import random

import pytest

from tests.fuzz import failures


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_damaged_queries_are_queries_or_query_errors(seed: int) -> None:
    """For thirty seconds a seed, whatever is typed says itself back or is told with a column; the linter never ends."""
    assert list(failures(random.Random(seed), 30)) == []
