"""The desk for programs: who is let in by what, how much and how often, and how errors are said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response

from ascolta.core.days import DAY
from ascolta.core.people import MAY, Factor, LinkKind, Role
from ascolta.core.scopes import NEEDS, PREFIX, Scope
from ascolta.stores.memory import MemoryStore
from ascolta.stores.proofs import new_codes, new_secret
from ascolta.web.api.gate import MOST_BYTES, OFTEN
from ascolta.web.api.scoped import SCOPES
from ascolta.web.app import Desk, create
from tests.web.entering import OWN, Browser, cheap
from tests.web.programs import V1, Clock, Program, token, whole_desk

LINES = [line.replace(V1, "") for line in SCOPES if V1 in line]
BODIES = {
    "/drafts": {}, "/check": {"text": "Hello."}, "/draft": {"text": "Hello."}, "/approve": {},
    "/unseal": {"reason": "x"},
    "/bulk": {"act": "wake", "cases": [1]}, "/snooze": {"until": "1970-01-12T15:00:00Z"}, "/hand-over": {"desk": "x"},
    "/accept": {"plan": "none"}, "/pause": {"reason": "wait"}, "/skip": {"step": 2, "why": "x"},
    "/opt-outs": {"network": "x", "account": "@a", "code": "b"},
}  # fmt: skip
"""What is sent where a body is needed."""


def asked(program: Program, line: str, **headers: str) -> Response:
    """Ask what a line of the table says, of the first case, incident and brand there is."""
    line = line.replace("{number}", "1").replace("{brand}", "acme").replace("{act}", "skip")
    body = next((body for end, body in BODIES.items() if line.endswith(end)), None)
    return program.ask(line, body, **headers)


def is_problem(found: Response, status: int) -> bool:
    """Whether an answer is a problem as RFC 9457 has it, of one sentence."""
    said = found.json()
    return (
        found.status_code == status == said["status"]
        and found.headers["content-type"] == "application/problem+json"
        and bool(said["title"] and said["detail"])
        and "Traceback" not in found.text
    )


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk with everything, and one incident."""
    return whole_desk(tmp_path, clock)


@pytest.fixture
def anyone(desk: Desk) -> Iterator[Program]:
    """A program without a token."""
    with Program(desk) as program:
        yield program


def test_every_address_has_its_scope(desk: Desk) -> None:
    """What the table names is what the document describes, each with the scope of the table; no page is in it."""
    with Program(desk, token(desk, "Boss")) as program:
        document = program.get("/api/openapi.json").json()
    found = {
        f"{verb.upper()} {path}": said["x-scope"]
        for path, verbs in document["paths"].items()
        for verb, said in verbs.items()
    }
    assert found == {line: str(scope or "") for line, scope in SCOPES.items() if V1 in line}


def test_without_a_token_nothing_is_told(anyone: Program) -> None:
    """Whatever is asked without a token, even what is not there, is 401 and says by what one is let in."""
    wrong = ("", "Bearer nonsense", f"Bearer {PREFIX}{'x' * 43}", "Basic QW5uOkFubg==", f"Bearer {PREFIX}' OR 1=1 --")
    for line in ("GET /../openapi.json", "GET /nothing", "PATCH /cases/1", *LINES):
        for said in wrong:
            anyone.headers["authorization"] = said
            found = asked(anyone, line)
            assert is_problem(found, 401), (line, said)
            assert found.headers["www-authenticate"].startswith("Bearer")


def test_a_token_without_the_scope_is_refused(desk: Desk) -> None:
    """An admin's token with every scope but the one that it takes does nothing there, before anything is looked at."""
    app = create(desk)
    for place, line in enumerate(LINES):
        needed = SCOPES[line.replace(" ", f" {V1}", 1)]
        if line == "GET /me":
            continue
        lacking = needed or Scope.LEAD
        said = token(desk, f"Boss {place}", scopes=[scope for scope in Scope if scope is not lacking])
        program = Program(desk, said, app)
        found = asked(program, line)
        assert is_problem(found, 403), line
        assert found.json()["scope"] == lacking
        if needed is not None:
            assert is_problem(program.request(line.partition(" ")[0], found.url.path, content=b"{"), 403), line


