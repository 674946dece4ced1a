"""The desk's page for opt-out codes that came by message, where no source brings them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response

from ascolta.core.platform import usual
from ascolta.core.saying import mark
from ascolta.errors import AscoltaError
from ascolta.web.notice import Public, Said, confirm
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext
from ascolta.web.words import sentence

WRONG = mark(
    "This code does not belong to this account, or it is not good any more; ask for a new one on the notice page."
)


def add_optout(app: FastAPI, public: Public, page: Callable[..., Response]) -> None:
    """Add the page to the desk. Only the desk's owner gets here. `page` makes a page of a template and its values."""

    def look(
        request: Request, said: str = "", *, done: bool = True, asked: Said | None = None, code: str = ""
    ) -> Response:
        values = {"networks": public.networks, "asked": asked or Said(), "code": code, "said": said, "done": done}
        return page(request, "notice_desk.html", values, 200 if done else 400)

    @app.get("/opt-out")
    def show_optout(request: Request) -> Response:
        return look(request)

    @app.post("/opt-out")
    def opt_out(
        request: Request,
        network: Annotated[str, Form()] = "",
        account: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
    ) -> Response:
        asked, code = Said(network=network.strip(), account=account.strip()), code[:200]
        try:
            named = usual(asked.network, public.networks) if asked.network else ""
        except AscoltaError as error:
            return look(request, sentence(error), done=False, asked=asked, code=code)
        gone = confirm(public, replace(asked, network=named), code)
        if gone is None:
            return look(request, _(WRONG), done=False, asked=asked, code=code)
        said = ngettext(
            "The account is opted out; %(num)s case was erased.",
            "The account is opted out; %(num)s cases were erased.",
            gone,
        )
        return look(request, said, asked=Said(network=asked.network))
