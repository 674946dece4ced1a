"""What the check of replies passes over so as to be quick: none of it changes what is found."""

import pytest
from bench.replies import rows
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.redact import LEAST_DIGITS, RULES
from ascolta.core.redact.normal import normal
from ascolta.core.speaking.check import grounds_of
from ascolta.core.speaking.grounds import LITTLE, NEW, SMALL, STATED, TOLD
from ascolta.core.speaking.lexicon import Hit, Phrase, Phrases, _reach, lexicon
from ascolta.core.speaking.sentences import _BREAK, _BREAKS, sentences
from ascolta.core.speaking.told import asked

PERSONAL = st.lists(
    st.sampled_from(
        ["iban", "de", "card", "ending in", "born on", "years old", "street", "calle", "rue", "+44", "(", ")", "1",
         "23", "456", "7890", ".", "/", "-", " ", "a", "AB", "SSN", "bsn", "Hauptstraße", "tel", "geb.", "age", "5/12"]
    ),
    max_size=24,
).map(" ".join)  # fmt: skip


@given(st.one_of(st.text(max_size=60), PERSONAL), st.sampled_from(["", "en", "de", "fr"]))
def test_a_rule_that_is_not_asked_would_find_nothing(text: str, language: str) -> None:
    """A rule of redaction that is not asked for want of digits finds nothing in such a text."""
    read = normal(text, language)
    for name, least in LEAST_DIGITS.items():
        if read.digits < least:
            assert list(RULES[name](read)) == []


def all_of(known: Phrases) -> list[Phrase]:
    """Every phrase, once."""
    kept = [known.by_word, known.by_stem, known.by_end]
    return list({id(one): one for by in kept for some in by.values() for one in some}.values())


def slowly(phrases: list[Phrase], words: list[str], numbers: list[int]) -> list[Hit]:
    """Where phrases stand: each of them tried at each word."""
    found = []
    for at, word in enumerate(words):
        for kind, before, anchor, after, _ in phrases:
            first = _reach(before, words, numbers, (at, -1)) if before else at
            last = _reach(after, words, numbers, (at, 1)) if after else at
            if anchor.fits(word) and first >= 0 and last >= 0:
                found.append(Hit(kind, first, last + 1))
    return found


@pytest.mark.parametrize("lang", ["en", "de", "fr"])
def test_phrases_are_found_as_if_each_was_tried_everywhere(lang: str) -> None:
    """What is looked up by the rarest word, its neighbour and a word beyond is what trying all at all places finds."""
    known = lexicon(lang).reply
    phrases = all_of(known)
    hits = 0
    for row in [row for row in rows() if row["lang"] == lang][::12]:
        read = normal(row["reply"], lang)
        numbers, _, _ = sentences(read.plain, read.spans())
        found = known.find(read.order, numbers)
        assert sorted(found) == sorted(slowly(phrases, read.order, numbers))
        hits += len(found)
    assert hits > 10


def test_words_stand_to_the_talk_as_has_tells() -> None:
    """The mark of a word is what asking thread and facts in turn would make of it."""
    seen = set()
    for row in list(rows())[::9]:
        one = asked(row)
        ground = grounds_of(one.talk)
        for word in normal(one.reply).order:
            told, stated = ground.thread.has(word), ground.both.has(word)
            wanted = LITTLE if len(word) <= SMALL else TOLD if told else STATED if stated else NEW
            assert ground.marks[word] == wanted
            seen.add(wanted)
    assert seen == {LITTLE, TOLD, STATED, NEW}


@given(st.text(alphabet="ab.!?;,:()'\"-\n …»😀", max_size=40))
def test_sentences_end_where_the_form_says(text: str) -> None:
    """Ends that are known by heart are those that the form finds, and each sentence's first word is told."""
    assert all((_BREAK.search(pair) is not None) == ends for pair, ends in _BREAKS.items())
    read = normal(text)
    numbers, asks, firsts = sentences(read.plain, read.spans())
    gaps = [read.plain[one[1] : two[0]] for one, two in zip(read.spans(), read.spans()[1:], strict=False)]
    turns = [gap == "\n" if len(gap) == 1 else _BREAK.search(gap) is not None for gap in gaps]
    assert numbers == [sum(turns[:at]) for at in range(len(read.order))]
    assert firsts == [at for at in range(len(read.order)) if not at or turns[at - 1]]
    assert all(any("?" in part for part in (*gaps, read.plain)) for _ in asks)
