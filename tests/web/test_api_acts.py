"""The acts of the desk over the API: each does what the page does, as the person whose token it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.case import CaseKind, Status
from ascolta.core.challenge import BYTES, LASTS, asked, spelled
from ascolta.core.incident import StepState
from ascolta.core.people import Role
from ascolta.core.scopes import Scope
from ascolta.web.app import Desk, create
from tests.conftest import NOW, keep, published
from tests.web.programs import Clock, Program, token, whole_desk

SAID = "Hello, we are sorry about that and look into it now."
LATER = "1970-01-12T20:00:00+00:00"


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk with everything."""
    return whole_desk(tmp_path, clock)


@pytest.fixture
def programs(desk: Desk) -> Iterator[dict[str, Program]]:
    """The programs of two agents and of a lead, at one desk."""
    app = create(desk)
    found = {name: Program(desk, token(desk, name, role), app)
             for name, role in (("Ann", Role.AGENT), ("Bob", Role.AGENT), ("Lea", Role.LEAD))}  # fmt: skip
    with found["Ann"], found["Bob"], found["Lea"]:
        yield found


def test_an_answer_takes_two_people_over_the_api_too(desk: Desk, programs: dict[str, Program]) -> None:
    """A token is its person: two tokens of one person, or a token and their page, are one approval."""
    ann, bob, lea = programs["Ann"], programs["Bob"], programs["Lea"]
    drafted = ann.ask("PUT /cases/1/draft", {"text": SAID})
    assert drafted.json() == {"case": 1, "version": 2, "status": "drafted", "approvals_missing": 2}
    read = ann.ask("GET /cases/1")
    assert read.headers["etag"] == drafted.headers["etag"] == '"2"'
    reason = {"reason": "it is right"}
    assert lea.ask("POST /cases/1/approve", reason, if_match='"2"').json()["approvals_missing"] == 1
    again = Program(desk, token(desk, "Lea", Role.LEAD), lea.app)
    twice = again.ask("POST /cases/1/approve", reason, if_match='"3"')
    assert (twice.status_code, twice.json()["detail"]) == (
        409, "Lea approved this answer already; another person has to",
    )  # fmt: skip
    assert desk.store.cases()[-1].status is Status.DRAFTED
    assert bob.ask("POST /cases/1/approve", {}, if_match='"2"').status_code == 412
    second = Program(desk, token(desk, "Max", Role.LEAD), lea.app)
    done = second.ask("POST /cases/1/approve", reason, if_match='"3"')
    assert done.json() == {"case": 1, "version": 4, "status": "approved", "approvals_missing": 0}
    assert desk.store.cases()[-1].approved_by == ("Lea", "Max")


def test_nobody_approves_what_they_did_not_read(programs: dict[str, Program]) -> None:
    """Without If-Match it is 428; with a version that is over it is 412, and says who did what meanwhile."""
    programs["Ann"].ask("PUT /cases/3/draft", {"text": SAID})
    for headers in ({}, {"if_match": "*"}):
        assert programs["Bob"].ask("POST /cases/3/approve", {}, **headers).status_code == 428
    programs["Ann"].ask("PUT /cases/3/draft", {"text": SAID + " Thank you."})
    stale = programs["Bob"].ask("POST /cases/3/approve", {}, if_match='"2"')
    assert stale.status_code == 412
    assert "drafted by Ann" in stale.json()["detail"]
    assert programs["Bob"].ask("PUT /cases/3/draft", {"text": "x"}, if_match='"2"').status_code == 412


def test_against_the_check_it_takes_the_scope(desk: Desk, programs: dict[str, Program]) -> None:
    """An agent's reason does not override, nor does a lead's token without the scope; what blocks is told."""
    programs["Ann"].ask("PUT /cases/3/draft", {"text": "We noticed your holiday!"})
    blocked = programs["Bob"].ask("POST /cases/3/approve", {}, if_match='"2"')
    assert (blocked.status_code, "the check keeps this answer in" in blocked.json()["detail"]) == (409, True)
    assert programs["Bob"].ask("POST /cases/3/approve", {"reason": "fine"}, if_match='"2"').status_code == 403
    said = token(desk, "Lea", Role.LEAD, [Scope.CASES, Scope.APPROVE])
    bare = Program(desk, said, programs["Lea"].app)
    assert bare.ask("POST /cases/3/approve", {"reason": "fine"}, if_match='"2"').json()["scope"] == "cases:override"


