"""The AT Protocol: three kinds of streams that lose nothing, who is heard by them, and an answer that stands once."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import partial
from typing import Any

import pytest

from ascolta.core.consent import Known, heed
from ascolta.core.post import Actor, Batch, EventKind, Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Live, bluesky_people, sockets
from ascolta.sources.bluesky_frames import Firehose, form_of
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import bluesky as native
from tests.proofs import proves
from tests.sources import test_battery as battery
from tests.sources.battery import NOW, TOKEN, again, events, failed, ids
from tests.sources.bluesky_relay import Relay, _frame, commit
from tests.sources.bluesky_twin import POST, PROFILE, BlueskyTwin
from tests.sources.places import place
from tests.sources.places.bluesky import Network
from tests.sources.said import approved, speaker

FORMS = ("jetstream2", "jetstream", "firehose")
TESTS: tuple[Callable[..., None], ...] = (
    battery.test_what_was_said_comes_oldest_first_and_once,
    battery.test_nothing_is_lost_or_told_twice_wherever_it_stops,
    battery.test_a_batch_follows_the_one_before,
    battery.test_old_talk_is_not_heard_at_the_first_start,
    battery.test_a_refusal_arrives,
    battery.test_odd_text_never_raises,
    battery.test_a_slow_store_is_waited_for,
)
answer = partial(approved, "bluesky")


@pytest.mark.parametrize(
    ("said", "linked", "address", "expected"),
    [
        ("at acme.example/bags-an... ok?", "acme.example/bags-an...", "https://acme.example/bags-and", "at {} ok?"),
        ("é acme.example", "acme.example", "https://acme.example", "é {}"),
        ("https://acme.example/lo…", "https://acme.example/lo…", "https://acme.example/lost", "{}"),
        ("see here", "here", "https://acme.example", "see here"),
        ("acme.example", "acme.example", "https://other.example", "acme.example"),
        ("...", "...", "https://other.example", "..."),
    ],
)
def test_a_link_that_the_app_shortened_is_read_whole(said: str, linked: str, address: str, expected: str) -> None:
    """Words that the author made a link stay, and so does what a facet says of no place."""
    start = len(said[: said.index(linked)].encode())
    end = start + len(linked.encode())

    def read(*facets: Any) -> str:
        record = {"text": said, "createdAt": "2026-11-26T13:31:45Z", "facets": list(facets)}
        return native.said("at://did:plc:a/app.bsky.feed.post/1", record, Actor(handle="ann")).content

    link = [{"$type": "app.bsky.richtext.facet#link", "uri": address}]
    facet = {"index": {"byteStart": start, "byteEnd": end}, "features": link}
    assert read(facet, facet) == expected.format(address)
    assert read({"features": link}, {"index": {"byteStart": end, "byteEnd": 10**9}, "features": link}) == said


@pytest.fixture
def it() -> Iterator[Network]:
    """A network with our account on it; its stream is opened again at once, since chance says so."""
    with place("bluesky") as made:
        assert isinstance(made, Network)
        made.draw = 0.0
        yield made


@pytest.fixture
def twin(it: Network) -> BlueskyTwin:
    """The same, as its people see it."""
    return it.twin


def relay(it: Network) -> Relay:
    """Its streams."""
    found = it.twin.relay
    assert isinstance(found, Relay)
    return found


def posts(batches: list[Batch]) -> list[Post]:
    """The posts of some batches."""
    return [event.post for event in events(batches) if event.post is not None]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.__name__.removeprefix("test_"))
@pytest.mark.parametrize("form", FORMS)
def test_each_kind_of_stream_passes_the_battery(it: Network, form: str, test: Callable[..., None]) -> None:
    """What a source must do, it does by each."""
    it.form = form
    test(it)


def test_an_older_jetstream_that_counts_nothing_tells_nothing_twice(it: Network) -> None:
    """Its places are times, and several events may have the same one."""
    it.form, relay(it).counts = "jetstream", False
    said = [it.says(f"acme {number}") for number in range(20)]
    moment = int(it.twin.now * 1_000_000)
    it.twin.log = [type(one)(one.seq, moment + one.seq // 8, one.did, one.kind, one.said) for one in it.twin.log]
    source = it.source()
    source.network.stream.most = 3  # type: ignore[attr-defined]
    first = it.hear(source)
    assert ids(first) == said
    for stop in range(1, len(said)):
        form = form_of("jetstream", "x", lambda: NOW)
        read = form.reading("")
        lines = [
            json.dumps({"did": one.did, "time_us": one.time_us, "kind": "commit", "commit": one.said})
            for one in it.twin.log
        ]
        frames = [frame for line in lines[:stop] if (frame := read(line)) is not None]
        rest = form.reading(frames[-1].place)
        at = int(frames[-1].place[1:].partition("+")[0])
        repeated = [line for line in lines if json.loads(line)["time_us"] >= at]
        first_again = next(frame for line in repeated if (frame := rest(line)) is not None)
        assert first_again.lines[0] == json.loads(lines[stop])


@proves("streaming", network="bluesky", on="contract")
@pytest.mark.parametrize("form", FORMS)
def test_twenty_breaks_lose_nothing_and_tell_nothing_twice(it: Network, form: str) -> None:
    """The stream is cut again and again, without a word, while people go on talking."""
    it.form = form
    source, heard, said, cursor = it.source(), list[str](), list[str](), ""
    for number in range(20):
        it.passes(1)
        said.append(it.says(f"acme before {number}"))
        for batch in it.hear(source, cursor):
            heard, cursor = heard + ids([batch]), batch.cursor
        while not relay(it).connections:
            time.sleep(0.002)
        relay(it).breaks()
        said.append(it.twin.says("bob", f"@acme.example meanwhile {number}"))
    while len(heard) < len(said):
        for batch in it.hear(source, cursor):
            heard, cursor = heard + ids([batch]), batch.cursor
    assert heard == said
    assert source.network.stream.breaks >= 20  # type: ignore[attr-defined]


def test_it_rings_when_something_arrives(it: Network) -> None:
    """And is asked at once, without any time going by."""
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    source.chance.bell.clear()
    said = it.says("acme is late")
    assert source.chance.bell.wait(10)
    stream = source.network.stream  # type: ignore[attr-defined]
    assert stream.waits(lambda: stream.waiting > 0)
    assert ids(list(source.batches(cursor))) == [said]


def test_what_nobody_takes_is_not_read(it: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue's length waits with us, the rest with the network, and comes later."""
    monkeypatch.setattr("ascolta.sources.bluesky.BATCH", 10)
    source = it.source()
    stream = source.network.stream  # type: ignore[attr-defined]
    stream.most = 50
    said = [it.says(f"acme {number}") for number in range(3_000)]
    it.passes(source.every)
    batches = source.batches("")
    heard = [next(batches)]
    assert stream.waits(lambda: stream.waiting >= 50)
    time.sleep(0.2)
    assert stream.waiting <= 50
    assert ids(heard + list(batches)) == said


