"""Advocates from praise to a briefing and out again, through the real store, outbox and twin network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ascolta.briefing import brief, chosen, settle_briefings
from ascolta.core.advocate import AdvocateKind, Scope, Stand
from ascolta.core.case import CaseKind
from ascolta.core.days import DAY
from ascolta.core.mention import Effect, Removal, hear
from ascolta.core.post import Actor, Batch, Event, EventKind
from ascolta.errors import CaseError, SourceError
from ascolta.helping import Asking, Narrower, agree, ask, heed, note_asked
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.stores.advocates import Advocates
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, act, changed, keep, published, removed
from tests.praised import ANN, ORDER, SCOPE, agreed, asked, brands, said_yes, sent, yes_post

LATER = NOW + 100


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store in memory, and one in a file."""
    made: Store = MemoryStore() if request.param == "memory" else SqlStore(tmp_path)
    yield made
    made.close()


@pytest.fixture
def advocates(tmp_path: Path) -> Iterator[Advocates]:
    """Nobody yet."""
    made = Advocates(tmp_path)
    yield made
    made.close()


def heard(store: Store, advocates: Advocates, *events: Event, at: float = LATER) -> int:
    """Hear events, keep what comes of them, and let go of who wants to go; how many went."""
    here = store.cursor("s")
    batch = Batch(events=events, after=here, cursor=str(int(here or 0) + len(events)), arrived=at)
    found = hear(batch, brands(), store.known())
    store.keep("s", found)
    return heed(advocates, found, {"acme": ACME})


def rewritten(text: str) -> Event:
    """The post of Ann's yes, made into something else."""
    return Event(kind=EventKind.EDITED, network="x", post=published("1-yes", text, at=NOW + 10, author=ANN).post)


def test_the_whole_way(store: Store, advocates: Advocates) -> None:
    """Praise, a question that people approve, a yes, one message with its disclosure, and no more."""
    number = asked(store, advocates)
    case = store.case(number)
    assert case is not None
    assert "Acme Air asked you" in case.draft
    assert "only once" in case.draft
    assert "at most 2× in 30 days" in case.draft.lower()
    assert advocates.all()[0].stand is Stand.PROPOSED
    twin = sent(store)
    assert list(twin.posts.values()) == [case.draft]
    said_yes(store, advocates, "2")
    [one] = advocates.all()
    assert one.terms is not None
    assert (one.stand, one.terms.wording, one.handle) == (Stand.AGREED, case.draft, "@Canary_Ann")
    assert len(chosen(store, advocates, ORDER, LATER)) == 1
    done = brief((store, advocates, {"x": twin}), ORDER, LATER)
    assert (done.told, done.missed, done.waiting) == (1, 0, 0)
    [(account, text)] = twin.messages.values()
    assert account.casefold().lstrip("@") == "canary_ann"
    assert "We stay in Lunaro." in text
    assert "say that Acme Air asked you" in text
    assert "No more" in text
    assert brief((store, advocates, {"x": twin}), ORDER, LATER).told == 0
    assert heard(store, advocates, published("3", "@acmeair to you: no more", author=ANN)) == 0
    assert heard(store, advocates, published("4", "@acmeair no more please", author=ANN, in_reply_to="m")) == 1
    assert advocates.all() == []
    assert advocates.was_asked("acme", "x", ANN.keys)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("hello to acme", "praised us"),
        ("thanks to acme, bad day", "praised us"),
        ("thanks to acme, damn good", "praised us"),
        ("thanks to acme from my kid", "sensitive"),
        ("czesc thanks to acme", "no words in 'pl'"),
        ("acme is bad", "not said to us"),
    ],
)
def test_only_praise_said_to_us_is_answered_with_a_question(
    store: Store, advocates: Advocates, text: str, part: str
) -> None:
    """No complaint, no anger, no sensitive matter, no sealed case, no language in which we have no words."""
    keep(store, brands(), published("1", text, author=ANN))
    with pytest.raises(CaseError, match=part):
        ask(store, advocates, Asking(case=store.cases()[0].id, scope=SCOPE, brand=ACME, by="Carla"), NOW)
    assert not advocates.was_asked("acme", "x", ANN.keys)


