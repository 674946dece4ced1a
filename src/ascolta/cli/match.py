"""`ascolta match`: posts in, those that a query finds out."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Map, write_lines
from ascolta.core.days import iso
from ascolta.core.match import Matcher
from ascolta.core.parse import parse
from ascolta.core.post import Batch, Post
from ascolta.core.query import Query
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False)


@app.command()
def match(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="A query, then files; with --brand only files. No file: standard input.", metavar="[QUERY] [FILE]…"
        ),
    ] = None,
    brand: BrandFolder = None,
    pairs: Map = None,
) -> None:
    """Find posts: JSON lines in, the posts that a query or a brand's queries find out.

    Each line out is the post with `matched`, the names of the queries that found it (by brand, with --brand).

    Examples: `ascolta match 'acme NEAR/5 refund' posts.jsonl`, `zcat day.gz | ascolta match --brand acme/ | wc -l`
    """
    queries, files = _queries(words or [], brand)
    matcher = Matcher(queries, bootstrap.tier())
    posts = Posts(files, pairs)
    for found in posts:
        batch = Batch.of(found)
        write_lines(_line(found[row], keys) for row, _, keys in matcher.match(batch))
    posts.finish()


def _queries(words: list[str], folder: Path | None) -> tuple[dict[tuple[str, str], Query], list[str]]:
    if folder is not None:
        brands = bootstrap.brands(folder)
        return {(brand.id, stored.name): stored.find for brand in brands for stored in brand.queries}, words
    if not words:
        raise AscoltaError("match needs a query, such as: ascolta match 'acme OR @acme' posts.jsonl; or --brand FOLDER")
    return {("", words[0]): parse(words[0])}, words[1:]


def _line(post: Post, keys: list[tuple[str, str]]) -> dict[str, Any]:
    matched: Any = [query for _, query in keys]
    if keys[0][0]:
        matched = {}
        for brand, query in keys:
            matched.setdefault(brand, []).append(query)
    return {**plain(post), "matched": matched}


def plain(post: Post) -> dict[str, Any]:
    """A post in the plain format, without what it does not say."""
    author = post.attributed_to
    known = msgspec.to_builtins(author)
    said = {
        "id": post.id,
        "text": post.content,
        "brand": post.brand,
        "published": None if post.published is None else iso(post.published),
        "author": (author.handle if known.keys() <= {"handle"} else known) or None,
        "in_reply_to": post.in_reply_to,
        "network": None if post.network == "file" else post.network,
        "lang": post.language,
        "tags": list(post.tags) or None,
        "url": post.url,
    }
    return {key: value for key, value in said.items() if value is not None}
