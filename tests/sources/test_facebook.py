"""A Facebook Page: what speaks to it by its place, what is never heard, and that each thing is told once."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.core.consent import withheld
from ascolta.core.post import EventKind, Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.facebook import opened
from ascolta.sources.pushed import Inlet, Refused, inlets
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, events, failed, ids
from tests.sources.facebook_twin import PAGE, FacebookTwin
from tests.sources.graph_twin import SECRET, VERIFY, signed
from tests.sources.places import place
from tests.sources.said import approved, speaker

NAMELESS: dict[str, Any] = {"from": None}
answer = partial(approved, "facebook")


@pytest.fixture
def it() -> Iterator[Place]:
    """A Page with a post on it."""
    with place("facebook") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> FacebookTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, FacebookTwin)
    return it.twin


def inlet(source: Live) -> Inlet[Any]:
    """Where Meta pushes to."""
    return inlets([source])["acme-page"]


def posts(it: Place) -> dict[str, Post]:
    """All that is heard, by id."""
    return {event.post.id: event.post for event in events(it.hear(it.source())) if event.post is not None}


def test_what_stands_where_the_page_is_spoken_to_is_said_to_it(it: Place, twin: FacebookTwin) -> None:
    """On its wall, under its own posts, in answer to its comments."""
    wall = twin.writes("ann", "Where is my bag?")
    under = twin.says("bob", "Nowhere, as it seems")
    ours = twin.says("acme", "We look into it.", on=wall)
    answered = twin.says("ann", "Thanks, still nothing", under=ours)
    heard = posts(it)
    assert set(heard) == {wall, under, answered}
    assert all(post.addressed and post.brand == "acme" for post in heard.values())
    assert heard[answered].in_reply_to == ours


def test_talk_among_visitors_is_not_said_to_the_page(it: Place, twin: FacebookTwin) -> None:
    """An answer to somebody else's comment, or a comment under somebody else's post: but it may name the Page."""
    comment = twin.says("ann", "So late again")
    among = twin.says("bob", "Same here", under=comment)
    below = twin.says("eve", "And here", on=twin.writes("ann", "Where is my bag?"))
    tags = [{"id": PAGE, "name": "Acme Air", "type": "page", "offset": 0, "length": 8}]
    names = twin.says("eve", "Acme Air say something", under=comment, message_tags=tags)
    elsewhere = twin.writes("bob", "Flying with Acme Air", elsewhere=True, message_tags=tags)
    heard = posts(it)
    assert [(heard[one].addressed, heard[one].brand) for one in (among, below)] == [(False, None)] * 2
    for one in (names, elsewhere):
        assert (heard[one].addressed, heard[one].brand, heard[one].handles) == (False, "acme", ("acme",))


def test_who_wrote_it_is_known_only_where_it_is_told(it: Place, twin: FacebookTwin) -> None:
    """Id and name as the API gives them, and nothing more is asked for."""
    named = twin.says("ann", "So late")
    nameless = twin.says("bob", "So late, too", **NAMELESS)
    heard = posts(it)
    assert (heard[named].attributed_to.id, heard[named].attributed_to.name) == ("2001", "Ann")
    assert heard[nameless].attributed_to.keys == ()
    asked = " ".join(twin.visits)
    assert not [word for word in ("email", "location", "friends", "birthday", "gender", "picture") if word in asked]


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: FacebookTwin) -> None:
    """What the Page hid, what is private, what is for friends, what is not published; also if it is pushed."""
    twin.says("ann", "acme", is_hidden=True)
    twin.says("ann", "acme", is_private=True)
    for wall in ({"is_hidden": True}, {"is_published": False}, {"privacy": {"value": "ALL_FRIENDS"}}):
        twin.writes("ann", "acme", **wall)
    source = it.source()
    twin.deliver(inlet(source))
    assert ids(it.hear(source)) == []


@proves("opt-out", network="facebook", on="contract")
def test_what_its_author_hides_refuses_when_it_is_asked_for_again(it: Place, twin: FacebookTwin) -> None:
    """No account can refuse there, but a post can be taken from the public, and then it is withheld."""
    wall = twin.writes("ann", "Where is my bag?")
    post = again(it.source(), wall)
    assert post is not None
    assert not withheld(post)
    twin.things[wall]["privacy"] = {"value": "ALL_FRIENDS"}
    post = again(it.source(), wall)
    assert post is not None
    assert withheld(post)
    assert posts(it) == {}


def test_we_do_not_hear_ourselves(it: Place, twin: FacebookTwin) -> None:
    """Neither what the Page posts, nor what it answers, whether asked for or pushed."""
    twin.writes("acme", "A sale!")
    said = twin.says("ann", "So late")
    speaker(it).say(answer(said))
    source = it.source()
    twin.deliver(inlet(source))
    assert ids(it.hear(source)) == [said]


@proves("streaming", network="facebook", on="contract")
def test_a_push_is_heard_at_once_and_once(it: Place, twin: FacebookTwin) -> None:
    """It rings; what it is about is asked for, and neither the next round nor a second push tells it again."""
    source = it.source()
    [first] = it.hear(source)
    said = twin.says("ann", "So late")
    pushed = list(twin.pushes)
    twin.deliver(inlet(source))
    it.passes(1)
    [batch] = source.batches(first.cursor)
    assert ids([batch]) == [said]
    twin.pushes = [*pushed, *pushed]
    twin.deliver(inlet(source))
    assert ids(it.hear(source, batch.cursor)) == []
    assert ids(it.hear(it.source(), batch.cursor)) == []


def test_under_an_old_post_pushes_tell_what_nobody_asks_for(it: Place, twin: FacebookTwin) -> None:
    """The comments of posts of the last four weeks are asked for by themselves; of others by their push, once."""
    old = twin.writes("acme", "Winter is near", at=NOW - 60 * 86_400)
    twin.pushes.clear()
    source = it.source()
    [first] = it.hear(source)
    said = twin.says("ann", "So late", on=old)
    pushed = list(twin.pushes)
    twin.deliver(inlet(source))
    [batch] = it.hear(source, first.cursor)
    assert ids([batch]) == [said]
    [event] = events([batch])
    assert event.post is not None
    assert event.post.addressed
    twin.pushes = [body.replace(b'"time": ', b'"time": 1') for body in pushed]
    twin.deliver(inlet(source))
    assert ids(it.hear(source, batch.cursor)) == []


@proves("delete", "edit", network="facebook", on="contract")
def test_edits_and_removals_arrive_by_push(it: Place, twin: FacebookTwin) -> None:
    """An edit as the API has it now, a removal as it was told; of old posts too."""
    old = twin.writes("ann", "Where is my bag?", at=NOW - 20 * 86_400)
    said, gone = twin.says("ann", "So late"), twin.says("bob", "So late, too")
    twin.pushes.clear()
    source = it.source()
    [first] = it.hear(source)
    twin.edits(said, "In time after all")
    twin.edits(old, "Here is my bag")
    twin.deletes(gone)
    twin.deliver(inlet(source))
    batches = it.hear(source, first.cursor)
    edited = events(batches, EventKind.EDITED)
    assert [(event.post.id, event.post.content) for event in edited if event.post] == [
        (old, "Here is my bag"),
        (said, "In time after all"),
    ]
    assert [event.post_id for event in events(batches, EventKind.REMOVED)] == [gone]
    assert ids(batches) == []


@proves("edit", network="facebook", on="contract")
def test_an_edit_is_seen_without_a_push_when_its_thread_moves(it: Place, twin: FacebookTwin) -> None:
    """Comments that are asked for anew are compared by a short hash of their words."""
    said = twin.says("ann", "So late")
    source = it.source()
    [first] = it.hear(source)
    twin.things[said]["message"] = "In time after all"
    new = twin.says("bob", "Lucky you")
    [batch] = it.hear(source, first.cursor)
    assert ids([batch]) == [new]
    assert [event.post.id for event in events([batch], EventKind.EDITED) if event.post] == [said]


def test_a_removal_does_not_wait_while_nothing_can_be_asked(it: Place, twin: FacebookTwin) -> None:
    """It is told at once, and whoever pushed it pushes it again, since it was not kept with its cursor."""
    said = twin.says("ann", "So late")
    source = it.source()
    [first] = it.hear(source)
    twin.fails = (500, {})
    it.passes(60)
    assert failed(source, first.cursor).retry
    twin.deletes(said)
    answers: list[bool] = []
    twin.pushes = twin.pushes[-1:]
    twin.deliver(inlet(source), answers.append)
    gone = [event.post_id for batch in source.batches(first.cursor) for event in batch.events]
    assert (gone, answers) == ([said], [])
    assert list(source.batches(first.cursor)) == []
    twin.fails = None
    it.passes(400)
    assert [event.post_id for batch in source.batches(first.cursor) for event in batch.events] == [said]
    assert answers == [True]


def test_nothing_is_lost_while_pushes_fail(it: Place, twin: FacebookTwin) -> None:
    """What is written while nobody is pushed to, and we are not there, is asked for when we are back."""
    source = it.source()
    [first] = it.hear(source)
    it.passes(36 * 3_600)
    said = [twin.says("ann", "So late"), twin.writes("bob", "Where is my bag?")]
    twin.pushes.clear()
    it.passes(3_600)
    assert sorted(ids(it.hear(it.source(), first.cursor))) == sorted(said)


def test_what_was_not_kept_is_asked_for_again(it: Place, twin: FacebookTwin) -> None:
    """A store that fails changes nothing: the posts that were looked at are looked at again."""
    source = it.source()
    [first] = it.hear(source)
    said = twin.says("ann", "So late")
    twin.pushes.clear()
    it.passes(60)
    batches = source.batches(first.cursor)
    assert ids([next(batches)]) == [said]
    batches.close()  # type: ignore[attr-defined]
    assert ids(it.hear(source, first.cursor)) == [said]


def test_quiet_posts_are_not_asked_about_again(it: Place, twin: FacebookTwin) -> None:
    """Only those under which something happened."""
    others = [twin.writes("acme", f"Sale {number}") for number in range(20)]
    source = it.source()
    batches = it.hear(source)
    before = len(twin.visits)
    twin.says("ann", "So late", on=others[3])
    it.hear(source, batches[-1].cursor)
    asked = [visit for visit in twin.visits[before:] if "/comments" in visit]
    assert len(asked) == 1


def test_an_address_in_an_answer_is_not_followed(it: Place, twin: FacebookTwin) -> None:
    """Pages are asked for by their cursors, at the address that the operator named."""
    for number in range(250):
        twin.says("ann", f"acme {number}")
    assert len(ids(it.hear(it.source()))) == 250
    assert not [visit for visit in twin.visits if "never" in visit]


@proves("answer", network="facebook", on="contract")
def test_an_answer_stands_once_and_is_found(it: Place, twin: FacebookTwin) -> None:
    """Under a post on the wall, in answer to a comment; its words are known again among those of others."""
    for post in (twin.writes("ann", "Where is my bag?"), twin.says("ann", "So late")):
        ours = speaker(it)
        assert ours.said(answer(post)) is None
        number = ours.say(answer(post, "Sorry! We look into it: https://acme.example/a?b=c&d=é 🙂"))
        on, under = (post, "") if post.startswith(PAGE) else ("", post)
        twin.says("bob", "We look into it.", on=on, under=under)
        assert ours.said(answer(post, "Sorry! We look into it: https://acme.example/a?b=c&d=é 🙂")) == number
        assert ours.said(answer(post)) is None
    assert len(twin.said_by_us()) == 2


def test_where_a_comment_takes_no_answer_the_one_above_does(it: Place, twin: FacebookTwin) -> None:
    """Threads have two levels: an answer to an answer stands beside it, and is found there."""
    above = twin.says("ann", "So late")
    below = twin.says("acme", "We look into it.", under=above)
    asks = twin.says("ann", "Any news?", under=above)
    number = speaker(it).say(answer(asks, "Not yet."))
    assert twin.things[number]["parent"]["id"] == above
    assert speaker(it).said(answer(asks, "Not yet.")) == number
    assert below in twin.things


def test_nothing_counts_as_gone_when_we_are_let_in_no_more(it: Place, twin: FacebookTwin) -> None:
    """Meta says the same of what is gone and of what is not for us; so it is asked whether the rest is."""
    post = twin.says("ann", "So late")
    assert again(it.source(), post) is not None
    del twin.things[post]
    assert again(it.source(), post) is None
    twin.error = (100, 33, 400)
    with pytest.raises(SourceError):
        again(it.source(), post)


@pytest.mark.parametrize(
    ("code", "retry", "says"),
    [
        (4, True, "too often"), (17, True, "too often"), (32, True, "too often"), (80_001, True, "too often"),
        (1, True, "code 1"), (2, True, "code 2"), (190, False, "token"), (10, False, "status 400"),
    ],
)  # fmt: skip
def test_errors_are_read_by_their_codes(it: Place, twin: FacebookTwin, code: int, retry: bool, says: str) -> None:
    """Meta answers 400 to almost everything; what helps depends on the code."""
    twin.error = (code, 0, 400)
    error = failed(it.source())
    assert error.retry == retry
    assert says in str(error)


def test_what_was_used_is_told_in_percent(it: Place, twin: FacebookTwin) -> None:
    """Where all of it is used up, nothing is asked for as long as Meta says."""
    twin.left = 40
    source = it.source()
    it.hear(source)
    assert (source.network.budget.limit, source.network.budget.left) == (100, 37)
    twin.says("ann", "So late")
    twin.left = 1
    it.passes(60)
    assert 0 < failed(source).after <= 60


def test_only_what_meta_signed_is_let_in(it: Place, twin: FacebookTwin) -> None:
    """73, 74, 79: by the bytes as they came, with the app's secret; the older signature by SHA-1 is not enough."""
    twin.says("ann", "So late")
    [body] = twin.pushes
    mark = signed(body)["x-hub-signature-256"]
    there = inlet(it.source())
    for given in (
        {}, {"x-hub-signature": mark.replace("sha256", "sha1")}, signed(body, "another"), signed(body + b" "),
        {"x-hub-signature-256": mark.removeprefix("sha256=")}, {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256=é"},
    ):  # fmt: skip
        with pytest.raises(Refused) as error:
            there.push(given, body, lambda kept: None)
        assert error.value.status == 401
    there.push({"x-hub-signature-256": mark.upper().replace("SHA256", "sha256")}, body, lambda kept: None)


def test_the_apps_secret_may_change_without_a_gap(it: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable holds the new one and the old one; calls are proved with the first."""
    variable = dict(it.connection().more)["secret"]
    monkeypatch.setattr(type(it), "secrets", {**it.secrets, variable: f"{SECRET} old-secret"})
    body = b'{"object": "page", "entry": []}'
    source = it.source()
    for secret in (SECRET, "old-secret"):
        inlet(source).push(signed(body, secret), body, lambda kept: None)
    assert len(it.hear(source)) == 1


def test_the_address_is_shown_to_whoever_knows_the_word(it: Place) -> None:
    """`hub.challenge` comes back as it was, if the word fits; nothing else is shown, and nothing else is said."""
    door = inlet(it.source()).door
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    assert door.shown(asked) == "1158201444"
    for other in (
        {"hub.verify_token": "no"},
        {"hub.verify_token": ""},
        {"hub.mode": "other"},
        {"hub.challenge": "<b>"},
    ):
        with pytest.raises(Refused) as error:
            door.shown({**asked, **other})
        assert error.value.status in (400, 403)
        assert VERIFY not in str(error.value)


@pytest.mark.parametrize("said", [
    {"object": "user"}, {"entry": [{"id": "4711"}]},
    {"entry": [None, 7, {"id": PAGE, "changes": [None, {"value": 7}]}]},
    {"entry": [{"id": PAGE, "changes": [{"field": "feed", "value": {"item": "reaction", "verb": "add"}}]}]},
    {"entry": [{"id": PAGE, "changes": [{"field": "feed", "value": {"item": [], "verb": {}}}]}]},
    {"entry": [{"id": PAGE, "changes": [{"field": "feed", "value": {"item": "comment", "verb": "add"}}]}]},
    {"entry": [{"id": PAGE, "changes": [{"field": "messages", "value": {"verb": "add"}}]}]},
    {"entry": [{"id": PAGE, "changes": [{"field": "feed", "value": {
        "item": "comment", "verb": "add", "comment_id": "../../4711?x=", "post_id": "http://169.254.169.254/"}}]}]},
])  # fmt: skip
def test_what_a_push_tells_of_other_things_is_passed_over(it: Place, twin: FacebookTwin, said: dict[str, Any]) -> None:
    """Other Pages, likes, what has no id or one that is none: it is taken, and nothing comes of it."""
    body, answers = json.dumps({"object": "page", "entry": [], **said}).encode(), list[bool]()
    source = it.source()
    inlet(source).push(signed(body), body, answers.append)
    assert ids(it.hear(source)) == []
    assert answers == [True]
    assert not [visit for visit in twin.visits if not visit.startswith("/v26.0/")]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"entry": 7}', b"\xff"])
def test_a_signed_push_that_is_none_is_refused(it: Place, body: bytes) -> None:
    """In words, with nothing of what it held."""
    with pytest.raises(Refused) as error:
        inlet(it.source()).push(signed(body), body, lambda kept: None)
    assert error.value.status in (400, 422)


def test_items_that_cannot_be_read_are_set_aside(it: Place, twin: FacebookTwin) -> None:
    """One that is odd keeps no other from being heard."""
    odd: list[dict[str, Any]] = [
        {"from": 7}, {"message": 7}, {"id": None}, {"is_hidden": "perhaps"}, {"parent": []}, {"message_tags": 7},
    ]  # fmt: skip
    for more in odd:
        twin.says("ann", "acme", **more)
    twin.writes("ann", "acme", message_tags=[7])
    good = twin.says("ann", "acme")
    source = it.source()
    assert ids(it.hear(source)) == [good]
    assert source.set_aside >= 6


def test_a_page_is_named_by_its_number() -> None:
    """And the version of the API as Meta writes it."""
    chance = Chance(clock=lambda: NOW, draw=lambda: 0.5)
    for page, version in (("acme", "v26.0"), ("1000", "26"), ("1000", "v26.0/../x")):
        more = (("name", "a"), ("page", page), ("version", version))
        named = Connection(network="facebook", address="https://graph.facebook.com", token="T", more=more)
        source = FileSource(path="facebook:acme", networks=("facebook",), live=named)
        with pytest.raises(AscoltaError):
            opened(source, "acme", {"token": "t", "secret": "s", "verify": "v"}, chance)
