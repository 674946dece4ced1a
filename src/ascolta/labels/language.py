"""Language: by script where the script tells, by what was learned otherwise, with the network's word as a prior."""

import re

from ascolta.labels.outputs import LANGUAGES
from ascolta.labels.scorer import Floats

MAX_READ = 1_500
"""Characters of a text that are read."""

SCRIPTS = tuple(
    (code, re.compile(f"[{letters}]"))
    for code, letters in (
        ("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af\u1100-\u11ff"), ("zh", "\u4e00-\u9fff"), ("th", "\u0e00-\u0e7f"),
        ("hi", "\u0900-\u097f"), ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("el", "\u0370-\u03ff"),
        ("uk", "іїєґІЇЄҐ"), ("ru", "\u0400-\u04ff"),
    )
)  # fmt: skip
"""Scripts in the order in which they decide: kana before Han, Ukrainian letters before Cyrillic."""

KIN = {
    "zh": {"ja", "zh"},
    "ru": {"ru", "uk", "bg", "sr", "mk", "be", "kk"},
    "ar": {"ar", "fa", "ur"},
    "hi": {"hi", "mr", "ne"},
}
"""Languages of one script, among which the network's word decides."""

BEYOND_LATIN = "\u0370"
"""No character from here on: no script but the Latin one."""

SURE, LIKELY = 0.9, 0.5
"""From which probability on a language is said against the network's word, and without any."""

NETWORK_SAYS, OF_SHORT = 8.0, 200.0
"""By how much the network's word multiplies the odds of a language that we know, and of a short text."""

SHORT = 24
"""Characters of a text, accounts, hashtags and links aside, below which it is short."""

_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_NAMES = re.compile(r"[@#]\w[\w.\-@]*|https?:\S+")


def scripted(text: str, said: str | None = None) -> tuple[str, float] | None:
    """The language that a text's script tells, if it is not the Latin one, and a confidence."""
    text = text[:MAX_READ]
    if text.isascii() or max(text) < BEYOND_LATIN:
        return None
    text = _NAMES.sub(" ", text)
    latin = len(_LATIN.findall(text))
    for code, letters in SCRIPTS:
        share = len(letters.findall(text))
        if share > latin or (code in ("ja", "uk") and share):
            prior = _code(said)
            return (prior if prior in KIN.get(code, ()) else code), 0.95
    return None


def settle(text: str, found: Floats, said: str | None) -> tuple[str, float]:
    """The language of a text in Latin script, from the probability of each that we know and the network's word."""
    prior, bare = _code(said), _NAMES.sub(" ", text[:MAX_READ]).strip()
    weighed = found.copy()
    if prior in LANGUAGES:
        weighed[LANGUAGES.index(prior)] *= OF_SHORT if len(bare) < SHORT else NETWORK_SAYS
        weighed /= weighed.sum()
    best = int(weighed.argmax())
    score = round(float(weighed[best]), 3)
    if prior and prior not in LANGUAGES and (score < SURE or len(bare) < SHORT):
        return prior, 0.5
    if score < LIKELY or LANGUAGES[best] == "other" or not _LATIN.search(bare):
        return (prior or "und"), 0.3
    return LANGUAGES[best], score


def _code(said: str | None) -> str:
    return (said or "").partition("-")[0].partition("_")[0].lower()[:3]
