"""From posts to a graded alarm: what drives it, who speaks, who else rises, what the grade does, and restarts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ascolta import bootstrap
from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import Brand, StoredQuery
from ascolta.core.grading import GradeRule
from ascolta.core.incident import IncidentAct
from ascolta.core.label import Ask, Label, Labels, Topic
from ascolta.core.mention import Brands, hear
from ascolta.core.parse import parse
from ascolta.core.plan import Plan, Step
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.core.risk import Organised
from ascolta.core.voices import Voices
from ascolta.incidents import accept, reviewed
from ascolta.ports import Store
from ascolta.stores.memory import MemoryStore
from ascolta.watch import Around, watch
from tests.conftest import ACME, OTHER, foresee
from tests.crises import room

START = 1_000_000 // 300 * 300.0
SURGE = START + 36 * 3_600.0
SLOGAN = "acme is bad because of the refund that everybody waits for and nobody ever gets pass this on today"
KEY = b"v" * 32
WORDS = (
    "gate", "delay", "crew", "seat", "bag", "lost", "tea", "sky", "late", "queue", "plane", "kind", "rude", "again",
    "hotel", "train", "snow", "map",
)  # fmt: skip


def rule(name: str, when: str, grade: str) -> GradeRule:
    """A rule."""
    return GradeRule(name=name, when=parse(when), grade=grade, why=f"Because of {name}.")


RULES = (
    rule("many", "brands:many", "watch"),
    rule("organised", "organised:yes", "crisis"),
    rule("refunds", "topic:refund complaints:>=40", "warning"),
)
STEPS = (Step(name="look", who="care", do="look", within=5),)
PLAN = Plan(name="storm", title="Storm", owner="care", steps=STEPS, when=parse("grade:crisis OR grade:warning"))
BRAND = replace(ACME, topics=(Topic(name="refund", words=("refund",)),), grading=RULES, plans=(PLAN,))


def labelled(asks: Sequence[Ask]) -> list[Labels]:
    """The foreseeable labels, and the topic of refunds."""
    return [
        (*labels, *([Label(name="topic", value="refund", score=1, by="test")] if "refund" in ask.text else []))
        for ask, labels in zip(asks, foresee(asks), strict=True)
    ]


def post(number: int, at: float, text: str, author: str = "", network: str = "mastodon") -> Event:
    """A post by somebody who may be heard."""
    actor = Actor(id=author or f"id{number}", indexable=True)
    made = Post(id=f"p{number}", content=text, network=network, published=at, attributed_to=actor)
    return Event(kind=EventKind.PUBLISHED, network=network, post=made)


def calm(name: str = "acme") -> list[Event]:
    """Two complaints an hour for a day and a half."""
    return [post(n, START + n * 1_800.0, f"{name} is bad on day {n} for me and my aunt") for n in range(72)]


def own_words(count: int, every: float = 15.0) -> list[Event]:
    """A surge of people who complain about the same thing in their own words."""
    random = Random(7)
    said = (" ".join(random.choice(WORDS) for _ in range(12)) for _ in range(count))
    return [post(1_000 + n, SURGE + every * n, f"acme is bad refund {words}") for n, words in enumerate(said)]


def slogans(count: int, first: int = 2_000, at: float = SURGE) -> list[Event]:
    """A surge of one slogan, each time by another account."""
    return [post(first + n, at + 15.0 * n, f"{SLOGAN} {n}") for n in range(count)]


def heard(
    store: Store, events: list[Event], voices: Voices, brand: Brand = BRAND, until: float = 0.0
) -> list[AlertChange]:
    """The changes that a watch tells after all of it was heard in one batch."""
    brands = Brands([brand, OTHER], labelled)
    here = store.cursor("s")
    batch = Batch(events=events, after=here, cursor=str(int(here or 0) + len(events)), arrived=SURGE + 7_200)
    came = hear(batch, brands, store.known())
    store.keep("s", came)
    voices.hear(came, brands.by_id)
    around = Around(voices=voices, brands=brands)
    return [change for change, _ in watch(store, brand, until or SURGE + 3_600, around=around)]


def test_a_surge_is_told_with_its_kind(store: Store) -> None:
    """Sixty people in their own words: refunds drive it, most complain, nothing looks organised, it is a warning."""
    first, *_ = heard(store, [*calm(), *own_words(60)], Voices(KEY))
    assert first.risk is not None
    assert [driver.topic for driver in first.risk.drivers] == ["refund"]
    assert first.risk.complaints >= 90
    assert (first.risk.grade, first.risk.rule) == ("warning", "refunds")
    assert store.alerts("acme")[0] == first
    assert "refund that" not in repr(first)


def test_a_campaign_is_told_as_organised(store: Store) -> None:
    """The same surge as one slogan of sixty accounts: near-copies, organised, a crisis by this brand's rules."""
    changes = heard(store, [*calm(), *slogans(60)], Voices(KEY))
    last = [change for change in changes if change.new is State.ALERT][-1]
    assert last.risk is not None
    assert last.risk.company.organised is Organised.YES
    assert last.risk.company.copies >= 80
    assert last.risk.grade == "crisis"
    assert "id2001" not in repr(changes)


