"""Which sentence each word stands in."""

import re
from collections.abc import Sequence
from itertools import product

_BREAK = re.compile(r"[.!?…;\n](?=[\s\"'»”)]|$)|[\n¡¿]|[\u2600-\U0001faff]")
_BREAKS = {pair: _BREAK.search(pair) is not None for pair in map("".join, product(".!?;,:()'\"-\n ", repeat=2))}
"""Whether a sentence ends between two words, for what stands there most often."""


def sentences(plain: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], set[int], list[int]]:
    """The number of each word's sentence, the numbers of those that end with a question mark, and their first words."""
    numbers: list[int] = []
    firsts = [0] if spans else []
    asks: set[int] = set()
    number = before = 0
    for start, end in spans:
        if before:
            between = plain[before:start]
            if between == " ":
                pass
            elif len(between) > 1:
                ends = _BREAKS.get(between)
                if ends or (ends is None and _BREAK.search(between)):
                    if "?" in between:
                        asks.add(number)
                    number += 1
                    firsts.append(len(numbers))
            elif between == "\n":
                number += 1
                firsts.append(len(numbers))
        numbers.append(number)
        before = end
    if "?" in plain[before:]:
        asks.add(number)
    return numbers, asks, firsts
