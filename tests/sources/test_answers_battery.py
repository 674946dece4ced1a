"""One set of tests that every network must pass on which the brand may answer, run on each network's twin."""

import logging
import re
from collections.abc import Iterator

import pytest

from ascolta.errors import SourceError
from ascolta.sources.networks import declared
from tests.proofs import proves
from tests.sources.battery import Place
from tests.sources.places import place
from tests.sources.said import approved, speaker

ANSWERED = sorted(one.network for one in declared() if one.answers)
"""Where the brand may answer."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test is run on each network that can be answered."""
    if "it" in metafunc.fixturenames:
        metafunc.parametrize("it", ANSWERED, indirect=True)


@pytest.fixture
def it(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The network."""
    with place(request.param) as made:
        yield made


@proves("answer", on="contract")
def test_an_answer_stands_once_and_is_known_again(it: Place) -> None:
    """By the program that said it and by one that was started anew; no other words and no other post pass for it."""
    post, other = it.says("acme, where is my bag?"), it.says("acme, where is my seat?")
    ours, reply = speaker(it), approved(it.network, post)
    assert ours.said(reply) is None
    number = ours.say(reply)
    assert ours.said(reply) == speaker(it).said(reply) == number
    assert ours.said(approved(it.network, other)) is None
    assert len(it.said_by_us()) == 1
    assert reply.text in it.said_by_us()[0]


@proves("answer", on="contract")
def test_a_lost_answer_is_not_known_to_be_said(it: Place) -> None:
    """It was posted, but we were not told: nobody knows, and asking finds it, so that it is not said twice."""
    reply = approved(it.network, it.says("acme, where is my bag?"))
    it.loses_the_response()
    with pytest.raises(SourceError, match="nobody knows") as lost:
        speaker(it).say(reply)
    assert not lost.value.retry
    assert speaker(it).said(reply) is not None
    assert len(it.said_by_us()) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422, 429, 500, 502, 503])
def test_a_refused_answer_says_whether_it_may_be_tried_again(it: Place, status: int) -> None:
    """Only where it is certain that nothing was posted, and trying again can help."""
    reply = approved(it.network, it.says("acme, where is my bag?"))
    ours = speaker(it)
    it.refuses_posts(status, {})
    with pytest.raises(SourceError) as error:
        ours.say(reply)
    assert error.value.retry == (status in it.tries_again)
    assert it.said_by_us() == []


def test_who_is_asked_to_wait_is_told_how_long(it: Place) -> None:
    """As the network's own hint says."""
    reply = approved(it.network, it.says("acme, where is my bag?"))
    ours = speaker(it)
    it.refuses_posts(429, {"Retry-After": "17"})
    with pytest.raises(SourceError) as error:
        ours.say(reply)
    assert (error.value.retry, error.value.after) == (True, 17)


def test_a_post_that_is_gone_is_not_answered(it: Place) -> None:
    """It is said so, and nothing is posted; nor does anything of ours stand there."""
    reply = approved(it.network, it.says("acme, where is my bag?"))
    it.deletes(reply.to_post)
    with pytest.raises(SourceError, match=r"no more|not answered") as error:
        speaker(it).say(reply)
    assert speaker(it).said(reply) is None
    assert not error.value.retry
    assert it.said_by_us() == []


def test_secrets_and_words_are_in_no_log_and_no_error(it: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the token, nor what was asked, nor what is answered, whatever goes wrong, with everything logged."""
    errors = []
    with caplog.at_level(logging.DEBUG):
        reply = approved(it.network, it.says("acme asking-canary"), "An answer-canary.")
        for status in (301, 400, 401, 403, 404, 422, 429, 500):
            it.refuses_posts(status, {})
            with pytest.raises(SourceError) as error:
                speaker(it).say(reply)
            errors.append(str(error.value))
        it.twin.refuses_posts = None
        it.loses_the_response()
        ours = speaker(it)
        with pytest.raises(SourceError) as error:
            ours.say(reply)
        errors.append(str(error.value))
    shown = f"{caplog.text} {errors} {ours!r}"
    assert [secret for secret in it.secrets.values() if secret in shown] == []
    assert re.search(r"(asking|answer)-canary|\bann\b", shown) is None
