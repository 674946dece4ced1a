"""Exact counts that nobody prints, fixed cells, what one author can change, what the ledger says of it."""

import copy
import json
import pickle
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.bound import EPOCHS, Contributions, Spoken
from ascolta.core.cells import BUDGET, TERMS, Cell, Exact, Kind, Published, cells, publish, withhold
from ascolta.core.ledger import Entry, belief, learned, protects, together
from tests.conftest import ROOT

DAY = 20_000
NOON = DAY * 86_400 + 43_200.0
TOPICS = ("luggage", "refund", "crew")

WAYS: list[Callable[[Exact], object]] = [
    str,
    "{}".format,
    lambda count: f"{count:>5}",
    lambda count: "%s" % count,  # noqa: UP031 - one of the ways to print
    lambda count: "%d" % count,  # noqa: UP031 - one of the ways to print
    print,
    int,
    float,
    bool,
    hash,
    len,  # type: ignore[list-item]
    json.dumps,
    lambda count: json.dumps({"n": count}, default=str),
    msgspec.json.encode,
    lambda count: msgspec.json.encode({"n": count}, enc_hook=str),
    msgspec.to_builtins,
    pickle.dumps,
    copy.copy,
    copy.deepcopy,
    lambda count: count == 4_242,
    lambda count: count == "4242",
    lambda count: count != Exact(4_242),
    lambda count: count > 36,
    lambda count: count <= Exact(36),
    lambda count: 36 < count,  # noqa: SIM300 - the other way round
    [4_242].index,  # type: ignore[list-item]
    "x".__mul__,
    range,
    vars,
    lambda count: Counter([count]),
    lambda count: count - 1,  # type: ignore[operator]
]


@pytest.mark.parametrize("way", WAYS)
def test_an_exact_count_cannot_get_out(way: Callable[[Exact], object], capsys: pytest.CaptureFixture[str]) -> None:
    """Each way to print, convert, compare, copy or encode an exact count ends in an error that does not tell it."""
    with pytest.raises(TypeError) as caught:
        way(Exact(4_242))
    assert "4242" not in f"{caught.value}{capsys.readouterr()}"


def test_a_traceback_shows_no_exact_count() -> None:
    """What a debugger or a log shows of an exact count is not the number."""
    assert "4242" not in repr([Exact(4_242)])
    assert (Exact(40) + Exact(2)).noised(lambda: 0) == (Exact(21) * 2).at_rest() == 42


def test_the_bare_number_is_read_by_the_store_alone() -> None:
    """Nothing under src reads an exact count bare, save the two lines of the store that add it to what is open."""
    found = {
        path.relative_to(ROOT / "src" / "ascolta").as_posix(): len(re.findall(r"\.at_rest\(|_Exact__n", text))
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"\.at_rest\(|_Exact__n", text := path.read_text(encoding="utf-8"))
    }
    assert found == {"stores/ledger.py": 1, "stores/words.py": 1}


def test_the_budget_is_one() -> None:
    """An author's day costs epsilon 1 for a brand: 0.3 of hours, 0.2 of the day, twice 0.25 of topics."""
    spent = {kind: terms.epsilon * terms.most for kind, terms in TERMS.items()}
    assert spent == {Kind.HOUR: Fraction(3, 10), Kind.DAY: Fraction(1, 5), Kind.TOPIC: Fraction(1, 2)}
    assert Fraction(1) == BUDGET
    assert {kind: terms.threshold for kind, terms in TERMS.items()} == {Kind.HOUR: 26, Kind.DAY: 36, Kind.TOPIC: 30}


def test_cells_are_fixed() -> None:
    """A day has 24 hours, itself and each topic once, and each closes when its time is over."""
    found = cells("acme", DAY, (*TOPICS, "crew"))
    assert len(found) == len(set(found)) == 28
    assert [cell.ends - DAY * 86_400 for cell in found[:2]] == [3_600, 7_200]
    assert {cell.ends for cell in found[23:]} == {(DAY + 1) * 86_400}
    assert [found[9].name, found[24].name, found[25].name] == ["2024-10-04 09:00", "2024-10-04", "2024-10-04 luggage"]


def test_what_is_hidden_has_no_value() -> None:
    """A figure below the threshold keeps neither its noised count nor an interval."""
    cell = Cell(brand="acme", day=DAY, kind=Kind.DAY)
    small = publish(cell, Exact(0), Random(1).getrandbits)
    assert (small.value, small.interval, small.withheld) == (None, None, False)
    assert withhold(cell).epsilon == 0
    large = Published(cell=cell, value=40, epsilon=Fraction(1, 5))
    assert large.interval == (25, 55)


