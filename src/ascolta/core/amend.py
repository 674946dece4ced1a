"""How an etiquette is changed: somebody writes a draft and asks; somebody else publishes it, or sends it back.

Two people stand for exactly the words that are published: a draft is bound by its digest, and whoever writes on it
takes the asking back.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from ascolta.core.people import key_of
from ascolta.core.saying import Saying
from ascolta.errors import CaseError

LONGEST = 200_000
"""Characters of a draft."""

KEPT = 90 * 86_400.0
"""Seconds for which a draft that nobody writes on is kept."""

REASON = 500
"""Characters of a reason to send a draft back."""


class DraftState(StrEnum):
    """How a draft stands."""

    WRITTEN = "written"
    ASKED = "asked"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an etiquette may become. `base` is the digest of the file that it was begun from, empty if there was none.

    `by` wrote it last; `note` is why it was sent back, and `noted_by` who did.
    """

    brand: str
    text: str
    base: str
    by: str
    at: float
    state: DraftState = DraftState.WRITTEN
    note: str = ""
    noted_by: str = ""

    @property
    def digest(self) -> str:
        """What stands for its words."""
        return digest_of(self.text)

    @property
    def goes(self) -> float:
        """When it goes if nobody writes on it."""
        return self.at + KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An etiquette that was published: which of them, when and by whom, who had written it, and its words.

    Nobody is named of one that was found in the folder when it was replaced.
    """

    brand: str
    number: int
    at: float
    by: str
    written_by: str
    text: str

    @property
    def digest(self) -> str:
        """What stands for its words."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """What stands for a text: SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def tidied(text: str) -> str:
    """A text as it comes out of a browser, with the line ends of a file. Raises CaseError if it is too long."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if len(said) > LONGEST:
        raise CaseError(Saying("a draft has %(most)s characters at the most; this one has more", most=f"{LONGEST:,}"))
    return said if not said or said.endswith("\n") else f"{said}\n"


def write(draft: Draft | None, new: Draft, seen: str) -> Draft:
    """The draft after somebody wrote `new`, having seen the one of a digest. Raises CaseError if that is another."""
    if draft is None and seen:
        raise CaseError(Saying("the draft was published or thrown away meanwhile; look before you save yours"))
    if draft is not None and draft.digest != seen:
        raise CaseError(
            Saying("%(name)s saved another version meanwhile; look at it before you save yours", name=draft.by)
        )
    if draft is not None and draft.text == new.text:
        return draft
    kept = (draft.note, draft.noted_by) if draft is not None else ("", "")
    return replace(new, base=draft.base if draft is not None else new.base, note=kept[0], noted_by=kept[1])


def ask(draft: Draft | None, by: str, seen: str) -> Draft:
    """The draft after whoever wrote it asked for it to be published. Raises CaseError."""
    found = _same(draft, seen)
    if key_of(found.by) != key_of(by):
        raise CaseError(
            Saying("%(name)s wrote this draft last and has to ask; if you write on it, you can", name=found.by)
        )
    return replace(found, state=DraftState.ASKED, note="", noted_by="")


def send_back(draft: Draft | None, by: str, note: str, seen: str) -> Draft:
    """The draft after it was sent back with a reason, or taken back by whoever wrote it. Raises CaseError."""
    found = _same(draft, seen)
    if found.state is not DraftState.ASKED:
        raise CaseError(Saying("nobody asks for this draft to be published, so there is nothing to send back"))
    if key_of(found.by) == key_of(by):
        return replace(found, state=DraftState.WRITTEN)
    if not note.strip():
        raise CaseError(Saying("to send a draft back needs a reason; write down what should be different"))
    return replace(found, state=DraftState.RETURNED, note=note.strip()[:REASON], noted_by=by)


def publishable(draft: Draft | None, by: str, seen: str) -> Draft:
    """The draft, if somebody may publish it. Raises CaseError."""
    found = _same(draft, seen)
    if found.state is not DraftState.ASKED:
        raise CaseError(Saying("%(name)s did not ask yet for this draft to be published", name=found.by))
    if key_of(found.by) == key_of(by):
        raise CaseError(Saying("%(name)s wrote this draft; another person has to publish it", name=found.by))
    return found


def rebased(draft: Draft | None, base: str, seen: str) -> Draft:
    """The draft, to take the place of another file than it was begun from: it has to be asked for anew."""
    return replace(_same(draft, seen), base=base, state=DraftState.WRITTEN)


def _same(draft: Draft | None, seen: str) -> Draft:
    if draft is None:
        raise CaseError(Saying("there is no draft any more; it was published or thrown away"))
    if draft.digest != seen:
        raise CaseError(Saying("%(name)s wrote on this draft meanwhile; read it as it is now", name=draft.by))
    return draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a comparison: `sign` is +, - or a space, … for what is left out; its numbers before and after."""

    sign: str
    text: str
    old: int | None = None
    new: int | None = None


def differences(before: str, after: str, around: int = 3) -> Iterator[Line]:
    """Two texts beside one another, line by line, with so many lines around each change; nothing if they are alike."""
    old, new = before.splitlines(), after.splitlines()
    groups = list(SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(around))
    for group in groups:
        if group[0][1] > 0 or group[0][3] > 0:
            yield Line(sign="…", text="")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (Line(sign=" ", text=old[n], old=n + 1, new=c + n - a + 1) for n in range(a, b))
            else:
                yield from (Line(sign="-", text=old[n], old=n + 1) for n in range(a, b))
                yield from (Line(sign="+", text=new[n], new=n + 1) for n in range(c, d))
