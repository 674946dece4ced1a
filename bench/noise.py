"""Published figures: how long a draw takes, how far figures are from the truth, how much of one author shows in them.

`opendp` is asked as an oracle where it is installed (`pip install opendp`, some 265 MB); it is no dependency. Running
totals are compared with the binary tree (Chan, Shi and Song 2011) and with separate noise at the same rho.
"""

import importlib
import math
import secrets
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from random import Random
from statistics import median

from rich.console import Console
from rich.table import Table

from ascolta.core.cells import TERMS, Cell, Exact, Kind, publish, reach
from ascolta.core.matrix import running
from ascolta.core.noise import Bits, gaussian, laplace

DRAWS, PAIR = 20_000, 200_000
RHO = Fraction(15, 1_000)
CONSOLE = Console(width=110)
SEEDED = Random(20_261_125).getrandbits
CELLS = {kind: Cell(brand="acme", day=20_000, kind=kind, part="09") for kind in Kind}


def main() -> None:
    """Print four tables."""
    for table in (speed(), accuracy(), privacy(), totals()):
        CONSOLE.print(table)
    CONSOLE.print(oracle())


def speed() -> Table:
    """Microseconds of processor time a draw, with the system's random bits and with a generator's."""
    table = Table("", "secrets.randbits", "random.getrandbits", title=f"µs a draw, {DRAWS:,} draws")
    rows: list[tuple[str, Callable[[Bits], object]]] = [
        *((f"Laplace for a cell of kind {kind}", partial(laplace, 1 / TERMS[kind].epsilon)) for kind in Kind),
        ("Gaussian at variance 33.3", partial(gaussian, 1 / (2 * RHO))),
        ("a day's figure, published", lambda bits: publish(CELLS[Kind.DAY], Exact(500), bits)),
    ]
    for name, draw in rows:
        table.add_row(name, *(f"{_micros(partial(draw, bits)):.1f}" for bits in (secrets.randbits, SEEDED)))
    return table


def accuracy() -> Table:
    """How far figures are from the exact count."""
    table = Table(
        "cell",
        "authors",
        "median error",
        "95 % within",
        "not shown",
        title=f"{DRAWS:,} figures of each, from the truth",
    )
    for kind, sizes in ((Kind.HOUR, (0, 26, 50, 100)), (Kind.DAY, (0, 36, 100, 500)), (Kind.TOPIC, (0, 30, 100))):
        for size in sizes:
            found = [publish(CELLS[kind], Exact(size), SEEDED).value for _ in range(DRAWS)]
            errors = [abs(value - size) for value in found if value is not None]
            told = f"{median(errors) / size:.2%}" if size and errors else "–"
            hidden = f"{found.count(None) / DRAWS:.2%}"
            table.add_row(str(kind), f"{size:,}", told, f"± {reach(TERMS[kind].epsilon)}", hidden)
    return table


def privacy() -> Table:
    """The epsilon that surely shows, beside the claim, which it must not pass."""
    table = Table("cell", "claimed epsilon", "surely seen", title=f"One author more, in 2 × {PAIR:,} figures")
    for kind in Kind:
        few, more = (
            Counter(publish(CELLS[kind], exact, SEEDED).value or 0 for _ in range(PAIR))
            for exact in (Exact(200), Exact(201))
        )
        table.add_row(str(kind), f"{float(TERMS[kind].epsilon):g}", f"{_seen(few, more):.3f}")
    return table


def totals() -> Table:
    """Running totals: standard deviation of the error of the last, three ways at one rho."""
    table = Table(
        "ticks", "square root", "measured", "binary tree", "separate noise", title=f"Totals at rho {float(RHO):g}"
    )
    for ticks, times in ((24, 400), (168, 40), (1_440, 0)):
        way = running(ticks, RHO)
        silent = [Exact(0)] * ticks
        ends = [way.total([way.measure(silent[:n], SEEDED) for n in range(1, ticks + 1)]) for _ in range(times)]
        measured = f"{math.sqrt(sum(end * end for end in ends) / times):.1f}" if times else "–"
        levels, most = ticks.bit_length(), max(n.bit_count() for n in range(1, ticks + 1))
        tree, apart = (math.sqrt(nodes / float(2 * RHO)) for nodes in (levels * most, ticks))
        table.add_row(f"{ticks:,}", f"{way.spread:.1f}", measured, f"{tree:.1f}", f"{apart:.1f}")
    return table


def oracle() -> str:
    """What OpenDP's sampler says of the same noise, or why it was not asked."""
    try:
        prelude = importlib.import_module("opendp.prelude")
    except ImportError as error:
        return f"OpenDP was not asked: {error} (pip install opendp)."
    prelude.enable_features("contrib")
    said = []
    for kind in Kind:
        scale = 1 / TERMS[kind].epsilon
        space = prelude.atom_domain(T=int), prelude.absolute_distance(T=int)
        theirs = prelude.m.make_laplace(*space, scale=float(scale))
        drawn = [theirs(0) for _ in range(DRAWS)], [laplace(scale, SEEDED) for _ in range(DRAWS)]
        spreads = [sum(map(abs, found)) / DRAWS for found in drawn]
        said.append(f"{kind}: mean |noise| {spreads[0]:.2f} theirs, {spreads[1]:.2f} ours, epsilon {theirs.map(1):.3f}")
    return "OpenDP: " + "; ".join(said)


def _seen(few: Counter[int], more: Counter[int]) -> float:
    """The epsilon that shows beyond four standard errors: the largest log ratio among tails, less those."""
    values = sorted({*few, *more})
    found = [0.0]
    for cut in range(len(values)):
        for tail in (values[:cut], values[cut:]):
            here, there = (sum(counts[value] for value in tail) for counts in (few, more))
            if here and there:
                error = math.sqrt(1 / here - 1 / PAIR + 1 / there - 1 / PAIR)
                found.append(abs(math.log(here / there)) - 4 * error)
    return max(found)


def _micros(draw: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(DRAWS):
        draw()
    return (time.process_time() - start) / DRAWS * 1e6


if __name__ == "__main__":
    main()
