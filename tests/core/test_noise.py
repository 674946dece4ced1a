"""The samplers and the running totals: exact laws, the epsilon that can be seen, the accuracy that is promised."""

import math
from fractions import Fraction
from random import Random
from statistics import median

import pytest

from ascolta.core.cells import TERMS, Cell, Exact, Kind, publish, reach
from ascolta.core.matrix import SHIFT, running
from ascolta.core.noise import Bits, bernoulli_exp, gaussian, laplace, uniform
from tests.core.neighbours import counted, epsilon_shown, far

DRAWS = 200_000
CELLS = {
    Kind.HOUR: Cell(brand="acme", day=20_000, kind=Kind.HOUR, part="09"),
    Kind.DAY: Cell(brand="acme", day=20_000, kind=Kind.DAY),
    Kind.TOPIC: Cell(brand="acme", day=20_000, kind=Kind.TOPIC, part="luggage"),
}


@pytest.fixture
def bits(request: pytest.FixtureRequest) -> Bits:
    """Random bits, the same for a test whenever it runs."""
    return Random(request.node.name).getrandbits


@pytest.mark.parametrize("below", [1, 2, 3, 10, 1_000])
def test_whole_numbers_are_drawn_evenly(below: int, bits: Bits) -> None:
    """Each number below a limit is as likely as any other."""
    found = counted(lambda: uniform(below, bits), 20_000)
    assert set(found) <= set(range(below))
    assert below == 1 or far(found, lambda value: 1.0, range(below)) < 5


@pytest.mark.parametrize(("over", "under"), [(0, 1), (1, 3), (1, 1), (7, 2), (9, 1)])
def test_exponentials_are_drawn_with_their_probability(over: int, under: int, bits: Bits) -> None:
    """exp(-p/q) is met within four standard errors, for p/q below and above one."""
    hits, chance = sum(bernoulli_exp(over, under, bits) for _ in range(20_000)), math.exp(-over / under)
    assert abs(hits - 20_000 * chance) <= 4 * math.sqrt(20_000 * chance * (1 - chance))


@pytest.mark.parametrize("scale", [Fraction(10, 3), Fraction(5), Fraction(4), Fraction(1, 2)])
def test_laplace_noise_follows_its_law(scale: Fraction, bits: Bits) -> None:
    """Discrete Laplace noise at each scale in use fits its law."""
    found = counted(lambda: laplace(scale, bits), 40_000)
    assert far(found, lambda value: math.exp(-abs(value) / scale), range(-200, 201)) < 5


@pytest.mark.parametrize("variance", [Fraction(9, 2), Fraction(100, 3), Fraction(1, 3)])
def test_gaussian_noise_follows_its_law(variance: Fraction, bits: Bits) -> None:
    """Discrete Gaussian noise fits its law, at a variance that is no whole number too."""
    found = counted(lambda: gaussian(variance, bits), 30_000)
    assert far(found, lambda value: math.exp(-value * value / (2 * variance)), range(-100, 101)) < 5


@pytest.mark.parametrize("kind", [Kind.HOUR, Kind.DAY, Kind.TOPIC])
def test_one_author_cannot_be_told_from_a_figure(kind: Kind, bits: Bits) -> None:
    """In 2 × 200,000 figures of 200 and of 201 authors the epsilon that shows is within the claim, and near it."""
    claim = float(TERMS[kind].epsilon)
    few, more = (_figures(kind, count, DRAWS, bits) for count in (200, 201))
    assert 0.85 * claim < epsilon_shown(few, more) <= claim


@pytest.mark.parametrize("kind", [Kind.HOUR, Kind.DAY, Kind.TOPIC])
def test_one_author_cannot_be_told_from_what_is_not_shown(kind: Kind, bits: Bits) -> None:
    """Just below the threshold, one author more changes the chance to be shown by no more than the claim."""
    claim, least = float(TERMS[kind].epsilon), TERMS[kind].threshold
    few, more = (_figures(kind, count, 20_000, bits) for count in (least - 1, least))
    assert min(few[-1], more[-1]) > 5_000
    assert epsilon_shown(few, more) <= claim


