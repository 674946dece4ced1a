"""The store's twin in memory: plain values, the same promises, nothing at rest."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ascolta.core.alert import AlertChange
from ascolta.core.case import (
    TWO,
    Case,
    CaseEvent,
    CaseKind,
    Content,
    NewCase,
    Place,
    Status,
    fold,
    refuse_holding,
    refuse_now,
    still_here,
)
from ascolta.core.consent import Known
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.mention import CountKey, Effect, Heard, Mention, Removal
from ascolta.core.person import Person, Standing, named
from ascolta.core.piles import Lot, SavedView, Turned, Wanted
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import CaseError, StoreError
from ascolta.ports import Journal
from ascolta.stores import acts, held
from ascolta.stores.alike import ANSWERED, ANSWERED_FOR, REFUSED, STOPPED, Gone, still_counts
from ascolta.stores.held import Held, erased, start


class MemoryStore:
    """Everything in dictionaries."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.journal = journal
        self._cursors: dict[str, tuple[str, float]] = {}
        self._counts: Counter[CountKey] = Counter()
        self._held: dict[int, Held] = {}
        self._of_post: dict[tuple[str, str, str], int] = {}
        self._replies: dict[int, Reply] = {}
        self._sent_at: dict[int, float] = {}
        self._vigils: dict[str, str] = {}
        self._alerts: list[AlertChange] = []
        self._paused: dict[str, str] = {}
        self._known = Known(key=os.urandom(32))
        self._answered_at: dict[tuple[str, bytes], float] = {}
        self._gone = Gone()
        self._next = 1
        self._views: dict[tuple[str, str], SavedView] = {}

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
        return self._cursors.get(source, ("", 0.0))[0]

    def heard_last(self, source: str) -> float:
        """When a source was heard last, in seconds since 1970 UTC; 0 if it never was."""
        return self._cursors.get(source, ("", 0.0))[1]

    def rewind(self, *sources: str) -> None:
        """Forget how far these sources were heard."""
        for source in sources:
            self._cursors.pop(source, None)

    def known(self) -> Known:
        """What is remembered of people, as keyed tags."""
        return replace(self._known, answered=frozenset(self._answered_at))

    def keep(self, source: str, heard: Heard) -> None:
        """Keep all that a batch calls for and move the cursor, or nothing of it."""
        if self.cursor(source) != heard.after:
            raise StoreError(
                f"the cursor of '{source}' was moved by another listener on this store; stop one of the two"
            )
        for act in heard.acts:
            if isinstance(act, Removal):
                self._told(acts.gone(Kind.REMOVED, self._remove(act), heard.arrived))
            elif act.opens_case:
                self._open(act, heard.arrived)
            elif act.edited:
                erased = self._erase(self._cases_of(act.post.network, act.post.id, act.brand))
                self._told(acts.gone(Kind.REMOVED, erased, heard.arrived))
        self._counts.update(heard.counts)
        self._cursors[source] = heard.cursor, heard.arrived
        self._told(acts.heard(heard))

    def cases(self, brand: str = "") -> list[Case]:
        """The cases of a brand (of all, if empty), newest first."""
        return [held.case for _, held in sorted(self._held.items(), reverse=True) if brand in ("", held.new.brand)]

    def case(self, number: int) -> Case | None:
        """One case; None if there is none, or no more."""
        held = self._held.get(number)
        return held.case if held else None

    def listed(self, wanted: Wanted) -> list[Turned]:
        """Some cases by their turn, without words, draft and events."""
        return held.listed(self._held.values(), wanted)

    def tallied(self, wanted: Wanted) -> int:
        """How many cases are asked for, wherever the page begins."""
        return held.tallied(self._held.values(), wanted)

    def stock(self, late: float = 0.0, unseen: float = 0.0) -> list[Lot]:
        """How many cases are kept, by brand, state and rule, whether or not they are listed."""
        return held.stock(self._held.values(), late, unseen)

    def some(self, numbers: Sequence[int]) -> list[Case]:
        """These cases in full, in this order; what is gone is left out."""
        return [self._held[number].case for number in numbers if number in self._held]

    def rouse(self, at: float, *, anew: bool = False) -> list[Case]:
        """Wake what slept long enough; the cases whose turn is not known (`anew`: all that wait)."""
        return held.rouse(self._held.values(), at, anew=anew)

    def rank(self, turns: Mapping[int, float]) -> None:
        """Say the turns of cases (core.piles.turn)."""
        held.rank(self._held, turns)

    def sign(self, at: float) -> str:
        """A value that changes whenever a case does or is overdue, and when somebody begins or ends to write."""
        return held.sign(self._held, at)

    def views(self) -> list[SavedView]:
        """The saved searches, by desk and name."""
        return [view for _, view in sorted(self._views.items())]

    def save_view(self, view: SavedView) -> None:
        """Keep a search in place of the one of this name and desk."""
        self._views[view.desk, view.name] = view
        self._told([acts.plain(Kind.CONFIGURED, view.at, rule="saved-view")])

    def drop_view(self, name: str, desk: str, at: float) -> None:
        """Keep a search no longer."""
        self._views.pop((desk, name), None)
        self._told([acts.plain(Kind.CONFIGURED, at, rule="saved-view")])

    def place(self, number: int) -> Place | None:
        """Where the post of a case stands on its network; None if there is no such case."""
        held = self._held.get(number)
        return held.place if held else None

    def places(self, unseen_since: float) -> list[Place]:
        """Where those posts stand that were not seen to stand since a time, oldest case first."""
        return [held.place for _, held in sorted(self._held.items()) if held.checked < unseen_since]

    def seen(self, number: int, at: float, forbids: Sequence[str]) -> None:
        """That the post of a case was seen to stand at a time, and what it and its author forbid."""
        held = self._held.get(number)
        if held is not None:
            held.checked, held.start = at, replace(held.start, forbids=tuple(forbids))

    def record(self, number: int, event: CaseEvent, content: Content | None = None) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved."""
        held = still_here(self._held.get(number), number)
        self._refuse_while_sending(number)
        before = held.case
        after = fold(before, [event])
        refuse_now(before, event, content)
        if content is not None:
            held.content, held.checked = content, event.at
        if event.kind is CaseKind.OPENED:
            held.needs(TWO)
        held.events = (*held.events, event)
        if event.kind is CaseKind.DRAFTED:
            held.start = replace(held.start, writer="", writer_until=0.0)
        if before.status is not Status.SEALED or after.status is not before.status:
            held.expires = event.at + held.new.term
        if event.kind in (CaseKind.DRAFTED, CaseKind.RESOLVED, CaseKind.OPENED):
            self._withdraw(number)
        text = after.draft if event.kind is CaseKind.APPROVED else ""
        told = [acts.done(erased(held), event, self._known.key, text)]
        self._told([*told, *acts.overridden(erased(held), event, self._known.key)])
        if after.status is Status.APPROVED and event.kind is CaseKind.APPROVED:
            self._replies[number] = held.answer(self._known, event.at)
        return held.case

    def hold(self, number: int, by: str, at: float, until: float) -> None:
        """That somebody writes the answer of a case, alone, until a time; a time that is over lets it go."""
        held = still_here(self._held.get(number), number)
        refuse_holding(held.case, by, at)
        self._refuse_while_sending(number)
        writer = (by, until) if until > at else ("", 0.0)
        held.start = replace(held.start, writer=writer[0], writer_until=writer[1])

    def drafted(self, brand: str, but: int = 0, most: int = 5) -> list[CaseEvent]:
        """The last drafts of a brand in other cases than one, the newest last."""
        cases = (held for number, held in self._held.items() if held.new.brand == brand and number != but)
        found = (event for held in cases for event in held.events if event.kind is CaseKind.DRAFTED)
        return sorted(found, key=lambda event: event.at)[-most:]

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come; how many."""
        self._answered_at = {who: when for who, when in self._answered_at.items() if when >= at - ANSWERED_FOR}
        due = [number for number, held in self._held.items() if held.expires <= at]
        self._told(acts.gone(Kind.EXPIRED, self._erase(due), at))
        return len(due)

    def forget(self, removal: Removal, at: float) -> int:
        """Forget a post or a person because somebody asked for it; how many cases went."""
        gone: list[acts.Erased] = []
        for key in ("",) if removal.post_id else named(removal.actor):
            if removal.effect is Effect.WELCOME:
                tag = self._known.tag(removal.network, key)
                self._known = replace(self._known, stopped=self._known.stopped - {tag})
            gone += self._remove(replace(removal, actor=key))
        self._told(acts.gone(Kind.ERASED, gone, at))
        return len(gone)

    def person(self, network: str, account: str) -> Person:
        """All that is held of an account, named by its id or its handle."""
        keys = named(account)
        cases = tuple(self._held[number].case for number in sorted(self._cases_by(network, *keys), reverse=True))
        tags = {self._known.tag(network, key) for key in keys}
        answered = ((ANSWERED, brand, at) for (brand, tag), at in self._answered_at.items() if tag in tags)
        refused = ((REFUSED, "", 0.0) for tag in tags & self._known.refused)
        stopped = ((STOPPED, "", 0.0) for tag in tags & self._known.stopped)
        standings = [Standing(standing=s, brand=b, since=at) for s, b, at in (*answered, *refused, *stopped)]
        return Person(network=network, account=account, cases=cases, standings=tuple(standings))

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick; ticks without any are left out."""
        return self.series(brand, [stream], since, until)[stream]

    def series(self, brand: str, streams: Sequence[str], since: int, until: int) -> dict[str, dict[int, int]]:
        """The counts of several streams at once."""
        found = sorted((t, s, n) for (b, s, t), n in self._counts.items() if b == brand and since <= t < until)
        return {stream: {tick: n for tick, s, n in found if s == stream} for stream in streams}

    def totals(self, brand: str) -> dict[str, int]:
        """The whole of each stream of a brand's counts."""
        streams = sorted({stream for whose, stream, _ in self._counts if whose == brand})
        return {s: sum(found.values()) for s, found in self.series(brand, streams, 0, 1 << 60).items()}

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        ticks = [tick for b, _, tick in self._counts if b == brand]
        return (min(ticks), max(ticks)) if ticks else None

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers; empty at first."""
        state: dict[str, Any] = json.loads(self._vigils.get(brand, "{}"))
        return state

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange], after: int = -1) -> bool:
        """Keep what a detector remembers, and its changes; False if it was `seen` until another time than `after`."""
        if after >= 0 and after != json.loads(self._vigils.get(brand, "{}")).get("seen", 0):
            return False
        self._vigils[brand] = json.dumps(state)
        self._alerts.extend(changes)
        self._told(acts.plain(Kind.ALERTED, change.at, brand, str(change.new)) for change in changes)
        return True

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        return [change for change in self._alerts if change.brand == brand]

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        found = (reply for reply in self._replies.values() if reply.state in states)
        return sorted(found, key=lambda reply: (reply.approved, reply.case))

    def claim(self, key: str, at: float = 0.0) -> Reply | None:
        """Approved → sending at a time; None if somebody else was faster, or is writing it anew."""
        for number, reply in self._replies.items():
            if reply.key == key and reply.state is ReplyState.APPROVED and not self._held[number].start.writing(at):
                claimed = replace(reply, state=ReplyState.SENDING, tries=reply.tries + 1, since=at)
                self._replies[number], self._sent_at[number] = claimed, at or reply.approved
                return claimed
        return None

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason."""
        number, here = reply.case, self._replies.get(reply.case)
        if here is None or here.key != reply.key or not still_counts(here.state, state):
            return
        held = self._held[number]
        edited = held.events[-1].kind is CaseKind.OPENED and state is not ReplyState.SENT
        if edited:
            del self._replies[number]
        else:
            later = at if state is ReplyState.APPROVED else 0.0
            self._replies[number] = replace(here, state=state, not_before=later, note=note)
            self._sent_at[number] = at
        if state is ReplyState.SENT:
            self._told([acts.done(erased(held), CaseEvent(kind=CaseKind.SENT, at=at), self._known.key, reply.text)])
            held.events = (*held.events, CaseEvent(kind=CaseKind.SENT, at=at, note=note))
            if not held.place.spoke:
                self._answered_at[reply.brand, reply.to] = at
        elif state is ReplyState.FAILED:
            self._told(acts.gone(Kind.FAILED, [erased(held)], at))
        if state is ReplyState.FAILED and not edited:
            last = next(event for event in reversed(held.events) if event.kind is CaseKind.DRAFTED)
            held.events = (*held.events, replace(last, at=at, by="ascolta"))

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        return sum(
            reply.brand == brand and reply.state in (ReplyState.SENT, ReplyState.SENDING) and to in (b"", reply.to)
            for number, reply in self._replies.items()
            if self._sent_at.get(number, reply.approved) >= at
        )

    def pause(self, brand: str, why: str, at: float = 0.0) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        self._paused[brand] = why
        self._told([acts.plain(Kind.PAUSED if why else Kind.RESUMED, at, brand)])

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        return self._paused.get(brand, "")

    def close(self) -> None:
        """Nothing is left, since nothing was at rest."""

    def _open(self, mention: Mention, at: float) -> None:
        new = mention.new_case(at)
        if self._known.tag(new.network, f"post\0{new.content.post_id}") in self._gone:
            return
        opened = CaseEvent(kind=CaseKind.OPENED, at=at)
        here = self._of_post.get(_post(new))
        if here is None:
            self._of_post[_post(new)] = self._next
            began = start(self._next, new, new.sealed)
            self._held[self._next] = held = Held(new, began, (opened,), new.expires, new.content, at)
            self._told([acts.opened(erased(held), at, str(new.decision.action), new.labels)])
            self._next += 1
        elif mention.edited:
            self._reopen(here, self._held[here], new, opened)

    def _reopen(self, number: int, held: Held, new: NewCase, opened: CaseEvent) -> None:
        was_sealed = held.start.status is Status.SEALED and (new.sealed or held.case.status is not Status.SEALED)
        before = held.start
        held.new, held.content = new, new.content
        held.start = replace(start(number, new, was_sealed), writer=before.writer, writer_until=before.writer_until)
        held.needs(before.decision.approve)
        self._told([acts.done(erased(held), opened, b"")])
        held.events = (*held.events, opened)
        self._withdraw(number)

    def _remove(self, removal: Removal) -> list[acts.Erased]:
        if removal.post_id:
            brands = {brand for brand, _, _ in self._of_post} - set(removal.still)
            if not removal.edited:
                self._gone.add(self._known.tag(removal.network, f"post\0{removal.post_id}"))
            return self._erase(self._cases_of(removal.network, removal.post_id, *brands))
        tag = self._known.tag(removal.network, removal.actor)
        if removal.effect is Effect.WELCOME:
            self._known = replace(self._known, refused=self._known.refused - {tag})
            return []
        self._answered_at = {who: at for who, at in self._answered_at.items() if who[1] != tag}
        if removal.effect is Effect.REFUSE:
            self._known = replace(self._known, refused=self._known.refused | {tag})
        elif removal.effect is Effect.STOP:
            self._known = replace(self._known, stopped=self._known.stopped | {tag})
        return self._erase(self._cases_by(removal.network, removal.actor))

    def _cases_by(self, network: str, *keys: str) -> list[int]:
        found = ((number, held.new) for number, held in self._held.items())
        return [number for number, new in found if new.network == network and not set(keys).isdisjoint(new.author)]

    def _cases_of(self, network: str, post_id: str, *brands: str) -> list[int]:
        found = (self._of_post.get((brand, network, post_id)) for brand in brands)
        return [number for number in found if number is not None]

    def _erase(self, numbers: list[int]) -> list[acts.Erased]:
        gone = [erased(self._held[number]) for number in numbers]
        for number in numbers:
            del self._of_post[_post(self._held.pop(number).new)]
            self._replies.pop(number, None)
            self._sent_at.pop(number, None)
        return gone

    def _told(self, entries: Iterable[NewEntry]) -> None:
        told = list(entries)
        if told and self.journal is not None:
            self.journal.append(told)

    def _refuse_while_sending(self, number: int) -> None:
        if number in self._replies and self._replies[number].state is ReplyState.SENDING:
            raise CaseError("the answer is being sent right now; reload to see what became of it")

    def _withdraw(self, number: int) -> None:
        if number in self._replies and self._replies[number].state in (ReplyState.APPROVED, ReplyState.FAILED):
            del self._replies[number]


def _post(new: NewCase) -> tuple[str, str, str]:
    return new.brand, new.network, new.content.post_id
