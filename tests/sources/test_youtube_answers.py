"""Answers to YouTube comments: said once, by nobody else, and within the quota, which is counted."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ascolta.errors import SourceError
from ascolta.sources.google import midnight
from ascolta.sources.youtube import SPARE, YouTube
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, failed, ids
from tests.sources.places import place
from tests.sources.places.youtube import Channel, answer, speaker
from tests.sources.youtube_twin import US, YouTubeTwin


@pytest.fixture
def it() -> Iterator[Place]:
    """Our channel, with a token."""
    with place("youtube") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> YouTubeTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, YouTubeTwin)
    return it.twin


@proves("answer", network="youtube", on="contract")
def test_an_answer_stands_in_its_thread_once(it: Place, twin: YouTubeTwin) -> None:
    """It answers a comment in its thread; it is found there, and nothing else is taken for it."""
    top = twin.says("ann", "acme lost my bag")
    ours = speaker(it)
    assert ours.said(answer(top)) is None
    number = ours.say(answer(top))
    assert twin.said_by_us() == ["We look into it."]
    assert twin.comments[number.partition("/")[2]]["parent"] == top
    assert ours.said(answer(top)) == number
    assert ours.said(answer(top, "Something else.")) is None
    assert ours.said(answer(top, approved=NOW + 86_400)) is None
    twin.says("eve", "We wait for it.", to=top)
    assert ours.said(answer(top, "We wait for it.")) is None


def test_an_answer_to_an_answer_names_whom_it_answers(it: Place, twin: YouTubeTwin) -> None:
    """YouTube has but one level of answers, so the handle says it, once."""
    top = twin.says("ann", "acme lost my bag")
    theirs = twin.says("bob", "@acme mine too", to=top)
    ours = speaker(it)
    number = ours.say(answer(theirs))
    assert twin.said_by_us() == ["@bob We look into it."]
    assert twin.comments[number.partition("/")[2]]["parent"] == top
    assert ours.said(answer(theirs)) == number
    ours.say(answer(theirs, "Hello @bob, we found it."))
    assert twin.said_by_us()[-1] == "Hello @bob, we found it."


def test_an_answer_is_found_among_many(it: Place, twin: YouTubeTwin) -> None:
    """On the second page of a thread."""
    top = twin.says("ann", "acme lost my bag")
    number = speaker(it).say(answer(top, "Sorry! 🙂 See https://acme.example/a?b=c"))
    for count in range(150):
        twin.says("bob", f"me too {count}", to=top)
    assert speaker(it).said(answer(top, "Sorry! 🙂 See https://acme.example/a?b=c")) == number


def test_nobody_answers_in_another_channels_name(it: Place, twin: YouTubeTwin) -> None:
    """A token of somebody else's channel is refused, by the probe too, and nothing is said."""
    top = twin.says("ann", "acme lost my bag")
    twin.token_of = "UCeve"
    with pytest.raises(SourceError, match="another channel"):
        speaker(it).say(answer(top))
    with pytest.raises(SourceError, match="another channel"):
        it.source().network.probe()
    assert len(twin.comments) == 1
    twin.token_of = US
    it.source().network.probe()


def test_a_channel_that_is_not_there_is_told(it: Place) -> None:
    """Trying again cannot help."""
    assert isinstance(it, Channel)
    it.keys = {"channel": "UCwrong"}  # type: ignore[misc]
    error = failed(it.source())
    assert ("channel" in str(error), error.retry) == (True, False)


@pytest.mark.parametrize(
    ("status", "why", "retry"),
    [
        (429, "rateLimitExceeded", True), (403, "quotaExceeded", True), (403, "rateLimitExceeded", True),
        (403, "forbidden", False), (403, "ineligibleAccount", False), (400, "processingFailure", False),
        (404, "parentCommentNotFound", False), (500, "backendError", False), (503, "backendError", False),
    ],
)  # fmt: skip
def test_a_refusal_of_an_answer_is_read_by_its_reason(
    it: Place, twin: YouTubeTwin, status: int, why: str, retry: bool
) -> None:
    """The same status stands for what may be tried again and for what may not; nothing was posted."""
    top = twin.says("ann", "acme lost my bag")
    twin.refuses_posts, twin.why = (status, {}), why
    with pytest.raises(SourceError) as error:
        speaker(it).say(answer(top))
    assert error.value.retry == retry
    assert twin.said_by_us() == []


