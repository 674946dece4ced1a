"""A source that is written into brand.yaml: all that stood there stands there still, and it says what it said."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ascolta.errors import AscoltaError, FileError
from ascolta.files.adding import BACKUP, add, added, source_of, undo
from ascolta.files.brands import load_brand
from ascolta.files.init import new_brand

ITEM: dict[str, str | list[str]] = {
    "network": "mastodon", "server": "https://social.example", "token": "ASCOLTA_TOKEN_ACME", "tags": ["#acme", "air"],
}  # fmt: skip
PATH = Path("brand.yaml")

LISTS = {
    "no list yet": ("brand: acme\nname: Acme # ours\n", "brand: acme\nname: Acme # ours\nsources:\n  - network: m"),
    "no end of line": ("brand: acme\nname: Acme", "brand: acme\nname: Acme\nsources:\n  - network: m"),
    "a block": ("sources:\n  - file: a.csv # a\n# below\nname: A\n", "# a\n  - network: mastodon\n    server"),
    "not indented": ("sources:\n- file: a.csv\n- file: b.csv\n\n\nname: A\n", "b.csv\n- network: mastodon\n  server"),
    "deeper": (
        "sources:\n    -   file: a.csv\n        rehearsal: true\nname: A\n",
        "true\n    - network: mastodon\n      s",
    ),
    "at the end": ("name: A\nsources:\n  - file: a.csv", "a.csv\n  - network: mastodon"),
    "a list in it": ("sources:\n  - file: a.csv\n    networks:\n      - x\n      - y\n", "- y\n  - network: mastodon"),
    "on one line": (
        "sources: [{file: a.csv}, {file: b.csv}] # all\nname: A\n",
        "sources: # all\n  - {file: a.csv}\n  - {f",
    ),
    "empty": ("sources: []\nname: A\n", "sources:\n  - network: mastodon"),
    "of Windows": (
        "name: A\r\nsources:\r\n  - file: a.csv\r\nbrand: a\r\n",
        "a.csv\r\n  - network: mastodon\r\n    ser",
    ),
    "long words": ("sources:\n  - file: >\n      a.csv\nname: A\n", "a.csv\n  - network: mastodon"),
    "quoted": ("sources:\n  - file: 'a #b.csv' # c\n", "# c\n  - network: mastodon"),
}


@pytest.mark.parametrize("case", LISTS)
def test_it_is_added_where_its_author_would(case: str) -> None:
    """Behind the last one, indented alike; everything else stays as it is, letter by letter, comments as well."""
    text, beginning = LISTS[case]
    found = added(PATH, text, ITEM)
    assert beginning in found
    before, after = (yaml.load(one, Loader=yaml.BaseLoader) for one in (text, found))  # noqa: S506 - texts only
    assert after.pop("sources") == [*before.pop("sources", []), ITEM]
    assert after == before
    lines = [line for line in text.splitlines() if not line.startswith("sources: [")]
    assert [line for line in found.splitlines() if line in lines] == lines
    assert ("\r\n" in found) == ("\r\n" in text)
    assert found.replace("\r\n", "") == found.replace("\r\n", "").replace("\r", "")


BY_HAND = {
    "a comment within": "sources: [{file: a.csv}, # a\n  {file: b.csv}]\n",
    "several lines": "sources: [{file: a.csv,\n  networks: [x]}]\n",
    "all on one line": "{brand: acme, name: A}\n",
    "no list": "sources: a.csv\n",
    "nothing": "sources:\nname: A\n",
    "its end is said": "name: A\n...\n",
}


@pytest.mark.parametrize("case", BY_HAND)
def test_what_cannot_be_done_is_left_to_its_author(case: str) -> None:
    """With what to write."""
    with pytest.raises(FileError, match=r"add it yourself.*- network: mastodon"):
        added(PATH, BY_HAND[case], ITEM)


@given(
    st.lists(
        st.sampled_from(["- file: a.csv", "- {file: b.csv}", "- file: c\n  networks: [x]"]), min_size=1, max_size=4
    ),
    st.sampled_from(["", "# a comment\n", "\n\n", "  # indented\n"]),
    st.integers(0, 4),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20),
)
def test_any_list_takes_one_more(items: list[str], between: str, indent: int, said: str) -> None:
    """However it is indented and commented, whatever its words: it says what it said, and one more source."""
    block = between.join("\n".join(" " * indent + line for line in item.split("\n")) + "\n" for item in items)
    text = f"name: A\nsources:\n{between}{block}{between}brand: acme\n"
    found = added(PATH, text, {"network": "x", "account": said})
    read = yaml.load(found, Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    assert len(read["sources"]) == len(items) + 1
    assert read["sources"][-1] == {"network": "x", "account": said}
    assert found.startswith(text[: text.index(block) + len(block.rstrip("\n"))])


def test_a_new_brand_takes_it(tmp_path: Path) -> None:
    """What `init` writes still loads, its proposals in comments stand below it, and the file before lies beside it."""
    new_brand(tmp_path / "b", "Bella", "@bella")
    path = tmp_path / "b" / "brand.yaml"
    path.chmod(0o640)
    before = path.read_text(encoding="utf-8")
    add(path, ITEM)
    [_, found] = load_brand(tmp_path / "b").sources
    assert (found.path, found.live and found.live.tags) == ("mastodon:social.example", ("acme", "air"))
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.with_name(f"brand.yaml{BACKUP}").read_text(encoding="utf-8") == before
    assert set(path.read_text(encoding="utf-8").splitlines()) >= set(before.splitlines())
    undo(path)
    assert path.read_text(encoding="utf-8") == before


def test_a_file_behind_a_link_is_written_there(tmp_path: Path) -> None:
    """The link stays one."""
    new_brand(tmp_path / "b", "Bella", "@bella")
    path = tmp_path / "b" / "brand.yaml"
    real = path.rename(tmp_path / "real.yaml")
    path.symlink_to(real)
    add(path, ITEM)
    assert path.is_symlink()
    assert "social.example" in real.read_text(encoding="utf-8")


def test_what_is_given_is_read_as_the_file_would_be() -> None:
    """What may not stand in brand.yaml is refused before anything is written, and no file is named for it."""
    for wrong, said in (
        ({**ITEM, "server": "ftp://social.example"}, "must be an address"),
        ({**ITEM, "token": "canary-4711"}, "a token does not stand in a file"),
        ({**ITEM, "feed": "https://a.example"}, "unknown key 'feed'"),
        ({"network": "mastodon"}, "has no 'server'"),
    ):
        with pytest.raises(AscoltaError, match=said) as error:
            source_of(wrong)
        assert "canary" not in str(error.value)
        assert "given" not in str(error.value)
