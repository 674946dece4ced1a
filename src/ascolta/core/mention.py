"""hear(): match → consent → label → decide, on a batch, without touching anything."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ascolta.core.brand import Brand, Retention, StoredQuery
from ascolta.core.case import Content, NewCase, content_of
from ascolta.core.challenge import QUERY, SHOWED_THE_CODE, answers
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
from ascolta.core.etiquette import ASKED_TO_STOP, Action, Decision, Etiquette
from ascolta.core.label import Ask, Labels, says
from ascolta.core.match import Matcher
from ascolta.core.platform import shortened
from ascolta.core.post import Actor, Batch, Event, EventKind, Post, written_at
from ascolta.core.query import Field, any_of
from ascolta.core.quiet import region_of
from ascolta.core.removal import Effect as Effect
from ascolta.core.removal import Removal as Removal
from ascolta.core.spoken import placed
from ascolta.core.streams import streams
from ascolta.core.text import fold
from ascolta.core.view import View

TICK = 300
"""Seconds that one count covers."""

"""What the detector watches. Beside these, counts are kept of what was addressed and of each action."""

SEALED_SHOWS = frozenset({"complaint", "polarity", "topic", "language"})
"""The labels that a sealed case keeps: enough to tell what it is about, nothing about who."""

CODES = ("", "codes")
"""The key of the query that finds opt-out codes, whichever brand is spoken of; no brand is called so."""

LabelBatch = Callable[[Sequence[Ask]], list[Labels]]
CountKey = tuple[str, str, int]
"""Brand, stream, and the start of the tick in seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
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
    by_brand: dict[str, Counter[str]] = field(default_factory=dict)

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


class Brands:
    """Brands ready to hear: their queries in one index, and the labellers that they share. `tier` as for Matcher."""

    def __init__(self, brands: Sequence[Brand], label: LabelBatch, tier: str | None = None) -> None:
        self.by_id = {brand.id: brand for brand in brands}
        self.label = label
        queries = {(brand.id, stored.name): stored.find for brand in brands for stored in brand.queries}
        given = {(brand.id, ""): any_of([Field("brand", said) for said in sorted(brand.called)]) for brand in brands}
        self.matcher = Matcher({**queries, **given, CODES: QUERY}, tier)

    def __iter__(self) -> Iterator[Brand]:
        return iter(self.by_id.values())

    def renew(self, brand: str, queries: tuple[StoredQuery, ...]) -> int:
        """From the next batch on, hear a brand by other queries; how many were put, changed or dropped."""
        now = {stored.name: stored.find for stored in queries}
        before = {stored.name: stored.find for stored in self.by_id[brand].queries}
        changed = [name for name, find in now.items() if before.get(name) != find]
        gone = before.keys() - now.keys()
        for name in changed:
            self.matcher.put((brand, name), now[name])
        for name in gone:
            self.matcher.drop((brand, name))
        self.by_id[brand] = replace(self.by_id[brand], queries=queries)
        return len(changed) + len(gone)

    def amend(self, brand: str, etiquette: Etiquette) -> bool:
        """From the next batch on, decide by another etiquette; whether it is another one."""
        before = self.by_id[brand]
        self.by_id[brand] = replace(before, etiquette=etiquette)
        return before.etiquette != etiquette


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that a brand's queries found."""

    row: int
    brand: Brand
    queries: tuple[str, ...]
    view: View
    event: Event


def hear(batch: Batch, brands: Brands, known: Known) -> Heard:
    """What comes of a batch: which posts concern which brand, who may be heard, what they say, what is to be done."""
    found, shown = _match(batch, brands)
    said = brands.label([asking(item.view.post, item.brand) for item in found])
    labels = [placed(given, item.view.post, item.brand) for given, item in zip(said, found, strict=True)]
    by_row: dict[int, list[tuple[_Found, Labels]]] = {}
    for item, given in zip(found, labels, strict=True):
        by_row.setdefault(item.row, []).append((item, given))
    hearing = _Hearing(batch, known, shown)
    columns = batch.columns
    hearing.tally.posts, hearing.newest = len(batch.events) - len(columns.special), columns.newest
    for row in sorted({*by_row, *columns.special, *shown}):
        hearing.take(row, by_row.get(row, []))
    return hearing.heard()


def _match(batch: Batch, brands: Brands) -> tuple[list[_Found], frozenset[int]]:
    """What the brands' queries found, and the rows in which an opt-out code may stand."""
    found, shown = [], set()
    for row, view, keys in brands.matcher.match(batch):
        names: dict[str, list[str]] = {}
        for brand_id, query in keys:
            if brand_id:
                names.setdefault(brand_id, []).append(query or "brand")
            else:
                shown.add(row)
        author = fold(view.post.attributed_to.handle).lstrip("@")
        for brand_id, queries in names.items():
            brand = brands.by_id[brand_id]
            if author not in brand.handles:
                found.append(_Found(row, brand, tuple(queries), view, batch.events[row]))
    return found, frozenset(shown)


