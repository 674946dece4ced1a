"""Google Play reviews: every review is said to us, one answer stands, and nothing of a colleague's is overwritten."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from joserfc.jwk import RSAKey

from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import EventKind, Post
from ascolta.core.reply import Reply
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance
from ascolta.sources.google import full_hour, midnight
from ascolta.sources.googleplay import FURTHER, MOST_SAID, READS, SPARE, GooglePlay, opened
from tests.proofs import proves
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place, again, events, failed, ids
from tests.sources.googleplay_twin import APP, PlayTwin, play_twin
from tests.sources.places import place


@pytest.fixture
def it() -> Iterator[Place]:
    """Our app."""
    with place("googleplay") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> PlayTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, PlayTwin)
    return it.twin


def speaker(it: Place) -> GooglePlay:
    """Who answers there."""
    found = it.source().network.speaker
    assert isinstance(found, GooglePlay)
    return found


def answer(to: str, text: str = "We look into it.") -> Reply:
    """An approved answer to a review."""
    return Reply(
        key="k", case=1, brand="acme", network="googleplay", to_post=f"{APP}/{to}", to=b"t", text=text, approved=NOW
    )


def heard(it: Place) -> list[Post]:
    """What a source that just began hears."""
    return [event.post for event in events(it.hear(it.source())) if event.post is not None]


def test_every_review_is_said_to_us(it: Place, twin: PlayTwin) -> None:
    """By where it stands, in its author's own words and by the name that they show."""
    number = twin.says("ann", "Slow app", original="App lenta")
    [post] = heard(it)
    assert (post.id, post.content, post.addressed, post.brand) == (f"{APP}/{number}", "App lenta", True, "acme")
    assert (post.visibility, post.attributed_to.name, post.attributed_to.handle) == ("public", "Ann Onym", "")
    assert again(it.source(), post.id) == post


def test_each_author_is_somebody_else(it: Place, twin: PlayTwin) -> None:
    """Google tells no account, so the review stands for it: two of one name are two, and an edit is the same one's."""
    one, other = twin.says("ann", "Slow"), twin.says("ann", "Fast")
    source = it.source()
    batches = it.hear(source)
    twin.edits(one, "Slow again")
    edited = it.hear(source, batches[-1].cursor)
    authors = {event.post.attributed_to.key for event in events(batches) if event.post is not None}
    assert authors == {one, other}
    [event] = events(edited, EventKind.EDITED)
    assert event.post is not None
    assert event.post.attributed_to.key == one


def test_what_we_answered_is_not_heard(it: Place, twin: PlayTwin) -> None:
    """Neither our answer nor a colleague's makes a review new."""
    one, other = twin.says("ann", "Slow"), twin.says("bob", "Fast")
    source = it.source()
    batches = it.hear(source)
    speaker(it).say(answer(one))
    twin.console(other, "Thank you!")
    it.passes(FURTHER)
    assert it.hear(source, batches[-1].cursor) == []
    assert "Thank" not in str([post.content for post in heard(it)])


@proves("edit", network="googleplay", on="contract")
def test_an_edit_is_told_once(it: Place, twin: PlayTwin) -> None:
    """As an edit, by whatever program; and again when it is edited again."""
    number = twin.says("ann", "Slow")
    cursor = it.hear(it.source())[-1].cursor
    for words in ("Slower", "Slowest"):
        it.passes(3_600)
        twin.edits(number, words)
        edited = it.hear(it.source(), cursor)
        assert ids(edited) == []
        [event] = events(edited, EventKind.EDITED)
        assert event.post is not None
        assert event.post.content == words
        cursor = edited[-1].cursor
        assert it.hear(it.source(), cursor) == []


def test_a_week_without_us_loses_nothing(it: Place, twin: PlayTwin) -> None:
    """What Google still lists is heard, over all its pages."""
    twin.says("ann", "Before")
    cursor = it.hear(it.source())[-1].cursor
    said = []
    for number in range(130):
        it.passes(3_600)
        said.append(f"{APP}/{twin.says('ann', f'Slow {number}')}")
    it.passes(86_400)
    assert ids(it.hear(it.source(), cursor)) == said


