"""The tutorial, followed word by word in a fresh folder: its files, its commands, its desk."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import PATIENCE, free_port, wait
from tests.conftest import ROOT
from tests.docs.page import Command, Shown, fits, steps, write
from tests.docs.visitor import Visitor

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
ANSWER = "Yes, we do. Choose moka pot when you order."
PORT = ":8020"
AT_THE_DESK = (
    "That is me", "do you grind for a moka pot?", "Why it is here", "Write my own", "Save the answer", "Approve",
    "sent",
)  # fmt: skip
"""What stands in bold in the steps at the desk, in their order."""


def environment() -> dict[str, str]:
    """That of a reader: the installed command, and a terminal 110 characters wide."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ASCOLTA_")}
    return {**own, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "110", "PYTHONUTF8": "1"}


@pytest.mark.slow
def test_the_tutorial_is_as_it_says(tmp_path: Path) -> None:
    """Whoever follows the tutorial gets, for each command, the output that it shows."""
    assert (BIN / "ascolta").exists(), "install Ascolta where this Python is"
    done = [follow(step, tmp_path) for step in steps(PAGE)]
    assert done.count(Command) >= 15
    assert done.count(Shown) >= 6


def follow(step: Shown | Command, folder: Path) -> type:
    """Do a step; what kind it was."""
    if isinstance(step, Shown):
        write(step, folder)
    elif step.words.startswith("ascolta run"):
        live(step, folder)
    else:
        ended = subprocess.run(
            ["bash", "-c", step.words], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", timeout=120,
        )  # fmt: skip
        assert ended.returncode == step.code, f"line {step.line}: {step.words}\n{ended.stdout}"
        assert fits(step.output, ended.stdout), f"line {step.line}: {step.words}\n{ended.stdout}"
    return type(step)


def live(step: Command, folder: Path) -> None:
    """Let the desk run, do there what the page says, and press Ctrl-C."""
    port = f":{free_port()}"
    words = [*step.words.split(), "--port", port[1:]]
    with (folder / "desk.log").open("wb") as log:
        program = subprocess.Popen(words, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert program.stdout is not None
        said = program.stdout.readline()
        assert fits(step.output.replace(PORT, port), said), said + (folder / "desk.log").read_text(encoding="utf-8")
        wait(lambda: listens(int(port[1:])))
        answer(said.split()[-1])
        os.kill(program.pid, signal.SIGINT)
        assert program.wait(PATIENCE) == 0
    finally:
        program.kill()
        program.communicate()


def listens(port: int) -> bool:
    """Whether anybody answers at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=30).close()
    except OSError:
        return False
    return True


def answer(link: str) -> None:
    """The steps at the desk: what stands in bold is a button, a link, or words of the page."""
    me, post, reason, begin, save, approve, sent = AT_THE_DESK
    with closing(Visitor(link)) as visitor:
        visitor.press(me, by="Ann")
        visitor.open("/")
        visitor.follow(post)
        case = visitor.url
        assert reason in visitor.seen.words
        visitor.press(begin)
        visitor.press(save, note=ANSWER)
        visitor.press(approve)

        def is_sent() -> bool:
            visitor.open(case)
            return sent in visitor.seen.words.split()

        wait(is_sent)


def test_the_desk_is_walked_as_it_is_told() -> None:
    """The steps at the desk that the page tells in bold are those that the test does, and the answer is the same."""
    told = PAGE[PAGE.index("## 8. The desk") : PAGE.index("## 9.")]
    assert tuple(re.findall(r"\*\*(.+?)\*\*", told)) == AT_THE_DESK
    assert f"*{ANSWER}*" in told


def test_outputs_are_compared() -> None:
    """Output that differs from what the page shows is noticed; only `…` stands for something else."""
    assert fits("one\n…\nthree … five\n", "one\ntwo  \n\nthree four five\n")
    assert fits("…\nlast\n", "last\n")
    assert not fits("one\n", "one\ntwo\n")
    assert not fits("one.\n", "one!\n")
    assert not fits("one\n…\n", "two\none\n")
