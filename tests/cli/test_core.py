"""What the README installs, without any extra: every command can be read and says what it is for."""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from ascolta.cli.commands import COMMANDS
from tests.conftest import ROOT

ALONE = """
import sys
from importlib.machinery import PathFinder

class Core:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] in {away!r} else PathFinder.find_spec(name, path, target)

sys.meta_path = [Core if one is PathFinder else one for one in sys.meta_path]
from ascolta import cli
for name in cli.COMMANDS:
    assert cli.typer.main.get_command(cli.app).get_command(None, name).help, name
    print(name)
sys.argv = ["ascolta", *{words!r}]
cli.main()
"""


def brought(name: str, found: set[str]) -> set[str]:
    """A distribution with all that it asks for itself, by names as the index writes them."""
    name = re.sub(r"[-_.]+", "-", name).lower()
    if name not in found:
        found.add(name)
        try:
            asked = requires(name) or []
        except PackageNotFoundError:
            asked = []
        for one in asked:
            if "extra ==" not in one:
                brought(re.split(r"[ ;<>=!~\[(]", one, maxsplit=1)[0], found)
    return found


def away() -> list[str]:
    """The packages that are here but that nobody has who installed no extra."""
    core = brought("ascolta", set())
    names = {
        package: {re.sub(r"[-_.]+", "-", one).lower() for one in those}
        for package, those in packages_distributions().items()
    }
    return sorted(package for package, those in names.items() if those.isdisjoint(core))


def alone(*words: str) -> "subprocess.CompletedProcess[str]":
    """What the command says where no extra is installed."""
    program = ALONE.format(away=set(away()), words=words)
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_every_command_is_there_without_an_extra() -> None:
    """Each can be read, and help names them all; what needs an extra is asked for when it is needed."""
    assert {"httpx2", "feedparser", "apprise", "pyarrow", "vl_convert"} <= set(away())
    said = alone("--help")
    assert said.returncode == 0, said.stderr
    assert said.stdout.split()[: len(COMMANDS)] == list(COMMANDS)
    assert "connect" in said.stdout.split("--help")[-1]


def test_what_needs_an_extra_says_which() -> None:
    """In one sentence, with exit code 2, and never a traceback."""
    for words in (("connect", "mastodon", "examples/acme"), ("listen", "--live", "rss", "acme")):
        said = alone(*words)
        assert said.returncode == 2
        assert "pip install 'ascolta[networks" in said.stderr
        assert "Traceback" not in said.stderr
