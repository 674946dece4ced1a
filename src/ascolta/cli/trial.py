"""`ascolta try`: what a query finds, with its words marked; once, or again with each line that is typed."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ascolta import bootstrap
from ascolta.cli.posts import Posts
from ascolta.cli.show import Json, Map, complain, out, percent, say_json, tell
from ascolta.core.marks import marks
from ascolta.core.match import Matcher
from ascolta.core.parse import parse, parse_for_posts
from ascolta.core.post import Batch
from ascolta.core.query import Query, any_of, leaves
from ascolta.core.shelf import Count, Shelf, rows, spread
from ascolta.core.text import shown
from ascolta.core.view import Span, View
from ascolta.errors import AscoltaError, QueryError

app = typer.Typer(add_completion=False)

TERMS, LONGEST, BEFORE = 20, 400, 80
"""How many terms, how much of a post, and how much before the first mark a person sees; scripts are told all."""

Sample = list[tuple[View, list[Span]]]


@dataclass(slots=True)
class Finding:
    """What a query found so far."""

    query: Query
    read: int = 0
    found: int = 0
    seconds: float = 0.0
    counts: list[Count] = field(default_factory=list)
    sample: Sample = field(default_factory=list)


@app.command("try")
def try_(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="A query, then files; with --live only files. No file: standard input, or the example's day.",
            metavar="[QUERY] [FILE…|-]",
        ),
    ] = None,
    sample: Annotated[int, typer.Option("--sample", "-n", min=0, help="How many of the found posts to show.")] = 10,
    first: Annotated[bool, typer.Option("--first", help="Show the first ones, not some spread over all.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Type one query after another at the same posts.")] = False,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """See what a query finds: how many posts, some of them with the words that count marked, and what each term does.

    A share of posts is shown, spread evenly over what was found. Authors are not shown.

    Examples: `ascolta try 'acme NEAR/5 (refund OR money)'`, `ascolta try --live posts.jsonl`
    """
    asked = words or []
    if not live and not asked:
        raise AscoltaError("try needs a query, such as: ascolta try 'acme OR @acme' posts.jsonl; or --live")
    if live:
        _live(_source(asked, pairs, live=True), sample, first=first, as_json=as_json)
        return
    query = parse_for_posts(asked[0])
    posts = _source(asked[1:], pairs, live=False)
    _say(_once(query, posts, sample, first=first), first=first, as_json=as_json)
    posts.finish()


def _source(files: list[str], pairs: list[str] | None, *, live: bool) -> Posts:
    """The posts to ask, and a word about them where none were named."""
    if live and "-" in files:
        raise AscoltaError("with --live, standard input is for queries; name a file of posts instead of -")
    if live and files and not Path(files[0]).exists():
        raise AscoltaError(f"{files[0]}: there is no such file; with --live name only files, queries are typed")
    if not files and (live or sys.stdin.isatty()):
        day = bootstrap.example() / "day.jsonl"
        tell(f"no file was named, so the example brand's day is read: {day}")
        return Posts([str(day)], pairs)
    return Posts(files, pairs)


def _once(query: Query, posts: Posts, size: int, *, first: bool) -> Finding:
    """Read everything once, keeping no more than the sample."""
    began = time.perf_counter()
    made = Finding(query=query)
    keep = _Keep(size, first=first)
    matcher = Matcher({"query": query, "term": any_of(leaves(query))})
    for batch in posts:
        made.read += len(batch)
        matched = matcher.match(Batch.of(batch))
        keep.take([view for _, view, keys in matched if "query" in keys])
        made.counts = _added(made.counts, Shelf(view for _, view, _ in matched).tally(query))
    made.found = keep.seen
    made.sample = [(view, marks(query, view)) for view in keep.chosen()]
    made.seconds = time.perf_counter() - began
    return made


def _added(counts: list[Count], more: list[Count]) -> list[Count]:
    """The counts of two lots of posts together."""
    return [
        replace(one, posts=one.posts + other.posts, only=None if one.only is None else one.only + (other.only or 0))
        for one, other in zip(counts, more, strict=True)
    ] if counts else more  # fmt: skip


class _Keep:
    """A sample of a stream whose length is not known: every n-th, n doubling as the stream goes on."""

    def __init__(self, size: int, *, first: bool) -> None:
        self.size, self.first, self.step, self.seen = size, first, 1, 0
        self.kept: list[View] = []

    def take(self, views: Sequence[View]) -> None:
        """Some more of the stream."""
        for view in views:
            if self.size and self.seen % self.step == 0 and not (self.first and self.seen >= self.size):
                self.kept.append(view)
            self.seen += 1
            if len(self.kept) > max(1_000, 4 * self.size) and not self.first:
                self.kept = self.kept[::2]
                self.step *= 2

    def chosen(self) -> list[View]:
        """The sample."""
        return [self.kept[row] for row in spread(range(len(self.kept)), self.size)]


def _live(posts: Posts, size: int, *, first: bool, as_json: bool) -> None:
    """Read the posts once, then answer each line until the input ends."""
    began = time.perf_counter()
    shelf = Shelf(View(post) for batch in posts for post in batch)
    shelf.find(parse("is:reply"))  # so that every post's fields are read now, not while somebody waits
    if posts.set_aside:
        tell(f"{posts.set_aside:,} lines were set aside as said above")
    tell(f"{len(shelf.views):,} posts read in {_took(time.perf_counter() - began)}; type a query, or Ctrl-D to end")
    for line in _lines():
        if line.strip():
            try:
                _say(_asked(parse_for_posts(line), shelf, size, first=first), first=first, as_json=as_json)
            except QueryError as error:
                complain(error)


def _lines() -> Iterator[str]:
    """What is typed, line by line; piped in, it need not be typed."""
    while True:
        if sys.stdin.isatty():
            out.print("[bold]query ›[/] ", end="")
        line = sys.stdin.readline()
        if not line:
            return
        yield line.rstrip("\n")


def _asked(query: Query, shelf: Shelf, size: int, *, first: bool) -> Finding:
    """What one query finds on the shelf."""
    began = time.perf_counter()
    found = rows(shelf.find(query))
    chosen = found[:size] if first else spread(found, size)
    return Finding(
        query=query,
        read=len(shelf.views),
        found=len(found),
        counts=shelf.tally(query),
        sample=[(shelf.views[row], marks(query, shelf.views[row])) for row in chosen],
        seconds=time.perf_counter() - began,
    )


def _say(finding: Finding, *, first: bool, as_json: bool) -> None:
    if as_json:
        say_json(_told(finding))
        return
    share = percent(finding.found, finding.read)
    out.print(f"{finding.read:,} posts read, {finding.found:,} found ({share}), in {_took(finding.seconds)}\n")
    for view, spans in finding.sample:
        out.print(_marked(view, spans), soft_wrap=True)
    if finding.found > len(finding.sample) > 0:
        out.print(
            f"({'the first' if first else 'a sample of'} {len(finding.sample)} of {finding.found:,})", style="dim"
        )
    out.print()
    out.print(_table(finding.counts))


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "query": str(finding.query),
        "read": finding.read,
        "found": finding.found,
        "share": round(finding.found / finding.read, 6) if finding.read else None,
        "seconds": round(finding.seconds, 4),
        "terms": [
            {"term": str(count.term), "below_not": count.below_not, "posts": count.posts, "only": count.only}
            for count in finding.counts
        ],
        "sample": [
            {"id": view.post.id, "text": view.post.content, "marks": [list(span) for span in spans]}
            for view, spans in finding.sample
        ],
    }


def _marked(view: View, spans: list[Span]) -> Text:
    """One post on one line: bold and underlined words on a terminal, words between « and » elsewhere."""
    text = view.post.content
    begin = max(0, spans[0][0] - BEFORE) if spans and spans[0][1] > LONGEST - BEFORE else 0
    end = max(begin + LONGEST, spans[0][1] if spans else 0) if len(text) > begin + LONGEST else len(text)
    made = Text(f"{shown(view.post.id)}  ", style="dim")
    made.append("… " if begin else "", style="not dim")
    place = begin
    for start, stop in spans:
        if stop <= end:
            made.append(shown(text[place:start]), style="not dim")
            word = shown(text[start:stop])
            made.append(word if out.is_terminal else f"«{word}»", style="not dim bold underline")
            place = stop
    made.append(shown(text[place:end]), style="not dim")
    made.append(" …" if end < len(text) else "", style="not dim")
    return made


def _table(counts: list[Count]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in (("term", "left"), ("posts", "right"), ("only by it", "right"), ("", "left")):
        table.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    most = sorted(counts, key=lambda count: (count.below_not, -count.posts))
    for count in most[:TERMS]:
        only = "–" if count.only is None else f"{count.only:,}"
        table.add_row(Text(shown(str(count.term))), f"{count.posts:,}", only, "kept out" if count.below_not else "")
    if len(counts) > TERMS:
        table.add_row(Text(f"and {len(counts) - TERMS:,} more terms; --json tells all", style="dim"))
    return table


def _took(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
