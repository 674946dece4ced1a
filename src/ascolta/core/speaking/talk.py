"""What the check of a reply is told (the talk so far, what the brand may state), and what it finds."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache


class Severity(StrEnum):
    """A block keeps the reply in; a warning only tells."""

    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a reply: where (code points from 0), which rule, why, and what to do instead."""

    rule: str
    start: int
    end: int
    why: str
    severity: Severity = Severity.BLOCK
    repair: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One post of the talk: who says it (`brand`, `customer`, or a name or handle), and what."""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the brand may state, in which language (empty: the reply's)."""

    statement: str
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the case beyond its words; None where nobody has said so.

    `addressed` and `complaint` are the labels of the post; `answered`, `stopped` and `changed` (deleted or edited
    since the draft) are events; `sensitive` names a grave matter, `by_machine` says who wrote the reply.
    """

    public: bool = True
    addressed: bool | None = None
    complaint: bool | None = None
    answered: bool = False
    stopped: bool = False
    changed: bool = False
    sensitive: bool = False
    by_machine: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """All that a reply may lean on. `name` and `account` are what everybody can see of the person we answer.

    `recent` holds replies that were given lately, the newest last.
    """

    lang: str = ""
    brand: str = ""
    thread: tuple[Turn, ...] = ()
    facts: tuple[Fact, ...] = ()
    name: str = ""
    account: str = ""
    standing: Standing = field(default_factory=Standing)
    recent: tuple[str, ...] = ()

    def by_brand(self, turn: Turn) -> bool:
        """Whether it was the brand that said this."""
        return _is_brand(turn.by, self.brand)


@lru_cache(maxsize=1_024)
def _is_brand(by: str, brand: str) -> bool:
    """Whether it is the brand's name, or one of its accounts: `@AcmeAirHelp`, `@acme_air`, `Acme Air Support`."""
    said, name = (_APART.sub("", text.casefold()) for text in (by, brand))
    if said in _BRAND or (said != "" and said == name):
        return True
    before, named, after = said.partition(name) if len(name) >= NAMED else ("", "", "")
    return named != "" and before in _ASKS and _DESK.fullmatch(after) is not None


_APART = re.compile(r"[\W_]+")
NAMED = 4
"""Letters of a brand's name that stand for it in a longer account."""

_ASKS = ("", "ask", "the", "hey", "hello", "my", "team", "get")
_DESK = re.compile(
    r"(?:official|oficial|officiel|ufficiale|offiziell|help|helps|helpdesk|care|cares|support|supports|service|servicio"
    r"|services|servizio|kundenservice|klantenservice|hilfe|hilft|ayuda|ajuda|aide|aiuto|assistenza|atencion|atendimento"
    r"|customer|customers|client|clients|clienti|clientes|sav|team|desk|hq|news|app|online|group|inc|ltd|gmbh|sa|spa|bv"
    r"|uk|us|usa|ie|au|ca|in|de|at|ch|fr|es|mx|ar|pt|br|it|nl|be|eu|deutschland|france|espana|italia|brasil|portugal"
    r"|nederland|belgie|schweiz){0,3}"
)
_BRAND = frozenset(("brand", "us", "we", "agent", "support", "company", "care"))
