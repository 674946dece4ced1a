"""How somebody wants to read the desk: its language and time zone, kept in their browser and nowhere else."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from ascolta.web.signed import Entrance, signed
from ascolta.web.tongue import LANGUAGES, Reader, is_zone, reader_of

YEAR = 365 * 86_400


def add_reading(app: FastAPI, entrance: Entrance) -> None:
    """The route by which a browser says it. What cannot be known stays as it was."""

    @app.post("/reading")
    def choose(request: Request, lang: Annotated[str, Form()] = "", zone: Annotated[str, Form()] = "") -> Response:
        response = RedirectResponse("/me" if signed(request) else "/login", 303)
        if lang in LANGUAGES:
            entrance.put(response, (_name(entrance, "lang"), lang), YEAR)
        if is_zone(zone):
            entrance.put(response, (_name(entrance, "zone"), zone), YEAR)
        return response


def reading(request: Request, entrance: Entrance) -> tuple[Reader, bool]:
    """Who reads what is asked for; and whether their browser has not said yet where they are."""
    lang, zone = (request.cookies.get(_name(entrance, what), "") for what in ("lang", "zone"))
    return reader_of(lang, zone, request.headers.get("accept-language", "")), not is_zone(zone)


def _name(entrance: Entrance, what: str) -> str:
    return f"{entrance.cookie}-{what}"
