"""What another etiquette would do about the same posts: which decisions change, the work, and what people expect.

The figures that stand beside it are those of the study (core.study).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ascolta.core.etiquette import NONE_FITS, Action, Decision
from ascolta.core.label import Labels, says
from ascolta.core.mention import Mention
from ascolta.core.study import Figure, figure

CAREFUL = 2
"""So many people look at an answer that takes special care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A post as one etiquette decides on it, with what its labels say of it."""

    post: str
    brand: str
    decision: Decision
    addressed: bool = False
    complaint: bool = False
    negative: bool = False
    praise: bool = False

    @property
    def reaches(self) -> bool:
        """Whether a person of the brand gets to see it."""
        return self.decision.action is not Action.SILENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one etiquette does about all of them: decisions by action, cases by desk, and by rule with its action.

    `approvals` is how many times somebody must approve an answer; `uninvited` are cases of people who did not speak to
    the brand.
    """

    actions: Mapping[Action, int]
    desks: Mapping[str, int]
    rules: Mapping[tuple[str, Action], int]
    approvals: int
    uninvited: int

    @property
    def cases(self) -> int:
        """How many reach the desk."""
        return sum(count for action, count in self.actions.items() if action is not Action.SILENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Something that people expect, in `of` posts, and in how many of these each etiquette does it."""

    figure: Figure
    what: str
    of: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One kind of change: the decision before and after, in how many posts, and these by id."""

    old: Decision
    new: Decision
    posts: tuple[str, ...]

    @property
    def count(self) -> int:
        """In how many posts."""
        return len(self.posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two etiquettes of one brand beside one another. `renamed` were decided alike, but by another rule."""

    brand: str
    mentions: int
    before: Side
    after: Side
    turns: tuple[Turn, ...]
    expected: tuple[Expected, ...]
    renamed: int = 0

    @property
    def changed(self) -> int:
        """How many decisions change."""
        return sum(turn.count for turn in self.turns)

    @property
    def rules(self) -> list[tuple[str, Action, int, int]]:
        """Each rule with its action and how often it decides before and after, in the order of the new etiquette."""
        names = dict.fromkeys((*self.after.rules, *self.before.rules))
        return [(*name, self.before.rules.get(name, 0), self.after.rules.get(name, 0)) for name in names]


def judged(mention: Mention) -> Judged:
    """A mention of a day that was heard."""
    return of_labels(mention.post.id, mention.brand, mention.labels, mention.decision)


def of_labels(post: str, brand: str, labels: Labels, decision: Decision) -> Judged:
    """A post by its labels."""
    return Judged(
        post=post,
        brand=brand,
        decision=decision,
        addressed=says(labels, "addressed", "yes"),
        complaint=says(labels, "complaint", "yes"),
        negative=says(labels, "polarity", "negative"),
        praise=says(labels, "polarity", "positive"),
    )


def contrast(brand: str, before: Iterable[Judged], after: Iterable[Judged], order: Sequence[str] = ()) -> Contrast:
    """Two etiquettes of a brand on the same posts; of a post that was edited, its last words count.

    `order` are the names of the new etiquette's rules, as they stand.
    """
    old = {one.post: one for one in before if one.brand == brand}
    new = {one.post: one for one in after if one.brand == brand}
    pairs = [(one, new.get(post) or _silent(one)) for post, one in old.items()]
    return Contrast(
        brand=brand,
        mentions=len(pairs),
        before=_side([one for one, _ in pairs], order),
        after=_side([other for _, other in pairs], order),
        turns=tuple(_turns(pairs)),
        expected=tuple(_expected(pairs)),
        renamed=sum(_same(a, b) and a.decision.rule != b.decision.rule for a, b in pairs),
    )


def told(found: Contrast) -> dict[str, Any]:
    """Two etiquettes beside one another, as scripts read it: each pair is before and after."""
    before, after = found.before, found.after
    desks = sorted({*before.desks, *after.desks})
    return {
        "mentions": found.mentions,
        "changed": found.changed,
        "renamed": found.renamed,
        "cases": [before.cases, after.cases],
        "approvals": [before.approvals, after.approvals],
        "uninvited": [before.uninvited, after.uninvited],
        "actions": {str(action): [before.actions[action], after.actions[action]] for action in Action},
        "desks": {desk: [before.desks.get(desk, 0), after.desks.get(desk, 0)] for desk in desks},
        "rules": [{"rule": rule, "action": str(then), "decided": [old, new]} for rule, then, old, new in found.rules],
        "expected": [
            {"figure": one.figure.name, "percent": one.figure.percent, "what": one.what, "of": one.of,
             "met": [one.before, one.after]}
            for one in found.expected
        ],
    }  # fmt: skip


def _silent(one: Judged) -> Judged:
    return Judged(post=one.post, brand=one.brand, decision=NONE_FITS)


def _same(one: Judged, other: Judged) -> bool:
    """Whether both come to the same: the action, and where it reaches somebody, whom, and how many must approve."""
    a, b = one.decision, other.decision
    return a.action is b.action and (a.action is Action.SILENCE or (a.desk, a.approve) == (b.desk, b.approve))


def _side(found: Sequence[Judged], order: Sequence[str]) -> Side:
    reaching = [one for one in found if one.reaches]
    counted = Counter((one.decision.rule, one.decision.action) for one in found)
    places = {name: place for place, name in enumerate(order)}
    rules = sorted(counted, key=lambda rule: (places.get(rule[0], len(places)), rule))
    return Side(
        actions=_all_actions(found),
        desks=dict(sorted(Counter(one.decision.desk for one in reaching).items())),
        rules={rule: counted[rule] for rule in rules},
        approvals=sum(one.decision.approve for one in reaching),
        uninvited=sum(not one.addressed for one in reaching),
    )


def _all_actions(found: Sequence[Judged]) -> dict[Action, int]:
    counted = Counter(one.decision.action for one in found)
    return {action: counted[action] for action in Action}


def _turns(pairs: Sequence[tuple[Judged, Judged]]) -> list[Turn]:
    """The kinds of change, the most frequent first. What a network adds to a rule's reason makes no other kind."""
    kinds: dict[tuple[object, ...], list[tuple[Judged, Judged]]] = {}
    for one, other in pairs:
        if not _same(one, other):
            kinds.setdefault((*_kind(one.decision), *_kind(other.decision)), []).append((one, other))
    turns = [
        Turn(
            old=found[0][0].decision,
            new=found[0][1].decision,
            posts=tuple(one.post for one, _ in found),
        )
        for found in kinds.values()
    ]
    return sorted(turns, key=lambda turn: -turn.count)


def _kind(decision: Decision) -> tuple[object, ...]:
    return decision.action, decision.rule, decision.desk, decision.approve


def _expected(pairs: Sequence[tuple[Judged, Judged]]) -> list[Expected]:
    """What the study says that people expect, each with the posts that it is about."""
    asks: tuple[tuple[str, str, Callable[[Judged], bool], Callable[[Judged], bool]], ...] = (
        ("when-spoken-to", "said to us, and a person sees it", lambda one: one.addressed, lambda one: one.reaches),
        ("answer-complaints", "complaints that a person sees", lambda one: one.complaint, lambda one: one.reaches),
        (
            "answer-praise", "praise said to us that a person sees",
            lambda one: one.praise and one.addressed, lambda one: one.reaches,
        ),
        (
            "unheard", "not said to us, and left alone",
            lambda one: not one.addressed, lambda one: not one.reaches,
        ),
        (
            "intrusive", "complaints and unkind words to us, of which two people look at the answer",
            lambda one: one.addressed and (one.complaint or one.negative), _is_careful,
        ),
    )  # fmt: skip
    return [
        Expected(
            figure=figure(name),
            what=what,
            of=sum(concerns(one) for one, _ in pairs),
            before=sum(concerns(one) and does(one) for one, _ in pairs),
            after=sum(concerns(one) and does(other) for one, other in pairs),
        )
        for name, what, concerns, does in asks
    ]


def _is_careful(one: Judged) -> bool:
    """Whether an answer takes two people, or is for people who are trained for it."""
    decision = one.decision
    return decision.action is Action.HANDOVER or (one.reaches and decision.approve >= CAREFUL)
