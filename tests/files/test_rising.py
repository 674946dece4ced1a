"""brand.yaml says whether the words of each week are published."""

from pathlib import Path

import pytest

from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from tests.files.test_competitors import write


@pytest.mark.parametrize(("said", "found"), [("rising: yes\n", True), ("rising: no\n", False), ("", False)])
def test_words_are_published_only_where_it_says_so(tmp_path: Path, said: str, found: bool) -> None:
    """`rising: yes` and nothing else turns it on."""
    assert load_brand(write(tmp_path, said)).rising is found


def test_anything_else_is_refused(tmp_path: Path) -> None:
    """A word that is neither yes nor no is an error with its line."""
    with pytest.raises(FileError, match=r"brand\.yaml:3: 'rising' cannot be 'maybe'"):
        load_brand(write(tmp_path, "rising: maybe\n"))
