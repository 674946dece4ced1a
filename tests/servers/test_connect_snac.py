"""`ascolta connect mastodon` on a real server: it makes itself known, somebody says yes, and then it hears."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2

from ascolta import bootstrap
from ascolta.files.brands import load_brand
from ascolta.files.init import new_brand
from ascolta.sources import networks
from ascolta.sources.chance import Chance
from ascolta.stores.safe import KEY
from tests.cli.running import PATIENCE
from tests.conftest import ROOT
from tests.servers.snac import Snac, snac, wait

PASSPHRASE = "correct horse battery staple"


def says_yes(server: Snac, url: str, who: str) -> int:
    """What a browser does in which somebody logs in and says yes; how it was received where it came back to."""
    said = subprocess.run([server.program, "resetpwd", server.folder, who], check=True, capture_output=True, text=True)
    password = f"{said.stdout}{said.stderr}".split()[-1]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    entered = server.asks(
        "POST", "/oauth/x-snac-login", login=who, passwd=password, redir=asked["redirect_uri"],
        cid=asked["client_id"], state=asked["state"],
    )  # fmt: skip
    with httpx2.Client(trust_env=False, timeout=PATIENCE) as browser:
        assert browser.get(url, headers={"Connection": "close"}).status_code == 200
        return browser.get(entered.headers["location"]).status_code


def test_an_account_is_connected_in_a_browser(tmp_path: Path) -> None:
    """From nothing but the server's address to a source that hears; the token lies in the encrypted file only."""
    new_brand(tmp_path / "bella", "Bella", "@bella")
    with snac(tmp_path / "home") as server:
        for who in ("bella", "lea"):
            server.join(who)
        command = [
            sys.executable, "-m", "ascolta", "connect", "mastodon", str(tmp_path / "bella"), "--set",
            f"server={server.url}", "--by", "browser", "--no-browser", "--json",
        ]  # fmt: skip
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT / "src"), KEY: PASSPHRASE, "COLUMNS": "200",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=environment, text=True, **pipes) as program:  # type: ignore[call-overload]
            url = next(found[0] for line in program.stderr if (found := re.findall(r"http\S+response_type\S+", line)))
            assert says_yes(server, url, "bella") == 200
            told = json.loads(program.stdout.read())
            assert program.wait(PATIENCE) == 0
        assert (told["tested"], list(told["secrets"].values())) == (True, ["file"])

        [_, source] = load_brand(tmp_path / "bella").sources
        safe = bootstrap.safe(tmp_path / "bella", lambda: PASSPHRASE)
        assert safe("ASCOLTA_TOKEN_MASTODON")
        live = networks.live(source, "bella", safe, Chance(clock=lambda: 0.0, draw=lambda: 0.5))
        server.says("lea", "@bella where is my order?")
        assert wait(lambda: [event for page in live.network.pages("") for event in page.events])
