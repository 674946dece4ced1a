"""hear(): match → consent → label → decide, on a batch, without touching anything."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ascolta.core.brand import Brand, Retention
from ascolta.core.case import Content, NewCase, content_of
from ascolta.core.challenge import SHOWED_THE_CODE, answers
from ascolta.core.consent import (
    EVERYTHING,
    Consent,
    Known,
    Use,
    heed,
    permitted,
    refusals,
    says_stop,
)
from ascolta.core.deciding import decided
from ascolta.core.etiquette import ASKED_TO_STOP, Action, Decision
from ascolta.core.finding import Brands as Brands
from ascolta.core.finding import Findings, Found, find
from ascolta.core.label import Labels, says
from ascolta.core.platform import shortened
from ascolta.core.post import Actor, Batch, Event, EventKind, Post, written_at
from ascolta.core.quiet import region_of
from ascolta.core.removal import Effect as Effect
from ascolta.core.removal import Removal as Removal
from ascolta.core.streams import streams
from ascolta.core.view import View

TICK = 300
"""Seconds that one count covers."""

"""What the detector watches. Beside these, counts are kept of what was addressed and of each action."""

SEALED_SHOWS = frozenset({"complaint", "polarity", "topic", "language"})
"""The labels that a sealed case keeps: enough to tell what it is about, nothing about who."""

CountKey = tuple[str, str, int]
"""Brand, stream, and the start of the tick in seconds since 1970 UTC."""


class Mention(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A post that a brand's queries found: one per post and brand, however many queries found it.

    `superseded`: it was removed or edited before it reached us, so it counts as said and opens no case.
    `refused`: its author does not want to be listened to, but spoke to us. `own`: the brand's accounts.
    `forbids`: what its author or the post itself forbids (core.consent.Use), though it may be answered.
    """

    brand: str
    post: Post
    queries: tuple[str, ...]
    labels: Labels
    decision: Decision
    retention: Retention
    own: tuple[str, ...] = ()
    edited: bool = False
    superseded: bool = False
    refused: bool = False
    forbids: tuple[str, ...] = ()

    @property
    def opens_case(self) -> bool:
        """Whether the desk gets to see anything of it."""
        return self.decision.action is not Action.SILENCE and not self.superseded

    @property
    def counted_author(self) -> bool:
        """Whether its author counts in the figures of authors who spoke."""
        return not self.edited and not self.refused and Use.AUTHOR not in self.forbids

    def new_case(self, opened: float) -> NewCase:
        """The case that this mention opens at a time; a complaint that was not said to us is sealed."""
        sealed = self.decision.action is Action.CARE
        hours = self.retention.sealed_hours if sealed else self.retention.open_hours
        post = self.post
        published = opened if post.published is None else post.published
        return NewCase(
            brand=self.brand,
            network=post.network,
            decision=self.decision,
            labels=(
                *((label.name, label.value) for label in self.labels if not sealed or label.name in SEALED_SHOWS),
                *(() if sealed else self._region()),
            ),
            content=Content(text="", post_id=post.id) if sealed else self._content(),
            author=post.attributed_to.keys,
            sealed=sealed,
            published=published // 3600 * 3600 if sealed else published,
            opened=opened,
            expires=opened + hours * 3600,
            term=self.retention.resolved_hours * 3600,
            forbids=self.forbids,
        )

    def _content(self) -> Content:
        return content_of(self.post, self.own, self._language())

    def _region(self) -> tuple[tuple[str, str], ...]:
        """Where its author lives, as far as the network's language tag says: whom we answer is left to sleep."""
        region = region_of(self.post.language, self._language())
        return (("region", region),) if region else ()

    def _language(self) -> str | None:
        return next((label.value for label in self.labels if label.name == "language"), None)


