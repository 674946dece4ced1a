"""What a test proves of a network, and on what: the table in docs/developer/sources.md is made of these marks.

    @proves("hear", "delete", network="mastodon", on="server")
    def test_…

A test of the battery proves what it proves of each network on which it is run, on that network's twin.
`python -m tests.proofs` writes the table anew.
"""

from typing import Literal

import pytest

WHAT = ("hear", "answer", "delete", "edit", "opt-out", "streaming")
"""What there is to prove, in the order of the table's columns."""

On = Literal["server", "contract"]
"""A real server, or a twin of the network's contract that answers as it says."""


def proves(*what: str, on: On, network: str = "") -> pytest.MarkDecorator:
    """A test proves this of a network; without a name: of each that its parameter names."""
    unknown = set(what) - set(WHAT)
    if unknown:
        raise ValueError(f"nothing called {sorted(unknown)} is proved; there are {WHAT}")
    return pytest.mark.proves(what=what, network=network, on=on)
