"""What each network says of itself holds: its signals are known and can be read, and the docs name it."""

import json
from pathlib import Path

import pytest

from ascolta.core.platform import HOUSE
from ascolta.core.sourcing import Declared, known_signals
from ascolta.sources.networks import FILES, declared
from tests.conftest import ROOT

PAIRS = ROOT / "tests" / "consent"
NETWORKS = sorted(FILES)


def one(network: str) -> Declared:
    """A network as it declares itself."""
    return next(found for found in declared() if found.network == network)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_signals_that_it_reads_are_signals(network: str) -> None:
    """And none is both read and not read."""
    found = one(network)
    assert {*found.reads, *found.could} <= known_signals()
    assert found.unread == found.could


@pytest.mark.parametrize("network", NETWORKS)
def test_each_signal_that_it_reads_has_a_payload_that_says_no(network: str) -> None:
    """The pairs of tests/consent hold what networks write; each is run there."""
    names = {path.name.removesuffix(".no.json") for path in PAIRS.glob("*.no.json")}
    missing = [name for name in one(network).reads if name not in names]
    assert missing == []


def test_what_mastodon_reads_is_read_from_what_mastodon_writes() -> None:
    """Of those pairs most are in the API's own form; the others are told by time, or by that nothing can be read."""
    own = [name for name in one("mastodon").reads if "mastodon" in _payload(PAIRS / f"{name}.no.json")]
    assert len(own) >= 15


def _payload(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("network", NETWORKS)
def test_its_terms_are_known(network: str) -> None:
    """By its own policy, or by this house's where it has none."""
    terms = one(network).terms
    assert terms.gone_within.value <= 48
    assert terms.unasked.value is False
    assert terms.name == network or terms.unasked.source == HOUSE


@pytest.mark.parametrize("network", NETWORKS)
def test_the_docs_name_it(network: str) -> None:
    """For authors how it is heard, for developers how that was proved."""
    assert f"| `{network}` |" in (ROOT / "docs" / "author" / "networks.md").read_text(encoding="utf-8")
    assert f"| {one(network).title} |" in (ROOT / "docs" / "developer" / "sources.md").read_text(encoding="utf-8")
