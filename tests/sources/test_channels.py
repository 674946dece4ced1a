"""The brand's own channels on the networks: what people released is posted once, by the brand's own account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ascolta.core.reply import Reply, ReplyState
from ascolta.core.statement import Posting, Statement, StatementKind
from ascolta.errors import SourceError
from ascolta.ports import Publisher
from ascolta.sources import Live, TwinNetwork, bluesky_xrpc
from ascolta.sources.bluesky import Bluesky
from ascolta.sources.live import Publishing
from ascolta.sources.networks import accounts, publishers
from ascolta.sources.saying import SKEW
from ascolta.stores.memory import MemoryStore
from ascolta.stores.statements import Statements
from ascolta.voice import again, approve, prepare, publish, release, settle
from tests.sources.battery import NOW, Place
from tests.sources.bluesky_twin import BlueskyTwin
from tests.sources.facebook_twin import FacebookTwin
from tests.sources.mastodon_twin import MastodonTwin
from tests.sources.places import place
from tests.sources.x_twin import XTwin

WORDS = "We know & look into it: https://acme.example/help?a=b — sorry! 🙂"
SORRY = Statement(name="sorry", kind=StatementKind.APOLOGY, where={}, text={"en": WORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One network with the brand's account on it; `said` is what that posted, oldest first."""

    place: Place
    said: Callable[[], list[str]]

    @property
    def twin(self) -> Any:
        """The network as its people see it."""
        return self.place.twin

    def publisher(self) -> Publisher:
        """Who posts there, just started."""
        network = self.place.source().network
        assert isinstance(network, Publishing)
        assert network.publisher is not None
        return network.publisher


def said_on(twin: Any) -> Callable[[], list[str]]:
    """How the posts of the brand's account are read from each twin."""
    if isinstance(twin, FacebookTwin):
        return twin.posted_by_us
    assert isinstance(twin, MastodonTwin | BlueskyTwin | XTwin)
    return twin.said_by_us


@pytest.fixture(params=["mastodon", "bluesky", "x", "facebook"])
def it(request: pytest.FixtureRequest) -> Iterator[Channel]:
    """Each network on which the brand posts."""
    with place(request.param) as made:
        yield Channel(place=made, said=said_on(made.twin))


def posting(it: Channel, text: str = WORDS, key: str = "k1", released: float = NOW) -> Posting:
    """A statement that people released."""
    return Posting(
        key=key, brand="acme", statement="sorry", edition=1, network=it.place.network, language="en", text=text,
        not_before=released, released=released,
    )  # fmt: skip


def test_a_post_stands_once_for_everybody_and_is_found(it: Channel) -> None:
    """It answers nobody; once it stands it is found by whoever asks, and other words are not."""
    ours = it.publisher()
    assert ours.posted(posting(it)) is None
    number = ours.post(posting(it))
    assert number
    assert it.publisher().posted(posting(it)) == number
    assert ours.posted(posting(it, "Something else.", "k2")) is None
    assert len(it.said()) == 1


def test_a_lost_post_is_found_and_not_posted_again(it: Channel) -> None:
    """It was posted, but we were not told: nobody knows, and asking finds it."""
    it.twin.fails_after_posting = True
    with pytest.raises(SourceError, match="nobody knows") as lost:
        it.publisher().post(posting(it))
    assert not lost.value.retry
    it.twin.fails_after_posting = False
    assert it.publisher().posted(posting(it)) is not None
    assert len(it.said()) == 1


def test_a_second_try_finds_the_first_where_the_network_can_tell() -> None:
    """By its key, by the place of its record, or because the network takes no words twice."""
    for name in ("mastodon", "bluesky", "x"):
        with place(name) as made:
            it = Channel(place=made, said=said_on(made.twin))
            assert it.publisher().post(posting(it)) == it.publisher().post(posting(it))
            assert len(it.said()) == 1


@pytest.mark.parametrize(("status", "retry"), [(429, True), (500, False), (403, False), (400, False)])
def test_a_refused_post_says_whether_it_may_be_tried_again(it: Channel, status: int, *, retry: bool) -> None:
    """Only where it is certain that nothing was posted, and trying again can help."""
    it.twin.refuses_posts = (status, {})
    with pytest.raises(SourceError) as error:
        it.publisher().post(posting(it))
    assert error.value.retry == retry
    assert it.said() == []


def test_an_earlier_edition_in_the_same_words_is_another_post(it: Channel) -> None:
    """What stood before the first time of this one, by more than clocks may differ, is not taken for it."""
    assert it.publisher().post(posting(it, key="k0"))
    later = posting(it, key="k1", released=NOW + 2 * SKEW)
    assert it.publisher().posted(later) is None


