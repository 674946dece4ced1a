"""Grave matters of a post that speaks to us, told whoever labels it, so that only people answer.

A labeller learns from too few of them; so they are looked for by phrases, too (core/speaking/grave.py). Nobody is
answered whose post neither speaks to us nor complains, so there nothing is looked for.
"""

from ascolta.core.label import Label, Labels, says, values
from ascolta.core.post import Post
from ascolta.core.redact.normal import LIMIT, normal
from ascolta.core.speaking.grave import FOR_PEOPLE, grave
from ascolta.core.speaking.lexicon import language_of

BY = "phrases"
SURE = 0.9
"""How sure a matter is of which a phrase stands."""

_MATTERS = {"grief": "bereavement", "harm": "self_harm", "minor": "minors", "child": "minors"}


def with_grave(labels: Labels, post: Post) -> Labels:
    """The labels of a post, with the grave matters that its words tell of."""
    language = language_of(next(iter(values(labels, "language")), ""))
    if not language or not (says(labels, "addressed", "yes") or says(labels, "complaint", "yes")):
        return labels
    told = {_MATTERS[kind] for kind in grave(normal(post.content[:LIMIT]), language) & FOR_PEOPLE}
    new = sorted(told.difference(values(labels, "sensitive")))
    return (*labels, *(Label(name="sensitive", value=one, score=SURE, by=BY) for one in new))
