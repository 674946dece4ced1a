"""Where the brand's person signs: `^JM`, `– Ruth`, `Kind regards, Sam`, `Nina`; no name there is a customer's."""

import re

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.reading import Said

_NAME = r"[A-ZÀ-Þ][\w'’.-]{0,20}"
_MORE = r"(?:[ ,/&|–—-]{1,3}[\w'’.@&+-]{1,20}){0,5}"
_OFFICE_OF, _SIGN = r"(?: ?\([\w'’ .-]{2,24}\))?", "\u2600-\U0001faff\ufe0f"
_END = rf"{_OFFICE_OF}[ .!{_SIGN}]{{0,4}}$"
_MARKED = re.compile(
    rf"(?:(?<=[\s.!?…])|^)(?:[\^~*/|=•–—]|-{{1,2}}|x{{1,3}} )[ ]?[A-Za-zÀ-ÿ][\w'’.-]{{0,20}}{_MORE}{_END}"
)
_BARE = re.compile(
    rf"(?:[.!?…:;)]|\n|[\u2600-\U0001faff]|/[\w-]*|\.[a-z]{{2,12}}/?[\w/-]*)[ \n]{{1,3}}({_NAME})({_MORE}){_END}"
)
_LAST = re.compile(rf"([^\s,.!?]{{1,20}}),?[ \n]{{1,2}}({_NAME})({_MORE}){_END}")
_PARTING = re.compile(
    rf"(?:^|[.!?…\n\u2600-\U0001faff])\s*([^.!?…\n,]{{3,60}}), ({_NAME}){_OFFICE_OF}[ {_SIGN}]{{0,3}}$"
)
_SIGNS = frozenset("^~*/|=•–—-")
_CAPITAL, _INNER = re.compile(r"[ \n][A-ZÀ-Þ]"), re.compile(r"[^\s.!?][ \n]{1,2}[A-ZÀ-Þ]")
"""Without one of these, or an x before a space, nothing is marked; without such a capital letter nothing else is a
name, and without one in a sentence none follows on its words."""

_TAIL, LAST = 80, 6
"""Characters and words at the end of a reply among which a signature is looked for."""


def signed_from(said: Said) -> int:
    """The place in the matching text from which on a reply is signature; its length if it is not signed."""
    text = said.read.text
    size = len(text)
    late = said.capitals[-1] if said.capitals else -1
    if not said.words or (late < len(said.words) - LAST and "^" not in text[-_TAIL:]):
        return size
    low = max(0, size - _TAIL)
    tail = text[low:]
    marked = _MARKED.search(tail) if "x " in tail or not _SIGNS.isdisjoint(tail) else None
    if marked and _is_marked(said, marked[0].strip(" ^~*/|=•–—-.!")):
        return low + marked.start()
    if _CAPITAL.search(tail) is None or _calls(said, tail):
        return size
    bare = _BARE.search(tail)
    if bare and _is_name_only(said, bare[1], bare[2]):
        return low + bare.start(1)
    for found in _closers(said, tail):
        return low + found
    parting = _PARTING.search(tail) if ", " in tail else None
    if parting and _thanks(said, normal(parting[1]).order) and _is_signer(said, parting[2]):
        return low + parting.start(2)
    return size


def _is_marked(said: Said, text: str) -> bool:
    """Whether a name stands behind a dash, or a name and what its bearer does: `– Elena, customer care`."""
    text = text.partition(" (")[0]
    office = _DESK.fullmatch(text)
    return (
        _is_signer(said, text)
        or _has_office(said, text)
        or (office is not None and _has_office(said, f"{office[2]}, {office[1]}"))
    )


def _has_office(said: Said, text: str) -> bool:
    """Whether a text is a name and, after a comma or a dash, up to three words of where its bearer works."""
    named = _OFFICE.fullmatch(text) if not _DIVIDES.isdisjoint(text) else None
    if named is None:
        return False
    office = normal(named[1])
    spoken = said.lexicon.sets["possessives"] | said.lexicon.sets["yours"]
    return spoken.isdisjoint(office.words) and not any(said.lexicon.has("thanks", word) for word in office.words)


_DIVIDES = frozenset(",|/–—-")
_DESK = re.compile(rf"([A-ZÀ-Þ][\w'’&-]{{1,20}}(?: [\w'’&-]{{1,20}}){{0,2}}), ({_NAME})")
_OFFICE = re.compile(rf"{_NAME}(?: {_NAME})?(?:,| ?[|/–—-]) ?((?:[\w'’&-]{{1,20}} ?){{1,3}})")


