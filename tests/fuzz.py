"""Throws damaged queries at the parser and the linter for a while: `python -m tests.fuzz [SECONDS [SEED]]`.

Whatever is typed must be a query that says itself back, or a QueryError with a column inside the text.
"""

import random
import sys
import time
from collections.abc import Iterator

from ascolta.core.lint import lint
from ascolta.core.parse import parse
from ascolta.errors import QueryError

PIECES = (
    "acme", '"acme air"', "AND", "OR", "NOT", "NEAR/3", "NEAR/3f", "NEAR/s", "SENTENCE", "(", ")", "deliver*", "*phone",
    "colo?r", "acme~1", '"a b c"~9', "raw:", 'raw:"A\\"B"', "lookalike:acme", "#tag", "@name", "$ACME", "@@terms",
    "lang:es",
    "words:>3", "words:[1 TO 9]", "date:2026-10-15..2026-10-20", "hour:9..17", "is:reply",
    "😀", "👩‍👧", "東京", "हिन्दी",
    "//", "<<<", ">>>", "\n", "\\", '"', "~", "*", "?", ":", "NEAR/", "\u200d", "\u0301", "\ud800", "\x00", "ß", "İ",
)  # fmt: skip


def damaged(rng: random.Random) -> str:
    """A query of random pieces, some of them cut, doubled or torn out of place."""
    said = [rng.choice(PIECES) for _ in range(rng.randrange(1, 14))]
    text = rng.choice(("", " ", " ")).join(said)
    for _ in range(rng.randrange(3)):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        text = rng.choice(
            (text[:at] + text[to:], text[:to] + text[at:], text[:at] + chr(rng.randrange(1, 0x3000)) + text[at:])
        )
    return text


def failures(rng: random.Random, seconds: float) -> Iterator[str]:
    """What went wrong, as it is found."""
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        text = damaged(rng)
        tried += 1
        try:
            query = parse(text, {"terms": parse("acme OR air")})
            if parse(str(query)) != query:
                yield f"{text!a} says itself back as {str(query)!a}"
            lint(query, text, {"terms": parse("acme OR air")})
        except QueryError as error:
            if not 1 <= error.column <= len(text) + 1 or not error.caret().endswith("^"):
                yield f"{text!a} has its mistake in column {error.column}"
        except Exception as error:  # noqa: BLE001 - anything else is what is looked for
            yield f"{text!a} ends in {type(error).__name__}: {str(error)!a}"
    sys.stdout.write(f"{tried:,} queries tried\n")


if __name__ == "__main__":
    seconds, seed = [*sys.argv[1:], *("60", "1")[len(sys.argv) - 1 :]]
    found = list(failures(random.Random(int(seed)), float(seconds)))
    sys.stdout.write("\n".join([*found[:20], f"{len(found)} failures\n"]))
    sys.exit(bool(found))
