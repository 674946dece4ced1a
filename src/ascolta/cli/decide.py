"""`ascolta decide`: posts in, decisions out."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Map, write_lines
from ascolta.core.consent import Known
from ascolta.core.mention import Heard, hear
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False)


@app.command()
def decide(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of posts; none: standard input.", metavar="[FILE]…")
    ] = None,
    brand: BrandFolder = None,
    pairs: Map = None,
) -> None:
    """Decide on posts: JSON lines in, one line out for each post and brand whose queries found it.

    A line out is `{"id", "brand", "action", "rule", "why", "desk", "approve"}`. A post that no query finds, or whose
    author does not want to be heard and did not speak to the brand, gives no line. Nothing is stored.
    """
    if brand is None:
        raise AscoltaError("decide needs the brand whose etiquette decides: --brand FOLDER")
    brands = bootstrap.brands(brand)
    posts = Posts(files or [], pairs)
    for batch in posts.batches():
        write_lines(_lines(hear(batch, brands, Known())))
    posts.finish()


def _lines(heard: Heard) -> Iterator[dict[str, Any]]:
    for mention in heard.mentions:
        decision = mention.decision
        yield {
            "id": mention.post.id,
            "brand": mention.brand,
            "action": decision.action,
            "rule": decision.rule,
            "why": decision.why,
            "desk": decision.desk,
            "approve": decision.approve,
        }
