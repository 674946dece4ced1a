"""A page of few kinds of parts, so that Markdown and HTML say the same."""

import html as escaping
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolta.core.text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within the page."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under their headings; the columns in `right` hold figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


Part = Heading | Paragraph | Points | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A title, and what stands below it."""

    title: str
    parts: tuple[Part, ...]


def markdown(paper: Paper) -> str:
    """The paper as Markdown."""
    return "\n".join([f"# {_md(paper.title)}", "", *(line for part in paper.parts for line in _as_markdown(part))])


def html(paper: Paper) -> str:
    """The paper as one page that needs nothing else."""
    body = "".join(_as_html(part) for part in paper.parts)
    title = _esc(paper.title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width='
        f'device-width, initial-scale=1"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1>\n{body}</body></html>\n"
    )


def fragment(paper: Paper) -> str:
    """The paper as a piece of a page, without its title."""
    return "".join(_as_html(part) for part in paper.parts)


def _as_markdown(part: Part) -> Iterator[str]:
    match part:
        case Heading(text=text):
            yield from (f"## {_md(text)}", "")
        case Paragraph(text=text):
            yield from (_md(text), "")
        case Points(items=items):
            yield from (f"- {_md(item)}" for item in items)
            yield ""
        case Table(head=head, rows=rows, right=right):
            yield f"| {' | '.join(map(_md, head))} |"
            yield f"|{'|'.join('--:' if place in right else '---' for place in range(len(head)))}|"
            yield from (f"| {' | '.join(map(_md, row))} |" for row in rows)
            yield ""


def _as_html(part: Part) -> str:
    match part:
        case Heading(text=text):
            return f"<h2>{_esc(text)}</h2>\n"
        case Paragraph(text=text):
            return f"<p>{_esc(text)}</p>\n"
        case Points(items=items):
            return f"<ul>{''.join(f'<li>{_esc(item)}</li>' for item in items)}</ul>\n"
        case Table(head=head, rows=rows, right=right):
            first = "".join(_head(one, _side(place, right)) for place, one in enumerate(head))
            said = f"<thead><tr>{first}</tr></thead>\n" if any(head) else ""
            lines = "".join(_row(row, right) for row in rows)
            return f'<div class="over" tabindex="0"><table>{said}<tbody>{lines}</tbody></table></div>\n'


def _head(text: str, side: str) -> str:
    """A heading of a column; one without words is an empty cell, which nobody is read out as a heading."""
    return f'<th scope="col"{side}>{_esc(text)}</th>' if text else f"<td{side}></td>"


def _row(row: Sequence[str], right: Sequence[int]) -> str:
    cells = "".join(f"<td{_side(place, right)}>{_esc(one)}</td>" for place, one in enumerate(row))
    return f"<tr>{cells}</tr>\n"


def _side(place: int, right: Sequence[int]) -> str:
    return ' class="figure"' if place in right else ""


def _esc(text: str) -> str:
    return escaping.escape(shown(text))


def _md(text: str) -> str:
    """Words that Markdown leaves as they are, on one line."""
    plain = " ".join(shown(text).split())
    for sign in "\\`*_[]<>|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain


_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.over{overflow-x:auto}"
    "table{border-collapse:collapse;font-size:.9rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}"
    ".figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td:first-child{white-space:nowrap}"
)