def test_a_case_is_read_as_its_page_shows_it(programs: dict[str, Program]) -> None:
    """A sealed case tells neither words nor author, and its time by the hour only; an open one tells them."""
    sealed, opened = (programs["Ann"].ask(f"GET /cases/{number}").json() for number in (2, 1))
    assert (sealed["text"], sealed["author"], sealed["status"]) == (None, None, "sealed")
    assert sealed["published"].endswith(":00:00Z")
    assert all(one["at"].endswith(":00:00Z") for one in sealed["events"])
    assert (opened["text"], opened["author"], opened["rule"]) == ("bad day to acme", "u1", "spoken-to-complaint")
    assert "post_id" not in opened


def test_a_post_that_is_hostile_is_text(desk: Desk, programs: dict[str, Program]) -> None:
    """Markup, formulas, controls and templates come through as they were said, as JSON that nobody obeys."""
    hostile = "<script>alert(1)</script> =cmd|x {{7*7}} \u202eevil\u2066 ' OR 1=1 to acme"
    keep(desk.store, desk.brands, published("9", hostile, author="\u202e<img src=x onerror=alert(1)>"))
    found = programs["Ann"].ask("GET /cases/4")
    assert found.headers["content-type"] == "application/json"
    assert "<script>" in found.json()["text"]
    listed = programs["Ann"].ask("GET /cases")
    assert listed.json()["cases"][0]["case"] in (1, 3, 4)


def test_the_list_is_searched_and_turned(desk: Desk, programs: dict[str, Program]) -> None:
    """A search finds what the page finds; a page leads to the next by its mark until there is none, each case once."""
    keep(desk.store, desk.brands, *(published(f"n{n}", f"hello number{n} to acme") for n in range(120)))
    ann, seen, mark = programs["Ann"], list[int](), ""
    while True:
        found = ann.ask(f"GET /cases?after={mark}").json()
        seen += [one["case"] for one in found["cases"]]
        mark = found["next"]
        if mark is None:
            break
    assert len(seen) == len(set(seen)) == 122
    assert found["piles"] == {"waiting": 122, "snoozed": 0, "sealed": 1, "done": 0}
    assert [one["text"] for one in ann.ask("GET /cases?find=number17").json()["cases"]] == ["hello number17 to acme"]
    assert [one["case"] for one in ann.ask("GET /cases?find=complaint:yes&pile=sealed").json()["cases"]] == [2]
    wrong = ann.ask("GET /cases?find=(((")
    assert (wrong.status_code, wrong.json()["column"] > 0) == (422, True)


def test_whoever_writes_has_the_case_alone(programs: dict[str, Program]) -> None:
    """Another program is told who writes; after leaving it may go on."""
    assert programs["Ann"].ask("POST /cases/3/write").json()["until"] is not None
    taken = programs["Bob"].ask("POST /cases/3/write")
    assert (taken.status_code, "Ann is writing" in taken.json()["detail"]) == (409, True)
    assert programs["Ann"].ask("GET /cases/3").json()["writing"] == "Ann"
    programs["Ann"].ask("POST /cases/3/leave")
    assert programs["Bob"].ask("POST /cases/3/write").status_code == 200


def test_drafts_and_the_check_keep_nothing(desk: Desk, programs: dict[str, Program]) -> None:
    """What is offered and what is checked leave the case as it was."""
    before = desk.store.case(3)
    assert programs["Ann"].ask("POST /cases/3/drafts", {}).json()["none"]
    found = programs["Ann"].ask("POST /cases/3/check", {"text": "We noticed your holiday!"}).json()
    assert found["verdict"] == "block"
    assert found["findings"][0]["severity"] == "block"
    assert desk.store.case(3) == before


