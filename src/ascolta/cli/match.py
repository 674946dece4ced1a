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
from ascolta.core.parse import parse_for_posts
from ascolta.core.post import Batch, EventKind, Post
from ascolta.core.query import Query
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False)

FIRST = -62_135_596_800.0
"""The beginning of the year 1, in seconds since 1970 UTC."""


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
    for batch in posts.batches():
        told = [(event.post, event.kind) for event in batch.events if event.post is not None]
        found = matcher.match(Batch.of(post for post, _ in told))
        write_lines(_line(told[row], keys) for row, _, keys in found)
    posts.finish()


def _queries(words: list[str], folder: Path | None) -> tuple[dict[tuple[str, str], Query], list[str]]:
    if folder is not None:
        brands = bootstrap.brands(folder)
        return {(brand.id, stored.name): stored.find for brand in brands for stored in brand.queries}, words
    if not words:
        raise AscoltaError("match needs a query, such as: ascolta match 'acme OR @acme' posts.jsonl; or --brand FOLDER")
    return {("", words[0]): parse_for_posts(words[0])}, words[1:]


def _line(told: tuple[Post, EventKind], keys: list[tuple[str, str]]) -> dict[str, Any]:
    matched: Any = [query for _, query in keys]
    if keys[0][0]:
        matched = {}
        for brand, query in keys:
            matched.setdefault(brand, []).append(query)
    post, kind = told
    edited = {} if kind is EventKind.PUBLISHED else {"event": kind}
    return {**plain(post), **edited, "matched": matched}


def plain(post: Post) -> dict[str, Any]:
    """A post in the plain format, without what it does not say."""
    author = post.attributed_to
    known = msgspec.to_builtins(author)
    said = {
        "id": post.id,
        "text": post.content,
        "brand": post.brand,
        "published": _time(post.published),
        "author": (author.handle if known.keys() <= {"handle"} else known) or None,
        "in_reply_to": post.in_reply_to,
        "network": None if post.network == "file" else post.network,
        "lang": post.language,
        "tags": list(post.tags) or None,
        "url": post.url,
        "visibility": None if post.visibility == "public" else post.visibility,
        "addressed": post.addressed or None,
        "repost": post.repost or None,
        "handles": list(post.handles) or None,
        "policy": post.policy,
        "page": post.page,
    }
    return {key: value for key, value in said.items() if value is not None}


def _time(at: float | None) -> str | float | None:
    """A time as text, or as a number where no year has a name for it."""
    return at if at is None or at < FIRST else iso(at)
