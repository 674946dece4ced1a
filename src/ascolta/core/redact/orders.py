"""ORDER_REF: what a shop or carrier calls a purchase, a booking, a parcel or a case."""

import re
from collections.abc import Iterator

from ascolta.core.redact.checksums import s10
from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import Normal

Hits = Iterator[tuple[int, int]]

_NAMES = listed("words", "references")
_TIED = re.compile(
    r"(?:[ :.,]{0,2}(?:\b(?:number|no|nr|n|num|numero|nummer|code|codigo|codice|id|ref|reference|is|was|es|era"
    r"|est|ist"
    r"|lautet|e|le|la|mit|der|die|met|con|com|avec|do|da|de|del|du)\b(?![/-])[.°ºo]?|#)){0,4}"
    r"[ :.,-]{0,3}(#?[a-z0-9][a-z0-9/-]{3,24})(?![\w@])"
)
_ALONE = re.compile(r"(?<![\w-])(?:\d{3}-\d{7}-\d{7}|1z[0-9a-z]{16}|[a-z]{2}\d{9}[a-z]{2})(?![\w-])")
_RUN = re.compile("[0-9]{7}|1z")
"""One of these is in each of the above."""

_NUMBERED = re.compile(r"#(?<![\w&/].)(?:\d{5,14}|\d{4,8}-\d{2,8})(?![\w-])")
_DATE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}|(?:19|20)\d\d")


def find_order_ref(read: Normal) -> Hits:
    """References after a word for one, and those whose form alone tells."""
    for found in _ALONE.finditer(read.plain) if read.digits >= 9 and _RUN.search(read.plain) else ():
        if len(found[0]) != 13 or s10(found[0]):
            yield found.span()
    for found in _NUMBERED.finditer(read.plain) if "#" in read.plain else ():
        yield found.span()
    if _NAMES.isdisjoint(read.words):
        return
    for at, word in enumerate(read.order):
        if word in _NAMES:
            end = read.spans()[at][1]
            tied = _TIED.match(read.plain, end)
            if tied and tied.start(1) > end and _is_reference(read.text[tied.start(1) : tied.end(1)]):
                yield tied.span(1)


def _is_reference(said: str) -> bool:
    """Whether it looks like a reference and not like a word, a price, a year or a date."""
    bare = said.strip("#-/")
    digits = sum(char.isdigit() for char in bare)
    if _DATE.fullmatch(bare):
        return False
    if digits >= 5 or (digits >= 3 and len(bare) >= 6):
        return True
    return 5 <= len(bare) <= 8 and bare.isupper() and bare.isalnum() and (digits > 0 or len(bare) == 6)
