"""From what was heard to what is published: who counts, when a day begins, and that nothing is drawn twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.cells import Kind
from ascolta.core.label import Label, Topic
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Event
from ascolta.figures import Figures
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores.ledger import MemoryLedger, SqlLedger
from ascolta.stores.memory import MemoryStore
from tests.conftest import ACME, NOW, changed, edited, foresee, published

MIDNIGHT = NOW // 86_400 * 86_400
HOUR = 3_600.0
LUGGAGE = Label(name="topic", value="luggage", score=1.0, by="test")


def crowd(count: int, start: int = 0, at: float = NOW) -> list[Event]:
    """Posts by so many different people."""
    return [published(str(number), "acme again", at=at, author=f"u{number}") for number in range(start, start + count)]


def heard_by(figures: Figures, brands: Brands, *events: Event, at: float) -> None:
    """Count some events as `listen` does."""
    heard = hear(Batch(events=events, arrived=at), brands, MemoryStore().known())
    figures.count(heard, brands)


def made(ledger: MemoryLedger | SqlLedger, run: bytes = b"r" * 16) -> Figures:
    """Figures of one run."""
    return Figures(ledger, None, run=run, draw_key=lambda: b"k" * 32)


def day_of(figures: Figures, brands: Brands, at: float) -> int:
    """The figure of authors of the day before `at`, noise included."""
    published_now = figures.tick(at, brands)
    [day] = [one for one in published_now if one.cell.kind is Kind.DAY and one.cell.brand == "acme"]
    assert day.value is not None
    return day.value


def test_authors_count_once_a_day(brands: Brands) -> None:
    """Three posts by each of 2,000 people count as 2,000 authors, within the noise."""
    figures = made(MemoryLedger())
    for turn in range(3):
        heard_by(figures, brands, *crowd(2_000), at=MIDNIGHT + turn * HOUR)
    assert abs(day_of(figures, brands, MIDNIGHT + 24 * HOUR) - 2_000) < 100


def test_who_refused_edits_or_is_unknown_does_not_count(brands: Brands) -> None:
    """An opted-out person who spoke to us, an edit, and a post without an author change no figure."""
    figures = made(MemoryLedger())
    shy = Actor(handle="shy", locked=True)
    heard_by(figures, brands, *crowd(200), at=MIDNIGHT)
    quiet = [published(f"s{n}", "to acme", author=replace_key(shy, f"s{n}")) for n in range(400)]
    nameless = [published(f"n{n}", "acme", author=Actor()) for n in range(400)]
    changes = [edited(f"e{n}", "acme") for n in range(400)]
    heard_by(figures, brands, *quiet, *nameless, *changes, changed(handle="x", locked=True), at=MIDNIGHT + HOUR)
    assert abs(day_of(figures, brands, MIDNIGHT + 24 * HOUR) - 200) < 100


def test_a_bot_is_no_author(brands: Brands) -> None:
    """Accounts that say they are run by a program are heard, and are not among the people who spoke."""
    figures = made(MemoryLedger())
    bots = [published(f"b{n}", "acme", author=Actor(handle=f"b{n}", type="Service")) for n in range(400)]
    heard_by(figures, brands, *crowd(200), *bots, at=MIDNIGHT)
    assert abs(day_of(figures, brands, MIDNIGHT + 24 * HOUR) - 200) < 100


def test_a_day_begins_with_a_batch_in_which_nobody_speaks(brands: Brands) -> None:
    """A batch without any mention begins the day all the same, or its beginning would tell of the first speaker."""
    ledger = MemoryLedger()
    heard_by(made(ledger), brands, published("1", "nothing of ours"), at=MIDNIGHT + HOUR)
    assert [entry.epochs for entry in ledger.entries("acme")] == [(MIDNIGHT + HOUR,)]


def test_a_new_handle_makes_no_new_author(brands: Brands) -> None:
    """An account that changes its handle during the day is one author still."""
    figures = made(MemoryLedger())
    renamed = [
        published(f"{n}{turn}", "acme", author=Actor(id=str(n), handle=f"u{turn}_{n}"))
        for turn in range(3)
        for n in range(300)
    ]
    heard_by(figures, brands, *renamed, at=MIDNIGHT)
    assert abs(day_of(figures, brands, MIDNIGHT + 24 * HOUR) - 300) < 100


def test_each_start_is_another_epoch_with_keys_of_its_own(brands: Brands, tmp_path: Path) -> None:
    """Two starts of the program are two epochs of a day, and no key of one is ever that of another."""
    (tmp_path / "kept").mkdir()
    starts = [bootstrap.figures(tmp_path / "kept") for _ in range(2)]
    for one in starts:
        one.tick(MIDNIGHT, brands)
    [entry] = starts[0].ledger.entries("acme")
    assert len(entry.epochs) == 2
    assert len({one._contributions._draw_key() for one in starts for _ in range(2)}) == 4
    for one in starts:
        one.close()


def replace_key(actor: Actor, handle: str) -> Actor:
    """The same account by another handle."""
    return Actor(handle=handle, locked=actor.locked)


def test_every_brand_begins_its_day_whether_or_not_anybody_speaks(brands: Brands) -> None:
    """The epochs of a day tell nothing about people: each brand has one for each start."""
    ledger = MemoryLedger()
    for run in (b"a" * 16, b"b" * 16):
        made(ledger, run).tick(MIDNIGHT + HOUR, brands)
    assert {entry.brand: len(entry.epochs) for entry in ledger.entries()} == {"acme": 2, "other": 2}


def test_hours_close_as_they_end_and_are_never_drawn_again(brands: Brands, tmp_path: Path) -> None:
    """A figure is the same at every later reading, and hours are published when they end, not before."""
    ledger = SqlLedger(tmp_path / "ledger.db")
    figures = made(ledger)
    heard_by(figures, brands, *crowd(300), at=MIDNIGHT + 10)
    assert figures.tick(MIDNIGHT + HOUR - 1, brands) == []
    [hour] = [one for one in figures.tick(MIDNIGHT + HOUR, brands) if one.cell.brand == "acme"]
    assert (hour.cell.kind, hour.cell.part) == (Kind.HOUR, "00")
    assert hour.value is not None
    for _ in range(3):
        assert figures.tick(MIDNIGHT + HOUR + 60, brands) == []
        [entry] = ledger.entries("acme")
        assert [one.value for one in entry.published] == [hour.value]
    figures.close()


def test_topics_of_the_brand_have_cells_of_their_own() -> None:
    """A brand's topics are counted by author and day."""
    topics = (Topic(name="luggage"), Topic(name="food"))
    brands = Brands([replace(ACME, topics=topics)], lambda asks: [(*one, LUGGAGE) for one in foresee(asks)])
    figures = made(MemoryLedger())
    heard_by(figures, brands, *crowd(1_000), at=MIDNIGHT)
    closed = figures.tick(MIDNIGHT + 24 * HOUR, brands)
    by_topic = {one.cell.part: one.value for one in closed if one.cell.kind is Kind.TOPIC}
    assert by_topic.keys() == {"luggage", "food"}
    assert by_topic["luggage"] is not None
    assert abs(by_topic["luggage"] - 1_000) < 100
    assert by_topic["food"] is None