def asking(post: Post, brand: Brand) -> Ask:
    """What labellers are asked about a post that a brand's queries found."""
    return Ask(
        text=post.content,
        handles=brand.handles,
        names=brand.spoken,
        language=post.language,
        is_reply=post.in_reply_to is not None,
        topics=brand.topics,
        lines=brand.lines,
    )


class _Hearing:
    """One batch being heard, event by event, so that a refusal holds from the moment it arrives."""

    def __init__(self, batch: Batch, known: Known, shown: frozenset[int]) -> None:
        self.batch, self.known, self.shown = batch, known, shown
        self.acts: list[Mention | Removal] = []
        self.counts: Counter[CountKey] = Counter()
        self.tally = Tally()
        self.refused: dict[tuple[str, str], bool] = {}
        self.newest = 0.0

    def take(self, row: int, found: list[tuple[_Found, Labels]]) -> None:
        """One event, with what the brands' queries found in it."""
        event = self.batch.events[row]
        if event.kind is EventKind.REMOVED:
            self._remove(Removal(network=event.network, post_id=event.post_id, why="the post was removed"))
        elif event.actor is not None:
            self._actor_changed(event.network, event.actor)
        elif event.post is not None and row in self.shown and answers(event.post, self.known, self.known.asked):
            self._refuse(event.post.network, event.post.attributed_to, SHOWED_THE_CODE, Effect.STOP)
        elif event.post is not None:
            self._said(event, event.post, found)

    def _said(self, event: Event, post: Post, found: list[tuple[_Found, Labels]]) -> None:
        """A post as it stands now. An edit that takes it out of what may be heard takes its cases with it."""
        before = len(self.acts)
        still = tuple(item.brand.id for item, labels in found if self._mention(item, labels))
        if event.kind is EventKind.EDITED:
            edit = Removal(network=event.network, post_id=post.id, why="edited", still=still, edited=True)
            self.acts.insert(before, edit)

    def heard(self) -> Heard:
        """Everything that came of the batch."""
        return Heard(
            acts=tuple(self.acts),
            counts=self.counts,
            tally=self.tally,
            after=self.batch.after,
            cursor=self.batch.cursor,
            arrived=self.batch.arrived,
            newest=self.newest,
        )

    def _mention(self, item: _Found, labels: Labels) -> bool:
        """One brand's mention; a post whose author refused and did not speak to us is forgotten instead."""
        post = item.view.post
        addressed = says(labels, "addressed", "yes")
        stop = (addressed or post.in_reply_to is not None) and says_stop(post.content, item.brand.spoken)
        leave = self._heed(item)
        edited = item.event.kind is EventKind.EDITED
        if not (leave.hears or addressed or stop):
            self.tally.forgotten += not edited
            return False
        mention = Mention(
            brand=item.brand.id,
            post=post,
            queries=item.queries,
            labels=labels,
            decision=ASKED_TO_STOP if stop else permitted(self._decide(item, labels), leave, addressed=addressed),
            retention=shortened(item.brand.retention, post.network),
            own=item.brand.handles,
            edited=edited,
            superseded=item.event.superseded,
            refused=not leave.hears,
            forbids=Consent(forbids=EVERYTHING).told if stop else leave.told,
        )
        self.acts.append(mention)
        if not edited:
            self._count(mention)
        if stop:
            self._refuse(post.network, post.attributed_to, "the person asked us to stop", Effect.STOP)
        return True

    def _heed(self, item: _Found) -> Consent:
        """What author and post forbid. Somebody who blocks us is left alone for good."""
        post, actor = item.view.post, item.view.post.attributed_to
        named = post.policy is not None and not item.view.handles.isdisjoint(item.brand.handles)
        refused = self._has_refused(post.network, actor)
        found = heed(post, self.known, arrived=self.batch.arrived, named=named, refused=refused)
        if actor.blocked_by is True and not (refused or self.known.has_stopped(post.network, actor)):
            self._refuse(post.network, actor, found.why[0], Effect.STOP)
        return found

    def _decide(self, item: _Found, labels: Labels) -> Decision:
        post = item.view.post
        answered = self.known.has_answer(item.brand.id, post.network, post.attributed_to)
        states = {"author": frozenset({"answered"} if answered else ())}
        return decided(item.brand, item.view.labelled(labels, states))

    def _count(self, mention: Mention) -> None:
        action = str(mention.decision.action)
        self.tally.mentions += 1
        self.tally.decisions[action] += 1
        self.tally.by_brand.setdefault(mention.brand, Counter())[action] += 1
        if mention.refused:
            return
        tick = int(written_at(mention.post.published, self.batch.arrived) // TICK * TICK)
        for stream in ("all", action, *streams(mention.labels)):
            self.counts[mention.brand, stream, tick] += 1

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
