"""What else could watch a stream of counts; each as it comes, with the settings that its own pages advise."""

import importlib
import importlib.util
import math
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.watching.score import Detector

from ascolta.core.alert import detector
from ascolta.core.watching.tail import Tail

WARM = 288
"""Counts that a peer may learn from before it is asked."""


class LastHour:
    """The rule of many vendors: the last hour against the twelve hours before."""

    def __init__(self) -> None:
        self.counts: deque[float] = deque(maxlen=156)

    def update(self, at: float, count: float) -> float:
        """The ratio of the two, each with a mention more."""
        self.counts.append(count)
        said = list(self.counts)
        return (sum(said[-12:]) + 1) / (sum(said[:-12]) / 12 + 1) if len(said) == 156 else 0.0


class CyclePoisson:
    """A Poisson law whose mean is the last day's, times an hour-of-day profile, with an extreme-value tail behind it.

    The tail is our own, on the square root of the surprise of a quarter of an hour: without one, large brands would
    speak all the time.
    """

    def __init__(self) -> None:
        self.mean, self.hours, self.seen = 1.0, [1.0] * 24, 0
        self.window: deque[float] = deque(maxlen=3)
        self.tail = Tail(3.0, (1.0, 8.0), 56, 0.5)

    def update(self, at: float, count: float) -> float:
        """How seldom the chance of so many or more, by the bound of Chernoff, is as small."""
        hour = int(at // 3600) % 24
        usual = 3 * max(0.05, self.mean * self.hours[hour])
        self.window.append(count)
        self.seen += 1
        self.mean += (count - self.mean) / min(self.seen + 1, WARM)
        self.hours[hour] += (count / max(self.mean, 0.05) - self.hours[hour]) / (7 * 12)
        if self.seen % 144 == 0:
            self.tail.close()
        many = sum(self.window)
        if self.seen < WARM:
            return -1.0
        return self.tail.score(math.sqrt(many * math.log(many / usual) - many + usual) if many > usual else 0.0)


class River:
    """A detector of river; HalfSpaceTrees behind the scaler that its pages put before it."""

    def __init__(self, kind: str) -> None:
        anomaly = importlib.import_module("river.anomaly")
        self.kind, self.one = kind, getattr(anomaly, kind)(**({"seed": 1} if kind == "HalfSpaceTrees" else {}))
        self.scale = importlib.import_module("river.preprocessing").MinMaxScaler()

    def update(self, at: float, count: float) -> float:
        """Its score of the count, before it learns it."""
        if self.kind == "GaussianScorer":
            score = self.one.score_one(None, count)
            self.one.learn_one(None, count)
            return float(score)
        self.scale.learn_one({"count": count})
        features = self.scale.transform_one({"count": count})
        score = self.one.score_one(features)
        self.one.learn_one(features)
        return float(score)


class Spot:
    """libspot, the streaming peaks-over-threshold of Siffert et al. 2017, fitted on the first day.

    It cannot be copied, so what it saw is seen again by a copy.
    """

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.one: Any = None

    def update(self, at: float, count: float) -> float:
        """Minus log10 of the chance that it gives to such a count."""
        self.seen.append(count)
        if self.one is None:
            if len(self.seen) < WARM:
                return 0.0
            self.one = importlib.import_module("libspot").Spot(q=1e-4, level=0.98)
            self.one.fit(importlib.import_module("numpy").array(self.seen, dtype=float))
            return 0.0
        chance = float(self.one.probability(count))
        self.one.step(count)
        return -math.log10(max(chance, 1e-300)) if chance == chance else 0.0

    def __deepcopy__(self, memo: dict[int, Any]) -> "Spot":
        other = Spot()
        for count in self.seen:
            other.update(0.0, count)
        return other


def peers() -> list[tuple[str, Callable[[], Detector] | None, str]]:
    """Name, what makes a fresh one, and why there is none."""
    found: list[tuple[str, Callable[[], Detector] | None, str]] = [
        ("Ascolta", detector, ""),
        ("last hour / 12 before", LastHour, ""),
        ("Poisson by the hour", CyclePoisson, ""),
    ]
    for kind in ("HalfSpaceTrees", "GaussianScorer"):
        there = importlib.util.find_spec("river") is not None
        why = "" if there else "not installed (pip install river); it is no dependency of ours"
        found.append((f"river {kind}", partial(River, kind) if there else None, why))
    there = importlib.util.find_spec("libspot") is not None
    why = "" if there else "not installed (pip install libspot); it is no dependency of ours"
    found.append(("libspot", Spot if there else None, why))
    return found
