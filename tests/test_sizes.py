"""The house's habits, counted: sizes of functions and files, imports, docstrings of tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a file."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def functions(paths: list[Path]) -> Iterator[tuple[Path, Function]]:
    for path in paths:
        for node in nodes(path):
            if isinstance(node, Function):
                yield path, node


def length(node: Function) -> int:
    """Lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 2 if body else 1


def test_functions_are_short() -> None:
    """Nine functions in ten have at most 25 lines, none more than 50."""
    sizes = [(length(node), f"{path.name}:{node.name}") for path, node in functions(SOURCES)]
    assert max(sizes)[0] <= 50, max(sizes)
    assert sum(size <= 25 for size, _ in sizes) >= 0.9 * len(sizes)


def test_files_are_short() -> None:
    """Nine files in ten have at most 250 lines, none more than 400."""
    sizes = [(len(path.read_text(encoding="utf-8").splitlines()), path.name) for path in SOURCES]
    assert max(sizes)[0] <= 400, max(sizes)
    assert sum(size <= 250 for size, _ in sizes) >= 0.9 * len(sizes)


def test_functions_take_few_parameters() -> None:
    """No function takes more than five parameters, self aside; commands take what their options need."""
    for path, node in functions([path for path in SOURCES if "cli" not in path.parts]):
        taken = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in ("self", "cls")]
        assert len(taken) <= 5, f"{path.name}:{node.name}"


def test_imports_stand_at_the_top() -> None:
    """No import hides in a function, and none under TYPE_CHECKING."""
    for path, node in functions(SOURCES):
        hidden = [inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]
        assert not hidden, f"{path.name}:{node.name}"
    assert not [path for path in SOURCES if "TYPE_CHECKING" in path.read_text(encoding="utf-8")]


def test_the_core_touches_nothing() -> None:
    """The core imports no clock, disk, network, logging or randomness."""
    banned = {
        "time",
        "os",
        "pathlib",
        "socket",
        "logging",
        "random",
        "secrets",
        "datetime",
        "io",
        "sqlite3",
        "subprocess",
    }
    for path in SOURCES:
        if path.parent.name == "core":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
            names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            assert not banned & {name.split(".")[0] for name in names}, path.name


def test_every_test_states_its_fact() -> None:
    """Each test has a docstring of one sentence."""
    for path, node in functions(TESTS):
        if node.name.startswith("test_"):
            said = ast.get_docstring(node)
            assert said, f"{path.name}:{node.name}"
            assert said.rstrip().endswith((".", '."')), f"{path.name}:{node.name}"


def test_nothing_is_mocked() -> None:
    """Tests use twins and real servers, never mocks."""
    word = "mo" + "ck"
    assert not [path for path in TESTS if f"import {word}" in path.read_text(encoding="utf-8")]
    assert not [path for path in TESTS if f"{word}er" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("word", ["process", "handle", "manage", "utils", "helpers", "Manager", "Base"])
def test_functions_are_verbs_of_the_domain(word: str) -> None:
    """No function or class is called by a word that says nothing."""
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, Function | ast.ClassDef):
                assert node.name != word, f"{path.name}:{node.name}"
                assert not node.name.startswith((f"{word}_", f"_{word}_")), f"{path.name}:{node.name}"
