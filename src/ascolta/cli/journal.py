"""`ascolta journal`: look the journal over, read it, prove an entry."""

import base64
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta.cli.show import Json, out, say_json, tell, write_lines
from ascolta.core.audit import Audit, Checkpoints, genuine
from ascolta.core.checkpoint import Checkpoint, Verifier, notes, opened, verifier
from ascolta.core.days import iso
from ascolta.core.journal import Entry, Kind, read
from ascolta.core.merkle import includes, leaf_hash
from ascolta.errors import AscoltaError
from ascolta.stores.checkpoints import KEY, PUBLIC, kept_signer, read_checkpoints
from ascolta.stores.journal import FILE, SqlJournal

STORE = ".ascolta"
"""As `bootstrap` has it, which would be read in vain: a journal must be quick to look at."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look the journal over, read it, prove an entry.")

Folder = Annotated[Path, typer.Argument(help="A folder with brand.yaml or with a store.")]
Signed = Annotated[
    Path | None,
    typer.Option(
        "--checkpoints", "-c", help="The file at the second place that holds the checkpoints.", metavar="FILE"
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="The public key that you wrote down, or its file; else the one that lies there."),
]


@app.command()
def verify(
    folder: Folder = Path(),
    checkpoints: Signed = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Find whatever was changed, cut, swapped or rolled back, and checkpoints that are missing or forged.

    Exit code 1 if anything is wrong. Without --checkpoints the journal can only be compared with itself.
    """
    path = journal_of(folder)
    public = _public(path, key)
    signed = genuine(read_checkpoints(checkpoints), public) if checkpoints else None
    journal = SqlJournal(path)
    try:
        found = journal.audit(signed)
    finally:
        journal.close()
    say_json(_told(found, signed, public)) if as_json else _print(found, signed, public)
    if found.findings:
        raise typer.Exit(1)


@app.command()
def show(
    folder: Folder = Path(),
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="How many entries, the newest ones.")] = 20,
    brand: Annotated[str | None, typer.Option("--brand", "-b", help="Of this brand only.")] = None,
    case: Annotated[int | None, typer.Option("--case", help="Of this case only.")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", "-k", help="Of this kind only.", show_choices=False)] = None,
    as_json: Json = False,
) -> None:
    """Show what was written down, oldest first; --json gives the entries as JSON lines.

    Exit code 1 if an entry cannot be read.
    """
    journal = SqlJournal(journal_of(folder))
    try:
        wanted = _newest(journal, (brand, case, kind), last)[::-1]
    finally:
        journal.close()
    if as_json:
        write_lines(entry or {"seq": seq, "unreadable": True} for seq, entry in wanted)
    else:
        for seq, entry in wanted:
            out.print(_line(entry) if entry else f"{seq:>8}  cannot be read: it was changed", markup=False)
        if not wanted:
            out.print("no entries")
    if not all(entry for _, entry in wanted):
        raise typer.Exit(1)