@proves("delete", network="youtube", on="contract")
@pytest.mark.parametrize("told", [True, False])
def test_a_comment_that_is_gone_is_gone(it: Place, twin: YouTubeTwin, told: bool) -> None:
    """Whether YouTube gives an error or an empty list: it is not answered, and whoever asks again is told."""
    twin.missing_is_told = told
    top = twin.says("ann", "acme lost my bag")
    theirs = twin.says("bob", "mine too", to=top)
    assert again(it.source(), f"{US}/{theirs}") is not None
    twin.deletes(top)
    assert again(it.source(), f"{US}/{top}") is again(it.source(), f"{US}/{theirs}") is None
    with pytest.raises(SourceError, match="no more"):
        speaker(it).say(answer(top))
    assert speaker(it).said(answer(top)) is None


def test_what_google_does_not_tell_is_counted(it: Place, twin: YouTubeTwin) -> None:
    """Each request costs what the documentation says; the last units are kept for answers."""
    assert isinstance(it, Channel)
    it.keys = {"channel": US, "units": str(SPARE + 4)}  # type: ignore[misc]
    source = it.source()
    top = it.says("acme").partition("/")[2]
    cursor = it.hear(source)[-1].cursor
    assert twin.spent == 3
    assert source.network.budget.left == SPARE + 1
    it.hear(source, cursor)
    it.passes(source.every)
    error = failed(source, cursor)
    assert (error.retry, error.after) == (True, midnight(it.now) - it.now)
    assert isinstance(source.network, YouTube)
    assert source.network.speaker is not None
    source.network.speaker.say(answer(top))
    assert source.network.budget.left == SPARE - 52
    assert twin.spent == 4 + 52
    it.passes(error.after)
    it.says("acme, another day")
    assert len(ids(it.hear(source, cursor))) == 1
    assert source.network.budget.left == SPARE + 4 - 2


def test_no_answer_is_sent_that_would_cost_too_much(it: Place, twin: YouTubeTwin) -> None:
    """It waits until the quota begins anew."""
    assert isinstance(it, Channel)
    it.keys = {"channel": US, "units": str(SPARE + 1)}  # type: ignore[misc]
    tops = [twin.says("ann", f"acme {number}") for number in range(25)]
    ours = speaker(it)
    for top in tops[:19]:
        ours.say(answer(top))
    with pytest.raises(SourceError) as error:
        ours.say(answer(tops[20]))
    assert error.value.retry
    assert error.value.after == midnight(it.now) - it.now
    assert len(twin.said_by_us()) == 19


def test_a_quota_that_others_spent_is_waited_for(it: Place, twin: YouTubeTwin) -> None:
    """Google says no before we counted it: nothing more is asked before midnight in California."""
    source = it.source()
    twin.quota = 0
    it.passes(source.every)
    error = failed(source)
    assert (error.retry, error.after) == (True, midnight(it.now) - it.now)
    assert source.network.budget.left == 0
    asked = len(twin.visits)
    it.passes(3_600)
    assert list(source.batches("")) == []
    with pytest.raises(SourceError):
        again(source, f"{US}/Ug0")
    assert len(twin.visits) == asked


@pytest.mark.parametrize(
    ("status", "why", "retry"),
    [
        (403, "quotaExceeded", True), (403, "dailyLimitExceeded", True), (403, "userRateLimitExceeded", True),
        (429, "quotaExceeded", True), (403, "commentsDisabled", False), (403, "<script>", False),
    ],
)  # fmt: skip
def test_a_reason_says_whether_trying_again_can_help(
    it: Place, twin: YouTubeTwin, status: int, why: str, retry: bool
) -> None:
    """The same status stands for what will be allowed again and for what will not; the reason is never shown."""
    twin.fails, twin.why = (status, {}), why
    error = failed(it.source())
    assert error.retry == retry
    assert "<" not in str(error)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-18T12:00", "2026-11-19T08:00"), ("2026-11-19T07:59", "2026-11-19T08:00"),
        ("2026-11-19T08:00", "2026-11-20T08:00"), ("2026-07-01T12:00", "2026-07-02T07:00"),
        ("2026-03-08T09:30", "2026-03-09T07:00"), ("2026-11-01T07:30", "2026-11-02T08:00"),
    ],
)  # fmt: skip
def test_a_day_ends_at_midnight_in_california(now: str, ends: str) -> None:
    """Also when its clocks are changed, on a day of 23 hours and on one of 25."""
    then = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    assert datetime.fromtimestamp(midnight(then), UTC).strftime("%Y-%m-%dT%H:%M") == ends


def test_each_channel_knows_its_own(it: Place) -> None:
    """A brand that has two answers each comment by the channel under which it stands."""
    ours = speaker(it)
    assert ours.owns(f"{US}/Ug0")
    assert not ours.owns("UCother/Ug0")
