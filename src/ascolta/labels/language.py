"""Language: by script, then by common words and letters of seven languages, with what the network says as a prior."""

import re
from collections.abc import Sequence

from ascolta.core.label import Ask, Label, Labels
from ascolta.core.text import bare, fold, tokens
from ascolta.labels.lexicon import LANGUAGES, MAX_READ, telling

SCRIPTS = tuple(
    (code, re.compile(f"[{letters}]"))
    for code, letters in (
        ("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af\u1100-\u11ff"), ("zh", "\u4e00-\u9fff"), ("th", "\u0e00-\u0e7f"),
        ("hi", "\u0900-\u097f"), ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("el", "\u0370-\u03ff"),
        ("uk", "іїєґІЇЄҐ"), ("ru", "\u0400-\u04ff"),
    )
)  # fmt: skip
"""Scripts in the order in which they decide: kana before Han, Ukrainian letters before Cyrillic."""

LETTERS = tuple(
    (code, re.compile(f"(?:{letters})", re.IGNORECASE))
    for code, letters in (
        ("es", "[ñ¿¡]|ción\\b"), ("pt", "[ãõ]|ção\\b|ções\\b|\\bnão\\b"), ("de", "[äöüß]|sch|\\bge\\w+t\\b"),
        ("fr", "[êîûœ]|\\b[cdjlmnqs]['’]|ez\\b|\\bça\\b|à"), ("it", "[ìò]|zione\\b|\\b(?:dell|nell|un|l|c)['’]|gli"),
        ("nl", "ij|aa|ee|oo|uu|\\bge\\w+[dt]\\b"), ("en", "\\bth|ing\\b|n['’]t\\b|['’](?:s|m|ve|re|ll)\\b|wh"),
    )
)  # fmt: skip
HINTS = {
    "es": (*"ñ¿¡", "ción"), "pt": (*"ãõ", "ção", "ções"), "de": (*"äöüß", "sch", "ge"),
    "fr": (*"êîûœçà'’", "ez"), "it": (*"ìò'’", "zione", "gli"), "nl": ("ij", "aa", "ee", "oo", "uu", "ge"),
    "en": ("th", "ing", "wh", *"'’"),
}  # fmt: skip
"""What a text must hold for the letters of a language to be looked for at all."""

BEYOND_LATIN = "\u0370"
"""No character from here on: no script but the Latin one."""

NETWORK_SAYS = 1.5
"""How much the network's own word counts, in common words."""

_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_NAMES = re.compile(r"[@#]\w[\w.\-@]*")


class Language:
    """Gives every post one language, `und` where it cannot be told."""

    name = "language"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One language each."""
        return [(self._one(ask),) for ask in asks]

    def _one(self, ask: Ask) -> Label:
        code, score = detect(ask.text, ask.language)
        return Label(name="language", value=code, score=score, by=self.name)


def detect(text: str, said: str | None = None) -> tuple[str, float]:
    """The ISO 639-1 code of a text's language and a confidence; `said` is what the network says it is."""
    text = _NAMES.sub(" ", bare(text[:MAX_READ]))
    prior = (said or "").partition("-")[0].partition("_")[0].lower()[:3]
    beyond = max(text, default="") >= BEYOND_LATIN
    latin = len(_LATIN.findall(text)) if beyond else 0
    for code, letters in SCRIPTS if beyond else ():
        share = len(letters.findall(text))
        if share > latin or (code in ("ja", "uk") and share):
            return (prior if _same_script(prior, code) else code), 0.95
    scores = _scores(text)
    if prior in scores:
        scores[prior] += NETWORK_SAYS
    best = max(scores, key=lambda code: scores[code])
    if scores[best] < 0.5:
        return (prior or "und"), 0.3
    if prior and prior not in LANGUAGES and scores[best] < 3 * NETWORK_SAYS:
        return prior, 0.5
    total = sum(scores.values())
    return best, round(min(0.99, scores[best] / total + 0.1), 3)


def _same_script(prior: str, code: str) -> bool:
    kin = {
        "zh": {"ja", "zh"},
        "ru": {"ru", "uk", "bg", "sr", "mk", "be", "kk"},
        "ar": {"ar", "fa", "ur"},
        "hi": {"hi", "mr", "ne"},
    }
    return prior in kin.get(code, set())


def _scores(text: str) -> dict[str, float]:
    scores = dict.fromkeys(LANGUAGES, 0.0)
    common = telling()
    for word in tokens(fold(text)):
        for language, weight in common.get(word, {}).items():
            scores[language] += weight
    low = text.lower()
    for language, letters in LETTERS:
        if any(hint in low for hint in HINTS[language]):
            scores[language] += 0.35 * min(6, len(letters.findall(text)))
    return scores
