"""Whom a post speaks to by where it stands: no labeller is asked for what the network itself says."""

from ascolta.core.brand import Brand
from ascolta.core.label import Label, Labels
from ascolta.core.post import Post
from ascolta.core.text import fold

BY = "network"
"""Who says that a post is addressed, where its place does."""


def stands_with(post: Post, brand: Brand) -> bool:
    """Whether a post speaks to a brand by its place: on its wall or blog, in answer to it, or in private."""
    own = post.addressed and post.brand is not None and fold(post.brand) in brand.called
    return own or post.visibility == "direct"


def placed(labels: Labels, post: Post, brand: Brand) -> Labels:
    """The labels of a post, of which its place knows best whether it is addressed."""
    if not stands_with(post, brand):
        return labels
    addressed = Label(name="addressed", value="yes", score=1.0, by=BY)
    return (addressed, *(one for one in labels if one.name != "addressed"))
