"""The keys of YAML files, read from the code that reads them: each call of `Value.mapping` and of `Value.pairs`."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.conftest import ROOT

FOLDER = ROOT / "src" / "ascolta" / "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One place of the code that reads keys: those that must be there, those that may, and whether any name may."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    any_name: bool = False


def read_keys() -> dict[str, Read]:
    """All places by module and function; numbered where a function reads several, `/names` where any name may stand."""
    found: dict[str, Read] = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"ascolta.files.{path.stem}")
        for name, calls in _by_function(path):
            asked = [_read(args, module) for call in calls if _called(call) == "mapping" for args in _ways(call)]
            for place, one in enumerate(asked, 1):
                found[f"{path.stem}.{name}:{place}" if len(asked) > 1 else f"{path.stem}.{name}"] = one
            if any(_called(call) == "pairs" for call in calls):
                found[f"{path.stem}.{name}/names"] = Read(any_name=True)
    return found


def _by_function(path: Path) -> Iterator[tuple[str, list[ast.Call]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and _called(inner)]
            yield node.name, sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _called(call: ast.Call) -> str:
    """`mapping` or `pairs`, if the call is one of these."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name if name in ("mapping", "pairs") else ""


def _ways(call: ast.Call) -> list[list[ast.expr]]:
    """The arguments of a call; those of either way where it says `*(… if … else …)`."""
    first = call.args[0]
    if isinstance(first, ast.Starred) and isinstance(first.value, ast.IfExp):
        return [way.elts for way in (first.value.body, first.value.orelse) if isinstance(way, ast.Tuple)]
    return [call.args]


def _read(args: list[ast.expr], module: ModuleType) -> Read:
    needs, may = (_names(part, module) for part in (*args, ast.Tuple(elts=[]))[:2])
    return Read(
        needs=tuple(name for name in needs if name is not None),
        may=tuple(name for name in may if name is not None),
        any_name=None in needs or None in may,
    )


def _names(node: ast.expr, module: ModuleType) -> list[str | None]:
    """The names that an expression of the code means; None stands for those that only a file knows."""
    if isinstance(node, ast.Tuple):
        return [name for part in node.elts for name in _names(part, module)]
    if isinstance(node, ast.Starred):
        return _names(node.value, module)
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if not isinstance(node, ast.Name):
        raise TypeError(
            f"{module.__name__}:{node.lineno}: {ast.unparse(node)} is no list of keys that can be read here"
        )
    known = getattr(module, node.id, None)
    return [None] if known is None else [known] if isinstance(known, str) else [str(name) for name in known]
