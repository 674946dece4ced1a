"""What only the desk needs, wired: apart, so that whoever does not serve need not wait for a web server's code."""

import os
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ascolta import bootstrap
from ascolta.files.survey import load_surveys
from ascolta.ports import Store
from ascolta.stores.ready import parts, time_store
from ascolta.stores.sql import SqlStore
from ascolta.stores.survey import Surveys
from ascolta.telling import Outside
from ascolta.web.health import Health
from ascolta.web.setup import Setup
from ascolta.web.survey import Surveying


def health(folder: Path, kept: Store, token: str = "") -> Health:
    """What is told of a program that runs, with the time of the store's transactions; `token` opens the metrics."""
    made = Health(parts=partial(parts, folder, bootstrap.second_place(folder), bootstrap.database()), token=token)
    if isinstance(kept, SqlStore):
        time_store(kept, made.metrics.stored)
    return made


def setup(own: Mapping[str, Path], place: Path, told: Outside) -> Setup:
    """How all of it was set up, for whoever reads it at the desk; of the environment only what is set is told."""
    return Setup(
        folders=own,
        place=place,
        postgres=bool(bootstrap.database()),
        outside=told,
        is_set=lambda name: bool(os.environ.get(name, "").strip()),
    )


def surveying(found: bootstrap.Found, place: Path | None) -> Surveying:
    """The surveys of a folder's brands and what people answered; `place` None keeps it in memory. Raises FileError."""
    return Surveying(brands=found.brands, surveys=load_surveys(found.own), kept=Surveys(place), clock=time.time)
