"""The plain post format that every command reads and writes, and its way into events.

    {"id", "text", "brand"?, "published"?, "author"?, "in_reply_to"?, "network"?, "lang"?, "tags"?}

Beside these: `url`, `visibility`, `addressed` (true: it stands on the brand's own wall or blog, or answers it),
`repost`, and `event` (published by default; edited, removed, actor). `author` is a handle, or an object with the fields
of core.post.Actor, by which an account may refuse to be heard; `policy` and `page` are objects with the fields of
core.post.Policy and Page. One of these three that cannot be read counts as a no, and the line is read all the same.
Other keys are passed over. What cannot be read exactly is mended where nothing is lost by it (broken UTF-8, lone
surrogates).
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast, overload

import msgspec

from ascolta.core.post import Actor, Event, EventKind, Page, Policy, Post
from ascolta.sources.once import key_of, keys_of
from ascolta.sources.stated import spared
from ascolta.sources.times import known_times

MAX_TAGS = 1_000
FLAGS = ("addressed", "repost")
LISTS = ("tags", "handles")
DEFAULTED = (*FLAGS, "event")
"""Keys that mean something where they are left out."""

POSTED = ("published", "edited")
"""Events that carry a post."""

_NOBODY: Any = msgspec.Raw(b"null")


class Line(msgspec.Struct, kw_only=True, gc=False):
    """One line as it is written."""

    id: str | int | None = None
    text: str | None = None
    brand: str | None = None
    published: str | int | float | None = None
    author: str | Actor | None = None
    in_reply_to: str | int | None = None
    network: str | None = None
    lang: str | None = None
    tags: list[str] | None = None
    url: str | None = None
    visibility: str | None = None
    addressed: bool = False
    repost: bool = False
    handles: list[str] | None = None
    policy: Policy | None = None
    page: Page | None = None
    event: str = "published"


class Passing(Line):
    """A line of many, of which most concern nobody: who wrote it is not read unless it is asked for."""

    author: msgspec.Raw = _NOBODY  # type: ignore[assignment]


_DECODER, _PASSING = msgspec.json.Decoder(Line), msgspec.json.Decoder(Passing)
KEYS = Line.__struct_fields__


def decode(line: bytes, columns: Mapping[str, str] | None = None) -> Line:
    """One JSON line. `columns` says which key of the line stands for which of the format.

    Raises ValueError with a sentence that holds nothing of the line's content.
    """
    if not columns:
        try:
            return _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    return convert(_loaded(line), columns)


def decode_all(lines: bytes) -> list[Line] | None:
    """Many whole lines at once; None if they must be read one by one."""
    try:
        found: list[Any] = _PASSING.decode_lines(lines)
        return found
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def convert(row: Mapping[str, Any], columns: Mapping[str, str] | None = None) -> Line:
    """One row of a table or a decoded object; what is empty was not said. Raises ValueError as `decode` does."""
    named = columns or {}
    said = {key: value for key in KEYS if (value := row.get(named.get(key, key))) is not None}
    kept = {key: _sound(value) for key, value in said.items() if value != "" or key not in DEFAULTED}
    try:
        return msgspec.convert(spared(kept), Line, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(_wrong(str(error), named)) from error


def _wrong(error: str, columns: Mapping[str, str]) -> str:
    """Which key could not be read, by the name that it has in the file, and what it should be."""
    key = "".join(re.findall(r"`\$\.(\w+)", error)[:1])
    should = {**dict.fromkeys(FLAGS, "true or false"), **dict.fromkeys(LISTS, "a list of texts")}.get(key, "text")
    return f"'{columns.get(key, key)}' is not {should}; see the plain post format in the docs"


class Checked(NamedTuple):
    """What is known of lines: the key of each one's post ("" if none), its time of writing, why it cannot be an event.

    `event` will read all that are not `wrong`. No sentence holds anything of a line's content. `texts` and `networks`
    are those of each line, `odd` the rows that are more than the words of a post just published. `plain`: each line is
    a post just published.
    """

    keys: Sequence[str]
    times: Sequence[float | None]
    wrong: Mapping[int, str]
    texts: Sequence[str]
    networks: Sequence[str]
    odd: Sequence[int]
    plain: bool = False


NOTHING = Checked(("",), (None,), {}, ("",), ("",), ())
"""What is known of one line that says nothing."""


def checked(lines: Sequence[Line]) -> Checked:
    """Lines looked over: all at once where each is a post just published, as most are."""
    numbers, texts = [line.id for line in lines], [line.text for line in lines]
    odd = _odd(lines)
    more = any(lines[row].event != "published" for row in odd)
    if more or set(map(type, numbers)) != {str} or "" in numbers or None in texts:
        return _singly(lines, odd)
    try:
        times = known_times([line.published for line in lines])
    except ValueError:
        return _singly(lines, odd)
    networks = _networks(lines)
    keys = keys_of(networks, cast(list[str], numbers))
    return Checked(keys, times, {}, cast(list[str], texts), networks, odd, plain=True)


def _odd(lines: Sequence[Line]) -> list[int]:
    """The rows that are more than the words of a post just published."""
    return [row for row, line in enumerate(lines) if line.event != "published" or line.brand or line.handles]


def _networks(lines: Sequence[Line]) -> list[str]:
    return [line.network or "file" for line in lines]


def _singly(lines: Sequence[Line], odd: Sequence[int]) -> Checked:
    keys, times, wrong = list[str](), list[float | None](), dict[int, str]()
    for row, line in enumerate(lines):
        key, time = "", None
        try:
            key, time = _looked_over(line)
        except ValueError as error:
            wrong[row] = str(error)
        keys.append(key)
        times.append(time)
    return Checked(keys, times, wrong, [line.text or "" for line in lines], _networks(lines), odd)


def _looked_over(line: Line) -> tuple[str, float | None]:
    """The key of a line's post and its time of writing. Raises ValueError as `event` does."""
    if line.event in POSTED and line.id not in (None, "") and line.text is not None:
        return key_of(line.network or "file", str(line.id)), _time(line.published)
    happened = event(line)
    return "" if happened.kind is EventKind.ACTOR else key_of(happened.network, str(line.id)), None