def test_worse_is_told_once_and_proposes_its_plan(store: Store) -> None:
    """What begins in people's own words and goes on as a campaign is told twice: when it rises, and as a crisis."""
    voices, events = Voices(KEY), [*calm(), *own_words(40)]
    first = heard(store, events, voices, until=SURGE + 600)
    assert [(one.begins, one.risk and one.risk.grade) for one in first] == [(True, "warning")]
    later = heard(store, slogans(120, at=SURGE + 600), voices, until=SURGE + 2_400)
    assert [(one.old, one.new, one.risk and one.risk.grade) for one in later] == [(State.ALERT, State.ALERT, "crisis")]
    assert later[0].why.startswith("Graver: warning became crisis. ")
    more = heard(store, slogans(40, 3_000, SURGE + 2_400), voices, until=SURGE + 3_000)
    assert more == []


def test_after_a_restart_it_is_not_known_who_speaks(store: Store) -> None:
    """A program that starts in the middle of an episode says so, and goes on with the grade that was told."""
    heard(store, [*calm(), *slogans(60)], Voices(KEY), until=SURGE + 900)
    told = [one.risk.grade for one in store.alerts("acme") if one.risk is not None]
    assert told[-1] == "crisis"
    assert heard(store, own_words(30, 10.0), Voices(b"another" * 4), until=SURGE + 1_200) == []


def test_forgotten_voices_are_said_to_be_unknown() -> None:
    """The same posts, heard by one program and watched by the next: whether it is organised is not known yet."""
    store = MemoryStore()
    brands = Brands([BRAND, OTHER], labelled)
    events = [*calm(), *slogans(60)]
    store.keep("s", hear(Batch(events=events, cursor="1", arrived=SURGE + 7_200), brands, store.known()))
    changes = [change for change, _ in watch(store, BRAND, SURGE + 3_600, around=Around(voices=Voices(KEY)))]
    assert changes[0].risk is not None
    assert changes[0].risk.company.organised is Organised.UNKNOWN
    assert changes[0].risk.company.why.startswith("not known yet")
    assert changes[0].risk.grade == "warning"


def test_each_run_has_a_key_of_its_own() -> None:
    """Tags of one run tell nothing to another: no two begin with the same key."""
    one, other = bootstrap.voices(), bootstrap.voices()
    assert one._key != other._key
    assert len(one._key) == 32


def test_where_it_is_forbidden_nobody_is_judged(store: Store) -> None:
    """A campaign on X alone is an alarm like any other: it is said that this is not asked there."""
    events = [*calm(), *slogans(60)]
    changes = heard(store, [on_network(event, "x") for event in events], Voices(KEY))
    assert changes[0].risk is not None
    assert changes[0].risk.company.organised is Organised.UNKNOWN
    assert changes[0].risk.company.why.startswith("not asked")


def on_network(event: Event, network: str) -> Event:
    """The same post on another network."""
    assert event.post is not None
    return post(int(event.post.id[1:]), event.post.published or 0.0, event.post.content, network=network)


def test_many_brands_at_once_lower_the_grade() -> None:
    """Where three other brands rise in the same quarter of an hour, it is the network, and to be watched."""
    store, voices = MemoryStore(), Voices(KEY)
    others = [replace(OTHER, id=name, name=name, queries=(StoredQuery(name="o", find=parse(name)),)) for name in
              ("alpha", "beta", "gamma")]  # fmt: skip
    brands = Brands([BRAND, *others], labelled)
    events = [*calm(), *own_words(60)]
    events += [
        post(10_000 * k + n, SURGE + 15.0 * n, f"{other.name} is bad") for k, other in enumerate(others, 1)
        for n in range(60)
    ]  # fmt: skip
    came = hear(Batch(events=events, cursor="1", arrived=SURGE + 7_200), brands, store.known())
    store.keep("s", came)
    voices.hear(came, brands.by_id)
    [(change, _), *_] = watch(store, BRAND, SURGE + 900, around=Around(voices=voices, brands=brands))
    assert change.risk is not None
    assert (change.risk.rising, change.risk.others, change.risk.grade) == (3, 3, "watch")


def test_the_grade_is_the_severity_that_an_incident_begins_with(tmp_path: Path) -> None:
    """A plan for a watch that answers a crisis begins as a crisis, and the review says what kind of risk it was."""
    here = room(tmp_path)
    plan = replace(PLAN, severity="watch", when=None)
    brand = replace(BRAND, plans=(plan,))
    changes = heard(here.store, [*calm(), *slogans(60)], Voices(KEY), brand, until=SURGE + 1_200)
    last = changes[-1]
    incident = accept(here, brand, plan, last, ("Ann", last.at + 60))
    assert incident.severity == "crisis"
    assert incident.begun.alarm is not None
    assert incident.begun.alarm.grade == "crisis"
    assert "It looks organised" in incident.begun.alarm.meant
    assert [one.kind for one in incident.events] == [IncidentAct.ACCEPTED]
    said = repr(reviewed(here, brand, incident, last.at + 600))
    assert "It looks organised" in said
    assert "alert, crisis" in said


@pytest.mark.parametrize("severity", ["warning", "crisis"])
def test_a_graver_plan_keeps_its_severity(tmp_path: Path, severity: str) -> None:
    """A warning makes no plan for a crisis a smaller one."""
    here, plan = room(tmp_path), replace(PLAN, severity=severity)
    [change, *_] = heard(here.store, [*calm(), *own_words(60)], Voices(KEY), until=SURGE + 900)
    assert accept(here, BRAND, plan, change, ("Ann", change.at)).severity == severity
