"""`ascolta audit`: how a brand really behaves, from its own journal or from any public history of posts and answers."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as Drawn

from ascolta import bootstrap
from ascolta.cli.journal import journal_of
from ascolta.cli.posts import end_if_set_aside
from ascolta.cli.show import Json, Map, columns, out, progress, say_json, tell
from ascolta.core.days import DAY, iso
from ascolta.core.history import apart, around, counted, look
from ascolta.core.paper import Heading, Paper, Paragraph, Points, Table, markdown
from ascolta.core.practice import Practice, figures, practice
from ascolta.core.text import shown
from ascolta.core.threads import Threads, dealings
from ascolta.errors import AscoltaError
from ascolta.sources.threads import Histories
from ascolta.stores.checkpoints import SecondPlace
from ascolta.stores.conduct import acted, public_key, vouched
from ascolta.stores.journal import SqlJournal
from ascolta.web.practice_notes import history_notes, lacks, own_notes, signed
from ascolta.web.practised import paper

app = typer.Typer(add_completion=False)
BY = ("brand",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is printed: the figures of all, those of each brand, and what they rest on."""

    title: str
    lead: str
    whole: Practice
    parts: Sequence[tuple[str, Practice]]
    notes: Sequence[str]
    rests_on: dict[str, Any]


@app.command()
def audit(
    where: Annotated[
        list[str] | None,
        typer.Argument(help="A brand's folder or a store's; or files of posts and answers, - for standard input."),
    ] = None,
    days: Annotated[int, typer.Option("--days", "-d", min=1, max=3650, help="How many days back; own journal.")] = 28,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", "-a", help="An account of the brand's, where the file does not say; repeatable."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Also each by itself: brand.", metavar="brand")] = None,
    labels: Annotated[
        str, typer.Option("--labels", "-l", help="Who labels, as in `ascolta label`.", envvar="ASCOLTA_LABELS")
    ] = "default",
    checks: Annotated[
        bool, typer.Option("--check/--no-check", help="Look for personal facts and hand-overs in the answers; slower.")
    ] = True,
    pairs: Map = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, to pass on.")] = False,
    as_json: Json = False,
) -> None:
    """Measure how a brand behaves when spoken to, on complaints, and where nobody asked, beside what people expect.

    Of a folder the journal is read: what you did yourselves. Of files, any public history, also of a brand that never
    used Ascolta: JSON lines with `id`, `text`, `author` or `by`, and `in_reply_to`; or with `turns`, a whole talk.
    Which answers are the brand's is said by `"brand_account": true`, by `"by": "brand"`, or by --account. A line may
    carry `addressed` and `complaint`; the labels say so of the others.

        ascolta audit my-brand --days 90
        ascolta audit threads.jsonl.gz --by brand --json
        ascolta audit threads.jsonl --account acmeair --account acmehelp --markdown

    Exit code 2 if a line could not be read; the message names it, and all others were counted.
    """
    if by is not None and by not in BY:
        raise AscoltaError(f"--by {by[:40]}: expected brand")
    named = where or ["."]
    histories = Histories(named, account or (), tell, columns(pairs))
    if all(name != "-" and Path(name).is_dir() for name in named):
        found = _own([Path(name) for name in named], days, by_brand=by is not None)
    else:
        found = _history(histories, labels, checks=checks, by_brand=by is not None)
    if as_json:
        say_json(_json(found))
    elif as_markdown:
        out.file.write("\n".join(markdown(one) for one in _papers(found)))
    else:
        for one in _papers(found):
            _print(one)
    end_if_set_aside(histories.set_aside)


def _own(folders: Sequence[Path], days: int, *, by_brand: bool) -> _Shown:
    """What the journal of a folder tells of the last days."""
    if len(folders) > 1:
        raise AscoltaError("each folder has a journal of its own; name one, or files of posts and answers")
    [folder] = folders
    path = journal_of(folder)
    journal, until = SqlJournal(path), time.time()
    try:
        told = acted(journal, until - days * DAY, until)
        proof = vouched(journal, SecondPlace(bootstrap.second_place(path.parent)), public_key(path.parent))
    finally:
        journal.close()
    names = told.brands if by_brand else ()
    return _Shown(
        title="Practice",
        lead=f"The last {days} days, as the journal tells them: {told.entries:,} entries.",
        whole=practice(told.of(), told.around()),
        parts=[(name, practice(told.of(name), told.around(name))) for name in names],
        notes=[*own_notes(), *lacks(told), signed(proof)],
        rests_on={
            "journal": {"entries": proof.size, "root": proof.root, "key": proof.key},
            "checkpoint": {"entries": proof.signed, "root": proof.signed_root, "fits": proof.fits},
            "since": iso(until - days * DAY), "until": iso(until), "entries": told.entries,
            "left_out": {"cases": told.untold, "entries": told.unreadable},
        },
    )  # fmt: skip


