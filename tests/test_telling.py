"""People outside the desk are told: what is queued, when it is tried again, what is muted, what never happens."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.consent import Known
from ascolta.core.etiquette import Action, Etiquette
from ascolta.core.mention import Brands, Heard, hear
from ascolta.core.parse import parse
from ascolta.core.plan import Plan
from ascolta.core.post import Actor, Batch
from ascolta.core.risk import Risk
from ascolta.core.routing import LATEST, Desk, NewsKind, Ongoing, Route, Routes, Silence, Standing
from ascolta.desks.later import Later
from ascolta.desks.webhook import Webhook
from ascolta.errors import AscoltaError, SourceError
from ascolta.ports import Herald
from ascolta.stores.memory import MemoryStore
from ascolta.stores.notices import FILE, Notices
from ascolta.telling import CLAIMED, ESCALATION, FRESH, Outside, Queue, deliver, gather, hand_over, tell_stopped
from tests.conftest import ACME, NOW, foresee, published, rule
from tests.desks.receivers import SECRET, receiver

ROUTES = Routes(
    desks={name: Desk(name=name, to="ASCOLTA_DESK_X") for name in ("care", "pr", "people")},
    routes=(
        Route(name="complaints", desks=("care", "pr"), when=parse("stream:complaint")),
        Route(name="late", desks=("pr",), on=(NewsKind.ESCALATION,)),
    ),
    gather=30.0,
    link="https://desk.example.com",
)
PLANNED = replace(ACME, plans=(Plan(name="outage", title="Something is down", owner="care", steps=()),))


@dataclass
class Twin:
    """A desk in memory: it keeps what it is told, or fails as it is bidden."""

    told: list[tuple[str, str, str, str]] = field(default_factory=list)
    fails: SourceError | None = None
    tries: int = 0

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Keep it, or fail."""
        self.tries += 1
        if self.fails is not None:
            raise self.fails
        self.told.append((desk, subject, body, key))


