"""`ascolta suggest`: a starting query for a brand, each part with its reason."""

from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Json, Map, out, say_json
from ascolta.core.brand import Brand
from ascolta.core.shelf import Shelf
from ascolta.core.suggest import Part, Proposal, suggest
from ascolta.core.text import fold
from ascolta.core.view import View
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False)


@app.command("suggest")
def suggest_(
    name: Annotated[str | None, typer.Argument(help="The name, as people say it; with --brand its own.")] = None,
    brand: BrandFolder = None,
    posts: Annotated[
        list[str] | None,
        typer.Option("--posts", help="Posts to learn from; repeatable; - is standard input.", metavar="FILE"),
    ] = None,
    lookalikes: Annotated[
        bool, typer.Option("--lookalikes", help="Also find letters that look like those of the name.")
    ] = False,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """Propose a starting query: the forms of a name, what stands near it, and what only sounds like it.

    What is printed is a query as it stands; each part has its reason above it. From posts, only words are proposed that
    at least five different authors use, and no account but the brand's own.

    Examples: `ascolta suggest "Acme Air" --brand acme/ --posts day.jsonl`, `ascolta suggest Lunaro > query.txt`
    """
    found = _brand(brand, name) if brand is not None else None
    said = name or (found.name if found else "")
    if not said:
        raise AscoltaError('suggest needs a name, such as: ascolta suggest "Acme Air"; or --brand FOLDER')
    read = Posts(posts, pairs) if posts else None
    views = [View(post) for batch in read for post in batch] if read else []
    proposal = suggest(said, found, views, lookalikes=lookalikes)
    if as_json:
        say_json(_told(proposal, views))
    else:
        out.print(str(proposal), markup=False, emoji=False, soft_wrap=True)
    if read is not None:
        read.finish()


def _brand(folder: Path, name: str | None) -> Brand:
    """The brand of the folder that is called so; the only one, whatever it is called."""
    known = list(bootstrap.brands(folder))
    called = [brand for brand in known if name is not None and fold(name) in brand.called]
    found = called or known
    if len(found) > 1:
        names = ", ".join(brand.name for brand in known[:8])
        raise AscoltaError(f"{folder}: holds {len(known)} brands; name one of them, such as {names}")
    return found[0]


def _told(proposal: Proposal, views: list[View]) -> dict[str, object]:
    return {
        "query": str(proposal.query),
        "text": str(proposal),
        "posts": len(views) if views else None,
        "found": Shelf(views).find(proposal.query).bit_count() if views else None,
        "parts": [_part(part, below_not=False) for part in proposal.parts]
        + [_part(part, below_not=True) for part in proposal.without],
        "consider": [{"query": str(part.find), "why": part.why} for part in proposal.consider],
    }


def _part(part: Part, *, below_not: bool) -> dict[str, object]:
    return {"kind": part.kind, "query": str(part.find), "below_not": below_not, "why": part.why, "posts": part.posts}
