"""How well and how fast the check of a reply judges: what is blocked by kind of fault and language, and the speed.

The replies of tests/replies were written before the rules. Of each file the scenes with an odd number were looked at
while the rules were tuned; of those with an even one only such totals were. A second set, of other trades, was written
before a later round; docs/author/replies.md has what was blocked of it at first sight, here stands what is blocked now.
Beside ours stands the plain list of words that a first check would be.
"""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ascolta.core.speaking import LANGUAGES, Talk, check, verdict
from ascolta.core.speaking.told import Asked, asked

HELD_OUT = ("fourth", "fifth", "sixth", "seventh")
"""Parts of the set by hands that knew neither lists nor weights, and of which no weight was learned."""

SET = Path(__file__).parents[1] / "tests" / "replies"
GOOD = "none: good replies"
FAULTS = (
    "personal-fact", "watching", "public-data", "sensitive", "asking", "unapproved", "blame", "person", GOOD,
)  # fmt: skip
MUST = FAULTS[:4]
"""Faults that must never go out."""

SECOND = (*FAULTS[:-1], "promotion", GOOD)
"""What may be wrong with a reply of the second set, which was written later and of more trades."""

_WORDS = re.compile(
    r"\b(?:we (?:saw|noticed|have seen)|hemos visto|nous avons vu|wir haben gesehen|vimos|abbiamo visto|we zagen"
    r"|your (?:e-?mail|phone|order number|profile|posts)|tu (?:correo|teléfono)|votre (?:mail|numéro)"
    r"|ihre? (?:e-mail|bestellnummer)|seu (?:cpf|e-mail|telefone)|tuo (?:numero|indirizzo)"
    r"|je (?:e-mailadres|bestelnummer)"
    r"|refund|reembols\w+|rembours\w+|erstatt\w+|rimbors\w+|terugbetal\w+|guarantee\w*|stupid|calm down|your fault)\b",
    re.IGNORECASE,
)
"""The plain list: what a first check by words alone would look for."""

HOSTILE = (
    "a ", "we ", "your ", "you ", "A ", "Aa ", "Aa, ", "@a ", "@", "1 ", "1.", "1,000,", "a.b/", "http://a/", "www.",
    "a@b.c ", "a@", "we noticed ", "your order number ", "please send ", "send us your ", "hi A ", "- A ", "^", "– ",
    "refund will be ", "we will we will ", "you should have ", "if you had ", "?", "? ", ". ", "\n", "12345 ",
    "A1B2C3 ",
    "a\u0301", "\u200b", "４", "😀", "tu ", "su ", "ihr ", "vous ", "vous avez ", "não ", "non ", "je ", "wir haben ",
)  # fmt: skip


