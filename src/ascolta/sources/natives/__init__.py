"""Posts, accounts and pages as the networks themselves write them, read into what consent asks about.

One file a network. All are pure: nothing is fetched here. A profile that cannot be read refuses; a post that is none
raises UnreadableError.
"""

from ascolta.sources.natives import activitypub, bluesky, mastodon, web
from ascolta.sources.natives.reading import UnreadableError
from ascolta.sources.natives.robots import Robots, robots

__all__ = ["Robots", "UnreadableError", "activitypub", "bluesky", "mastodon", "robots", "web"]