@pytest.mark.parametrize(
    ("scope", "part"),
    [
        (replace(SCOPE, networks=("mastodon",)), "not for x"),
        (replace(SCOPE, reward={"en": "a voucher"}), "X forbids to pay"),
        (replace(SCOPE, purpose={"en": "p" * 200}), "too long for x"),
    ],
)
def test_a_scope_that_does_not_fit_asks_nobody(store: Store, advocates: Advocates, scope: Scope, part: str) -> None:
    """Another network, a reward that the network forbids, words that it would not take."""
    keep(store, brands(), published("1", "thanks to acme", author=ANN))
    with pytest.raises(CaseError, match=part):
        ask(store, advocates, Asking(case=store.cases()[0].id, scope=scope, brand=ACME, by="Carla"), NOW)


def test_who_does_not_want_to_be_heard_is_never_asked(store: Store, advocates: Advocates) -> None:
    """Neither who told us to stop, nor who opted out and spoke to us all the same."""
    keep(store, brands(), published("1", "thanks to acme", author=ANN))
    number = store.cases()[0].id
    store.forget(Removal(network="x", actor="id-ann", effect=Effect.STOP), NOW)
    with pytest.raises(CaseError, match="gone"):
        ask(store, advocates, Asking(case=number, scope=SCOPE, brand=ACME, by="Carla"), NOW)
    keep(store, brands(), published("2", "thanks to acme", author=Actor(handle="bob", summary="#nobot")))
    with pytest.raises(CaseError, match="does not want"):
        ask(store, advocates, Asking(case=store.cases()[0].id, scope=SCOPE, brand=ACME, by="Carla"), NOW)
    assert advocates.all() == []


def test_a_dry_run_leaves_nothing(store: Store, advocates: Advocates) -> None:
    """It says the words, and neither draft nor record comes of it."""
    keep(store, brands(), published("1", "thanks to acme", author=ANN))
    number = store.cases()[0].id
    asking = Asking(case=number, scope=SCOPE, brand=ACME, by="Carla")
    assert "only once" in ask(store, advocates, asking, NOW, dry=True)
    case = store.case(number)
    assert case is not None
    assert (case.draft, advocates.all(), advocates.was_asked("acme", "x", ANN.keys)) == ("", [], False)


def test_what_cannot_be_drafted_is_no_question(store: Store, advocates: Advocates) -> None:
    """Where the case takes no draft any more the person was not asked, and may be asked another time."""
    keep(store, brands(), published("1", "thanks to acme", author=ANN))
    number = store.cases()[0].id
    act(store, number, CaseKind.RESOLVED)
    with pytest.raises(CaseError, match="resolved"):
        ask(store, advocates, Asking(case=number, scope=SCOPE, brand=ACME, by="Carla"), NOW)
    assert not advocates.was_asked("acme", "x", ANN.keys)


def test_other_words_are_no_question(store: Store, advocates: Advocates) -> None:
    """If people sent something else, nobody knows what was asked: the person cannot agree, and is not asked again."""
    number = asked(store, advocates)
    act(store, number, CaseKind.DRAFTED, note="Thank you!")
    act(store, number, CaseKind.APPROVED)
    sent(store)
    with pytest.raises(CaseError, match="was not asked"):
        said_yes(store, advocates, "2")
    assert advocates.all() == []
    assert advocates.was_asked("acme", "x", ANN.keys)


def test_a_yes_comes_from_the_person_and_after_the_question(store: Store, advocates: Advocates) -> None:
    """Not from somebody else, not before it went out, not from words that say no, and not twice."""
    asked(store, advocates)
    with pytest.raises(CaseError, match="is proposed"):
        said_yes(store, advocates, "2")
    sent(store)
    for post, author, text, at, part in (
        ("3", Actor(id="id-bob", handle="bob"), "yes to acme", NOW + 9, "was not asked"),
        ("4", ANN, "yes to acme", NOW - 900, "before the person was asked"),
        ("5", ANN, "@acmeair to no thanks", NOW + 9, ""),
    ):
        keep(store, brands(), published(post, text, author=author, at=at), at=at)
        if part:
            with pytest.raises(CaseError, match=part):
                agree(store, advocates, store.cases()[0].id, Narrower(), ("Carla", NOW + 10))
    said_yes(store, advocates, "6")
    with pytest.raises(CaseError, match="is agreed"):
        said_yes(store, advocates, "7")


