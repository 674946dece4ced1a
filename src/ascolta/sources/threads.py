"""A public history of posts and answers, read for `ascolta audit`: JSON lines, plain or compressed.

    {"id", "text", "author" or "by", "in_reply_to"?, "published"?, "brand_account"?, "brand"?}

A line may say `addressed` and `complaint` itself (true or false). Or a whole talk stands in one line, in the order in
which it was said:

    {"id", "turns": [{"by", "text", "published"?}]}

`by` is `brand` (or us, we, agent, support, company, care), `customer`, or an account. Other keys are passed over.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec

from ascolta.core.text import fold
from ascolta.core.threads import Said
from ascolta.sources.records import Record, opened, records
from ascolta.sources.times import known_times

BRAND = frozenset(("brand", "us", "we", "agent", "support", "company", "care"))
"""Words in `by` that stand for the brand."""

CUSTOMER = "customer"
MOST_TURNS = 10_000
_decoder = msgspec.json.Decoder()
_YES_NO: Mapping[Any, bool] = {"yes": True, "no": False, "true": True, "false": False}


class Histories:
    """The posts of some files. `accounts` are the brand's own; `tell` hears of each line that was set aside.

    `wanted` maps keys to the columns that stand for them.
    """

    def __init__(
        self,
        paths: Collection[str],
        accounts: Collection[str],
        tell: Callable[[str], None],
        wanted: Mapping[str, str] | None = None,
    ) -> None:
        self.paths, self.tell, self.wanted = paths, tell, dict(wanted or {})
        self.accounts = frozenset(fold(name).lstrip("@") for name in accounts)
        self.set_aside = 0

    def __iter__(self) -> Iterator[Said]:
        """Every post, in the order of the files. Raises SourceError."""
        for path in self.paths:
            read, close = opened(path)
            try:
                for record in records(read, path):
                    yield from self._posts(path, record)
            finally:
                close()

    def _posts(self, path: str, record: Record) -> Iterator[Said]:
        if record.data is not None and not record.data.strip(b" \t\r\xef\xbb\xbf"):
            return
        try:
            yield from self._read(_object(record))
        except ValueError as error:
            self.set_aside += 1
            self.tell(f"{path}:{record.line}: {error}")

    def _read(self, found: dict[str, Any]) -> list[Said]:
        row = {**found, **{key: found.get(column) for key, column in self.wanted.items()}}
        number = _id(row.get("id"), "id")
        if number is None:
            raise ValueError("there is no 'id'; name the column that holds it with --map id=COLUMN")
        if "turns" not in row:
            return [self._said(row, number, _id(row.get("in_reply_to"), "in_reply_to"))]
        turns = row["turns"]
        if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
            raise ValueError('\'turns\' is no list of {"by", "text"}; write each turn so')
        if len(turns) > MOST_TURNS:
            raise ValueError(f"there are more than {MOST_TURNS:,} turns; give each post a line of its own")
        names = [f"{number}/{turn}" for turn in range(len(turns))]
        shared = {key: row[key] for key in ("brand",) if key in row}
        parents = [None, *names]
        return [
            self._said({**shared, **turn}, name, parent)
            for turn, name, parent in zip(turns, names, parents, strict=False)
        ]

    def _said(self, row: Mapping[str, Any], number: str, parent: str | None) -> Said:
        text = row.get("text")
        if not isinstance(text, str):
            raise ValueError("there is no 'text'; name the column that holds it with --map text=COLUMN")
        author, brand = _author(row), _text(row.get("brand"), "brand")
        ours = _flag(row, "brand_account")
        if ours is None:
            name = fold(author).lstrip("@")
            ours = name in self.accounts or (row.get("by") is not None and name in BRAND)
        return Said(
            id=number,
            author="" if not ours and author == CUSTOMER else author,
            text=_sound(text),
            ours=ours,
            at=_time(row.get("published")),
            parent=parent,
            brand=brand,
            addressed=_flag(row, "addressed"),
            complaint=_flag(row, "complaint"),
        )


def _object(record: Record) -> dict[str, Any]:
    if record.data is None:
        raise ValueError("this line is too long to be a post")
    line = record.data.removeprefix(b"\xef\xbb\xbf")
    try:
        found = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = _mended(line)
    if not isinstance(found, dict):
        raise ValueError(
            'it is not an object; each line must be one, such as {"id": "1", "by": "customer", "text": "…"}'
        )
    return found


def _mended(line: bytes) -> Any:
    """An object whose text is not sound UTF-8. Raises ValueError."""
    try:
        return json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON; each line must be one object") from None


def _sound(text: str) -> str:
    """A text without lone surrogates, which none may hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _author(row: Mapping[str, Any]) -> str:
    value = row.get("by") if row.get("by") is not None else row.get("author")
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("handle")
    return _text(value, "author")


def _id(value: Any, key: str) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"'{key}' is neither a text nor a number")
    return _sound(str(value))


def _text(value: Any, key: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"'{key}' is no text; put it between quotation marks")
    return _sound(str(value))


def _flag(row: Mapping[str, Any], key: str) -> bool | None:
    value = row.get(key)
    if value is None or isinstance(value, bool):
        return value
    found = _YES_NO.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"'{key}' is neither true nor false; write one of these or leave it out")
    return found


def _time(value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise ValueError("'published' is no time; write one such as 2026-11-26T08:00:00Z or seconds since 1970")
    [at] = known_times([value])
    return at
