"""One batch's way to its decisions: READ FIRST."""

from collections.abc import Iterator

from ascolta.core.finding import Finder, Findings, find
from ascolta.core.mention import Brands, Heard, judge
from ascolta.figures import Figures
from ascolta.ports import Source, Store
from ascolta.stores.challenges import Challenges
from ascolta.tracing import followed


def listen(
    source: Source, brands: Brands, store: Store, figures: Figures | None = None, codes: Challenges | None = None
) -> Iterator[Heard]:
    """Hear a source from where we left off; each batch is kept whole, with the cursor, before it is yielded.

    `codes` are those given out for opting out; without them none is heeded.
    """
    for findings, trace in followed(source, found(source, brands, store.cursor(source.name))):  # pure: match → label
        with trace.step("judge"):  # pure, in order: consent → decide
            known = store.known() if codes is None else codes.among(store.known(), findings.arrived)
            heard = judge(findings, brands, known)
        with trace.step("keep"):
            store.keep(source.name, heard)  # one transaction: cases, counts, removals, cursor
            if codes is not None:
                codes.heed(heard, known)  # a code that was shown is used up
            if figures is not None:
                figures.count(heard, brands)  # who spoke, within bounds, for what is published with noise
        trace.ends(heard.tally)
        yield heard  # heard.tally is what the log line, the progress bar and the tests look at


def found(source: Source, brands: Brands, after: str) -> Iterator[Findings]:
    """What is found in a source after a cursor: by this process, unless the source has it looked through elsewhere."""
    if isinstance(source, Finder):
        return source.find(brands, after)
    return (find(batch, brands) for batch in source.batches(after))