@app.command()
def prove(
    seq: Annotated[int, typer.Argument(help="The number of the entry.", min=0)],
    folder: Folder = Path(),
    checkpoints: Signed = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Prove that an entry stands in the journal, under the newest checkpoint if --checkpoints names the file.

    --json holds the proof as C2SP tlog-proof text too, which needs neither Ascolta nor the journal to be verified.
    Exit code 1 if the proof does not hold: the entry is not what was signed.
    """
    path = journal_of(folder)
    note, signed = _newest_checkpoint(checkpoints, _public(path, key), seq) if checkpoints else ("", None)
    journal = SqlJournal(path)
    try:
        size = min(signed.size, journal.size()) if signed else journal.size()
        proof = journal.inclusion(seq, size)
        root = signed.root if signed else journal.root(size)
        data = next((data for _, data in journal.entries(seq, seq + 1)), b"")
    finally:
        journal.close()
    holds = includes(leaf_hash(data), seq, signed.size if signed else size, proof, root)
    hashes = [_base64(one) for one in proof]
    told: dict[str, Any] = {
        "seq": seq, "entry": data.decode("utf-8", "replace"), "leaf": _base64(leaf_hash(data)), "size": size,
        "root": _base64(root), "proof": hashes, "holds": holds, "checkpoint": note or None,
        "tlog_proof": "\n".join(["c2sp.org/tlog-proof@v1", f"index {seq}", *hashes, "", note]) if note else None,
    }  # fmt: skip
    say_json(told) if as_json else _print_proof(told)
    if not holds:
        raise typer.Exit(1)


def journal_of(folder: Path) -> Path:
    """The journal of a brand's folder or of a store's. Raises AscoltaError."""
    for path in (folder / FILE, folder / STORE / FILE):
        if path.is_file():
            return path
    raise AscoltaError(f"{folder}: there is no {FILE} here and none in {STORE}; name the folder of a brand or a store")


def _public(path: Path, key: str | None) -> Verifier:
    """The public key to verify with: as given, else as it lies beside the journal."""
    if key is not None:
        named = Path(key) if len(key) < 200 else None
        return verifier(_text(named) if named and named.is_file() else key)
    if (path.parent / PUBLIC).is_file():
        return verifier(_text(path.parent / PUBLIC))
    if (path.parent / KEY).is_file():
        return kept_signer(path.parent).verifier
    raise AscoltaError(f"{path.parent}: the journal's key does not lie here; give its public half with --key")


def _text(path: Path) -> str:
    return path.read_bytes()[:10_000].decode("utf-8", "replace")


def _newest(
    journal: SqlJournal, wanted: tuple[str | None, int | None, Kind | None], most: int
) -> list[tuple[int, Entry | None]]:
    """The newest entries that are wanted, newest first; what cannot be read is always wanted."""
    brand, case, kind = wanted
    found: list[tuple[int, Entry | None]] = []
    end = journal.size()
    while end > 0 and len(found) < most:
        start = max(0, end - 1_000)
        for seq, data in reversed(list(journal.entries(start, end))):
            entry = read(data)
            fits = entry is None or (
                brand in (None, entry.brand) and case in (None, entry.case) and kind in (None, entry.kind)
            )
            if fits:
                found.append((seq, entry))
        end = start
    return found[:most]


def _newest_checkpoint(path: Path, key: Verifier, seq: int) -> tuple[str, Checkpoint]:
    """The newest genuine checkpoint, as text and read. Raises AscoltaError if none covers the entry."""
    found = [(note.text, opened(note.text, key)) for note in notes(read_checkpoints(path)) if note.whole]
    for text, checkpoint in reversed(found):
        if checkpoint is not None and checkpoint.size > seq:
            return text, checkpoint
    raise AscoltaError(f"{path}: no checkpoint by this key covers entry {seq} yet; leave --checkpoints out or wait")


def _told(found: Audit, signed: Checkpoints | None, key: Verifier) -> dict[str, Any]:
    checkpoints = None
    if signed is not None:
        checkpoints = {"genuine": len(signed.genuine), "vouched": found.vouched, "unfinished": signed.unfinished}
    return {
        "intact": not found.findings, "entries": found.size, "root": _base64(found.root), "key": str(key),
        "checkpoints": checkpoints, "findings": found.findings, "more": found.more,
    }  # fmt: skip


def _print(found: Audit, signed: Checkpoints | None, key: Verifier) -> None:
    for one in found.findings:
        out.print(f"✗ {one.kind}: {one.says}", markup=False, soft_wrap=True)
    if found.more:
        out.print(f"✗ and {found.more:,} more")
    if not found.findings:
        out.print(f"✓ {found.size:,} entries, none changed, cut or swapped", markup=False)
    out.print(f"  root         {_base64(found.root)}", markup=False)
    if signed is None:
        out.print(
            "  checkpoints  not looked at, so an older state or a journal made anew would pass: --checkpoints FILE"
        )
        return
    after = found.size - found.vouched
    out.print(f"  checkpoints  {len(signed.genuine):,}; {found.vouched:,} entries vouched for, {after:,} came after")
    out.print(f"  key          {key}", markup=False, soft_wrap=True)
    if signed.unfinished:
        out.print("  the last checkpoint is half written, as a crash leaves it; the next one mends that")


def _print_proof(told: dict[str, Any]) -> None:
    out.print(f"entry      {told['entry']}", markup=False, soft_wrap=True)
    out.print(f"hash       {told['leaf']}", markup=False)
    for number, one in enumerate(told["proof"]):
        out.print(f"{'' if number else 'proof':<9}  {one}", markup=False)
    out.print(f"root       {told['root']} over {told['size']:,} entries", markup=False)
    out.print(f"signed     {'yes' if told['checkpoint'] else 'no checkpoint was looked at: --checkpoints FILE'}")
    if told["holds"]:
        out.print(f"✓ entry {told['seq']} stands there")
    else:
        tell(f"✗ changed: entry {told['seq']} is not what the root vouches for; run `ascolta journal verify`")


def _line(entry: Entry) -> str:
    case = "" if entry.case is None else f"case {entry.case}"
    counts = " ".join(f"{name}={count}" for name, count in entry.counts.items())
    commitment = f"committed {entry.commitment[:12]}…" if entry.commitment else ""
    words = (entry.brand, case, entry.rule, counts, commitment)
    return f"{entry.seq:>8}  {_when(entry.at)}  {entry.kind:<12}  {'  '.join(filter(None, words))}".rstrip()


def _when(at: int) -> str:
    """A time as ISO 8601 in UTC; the bare number beyond the year 9999."""
    return iso(at) if at < 253_402_300_800 else str(at)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
