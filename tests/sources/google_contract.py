"""What an API of Google takes and gives, by the discovery document that Google's own client brings: not by our code."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from googleapiclient.discovery_cache import get_static_doc

Json = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float), "object": (dict,),
    "array": (list,),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A request that the document knows: its method, and its parameters; `wrong` is what is wrong with them."""

    method: Json
    given: dict[str, list[str]]
    wrong: str = ""


class Contract:
    """One API, by its name and version."""

    def __init__(self, name: str, version: str) -> None:
        self.document: Json = json.loads(get_static_doc(name, version))
        self.schemas: Json = self.document["schemas"]
        self._methods = list(_methods(self.document))

    def find(self, verb: str, path: str, query: dict[str, list[str]]) -> Asked | None:
        """The method that a request calls; None if there is none."""
        for method in self._methods:
            found = _pattern(method).fullmatch(path.lstrip("/"))
            if method["httpMethod"] == verb and found:
                given = {**query, **{name: [unquote(said)] for name, said in found.groupdict().items()}}
                return Asked(method, given, self._wrong(method, given))
        return None

    def _wrong(self, method: Json, given: dict[str, list[str]]) -> str:
        known = {**self.document["parameters"], **method.get("parameters", {})}
        for name, said in given.items():
            if name not in known:
                return f"unknown parameter {name}"
            wrong = _breaks(known[name], said)
            if wrong:
                return f"{name}: {wrong}"
        missing = [name for name, one in known.items() if one.get("required") and name not in given]
        return f"missing {missing}" if missing else ""

    def breaks(self, schema: str, value: Any, where: str = "") -> list[str]:
        """Where a value is not as a schema says; nothing may be in it that the schema does not have."""
        return list(self._broken({"$ref": schema}, value, where or schema))

    def _broken(self, schema: Json, value: Any, where: str) -> Iterator[str]:
        schema = self.schemas[schema["$ref"]] if "$ref" in schema else schema
        kind: str = schema["type"]
        fits = isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))
        if not fits:
            yield f"{where} is no {kind}"
        elif kind == "object":
            for name, one in value.items():
                inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                if inner is None:
                    yield f"{where} has no {name}"
                else:
                    yield from self._broken(inner, one, f"{where}.{name}")
        elif kind == "array":
            for number, one in enumerate(value):
                yield from self._broken(schema["items"], one, f"{where}[{number}]")
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of {schema['enum']}"


def only(fields: str, value: Any) -> Any:
    """A value with the fields of a mask only, as Google's partial responses have it: `a,b/c,d(e,f)`."""
    return _kept(_parsed(fields), value)


def _kept(mask: Json, value: Any) -> Any:
    if isinstance(value, list):
        return [_kept(mask, one) for one in value]
    if not mask or not isinstance(value, dict):
        return value
    return {name: _kept(mask[name], one) for name, one in value.items() if name in mask}


def _parsed(fields: str) -> Json:
    found: Json = {}
    for part in _parts(fields):
        name, how, rest = re.fullmatch(r"(\w+)(?:([/(])(.*))?", part, re.DOTALL).groups("")  # type: ignore[union-attr]
        found.setdefault(name, {}).update(_parsed(rest[:-1] if how == "(" else rest))
    return found


def _parts(fields: str) -> list[str]:
    """Split at commas that stand in no brackets."""
    found, depth = [""], 0
    for char in fields:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return [one for one in found if one]


def _methods(document: Json) -> Any:
    yield from document.get("methods", {}).values()
    for one in document.get("resources", {}).values():
        yield from _methods(one)


def _pattern(method: Json) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/:]+)", re.escape(method["path"])))


def _breaks(parameter: Json, said: list[str]) -> str:
    """What is wrong with the values of a parameter."""
    if len(said) > 1 and not parameter.get("repeated"):
        return "said more than once"
    for value in said:
        if "enum" in parameter and value not in parameter["enum"]:
            return "unknown value"
        if parameter["type"] == "boolean" and value not in ("true", "false"):
            return "neither true nor false"
        if parameter["type"] == "integer":
            least, most = int(parameter.get("minimum", 0)), int(parameter.get("maximum", 1 << 32))
            if not value.isdigit() or not least <= int(value) <= most:
                return f"not between {least} and {most}"
    return ""
