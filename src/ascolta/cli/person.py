"""`ascolta person`: all that is held of one account, for the person who asks; exported, erased, suppressed."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, err, out, say_json
from ascolta.core.advocate import Advocate
from ascolta.core.case import Case
from ascolta.core.challenge import LONGEST, names
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.core.mention import Effect, Removal
from ascolta.core.person import Person, Standing
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError
from ascolta.ports import Store
from ascolta.sources.times import iso
from ascolta.stores.advocates import Advocates
from ascolta.stores.people import ANSWERED_FOR
from ascolta.web import pages

app = typer.Typer(add_completion=False)

COUNTS = "Counts and published figures say nothing of a single person, so nothing of them can be found here."
ASKING = "An answer like this goes only to the person it is about: make sure first that it is they who ask."
SEALED = "none are kept, only where the post stands (encrypted): it was not said to us, and nobody here has opened it"
WORDS = {
    "stopped": "Suppressed since {since}: it is not heard.",
    "refused": "Its profile refuses since {since}: it is not heard as long as it does.",
    "answered": "Answered by {brand} on {since}; this is remembered until {until}.",
}
"""What the keyed tags say that may be kept of an account."""

ACTS = {
    "erase": (Effect.FORGET, "the person asked for it to be erased"),
    "suppress": (Effect.STOP, "the person asked not to be heard"),
    "unsuppress": (Effect.WELCOME, "the person takes the refusal back"),
}


@app.command()
def person(
    network: Annotated[str, typer.Argument(help="The network, by the name that posts carry, such as mastodon.")],
    account: Annotated[str, typer.Argument(help="The account: its id or its handle.")],
    folder: Annotated[Path, typer.Argument(help="A brand's folder, or a folder of such folders.")] = Path(),
    store: StoreFolder = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write person.json and person.html here.", metavar="DIR")
    ] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Erase all of it.")] = False,
    suppress: Annotated[
        bool, typer.Option("--suppress", help="Erase all of it, and hear the account no more.")
    ] = False,
    unsuppress: Annotated[bool, typer.Option("--unsuppress", help="Hear the account again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before erasing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Show all that is held of one account, export it, erase it, or keep the account from being heard.

    Sealed cases are shown, too: they hold no words. What was only counted cannot be shown, for it holds no person.
    """
    wanted = [name for name, asked in (("erase", erase), ("suppress", suppress), ("unsuppress", unsuppress)) if asked]
    if len(wanted) > 1:
        raise AscoltaError(f"--{wanted[0]} and --{wanted[1]}: choose one; --suppress erases as well")
    if not names(account) or len(account) > LONGEST or not network.strip():
        raise AscoltaError("name a network and an account, such as: ascolta person mastodon @ann@example.social")
    place = store or folder / bootstrap.STORE
    kept = _opened(place)
    advocates = bootstrap.advocates(place, kept.journal) or Advocates(None)
    try:
        held = kept.person(network.strip(), account.strip())
        held = replace(held, helping=tuple(map(_helping, advocates.of(held.network, held.account))))
        files = _export(held, export, dry=dry_run) if export else []
        if files and not dry_run:
            _note(kept, held)
        done = _act(kept, held, wanted[0], yes=yes, dry=dry_run) if wanted else {}
        if done.get("done"):
            _end_helping(advocates, held, ACTS[wanted[0]][0])
    finally:
        advocates.close()
        kept.close()
    if as_json:
        say_json({**told(held), "files": [str(path) for path in files], **done})
        return
    _print(held, files, done)


def told(held: Person) -> dict[str, Any]:
    """All that is held, as scripts and other companies read it."""
    return {
        "network": held.network,
        "account": held.account,
        "cases": [_case(case) for case in held.cases],
        "standings": [_standing(one) for one in held.standings],
        "advocate": list(held.helping),
        "counts": COUNTS,
    }


def _opened(folder: Path) -> Store:
    if not (folder / "keys.db").is_file():
        raise AscoltaError(f"{folder}: there is no store here; name the brand's folder, or the store with --store")
    return bootstrap.store(folder)


def _helping(one: Advocate) -> str:
    """What was agreed with a person, or asked of them, as they may be told it."""
    said = f"advocate for {one.brand}: {one.stand} since {iso(one.since)}, goes {iso(one.goes)}"
    return f"{said}; scope: {one.terms.scope}; words: {one.terms.wording}" if one.terms else said


def _end_helping(advocates: Advocates, held: Person, effect: Effect) -> None:
    """Whoever is erased or suppressed is no advocate any more; an erasure forgets that they were asked, too."""
    if effect is Effect.FORGET:
        advocates.forget(held.network, held.account, time.time())
    elif effect is not Effect.WELCOME:
        advocates.withdraw(held.network, held.account, time.time())


def _note(kept: Store, held: Person) -> None:
    """Write down that an account's data were exported; whose, the journal cannot say."""
    if kept.journal is not None:
        counts = {Counted.CASES: len(held.cases)}
        kept.journal.append([NewEntry(at=int(time.time()), kind=Kind.EXPORTED, counts=counts)])


