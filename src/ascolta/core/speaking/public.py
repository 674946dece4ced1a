"""Personal data and special categories in a public reply, whoever said them first."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ascolta.core.redact import SPECIAL, TYPES, Span, found_in
from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import holds, normal
from ascolta.core.saying import mark
from ascolta.core.speaking.births import find_births
from ascolta.core.speaking.echoed import DATA, find_echoes
from ascolta.core.speaking.grounds import Ground, Grounds, solid
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Talk

_SENSITIVE = mark("it speaks in public of health, belief, origin or another matter that is the person's own")
_RUN = re.compile(
    r"\d(?:[ ./-]?\d){4,24}"
    r"|\b(?=[A-Z0-9 -]{0,9}[0-9])(?=[A-Z0-9 -]{0,9}[A-Z])[A-Z0-9]{1,3}-[A-Z0-9]{1,4}[- ][A-Z0-9]{1,4}\b"
    r"|(?<![\w@-])(?=[A-Z0-9]{0,12}[0-9])(?=[A-Z0-9]{0,12}[A-Z])[A-Z0-9]{5,16}(?![\w-])"
    r"|(?<![\w@-])[A-Z0-9](?:[ -][A-Z0-9]){4,15}(?![\w-])"
)
_MONEY = re.compile(r"[€$£¥]|\b(?:eur|euro|euros|usd|gbp|pounds|reais|r)\b")
_MARK = re.compile(r"\[(?:" + "|".join((*TYPES, "NAME", "ORDER", "DATE")) + r")\]", re.IGNORECASE)
_MARKED = mark("it holds the place of personal data that was taken out of the post; nothing belongs there in public")
LONG = 5
"""Digits from which on a number of the customer's points to one person."""


