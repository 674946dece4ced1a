"""Posts in seven languages and what is drafted for them: whoever is unhappy is not thanked, who asks is answered.

`tones/*.txt` were written before the words of `lexicons/mood`. Of each kind the posts on odd places were looked at
with the words; of those on even places only the totals.
"""

from collections import Counter
from functools import lru_cache

import pytest

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.draft import Occasion, draft, of_mention
from ascolta.core.mention import hear
from ascolta.core.post import Actor, Batch, Post
from ascolta.files.drafts import load_voice
from tests.cli.running import ACME
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "drafts" / "tones"
GLAD = {"kind", "praise", "thanks"}
ANSWERS = {"question", "request", "look", "answer"}
SORRY = {"complaint", "unhappy"}


@lru_cache
def told() -> dict[str, list[tuple[str, int, list[str]]]]:
    """For each kind of post: its language, its place, and what its drafts are (none: an empty list)."""
    posts, places = list[Post](), dict[str, tuple[str, str, int]]()
    for path in sorted(FOLDER.glob("*.txt")):
        kind, place = "", 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                kind, place = line[2:], 0
                continue
            place += 1
            identity = f"{path.stem}-{kind}-{place}"
            places[identity] = (kind, path.stem, place)
            actor = Actor(handle=f"u{len(posts)}", indexable=True)
            posts.append(
                Post(id=identity, network="blog", content=f"@acmeair {line}", attributed_to=actor, language=path.stem)
            )
    read, voice = bootstrap.found(ACME), load_voice(ACME)
    made: dict[str, list[tuple[str, int, list[str]]]] = {}
    for mention in hear(Batch.of(posts), read.brands, Known()).mentions:
        kind, language, place = places[mention.post.id]
        found = draft(of_mention(mention), voice, Occasion(signed="Ruth", day=20_782)).drafts
        kinds = [one.template.partition("/")[2].partition("-")[0] for one in found]
        made.setdefault(kind, []).append((language, place, kinds))
    return made


def share(kind: str, half: int, wanted: set[str], *, most: int) -> float:
    """How many posts of a kind have one of `wanted` among the first `most` drafts; `half` 1: odd places, 0: even."""
    own = [kinds for _, place, kinds in told()[kind] if place % 2 == half]
    return sum(not wanted.isdisjoint(kinds[:most]) for kinds in own) / len(own)


def test_all_are_there() -> None:
    """Each language has as many of each kind."""
    count = Counter((kind, language) for kind, rows in told().items() for language, _, _ in rows)
    assert {language for _, language in count} == {"de", "en", "es", "fr", "it", "nl", "pt"}
    assert all(size == {"polite": 10, "anger": 10}.get(kind, 20) for (kind, _), size in count.items())


@pytest.mark.parametrize("half", [1, 0])
@pytest.mark.parametrize("kind", ["trouble", "anger"])
def test_the_unhappy_are_not_thanked(kind: str, half: int) -> None:
    """Hardly anybody who is unhappy, or thanks in anger, has thanks among the drafts; most have a sober one first."""
    assert share(kind, half, GLAD, most=3) <= 0.03
    assert share(kind, half, SORRY, most=1) >= 0.9


@pytest.mark.parametrize("half", [1, 0])
def test_polite_requests_are_requests(half: int) -> None:
    """A word of thanks at the end of a request makes it no thanks."""
    assert share("polite", half, GLAD, most=3) <= 0.03
    assert share("polite", half, ANSWERS, most=1) >= 0.85


@pytest.mark.parametrize("half", [1, 0])
def test_questions_are_answered(half: int) -> None:
    """Nearly each question or request has an answer among its drafts, and most have it first."""
    assert share("asks", half, ANSWERS, most=3) >= 0.97
    assert share("asks", half, ANSWERS, most=1) >= 0.8


@pytest.mark.parametrize("half", [1, 0])
def test_the_glad_are_thanked(half: int) -> None:
    """Most praise and thanks are answered as such, and hardly any with an apology."""
    assert share("glad", half, GLAD, most=1) >= 0.75
    assert share("glad", half, SORRY, most=1) <= 0.05
