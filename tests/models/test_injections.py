"""Posts that try to steer a draft, with a model behind them that obeys: nothing of it ends up in one."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from ascolta import bootstrap
from ascolta.core.draft import Draft, Drafted, Occasion, Thread, draft, of_case
from ascolta.core.drafting.template import Slot
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Post
from ascolta.core.redact import redact
from ascolta.core.redact.persons import words
from ascolta.core.text import link_hosts
from ascolta.files.drafts import load_voice
from ascolta.models.endpoint import Endpoint
from ascolta.stores.memory import MemoryStore
from tests.cli.running import ACME
from tests.conftest import ROOT
from tests.models.hostile import LIES, Hostile, hostile

LINES = [
    json.loads(line)
    for line in (ROOT / "tests" / "drafts" / "injections.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]
VOICE = load_voice(ACME)
OCCASION = Occasion(signed="Ruth", day=20_782)
LITERALS = {
    piece
    for template in VOICE.templates
    for part in template.parts
    for piece in part.pieces
    if not isinstance(piece, Slot)
}
OURS = {
    *(said[:1].upper() + said[1:] for said in LITERALS),
    *LITERALS,
    *(fact.in_language(language) for fact in VOICE.facts.facts for language in fact.languages),
    *(called for _, names in VOICE.facts.topics for _, called in names),
    " – Ruth",
}
LABELS = (
    (("addressed", "yes"), ("complaint", "yes"), ("topic", "bags")),
    (("addressed", "yes"), ("complaint", "no"), ("intent", "question"), ("topic", "refunds")),
    (("addressed", "yes"), ("complaint", "no"), ("intent", "other")),
)


def post_of(line: dict[str, object]) -> Post:
    """A line as a post."""
    author = line["author"]
    assert isinstance(author, dict)
    return Post(
        id=str(line["id"]),
        content=str(line["text"]),
        network=str(line["network"]),
        language=str(line["lang"]),
        published=1_000_000.0,
        attributed_to=Actor(**author, indexable=True, discoverable=True),
    )


def thread_of(line: dict[str, object], number: int) -> Thread:
    """A line as the thread that a case would hold, with labels that always call for an answer."""
    post = post_of(line)
    return Thread(
        key=post.id,
        network=post.network,
        labels=(*LABELS[number % len(LABELS)], ("language", post.language or "")),
        text=redact(post.content, post.language, own=("acmeair",)).text,
        name=post.attributed_to.name,
    )


def harmless(one: Draft) -> None:
    """A draft holds our words and a first name only, and leads to our hosts only."""
    assert "".join(piece.text for piece in one.pieces) == one.text
    for piece in one.pieces:
        assert piece.text in OURS or piece.text.casefold() in words()["firsts"], piece
    assert set(link_hosts(one.text)) <= set(VOICE.facts.hosts)
    assert len(re.findall(r"https?:", one.text)) == len(link_hosts(one.text))
    assert "evil" not in one.text


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    """The server."""
    with hostile() as found:
        yield found


@lru_cache(maxsize=1)
def drafted() -> dict[str, list[Drafted]]:
    """What the rules draft for each line, for each kind of labels."""
    return {
        line["id"]: [draft(thread_of(line, number), VOICE, OCCASION) for number in range(len(LABELS))] for line in LINES
    }


def test_there_are_enough_of_each_kind() -> None:
    """More than two hundred posts, of twelve known kinds and our own, in seven languages, no two alike."""
    kinds = [line["kind"] for line in LINES]
    assert len(LINES) >= 200
    assert {*map(str, range(108, 120)), "own"} == set(kinds)
    assert min(kinds.count(kind) for kind in kinds) >= 12
    assert {line["lang"] for line in LINES} == {"en", "es", "fr", "de", "pt", "it", "nl"}
    assert len({json.dumps(line["text"]) + json.dumps(line["author"]) for line in LINES}) == len(LINES)


def test_no_post_steers_the_rules() -> None:
    """Whatever a post says, drafts consist of templates, facts and a first name, and stand for every language."""
    for line in LINES:
        for made in drafted()[line["id"]]:
            assert made.drafts, (line["id"], made.why)
            for one in made.drafts:
                harmless(one)


def test_no_post_steers_a_model_that_obeys(server: Hostile) -> None:
    """With a model that lies in another way at each post, the drafts are those of the rules, and nobody is visited."""
    modes = list(LIES)
    server.visits.clear()
    for number, line in enumerate(LINES):
        server.mode = modes[number % len(modes)]
        thread = thread_of(line, number)
        made = draft(thread, VOICE, OCCASION, Endpoint("m", server.url))
        assert made.drafts == drafted()[line["id"]][number % len(LABELS)].drafts, server.mode
        assert made.model
        assert "evil" not in made.model
    assert set(server.visits) == {"/v1/chat/completions"}


def test_a_model_that_obeys_a_post_can_only_choose(server: Hostile) -> None:
    """Even a choice that is taken puts nothing into a draft but our words."""
    server.mode = "fair"
    server.requests.clear()
    for number, line in enumerate(LINES):
        for one in draft(thread_of(line, number), VOICE, OCCASION, Endpoint("m", server.url)).drafts:
            harmless(one)
    for case in server.cases:
        assert set(case) == {"post", "language", "labels", "templates", "facts"}
        assert "evil.example/" not in json.dumps(case["facts"]) + json.dumps(case["templates"])
        assert len(case["post"]) <= 2_500


@pytest.fixture(scope="module")
def brands() -> Brands:
    """The example brand."""
    return bootstrap.brands(ACME)


def test_nothing_is_sent_or_kept(server: Hostile, brands: Brands) -> None:
    """Heard, kept and drafted for, the posts leave no reply, no draft on a case and no event but its opening."""
    store = MemoryStore()
    posts = [post_of(line) for line in LINES]
    store.keep("s", hear(Batch.of(posts), brands, store.known()))
    opened = store.cases()
    assert len(opened) > 100
    server.mode = "fair"
    for case in opened:
        for one in draft(of_case(case), VOICE, OCCASION, Endpoint("m", server.url)).drafts:
            harmless(one)
    assert not store.replies()
    assert store.cases() == opened
    assert not any(case.draft or case.approved_by for case in store.cases())
