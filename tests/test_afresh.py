"""Asking a network again, with each store: what is gone or refused goes here too; nothing is said without asking."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ascolta import afresh
from ascolta.afresh import EVERY, Look, after_outage, look, look_again, reveal
from ascolta.core.case import CaseEvent, CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.core.post import Actor, Batch, Policy, Post
from ascolta.core.reply import ReplyState
from ascolta.errors import CaseError, SourceError
from ascolta.outbox import send
from ascolta.ports import Lookup, Store
from ascolta.sources import FileLookup, FileSource, TwinNetwork
from tests.conftest import ACME, NOW, act, approved, edited, keep, published, removed, unseal

BRANDS = {"acme": ACME}
DAY = 86_400.0


@pytest.fixture
def twin() -> TwinNetwork:
    """A network that holds what tests put there."""
    return TwinNetwork("x")


def post(number: str, text: str, **author: object) -> Post:
    """A post as the network has it now."""
    fields: dict[str, object] = {"handle": f"u{number}", **author}
    return Post(id=number, content=text, network="x", published=NOW, attributed_to=Actor(**fields))  # type: ignore[arg-type]


def test_a_sealed_case_holds_no_words_and_no_author(store: Store, brands: Brands) -> None:
    """Before it is opened only the post's id is held, and the hour instead of the minute."""
    keep(store, brands, published("1", "acme is bad", at=NOW + 1234.0))
    [case] = store.cases()
    place = store.place(case.id)
    assert place is not None
    assert (place.post_id, place.text, case.content) == ("1", "", None)
    assert case.published == (NOW + 1234.0) // 3600 * 3600


@pytest.mark.parametrize("now", ["gone", "private", "protected"])
def test_opening_a_sealed_case_asks_first(store: Store, brands: Brands, twin: TwinNetwork, now: str) -> None:
    """A post that is gone, or whose author refuses now, is not opened: the case dies of being asked about."""
    keep(store, brands, published("1", "acme is bad"))
    [case] = store.cases()
    opened = {
        "gone": None,
        "private": replace_post(post("1", "acme is bad"), visibility="private"),
        "protected": post("1", "acme is bad", locked=True),
    }
    twin.there["1"] = opened[now]
    event = CaseEvent(kind=CaseKind.UNSEALED, at=NOW, by="Ann", note="we can help")
    with pytest.raises(CaseError, match="so the case was removed"):
        afresh_unseal(store, twin, case.id, event)
    assert store.cases() == []


def replace_post(made: Post, **changes: object) -> Post:
    """A post with other fields."""
    fields = {name: getattr(made, name) for name in Post.__struct_fields__}
    return Post(**{**fields, **changes})


def afresh_unseal(store: Store, twin: TwinNetwork, number: int, event: CaseEvent) -> None:
    """Open a sealed case as the desk does."""
    afresh.unseal(store, lambda network: twin, BRANDS, number, event)


