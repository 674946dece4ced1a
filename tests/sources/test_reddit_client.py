"""The client that most programs ask Reddit by reads our twin of Reddit as it reads Reddit."""

import asyncio
from typing import Any

import asyncpraw
import pytest
from asyncprawcore.exceptions import NotFound

from ascolta.core.reply import Reply
from ascolta.sources.reddit import Reddit
from tests.sources.battery import NOW
from tests.sources.places import place
from tests.sources.reddit_twin import US


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_client_that_everybody_uses_can_read_this() -> None:
    """The package asyncpraw hears, answers and is refused here as there: our twin speaks the real contract."""
    with place("reddit") as it:
        twin = it.twin
        said = [twin.says("ann", f"acme {number}") for number in range(7)]
        comment = twin.says("bob", "hello u/AcmeAir", to=twin.says("ann", "Planes", sub="planes"))

        async def reads() -> tuple[list[str], list[str], str, str, bool]:
            asked: dict[str, Any] = {
                "client_id": "a",
                "client_secret": "b",
                "refresh_token": "c",
                "user_agent": "test/1 by us",
            }
            where: dict[str, Any] = {"reddit_url": twin.url, "oauth_url": twin.url, "check_for_updates": False}
            async with asyncpraw.Reddit(**asked, **where) as reddit:
                me = await reddit.user.me()
                subreddit = await reddit.subreddit("acme")
                posts = [one.fullname async for one in subreddit.new(limit=5)]
                mentions = [one.fullname async for one in reddit.inbox.mentions(limit=5)]
                found = [one async for one in reddit.info(fullnames=[comment])]
                made = await found[0].reply("Hello.")
                try:
                    nobody = await reddit.redditor("nobody", fetch=True)
                except NotFound:
                    nobody = None
                return posts, mentions, me.name, made.fullname, nobody is None

        posts, mentions, name, made, is_missing = asyncio.run(reads())
        assert (posts, mentions, name, is_missing) == (said[:1:-1], [comment], US, True)
        reply = Reply(
            key="k1", case=1, brand="acme", network="reddit", to_post=comment, to=b"t", text="Hello.", approved=NOW
        )
        network = it.source().network
        assert isinstance(network, Reddit)
        assert network.speaker.said(reply) == made
