"""A proposed etiquette: the one that stands, word for word, but for what a survey would change; that heads the file."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from ascolta.core.survey_rules import Change, Proposal
from ascolta.core.text import shown
from ascolta.files.etiquette import parsed_etiquette
from ascolta.files.reading import Value, read_said, write_new

FILE = "etiquette.proposed.yaml"
Edit = tuple[int, int, str]
"""From where to where in a text, and what comes there."""


def proposed(text: str, name: str, proposal: Proposal) -> str:
    """The text of an etiquette with a proposal in its places, headed by what changes and why. Raises FileError.

    It is an etiquette itself, so `ascolta replay` can try it.
    """
    found = _head(name, proposal) + _changed(text, proposal.changes)
    parsed_etiquette(found, Path(FILE))
    return found


def write_proposal(to: Path, text: str) -> None:
    """Write it. Raises FileError, also rather than overwrite."""
    write_new(to, text, then="read it, and then remove it", other="; name another with --out")


def _head(name: str, proposal: Proposal) -> str:
    """What would change and why, as comments."""
    first = (
        f"PROPOSED, and not in force. It differs from {name} in what follows; a survey's figures are the reason. Read "
        f"it, try it on a past day with `ascolta replay DAY --etiquette {FILE}`, and put it in the place of {name} "
        "only when you agree."
    )
    lines = [first, ""]
    for one in proposal.changes:
        lines += [f"- {one.rule}: {one.key}, because {one.because}", f"    was: {one.before}", f"    now: {one.after}"]
    lines += [*([""] if proposal.remarks else []), *proposal.remarks]
    return "".join(f"{line}\n" for said in lines for line in _comment(said)) + "\n"


def _comment(said: str) -> Iterator[str]:
    said = shown(said)
    indent = said[: len(said) - len(said.lstrip())]
    rest = indent + ("  " if said.lstrip().startswith("-") else "")
    wrapped = textwrap.wrap(said.strip(), 116, initial_indent=indent, subsequent_indent=rest)
    yield from (f"# {line}".rstrip() for line in wrapped or [""])


def _changed(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes in their places; all else stays as its author wrote it."""
    rules = read_said(Path(FILE), text, "the etiquette").mapping(("etiquette", "rules"))["rules"].items()
    edits = [edit for item in rules for edit in _edits(item, changes, text)]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edits(item: Value, changes: Sequence[Change], text: str) -> Iterator[Edit]:
    keys = {str(key.value): (key, value) for key, value in item.pairs()}
    for change in changes:
        if change.rule != keys["name"][1].text():
            continue
        new = json.dumps(change.after, ensure_ascii=False) if change.key == "why" else change.after
        if change.key in keys:
            yield _over(keys[change.key][1].node, new, text)
        else:
            yield _beside(keys["then"], f"{change.key}: {new}", item.node)


def _over(node: yaml.Node, new: str, text: str) -> Edit:
    """In the place of a value; the line breaks after a block stay."""
    start, end = node.start_mark.index, node.end_mark.index
    end = start + len(text[start:end].rstrip())
    return start, end, new


def _beside(then: tuple[yaml.Node, Value], new: str, rule: yaml.Node) -> Edit:
    """After the action, on a line of its own unless the rule stands in braces."""
    key, value = then
    end = value.node.end_mark.index
    in_braces = isinstance(rule, yaml.MappingNode) and rule.flow_style
    return end, end, f", {new}" if in_braces else f"\n{' ' * key.start_mark.column}{new}"
