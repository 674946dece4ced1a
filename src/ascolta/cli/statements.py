"""`ascolta statements`: what the brand says on its own channels, approved before anybody needs it."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import LATELY, By, DryRun, Folder, Opened, Paused, channels, needs_name, opened, unread
from ascolta.cli.show import Json, out, say_json
from ascolta.core.days import iso
from ascolta.core.prepared import faults
from ascolta.core.statement import Edition, Facts, Posting, Statement, StatementAct, digest, moment, postings, worded
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, CaseError
from ascolta.files.statements import FOLDER, load_statements
from ascolta.files.voiced import approved_facts
from ascolta.voice import again, approve, changes, prepare, publish, release, settle, withdraw

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""What the brand says on its own channels, written and approved before anybody needs it.

Each file in `statements/` holds one: a holding statement, a correction, an apology or an all-clear. `prepare` fixes its
words, two people `approve` them (an all-clear needs one), `publish` lets it go out at its time, on each network once.
If words or a fact in them change, it is prepared and approved anew. `ascolta check` says what is wrong with a file.
""",
)
Name = Annotated[str, typer.Argument(help="The statement, by its name.")]


@app.command("list")
def list_(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show every statement: its kind, where it stands, who approved it, and what is still missing."""
    with opened(folder, store) as ours:
        found = [_told(ours, statement) for statement in load_statements(ours.folder).values()]
    if as_json:
        say_json(found)
        return
    if not found:
        _say(f"There are no statements in {FOLDER}/ yet.")
    for one in found:
        names = f" by {', '.join(one['approved_by'])}" if one["approved_by"] else ""
        due = f", {one['due']} more must approve" if one["state"] == "prepared" else ""
        changed = "; the words changed since, prepare it anew" if one["changed"] else ""
        _say(f"{one['name']}  {one['kind']}  {one['state']}{names}{due}{changed}")


@app.command()
def show(name: Name, folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show a statement as it would stand now on each network, what stands against it, and what became of it."""
    with opened(folder, store) as ours:
        statement = _statement(ours, name)
        told = {**_told(ours, statement), "words": _words(ours, statement), "faults": _faults(ours, statement)}
        told["postings"] = [_posting(one) for one in ours.statements.postings(brand=ours.brand.id, statement=name)]
        told["acts"] = [
            {"what": str(act.kind), "by": act.by, "at": iso(act.at), "note": act.note}
            for act in ours.statements.edition(ours.brand.id, name).events
        ]
    if as_json:
        say_json(told)
        return
    _say(f"{told['name']}  {told['kind']}  {told['state']}")
    for outlet in told["words"]:
        _say(f"{outlet['network']} in {outlet['language']}: {outlet['text']}")
    for fault in told["faults"]:
        _say(f"  {fault}")
    for act in told["acts"]:
        _say(f"  {act['at']} {act['what']} by {act['by']}{': ' + act['note'] if act['note'] else ''}")
    for one in told["postings"]:
        _say(f"  {one['network']} in {one['language']}: {one['state']} {one['note']}".rstrip())


@app.command("prepare")
def prepare_(
    name: Name, folder: Folder = Path(), store: StoreFolder = None, by: By = "", as_json: Json = False
) -> None:
    """Fix the words of a statement as they are now, for people to approve. What was approved before counts no more."""
    with opened(folder, store) as ours:
        statement = _sound(ours, name)
        edition = prepare(ours.statements, ours.brand.id, statement, _facts(ours), (needs_name(by), time.time()))
    _done(edition, as_json=as_json)


@app.command("approve")
def approve_(
    name: Name, folder: Folder = Path(), store: StoreFolder = None, by: By = "", as_json: Json = False
) -> None:
    """Approve the words that were prepared; two different people have to, one for an all-clear."""
    with opened(folder, store) as ours:
        statement = _sound(ours, name)
        edition = approve(ours.statements, ours.brand.id, statement, _facts(ours), (needs_name(by), time.time()))
    _done(edition, as_json=as_json)


@app.command("publish")
def publish_(
    name: Name,
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    although_paused: Paused = False,
    retry: Annotated[bool, typer.Option("--again", help="Try once more what failed, because you looked why.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Let an approved statement go out at its time, on each network once; what is due goes at once.

    What has a time waits for it, and waits while the brand's speaking is paused, unless it is to go out although it is.
    What waits goes out by itself under `ascolta run`; to publish it again is to say so now.
    It goes out by the accounts that brand.yaml names; on a network where it names none, nobody reads it, which is said.
    Exit code 1 if something failed.
    """
    with opened(folder, store) as ours:
        statement, brand, now = _sound(ours, name), ours.brand.id, time.time()
        publishers, accounts = channels(ours)
        nowhere = [network for network in statement.where if network not in accounts.get(brand, ())]
        if nowhere and not as_json:
            _say(unread(nowhere))
        if dry_run:
            edition = ours.statements.edition(brand, name)
            _dry(list(postings(statement, edition, _facts(ours), now)), edition, as_json=as_json)
            return
        settle(ours.statements, publishers, now, LATELY)
        if retry:
            again(ours.statements, brand, name, now)
        else:
            release(ours.statements, brand, statement, _facts(ours), (needs_name(by), now, although_paused))
        publish(ours.store, ours.statements, publishers, now, changes(ours.statements, {brand: ours.folder}, now))
        edition = ours.statements.edition(brand, name)
        out_now = [_posting(one) for one in ours.statements.postings(brand=brand, statement=name)]
    if as_json:
        say_json({"state": str(edition.state), "postings": out_now})
    else:
        _say(f"{name}: {edition.state}")
        for one in out_now:
            _say(f"  {one['network']} in {one['language']}: {one['state']} {one['note']}".rstrip())
    if any(one["state"] == "failed" for one in out_now):
        raise typer.Exit(1)


@app.command("withdraw")
def withdraw_(
    name: Name,
    why: Annotated[str, typer.Option("--why", help="The reason; it is recorded.", show_default=False)],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Take a statement back, and whatever of it has not gone out yet. What is out stays out: correct it, or say so."""
    with opened(folder, store) as ours:
        edition = withdraw(ours.statements, ours.brand.id, name, why, (needs_name(by), time.time()))
    _done(edition, as_json=as_json)


def _statement(ours: Opened, name: str) -> Statement:
    found = load_statements(ours.folder)
    if name not in found:
        known = f"known are {', '.join(found)}" if found else f"there is none in {FOLDER}/ yet"
        raise AscoltaError(f"there is no statement '{name}'; {known}")
    return found[name]


def _sound(ours: Opened, name: str) -> Statement:
    """A statement of which `ascolta check` has no error to tell. Raises AscoltaError."""
    statement = _statement(ours, name)
    if errors := _faults(ours, statement):
        raise AscoltaError(f"statement '{name}' is not sound: {errors[0]}; `ascolta check` tells all")
    return statement


def _faults(ours: Opened, statement: Statement) -> list[str]:
    found = faults(statement, _facts(ours), ours.brand.handles)
    return [
        f"{statement.path}:{statement.lines.get(one.language, statement.line)}: {one.message}"
        for one in found
        if one.severity == "error"
    ]


def _facts(ours: Opened) -> Facts:
    return approved_facts(ours.folder, time.time())


def _words(ours: Opened, statement: Statement) -> list[dict[str, str]]:
    """What would stand on each network; a text that cannot be filled is shown as it was written."""
    told = []
    for network, language in statement.outlets:
        try:
            text = worded(statement, language, _facts(ours), moment(time.time() + statement.next_update))
        except CaseError:
            text = statement.text.get(language, "")
        told.append({"network": network, "language": language, "text": text})
    return told


def _told(ours: Opened, statement: Statement) -> dict[str, Any]:
    edition = ours.statements.edition(ours.brand.id, statement.name)
    try:
        same = digest(statement, _facts(ours)) == edition.digest
    except CaseError:
        same = False
    return {
        "name": statement.name,
        "kind": str(statement.kind),
        "state": str(edition.state),
        "edition": edition.number,
        "approved_by": list(edition.approved_by),
        "due": edition.due if edition.number else statement.kind.approve,
        "changed": bool(edition.digest) and not same,
        "where": {network: list(languages) for network, languages in statement.where.items()},
    }


def _posting(one: Posting) -> dict[str, Any]:
    return {
        "network": one.network,
        "language": one.language,
        "state": str(one.state),
        "not_before": iso(one.not_before),
        "note": one.note,
        "text": one.text,
    }


def _dry(out_now: list[Posting], edition: Edition, *, as_json: bool) -> None:
    if as_json:
        say_json({"state": str(edition.state), "would_publish": [_posting(one) for one in out_now]})
        return
    for one in out_now:
        _say(f"{one.network} in {one.language}, not before {iso(one.not_before)}: {one.text}")
    missing = (
        "" if edition.state in ("approved", "released") else f"; it is {edition.state}, so it would not go out yet"
    )
    _say(f"Nothing was published (dry run){missing}.")


def _done(edition: Edition, *, as_json: bool) -> None:
    if as_json:
        told = {"state": str(edition.state), "edition": edition.number, "due": edition.due}
        say_json({**told, "approved_by": list(edition.approved_by)})
        return
    last = edition.events[-1]
    more = f"; {edition.due} more must approve it" if last.kind is not StatementAct.WITHDRAWN and edition.due else ""
    _say(f"{edition.statement}: {edition.state}{more}")


def _say(said: str) -> None:
    out.print(shown(said), markup=False, soft_wrap=True)
