"""The file of incidents, and its twin in memory: the same facts for both."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.incident import KEPT, Incident, IncidentAct, begin
from ascolta.core.journal import Kind
from ascolta.core.plan import Rehearsal, Timed
from ascolta.errors import CaseError, StoreError
from ascolta.stores.catalogue import compared
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.incidents import FILE, Incidents
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW
from tests.crises import PLAN, event

BEGUN = begin(PLAN)
ACCEPTED = event(IncidentAct.ACCEPTED, by="Canary Ann")
WENT = Rehearsal(
    plan="storm", title="A storm", at=NOW, speed=60.0,
    steps=(Timed(step="a", who="w", within=5, minutes=4.0), Timed(step="b", who="w", within=60, minutes=None)),
)  # fmt: skip


@pytest.fixture(params=["file", "memory"])
def incidents(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Incidents]:
    """Each of the two, empty."""
    made = Incidents(tmp_path if request.param == "file" else None)
    yield made
    made.close()


def over(incidents: Incidents, brand: str = "acme", at: float = NOW) -> Incident:
    """An incident that was lived through."""
    found = incidents.accept(brand, BEGUN, [replace(ACCEPTED, at=at)])
    for step in range(1, 8):
        incidents.record(found.number, event(IncidentAct.SKIPPED, step, at=at, why="canary reason"))
    return incidents.record(found.number, event(IncidentAct.STOOD_DOWN, at=at, why="calm"))


def test_what_is_recorded_is_read_as_it_was(incidents: Incidents) -> None:
    """Plan, steps, names and reasons come back whole; other brands have none of it."""
    made = incidents.accept("acme", BEGUN, [ACCEPTED, event(IncidentAct.DONE, 1)])
    noted = incidents.record(made.number, event(IncidentAct.NOTED, said="look", why="at it"))
    assert incidents.incident(made.number) == noted
    assert noted.begun == BEGUN
    assert [one.kind for one in noted.events] == [IncidentAct.ACCEPTED, IncidentAct.DONE, IncidentAct.NOTED]
    assert incidents.open() == incidents.open("acme") == incidents.all("acme") == [noted]
    assert incidents.open("other") == incidents.all("other") == []


def test_one_plan_goes_on_once(incidents: Incidents) -> None:
    """Accepted again it is the same; another plan and another brand begin anew, and so does this one after its end."""
    first = over(incidents)
    second = incidents.accept("acme", BEGUN, [ACCEPTED])
    assert incidents.accept("acme", BEGUN, [replace(ACCEPTED, by="Ben")]) == second
    other = incidents.accept("acme", replace(BEGUN, plan="flood"), [ACCEPTED])
    elsewhere = incidents.accept("other", BEGUN, [ACCEPTED])
    assert len({one.number for one in (first, second, other, elsewhere)}) == 4


def test_what_does_not_fit_is_not_kept(incidents: Incidents) -> None:
    """An act that does not fit leaves nothing, and an incident that is not there is a sentence."""
    made = incidents.accept("acme", BEGUN, [ACCEPTED])
    with pytest.raises(CaseError, match="no step 9"):
        incidents.record(made.number, event(IncidentAct.DONE, 9))
    assert incidents.incident(made.number) == made
    with pytest.raises(CaseError, match="no incident 77"):
        incidents.record(77, event(IncidentAct.NOTED, said="look"))
    with pytest.raises(CaseError, match="who accepts"):
        incidents.accept("other", BEGUN, [replace(ACCEPTED, by="")])
    assert incidents.all("other") == []


def test_a_year_after_its_end_it_goes(incidents: Incidents) -> None:
    """What goes on stays; what was stood down goes when its year is over, and its number is not given again."""
    gone, stays = over(incidents), incidents.accept("acme", BEGUN, [ACCEPTED])
    assert incidents.sweep(NOW + KEPT - 1) == 0
    assert incidents.sweep(NOW + KEPT) == 1
    assert incidents.all() == [stays]
    with pytest.raises(CaseError, match=f"no incident {gone.number}"):
        incidents.incident(gone.number)
    assert incidents.accept("other", BEGUN, [ACCEPTED]).number == stays.number + 1


def test_what_went_leaves_no_byte(tmp_path: Path) -> None:
    """After the sweep no name and no reason stands in the file."""
    made = Incidents(tmp_path)
    over(made)
    assert b"canary reason" in (tmp_path / FILE).read_bytes()
    made.sweep(NOW + KEPT)
    made.close()
    assert b"anary" not in (tmp_path / FILE).read_bytes()


def test_the_last_drill_of_each_plan_is_kept(incidents: Incidents) -> None:
    """A newer one takes its place; other plans and brands have their own."""
    incidents.drilled("acme", WENT)
    newer = replace(WENT, at=NOW + 1)
    incidents.drilled("acme", newer)
    incidents.drilled("acme", replace(WENT, plan="flood"))
    assert incidents.drills("acme") == [replace(WENT, plan="flood"), newer]
    assert incidents.drills("other") == []
    assert (WENT.late, WENT.slowest) == (1, WENT.steps[0])


def test_the_journal_is_told_without_names(tmp_path: Path) -> None:
    """Each act stands there with the plan and the step, and with nobody's name and no word that was written."""
    journal = SqlJournal(tmp_path / JOURNAL, new_signer(), SecondPlace(None))
    made = Incidents(tmp_path, journal)
    found = made.accept("acme", BEGUN, [ACCEPTED, event(IncidentAct.DONE, 1)])
    made.record(found.number, event(IncidentAct.DECIDED, 3, said="yes", why="canary why"))
    made.record(found.number, event(IncidentAct.DECIDED, said="canary choice", why="canary why"))
    made.record(found.number, event(IncidentAct.NOTED, said="canary note"))
    late = event(IncidentAct.ESCALATED, 2, by="ascolta", at=NOW + 601, said="late")
    made.record(found.number, late)
    for step in (2, 4, 5, 6, 7):
        made.record(found.number, event(IncidentAct.SKIPPED, step, why="w"))
    made.record(found.number, event(IncidentAct.STOOD_DOWN, why="calm"))
    made.drilled("acme", WENT)
    made.sweep(NOW + KEPT)
    entries = [one for seq in range(journal.size()) if (one := journal.entry(seq)) is not None]
    told = [(one.kind, one.rule) for one in entries]
    steps = [(Kind.STEPPED, f"plan.storm.{step}") for step in (2, 4, 5, 6, 7)]
    assert told == [
        (Kind.ACCEPTED, "plan.storm"), (Kind.STEPPED, "plan.storm.1"), (Kind.STEPPED, "plan.storm.3"),
        (Kind.ESCALATED, "plan.storm.2"), *steps, (Kind.STOOD_DOWN, "plan.storm"), (Kind.DRILLED, "plan.storm"),
        (Kind.EXPIRED, "plan.storm"),
    ]  # fmt: skip
    assert {one.brand for one in entries} == {"acme"}
    made.close()
    journal.close()
    for path in tmp_path.glob(f"{JOURNAL}*"):
        assert b"anary" not in path.read_bytes()


def test_every_field_is_declared(tmp_path: Path) -> None:
    """A store with incidents and drills holds what is declared, and nothing else."""
    SqlStore(tmp_path).close()
    made = Incidents(tmp_path)
    over(made)
    made.drilled("acme", WENT)
    made.close()
    assert list(compared(tmp_path)) == []


def test_a_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A broken file is a clear error."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="the incidents cannot be"):
        Incidents(tmp_path)
