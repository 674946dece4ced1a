"""brand.yaml names competitors by the short names of their folders."""

from pathlib import Path

import pytest

from ascolta.errors import FileError
from ascolta.files.brands import load_brand, load_folders

BRAND = "brand: acme\nname: Acme\n"
QUERIES = "queries:\n  - {name: n, find: acme}\n"


def write(folder: Path, more: str) -> Path:
    """A brand's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "brand.yaml").write_text(BRAND + more, encoding="utf-8")
    (folder / "queries.yaml").write_text(QUERIES, encoding="utf-8")
    return folder


def test_competitors_are_named_once_each(tmp_path: Path) -> None:
    """The list is kept in order; without the key there is none; a folder that is not there is no mistake."""
    assert load_brand(write(tmp_path, "competitors: [globex, initech, globex]\n")).competitors == ("globex", "initech")
    assert load_folders(write(tmp_path, ""))[0][1].competitors == ()


@pytest.mark.parametrize("odd", ["[Globex Air]", "[acme]", "['../x']"])
def test_what_is_no_other_folder_is_refused(tmp_path: Path, odd: str) -> None:
    """A full name, a path or the brand itself is told with its line."""
    with pytest.raises(FileError, match=r"brand\.yaml:3: 'competitors' are short names"):
        load_brand(write(tmp_path, f"competitors: {odd}\n"))
