"""The words in which somebody is asked to help and is briefed, in seven languages, and how they say "no more".

Every request and every briefing carries the disclosure: who speaks for a brand says so, and says what they think
(FTC, Guides Concerning the Use of Endorsements and Testimonials, 16 CFR 255.5, June 2023).
"""

import re
from collections.abc import Iterable, Mapping

from ascolta.core.consent import says_stop
from ascolta.core.days import DAY, written
from ascolta.core.text import fold, tokens

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
KEYS = ("request", "disclosure", "reward", "briefing", "ending")
NEEDS = {
    "request": ("purpose", "most", "days", "until"),
    "disclosure": ("brand",),
    "reward": ("reward",),
    "briefing": ("brand", "since", "purpose", "statement"),
    "ending": (),
}
"""The places that each text has to hold, and may hold no others."""

# ruff: noqa: E501 - one sentence a line, however long, so that languages can be laid side by side

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "request": "Thank you! We ask this only once: would you help us with {purpose}? At most {most}× in {days} days, until {until}. Yes or no; no answer is a no, “no more” ends it.",
        "disclosure": "If you post about it, say that {brand} asked you, and only what you think.",
        "reward": "You get: {reward}. Say that, too.",
        "briefing": "{brand} here. On {since} you agreed to help us with {purpose}. You may pass this on, or not: {statement}",
        "ending": "“No more” ends this at any time.",
    },
    "es": {
        "request": "¡Gracias! Lo preguntamos una sola vez: ¿nos ayudaría con {purpose}? Como máximo {most}× en {days} días, hasta {until}. Sí o no; el silencio es un no, «no más» lo termina.",
        "disclosure": "Si publica algo, diga que se lo pidió {brand}, y solo lo que piensa.",
        "reward": "A cambio recibe: {reward}. Dígalo también.",
        "briefing": "Le escribe {brand}. El {since} aceptó ayudarnos con {purpose}. Puede difundir esto, o no: {statement}",
        "ending": "«No más» lo termina en cualquier momento.",
    },
    "fr": {
        "request": "Merci ! Nous le demandons une fois : nous aideriez-vous pour {purpose} ? Au plus {most}× en {days} jours, jusqu’au {until}. Oui ou non ; silence = non, « plus jamais » y met fin.",
        "disclosure": "Si vous en parlez : rien que votre avis, et que {brand} vous l’a demandé.",
        "reward": "Vous recevez : {reward}. Dites-le aussi.",
        "briefing": "Ici {brand}. Le {since}, vous avez accepté de nous aider pour {purpose}. Vous pouvez transmettre ceci, ou non : {statement}",
        "ending": "« Plus jamais » y met fin à tout moment.",
    },
    "de": {
        "request": "Danke! Wir fragen nur einmal: Helfen Sie uns bei {purpose}? Höchstens {most}× in {days} Tagen, bis {until}. Ja oder nein; Schweigen heißt nein, „nicht mehr“ beendet es.",
        "disclosure": "Wenn Sie darüber schreiben: nur, was Sie denken, und dass {brand} Sie darum bat.",
        "reward": "Sie bekommen dafür: {reward}. Sagen Sie auch das.",
        "briefing": "Hier ist {brand}. Am {since} haben Sie zugesagt, uns zu helfen bei {purpose}. Sie dürfen dies weitersagen oder auch nicht: {statement}",
        "ending": "„Nicht mehr“ beendet das jederzeit.",
    },
    "pt": {
        "request": "Obrigado! Perguntamos só uma vez: ajuda-nos com {purpose}? No máximo {most}× em {days} dias, até {until}. Sim ou não; o silêncio é um não, “não mais” põe-lhe fim.",
        "disclosure": "Se publicar algo, diga que {brand} lho pediu, e só o que pensa.",
        "reward": "Em troca recebe: {reward}. Diga-o também.",
        "briefing": "Fala {brand}. Em {since} aceitou ajudar-nos com {purpose}. Pode divulgar isto, ou não: {statement}",
        "ending": "“Não mais” põe-lhe fim a qualquer momento.",
    },
    "it": {
        "request": "Grazie! Lo chiediamo una volta sola: ci aiuterebbe con {purpose}? Al massimo {most}× in {days} giorni, fino al {until}. Sì o no; il silenzio è un no, «non più» vi pone fine.",
        "disclosure": "Se ne parla, dica che gliel’ha chiesto {brand}, e solo ciò che pensa.",
        "reward": "In cambio riceve: {reward}. Dica anche questo.",
        "briefing": "Qui {brand}. Il {since} ha accettato di aiutarci con {purpose}. Può diffondere questo, oppure no: {statement}",
        "ending": "«Non più» vi pone fine in ogni momento.",
    },
    "nl": {
        "request": "Bedankt! We vragen dit maar één keer: wilt u ons helpen met {purpose}? Hooguit {most}× in {days} dagen, tot {until}. Ja of nee; geen antwoord is nee, “niet meer” stopt het.",
        "disclosure": "Als u erover schrijft, zeg dat {brand} het vroeg, en alleen wat u denkt.",
        "reward": "U krijgt ervoor: {reward}. Zeg dat ook.",
        "briefing": "Hier {brand}. Op {since} zegde u toe ons te helpen met {purpose}. U mag dit doorgeven, of niet: {statement}",
        "ending": "“Niet meer” stopt dit op elk moment.",
    },
}  # fmt: skip
"""Our own words; a brand's advocates.yaml may set others in their place."""

