"""Labelled posts for training and measuring: our own corpus, public sets, and sets that are only measured.

Beside the names of core/label.py, `labels` may hold: `purchase` and `suggestion` (yes or no) where a set tells this one
intent from all others; `emotion`, `irony`, `hate` for what only helps to learn the others.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ascolta.core.text import fold

Row = dict[str, Any]
Stated = Mapping[str, tuple[str, ...]]

LANGUAGES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "portuguese": "pt", "italian": "it",
    "arabic": "ar", "hindi": "hi",
}  # fmt: skip
SIGNS = ("negative", "neutral", "positive")
EMOTIONS = ("anger", "joy", "optimism", "sadness")
FELT = {"Negative emotion": "negative", "Positive emotion": "positive", "No emotion toward brand or product": "neutral"}
AIRLINES = {
    "Virgin America": "virginamerica", "United": "united", "Southwest": "southwestair", "Delta": "jetblue",
    "US Airways": "usairways", "American": "americanair",
}  # fmt: skip
"""Whose account each airline's posts were said to; the set has JetBlue's under the name of Delta."""

_SPACE = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A post and what its source says of it. `part` is train, dev or test; `group` a brand, a domain, an incident."""

    text: str
    source: str
    part: str
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    language: str | None = None
    is_reply: bool = False
    group: str = ""
    labels: Stated = field(default_factory=dict)


def read_corpus(folder: Path) -> list[Example]:
    """The corpus of our own: every *.jsonl of a folder. A brand's posts stand in one part, so that tests are unseen."""
    return [_own(row, f"corpus-{path.stem}") for path in sorted(folder.glob("*.jsonl")) for row in _lines(path)]


def read_held(folder: Path) -> list[Example]:
    """Posts of our own that are only measured: every *.jsonl of a folder, all of them test."""
    rows = [(row, f"held-{path.stem}") for path in sorted(folder.glob("*.jsonl")) for row in _lines(path)]
    return [replace(_own(row, source), part="test") for row, source in rows]


def read_public(data: Path) -> list[Example]:
    """The public sets that may be trained on, as far as they are there; no text of a test part is in a train part."""
    return apart([example for name, make in PUBLIC for example in _set(data, name, make)])


def read_measured(data: Path) -> list[Example]:
    """The sets that are only measured, all of them test; never trained on."""
    return [example for name, make in MEASURED for example in _set(data, name, make)]


def read_unlabelled(data: Path) -> list[Example]:
    """Public texts without a label of ours, for what a better labeller says of them."""
    return [example for name in UNLABELLED for example in _set(data, name, lambda row: {"part": "train"})]


def apart(examples: Iterable[Example]) -> list[Example]:
    """`examples` without train texts that stand, or nearly so, in a dev or test part, and dev texts of a test part."""
    examples = list(examples)
    tested = {alike(one.text) for one in examples if one.part == "test"}
    held = tested | {alike(one.text) for one in examples if one.part == "dev"}
    kept_from = {"train": held, "dev": tested, "test": frozenset[str]()}
    return [one for one in examples if alike(one.text) not in kept_from[one.part]]


def alike(text: str) -> str:
    """What texts share that differ in punctuation, links and accounts at most."""
    bare = re.sub(r"https?:\S*|\bhttp\b|@\w+|\\u20\w\w|\\u002c|&\w+;", " ", text)
    return _SPACE.sub(" ", fold(bare)).strip()


def part_of(key: str) -> str:
    """A stable choice: 80 in 100 train, 8 dev, 12 test."""
    place = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:4], "big") % 100
    return "train" if place < 80 else "dev" if place < 88 else "test"


def _own(row: Row, source: str) -> Example:
    stated = row["labels"]
    return Example(
        text=row["text"],
        source=source,
        part=part_of(f"corpus {fold(row['brand'])}"),
        handles=(fold(row["handle"]),),
        names=(fold(row["brand"]),),
        language=row["lang"],
        group=row["brand"],
        labels={name: tuple(said) if isinstance(said, list) else (said,) for name, said in stated.items()},
    )