def event(line: Line, *, superseded: bool = False) -> Event:
    """What happened, as the line says. Raises ValueError with a sentence that holds nothing of the line's content."""
    try:
        kind = EventKind(line.event)
    except ValueError:
        raise ValueError(f"'event' must be one of {', '.join(EventKind)}") from None
    network = line.network or "file"
    if kind is EventKind.ACTOR:
        if line.author in (None, _NOBODY):
            raise ValueError("an actor event needs 'author'")
        return Event(kind=kind, network=network, actor=_actor(line.author))
    if line.id is None or line.id == "":
        raise ValueError("there is no 'id'; name the column that holds it with --map id=COLUMN")
    if kind is EventKind.REMOVED:
        return Event(kind=kind, network=network, post_id=str(line.id))
    return Event(kind=kind, network=network, post=post(line), superseded=superseded)


def line(happened: Event) -> Line:
    """What happened, as a line says it: `event` of it is the same, unless the event was superseded."""
    said, kind = happened.post, str(happened.kind)
    if said is None:
        return Line(event=kind, network=happened.network, id=happened.post_id or None, author=happened.actor)
    return Line(
        event=kind,
        id=said.id,
        text=said.content,
        brand=said.brand,
        published=said.published,
        author=said.attributed_to,
        in_reply_to=said.in_reply_to,
        network=said.network,
        lang=said.language,
        tags=list(said.tags),
        url=said.url,
        visibility=said.visibility,
        addressed=said.addressed,
        repost=said.repost,
        handles=list(said.handles),
        policy=said.policy,
        page=said.page,
    )


def encoded(happened: Event) -> bytes:
    """What happened, as a JSON line without its end."""
    return msgspec.json.encode(line(happened))


class Lines(Sequence[Event]):
    """Lines as events, each made when it is asked for; `superseded` names the rows that are."""

    def __init__(self, lines: list[Line], superseded: frozenset[int]) -> None:
        self.lines, self.superseded = lines, superseded
        self._made: dict[int, Event] = {}

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, row: int) -> Event: ...
    @overload
    def __getitem__(self, row: slice) -> list[Event]: ...
    def __getitem__(self, row: int | slice) -> Event | list[Event]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = event(self.lines[row], superseded=row in self.superseded)
        return made


def post(line: Line) -> Post:
    """The post of a line. Raises ValueError with a sentence that holds nothing of the line's content."""
    if line.id is None or line.id == "":
        raise ValueError("there is no 'id'; name the column that holds it with --map id=COLUMN")
    if line.text is None:
        raise ValueError("there is no 'text'; name the column that holds it with --map text=COLUMN")
    return Post(
        id=str(line.id),
        content=line.text,
        network=line.network or "file",
        brand=line.brand or None,
        published=_time(line.published),
        attributed_to=_actor(line.author),
        in_reply_to=None if line.in_reply_to in (None, "") else str(line.in_reply_to),
        language=line.lang or None,
        url=line.url,
        visibility=line.visibility or "public",
        addressed=line.addressed,
        repost=line.repost,
        tags=tuple(line.tags or ())[:MAX_TAGS],
        handles=tuple(line.handles or ())[:MAX_TAGS],
        policy=line.policy,
        page=line.page,
    )


def _actor(author: str | Actor | msgspec.Raw | None) -> Actor:
    if isinstance(author, msgspec.Raw):
        author = _read(author)
    if isinstance(author, Actor):
        return author
    return Actor(handle=author) if author else Actor()


def _read(author: msgspec.Raw) -> str | Actor | None:
    """Who wrote a line, as `decode` reads it; whoever cannot be read refuses."""
    try:
        return decode(b'{"author":' + bytes(author) + b"}").author
    except ValueError:
        return Actor(unreadable=True)


def _time(published: str | float | None) -> float | None:
    [time] = known_times([published])
    return time


def _loaded(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("it is nested too deeply to be a post") from None
    except ValueError as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise ValueError(f"it is not JSON ({said}); each line must be one object") from None
    if not isinstance(found, dict):
        raise ValueError('it is not an object; each line must be one, such as {"id": "1", "text": "…"}')
    return found


def _sound(value: Any) -> Any:
    """`value` without lone surrogates, which no text may hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(item) for key, item in value.items()}
    return value