@pytest.mark.parametrize("form", FORMS)
def test_a_place_that_is_gone_is_told_and_heard_from_the_oldest(it: Network, form: str) -> None:
    """Whether it is too old, or lies ahead of a network that began anew; nothing of it is hidden."""
    it.form = form
    for number in range(10):
        it.says(f"acme {number}")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    assert source.findings == []
    kind, _, at = cursor.split(" ")
    old = f"{kind} {'c3' if form == 'jetstream' else '3'} {int(at) - 200_000}"
    it.twin.floor = 6
    fresh = it.source()
    assert len(ids(it.hear(fresh, old))) == 5
    assert [finding for finding in fresh.findings if "lost 1 times" in finding]
    it.twin.floor = 0
    if form != "jetstream":
        ahead = it.source()
        assert len(ids(it.hear(ahead, f"{kind} 4711 {at}"))) == 10
        assert [finding for finding in ahead.findings if "lost 1 times" in finding]


def test_another_kind_of_stream_goes_on_by_the_time(it: Network) -> None:
    """A brand that changes it need not begin anew."""
    it.says("acme one")
    cursor = it.hear(it.source())[-1].cursor
    it.passes(60)
    later = it.says("acme two")
    for form in ("jetstream", "firehose"):
        it.form = form
        assert ids(it.hear(it.source(), cursor)) == [later]


@pytest.mark.parametrize("status", [(401, False), (403, False), (404, False), (429, True), (503, True)])
def test_a_stream_that_is_refused_says_so(it: Network, status: tuple[int, bool]) -> None:
    """With the network's own hint, and whether trying again can help."""
    relay(it).refuses = (status[0], {"Retry-After": "17"} if status[1] else {})
    error = failed(it.source())
    assert (error.retry, error.after) == (status[1], 17 if status[1] else 0)
    assert str(status[0]) in str(error)


