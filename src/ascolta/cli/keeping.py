"""What `listen` and `stream` keep of what they hear, and who is told of it."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ascolta import bootstrap
from ascolta.core.alert import AlertChange
from ascolta.core.journal import Kind
from ascolta.core.mention import Brands, Heard, Tally
from ascolta.core.voices import Voices
from ascolta.figures import Figures
from ascolta.helping import heed
from ascolta.listen import listen
from ascolta.ports import Source, Store
from ascolta.stores.advocates import Advocates
from ascolta.stores.challenges import Challenges
from ascolta.tracing import traced_to
from ascolta.watch import Around, watch

log = logging.getLogger("ascolta.listen")


@dataclass(kw_only=True)
class Keeping:
    """A store and all that is told of each batch beside it. `tally` is of all that was heard."""

    brands: Brands
    store: Store
    figures: Figures
    codes: Challenges
    advocates: Advocates | None
    voices: Voices = field(default_factory=bootstrap.voices)
    tally: Tally = field(default_factory=Tally)
    newest: float = 0.0

    def hear(self, source: Source) -> Iterator[Heard]:
        """Hear a source from where we left off. Raises AscoltaError."""
        for heard in listen(source, self.brands, self.store, self.figures, self.codes):
            if self.advocates is not None:
                heed(self.advocates, heard, self.brands.by_id)
            self.voices.hear(heard, self.brands.by_id)
            tally = heard.tally
            said = (source.name, tally.posts, tally.mentions, tally.removals)
            log.info("kept source=%s posts=%d mentions=%d removals=%d", *said)
            self.tally += tally
            self.newest = max(self.newest, heard.newest)
            yield heard

    def alerts(self) -> list[AlertChange]:
        """Look whether something rises, now that something was heard."""
        around = Around(voices=self.voices, brands=self.brands)
        return [change for brand in self.brands for change, _ in watch(self.store, brand, self.newest, around=around)]


@contextmanager
def keeping(brands: Brands, place: Path | None) -> Iterator[Keeping]:
    """A store in a folder, swept and opened until the block ends; `place` None keeps nothing. Raises AscoltaError."""
    with ExitStack() as opened, traced_to(os.environ):
        store = bootstrap.store(place)
        opened.callback(store.close)
        figures, codes = bootstrap.figures(place, store.journal), bootstrap.codes(place)
        advocates = bootstrap.advocates(place, store.journal)
        for one in (advocates, codes, figures):
            if one is not None:
                opened.callback(one.close)
        store.sweep(time.time())
        codes.sweep(time.time())
        bootstrap.note(store, Kind.STARTED, time.time())
        yield Keeping(brands=brands, store=store, figures=figures, codes=codes, advocates=advocates)
        bootstrap.note(store, Kind.STOPPED, time.time())
