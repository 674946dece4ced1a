"""`ascolta label`: posts in, labels out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Map, write_lines
from ascolta.core.brand import Brand
from ascolta.core.label import MANY, Ask, Labels
from ascolta.core.post import Post
from ascolta.core.text import fold, signed
from ascolta.labels import Labelling

app = typer.Typer(add_completion=False)


@app.command()
def label(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of posts; none: standard input.", metavar="[FILE]…")
    ] = None,
    brand: BrandFolder = None,
    labels: Annotated[
        str,
        typer.Option(
            "--labels",
            "-l",
            help="Who labels: default, accurate (extra `accurate`), and any LABEL=hf:MODEL, with commas between.",
            envvar="ASCOLTA_LABELS",
        ),
    ] = "default",
    because: Annotated[
        bool, typer.Option("--because", help="Tell the pieces of text that carried each label; slower.")
    ] = False,
    pairs: Map = None,
) -> None:
    """Label posts: JSON lines in, `{"id", "labels": {name: {"value", "score", "by"}}}` out.

    Scores are probabilities that the value is right.

    A line may carry `brand` (a name) and `handles` (the brand's accounts), which tell to whom a post may be
    addressed; --brand gives them for all lines. Without either, an account named at the start is taken for the brand's.
    """
    brands = tuple(bootstrap.brands(brand)) if brand else ()
    labeller = bootstrap.labelling(labels)
    posts = Posts(files or [], pairs)
    for found in posts:
        asks = [_ask(post, brands) for post in found]
        given = labeller(asks)
        if because:
            given = [_with_reasons(labeller, ask, labels) for ask, labels in zip(asks, given, strict=True)]
        write_lines({"id": post.id, "labels": told(labels)} for post, labels in zip(found, given, strict=True))
    posts.finish()


def _with_reasons(labeller: Labelling, ask: Ask, labels: Labels) -> Labels:
    return tuple(replace(label, because=labeller.because(ask, label)) for label in labels)


def told(labels: Labels) -> dict[str, Any]:
    """Labels by name; of a label that a post may carry several times, a list."""
    said: dict[str, Any] = {}
    for one in labels:
        entry: dict[str, Any] = {"value": one.value, "score": round(one.score, 4), "by": one.by}
        if one.value in ("yes", "no"):
            entry["value"] = one.value == "yes"
        if one.because:
            entry["because"] = list(one.because)
        if one.name in MANY:
            said.setdefault(one.name, []).append(entry)
        else:
            said[one.name] = entry
    return said


def _ask(post: Post, brands: Sequence[Brand]) -> Ask:
    only = brands[0] if len(brands) == 1 else None
    own = [handle for brand in brands for handle in brand.handles]
    names = [name for brand in brands for name in brand.spoken]
    if post.handles:
        own = [fold(handle).lstrip("@") for handle in post.handles]
    if post.brand:
        names = [fold(post.brand)]
    folded = fold(post.content[:300]).lstrip(" .")
    if not own and folded.startswith("@"):
        own = [found.name for found in signed(folded) if found.sign == "@"][:1]
    return Ask(
        text=post.content,
        handles=tuple(own),
        names=tuple(names),
        language=post.language,
        is_reply=post.in_reply_to is not None,
        topics=only.topics if only else (),
        lines=only.lines if only else (),
    )
