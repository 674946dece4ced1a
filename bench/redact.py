"""How well and how fast personal data is found: recall and precision by type, clean lines touched, time, hostile texts.

The lines of tests/redaction were written before the rules and apart from them. Of each file the odd lines were looked
at while the rules were tuned; of the even lines only these totals were.
"""

import importlib
import importlib.util
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ascolta.core.redact import RULES, SPECIAL, STRUCTURED, TYPES, Span, find
from ascolta.core.redact.matters import find_matters
from ascolta.core.redact.normal import LIMIT, Normal, normal

SET = Path(__file__).parents[1] / "tests" / "redaction"
ENTITIES = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "IBAN_CODE": "IBAN", "CREDIT_CARD": "CARD", "IP_ADDRESS": "IP",
    "PERSON": "PERSON", "LOCATION": "ADDRESS", "STREET_ADDRESS": "ADDRESS",
}  # fmt: skip
UNLIKE = ("BANK_NUMBER", "ITIN", "DRIVER_LICENSE", "PLATE", "VEHICLE_REGISTRATION", "POSTCODE", "NPI")
"""What presidio calls our types, so far as it has them."""

HOSTILE = (
    "a.", "a.a.a.a@", "@", "@a", "#a ", "1", "1 ", "+1 ", "12-", "1.1.1.", "4111 ", "0612345678 ",
    "06 12 34 56 78 ", "((", "at dot ", "a at b dot c ", "jane dot doe at ", "[at] ", "order ", "order # ",
    "order number is is ", "order 12345 ", "http://a?token=", "http://", "a:a:", "::1 ", "f:", "de89 ",
    "DE89370400440532013000", "4242424242424242 ", "ending in 4242 card ", "** ", "xx ", "rue de la ",
    "12 rue de la ", "calle a b c ", "12 Aa Bb Cc ", "1 a street ", "live Aa Bb 1 ", "Aastraße ", "Aa ", "Mr ",
    "Mr A", "agent Aa ", "Anna Bb ", "M. ", "union ", "black woman ", "i'm 12 ", "born on 1.1.", "12 years ",
    "a\u0301", "\u200b", "４", "аb", "ﷺ", "\ud800", "\x00", "1z", "123-1234567-", "(0)1", "1/1/1", "NW1 6XE ",
    ", Aa Bb", "t.me/+", "/reset/a1", "😀",
)  # fmt: skip
"""What is repeated up to the length of one piece, to make a rule go back over what it has read."""


@dataclass(slots=True)
class Score:
    """What was found, missed and taken wrongly, by type; how many lines were clean, and how many of those touched."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    touched: int = 0

    def recall(self, *types: str) -> float:
        """Share of what is there that was found."""
        found = sum(self.found[name] for name in types)
        return found / max(1, found + sum(self.missed[name] for name in types))

    def precision(self, *types: str) -> float:
        """Share of what was found that is there."""
        found = sum(self.found[name] for name in types)
        return found / max(1, found + sum(self.wrong[name] for name in types))


def lines(half: int | None = None) -> Iterator[dict[str, Any]]:
    """The lines of the set: the odd ones (1), the even ones (0), or all."""
    for path in sorted(SET.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if half is None or number % 2 == half:
                yield json.loads(line)


def ours(line: dict[str, Any]) -> list[Span]:
    """What our rules find in a line."""
    return find(line["text"], line["lang"], own=line["handles"])


def score(read: Callable[[dict[str, Any]], list[Span]], half: int | None = None) -> Score:
    """Of a structured type every character must be found under its name; of others, any."""
    total = Score()
    for line in lines(half):
        got, wanted = read(line), [Span(**span) for span in line["spans"]]
        for span in wanted:
            covered = {place for one in got if one.type == span.type for place in range(one.start, one.end)}
            here = set(range(span.start, span.end))
            is_found = here <= covered if span.type in STRUCTURED else not here.isdisjoint(covered)
            (total.found if is_found else total.missed)[span.type] += 1
        for one in got:
            met = [span for span in wanted if span.type == one.type and span.start < one.end and one.start < span.end]
            total.wrong[one.type] += not met
        if not wanted:
            total.clean, total.touched = total.clean + 1, total.touched + bool(got)
    return total


def hostile() -> list[str]:
    """Texts of one piece's length that are meant to be slow."""
    chance = random.Random(1)
    odd = ["".join(chance.choice("a1 .@-+:/#'Aéß") for _ in range(LIMIT)) for _ in range(8)]
    wild = ["".join(chr(chance.randrange(0x110000)) for _ in range(LIMIT)) for _ in range(4)]
    return [*((said * LIMIT)[:LIMIT] for said in HOSTILE), *odd, *wild]


def slowest(texts: Iterable[str]) -> dict[str, tuple[float, str]]:
    """For each rule its longest time in milliseconds of one core, and on what; the best of five goes on each text."""
    rules: dict[str, Callable[[Normal], object]] = {
        **{name: partial(_exhausted, rule) for name, rule in RULES.items()},
        "special categories": partial(_exhausted, find_matters),
    }
    worst: dict[str, tuple[float, str]] = {}
    for text in texts:
        for language in ("", "en"):
            read = normal(text, language)
            took = {name: _took(partial(rule, read)) for name, rule in rules.items()}
            took["reading it first"] = _took(partial(normal, text, language))
            for name, spent in took.items():
                worst[name] = max(worst.get(name, (0.0, "")), (spent, text[:16]))
    return worst