def test_words_that_say_no_are_no_yes(store: Store, advocates: Advocates) -> None:
    """Nobody can note "no, thanks" as a yes."""
    asked(store, advocates)
    sent(store)
    keep(store, brands(), published("2", "@acmeair nein danke", author=ANN, at=NOW + 9), at=NOW + 9)
    number = store.cases()[0].id
    with pytest.raises(CaseError, match="no yes"):
        agree(store, advocates, number, Narrower(), ("Carla", NOW + 10))


def test_who_was_asked_and_says_no_is_gone(store: Store, advocates: Advocates) -> None:
    """A no to the question is heeded as a no to all of it."""
    asked(store, advocates)
    sent(store)
    note_asked(store, advocates)
    assert heard(store, advocates, published("2", "@acmeair no, thanks", author=ANN, in_reply_to="q")) == 1
    with pytest.raises(CaseError, match="was not asked"):
        said_yes(store, advocates, "3")


@pytest.mark.parametrize(
    ("text", "seconds", "above", "part"),
    [
        ("@acmeair to where is my bag? It is two weeks late!", 9, None, "no plain yes"),
        ("yes to acme? maybe", 9, None, "no plain yes"),
        ("yes to acme... 🙄", 9, None, "no plain yes"),
        ("@acmeair to be clear, no, I am sorry", 9, None, "are no yes"),
        ("@acmeair On second thought to be honest I would rather not", 9, None, "are no yes"),
        ("yes to acme", -280, None, "before the person was asked"),
        ("yes to acme", -280, "other", "before the person was asked"),
        ("yes to acme", 9, "other", "answers another post"),
        ("yes to acme", -280, "question", ""),
        ("yes to acme", 9, "1", ""),
    ],
)
def test_only_a_plain_yes_to_the_question_counts(
    store: Store, advocates: Advocates, text: str, seconds: float, above: str | None, part: str
) -> None:
    """Clear words, after the question, under it or under the praise; what stands under it came after it."""
    number = asked(store, advocates)
    sent(store)
    question = store.case(number)
    assert question is not None
    above = question.events[-1].note if above == "question" else above
    event = published("2", text, author=ANN, at=NOW + seconds, in_reply_to=above)
    keep(store, brands(), event, at=NOW + 9)
    newest = max(case.id for case in store.cases())
    if not part:
        assert agree(store, advocates, newest, Narrower(), ("Carla", NOW + 10)).stand is Stand.AGREED
        return
    with pytest.raises(CaseError, match=part):
        agree(store, advocates, newest, Narrower(), ("Carla", NOW + 10))
    assert advocates.all()[0].stand is Stand.ASKED


@pytest.mark.parametrize(
    ("event", "goes"),
    [
        (removed("1-yes"), 1),
        (removed("1"), 0),
        (rewritten("On second thought to acme: I would rather not"), 1),
        (rewritten("thanks to acme for all of it"), 1),
        (rewritten("nothing about it any more"), 1),
        (rewritten("Yes, to acme, with pleasure!"), 0),
        (published("7", "@acmeair I withdraw my consent. Please delete my data.", author=ANN, in_reply_to="q"), 1),
        (published("8", "acme No, sorry, I am busy", author=ANN, in_reply_to="q"), 1),
        (published("9", "@acmeair no idea", author=ANN, in_reply_to="q"), 0),
    ],
)
def test_a_yes_holds_as_long_as_it_stands(store: Store, advocates: Advocates, event: Event, goes: int) -> None:
    """Taken down, made into other words, or taken back in any words: who agreed is forgotten at once."""
    agreed(store, advocates)
    assert heard(store, advocates, event) == goes
    assert len(advocates.all()) == 1 - goes