def _is_name_only(said: Said, name: str, rest: str) -> bool:
    """Whether a last sentence is a name, or a name and where its bearer works."""
    words, plain = rest.replace(",", " ").replace("-", " ").replace("–", " ").split(), normal(name).plain
    if not said.lexicon.has("caps", plain) and _has_office(said, f"{name}{rest}"):
        return True
    if name.lower().rstrip(".") in _DOCTORS and len(words) == 1 and words[0][0].isupper():
        return True
    if not _is_signer(said, f"{name} {rest}"):
        return False
    if plain in _TEAMS and words and all(word[0].isupper() for word in words):
        return True
    if said.lexicon.has("closers", plain):
        at = next((place for place, word in enumerate(words) if said.lexicon.has("from", word.lower())), len(words))
        if at < len(words) and not any(office in word.lower() for word in words[at:] for office in _OFFICES):
            at = len(words)
        return all(word[0].isupper() or said.lexicon.has("closers", normal(word).plain) for word in words[:at])
    return not words or said.lexicon.has("from", words[0].lower()) or any(sign in rest[:3] for sign in ",–-|/")


_DOCTORS = ("dr", "dra", "dott", "dott.ssa", "dottssa", "prof", "drs", "mag", "ing")
_TEAMS = ("team", "equipo", "equipe", "squadra", "staff")
_OFFICES = ("team", "service", "support", "equipe", "équipe", "klant", "kunden", "client")
"""What is part of the place where somebody works who signs."""


def _closers(said: Said, tail: str) -> list[int]:
    found = _LAST.search(tail) if _INNER.search(tail) else None
    if found is None or not _is_signer(said, found[2] + found[3]):
        return []
    words = said.lexicon.sets["closers"]
    before = said.read.plain[len(said.read.plain) - len(tail) + found.start(1) :][: len(found[1])]
    between = _between(said, found, tail)
    signs = before in words and all(said.lexicon.has("closers", word) for word in between)
    return [found.start(2)] if signs or _greets(said, between) else []


def _calls(said: Said, tail: str) -> bool:
    """Whether the last sentence thanks somebody by name, as its sign tells: `Merci, Julie !`; who signs sets none."""
    if _POINTED.search(tail) is None:
        return False
    last = said.sentence[-1]
    return any(word in _THANKED and said.sentence[-back] == last for back, word in enumerate(reversed(said.words), 1))


_THANKED = frozenset(
    ("thanks", "thank", "cheers", "gracias", "merci", "danke", "dank", "obrigado", "obrigada", "grazie", "bedankt")
)
_POINTED = re.compile(rf"[.!?…][ {_SIGN}]*$")


def _is_signer(said: Said, text: str) -> bool:
    """Whether words are a name and where its bearer works: `Ruth`, `JM & AL`, `Anke vom Kundenservice`; no sentence."""
    words, froms = [word for word in _GAPS.split(text) if word], said.lexicon.sets.get("from", ())
    at = next((place for place, word in enumerate(words) if word.lower() in froms), len(words))
    names = words[:at] or [word for word in words if word.lower() not in froms]
    if len(names) > NAMES:
        return False
    sorries = {said.words[hit.first] for hit in said.of("own")}
    for word in names:
        is_small = word[0].islower() and len(word) > INITIALS
        plain = normal(word).plain if is_small or sorries else ""
        if plain in sorries or (is_small and not said.lexicon.has("closers", plain)):
            return False
    return True


_GAPS = re.compile(r"[ ,/&|+–—-]+")
NAMES, INITIALS = 4, 3
"""Words of a signature before it says where its bearer works; letters of initials that may be small."""


def _between(said: Said, found: re.Match[str], tail: str) -> list[str]:
    """The words between the last sentence and the name; only closing words in `Viele Grüße, Yusuf`."""
    start = max(tail.rfind(sign, 0, found.start(2)) for sign in ".!?\n…;")
    low = len(said.read.plain) - len(tail)
    return said.read.plain[low + start + 1 : low + found.start(2)].replace(",", " ").split()


def _greets(said: Said, words: list[str]) -> bool:
    """Whether a few words are greetings from somewhere: `Groeten uit het magazijn`."""
    return (
        1 < len(words) <= GREETING
        and said.lexicon.has("closers", words[0])
        and any(word.startswith(_GREETINGS) for word in words)
        and said.lexicon.sets["possessives"].isdisjoint(words)
    )


def _thanks(said: Said, words: list[str]) -> bool:
    """Whether a few words thank, wish, or say where somebody works: `Danke für Ihre Geduld, Ines`."""
    return 1 < len(words) <= GREETING and (
        said.lexicon.has("closers", words[0]) or any(office in word for word in words for office in _OFFICES)
    )


_GREETINGS, GREETING = ("gruss", "gruß", "gruße", "groet", "salutation", "saludo", "saluti", "regards", "greetings"), 6
"""Words of greetings from somewhere, and how many there may be."""
