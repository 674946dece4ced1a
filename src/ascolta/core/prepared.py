"""What is wrong with a prepared statement before anybody approves it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ascolta.core.length import LONGEST, too_long
from ascolta.core.redact import find
from ascolta.core.statement import CORRECTED, NEXT, Facts, Statement, StatementKind, is_name, moment, places, worded
from ascolta.core.text import fold
from ascolta.errors import CaseError

LATEST = 24 * 3_600.0
"""Who waits for news is told again within a day, in seconds."""

# ruff: noqa: E501 - one language a stretch, so that they can be laid side by side

_SELLING = {
    "en": r"discounts?|promo(?:tion)?s?|special offers?|limited offers?|deals?|bargains?|on sale|best prices?|giveaways?|\d+ ?% off"
    r"|bonus (?:miles?|points?)|(?:book|buy|shop|order|subscribe|sign up|fly with us) (?:now|today)|don.?t miss"
    r"|(?:try|discover|check out|explore) our|our (?:new(?:est)?|latest|award.?winning|best.?selling) \w+",
    "es": r"descuentos?|ofertas|oferta especial|rebajas?|promocion(?:es)?|chollos?|(?:compre|reserve|descubra|aproveche)n?"
    r" (?:ya|ahora|hoy|nuestr\w+)|(?:compra|reserva|descubre|aprovecha) (?:ya|ahora|hoy|nuestr\w+)|nuestr[oa]s? nuev[oa]s? \w+",
    "fr": r"remises?|soldes|promotions?|bons? plans?|offres? speciales?|(?:achetez|reservez|commandez) (?:maintenant|vite|des)"
    r"|(?:decouvrez|profitez de|essayez) (?:notre|nos)|(?:notre|nos) nouv(?:eau|elle|el)(?:s|x)? \w+",
    "de": r"rabatte?|sonderangebote?|schnappchen|aktionspreise?|gutscheincodes?|neukunden\w*|(?:jetzt|gleich|heute noch)"
    r" (?:buchen|kaufen|sichern|bestellen)|(?:entdecken|testen) sie unser\w*|unser\w* neu(?:e[nmrs]?|este[nmrs]?) \w+",
    "pt": r"descontos?|ofertas|oferta especial|saldos|promoc(?:ao|oes)|(?:compre|reserve|descubra|aproveite)m?"
    r" (?:ja|agora|hoje|\w* ?noss\w+)|noss[oa]s? nov[oa]s? \w+",
    "it": r"sconti|sconto|saldi|promozion[ei]|offert[ae] special[ei]|(?:acquista|compra|prenota|ordina)(?:te)? (?:ora|subito|oggi)"
    r"|(?:scopri|scoprite|provate|prova|approfitta(?:te)?)(?: del(?:la|le)?)? (?:il|la|le|i)? ?nostr\w+|nostr[aoei] nuov[aoei] \w+",
    "nl": r"kortingen?|korting|aanbieding(?:en)?|actieprijs|actiecodes?|uitverkoop|(?:koop|boek|bestel) (?:nu|vandaag)"
    r"|(?:ontdek|probeer) on[sz]e?|onze nieuwe(?:ste)? \w+",
}
_PROMOTION = {language: re.compile(rf"(?<!\w)(?:{said})(?!\w)") for language, said in _SELLING.items()}
"""What sells, over folded text. Repair, such as a refund or a voucher for what went wrong, is none of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, with the language of the text in which it stands (empty: the statement itself)."""

    message: str
    language: str = ""
    severity: str = "error"


def faults(statement: Statement, facts: Facts, own: Collection[str] = (), now: float | None = None) -> Iterator[Fault]:
    """What its author did not mean. `own` are the brand's accounts; with `now` the schedule is looked at, too."""
    yield from _outlets(statement)
    yield from _schedule(statement, now)
    yield from _kind(statement)
    for language, text in statement.text.items():
        yield from _places(statement, language, text, facts)
        yield from _words(statement, language, facts, own)


def _outlets(statement: Statement) -> Iterator[Fault]:
    if not statement.outlets:
        yield Fault(message="it goes nowhere; say under 'where' on which networks, and in which languages")
    for network, language in statement.outlets:
        if language not in statement.text:
            yield Fault(message=f"it goes out on {network} in '{language}', but has no words in it; write them")
        if network not in LONGEST:
            yield Fault(message=f"nobody knows how long a post may be on {network}", severity="warning")


def _schedule(statement: Statement, now: float | None) -> Iterator[Fault]:
    starts, ends = statement.not_before, statement.until
    if starts is not None and ends is not None and ends <= starts:
        yield Fault(message=f"it may not go out before {moment(starts)}, nor after {moment(ends)}; that is never")
    elif ends is not None and now is not None and ends <= now:
        message = f"its time was over on {moment(ends)}; set 'until' anew or take the file out"
        yield Fault(message=message, severity="warning")


def _kind(statement: Statement) -> Iterator[Fault]:
    """What each kind must do."""
    if statement.kind is StatementKind.HOLDING:
        if not 0 < statement.next_update <= LATEST:
            yield Fault(
                message="a holding statement says when the next update comes; add 'next_update', a day at the most"
            )
        for language, text in statement.text.items():
            if NEXT not in places(text):
                yield Fault(message=f"it does not say when the next update comes; write {{{NEXT}}}", language=language)
    elif statement.next_update and not any(NEXT in places(text) for text in statement.text.values()):
        yield Fault(message="'next_update' is set, and no text tells of it", severity="warning")
    if statement.kind is StatementKind.CORRECTION:
        for language, text in statement.text.items():
            if language not in statement.corrects:
                yield Fault(message="it does not name what it corrects; add that under 'corrects'", language=language)
            elif CORRECTED not in places(text):
                yield Fault(message=f"it does not name what it corrects; write {{{CORRECTED}}}", language=language)
    elif statement.corrects:
        yield Fault(message="it is no correction, so it corrects nothing; take out 'corrects', or call it one")


def _places(statement: Statement, language: str, text: str, facts: Facts) -> Iterator[Fault]:
    for name in places(text):
        if name == NEXT and not statement.next_update:
            yield Fault(message=f"{{{NEXT}}} needs 'next_update', such as 2 h", language=language)
        elif name not in (NEXT, CORRECTED) and (not is_name(name) or facts(name, language) is None):
            message = f"{{{name}}} is no approved fact that holds now in '{language}'; add it to facts.yaml"
            yield Fault(message=message, language=language)


def _words(statement: Statement, language: str, facts: Facts, own: Collection[str]) -> Iterator[Fault]:
    """What stands in the words as they would go out."""
    text = _whole(statement, language, facts)
    sells = _PROMOTION.get(language) if statement.kind is StatementKind.APOLOGY else None
    if sells is not None and (hit := sells.search(fold(text))):
        yield Fault(message=f"an apology carries no promotion; take out '{hit[0]}'", language=language)
    for network, spoken in statement.outlets:
        over = too_long(text, network) if spoken == language else 0
        if over:
            yield Fault(message=f"it is {over} characters too long for {network}", language=language)
    kinds = sorted({span.type for span in find(text, language, own=own)})
    if kinds:
        message = f"this looks like personal data ({', '.join(kinds)}); if it is, it must not be published"
        yield Fault(message=message, language=language, severity="warning")


def _whole(statement: Statement, language: str, facts: Facts) -> str:
    """The words as far as they can be filled."""
    try:
        return worded(statement, language, facts, moment(0.0))
    except CaseError:
        return statement.text[language]
