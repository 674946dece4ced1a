"""Ids and names as the store knows them: each server of the Mastodon API counts its own, so its name stands before.

Two servers number their posts and accounts alike, and each has an "ann": without the server's name one person's stop,
or the removal of one post, would be taken for another's.
"""

import msgspec

from ascolta.core.post import Actor, Event, Post


def told(server: str, number: str) -> str:
    """An id of a server as everybody else knows it; nothing stays nothing."""
    return f"{server}/{number}" if number else ""


def own(server: str, known: str) -> str | None:
    """The id that a server itself gave; None if another did. One that names no server may be anybody's."""
    if known.startswith(f"{server}/"):
        return known[len(server) + 1 :]
    return None if "/" in known else known


def located(post: Post, server: str) -> Post:
    """A post as a server gave it, and its author, by names that nobody else has."""
    return msgspec.structs.replace(
        post,
        id=told(server, post.id),
        in_reply_to=told(server, post.in_reply_to) if post.in_reply_to else None,
        attributed_to=_by(post.attributed_to, server),
    )


def happened(event: Event, server: str) -> Event:
    """The same of an event."""
    if event.post is not None:
        return msgspec.structs.replace(event, post=located(event.post, server))
    return msgspec.structs.replace(event, post_id=told(server, event.post_id)) if event.post_id else event


def _by(actor: Actor, server: str) -> Actor:
    """An account; one of this very server is written without it there."""
    handle = actor.handle if "@" in actor.handle.lstrip("@") or not actor.handle else f"{actor.handle}@{server}"
    return msgspec.structs.replace(actor, id=told(server, actor.id), handle=handle)
