"""The composition root: a brand folder and a few settings become everything that is needed, wired."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ascolta.core.brand import Brand
from ascolta.core.etiquette import Etiquette
from ascolta.core.mention import Brands
from ascolta.core.post import Batch
from ascolta.core.tier import kernel
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_brands
from ascolta.files.etiquette import load_etiquette
from ascolta.labels import label
from ascolta.ports import Speaker, Store
from ascolta.sources import FileSource, TwinNetwork
from ascolta.sources.files import BATCH
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore

STORE = ".ascolta"
"""The folder beside brand.yaml in which a brand's store lies unless another is named."""

NETWORKS = ("x", "bluesky", "mastodon", "facebook", "blog", "file")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file of posts is read: its columns, its clock (None: the posts' own), who is told what was set aside."""

    columns: Mapping[str, str] | None = None
    clock: Callable[[], float] | None = None
    tell: Tell = lambda said: None
    batch: int = BATCH

    def source(self, path: str) -> FileSource:
        """The source for one path."""
        return FileSource(path, columns=self.columns, clock=self.clock, tell=self.tell, batch=self.batch)


def example() -> Path:
    """The folder of the example brand: beside the code when installed, in the repository otherwise."""
    here = Path(__file__).parent
    installed = here / "acme"
    return installed if installed.is_dir() else here.parents[1] / "examples" / "acme"


def brands(folder: Path, etiquette: Path | None = None) -> Brands:
    """The brands of a folder, ready to hear; `etiquette` replaces that of each. Raises FileError."""
    found: Sequence[Brand] = load_brands(folder)
    if etiquette is not None:
        other: Etiquette = load_etiquette(etiquette)
        found = [replace(brand, etiquette=other) for brand in found]
    return Brands(found, label, tier())


def tier() -> str | None:
    """How queries are matched, as the environment variable ASCOLTA_MATCH says. Raises AscoltaError."""
    said = os.environ.get("ASCOLTA_MATCH") or None
    try:
        kernel(said)
    except ValueError as error:
        raise AscoltaError(f"ASCOLTA_MATCH: {error}") from None
    return said


def store(folder: Path | None) -> Store:
    """The store in a folder; None: in memory, nothing at rest."""
    return MemoryStore() if folder is None else SqlStore(folder)


def sources(heard: Brands, folder: Path, paths: Sequence[str], reading: Reading) -> list[FileSource]:
    """The sources at `paths`, or those that the brands' files name. Raises AscoltaError if there is none."""
    if paths:
        return [reading.source(path) for path in paths]
    named = [
        replace(reading, columns=dict(item.columns) or reading.columns).source(str(_beside(folder, brand, item.path)))
        for brand in heard
        for item in brand.sources
    ]
    if not named:
        raise AscoltaError(f"{folder}: brand.yaml names no sources; add them there or name files on the command line")
    return named


def batches(source: FileSource) -> Iterator[Batch]:
    """Everything in a source, from the start."""
    return source.batches("")


def speakers() -> dict[str, Speaker]:
    """Who can answer, by network. For now each is a twin that nobody reads."""
    return {network: TwinNetwork(network) for network in NETWORKS}


def _beside(folder: Path, brand: Brand, path: str) -> Path:
    own = folder / brand.id / path
    return own if own.exists() else folder / path
