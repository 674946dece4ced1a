"""Posting as a Facebook Page, once: `POST /{page}/feed`; there is no key, so our own posts are looked through first."""

from ascolta.core.statement import Posting
from ascolta.errors import SourceError
from ascolta.sources.graph import Graph, path
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import facebook as native
from ascolta.sources.natives.reading import number, text, time
from ascolta.sources.saying import SKEW, is_same, sent


class Channel:
    """A publisher for a Page, by its number."""

    network = native.NETWORK

    def __init__(self, asking: Graph, page: str) -> None:
        self.asking, self.page = asking, page

    def post(self, posting: Posting) -> str:
        """Post on the Page's own wall. Raises SourceError as Publisher.post does."""
        return sent(lambda: self.asking.make(path(self.page, "feed"), [("message", posting.text)]))

    def posted(self, posting: Posting) -> str | None:
        """The id of the Page's own post that says this, among those since its first time."""
        since = max(0.0, posting.released - SKEW)
        given = [("since", str(int(since)))]
        try:
            for item in self.asking.all(path(self.page, "feed"), "id,message,created_time,from{id}", given):
                is_since = (time(item.get("created_time")) or since) >= since
                ours = native.author(item) == self.page
                if is_since and ours and is_same(text(item.get("message")), posting.text):
                    return number(item.get("id"))
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=True) from None
        return None