@pytest.mark.parametrize("role", list(Role))
def test_a_token_may_no_more_than_its_person(desk: Desk, role: Role, clock: Clock) -> None:
    """With all that a role can give, each address is open exactly where the role has the right that its scope needs."""
    with Program(desk, token(desk, f"the {role}", role)) as program:
        for line in LINES:
            clock.now += 1
            needed = SCOPES[line.replace(" ", f" {V1}", 1)] or (Scope.LEAD if "{act}" in line else Scope.CASES)
            found = asked(program, line)
            assert (found.status_code == 403) == (NEEDS[needed] not in MAY[role]), line
            assert found.status_code < 500, line


def test_a_token_is_good_for_no_page(desk: Desk) -> None:
    """Pages, and acts of pages, take a session; whoever shows a token is told to log in."""
    said = token(desk, "Boss")
    with Program(desk, said) as program:
        for path in ("/", "/cases/1", "/people", "/me", "/me/tokens", "/api", "/pulse"):
            assert program.get(path).status_code == 401, path
        assert program.post("/cases/1/resolve", headers=OWN).status_code == 401
        program.cookies.set("ascolta", said)
        assert program.get("/").status_code == 401


def test_a_session_acts_only_from_the_desk_itself(desk: Desk) -> None:
    """A browser may read; to act, its request must come from a page of the desk (Sec-Fetch-Site, or Origin)."""
    with Browser(desk, name="Boss") as boss:
        assert boss.get(f"{V1}/cases").status_code == 200
        for headers in (
            {},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "http://evil"},
        ):
            found = boss.post(f"{V1}/speaking/acme/pause", json={"reason": "x"}, headers=headers)
            assert is_problem(found, 403), headers
        assert not desk.store.paused("acme")
        for headers in (OWN, {"sec-fetch-site": "same-origin"}):
            assert boss.post(f"{V1}/speaking/acme/pause", json={"reason": "x"}, headers=headers).status_code == 200


def test_a_token_that_is_wrong_is_not_made_good_by_a_session(desk: Desk) -> None:
    """Where a token came, only the token counts."""
    with Browser(desk, name="Boss") as boss:
        assert boss.get(f"{V1}/me", headers={"authorization": "Bearer ascolta_wrong"}).status_code == 401


def test_a_token_ends(desk: Desk, clock: Clock) -> None:
    """By its date, by being revoked, with another role, a suspension or a reset: at once each time."""
    accounts, app = desk.entrance.accounts, create(desk)

    def good(said: str) -> bool:
        return Program(desk, said, app).ask("GET /me").status_code == 200

    late, revoked, given, reset, suspended = (token(desk, name) for name in ("A", "B", "C", "D", "E"))
    assert all(good(said) for said in (late, revoked, given, reset, suspended))
    numbers = {one.name: one.id for one in accounts.members()}
    accounts.tokens.revoke(accounts.tokens.of(numbers["B"], clock.now)[0].number, clock.now)
    accounts.give(numbers["C"], Role.VIEWER, clock.now)
    accounts.relink(numbers["D"], LinkKind.RESET, clock.now)
    accounts.suspend(numbers["E"], clock.now)
    assert [good(said) for said in (late, revoked, given, reset, suspended)] == [True, False, False, False, False]
    clock.now += 90 * DAY
    assert not good(late)


def test_abroad_a_token_is_good_only_of_somebody_with_two_factors(desk: Desk) -> None:
    """Where other machines reach the desk, a token of somebody who may not work there yet is worth nothing."""
    said, entrance = token(desk, "Ann"), cheap(desk.entrance.accounts, "https://desk.example")
    away = Desk(brands=desk.brands, store=desk.store, clock=desk.clock, entrance=entrance)
    with Program(away, said) as program:
        program.base_url = "https://desk.example"
        assert program.ask("GET /me").status_code == 401
        number = entrance.accounts.members()[-1].id
        entrance.accounts.set_password(number, "kept", desk.clock())
        entrance.accounts.begin_factor(number, new_secret())
        entrance.accounts.confirm_factor(number, 0, new_codes())
        assert entrance.accounts.member(number).factor is Factor.ON
        found = program.ask("GET /me")
        assert found.status_code == 200
        assert "max-age" in found.headers["strict-transport-security"]


