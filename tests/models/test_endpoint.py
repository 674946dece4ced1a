"""The endpoint of a language model: what is sent to it, how little it can do."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ascolta.core.draft import Drafted, Occasion, Thread, draft
from ascolta.core.drafting.asked import Asked, ModelError
from ascolta.errors import AscoltaError
from ascolta.files.drafts import load_voice
from ascolta.models import asker
from ascolta.models.endpoint import Endpoint
from tests.cli.running import ACME
from tests.models.hostile import LIES, SLOW, TRICKS, Hostile, hostile

VOICE = load_voice(ACME)
THREAD = Thread(
    key="7",
    network="mastodon",
    labels=(("addressed", "yes"), ("complaint", "yes"), ("language", "en"), ("topic", "bags"), ("sensitive", "health")),
    text="@acmeair my bag is still in Lunaro, mail me at [EMAIL] or ann@example.com\U000e0041\u202e https://a.example/x",
    name="Anna Secretname",
)
OCCASION = Occasion(signed="Ruth", day=20_782)
RULES = draft(THREAD, VOICE, OCCASION)
KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def shared() -> Iterator[Hostile]:
    """The server."""
    with hostile() as server:
        yield server


@pytest.fixture
def server(shared: Hostile) -> Hostile:
    """The server, as if just started."""
    shared.requests.clear()
    shared.headers.clear()
    shared.visits.clear()
    shared.mode = "fair"
    return shared


def asked(server: Hostile, mode: str, seconds: float = 5.0) -> Drafted:
    """What is drafted when the server answers in some way."""
    server.mode = mode
    return draft(THREAD, VOICE, OCCASION, Endpoint("m", server.url, KEY, seconds))


def test_a_fair_choice_comes_first(server: Hostile) -> None:
    """A model that chooses out of what it was offered has its choice put first, in our words only."""
    made = asked(server, "fair")
    first = made.drafts[0]
    assert (first.by, made.model, len(made.drafts)) == ("model", "", 3)
    assert first.template == server.cases[0]["templates"][-1]["id"]
    assert "".join(piece.text for piece in first.pieces) == first.text
    assert "Anna" in first.text
    assert len({one.template for one in made.drafts}) == 3


def asked_case() -> Asked:
    """What the server is shown of the thread."""
    kept: list[Asked] = []

    def ask(said: Asked) -> bytes:
        kept.append(said)
        raise ModelError("nobody is asked")

    draft(THREAD, VOICE, OCCASION, ask)
    return kept[0]


@pytest.mark.parametrize("mode", LIES)
def test_a_lie_is_refused(server: Hostile, mode: str) -> None:
    """Whatever else a model says, the drafts are those of the rules, and the reason holds nothing of its answer."""
    made = asked(server, mode)
    assert made.drafts == RULES.drafts
    assert made.model.startswith("the model's answer was refused: ")
    assert "evil" not in made.model


@pytest.mark.parametrize("mode", TRICKS)
def test_a_trick_of_the_network_is_refused(server: Hostile, mode: str) -> None:
    """Redirects, other statuses, compression and broken answers leave the drafts of the rules; nobody is visited."""
    made = asked(server, mode)
    assert made.drafts == RULES.drafts
    assert made.model
    assert server.visits == ["/v1/chat/completions"]


@pytest.mark.parametrize("mode", SLOW)
def test_a_slow_answer_ends_in_time(server: Hostile, mode: str) -> None:
    """Silence and drops that never end, in body or headers, cost the seconds that were set and no more."""
    began = time.monotonic()
    made = asked(server, mode, seconds=0.4)
    assert time.monotonic() - began < 2
    assert made.drafts == RULES.drafts
    assert made.model == "the model did not answer within 0.4 seconds"


def test_a_flood_is_cut_off(server: Hostile) -> None:
    """The endpoint stops reading at 64 KiB, whatever is still to come."""
    server.mode = "a huge body"
    case = asked_case()
    with pytest.raises(ModelError, match="longer than 64 KiB"):
        Endpoint("m", server.url)(case)


def test_nobody_there_is_said(server: Hostile) -> None:
    """An endpoint that does not listen leaves the drafts of the rules and says so."""
    made = draft(THREAD, VOICE, OCCASION, Endpoint("m", "http://127.0.0.1:9", "", 2))
    assert (made.drafts, made.model) == (RULES.drafts, "the model cannot be asked (ConnectError)")


def test_it_sees_one_masked_case_and_the_facts(server: Hostile) -> None:
    """What is sent holds the masked post without links and invisible signs, the offer, and no name, key or tool."""
    asked(server, "fair")
    request, case = server.requests[0], server.cases[0]
    sent = json.dumps(request)
    assert set(request) == {"model", "messages", "response_format", "temperature", "max_tokens", "stream"}
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert case["post"] == "@acmeair my bag is still in Lunaro, mail me at [EMAIL] or [EMAIL]"
    assert set(case) == {"post", "language", "labels", "templates", "facts"}
    assert not any(word in sent for word in ("Secretname", "Anna", "ann@example", "a.example", "health", KEY, "tools"))
    assert set(case["facts"]) == {"late-bag-delivered", "claim-a-bag", "write-to-us"}


def test_nothing_is_remembered_between_two_cases(server: Hostile) -> None:
    """A second case is asked about without a trace of the first."""
    endpoint = Endpoint("m", server.url)
    draft(replace(THREAD, text="the word is xylophone"), VOICE, OCCASION, endpoint)
    draft(THREAD, VOICE, OCCASION, endpoint)
    assert "xylophone" in json.dumps(server.requests[0])
    assert "xylophone" not in json.dumps(server.requests[1])
    assert len(server.requests[1]["messages"]) == 2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"forbids": ("quote", "model")}, "its author or the post forbids a language model"),
        ({"network": "x"}, "this must be on file first: X's approval of AI-written replies"),
    ],
)
def test_a_refusal_is_never_sent(server: Hostile, changes: dict[str, object], why: str) -> None:
    """A post whose author forbids models, or of a network whose leave is missing, goes nowhere."""
    made = draft(replace(THREAD, **changes), VOICE, OCCASION, Endpoint("m", server.url))  # type: ignore[arg-type]
    assert made.drafts
    assert made.model == f"the model was not asked: {why}"
    assert not server.requests


def test_a_leave_on_file_lets_it_be_asked(server: Hostile) -> None:
    """With X's leave on file a post from there may be shown to a model."""
    made = draft(replace(THREAD, network="x"), replace(VOICE, leave=("x",)), OCCASION, Endpoint("m", server.url))
    assert (made.drafts[0].by, len(server.requests)) == ("model", 1)


