"""Bugs planted in the noise, one line each: every one is caught, and the code as it is passes.

A planted bug is a change of the source. The changed file and those that build on it are read anew, apart from the real
ones, and a check that the real ones pass has to fail.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from ascolta.core.noise import Bits
from ascolta.errors import StoreError
from tests.conftest import ROOT
from tests.core.neighbours import counted, epsilon_shown

FILES = (
    "core/noise", "core/cells", "core/matrix", "core/rising", "core/bound", "core/ledger",
    "stores/words", "stores/ledger",
)  # fmt: skip
DAY, START, END = 20_000, 20_000 * 86_400.0, 20_001 * 86_400.0
TOPICS = ("a", "b")
House = Mapping[str, Any]
Place = Path


@dataclass(frozen=True, slots=True)
class Bug:
    """What is wrong, where, the line as it is and as it is planted, and the check that has to notice."""

    name: str
    file: str
    line: str
    planted: str
    noticed: Callable[[House, Place], None]


def house(bug: Bug | None = None) -> House:
    """The files of this part, by name, read anew; with a bug in one of them if asked."""
    names = {file: f"ascolta.{file.replace('/', '.')}" for file in FILES}
    real, made = {name: sys.modules.get(name) for name in names.values()}, {}
    try:
        for file, name in names.items():
            path = ROOT / "src" / "ascolta" / f"{file}.py"
            source = path.read_text(encoding="utf-8")
            if bug is not None and bug.file == file:
                assert source.count(bug.line) == 1, f"{bug.name}: the line is not there once; plant the bug anew"
                source = source.replace(bug.line, bug.planted)
            made[file] = sys.modules[name] = ModuleType(name)
            exec(compile(source, str(path), "exec"), made[file].__dict__)  # noqa: S102 - our own source, changed
    finally:
        for name, module in real.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return {name: value for module in made.values() for name, value in vars(module).items()}


def indistinguishable(house: House, place: Place) -> None:
    """One author more changes no chance by more than the claim: of figures, and of being shown."""
    bits = Random(1).getrandbits
    for kind, terms in house["TERMS"].items():
        cell = house["Cell"](brand="acme", day=DAY, kind=kind, part="09")
        for counts in ((200, 201), (terms.threshold - 1, terms.threshold)):
            few, more = (counted(partial(_figure, house, cell, bits, n), 12_000) for n in counts)
            assert epsilon_shown(few, more) <= terms.epsilon


def exact(house: House, place: Place) -> None:
    """Noise on a count beyond any float is as fine as on a small one, and has the size that was asked for."""
    bits = Random(1).getrandbits
    count, cell = 2**60 + 1, house["Cell"](brand="acme", day=DAY, kind=house["Kind"].DAY)
    noise = [_figure(house, cell, bits, count) - count for _ in range(3_000)]
    assert {-1, 0, 1} <= set(noise)
    assert 4 < sum(map(abs, noise)) / 3_000 < 6


def suppressed(house: House, place: Place) -> None:
    """Nothing below the threshold is shown."""
    bits = Random(1).getrandbits
    cell = house["Cell"](brand="acme", day=DAY, kind=house["Kind"].DAY)
    found = counted(lambda: _figure(house, cell, bits, 30), 2_000)
    assert not [value for value in found if 0 <= value < 36]


def bounded(house: House, place: Place) -> None:
    """An author who posts all day is in one hour, one day, two topics; the next day they are somebody new."""
    keys = iter([b"1" * 32, b"2" * 32])
    today = house["Contributions"](lambda: next(keys))
    for day in range(2):
        today.turn(START + day * 86_400)
        posts = [
            house["Spoken"](network="x", account="ann", at=START + day * 86_400 + n * 600, topics=("a", f"b{n}"))
            for n in range(144)
        ]
        counts = {cell: count.at_rest() for cell, count in today.count("acme", posts).items()}
        assert set(counts.values()) == {1}
        assert Counter(str(cell.kind) for cell in counts) == {"hour": 1, "day": 1, "topic": 2}
    assert not today.turn(START)
    assert next(keys, None) is None


def budgeted(house: House, place: Place) -> None:
    """All cells in which one author may be cost epsilon 1 together, and the ledger says so for each epoch."""
    assert house["BUDGET"] == 1
    ledger = _ledger(house, place)
    for number in range(1, 4):
        ledger.begin(_epoch(house, number))
    ledger.close_cells(END)
    assert ledger.entries()[0].spent == 3


def rationed(house: House, place: Place) -> None:
    """After a fourth start in one day nothing more is published; who did not begin counts nothing."""
    ledger = _ledger(house, place)
    assert ledger.begin(*(_epoch(house, number) for number in range(1, 5))) == [1, 2, 3, 4]
    cell = house["cells"]("acme", DAY, ())[-1]
    assert ledger.add(b"nobody", {cell: house["Exact"](500)}) == 1
    assert all(one.withheld for one in ledger.close_cells(END))


def drawn_once(house: House, place: Place) -> None:
    """What was published stays, however often cells are closed and days are begun again."""
    for ledger in (house["MemoryLedger"](), _ledger(house, place)):
        _heard(house, ledger, 500)
        ledger.close_cells(END)
        first = ledger.entries()[0].published
        for number in range(1, 3):
            ledger.begin(_epoch(house, number))
            assert ledger.close_cells(END) == []
            assert ledger.entries()[0].published == first


def drawn_afresh(house: House, place: Place) -> None:
    """Cells of one count get noise of their own, and another file gets other noise."""
    told = []
    for name in ("one", "other"):
        ledger = _ledger(house, place / name)
        _heard(house, ledger, 500)
        told.append([one.value for one in ledger.close_cells(END)])
    assert len(set(told[0])) > 5
    assert told[0] != told[1]


def complete(house: House, place: Place) -> None:
    """Cells without anybody are published like the others."""
    ledger = _ledger(house, place)
    ledger.begin(_epoch(house, 1))
    assert len(ledger.close_cells(END)) == 24 + 1 + len(TOPICS)


def unprintable(house: House, place: Place) -> None:
    """An exact count is neither printed nor compared."""
    for way in (str, lambda count: count > 36):
        with pytest.raises(TypeError):
            way(house["Exact"](42))
    assert "42" not in repr(house["Exact"](42))


def factored(house: House, place: Place) -> None:
    """Running totals over a day err by 12.0 authors at rho 0.015, and rho is what their column norm makes it."""
    day = house["running"](24, house["Fraction"](15, 1_000))
    assert sum(weight**2 for weight in day.weights) / (2 * day.variance) == day.rho
    assert day.spread == pytest.approx(11.98, abs=0.01)
    bits, silent = Random(1).getrandbits, [house["Exact"](0)] * 24
    ends = [day.total([day.measure(silent[:n], bits) for n in range(1, 25)]) for _ in range(60)]
    assert 9 < (sum(end * end for end in ends) / 60) ** 0.5 < 16


def said_by_many(house: House, place: Place) -> None:
    """What one author alone said is never shown, nor what far too few said; what many said is shown, in noise."""
    bits = Random(1).getrandbits
    counts = {"alone": 1, "few": house["THRESHOLD"] - 100, "many": 1_000, "as many": 1_000}
    told = [_words(house, counts, bits) for _ in range(300)]
    assert {word for one in told for word in one} == {"many", "as many"}
    noise = [one[word] - 1_000 for one in told for word in one]
    assert 530 < sum(x * x for x in noise) / len(noise) < 720
    assert abs(sum(noise)) / len(noise) < 5
    near = sum(bool(_words(house, {"near": house["THRESHOLD"] - 10}, bits)) for _ in range(500))
    assert 0.25 < near / 500 < 0.45


def spoken_within_bounds(house: House, place: Place) -> None:
    """An author who says twenty words, hour after hour, is in eight of them once; the next day anew."""
    keys = iter([b"1" * 32, b"2" * 32])
    today = house["Contributions"](lambda: next(keys))
    words = tuple(f"word{chr(97 + n)}" for n in range(20))
    for day in range(2):
        at = START + day * 86_400
        today.turn(at)
        posts = [
            house["Spoken"](network="x", account="ann", at=at + n, terms=words[n % 12 : n % 12 + 5]) for n in range(50)
        ]
        counts = today.words("acme", posts)
        assert (len(counts), {count.at_rest() for count in counts.values()}) == (8, {1})
        assert today.words("acme", posts) == {}


def forgotten(house: House, place: Place) -> None:
    """A week is published once, after it is over; then neither its key nor any term of it is there; it is charged."""
    ledger = _ledger(house, place)
    for number in range(1, 5):
        ledger.begin(_epoch(house, number, words=True))
        took = ledger.add_words(
            b"run %d" % number, "acme", DAY, {"many": house["Exact"](500), "alone": house["Exact"](1)}
        )
        assert took == (2 if number > 3 else 0)
    over = (DAY // 7 * 7 + 14) * 86_400.0
    assert ledger.release(START) == []
    [week] = ledger.release(over)
    assert [word.term for word in week.words] == ["many"]
    assert 1_300 < week.words[0].value < 1_700
    assert ledger.release(over) == []
    left = ledger._file.execute("SELECT (SELECT count(*) FROM unsaid.keys), (SELECT count(*) FROM unsaid.terms)")
    assert left.fetchone() == (0, 0)
    ledger.begin(_epoch(house, 1, words=True))
    assert ledger.add_words(b"run 1", "acme", DAY, {"many": house["Exact"](500)}) == 1
    assert ledger.entries()[0].worded[0] == house["EPSILON"] * 3


CHECKS = (
    said_by_many, spoken_within_bounds, forgotten,
    indistinguishable, exact, suppressed, bounded, budgeted, rationed, drawn_once, drawn_afresh, complete, unprintable,
    factored,
)  # fmt: skip

BUGS = (
    Bug("half the scale", "core/cells", "laplace(1 / terms.epsilon", "laplace(1 / (2 * terms.epsilon)",
        indistinguishable),
    Bug("twice the scale", "core/cells", "laplace(1 / terms.epsilon", "laplace(2 / terms.epsilon", exact),
    Bug("scale and epsilon mixed up", "core/cells", "laplace(1 / terms.epsilon", "laplace(terms.epsilon",
        indistinguishable),
    Bug("no sign", "core/noise", "return -size if below else size", "return size", indistinguishable),
    Bug("zero from both sides", "core/noise", "if below and size == 0:", "if below and size < 0:", indistinguishable),
    Bug("the series too short", "core/noise", "return term % 2 == 1", "return term != 2", exact),
    Bug("noise never takes away", "core/cells", "noised(lambda: laplace(1 / terms.epsilon, bits))",
        "noised(lambda: max(0, laplace(1 / terms.epsilon, bits)))", indistinguishable),
    Bug("an exact threshold", "core/cells", "if noised >= terms.threshold", "if count.at_rest() >= terms.threshold",
        indistinguishable),
    Bug("clipped at zero instead of hidden", "core/cells", "noised if noised >= terms.threshold else None",
        "max(0, noised)", suppressed),
    Bug("rounded to a float", "core/cells", "return self.__n + draw()", "return int(float(self.__n) + draw())", exact),
    Bug("no bound on posts", "core/bound", "if before is None:", "if True:", bounded),
    Bug("no bound on topics", "core/bound", "new[: TERMS[Kind.TOPIC].most - len(topics)]", "new", bounded),
    Bug("a key for ever", "core/bound", "self.day, self._key, self._counted = day, self._draw_key(), {}",
        "self.day, self._key, self._counted = day, self._key or self._draw_key(), {}", bounded),
    Bug("a clock set back turns the day", "core/bound", "if day <= self.day:", "if day == self.day:", bounded),
    Bug("wrong sensitivity", "core/cells", "epsilon=Fraction(1, 4), threshold=30, most=2",
        "epsilon=Fraction(1, 2), threshold=30, most=2", budgeted),
    Bug("restarts are free", "core/ledger", "return min(len(self.epochs), EPOCHS)", "return 1", budgeted),
    Bug("a restart is no epoch", "stores/ledger", "db.execute(\"INSERT OR IGNORE INTO epochs VALUES (?, ?, ?, ?, ?)\", "
        "(*key, before + 1, epoch.at))",
        "db.execute(\"INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?)\", (*key[:2], b'', before + 1, epoch.at))",
        budgeted),
    Bug("restarts without end", "stores/ledger", "return withhold(cell) if epochs > EPOCHS else",
        "return withhold(cell) if epochs > 99 else", rationed),
    Bug("anybody may count", "stores/ledger", "if 1 <= number <= EPOCHS:", "if number <= EPOCHS:", rationed),
    Bug("noise drawn again in memory", "stores/ledger", "count, over = self._open.pop(cell)",
        "count, over = self._open[cell]", drawn_once),
    Bug("noise drawn again in the file", "stores/ledger", "db.execute(_GONE, _row(one.cell))", "pass", drawn_once),
    Bug("one seed for all", "stores/ledger", "else publish(cell, count, self._bits)\n\n    @contextmanager",
        "else publish(cell, count, __import__('random').Random(7).getrandbits)\n\n    @contextmanager", drawn_afresh),
    Bug("empty cells left out", "stores/ledger", "FROM open WHERE ends <= ?", "FROM open WHERE n > 0 AND ends <= ?",
        complete),
    Bug("a count that prints", "core/cells", "__str__ = __format__ =", "__format__ =", unprintable),
    Bug("a count that compares", "core/cells", "    __hash__ = None",
        "    __gt__ = lambda self, other: self._Exact__n > other\n    __hash__ = None", unprintable),
    Bug("half the variance of totals", "core/matrix", "/ (2 * self.rho)", "/ (4 * self.rho)", factored),
    Bug("a factor that is no square root", "core/matrix", "(2 * tick - 1) //", "(2 * tick) //", factored),
    Bug("a Gaussian with the wrong centre", "core/noise", "over = (abs(found) * scale * below - above) ** 2",
        "over = (abs(found) * scale * below) ** 2", factored),
    Bug("words without noise", "core/rising", "count.noised(lambda: gaussian(VARIANCE, bits))",
        "count.noised(lambda: 0)", said_by_many),
    Bug("half the variance of words", "core/rising", "gaussian(VARIANCE, bits)", "gaussian(VARIANCE / 2, bits)",
        said_by_many),
    Bug("words that few said", "core/rising", "if value >= THRESHOLD]", "if value >= 1]", said_by_many),
    Bug("words by the exact count", "core/rising", "if value >= THRESHOLD]", "if counts[term]._Exact__n >= THRESHOLD]",
        said_by_many),
    Bug("no bound on words", "core/bound", "[: MOST - len(said)]", "", spoken_within_bounds),
    Bug("a bound on each post's words", "core/bound", "[: MOST - len(said)]", "[:MOST]", spoken_within_bounds),
    Bug("a word again in each post", "core/bound", "marked.keys() - said", "marked.keys()", spoken_within_bounds),
    Bug("a week's key kept", "stores/words", "db.execute(_SHRED, (brand, first))", "pass", forgotten),
    Bug("a week's words kept", "stores/words", "db.execute(_GONE, (brand, first))", "pass", forgotten),
    Bug("a week opened again", "stores/words", "if not db.execute(_KNOWN, week).fetchone():", "if True:", forgotten),
    Bug("a week published before it is over", "stores/words", "for brand, first, key in keys if ends(first) <= at]",
        "for brand, first, key in keys]", forgotten),
    Bug("words of any start", "stores/ledger", "if not 1 <= _number(db, (brand, day, run)) <= EPOCHS:", "if False:",
        forgotten),
    Bug("words are free", "core/rising", "return starts * EPSILON,", "return 0 * EPSILON,", forgotten),
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_code_as_it_is_passes(check: Callable[[House, Place], None], tmp_path: Path) -> None:
    """Each check passes where nothing was planted."""
    check(house(), tmp_path)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_noticed(bug: Bug, tmp_path: Path) -> None:
    """The check that is named beside a planted bug fails."""
    planted = house(bug)
    with pytest.raises((AssertionError, pytest.fail.Exception, StoreError, StopIteration)):
        bug.noticed(planted, tmp_path)


def _figure(house: House, cell: Any, bits: Bits, count: int) -> int:
    value = house["publish"](cell, house["Exact"](count), bits).value
    return -1 if value is None else int(value)


def _ledger(house: House, place: Place) -> Any:
    return house["SqlLedger"](place / "ledger.db")


def _epoch(house: House, number: int, *, words: bool = False) -> Any:
    run = b"run %d" % number
    return house["Epoch"](brand="acme", day=DAY, run=run, at=START + number, topics=TOPICS, words=words)


def _words(house: House, counts: Mapping[str, int], bits: Bits) -> dict[str, int]:
    exact = {term: house["Exact"](count) for term, count in counts.items()}
    return {word.term: word.value for word in house["publish_words"](exact, bits)}


def _heard(house: House, ledger: Any, count: int) -> None:
    ledger.begin(_epoch(house, 1))
    ledger.add(b"run 1", dict.fromkeys(house["cells"]("acme", DAY, ()), house["Exact"](count)))
