"""Both ways of reading YAML give the same nodes at the same places, and what is refused has the same words."""

import random
from pathlib import Path

import pytest
import yaml

from ascolta.errors import FileError
from ascolta.files import composing
from ascolta.files.composing import composed
from tests.conftest import ROOT

FILES = sorted(path for path in (ROOT / "examples").rglob("*.yaml") if ".ascolta" not in path.parts)
HERE = Path("here.yaml")
TAB = "found character 'a tab' that cannot start any token"
SIGNS = "'\":#-[]{},|>%@` \n\r\té?é\N{HIGH VOLTAGE SIGN}"


def tree(node: yaml.Node | None) -> object:
    """What a node says and where, and of a text the whole that it stands in."""
    if node is None:
        return None
    start, end = node.start_mark, node.end_mark
    place = (start.line, start.column, start.index, end.line, end.column, end.index)
    if isinstance(node, yaml.ScalarNode):
        # Where nothing stands, its place is told differently, and asked by nobody.
        return (
            node.tag,
            node.value,
            node.style or "",
            *((place, (start.buffer or "").rstrip("\0")) if node.value else ()),
        )
    if isinstance(node, yaml.MappingNode):
        return node.tag, bool(node.flow_style), place, [(tree(key), tree(value)) for key, value in node.value]
    assert isinstance(node, yaml.SequenceNode)
    return node.tag, bool(node.flow_style), place, [tree(one) for one in node.value]


def plainly(text: str) -> object:
    """What the reader in Python gives; its words where it refuses."""
    try:
        return tree(composing._plainly(HERE, text))
    except FileError as error:
        return str(error)


def told(text: str) -> object:
    """What is given; the words where it is refused."""
    try:
        return tree(composed(HERE, text))
    except FileError as error:
        return str(error)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_example_is_read_quickly_and_as_plainly(path: Path) -> None:
    """Not one of them needs the slow way, and each node of it stands where it stood."""
    text = path.read_text(encoding="utf-8")
    assert tree(composing._node(composing._Quick(path, text))) == tree(composing._plainly(path, text))


def test_damaged_files_are_read_as_plainly() -> None:
    """Whatever somebody mistypes: what the reader in Python reads is read so, what it refuses has its words."""
    chance = random.Random(7)
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    refused = 0
    for _ in range(1_500):
        text = list(_piece(chance, chance.choice(texts)))
        for _ in range(chance.randrange(4)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randrange(2)] = chance.choice(SIGNS)
        damaged = "".join(text)
        plain, found = plainly(damaged), told(damaged)
        refused += isinstance(plain, str)
        assert found == plain or _is_a_question(damaged), damaged
    assert 100 < refused < 1_400


def _piece(chance: random.Random, text: str) -> str:
    """A few lines of a text."""
    lines = text.splitlines(keepends=True)
    start = chance.randrange(len(lines))
    return "".join(lines[start : start + chance.randrange(1, 20)])


def _is_a_question(text: str) -> bool:
    """In brackets the reader in Python takes any question mark for a key's; by YAML 1.1 that has a space behind it."""
    return "?" in text and ("[" in text or "{" in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &b c\n", "here.yaml:1: aliases (& and *) are not understood; write it out"),
        ("a: 1\nb: [*c]\n", "here.yaml:2: aliases (& and *) are not understood; write it out"),
        ("a:\n  " + "[" * 30 + "]" * 30 + "\n", "here.yaml:2: is nested deeper than 20; simplify it"),
        ("[" * 500_000 + "\n", "here.yaml:1: is nested deeper than 20; simplify it"),
        ("a:\n\tb: c\n", f"here.yaml:2: is not YAML: {TAB}; indent with spaces"),
        ("a: \0\n", "here.yaml:1: holds a character that no text file should; take it out"),
        ("a: \ud800\n", "here.yaml:1: holds a character that no text file should; take it out"),
    ],
    ids=["anchor", "alias", "deep", "very deep", "tab", "control", "surrogate"],
)  # fmt: skip
def test_what_is_refused(text: str, said: str) -> None:
    """Each at its line, in a sentence."""
    with pytest.raises(FileError) as refused:
        composed(HERE, text)
    assert str(refused.value) == said


def test_nothing_is_nothing() -> None:
    """A file without a value has none."""
    assert composed(HERE, "# only a remark\n") is None
    assert composed(HERE, "") is None