@dataclass(slots=True)
class Tally:
    """What happened to a batch, in numbers only."""

    posts: int = 0
    mentions: int = 0
    forgotten: int = 0
    removals: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    by_brand: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def __add__(self, other: "Tally") -> "Tally":
        brands = self.by_brand.keys() | other.by_brand.keys()
        return Tally(
            posts=self.posts + other.posts,
            mentions=self.mentions + other.mentions,
            forgotten=self.forgotten + other.forgotten,
            removals=self.removals + other.removals,
            decisions=self.decisions + other.decisions,
            by_brand={b: self.by_brand.get(b, Counter()) + other.by_brand.get(b, Counter()) for b in sorted(brands)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a batch. `acts` holds mentions and removals in the order in which they arrived."""

    acts: tuple[Mention | Removal, ...] = ()
    counts: Counter[CountKey] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    after: str = ""
    cursor: str = ""
    arrived: float = 0.0
    newest: float = 0.0

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions only."""
        return tuple(act for act in self.acts if isinstance(act, Mention))


def hear(batch: Batch, brands: Brands, known: Known) -> Heard:
    """What comes of a batch: which posts concern which brand, who may be heard, what they say, what is to be done."""
    return judge(find(batch, brands), brands, known)


def judge(findings: Findings, brands: Brands, known: Known) -> Heard:
    """What comes of what was found: one event after the other, since what one of them says may forbid the next."""
    hearing = _Hearing(findings, brands, known)
    for row in sorted(findings.events):
        hearing.take(row, findings.events[row])
    return hearing.heard()


class _Hearing:
    """One batch being heard, event by event, so that a refusal holds from the moment it arrives."""

    def __init__(self, findings: Findings, brands: Brands, known: Known) -> None:
        self.findings, self.brands, self.known = findings, brands, known
        self.acts: list[Mention | Removal] = []
        self.counts: Counter[CountKey] = Counter()
        self.tally = Tally(posts=findings.posts)
        self.refused: dict[tuple[str, str], bool] = {}

    def take(self, row: int, event: Event) -> None:
        """One event, with what the brands' queries found in it."""
        if event.kind is EventKind.REMOVED:
            self._remove(Removal(network=event.network, post_id=event.post_id, why="the post was removed"))
        elif event.actor is not None:
            self._actor_changed(event.network, event.actor)
        elif event.post is not None and self._shows_a_code(row, event.post):
            self._refuse(event.post.network, event.post.attributed_to, SHOWED_THE_CODE, Effect.STOP)
        elif event.post is not None:
            self._said(event, event.post, self.findings.found.get(row, ()))

    def _shows_a_code(self, row: int, post: Post) -> bool:
        return row in self.findings.shown and answers(post, self.known, self.known.asked)

    def _said(self, event: Event, post: Post, found: Sequence[Found]) -> None:
        """A post as it stands now. An edit that takes it out of what may be heard takes its cases with it."""
        before = len(self.acts)
        still = tuple(item.brand for item in found if self._mention(event, item))
        if event.kind is EventKind.EDITED:
            edit = Removal(network=event.network, post_id=post.id, why="edited", still=still, edited=True)
            self.acts.insert(before, edit)

    def heard(self) -> Heard:
        """Everything that came of the batch."""
        return Heard(
            acts=tuple(self.acts),
            counts=self.counts,
            tally=self.tally,
            after=self.findings.after,
            cursor=self.findings.cursor,
            arrived=self.findings.arrived,
            newest=self.findings.newest,
        )

    def _mention(self, event: Event, item: Found) -> bool:
        """One brand's mention; a post whose author refused and did not speak to us is forgotten instead."""
        post, brand = item.view.post, self.brands.by_id[item.brand]
        addressed = says(item.labels, "addressed", "yes")
        stop = (addressed or post.in_reply_to is not None) and says_stop(post.content, brand.spoken)
        leave = self._heed(item.view, brand)
        edited = event.kind is EventKind.EDITED
        if not (leave.hears or addressed or stop):
            self.tally.forgotten += not edited
            return False
        mention = Mention(
            brand=brand.id,
            post=post,
            queries=item.queries,
            labels=item.labels,
            decision=ASKED_TO_STOP if stop else permitted(self._decide(item, brand), leave, addressed=addressed),
            retention=shortened(brand.retention, post.network),
            own=brand.handles,
            edited=edited,
            superseded=event.superseded,
            refused=not leave.hears,
            forbids=Consent(forbids=EVERYTHING).told if stop else leave.told,
        )
        self.acts.append(mention)
        if not edited:
            self._count(mention)
        if stop:
            self._refuse(post.network, post.attributed_to, "the person asked us to stop", Effect.STOP)
        return True

    def _heed(self, view: View, brand: Brand) -> Consent:
        """What author and post forbid. Somebody who blocks us is left alone for good."""
        post, actor = view.post, view.post.attributed_to
        named = post.policy is not None and not view.handles.isdisjoint(brand.handles)
        refused = self._has_refused(post.network, actor)
        found = heed(post, self.known, arrived=self.findings.arrived, named=named, refused=refused)
        if actor.blocked_by is True and not (refused or self.known.has_stopped(post.network, actor)):
            self._refuse(post.network, actor, found.why[0], Effect.STOP)
        return found

    def _decide(self, item: Found, brand: Brand) -> Decision:
        post = item.view.post
        answered = self.known.has_answer(brand.id, post.network, post.attributed_to)
        states = {"author": frozenset({"answered"} if answered else ())}
        return decided(brand, item.view.labelled(item.labels, states))

    def _count(self, mention: Mention) -> None:
        action = str(mention.decision.action)
        self.tally.mentions += 1
        self.tally.decisions[action] += 1
        self.tally.by_brand[mention.brand][action] += 1
        if mention.refused:
            return
        tick = int(written_at(mention.post.published, self.findings.arrived) // TICK * TICK)
        counts, brand = self.counts, mention.brand
        for stream in ("all", action, *streams(mention.labels)):
            key = (brand, stream, tick)
            counts[key] = counts.get(key, 0) + 1

    def _has_refused(self, network: str, actor: Actor) -> bool:
        """Whether the profile refused, by the last event of this batch that was about it or by what is remembered."""
        if self.refused:
            changed = [self.refused[network, key] for key in actor.keys if (network, key) in self.refused]
            if changed:
                return any(changed)
        return self.known.has_refused(network, actor)

    def _actor_changed(self, network: str, actor: Actor) -> None:
        why = refusals(actor, network)
        if why:
            blocked = actor.blocked_by is True
            self._refuse(network, actor, why[0], Effect.STOP if blocked else Effect.REFUSE)
            return
        for key in actor.keys:
            self.refused[network, key] = False
            welcome = Removal(network=network, actor=key, why="the profile allows it", effect=Effect.WELCOME)
            self.acts.append(welcome)

    def _refuse(self, network: str, actor: Actor, why: str, effect: Effect) -> None:
        self.refused[network, actor.key] = True
        self.tally.removals += 1
        self._leave(network, actor, why, effect)

    def _leave(self, network: str, actor: Actor, why: str, effect: Effect) -> None:
        """Take out all of a person, by every name that is known of them.

        A refusal is remembered by the id alone, for a handle may go to somebody else; a stop by all names.
        """
        for key in actor.keys:
            own = effect if key == actor.key or effect is Effect.STOP else Effect.FORGET
            self.acts.append(Removal(network=network, actor=key, why=why, effect=own))

    def _remove(self, removal: Removal) -> None:
        self.acts.append(removal)
        self.tally.removals += 1
