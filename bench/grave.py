"""How well it is told that a post is for people only: by kind and language, what is found and what is mistaken.

    python bench/grave.py [--json]

The posts of tests/grave were written for this by hands that had not seen the lists. By `seen` the lists were made;
`first` had a part in thinning them out; of `second` only totals were looked at. Nearly all the harmless ones were
written to be mistaken. Beside ours stand the learned labels alone (core/grave.py adds our lists to them) and the plain
list of words that a first try would be.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ascolta.core.label import Ask, values
from ascolta.core.redact.normal import normal
from ascolta.core.speaking import LANGUAGES
from ascolta.core.speaking.grave import FOR_PEOPLE, grave
from ascolta.labels.learned import Learned

SET = Path(__file__).parents[1] / "tests" / "grave"
PARTS = ("seen", "first", "second")
KINDS = ("grief", "harm", "minor", "child", "")
MATTERS = frozenset(("bereavement", "self_harm", "minors"))

_WORDS = re.compile(
    r"\b(?:died|dead|death|funeral|suicid\w+|kill myself|my (?:son|daughter|child) (?:is|was)|i'?m 1[0-7]|injured"
    r"|muri\w+|muert\w+|funeral|falleci\w+|matarme|mi hij[oa]|tengo 1[0-7]|herid\w+"
    r"|morte?s?|décéd\w+|obsèques|me tuer|mon fils|ma fille|j'ai 1[0-7]|bless\w+"
    r"|gestorben|tot|tod|beerdigung|umbringen|mein sohn|meine tochter|ich bin 1[0-7]|verletzt"
    r"|morreu|mort[oa]|velório|me matar|meu filho|minha filha|tenho 1[0-7]|machuc\w+"
    r"|funerale|uccidermi|mio figlio|mia figlia|ho 1[0-7]|ferit\w+"
    r"|overleden|dood|begrafenis|zelfmoord|mijn zoon|mijn dochter|ik ben 1[0-7]|gewond)\b",
    re.IGNORECASE,
)
"""The plain list: what a first try by words alone would look for."""

Judge = Callable[[str, str], bool]


def rows(part: str) -> Iterator[tuple[str, str, str]]:
    """The language, the kind and the text of each post of a part."""
    for language in LANGUAGES:
        for line in (SET / part / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield language, row["kind"], row["text"]


def ours(language: str, text: str) -> bool:
    """Whether our lists find a post to be for people only."""
    return not FOR_PEOPLE.isdisjoint(grave(normal(text), language))


def listed(_: str, text: str) -> bool:
    """Whether the plain list does."""
    return _WORDS.search(text) is not None


def labelled() -> Judge:
    """Whether the learned labels do."""
    labeller = Learned()

    def judge(language: str, text: str) -> bool:
        ask = Ask(text=text, handles=(), names=(), language=language, is_reply=False, topics=(), lines=())
        return not MATTERS.isdisjoint(values(labeller.label([ask], [()])[0], "sensitive"))

    return judge


def found(part: str, judge: Judge) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """How many posts of each kind and language there are, and how many are found."""
    there, hits = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for language, kind, text in rows(part):
        there[kind, language] += 1
        hits[kind, language] += judge(language, text)
    return there, hits


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well it is told that a post is for people only.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args(arguments)
    judges = {"ours": ours, "labels": labelled(), "plain list": listed}
    told = {(part, name): found(part, judge) for part in PARTS for name, judge in judges.items()}
    if options.json:
        print(json.dumps([_row(part, name, *both) for (part, name), both in told.items()], indent=2))
        return 0
    console = Console(width=120)
    console.print(_by_kind(told))
    console.print(_by_language(told))
    texts = [(language, text) for language, _, text in rows("seen")]
    start = time.process_time()
    for language, text in texts:
        ours(language, text)
    console.print(f"ours: {len(texts) / (time.process_time() - start):,.0f} posts a second, one core")
    return 0


Told = dict[tuple[str, str], tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]]


def _row(part: str, name: str, there: Counter[tuple[str, str]], hits: Counter[tuple[str, str]]) -> dict[str, object]:
    cells = [{"kind": kind, "lang": lang, "posts": n, "found": hits[kind, lang]} for (kind, lang), n in there.items()]
    return {"part": part, "by": name, "cells": cells}


def _by_kind(told: Told) -> Table:
    table = Table(title="Found, of the posts that are for people only; the last column should be small")
    for head in ("posts", "by", *KINDS[:-1], "harmless"):
        table.add_column(head)
    for (part, name), (there, hits) in told.items():
        table.add_row(part, name, *(_share(there, hits, kind) for kind in KINDS))
    return table


def _by_language(told: Told) -> Table:
    table = Table(title="By language: found, and of the harmless ones mistaken")
    for head in ("posts", "by", *LANGUAGES):
        table.add_column(head)
    for (part, name), (there, hits) in told.items():
        cells = []
        for language in LANGUAGES:
            some, all_ = (sum(one[kind, language] for kind in KINDS[:-1]) for one in (hits, there))
            cells.append(f"{some}/{all_}, {hits['', language]}/{there['', language]}")
        table.add_row(part, name, *cells)
    return table


def _share(there: Counter[tuple[str, str]], hits: Counter[tuple[str, str]], kind: str) -> str:
    some, all_ = (sum(one[kind, language] for language in LANGUAGES) for one in (hits, there))
    return f"{some} of {all_}"


if __name__ == "__main__":
    sys.exit(main())
