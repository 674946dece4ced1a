"""Ascolta: active listening for brands, with discretion."""

__version__ = "0.1.0"
