"""The stories on networks that nobody can run here, on the twins of their contracts: X and Reddit."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ascolta.core.case import Status
from tests.proofs import proves
from tests.sources.battery import TOKEN
from tests.sources.reddit_twin import reddit_twin
from tests.sources.x_twin import x_twin
from tests.stories.wired import VARIABLE, Wired, brand_on, weigh, wired

X = """  - network: x
    account: acme
    server: {url}
    token: {variable}
    search: acme air
    assessment: assessments/day.md
"""
REDDIT = """  - network: reddit
    account: AcmeAir
    server: {url}
    token: {variable}
    subreddits: acme+acmeair
    approval: approvals/reddit.md
    assessment: assessments/day.md
"""


@dataclass
class Closed:
    """A network by its twin, the brand on it, and something that the brand said there."""

    twin: Any
    it: Wired
    ours: str


@pytest.fixture(params=["x", "reddit"])
def closed(request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Closed]:
    """Each of them, with the brand as its files say, an assessment on file, and something that the brand said."""
    with ExitStack() as stack:
        stack.enter_context(caplog.at_level(logging.DEBUG))
        is_x, now = request.param == "x", time.time()
        twin: Any = stack.enter_context(x_twin(now) if is_x else reddit_twin(now))
        folder = brand_on(tmp_path / "brand", (X if is_x else REDDIT).format(url=twin.url, variable=VARIABLE))
        weigh(folder, "x:acme" if is_x else "reddit:AcmeAir")
        it = stack.enter_context(wired(folder, TOKEN, now))
        ours = twin.says("acme" if is_x else "AcmeAir", "We fly to Porto now.")
        yield Closed(twin, it, ours)
        (it.folder / "store" / "log.txt").write_text(caplog.text, encoding="utf-8")
        assert it.holds("suitcase", "sunshine", TOKEN) == []


@proves("hear", "answer", "delete", on="contract", network="x")
@proves("hear", "answer", "delete", on="contract", network="reddit")
def test_a_customer_is_answered_and_forgotten(closed: Closed) -> None:
    """She answers the brand, is heard, gets one answer that two people saw; she deletes, and nothing is left."""
    it = closed.it
    post = closed.twin.says("ann", "my suitcase is lost and nobody answers!", to=closed.ours)
    assert it.hears() == 1
    assert it.case().decision.rule == "spoken-to-complaint"
    template, words = it.offers("Ann")[0]
    it.does("Ann", "draft", note=words, template=template)
    for name in ("Ann", "Bob"):
        it.does(name, "approve")
    assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
    assert it.case().status is Status.SENT
    assert len(closed.twin.said_by_us()) == 2
    assert it.hears() == 1
    closed.twin.deletes(post)
    assert it.looks().removed == 1
    assert it.store.cases() == []


def test_a_stranger_leaves_no_trace(closed: Closed) -> None:
    """Talk about the brand, also among those who answer it, becomes a number and nothing else, and counts once."""
    customer = closed.twin.says("bob", "good to know", to=closed.ours)
    closed.twin.says("eve", "flying acme air tomorrow, sunshine at last", to=customer)
    for _ in range(2):
        assert closed.it.hears() == 1
        assert sum(closed.it.store.counts("acme", "all", 0, 1 << 40).values()) == 2
    assert closed.it.holds("sunshine") == []
