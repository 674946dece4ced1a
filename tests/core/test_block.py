"""Blocks of texts."""

import os
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.block import Block, alike, cut, folder
from ascolta.core.table import Table
from ascolta.core.text import MARKS, fold, tokens
from ascolta.core.tier import installed, kernel
from ascolta.core.word import skeleton

SCRIPTS = "abzIİıéÉßẞñ ŉﬁ½™…“”’яйЙςΣάᾳ東京が゙ｶﾞタカ한글ㅋㅏ가हिंदीกำแพงعَرَبِيשָׁלוֹםவணக்கம்ខ្មែរ'-_.,@#$0９４²\n\t\x00\u2028"
SIGNS = "😀👩‍👧❤️👍🏽🇮🇹1️⃣\u200b\u200d\ufe0f\u00ad\u0301\u0345\u202e\u2066\U000e0041\ud800\udc00\u3099"
LACKING, WHY = not installed() and not os.environ.get("CI"), "numba is not installed"
JOINED = "👩👧🚀❤🏽\u200d\u200d\ufe0fa東\u0301™"
texts = st.lists(st.one_of(st.text(SCRIPTS + SIGNS, max_size=40), st.text(max_size=20)), min_size=1, max_size=8)
joined = st.lists(st.text(JOINED, max_size=12), min_size=1, max_size=8)


def read(texts: list[str], *, compiled: bool = False) -> list[list[str]]:
    """The words of each text, by the plain steps or by the compiled loop."""
    loops = kernel("fast") if compiled else None
    return words(cut(folder().fold(texts, loops.folding if loops else None)), texts)


def words(block: Block, texts: list[str]) -> list[list[str]]:
    """The words of each text of a block."""
    found: list[list[str]] = [[] for _ in texts]
    for segment, row in enumerate(block.rows.tolist()):
        found[row] = [block.word(place) for place in range(block.first[segment], block.first[segment + 1])]
    return found


def test_no_mark_is_left_out() -> None:
    """Those of the first plane are all known, though not each of its characters is asked."""
    assert {one for one in map(chr, range(0x300, 0x10000)) if unicodedata.category(one) in ("Mn", "Mc")} == {*MARKS}


@given(st.one_of(texts, joined))
@settings(max_examples=2500, deadline=None)
def test_a_block_holds_the_words_that_each_text_holds(said: list[str]) -> None:
    """Folding and cutting many texts at once gives what folding and cutting each gives."""
    assert read(said) == [tokens(fold(text)) for text in said]


@pytest.mark.skipif(LACKING, reason=WHY)
@given(st.one_of(texts, joined))
@settings(max_examples=3000, deadline=None)
def test_the_compiled_loop_reads_the_same_words(said: list[str]) -> None:
    """The loop over code points gives what folding and cutting each text gives."""
    assert read(said, compiled=True) == [tokens(fold(text)) for text in said]


@pytest.mark.skipif(LACKING, reason=WHY)
@given(texts)
@settings(max_examples=1500, deadline=None)
def test_the_compiled_reader_cuts_the_same_words(said: list[str]) -> None:
    """Cutting in one loop gives what cutting each text gives, to the last word, behind which nothing may stand."""
    fast = kernel("fast")
    assert fast is not None
    block, terms, known = fast.Reader().read(folder().fold(said, fast.folding), Table().lookup())
    assert words(block, said) == [tokens(fold(text)) for text in said]
    assert not len(known)
    assert len(block.starts) == len(block.stops) == len(terms) == block.first[-1]


@pytest.mark.skipif(LACKING, reason=WHY)
def test_texts_around_the_steps_of_the_compiled_loop_read_the_same() -> None:
    """ASCII is folded in steps: texts of any length up to three of them, with another character at every place."""
    for odd in ("A", "é", "東", "😀", "ß", "\u200b", "\u0301", "\u0947", "\ud800"):
        said = ["Az_09 ,@"[at % 7 :] * 7 for at in range(8)]
        said = [one[:size] + odd + one[size : 2 * size] for one in said for size in range(26)]
        assert read(said, compiled=True) == [tokens(fold(text)) for text in said], odd


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.skipif(LACKING, reason=WHY))])
def test_long_words_are_told_apart_to_the_last_byte(*, compiled: bool) -> None:
    """Words that agree in all but one byte, at any place up to the hundredth, are not taken for one another."""
    fast = kernel("fast") if compiled else None
    table = Table()
    numbers: dict[str, int] = {}
    for size in (1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 300):
        for at in {0, size // 2, size - 1}:
            word = at * "a" + "b" + (size - at - 1) * "a"
            if table.add(word.encode(), len(numbers)):
                numbers[word] = len(numbers)
    near = [word[:at] + "c" + word[at + 1 :] for word in numbers for at in range(len(word))]
    said = [" ".join(numbers), *near, *(word + "a" for word in numbers), *(word[:-1] for word in numbers), *numbers]
    folded = folder().fold(said, fast.folding if fast else None)
    block, terms, known = fast.Reader().read(folded, table.lookup()) if fast else (cut(folded), None, None)
    expected = [numbers.get(word, -1) for row in words(block, said) for word in row]
    assert (table.find(block) if terms is None else terms).tolist() == expected
    if known is not None:
        assert known.tolist() == [place for place, number in enumerate(expected) if number >= 0]
    assert len(numbers) > 24


@pytest.mark.skipif(LACKING, reason=WHY)
def test_what_is_no_text_is_refused_and_not_read() -> None:
    """The compiled loop reads Python's own memory, so it makes sure first that it is given texts."""
    fast = kernel("fast")
    assert fast is not None
    odd: Any = ["acme", None]
    with pytest.raises(TypeError, match="expected texts"):
        folder().fold(odd, fast.folding)
    assert read(["acme"], compiled=True) == [["acme"]]


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.skipif(LACKING, reason=WHY))])
def test_characters_beside_every_kind_of_neighbour(*, compiled: bool) -> None:
    """Code points of all Unicode fold in a block as they do alone, between letters, marks and emoji."""
    beside = ["{}", "a{}b", "東{}京", "{0}{0}", "a\u0301{}", "क\u094d{}", "株\u00ad{}", "😀{}😀", "é" + 5 * "{0}\ufe0f"]
    beside += ["😀{}\u200d😀", "😀\u200d{}"]
    chars = [chr(code) for code in range(sys.maxunicode + 1)]
    for place, form in enumerate(beside):
        step = 5 if place == 0 else 43
        telling = chars[place::step] + [char for char in chars[:0x3000] if place % 3 == ord(char) % 3]
        for start in range(0, len(telling), 10_000):
            said = [form.format(char) for char in telling[start : start + 10_000]]
            assert read(said, compiled=compiled) == [tokens(fold(text)) for text in said], (form, start)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_lookalikes_stand_where_the_words_stand(said: list[str]) -> None:
    """The block of skeletons has the same words at the same places, each as its skeleton."""
    block = alike().block(said)
    for segment, row in enumerate(block.rows.tolist()):
        here = [block.word(place) for place in range(block.first[segment], block.first[segment + 1])]
        assert here == [skeleton(token) for token in tokens(fold(said[row]))]
