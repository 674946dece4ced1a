"""What brand.yaml says of labels: the brand's own topics, and how sure to be before a label is said."""

import re

from ascolta.core.label import LINES, VOCABULARY, Topic
from ascolta.core.text import term
from ascolta.files.reading import Value

MOST_TOPICS, MOST_SAID = 60, 400


def load_topics(value: Value) -> tuple[Topic, ...]:
    """The topics of a list. Raises FileError."""
    found: dict[str, Topic] = {}
    for item in value.items():
        topic = _topic(item)
        if topic.name in found:
            item.fail(f"there is a topic '{topic.name}' already; keep one")
        found[topic.name] = topic
    if len(found) > MOST_TOPICS:
        value.fail(f"there are {len(found)} topics; {MOST_TOPICS} at the most can be told apart")
    return tuple(found.values())


def load_lines(value: Value) -> tuple[tuple[str, float], ...]:
    """The probabilities from which on labels are said, by label. Raises FileError."""
    return tuple((name, said.number(0.01, 0.99)) for name, said in value.mapping((), LINES).items())


def _topic(item: Value) -> Topic:
    keys = item.mapping(("name",), ("words", "like"))
    name = keys["name"].text()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name):
        keys["name"].fail("a topic's name is a short word of small letters, digits, hyphens and _, such as refunds")
    if name in VOCABULARY["sensitive"]:
        keys["name"].fail(f"'{name}' is a matter that is never a topic; choose what the brand itself does")
    words = keys["words"].texts() if "words" in keys else ()
    like = keys["like"].texts() if "like" in keys else ()
    if not words and not like:
        item.fail(f"the topic '{name}' has neither 'words' nor 'like'; say which words tell it, or give examples")
    for said in words:
        if not term(said.rstrip("*")):
            keys["words"].fail(f"'{said}' holds no word; write a word or a phrase, such as refund* or money back")
    if len(words) + len(like) > MOST_SAID:
        item.fail(f"the topic '{name}' has {len(words) + len(like)} words and examples; {MOST_SAID} at the most")
    return Topic(name=name, words=words, like=like)
