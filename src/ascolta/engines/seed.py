"""What a worker needs to look through posts, as it travels: the brands' queries and rules, and who labels."""

import hashlib
import pickle
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.finding import Brands
from ascolta.labels import labelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Brands, the labellers that they share (as labels.labelling takes them), and how queries are matched."""

    brands: tuple[Brand, ...]
    labels: str = "default"
    tier: str | None = None

    def packed(self) -> bytes:
        """It as bytes, for processes that we started ourselves and nobody else."""
        return pickle.dumps(self, protocol=5)


class Sown:
    """The seed of brands that may change meanwhile, packed anew only when they did."""

    def __init__(self, brands: Brands, labels: str) -> None:
        self.brands, self.labels = brands, labels
        self._changes, self._packed = -1, b""

    def packed(self) -> bytes:
        """The seed as it is now."""
        if self._changes != self.brands.changes:
            self._changes = self.brands.changes
            self._packed = Seed(brands=tuple(self.brands), labels=self.labels, tier=self.brands.tier).packed()
        return self._packed


_made: dict[bytes, Brands] = {}
"""What this worker has ready, by the hash of its seed; the last one only."""


def grown(packed: bytes) -> Brands:
    """The brands of a seed, ready to look through posts; made once for each."""
    name = hashlib.blake2b(packed, digest_size=16).digest()
    if name not in _made:
        seed = pickle.loads(packed)  # noqa: S301 - from our own driver, over its own connection
        _made.clear()
        _made[name] = Brands(list(seed.brands), labelling(seed.labels), seed.tier)
    return _made[name]