streams = st.lists(
    st.builds(
        Spoken,
        network=st.sampled_from(["x", "bluesky"]),
        account=st.sampled_from(["ann", "bob", "cy", ""]),
        at=st.floats(DAY * 86_400 - 4_000, (DAY + 1) * 86_400 + 4_000),
        topics=st.lists(st.sampled_from(TOPICS), max_size=4).map(tuple),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(streams)
def test_one_author_changes_little(stream: list[Spoken]) -> None:
    """Without one author, whatever they posted, the day and one hour lack one, two topics one each, at the most."""
    whole = _counted(stream)
    for who in {(one.network, one.account) for one in stream}:
        without = _counted([one for one in stream if (one.network, one.account) != who])
        assert not without - whole
        lost = whole - without
        assert set(lost.values()) <= {1}
        by_kind = Counter(cell.kind for cell in lost)
        assert all(by_kind[kind] <= terms.most for kind, terms in TERMS.items())


def test_ten_thousand_posts_count_once() -> None:
    """An author who posts 10,000 times is one author of the day, of the first hour, of the first two topics."""
    posts = [Spoken(network="x", account="ann", at=NOON + n, topics=(TOPICS[n % 3],)) for n in range(10_000)]
    found = {(cell.kind, cell.part): n for cell, n in _counted(posts).items()}
    assert found == {
        (Kind.DAY, ""): 1, (Kind.HOUR, "12"): 1, (Kind.TOPIC, "luggage"): 1, (Kind.TOPIC, "refund"): 1,
    }  # fmt: skip


def test_midnight_forgets_everybody() -> None:
    """A new day has a new key and no tags; a clock set back turns nothing and counts nothing."""
    keys = iter([b"1" * 32, b"2" * 32])
    today = Contributions(lambda: next(keys))
    ann = Spoken(network="x", account="ann", at=NOON)
    later = Spoken(network="x", account="ann", at=NOON + 86_400)
    assert today.turn(NOON)
    assert len(today.count("acme", [ann, later])) == 2
    assert not today.turn(NOON + 3_600)
    assert today.turn(NOON + 86_400)
    assert not today.turn(NOON)
    assert today.count("acme", [ann]) == {}
    assert len(today.count("acme", [later])) == 2
    assert len(today.count("other", [later])) == 2


def test_posts_without_an_author_count_for_nobody() -> None:
    """Whom no account id tells apart is in no cell, rather than all of them being one author."""
    posts = [Spoken(network="x", account=account, at=NOON, topics=("crew",)) for account in ("", "", "ann")]
    assert set(_counted(posts).values()) == {1}
    assert _counted(posts[:2]) == Counter()


def test_a_guess_gains_little() -> None:
    """Epsilon 1 lets a guess of one half rise to 73 %, and no epsilon breaks the arithmetic."""
    assert belief(Fraction(1)) == pytest.approx(0.7311, abs=1e-4)
    assert belief(Fraction(0), 0.2) == pytest.approx(0.2)
    assert belief(Fraction(10_000)) == 1.0


def test_restarts_are_charged() -> None:
    """Each epoch costs the budget again, up to the third; what is withheld costs nothing."""
    told = [_entry(epochs) for epochs in range(1, EPOCHS + 3)]
    assert [entry.spent for entry in told] == [1, 2, 3, 3, 3]
    assert [entry.withheld for entry in told] == [False] * EPOCHS + [True, True]
    assert together(told[:2]) == 3
    assert "88.1 %" in protects(told[1])
    assert any("1 restart," in said for said in learned(told[1]))
    assert any("withheld" in said for said in learned(told[-1]))


def test_nothing_published_is_nothing_spent() -> None:
    """A day whose cells are all open or withheld has spent nothing and says so."""
    cell = Cell(brand="acme", day=DAY, kind=Kind.DAY)
    for published in ((), (withhold(cell),)):
        entry = Entry(brand="acme", day=DAY, epochs=(NOON,), published=published, open=3)
        assert entry.spent == 0
        assert learned(entry) == ()
        assert protects(entry).startswith("Nothing was published")


def _counted(stream: list[Spoken]) -> Counter[Cell]:
    today = Contributions(lambda: b"k" * 32)
    today.turn(NOON)
    return Counter({cell: count.at_rest() for cell, count in today.count("acme", stream).items()})


def _entry(epochs: int) -> Entry:
    figures = [publish(cell, Exact(100), Random(1).getrandbits) for cell in cells("acme", DAY, TOPICS)]
    ats = tuple(NOON + n for n in range(epochs))
    return Entry(brand="acme", day=DAY, epochs=ats, published=tuple(figures))
