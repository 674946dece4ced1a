"""Telling survives kill -9 at any point: everything arrives, and whatever arrives twice does so under one id."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ascolta.core.routing import Desk, Routes, Standing
from ascolta.stores.notices import Notices
from ascolta.telling import CLAIMED, Outside, Queue
from tests.conftest import NOW
from tests.desks.receivers import SECRET, receiver

DESKS = 24
KILLS = 6
PROGRAM = f"""
import sys, time
from pathlib import Path
from ascolta.desks.webhook import Webhook
from ascolta.stores.notices import Notices
from ascolta.telling import Outside, deliver
folder, url, secret, at = sys.argv[1:]
herald = Webhook(url, secret, time.time, 5.0)
heralds = {{("acme", f"d{{number}}"): herald for number in range({DESKS})}}
print("here", flush=True)
deliver(Outside(notices=Notices(Path(folder)), heralds=heralds), float(at))
"""


@pytest.mark.slow
def test_kill_at_any_point_loses_nothing(tmp_path: Path) -> None:
    """24 messages, 6 kills while they are sent: each is received, and there are 24 ids."""
    chance = random.Random(11)
    kept = Notices(tmp_path)
    desks = {f"d{number}": Desk(name=f"d{number}", to="ASCOLTA_DESK_X") for number in range(DESKS)}
    queue = Queue(Outside(notices=kept, routes={"acme": Routes(desks=desks)}), "acme", lambda: NOW)
    for name in desks:
        queue.tell(name, f"for {name}", "b", name)
    cut = 0
    with receiver() as there:
        there.mode = "slow"
        for round_ in range(KILLS + 1):
            if round_ == KILLS:
                there.mode = "fair"
            words = [str(tmp_path), there.url, SECRET, str(NOW + (CLAIMED + 1) * round_)]
            child = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE)
            assert child.stdout is not None
            assert child.stdout.readline() == b"here\n"
            if round_ < KILLS:
                time.sleep(chance.uniform(0.0, 0.4))
                child.kill()
            child.wait(60)
            cut += len(kept.listed(Standing.SENDING))
            child.stdout.close()
        assert {one.standing for one in kept.listed()} == {Standing.TOLD}
        assert {one["data"]["desk"] for one in there.took} == set(desks)
        assert len(set(there.ids)) == DESKS
        assert cut > 0
        assert {one.bundle for one in kept.listed()} == set(there.ids)
    kept.close()
