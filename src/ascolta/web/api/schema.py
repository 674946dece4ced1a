"""What the API is, as OpenAPI 3.1: made from its routes, with its scopes, its errors and nothing of the pages."""

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from ascolta import __version__
from ascolta.core.scopes import PREFIX
from ascolta.web.api.problem import KINDS, MEDIA
from ascolta.web.api.scoped import ANY, SCOPES

VERBS = ("get", "post", "put")
UNSAFE = ("post", "put")
ALWAYS = (400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 503)
"""Errors that any address may answer with."""

SAID = f"""The desk for programs: the same acts as on its pages.

A token (`{PREFIX}…`, made under *You → Tokens*) acts as its person, and does no more than its scopes and that person's
role allow; where two people must approve, it is one of them. Errors are `application/problem+json` (RFC 9457). Unsafe
requests may carry an `Idempotency-Key`; what was done under it is not done again within a day. Every token may ask 120
times at once and twice a second after that.
"""
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Which kind of problem, as an address."},
        "title": {"type": "string", "description": "The kind in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence on this very case."},
        "scope": {"type": "string", "description": "The scope that it takes."},
        "column": {"type": "integer", "description": "Where a search cannot be read, counted from 1."},
    },
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your own for this request; send the same again to try again without doing it twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._:-]{1,128}$"},
}


def described(api: APIRouter) -> dict[str, Any]:
    """The document."""
    found = get_openapi(title="Ascolta", version=__version__, description=SAID, routes=api.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    found["components"]["parameters"] = {"key": _KEY}
    found["components"]["responses"] = {
        word: {"description": title, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for word, title in KINDS.values()
    }
    found["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": f"A token, which begins with {PREFIX}."}
    }
    for path, verbs in found["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                _tell(verbs[verb], f"{verb.upper()} {path}", unsafe=verb in UNSAFE)
    return found


def _tell(operation: dict[str, Any], route: str, *, unsafe: bool) -> None:
    """Add to one operation what holds for all: who may, which errors there are, how it is repeated."""
    scope = SCOPES[route]
    operation["security"] = [{"token": [] if scope is ANY else [str(scope)]}]
    operation["x-scope"] = "" if scope is ANY else str(scope)
    operation["responses"].pop("422", None)
    statuses = (*ALWAYS, 408, 412, 428) if unsafe else ALWAYS
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{KINDS[status][0]}"}
    if unsafe:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/key"})