def test_a_case_is_taken_put_to_sleep_woken_and_resolved(desk: Desk, programs: dict[str, Program]) -> None:
    """Each is signed with the name of the token's person; times that are over or too far are refused."""
    ann = programs["Ann"]
    assert ann.ask("POST /cases/3/assign").json()["status"] == "open"
    assert ann.ask("POST /cases/3/snooze", {"until": LATER}).json()["status"] == "snoozed"
    for until in ("1970-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "tomorrow morning", "9999-12-31T23:59:59Z"):
        assert ann.ask("POST /cases/1/snooze", {"until": until}).status_code == 409, until
    assert ann.ask("POST /cases/3/wake").json()["status"] == "open"
    assert ann.ask("POST /cases/3/hand-over", {"desk": "nowhere"}).status_code == 409
    assert ann.ask("POST /cases/3/resolve", if_match='"1"').status_code == 412
    assert ann.ask("POST /cases/3/resolve").json()["status"] == "resolved"
    case = desk.store.case(3)
    assert case is not None
    assert [one.by for one in case.events[1:]] == ["Ann"] * 4
    assert case.assigned_to == "Ann"


def test_several_cases_at_once(desk: Desk, programs: dict[str, Program]) -> None:
    """What fits is done, of the rest each is told; a case that is not there is one of them."""
    found = programs["Ann"].ask("POST /cases/bulk", {"act": "resolve", "cases": [1, 3, 3, 99]}).json()
    assert found["done"] == [1, 3]
    assert found["failed"] == [{"case": 99, "why": "case 99 is gone: it was removed, or its date has come"}]
    assert programs["Ann"].ask("POST /cases/bulk", {"act": "snooze", "cases": [1]}).status_code == 409
    assert programs["Ann"].ask("POST /cases/bulk", {"act": "eat", "cases": [1]}).status_code == 422


def test_a_sealed_case_is_opened_with_a_reason(desk: Desk, programs: dict[str, Program]) -> None:
    """Without one it stays shut; with one it is read afresh, and the journal has it."""
    assert programs["Ann"].ask("POST /cases/2/unseal", {"reason": " "}).status_code == 409
    assert programs["Ann"].ask("POST /cases/2/reveal").status_code == 409
    assert programs["Ann"].ask("POST /cases/2/unseal", {"reason": "we can help"}).json()["status"] == "open"
    assert programs["Ann"].ask("GET /cases/2").json()["text"] == "acme bad"
    assert programs["Ann"].ask("POST /cases/2/reveal").json() == {"text": "acme bad"}
    case = desk.store.case(2)
    assert case is not None
    assert [one.kind for one in case.events] == [CaseKind.OPENED, CaseKind.UNSEALED, CaseKind.REVEALED]


def test_an_incident_is_lived_through(desk: Desk, programs: dict[str, Program]) -> None:
    """Steps are done, skipped by a lead only, published only with the scope and the digest of what was read."""
    ann, lea = programs["Ann"], programs["Lea"]
    assert lea.ask("POST /risk/acme/accept", {"plan": "storm"}).json() == {
        "incident": 1, "open": True, "steps_open": 6,
    }  # fmt: skip
    assert lea.ask("POST /risk/acme/accept", {"plan": "none"}).status_code == 404
    assert ann.ask("POST /incidents/1/done", {"step": 2, "said": "It is the weather."}).json()["steps_open"] == 5
    assert ann.ask("POST /incidents/1/skip", {"step": 3, "why": "late"}).status_code == 403
    assert ann.ask("POST /incidents/1/done", {"step": 4}).json()["scope"] == "incidents:publish"
    assert lea.ask("POST /incidents/1/done", {"step": 4}).status_code == 409
    assert lea.ask("POST /incidents/1/skip", {"step": 3, "why": "late"}).json()["steps_open"] == 4
    assert lea.ask("POST /incidents/1/done", {"step": 99}).status_code == 409
    assert lea.ask("POST /incidents/9/note", {"said": "x"}).status_code == 404
    shown = ann.ask("GET /incidents/1").json()
    assert (shown["steps"][1]["state"], shown["steps"][1]["by"]) == (str(StepState.DONE), "Ann")
    assert lea.ask("POST /incidents/1/stand-down", {"said": "calm"}).status_code == 409
    for step in (4, 5, 6, 7):
        assert lea.ask("POST /incidents/1/skip", {"step": step, "why": "it is over"}).status_code == 200
    assert lea.ask("POST /incidents/1/stand-down", {"said": "calm", "why": "calm for an hour"}).json()["open"] is False
    assert ann.ask("GET /incidents").json()["incidents"][0]["until"] is not None


def test_speaking_is_paused_and_let_go_on(desk: Desk, programs: dict[str, Program]) -> None:
    """An agent pauses, with a reason; only a lead lets it go on."""
    ann, lea = programs["Ann"], programs["Lea"]
    assert ann.ask("POST /speaking/acme/pause", {"reason": " "}).status_code == 422
    assert ann.ask("POST /speaking/acme/pause", {"reason": "a strike"}).json()["paused"] == "a strike"
    assert ann.ask("POST /speaking/acme/resume").status_code == 403
    assert ann.ask("GET /risk").json()[0]["paused"] == "a strike"
    assert lea.ask("POST /speaking/acme/resume").json() == {"brand": "acme", "paused": None}
    assert lea.ask("POST /speaking/nobody/pause", {"reason": "x"}).status_code == 404


def test_an_account_is_opted_out_by_its_code(desk: Desk, programs: dict[str, Program]) -> None:
    """A wrong code does nothing and tells nothing; the right one erases, once."""
    assert desk.public is not None
    code, known = spelled(bytes(range(BYTES))), desk.store.known()
    desk.public.challenges.give(asked(known.key, code, "x", "u3"), NOW, NOW + LASTS)
    body = {"network": "x", "account": "u3", "code": code}
    assert programs["Ann"].ask("POST /opt-outs", {**body, "code": "wrong"}).status_code == 409
    assert programs["Ann"].ask("POST /opt-outs", body).json() == {"erased": 1}
    assert programs["Ann"].ask("POST /opt-outs", body).status_code == 409
    gone = programs["Ann"].ask("GET /cases/3")
    assert (gone.status_code, "is gone" in gone.json()["detail"]) == (404, True)


def test_the_journal_and_the_figures_are_read(desk: Desk, programs: dict[str, Program]) -> None:
    """The head is that of the journal, for whoever may see it; figures are those that were published of a day."""
    boss = Program(desk, token(desk, "Boss"), programs["Ann"].app)
    head = boss.ask("GET /journal").json()
    journal = desk.store.journal
    assert journal is not None
    assert head["size"] > 0
    assert len(bytes.fromhex(head["root"])) == 32
    assert programs["Ann"].ask("GET /journal").status_code == 403
    assert boss.ask("GET /figures").json() == {"day": "1970-01-12", "figures": []}
    for day in ("2026-02-30", "2026-13-01", "today"):
        assert boss.ask(f"GET /figures?day={day}").status_code == 422, day
    assert boss.ask("GET /health").json()["ready"] is True


def test_a_desk_without_something_says_so(desk: Desk) -> None:
    """Where there are no incidents, codes, figures or journal, the addresses are there and say what is not."""
    bare = replace(desk, room=None, public=None, ledger=None)
    bare.store.journal = None
    with Program(bare, token(desk, "Boss")) as boss:
        for line, body in (
            ("GET /incidents", None), ("GET /incidents/1", None), ("POST /incidents/1/note", {"said": "x"}),
            ("POST /risk/acme/accept", {"plan": "storm"}), ("GET /figures", None), ("GET /journal", None),
            ("POST /opt-outs", {"network": "x", "account": "a", "code": "b"}),
        ):  # fmt: skip
            assert boss.ask(line, body).status_code == 404, line
        assert boss.ask("GET /risk").json()[0]["incidents"] == []