@pytest.mark.parametrize("skew", [-7_200.0, 7_200.0])
def test_a_wrong_clock_does_no_harm(it: Network, skew: float) -> None:
    """Hints are taken by the network's own clock, and posts come though their times lie hours off."""
    it.twin.skew = skew
    it.twin.fails = (429, {"Retry-After": formatdate(it.twin.now + 30 + skew + 90, usegmt=True)})
    source = it.source()
    it.passes(source.every)
    assert failed(source).after == pytest.approx(90, abs=1)
    it.twin.fails = None
    said = [it.says(f"acme {number}") for number in range(3)]
    assert ids(it.hear(it.source())) == said


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("said", [
    b"", b"\xff", b"{}", b"[]", b"null", b"[" * 100_000, b'{"$type": "message"}', b'{"did": 3}', b"\xa0\xa0",
    b'{"kind":"commit","time_us":9007199254740993,"did":"x","commit":[]}',
])  # fmt: skip
def test_garbage_in_the_stream_is_set_aside(it: Network, form: str, said: bytes) -> None:
    """And what follows is heard."""
    it.form = form
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    relay(it).sends(said if form == "firehose" else said.decode("latin-1"))
    number = it.says("acme")
    assert ids(it.hear(source, cursor)) == [number]
    assert source.set_aside == 1


def test_a_commit_gives_only_what_its_blocks_prove() -> None:
    """Several records of one commit come in order; a block that is not what its hash says is none."""
    good, other = {"$type": POST, "text": "acme"}, {"$type": POST, "text": "else"}
    like = {"$type": "app.bsky.feed.like"}
    ops: list[dict[str, Any]] = [
        {"operation": "create", "collection": POST, "rkey": "a", "record": good},
        {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "b", "record": like},
        {"operation": "delete", "collection": POST, "rkey": "c"},
        {"operation": "update", "collection": POST, "rkey": "d", "record": other},
    ]
    body = commit("did:plc:x", ops)
    read = Firehose("x", lambda: NOW).reading("")
    frame = read(_frame({"op": 1, "t": "#commit"}, {**body, "seq": 7, "time": "2026-11-26T00:00:00Z"}))
    assert frame is not None
    told = [(line["commit"]["operation"], line["commit"].get("record")) for line in frame.lines]
    assert told == [("create", good), ("delete", None), ("update", other)]
    forged = body["blocks"].replace(b"acme", b"evil")
    frame = read(_frame({"op": 1, "t": "#commit"}, {**body, "blocks": forged, "seq": 8, "time": ""}))
    assert frame is not None
    assert [line["commit"].get("record") for line in frame.lines] == [None, None, other]
    with pytest.raises(UnreadableError):
        read(_frame({"op": 1, "t": "#commit"}, {**body, "blocks": b"\xff" * 9, "seq": 9, "time": ""}))


def test_who_answers_us_speaks_to_us(it: Network, twin: BlueskyTwin) -> None:
    """By its place; who is merely named in words or stands in our thread is judged by what they say."""
    ours = twin.says("acme", "a sale!")
    first = twin.says("ann", "where is my bag?", to=ours)
    second = twin.says("bob", "mine is lost, too", to=first)
    third = twin.says("eve", "@acme.example hello")
    fourth = twin.says("eve", "hello")
    found = {post.id: post for post in posts(it.hear(it.source()))}
    told = [(found[one].addressed, found[one].brand) for one in (first, second, third, fourth)]
    assert told == [(True, "acme"), (False, "acme"), (False, "acme"), (False, None)]
    assert {"acme.example", "acme"} <= set(found[third].handles)


def test_we_do_not_hear_ourselves(it: Network, twin: BlueskyTwin) -> None:
    """Neither our posts, nor our answers, nor what we do with them."""
    own = twin.says("acme", "@acme.example a sale!")
    speaker(it).say(answer(twin.says("ann", "@acme.example hello")))
    twin.deletes(own)
    assert [len(batch.events) for batch in it.hear(it.source())] == [1]