def test_listening_counts_after_keeping(brands: Brands, tmp_path: Path) -> None:
    """`listen` counts each batch once it is kept, at the time of its arrival."""
    path = tmp_path / "posts.jsonl"
    lines = (f'{{"id": "{n}", "text": "acme", "author": "u{n}", "network": "x"}}' for n in range(500))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    figures = made(MemoryLedger())
    source = FileSource(str(path), clock=lambda: MIDNIGHT + 5)
    assert sum(heard.tally.mentions for heard in listen(source, brands, MemoryStore(), figures)) == 500
    assert day_of(figures, brands, MIDNIGHT + 24 * HOUR) == pytest.approx(500, abs=100)


RISING = Brands([replace(ACME, rising=True)], foresee)


def said(count: int, text: str, start: int = 0) -> list[Event]:
    """One post by each of so many people."""
    return [published(str(n), text, at=NOW, author=f"u{n}") for n in range(start, start + count)]


def words_of(ledger: MemoryLedger | SqlLedger, at: float = MIDNIGHT + 8 * 24 * HOUR) -> dict[str, int]:
    """What is published of the week, noise included."""
    ledger.release(at)
    return {word.term: word.value for week in ledger.weeks("acme") for word in week.words}


def test_words_of_the_week_are_those_of_many_authors() -> None:
    """A phrase that 400 people said is shown, each of them once a day; what one said 400 times is not."""
    ledger = MemoryLedger()
    figures = made(ledger)
    for turn in range(2):
        heard_by(figures, RISING, *said(400, "acme announced a baggage surcharge"), at=MIDNIGHT + turn * HOUR)
    alone = [published(f"a{n}", f"acme kanarienvogel {n}", author="ann") for n in range(400)]
    heard_by(figures, RISING, *alone, at=MIDNIGHT + 3 * HOUR)
    found = words_of(ledger)
    assert found["baggage surcharge"] == pytest.approx(400, abs=130)
    assert "kanarienvogel" not in found
    assert not [term for term in found if "acme" in term]


def test_who_does_not_count_is_in_no_word(brands: Brands) -> None:
    """Who opted out and spoke to us, bots, edits and nameless posts add no word; nor does anybody without `rising`."""
    ledger = MemoryLedger()
    figures = made(ledger)
    shy = [published(f"s{n}", "to acme surcharge", author=Actor(handle=f"s{n}", locked=True)) for n in range(400)]
    bots = [published(f"b{n}", "acme surcharge", author=Actor(handle=f"b{n}", type="Service")) for n in range(400)]
    nameless = [published(f"n{n}", "acme surcharge", author=Actor()) for n in range(400)]
    edits = [edited(f"e{n}", "acme surcharge") for n in range(400)]
    heard_by(figures, RISING, *shy, *bots, *nameless, *edits, at=MIDNIGHT)
    assert words_of(ledger) == {}
    plain = MemoryLedger()
    heard_by(made(plain), brands, *said(900, "acme surcharge"), at=MIDNIGHT)
    assert (words_of(plain), plain.weeks()) == ({}, [])


def test_a_week_ends_by_itself(tmp_path: Path) -> None:
    """The tick after Sunday publishes the words and destroys the rest, whether or not anybody speaks."""
    ledger = SqlLedger(tmp_path / "ledger.db")
    figures = made(ledger)
    heard_by(figures, RISING, *said(400, "acme surcharge"), at=MIDNIGHT)
    for hour in range(24 * 8):
        figures.tick(MIDNIGHT + hour * HOUR, RISING)
    weeks = ledger.weeks("acme")
    assert [bool(week.words) for week in weeks] == [True, *[False] * (len(weeks) - 1)]
    assert weeks[0].words[0].term == "surcharge"
    figures.close()
