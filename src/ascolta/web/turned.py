"""The pages for what cannot be: what somebody may not do, what is not there, what cannot be read."""

from collections.abc import Callable

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from ascolta.web.notice import PATH as NOTICE
from ascolta.web.signed import Forbidden, signed
from ascolta.web.survey import PATH as SURVEY
from ascolta.web.tongue import gettext as _
from ascolta.web.words import roles_for, told

PUBLIC = (NOTICE, SURVEY + "/")
"""Pages that anybody may read; what is not there of them is told without the desk's menu."""

Page = Callable[..., Response]


def forbidden(page: Page, bare: Page) -> Page:
    """What makes the page that says who may do what somebody may not."""

    def told_who(request: Request, error: Exception) -> Response:
        right = error.right if isinstance(error, Forbidden) else None
        if signed(request) is None:
            return bare(request, "shut.html", {"said": _("This is not open to anybody who is not signed in.")}, 401)
        values = {"right": told(right.value), "who_may": roles_for(right)} if right else {"right": ""}
        return page(request, "forbidden.html", values, 403)

    return told_who


def absent(page: Page, bare: Page) -> Page:
    """What makes the page that says that nothing is here; whoever is not signed in sees nothing of the desk."""

    def nothing(request: Request, error: Exception) -> Response:
        is_known = signed(request) is not None and not request.url.path.startswith(PUBLIC)
        return page(request, "absent.html", {}, 404) if is_known else bare(request, "absent_door.html", {}, 404)

    return nothing


def unread(page: Page, bare: Page) -> Page:
    """What makes the page for what cannot be read: an address with no such number, or a form or a search."""
    nothing = absent(page, bare)

    def not_understood(request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else ()
        if signed(request) is None or any(one["loc"][:1] == ("path",) for one in errors):
            return nothing(request, error)
        return page(request, "unread.html", {}, 422)

    return not_understood
