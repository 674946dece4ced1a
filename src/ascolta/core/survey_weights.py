"""Weights that give each part of a population its due where some answered more eagerly than others.

One margin is post-stratification; several are raked: each margin in turn is made to hold until all of them do (Deming
and Stephan, Annals of Mathematical Statistics 11(4), 1940). What that costs is Kish's design effect (Survey Sampling,
1965; "Weighting for unequal Pi", Journal of Official Statistics 8(2), 1992).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.survey import Margin

Group = tuple[str, ...]
"""One category for each margin, in their order; empty where it is not known."""

ROUNDS = 300
CLOSE = 1e-9
"""Shares that differ by less than this are the same."""

HEAVIEST, LIGHTEST = 5.0, 0.1
"""Nobody counts for more, or less, than so many times the mean: one heavy answer would speak for all of its group."""

HALVINGS = 100
"""Steps in which a number is found to the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weight of one person in each group; their mean over all people is 1.

    `missing` are categories of the population from which nobody answered, by margin. `off` is by how much a share in
    the population is missed at the most, in percent: because weights were trimmed, or because margins contradict.
    """

    of: Mapping[Group, float]
    missing: tuple[tuple[str, str], ...] = ()
    off: float = 0.0
    is_trimmed: bool = False


def raked(people: Mapping[Group, int], margins: Sequence[Margin]) -> Weights:
    """Weights under which the people who answered are made up as the margins say.

    People of whom the category is not known keep, together, the share that they have.
    """
    there = {group: count for group, count in people.items() if count > 0}
    weights = dict.fromkeys(there, 1.0)
    targets, missing = _targets(there, margins)
    is_trimmed = False
    for _ in range(ROUNDS):
        before = dict(weights)
        for place, shares in enumerate(targets):
            _fit(weights, there, place, shares)
        is_trimmed = _trim(weights, there)
        if all(abs(weights[group] - before[group]) < CLOSE for group in weights):
            break
    return Weights(of=weights, missing=missing, off=100 * _off(weights, there, targets), is_trimmed=is_trimmed)


def design_effect(weighted: Sequence[tuple[float, int]]) -> float:
    """Kish's design effect of people's weights, given as weight and number of people; 1 where all are alike."""
    count = sum(people for _, people in weighted)
    total = sum(weight * people for weight, people in weighted)
    squares = sum(weight * weight * people for weight, people in weighted)
    return count * squares / (total * total) if total > 0 else 1.0


def _targets(
    people: Mapping[Group, int], margins: Sequence[Margin]
) -> tuple[list[Mapping[str, float]], tuple[tuple[str, str], ...]]:
    """The shares to reach, among the categories from which somebody answered; and those from which nobody did.

    People of no known category are one more, under an empty name, and keep the share that they have.
    """
    targets: list[Mapping[str, float]] = []
    missing: list[tuple[str, str]] = []
    for place, margin in enumerate(margins):
        counts = Counter[str]()
        for group, count in people.items():
            counts[group[place] if group[place] in margin.shares else ""] += count
        missing += [(margin.name, name) for name in margin.shares if name not in counts]
        shares = {name: share for name, share in margin.shares.items() if name in counts}
        rest = counts[""] / max(1, counts.total())
        whole = sum(shares.values())
        known = {name: (1 - rest) * share / whole for name, share in shares.items()}
        targets.append(known | ({"": rest} if rest else {}))
    return targets, tuple(missing)


def _fit(weights: dict[Group, float], people: Mapping[Group, int], place: int, shares: Mapping[str, float]) -> None:
    """Make one margin hold."""
    sums = _sums(weights, people, place, shares)
    total = sum(sums.values())
    for group in weights:
        name = group[place] if group[place] in shares else ""
        weights[group] *= shares[name] * total / sums[name]


def _trim(weights: dict[Group, float], people: Mapping[Group, int]) -> bool:
    """Hold the weights between the bounds, with a mean of 1 over all people; whether any was outside."""
    count = sum(people.values())
    times = count / sum(weights[group] * people[group] for group in weights) if weights else 1.0
    found = {group: weight * times for group, weight in weights.items()}
    is_outside = any(not LIGHTEST - CLOSE <= weight <= HEAVIEST + CLOSE for weight in found.values())
    if is_outside:
        found = _held(found, people, count)
    weights.update(found)
    return is_outside


def _held(weights: Mapping[Group, float], people: Mapping[Group, int], count: int) -> dict[Group, float]:
    """The weights times one number, cut at the bounds; the number is the one for which their mean is 1."""
    low, high = 0.0, HEAVIEST / min(weight for weight in weights.values() if weight > 0)
    found: dict[Group, float] = {}
    for _ in range(HALVINGS):
        times = (low + high) / 2
        found = {group: min(HEAVIEST, max(LIGHTEST, weight * times)) for group, weight in weights.items()}
        if sum(found[group] * people[group] for group in found) < count:
            low = times
        else:
            high = times
    return found


def _off(weights: Mapping[Group, float], people: Mapping[Group, int], targets: Sequence[Mapping[str, float]]) -> float:
    """By how much a share is missed at the most."""
    worst = 0.0
    for place, shares in enumerate(targets):
        sums = _sums(weights, people, place, shares)
        total = sum(sums.values())
        worst = max([worst, *(abs(shares[name] - sums[name] / total) for name in shares)])
    return worst


def _sums(
    weights: Mapping[Group, float], people: Mapping[Group, int], place: int, shares: Mapping[str, float]
) -> dict[str, float]:
    sums = dict.fromkeys(shares, 0.0)
    for group, count in people.items():
        sums[group[place] if group[place] in sums else ""] += weights[group] * count
    return sums
