"""Back from an act to a page."""

from urllib.parse import urlencode

from fastapi.responses import RedirectResponse, Response


def back(path: str, said: str = "") -> Response:
    """Back to a page, with a sentence to show there if there is one."""
    return RedirectResponse(f"{path}?{urlencode({'said': said[:300]})}" if said else path, 303)