def test_a_network_that_is_silent_keeps_the_case_closed(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """Where nobody can tell how the post stands, nothing is opened and nothing is lost."""
    keep(store, brands, published("1", "acme is bad"))
    [case] = store.cases()
    twin.silent = True
    with pytest.raises(CaseError, match="cannot be read afresh now"):
        afresh_unseal(store, twin, case.id, CaseEvent(kind=CaseKind.UNSEALED, at=NOW, by="Ann", note="help"))
    [case] = store.cases()
    assert case.status is Status.SEALED


def test_words_are_masked_before_they_are_stored_and_when_read_afresh(store: Store, brands: Brands) -> None:
    """Personal data stands neither in a new case, nor in one that was unsealed, nor in an edited one."""
    mail = "write to jane.doe@example.com"
    keep(store, brands, published("1", f"hello to acme, {mail}"), published("2", "acme is bad"))
    sealed, open_ = store.cases()
    assert open_.content is not None
    assert open_.content.text == "hello to acme, write to [EMAIL]"
    assert open_.content.masked == ("EMAIL",)
    opened = unseal(store, sealed.id, post("2", f"acme is bad, {mail}"))
    assert opened.content is not None
    assert opened.content.text == "acme is bad, write to [EMAIL]"


def test_the_brands_own_account_is_not_masked(store: Store, brands: Brands) -> None:
    """In a case's words the brand's account stays readable, and other accounts do not."""
    keep(store, brands, published("1", "to acme: hello @acmeair, @tom said so"))
    [case] = store.cases()
    assert case.content is not None
    assert case.content.text == "to acme: hello @acmeair, [HANDLE] said so"


def test_revealing_reads_afresh_and_keeps_nothing(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """What was masked is shown once from the network itself; the case still holds the mask, and that it was shown."""
    said = "hello to acme, write to jane.doe@example.com"
    keep(store, brands, published("1", said))
    [case] = store.cases()
    twin.there["1"] = post("1", said)
    event = CaseEvent(kind=CaseKind.REVEALED, at=NOW, by="Ann")
    assert reveal(store, lambda network: twin, BRANDS, case.id, event).content == said
    [case] = store.cases()
    assert case.content is not None
    assert "jane" not in case.content.text
    assert case.events[-1].kind is CaseKind.REVEALED
    twin.there["1"] = None
    with pytest.raises(CaseError, match="gone from its network"):
        reveal(store, lambda network: twin, BRANDS, case.id, event)
    assert store.cases() == []


@pytest.mark.parametrize(
    ("now", "sent", "left"),
    [("same", 1, 1), ("gone", 0, 0), ("edited", 0, 1), ("refuses", 0, 0), ("closed", 0, 1), ("silent", 0, 1)],
)
def test_before_an_answer_its_post_is_read_again(
    store: Store, brands: Brands, twin: TwinNetwork, now: str, sent: int, left: int
) -> None:
    """An answer goes out only to a post that stands as people approved it, by an author who may be answered."""
    number = approved(store, brands)
    text = store.cases()[0].content
    assert text is not None
    twin.there["1"] = {
        "gone": None,
        "edited": post("1", "to acme, forget it"),
        "refuses": post("1", text.text, indexable=False),
        "closed": replace_post(post("1", text.text), policy=Policy(threadgate=())),
    }.get(now, post("1", text.text))
    twin.silent = now == "silent"
    done = send(store, {"x": twin}, BRANDS, NOW, lambda network: twin)
    assert (done.sent, len(store.cases())) == (sent, left)
    assert len(twin.posts) == sent
    assert done.withdrawn == (now in ("gone", "edited", "refuses", "closed"))
    assert (done.waiting == 1) is (now == "silent")
    if now == "edited":
        case = store.case(number)
        assert case is not None
        assert case.content is not None
        assert (case.status, case.draft, case.content.text) == (Status.OPEN, "", "to acme, forget it")
        assert store.replies(*ReplyState) == []
    if now == "closed":
        with pytest.raises(CaseError, match="takes no answer"):
            act(store, number, CaseKind.APPROVED)


def test_who_refused_but_spoke_to_us_may_be_answered(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """A person who does not want to be heard but asked us something is answered by a person, as long as they ask it."""
    shy = Actor(handle="u1", indexable=False)
    keep(store, brands, published("1", "help to acme", author=shy))
    [case] = store.cases()
    act(store, case.id, CaseKind.DRAFTED, note="Hello.")
    act(store, case.id, CaseKind.APPROVED)
    assert act(store, case.id, CaseKind.APPROVED, by="Bob") is Status.APPROVED
    twin.there["1"] = post("1", "help to acme", indexable=False)
    assert send(store, {"x": twin}, BRANDS, NOW, lambda network: twin).sent == 1
    assert store.person("x", "u1").standings == ()


def test_who_refuses_when_asked_again_goes_with_all_their_cases(
    store: Store, brands: Brands, twin: TwinNetwork
) -> None:
    """A profile that says no when one of its posts is read again takes all cases with it, and is remembered."""
    keep(store, brands, *(published(number, "hello to acme", author="ann") for number in "12"))
    keep(store, brands, published("3", "hello to acme", author="bob"))
    twin.there["1"] = post("1", "hello to acme", handle="ann", locked=True)
    first = min(case.id for case in store.cases())
    assert afresh.look(store, lambda network: twin, BRANDS, first, NOW) is afresh.Look.REMOVED
    assert [place.post_id for place in store.places(NOW + 1)] == ["3"]
    assert store.known().has_refused("x", Actor(handle="ann"))


def test_after_an_outage_the_gone_are_found(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """After an outage longer than the network can look back, every stored post is asked about, and the gone go."""
    keep(store, brands, *(published(str(number), f"hello to acme {number}") for number in range(6)))
    twin.there = {str(number): post(str(number), f"hello to acme {number}") for number in range(6)}
    twin.there["1"], twin.there["2"] = None, post("2", "hello to acme 2", suspended=True)
    source = _Source()
    short = after_outage(store, source, lambda network: twin, BRANDS, NOW + 3600)
    assert (short.asked, len(store.cases())) == (0, 6)
    long = after_outage(store, source, lambda network: twin, BRANDS, NOW + 2 * DAY)
    assert (long.asked, long.removed, len(store.cases())) == (6, 2, 4)


class _Source:
    """A source that can look back for a day and a half."""

    name = "s"
    look_back = 1.5 * DAY

    def batches(self, after: str) -> Iterator[Batch]:
        yield from ()


def test_within_a_day_every_post_is_looked_at_again(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """A post that was not seen for twelve hours is asked about once, and again after twelve more."""
    keep(store, brands, published("1", "hello to acme"))
    twin.there["1"] = post("1", "hello to acme")
    asked = [
        look_again(store, lambda network: twin, BRANDS, now, now - EVERY).asked
        for now in (NOW + 1, NOW + EVERY + 1, NOW + EVERY + 2, NOW + 2 * EVERY + 2)
    ]
    assert asked == [0, 1, 0, 1]
    twin.silent = True
    assert look_again(store, lambda network: twin, BRANDS, NOW + 9 * DAY, NOW + 9 * DAY).unreachable == 1
    assert len(store.cases()) == 1


def test_an_edit_that_no_rule_has_judged_takes_two_people(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """What a question became when it was read again may be a complaint, so one person's word is not enough."""
    number = approved(store, brands)
    twin.there["1"] = post("1", "you lost my bag, acme")
    assert send(store, {"x": twin}, BRANDS, NOW, lambda network: twin).withdrawn == 1
    act(store, number, CaseKind.DRAFTED, note="We are sorry.")
    assert act(store, number, CaseKind.APPROVED) is Status.DRAFTED
    assert act(store, number, CaseKind.APPROVED, by="Bob") is Status.APPROVED


def test_an_answer_on_its_way_does_not_end_the_round(store: Store, brands: Brands, twin: TwinNetwork) -> None:
    """A post that was edited while its answer is being sent is left for the next round; the others are looked at."""
    approved(store, brands, "1")
    keep(store, brands, published("2", "hello to acme"))
    [reply] = store.replies(ReplyState.APPROVED)
    assert store.claim(reply.key, NOW)
    twin.there = {"1": post("1", "something else to acme"), "2": None}
    done = look_again(store, lambda network: twin, BRANDS, NOW + DAY, NOW + DAY)
    assert (done.asked, done.removed, len(store.cases())) == (2, 1, 1)


class _ManyAtOnce(TwinNetwork):
    """A network that can be asked for many posts in one request, and is not there for a while if `away`."""

    def __init__(self) -> None:
        super().__init__("x")
        self.expected: list[list[str]] = []
        self.away = False

    def expect(self, post_ids: Sequence[str]) -> None:
        """Ask for them."""
        self.expected.append(list(post_ids))
        if self.away:
            raise SourceError("x is away", retry=True)


def test_a_network_is_told_beforehand_which_posts_it_will_be_asked_for(store: Store, brands: Brands) -> None:
    """A hundred at a time, just before; that it cannot say so then keeps nobody from asking for each."""
    network = _ManyAtOnce()
    keep(store, brands, *(published(str(number), "to acme") for number in range(afresh.AT_ONCE + 5)))
    for day, network.away in ((1, False), (2, True)):
        network.expected.clear()
        for number in range(afresh.AT_ONCE + 5):
            network.there[str(number)] = post(str(number), "to acme")
        assert look_again(store, lambda name: network, BRANDS, NOW + day * DAY, NOW + day * DAY).removed == 0
        assert [len(some) for some in network.expected] == [afresh.AT_ONCE, 5]
        assert len({number for some in network.expected for number in some}) == afresh.AT_ONCE + 5


def test_without_anybody_to_ask_nothing_stands(store: Store, brands: Brands) -> None:
    """A network that nobody can ask is an error, not a yes; a case that is gone does not stand."""
    number = approved(store, brands)
    nobody: Lookup | None = None
    with pytest.raises(SourceError, match="cannot be asked"):
        look(store, lambda network: nobody, BRANDS, number, NOW)
    assert look(store, lambda network: nobody, BRANDS, 99, NOW) is Look.REMOVED


def test_a_file_tells_how_a_post_stands_last(tmp_path: Path) -> None:
    """Asked again, a file gives its last word on a post and on its author, and says where it never held it."""
    lines = [
        '{"id": "1", "text": "first", "author": {"id": "a", "handle": "ann"}, "network": "x"}',
        '{"id": "1", "text": "second", "author": {"id": "a", "handle": "ann"}, "network": "x", "event": "edited"}',
        '{"id": "2", "text": "other", "author": "bob", "network": "x"}',
        '{"id": "2", "event": "removed", "network": "x"}',
        '{"event": "actor", "network": "x", "author": {"id": "a", "handle": "ann2", "locked": true}}',
        '{"id": "3", "text": "elsewhere", "network": "bluesky"}',
    ]
    path = tmp_path / "day.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    lookup = FileLookup("x", [FileSource(str(path))])
    found = lookup.again("1")
    assert found is not None
    assert (found.content, found.attributed_to.locked) == ("second", True)
    assert lookup.again("2") is None
    with pytest.raises(SourceError, match="do not hold"):
        lookup.again("3")


def test_a_removal_that_overtakes_its_post_holds(store: Store, brands: Brands) -> None:
    """A removal that arrives before the post, over another source, keeps the case from opening; an edit does not."""
    keep(store, brands, removed("1"), edited("2", "to nobody"))
    keep(store, brands, published("1", "hello to acme"), published("2", "hello to acme"), at=NOW + 59)
    assert [store.place(case.id).post_id for case in store.cases()] == ["2"]  # type: ignore[union-attr]
