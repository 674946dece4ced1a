"""How a draft of an etiquette goes its way: written, asked for, sent back, published by somebody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.amend import (
    LONGEST,
    Draft,
    DraftState,
    ask,
    differences,
    publishable,
    rebased,
    send_back,
    tidied,
    write,
)
from ascolta.errors import CaseError

ANN = Draft(brand="acme", text="a\n", base="b", by="Ann", at=1.0)
ASKED = ask(ANN, "ann", ANN.digest)
text = st.text(alphabet="ab\n", max_size=30)


def refused(act: object, *given: object) -> str:
    """Why something is refused."""
    assert callable(act)
    with pytest.raises(CaseError) as error:
        act(*given)
    return str(error.value)


def test_two_people_stand_for_the_same_words() -> None:
    """Whoever wrote it last asks; another one publishes exactly what they read, also not under a name written anew."""
    assert "Ann wrote this draft last" in refused(ask, ANN, "Bob", ANN.digest)
    assert ASKED.state is DraftState.ASKED
    assert "did not ask" in refused(publishable, ANN, "Bob", ANN.digest)
    assert "another person" in refused(publishable, ASKED, "ANN ", ASKED.digest)
    assert publishable(ASKED, "Bob", ASKED.digest) is ASKED
    assert "wrote on this draft meanwhile" in refused(publishable, ASKED, "Bob", "other")
    assert "no draft" in refused(publishable, None, "Bob", "")


def test_whoever_writes_takes_the_asking_back() -> None:
    """Another version is another draft, by who wrote it; what was not seen is not written over; the base stays."""
    bob = Draft(brand="acme", text="c\n", base="later", by="Bob", at=2.0)
    found = write(ASKED, bob, ASKED.digest)
    assert (found.state, found.by, found.base, found.text) == (DraftState.WRITTEN, "Bob", "b", "c\n")
    assert "Ann saved another version" in refused(write, ASKED, bob, "older")
    assert "published or thrown away" in refused(write, None, bob, "older")
    assert write(None, bob, "") == bob
    assert write(ASKED, Draft(brand="acme", text="a\n", base="", by="Bob", at=2.0), ASKED.digest) is ASKED


def test_a_draft_is_sent_back_with_a_reason_and_taken_back_without() -> None:
    """The reason stays until it is asked for again; nothing is sent back that nobody asked for."""
    assert "needs a reason" in refused(send_back, ASKED, "Bob", " ", ASKED.digest)
    back = send_back(ASKED, "Bob", " too loud ", ASKED.digest)
    assert (back.state, back.note, back.noted_by, back.by) == (DraftState.RETURNED, "too loud", "Bob", "Ann")
    assert "nothing to send back" in refused(send_back, back, "Bob", "no", back.digest)
    mended = write(back, Draft(brand="acme", text="d\n", base="", by="Ann", at=3.0), back.digest)
    assert (mended.state, mended.note) == (DraftState.WRITTEN, "too loud")
    assert ask(mended, "Ann", mended.digest).note == ""
    assert send_back(ASKED, "Ann", "", ASKED.digest).state is DraftState.WRITTEN
    assert rebased(ASKED, "new", ASKED.digest).state is DraftState.WRITTEN


def test_a_text_is_tidied() -> None:
    """Line ends are those of a file, and the last line has one; a text that is too long is refused, not cut."""
    assert (tidied("\ufeffa\r\nb\rc"), tidied(""), tidied("a\n")) == ("a\nb\nc\n", "", "a\n")
    assert "200,000 characters" in refused(tidied, "x" * (LONGEST + 1))


@given(text, text)
def test_a_comparison_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    """What stays makes the old text with what is taken away, and the new one with what is added; alike is empty."""
    found = list(differences(before, after, around=99))
    assert bool(found) == (before.splitlines() != after.splitlines())
    if found:
        assert [line.text for line in found if line.sign in " -"] == before.splitlines()
        assert [line.text for line in found if line.sign in " +"] == after.splitlines()
        assert [line.old for line in found if line.old] == list(range(1, len(before.splitlines()) + 1))
        assert [line.new for line in found if line.new] == list(range(1, len(after.splitlines()) + 1))


def test_what_is_far_from_a_change_is_left_out() -> None:
    """Three lines stand around a change; a sign says that more is left out."""
    lines = [str(number) for number in range(20)]
    other = [*lines[:10], "new", *lines[11:]]
    found = list(differences("\n".join(lines), "\n".join(other)))
    assert [line.sign for line in found] == ["…", " ", " ", " ", "-", "+", " ", " ", " "]
