"""Which sentence each word stands in."""

import re
from collections.abc import Sequence

_BREAK = re.compile(r"[.!?…;\n](?=[\s\"'»”)]|$)|[\n¡¿]|[\u2600-\U0001faff]")


def sentences(plain: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], set[int]]:
    """The number of each word's sentence, and the numbers of the sentences that end with a question mark."""
    numbers: list[int] = []
    asks: set[int] = set()
    number = before = 0
    for start, end in spans:
        if start - before > 1 and before:
            found = _BREAK.search(plain, before, start)
            if found:
                if "?" in plain[before:start]:
                    asks.add(number)
                number += 1
        elif before and plain[before:start] == "\n":
            number += 1
        numbers.append(number)
        before = end
    if "?" in plain[before:]:
        asks.add(number)
    return numbers, asks
