"""The engines: who looks through what there is to hear. Each finds the same, in the same order, from the same cursors.

Whoever looks through it, what was found is judged and kept in one place, by listen().
"""

from ascolta.engines.workers import Workers

__all__ = ["Workers"]
