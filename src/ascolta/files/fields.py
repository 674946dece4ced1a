"""Fields of a foreign query, such as site: or lang:, made fields of ours."""

import re
from collections.abc import Callable
from dataclasses import replace

from ascolta.core.days import DAY, number
from ascolta.core.query import Field, Query, Range, any_of, field
from ascolta.core.text import fold, host, is_host
from ascolta.files.borrowed import Effect, Part, changed, exactly, left_out, sign, spoken
from ascolta.files.dialects import FIELDS, NETWORKS, REASONS, Piece

_IS = {
    "reply": "reply", "comment": "reply", "twitter_reply": "reply",
    "retweet": "repost", "repost": "repost", "question": "question",
}  # fmt: skip
_PREFIX = re.compile(r"^(https?://)?(www\.)?", re.IGNORECASE)
_OF_PEOPLE = ("author_verified", "verified")


def borrow(piece: Piece, name: str, dialect: str) -> Part:
    """A term of a foreign query, in the field `name` or in none, as ours."""
    if piece.kind == "range":
        name, _, value = piece.value.partition(":")
        piece = replace(piece, value=value.strip())
    return _asked(piece, name.lower(), dialect) if name else spoken(piece, dialect)


def _asked(piece: Piece, name: str, dialect: str) -> Part:
    why = REASONS.get(name) or REASONS.get(name.partition(".")[0])
    if why is not None and name not in FIELDS:
        return left_out(piece, why)
    kind = FIELDS[name]
    if kind == "raw":
        return exactly(piece)
    if kind in ("words", "title"):
        found = spoken(piece, dialect) if piece.kind != "range" else left_out(piece, "There is no word in it")
        note = "A post has no title of its own; its whole text is looked at"
        asked = kind == "title" and found.query is not None
        return found.remarked(changed(piece, note, Effect.MORE)) if asked else found
    if piece.kind == "range" and kind not in ("hour", "date"):
        return left_out(piece, "A range of it cannot be asked for")
    return _READ[kind](piece, piece.value.strip())


def _author(piece: Piece, value: str) -> Part:
    account = fold(value).lstrip("@").replace(" ", ".")
    if not re.fullmatch(r"\w[\w.\-]*(@[\w.\-]+)?", account):
        return left_out(piece, "An author is an account here, such as author:@ann, without wildcards")
    made = Part(Field("author", "@" + account))
    note = "An author's name with a space is read as an account with a full stop"
    return made.remarked(changed(piece, note, Effect.EITHER)) if " " in value else made


def _site(piece: Piece, value: str) -> Part:
    site, slash, path = _PREFIX.sub("", value.strip()).partition("/")
    site = host(site)
    if not is_host(site):
        return left_out(piece, "A site is a whole host name here, such as site:example.com")
    made = Part(_at(site))
    if slash and path:
        return made.remarked(changed(piece, "Only the host name is looked at, not what follows it", Effect.MORE))
    return made


def _at(host: str) -> Query:
    """A site, or a network by its name or its site."""
    network = NETWORKS.get(host)
    hosts = [name for name, known in NETWORKS.items() if known == network] if network else [host]
    return any_of([*(field("site", name) for name in hosts), *([field("network", network)] if network else [])])


def _links(piece: Piece, value: str) -> Part:
    made = _site(piece, value)
    site = _PREFIX.sub("", value.strip()).partition("/")[0]
    return made if made.query is None else replace(made, query=field("links", site))


def _language(piece: Piece, value: str) -> Part:
    code = fold(value).partition("-")[0]
    if not re.fullmatch(r"[a-z]{2}", code):
        return left_out(piece, "A language is a code of two letters, such as en")
    return Part(field("lang", code))


def _mention(piece: Piece, value: str) -> Part:
    made = sign("@" + value.lstrip("@"))
    return Part(made) if made is not None else left_out(piece, "This is no name of an account")


def _hashtag(piece: Piece, value: str) -> Part:
    made = sign("#" + value.lstrip("#"))
    return Part(made) if made is not None else left_out(piece, "This is no hashtag")


def _tag(piece: Piece, value: str) -> Part:
    made = field("tag", value)
    return Part(made) if made.value else left_out(piece, "There is no tag in it")


def _is(piece: Piece, value: str) -> Part:
    asked = fold(value)
    if asked in _IS:
        return Part(field("is", _IS[asked]))
    if asked in _OF_PEOPLE:
        return left_out(piece, REASONS["gender"])
    if asked == "quote":
        return left_out(piece, "Posts do not say that they quote another")
    return left_out(piece, "Posts do not say this of themselves")


def _engaging(piece: Piece, value: str) -> Part:
    made = sign("@" + value.lstrip("@"))
    if made is None:
        return left_out(piece, "This is no name of an account")
    note = "An answer or a repost is told by the account being named in it (add is:reply or is:repost to narrow it)"
    return Part(made, (changed(piece, note, Effect.EITHER),))


def _subreddit(piece: Piece, _: str) -> Part:
    return Part(_at("reddit.com"), (changed(piece, "Only the site is known, not its parts", Effect.MORE),))


def _network(piece: Piece, value: str) -> Part:
    network = fold(value).removeprefix("socialmedia_")
    host = {"twitter": "x.com", "x": "x.com"}.get(network, f"{network}.com")
    if host not in NETWORKS:
        return left_out(piece, REASONS["pagetype"])
    return Part(_at(host))


def _hour(piece: Piece, value: str) -> Part:
    said = re.fullmatch(r"\[\s*(\d{1,4})\s+TO\s+(\d{1,4})\s*\]", value)
    if said is None or not int(said[1]) <= int(said[2]) < 1440:
        return left_out(piece, "Expected minutes of the day, such as [540 TO 599]")
    first, last = int(said[1]), int(said[2])
    made = Part(Range("hour", first // 60, last // 60))
    whole = first % 60 == 0 and last % 60 == 59
    return made if whole else made.remarked(changed(piece, "Only whole hours can be asked for", Effect.MORE))


def _date(piece: Piece, value: str) -> Part:
    said = re.fullmatch(r"([<>])(=?)\s*([\w.:-]+)|\[\s*(\S+)\s+TO\s+(\S+)\s*\]", value)
    first, last = (said[3] or said[4], said[5] or said[3]) if said else ("", "")
    low, high = _instant(first), _instant(last)
    if said is None or low is None or high is None or low > high:
        return left_out(piece, "Expected a time in milliseconds since 1970 or a date, such as published:>2026-10-15")
    until = high - 1 if said[1] == "<" and not said[2] else high
    bounds = (None if said[1] == "<" else int(low // DAY), None if said[1] == ">" else int(until // DAY))
    made = Part(Range("date", *bounds))
    whole = (bounds[0] is None or low % DAY == 0) and (bounds[1] is None or until % DAY >= DAY - 1)
    return made if whole else made.remarked(changed(piece, "Only whole days (UTC) can be asked for", Effect.MORE))


def _instant(said: str) -> float | None:
    """Seconds since 1970 of a date or of milliseconds; None for what is neither."""
    if re.fullmatch(r"\d{1,14}", said, re.ASCII):
        return int(said) / 1000
    try:
        return float(number("date", said[:10]) * DAY)
    except ValueError:
        return None


_READ: dict[str, Callable[[Piece, str], Part]] = {
    "author": _author,
    "site": _site,
    "links": _links,
    "lang": _language,
    "mention": _mention,
    "hashtag": _hashtag,
    "tag": _tag,
    "is": _is,
    "engaging": _engaging,
    "subreddit": _subreddit,
    "network": _network,
    "hour": _hour,
    "date": _date,
}
