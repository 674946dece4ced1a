"""The reference of the API as a page, made from its OpenAPI document by our own template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ascolta.web.api.problem import KINDS
from ascolta.web.api.schema import VERBS

Page = Callable[..., Response]
_REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that is sent or given: its name, its type in words, whether it must be there, and what it is."""

    name: str
    type: str
    needed: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked. `gives` is the name of the shape that is answered."""

    id: str
    verb: str
    path: str
    says: Sequence[str]
    scope: str
    params: Sequence[Field]
    body: Sequence[Field]
    gives: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is answered: a name, what it is, and its fields."""

    name: str
    says: str
    fields: Sequence[Field]


def add_reference(app: FastAPI, document: Callable[[], Mapping[str, Any]], page: Page) -> None:
    """The page; `page` makes it of a template and its values, once `document` is asked for."""
    told = cache(lambda: _values(document()))

    @app.get("/api")
    def show_reference(request: Request) -> Response:
        return page(request, "api.html", told())


def _values(document: Mapping[str, Any]) -> dict[str, object]:
    """What the page shows."""
    schemas = document["components"]["schemas"]
    groups = _groups(document)
    given = {one.gives for _, found in groups for one in found}
    shapes = [_shape(name, schemas[name]) for name in sorted(_reached(given & schemas.keys(), schemas))]
    errors = [(status, word, title) for status, (word, title) in KINDS.items()]
    return {"groups": groups, "shapes": shapes, "errors": errors}


def _groups(document: Mapping[str, Any]) -> list[tuple[str, list[Operation]]]:
    found: dict[str, list[Operation]] = {}
    for path, verbs in document["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                made = _operation(path, verb, verbs[verb], document["components"]["schemas"])
                found.setdefault(verbs[verb]["tags"][0], []).append(made)
    return list(found.items())


def _operation(path: str, verb: str, said: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    asked = content.get("$ref", "").removeprefix(_REF)
    gives = said["responses"]["200"]["content"]["application/json"]["schema"]
    params = [
        Field(
            name=one["name"],
            type=f"{one['in']}, {_type(one['schema'])}",
            needed=one.get("required", False),
            says=_plain(one.get("description", "")),
        )
        for one in (one for one in said.get("parameters", ()) if "name" in one)
    ]
    return Operation(
        id=f"{verb}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        verb=verb.upper(),
        path=path,
        says=[_plain(part) for part in said.get("description", "").split("\n\n") if part.strip()],
        scope=said["x-scope"],
        params=params,
        body=_fields(schemas[asked]) if asked in schemas else [],
        gives=gives.get("$ref", gives.get("items", {}).get("$ref", "")).removeprefix(_REF),
    )


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    return Shape(name=name, says=_plain(schema.get("description", "")), fields=_fields(schema))


def _fields(schema: Mapping[str, Any]) -> list[Field]:
    needed = schema.get("required", ())
    return [
        Field(name=name, type=_type(one), needed=name in needed, says=_plain(one.get("description", "")))
        for name, one in schema.get("properties", {}).items()
    ]


def _plain(said: str) -> str:
    """A description without the marks of code in it."""
    return " ".join(said.replace("`", "").split())


def _type(schema: Mapping[str, Any]) -> str:
    """A type in a few words, such as `string, 1 to 40 characters`, `list of Row`, or `Wait or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    least, most = schema.get("minLength"), schema.get("maxLength")
    bounds = f", {least or 0} to {most} characters" if most else ""
    return f"{schema.get('type', 'anything')}{bounds}"


def _reached(names: set[str], schemas: Mapping[str, Any]) -> set[str]:
    """These shapes and all within them."""
    found, left = set[str](), list(names)
    while left:
        name = left.pop()
        if name in schemas and name not in found:
            found.add(name)
            left += [one for one in schemas if f'"{_REF}{one}"' in _text(schemas[name])]
    return found


def _text(schema: Mapping[str, Any]) -> str:
    return str(schema).replace("'", '"')