def test_who_was_not_asked_yet_is_not_taken_at_a_doubtful_word(store: Store, advocates: Advocates) -> None:
    """As long as the question has not gone out, only a clear no ends it."""
    asked(store, advocates)
    assert heard(store, advocates, published("7", "acme No! What a day", author=ANN, in_reply_to="q")) == 0
    sent(store)
    note_asked(store, advocates)
    assert heard(store, advocates, published("8", "acme No! What a day", author=ANN, in_reply_to="q")) == 1


@pytest.mark.parametrize("trouble", ["acme is bad", "acme from my kid to", "damn to acme"])
def test_another_case_may_forbid_to_ask(store: Store, advocates: Advocates, trouble: str) -> None:
    """Nobody is asked who complained, swore or told of something sensitive in another post, said to us or not."""
    keep(store, brands(), published("1", trouble, author=ANN), published("2", "hello to acme", author="bob"))
    keep(store, brands(), published("3", "thanks to acme", author=ANN), published("4", "thanks to acme", author="bob"))
    ann, bob = (
        next(case.id for case in store.cases() if case.content is not None and case.content.post_id == post)
        for post in ("3", "4")
    )
    with pytest.raises(CaseError, match="another case of this person"):
        ask(store, advocates, Asking(case=ann, scope=SCOPE, brand=ACME, by="Carla"), NOW)
    assert advocates.all() == []
    assert ask(store, advocates, Asking(case=bob, scope=SCOPE, brand=ACME, by="Carla"), NOW)


@pytest.mark.parametrize(
    "event",
    [
        changed(id="id-ann", handle="canary_ann", indexable=False),
        changed(id="id-ann", deleted=True),
        published("9", "@acmeair to stop", author=ANN),
        published("9", "acme stop it", author=ANN, in_reply_to="q"),
    ],
)
def test_a_refusal_ends_it_too(store: Store, advocates: Advocates, event: Event) -> None:
    """A profile that refuses, an account that is deleted, a stop: each takes the record with it."""
    agreed(store, advocates)
    gone = heard(store, advocates, event)
    assert gone == (0 if "to stop" in (event.post.content if event.post else "") else 1)
    if gone:
        assert advocates.all() == []


def test_who_is_on_the_suppression_list_is_not_briefed(store: Store, advocates: Advocates) -> None:
    """Even where nobody told the list of advocates, it is looked up before each message, and the record goes."""
    agreed(store, advocates)
    store.forget(Removal(network="x", actor="canary_ann", effect=Effect.STOP), NOW + 20)
    assert chosen(store, advocates, ORDER, LATER) == []
    twin = TwinNetwork("x")
    done = brief((store, advocates, {"x": twin}), ORDER, LATER)
    assert (done.told, done.forgotten, twin.messages) == (0, 1, {})
    assert advocates.all() == []


@pytest.mark.parametrize(
    ("there", "told", "gone", "waiting"),
    [
        (yes_post("1-yes"), 1, 0, 0),
        (None, 0, 1, 0),
        (rewritten("I would rather not").post, 0, 1, 0),
        (rewritten("yes if you pay").post, 0, 1, 0),
        (yes_post("1-yes", Actor(id="id-ann", handle="canary_ann", indexable=False)), 0, 1, 0),
        (yes_post("1-yes", Actor(id="id-ann", handle="canary_ann", blocked_by=True)), 0, 1, 0),
    ],
)
def test_the_yes_is_read_again_first(
    store: Store, advocates: Advocates, there: object, told: int, gone: int, waiting: int
) -> None:
    """Where the yes is gone or its author refuses now, they are forgotten; where it stands, they are briefed."""
    agreed(store, advocates)
    twin = TwinNetwork("x")
    twin.there["1-yes"] = there  # type: ignore[assignment]
    done = brief((store, advocates, {"x": twin}), ORDER, LATER, lambda network: twin)
    assert (done.told, done.forgotten, done.waiting) == (told, gone, waiting)
    assert len(twin.messages) == told


