"""Two tiers, one result: plain array operations, or the same loops compiled where the extra `fast` is installed."""

import importlib
import importlib.util
from types import ModuleType

TIERS = ("plain", "fast")


def installed() -> bool:
    """Whether the compiled tier can be had."""
    return importlib.util.find_spec("numba") is not None


def kernel(tier: str | None = "fast") -> ModuleType | None:
    """The compiled loops (core.kernel), read only when they are wanted; None for the plain tier. Raises ValueError."""
    if tier is not None and tier not in TIERS:
        raise ValueError(f"there is no tier '{tier}'; expected one of {', '.join(TIERS)}")
    if tier != "fast":
        return None
    if not installed():
        raise ValueError("the tier 'fast' needs numba; install it with: pip install 'ascolta[fast]'")
    return importlib.import_module("ascolta.core.kernel")
