"""The table of docs/developer/sources.md: of each network what was proved of it, and on what."""

from collections.abc import Iterable

from ascolta.core.sourcing import Declared
from ascolta.sources.networks import declared
from tests.conftest import ROOT
from tests.proofs import WHAT
from tests.proofs.collected import Proof, proofs

PAGE = ROOT / "docs" / "developer" / "sources.md"
BEGIN, END = (
    "<!-- proofs: written by `python -m tests.proofs` from the marks of the tests -->",
    "<!-- end of proofs -->",
)
UNPROVED = "unproved"
MEANS = {"server": "S", "contract": "C"}


def page() -> str:
    """The whole page, its table anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _old, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table(declared(), proofs())}\n{END}{after}"


def table(networks: Iterable[Declared], found: Iterable[Proof]) -> str:
    """A row for each network."""
    proved = {(one.network, one.what, one.on) for one in found}
    lines = ["| source | " + " | ".join(WHAT) + " |", "|---" * (1 + len(WHAT)) + "|"]
    for one in networks:
        cells = [
            cell(one, what, {on for name, said, on in proved if (name, said) == (one.network, what)}) for what in WHAT
        ]
        lines.append(f"| {one.title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cell(network: Declared, what: str, on: set[str]) -> str:
    """On what a thing was proved, the real server before its contract; a dash where it cannot be."""
    if not network.is_possible(what):
        return "–"
    return next((letter for kind, letter in MEANS.items() if kind in on), UNPROVED)


def faults(networks: Iterable[Declared], found: Iterable[Proof]) -> list[str]:
    """Marks that speak of no network, or of what a network says that it cannot do."""
    known = {one.network: one for one in networks}
    said = []
    for proof in found:
        if proof.network not in known:
            said.append(f"{proof.test} proves something of '{proof.network}', which is no network")
        elif not known[proof.network].is_possible(proof.what):
            said.append(f"{proof.test} proves '{proof.what}' of {proof.network}, which says that it cannot")
    return said
