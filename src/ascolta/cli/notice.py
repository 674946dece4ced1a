"""`ascolta notice`: the public listening notice, made from a brand's settings."""

import shutil
import textwrap
import time
from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.show import Json, out, say_json
from ascolta.core.brand import Brand
from ascolta.core.notice import LANGUAGES, Notice, Operator
from ascolta.core.text import shown
from ascolta.core.wording import WORDINGS
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import load_folders
from ascolta.files.notice import load_operator, new_notice
from ascolta.web import pages
from ascolta.web.notice import made

app = typer.Typer(add_completion=False)


@app.command()
def notice(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    lang: Annotated[str, typer.Option("--lang", "-l", help=f"One of {', '.join(LANGUAGES)}.")] = "en",
    to: Annotated[Path | None, typer.Option("--out", "-o", help="Write it as web pages here.", metavar="DIR")] = None,
    new: Annotated[bool, typer.Option("--new", help="Write a notice.yaml to begin with.")] = False,
    as_json: Json = False,
) -> None:
    """Show the public listening notice: who listens, what is kept and how long, and how people opt out.

    All of it comes from the brand's files; notice.yaml says who is responsible. --out writes a page in each language
    that needs no server. `ascolta run` serves the same at /notice, with a form to opt out.
    """
    if lang not in LANGUAGES:
        raise AscoltaError(f"--lang {lang}: the notice is written in {', '.join(LANGUAGES)}")
    found = load_folders(folder)
    if new:
        paths = [new_notice(own, brand.name) for own, brand in found]
        _told(paths, as_json=as_json)
        return
    told = [(brand, load_operator(own)) for own, brand in found]
    if to is not None:
        _told(
            [path for one in told for path in _written(to if len(told) == 1 else to / one[0].id, *one)], as_json=as_json
        )
        return
    notices = [made(brand, operator, lang, time.time()) for brand, operator in told]
    if as_json:
        say_json(
            [
                {"brand": brand.id, "lang": lang, "sections": one.sections}
                for (brand, _), one in zip(told, notices, strict=True)
            ]
        )
        return
    for one in notices:
        _print(one)


def _written(folder: Path, brand: Brand, operator: Operator) -> list[Path]:
    """Write the pages of one brand; `index.html` is the English one."""
    written = []
    links = [(lang, WORDINGS[lang].words["language"], _name(lang)) for lang in LANGUAGES]
    css, at = pages.styles(), time.time()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for lang in LANGUAGES:
            one = made(brand, operator, lang, at)
            values = {"notice": one, "words": one.words, "brand": brand, "operator": operator, "links": links}
            page = pages.page("notice.html", lang=lang, copy=True, css=css, wrong="", **values)
            path = folder / _name(lang)
            path.write_text(page, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise FileError(folder, None, f"cannot be written ({error.strerror}); choose another folder") from None
    return written


def _name(lang: str) -> str:
    return "index.html" if lang == "en" else f"notice-{lang}.html"


def _told(paths: list[Path], *, as_json: bool) -> None:
    if as_json:
        say_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        out.print(f"wrote {path}", markup=False, soft_wrap=True)


def _print(one: Notice) -> None:
    """The notice as text, in lines that fit the terminal."""
    width = min(100, shutil.get_terminal_size().columns)

    def lines(said: str, first: str = "", rest: str = "") -> None:
        for line in textwrap.wrap(shown(said), width, initial_indent=first, subsequent_indent=rest):
            out.print(line, markup=False, soft_wrap=True)

    lines(one.title.upper())
    lines(one.lead)
    lines(one.words["as_of"])
    for part in one.sections:
        out.print()
        lines(part.title.upper())
        for said in part.said:
            lines(said)
        for said in part.items:
            lines(said, "  - ", "    ")
        for what, term in part.rows:
            lines(what, "  - ", "    ")
            lines(f"{one.words['kept.term']}: {term}", "    ", "    ")
        for said in part.after:
            lines(said)
    out.print()
