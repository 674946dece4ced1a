"""Posting on X, once: it takes the same words only once, and where it refuses, our own posts are looked through."""

from ascolta.core.statement import Posting
from ascolta.sources.asking import Unsent
from ascolta.sources.saying import SKEW
from ascolta.sources.x_answers import Answers, is_said, standing


class Channel:
    """A publisher with the account that a token is for."""

    network = "x"

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def post(self, posting: Posting) -> str:
        """Post for everybody. Raises SourceError as Publisher.post does."""
        try:
            return self.answers.sent({"text": posting.text})
        except Unsent as error:
            return standing(error, lambda: self.posted(posting))

    def posted(self, posting: Posting) -> str | None:
        """The id of our post that says this, answering nobody, among those since its first time."""
        found = (item for item in self.answers.lately(posting.released - SKEW) if is_said(item, posting.text))
        return next((str(item["id"]) for item in found), None)
