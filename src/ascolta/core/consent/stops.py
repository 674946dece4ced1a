"""How people ask to be left alone, in seven languages: patterns over the folded words of a whole post.

A post is a stop if it says that and nothing else, courtesy, impatience, accounts and emoji aside; "stop losing my bags"
is none. Where a form also says "you do not answer" (German "antwortet nicht", Italian "non rispondete"), which is a
complaint, it is left out.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ascolta.core.text import fold, term, tokens

MAX_READ, MAX_WORDS, MAX_PIECE = 400, 20, 11
"""Characters and words that are read, and words of one piece; who asks for silence is brief."""

_MENTIONS = re.compile(r"@[\w.\-@]+")

_COURTESY = (
    # English
    r"please|pls|plz|plss+|kindly|thanks?|thx|thank you(?: very much)?|cheers|sorry|ok(?:ay)?|hey|hi|hello|just|now"
    r"|right now|already|and|bot|guys|no|again|seriously|enough|for the last time|i said|i told you(?: to)?|will you"
    r"|can you|could you|would you|i want you to|i d like you to|you (?:must|should|need to|have to)|immediately|u|ffs"
    r"|omg|lol|really|at once"
    # Spanish, Portuguese
    r"|por favor|porfa(?:vor)?|pf[av]?|pfv|gracias|muchas gracias|ya|ahora|ahora mismo|de una vez|hola|se faz favor"
    r"|obrigad[oa]|agora|ja|oi|ola|de vez|ok|y|e|chega|les pido que|le pido que|peco que|de inmediato"
    # French, Italian
    r"|s il (?:vous|te) plait|svp|stp|merci(?: de)?|veuillez|je vous (?:en )?prie"
    r"|maintenant|tout de suite|enfin|bonjour|ca suffit|et"
    r"|per favore|per piacere|perfavore|grazie|vi prego|ti prego|la prego|adesso|subito|ora|ciao|una buona volta"
    # German, Dutch
    r"|bitte|danke|vielen dank|jetzt|sofort|endlich|einfach|doch|mal|und|hallo|verdammt|alstublieft|alsjeblieft"
    r"|alsjeblief|aub|a u b|ajb|dank (?:je|u)(?: wel)?|bedankt|graag|nu|direct|eens|gewoon|hoor|en|hoi|nou"
)

_EN_TO = (
    r"(?: (?:to|at|on|with))?"
    r"(?: (?:me|us|this|here|them|my (?:posts?|tweets?|comments?|account|messages?|replies|dms?)))?"
    r"(?: (?:again|any ?more|ever|ever again|all the time|please|now))*"
)
_EN_ING = (
    r"(?:reply|respond|answer|writ|messag|contact|text|tagg?|mention|bother|spamm?|follow|dm|email|mail|tweet|comment"
    r"|harass|pester|annoy|stalk|track|listen|talk|target|call|ping|disturb|quot|chas)ing"
)
_ENGLISH = (
    r"stop(?:all)?(?: (?:it|this|that|now|doing (?:this|that|it)))*",
    rf"stop {_EN_ING}{_EN_TO}",
    r"stop (?:watching|reading|monitoring) (?:me|us|my (?:posts|tweets|account))",
    rf"(?:do not|don t|dont) (?:ever )?(?:reply|respond|answer|contact|message|write|dm){_EN_TO}",
    r"never (?:ever )?(?:reply to|respond to|answer|contact|message|write to|dm) me(?: (?:again|any ?more))*",
    (
        r"(?:do not|don t|dont|never) (?:ever )?(?:tag|mention|text|bother|email|mail|follow|track|target|ping|call"
        r"|talk to"
        r"|write to|disturb|spam|quote)(?: (?:me|us|my posts?))(?: (?:again|any ?more|ever|ever again))*"
    ),
    r"(?:leave|let) (?:me|us) (?:the \w+ )?(?:alone|be|in peace)",
    r"go away|back off|get out of my (?:mentions|replies|dms?|timeline|feed|inbox)",
    r"unsubscribe(?: me)?|opt(?: me)? out|forget me|take me off (?:your|this|the) lists?",
    r"remove me(?: from (?:your|this|the) (?:lists?|database|system))?",
    r"no more (?:replies|messages|contact|dms|emails|texts|bots?)|no bots",
    (
        r"i (?:do not|don t|dont) want (?:you to (?:reply|contact me|message me|write to me|answer)|(?:any )?(?:more )?"
        r"(?:replies|contact|messages)|to be contacted|to hear from you|your (?:replies|messages|help))"
        r"(?: (?:again|any ?more))?"
    ),
)

_ES_INF = (
    r"(?:responder|contestar|escribir|contactar|molestar|mencionar|etiquetar|seguir|spamear|acosar|hablar|llamar|enviar"
    r"|mandar)(?:me|nos)?(?: (?:mas )?(?:mensajes|correos))?(?: mas)?"
)
_SPANISH = (
    r"basta(?: ya)?|par(?:a|ad|e|en)(?: ya)?|stop|baja|larguense",
    r"dej(?:a|ad|e|en|ame|adme|eme|enme|enos|ennos|anos|adnos) ?(?:me |nos )?(?:en paz|tranquil[oa]s?)",
    rf"(?:deja|dejad|deje|dejen|para|parad|pare|paren) (?:ya )?de {_ES_INF}",
    (
        r"(?:ya )?no (?:me|nos) (?:escriba[ns]?|escribais|respondan?|respondas|respondais|contestes?|contesten"
        r"|contesteis"
        r"|contacten?|contactes|contacteis|molesten?|molestes|molesteis|hablen?|hables|mencionen?|menciones|etiqueten?"
        r"|etiquetes|sigan?|sigas|llamen?|llames|(?:manden?|mandes|envien?|envies) (?:mas )?mensajes)"
        r"(?: (?:mas|nunca mas))*"
    ),
    r"no (?:respondan|contesten|escriban|molesten)(?: (?:mas|nunca mas))*",
    (
        r"no quiero (?:mas )?(?:respuestas?|mensajes|contacto|que (?:me|nos) (?:contact(?:en?|es|eis)"
        r"|respond(?:an?|as|ais)|escrib(?:an?|as|ais)|contest(?:en?|es|eis)|molest(?:en?|es|eis))"
        r"|saber nada de (?:ustedes|vosotros))(?: mas)?"
    ),
    r"no mas (?:mensajes|respuestas)|ni me (?:escriban|contesten|respondan)",
)

_PT_INF = (
    r"(?:responder|escrever|contactar|contatar|incomodar|marcar|mencionar|seguir|chatear|ligar|perturbar|falar"
    r"|(?:mandar|enviar) mensage(?:m|ns)|encher o saco)(?: (?:me|comigo))?"
)
_PORTUGUESE = (
    r"par(?:a|e|em|ar)(?: com isso| com isto)?|basta|chega disso|sair|descadastrar|me descadastr(?:a|e|em)",
    rf"(?:para|pare|parem|deixa|deixe|deixem) (?:ja )?de (?:me )?{_PT_INF}",
    r"(?:me )?dei(?:xa|xe|xem)(?: me| nos)? (?:em paz|sossegad[oa]|quiet[oa])|larg(?:a|ue|uem)(?: me| do meu pe)",
    (
        r"(?:ja )?nao (?:me |nos )?(?:respond(?:a|as|am)|escrev(?:a|as|am)|contac?te[ms]?|incomode[ms]?|marque[ms]?"
        r"|mencione[ms]?|sig(?:a|as|am)|perturbe[ms]?|chateie[ms]?|ligue[ms]?|fale[ms]? comigo"
        r"|mande[ms]? (?:mais )?mensagens)"
        r"(?: me)?(?: (?:mais|nunca mais))*"
    ),
    (
        r"nao quero (?:mais )?(?:respostas?|mensagens|contac?to|ser contac?tad[oa]"
        r"|que (?:me|nos) (?:respond(?:a|as|am)|contac?te[ms]?|escrev(?:a|as|am)|incomode[ms]?))"
        r"(?: mais)?"
    ),
)

_FR_INF = (
    r"(?:de |d )?(?:me |m |nous )?(?:repondre|ecrire|contacter|deranger|embeter|harceler|mentionner|taguer|tagger"
    r"|identifier|suivre|parler|appeler|spammer|relancer|solliciter|notifier|envoyer (?:des|vos) messages)(?: a moi)?"
)
_FRENCH = (
    r"(?:arrete[zrs]?|cesse[zr]?)(?: (?:ca|cela))?|arret|stop",
    rf"(?:arrete[zrs]?|cesse[zr]?|stop) {_FR_INF}",
    r"laisse[zr]? (?:moi|nous)(?: donc)? (?:tranquilles?|en paix)|lache[zr]? moi(?: les baskets)?",
    r"(?:foute[zr]|fous|fiche[zr]?) (?:moi|nous) la paix",
    (
        r"(?:ne |n )?(?:me |m |nous )(?:repond(?:ez|s|re)|ecri(?:vez|s|re)|contacte[zr]?|derange[zr]?s?|mentionne[zr]?"
        r"|tague[zr]?|suive[zr]|parle[zr]?|appele[zr]|relance[zr]?|sollicite[zr]?)"
        r" (?:plus|pas|plus jamais|jamais)(?: jamais)?"
    ),
    r"ne (?:repondez|ecrivez|repondre|m envoyez) (?:plus|pas)(?: jamais)?|(?:ne )?m envoyez plus (?:de messages?|rien)",
    r"ne (?:plus|pas) (?:me |m )?(?:repondre|ecrire|contacter|deranger|mentionner|taguer)",
    r"plus (?:de messages?|de reponses?|de commentaires?|aucun (?:message|commentaire|contact))",
    (
        r"je (?:ne )?veux plus (?:rien )?(?:recevoir|lire|entendre|avoir)(?: (?:rien|de nouvelles|parler))?"
        r" de (?:vous|votre part)"
    ),
    r"desinscri(?:vez|s) moi|desabonne[zr]? moi|desinscription",
    (
        r"je (?:ne )?veux (?:plus|pas) (?:de (?:reponses?|messages?|contact)|etre contactee?s?|recevoir de messages?"
        r"|que vous m(?:e)? (?:repondiez|contactiez|ecriviez))"
    ),
)

_DE_INF = (
    r"(?:antworten|schreiben|kontaktieren|anschreiben|markieren|taggen|erwah?nen|erwaehnen|storen|stoeren|belastigen"
    r"|belaestigen|ansprechen|anrufen|nerven|folgen|verfolgen|spammen)"
)
_GERMAN = (
    r"stopp?|schluss(?: jetzt| damit)?|abmelden|austragen|abbestellen",
    r"(?:hor|hoer)(?:t|e|en sie)? (?:bitte |endlich |sofort )*(?:damit )?auf(?: damit)?",
    rf"(?:hor|hoer)(?:t|e|en sie)? (?:bitte |endlich |sofort )*auf,? (?:mir |mich |uns |auf meine posts )?zu {_DE_INF}",
    (
        r"(?:lass|lasst|lasset|lassen sie) (?:mich|uns)(?: (?:bitte|einfach|endlich|doch|mal|jetzt))* (?:in ruhe"
        r"|in frieden"
        r"|zufrieden)(?: mit \w+(?: \w+){0,2})?"
    ),
    (
        r"(?:antworte|antworten sie|schreibe?|schreibt|schreiben sie) (?:mir |uns )?(?:bitte )?"
        r"(?:nicht mehr|nie wieder|nie mehr|nicht)|bitte antwortet (?:mir )?nicht(?: mehr)?"
        r"|antwortet mir bitte nicht(?: mehr)?"
    ),
    (
        r"(?:kontaktiere?|kontaktiert|kontaktieren sie|nerve?|nervt|markiere?|markiert|erwahnt|erwaehnt|belastigt|stort"
        r"|storen sie|taggt) mich (?:bitte )?(?:nicht mehr|nie wieder|nie mehr|nicht)"
    ),
    rf"(?:mir |mich |uns )?(?:bitte )?(?:nicht|nicht mehr|nie wieder|nie mehr) (?:auf meine \w+ )?{_DE_INF}",
    r"keine (?:antworten|nachrichten|mails|kommentare|standardantworten|floskeln) mehr",
    r"keine weiteren (?:nachrichten|antworten)(?: an mich)?",
    (
        r"ich (?:will|mochte|moechte) (?:von (?:euch|ihnen) )?nichts mehr (?:von (?:euch|ihnen) )?"
        r"(?:horen|hoeren|lesen|wissen)"
    ),
    r"(?:schreibt|schreib|schickt|schicken sie|schreiben sie) mir (?:bitte )?(?:nichts|keine nachrichten?) mehr",
    r"verschon(?:t|en sie)? mich(?: (?:bitte|kunftig|kuenftig))*(?: mit \w+(?: \w+){0,2})?",
    r"keine bots mehr|keine bots|finger weg von meinem (?:profil|account)",
    (
        r"ich (?:will|mochte|moechte) (?:keine (?:antworten|nachrichten|antwort|hilfe)(?: (?:mehr|von euch|von ihnen))*"
        r"|nicht (?:mehr )?(?:kontaktiert|angeschrieben|angesprochen|markiert) werden)"
    ),
)

_IT_ME = (
    r"(?:rispondermi|scrivermi|contattarmi|disturbarmi|taggarmi|menzionarmi|seguirmi|infastidirmi|molestarmi"
    r"|importunarmi"
    r"|chiamarmi|rispondere|scrivere|spammare|mandarmi messaggi)"
)
_ITALIAN = (
    r"basta(?: cosi| messaggi| risposte)?|smett(?:i|ila|ete|etela|a)|la smetta|fini(?:scila|tela)|piantatela|piantala",
    rf"(?:smett(?:i|ila|ete|etela|a)|la smetta|fini(?:scila|tela)|basta) (?:di |con )?{_IT_ME}",
    r"(?:lascia(?:mi|teci|temi)|mi lasci(?:ate)?) (?:in pace|stare|tranquill[oa]|perdere)",
    (
        rf"non (?:{_IT_ME}|rispondetemi|scrivetemi|contattatemi|disturbatemi|taggatemi|menzionatemi|seguitemi"
        rf"|chiamatemi"
        r"|mandatemi messaggi|mi (?:risponda|scriva|scrivete|scrivere|contatti|contattate|contattare|disturbi"
        r"|disturbate"
        r"|taggate|menzionate))(?: (?:piu|mai piu|mai))?"
    ),
    (
        r"non voglio (?:piu )?(?:risposte|messaggi|essere contattat[oa]"
        r"|che mi (?:rispondiate|contattiate|scriviate))(?: piu)?"
    ),
    r"(?:niente )?piu (?:messaggi|risposte)|disiscriv(?:imi|etemi)|cancella(?:mi|temi)(?: dalla lista)?",
)

_NL_INF = (
    r"(?:reageren|antwoorden|schrijven|contacteren|benaderen|taggen|bellen|mailen|storen|lastigvallen|spammen|volgen"
    r"|berichten sturen|berichten|appen|noemen)"
)
_DUTCH = (
    (
        r"stop(?: (?:er )?(?:hier|daar|er)?mee)?|hou(?:d|dt)?(?: (?:er|daar|hier)?mee)? (?:nou |eens |nu )?op"
        r"|kappen(?: nou)?|kap er ?mee"
    ),
    (
        r"(?:stop|hou(?:d|dt)? (?:toch |nou |eens )?op) met (?:die|dat|deze|al die|jullie|het) (?:reacties?|berichten"
        r"|berichtjes|gereageer|gedm|gemail|gebel|gestalk|gespam)(?: (?:onder|op|bij) (?:m n|mijn|me) \w+)?"
    ),
    (
        r"(?:ik )?(?:wil|hoef) (?:verder |echt )?(?:niks|niets|nooit|geen woord)(?: meer)? (?:meer )?(?:van|over)"
        r" (?:jullie|u|je)"
        r"(?: (?:meer )?(?:te )?(?:horen|lezen|weten|ontvangen|vernemen))?"
    ),
    (
        r"(?:stuur|stuurt) (?:me|mij) (?:(?:verder|dan|gewoon|voortaan) )?(?:geen|niet)"
        r" (?:berichten|mails?|reacties|bericht)"
        r"(?: meer)?"
    ),
    rf"(?:stop|hou(?:d|dt)? op) met (?:het )?(?:me |mij |ons |mijn )?(?:te )?{_NL_INF}(?: van mij| op mij)?",
    r"laat (?:me|mij|ons)(?: (?:alsjeblieft|alstublieft|aub|eens|nou|gewoon|toch|nu))* (?:met rust|gerust)",
    rf"(?:me |mij )?niet (?:meer )?(?:op mij |op me )?{_NL_INF}",
    (
        r"(?:reageer|antwoord|schrijf|bericht|bel|mail|tag|stoor|volg|contacteer|benader)(?: (?:me|mij))?"
        r"(?: (?:alsjeblieft|aub|verder|maar|dan|voortaan|gewoon))* niet(?: meer)?(?: (?:op mij|op me))?"
    ),
    r"val (?:me|mij) niet (?:meer )?lastig|ga weg|uitschrijven|afmelden|schrijf me uit|meld me af",
    r"geen (?:reacties|berichten|mails|bots) meer|stuur (?:me|mij) (?:geen|niet) (?:berichten )?meer",
    (
        r"(?:ik wil )?geen (?:contact|berichten|reacties) meer"
        r"|neem geen contact (?:meer )?(?:met (?:me|mij) )?(?:meer )?op"
    ),
)

_STOP = "|".join((*_ENGLISH, *_SPANISH, *_PORTUGUESE, *_FRENCH, *_GERMAN, *_ITALIAN, *_DUTCH))


@lru_cache(maxsize=1)
def _unit() -> re.Pattern[str]:
    """A piece that asks to stop, or that is courtesy, and the space behind it; compiled when it is first asked for."""
    return re.compile(f"(?:(?P<asks>{_STOP})|{_COURTESY}) ")


def says_stop(text: str, names: Iterable[str] = ()) -> bool:
    """Whether a post says no more than that its author wants to be left alone. `names` are those of who is told."""
    if len(text) > MAX_READ:
        return False
    own = _words(tuple(names))
    rest = fold(_MENTIONS.sub(" ", text) if "@" in text else text)
    said = [word for word in tokens(rest) if word[0].isalnum() and word not in own]
    return 0 < len(said) <= MAX_WORDS and _parts(said)


@lru_cache(maxsize=4_096)
def _words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in term(name))


def _parts(said: list[str]) -> bool:
    """Whether the words can be parted into pieces that each ask to stop or are courtesy, and one of them asks.

    Each place that can be reached is looked at once, so the time is bounded whatever is said.
    """
    unit, reached = _unit(), {0: {False}}
    for start in range(len(said)):
        before = reached.get(start)
        if before is None or unit.match(" ".join(said[start:]) + " ") is None:
            continue
        for end in range(start + 1, min(start + MAX_PIECE, len(said)) + 1):
            found = unit.fullmatch(" ".join(said[start:end]) + " ")
            if found is not None:
                reached.setdefault(end, set()).update({True} if found["asks"] is not None else before)
    return True in reached.get(len(said), ())
