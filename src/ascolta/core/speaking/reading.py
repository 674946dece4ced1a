"""A reply as the rules read it: words with their places, sentences, phrases, links and accounts."""

import re
from collections.abc import Sequence

import msgspec

from ascolta.core.redact import mine
from ascolta.core.redact.normal import LIMIT, Normal, normal
from ascolta.core.speaking.lexicon import Hit, Lexicon, language_of, lexicon
from ascolta.core.speaking.repair import repair_in
from ascolta.core.speaking.sentences import sentences
from ascolta.core.speaking.talk import Finding, Severity, Talk

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{1,300}"
    r"|\b[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{2,12}/[^\s<>\"']{1,300}"
)
_MAIL = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LOCAL = re.compile(r"[\w.+-]{1,64}")
_ACCOUNT = re.compile(r"(?<![\w@./])@[\w.-]{1,80}(?:@[\w.-]{1,80})?")


class Said(msgspec.Struct, kw_only=True, eq=False):
    """A reply. `links` are links and mail addresses; from `signed` on it is signature; `capitals` are places of words.

    `sentence` has for each word the number of its sentence, `asks` the numbers of questions, `firsts` the first word of
    each sentence.
    """

    raw: str
    read: Normal
    words: list[str]
    spans: list[tuple[int, int]]
    sentence: list[int]
    firsts: list[int]
    asks: set[int]
    language: str
    lexicon: Lexicon
    capitals: list[int]
    hits: dict[str, list[Hit]] = {}
    links: list[tuple[int, int]] = []
    accounts: list[tuple[int, int]] = []
    signed: int = 0

    def back(self, first: int, stop: int) -> tuple[int, int]:
        """Where words stand in the original."""
        return self.read.back(self.spans[first][0], self.spans[stop - 1][1])

    @property
    def possessives(self) -> set[str]:
        """The words for `your`."""
        return self.lexicon.sets["possessives"]

    def of(self, kind: str) -> Sequence[Hit]:
        """What was found of a kind."""
        return self.hits.get(kind, ())

    def is_capital(self, at: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.read.text[self.spans[at][0]].isupper()

    def begins(self, at: int) -> bool:
        """Whether a word is the first of its sentence, or follows an account or a link that opens it."""
        if at == 0 or self.sentence[at] != self.sentence[at - 1]:
            return True
        return bool(self.accounts or self.links) and self.within(self.spans[at - 1][0])

    def within(self, start: int) -> bool:
        """Whether a place lies in a link, an address or an account."""
        for known in (self.links, self.accounts):  # a generator would cost more than what it is to tell
            for low, high in known:
                if low <= start < high:
                    return True
        return False

    def promises(self, at: int) -> bool:
        """Whether the sentence of a word has another by which something is promised."""
        known, number = self.lexicon.sets["promising"], self.sentence[at]
        return any(word in known and self.sentence[place] == number for place, word in enumerate(self.words))

    def finding(self, hit: Hit, rule: str, why: str, severity: Severity = Severity.BLOCK) -> Finding:
        """That a rule is broken by these words."""
        start, end = self.back(hit.first, hit.stop)
        how = repair_in(rule, self.language)
        return Finding(rule=rule, start=start, end=end, why=why, severity=severity, repair=how)


def reading(text: str, talk: Talk) -> Said:
    """The reply as the rules read it; no more than the rules can read at once."""
    language = language_of(talk.lang)
    read = normal(text[:LIMIT], language, mine((talk.brand,)))
    spans = read.spans()
    plain, written = read.plain, read.text
    sentence, asks, firsts = sentences(plain, spans)
    said = Said(
        raw=text,
        read=read,
        words=read.order,
        spans=spans,
        sentence=sentence,
        asks=asks,
        language=language,
        lexicon=lexicon(language),
        firsts=firsts,
        capitals=[at for at, (start, _) in enumerate(spans) if written[start].isupper()],
        links=[found.span() for found in _LINK.finditer(plain)] if "/" in plain or "www." in plain else [],
    )
    if "@" in plain:
        said.links += _mails(plain)
        said.accounts = [found.span() for found in _ACCOUNT.finditer(plain) if not said.within(found.start())]
    hits = said.hits
    for hit in said.lexicon.reply.find(said.words, sentence):
        if hit.kind in hits:
            hits[hit.kind].append(hit)
        else:
            hits[hit.kind] = [hit]
    return said


def _mails(plain: str) -> list[tuple[int, int]]:
    """Mail addresses; the part before the @ is read backwards, so that the time is bounded."""
    found = []
    for domain in _MAIL.finditer(plain):
        local = _LOCAL.match(plain[max(0, domain.start() - 64) : domain.start()][::-1])
        if local:
            found.append((domain.start() - len(local[0]), domain.end()))
    return found
