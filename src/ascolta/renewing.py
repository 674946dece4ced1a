"""What changes while Ascolta runs: a brand's queries, its rules and how it speaks, read anew when its files change."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ascolta.answering import Speech
from ascolta.core.drafting.sound import prepare
from ascolta.core.mention import Brands
from ascolta.errors import AscoltaError
from ascolta.files.drafts import KEY, load_settings, load_voice
from ascolta.files.etiquette import own_etiquette, stricter
from ascolta.files.helping import load_helping
from ascolta.files.queries import load_queries
from ascolta.files.reading import MAX_SIZE
from ascolta.models import asker


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What is new of a brand: how many queries were put, changed or dropped, and whether its etiquette is another."""

    queries: int = 0
    etiquette: bool = False


class Renewal:
    """Notices that the files of a brand's folder changed, and has its new queries and rules heeded without stopping."""

    def __init__(self, brands: Brands, own: Mapping[str, Path]) -> None:
        self.brands, self._own = brands, own
        self._seen = {brand: _signs(own) for brand, own in self._own.items()}

    def heed(self) -> dict[str, Renewed]:
        """What is new, by brand. Raises FileError at what cannot be read; all of that brand then stays as it was."""
        found: dict[str, Renewed] = {}
        for brand, own in self._own.items():
            signs = _signs(own)
            if signs != self._seen[brand]:
                self._seen[brand] = signs
                if (renewed := self._renew(brand, own)) != Renewed():
                    found[brand] = renewed
        return found

    def _renew(self, brand: str, own: Path) -> Renewed:
        before = self.brands.by_id[brand]
        queries = load_queries(own / "queries.yaml")
        etiquette = own_etiquette(own, before.name, before.handles[0] if before.handles else brand)
        return Renewed(
            queries=self.brands.renew(brand, queries),
            etiquette=self.brands.amend(brand, stricter(etiquette, before.over_55)),
        )


class Speeches:
    """How each brand speaks: its facts, its templates, what it may ask; read anew when their files change."""

    def __init__(self, own: Mapping[str, Path], tell: Callable[[str], None] = lambda said: None) -> None:
        """`own` is the folder of each brand.

        Raises FileError if a file cannot be used, AscoltaError if a model is set up by halves.
        """
        self._tell, self._own = tell, own
        self._read = {brand: (self._stamp(brand), speech(folder)) for brand, folder in own.items()}
        for _, found in self._read.values():
            prepare(found.voice)

    def __call__(self, brand: str) -> Speech:
        """How a brand speaks now. A file that cannot be used any more is told once; what it said before holds on."""
        stamp, found = self._read[brand]
        now = self._stamp(brand)
        if now != stamp:
            try:
                found = speech(self._own[brand])
            except AscoltaError as error:
                self._tell(f"{error}; what may be said stays as it was")
            self._read[brand] = now, found
        return found

    def _stamp(self, brand: str) -> tuple[tuple[str, int, int], ...]:
        own = self._own[brand]
        return _signs(own) + _signs(own / "templates")


def speech(folder: Path) -> Speech:
    """How the brand of a folder speaks, and the model that it asks, if it asks one. Raises AscoltaError."""
    settings = load_settings(folder, os.environ)
    ask = asker(settings.model, settings.endpoint, os.environ.get(KEY, "").strip())
    return Speech(voice=load_voice(folder, settings), ask=ask, helping=load_helping(folder))


def _signs(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time of change and size of each file that a query may stand in."""
    files = [path for path in sorted(folder.glob("*")) if path.is_file() and not path.name.startswith(".")]
    stats = [(path.name, path.stat()) for path in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats if stat.st_size <= MAX_SIZE)