def test_an_answer_in_the_same_words_is_no_post(it: Channel) -> None:
    """What we told one person was not said to everybody."""
    named = {"mastodon": "@acme hello", "bluesky": "@acme.example hello", "x": "@acme hello"}
    post = it.twin.says("ann", named.get(it.place.network, "hello"))
    speaker = it.place.source().network.speaker
    assert speaker is not None
    assert speaker.say(
        Reply(key="k1", case=1, brand="acme", network=it.place.network, to_post=post, to=b"t", text=WORDS, approved=NOW)
    )
    assert it.publisher().posted(posting(it, key="k2")) is None


def test_a_post_is_found_among_many_of_ours(it: Channel) -> None:
    """Pages back, as long as they are not older than its first time."""
    number = it.publisher().post(posting(it))
    for count in range(120):
        it.publisher().post(posting(it, f"News {count}.", f"n{count}")) if count < 2 else _says(it, f"news {count}")
    assert it.publisher().posted(posting(it)) == number


def test_a_statement_goes_out_once_though_its_answer_is_lost(it: Channel) -> None:
    """From the release to the network: an answer that is lost, a restart, a second round; it stands there once."""
    statements, store, name = Statements(None), MemoryStore(), it.place.network
    sorry = replace(SORRY, where={name: ("en",)})
    prepare(statements, "acme", sorry, _nothing, ("Ann", NOW))
    for who in ("Ann", "Bob"):
        approve(statements, "acme", sorry, _nothing, (who, NOW))
    release(statements, "acme", sorry, _nothing, ("Ann", NOW, False))
    [one] = statements.postings()
    assert one.released == NOW
    assert statements.claim(one.key, NOW)
    it.twin.fails_after_posting = True
    with pytest.raises(SourceError):
        it.publisher().post(one)
    it.twin.fails_after_posting = False
    ours = publishers([_live(it)], {})
    assert settle(statements, ours, NOW + 10) == 1
    assert publish(store, statements, ours, NOW + 10).sent == 0
    assert [one.state for one in statements.postings()] == [ReplyState.SENT]
    assert again(statements, "acme", "sorry", NOW + 20) == 0
    assert len(it.said()) == 1
    store.close()
    statements.close()


def test_who_has_no_account_posts_where_nobody_reads(it: Channel) -> None:
    """Each brand posts by its own account only, and which networks those are can be told before."""
    source, otherwise = _live(it), TwinNetwork(it.place.network)
    ours = publishers([source], {it.place.network: otherwise})[it.place.network]
    assert accounts([source]) == {"acme": frozenset({it.place.network})}
    other = replace(posting(it), brand="other", key="k9")
    ours.post(other)
    assert (it.said(), otherwise.posted(other)) == ([], ours.posted(other))
    ours.post(posting(it))
    assert (len(it.said()), list(otherwise.posts)) == (1, ["k9"])


def test_of_two_accounts_the_first_posts_and_both_are_asked(it: Channel) -> None:
    """A post that the other account made before the brand's file changed is not made again."""
    first, second = _live(it), TwinNetwork(it.place.network)
    both = publishers([first], {})[it.place.network]
    both.publishers["acme"].append(second)  # type: ignore[attr-defined]
    assert both.posted(posting(it)) is None
    second.post(posting(it))
    assert both.posted(posting(it)) == second.posted(posting(it))
    assert both.post(posting(it, "Something else.", "k2"))
    assert len(it.said()) == 1


def test_bluesky_marks_links_and_takes_no_more_than_it_can() -> None:
    """Links are marked by bytes, the language is said, and what is too long is refused before anything is sent."""
    with place("bluesky") as made:
        it = Channel(place=made, said=said_on(made.twin))
        uri = it.publisher().post(posting(it))
        record = it.twin.record(uri)[0]
        [facet] = record["facets"]
        marked = WORDS.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        assert (marked, record["langs"]) == ("https://acme.example/help?a=b", ["en"])
        with pytest.raises(SourceError, match="1 characters longer") as error:
            it.publisher().post(posting(it, "x" * 301, "k2"))
        assert not error.value.retry
        assert len(it.said()) == 1


def test_without_a_password_nothing_is_posted_on_bluesky() -> None:
    """It is heard without an account, and then nobody posts there."""
    with place("bluesky") as made:
        network = made.source().network
        assert isinstance(network, Bluesky)
        assert isinstance(network.session, bluesky_xrpc.Session)
        network.session = None
        assert network.publisher is None


def _says(it: Channel, text: str) -> None:
    it.twin.writes("acme", text) if isinstance(it.twin, FacebookTwin) else it.twin.says("acme", text)


def _live(it: Channel) -> Live:
    """The source, as one of the brand's."""
    source = it.place.source()
    source.brands.add("acme")
    return source


def _nothing(name: str, language: str) -> str | None:
    """No facts."""
    return None
