"""Back from an act to a page."""

from fastapi.responses import RedirectResponse, Response

from ascolta.web import say


def back(path: str, by: str, said: str = "") -> Response:
    """Back to a page, with a sentence to show there if there is one, and who acted remembered in the browser."""
    response = RedirectResponse(f"{path}?{say.query(said)}" if said else path, 303)
    if by.strip():
        response.set_cookie("who", say.cookie(by), httponly=True, samesite="strict", path="/")
    return response
