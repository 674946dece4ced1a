"""The store's twin in memory: plain values, the same promises, nothing at rest."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ascolta.core.alert import AlertChange
from ascolta.core.case import Case, CaseEvent, CaseKind, NewCase, Status, fold
from ascolta.core.consent import Known
from ascolta.core.mention import CountKey, Effect, Heard, Mention, Removal
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import CaseError, StoreError
from ascolta.stores.people import ANSWERED_FOR


@dataclass(slots=True)
class _Held:
    """One case: as it was opened, and what happened since."""

    new: NewCase
    start: Case
    events: tuple[CaseEvent, ...]
    expires: float

    @property
    def case(self) -> Case:
        case = replace(fold(self.start, self.events), expires=self.expires)
        return replace(case, content=None) if case.status is Status.SEALED else case


class MemoryStore:
    """Everything in dictionaries."""

    def __init__(self) -> None:
        self._cursors: dict[str, str] = {}
        self._counts: Counter[CountKey] = Counter()
        self._held: dict[int, _Held] = {}
        self._of_post: dict[tuple[str, str, str], int] = {}
        self._replies: dict[int, Reply] = {}
        self._sent_at: dict[int, float] = {}
        self._vigils: dict[str, str] = {}
        self._alerts: list[AlertChange] = []
        self._paused: dict[str, str] = {}
        self._known = Known(key=os.urandom(32))
        self._answered_at: dict[tuple[str, bytes], float] = {}
        self._next = 1

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
        return self._cursors.get(source, "")

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
                self._remove(act)
            elif act.opens_case:
                self._open(act, heard.arrived)
            elif act.edited:
                self._erase(self._cases_of(act.post.network, act.post.id, act.brand))
        self._counts.update(heard.counts)
        self._cursors[source] = heard.cursor

    def cases(self, brand: str = "") -> list[Case]:
        """The cases of a brand (of all, if empty), newest first."""
        return [held.case for _, held in sorted(self._held.items(), reverse=True) if brand in ("", held.new.brand)]

    def case(self, number: int) -> Case | None:
        """One case; None if there is none, or no more."""
        held = self._held.get(number)
        return held.case if held else None

    def record(self, number: int, event: CaseEvent) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved."""
        held = self._held.get(number)
        if held is None:
            raise CaseError(f"case {number} is gone: it was removed, or its date has come")
        if number in self._replies and self._replies[number].state is ReplyState.SENDING:
            raise CaseError("the answer is being sent right now; reload to see what became of it")
        before = held.case
        after = fold(before, [event])
        held.events = (*held.events, event)
        if before.status is not Status.SEALED or after.status is not before.status:
            held.expires = event.at + held.new.term
        if event.kind in (CaseKind.DRAFTED, CaseKind.RESOLVED):
            self._withdraw(number)
        if after.status is Status.APPROVED:
            self._replies[number] = self._reply(number, held, event.at)
        return held.case

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come; how many."""
        self._answered_at = {who: when for who, when in self._answered_at.items() if when >= at - ANSWERED_FOR}
        due = [number for number, held in self._held.items() if held.expires <= at]
        for number in due:
            self._drop(number)
        return len(due)

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick; ticks without any are left out."""
        found = ((tick, n) for (b, s, tick), n in self._counts.items() if (b, s) == (brand, stream))
        return dict(sorted((tick, n) for tick, n in found if since <= tick < until))

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        ticks = [tick for b, _, tick in self._counts if b == brand]
        return (min(ticks), max(ticks)) if ticks else None

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers; empty at first."""
        state: dict[str, Any] = json.loads(self._vigils.get(brand, "{}"))
        return state

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange]) -> None:
        """Keep what the detector remembers together with the changes that it reported."""
        self._vigils[brand] = json.dumps(state)
        self._alerts.extend(changes)

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        return [change for change in self._alerts if change.brand == brand]

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        found = (reply for reply in self._replies.values() if reply.state in states)
        return sorted(found, key=lambda reply: (reply.approved, reply.case))

    def claim(self, key: str) -> bool:
        """Approved → sending; False if somebody else was faster."""
        for number, reply in self._replies.items():
            if reply.key == key and reply.state is ReplyState.APPROVED:
                self._replies[number] = replace(reply, state=ReplyState.SENDING, tries=reply.tries + 1)
                return True
        return False

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason."""
        number, here = reply.case, self._replies.get(reply.case)
        if here is None or here.key != reply.key:
            return
        later = at if state is ReplyState.APPROVED else 0.0
        self._replies[number] = replace(here, state=state, not_before=later, note=note)
        self._sent_at[number] = at
        held = self._held[number]
        if state is ReplyState.SENT:
            held.events = (*held.events, CaseEvent(kind=CaseKind.SENT, at=at, note=note))
            self._answered_at[reply.brand, reply.to] = at
        elif state is ReplyState.FAILED:
            held.events = (*held.events, CaseEvent(kind=CaseKind.DRAFTED, at=at, note=reply.text))

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        out = (ReplyState.SENT, ReplyState.SENDING)
        return sum(
            reply.brand == brand and reply.state in out and to in (b"", reply.to)
            for number, reply in self._replies.items()
            if self._sent_at.get(number, reply.approved) >= at
        )

    def pause(self, brand: str, why: str) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        self._paused[brand] = why

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        return self._paused.get(brand, "")

    def close(self) -> None:
        """Nothing is left, since nothing was at rest."""

    def _open(self, mention: Mention, at: float) -> None:
        new = mention.new_case(at)
        opened = CaseEvent(kind=CaseKind.OPENED, at=at)
        here = self._of_post.get(_post(new))
        if here is None:
            self._of_post[_post(new)] = self._next
            self._held[self._next] = _Held(new, _start(self._next, new, new.sealed), (opened,), new.expires)
            self._next += 1
        elif mention.edited:
            self._reopen(here, self._held[here], new, opened)

    def _reopen(self, number: int, held: _Held, new: NewCase, opened: CaseEvent) -> None:
        was_sealed = held.start.status is Status.SEALED and (new.sealed or held.case.status is not Status.SEALED)
        held.new, held.start = new, _start(number, new, was_sealed)
        held.events = (*held.events, opened)
        self._withdraw(number)

    def _remove(self, removal: Removal) -> None:
        if removal.post_id:
            brands = {brand for brand, _, _ in self._of_post} - set(removal.still)
            self._erase(self._cases_of(removal.network, removal.post_id, *brands))
            return
        tag = self._known.tag(removal.network, removal.actor)
        if removal.effect is Effect.WELCOME:
            self._known = replace(self._known, refused=self._known.refused - {tag})
            return
        self._answered_at = {who: at for who, at in self._answered_at.items() if who[1] != tag}
        if removal.effect is Effect.REFUSE:
            self._known = replace(self._known, refused=self._known.refused | {tag})
        elif removal.effect is Effect.STOP:
            self._known = replace(self._known, stopped=self._known.stopped | {tag})
        who = (removal.network, removal.actor)
        self._erase([n for n, held in self._held.items() if (held.new.network, held.new.content.author_key) == who])

    def _cases_of(self, network: str, post_id: str, *brands: str) -> list[int]:
        found = (self._of_post.get((brand, network, post_id)) for brand in brands)
        return [number for number in found if number is not None]

    def _erase(self, numbers: list[int]) -> None:
        for number in numbers:
            self._drop(number)

    def _drop(self, number: int) -> None:
        del self._of_post[_post(self._held.pop(number).new)]
        self._replies.pop(number, None)
        self._sent_at.pop(number, None)

    def _withdraw(self, number: int) -> None:
        if number in self._replies and self._replies[number].state in (ReplyState.APPROVED, ReplyState.FAILED):
            del self._replies[number]

    def _reply(self, number: int, held: _Held, at: float) -> Reply:
        case, content = held.case, held.new.content
        return Reply(
            key=f"{number:032x}",
            case=number,
            brand=case.brand,
            network=case.network,
            to_post=content.post_id,
            to=self._known.tag(case.network, content.author_key),
            text=case.draft,
            approved=at,
        )


def _post(new: NewCase) -> tuple[str, str, str]:
    return new.brand, new.network, new.content.post_id


def _start(number: int, new: NewCase, was_sealed: bool) -> Case:
    return Case(
        id=number,
        brand=new.brand,
        network=new.network,
        decision=new.decision,
        labels=new.labels,
        published=new.published,
        content=new.content,
        status=Status.SEALED if was_sealed else Status.OPEN,
    )