def find_public(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Personal data as redaction knows it, and long numbers of the thread; in private only what nobody has said."""
    facts = ground.facts
    for place in _MARK.finditer(said.raw) if "[" in said.raw else ():
        yield Finding(rule="public-data", start=place.start(), end=place.end(), why=_MARKED)
    for span in found_in(said.read, len(said.raw)):
        text = said.raw[span.start : span.end]
        if (
            span.type == "HANDLE"
            or _is_line(said, span)
            or facts.has_run(normal(text).plain)
            or _is_ours(said, span, text, ground.name)
            or (span.type == "PERSON" and (_is_titled(text, ground.thread) or _has_signed(text, talk)))
            or (span.type == "ADDRESS" and _is_stated_place(text, facts))
        ):
            continue
        if not talk.standing.public and ground.thread.has_run(normal(text).plain):
            continue
        if span.type in SPECIAL:
            if not _is_general(said, span, facts):
                yield Finding(rule="sensitive", start=span.start, end=span.end, why=_SENSITIVE)
        else:
            yield Finding(rule="public-data", start=span.start, end=span.end, why=DATA)
    if talk.standing.public:
        if said.read.digits > 1:
            yield from _numbers(said, ground.thread, facts)
            yield from find_births(said, ground)
        yield from find_echoes(said, ground)
        roads = _roads(ground.thread.text) if ground.thread.numbers else ()
        if roads and holds(said.read.plain, roads):
            yield from _streets(said, ground.thread, facts)


def _streets(said: Said, thread: Ground, facts: Ground) -> Iterator[Finding]:
    """Streets that the customer gave with a house number and no fact has."""
    for found in _STREET.finditer(said.read.plain):
        street = re.escape(found[0])
        if said.language == "nl" and found[0].endswith("ering"):  # `aflevering 6` is no street
            continue
        if said.language not in ("de", "") and found[0].startswith(_AT):
            continue
        if found[0] in facts.text or re.search(rf"\d[a-z]?,? {street}\b|\b{street},? \d", thread.text) is None:
            continue
        start, end = said.read.back(found.start(), found.end())
        yield Finding(rule="public-data", start=start, end=end, why=DATA)


@lru_cache(maxsize=1)
def _roads(text: str) -> tuple[str, ...]:
    """With what a thread may name a street, so that only such a one is looked for; of the talk at hand alone."""
    return tuple([sign for sign in _ROADS if sign in text])


_ROADS = (
    "rue", "avenue", "boulevard", "allee", "impasse", "chemin", "place", "quai", "calle", "avenida", "plaza", "paseo",
    "rua", "travessa", "via", "viale", "piazza", "corso", "str", "weg", "gasse", "platz", "ring", "ufer", "damm",
    "stieg", "steig", "pfad", "chaussee", "laan", "plein", "gracht", "kade", "dreef", "pad", "singel", "dijk", "steeg",
    "road", "lane", "drive", "close", "reihe", "zeile", "twiete", "am ", "im ", "zum ", "zur ",
    "an d", "auf d", "hinter d",
)  # fmt: skip
"""Without one of these in it, no text names a street."""

_STREET = re.compile(
    r"\b(?:rue|avenue|boulevard|allee|impasse|chemin|place|quai|calle|avenida|plaza|paseo|rua|travessa|via|viale|piazza"
    r"|corso)(?: (?:de|des|du|la|le|les|del|della|dei|los|las|do|da|dos|das)| (?:d|l|dell)['’])* ?[\w-]{2,30}"
    r"|\b\w{2,30}(?:strasse|straße|str|weg|gasse|allee|platz|ring|ufer|damm|stieg|steig|pfad"
    r"|chaussee|straat|laan|plein|gracht|kade|dreef|pad|singel|dijk|steeg)\b"
    r"|\b\w{2,30} (?:street|road|avenue|lane|drive|close)\b"
    r"|\b(?:lange|kurze|hohe|breite|grosse|große|kleine|alte|neue|obere|untere|schone)[rn]? (?:reihe|zeile|twiete)\b"
    r"|\b(?:am|im|zum|zur|(?:an|auf|hinter|vor|bei|unter) de[rnm]) "
    r"(?!(?:\w*tag|\w*woch|\w*abend|\w*morgen|\w*mittag|wochenende|gleis|gate|tor|terminal|tisch|schalter|eingang"
    r"|ausgang|\w*steig|zug|bus|tram|bahn|linie|stand|ende|anfang|januar|februar|marz|april|mai|juni|juli|august"
    r"|september|oktober|november|dezember|alter|wert|wagen|sitz|platz|saal|kino|kasse|hotline|nummer)\b)"
    r"[^\W\d]{3,30}(?= \d{1,3}\b(?! (?:stund|minut|tag|woch|monat|jahr|uhr|mal|euro|prozent|person|leut|grad|cent)))"
)


_AT = ("am ", "im ", "zum ", "zur ", "an de", "auf de", "hinter de", "vor de", "bei de", "unter de")
"""Words with which a street may begin in German: `Am Markt 7`."""


def _is_stated_place(text: str, facts: Ground) -> bool:
    """Whether a fact has the house number and the street of an address, whatever town is named beside."""
    words = normal(text).order
    return any(
        any(part.isdigit() for part in words[:size]) and facts.has_run(" ".join(words[:size]))
        for size in range(len(words), 1, -1)
    )


def _is_line(said: Said, span: Span) -> bool:
    """Whether what looks like a house number is a line, a platform or a room: `line 6 at Park Row`."""
    before = said.read.plain[max(0, span.start - 12) : span.start].split()
    return span.type == "ADDRESS" and bool(before) and before[-1] in _LINES


_LINES = frozenset(
    ("line", "bus", "tram", "train", "route", "platform", "gate", "room", "linie", "bahn", "gleis", "steig", "linea",
     "autobus", "tren", "anden", "ligne", "quai", "metro", "linha", "onibus", "comboio", "trem", "treno", "binario",
     "lijn", "spoor", "perron")
)  # fmt: skip


def _is_ours(said: Said, span: Span, text: str, name_words: frozenset[str]) -> bool:
    """Whether a name is the signature, or the one that everybody sees."""
    if span.type != "PERSON":
        return False
    words = set(normal(text).order) - set(listed("persons", "titles"))
    ends = (
        span.start >= said.read.back(said.signed, said.signed + 1)[0] if said.signed < len(said.read.plain) else False
    )
    return ends or words <= name_words or not words - name_words


def _is_titled(text: str, thread: Ground) -> bool:
    """Whether it is a title and a family name by which the customer has signed: `Mme Perrin`."""
    titles, bare = _parted(text)
    return len(bare) == 1 and any(
        before in titles for before in re.findall(rf"(\w+)\.? {re.escape(bare[0])}\b", thread.text)
    )


def _parted(text: str) -> tuple[set[str], list[str]]:
    """All titles, and the words of a name that are none."""
    titles = set(listed("persons", "titles"))
    return titles, [word for word in normal(text).order if word not in titles]


def _has_signed(text: str, talk: Talk) -> bool:
    """Whether it is a title and one name with which a post of the customer's ends, so that it is how they want it."""
    titles, bare = _parted(text)
    ends = [normal(turn.text[-_END:]).order[-SIGNED:] for turn in talk.thread if not talk.by_brand(turn)]
    return (
        len(bare) == 1
        and text.lower().split(maxsplit=1)[0].rstrip(".") in titles
        and any(bare[0] in end for end in ends)
    )


_END, SIGNED = 60, 3
"""Characters at the end of a post, and words of them, among which its signature stands."""


def _is_general(said: Said, span: Span, facts: Ground) -> bool:
    """Whether a fact of the brand's speaks of it and the reply does not tie it to the person."""
    words = normal(said.raw[span.start : span.end]).order
    if not all(facts.has(word) for word in words):
        return False
    before = said.read.plain[max(0, span.start - 24) : span.start].split()
    return not any(said.lexicon.has("yours", word) for word in before)


def _numbers(said: Said, thread: Ground, facts: Ground) -> Iterator[Finding]:
    """Long numbers and codes that the thread has and the facts have not."""
    for found in _RUN.finditer(said.read.text):
        run = solid(found[0].lower())
        digits = sum(map(str.isdigit, run))
        if (
            digits < (LONG if run.isdigit() else 2)
            or _is_flight(found[0])
            or said.within(found.start())
            or facts.has_run(run)
            or not thread.has_run(run)
        ):
            continue
        around = (
            said.read.plain[max(0, found.start() - 4) : found.start()] + said.read.plain[found.end() : found.end() + 7]
        )
        if _MONEY.search(around) is None and not _is_amount(found[0]):
            start, end = said.read.back(found.start(), found.end())
            yield Finding(rule="public-data", start=start, end=end, why=DATA)


def _is_flight(said: str) -> bool:
    """A flight or train: two or three letters and up to four digits; it points to many people at once."""
    return re.fullmatch(r"[A-Z]{2,3}[ -]?\d{1,4}", said) is not None


def _is_amount(said: str) -> bool:
    return (
        re.fullmatch(r"\d{1,3}(?:[.,']\d{3})+|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:\d{4}-)?\d{2}-\d{2}", said.strip(" ."))
        is not None
    )


def find_delicate(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Matters beyond the special categories that belong to nobody else: debts, grief, illness without its name."""
    for hit in said.of("delicate"):
        words = said.words[hit.first : hit.stop]
        if not talk.standing.public and ground.thread.has(words[-1]):
            continue
        if ground.facts.has(words[-1]) and not any(said.lexicon.has("yours", word) for word in _near(said, hit)):
            continue
        yield said.finding(hit, "sensitive", _SENSITIVE)


def _near(said: Said, hit: Hit) -> list[str]:
    return said.words[max(0, hit.first - 2) : hit.stop]
