"""The outputs of the scorer: which columns belong to which label."""

from ascolta.core.label import VOCABULARY

TOPICS = (
    "delivery", "refund", "price", "staff", "quality", "app", "account", "booking", "safety", "availability", "waiting",
    "contact", "promotion", "sustainability", "privacy", "loyalty", "food", "luggage", "network", "update", "returns",
)  # fmt: skip
"""The topics of the corpus, by which texts are compared with a brand's own topics."""

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl", "other")

SITUATIONS = ("leads", "elsewhere", "absent")
"""Where the brand stands in a post: its account at the start, its account or name elsewhere, nowhere."""

SITUATED = ("addressed", "complaint", "polarity")
"""Labels that have weights for each situation, beside those for any."""

VALUES: dict[str, tuple[str, ...]] = {
    "addressed": ("yes",),
    "complaint": ("yes",),
    "polarity": VOCABULARY["polarity"],
    "intent": VOCABULARY["intent"],
    "offensive": ("yes",),
    "sensitive": VOCABULARY["sensitive"],
    "language": LANGUAGES,
    "topic": TOPICS,
}
"""What each label has numbers for."""


def width(name: str) -> int:
    """How many columns a label has."""
    return len(VALUES[name]) * (1 + len(SITUATIONS) if name in SITUATED else 1)


def columns(name: str) -> slice:
    """The columns of one label."""
    start = 0
    for label in VALUES:
        if label == name:
            return slice(start, start + width(label))
        start += width(label)
    raise KeyError(name)


WIDTH = sum(map(width, VALUES))
