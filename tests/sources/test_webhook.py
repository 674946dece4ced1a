"""The signed webhook: who is let in, what a delivery may be, and that each is heard once, whatever happens to us."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.core.consent import Known, heed
from ascolta.core.post import Event, EventKind
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Live
from ascolta.sources.pushed import FOR_HOURS, HOUR, MOST, MOST_BYTES, REMEMBERED, Inlet, Refused, inlets
from ascolta.sources.pushed import Known as Remembered
from ascolta.sources.webhook import opened
from tests.proofs import proves
from tests.sources.battery import NOW, VARIABLE, Place, events, ids
from tests.sources.places import place
from tests.sources.webhook_twin import OTHER, SECRET, WebhookTwin, signed

MARK = "webhook-signature"
BODY = b'{"id": "1", "text": "acme lost my bag"}'


@pytest.fixture
def it() -> Iterator[Place]:
    """A place that is pushed to."""
    with place("webhook") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> WebhookTwin:
    """Who pushes there."""
    assert isinstance(it.twin, WebhookTwin)
    return it.twin


def inlet(source: Live) -> Inlet[Any]:
    """Where a source is pushed to."""
    return inlets([source])["acme-posts"]


def told(it: Place, body: bytes, headers: dict[str, str] | None = None, source: Live | None = None) -> list[Event]:
    """The events of one delivery. Raises Refused."""
    source = source or it.source()
    inlet(source).push(headers or signed("msg_1", body, it.now), body, lambda kept: None)
    it.now += 60
    return [event for batch in source.batches("") for event in batch.events]


def refused(it: Place, headers: dict[str, str], body: bytes = BODY) -> int:
    """With which status it is not taken; what `headers` do not say is as it should be, what is empty is not there."""
    given = {**signed("msg_1", body, it.now), **headers}
    with pytest.raises(Refused) as error:
        inlet(it.source()).push({name: said for name, said in given.items() if said}, body, lambda kept: None)
    return error.value.status


def test_what_is_not_signed_is_not_let_in(it: Place) -> None:
    """73: without any of the three headers, with one that is nonsense, or by another way of signing."""
    for name in ("webhook-id", "webhook-timestamp", MARK):
        assert refused(it, {name: ""}) == 401
    mark = signed("msg_1", BODY, it.now)[MARK]
    for said in (mark.replace("v1,", "v1a,"), mark.removeprefix("v1,"), "v1,", "v1,é", "v1," * 1_000, mark[:-4]):
        assert refused(it, {MARK: said}) == 401
    for said in ("soon", "-1", "1e9", "١٢٣", "9" * 400, str(it.now)):
        assert refused(it, {"webhook-timestamp": said}) == 401


def test_a_wrong_key_does_not_open(it: Place) -> None:
    """74: signed, but with another secret."""
    assert refused(it, {MARK: signed("msg_1", BODY, it.now, OTHER)[MARK]}) == 401


@pytest.mark.parametrize(("late", "lets"), [(-301, False), (-299, True), (299, True), (301, False), (-360, False)])
def test_a_delivery_is_good_for_five_minutes(it: Place, late: float, lets: bool) -> None:
    """75, 76: neither what is replayed after six minutes nor what comes from the future is let in."""
    given = signed("msg_1", BODY, it.now + late)
    if lets:
        assert len(told(it, BODY, given)) == 1
    else:
        assert refused(it, given) == 401


def test_a_replay_within_five_minutes_is_taken_and_not_heard(it: Place, twin: WebhookTwin) -> None:
    """77: the same bytes again are answered as before, and change nothing; also after a restart."""
    said = twin.says("ann", "acme lost my bag")
    source = it.source()
    [batch] = it.hear(source)
    assert ids([batch]) == [said]
    assert ids(it.hear(source, batch.cursor)) == []
    assert ids(it.hear(it.source(), batch.cursor)) == []
    assert twin.answers["msg_1"] == [True, True, True]


def test_a_dot_does_not_move_between_id_and_time(it: Place) -> None:
    """78: `msg.1` at 2 has the same bytes to sign as `msg` at 1 with a body that begins with 2."""
    at = str(int(it.now))
    mark = signed("msg", f"{at}.".encode() + BODY, 1)[MARK]
    assert refused(it, {"webhook-id": "msg.1", "webhook-timestamp": at, MARK: mark}) == 401
    assert refused(it, signed("a.b", BODY, it.now)) == 401


def test_the_bytes_count_as_they_came(it: Place) -> None:
    """79: the same JSON, written otherwise, does not fit the signature."""
    mark = {MARK: signed("msg_1", BODY, it.now)[MARK]}
    again = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    assert refused(it, mark, again) == 401
    assert refused(it, mark, BODY + b"\n") == 401


def test_two_secrets_are_good_while_they_change(it: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """80: a message signed with the new and the old one, and each alone, where the variable holds both."""
    monkeypatch.setattr(type(it), "secrets", {VARIABLE: f"{SECRET} {OTHER}"})
    for those in ((SECRET,), (OTHER,), (OTHER, SECRET)):
        assert len(told(it, BODY, signed("msg_1", BODY, it.now, *those))) == 1
    monkeypatch.setattr(type(it), "secrets", {VARIABLE: SECRET})
    assert len(told(it, BODY, signed("msg_1", BODY, it.now, OTHER, SECRET))) == 1


@pytest.mark.parametrize(
    ("body", "many"),
    [
        (BODY, 1),
        (b"[" + BODY + b"," + BODY.replace(b'"1"', b'"2"') + b"]", 2),
        (BODY + b"\n\n" + BODY.replace(b'"1"', b'"2"') + b"\r\n", 2),
        (b"\xef\xbb\xbf" + BODY, 1),
        (json.dumps(json.loads(BODY), indent=2).encode(), 1),
        (b"[]", 0),
        (b'{"id": "1", "text": "acme", "text": "acme again"}', 1),
        (b'{"id": "1", "text": "caf\xe9 acme"}', 1),
        (b'{"id": "1", "event": "removed"}', 1),
        (b'{"event": "actor", "author": {"id": "7", "noindex": true}}', 1),
        (BODY + b'\n{"id": "2"}', 1),
    ],
)
def test_a_delivery_is_one_post_a_list_or_lines(it: Place, body: bytes, many: int) -> None:
    """What can be read of it is heard, and the rest is counted; of doubled keys the last one counts, as in files."""
    assert len(told(it, body)) == many


@pytest.mark.parametrize("body", [
    b"", b" \n", b"{", b"null", b"7", b'"a"', b"[[]]", b"[1]", b"<x/>", b"[" * 10_000, b'{"a":' * 10_000,
    b'{"id": "1", "text": ' + b"[" * 900 + b"]" * 900 + b"}", b'{"id": "1", "tags": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"id": "1", "text": "a", "published": NaN}', b'{"id": "1", "text": "a", "published": 1e999}',
    b'{"id": "1", "text": "a", "published": 99999999999999999999999999}', b"9" * 10_000,
    b'{"id": "1", "text": "a", "event": "liked"}', b'{"id": "1"}', b"\x1f\x8b\x08", b"\xff\xfe{}",
])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(it: Place, body: bytes) -> None:
    """54 to 57: deep, doubled, not a number, too large; in no case with anything of what it held."""
    with pytest.raises(Refused) as error:
        told(it, body)
    assert error.value.status in (400, 422)
    assert len(str(error.value)) < 200


@proves("edit", "delete", network="webhook", on="contract")
def test_edits_and_removals_are_pushed_too(it: Place, twin: WebhookTwin) -> None:
    """In whatever order they come: what was removed is not edited any more, what comes late is superseded."""
    number = twin.says("ann", "acme lost my bag")
    twin.pushes({"id": number, "text": "acme found my bag", "event": "edited"})
    twin.pushes([{"id": number, "event": "removed"}, {"id": "9", "event": "removed"}])
    twin.pushes({"id": number, "text": "acme lost it again", "event": "edited"})
    twin.pushes({"id": "9", "text": "acme was late", "event": "published"})
    [batch] = it.hear(it.source())
    assert [event.kind for event in batch.events] == ["published", "edited", "removed", "removed", "published"]
    assert [event.superseded for event in batch.events] == [False, False, False, False, True]


@proves("opt-out", network="webhook", on="contract")
@pytest.mark.parametrize("author", [
    {"id": "7", "noindex": True}, {"id": "7", "summary": "#nobot"}, {"id": "7", "noindex": "perhaps"}, [], 7.5,
])  # fmt: skip
def test_a_refusal_arrives_with_the_post(it: Place, twin: WebhookTwin, author: object) -> None:
    """By the fields of the plain post format; what cannot be read as an account counts as a no."""
    twin.pushes({"id": "1", "text": "acme lost my bag", "author": author, "network": "x"})
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert isinstance(author, float) or not heed(event.post, Known()).hears


def test_what_is_not_public_passes_only_if_it_is_said_to_us(it: Place, twin: WebhookTwin) -> None:
    """Private talk is dropped; what was written to the brand, or an edit that hides a post, is not."""
    for visibility in ("private", "unlisted", "direct", "nonsense"):
        twin.says("ann", "acme", visibility=visibility)
    twin.says("ann", "acme", visibility="private", brand="acme")
    ours = [
        twin.says("ann", "where is my bag?", visibility="direct", brand="acme"),
        twin.says("ann", "where is my bag?", addressed=True),
    ]
    twin.pushes({"id": "0", "text": "acme", "visibility": "private", "event": "edited"})
    batches = it.hear(it.source())
    assert ids(batches) == ours
    assert len(events(batches, EventKind.EDITED)) == 1
    assert [event.post.brand for event in events(batches) if event.post] == ["acme", "acme"]


def test_a_post_says_of_which_network_it_is(it: Place) -> None:
    """Whose terms then hold; without it, it is as one from a file."""
    [one] = told(it, b'{"id": "1", "text": "acme", "network": "x"}')
    [other] = told(it, BODY)
    assert (one.network, other.network) == ("x", "file")


def test_who_pushed_is_told_once_it_is_kept(it: Place, twin: WebhookTwin) -> None:
    """Not when it came, not when it was given to be kept, but when the next one is asked for."""
    twin.says("ann", "acme lost my bag")
    source = it.source()
    twin.deliver(inlet(source))
    it.now += 60
    batches = source.batches("")
    next(batches)
    assert twin.answers["msg_1"] == []
    assert next(batches, None) is None
    assert twin.answers["msg_1"] == [True]


def test_what_was_not_kept_is_pushed_again_and_heard_then(it: Place, twin: WebhookTwin) -> None:
    """A store that fails, or a program that is stopped, takes nothing: not even the memory of repetitions."""
    said = twin.says("ann", "acme lost my bag")
    source = it.source()
    twin.deliver(inlet(source))
    it.now += 60
    batches = source.batches("")
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert twin.answers["msg_1"] == [False]
    assert ids(it.hear(source)) == [said]
    assert twin.answers["msg_1"] == [False, True]


def test_who_waited_too_long_pushes_again(it: Place, twin: WebhookTwin) -> None:
    """What was withdrawn is not heard, so that nobody is told twice."""
    twin.says("ann", "acme lost my bag")
    source = it.source()
    body = twin.deliveries["msg_1"]
    waits = inlet(source).push(signed("msg_1", body, it.now), body, lambda kept: None)
    inlet(source).withdraw(waits)
    inlet(source).withdraw(waits)
    it.now += 60
    assert list(source.batches("")) == []


def test_the_queue_has_an_end(it: Place) -> None:
    """Of deliveries and of bytes; beyond it, and once it is closed, senders have to try again."""
    for body, most in ((BODY, MOST), (b" " * (1 << 20) + BODY, (MOST_BYTES >> 20) - 1)):
        full, answers = inlet(it.source()), list[bool]()
        for number in range(most):
            full.push(signed(f"m{number}", body, it.now), body, answers.append)
        with pytest.raises(Refused, match="too much") as error:
            full.push(signed("m", body, it.now), body, answers.append)
        assert error.value.status == 503
        full.close()
        assert answers == [False] * most
        with pytest.raises(Refused, match="nobody listens"):
            full.push(signed("m", BODY, it.now), BODY, answers.append)


def test_a_delivery_rings(it: Place) -> None:
    """Nobody has to wait for the next round."""
    source = it.source()
    assert not inlet(source).chance.bell.is_set()
    list(source.batches(""))
    told(it, BODY, source=source)
    assert inlet(source).chance.bell.is_set()


def test_deliveries_are_remembered_within_bounds() -> None:
    """For four days, and 2,000 of them; a cursor holds no more, and nothing by which a delivery can be named."""
    known = Remembered({}, "salt", NOW)
    assert all(known.is_new(f"msg_{number}") for number in range(REMEMBERED + 500))
    again = Remembered(known.kept(), "salt", NOW + HOUR)
    assert not again.is_new(f"msg_{REMEMBERED + 499}")
    assert again.is_new("msg_3")
    assert sum(map(len, again.kept().values())) == REMEMBERED * 12
    assert "msg" not in str(again.kept())
    assert Remembered(known.kept(), "salt", NOW + FOR_HOURS * HOUR).kept() == {}
    assert Remembered(known.kept(), "other", NOW).is_new(f"msg_{REMEMBERED + 499}")


def test_nobody_can_be_asked(it: Place) -> None:
    """How a post stands is not concluded from silence."""
    with pytest.raises(SourceError, match="sender"):
        it.source().network.lookup.again("1")


def test_two_places_have_two_names(it: Place) -> None:
    """And names that can stand in an address; a secret that is none is refused and not shown."""
    with pytest.raises(AscoltaError, match="/in/acme-posts"):
        inlets([it.source(), it.source()])
    made = it.source()
    chance = inlet(made).chance
    for name, secret in (("a/b", SECRET), ("", SECRET), ("é", SECRET), ("a" * 61, SECRET), ("a", "whsec_canary")):
        named = Connection(network="webhook", address="", more=(("name", name), ("secret", VARIABLE)))
        declared = FileSource(path="webhook:a", networks=("webhook",), live=named)
        with pytest.raises(AscoltaError) as error:
            opened(declared, "acme", {"secret": secret}, chance)
        assert "canary" not in str(error.value)


def test_nothing_that_is_pushed_is_logged_or_shown(
    it: Place, twin: WebhookTwin, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither secrets nor words, with everything logged."""
    with caplog.at_level(logging.DEBUG):
        source = it.source()
        twin.says("ann", "acme word-canary")
        twin.pushes(b"word-canary {")
        it.hear(source)
        shown = f"{caplog.text} {source.network!r} {vars(source)} {vars(source.network)} {vars(inlet(source))}"
    assert "canary" not in shown
