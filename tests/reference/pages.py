"""Which pages are made from the code, and how."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT
from tests.proofs import table
from tests.reference import api, commands, files, settings

FOLDER = ROOT / "docs" / "reference"
PAGES: dict[Path, Callable[[], str]] = {
    FOLDER / "commands.md": commands.page,
    FOLDER / "files.md": files.page,
    FOLDER / "settings.md": settings.page,
    FOLDER / "api.md": api.page,
    table.PAGE: table.page,
}
