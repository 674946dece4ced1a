"""The stories on Google's twins, from a customer's words to an answer and to forgetting, by the brand's own files."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.case import Status
from tests.proofs import proves
from tests.sources.battery import TOKEN
from tests.sources.googleplay_twin import APP, PlayTwin, play_twin
from tests.sources.youtube_twin import US, YouTubeTwin, youtube_twin
from tests.stories.wired import VARIABLE, brand_weighed, wired

KEPT = f"""    token: {VARIABLE}
    assessment: assessments/day.md
"""
CHANNEL = """  - network: youtube
    channel: {of}
    server: {url}
"""
STORE = """  - network: googleplay
    app: {of}
    server: {url}
"""


@pytest.fixture
def channel() -> Iterator[YouTubeTwin]:
    """The brand's channel."""
    with youtube_twin(time.time()) as made:
        yield made


@pytest.fixture
def store() -> Iterator[PlayTwin]:
    """The store with the brand's app."""
    with play_twin(time.time()) as made:
        yield made


@proves("hear", "answer", "delete", network="youtube", on="contract")
def test_who_comments_is_answered_and_forgotten(
    channel: YouTubeTwin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """She names nobody, but it is our video; two people see the answer, it appears once, and then all is gone."""
    folder = brand_weighed(tmp_path, CHANNEL.format(of=US, url=channel.url) + KEPT, f"youtube:{US}")
    channel.channel("lea_canary")
    top = channel.says("lea_canary", "you lost my suitcase and nobody answers!")
    with caplog.at_level(logging.DEBUG), wired(folder, TOKEN, time.time()) as it:
        assert it.hears() == 1
        case = it.case()
        assert (case.network, case.decision.rule, case.decision.approve) == ("youtube", "spoken-to-complaint", 2)
        words = it.approves()
        assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
        assert it.case().status is Status.SENT
        assert channel.said_by_us() == [words]
        assert it.hears() == 1
        channel.deletes(top)
        assert it.looks().removed == 1
        assert it.store.cases() == []
        assert it.holds("lea_canary", "suitcase", TOKEN) == []
        assert "suitcase" not in caplog.text
        assert TOKEN not in caplog.text


def test_talk_under_our_video_leaves_no_trace(channel: YouTubeTwin, tmp_path: Path) -> None:
    """Others who speak of the brand among themselves are a number, and who does not want to be heard is none."""
    folder = brand_weighed(tmp_path, CHANNEL.format(of=US, url=channel.url) + KEPT, f"youtube:{US}")
    channel.channel("bob", description="#nobot")
    top = channel.says("acme", "Our new cabin.")
    channel.says("eve_canary", "@ann acme air lost my sunshine too", to=top)
    channel.says("bob", "@eve_canary acme air and sunshine, private talk", to=top)
    with wired(folder, TOKEN, time.time()) as it:
        assert it.hears() == 0
        assert sum(it.store.counts("acme", "all", 0, 1 << 40).values()) == 1
        assert it.holds("eve_canary", "sunshine") == []


def test_a_channel_that_refuses_meanwhile_is_left_alone(channel: YouTubeTwin, tmp_path: Path) -> None:
    """An answer that people approved already does not go out."""
    folder = brand_weighed(tmp_path, CHANNEL.format(of=US, url=channel.url) + KEPT, f"youtube:{US}")
    channel.says("ann", "you lost my suitcase and nobody answers!")
    with wired(folder, TOKEN, time.time()) as it:
        assert it.hears() == 1
        it.approves()
        channel.channel("ann", description="Leave me alone #nobot")
        assert it.speaks().withdrawn == 1
        assert channel.said_by_us() == []


@proves("hear", "answer", "delete", network="googleplay", on="contract")
def test_who_reviews_is_answered_once_and_forgotten(store: PlayTwin, tmp_path: Path) -> None:
    """An answer that was lost is found there and not said again; an edit withdraws nothing that stands."""
    folder = brand_weighed(tmp_path, STORE.format(of=APP, url=store.url) + KEPT, f"googleplay:{APP}")
    store.people["lea"] = "Lea Canary"
    number = store.says("lea", "The app lost my suitcase and nobody answers!")
    with wired(folder, TOKEN, time.time()) as it:
        assert it.hears() == 1
        assert (it.case().network, it.case().decision.approve) == ("googleplay", 2)
        words = it.approves()
        it.finds_what_was_lost("googleplay")
        assert it.speaks().sent == 1
        assert store.said_by_us() == [words]
        store.deletes(number)
        assert it.looks().removed == 1
        assert it.store.cases() == []
        assert it.holds("Lea Canary", "suitcase", TOKEN) == []


def test_an_answer_waits_for_nobody_who_wrote_anew(store: PlayTwin, tmp_path: Path) -> None:
    """A review that was changed after people approved an answer is shown to them again instead."""
    folder = brand_weighed(tmp_path, STORE.format(of=APP, url=store.url) + KEPT, f"googleplay:{APP}")
    number = store.says("ann", "The app lost my suitcase and nobody answers!")
    with wired(folder, TOKEN, time.time()) as it:
        it.hears()
        it.approves()
        store.edits(number, "The app lost my suitcase, and found it in Porto.")
        assert it.speaks().withdrawn == 1
        assert store.said_by_us() == []
        assert "Porto" in it.page("Ann")
