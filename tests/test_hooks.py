"""Programs outside follow the journal: in order, once, signed, with nothing personal, and no longer than a day late."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.case import CaseKind
from ascolta.core.hooks import GROUPS, TYPES, Hook, trial
from ascolta.core.incident import IncidentAct, IncidentEvent
from ascolta.core.mention import Brands
from ascolta.core.routing import LATEST, SOON
from ascolta.desks.later import Later, Unfit
from ascolta.desks.webhook import Webhook
from ascolta.errors import SourceError
from ascolta.hooks import GONE, MOST, Hooks, begin, follow
from ascolta.incidents import accept, act
from ascolta.ports import Sender
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.hooks import FILE, Followed
from ascolta.stores.journal import MemoryJournal
from ascolta.stores.memory import MemoryStore
from tests.conftest import NOW, foresee, keep, published, removed
from tests.conftest import act as done
from tests.crises import BRAND, PLAN, room
from tests.desks.receivers import SECRET, receiver

HOOK = Hook(name="helpdesk", to="ASCOLTA_HOOK_X", secret="ASCOLTA_HOOK_X_SECRET", on=GROUPS)


@dataclass
class Twin:
    """A program in memory: it keeps what it is told, or fails as it is bidden."""

    told: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    fails: dict[int, SourceError] = field(default_factory=dict)
    tries: int = 0

    def send(self, hook: str, said: Mapping[str, object], key: str) -> None:
        """Keep it, or fail."""
        self.tries += 1
        if (error := self.fails.get(self.tries)) is not None:
            raise error
        self.told.append((json.loads(json.dumps(said)), key))

    @property
    def types(self) -> list[object]:
        """Of which types."""
        return [said["type"] for said, _ in self.told]


@pytest.fixture
def store() -> MemoryStore:
    """A store with a journal."""
    made = MemoryStore()
    made.journal = MemoryJournal(new_signer(), SecondPlace(None))
    return made


@pytest.fixture(params=["file", "memory"])
def followed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Followed]:
    """How far programs were told, in each of its two places."""
    made = Followed(tmp_path if request.param == "file" else None)
    yield made
    made.close()


def log(store: MemoryStore) -> MemoryJournal:
    """The journal of a store."""
    assert isinstance(store.journal, MemoryJournal)
    return store.journal


def hooks(followed: Followed, twin: Sender, hook: Hook = HOOK) -> Hooks:
    """One hook of one brand."""
    return Hooks(followed=followed, hooks={"acme": [hook]}, senders={("acme", hook.name): twin})


def cases(store: MemoryStore, *texts: str, at: float = NOW) -> None:
    """Some posts are heard."""
    here = len(store.cases())
    keep(store, Brands([BRAND], foresee), *(published(f"{here}-{n}", text) for n, text in enumerate(texts)), at=at)


def test_what_happens_is_told_in_order(store: MemoryStore, followed: Followed) -> None:
    """The life of a case, an alert and a pause arrive as they happened, each once, with numbers, rules and times."""
    twin = Twin()
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme")
    done(store, 1, CaseKind.DRAFTED, note="canary answer")
    done(store, 1, CaseKind.APPROVED)
    rose = AlertChange(
        brand="acme", stream="all", old=State.CALM, new=State.ALERT, at=NOW, score=1, once_in_days=9, why=""
    )
    store.watched("acme", {}, [rose])
    store.pause("acme", "canary reason", NOW)
    [went] = follow(made, log(store), store, NOW)
    assert (went.told, went.dead) == (5, 0)
    assert twin.types == ["case.opened", "case.drafted", "case.approved", "alert.changed", "speaking.paused"]
    first = twin.told[0][0]
    assert first["timestamp"] == "1970-01-12T13:46:40Z"
    assert first["data"] == {"brand": "acme", "seq": 0, "case": 1, "rule": "spoken-to", "status": "approved"}
    assert twin.told[3][0]["data"] == {"brand": "acme", "seq": 4, "state": "alert"}
    assert "canary" not in str(twin.told)
    assert "u0" not in str(twin.told)
    assert [one.told for one in follow(made, log(store), store, NOW)] == [0]


def test_a_removed_case_is_told_as_that_and_no_reason(store: MemoryStore, followed: Followed) -> None:
    """Whether a post was taken down, a date came or somebody opted out: the program learns that the case is gone."""
    twin = Twin()
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme", "hello again to acme")
    keep(store, Brands([BRAND], foresee), removed("0-0"))
    store.sweep(NOW + 90 * 86_400)
    follow(made, log(store), store, NOW)
    gone = [said["data"] for said, _ in twin.told if said["type"] == "case.removed"]
    assert len(gone) == 2
    assert all(set(one) == {"brand", "seq", "case", "rule", "status"} and one["status"] == "removed" for one in gone)


def test_an_incident_is_told_by_plan_and_step(store: MemoryStore, followed: Followed, tmp_path: Path) -> None:
    """Accepted, a step done, stood down; never by whom, nor what was said."""
    twin, here = Twin(), room(tmp_path / "brand", store=store)
    here.incidents._file._journal = store.journal
    made = hooks(followed, twin, Hook(name="pager", to="A", secret="B", on=("incident",)))
    begin(made, log(store))
    accept(here, BRAND, PLAN, None, ("Ann", NOW))
    act(here, BRAND, 1, IncidentEvent(kind=IncidentAct.DONE, at=NOW, by="Ann", step=2, said="canary"))
    follow(made, log(store), store, NOW)
    assert [(said["type"], said["data"]["plan"], said["data"]["step"]) for said, _ in twin.told] == [
        ("incident.accepted", "storm", None), ("incident.stepped", "storm", 1), ("incident.stepped", "storm", 2),
    ]  # fmt: skip
    assert "canary" not in str(twin.told)
    assert "Ann" not in str(twin.told)


def test_only_what_was_asked_for_and_of_the_own_brand(store: MemoryStore, followed: Followed) -> None:
    """A hook for sent answers hears of nothing else, and of no other brand."""
    twin = Twin()
    made = Hooks(
        followed=followed,
        hooks={"acme": [Hook(name="one", to="A", secret="B", on=("case.opened",))], "other": [HOOK]},
        senders={("acme", "one"): twin, ("other", "helpdesk"): Twin(fails={1: SourceError("x", retry=True)})},
    )
    begin(made, log(store))
    cases(store, "hello to acme")
    done(store, 1, CaseKind.ASSIGNED, note="Ann")
    assert [one.told for one in follow(made, log(store), store, NOW)] == [1, 0]
    assert twin.types == ["case.opened"]


def test_a_new_hook_is_told_nothing_of_the_past(store: MemoryStore, followed: Followed) -> None:
    """It begins where the journal ends; so does one whose journal was replaced by a shorter one."""
    cases(store, "hello to acme")
    twin = Twin()
    made = hooks(followed, twin)
    begin(made, log(store))
    follow(made, log(store), store, NOW)
    assert twin.told == []
    short = MemoryJournal(new_signer(), SecondPlace(None))
    follow(made, short, store, NOW)
    place = followed.known("acme", "helpdesk")
    assert place is not None
    assert place.next == 0


def test_what_is_not_taken_waits_and_keeps_the_order(store: MemoryStore, followed: Followed) -> None:
    """After a failure nothing else is told until that one is, later each time, under the same key."""
    twin = Twin(fails={2: SourceError("away", retry=True), 3: Later("away", after=600.0)})
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme", "hi to acme", "ho to acme")
    [went] = follow(made, log(store), store, NOW)
    assert (went.told, went.why) == (1, "away")
    assert follow(made, log(store), store, NOW + SOON - 1)[0].told == 0
    assert twin.tries == 2
    follow(made, log(store), store, NOW + SOON)
    assert follow(made, log(store), store, NOW + SOON + 599)[0].told == 0
    assert follow(made, log(store), store, NOW + SOON + 600)[0].told == 2
    assert [said["data"]["case"] for said, _ in twin.told] == [1, 2, 3]
    assert len({key for _, key in twin.told}) == 3


def test_one_that_is_refused_is_put_away_and_the_rest_goes_on(store: MemoryStore, followed: Followed) -> None:
    """A receiver that cannot read one event gets the next; the dead one is counted, and why is kept."""
    twin = Twin(fails={1: Unfit("refused with status 422", retry=False)})
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme", "hi to acme")
    [went] = follow(made, log(store), store, NOW)
    assert (went.told, went.dead) == (1, 1)
    place = followed.known("acme", "helpdesk")
    assert place is not None
    assert (place.told, place.dead) == (1, 1)


def test_after_a_day_it_is_given_up(store: MemoryStore, followed: Followed) -> None:
    """What is older than a day when it could be told is a dead letter; what is younger is told."""
    twin = Twin()
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme", at=NOW - LATEST)
    cases(store, "hi to acme", at=NOW - LATEST + 10)
    [went] = follow(made, log(store), store, NOW)
    assert (went.told, went.dead) == (1, 1)
    assert [said["data"]["case"] for said, _ in twin.told] == [2]


def test_one_that_is_gone_for_good_is_left_alone(store: MemoryStore, followed: Followed) -> None:
    """After 410 or a redirect it is asked again a day later and not before."""
    twin = Twin(fails={1: SourceError("gone", retry=False)})
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, "hello to acme")
    follow(made, log(store), store, NOW)
    follow(made, log(store), store, NOW + GONE - 1)
    assert twin.tries == 1


def test_a_round_ends(store: MemoryStore, followed: Followed) -> None:
    """Of many events a round tells a bounded number; the next one goes on from there."""
    twin = Twin()
    made = hooks(followed, twin)
    begin(made, log(store))
    cases(store, *(f"hello{n} to acme" for n in range(MOST + 5)))
    assert [follow(made, log(store), store, NOW)[0].told for _ in range(3)] == [MOST, 5, 0]


def test_a_hook_that_hangs_holds_up_no_other(store: MemoryStore, followed: Followed) -> None:
    """Each is told on its own: one fails, the other has everything."""
    bad, good = Twin(fails=dict.fromkeys(range(1, 99), SourceError("away", retry=True))), Twin()
    pair = [Hook(name=name, to="A", secret="B", on=GROUPS) for name in ("bad", "good")]
    made = Hooks(followed=followed, hooks={"acme": pair}, senders={("acme", "bad"): bad, ("acme", "good"): good})
    begin(made, log(store))
    cases(store, "hello to acme", "hi to acme")
    assert [one.told for one in follow(made, log(store), store, NOW)] == [0, 2]


def test_a_real_receiver_believes_it(store: MemoryStore, followed: Followed) -> None:
    """Signed as Standard Webhooks have it, verified by another implementation; what it refuses with 422 is put away."""
    with receiver() as there:
        made = hooks(followed, Webhook(there.url, SECRET, time.time))
        begin(made, log(store))
        cases(store, "hello to acme", "hi to acme")
        assert follow(made, log(store), store, NOW)[0].told == 2
        assert [said["type"] for said in there.took] == ["case.opened", "case.opened"]
        assert len(set(there.ids)) == 2
        there.mode = "422"
        cases(store, "ho to acme")
        assert follow(made, log(store), store, NOW)[0].dead == 1
        there.mode = "500"
        cases(store, "hu to acme")
        went = follow(made, log(store), store, NOW)[0]
        assert (went.told, went.dead, went.why) == (0, 0, "hook 'helpdesk' answers with status 500")


def test_the_file_holds_numbers_only(store: MemoryStore, tmp_path: Path) -> None:
    """No address, no event and no secret is in it."""
    kept = Followed(tmp_path)
    made = hooks(kept, Twin(fails={1: SourceError("away", retry=True)}))
    begin(made, log(store))
    cases(store, "canary to acme")
    follow(made, log(store), store, NOW)
    kept.close()
    assert b"canary" not in (tmp_path / FILE).read_bytes()


def test_types_are_as_the_specification_wants_them() -> None:
    """Parted by dots, of letters, digits and underscores; the trial is one too."""
    for one in (*TYPES, str(trial("acme", NOW)["type"])):
        assert one.replace(".", "").replace("_", "").isalnum(), one
    assert {one.partition(".")[0] for one in TYPES} == set(GROUPS)