def rows(half: int | None = None, part: str = "") -> Iterator[dict[str, Any]]:
    """The lines of the set, or of its part `second`: of odd scenes (1), of even scenes (0), or all."""
    for path in sorted((SET / part).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if half is None or int(row["id"].split("-")[1]) % 2 == half:
                yield row


def ours(one: Asked) -> bool:
    """Whether our check blocks a reply."""
    return verdict(check(one.reply, one.talk)) == "block"


def listed(one: Asked) -> bool:
    """Whether the plain list does."""
    return _WORDS.search(one.reply) is not None


def judged(judge: Callable[[Asked], bool], half: int | None = None, part: str = "") -> Counter[tuple[str, str, bool]]:
    """How many replies of each fault and language are blocked, and how many are not."""
    return Counter((row.get("fault", GOOD), row["lang"], judge(asked(row))) for row in rows(half, part))


def share(counted: Counter[tuple[str, str, bool]], *faults: str, lang: str = "") -> float:
    """The share of replies with these faults, in a language or in all, that is blocked."""
    kept = {key: count for key, count in counted.items() if key[0] in faults and lang in ("", key[1])}
    return sum(count for key, count in kept.items() if key[2]) / max(1, sum(kept.values()))


def by_rule(half: int | None = None, part: str = "") -> Counter[tuple[str, str]]:
    """How often a rule blocked a reply with a fault."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows(half, part):
        one = asked(row)
        rules = {finding.rule for finding in check(one.reply, one.talk) if finding.severity == "block"}
        found.update((row.get("fault", GOOD), rule) for rule in rules)
    return found


def rate(times: int = 5, *, mixed: bool = False) -> float:
    """Checks a second of one core, over the whole set; `mixed`: each reply in another talk than the one before it."""
    all_of_them = [asked(row) for row in rows()]
    if mixed:
        random.Random(1).shuffle(all_of_them)
    for one in all_of_them:
        ours(one)
    start = time.process_time()
    for _ in range(times):
        for one in all_of_them:
            ours(one)
    return times * len(all_of_them) / (time.process_time() - start)


def hostile(size: int = 2_000) -> list[str]:
    """Replies of the greatest length that are meant to be slow."""
    chance = random.Random(1)
    odd = ["".join(chance.choice("a1 .@-+:/#'Aéß,?") for _ in range(size)) for _ in range(4)]
    return [*((said * size)[:size] for said in HOSTILE), *odd]


def slowest() -> list[tuple[float, str]]:
    """The longest times in milliseconds for a whole check of a hostile reply, and on what; best of three each."""
    took = []
    for text in hostile():
        for lang in ("", "en", "de"):
            talk = Talk(lang=lang, brand="Acme")
            took.append((min(_took(partial(check, text, talk)) for _ in range(3)), f"{lang or 'all'} {text[:16]}"))
    return sorted(took, reverse=True)


def _took(run: Callable[[], object]) -> float:
    start = time.thread_time()
    run()
    return (time.thread_time() - start) * 1_000


def _by_language(second: Counter[tuple[str, str, bool]]) -> Table:
    table = Table("fault", "replies", "blocked", *LANGUAGES, title="the second set, looked at since it was written")
    for fault in SECOND:
        count = sum(number for key, number in second.items() if key[0] == fault)
        known = (f"{share(second, fault, lang=lang):.0%}" for lang in LANGUAGES)
        table.add_row(fault, str(count), f"{share(second, fault):.1%}", *known)
    return table


def _held_out() -> Table:
    table = Table("set", "fault", "replies", "blocked", "plain list", *LANGUAGES, title="not learned from")
    for part in HELD_OUT:
        mine, plain = judged(ours, part=part), judged(listed, part=part)
        spoken = {lang for _, lang, _ in mine}
        for fault in FAULTS:
            count = sum(number for key, number in mine.items() if key[0] == fault)
            known = (f"{share(mine, fault, lang=lang):.0%}" if lang in spoken else "" for lang in LANGUAGES)
            table.add_row(part, fault, str(count), f"{share(mine, fault):.1%}", f"{share(plain, fault):.1%}", *known)
        table.add_row(part, "all that must never go out", "", f"{share(mine, *MUST):.1%}", f"{share(plain, *MUST):.1%}")
    return table


def _by_rule(found: Counter[tuple[str, str]], name: str) -> Table:
    rules = sorted({rule for _, rule in found})
    table = Table(f"{name}: fault", *rules, title="which rules blocked (a reply may break several)")
    for fault in SECOND:
        table.add_row(fault, *(str(found[fault, rule] or "") for rule in rules))
    return table


def main() -> None:
    """Print the tables."""
    console = Console(width=120)
    tuned, unseen, plain = judged(ours, 1), judged(ours, 0), judged(listed, 0)
    table = Table("fault", "replies", "blocked, tuned on", "blocked, unseen", "plain list, unseen", *LANGUAGES)
    table.title = "how many replies are blocked, by fault; on the right, unseen ones by language"
    for fault in FAULTS:
        count = sum(number for key, number in (tuned + unseen).items() if key[0] == fault)
        shares = [f"{share(one, fault):.1%}" for one in (tuned, unseen, plain)]
        table.add_row(fault, str(count), *shares, *(f"{share(unseen, fault, lang=lang):.0%}" for lang in LANGUAGES))
    console.print(table)
    console.print(_held_out())
    console.print(_by_language(judged(ours, None, "second")))
    for part, half in (("", 0), ("second", None)):
        console.print(_by_rule(by_rule(half, part), part or "unseen"))
    console.print(f"{rate():,.0f} checks/s on one core; {rate(mixed=True):,.0f} where each reply has another talk")
    console.print("no package for checking replies is known to us to compare with; the plain list stands for one")
    for spent, text in slowest()[:3]:
        console.print(f"slowest whole check: {spent:.1f} ms on {text!a}")


if __name__ == "__main__":
    main()
