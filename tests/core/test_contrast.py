"""Two etiquettes on the same posts: what changes, the work, whom nobody asked, and what people expect."""

from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.consent import Known
from ascolta.core.contrast import Judged, contrast, judged, of_labels, told
from ascolta.core.etiquette import Action, Decision
from ascolta.core.label import Label
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Batch, Post
from tests.conftest import ACME, foresee

REPLY = Decision(action=Action.REPLY, rule="talk", why="Asked.", desk="care", approve=2)
CARE = Decision(action=Action.CARE, rule="help", why="Hurt.", desk="care")
SILENCE = Decision(action=Action.SILENCE, rule="hush", why="Hush.", desk="care")

decisions = st.builds(
    Decision,
    action=st.sampled_from(Action),
    rule=st.sampled_from(["a", "b"]),
    why=st.just(""),
    desk=st.sampled_from(["care", "people"]),
    approve=st.sampled_from([1, 2]),
)
flags = st.booleans()


def one(post: str, decision: Decision, **said: bool) -> Judged:
    return Judged(post=post, brand="acme", decision=decision, **said)


def test_a_day_is_compared() -> None:
    """Cases, approvals, people approached unasked, each expectation, each rule and each kind of change are counted."""
    spoken = {"addressed": True, "complaint": True}
    before = [
        one("1", REPLY, **spoken),
        one("2", REPLY, **spoken),
        one("3", SILENCE, complaint=True),
        one("4", SILENCE),
    ]
    after = [one("1", SILENCE, **spoken), one("2", REPLY, **spoken), one("3", CARE, complaint=True), one("4", SILENCE)]
    found = contrast("acme", before, after, ["talk", "help", "hush"])
    assert (found.mentions, found.changed, found.renamed) == (4, 2, 0)
    assert (found.before.cases, found.after.cases) == (2, 2)
    assert (found.before.approvals, found.after.approvals) == (4, 3)
    assert (found.before.uninvited, found.after.uninvited) == (0, 1)
    assert [(turn.old.rule, turn.new.rule, turn.posts) for turn in found.turns] == [
        ("talk", "hush", ("1",)), ("hush", "help", ("3",)),
    ]  # fmt: skip
    assert [(one.figure.name, one.of, one.before, one.after) for one in found.expected] == [
        ("when-spoken-to", 2, 2, 1), ("answer-complaints", 3, 2, 2), ("answer-praise", 0, 0, 0), ("unheard", 2, 2, 1),
        ("intrusive", 2, 2, 1),
    ]  # fmt: skip
    assert found.rules == [
        ("talk", Action.REPLY, 2, 1), ("help", Action.CARE, 0, 1), ("hush", Action.SILENCE, 2, 2),
    ]  # fmt: skip


def test_the_same_by_another_rule_changes_nothing() -> None:
    """What only another rule decides is told apart from what changes; another desk or fewer approvals do change."""
    other = Decision(action=Action.REPLY, rule="speak", why="", desk="care", approve=2)
    assert [
        (found.changed, found.renamed)
        for new in (other, Decision(action=Action.REPLY, rule="talk", why="", desk="care"))
        for found in [contrast("acme", [one("1", REPLY)], [one("1", new)])]
    ] == [(0, 1), (1, 0)]
    quiet = Decision(action=Action.SILENCE, rule="hush", why="", desk="people", approve=2)
    assert contrast("acme", [one("1", SILENCE)], [one("1", quiet)]).changed == 0


def test_what_a_network_adds_to_a_reason_is_one_kind_of_change() -> None:
    """Decisions that differ in their reason only are told together."""
    named = Decision(action=Action.SILENCE, rule="hush", why="Hush. But X forbids it.", desk="care")
    found = contrast("acme", [one("1", REPLY), one("2", REPLY)], [one("1", SILENCE), one("2", named)])
    assert [turn.count for turn in found.turns] == [2]


def test_other_brands_and_lost_posts() -> None:
    """Only the brand's own posts are looked at; of an edited one the last words; one that is not there is silence."""
    before = [one("1", REPLY), one("1", CARE), Judged(post="2", brand="other", decision=REPLY)]
    found = contrast("acme", before, [])
    assert (found.mentions, found.before.actions[Action.CARE], found.after.rules) == (
        1,
        1,
        {("none", Action.SILENCE): 1},
    )


@given(st.lists(st.tuples(decisions, decisions, flags, flags, flags, flags), max_size=12))
def test_the_sums_agree(posts: list[tuple[Decision, Decision, bool, bool, bool, bool]]) -> None:
    """Whatever is compared: actions and rules sum up to the mentions, and swapping the two sides swaps all figures."""
    made = [
        [
            Judged(post=str(n), brand="acme", decision=pair[side], addressed=a, complaint=c, negative=d, praise=p)
            for n, (*pair, a, c, d, p) in enumerate(posts)
        ]
        for side in (0, 1)
    ]
    there, back = contrast("acme", made[0], made[1]), contrast("acme", made[1], made[0])
    for side in (there.before, there.after):
        assert sum(side.actions.values()) == sum(side.rules.values()) == there.mentions == len(posts)
        assert sum(side.desks.values()) == side.cases >= side.uninvited
    assert (there.before, there.after, there.changed) == (back.after, back.before, back.changed)
    assert told(there)["cases"] == told(back)["cases"][::-1]
    assert contrast("acme", made[0], made[0]).changed == 0
    assert there.changed == sum(turn.count for turn in there.turns) <= len(posts)


def test_a_mention_is_judged_by_its_labels() -> None:
    """A direct message was said to us whatever its words are; the rest is what the labels say."""
    brands = Brands([ACME], foresee)
    direct = Post(id="1", content="acme, bad", network="x", visibility="direct")
    open_one = Post(id="2", content="acme, bad", network="x")
    found = [judged(mention) for mention in hear(Batch.of([direct, open_one], arrived=1.0), brands, Known()).mentions]
    assert [(one.addressed, one.complaint, one.negative) for one in found] == [(True, True, True), (False, True, True)]
    labels = (Label(name="polarity", value="positive", score=1, by="t"),)
    assert of_labels("1", "acme", labels, REPLY).praise