def _history(histories: Histories, labels: str, *, checks: bool, by_brand: bool) -> _Shown:
    """What public posts and answers tell."""
    label, paths = bootstrap.labelling(labels), list(histories.paths)
    with progress(quiet=False) as bar:
        task = bar.add_task("reading", total=None)
        threads = Threads(counted(histories, lambda count: bar.advance(task, count)))
        ours = [place for place in threads.places if threads.posts[place].ours]
        _require(threads, ours, paths)
        work = len(threads.places) if checks else len(threads.places) - len(ours)
        bar.update(task, description="labelling and checking" if checks else "labelling", total=work, completed=0)
        looked = look(threads, label, lambda count: bar.advance(task, count), checks=checks)
    dealt = list(dealings(threads, looked.marks))
    parts = apart(threads, looked, checks=checks) if by_brand else []
    names = [(name or "not known", one) for name, one in parts]
    theirs = len(threads.places) - len(ours)
    said = (
        f"{looked.addressed:,} of {theirs:,} posts say themselves whether they were said to the brand, "
        f"{looked.complaint:,} whether they complain; of the others the labels '{labels}' say so. What answers the "
        "brand counts as said to it."
    )
    alone = sum(threads.answered(place) is None for place in ours)
    more = [f"{alone:,} posts of the brand answer nobody who is here, and are no answers."] if alone else []
    return _Shown(
        title="Practice of a public history",
        lead=f"{theirs:,} posts of others and {len(ours):,} of the brand's.",
        whole=practice(dealt, around(dealt, threads, looked, checks=checks)),
        parts=names,
        notes=[said, *more, *history_notes(checked=checks)],
        rests_on={
            "files": [Path(path).name for path in paths], "posts": theirs, "answers": len(ours) - alone,
            "accounts": len({threads.posts[place].author for place in ours}), "labels": labels,
            "stated": {"addressed": looked.addressed, "complaint": looked.complaint}, "checked": checks,
            "left_out": {"lines": histories.set_aside, "doubled": threads.doubled, "answering_nobody": alone},
        },
    )  # fmt: skip


def _require(threads: Threads, ours: Sequence[int], paths: Sequence[str]) -> None:
    names = ", ".join(paths)[:200]
    if not threads.places:
        raise AscoltaError(f"{names}: holds no posts; each line is one, with id, text, by and in_reply_to")
    if not ours:
        raise AscoltaError(
            f'{names}: no post is by the brand; name its accounts with --account, or write "by": "brand" on its lines'
        )


def _json(found: _Shown) -> dict[str, Any]:
    parts = {name: figures(one) for name, one in found.parts}
    whole = {"practice": figures(found.whole), "rests_on": found.rests_on, "notes": list(found.notes)}
    return {**whole, "by_brand": parts} if parts else whole


def _papers(found: _Shown) -> list[Paper]:
    parts = [paper(name, f"{one.talks:,} talks.", one, ()) for name, one in found.parts]
    return [paper(found.title, found.lead, found.whole, found.notes), *parts]


def _print(one: Paper) -> None:
    """A paper for a terminal."""
    out.print(shown(one.title), style="bold", markup=False)
    for part in one.parts:
        match part:
            case Heading(text=text):
                out.print(f"\n{text}", style="bold", markup=False)
            case Paragraph(text=text):
                out.print(text, markup=False)
            case Points(items=items):
                for item in items:
                    out.print(f"- {item}", markup=False, soft_wrap=True)
            case Table(head=head, rows=rows):
                drawn = Drawn(*head, box=None, pad_edge=False, padding=(0, 3, 0, 0))
                for row in rows:
                    drawn.add_row(*map(shown, row))
                out.print(drawn)
    out.print()