def test_nothing_is_asked_for_that_is_not_needed(it: Place, twin: PlayTwin) -> None:
    """No stars, no device, no language; no token is in any address."""
    number = twin.says("ann", "Slow")
    it.hear(it.source())
    speaker(it).say(answer(number))
    asked = [parse_qs(urlsplit(visit).query).get("fields", [""])[0] for visit in twin.visits if ":reply" not in visit]
    assert len(asked) >= 2
    assert all(asked)
    for name in ("star", "device", "Language", "thumbs", "android", "appVersion"):
        assert name not in " ".join(asked)
    assert TOKEN not in " ".join(twin.visits)


@proves("answer", network="googleplay", on="contract")
def test_an_answer_stands_once(it: Place, twin: PlayTwin) -> None:
    """A second try finds it, and posts nothing."""
    number = twin.says("ann", "Slow")
    ours = speaker(it)
    assert ours.said(answer(number)) is None
    made = ours.say(answer(number))
    posts = len([visit for visit in twin.visits if ":reply" in visit])
    assert ours.say(answer(number)) == made == ours.said(answer(number)) == f"{APP}/{number}:reply"
    assert len([visit for visit in twin.visits if ":reply" in visit]) == posts == 1
    assert twin.said_by_us() == ["We look into it."]
    assert ours.said(answer(number, "Something else.")) is None


def test_an_answer_of_a_colleague_stays(it: Place, twin: PlayTwin) -> None:
    """One that stands there is not overwritten, until the author of the review wrote anew."""
    number = twin.says("ann", "Slow")
    it.passes(60)
    twin.console(number, "Which phone do you have?")
    it.passes(60)
    with pytest.raises(SourceError, match="an answer stands there") as error:
        speaker(it).say(answer(number))
    assert not error.value.retry
    assert twin.said_by_us() == ["Which phone do you have?"]
    twin.edits(number, "Slow, on a new phone")
    speaker(it).say(answer(number))
    assert twin.said_by_us() == ["We look into it."]


def test_an_answer_is_no_longer_than_google_takes(it: Place, twin: PlayTwin) -> None:
    """It is said how long it is, and nothing is asked."""
    number = twin.says("ann", "Slow")
    with pytest.raises(SourceError, match="351") as error:
        speaker(it).say(answer(number, "x" * (MOST_SAID + 1)))
    assert (error.value.retry, twin.visits) == (False, [])
    speaker(it).say(answer(number, "x" * MOST_SAID))
    assert len(twin.said_by_us()[0]) == MOST_SAID


def test_markup_that_google_strips_is_no_other_answer(it: Place, twin: PlayTwin) -> None:
    """It is found though it stands there without."""
    number = twin.says("ann", "Slow")
    reply = answer(number, "We <b>look</b> into it & write: a < b.")
    made = speaker(it).say(reply)
    assert "<b>" not in twin.said_by_us()[0]
    assert speaker(it).said(reply) == made


@pytest.mark.parametrize(
    ("status", "why", "retry"),
    [
        (429, "rateLimitExceeded", True), (403, "quotaExceeded", True), (403, "permissionDenied", False),
        (400, "invalid", False), (500, "backendError", False),
    ],
)  # fmt: skip
def test_a_refusal_of_an_answer_is_read_by_its_reason(
    it: Place, twin: PlayTwin, status: int, why: str, retry: bool
) -> None:
    """The same status stands for what may be tried again and for what may not; nothing was posted."""
    number = twin.says("ann", "Slow")
    twin.refuses_posts, twin.why = (status, {}), why
    with pytest.raises(SourceError) as error:
        speaker(it).say(answer(number))
    assert error.value.retry == retry
    assert twin.said_by_us() == []
    if why == "quotaExceeded":
        assert error.value.after == midnight(it.now) - it.now