def _exhausted(rule: Callable[[Normal], Iterator[object]], read: Normal) -> int:
    return sum(1 for _ in rule(read))


def _took(run: Callable[[], object]) -> float:
    best = 1e9
    for _ in range(5):
        start = time.thread_time()
        run()
        best = min(best, (time.thread_time() - start) * 1_000)
        if best < 1:
            break
    return best


def rate(read: Callable[[dict[str, Any]], list[Span]], *, joined: int, times: int = 10) -> float:
    """Posts a second of one core, over the whole set, so many of its lines to a post."""
    rows = list(lines())
    posts = [{**row, "text": ". ".join(one["text"] for one in rows[at : at + joined])} for at, row in enumerate(rows)]
    for line in posts:
        read(line)
    start = time.process_time()
    for _ in range(times):
        for line in posts:
            read(line)
    return times * len(posts) / (time.process_time() - start)


def presidio() -> tuple[Callable[[dict[str, Any]], list[Span]] | None, str]:
    """The peer with its rules (no language model, as ours has none), or why it is not here."""
    if importlib.util.find_spec("presidio_analyzer") is None:
        return None, "not installed (pip install presidio-analyzer); it is no dependency of ours"
    spacy = importlib.import_module("spacy")
    peer = importlib.import_module("presidio_analyzer")
    engines = importlib.import_module("presidio_analyzer.nlp_engine")
    codes = ["en", "es", "it", "pt", "de", "fr", "nl"]
    engine = engines.SpacyNlpEngine(models=[{"lang_code": code, "model_name": code} for code in codes])
    engine.nlp = {code: spacy.blank(code) for code in codes}
    registry = peer.RecognizerRegistry(supported_languages=codes)
    registry.load_predefined_recognizers(languages=codes, nlp_engine=engine)
    analyzer = peer.AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=codes)

    def read(line: dict[str, Any]) -> list[Span]:
        text = line["text"].replace(".example", ".college")  # it takes no reserved domain for one
        found = analyzer.analyze(text=text, language=line["lang"], score_threshold=0.35)
        return [Span(one.start, one.end, _called(one.entity_type)) for one in found if _called(one.entity_type)]

    return read, ""


def _called(entity: str) -> str:
    """Our name of what presidio calls `entity`; its names for numbers of persons begin with a country."""
    return ENTITIES.get(entity) or ("NATIONAL_ID" if entity[2:3] == "_" and not entity.endswith(UNLIKE) else "")


def main() -> None:
    """Print three tables."""
    console = Console(width=110)
    peer, why = presidio()
    console.print(_by_type(peer, why))
    table = Table("", "posts/s, about 50 characters", "about 150 characters", "clean lines touched, of")
    table.title = "speed on one core, and calm"
    for name, read in (("Ascolta", ours), ("presidio-analyzer", peer)):
        if read is None:
            table.add_row(name, why, "–", "–")
        else:
            total = score(read)
            times = 10 if read is ours else 1
            rates = [f"{rate(read, joined=joined, times=times):,.0f}" for joined in (1, 3)]
            table.add_row(name, *rates, f"{total.touched}, {total.clean}")
    console.print(table)
    table = Table("rule", "ms", "on", title=f"the slowest that each rule was on {LIMIT:,} hostile characters")
    for name, (took, text) in sorted(slowest(hostile()).items(), key=lambda one: -one[1][0]):
        table.add_row(name, f"{took:.2f}", ascii(text))
    console.print(table)


def _by_type(peer: Callable[[dict[str, Any]], list[Span]] | None, why: str) -> Table:
    seen, unseen, theirs = score(ours, 1), score(ours, 0), score(peer) if peer else None
    table = Table("type", "spans", "recall, tuned on", "recall, unseen", "precision, unseen", "presidio: both")
    groups = {name: (name,) for name in TYPES} | {"structured": STRUCTURED, "special categories": SPECIAL, "all": TYPES}
    for name, types in groups.items():
        spans = sum(seen.found[one] + seen.missed[one] + unseen.found[one] + unseen.missed[one] for one in types)
        has = theirs is not None and any(theirs.found[one] + theirs.wrong[one] for one in types)
        other = f"{theirs.recall(*types):.0%}, {theirs.precision(*types):.0%}" if theirs and has else "–"
        ours_ = (f"{seen.recall(*types):.1%}", f"{unseen.recall(*types):.1%}", f"{unseen.precision(*types):.1%}")
        table.add_row(name, str(spans), *ours_, other, end_section=name in ("PERSON", TYPES[-1]))
    table.caption = (
        f"presidio-analyzer: {why}" if why else "presidio-analyzer with its rules, over the whole set; –: none found"
    )
    return table


if __name__ == "__main__":
    main()
