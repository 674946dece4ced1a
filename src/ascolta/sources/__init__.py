"""The sources and the speakers.

A new source is one file beside this one and one line here; a network that is heard live has its line in networks.py.
"""

from ascolta.sources.again import FileLookup, Several
from ascolta.sources.chance import Chance
from ascolta.sources.files import FileSource
from ascolta.sources.live import Live
from ascolta.sources.speaking import ByBrand
from ascolta.sources.twin import TwinNetwork

Heard = FileSource | Live
"""What can be heard: files and networks."""

__all__ = ["ByBrand", "Chance", "FileLookup", "FileSource", "Heard", "Live", "Several", "TwinNetwork"]
