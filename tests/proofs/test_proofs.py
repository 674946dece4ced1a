"""The docs say of each network what was proved of it, as the tests do; nothing that is possible is left unproved."""

from dataclasses import replace

import pytest

from ascolta.sources.networks import declared
from tests.proofs import WHAT, proves
from tests.proofs.collected import Proof, proofs
from tests.proofs.table import UNPROVED, cell, faults, page, table


@pytest.fixture(scope="module")
def found() -> list[Proof]:
    """What the tests say that they prove."""
    return proofs()


def test_all_that_is_possible_is_proved(found: list[Proof]) -> None:
    """Hearing, answering, deletions, edits, refusals, streams: each network has a test, at least on its contract."""
    told = table(declared(), found)
    assert UNPROVED not in told, told


def test_nothing_is_proved_of_what_is_not_there(found: list[Proof]) -> None:
    """Each mark names a network, and what that network can do."""
    assert faults(declared(), found) == []


def test_the_table_tells_what_was_proved_on_what() -> None:
    """A real server counts for more than a contract; what no test proves is told, and so is what cannot be."""
    one = replace(declared()[0], network="n", title="N", answers=True, streams=False, edits="")
    assert cell(one, "answer", {"contract", "server"}) == "S"
    assert cell(one, "answer", {"contract"}) == "C"
    assert cell(one, "answer", set()) == UNPROVED
    assert cell(one, "streaming", set()) == "–"
    assert cell(one, "edit", set()) == "–"
    wrong = [
        Proof(network="n", what="streaming", on="server", test="t"),
        Proof(network="o", what="hear", on="s", test="t"),
    ]
    assert len(faults([one], wrong)) == 2
    assert table([one], []).splitlines()[-1] == f"| N | {UNPROVED} | {UNPROVED} | {UNPROVED} | – | {UNPROVED} | – |"


def test_the_page_is_written_from_the_marks() -> None:
    """Whoever adds a test runs `make reference`; all of the table's columns are there."""
    told = page()
    assert f"| source | {' | '.join(WHAT)} |" in told
    assert told.count("<!-- end of proofs -->") == 1


def test_only_what_there_is_can_be_proved() -> None:
    """A word that is no column is refused where it is written."""
    with pytest.raises(ValueError, match="coffee"):
        proves("coffee", on="contract")
