"""queries.yaml: the queries that a brand keeps, and the sub-queries that they share."""

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from ascolta.core.brand import StoredQuery
from ascolta.core.lex import lex
from ascolta.core.query import Query, leaves
from ascolta.core.terms import hint, known_later
from ascolta.errors import FileError, QueryError
from ascolta.files.reading import Value, read
from ascolta.files.said import Said

MOST_TERMS = 1_000_000
"""All queries of a file together, sub-queries written out, have no more terms than this."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LISTED = 10
Uses = dict[str, list[tuple[str, int]]]
"""For each sub-query the names that it uses, and in which column."""


@dataclass(slots=True, kw_only=True)
class Queries:
    """What queries.yaml says: queries, sub-queries, and the text of each.

    `unused` are the sub-queries that no query needs.
    """

    path: str
    stored: list[StoredQuery] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    names: dict[str, Query] = field(default_factory=dict)
    terms: dict[str, Said] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    size: int = 0

    def read(self, said: Said) -> Query:
        """One query, its sub-queries written out; all that a file says has a limit. Raises FileError."""
        found = said.query(self.names)
        self.size += len(leaves(found))
        if self.size > MOST_TERMS:
            message = f"with sub-queries written out, this file has more than {MOST_TERMS:,} terms; split it"
            raise FileError(self.path, said.line, message)
        return found


def load_queries(path: Path) -> tuple[StoredQuery, ...]:
    """The stored queries in a file. Raises FileError."""
    return tuple(read_queries(path).stored)


def read_queries(path: Path) -> Queries:
    """The queries in a file, and where each stands. Raises FileError."""
    top = read(path, "the queries").mapping(("queries",), ("terms",))
    made = Queries(path=str(path))
    uses = _terms(made, top["terms"]) if "terms" in top else {}
    for item in top["queries"].items():
        stored = _stored(made, item)
        made.stored.append(stored)
        uses[f"query {stored.name}"] = _used(made.said[stored.name], made.terms)
    if not made.stored:
        raise FileError(path, 1, "there are no queries; without one nothing is found")
    made.unused = _unused(made, uses)
    return made


def _stored(made: Queries, item: Value) -> StoredQuery:
    keys = item.mapping(("name", "find"), ("why",))
    name = keys["name"].text()
    first = next((query for query in made.stored if query.name == name), None) if name in made.said else None
    if first is not None:
        item.fail(f"query '{name}' stands twice (first at line {first.line}); give one another name")
    made.said[name] = said = keys["find"].said_or_file()
    find = made.read(said)
    late = known_later(find)
    if late:
        keys["find"].fail(f"'find', {late[0]}: is known only after a post was found; ask about it in etiquette.yaml")
    return StoredQuery(name=name, find=find, why=keys["why"].text() if "why" in keys else "", line=item.line)


def _terms(made: Queries, section: Value) -> Uses:
    """Read the sub-queries, each after those that it uses."""
    for key, value in section.pairs():
        name = str(key.value)
        if not _NAME.fullmatch(name):
            line = key.start_mark.line + 1
            value.fail(f"'{name}' is no name; write small letters, digits and _, such as our_name", line)
        made.terms[name] = value.said_or_file()
    uses = {name: _used(said, made.terms) for name, said in made.terms.items()}
    for name in _in_order(made, uses):
        made.names[name] = made.read(made.terms[name])
    return uses


def _used(said: Said, terms: dict[str, Said]) -> list[tuple[str, int]]:
    """The sub-queries that a query names. Raises FileError for one that is not there."""
    if "@@" not in said.text:
        return []
    try:
        written = [token for token in lex(said.text) if token.text.startswith("@@")]
    except QueryError as error:
        raise said.wrong(error) from None
    for token in written:
        if token.text[2:] not in terms:
            name, known = token.text[2:], sorted(terms)
            listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
            help_ = hint(name, tuple(known)) or f"; known are {listed}" if known else "; 'terms:' defines none"
            raise said.wrong(
                QueryError(f"there is no sub-query '@@{name}'{help_}", query=said.text, column=token.column)
            )
    return [(token.text[2:], token.column) for token in written]


def _in_order(made: Queries, uses: Uses) -> list[str]:
    """All names, each after those that it uses. Raises FileError if some use each other."""
    try:
        return list(
            TopologicalSorter({name: [used for used, _ in found] for name, found in uses.items()}).static_order()
        )
    except CycleError as error:
        ring: list[str] = list(reversed(error.args[1]))[:-1]
    first = min(range(len(ring)), key=lambda place: list(uses).index(ring[place]))
    ring = [*ring[first:], *ring[:first]]
    column = next(column for used, column in uses[ring[0]] if used == ring[1 % len(ring)])
    way = " → ".join(f"@@{name}" for name in (*ring, ring[0]))
    said = made.terms[ring[0]]
    raise said.wrong(QueryError(f"sub-queries go round in a circle: {way}", query=said.text, column=column))


def _unused(made: Queries, uses: Uses) -> tuple[str, ...]:
    """The sub-queries that no query needs, neither itself nor through another sub-query."""
    needed: set[str] = set()
    ahead = [used for name, found in uses.items() if name not in made.terms for used, _ in found]
    while ahead:
        name = ahead.pop()
        if name not in needed:
            needed.add(name)
            ahead += [used for used, _ in uses[name]]
    return tuple(name for name in made.terms if name not in needed)
