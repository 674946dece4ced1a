"""The API put before the desk's pages."""

from functools import cached_property
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ascolta.errors import AscoltaError
from ascolta.web.api.cases import add_cases
from ascolta.web.api.floor import Floor
from ascolta.web.api.gate import Gate
from ascolta.web.api.problem import Problem, answer
from ascolta.web.api.reference import Page, add_reference
from ascolta.web.api.rest import add_rest
from ascolta.web.api.risks import add_risks
from ascolta.web.api.schema import described
from ascolta.web.api.scoped import V1
from ascolta.web.guard import Guard
from ascolta.web.signed import Forbidden
from ascolta.web.untold import UNTOLD


class Api:
    """The API of a desk, made when it is asked for first: most who start a desk look at its pages."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    @cached_property
    def routes(self) -> APIRouter:
        """Its addresses."""
        routes = APIRouter(prefix=V1)
        add_cases(routes, self._floor)
        add_risks(routes, self._floor)
        add_rest(routes, self._floor)
        return routes

    @cached_property
    def document(self) -> dict[str, Any]:
        """What it is, as OpenAPI."""
        return described(self.routes)

    @cached_property
    def app(self) -> FastAPI:
        """It as an application of its own, without what stands before it."""
        api = FastAPI(title="Ascolta", **UNTOLD)
        api.router.routes.extend(self.routes.routes)

        @api.get("/api/openapi.json", include_in_schema=False)
        def read_openapi() -> Response:
            return JSONResponse(self.document)

        for error in (Problem, AscoltaError, Forbidden, RequestValidationError, HTTPException, Exception):
            api.exception_handler(error)(answer)
        return api


def add_api(app: FastAPI, floor: Floor, guard: Guard, page: Page) -> None:
    """Put the API before an application, and its reference among its pages; `guard` knows its names and its people."""
    api = Api(floor)
    add_reference(app, lambda: api.document, page)
    app.add_middleware(Gate, api=lambda: api.app, guard=guard, clock=floor.clock)