_NO_MORE = (
    # English
    (
        r"no more(?: (?:briefings?|of (?:this|that|these|it)|please))?|no longer|not any ?more|count me out|i (?:am|m) out|"
        r"i quit|(?:i )?(?:do not|don t|dont) want (?:this|it|these)(?: any ?more)?|take me off|"
        r"i (?:changed|ve changed|have changed) my mind|no thank you|no thanks|nope|no"
    ),
    # Spanish
    (
        r"(?:ya )?no cuenten (?:mas )?conmigo|(?:ya )?no quiero(?: (?:mas|seguir))?|(?:ya )?no mas|nunca mas|nada mas|"
        r"me doy de baja|me salgo|no gracias|ya no|no"
    ),
    # French
    (
        r"plus jamais|jamais plus|plus rien|rien de plus|c est fini|je (?:ne )?veux plus|(?:ne )?comptez plus sur moi|"
        r"j arrete|non plus|assez|ca suffit|non merci|non"
    ),
    # German
    (
        r"nicht mehr|nie (?:mehr|wieder)|keine mehr|nichts mehr|(?:es |das )?reicht|genug|"
        r"ich (?:will|mochte|moechte|mag) (?:das )?nicht(?: mehr)?|ich bin raus|ohne mich|ich steige aus|nein danke|nein|ne"
    ),
    # Portuguese
    (
        r"nao mais|nunca mais|nada mais|ja nao(?: quero)?|(?:eu )?nao quero(?: mais)?|nao contem (?:mais )?comigo|"
        r"estou fora|desisto|quero sair|chega|nao obrigad[oa]|nao"
    ),
    # Italian
    (
        r"non piu|mai piu|niente piu|non (?:ne )?voglio(?: piu)?|non contate (?:piu )?su di me|mi tiro fuori|mi ritiro|"
        r"lascio perdere|no grazie|no"
    ),
    # Dutch
    (
        r"niet meer|nooit meer|niets meer|genoeg|ik wil (?:het |dit )?niet(?: meer)?|ik doe (?:er )?niet (?:meer )?(?:aan )?mee|"
        r"ik stop(?: ermee)?|reken niet (?:meer )?op mij|zonder mij|nee (?:dank (?:je|u)|bedankt)|nee"
    ),
)
_ENDS = tuple(re.compile(rf"(?<!\w)(?:{said})(?!\w)") for said in _NO_MORE)
_MENTION = re.compile(r"@[\w.\-@]+")
_MAX_READ = 400


def says_no_more(text: str, names: Iterable[str] = ()) -> bool:
    """Whether somebody who was asked, or agreed, says that they will not, or not any more; "stop" says it, too.

    As with "stop" it has to be all that is said, courtesy aside: "no more snacks on board?" is another matter.
    """
    if len(text) > _MAX_READ:
        return False
    called = tuple(names)
    if says_stop(text, called):
        return True
    said = " ".join(tokens(fold(_MENTION.sub(" ", text))))
    return any(says_stop(ends.sub("stop", said), called) for ends in _ENDS if ends.search(said))


def filled(template: str, **values: str) -> str:
    """A text with its places filled; what fills them is not looked into for further places."""
    return re.sub(r"\{([a-z]+)\}", lambda place: values.get(place[1], place[0]), template)


def places(template: str) -> frozenset[str]:
    """The places that a text holds."""
    return frozenset(re.findall(r"\{([^{}]*)\}", template))


def on(at: float) -> str:
    """A time as the day on which it is, in UTC, as it is written alike in all languages: 2026-11-25."""
    return written("date", int(at // DAY))


def worded(own: Mapping[str, Mapping[str, str]], language: str, key: str) -> str:
    """One text in a language: a brand's `own` or else ours; empty where there is neither."""
    return own.get(language, {}).get(key) or WORDS.get(language, {}).get(key, "")
