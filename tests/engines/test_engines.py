"""The engines: whoever looks through what there is to hear, the same is found, in the same order, from any place on."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.brand import StoredQuery
from ascolta.core.consent import Known
from ascolta.core.finding import Findings
from ascolta.core.mention import Brands, Heard, Tally, judge
from ascolta.core.parse import parse
from ascolta.engines import Workers
from ascolta.errors import SourceError
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import FileSource
from ascolta.stores.memory import MemoryStore

SMALL = 9_000
"""Bytes of a stretch, so that a day has many."""


@pytest.fixture(scope="module")
def several() -> Iterator[Workers]:
    """Two processes."""
    engine = Workers(2, size=SMALL)
    yield engine
    engine.close()


def day(tmp_path: Path) -> Path:
    """The example's day, odd lines and repeats among it, and no line end at its end."""
    lines = (bootstrap.example() / "day.jsonl").read_bytes().splitlines()
    chance = random.Random(4711)
    mixed = [
        line
        for line in lines
        for line in chance.choices([[line], [line, line], [b"{", line], [b"", line]], [9, 1, 1, 1])[0]
    ]
    some = [json.loads(line) for line in chance.sample(lines, 60)]
    for one in some:
        kind = chance.choice(("removed", "edited", "actor"))
        later = (
            {**one, "event": kind, "author": {"handle": one.get("author") or "x", "indexable": False}}
            if kind == "actor"
            else {**one, "event": kind}
        )
        mixed.insert(chance.randrange(len(mixed)), json.dumps(later).encode())
    mixed.insert(7, ('{"id": "long", "text": "acme ' + "x" * 30_000 + '"}').encode())
    path = tmp_path / "day.jsonl"
    path.write_bytes(b"\n".join(mixed))
    return path


def heard(
    engine: Workers | None, path: Path, brands: Brands, after: str = "", batch: int = 100
) -> tuple[list[Heard], list[str]]:
    """All that comes of a file, and what was told of lines that cannot be read."""
    told: list[str] = []
    elsewhere = engine.find if engine is not None else None
    source = FileSource(str(path), clock=None, batch=batch, tell=told.append, elsewhere=elsewhere)
    return [judge(found, brands, Known()) for found in source.find(brands, after)], told


def test_several_find_what_one_finds(tmp_path: Path, brands: Brands, several: Workers) -> None:
    """Batch for batch the same, with the same cursors and the same words about what was set aside."""
    path = day(tmp_path)
    for batch in (1, 7, 100, 4_000):
        one, two = heard(None, path, brands, batch=batch), heard(several, path, brands, batch=batch)
        assert one == two
        assert len(one[0]) > 1 or batch == 4_000
        assert any(found.mentions for found in one[0])


def test_each_goes_on_where_the_other_stopped(tmp_path: Path, brands: Brands, several: Workers) -> None:
    """From every cursor both give the same rest."""
    path = day(tmp_path)
    whole, _ = heard(None, path, brands)
    for stop, before in list(enumerate(whole, 1))[:-1:3]:
        for engine in (None, several):
            rest, _ = heard(engine, path, brands, before.cursor)
            assert [(one.after, one.cursor, one.acts, one.counts) for one in rest] == [
                (one.after, one.cursor, one.acts, one.counts) for one in whole[stop:]
            ]


def test_a_file_that_grew_is_heard_on_and_one_that_was_replaced_is_not(
    tmp_path: Path, brands: Brands, several: Workers
) -> None:
    """By the bytes before the place, as one process does."""
    path = day(tmp_path)
    whole, _ = heard(several, path, brands)
    assert heard(several, path, brands, whole[-1].cursor) == ([], [])
    with path.open("ab") as file:
        file.write(b'\n{"id": "new", "text": "@acmeair where is my bag?"}\n')
    one, two = (heard(engine, path, brands, whole[-1].cursor)[0] for engine in (None, several))
    assert one == two
    assert [mention.post.id for found in two for mention in found.mentions] == ["new"]
    for text, says in ((b"x\n" * 500_000, "not the file"), (b"x\n", "was cut or replaced")):
        path.write_bytes(text)
        for engine in (None, several):
            with pytest.raises(SourceError, match=says):
                heard(engine, path, brands, whole[-1].cursor)


def heeds_what_changes(find: Callable[[FileSource, Brands, str], Iterator[Findings]], path: Path, posts: int) -> None:
    """A query that is added while a file of so many posts is looked through finds what comes after."""
    brands = bootstrap.brands(bootstrap.example())
    path.write_text("".join(f'{{"id": "{n}", "text": "a kettle sings {n}"}}\n' for n in range(posts)))
    findings = find(FileSource(str(path), clock=None, batch=200), brands, "")
    assert not judge(next(findings), brands, Known()).mentions
    [acme] = brands
    brands.renew(acme.id, (*acme.queries, StoredQuery(name="kettle", find=parse("kettle"))))
    mentions = [mention for found in findings for mention in judge(found, brands, Known()).mentions]
    assert {mention.queries for mention in mentions} == {("kettle",)}
    assert mentions[-1].post.id == str(posts - 1)


def test_what_changes_meanwhile_is_heeded(tmp_path: Path, several: Workers) -> None:
    """Workers look for new queries from the next stretch on."""
    heeds_what_changes(several.find, tmp_path / "talk.jsonl", 3_000)


def test_the_day_is_the_same_whoever_looks_through_it(brands: Brands, several: Workers, store: Store) -> None:
    """Tallies, cases, counts and what is known of people, kept by any store, are the same to the letter."""
    path = str(bootstrap.example() / "day.jsonl")
    kept = []
    for elsewhere, into in ((None, MemoryStore()), (several.find, store)):
        source = FileSource(path, clock=None, batch=300, elsewhere=elsewhere)
        tally = sum((heard.tally for heard in listen(source, brands, into)), Tally())
        counts = {stream: into.counts("acme", stream, 0, 1 << 40) for stream in sorted(into.totals("acme"))}
        kept.append((tally, counts, into.cases(), into.cursor(source.name)))
    assert kept[0] == kept[1]
    assert kept[0][2]
