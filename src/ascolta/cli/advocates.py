"""`ascolta advocates`: people who praised us and agreed to be asked for help, asked once and briefed rarely."""

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.briefing import Order, brief, chosen, settle_briefings
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import LATELY, By, DryRun, Folder, Opened, Paused, needs_name, opened, twins
from ascolta.cli.show import Json, out, say_json
from ascolta.core import advocate
from ascolta.core.advocate import Advocate, Scope, Stand, Wanted
from ascolta.core.challenge import networks as networks_of
from ascolta.core.days import iso
from ascolta.core.platform import usual
from ascolta.core.text import shown
from ascolta.errors import AscoltaError
from ascolta.files.connections import CONNECTIONS
from ascolta.files.helping import FILE
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.helping import Asking, Narrower, agree, ask, note_asked
from ascolta.voice import approved_words

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""People who praised us and agreed to be asked for help: asked once, briefed rarely, forgotten at a word.

There is one way onto the list: somebody praises you and speaks to you; `ask` drafts a question as the answer to that,
which people approve at the desk as any answer; the person says yes; `agree` notes that. There is no import. What may be
asked for stands in `advocates.yaml`. Without an answer in 30 days, at the end of what was agreed (a year at the most),
and at once when the person says "no more", all of them goes.
""",
)


@app.command("list")
def list_(
    folder: Folder = Path(),
    store: StoreFolder = None,
    who: Annotated[bool, typer.Option("--who", help="Also say the accounts of those who agreed.")] = False,
    as_json: Json = False,
) -> None:
    """Show who was asked and who agreed, to what, until when, and how often they were briefed.

    Accounts are shown only of those who agreed, and only with --who.
    """
    with opened(folder, store) as ours:
        now = time.time()
        ours.advocates.sweep(now)
        note_asked(ours.store, ours.advocates)
        found = [_told(one, now, who=who) for one in ours.advocates.all(ours.brand.id)]
    if as_json:
        say_json(found)
        return
    counts = Counter(one["stand"] for one in found)
    _say(", ".join(f"{counts[stand]} {stand}" for stand in Stand) if found else "Nobody was asked yet.")
    for one in found:
        about = ", ".join(one["topics"]) or "any topic"
        _say(
            f"{one['ref']}  {one['stand']:<8}  {one['network']}  {one['scope']} ({about})  until {one['until'][:10]}"
            f"  briefed {one['briefed']} of {one['most']} in {one['days']:g} days"
            f"{'  ' + one['account'] if one.get('account') else ''}"
        )


@app.command("ask")
def ask_(
    case: Annotated[int, typer.Argument(help="The case with the praise that was said to you.")],
    scope: Annotated[str, typer.Option("--scope", help=f"What to ask for, as {FILE} calls it.", show_default=False)],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Draft the question as the answer to a case; people approve it at the desk, and it goes out as any answer does.

    Nobody is asked twice, nor anybody who complained, is under age or in grief, opted out, or told you to stop. The
    question says how often, until when and how to end it, and that they have to say that you asked them.
    """
    with opened(folder, store) as ours:
        asking = Asking(
            case=case, scope=_scope(ours, scope), brand=ours.brand, by=by if dry_run else needs_name(by),
            words=ours.helping.words,
        )  # fmt: skip
        words = ask(ours.store, ours.advocates, asking, time.time(), dry=dry_run)
    if as_json:
        say_json({"case": case, "scope": scope, "words": words, "drafted": not dry_run})
        return
    _say(words)
    _say(
        "Nothing was drafted (dry run)." if dry_run else f"Drafted in case {case}; it goes out once people approve it."
    )


@app.command("agree")
def agree_(
    case: Annotated[int, typer.Argument(help="The case in which the person said yes.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    topics: Annotated[
        list[str] | None, typer.Option("--topic", help="Only about this; repeatable.", metavar="TOPIC")
    ] = None,
    networks: Annotated[
        list[str] | None, typer.Option("--network", help="Only there; repeatable.", metavar="NETWORK")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--at-most", min=1, help="Fewer briefings than they were asked for.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="An earlier end, such as 2027-03-31.")] = None,
    as_json: Json = False,
) -> None:
    """Note the yes of a person who was asked: to all they were asked for, or to the part of it that they agreed to.

    It has to be the same account, after the question went out, and within 30 days. What they agreed to, the words that
    they saw and the end of it are kept, encrypted under a key of their own.
    """
    end = _day(until) if until else None
    less = Narrower(
        topics=tuple(topics) if topics else None, networks=tuple(networks) if networks else None, most=most, until=end
    )
    with opened(folder, store) as ours:
        one = agree(ours.store, ours.advocates, case, less, (needs_name(by), time.time()))
        told = _told(one, time.time(), who=False)
    if as_json:
        say_json(told)
        return
    _say(f"Noted: {told['scope']}, at most {told['most']} in {told['days']:g} days, until {told['until'][:10]}.")