def test_who_does_not_concern_us_is_not_asked_for(it: Network, twin: BlueskyTwin) -> None:
    """Nobody looks up who said what concerns no brand; what they take back or change later is not either."""
    source = it.source()
    object.__setattr__(
        source.chance, "concerns", lambda found: [row for row, post in enumerate(found) if "acme" in post.content]
    )
    others = [twin.says("bob", f"lunch {number}") for number in range(5)]
    ours = twin.says("ann", "acme lost my bag")
    batches = it.hear(source)
    assert ids(batches) == [ours]
    asked = [path for path in twin.visits if "describeRepo" in path]
    assert len(asked) == 1
    assert twin.account("bob").did not in str(twin.visits)
    twin.edits(others[0], "supper")
    twin.deletes(others[1])
    twin.leaves("bob")
    twin.edits(ours, "they found it")
    later = it.hear(source, batches[-1].cursor)
    assert [(event.kind, event.post and event.post.id) for batch in later for event in batch.events] == [
        (EventKind.EDITED, ours)
    ]


@proves("delete", "edit", "opt-out", network="bluesky", on="contract")
@pytest.mark.parametrize("form", FORMS)
def test_edits_deletions_and_refusals_come_by_the_stream(it: Network, twin: BlueskyTwin, form: str) -> None:
    """In the order in which they happened, of everybody whose post concerned us."""
    it.form = form
    first, second = twin.says("ann", "acme lost my bag"), twin.says("bob", "acme is late")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.edits(first, "acme found my bag")
    twin.deletes(first)
    twin.leaves("bob", "deactivated")
    it.refuses()
    twin.puts("eve", "app.bsky.graph.block", "b", {"subject": twin.account("acme").did})
    twin.puts("eve", "app.bsky.graph.block", "c", {"subject": twin.account("ann").did})
    found = [event for batch in it.hear(source, cursor) for event in batch.events]
    kinds = [EventKind.EDITED, EventKind.REMOVED, EventKind.ACTOR, EventKind.ACTOR, EventKind.ACTOR]
    assert [event.kind for event in found] == kinds
    assert found[1].post_id == first
    assert [event.actor.id for event in found[2:] if event.actor] == [
        twin.account(who).did for who in ("bob", "ann", "eve")
    ]
    assert found[2].actor is not None
    assert found[2].actor.suspended
    assert again(source, second) is None


@pytest.mark.parametrize("form", FORMS)
def test_what_was_taken_back_before_we_looked_is_taken_back(it: Network, twin: BlueskyTwin, form: str) -> None:
    """Though its author is known by the same page only."""
    it.form = form
    number = twin.says("ann", "acme lost my bag")
    twin.deletes(number)
    found = [event for batch in it.hear(it.source()) for event in batch.events]
    assert [event.kind for event in found] == [EventKind.PUBLISHED, EventKind.REMOVED]


@pytest.mark.parametrize(("collection", "record", "word"), [
    (PROFILE, {"labels": {"values": [{"val": "!no-unauthenticated"}]}}, "log-in"),
    (PROFILE, {"description": "I say #nobot"}, "#nobot"),
    ("app.bsky.actor.contentVisibilityDeclaration", {"hideFromAlgorithmicRecommendations": True}, "recommended"),
    ("org.user-intents.declaration", {"syntheticContentGeneration": {"allow": False}}, "language model"),
    ("chat.bsky.actor.declaration", {"allowIncoming": "none"}, "messages"),
    (PROFILE, {"labels": 3}, "cannot be read"),
])  # fmt: skip
def test_what_a_repository_refuses_is_known_with_the_post(
    it: Network, twin: BlueskyTwin, collection: str, record: dict[str, Any], word: str
) -> None:
    """It is read at the author's own server, each record that stands there."""
    twin.puts("ann", collection, "self", record)
    number = twin.says("ann", "acme lost my bag")
    [post] = posts(it.hear(it.source()))
    assert word in " ".join(heed(post, Known(), arrived=it.now).why)
    read = again(it.source(), number)
    assert read is not None
    assert word in " ".join(heed(read, Known(), arrived=it.now).why)


def test_who_blocks_us_is_told_by_the_views(it: Network, twin: BlueskyTwin) -> None:
    """25 at a time, in the session of our account."""
    for number in range(30):
        twin.says(f"who{number}", "acme!")
    twin.account("who7").viewer = {"blockedBy": True}
    found = posts(it.hear(it.source()))
    assert [post.attributed_to.handle for post in found if post.attributed_to.blocked_by] == ["who7.example"]
    assert len([path for path in twin.visits if "getProfiles" in path]) == 2


