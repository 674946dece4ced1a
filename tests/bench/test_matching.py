"""The bench of matching measures like with like: every engine that is here finds what the reference evaluator finds."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from bench.match import kinds
from bench.matching import corpus, queries
from bench.matching.engines import Each, Kind
from bench.matching.picture import drawn
from bench.matching.sqlite import Fts5
from bench.matching.translate import say

from ascolta.core.parse import parse
from ascolta.core.query import Query
from ascolta.core.text import fold, tokens
from tests.conftest import ROOT

BENCH = [sys.executable, str(ROOT / "bench" / "match.py"), "--posts=400", "--batch=200", "--seconds=0.02"]
SLOW = {"postgres", "lucene"}
ENGINES = [pytest.param(kind, id=kind.name, marks=[pytest.mark.slow] * (kind.name in SLOW)) for kind in kinds([])]


@cache
def asked() -> list[Query]:
    """Short and long queries."""
    made_of = corpus.world()
    return [*queries.short(made_of, 250), *queries.long(made_of, 50)]


@cache
def said() -> list[str]:
    """Posts as they were written."""
    return corpus.posts(corpus.world(), 400)


@cache
def meant() -> frozenset[tuple[int, int]]:
    """What the reference evaluator finds when every query meets every post."""
    each = Each()
    each.ready(asked())
    return frozenset(zip(*each.pairs(said()), strict=True))


@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("kind", ENGINES)
def test_every_engine_that_is_here_agrees_with_the_reference(kind: Kind) -> None:
    """All engines find the same pairs of post and query, also after a query was changed."""
    if kind.missing():
        assert kind.name == "lucene" or not os.environ.get("CI"), "CI has every engine that a wheel brings"
        pytest.skip(kind.missing())
    texts = said() if kind.raw else [" ".join(tokens(fold(text))) for text in said()]
    engine = kind.make()
    try:
        engine.ready([*asked()[1:], asked()[0]])
        for place, query in enumerate(asked()):
            engine.put(place, query)
        rows, places = engine.pairs(texts)
    finally:
        engine.close()
    assert len(meant()) >= 20
    if engine.counts is None:
        assert {(int(row), int(place)) for row, place in zip(rows, places, strict=True)} == meant()
    else:
        by_query = Counter(place for _, place in meant())
        assert [one for one in enumerate(engine.counts) if one[1] not in (None, by_query[one[0]])] == []
        assert sum(count or 0 for count in engine.counts) > 0


def test_posts_and_queries_are_the_same_each_time() -> None:
    """Two worlds give the same posts and queries; fewer queries are the first of more."""
    assert corpus.posts(corpus.world(), 400) == said()
    assert queries.short(corpus.world(), 100) == asked()[:100]


def test_queries_are_of_our_language() -> None:
    """Every query of the bench says itself back; short ones have nine terms about, long ones from 20 to 60."""
    assert [parse(str(query)) for query in asked()] == asked()
    sizes = [len(str(query).replace("(", " ").split()) for query in asked()[250:]]
    assert min(sizes) >= 20


def test_what_a_peer_cannot_say_is_said_more_widely() -> None:
    """An open character inside a word leaves its beginning; what is not exact is never taken away."""
    asked_for = say(parse("(colo?r OR acme) NOT (a NEAR/2f b OR c)"), Fts5())
    assert asked_for.text == '("colo"* OR "acme")'
    assert not asked_for.exact
    assert say(parse("(acme OR deliver*) NOT c"), Fts5()).exact


def test_the_bench_prints_and_draws(tmp_path: Path) -> None:
    """A small run tells what it measured, that all agree, what is left out, and draws the growth."""
    picture = tmp_path / "growth.svg"
    options = ["--queries=150,300,real", "--engines=ours,sqlite,lucene", "--json", f"--plot={picture}"]
    ended = subprocess.run([*BENCH, *options], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert [one["queries"] for one in told["rounds"]] == [150, 300, 1_000]
    for one in told["rounds"]:
        assert 0 < one["matched"] < 1
        assert all(row["agrees"] and row["posts_per_second"] > 0 for row in one["engines"])
    assert told["json_decoding_posts_per_second"] > 0
    assert "ours: " in picture.read_text(encoding="utf-8")


def test_an_unknown_engine_is_named() -> None:
    """A mistyped engine ends the bench with the names of those that there are."""
    ended = subprocess.run([*BENCH, "--engines=our"], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "unknown engine our; there are ours, " in ended.stdout


def test_labels_of_the_picture_do_not_touch() -> None:
    """Lines that end close together are labelled one below the other."""
    picture = drawn("growth", {name: [(10, 1.0), (1_000, 2.0 + number / 100)] for number, name in enumerate("abc")})
    places = sorted(float(line.split('y="')[1].split('"')[0]) for line in picture.splitlines() if " µs<" in line)
    assert len(places) == 3
    assert all(after - before >= 16 for before, after in pairwise(places))