@pytest.mark.parametrize(
    ("kind", "authors", "within"), [(Kind.DAY, 500, 0.01), (Kind.HOUR, 100, 0.03), (Kind.TOPIC, 100, 0.03)]
)
def test_figures_are_accurate(kind: Kind, authors: int, within: float, bits: Bits) -> None:
    """Days of 500 authors have a median error of 1 % at most, hours and topics of 100 one of 3 %."""
    found = [publish(CELLS[kind], Exact(authors), bits) for _ in range(2_000)]
    errors = [abs((one.value or 0) - authors) / authors for one in found]
    assert median(errors) <= within


@pytest.mark.parametrize("kind", [Kind.HOUR, Kind.DAY, Kind.TOPIC])
def test_the_interval_holds_what_it_says(kind: Kind, bits: Bits) -> None:
    """The interval holds the exact count in 95 % of figures, and one narrower by one would not."""
    found = [publish(CELLS[kind], Exact(300), bits).interval for _ in range(4_000)]
    held = sum(one is not None and one[0] <= 300 <= one[1] for one in found)
    decay, width = math.exp(-TERMS[kind].epsilon), reach(TERMS[kind].epsilon)
    assert held / 4_000 > 0.935
    assert 2 * decay ** (width + 1) / (1 + decay) <= 0.05 < 2 * decay**width / (1 + decay)


@pytest.mark.parametrize("kind", [Kind.HOUR, Kind.DAY, Kind.TOPIC])
def test_silence_is_seldom_shown_as_talk(kind: Kind) -> None:
    """A cell without anybody is shown less than once in 2,000 days."""
    decay = math.exp(-TERMS[kind].epsilon)
    assert decay ** TERMS[kind].threshold / (1 + decay) < 1 / 2_000


@pytest.mark.parametrize("count", [2**60 + 1, 2**80 + 12_345])
def test_no_count_is_too_large_to_be_exact(count: int, bits: Bits) -> None:
    """Noise on a count that no float can hold is as fine as on any other."""
    found = {Exact(count).noised(lambda: laplace(Fraction(5), bits)) - count for _ in range(400)}
    assert {-1, 0, 1} <= found
    assert max(map(abs, found)) < 100


def test_running_totals_err_as_published() -> None:
    """Over 1,440 minutes at rho 0.015 the error's standard deviation is 19.5, where separate noise has 219."""
    assert running(1_440, Fraction(15, 1_000)).spread == pytest.approx(19.5, abs=0.05)
    assert math.sqrt(1_440 / 0.03) == pytest.approx(219, abs=0.2)


def test_the_weights_are_those_of_the_square_root() -> None:
    """Taken times itself, the matrix of weights is that of ones, which is why its totals are totals."""
    weights = [weight / 2.0**SHIFT for weight in running(40, Fraction(1)).weights]
    assert weights[:3] == [1.0, 0.5, 0.375]
    for row in range(40):
        assert sum(weights[k] * weights[row - k] for k in range(row + 1)) == pytest.approx(1.0, abs=1e-9)


def test_running_totals_are_totals(bits: Bits) -> None:
    """With hardly any noise, what is measured gives back each total; with noise, errors spread as they should."""
    counts = [Exact(n) for n in (5, 0, 3, 1_000, 2)]
    clear = running(5, Fraction(10**9))
    measured = [clear.measure(counts[: n + 1], bits) for n in range(5)]
    assert [clear.total(measured[: n + 1]) for n in range(5)] == [5, 5, 8, 1_008, 1_010]
    day, silent = running(24, Fraction(15, 1_000)), [Exact(0)] * 24
    ends = [day.total([day.measure(silent[:n], bits) for n in range(1, 25)]) for _ in range(300)]
    assert math.sqrt(sum(end * end for end in ends) / 300) == pytest.approx(day.spread, rel=0.2)


def test_one_author_cannot_be_told_from_what_is_measured() -> None:
    """The log ratio of what one author changes has the mean that zCDP allows: rho itself."""
    day = running(24, Fraction(15, 1_000))
    shift = sum(weight * weight for weight in day.weights)
    assert shift / (2 * day.variance) == day.rho
    assert day.epsilon(1e-6) == pytest.approx(0.925, abs=0.001)


def test_a_tick_too_many_is_refused(bits: Bits) -> None:
    """Totals over a fixed number of ticks do not go on after it."""
    with pytest.raises(ValueError, match="fixed to 2 ticks"):
        running(2, Fraction(1)).measure([Exact(1)] * 3, bits)


def _figures(kind: Kind, count: int, times: int, bits: Bits) -> dict[int, int]:
    exact = Exact(count)
    return counted(lambda: publish(CELLS[kind], exact, bits).value, times)
