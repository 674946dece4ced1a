"""The desk's page for opt-out codes that came by message, where no source brings them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response

from ascolta.core.saying import mark
from ascolta.web.notice import Public, Said, confirm
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext

WRONG = mark(
    "This code does not belong to this account, or it is not good any more; ask for a new one on the notice page."
)


def add_optout(app: FastAPI, public: Public, page: Callable[..., Response]) -> None:
    """Add the page to the desk. Only the desk's owner gets here. `page` makes a page of a template and its values."""

    def look(request: Request, said: str = "", *, done: bool = True, network: str = "") -> Response:
        values = {"networks": public.networks, "network": network, "said": said, "done": done}
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
        gone = confirm(public, Said(network=network.strip(), account=account.strip()), code[:200])
        if gone is None:
            return look(request, _(WRONG), done=False, network=network)
        said = ngettext(
            "The account is opted out; %(num)s case was erased.",
            "The account is opted out; %(num)s cases were erased.",
            gone,
        )
        return look(request, said, network=network)
