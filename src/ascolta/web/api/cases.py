"""Cases over the API: the list, one of them, writing, checking, approving, and all else that people do on a case."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ascolta.afresh import reveal, unseal
from ascolta.answering import ALONE, approve, findings, lately, offered, save
from ascolta.core.case import ANSWERABLE, Case, CaseEvent, CaseKind, awake
from ascolta.core.piles import Pile
from ascolta.core.scopes import Scope
from ascolta.core.speaking import verdict
from ascolta.errors import CaseError
from ascolta.web.api import asks, shapes
from ascolta.web.api.floor import Caller, Calling, Floor
from ascolta.web.api.problem import Problem
from ascolta.web.api.reads import finding, receipt, row, whole
from ascolta.web.api.shapes import Number, Version, moment
from ascolta.web.chosen import Chosen, carry_out
from ascolta.web.listing import Seeking, place_of


def add_cases(api: APIRouter, floor: Floor) -> None:
    """The routes of cases."""
    _add_reading(api, floor)
    _add_offers(api, floor)
    _add_writing(api, floor)
    _add_approving(api, floor)
    _add_opening(api, floor)
    _add_standing(api, floor)


def _add_reading(api: APIRouter, floor: Floor) -> None:
    @api.get("/cases", response_model=shapes.Found, tags=["cases"])
    def list_cases(
        who: Calling,
        find: shapes.Find = "",
        pile: Annotated[Pile, Query(description="What waits, sleeps, is sealed, or is done.")] = Pile.WAITING,
        after: shapes.After = "",
    ) -> shapes.Found:
        """A page of the list, what is due next first; searched in the query language."""
        mark = place_of(after)
        if after and mark is None:
            raise Problem(422, "query.after: take `next` of the page before as it is")
        found = floor.cases.look(Seeking(find=find, pile=pile, after=mark), who.member.name)
        if found.error is not None:
            raise Problem(422, f"query.find: {found.error}", column=found.error.column)
        now = floor.clock()
        return shapes.Found(
            cases=[shapes.Row(**row(floor, one.case, now)) for one in found.rows],
            next=found.more or None,
            piles=dict(found.piles),
            looked_at=found.bound or None,
        )

    @api.get("/cases/{number}", response_model=shapes.Case, tags=["cases"])
    def read_case(number: Number, response: Response) -> shapes.Case:
        """One case as its page shows it; its ETag says which version was read."""
        found = whole(floor, floor.case(number))
        response.headers["ETag"] = f'"{found.version}"'
        return found


def _add_offers(api: APIRouter, floor: Floor) -> None:
    @api.post("/cases/{number}/drafts", response_model=shapes.Drafts, tags=["cases"])
    def offer_drafts(number: Number, asked: asks.Offering, who: Calling) -> shapes.Drafts:
        """Drafts to begin with, signed by whoever asks. Nothing is kept."""
        case = awake(floor.case(number), floor.clock())
        if case.status not in ANSWERABLE:
            raise CaseError(f"a case that is {case.status} takes no answer")
        speech, at = floor.speeches(case.brand), floor.clock()
        found = offered(case, speech, (who.member.name, at), lately(floor.store, case), ask=asked.ask)
        drafts = [shapes.Draft(template=one.template, text=one.text, facts=list(one.facts)) for one in found.drafts]
        return shapes.Drafts(drafts=drafts, none=found.why, model=found.model)

    @api.post("/cases/{number}/check", response_model=shapes.Checked, tags=["cases"])
    def check_text(number: Number, asked: asks.Reading) -> shapes.Checked:
        """What the check says of a text as the answer to a case. Nothing is kept."""
        case = floor.case(number)
        voice = floor.speeches(case.brand).voice
        found = findings(case, voice, asked.text, floor.clock(), lately(floor.store, case))
        return shapes.Checked(verdict=verdict(found), findings=[finding(one) for one in found])


def _add_writing(api: APIRouter, floor: Floor) -> None:
    store, clock = floor.store, floor.clock

    @api.post("/cases/{number}/write", response_model=shapes.Alone, tags=["cases"])
    def begin_writing(number: Number, who: Calling) -> shapes.Alone:
        """Have the answer of a case alone for ten minutes; ask again to go on."""
        floor.case(number)
        until = clock() + ALONE
        store.hold(number, who.member.name, clock(), until)
        return shapes.Alone(case=number, until=moment(until))

    @api.post("/cases/{number}/leave", response_model=shapes.Alone, tags=["cases"])
    def stop_writing(number: Number, who: Calling) -> shapes.Alone:
        """Let others write."""
        floor.case(number)
        store.hold(number, who.member.name, clock(), 0.0)
        return shapes.Alone(case=number, until=None)

    @api.put("/cases/{number}/draft", response_model=shapes.Receipt, tags=["cases"])
    def save_draft(
        number: Number, asked: asks.Writing, who: Calling, response: Response, if_match: Version = ""
    ) -> shapes.Receipt:
        """Save an answer. It is not sent by that; approvals of an earlier text fall away."""
        seen = _seen(floor.case(number), if_match)
        typed = asked.text.strip().replace("\r\n", "\n")
        event = CaseEvent(
            kind=CaseKind.DRAFTED, at=clock(), by=who.member.name, note=typed, template=asked.template, seen=seen
        )
        return _done(response, save(store, floor.speeches, number, event))


def _add_approving(api: APIRouter, floor: Floor) -> None:
    @api.post("/cases/{number}/approve", response_model=shapes.Receipt, tags=["cases"])
    def approve_draft(
        number: Number, asked: asks.Reason, who: Calling, response: Response, if_match: Version = ""
    ) -> shapes.Receipt:
        """Approve the draft that was read, as one person: a token is its person, and nobody approves twice.

        Nobody approves what they did not read, so If-Match must say which version that was.
        """
        case = floor.case(number)
        if not if_match or if_match == "*":
            raise Problem(428, "say with If-Match which version of the case was read; its ETag tells it")
        if asked.reason.strip():
            who.need(Scope.OVERRIDE)
        event = CaseEvent(
            kind=CaseKind.APPROVED,
            at=floor.clock(),
            by=who.member.name,
            note=asked.reason.strip(),
            seen=_seen(case, if_match),
        )
        return _done(response, approve(floor.store, floor.speeches, number, event))


def _add_opening(api: APIRouter, floor: Floor) -> None:
    @api.post("/cases/{number}/unseal", response_model=shapes.Receipt, tags=["cases"])
    def unseal_case(number: Number, asked: asks.Reason, who: Calling, response: Response) -> shapes.Receipt:
        """Open a sealed case, with a reason; its post is read afresh from the network."""
        floor.case(number)
        event = CaseEvent(kind=CaseKind.UNSEALED, at=floor.clock(), by=who.member.name, note=asked.reason.strip())
        return _done(response, unseal(floor.store, floor.lookups, floor.brands.by_id, number, event))

    @api.post("/cases/{number}/reveal", response_model=shapes.Post, tags=["cases"])
    def reveal_post(number: Number, who: Calling) -> shapes.Post:
        """A post unmasked, read afresh. The journal tells that somebody looked; the words are not kept."""
        floor.case(number)
        event = CaseEvent(kind=CaseKind.REVEALED, at=floor.clock(), by=who.member.name)
        return shapes.Post(text=reveal(floor.store, floor.lookups, floor.brands.by_id, number, event).content)


def _add_standing(api: APIRouter, floor: Floor) -> None:
    @api.post("/cases/bulk", response_model=shapes.Outcome, tags=["cases"])
    def do_to_several(asked: asks.Bulk, who: Calling) -> shapes.Outcome:
        """Do one thing to several cases; each is recorded by itself, and told of where it did not fit."""
        chosen = Chosen(act=asked.act, numbers=tuple(dict.fromkeys(asked.cases)), until=asked.until, desk=asked.desk)
        found = carry_out((floor.store, floor.brands), chosen, who.member.name, floor.clock())
        failed = [shapes.Failed(case=number, why=why) for number, why in found.failed]
        return shapes.Outcome(done=list(found.done), failed=failed)

    @api.post("/cases/{number}/assign", response_model=shapes.Receipt, tags=["cases"])
    def take_case(number: Number, who: Calling, response: Response, if_match: Version = "") -> shapes.Receipt:
        """Take a case."""
        return _one(floor, (Chosen(act="assign", numbers=(number,)), if_match), who, response)

    @api.post("/cases/{number}/snooze", response_model=shapes.Receipt, tags=["cases"])
    def snooze_case(
        number: Number, asked: asks.Until, who: Calling, response: Response, if_match: Version = ""
    ) -> shapes.Receipt:
        """Let a case sleep until a time, two weeks at the most."""
        chosen = Chosen(act="snooze", numbers=(number,), until=asked.until)
        return _one(floor, (chosen, if_match), who, response)

    @api.post("/cases/{number}/wake", response_model=shapes.Receipt, tags=["cases"])
    def wake_case(number: Number, who: Calling, response: Response, if_match: Version = "") -> shapes.Receipt:
        """Wake a case that sleeps."""
        return _one(floor, (Chosen(act="wake", numbers=(number,)), if_match), who, response)

    @api.post("/cases/{number}/hand-over", response_model=shapes.Receipt, tags=["cases"])
    def hand_over_case(
        number: Number, asked: asks.Desk, who: Calling, response: Response, if_match: Version = ""
    ) -> shapes.Receipt:
        """Give a case to another desk of its brand."""
        chosen = Chosen(act="hand-over", numbers=(number,), desk=asked.desk)
        return _one(floor, (chosen, if_match), who, response)

    @api.post("/cases/{number}/resolve", response_model=shapes.Receipt, tags=["cases"])
    def resolve_case(number: Number, who: Calling, response: Response, if_match: Version = "") -> shapes.Receipt:
        """Resolve a case without an answer."""
        return _one(floor, (Chosen(act="resolve", numbers=(number,)), if_match), who, response)


def _one(floor: Floor, wanted: tuple[Chosen, str], who: Caller, response: Response) -> shapes.Receipt:
    """Do to one case what can be done to several."""
    chosen, if_match = wanted
    [number] = chosen.numbers
    _seen(floor.case(number), if_match)
    found = carry_out((floor.store, floor.brands), chosen, who.member.name, floor.clock())
    if found.failed:
        raise CaseError(found.failed[0][1])
    return _done(response, floor.case(number))


def _done(response: Response, case: Case) -> shapes.Receipt:
    response.headers["ETag"] = f'"{len(case.events)}"'
    return receipt(case)


def _seen(case: Case, if_match: str) -> int:
    """After how many events of a case something is meant; 0: after whatever. Raises Problem if that is not now."""
    if if_match in ("", "*"):
        return 0
    seen = int(if_match.strip('"'))
    if seen != len(case.events):
        last = case.events[-1]
        raise Problem(412, f"meanwhile this case was {last.kind} by {last.by}; read it before you go on")
    return seen
