"""The sources, in the order in which they are tried for a path, and the speakers.

A new source is one file beside this one and one line here.
"""

from ascolta.sources.files import FileSource
from ascolta.sources.twin import TwinNetwork

SOURCES = (FileSource,)
SPEAKERS = (TwinNetwork,)
