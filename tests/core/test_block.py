"""Blocks of texts."""

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.block import Block, alike, cut, folder
from ascolta.core.table import Table
from ascolta.core.text import fold, tokens
from ascolta.core.tier import installed, kernel
from ascolta.core.word import skeleton

SCRIPTS = "abzIİıéÉßẞñ ŉﬁ½™…“”’яйЙςΣάᾳ東京が゙ｶﾞタカ한글ㅋㅏ가हिंदीกำแพงعَرَبِيשָׁלוֹםவணக்கம்ខ្មែរ'-_.,@#$0９４²\n\t\x00\u2028"
SIGNS = "😀👩‍👧❤️👍🏽🇮🇹1️⃣\u200b\u200d\ufe0f\u00ad\u0301\u0345\u202e\u2066\U000e0041\ud800\udc00\u3099"
LACKING, WHY = not installed() and not os.environ.get("CI"), "numba is not installed"
JOINED = "👩👧🚀❤🏽\u200d\u200d\ufe0fa東\u0301™"
texts = st.lists(st.one_of(st.text(SCRIPTS + SIGNS, max_size=40), st.text(max_size=20)), min_size=1, max_size=8)


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


@given(texts)
@settings(max_examples=1500, deadline=None)
def test_a_block_holds_the_words_that_each_text_holds(said: list[str]) -> None:
    """Folding and cutting many texts at once gives what folding and cutting each gives."""
    assert read(said) == [tokens(fold(text)) for text in said]


@pytest.mark.skipif(LACKING, reason=WHY)
@given(st.one_of(texts, st.lists(st.text(JOINED, max_size=12), min_size=1, max_size=8)))
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
    block, terms = fast.Reader().read(folder().fold(said, fast.folding), Table().lookup())
    assert words(block, said) == [tokens(fold(text)) for text in said]
    assert len(block.starts) == len(block.stops) == len(terms) == block.first[-1]


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