def test_a_server_that_says_nothing_refuses(it: Network, twin: BlueskyTwin) -> None:
    """Somebody whose own server is not there does not count; where ours fails we wait, and nothing is lost."""
    twin.account("ann").server = "http://127.0.0.1:1"
    first, second = twin.says("ann", "acme lost my bag"), twin.says("bob", "acme!")
    source = it.source()
    twin.without = "app.bsky.actor.getProfiles"
    assert failed(source).retry
    twin.without = ""
    it.passes(600)
    found = {post.id: post.attributed_to for post in posts(list(source.batches("")))}
    assert (found[first].unreadable, found[second].unreadable) == (True, None)


@pytest.mark.parametrize("server", [
    "http://169.254.169.254", "http://10.0.0.1", "https://metadata.google.internal/latest", "file:///etc/passwd", "gopher://a",
    "http://user@127.0.0.1", "https://a/b?c", "", "http://[", "https://[fe80::1%25eth0]",
])  # fmt: skip
def test_no_other_network_is_reached_by_what_somebody_wrote(it: Network, twin: BlueskyTwin, server: str) -> None:
    """A server that an account names and that may not be asked counts as one that says nothing."""
    twin.account("ann").server = server or "nonsense"
    twin.says("ann", "acme lost my bag")
    [post] = posts(it.hear(it.source()))
    assert post.attributed_to.unreadable


@pytest.mark.parametrize(
    "did", ["did:web:localhost%3A80", "did:web:127.0.0.1", "did:key:z6M", "did:plc:short", "did:web:a/b"]
)
def test_an_identifier_leads_nowhere_else(it: Network, did: str) -> None:
    """One that names a host in this machine, or nothing at all, is nobody's that can be asked."""
    people = it.source().network.people  # type: ignore[attr-defined]
    assert people.profiles([did], NOW)[did].unreadable


def test_a_profile_is_asked_for_once_in_half_a_day(it: Network, twin: BlueskyTwin) -> None:
    """Unless its owner changes it."""
    source, cursor = it.source(), ""
    for number in range(3):
        twin.says("ann", f"acme {number}")
        cursor = it.hear(source, cursor)[-1].cursor
    assert len([path for path in twin.visits if "describeRepo" in path]) == 1
    it.passes(bluesky_people.FRESH)
    twin.says("ann", "acme again")
    it.hear(source, cursor)
    assert len([path for path in twin.visits if "describeRepo" in path]) == 2


@pytest.mark.parametrize(
    ("rules", "named", "closed"), [([], True, True), (["mentionRule"], True, False), (None, True, False)]
)
def test_a_gate_is_known_before_an_answer(
    it: Network, twin: BlueskyTwin, rules: list[str] | None, named: bool, closed: bool
) -> None:
    """The thread's record says who may answer; a gate that comes later comes as an edit."""
    number = twin.says("ann", "@acme.example where is my bag?")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    if rules is not None:
        allow = [{"$type": f"app.bsky.feed.threadgate#{rule}"} for rule in rules]
        twin.puts("ann", "app.bsky.feed.threadgate", number.rpartition("/")[2], {"post": number, "allow": allow})
        [event] = events(it.hear(source, cursor), EventKind.EDITED)
        assert event.post is not None
        assert event.post.policy is not None
    post = again(source, number)
    assert post is not None
    assert ("reply" in heed(post, Known(), arrived=it.now, named=named).told) == closed


@proves("answer", network="bluesky", on="contract")
def test_an_answer_stands_once_below_its_post(it: Network, twin: BlueskyTwin) -> None:
    """A second try writes the same record at the same place."""
    root = twin.says("bob", "hello")
    post = twin.says("ann", "@acme.example where is my bag?", to=root)
    ours = speaker(it)
    assert ours.said(answer(post)) is None
    uri = ours.say(answer(post))
    assert ours.say(answer(post)) == uri == ours.said(answer(post))
    assert twin.said_by_us() == ["We look into it."]
    reply = twin.record(uri)[0]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (root, post)
    assert reply["parent"]["cid"] == twin.record(post)[1]
    assert ours.say(answer(post, key="k2")) != uri


