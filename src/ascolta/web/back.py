"""Back from an act to a page, with a sentence to show there once; and where somebody was, to go there again."""

import re
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

SAID = "x-said"
"""The header in which a sentence goes as far as the guard, which has the browser keep it for the next page."""

LASTS = 60
"""Seconds in which the next page must come."""

_LONGEST = 300
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,999}")
_NUMBERED = re.compile(r"/(?:cases|incidents)/\d{1,18}(?=/|$)")


def back(path: str, said: str = "") -> Response:
    """Back to a page, with a sentence to show there if there is one. No address can say one."""
    headers = {SAID: quote(said[:_LONGEST])} if said else None
    return RedirectResponse(path, 303, headers)


def heard(cookie: str) -> str:
    """The sentence that a browser kept."""
    return unquote(cookie)[:_LONGEST]


def whence(request: Request) -> str:
    """The page that somebody looks at: the one that was asked for, or from which a form came; else the first."""
    url = request.url
    if request.method == "GET":
        return f"{url.path}?{url.query}" if url.query else url.path
    found = _NUMBERED.match(url.path)
    return found.group() if found else "/"


def ours(path: str) -> str:
    """A path of this desk to go to, as somebody sent it; the first page for anything else."""
    return path if _OURS.fullmatch(path) else "/"
