"""One batch's way to its decisions: READ FIRST."""

from collections.abc import Iterator

from ascolta.core.mention import Brands, Heard, hear
from ascolta.figures import Figures
from ascolta.ports import Source, Store
from ascolta.stores.challenges import Challenges


def listen(
    source: Source, brands: Brands, store: Store, figures: Figures | None = None, codes: Challenges | None = None
) -> Iterator[Heard]:
    """Hear a source from where we left off; each batch is kept whole, with the cursor, before it is yielded.

    `codes` are those given out for opting out; without them none is heeded.
    """
    for batch in source.batches(store.cursor(source.name)):
        known = store.known() if codes is None else codes.among(store.known(), batch.arrived)
        heard = hear(batch, brands, known)  # pure: match → consent → label → decide
        store.keep(source.name, heard)  # one transaction: cases, counts, removals, cursor
        if codes is not None:
            codes.heed(heard, known)  # a code that was shown is used up
        if figures is not None:
            figures.count(heard, brands)  # who spoke, within bounds, for what is published with noise
        yield heard  # heard.tally is what the log line, the progress bar and the tests look at
