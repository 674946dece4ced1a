"""facts.yaml: what a brand may state in public, in which languages, until when, and who approved it."""

import re
from pathlib import Path

from ascolta.core.days import number
from ascolta.core.drafting.address import web_address
from ascolta.core.drafting.fact import LINK, Fact, Facts, Use
from ascolta.core.text import term
from ascolta.files.reading import Value, read, write_new

FILE = "facts.yaml"
USES = tuple(str(use) for use in Use)
MAY = ("use", "topics", "words", "link", "from", "until")
LONGEST, NAME = 300, 80
"""Characters of a statement; of what a topic is called, and of who approves."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LINK = re.compile(r"https://([a-z0-9.-]+)(?:/[A-Za-z0-9._~/?=&%+-]*)?")
_GLUED = re.compile(r"\w\{link\}|\{link\}[.:]?[\w@/-]")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff{}]")

NEW = """\
# What we may state in public. `ascolta draft` says nothing that does not stand here or in a template, and `ascolta
# check` tells what is about to expire. Write each fact in every language in which you answer.
#
# use     answer (to a question), repair (what we offer when something went wrong), channel (where to write privately)
# topics  what it is about, as brand.yaml calls it; words: or what a post must say, a star leaving the last word open
# link    where {link} leads in a sentence; only to the hosts below
# from    the first day on which it holds; until: the last one
hosts: [example.com]
# How a topic is called in the middle of a sentence: "about …", "sobre …", "concernant …", "rund um …", "over …".
topics:
  refunds: {en: your refund, es: tu reembolso}
facts:
  - id: direct-message
    use: channel
    say:
      en: "Write to us privately: {link}."
      es: "Escríbenos por privado: {link}."
    link: https://example.com/write
    approved_by: customer care
  - id: refund-time
    topics: [refunds]
    say:
      en: "A refund is back on your card within ten days."
      es: "Un reembolso llega a tu tarjeta en diez días."
    until: 2030-12-31
    approved_by: accounts
"""
"""A file to begin with."""


def load_facts(path: Path) -> Facts:
    """The facts in a file. Raises FileError."""
    keys = read(path, "the facts").mapping(("facts",), ("hosts", "topics"))
    hosts = _hosts(keys["hosts"]) if "hosts" in keys else ()
    found: dict[str, Fact] = {}
    for item in keys["facts"].items():
        fact = _fact(item, hosts)
        if fact.id in found:
            item.fail(f"the fact '{fact.id}' stands twice (first at line {found[fact.id].line}); give one another id")
        found[fact.id] = fact
    topics = _topics(keys["topics"]) if "topics" in keys else ()
    return Facts(facts=tuple(found.values()), hosts=hosts, topics=topics)


def new_facts(folder: Path) -> Path:
    """Write a file to begin with. Raises FileError rather than overwrite."""
    return write_new(folder / FILE, NEW)


def _fact(item: Value, hosts: tuple[str, ...]) -> Fact:
    keys = item.mapping(("id", "say", "approved_by"), MAY)
    identity = keys["id"].text()
    if not _ID.fullmatch(identity):
        keys["id"].fail("'id' is a short name of small letters, digits and hyphens, such as refund-time")
    link = _link(keys["link"], hosts) if "link" in keys else ""
    since, until = (_day(keys[name]) if name in keys else None for name in ("from", "until"))
    if since is not None and until is not None and until < since:
        keys["until"].fail("'until' lies before 'from', so this would never hold; mend one of them")
    return Fact(
        id=identity,
        say=tuple(
            (language, _statement(value, hosts, linked=bool(link))) for language, value in by_language(keys["say"])
        ),
        approved_by=short(keys["approved_by"]),
        use=Use(keys["use"].one_of(USES)) if "use" in keys else Use.ANSWER,
        topics=keys["topics"].texts() if "topics" in keys else (),
        words=_words(keys["words"]) if "words" in keys else (),
        link=link,
        since=since,
        until=until,
        line=item.line,
    )


def by_language(value: Value) -> list[tuple[str, Value]]:
    """The values of a mapping by language. Raises FileError."""
    found = []
    for key, inner in value.pairs():
        if not _LANGUAGE.fullmatch(str(key.value)):
            value.fail(f"'{key.value}' is no language; write its code, such as en, es or fr", key.start_mark.line + 1)
        found.append((str(key.value), inner))
    if not found:
        value.fail(f"{value.what} is empty; write it in one language at least, such as en: …")
    return found


def short(value: Value, longest: int = NAME) -> str:
    """A line of text without anything that is not seen. Raises FileError."""
    said = value.one_line(longest)
    odd = _ODD.search(said.replace(LINK, ""))
    if odd is not None:
        what = f"'{odd[0]}'" if odd[0] in "{}" else f"an invisible character (U+{ord(odd[0]):04X})"
        value.fail(f"{value.what} holds {what}; take it out")
    return said


def _statement(value: Value, hosts: tuple[str, ...], *, linked: bool) -> str:
    said = short(value, LONGEST)
    if _GLUED.search(said):
        value.fail(f"{value.what} has letters close to {LINK}, which would lead elsewhere; put a space between them")
    address = web_address(said.replace(LINK, " "), hosts)
    if address:
        value.fail(
            f"{value.what} holds a web address ('{address}'); give it as 'link' and write {LINK} in its place, or put "
            "a space behind the full stop if it is none"
        )
    if (LINK in said) is not linked or said.count(LINK) > 1:
        value.fail(
            f"{value.what} must say once where the link stands, as {LINK}"
            if linked
            else f"{value.what} speaks of {LINK}, but the fact has no 'link'; add it"
        )
    if said[-1] not in ".!?":
        value.fail(f"{value.what} must be a whole sentence, with a full stop at its end")
    return said


def _link(value: Value, hosts: tuple[str, ...]) -> str:
    said = value.text()
    found = _LINK.fullmatch(said)
    if found is None:
        value.fail("'link' must be a plain web address that begins with https://, such as https://example.com/refunds")
    if said.endswith("."):
        value.fail("'link' ends in a full stop, which networks do not take for a part of it; leave it out")
    if found[1] not in hosts:
        value.fail(f"'link' leads to {found[1]}, which is not among 'hosts'; add it there if it is yours")
    return said


def _hosts(value: Value) -> tuple[str, ...]:
    hosts = value.texts()
    for host in hosts:
        if not _HOST.fullmatch(host):
            value.fail(f"'{host}' is no host name; write it in small letters and alone, such as help.example.com")
    return tuple(dict.fromkeys(hosts))


def _topics(value: Value) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple(
        (str(key.value), tuple((language, _called(name)) for language, name in by_language(inner)))
        for key, inner in value.pairs()
    )


def _called(value: Value) -> str:
    said = short(value)
    if web_address(said) or "@" in said or LINK in said:
        value.fail(f"{value.what} is what a topic is called in a sentence, such as your refund")
    return said


def _words(value: Value) -> tuple[str, ...]:
    words = value.texts()
    for said in words:
        if not term(said.rstrip("*")):
            value.fail(f"'{said}' holds no word; write a word or a phrase, such as refund* or money back")
    return words


def _day(value: Value) -> int:
    said = value.text()
    try:
        return number("date", said)
    except ValueError:
        value.fail(f"{value.what} must be a day, such as 2027-06-30")
