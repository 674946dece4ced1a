"""`ascolta teach`: a better query from a few posts that were marked as ours or not."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import BrandFolder, Json, Map, out, percent, say_json
from ascolta.core.interval import Share
from ascolta.core.match import Matcher
from ascolta.core.parse import parse
from ascolta.core.post import Batch, Post
from ascolta.core.query import Query
from ascolta.core.teach import ENOUGH, Lesson, Score, signs, teach
from ascolta.core.text import shown
from ascolta.core.view import View
from ascolta.errors import AscoltaError, FileError

app = typer.Typer(add_completion=False)


class Mark(msgspec.Struct, frozen=True):
    """A line of a file of marks."""

    id: str | int
    yes: bool


@app.command("teach")
def teach_(
    query: Annotated[str, typer.Argument(help="The query to better.")],
    files: Annotated[list[str] | None, typer.Argument(help="Files of posts; no file: standard input.")] = None,
    yes: Annotated[
        list[str] | None,
        typer.Option("--yes", help="Ids of posts that are ours, with commas between; or a file of ids.", metavar="IDS"),
    ] = None,
    no: Annotated[
        list[str] | None, typer.Option("--no", help="Ids of posts that are not, in the same way.", metavar="IDS")
    ] = None,
    marked: Annotated[
        Path | None, typer.Option(help='A file of lines such as {"id": "a1", "yes": true}.', metavar="FILE")
    ] = None,
    brand: BrandFolder = None,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """Propose a better query from a few posts that you marked as yours or not.

    At most twelve words are added: words that must stand in a post, or near, and words that must not; never an account,
    nor what may be a person's name, nor a word that all use. What is printed is a query as it stands, with its figures
    above it. With --brand, posts that name the brand's accounts, products or topics too are taken for ours.

    Example: `ascolta teach apple posts.jsonl --yes a1,a7,a9 --no a2,a5`
    """
    asked = parse(query)
    marks = _marks(yes or [], no or [], marked)
    posts = Posts(files or [], pairs)
    read, views, found = _read(asked, posts, marks)
    rows = {row: marks[view.post.id] for row, view in enumerate(views) if view.post.id in marks}
    _refuse(marks, {views[row].post.id for row in rows})
    lesson = teach(asked, views, rows, _signs(brand, asked) if brand is not None else ())
    unsure = [views[row].post.id for row in lesson.unsure]
    counts = (read, found, _count(lesson.query, views))
    if as_json:
        say_json(_told(asked, lesson, counts) | {"mark_next": unsure})
    else:
        for line in _lines(lesson, counts, unsure):
            out.print(shown(line), markup=False, emoji=False, soft_wrap=True)
    posts.finish()


def _signs(folder: Path, asked: Query) -> list[Query]:
    """By what else the brand of a folder is told. Raises AscoltaError."""
    known = list(bootstrap.brands(folder))
    if len(known) > 1:
        raise AscoltaError(f"{folder}: holds {len(known)} brands; give the folder of one of them to --brand")
    return signs(known[0], asked)


def _marks(yes: list[str], no: list[str], file: Path | None) -> dict[str, bool]:
    """What each id was marked as. Raises AscoltaError."""
    said = [*((each, True) for each in _ids(yes)), *((each, False) for each in _ids(no))]
    said += _marks_in(file) if file is not None else []
    marks = dict(said)
    both = sorted({each for each, mark in said if marks[each] is not mark})
    if both:
        raise AscoltaError(f"{len(both)} ids are marked both yes and no, such as {both[0]}; take one of the marks away")
    missing = [name for name, kind in (("--yes", True), ("--no", False)) if kind not in marks.values()]
    if missing:
        raise AscoltaError(f"{' and '.join(missing)}: mark at least one post of each kind, by its id")
    return marks


def _ids(said: list[str]) -> list[str]:
    """Ids as they were given: with commas between, or in a file. Raises FileError."""
    found = []
    for each in said:
        path = Path(each)
        text = _text(path) if "," not in each and path.is_file() else each
        found += [one.strip() for line in text.splitlines() for one in line.split(",") if one.strip()]
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise FileError(path, None, "cannot be read as text; expected ids, one a line") from None


def _marks_in(path: Path) -> list[tuple[str, bool]]:
    if not path.is_file():
        raise FileError(path, None, "there is no such file of marks")
    found = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip():
            try:
                mark = msgspec.json.decode(line, type=Mark)
            except msgspec.DecodeError:
                raise FileError(path, number, 'is no mark; expected a line such as {"id": "a1", "yes": true}') from None
            found.append((str(mark.id), mark.yes))
    return found


def _read(query: Query, posts: Posts, marks: dict[str, bool]) -> tuple[int, list[View], int]:
    """How many posts there are, those that are found or marked, and how many are found.

    A post that was edited counts once, as it was last written.
    """
    matcher = Matcher({"query": query})
    kept: dict[tuple[str, str], Post] = {}
    known: set[tuple[str, str]] = set()
    for batch in posts:
        found = {row for row, _, _ in matcher.match(Batch.of(batch))}
        for row, post in enumerate(batch):
            key = (post.network, post.id)
            known.add(key)
            kept.pop(key, None)
            if row in found or post.id in marks:
                kept[key] = post
    views = [View(post) for post in kept.values()]
    return len(known), views, _count(query, views)


def _count(query: Query, views: list[View]) -> int:
    """How many of some posts a query finds."""
    return len(Matcher({"query": query}).match(Batch.of(view.post for view in views)))


def _refuse(marks: Iterable[str], there: set[str]) -> None:
    gone = sorted(set(marks) - there)
    if gone:
        number = "1 marked id is" if len(gone) == 1 else f"{len(gone)} marked ids are"
        raise AscoltaError(f"{number} not in the posts, such as {shown(gone[0])}; ids are compared letter by letter")


def _lines(lesson: Lesson, counts: tuple[int, int, int], unsure: list[str]) -> Iterable[str]:
    """The query, with what is to be known about it as its comments."""
    read, before, after = counts
    yield f"// learned from {lesson.examples} examples; of {read:,} posts it finds {after:,}, before {before:,}"
    yield f"// on these examples: before {_score(lesson.before)}; now {_score(lesson.after)} (it has seen them)"
    if lesson.left_out is not None:
        how = "each left out once" if lesson.parts == lesson.examples else f"left out in {lesson.parts} parts"
        yield f"// on examples it has not seen ({how}, learned anew from the others): {_score(lesson.left_out)}"
        yield from _sure(lesson)
    if not lesson.added:
        yield f"// {_nothing(lesson)}"
    for each in lesson.added:
        sign = "NOT" if each.below_not else "AND"
        yield f"// {sign} {each.term}: in {each.yes} of the yes, in {each.no} of the no"
    if lesson.before.missed:
        yield f"// {lesson.before.missed} of the yes were not found before, nor are they now: words only narrow it"
    if unsure and (lesson.examples < ENOUGH or not lesson.added):
        yield f"// mark next, as it is least clear what they are: {', '.join(unsure)}"
    yield str(lesson.query)


def _sure(lesson: Lesson) -> Iterable[str]:
    """How far from the truth the precision on examples left out may be."""
    score = lesson.left_out
    between = score and Share(part=score.hits, whole=score.hits + score.wrong).interval
    if lesson.added and between:
        few = "few examples: " if lesson.examples < ENOUGH else ""
        yield f"// {few}the true precision may lie anywhere from {percent(between[0], 1)} to {percent(between[1], 1)}"


def _nothing(lesson: Lesson) -> str:
    """Why nothing was added, and what would help."""
    if lesson.few:
        return "too few to learn from, so nothing was added; mark at least two posts of each kind"
    if not lesson.held:
        return "that is not surely better than the query as it was, so nothing was added; mark more posts"
    return (
        "no telling word is shared by enough posts, so nothing was added; mark more posts, or give more unmarked ones"
    )


def _score(score: Score) -> str:
    shares = ("–" if share is None else percent(share, 1) for share in (score.precision, score.recall))
    return "precision {}, recall {}".format(*shares)


def _told(asked: Query, lesson: Lesson, counts: tuple[int, int, int]) -> dict[str, Any]:
    read, before, after = counts
    return {
        "query": str(lesson.query),
        "before": {"query": str(asked), "found": before, **_shares(lesson.before)},
        "after": {"query": str(lesson.query), "found": after, **_shares(lesson.after)},
        "left_out": None if lesson.left_out is None else {"parts": lesson.parts, **_shares(lesson.left_out)},
        "held": lesson.held,
        "read": read,
        "added": [
            {"term": str(each.term), "below_not": each.below_not, "yes": each.yes, "no": each.no}
            for each in lesson.added
        ],
    }


def _shares(score: Score) -> dict[str, Any]:
    return {
        "precision": None if score.precision is None else round(score.precision, 4),
        "recall": None if score.recall is None else round(score.recall, 4),
    }
