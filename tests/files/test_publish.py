"""A brand's etiquette.yaml, and another one in its place."""

from pathlib import Path

import pytest

from ascolta.core.amend import digest_of
from ascolta.errors import FileError
from ascolta.files.etiquette import parsed_etiquette
from ascolta.files.publish import put, standing
from tests.conftest import ACME

OLD, NEW = "etiquette: acme\nrules: []\n", "etiquette: acme\nrules: [] # new\n"


def test_the_new_file_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    """What stood there is given back; rights stay as they were, and nothing is left beside it."""
    path = tmp_path / "etiquette.yaml"
    path.write_text(OLD, encoding="utf-8")
    path.chmod(0o640)
    assert put(tmp_path, ACME, NEW, digest_of(OLD)).text == OLD
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == (NEW, 0o640)
    assert put(tmp_path, ACME, NEW, "whatever").text == NEW
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_somebody_else_changed_is_not_written_over(tmp_path: Path) -> None:
    """It is told, and the file is as they left it."""
    path = tmp_path / "etiquette.yaml"
    path.write_text(OLD + "# theirs\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"etiquette\.yaml: was changed by somebody else"):
        put(tmp_path, ACME, NEW, digest_of(OLD))
    assert path.read_text(encoding="utf-8") == OLD + "# theirs\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "e.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "etiquette.yaml").symlink_to(tmp_path / "there" / "e.yaml")
    put(tmp_path, ACME, NEW, digest_of(OLD))
    assert (tmp_path / "etiquette.yaml").is_symlink()
    assert (tmp_path / "there" / "e.yaml").read_text(encoding="utf-8") == NEW


def test_without_a_file_the_shipped_rules_stand_there(tmp_path: Path) -> None:
    """With the brand's own name and account, so that they can be read as its own; the first file replaces nothing."""
    stood = standing(tmp_path, ACME)
    assert (stood.is_shipped, "@acmeair" in stood.text, "{handle}" in stood.text) == (True, True, False)
    assert parsed_etiquette(stood.text, tmp_path / "etiquette.yaml").rules
    assert put(tmp_path, ACME, NEW, "").is_shipped
    assert standing(tmp_path, ACME).text == NEW


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    """A folder in its place, a huge file, signs that are no UTF-8."""
    (tmp_path / "etiquette.yaml").write_bytes(b"etiquette: \xff\n")
    assert "\ufffd" in standing(tmp_path, ACME).text
    (tmp_path / "etiquette.yaml").write_bytes(b"#" * (1 << 21))
    with pytest.raises(FileError, match="larger than 1 MiB"):
        standing(tmp_path, ACME)
    (tmp_path / "etiquette.yaml").unlink()
    (tmp_path / "etiquette.yaml").mkdir()
    with pytest.raises(FileError, match="cannot be read"):
        standing(tmp_path, ACME)
    with pytest.raises(FileError, match="cannot be written"):
        put(tmp_path / "gone", ACME, NEW, "")
