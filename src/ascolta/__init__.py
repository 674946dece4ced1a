"""Ascolta: active listening for brands, with discretion."""

import importlib

__version__ = "0.1.0"
_BROUGHT = {"open": "ascolta.notebook"}
"""What is brought in when it is asked for (PEP 562), by where it stands, so that `import ascolta` stays light."""


def __getattr__(name: str) -> object:
    if name not in _BROUGHT:
        raise AttributeError(f"module 'ascolta' has no attribute {name!r}")
    return getattr(importlib.import_module(_BROUGHT[name]), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *_BROUGHT))