def test_a_network_that_cannot_be_asked_lets_them_wait(store: Store, advocates: Advocates) -> None:
    """If nobody can tell whether the yes stands, nobody is written to, and nobody is forgotten."""
    agreed(store, advocates)
    twin = TwinNetwork("x")
    twin.silent = True
    for lookups in (lambda network: twin, lambda network: None):
        done = brief((store, advocates, {"x": twin}), ORDER, LATER, lookups)
        assert (done.told, done.forgotten, done.waiting, twin.messages) == (0, 0, 1, {})


def test_a_pause_holds_briefings_back(store: Store, advocates: Advocates) -> None:
    """While a brand does not speak it briefs nobody, unless somebody says that it is to be done all the same."""
    agreed(store, advocates)
    store.pause("acme", "a crisis")
    twin = TwinNetwork("x")
    with pytest.raises(CaseError, match="paused"):
        brief((store, advocates, {"x": twin}), ORDER, LATER)
    assert brief((store, advocates, {"x": twin}), replace(ORDER, urgent=True), LATER).told == 1


def test_who_reads_another_language_is_not_briefed_in_ours(store: Store, advocates: Advocates) -> None:
    """A statement without words in the language of their yes is not for them."""
    agreed(store, advocates)
    assert chosen(store, advocates, replace(ORDER, statement={"de": "Wir bleiben."}), LATER) == []


def test_a_failed_message_is_not_written_twice(store: Store, advocates: Advocates) -> None:
    """What surely was not written may be tried again and counts for nothing; what nobody knows counts as told."""
    agreed(store, advocates)
    twin = TwinNetwork("x")
    ports = (store, advocates, {"x": twin})

    def fails(key: str, published: bool) -> None:
        if not published:
            raise SourceError("no answer", retry=True)

    twin.fails_by_key = fails
    assert brief(ports, ORDER, LATER).missed == 1
    assert advocates.all()[0].counted(LATER) == 0
    twin.fails_by_key = lambda key, published: _lost() if published else None
    assert brief(ports, ORDER, LATER).told == 1
    assert (len(twin.messages), advocates.all()[0].counted(LATER)) == (1, 1)
    assert brief(ports, ORDER, LATER).told == 0
    assert advocates.all()[0].briefings[0].state is AdvocateKind.TOLD
    assert settle_briefings(advocates, {"x": twin}, LATER) == 0


def test_what_nobody_knows_stays_claimed(store: Store, advocates: Advocates) -> None:
    """Where nobody can tell whether it was written it counts, is not tried again, and is settled once that is known."""
    agreed(store, advocates)
    twin = Deaf("x")
    ports = (store, advocates, {"x": twin})
    assert brief(ports, ORDER, LATER).waiting == 1
    assert advocates.all()[0].briefings == ()
    twin.hears = 1
    twin.fails_by_key = lambda key, published: _lost() if published else None
    assert brief(ports, ORDER, LATER).missed == 1
    assert (advocates.all()[0].counted(LATER), brief(ports, ORDER, LATER).told) == (1, 0)
    assert settle_briefings(advocates, {"x": twin}, LATER) == 0
    twin.hears = 9
    assert settle_briefings(advocates, {"x": twin}, LATER, 60.0) == 0
    assert settle_briefings(advocates, {"x": twin}, LATER + 60, 60.0) == 1
    assert advocates.all()[0].briefings[0].state is AdvocateKind.TOLD


class Deaf(TwinNetwork):
    """A network that answers only so many questions about what stands on it."""

    hears = 0

    def written(self, key: str) -> str | None:
        """The id of the message, while it answers."""
        if self.hears < 1:
            raise SourceError("no answer", retry=True)
        self.hears -= 1
        return super().written(key)


