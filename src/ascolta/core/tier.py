"""Two tiers, one result: plain array operations, or the same loops compiled where the extra `fast` is installed."""

try:
    from ascolta.core import kernel
except ModuleNotFoundError as error:
    if error.name != "numba":
        raise
    kernel = None  # type: ignore[assignment]

__all__ = ["TIERS", "is_fast", "kernel"]

TIERS = ("plain", "fast")


def is_fast(tier: str | None) -> bool:
    """Whether the compiled tier is used: where it can be, unless `plain` is asked for. Raises ValueError."""
    if tier is not None and tier not in TIERS:
        raise ValueError(f"there is no tier '{tier}'; expected one of {', '.join(TIERS)}")
    if tier == "fast" and kernel is None:
        raise ValueError("the tier 'fast' needs numba; install it with: pip install 'ascolta[fast]'")
    return tier != "plain" and kernel is not None
