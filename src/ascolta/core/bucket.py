"""A token bucket: so many at once, and then one whenever so much time has passed."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Holds up to `most` tokens and wins one every `every` seconds; `left` of them were there at `at`."""

    most: int
    every: float
    left: float
    at: float

    @classmethod
    def full(cls, most: int, every: float, at: float) -> "Bucket":
        """A bucket from which nothing was taken yet."""
        return cls(most=most, every=every, left=float(most), at=at)

    def filled(self, at: float) -> "Bucket":
        """The bucket at a later time; a clock that was set back gives nothing and takes nothing."""
        won = max(0.0, at - self.at) / self.every
        return replace(self, left=min(float(self.most), self.left + won), at=at)

    def take(self, at: float) -> "Bucket | None":
        """The bucket without one token; None if there is none left."""
        now = self.filled(at)
        return replace(now, left=now.left - 1) if now.left >= 1 else None
