"""docs/reference/api.md: every address of the API, from the document that it serves."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from ascolta.web.api.scoped import V1
from ascolta.web.app import create
from tests.web.entering import HOME
from tests.web.programs import Clock, token, whole_desk

TOP = """\
# The API

Every address of the API, made from the document that it serves: `make reference`. All of them begin with `{prefix}`.
How a program gets a token, what to know before it acts, and what hooks tell stands in [its guide](../operator/api.md).
The whole document, with the shape of every request and answer, is `/api/openapi.json` of a desk that runs (OpenAPI
3.1), and `/api` the same for people.
"""
"""What stands above the table."""


def document() -> dict[str, Any]:
    """What a desk says of its API."""
    with TemporaryDirectory() as folder:
        desk = whole_desk(Path(folder), Clock(step=1.0))
        with TestClient(create(desk), base_url=HOME) as client:
            headers = {"Authorization": f"Bearer {token(desk, 'the reference')}"}
            found: dict[str, Any] = client.get("/api/openapi.json", headers=headers).json()
            return found


def operations(found: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each address with its verb, and what is said of it, in the order of the document."""
    for path, verbs in found["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb.upper()} {path}", operation


def undescribed(found: Mapping[str, Any]) -> list[str]:
    """Addresses of which nothing is said."""
    return [address for address, one in operations(found) if not one.get("summary") or not one.get("description")]


def page() -> str:
    """The page."""
    found = document()
    rows = [_row(address, one) for address, one in operations(found)]
    return "\n".join([TOP.format(prefix=V1), "| address | scope | what it does |\n|---|---|---|", *rows]) + "\n"


def _row(address: str, one: Mapping[str, Any]) -> str:
    said = re.sub(r"\s+", " ", one.get("description") or one["summary"]).strip()
    scope = f"`{one['x-scope']}`" if one["x-scope"] else "any token"
    return f"| `{address.replace(V1, '')}` | {scope} | {said} |"