def test_a_review_that_is_gone_is_not_answered(it: Place, twin: PlayTwin) -> None:
    """It is said so, and nothing is posted."""
    number = twin.says("ann", "Slow")
    twin.deletes(number)
    with pytest.raises(SourceError, match="no more"):
        speaker(it).say(answer(number))
    assert speaker(it).said(answer(number)) is None
    assert [visit for visit in twin.visits if ":reply" in visit] == []


def test_the_hours_requests_are_counted(it: Place, twin: PlayTwin) -> None:
    """Hearing leaves some for answers; in the next hour there are more."""
    source, cursor = it.source(), ""
    number = it.says("Slow").partition("/")[2]
    network = source.network
    for _ in range(READS - SPARE):
        network.probe()
    assert network.budget.left == SPARE
    it.passes(30)
    error = failed(source, cursor)
    assert (error.retry, error.after) == (True, full_hour(it.now) - it.now)
    assert isinstance(network, GooglePlay)
    network.say(answer(number))
    assert network.budget.left == SPARE - 1
    it.passes(3_600)
    assert len(ids(it.hear(source, cursor))) == 1


def test_a_service_account_signs_for_itself(it: Place, twin: PlayTwin) -> None:
    """Its key is the secret; what it signs is traded for a token at Google's address, or this very server's."""
    key = RSAKey.generate_key(2_048)
    twin.signers["robot@acme.example"] = key
    secret = json.dumps({
        "type": "service_account", "client_email": "robot@acme.example", "token_uri": f"{twin.url}/token",
        "private_key": key.as_pem(private=True).decode(), "private_key_id": "1",
    })  # fmt: skip
    it.secrets = {VARIABLE: secret}  # type: ignore[misc]
    it.says("Slow")
    source = it.source()
    assert len(ids(it.hear(source))) == 1
    assert twin.visits[0] == "/token"
    assert "PRIVATE" not in f"{vars(source)} {vars(source.network)} {source.network!r}"


@pytest.mark.parametrize("app", ["", "acme", "com.acme.app/../x", "com..acme", "com.acme.app?x=1", "com.ácme.app"])
def test_an_app_is_named_by_its_package(app: str) -> None:
    """What cannot be one is refused at the start."""
    named = Connection(network="googleplay", address="https://androidpublisher.googleapis.com", more=(("app", app),))
    here = Chance(clock=lambda: NOW, draw=lambda: 0.5)
    with pytest.raises(AscoltaError, match="package name"):
        opened(FileSource(path="googleplay:x", live=named), "acme", {"token": TOKEN}, here)


def test_each_app_knows_its_own(it: Place) -> None:
    """A brand that has two answers each review by the app of which it is."""
    assert speaker(it).owns(f"{APP}/gp:1")
    assert not speaker(it).owns("com.acme.other/gp:1")


def test_googles_own_client_can_read_the_twin() -> None:
    """It lists, gets and answers by the same document: so the twin speaks it."""
    with play_twin(NOW) as twin:
        numbers = [twin.says("ann", f"Slow {number}") for number in range(15)]
        client = build_from_document(
            json.dumps(twin.contract.document),
            credentials=Credentials(token=TOKEN),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": twin.url},
        )
        reviews = client.reviews()
        said = reviews.list(packageName=APP).execute()
        more = reviews.list(packageName=APP, token=said["tokenPagination"]["nextPageToken"]).execute()
        assert [one["reviewId"] for one in (*said["reviews"], *more["reviews"])] == numbers[::-1]
        made = reviews.reply(packageName=APP, reviewId=numbers[0], body={"replyText": "Hello."}).execute()
        assert made["result"]["replyText"] == "Hello."
        [_, ours] = reviews.get(packageName=APP, reviewId=numbers[0]).execute()["comments"]
        assert ours["developerComment"]["text"] == "Hello."


def test_recordings_are_as_google_documents_them() -> None:
    """Each is a review by the document's own schema."""
    for case in (Path(__file__).parents[1] / "recordings" / "googleplay").glob("*.in.json"):
        assert PlayTwin.contract.breaks("Review", json.loads(case.read_text(encoding="utf-8"))) == []