@pytest.mark.parametrize("matter", ["minors", "bereavement", "self_harm"])
def test_a_grave_thread_is_never_sent(server: Hostile, matter: str) -> None:
    """Where no draft is made at all, no model is asked."""
    made = draft(
        replace(THREAD, labels=(*THREAD.labels, ("sensitive", matter))), VOICE, OCCASION, Endpoint("m", server.url)
    )
    assert not made.drafts
    assert not server.requests


def test_proxies_of_the_environment_are_ignored(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the environment names is not used."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asked(server, "fair").drafts[0].by == "model"


def test_the_key_goes_to_the_endpoint_only(server: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    """The key is in one header of the request, and in no log, error or representation."""
    caplog.set_level(logging.DEBUG)
    made = asked(server, "status 500")
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in caplog.text + made.model + repr(Endpoint("m", server.url, KEY))
    assert "Lunaro" not in caplog.text
    assert "Authorization" not in server.requests[0]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "llm.example/v1",
        "http://llm.example/v1",
        "http://169.254.169.254/v1",
        "http://2130706433/v1",
        "http://0x7f.1/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "http://127.0.0.1.evil.example/v1",
        "http://localhost@evil.example/v1",
        "https://user:word@llm.example/v1",
        "https://llm.example/v1?key=1",
        "https://llm.example/v1#a",
        "https://",
        "https://llm.example:0/v1",
        "https://llm.example:99999/v1",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://llm.example/v1 x",
        "https://llm.example/\r\nX: 1",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Only https, or http on this machine, and nothing hidden in the address."""
    with pytest.raises(AscoltaError, match="drafts: the endpoint must "):
        Endpoint("m", url)


@pytest.mark.parametrize("url", ["https://llm.example/v1", "http://localhost:8080/v1", "http://[::1]:8080/v1/"])
def test_safe_addresses_are_taken(url: str) -> None:
    """Https anywhere, plain http on this machine."""
    assert Endpoint("m", url).url == url


@pytest.mark.parametrize("key", ["a b", "a\r\nX: 1", "clé"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    """A key with a space, a line break or an accent is refused without being shown."""
    with pytest.raises(AscoltaError) as refused:
        Endpoint("m", "https://llm.example/v1", key)
    assert key not in str(refused.value)


def test_no_model_is_asked_unless_one_is_named() -> None:
    """Without model and endpoint there is nothing to ask; with one of them alone, a sentence says what is missing."""
    assert asker("", "") is None
    with pytest.raises(AscoltaError, match="a model is named but no endpoint"):
        asker("m", "")
    with pytest.raises(AscoltaError, match="an endpoint is named but no model"):
        asker("", "https://llm.example/v1")
    assert isinstance(asker("m", "https://llm.example/v1"), Endpoint)


def test_an_unreachable_name_is_a_sentence() -> None:
    """A host that cannot be is a ModelError, never a traceback."""
    with pytest.raises(ModelError):
        Endpoint("m", "https://nobody.invalid/v1", "", 1.0)(Asked(rules="", case="{}"))
