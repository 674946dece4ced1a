"""Networks that another package brings: one is looked up by its exact name, once a brand.yaml names it, never before.

A package names its file in its entry points (Python Packaging Guide, "Entry points"), in the group `ascolta.networks`.
Nothing is scanned, and nothing of a package is read that nobody named.
"""

from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from ascolta.errors import AscoltaError

GROUP = "ascolta.networks"
PARTS = ("KEYS", "DECLARED", "opened")
"""What the file of a network that is brought along has to hold."""


def plugged(network: str) -> ModuleType | None:
    """The file of a network that a package brings; None if none does. Raises AscoltaError if it cannot be used."""
    found = entry_points(group=GROUP, name=network)
    if not found:
        return None
    if len(found) > 1:
        raise AscoltaError(f"network '{network}' is brought by {len(found)} packages; remove all but one")
    module = _loaded(network, next(iter(found)))
    lacking = [part for part in PARTS if not hasattr(module, part)]
    if lacking:
        raise AscoltaError(f"network '{network}': its package lacks {', '.join(lacking)}")
    return module


def _loaded(network: str, entry: EntryPoint) -> ModuleType:
    try:
        module = entry.load()
    except Exception as error:  # noqa: BLE001 - somebody else's file may raise anything
        raise AscoltaError(
            f"network '{network}': its package cannot be read ({type(error).__name__}); install it anew"
        ) from None
    if not isinstance(module, ModuleType):
        raise AscoltaError(f"network '{network}': its entry point must name a module")
    return module
