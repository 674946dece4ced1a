"""Pages that stand alone: in public, or as files that a browser opens without any server."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from ascolta.core.text import shown
from ascolta.web import say

HERE = Path(__file__).parent
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,;:!?)])|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
)


def linked(text: str) -> Markup:
    """A sentence in which web and e-mail addresses can be followed; all else is text, and nothing in it is obeyed."""
    pieces, done = [], 0
    for found in _LINK.finditer(text):
        target = found["url"] or f"mailto:{found['mail']}"
        pieces += [escape(shown(text[done : found.start()])), Markup('<a href="{}">{}</a>').format(target, found[0])]
        done = found.end()
    return Markup("").join([*pieces, escape(shown(text[done:]))])


def filled(sentence: str, **values: str) -> Markup:
    """A sentence with a stranger's words in its places: shown, set apart from the direction of the text, not obeyed."""
    apart = {name: Markup("<strong><bdi>{}</bdi></strong>").format(shown(value)) for name, value in values.items()}
    return Markup(sentence).format(**apart)  # noqa: S704 - the sentence is ours


def page(name: str, **values: object) -> str:
    """A page from its template. With `css` its styles stand in it, and it needs nothing from anywhere."""
    return _environment.get_template(name).render(values)


def styles() -> Markup:
    """The styles, to stand within a page."""
    return Markup((HERE / "static" / "notice.css").read_text(encoding="utf-8"))  # noqa: S704 - the file is ours


_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_environment.filters.update(shown=shown, linked=linked, clock=say.clock, day=say.day)
