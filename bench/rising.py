"""Words of the week against the truth: simulated weeks with terms planted in them, published by the very code.

Posts are made of invented words whose frequency follows Zipf's law, with ordinary words between them, each by an author
of its own. Planted terms are two words that no other post has side by side, said by a known number of authors. What is
asked: how often a planted term is shown, how often it is told as a rise beside four weeks without it, how many terms of
one single author are shown; beside a list that counts exactly and hides nobody. Then how long a mention takes.
"""

import argparse
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from rich.console import Console
from rich.table import Table

from ascolta.core.bound import Contributions, Spoken
from ascolta.core.cells import Exact
from ascolta.core.days import DAY
from ascolta.core.ordinary import ordinary
from ascolta.core.rising import THRESHOLD, Week, publish_words, rises
from ascolta.core.rising_terms import Barred, terms

FIRST = 19_996
AUTHORS = (40, 80, 120, 140, 160, 180, 200, 240, 280, 320, 400)
WORDS, A_DAY, BEFORE = 6_000, 1_200, 4
COMMON = sorted(ordinary("en"))
CONSOLE = Console(width=110)


@dataclass
class Found:
    """What was seen of all weeks: of planted terms by their authors, and of terms that one author alone said."""

    planted: Counter[int] = field(default_factory=Counter)
    shown: Counter[int] = field(default_factory=Counter)
    told: Counter[int] = field(default_factory=Counter)
    exact: Counter[int] = field(default_factory=Counter)
    alone: int = 0
    alone_shown: int = 0


def main() -> None:
    """Print what was found."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--weeks", type=int, default=8)
    weeks = reading.parse_args().weeks
    chance = Random(20_261_126)
    found = Found()
    for _ in range(weeks):
        look(chance, found)
    table = Table("authors who said it", "shown", "told as a rise", "in an exact list of the same length")
    for count in AUTHORS:
        table.add_row(str(count), *(_rate(part[count], found.planted[count]) for part in _parts(found)))
    CONSOLE.print(table)
    CONSOLE.print(f"{found.alone:,} terms that one author alone said: {found.alone_shown} shown, in {weeks} weeks")
    CONSOLE.print(speed(chance))


def look(chance: Random, found: Found) -> None:
    """One week with all planted terms, beside weeks that have none of them."""
    words = _vocabulary(chance)
    planted = {f"{chance.choice(words)} {_word(chance)}": count for count in AUTHORS for _ in range(3)}
    counts = _week(chance, words, planted)
    before = [_published(_week(chance, words, {}), back, chance) for back in range(BEFORE, 0, -1)]
    last = _published(counts, 0, chance)
    shown = {word.term for word in last.words}
    rose = {one.term for one in rises([*before, last]) if one.is_clear}
    exact = {term for term, _ in Counter(counts).most_common(len(shown))}
    for term, count in planted.items():
        found.planted[count] += 1
        found.shown[count] += term in shown
        found.told[count] += term in rose
        found.exact[count] += term in exact
    alone = {term for term, count in counts.items() if count == 1}
    found.alone += len(alone)
    found.alone_shown += len(alone & shown)


def speed(chance: Random) -> str:
    """Microseconds a mention, and seconds for a week of many terms."""
    words = _vocabulary(chance)
    posts = [_post(chance, words) for _ in range(4_000)]
    begun = time.process_time()
    said = [terms(post, "en", Barred()) for post in posts]
    cut = time.process_time()
    today = Contributions(lambda: b"k" * 32)
    today.turn(FIRST * DAY)
    spoken = [
        Spoken(network="x", account=f"u{number}", at=FIRST * DAY, terms=found) for number, found in enumerate(said)
    ]
    today.words("acme", spoken)
    added = time.process_time()
    publish_words({str(number): Exact(1) for number in range(20_000)}, secrets.randbits)
    drawn = time.process_time()
    each = 1e6 / len(posts)
    return (
        f"{(cut - begun) * each:.0f} µs to cut a mention's terms, {(added - cut) * each:.0f} µs to bound them; "
        f"{(drawn - added) * 5:.1f} s to publish a week of 100,000 different terms"
    )


def _week(chance: Random, words: Sequence[str], planted: dict[str, int]) -> dict[str, int]:
    """The exact counts of a week, as they are added up day by day; planted terms are spread over its days."""
    counts: Counter[str] = Counter()
    by_day: list[list[str]] = [[] for _ in range(7)]
    for term, count in planted.items():
        for _ in range(count):
            by_day[chance.randrange(7)].append(term)
    for day, own in enumerate(by_day):
        today = Contributions(lambda: chance.randbytes(32))
        at = float((FIRST + day) * DAY)
        today.turn(at)
        posts = [_post(chance, words, term) for term in own] + [_post(chance, words) for _ in range(A_DAY)]
        spoken = [
            Spoken(network="x", account=f"u{number}", at=at, terms=terms(post, "en", Barred()))
            for number, post in enumerate(posts)
        ]
        for said, exact in today.words("acme", spoken).items():
            counts[said] += exact.noised(lambda: 0)
    return counts


def _published(counts: dict[str, int], back: int, chance: Random) -> Week:
    first = FIRST - 7 * back
    words = publish_words({term: Exact(count) for term, count in counts.items()}, chance.getrandbits)
    return Week(brand="acme", first=first, days=tuple(range(first, first + 7)), words=words)


def _post(chance: Random, words: Sequence[str], planted: str = "") -> str:
    """Six to 20 words, half of them ordinary, with a planted term somewhere among them."""
    said = [
        chance.choice(COMMON) if chance.random() < 0.5 else words[int(len(words) ** chance.random()) - 1]
        for _ in range(chance.randint(6, 20))
    ]
    if planted:
        said.insert(chance.randint(0, len(said)), planted)
    return " ".join(said)


def _vocabulary(chance: Random) -> list[str]:
    return [_word(chance) for _ in range(WORDS)]


def _word(chance: Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4))) + "x"


def _parts(found: Found) -> tuple[Counter[int], ...]:
    return found.shown, found.told, found.exact


def _rate(some: int, whole: int) -> str:
    return f"{100 * some / whole:.0f} %" if whole else "-"


if __name__ == "__main__":
    CONSOLE.print(f"shown from {THRESHOLD} on, after noise")
    main()