@app.command()
def withdraw(
    network: Annotated[str, typer.Argument(help="The network, such as mastodon.")],
    account: Annotated[str, typer.Argument(help="The account: its id or its handle.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="Forget also that they were asked, so that they may be asked again.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Forget a person at once, because they said no or no more; the key of their record is destroyed.

    What stays is a keyed tag that says that this account was asked, so that nobody asks again.
    """
    with opened(folder, store) as ours:
        act = ours.advocates.forget if erase else ours.advocates.withdraw
        names, account = _spelled(ours, network.strip(), account.strip()), account.strip()
        if dry_run:
            found = sum(len(ours.advocates.of(name, account)) for name in names)
        else:
            found = sum(act(name, account, time.time()) for name in names)
    if as_json:
        say_json({"gone": found, "done": not dry_run})
        return
    would = "would be forgotten" if dry_run else "forgotten"
    _say(f"{found} record{'s'[: found != 1]} {would}." if found else "Nothing is held of this account here.")


@app.command("brief")
def brief_(
    statement: Annotated[str, typer.Argument(help="An approved statement, by its name in statements/.")],
    scope: Annotated[
        str, typer.Option("--scope", help=f"What they agreed to, as {FILE} calls it.", show_default=False)
    ],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    topic: Annotated[str, typer.Option("--topic", help="What it is about; else the statement's topic.")] = "",
    most: Annotated[int | None, typer.Option("--at-most", min=1, help="No more people than this.")] = None,
    although_paused: Paused = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Write to those who agreed to just this, each once, never more often than agreed, never after their end.

    Each is told what is true, that they may pass it on or not, to say that you asked them, and how to end it. Their yes
    is read again first: where it is gone, or they do not want to be heard, they are forgotten instead. For now messages
    go to a twin network that nobody reads.
    """
    with opened(folder, store) as ours:
        order = _order(ours, (statement, scope, topic), by if dry_run else needs_name(by), most, urgent=although_paused)
        now = time.time()
        if dry_run:
            done = {"would_tell": len(chosen(ours.store, ours.advocates, order, now))}
        else:
            messengers = twins()
            settle_briefings(ours.advocates, messengers, now, LATELY)
            sources = bootstrap.sources(bootstrap.found(ours.folder), [], bootstrap.Reading())
            ports = (ours.store, ours.advocates, messengers)
            told = brief(ports, order, now, bootstrap.lookups(sources))
            done = {"told": told.told, "missed": told.missed, "waiting": told.waiting, "forgotten": told.forgotten}
    if as_json:
        say_json(done)
        return
    _say(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in done.items()))


@app.command()
def audit(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Look every record over: the chain of events, the words seen and their hash, dates, rates, scopes. Names nobody.

    Exit code 1 if anything is wrong.
    """
    with opened(folder, store) as ours:
        everybody = ours.advocates.all(ours.brand.id)
        scopes = ours.helping.scopes
    findings = [{"ref": one.ref[:8], "found": found} for one in everybody for found in advocate.audit(one)]
    other = sum(_is_of_another(one, scopes.get(one.terms.scope) if one.terms else None) for one in everybody)
    if as_json:
        say_json({"people": len(everybody), "findings": findings, "other_words": other})
    else:
        for one in findings:
            _say(f"{one['ref']}: {one['found']}")
        _say(f"{len(everybody)} people; {'all is well' if not findings else f'{len(findings)} findings'}")
        if other:
            _say(f"{other} of them saw other words for their scope than {FILE} has now, so they are not briefed.")
    if findings:
        raise typer.Exit(1)


def _spelled(ours: Opened, network: str, account: str) -> tuple[str, ...]:
    """All names of a network that somebody wrote down. Raises AscoltaError if none such is known here."""
    try:
        names = networks_of(usual(network, (*CONNECTIONS, *(ours.brand.networks or ()))))
    except AscoltaError:
        if not ours.advocates.of(network, account):
            raise
        return (network,)
    return tuple(dict.fromkeys((*names, network)))


def _told(one: Advocate, now: float, *, who: bool) -> dict[str, Any]:
    agreed = one.terms
    told: dict[str, Any] = {
        "ref": one.ref[:8],
        "stand": str(one.stand),
        "network": one.network,
        "scope": agreed.scope if agreed else "",
        "topics": list(agreed.topics) if agreed else [],
        "networks": list(agreed.networks) if agreed else [],
        "most": agreed.most if agreed else 0,
        "days": agreed.within / 86_400 if agreed else 0,
        "since": iso(one.since),
        "until": iso(one.goes),
        "briefed": one.counted(now),
        "digest": agreed.digest if agreed else "",
    }
    return {**told, "account": one.handle or one.keys[0]} if who and one.stand is Stand.AGREED else told


def _order(ours: Opened, what: tuple[str, str, str], by: str, most: int | None, *, urgent: bool) -> Order:
    name, scope, topic = what
    statements = load_statements(ours.folder)
    if name not in statements:
        known = f"known are {', '.join(statements)}" if statements else "there is none in statements/ yet"
        raise AscoltaError(f"there is no statement '{name}'; {known}")
    statement = statements[name]
    topics, now = [one.name for one in ours.brand.topics], time.time()
    if topic and topic not in topics:
        raise AscoltaError(f"--topic {topic}: there is no such topic; known are {', '.join(topics) or 'none'}")
    words = approved_words(ours.statements, ours.brand.id, statement, approved_facts(ours.folder, now), now)
    edition = ours.statements.edition(ours.brand.id, name).number
    wanted = Wanted(scope=_scope(ours, scope), about=f"{name} {edition}", topic=topic or statement.topic)
    return Order(
        brand=ours.brand, wanted=wanted, statement=words, by=by, words=ours.helping.words, most=most, urgent=urgent
    )


def _scope(ours: Opened, name: str) -> Scope:
    scope = ours.helping.scopes.get(name)
    if scope is None:
        scopes = ours.helping.scopes
        known = f"known are {', '.join(scopes)}" if scopes else f"write what you may ask for in {FILE}"
        raise AscoltaError(f"--scope {name}: there is no such scope; {known}")
    return scope


def _is_of_another(one: Advocate, scope: Scope | None) -> bool:
    return one.terms is None or scope is None or scope.purpose.get(one.terms.language) != one.terms.purpose


def _day(said: str) -> float:
    try:
        return datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise AscoltaError(f"--until {said}: expected a day such as 2027-03-31") from None


def _say(said: str) -> None:
    out.print(shown(said), markup=False, soft_wrap=True)
