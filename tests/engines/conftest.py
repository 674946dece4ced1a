"""What engines are tried on."""

import pytest

from ascolta import bootstrap
from ascolta.core.mention import Brands


@pytest.fixture(scope="module")
def brands() -> Brands:
    """The example's."""
    return bootstrap.brands(bootstrap.example())
