"""A plan with a step of each kind, and a room in which it can be lived through."""

from dataclasses import replace
from pathlib import Path

from ascolta import voice
from ascolta.core.advocate import AdvocateEvent, AdvocateKind
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent
from ascolta.core.plan import Plan, Step, StepKind
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.incidents import Room, act, words
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.stores.advocates import Advocates
from ascolta.stores.incidents import Incidents
from ascolta.stores.memory import MemoryStore
from ascolta.stores.statements import Statements
from tests.conftest import ACME, NOW
from tests.praised import TERMS

PLAN = Plan(
    name="storm",
    title="A storm",
    owner="head of care",
    severity="crisis",
    escalate="board",
    stand_down="It was calm for an hour.",
    steps=(
        Step(name="Stop speaking", who="lead", do="Pause.", within=5, kind=StepKind.PAUSE),
        Step(name="Find out", who="lead", do="Ask operations.", within=10, done_when="one sentence"),
        Step(name="Answer?", who="head", do="Decide.", within=15, kind=StepKind.ASK, options=("yes", "no")),
        Step(name="Say so", who="PR", do="Publish.", within=20, kind=StepKind.STATEMENT, statement="we-stay"),
        Step(
            name="Brief", who="community", do="Brief.", within=25, kind=StepKind.ADVOCATES, statement="we-stay",
            scope="corrections",
        ),
        Step(name="Tell operations", who="lead", do="Tell them.", within=30, kind=StepKind.NOTIFY, desk="ops"),
        Step(name="Listen closer", who="lead", do="Listen.", within=40, kind=StepKind.LOWER, once_in_days=1.0),
    ),
)  # fmt: skip
BRAND = replace(ACME, plans=(PLAN,))
STATEMENT = (
    "statement: we-stay\nkind: all-clear\nwhere: {x: en, mastodon: [en, de]}\ntext: {en: We stay., de: Wir bleiben.}\n"
)
HELPING = (
    "advocates: acme\nscopes:\n  - scope: corrections\n    for: {en: passing on corrections, de: Richtigstellungen}\n"
    "    networks: [x]\n    at_most: 12\n    within: 30 d\n    lasts: 180 d\n"
)


class Told:
    """A herald that remembers what it told by key, as real ones do."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[str, str, str]] = {}
        self.fails: Exception | None = None

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Tell a desk, once for one key."""
        if self.fails is not None:
            raise self.fails
        self.told.setdefault(key, (desk, subject, body))


def laid_out(folder: Path) -> Path:
    """A brand's folder with a statement and a scope."""
    (folder / "statements").mkdir(parents=True, exist_ok=True)
    (folder / "statements" / "we-stay.yaml").write_text(STATEMENT, encoding="utf-8")
    (folder / "advocates.yaml").write_text(HELPING, encoding="utf-8")
    return folder


def room(folder: Path, place: Path | None = None, *, store: Store | None = None) -> Room:
    """A room over a brand's folder; `place` None keeps everything in memory."""
    networks = {name: TwinNetwork(name) for name in ("x", "mastodon")}
    return Room(
        store=store or MemoryStore(),
        incidents=Incidents(place),
        statements=Statements(place),
        advocates=Advocates(place),
        publishers=networks,
        messengers=networks,
        folders={"acme": laid_out(folder)},
        heralds={"acme": Told()},
    )


def joined(advocates: Advocates, person: str = "ann", at: float = NOW) -> None:
    """Somebody who agreed to pass on corrections."""
    event = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=at, by="Carla", case=1, terms=TERMS)
    one = advocates.propose("acme", "x", (f"@{person}", (f"id-{person}",)), event)
    advocates.record(one.ref, AdvocateEvent(kind=AdvocateKind.ASKED, at=at, case=1))
    terms = replace(TERMS, most=2)
    advocates.record(one.ref, AdvocateEvent(kind=AdvocateKind.AGREED, at=at, case=2, post_id="p", terms=terms))


def approved(here: Room, at: float = NOW) -> None:
    """The statement is prepared and approved as it stands."""
    folder = here.folders["acme"]
    statement, facts = load_statements(folder)["we-stay"], approved_facts(folder, at)
    voice.prepare(here.statements, "acme", statement, facts, ("Ann", at))
    voice.approve(here.statements, "acme", statement, facts, ("Bob", at))


def event(kind: IncidentAct, step: int = 0, by: str = "Ann", at: float = NOW, **more: str) -> IncidentEvent:
    """Something that a person does."""
    return IncidentEvent(kind=kind, at=at, by=by, step=step, **more)


def do(here: Room, incident: Incident, step: int, at: float = NOW, by: str = "Ann") -> Incident:
    """Do a step as a person would who reads before publishing; a question is answered with yes."""
    if incident.step(step).step.kind is StepKind.ASK:
        answer = event(IncidentAct.DECIDED, step, by, at, said="yes", why="people act on it")
        return act(here, BRAND, incident.number, answer)
    seen = words(here, BRAND, incident, step, at).digest if incident.step(step).step.statement else ""
    return act(here, BRAND, incident.number, event(IncidentAct.DONE, step, by, at), seen)


def stand_down(here: Room, incident: Incident, at: float = NOW) -> Incident:
    """It is over."""
    return act(here, BRAND, incident.number, event(IncidentAct.STOOD_DOWN, at=at, why="calm for an hour"))
