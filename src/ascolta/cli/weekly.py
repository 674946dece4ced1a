"""Sending the weekly brief, as `ascolta run` does it again and again."""

import time

from ascolta.cli.rounds import Rounds
from ascolta.core.mention import Brands
from ascolta.ports import Ledger, Store
from ascolta.telling import Outside
from ascolta.web.weekly import queue_briefs

EVERY = 60.0


def weekly(brands: Brands, kept: tuple[Store, Ledger | None], outside: Outside) -> Rounds:
    """What queues the briefs of the brands whose files say to whom they go, if there are any."""
    if not any(routes.brief for routes in outside.routes.values()):
        return []
    done: set[tuple[str, int]] = set()

    def send_briefs() -> None:
        queue_briefs((brands, kept, time.time), outside, time.time(), done)

    return [(send_briefs, EVERY)]
