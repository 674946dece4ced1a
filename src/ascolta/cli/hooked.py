"""Telling programs outside, as `ascolta run` does it again and again."""

import logging
import time
from contextlib import ExitStack
from pathlib import Path

from ascolta import bootstrap
from ascolta.cli.rounds import Rounds
from ascolta.hooks import begin, follow
from ascolta.ports import Store
from ascolta.telling import Outside
from ascolta.web.health import Health

EVERY = 2.0

logger = logging.getLogger("ascolta.run")


def following(outside: Outside, store: Store, place: Path, health: Health, opened: ExitStack) -> Rounds:
    """What tells the hooks of the brands' files, if there are any; `opened` closes what it reads."""
    if not any(routes.hooks for routes in outside.routes.values()):
        return []
    hooks, log = bootstrap.hooks(outside, place), bootstrap.log(place)
    opened.callback(hooks.followed.close)
    opened.callback(log.close)
    begin(hooks, log)

    def tell_programs() -> None:
        for one in follow(hooks, log, store, time.time()):
            health.metrics.hooked(one.brand, one.hook, one.told, one.dead)
            if one.dead:
                said = {"brand": one.brand, "hook": one.hook, "events": one.dead}
                logger.warning("dead letter", extra={"said": said})

    return [(tell_programs, EVERY)]
