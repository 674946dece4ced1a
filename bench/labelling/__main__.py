"""The tables: quality beside peers, domains left out, sensitive matters and topics by language, calibration, speed."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from bench.labelling.domains import left_out
from bench.labelling.peers import Tfidf
from bench.labelling.vader import Vader
from rich.console import Console
from rich.table import Table

from ascolta.core.label import Labels, values
from ascolta.labels.accurate import accurate, installed
from ascolta.labels.learned import Learned
from ascolta.labels.scorer import WEIGHTS, load
from ascolta.training.calibration import reliability
from ascolta.training.encoding import ask
from ascolta.training.examples import Example, read_corpus, read_held, read_measured, read_public
from ascolta.training.tasks import SEVEN, TASKS, LabelBatch, Task, batched

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
ACCURATE_MOST = 1_500
"""Posts of a task that the accurate tier is asked of at most; it is slow."""

Said = dict[int, Labels]
Say = Callable[[Sequence[str]], list[str]]


def main() -> int:
    """Print the tables."""
    data = Path(os.environ["ASCOLTA_DATA"]) if os.environ.get("ASCOLTA_DATA") else None
    own = [*read_corpus(CORPUS), *read_held(CORPUS.parent / "held")]
    examples = [*own, *((*read_public(data), *read_measured(data)) if data else ())]
    if data is None:
        print("ASCOLTA_DATA is not set: only the corpus of our own is measured")
    console = Console(width=120)
    tiers = {"default": batched(Learned())}
    if installed():
        tiers["accurate"] = batched(accurate())
    console.print(quality(examples, tiers))
    if data:
        console.print(domains(examples))
    corpus = [one for one in examples if one.part == "test" and one.source.startswith("corpus")]
    console.print(by_language(corpus, tiers))
    console.print(calibration(corpus, tiers["default"]))
    console.print(speed(examples, tiers))
    return 0


def quality(examples: Sequence[Example], tiers: dict[str, LabelBatch]) -> Table:
    """One row a task, one column a labeller; accurate on a sample where a task has many posts."""
    table = Table("task", "posts", "target", *tiers, "TF-IDF + LR", "VADER", title="Macro F1 unless said; test parts")
    sevens: dict[str, list[float]] = {}
    vader = Vader()
    for task in TASKS:
        asked = task.of(examples)
        if not asked:
            continue
        found = {name: _score(task, asked, label, name) for name, label in tiers.items()}
        found["TF-IDF + LR"] = _peer(task, asked, Tfidf(task, examples).say)
        if task.label == "polarity":
            found["VADER"] = _peer(task, asked, vader.say)
        cells = [f"{found[name]:.3f}" if name in found else "" for name in (*tiers, "TF-IDF + LR", "VADER")]
        table.add_row(task.name, f"{len(asked):,}", f"{task.target:.2f}" if task.target else "", *cells)
        if task.name.rpartition(" ")[2] in SEVEN:
            for name, score in found.items():
                sevens.setdefault(name, []).append(score)
    if sevens:
        cells = [f"{np.mean(sevens[name]):.3f}" if name in sevens else "" for name in (*tiers, "TF-IDF + LR", "VADER")]
        table.add_row("polarity, mean of these seven", "", "0.58", *cells)
    return table


def _score(task: Task, asked: Sequence[Example], label: LabelBatch, name: str) -> float:
    some = asked if name == "default" else asked[:: max(1, len(asked) // ACCURATE_MOST)]
    return task.score(task.pairs(some, label))


def _peer(task: Task, asked: Sequence[Example], say: Say) -> float:
    said = say([one.text for one in asked])
    return task.score([(task.meant(one), given) for one, given in zip(asked, said, strict=True)])


def domains(examples: Sequence[Example]) -> Table:
    """Complaints of a domain left out."""
    found = left_out(examples)
    table = Table("domain", "posts", "macro F1", title="Complaints, default recipe, the domain left out")
    for domain, (score, posts) in found.items():
        table.add_row(domain, str(posts), f"{score:.3f}")
    table.add_row("mean", "", f"{np.mean([score for score, _ in found.values()]):.3f}")
    return table


def by_language(corpus: Sequence[Example], tiers: dict[str, LabelBatch]) -> Table:
    """Own corpus by language: macro F1 of three labels, micro F1 of sensitive matters, language itself."""
    names = ("addressed", "complaint", "polarity", "intent", "sensitive", "language")
    table = Table("language", "posts", "tier", *names, title="Own corpus, unseen brands, by language")
    tasks = {task.label: task for task in TASKS if task.sources == ("corpus",)}
    for language in sorted({str(one.language) for one in corpus}):
        asked = [one for one in corpus if one.language == language]
        for tier, label in tiers.items():
            given = label([ask(one) for one in asked])
            both = list(zip(asked, given, strict=True))
            cells = [
                f"{task.score([(task.meant(one), task.said(said)) for one, said in both]):.3f}"
                for task in (tasks[name] for name in names[:4])
            ]
            matters = _micro([(one.labels["sensitive"], values(said, "sensitive")) for one, said in both])
            right = sum(values(said, "language") == (language,) for said in given) / len(asked)
            spoken = f"{right:.3f}" if any(values(said, "language") for said in given) else ""
            table.add_row(language, str(len(asked)), tier, *cells, f"{matters:.3f}", spoken)
    return table


def _micro(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    right = sum(len(set(meant) & set(said)) for meant, said in pairs)
    return 2 * right / max(1, sum(len(meant) + len(said) for meant, said in pairs))


def calibration(corpus: Sequence[Example], label: LabelBatch) -> Table:
    """How often a label is right that is said with some score."""
    bins = [f"{low / 10:.1f}-" for low in range(10)]
    table = Table("label", "ECE", *bins, title="Share that is right, by score; own corpus, unseen brands")
    given = label([ask(one) for one in corpus])
    for name in ("addressed", "complaint", "polarity", "intent", "offensive"):
        said = [next(one for one in labels if one.name == name) for labels in given]
        score = np.array([one.score for one in said], dtype=np.float32)
        right = np.array([one.value == example.labels[name][0] for one, example in zip(said, corpus, strict=True)])
        error, rows = reliability(score, right)
        shares = {int(min(9, mean * 10)): f"{share:.2f} ({count})" for mean, share, count in rows}
        table.add_row(name, f"{error:.3f}", *(shares.get(place, "") for place in range(10)))
    return table


def speed(examples: Sequence[Example], tiers: dict[str, LabelBatch]) -> Table:
    """Posts a second of CPU time, all labels, in batches of a thousand, best of three."""
    table = Table("labeller", "posts per CPU-second", "start in ms", title="Speed, all labels")
    asks = [ask(one) for one in examples if one.part == "test"][:20_000]
    began = time.process_time()
    load(WEIGHTS)
    start = time.process_time() - began
    for name, label in tiers.items():
        some = asks if name == "default" else asks[:500]
        took = min(_timed(partial(label, some)) for _ in range(3))
        table.add_row(name, f"{len(some) / took:,.0f}", f"{start * 1000:.0f}" if name == "default" else "")
    vader, texts = Vader(), [one.text for one in asks[:2_000]]
    table.add_row("VADER, polarity only", f"{len(texts) / _timed(lambda: vader.say(texts)):,.0f}", "")
    return table


def _timed(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