def test_the_day_of_the_last_use_is_noted_and_no_more(desk: Desk, clock: Clock) -> None:
    """Of when a token was used, a day is known."""
    said = token(desk, "Ann")
    [kept] = desk.entrance.accounts.tokens.of(None, clock.now)
    assert kept.used == -1
    clock.now += DAY
    with Program(desk, said) as program:
        program.ask("GET /me")
    [kept] = desk.entrance.accounts.tokens.of(None, clock.now)
    assert kept.used == int(clock.now // DAY)


def test_whoever_asks_too_often_waits(desk: Desk, clock: Clock) -> None:
    """Each token has its own measure; what is over it is 429 and says when to come again."""
    first, second = token(desk, "Ann"), token(desk, "Bob")
    app = create(desk)
    with Program(desk, first, app) as one, Program(desk, second, app) as other:
        assert [one.ask("GET /me").status_code for _ in range(OFTEN[0])] == [200] * OFTEN[0]
        found = one.ask("GET /me")
        assert is_problem(found, 429)
        assert int(found.headers["retry-after"]) > 0
        assert other.ask("GET /me").status_code == 200
        clock.now += float(found.headers["retry-after"])
        assert one.ask("GET /me").status_code == 200


@pytest.mark.parametrize(
    ("said", "kind", "status"),
    [
        (b'{"text": "' + b"x" * MOST_BYTES + b'"}', "application/json", 413),
        (b"[" * 30_000 + b"]" * 30_000, "application/json", 422),
        (b'{"text": ', "application/json", 422),
        (b'{"text": "\\ud800"}', "application/json", 422),
        (b'{"text": "\xff"}', "application/json", 422),
        (b'{"text": NaN}', "application/json", 422),
        (b'{"text": "a", "by": "Mallory"}', "application/json", 422),
        (b'{"text": ""}', "application/json", 422),
        (b"", "application/json", 422),
        (b"text=Hello", "application/x-www-form-urlencoded", 415),
        (b'{"text": "Hello."}', "text/plain", 415),
    ],
)
def test_a_body_that_cannot_be_used_is_one_clear_sentence(desk: Desk, said: bytes, kind: str, status: int) -> None:
    """Too long, too deep, cut off, of the wrong kind, with what nobody knows: told, and nothing is done."""
    with Program(desk, token(desk, "Boss")) as program:
        found = program.put(f"{V1}/cases/1/draft", content=said, headers={"content-type": kind})
        assert found.status_code in (status, 400)
        assert is_problem(found, found.status_code)
        assert "Mallory" not in found.text
    assert not desk.store.cases()[-1].draft


@pytest.mark.parametrize("find", ["state:", "(((", "topic:nothing AND", "x" * 401, "\u202e", "alert:yes stream:all"])
def test_a_search_that_cannot_be_read_is_said(desk: Desk, find: str) -> None:
    """The sentence of the query language, with the column where it has one; nothing breaks."""
    with Program(desk, token(desk, "Boss")) as program:
        found = program.get(f"{V1}/cases", params={"find": find})
        assert found.status_code == 200 or is_problem(found, 422)


@pytest.mark.parametrize("after", ["x", "nan_1", "1e999_2", "1_-1", "0_99999999999999999999999"])
def test_a_mark_that_is_none_is_said(desk: Desk, after: str) -> None:
    """A page goes on from a mark of ours, and from nothing else."""
    with Program(desk, token(desk, "Boss")) as program:
        assert is_problem(program.get(f"{V1}/cases", params={"after": after}), 422)


def test_what_was_done_is_not_done_again(desk: Desk, clock: Clock) -> None:
    """The same key and body give the same answer and nothing more happens; another body is refused, for a day."""
    with Program(desk, token(desk, "Boss")) as program:
        first = program.ask("PUT /cases/1/draft", {"text": "We are on it."}, idempotency_key="a-1")
        again = program.ask("PUT /cases/1/draft", {"text": "We are on it."}, idempotency_key="a-1")
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert len(desk.store.cases()[-1].events) == 2
        assert is_problem(program.ask("PUT /cases/1/draft", {"text": "Else."}, idempotency_key="a-1"), 422)
        assert is_problem(program.ask("POST /cases/1/resolve", {}, idempotency_key="a-1"), 422)
        clock.now += DAY + 1
        assert program.ask("PUT /cases/1/draft", {"text": "Else."}, idempotency_key="a-1").status_code == 200
        for key in ("", "a b", "x" * 129, "é"):
            assert program.put(
                f"{V1}/cases/1/draft", json={"text": "x"}, headers=[(b"idempotency-key", key.encode("latin-1"))]
            ).status_code == 400  # fmt: skip
    with Program(desk, token(desk, "Ann")) as other:
        assert other.ask("PUT /cases/1/draft", {"text": "Mine."}, idempotency_key="a-1").status_code == 200


def test_what_failed_may_be_asked_again_under_its_key(desk: Desk) -> None:
    """A conflict did nothing, so the same request is tried anew once things changed."""
    with Program(desk, token(desk, "Boss")) as program:
        assert is_problem(program.ask("POST /cases/1/wake", idempotency_key="k"), 409)
        program.ask("POST /cases/1/snooze", {"until": "1970-01-12T20:00:00Z"})
        assert program.ask("POST /cases/1/wake", idempotency_key="k").status_code == 200


def test_no_kept_answer_holds_words(desk: Desk) -> None:
    """What is kept for a repetition is of numbers and states only; what shows a post is never kept."""
    with Program(desk, token(desk, "Boss")) as program:
        for line, body in (
            ("PUT /cases/1/draft", {"text": "canary answer"}),
            ("POST /cases/1/check", {"text": "canary answer"}),
            ("POST /cases/1/reveal", None),
            ("POST /cases/1/assign", None),
            ("POST /speaking/acme/pause", {"reason": "canary"}),
        ):
            assert program.ask(line, body, idempotency_key=line.replace(" ", "").replace("/", ".")).status_code == 200
    with desk.entrance.accounts.tokens._file.transaction("BEGIN") as (db, _):
        kept = [answer for (answer,) in db.execute("SELECT answer FROM repeats").fetchall()]
    assert kept
    assert not [one for one in kept if "bad day" in one]
    assert "canary answer" not in "".join(kept)


def test_only_the_own_names_are_answered_to(desk: Desk) -> None:
    """A foreign name that was made to lead here gets nothing, whatever token comes with it."""
    with Program(desk, token(desk, "Boss")) as program:
        found = program.get(f"{V1}/me", headers={"host": "evil.example:8020"})
        assert is_problem(found, 421)


def test_every_answer_has_the_headers_of_the_pages(desk: Desk, anyone: Program) -> None:
    """No sniffing, no framing, no storing, also on errors; no cookie is ever set, and no other origin is let in."""
    with Program(desk, token(desk, "Boss")) as program:
        for found in (program.ask("GET /me"), program.ask("GET /nothing"), anyone.ask("GET /me")):
            assert found.headers["x-content-type-options"] == "nosniff"
            assert found.headers["cache-control"] == "no-store"
            assert "frame-ancestors 'none'" in found.headers["content-security-policy"]
            assert "set-cookie" not in found.headers
            assert not [name for name in found.headers if name.startswith("access-control-")]
        assert is_problem(program.request("OPTIONS", f"{V1}/cases", headers={"origin": "http://evil"}), 405)


def test_a_wrong_method_says_the_right_one(desk: Desk) -> None:
    """405 with what the address takes."""
    with Program(desk, token(desk, "Boss")) as program:
        found = program.ask("DELETE /cases/1")
        assert is_problem(found, 405)
        assert found.headers["allow"] == "GET"


def test_an_error_that_nobody_foresaw_tells_nothing(desk: Desk) -> None:
    """Where the program itself breaks, the answer is a calm problem without a trace and without what broke."""

    class Broken(MemoryStore):
        def paused(self, brand: str) -> str:
            raise RuntimeError("canary in the engine room")

    with Program(replace(desk, store=Broken()), token(desk, "Boss")) as program:
        program._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        found = program.ask("GET /speaking")
        assert is_problem(found, 500)
        assert "canary" not in json.dumps(found.json())
