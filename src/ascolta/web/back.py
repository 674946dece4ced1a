"""Back from an act to a page."""

from fastapi.responses import RedirectResponse, Response

from ascolta.web import say


def back(path: str, said: str = "") -> Response:
    """Back to a page, with a sentence to show there if there is one."""
    return RedirectResponse(f"{path}?{say.query(said)}" if said else path, 303)