def test_after_a_crash_what_cannot_be_found_counts_as_told(store: Store, advocates: Advocates) -> None:
    """A briefing that was claimed and does not stand on the network is not tried again."""
    agreed(store, advocates)
    twin = TwinNetwork("x")
    twin.fails_by_key = lambda key, published: _crash()
    with pytest.raises(KeyboardInterrupt):
        brief((store, advocates, {"x": twin}), ORDER, LATER)
    assert settle_briefings(advocates, {"x": twin}, LATER) == 1
    [past] = advocates.all()[0].briefings
    assert (past.state, past.counts) == (AdvocateKind.LOST, True)
    twin.fails_by_key = lambda key, published: None
    assert brief((store, advocates, {"x": twin}), ORDER, LATER).told == 0
    assert twin.messages == {}


def _lost() -> None:
    raise SourceError("the answer was lost", retry=False)


def _crash() -> None:
    raise KeyboardInterrupt


class Life(RuleBasedStateMachine):
    """Three people and a brand over a year, in whatever order: what must never happen never does."""

    @initialize()
    def begin(self) -> None:
        self.store, self.advocates, self.twin = MemoryStore(), Advocates(None), TwinNetwork("x")
        self.now, self.posts, self.statements = NOW, 0, 0
        self.asked: dict[str, int] = {}
        self.left: set[str] = set()
        self.told: dict[str, list[float]] = {}

    @rule(person=st.sampled_from("abc"))
    def praises_and_is_asked(self, person: str) -> None:
        self.posts += 1
        try:
            asked(self.store, self.advocates, str(self.posts), Actor(id=person, handle=f"h-{person}"), self.now)
        except CaseError:
            return
        self.asked[person] = self.asked.get(person, 0) + 1

    @rule()
    def answers_go_out(self) -> None:
        sent(self.store, self.now)

    @rule(person=st.sampled_from("abc"))
    def says_yes(self, person: str) -> None:
        self.posts += 1
        try:
            said_yes(self.store, self.advocates, f"y{self.posts}", Actor(id=person, handle=f"h-{person}"), self.now)
        except CaseError:
            return
        assert person not in self.left, "who withdrew agreed again"

    @rule(person=st.sampled_from("abc"))
    def joins(self, person: str) -> None:
        """All of it at once, or nothing would ever be told."""
        self.praises_and_is_asked(person)
        self.answers_go_out()
        self.says_yes(person)

    @rule(person=st.sampled_from("abc"), by_word=st.booleans())
    def withdraws(self, person: str, by_word: bool) -> None:
        self.posts += 1
        author = Actor(id=person, handle=f"h-{person}")
        if by_word:
            post = published(f"n{self.posts}", "@acmeair no more", author=author, in_reply_to="m")
            gone = heard(self.store, self.advocates, post, at=self.now)
        else:
            gone = self.advocates.withdraw("x", person, self.now)
        if gone:
            self.left.add(person)

    @rule(new=st.sampled_from([True, True, False]))
    def is_briefed(self, new: bool) -> None:
        self.statements += new
        order = replace(ORDER, wanted=replace(ORDER.wanted, about=f"s {self.statements}"))
        before = set(self.twin.messages)
        may = {one.handle: one for one in self.advocates.all()}
        brief((self.store, self.advocates, {"x": self.twin}), order, self.now)
        for key in set(self.twin.messages) - before:
            account, text = self.twin.messages[key]
            person = account.rpartition("-")[2]
            assert may[account].stand is Stand.AGREED
            assert self.now < may[account].goes
            assert person not in self.left
            assert "Acme Air asked you" in text
            self.told.setdefault(person, []).append(self.now)

    @rule(days=st.sampled_from([0.1, 1, 5, 10, 31, 100]))
    def time_passes(self, days: float) -> None:
        self.now += days * DAY
        self.store.sweep(self.now)
        self.advocates.sweep(self.now)

    @precondition(lambda self: hasattr(self, "advocates"))
    @invariant()
    def promises_hold(self) -> None:
        assert all(count == 1 for count in self.asked.values()), "somebody was asked twice"
        for times in self.told.values():
            for end in times:
                assert sum(end - 30 * DAY < at <= end for at in times) <= SCOPE.most, "briefed more often than agreed"

    def teardown(self) -> None:
        if hasattr(self, "advocates"):
            self.advocates.close()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
