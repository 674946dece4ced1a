"""`ascolta draft`: the best answer and two others for a case or for posts, with the sources of all that they say."""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.answering import lately
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import place_of
from ascolta.cli.posts import Posts
from ascolta.cli.show import Json, Map, out, say_json, tell, write_lines
from ascolta.core.consent import Known
from ascolta.core.days import DAY, written
from ascolta.core.draft import Draft, Drafted, Occasion, Thread, Voice, draft, of_case, of_mention, signature
from ascolta.core.drafting.asked import Ask
from ascolta.core.drafting.options import LATELY
from ascolta.core.mention import hear
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import load_folders
from ascolta.files.drafts import KEY, load_settings, load_voice
from ascolta.files.facts import new_facts
from ascolta.models import asker

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Speech:
    """How one brand speaks, and what is asked which draft comes first."""

    voice: Voice
    ask: Ask | None


@app.command("draft")
def draft_command(
    what: Annotated[
        str | None, typer.Argument(help="The number of a case, or a file of posts (- for standard input).")
    ] = None,
    brand: Annotated[
        Path,
        typer.Option("--brand", "-b", help="A folder with brand.yaml, or a folder of such folders.", metavar="FOLDER"),
    ] = Path(),
    by: Annotated[str, typer.Option("--by", help="Who signs: a first name or initials.")] = "",
    recent: Annotated[
        list[str] | None, typer.Option("--recent", help="A template used lately, the newest last; repeatable.")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Ask no language model, whatever is set.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Write a facts.yaml to begin with, and end.")] = False,
    store: StoreFolder = None,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """Draft answers out of templates and approved facts (facts.yaml): the best and two others. Nothing is sent or kept.

    Of a file, each post that a brand's queries find gives one line of JSON, with `why` where nothing is drafted. Exit
    code 1 if a case gives no draft.

    Examples: `ascolta draft 12 --by Ann --brand acme/`, `ascolta draft posts.jsonl --by Ann --brand acme/`
    """
    if new:
        out.print(f"{new_facts(brand)}: written; change it to what you may state", markup=False)
        return
    if what is None:
        raise AscoltaError("name a case by its number, or a file of posts, such as: ascolta draft 12 --by Ann")
    occasion = Occasion(signed=signature(by), day=int(time.time() // DAY), recent=tuple(recent or ()))
    if what.isascii() and what.isdigit() and not Path(what).is_file():
        _one_case(int(what), (brand, store), occasion, ask=not no_model, as_json=as_json)
        return
    read = bootstrap.found(brand)
    speeches = {one: _speech(own, ask=not no_model) for one, own in read.own.items()}
    _refuse_unknown(occasion.recent, speeches.values())
    posts = Posts([what], pairs)
    first = dict[str, tuple[str, ...]]()
    for batch in posts.batches():
        write_lines(_lines(hear(batch, read.brands, Known()).mentions, speeches, occasion, first))
    posts.finish()


def _one_case(number: int, where: tuple[Path, Path | None], occasion: Occasion, *, ask: bool, as_json: bool) -> None:
    folder, store = where
    brand, thread, used = _thread(number, place_of(folder, store))
    speech = _speech(_own(folder, brand), ask=ask)
    _refuse_unknown(occasion.recent, [speech])
    made = draft(thread, speech.voice, replace(occasion, recent=(*used, *occasion.recent)), speech.ask)
    if as_json:
        say_json({"case": number, **told(made, speech.voice)})
    else:
        _print(made, speech.voice)
    if not made.drafts:
        raise typer.Exit(1)


def _thread(number: int, place: Path) -> tuple[str, Thread, tuple[str, ...]]:
    """The brand and the thread of a case, and the templates that the brand used last in others."""
    kept = bootstrap.store(place)
    try:
        case = kept.case(number)
        before = lately(kept, case) if case is not None else []
    finally:
        kept.close()
    if case is None:
        raise AscoltaError(f"there is no case {number}, or no more; the desk shows those that there are")
    return case.brand, of_case(case), tuple(event.template for event in before if event.template)


def _refuse_unknown(recent: Sequence[str], speeches: Collection[Speech]) -> None:
    """Raises AscoltaError for a template of --recent that no brand has."""
    known = {template.id for speech in speeches for template in speech.voice.templates}
    for name in recent:
        if name not in known:
            raise AscoltaError(
                f"--recent: there is no template '{name}'; name one as drafts show it, such as en/look-1"
            )


def _own(folder: Path, brand: str) -> Path:
    """The folder of a brand. Raises FileError if it is not there."""
    if (folder / "brand.yaml").exists():
        return folder
    known = {one.id: own for own, one in load_folders(folder)} if any(folder.glob("*/brand.yaml")) else {}
    if brand not in known:
        raise FileError(folder, None, f"there is no brand.yaml here for '{brand}'; name the folder with --brand")
    return known[brand]


def _speech(own: Path, *, ask: bool) -> Speech:
    """How the brand of a folder speaks. Raises AscoltaError."""
    settings = load_settings(own, os.environ)
    asks = asker(settings.model, settings.endpoint, os.environ.get(KEY, "").strip()) if ask else None
    return Speech(load_voice(own, settings), asks)


def _lines(
    mentions: Any, speeches: dict[str, Speech], occasion: Occasion, first: dict[str, tuple[str, ...]]
) -> Iterator[dict[str, Any]]:
    """What is drafted for each post. `first` keeps which templates came first lately, so that they take turns."""
    for mention in mentions:
        speech, offered = speeches[mention.brand], first.get(mention.brand, ())
        made = draft(of_mention(mention), speech.voice, replace(occasion, offered=offered), speech.ask)
        first[mention.brand] = (*offered, *(one.template for one in made.drafts[:1]))[-LATELY:]
        yield {"id": mention.post.id, "brand": mention.brand, **told(made, speech.voice)}


def told(made: Drafted, voice: Voice) -> dict[str, Any]:
    """What was drafted, for scripts."""
    said: dict[str, Any] = {"drafts": [_told(one, voice) for one in made.drafts]}
    if made.why:
        said["why"] = made.why
    if made.model:
        said["model"] = made.model
    return said


def _told(one: Draft, voice: Voice) -> dict[str, Any]:
    facts = [fact for fact in voice.facts.facts if fact.id in one.facts]
    return {
        "text": one.text,
        "template": one.template,
        "language": one.language,
        "by": one.by,
        "facts": [
            {
                "id": fact.id,
                "statement": fact.in_language(one.language),
                "approved_by": fact.approved_by,
                **({"until": written("date", fact.until)} if fact.until is not None else {}),
            }
            for fact in facts
        ],
        "pieces": [{"text": piece.text, "source": piece.source} for piece in one.pieces],
    }


def _print(made: Drafted, voice: Voice) -> None:
    for place, one in enumerate(made.drafts, 1):
        out.print(f"{place}  {shown(one.text)}", markup=False, soft_wrap=True)
        chosen = ", chosen by the model" if one.by == "model" else ""
        out.print(f"   template {one.template}{chosen}", style="dim", markup=False)
        for fact in _told(one, voice)["facts"]:
            until = f", until {fact['until']}" if "until" in fact else ""
            said = f"   fact {fact['id']}, approved by {fact['approved_by']}{until}"
            out.print(said, style="dim", markup=False)
    if made.why:
        out.print(f"no draft: {made.why}", markup=False, soft_wrap=True)
    if made.model:
        tell(made.model)
