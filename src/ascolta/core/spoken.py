"""Whom a post speaks to by where it stands: no labeller is asked for what the network itself says."""

import re

from ascolta.core.brand import Brand
from ascolta.core.label import Label, Labels
from ascolta.core.post import Post
from ascolta.core.text import fold

BY = "network"
"""Who says whether a post is addressed, where its place or its kind does."""

_PASSED_ON = re.compile(r"\s*RT\s+@\w", re.IGNORECASE)


def stands_with(post: Post, brand: Brand) -> bool:
    """Whether a post speaks to a brand by its place: on its wall or blog, in answer to it, or in private."""
    own = post.addressed and post.brand is not None and fold(post.brand) in brand.called
    return own or post.visibility == "direct"


def is_passed_on(post: Post, brand: Brand) -> bool:
    """Whether a post holds no words but another's: a repost, or one that begins as in "RT @somebody: …"."""
    return (post.repost or _PASSED_ON.match(post.content) is not None) and not stands_with(post, brand)


def placed(labels: Labels, post: Post, brand: Brand) -> Labels:
    """The labels of a post, of which its place knows best whether it is addressed.

    Who passes on the words of another does not speak to the brand; that they complain still counts for alarms.
    """
    if stands_with(post, brand):
        return _said(labels, "yes")
    return _said(labels, "no") if is_passed_on(post, brand) else labels


def _said(labels: Labels, addressed: str) -> Labels:
    told = Label(name="addressed", value=addressed, score=1.0, by=BY)
    return (told, *(one for one in labels if one.name != "addressed"))
