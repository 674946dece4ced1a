"""What a network is like as a source, as data: each source declares it, and the docs' table is made of it."""

from dataclasses import dataclass

from ascolta.core.consent.table import SIGNALS
from ascolta.core.platform import Platform, platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How one network is heard and answered. What may be done there at all is in core.platform, by the same name.

    `reads`: the opt-out signals (core.consent) that it can tell, of those in `could`: all that its format has. `hears`,
    `addressed`, `edits`, `deletions`: how each comes about there, in plain words. `streams`: whether it tells at once.
    `everything`: by a stream of all that is said there, so that nobody looks what waits. `answers`: whether the brand
    can answer there. `look_back` as of ports.Source. Without words for `edits` or `deletions` it has none.
    """

    network: str
    title: str
    hears: str
    addressed: str
    edits: str
    deletions: str
    reads: tuple[str, ...]
    could: tuple[str, ...] = ()
    streams: bool = False
    everything: bool = False
    answers: bool = False
    look_back: float = 0.0

    @property
    def terms(self) -> Platform:
        """What it asks of a brand: what may be stored, inferred and answered, and by when a deletion is applied."""
        return platform(self.network)

    @property
    def unread(self) -> tuple[str, ...]:
        """The signals of its format that are not read yet."""
        return tuple(name for name in self.could if name not in self.reads)

    def is_possible(self, what: str) -> bool:
        """Whether something of the docs' table can be done there: edit, delete, answer, stream, heed an opt-out."""
        possible = {
            "answer": self.answers,
            "streaming": self.streams,
            "edit": bool(self.edits),
            "delete": bool(self.deletions),
            "opt-out": bool(self.reads),
        }
        return possible.get(what, True)


def known_signals() -> frozenset[str]:
    """The names of all opt-out signals."""
    return frozenset(signal.name for signal in SIGNALS)
