"""The sources and the speakers.

A new source is one file beside this one and one line here.
"""

from ascolta.sources.again import FileLookup
from ascolta.sources.files import FileSource
from ascolta.sources.twin import TwinNetwork

__all__ = ["FileLookup", "FileSource", "TwinNetwork"]