def _act(kept: Store, held: Person, name: str, *, yes: bool, dry: bool) -> dict[str, Any]:
    """Erase, suppress or take that back: each is one removal, which the store writes in its journal."""
    effect, why = ACTS[name]
    cases = len(held.cases)
    if dry:
        return {"act": name, "erased": 0 if effect is Effect.WELCOME else cases, "done": False}
    if effect is not Effect.WELCOME and cases and not yes:
        question = f"Erase {cases} case{'s'[: cases != 1]} of this account for good?"
        if not typer.confirm(question, err=True):
            err.print("nothing was done", markup=False)
            raise typer.Exit(1)
    erased = kept.forget(Removal(network=held.network, actor=held.account, why=why, effect=effect), time.time())
    return {"act": name, "erased": erased, "done": True}


def _export(held: Person, folder: Path, *, dry: bool) -> list[Path]:
    """Two files that only their owner may read; their names say nothing of the person. Raises FileError."""
    said = told(held)
    standings = [WORDS[one["standing"]].format(**one) for one in said["standings"]]
    values = {"held": said, "standings": standings, "sealed": f"Words: {SEALED}.", "at": time.time()}
    page = pages.page("notice_person.html", lang="en", words={"skip": "Skip to content"}, css=pages.styles(), **values)
    contents = {
        "person.json": msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n",
        "person.html": page,
    }
    paths = [folder / name for name in contents]
    for path in paths:
        if path.exists():
            raise FileError(path, None, "stands already and is not overwritten; choose another folder")
    if dry:
        return paths
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, contents.values(), strict=True):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise FileError(folder, None, f"cannot be written ({error.strerror}); choose another folder") from None
    return paths


def _case(case: Case) -> dict[str, Any]:
    content = case.content
    return {
        "case": case.id,
        "brand": case.brand,
        "network": case.network,
        "status": str(case.status),
        "published": iso(case.published),
        "goes": iso(case.expires),
        "text": content.text if content else None,
        "masked": list(content.masked) if content else [],
        "author": content.author if content else None,
        "post": content.post_id if content else None,
        "url": content.url if content else None,
        "labels": [f"{name}: {value}" for name, value in case.labels],
        "decision": {"action": str(case.decision.action), "rule": case.decision.rule, "why": case.decision.why},
        "opened_because": case.unsealed_because or None,
        "answer": case.draft or None,
        "events": [{"at": iso(event.at), "what": str(event.kind)} for event in case.events],
    }


def _standing(one: Standing) -> dict[str, Any]:
    until = iso(one.since + ANSWERED_FOR) if one.standing == "answered" else None
    return {"standing": one.standing, "brand": one.brand, "since": iso(one.since), "until": until}


def _print(held: Person, files: list[Path], done: dict[str, Any]) -> None:
    said = told(held)
    _line(ASKING)
    if not held.cases and not held.standings and not held.helping:
        _line("Nothing is held of this account.")
    for case in said["cases"]:
        _line()
        for line in _told_case(case):
            _line(line)
    if held.standings:
        _line()
    for one in said["standings"]:
        _line(WORDS[one["standing"]].format(**one))
    for sentence in held.helping:
        _line(sentence)
    _line(COUNTS)
    for path in files:
        _line(f"wrote {path}" if path.exists() else f"would write {path}")
    if done:
        _line(_done(done))


def _told_case(case: dict[str, Any]) -> list[str]:
    """One case in lines for a terminal."""
    lines = [
        f"Case {case['case']}, {case['brand']}, {case['network']}: {case['status']}",
        f"  published {case['published']}, goes {case['goes']}",
        f"  why: {case['decision']['rule']}: {case['decision']['why']}",
        f"  labels: {', '.join(case['labels']) or 'none'}",
        f"  words: {case['text']}" if case["text"] is not None else f"  words: {SEALED}",
    ]
    for name in ("masked", "author", "url", "opened_because", "answer"):
        if case[name]:
            value = ", ".join(case[name]) if name == "masked" else case[name]
            lines.append(f"  {name.replace('_', ' ')}: {value}")
    return [*lines, *(f"  {event['at']} {event['what']}" for event in case["events"])]


def _done(done: dict[str, Any]) -> str:
    count = f"{done['erased']} case{'s'[: done['erased'] != 1]}"
    said = {
        "erase": ("would erase {}", "erased {}; a refusal stays, so that we keep to it"),
        "suppress": ("would erase {} and hear the account no more", "erased {}; the account is heard no more"),
        "unsuppress": ("would hear the account again", "the account is heard again, as its profile allows"),
    }
    return said[done["act"]][done["done"]].format(count)


def _line(said: str = "") -> None:
    """One line, in which nothing that a stranger wrote is obeyed."""
    out.print(shown(said), markup=False, soft_wrap=True)
