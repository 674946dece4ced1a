"""Posting on the AT Protocol, once: each post has a record key of its own that is made of the post's own key."""

from datetime import UTC, datetime

from ascolta.core.statement import Posting
from ascolta.errors import SourceError
from ascolta.sources.asking import Unsent
from ascolta.sources.bluesky_answers import Answers, require_short, rkey_of
from ascolta.sources.bluesky_xrpc import DeclinedError, call, query
from ascolta.sources.natives import bluesky as native
from ascolta.sources.saying import sent


class Channel:
    """A publisher by an account's session; what it says carries links and names as such."""

    network = native.NETWORK

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def post(self, posting: Posting) -> str:
        """Post for everybody. Raises SourceError as Publisher.post does."""
        require_short(posting.text, "post")
        session = self.answers.session
        try:
            session.token()
        except SourceError as error:
            raise Unsent(str(error), retry=error.retry, after=error.after) from None
        record = {
            "$type": native.POST,
            "text": posting.text,
            "createdAt": datetime.fromtimestamp(self.answers.asking.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "langs": [posting.language],
            **self.answers.marked(posting.text),
        }
        rkey = rkey_of(posting.released, posting.key)
        body = {"repo": session.did, "collection": native.POST, "rkey": rkey, "record": record}
        said = sent(lambda: str(call(self.answers.asking, "com.atproto.repo.putRecord", body).get("uri") or ""))
        return said or f"at://{session.did}/{native.POST}/{rkey}"

    def posted(self, posting: Posting) -> str | None:
        """The address of this post if it stands there."""
        session = self.answers.session
        session.token()
        rkey = rkey_of(posting.released, posting.key)
        fields = [("repo", session.did), ("collection", native.POST), ("rkey", rkey)]
        try:
            found = query(self.answers.asking, "com.atproto.repo.getRecord", fields)
        except DeclinedError as error:
            if error.name == "RecordNotFound":
                return None
            raise
        return str(found.get("uri") or f"at://{session.did}/{native.POST}/{rkey}")