@pytest.fixture(params=["file", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notices]:
    """Notices, in each of their two places."""
    made = Notices(tmp_path if request.param == "file" else None)
    yield made
    made.close()


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    """A store, for the alerts."""
    made = MemoryStore()
    yield made
    made.close()


def outside(kept: Notices, routes: Routes = ROUTES, **heralds: Herald) -> Outside:
    """Everything, with these desks."""
    return Outside(
        notices=kept, routes={"acme": routes}, heralds={("acme", name): one for name, one in heralds.items()}
    )


def change(at: float = NOW, stream: str = "complaint", new: State = State.ALERT) -> AlertChange:
    """A change of Acme's alert."""
    old = State.CALM if new is State.ALERT else State.ALERT
    return AlertChange(brand="acme", stream=stream, old=old, new=new, at=at, score=1.3, once_in_days=19, why="41 now.")


def alarmed(store: MemoryStore, *changes: AlertChange) -> None:
    """The watch kept these changes."""
    store.watched("acme", {"seen": 0, "vigil": {}}, changes)


def test_an_alert_is_told_once_with_its_plan(store: MemoryStore, kept: Notices) -> None:
    """Queued as often as we look, told once to each desk of its route after it was gathered."""
    care, pr = Twin(), Twin()
    ours = outside(kept, care=care, pr=pr)
    alarmed(store, change())
    assert [gather(ours, store, [PLANNED], NOW + wait) for wait in (1, 2, 3)] == [2, 0, 0]
    assert deliver(ours, NOW + 30).waiting == 2
    assert deliver(ours, NOW + 31).told == 2
    assert deliver(ours, NOW + 32).told == 0
    [(desk, subject, body, key)] = care.told
    assert (desk, subject, len(key)) == ("care", "Acme Air: complaints rise", 32)
    assert body.split("\n") == [
        "41 now.", "Seen 1970-01-12 13:46 UTC.",
        "The plan for it: Something is down. A person has to accept it at the desk.", "The desk: https://desk.example.com",
    ]  # fmt: skip
    assert len(pr.told) == 1


def test_what_comes_together_is_told_together(store: MemoryStore, kept: Notices) -> None:
    """A rise and its end within the gathering time are one message."""
    care = Twin()
    ours = outside(kept, care=care, pr=Twin())
    alarmed(store, change(), change(NOW + 20, new=State.CALM))
    gather(ours, store, [ACME], NOW + 20)
    deliver(ours, NOW + 50)
    [(_, subject, body, _)] = care.told
    assert subject == "Acme Air: calm again (2 changes of the alert)"
    assert body.count("\n- ") == 2


def test_an_alert_that_became_graver_is_told_to_those_who_asked_for_it(store: MemoryStore, kept: Notices) -> None:
    """A desk that wants to hear of crises hears of the crisis once and not of the warning; the other hears both."""
    care, pr = Twin(), Twin()
    routes = replace(
        ROUTES,
        routes=(
            Route(name="all", desks=("care",), when=parse("stream:complaint")),
            Route(name="crises", desks=("pr",), when=parse("grade:crisis complaints:>=50 NOT brands:many")),
        ),
    )
    ours = outside(kept, routes, care=care, pr=pr)
    first = replace(change(), risk=Risk(grade="warning", rule="r", why="People are angry.", hour=40, complaints=55))
    worse = replace(first, old=State.ALERT, at=NOW + 300, risk=replace(first.risk or Risk(), grade="crisis"))
    alarmed(store, first)
    assert gather(ours, store, [ACME], NOW + 1) == 1
    deliver(ours, NOW + 40)
    alarmed(store, worse)
    assert [gather(ours, store, [ACME], NOW + 300 + n) for n in (1, 2)] == [2, 0]
    deliver(ours, NOW + 340)
    assert [subject for _, subject, _, _ in care.told] == [
        "Acme Air: warning: complaints rise", "Acme Air: now a crisis: complaints rise",
    ]  # fmt: skip
    [(_, subject, body, _)] = pr.told
    assert subject == "Acme Air: now a crisis: complaints rise"
    assert "55 % of the last hour's 40 mentions complain" in body


def test_old_alerts_are_no_news(store: MemoryStore, kept: Notices) -> None:
    """A day that is heard afterwards alarms nobody; a stream without a route, and a brand without routes, neither."""
    alarmed(store, change(NOW - FRESH), change(stream="all"))
    assert gather(outside(kept), store, [ACME], NOW) == 0
    alarmed(store, change())
    assert gather(Outside(notices=kept), store, [ACME], NOW) == 0


def test_a_failing_desk_is_tried_later_each_time_and_recovers(store: MemoryStore, kept: Notices) -> None:
    """15 seconds, 30, a minute and so on; then it is told the same message under the same key, once."""
    care = Twin(fails=SourceError("desk 'care' answers with status 500", retry=True))
    ours = outside(kept, care=care)
    alarmed(store, change())
    gather(ours, store, [ACME], NOW)
    tried = []
    for second in range(30, 600):
        before = care.tries
        deliver(ours, NOW + second)
        tried += [second] if care.tries > before else []
    assert tried == [30, 45, 75, 135, 255, 495]
    [waits] = [one for one in kept.waiting() if one.desk == "care"]
    assert (waits.note, waits.tries) == ("desk 'care' answers with status 500", 6)
    care.fails = None
    assert deliver(ours, waits.due).told == 1
    assert [key for *_, key in care.told] == [waits.bundle]
    assert deliver(ours, NOW + 5_000).told == 0


def test_a_desk_that_asks_for_time_gets_it(kept: Notices) -> None:
    """It is left alone for as long as it asks, an hour at the most."""
    care = Twin(fails=Later("busy", after=900))
    ours = outside(kept, care=care)
    Queue(ours, "acme", lambda: NOW).tell("care", "s", "b", "k")
    deliver(ours, NOW)
    care.fails = Later("busy", after=1e12)
    assert (deliver(ours, NOW + 899).waiting, care.tries) == (1, 1)
    deliver(ours, NOW + 900)
    assert care.tries == 2
    care.fails = None
    assert deliver(ours, NOW + 900 + 3_599).told == 0
    assert deliver(ours, NOW + 900 + 3_600).told == 1


def test_what_cannot_be_helped_fails_at_once(kept: Notices) -> None:
    """An address that is gone, or a desk that is no more, is not tried again, and says why."""
    care = Twin(fails=SourceError("desk 'care' is gone for good", retry=False))
    ours = outside(kept, care=care)
    for desk in ("care", "pr"):
        Queue(ours, "acme", lambda: NOW).tell(desk, "s", "b", "k")
    assert deliver(ours, NOW).failed == 2
    assert {one.note for one in kept.listed(Standing.FAILED)} == {
        "desk 'care' is gone for good", "there is no desk 'pr' in routes.yaml any more",
    }  # fmt: skip
    assert deliver(ours, NOW + 60).failed == 0


def test_nobody_is_told_what_is_a_day_old(kept: Notices) -> None:
    """A desk that could not be told for a day is not told of the day before yesterday when it recovers."""
    care = Twin()
    ours = outside(kept, care=care)
    Queue(ours, "acme", lambda: NOW).tell("care", "s", "b", "k")
    assert deliver(ours, NOW + LATEST).failed == 1
    assert care.told == []


def test_one_desk_holds_up_no_other(kept: Notices) -> None:
    """While one desk hangs, another is told: the first only ends its waiting once the second was told."""
    reached = threading.Event()

    @dataclass
    class Hanging:
        came: bool = False

        def tell(self, desk: str, subject: str, body: str, key: str) -> None:
            """Wait for the other desk."""
            self.came = reached.wait(30)

    class Other(Twin):
        def tell(self, desk: str, subject: str, body: str, key: str) -> None:
            """Let the first one go."""
            super().tell(desk, subject, body, key)
            reached.set()

    hanging, other = Hanging(), Other()
    ours = outside(kept, care=hanging, pr=other)
    for desk in ("care", "pr"):
        Queue(ours, "acme", lambda: NOW).tell(desk, "s", "b", "k")
    assert deliver(ours, NOW).told == 2
    assert hanging.came


def test_a_desk_that_fails_is_asked_once_a_round(kept: Notices) -> None:
    """The rest for it waits for the next round, so that it is not asked a hundred times."""
    care = Twin(fails=SourceError("down", retry=True))
    ours = outside(kept, care=care)
    Queue(ours, "acme", lambda: NOW).tell("care", "s", "b", "k")
    Queue(ours, "acme", lambda: NOW + 1, NewsKind.TEST).tell("care", "t", "b", "k")
    assert deliver(ours, NOW + 1).waiting == 2
    assert care.tries == 1
    care.fails = None
    assert deliver(ours, NOW + 20).told == 2
    assert sorted(subject for _, subject, *_ in care.told) == ["s", "t"]


def test_a_silence_mutes_what_already_waits_and_says_why(store: MemoryStore, kept: Notices) -> None:
    """Of the store or of the file; when it is over, the next alert is told."""
    care = Twin()
    silence = Silence(brand="acme", when=parse("stream:complaint"), until=NOW + 100, why="the strike", by="Ann", at=NOW)
    for number, ours in enumerate(
        (outside(kept, care=care), outside(kept, replace(ROUTES, silences=(silence,)), care=care))
    ):
        alarmed(store, change(NOW + number))
        gather(ours, store, [ACME], NOW + number)
        if number == 0:
            made = kept.silence(silence)
        assert deliver(ours, NOW + 60).muted == 2
        kept.end("acme", made.number, NOW) if number == 0 else None
    assert care.told == []
    notes = {one.note for one in kept.listed(Standing.MUTED)}
    assert notes == {
        f"silence {made.number}, until 1970-01-12 13:48 UTC: the strike",
        "a silence of routes.yaml, until 1970-01-12 13:48 UTC: the strike",
    }  # fmt: skip
    alarmed(store, change(NOW + 200))
    gather(ours, store, [ACME], NOW + 200)
    deliver(ours, NOW + 230)
    assert len(care.told) == 1


def test_what_goes_along_with_others_is_silenced_too(store: MemoryStore, kept: Notices) -> None:
    """An alert that is not due yet goes out with one that is, but not if it is silenced; the rest still goes."""
    care = Twin()
    routes = replace(ROUTES, routes=(Route(name="all", desks=("care",)),))
    ours = outside(kept, routes, care=care)
    for second, stream in ((0, "all"), (20, "complaint")):
        alarmed(store, change(NOW + second, stream))
        gather(ours, store, [ACME], NOW + second)
    kept.silence(Silence(brand="acme", when=parse("stream:complaint"), until=NOW + 99, why="w", by="Ann", at=NOW))
    done = deliver(ours, NOW + 31)
    assert (done.told, done.muted, done.waiting) == (1, 1, 0)
    assert [subject for _, subject, *_ in care.told] == ["Acme Air: much more is said"]


def test_an_open_incident_mutes_alerts_and_nothing_else(store: MemoryStore, kept: Notices) -> None:
    """Its people are told of late steps and by its steps; of alerts they know."""
    pr = Twin()
    ours = outside(kept, pr=pr)
    alarmed(store, change())
    gather(ours, store, [ACME], NOW)
    Queue(ours, "acme", lambda: NOW).tell(ESCALATION, "late", "b", "k")
    Queue(ours, "acme", lambda: NOW).tell("pr", "step", "b", "k")
    done = deliver(ours, NOW + 30, [Ongoing(brand="acme", number=4)])
    assert (done.told, done.muted) == (2, 2)
    assert sorted(subject for _, subject, *_ in pr.told) == ["late", "step"]
    assert {one.note for one in kept.listed(Standing.MUTED)} == {"incident 4 is open"}


def test_a_crash_while_telling_tells_again_under_the_same_key(kept: Notices) -> None:
    """What was claimed and never settled is told again later, so that no alarm is lost."""

    class Crash(Twin):
        def tell(self, desk: str, subject: str, body: str, key: str) -> None:
            """Take it, and stop the program."""
            super().tell(desk, subject, body, key)
            raise KeyboardInterrupt

    crash, care = Crash(), Twin()
    Queue(outside(kept), "acme", lambda: NOW).tell("care", "s", "b", "k")
    with pytest.raises(KeyboardInterrupt):
        deliver(outside(kept, care=crash), NOW)
    assert deliver(outside(kept, care=care), NOW + CLAIMED - 1).told == 0
    assert deliver(outside(kept, care=care), NOW + CLAIMED).told == 1
    assert care.told == crash.told


def test_a_plan_tells_a_desk_once_for_one_key(kept: Notices) -> None:
    """However often an act is repeated; an unknown desk is said with those that are known."""
    care = Twin()
    ours = outside(kept, care=care)
    queue = Queue(ours, "acme", lambda: NOW)
    for _ in range(3):
        queue.tell("care", "Step 1", "Ask operations.", "incident-1-step-1")
    queue.tell("care", "Step 2", "Ask again.", "incident-1-step-2")
    with pytest.raises(SourceError, match="nobody at 'press'; known are care, pr, people") as said:
        queue.tell("press", "s", "b", "k")
    assert not said.value.retry
    with pytest.raises(SourceError, match="there is none yet"):
        Queue(ours, "other", lambda: NOW).tell("care", "s", "b", "k")
    deliver(ours, NOW)
    assert [subject for _, subject, *_ in care.told] == ["Step 2 (2 messages)"]


def handed(*events: object) -> tuple[Heard, Brands]:
    """A batch of which some posts are handed over."""
    grief = replace(rule("grief", "grief addressed:yes", Action.HANDOVER), desk="people")
    brands = Brands([replace(ACME, etiquette=Etiquette(brand="acme", rules=(grief, *ACME.etiquette.rules)))], foresee)
    batch = Batch(events=events, after="7", cursor="9", arrived=NOW)  # type: ignore[arg-type]
    return hear(batch, brands, Known()), brands


def test_a_handover_is_told_to_the_desk_that_the_etiquette_names(kept: Notices) -> None:
    """One notice for a batch, however often it is heard again; what is not handed over is not told."""
    people, care = Twin(), Twin()
    ours = outside(kept, people=people, care=care)
    heard, brands = handed(
        published("1", "to acme, grief"), published("2", "to acme in grief"), published("3", "to acme")
    )
    said: list[str] = []
    assert [hand_over(ours, heard, brands.by_id, NOW, said.append) for _ in range(2)] == [1, 0]
    deliver(ours, NOW + 30)
    assert [subject for _, subject, *_ in people.told] == ["Acme Air: 2 cases were handed to 'people'"]
    assert care.told == []
    assert said == []
    assert hand_over(ours, heard, brands.by_id, NOW + FRESH, said.append) == 0


def test_listening_is_never_disturbed(tmp_path: Path) -> None:
    """Where notices cannot be kept that is told in one sentence, and the batch goes on."""
    kept = Notices(tmp_path)
    heard, brands = handed(published("1", "to acme, grief"))
    kept.close()
    said: list[str] = []
    assert hand_over(outside(kept), heard, brands.by_id, NOW, said.append) == 0
    [line] = said
    assert line.startswith("what people are told cannot be read or written")


CANARY = "zq7xkanari"


def test_nothing_of_a_person_goes_out_or_stays(tmp_path: Path, store: MemoryStore) -> None:
    """Posts full of canaries are handed over and alarmed about: none is in a message or a byte of the file."""
    kept, care = Notices(tmp_path), Twin()
    ours = outside(kept, people=care, care=care, pr=care)
    author = Actor(handle=f"{CANARY}author", id=f"{CANARY}key", name=f"{CANARY} name")
    posts = [
        published(f"{CANARY}{number}", f"to acme grief {CANARY} bad ann@{CANARY}.example", author=author)
        for number in range(20)
    ]
    heard, brands = handed(*posts)
    said: list[str] = []
    assert hand_over(ours, heard, brands.by_id, NOW, said.append) == 1
    alarmed(store, replace(change(), why=f"41 complaints. Ask @{CANARY}author or ann@{CANARY}.example."))
    gather(ours, store, brands, NOW)
    Queue(ours, "acme", lambda: NOW).tell("care", f"Answer @{CANARY}author", f"It is ann@{CANARY}.example", f"{CANARY}")
    assert deliver(ours, NOW + 30).told == 4
    kept.close()
    assert len(care.told) >= 3
    assert CANARY not in json.dumps([care.told, said])
    assert CANARY.encode() not in (tmp_path / FILE).read_bytes()


def test_a_real_receiver_that_fails_in_every_way_is_told_once(store: MemoryStore, kept: Notices) -> None:
    """It answers 500, asks for time, is silent, speaks nonsense, and recovers: one message, signed, with one id."""
    with receiver() as there:
        ours = outside(kept, care=Webhook(there.url, SECRET, time.time, 0.4), pr=Twin())
        alarmed(store, change())
        gather(ours, store, [ACME], NOW)
        at, tries = NOW + 30, []
        for mode, after in (
            ("500", ""),
            ("429", "300"),
            ("silent", ""),
            ("no protocol", ""),
            ("503", "60"),
            ("fair", ""),
        ):
            there.mode, there.after = mode, after
            deliver(ours, at)
            [one] = [one for one in kept.listed() if one.desk == "care"]
            tries.append((one.standing, round(one.due - at)))
            at = one.due
        assert deliver(ours, at + 10_000).told == 0
    queued = Standing.QUEUED
    assert tries == [(queued, 15), (queued, 300), (queued, 60), (queued, 120), (queued, 240), (Standing.TOLD, 0)]
    assert len(there.took) == len(set(there.ids)) == 1
    assert there.ids == [one.bundle]
    assert there.took[0]["data"]["subject"] == "Acme Air: complaints rise"


def test_errors_are_sentences() -> None:
    """What asks for time is an error of the house like others, with whether to try again."""
    assert isinstance(Later("busy", after=3), AscoltaError)
    assert Later("busy", after=3).retry


def test_a_person_is_told_that_the_outbox_stopped(kept: Notices) -> None:
    """Whoever hears of escalations is told why a brand is paused; without anybody to tell, the terminal says so."""
    store, said = MemoryStore(), list[str]()
    store.pause("acme", "2 answers within an hour are the limit", NOW)
    twin = Twin()
    outside = Outside(notices=kept, routes={"acme": ROUTES}, heralds={("acme", "pr"): twin})
    tell_stopped(outside, store, ["acme"], NOW, said.append)
    assert deliver(outside, NOW + 60).told == 1
    [(desk, subject, body, _)] = twin.told
    assert (desk, subject) == ("pr", "acme: all speaking is paused")
    assert "2 answers within an hour are the limit" in body
    assert said == []
    tell_stopped(Outside(notices=kept), store, ["acme"], NOW, said.append)
    assert "2 answers within an hour are the limit" in said[0]
