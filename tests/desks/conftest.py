"""What the tests of desks share."""

import warnings

import apprise
import pytest


@pytest.fixture(scope="session", autouse=True)
def _services() -> None:
    """Apprise reads its services when first asked for one, and one of them imports what Python calls outdated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert apprise.Apprise.instantiate("json://localhost") is not None
