"""Sources that are networks, as brand.yaml names them: addresses are safe, tokens stand elsewhere."""

from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.brand import Connection, FileSource
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import load_brand
from ascolta.files.live import NETWORKS
from ascolta.sources import Live
from ascolta.sources.networks import FILES
from tests.files.test_assessments import BODY, FRONT
from tests.files.test_broken import BRAND, folder

MASTODON = "sources:\n  - network: mastodon\n    server: https://social.example/\n    token: ASCOLTA_TOKEN_ACME\n"
FEED = "sources:\n  - network: rss\n    feed: https://blog.example/feed?format=atom\n"


def source(path: Path, text: str) -> FileSource:
    """The one source of a brand.yaml."""
    [found] = load_brand(folder(path, {"brand.yaml": BRAND + text})).sources
    return found


def test_an_account_is_a_source(tmp_path: Path) -> None:
    """Named by its server, weighed in a file of that name, known to the store by its token's variable too."""
    found = source(tmp_path, f"{MASTODON}    tags: ['#Acme', AcmeAir, acme]\n    every: 2 min\n    streaming: yes\n")
    assert (found.path, found.networks) == ("mastodon:social.example", ("mastodon",))
    assert found.assessment == "assessments/mastodon-social-example.md"
    assert found.name == "mastodon:social.example:ASCOLTA_TOKEN_ACME"
    assert found.live == Connection(
        network="mastodon", address="https://social.example", token="ASCOLTA_TOKEN_ACME", tags=("acme", "acmeair"),
        streaming="https://social.example", every=120,
    )  # fmt: skip


def test_a_feed_is_a_source(tmp_path: Path) -> None:
    """By its address, without a token."""
    found = source(tmp_path, FEED)
    assert (found.path, found.networks, found.name) == ("rss:blog.example/feed", ("rss",), found.path)
    assert found.live == Connection(network="rss", address="https://blog.example/feed?format=atom")


WRONG = {
    "unknown network": (MASTODON.replace("mastodon", "mastodom"), "did you mean 'mastodon'?"),
    "no server": (MASTODON.replace("    server: https://social.example/\n", ""), "has no 'server'; add it"),
    "no token": (MASTODON.replace("    token: ASCOLTA_TOKEN_ACME\n", ""), "has no 'token'; add it"),
    "the token itself": (MASTODON.replace("ASCOLTA_TOKEN_ACME", "s3cr3t"), "a token does not stand in a file"),
    "a password in the address": (MASTODON.replace("https://", "https://a:s3cr3t@"), "no name and no password in it"),
    "another scheme": (MASTODON.replace("https://", "file://"), "must be an address"),
    "no tags": (MASTODON + "    tags: [a b]\n", "'tags' are hashtags"),
    "too many tags": (MASTODON + f"    tags: [{', '.join(f't{n}' for n in range(11))}]\n", "name 10 at the most"),
    "too often": (MASTODON + "    every: 1 s\n", "between 10 seconds and a day"),
    "an assessment elsewhere": (MASTODON + "    assessment: ../a.md\n", "names a file of this folder"),
    "a token for a feed": (FEED + "    token: ASCOLTA_TOKEN_ACME\n", "unknown key 'token'"),
    "a file as well": (MASTODON + "    file: posts.csv\n", "unknown key 'file'"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_is_wrong_is_said_at_its_line_and_repeats_no_secret(tmp_path: Path, what: str) -> None:
    """One sentence, with what to write instead."""
    text, says = WRONG[what]
    with pytest.raises(FileError, match=r"brand.yaml:\d+: ") as error:
        source(tmp_path, text)
    assert says in str(error.value)
    assert "s3cr3t" not in str(error.value)


def heard(path: Path, text: str) -> list[Live]:
    """The networks that a brand hears."""
    found = bootstrap.found(folder(path, {"brand.yaml": BRAND + text}))
    return [one for one in bootstrap.sources(found, [], bootstrap.Reading()) if isinstance(one, Live)]


def test_a_network_is_heard_only_after_it_was_weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every source: without an assessment that names it nothing is asked."""
    monkeypatch.setenv("ASCOLTA_TOKEN_ACME", "t0ken")
    with pytest.raises(FileError, match=r"mastodon-social-example\.md: there is no such file"):
        heard(tmp_path, MASTODON)
    (tmp_path / "assessments").mkdir(exist_ok=True)
    weighed = FRONT.replace("posts.csv", "mastodon:social.example") + BODY
    (tmp_path / "assessments" / "mastodon-social-example.md").write_text(weighed, encoding="utf-8")
    [live] = heard(tmp_path, MASTODON)
    assert (live.name, live.brands) == ("mastodon:social.example:ASCOLTA_TOKEN_ACME", {"acme"})


def test_a_token_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its variable, before anything is asked."""
    monkeypatch.delenv("ASCOLTA_TOKEN_ACME", raising=False)
    with pytest.raises(AscoltaError, match="ASCOLTA_TOKEN_ACME is not set"):
        heard(tmp_path, MASTODON + "    rehearsal: true\n")


def test_the_networks_that_can_be_named_are_those_that_there_are() -> None:
    """The words of brand.yaml and the files that hear them."""
    assert set(NETWORKS) == set(FILES)
