"""What was measured, as tables with remarks."""

from typing import Any

from rich.console import Console
from rich.table import Table

NAMES = {
    "decoding": "decoding alone (msgspec)",
    "reading": "Ascolta, reading only",
    "meant": "Ascolta, as meant",
    "every": "Ascolta, every post a case",
    "obsei bare": "Obsei, every post, bare",
    "obsei meant": "Obsei, as meant",
}
PEER_OF = {"meant": "obsei meant", "every": "obsei bare"}
"""The row of Obsei that a row of ours is compared with."""

REMARKS = {
    "decoding": "lines to one struct each, 1,000 at a time, and nothing else: the yardstick.",
    "reading": "lines to events as `listen` gets them: decoded, checked, each once, with a place to go on from.",
    "meant": "all queries of all brands, opt-outs, the labellers, the shipped etiquette; cases sealed with a key each, "
    "counts of the rest and the cursor into SQLite. What is not found, or met with silence, leaves no post behind.",
    "every": "one query finds every post, and each is labelled and opens a case under its own key. Nobody should.",
    "obsei bare": "its JSON lines source into its store, batches of 1,000; no redaction, authors dropped, no "
    "encryption, no sink, no labels. It has no queries: it keeps whatever its source gives.",
    "obsei meant": "as `obsei init` sets it up: redaction, pseudonyms, batches of 100, its store and the parquet sink"
    "{sealed}. Without its classifier, a model of 1.2 GB, which would make it slower. It finds nothing: no queries.",
}
HOW = (
    "Each row runs in a process of its own on one core; peak is the most that it held (VmHWM), interpreter and queries "
    "included. Disturbed is the share of time in which the kernel gave the core to others, which is taken off. "
)


def undisturbed(row: dict[str, Any]) -> float:
    """Seconds of a row without those in which others had the core; never less than it used itself, on all threads."""
    return float(max(row["seconds"] - row["waited"], row["spent"]))


def show(outcome: dict[str, Any], console: Console) -> None:
    """Print what was measured."""
    if "memory" in outcome:
        _memory(outcome, console)
    elif "record" in outcome:
        _record(outcome, console)
    else:
        _rows(outcome, console)


def _rows(outcome: dict[str, Any], console: Console) -> None:
    rows = {row["row"]: row for row in outcome["rows"]}
    rates = {name: row["posts"] / undisturbed(row) for name, row in rows.items()}
    title = f"{outcome['posts']:,} posts, {outcome['queries']:,} queries, matcher {outcome['tier']}"
    table = Table(title=title)
    table.add_column(no_wrap=True)
    for heading in ("posts", "found", "cases", "posts/s", "of decoding", "times Obsei", "peak MB", "disturbed"):
        table.add_column(heading, justify="right")
    for name, row in rows.items():
        peer = rates.get(PEER_OF.get(name, ""))
        table.add_row(
            NAMES[name],
            f"{row['posts']:,}",
            f"{row['mentions'] / row['posts']:.1%}" if "mentions" in row else "",
            f"{row['cases']:,}" if "cases" in row else "",
            f"{rates[name]:,.0f}",
            f"{rates[name] / rates['decoding']:.2%}",
            f"{rates[name] / peer:,.0f}" if peer else "",
            f"{row['peak'] / 1e6:,.0f}",
            f"{row['waited'] / row['seconds']:.0%}",
        )
    console.print(table)
    for name, row in rows.items():
        sealed = ", encrypted" if row.get("encrypted") else "; not encrypted, for lack of DuckDB's extension"
        console.print(f"[b]{NAMES[name]}[/b]: {REMARKS[name].format(sealed=sealed)}", highlight=False)
    for left in outcome["left_out"]:
        console.print(f"[b]{NAMES[left['row']]}[/b]: left out. {left['why']}", highlight=False)
    ready = (
        f"Reading the program, {outcome['queries']:,} queries and the etiquettes took {rows['meant']['ready']:.1f} s, "
        "not counted."
    )
    console.print(f"{HOW}{ready}", highlight=False)


def _memory(outcome: dict[str, Any], console: Console) -> None:
    found = outcome["memory"]
    table = Table(title=f"Memory while {outcome['posts']:,} posts go through a pipe, {outcome['queries']:,} queries")
    for heading in ("posts", "held MB", "since the step before"):
        table.add_column(heading, justify="right")
    before = None
    for posts, held in found["held"]:
        table.add_row(f"{posts:,}", f"{held / 1e6:,.1f}", "" if before is None else f"{(held - before) / 1e6:+,.1f}")
        before = held
    console.print(table)
    rate = found["posts"] / found["seconds"]
    console.print(
        f"{found['posts']:,} of {found['fed']:,} posts heard, {found['mentions']:,} mentions, {found['cases']:,} "
        f"cases, {rate:,.0f} posts a second through the pipe, peak {found['peak'] / 1e6:,.1f} MB. Others had "
        f"the core for {found['waited'] / found['seconds']:.0%} of the time.",
        highlight=False,
    )


def _record(outcome: dict[str, Any], console: Console) -> None:
    found = outcome["record"]
    paced = f"{found['rate']:,} posts a second, {outcome['queries']:,} queries"
    table = Table(title=f"{paced}: from a post's arrival until its case is kept")
    for heading in ("cases", "p50 ms", "p90 ms", "p99 ms", "most ms", "kept up", "core used", "disturbed", "peak MB"):
        table.add_column(heading, justify="right")
    delays = [f"{found[part] * 1e3:,.1f}" if part in found else "" for part in ("p50", "p90", "p99", "most")]
    rate = found["posts"] / found["took"]
    kept_up = "yes" if rate > 0.99 * found["rate"] else f"no: {rate:,.0f}/s"
    shares = [f"{found[part] / found['seconds']:.0%}" for part in ("spent", "waited")]
    table.add_row(f"{found['cases']:,}", *delays, kept_up, *shares, f"{found['peak'] / 1e6:,.0f}")
    console.print(table)
    console.print(
        f"{found['posts']:,} of {found['fed']:,} posts heard on one core. They come in slices of 10 ms; a post's "
        "arrival is when it was due, so that falling behind shows. Disturbed is the share of time in which the kernel "
        "gave the core to others; it is in the delays.",
        highlight=False,
    )
