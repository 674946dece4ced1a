"""`ascolta explain`: why a post was decided on as it was, step by step."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.show import STYLES, Json, Map, columns, out, say_json, tell
from ascolta.core.brand import Brand
from ascolta.core.consent import Known, refusals, withheld
from ascolta.core.finding import asking
from ascolta.core.mention import Mention, hear
from ascolta.core.post import Batch, Post
from ascolta.core.view import View, holds
from ascolta.labels import Labelling
from ascolta.sources.plain import KEYS

app = typer.Typer(add_completion=False)


@app.command()
def explain(
    post: Annotated[str, typer.Argument(help="The post's id, or with --text any words.")],
    day: Annotated[
        str | None, typer.Argument(help="The file that holds it; the brand's own sources if none is named.")
    ] = None,
    brand: Annotated[
        Path,
        typer.Option("--brand", "-b", help="A folder with brand.yaml, or a folder of such folders.", metavar="FOLDER"),
    ] = Path(),
    text: Annotated[bool, typer.Option("--text", "-t", help="Explain words instead of a stored post.")] = False,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """Explain what was decided on a post: which queries found it, who may be heard, what it says, which rule decided.

    Exit code 1 if there is no such post, or no query of any brand finds it.
    """
    read = bootstrap.found(brand)
    brands = read.brands
    found = Post(id="", content=post) if text else _find(post, read, (day, pairs))
    if found is None:
        tell(f"there is no post with the id {post} in the file; ids are compared letter by letter")
        raise typer.Exit(1)
    heard = hear(Batch.of([found]), brands, Known())
    labelling = bootstrap.labelling()
    told = [_told(mention, brands.by_id[mention.brand], labelling) for mention in heard.mentions]
    refused = [*withheld(found), *refusals(found.attributed_to, found.network)]
    if as_json:
        say_json({"id": found.id, "mentions": told, "refusals": refused, "forgotten": heard.tally.forgotten > 0})
    else:
        _print(told, refused, forgotten=heard.tally.forgotten > 0)
    if not told and not heard.tally.forgotten:
        raise typer.Exit(1)


def _find(post: str, read: bootstrap.Found, where: tuple[str | None, list[str] | None]) -> Post | None:
    """The post as it was last written in the files."""
    day, pairs = where
    reading = bootstrap.Reading(columns=columns(pairs, KEYS))
    found = None
    for source in bootstrap.sources(read, [day] if day else [], reading):
        for batch in bootstrap.batches(source):
            for event in batch.events:
                if event.post is not None and event.post.id == post:
                    found = event.post
    return found


def _told(mention: Mention, brand: Brand, labelling: Labelling) -> dict[str, Any]:
    view = View(mention.post, mention.labels)
    queries = {stored.name: str(stored.find) for stored in brand.queries if stored.name in mention.queries}
    rules = []
    for rule in brand.etiquette.rules:
        fits = holds(rule.when, view)
        rules.append({"rule": rule.name, "when": str(rule.when), "fits": fits})
        if fits:
            break
    ask = asking(mention.post, brand)
    labels = [
        {"name": one.name, "value": one.value, "score": one.score, "because": list(labelling.because(ask, one))}
        for one in mention.labels
    ]
    decision = mention.decision
    return {
        "brand": brand.id,
        "queries": queries or {"brand": "the post says that it is about this brand"},
        "labels": labels,
        "rules": rules,
        "decision": {
            "action": decision.action,
            "rule": decision.rule,
            "why": decision.why,
            "approve": decision.approve,
        },
    }


def _print(told: list[dict[str, Any]], refused: list[str], *, forgotten: bool) -> None:
    for why in refused:
        out.print(f"consent   {why}", markup=False)
    if forgotten:
        out.print("decision  forgotten whole: the author does not want to be heard and did not speak to the brand")
    elif not told:
        out.print("no query of any brand finds it: it is none of our business, and nothing is kept")
    for one in told:
        out.print(f"brand     {one['brand']}", markup=False)
        for name, query in one["queries"].items():
            short = query if len(query) <= 160 else f"{query[:160].rsplit(maxsplit=1)[0]} …"
            out.print(f"found by  {name}: {short}", markup=False, soft_wrap=True)
        for label in one["labels"]:
            because = f"  ({', '.join(label['because'])})" if label["because"] else ""
            out.print(f"label     {label['name']}:{label['value']} {label['score']:.2f}{because}", markup=False)
        for rule in one["rules"]:
            out.print(
                f"rule      {'✓' if rule['fits'] else '·'} {rule['rule']}: {rule['when']}", markup=False, soft_wrap=True
            )
        decision = one["decision"]
        out.print(f"decision  [{STYLES[decision['action']]}]{decision['action']}[/] by {decision['rule']}")
        out.print(f"          {decision['why']}", markup=False)
