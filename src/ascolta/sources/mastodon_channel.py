"""Posting by the Mastodon API, once: an Idempotency-Key, and our own posts looked through, since not all heed it."""

from typing import Any

from ascolta.core.statement import Posting
from ascolta.sources.channels import SKEW, is_same, sent
from ascolta.sources.mastodon_answers import STATUSES, Answers
from ascolta.sources.mastodon_ids import told
from ascolta.sources.natives.reading import plain, time


class Channel:
    """A publisher with the account that a token is for."""

    network = "mastodon"

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def post(self, posting: Posting) -> str:
        """Post for everybody. Raises SourceError as Publisher.post does."""
        return sent(lambda: self._send(posting))

    def posted(self, posting: Posting) -> str | None:
        """The id of our post that says this, answering nobody, among those since its first time."""
        since = posting.released - SKEW
        found = (item for item in self.answers.lately(since) if _says(item, posting.text, since))
        return next((told(self.answers.server, str(item["id"])) for item in found), None)

    def _send(self, posting: Posting) -> str:
        asking = self.answers.asking
        fields = [("status", posting.text), ("visibility", "public"), ("language", posting.language)]
        said = asking.json(asking.answer("POST", STATUSES, fields, {"Idempotency-Key": posting.key}))
        return told(self.answers.server, str(said["id"])) if isinstance(said, dict) and said.get("id") else ""


def _says(item: dict[str, Any], meant: str, since: float) -> bool:
    """Whether a post of ours is this one; what we passed on of others, or answered, is not."""
    if item.get("reblog") or item.get("in_reply_to_id"):
        return False
    return (time(item.get("created_at")) or since) >= since and is_same(plain(str(item.get("content"))), meant)
