"""Errors of the API: one sentence each as `application/problem+json` (RFC 9457), and never a trace."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ascolta.core.text import shown
from ascolta.errors import AscoltaError, StoreError
from ascolta.web.signed import Forbidden

MEDIA = "application/problem+json"
LONGEST = 500
"""Characters of a sentence."""

KINDS: Mapping[int, tuple[str, str]] = {
    400: ("unreadable", "The request cannot be read."),
    401: ("unknown", "No token that is good came with the request."),
    403: ("forbidden", "The token, or its person, may not do this."),
    404: ("gone", "There is nothing here, or no more."),
    405: ("method", "This is not asked for in that way."),
    408: ("slow", "The request took too long to arrive."),
    409: ("conflict", "It does not fit how things stand."),
    412: ("changed", "It changed since it was read."),
    413: ("large", "The request is too long."),
    415: ("media", "The body must be JSON."),
    421: ("name", "This desk answers to its own name only."),
    422: ("unfit", "Something in the request is not as it must be."),
    428: ("unconditional", "Say which version was read."),
    429: ("often", "Too many requests."),
    500: ("broken", "Something went wrong here."),
    503: ("away", "The store does not answer now."),
}
"""What can go wrong: a word for it, and its title."""


class Problem(Exception):
    """Something that cannot be answered as it was asked; `said` is one sentence, `more` further members."""

    def __init__(self, status: int, said: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(said)
        self.status, self.said, self.headers, self.more = status, said, dict(headers or {}), more

    def response(self) -> Response:
        """The answer."""
        word, title = KINDS.get(self.status, KINDS[500])
        said = {"type": f"/api#{word}", "title": title, "status": self.status, "detail": shown(self.said[:LONGEST])}
        return JSONResponse({**said, **self.more}, self.status, self.headers, MEDIA)


def answer(request: Request, error: Exception) -> Response:
    """The answer to any error."""
    return problem_of(error).response()


def problem_of(error: Exception) -> Problem:
    """What an error says, as a problem. Of what nobody foresaw nothing is told but that it happened."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return Problem(422, _unfit(error))
    if isinstance(error, HTTPException):
        said = {404: "there is nothing at this address", 405: "this address takes other methods"}
        found = said.get(error.status_code, HTTPStatus(error.status_code).phrase)
        return Problem(error.status_code, found, headers=error.headers)
    if isinstance(error, Forbidden):
        return Problem(403, f"it takes the right to {error.right.value}" if error.right else "nobody may do this")
    if isinstance(error, StoreError):
        return Problem(503, "the store does not answer now; ask again in a while", headers={"Retry-After": "10"})
    if isinstance(error, AscoltaError):
        return Problem(409, str(error))
    return Problem(500, "something went wrong here, and was noted; nothing was done by halves")


def _unfit(error: RequestValidationError) -> str:
    """What is not as it must be, and where; what was sent is not repeated."""
    found = error.errors()
    if not found:
        return "something in the request is not as it must be"
    where = ".".join(str(part)[:40] for part in found[0].get("loc", ())[:4])
    return f"{where}: {str(found[0].get('msg', 'not as it must be'))[:200]}"
