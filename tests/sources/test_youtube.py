"""YouTube comments: what is said to the channel, what is heard of it and when, and that nothing is lost."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import InvalidOperation
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document

from ascolta.core.brand import Connection, FileSource
from ascolta.core.consent import refusals
from ascolta.core.post import EventKind, Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance
from ascolta.sources.networks import live
from ascolta.sources.remembering import REMEMBERED
from ascolta.sources.youtube import FURTHER, UNITS, YouTube, opened
from tests.proofs import proves
from tests.sources.battery import NOW, TOKEN, Place, again, events, ids
from tests.sources.google_twin import KEY
from tests.sources.places import place
from tests.sources.places.youtube import answer, speaker
from tests.sources.youtube_twin import ELSEWHERE, US, YouTubeTwin, youtube_twin

KEYED = "ASCOLTA_TOKEN_KEY"


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


def heard(it: Place) -> dict[str, Post]:
    """What a source that just began hears, by its words."""
    return {event.post.content: event.post for event in events(it.hear(it.source())) if event.post is not None}


def test_where_it_stands_says_whether_it_is_said_to_us(it: Place, twin: YouTubeTwin) -> None:
    """A comment on our video, an answer to ours, or one that begins with our handle; not what others say to others."""
    theirs = twin.says("ann", "to us: my bag is gone")
    ours = twin.says("acme", "Which colour is your bag?")
    twin.says("bob", "to us: red", to=ours)
    twin.says("eve", "@bob talk: mine was red too", to=ours)
    twin.says("bob", "talk: mine too", to=theirs)
    twin.says("ann", "talk: nobody answers", to=theirs)
    twin.says("eve", "@acme to us: are you there?", to=theirs)
    twin.says("eve", "talk: @acme never answers", to=theirs)
    it.passes(1)
    twin.says("acme", "We are sorry.", to=theirs)
    it.passes(1)
    twin.says("ann", "to us: and now?", to=theirs)
    twin.says("ann", "@bob talk: good luck", to=theirs)
    twin.says("bob", "talk: they are always sorry", to=theirs)
    found = heard(it)
    assert len(found) == 10
    assert {text for text, post in found.items() if post.addressed} == {text for text in found if "to us" in text}
    assert all((post.brand == "acme") == post.addressed for post in found.values())
    assert {post.in_reply_to for post in found.values()} == {None, f"{US}/{theirs}", f"{US}/{ours}"}


def test_another_channel_in_the_list_is_not_ours(it: Place, twin: YouTubeTwin) -> None:
    """A thread that stands elsewhere is heard as talk, should the list ever hold one."""
    number = twin.says("ann", "acme elsewhere")
    whole = twin._comment
    twin._comment = lambda *one, **how: _elsewhere(whole(*one, **how))  # type: ignore[method-assign]
    [post] = heard(it).values()
    assert (post.id, post.addressed, post.brand) == (f"{US}/{number}", False, None)


def _elsewhere(comment: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    comment["snippet"].update(channelId="UCother", videoId=ELSEWHERE)
    return comment


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: YouTubeTwin) -> None:
    """Neither held comments, nor threads that are not public, nor the answers in them; published later, they do."""
    for status in ("heldForReview", "likelySpam", "rejected"):
        twin.says("ann", status, status=status)
    private = twin.says("ann", "private", public=False)
    twin.says("bob", "in private", to=private)
    top = twin.says("bob", "public")
    held = twin.says("eve", "held answer", to=top, status="heldForReview")
    source = it.source()
    first = it.hear(source)
    assert ids(first) == [f"{US}/{top}"]
    it.passes(3 * 3_600)
    twin.comments[held]["status"] = "published"
    assert ids(it.hear(source, first[-1].cursor)) == [f"{US}/{held}"]


def test_a_status_that_is_told_is_believed_though_it_is_listed(it: Place, twin: YouTubeTwin) -> None:
    """A list that holds what it should not is not trusted, and what is published then is heard then."""
    number = twin.says("ann", "acme")
    twin.comments[number]["shown"] = True
    whole = twin._comment
    twin._comment = lambda *one, **how: _held(whole(*one, **how))  # type: ignore[method-assign]
    source = it.source()
    first = it.hear(source)
    assert ids(first) == []
    twin._comment = whole  # type: ignore[method-assign]
    assert ids(it.hear(source, first[-1].cursor if first else "")) == [f"{US}/{number}"]


def _held(comment: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    comment["snippet"]["moderationStatus"] = "heldForReview"
    return comment


def test_we_do_not_hear_ourselves(it: Place, twin: YouTubeTwin) -> None:
    """Neither our comments nor what we answer."""
    twin.says("acme", "our new video")
    post = twin.says("ann", "hello acme")
    speaker(it).say(answer(post))
    assert list(heard(it)) == ["hello acme"]


def test_an_answer_in_an_old_thread_is_found_within_minutes(it: Place, twin: YouTubeTwin) -> None:
    """Threads that are far down the list are looked at now and then; only as far as their number of answers changed."""
    it.twin.now -= 5 * 86_400
    old = twin.says("bob", "acme of old")
    for number in range(7):
        twin.says("eve", f"answer {number} of old", to=old)
    it.twin.now += 5 * 86_400
    for number in range(120):
        it.passes(1)
        twin.says("ann", f"acme {number}")
    source = it.source()
    batches = it.hear(source)
    assert len(ids(batches)) == 120
    assert [visit for visit in twin.visits if "parentId=" in visit] == []
    new = twin.says("bob", "and still nothing", to=old)
    assert it.hear(source, batches[-1].cursor) == []
    it.passes(FURTHER)
    more = it.hear(source, batches[-1].cursor)
    assert ids(more) == [f"{US}/{new}"]
    looked = len([visit for visit in twin.visits if "parentId=" in visit])
    assert looked == 1
    it.passes(FURTHER)
    assert it.hear(source, more[-1].cursor) == []
    assert len([visit for visit in twin.visits if "parentId=" in visit]) == looked


def test_all_answers_of_a_thread_are_heard(it: Place, twin: YouTubeTwin) -> None:
    """More than come with it, over several pages, once."""
    top = twin.says("ann", "acme")
    said = [top]
    for number in range(130):
        it.passes(1)
        said.append(twin.says("bob", f"answer {number}", to=top))
    source = it.source()
    batches = it.hear(source)
    assert ids(batches) == [f"{US}/{number}" for number in said]
    assert it.hear(source, batches[-1].cursor) == []


@proves("edit", network="youtube", on="contract")
def test_an_edit_is_told_anew(it: Place, twin: YouTubeTwin) -> None:
    """Of a comment and of an answer, once each; what was edited before we heard it is just heard."""
    first, early = twin.says("ann", "acme"), twin.says("eve", "acme!")
    second = twin.says("bob", "me too", to=first)
    twin.edits(early, "acme!!")
    source = it.source()
    batches = it.hear(source)
    assert events(batches, EventKind.EDITED) == []
    it.passes(60)
    twin.edits(first, "acme lost my bag")
    twin.edits(second, "mine too")
    edited = it.hear(source, batches[-1].cursor)
    assert ids(edited) == []
    told = {event.post.id: event.post.content for event in events(edited, EventKind.EDITED) if event.post is not None}
    assert told == {f"{US}/{first}": "acme lost my bag", f"{US}/{second}": "mine too"}
    assert it.hear(source, edited[-1].cursor) == []


def test_a_flood_makes_no_endless_cursor(it: Place, twin: YouTubeTwin) -> None:
    """Of thousands of comments only the last are known again, and still none is told twice or lost."""
    for hour in range(5):
        for number in range(700):
            twin.says("ann", f"acme {hour} {number}")
        it.passes(3_600)
    source = it.source()
    first = it.hear(source)
    assert len(set(ids(first))) == len(ids(first)) == 3_500
    assert len(first[-1].cursor) < 30 * REMEMBERED
    new = twin.says("ann", "acme at last")
    assert ids(it.hear(it.source(), first[-1].cursor)) == [f"{US}/{new}"]


def test_whoever_has_no_channel_to_be_read_refuses(it: Place, twin: YouTubeTwin) -> None:
    """A comment that names no channel, and one whose channel is gone; whoever can be read is as their channel says."""
    twin.channel("ann", title="Ann Onym", description="I fly.")
    twin.channel("nobody")
    for who in ("ann", "nobody", "eve"):
        twin.says(who, f"acme {who}")
    del twin.channels["UCeve"]
    found = heard(it)
    ann = found["acme ann"].attributed_to
    assert (ann.id, ann.handle, ann.name, ann.summary) == ("UCann", "ann", "@ann", "I fly.")
    assert refusals(ann, "youtube") == ()
    assert all(refusals(found[f"acme {who}"].attributed_to, "youtube") for who in ("nobody", "eve"))


def test_channels_are_asked_for_fifty_at_a_time(it: Place, twin: YouTubeTwin) -> None:
    """However many people speak, each is read once."""
    for number in range(120):
        twin.says(f"person{number}", f"acme {number}")
    assert all(post.attributed_to.unreadable is None for post in heard(it).values())
    asked = [parse_qs(urlsplit(visit).query)["id"][0].split(",") for visit in twin.visits if "/channels" in visit]
    assert [len(one) for one in asked] == [1, 50, 50, 20]


def test_nothing_is_asked_for_that_is_not_needed(it: Place, twin: YouTubeTwin) -> None:
    """No picture, no likes, no country; and neither token nor key is in any address."""
    top = twin.says("ann", "acme")
    for number in range(7):
        twin.says("bob", f"answer {number}", to=top)
    it.hear(it.source())
    speaker(it).say(answer(top))
    again(it.source(), f"{US}/{top}")
    fields = [parse_qs(urlsplit(visit).query)["fields"][0] for visit in twin.visits]
    assert len(fields) >= 7
    for name in ("Image", "like", "country", "authorChannelUrl", "statistics", "rating", "canRate"):
        assert name not in " ".join(fields)
    assert TOKEN not in " ".join(twin.visits)


def test_by_a_key_it_is_heard_and_nobody_answers(it: Place, twin: YouTubeTwin) -> None:
    """The key goes in a header, not in the address; what only the owner is told is not needed."""
    twin.says("ann", "acme")
    named = Connection(
        network="youtube", address=twin.url, more=(("channel", US), ("key", KEYED), ("units", str(UNITS)))
    )
    source = live(
        FileSource(path="youtube:twin", networks=("youtube",), live=named), "acme", {KEYED: KEY}.__getitem__,
        Chance(clock=lambda: it.now, draw=lambda: 0.5),
    )  # fmt: skip
    assert len(ids(list(source.batches("")))) == 1
    source.network.probe()
    assert source.network.speaker is None
    assert KEY not in f"{twin.visits} {vars(source.network)} {vars(source)}"
    assert all("authorization" not in names for names in twin.asked_by)


@pytest.mark.parametrize(
    "more", [{}, {"token": "", "key": ""}, {"token": TOKEN, "units": "many"}, {"token": TOKEN, "units": "1000"},
             {"key": "two words"}],
)  # fmt: skip
def test_a_channel_is_named_with_what_it_needs(more: dict[str, str]) -> None:
    """A token or a key, and a quota that is one; no secret is repeated."""
    units = tuple((name, said) for name, said in more.items() if name == "units")
    named = Connection(network="youtube", address="https://youtube.googleapis.com", more=(("channel", US), *units))
    secrets = {name: said for name, said in more.items() if name != "units"}
    from_here = Chance(clock=lambda: NOW, draw=lambda: 0.5)
    with pytest.raises(AscoltaError) as error:
        opened(FileSource(path="youtube:acme", live=named), "acme", secrets, from_here)
    assert TOKEN not in str(error.value)
    assert "two words" not in str(error.value)


def test_googles_own_client_can_read_the_twin() -> None:
    """It lists, pages, answers and deletes nothing that is not there, by the same document: so the twin speaks it."""
    with youtube_twin(NOW) as twin:
        tops = [twin.says("ann", f"acme {number}") for number in range(25)]
        twin.says("bob", "me too", to=tops[-1])
        document = json.dumps(twin.contract.document)
        options = {"api_endpoint": twin.url}
        ours = Credentials(token=TOKEN)  # type: ignore[no-untyped-call]
        client = build_from_document(document, credentials=ours, client_options=options)
        threads = client.commentThreads()
        asked = threads.list(part="snippet,replies", allThreadsRelatedToChannelId=US, textFormat="plainText")
        found = []
        while asked is not None:
            said = asked.execute()
            found += [one["snippet"]["topLevelComment"]["snippet"]["textDisplay"] for one in said["items"]]
            asked = threads.list_next(asked, said)
        assert found == [f"acme {number}" for number in reversed(range(25))]
        body = {"snippet": {"parentId": tops[0], "textOriginal": "Hello."}}
        made = client.comments().insert(part="snippet", body=body).execute()
        listed = client.comments().list(part="snippet", parentId=tops[0]).execute()
        assert [one["id"] for one in listed["items"]] == [made["id"]]
        assert client.channels().list(part="id", mine=True).execute()["items"][0]["id"] == US
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        stranger = build_from_document(document, credentials=nobody, client_options=options)
        with pytest.raises(InvalidOperation):
            stranger.comments().list(part="snippet", parentId=tops[0]).execute()


@pytest.mark.parametrize(
    "path",
    [
        "/youtube/v3/commentThreads?part=id&allThreadsRelatedToChannelId=UCacme&since=1",
        "/youtube/v3/commentThreads?allThreadsRelatedToChannelId=UCacme",
        "/youtube/v3/commentThreads?part=id&allThreadsRelatedToChannelId=UCacme&maxResults=101",
        "/youtube/v3/commentThreads?part=id&allThreadsRelatedToChannelId=UCacme&order=oldest",
        "/youtube/v3/comments?part=id&id=1&parentId=2", "/youtube/v3/comments?part=id&id=1&maxResults=5",
        "/youtube/v3/channels?part=id&mine=yes",
        "/youtube/v3/commentThreads?part=id&allThreadsRelatedToChannelId=UCacme&pageToken=x",
    ],
)  # fmt: skip
def test_the_twin_takes_nothing_that_google_would_not(it: Place, path: str) -> None:
    """What is not in the document, or does not go together, is refused: our requests were held against it."""
    source = it.source()
    assert isinstance(source.network, YouTube)
    with pytest.raises(SourceError, match="status 400"):
        source.network.asking.get(path)


def test_recordings_are_as_google_documents_them() -> None:
    """Each is a comment by the document's own schema."""
    for case in (Path(__file__).parents[1] / "recordings" / "youtube").glob("*.in.json"):
        assert YouTubeTwin.contract.breaks("Comment", json.loads(case.read_text(encoding="utf-8"))) == []