def test_links_and_names_are_marked_by_bytes(it: Network, twin: BlueskyTwin) -> None:
    """Whatever stands before them; a name that nobody has is left as it is."""
    text = "Sorry 🙂 @ann.example, see (https://acme.example/é?b=c). @nobody.example"
    record = twin.record(speaker(it).say(answer(twin.says("ann", "@acme.example hello"), text)))[0]
    marked = [text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in record["facets"]]
    assert marked == ["@ann.example", "https://acme.example/é?b=c"]
    assert record["facets"][0]["features"][0]["did"] == twin.account("ann").did


def test_an_answer_that_is_too_long_is_refused(it: Network, twin: BlueskyTwin) -> None:
    """In one sentence, before anything is sent."""
    post = twin.says("ann", "@acme.example hello")
    with pytest.raises(SourceError, match="1 characters longer") as error:
        speaker(it).say(answer(post, "x" * 301))
    assert not error.value.retry
    assert twin.said_by_us() == []


def test_nobody_who_is_gone_is_answered(it: Network, twin: BlueskyTwin) -> None:
    """Whose account is no more is told so, and nothing is written, though the post itself was not taken back."""
    post = twin.says("bob", "@acme.example hello")
    twin.leaves("bob")
    with pytest.raises(SourceError, match="no more"):
        speaker(it).say(answer(post))
    assert again(it.source(), post) is None
    assert twin.said_by_us() == []


def test_a_session_is_made_once_and_renewed(it: Network, twin: BlueskyTwin) -> None:
    """Before it ends, and when the network takes it no more."""
    post = twin.says("ann", "@acme.example hello")
    ours = speaker(it)
    ours.say(answer(post))
    it.passes(7_200)
    ours.say(answer(post, key="k2"))
    methods = [path.rpartition(".")[2] for path in twin.visits]
    assert (methods.count("createSession"), methods.count("refreshSession")) == (1, 1)
    twin.worn_out = {ours.session._access}  # type: ignore[attr-defined]
    ours.say(answer(post, key="k3"))
    assert len(twin.said_by_us()) == 3
    assert "email-canary" not in f"{vars(ours.session)}"  # type: ignore[attr-defined]


def test_a_wrong_password_is_told(it: Network, twin: BlueskyTwin) -> None:
    """And trying again does not help."""
    Network.secrets = {**Network.secrets, next(iter(Network.secrets)): "wrong-canary"}
    try:
        error = failed(it.source())
    finally:
        Network.secrets = dict.fromkeys(Network.secrets, TOKEN)
    assert not error.retry
    assert "wrong-canary" not in str(error)


def test_a_missing_label_is_told(it: Network, twin: BlueskyTwin) -> None:
    """An account that a program helps to run says so there."""
    source = it.source()
    source.network.probe()
    assert source.findings == []
    twin.puts("acme", PROFILE, "self", {"displayName": "Acme Air"})
    source.network.probe()
    assert [finding for finding in source.findings if "`bot`" in finding]
    twin.leaves("acme", "deactivated")
    with pytest.raises(SourceError, match="nobody"):
        source.network.probe()


def test_without_a_password_it_hears_and_does_not_speak(it: Network, twin: BlueskyTwin) -> None:
    """Nothing is needed for hearing what everybody may."""
    made = it.connection()
    more = (*made.more, ("views", "no"))
    it.connection = lambda: type(made)(  # type: ignore[method-assign]
        network="bluesky", address=made.address, streaming=made.streaming, more=more
    )
    number = twin.says("ann", "@acme.example hello")
    source: Live = super(Network, it).source()
    batches = it.hear(source)
    assert ids(batches) == [number]
    assert posts(batches)[0].brand == "acme"
    assert source.network.speaker is None
    assert not [path for path in twin.visits if "Session" in path]


def test_the_stream_may_not_lie_open(it: Network) -> None:
    """It goes by TLS, or stays on this machine."""
    for url in ("ws://relay.example", "wss://a:b@relay.example", "nonsense"):
        with pytest.raises(AscoltaError):
            sockets.Placed("bluesky", url, form_of("firehose", "bluesky", lambda: NOW), it.source().chance)


def test_closing_ends_the_thread(it: Network) -> None:
    """Nothing is read any more."""
    before = {thread.name for thread in threading.enumerate()}
    source = it.source()
    it.hear(source)
    [thread] = [one for one in threading.enumerate() if one.name == "socket"]
    source.close()
    thread.join(10)
    assert not thread.is_alive()
    assert "socket" not in before