def _lines(path: Path) -> Iterator[Row]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _set(data: Path, name: str, make: Callable[[Row], dict[str, Any] | None]) -> Iterator[Example]:
    """The examples of one set; one whose name ends in -val is a test part, unless the maker says otherwise."""
    path = data / f"{name}.jsonl.gz"
    for row in _lines(path) if path.exists() else ():
        made = make(row) if row["text"] else None
        if made is None:
            continue
        part = "test" if name.endswith("-val") else _within_train(row["text"], own_test=name.endswith("-train"))
        language = LANGUAGES.get(name.partition("/")[2].partition("-")[0])
        yield Example(**{"text": row["text"], "source": name, "part": part, "language": language or "en", **made})


def _within_train(text: str, *, own_test: bool) -> str:
    """A part by hash of the text; of a set whose test part is another file, all that would be test is train."""
    part = part_of(alike(text))
    return "train" if own_test and part == "test" else part


def _yes(value: object) -> tuple[str]:
    return ("yes" if value else "no",)


def _complaint(row: Row) -> Row:
    return {"group": row["domain"], "labels": {"complaint": _yes(row["complaint"])}}


def _polarity(row: Row) -> Row:
    return {"labels": {"polarity": (row["polarity"],)}}


def _target(row: Row) -> Row:
    return {"group": row["target"], "names": (fold(row["target"]),), "labels": {"polarity": (row["polarity"],)}}


def _sxsw(row: Row) -> Row | None:
    felt = FELT.get(row["emotion"])
    names = (fold(row["target"]),) if row["target"] else ()
    return None if felt is None else {"names": names, "labels": {"polarity": (felt,)}}


def _davidson(row: Row) -> Row:
    return {"labels": {"offensive": _yes(row["label"] != "neither"), "hate": _yes(row["label"] == "hate")}}


def _purchase(row: Row) -> Row | None:
    return None if row["label"] == "undefined" else {"labels": {"purchase": (row["label"],)}}


def _said(name: str) -> Callable[[Row], Row]:
    return lambda row: {"labels": {name: _yes(row["label"])}}


def _named(name: str, values: tuple[str, ...]) -> Callable[[Row], Row]:
    return lambda row: {"labels": {name: (values[int(row["label"])],)}}


def _airline(row: Row) -> Row:
    brand = row["brand"]
    return {
        "part": "test",
        "group": brand,
        "handles": (AIRLINES[brand],),
        "names": (fold(brand),),
        "labels": {"polarity": (row["polarity"],)},
    }


def _suggestion(row: Row) -> Row:
    return {"part": "test", "labels": {"suggestion": _yes(row["suggestion"])}}


def _thread(row: Row) -> Row | None:
    if row["brand_account"]:
        return None
    return {"part": "test", "is_reply": bool(row["in_reply_to"]), "labels": {}}


PARTS = ("train", "val")
PUBLIC: tuple[tuple[str, Callable[[Row], Row | None]], ...] = (
    ("complaints", _complaint),
    ("sentiment-semeval", _polarity),
    ("target-polarity-semeval", _target),
    ("brand-emotion-sxsw", _sxsw),
    ("offence-davidson", _davidson),
    ("purchase-intent", _purchase),
    ("tweeteval/sentiment-val", _named("polarity", SIGNS)),
    *((f"multilingual/{language}-{part}", _polarity) for language in LANGUAGES for part in PARTS),
    *(
        (f"tweeteval/{name}-{part}", _said(name))
        for name in ("offensive", "irony", "hate")
        for part in ("train", "val")
    ),
    *((f"tweeteval/emotion-{part}", _named("emotion", EMOTIONS)) for part in PARTS),
)
UNLABELLED = ("politeness-stack-exchange", "politeness-wikipedia")
MEASURED: tuple[tuple[str, Callable[[Row], Row | None]], ...] = (
    ("airline", _airline),
    ("suggestions-train", _suggestion),
    ("care-threads", _thread),
)
