"""`ascolta redact`: posts in, the same without what is personal in them out."""

from dataclasses import asdict
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Map, write_lines
from ascolta.core.post import Post
from ascolta.core.redact import redact as redact_one

app = typer.Typer(add_completion=False)


@app.command()
def redact(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of posts; none: standard input.", metavar="[FILE]…")
    ] = None,
    brand: BrandFolder = None,
    pairs: Map = None,
) -> None:
    """Take personal data out of posts: JSON lines in, `{"id", "spans": [{"start", "end", "type"}], "text"}` out.

    `start` and `end` count code points of the original; `text` has `[TYPE]` in place of each span. A line may carry
    `lang`, and `handles` (the brand's accounts, which stay); --brand gives those for all lines. Without either, an
    account named at the start is taken for the brand's.
    """
    own = [handle for one in (bootstrap.brands(brand) if brand else ()) for handle in one.handles]
    posts = Posts(files or [], pairs)
    for found in posts:
        write_lines(_told(post, own) for post in found)
    posts.finish()


def _told(post: Post, own: list[str]) -> dict[str, object]:
    said = redact_one(post.content, post.language, own=post.handles or own)
    return {"id": post.id, "spans": [asdict(span) for span in said.spans], "text": said.text}
