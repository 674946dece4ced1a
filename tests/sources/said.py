"""What the tests of one network begin with: who answers there, an approved answer, and what is heard."""

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.ports import Speaker
from tests.sources.battery import NOW, Place, events


def speaker(it: Place) -> Speaker:
    """Who answers there, as a program that was just started has it."""
    found = it.source().network.speaker
    assert found is not None
    return found


def approved(network: str, to: str, text: str = "We look into it.", key: str = "k1") -> Reply:
    """An approved answer to a post."""
    return Reply(key=key, case=1, brand="acme", network=network, to_post=to, to=b"t", text=text, approved=NOW)


def posts(it: Place, after: str = "") -> list[Post]:
    """All that is heard for now by a program that was just started."""
    return [event.post for event in events(it.hear(it.source(), after)) if event.post is not None]
