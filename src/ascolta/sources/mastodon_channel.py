"""Posting by the Mastodon API, once: an Idempotency-Key, and our own posts looked through, since not all heed it."""

from typing import Any

from ascolta.core.statement import Posting
from ascolta.sources.mastodon_answers import Answers
from ascolta.sources.mastodon_ids import told
from ascolta.sources.natives.reading import plain, time
from ascolta.sources.saying import SKEW, is_same


class Channel:
    """A publisher with the account that a token is for."""

    network = "mastodon"

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def post(self, posting: Posting) -> str:
        """Post for everybody. Raises SourceError as Publisher.post does."""
        fields = [("status", posting.text), ("visibility", "public"), ("language", posting.language)]
        return self.answers.made(fields, posting.key)

    def posted(self, posting: Posting) -> str | None:
        """The id of our post that says this, answering nobody, among those since its first time."""
        since = posting.released - SKEW
        found = (item for item in self.answers.lately(since) if _says(item, posting.text, since))
        return next((told(self.answers.server, str(item["id"])) for item in found), None)


def _says(item: dict[str, Any], meant: str, since: float) -> bool:
    """Whether a post of ours is this one; what we passed on of others, or answered, is not."""
    if item.get("reblog") or item.get("in_reply_to_id"):
        return False
    return (time(item.get("created_at")) or since) >= since and is_same(plain(str(item.get("content"))), meant)
