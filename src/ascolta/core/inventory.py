"""What is stored and why: every field says what it holds, its purpose, its term, and whom it may concern.

A store's real files are compared with that, so that nothing is kept that nobody declared (GDPR Art. 30 asks for such a
record; here it comes from the code, and a test holds the code to it).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ascolta.core.brand import Retention


class Term(Enum):
    """How long something is kept and what ends it. Braces stand for the brand's own settings."""

    CASE = (
        "{open} after the case was opened, {resolved} after the last thing a person did on it; {sealed} while it is "
        "sealed; at once if the post is removed or its author opts out"
    )
    STANDING = (
        "an answer: 30 days; a refusal: until the profile allows it again; a stop: until the person takes it back"
    )
    CODE = "until the code is used, a day at the most"
    ADVOCATE = (
        "until the person withdraws, or what they agreed to ends: a year at the most, 30 days if they never answered; "
        "that they were asked: until they have it erased"
    )
    INCIDENT = "as long as the incident goes on, and a year after it was stood down"
    CELL = "until the cell ends: then its figure is published with noise and the exact count is deleted"
    WEEK = (
        "until the week ends, eight days at the most: then what many said is published with noise, and all the rest is "
        "destroyed with its key; later only where the program does not run"
    )
    PUBLISHED = "for good, as what was published: drawn once and never again"
    JOURNAL = "for good: it is only added to, and nobody can rewrite it unseen"
    ACCOUNT = "as long as the person works at the desk, and a year after they were suspended"
    LINK = "until it was used, three days at the most"
    TOKEN = "until it ends, a year at the most, or is revoked; at once if its person is suspended or gets another role"  # noqa: S105 - a term
    REPEAT = "a day after it was asked"
    SESSION = "until the person logs out or it was not used for a while, 30 days at the most"
    NEWS = "a week after it was told or given up; a silence: a week after its end"
    SURVEY = "two years after the month in which it was filled in"
    DRAFT = "until it is published or thrown away, or nobody wrote on it for 90 days"
    REPLACED = "until the next value takes its place"
    STORE = "as long as the store itself"

    def said(self, kept: Retention | None = None) -> str:
        """In plain words, with the hours and days of a brand (the defaults, if none is given)."""
        kept = kept or Retention()
        return self.value.format(
            open=_span(kept.open_hours), resolved=_span(kept.resolved_hours), sealed=_span(kept.sealed_hours)
        )


class Kind(Enum):
    """Whose data it is, and how it is kept from being read."""

    PLAIN = ("nobody's", "in the clear")
    ABOUT = ("of a case or a person, without a name", "in the clear; says of nobody once key or tag are gone")
    STAFF = (
        "of the brand's own people: a name, or what they wrote",
        "in the clear; told to those who work at the desk",
    )
    PROOF = (
        "of the brand's own people: by what they are known again",
        "a password by argon2id, a random token by SHA-256: neither can be had again from it",
    )
    TAG = ("of a person, without a name", "as a keyed tag: HMAC-SHA256 cut to 128 bit, under the installation's key")
    SEALED = ("of a person", "encrypted under the key of that one case or person: AES-256-GCM")
    KEY = ("nobody's", "random; only the file's owner may read it, and it is destroyed down to its bytes")
    PUBLIC = ("nobody's", "in the clear, for everybody; noise is in it already")
    ADDED = ("nobody's", "in the clear, in a closed form that takes no free text, in a signed tree of hashes")

    @property
    def whose(self) -> str:
        """Whose data it is."""
        return self.value[0]

    @property
    def guard(self) -> str:
        """How it is protected."""
        return self.value[1]

    @property
    def is_personal(self) -> bool:
        """Whether it is, or may be, personal data."""
        return self.whose != "nobody's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One field as its author declares it. `parts` are the fields within it, where it is more than one value."""

    holds: str
    purpose: str
    term: Term
    kind: Kind = Kind.PLAIN
    parts: tuple[str, ...] = ()


Fields = Mapping[str, Stored]
Tables = Mapping[str, Fields]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a store: what it is for, and its tables if it is a database.

    `beside` are the endings of what a database adds; without what `is_needed` there is no store.
    """

    purpose: str
    tables: Tables = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """What stands in a database: the columns of each table, and each index by table and name with its columns.

    A column of an index is None where the index is over an expression. `views` may show anything.
    """

    columns: Mapping[str, tuple[str, ...]]
    indexes: Mapping[tuple[str, str], tuple[str | None, ...]] = field(default_factory=dict)
    views: tuple[str, ...] = ()


def stored(
    holds: str, purpose: str, *, term: Term, kind: Kind = Kind.PLAIN, parts: tuple[str, ...] = ()
) -> dict[str, Stored]:
    """What a column is declared with: `Column("brand", String, info=stored(…))`."""
    return {"stored": Stored(holds=holds, purpose=purpose, term=term, kind=kind, parts=parts)}


def declared(term: Term, kind: Kind = Kind.PLAIN, /, **fields: tuple[str, str]) -> dict[str, Stored]:
    """Fields of one term and kind, each by what it holds and its purpose."""
    return {name: Stored(holds=holds, purpose=why, term=term, kind=kind) for name, (holds, why) in fields.items()}


def differences(place: str, declared: Tables, real: Real) -> Iterator[str]:
    """Where a database and its declaration part, one sentence each; `place` stands before it."""
    for table, columns in sorted(real.columns.items()):
        if table not in declared:
            yield f"{place}: the table {table} is not declared"
            continue
        yield from (f"{place}: {table}.{column} is not declared" for column in columns if column not in declared[table])
    for table, fields in declared.items():
        there = real.columns.get(table)
        if there is None:
            yield f"{place}: the table {table} is declared and not there"
        else:
            yield from (f"{place}: {table}.{name} is declared and not there" for name in fields if name not in there)
    for (table, index), over in sorted(real.indexes.items()):
        if None in over:
            yield f"{place}: the index {index} of {table} holds an expression, which nobody declared"
        elif odd := [column for column in over if table in declared and column not in declared[table]]:
            yield f"{place}: the index {index} holds {table}.{odd[0]}, which is not declared"
    yield from (f"{place}: the view {view} is not declared" for view in real.views)


def strangers(names: Collection[str], files: Mapping[str, File]) -> Iterator[str]:
    """Where the names in a folder and the declared files part, one sentence each."""
    known = {name + end for name, file in files.items() for end in ("", *file.beside)}
    yield from (f"{name}: this file is not declared" for name in names if name not in known)
    yield from (
        f"{name}: this file is declared and not there" for name in files if files[name].is_needed and name not in names
    )


def _span(hours: float) -> str:
    """Hours as people say them: `30 days`, `72 hours`."""
    days, rest = divmod(hours, 24)
    if rest == 0 and days > 3:
        return f"{days:.0f} days"
    return f"{hours:g} hours" if hours != 1 else "1 hour"
