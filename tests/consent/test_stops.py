"""How people ask to be left alone, in seven languages, and what only sounds like it."""

import time

import pytest

from ascolta.core.consent import says_stop

STOPS = {
    "en": """stop|STOP!!!|stop it|pls stop|@acmeair please stop.|stop replying|stop replying to me|please leave me alone
        |Leave me the hell alone!!|don't reply|do not contact me again|don’t tag me|never message me again|unsubscribe
        |opt me out|just stop already|STOP STOP STOP|stop, leave me alone|🛑 stop 🛑|can you please stop messaging me?
        |I said stop.|go away|stop following me|s\u200btop|ｓｔｏｐ|no more replies please
        |I don't want to hear from you|Stop spamming my replies|stop it, please. thanks|acme, stop it
        |plz STOP texting me
        |don't contact me @acmeair""",
    "es": """basta|¡Basta ya!|para|paren ya|déjame en paz|déjenme en paz|dejadme en paz por favor|deja de escribirme
        |dejen de responderme|no me escriban más|no me contesten|no me contacten nunca más|por favor, no me escriban
        |no quiero más mensajes|dejen de molestar|no me respondas|ya basta|dejame tranquila""",
    "fr": """arrêtez|arrête|arrêtez de me répondre|laissez-moi tranquille|Laisse moi tranquille stp|ne me répondez plus
        |ne m'écrivez plus|ne plus me contacter svp|cessez de m'écrire|foutez-moi la paix|stop svp|STOP merci
        |je ne veux plus de messages|arrêtez de m'envoyer des messages|lâchez-moi|ne me contactez plus jamais""",
    "de": """stopp|stop bitte|hört auf|Hört auf!!!|hört endlich auf|hört auf mir zu schreiben|lasst mich in Ruhe
        |Lass mich bitte in Ruhe|Lassen Sie mich in Ruhe|schreibt mir nicht mehr|kontaktieren Sie mich nicht mehr
        |nicht antworten|bitte nicht mehr antworten|mir bitte nicht schreiben|keine Nachrichten mehr|laßt mich in ruhe
        |hoert auf damit|Hört auf, mich zu nerven""",
    "pt": """pare|parem|parem com isso|para de me responder|pare de me responder|parem de me escrever|deixem-me em paz
        |me deixa em paz|Me deixem em paz!|não me respondam|não me escrevam mais|não me contactem
        |não me mandem mensagens
        |por favor parem|não quero mais mensagens|deixa-me em paz""",
    "it": """basta|smettetela|smettila|smettetela di scrivermi|lasciatemi in pace|lasciami stare|mi lasci in pace
        |non scrivetemi più|non rispondetemi|non contattarmi più|non scrivermi mai più|basta per favore
        |non voglio più messaggi|smettete di rispondermi|non mi contattate più|disiscrivetemi""",
    "nl": """stop|stop ermee|hou op|houd op|hou daarmee op|laat me met rust|laat me met rust aub
        |Laat mij alsjeblieft met rust|niet reageren|niet meer reageren aub|stop met reageren|stop met mij te taggen
        |reageer niet meer|geen berichten meer|val me niet lastig|val me niet meer lastig|schrijf me niet meer
        |neem geen contact meer op""",
}
OTHERS = {
    "en": """stop losing my luggage|where is the bus stop|is this the last stop?|how do I unsubscribe?|non-stop flight
        |don't stop|can't stop laughing|stop charging my card|no reply.|no reply to my email|please|please reply
        |don't mention it|stop & shop|the stop button is broken|leave my bag alone|don't bother|thanks|one stop or two?
        |please stop the train at Lunaro|I told you to call me|you never reply|never answer|Do not fly with them
        |stop cancelling flights|no""",
    "es": """para mí es tarde|basta de retrasos|no contestan|no me contestan|no me responden|¿para cuándo?
        |dejen de perder maletas|dame de baja la línea|quiero darme de baja|la parada de bus|no me llegó
        |déjenme subir""",
    "fr": """l'arrêt de bus|arrêtez de perdre mes bagages|vous ne me répondez pas|personne ne me répond
        |stop aux retards|laissez-moi monter|où est l'arrêt|ne répond pas|merci""",
    "de": """antwortet nicht|@acmeair antwortet mir nicht mehr|keine Antwort|keine Antwort seit Tagen
        |hört auf mit dem Streik|wo ist der Stopp|lasst mich umbuchen|bitte antworten|niemand antwortet mir
        |Schluss mit Verspätungen""",
    "pt": """para o Porto|não respondem|não me respondem|parem de perder malas|onde para o autocarro
        |deixem-me embarcar|não me responde ninguém|chega tarde""",
    "it": """non rispondete|non mi rispondete|basta ritardi|la fermata del bus|smettetela di perdere valigie
        |non mi risponde nessuno|lasciatemi salire|basta scioperi""",
    "nl": """de bushalte|stop met vertragingen|geen antwoord|laat me weten|reageert niet|hou rekening met mij
        |niemand reageert|stop de trein|jullie reageren niet""",
}


def lines(said: str) -> list[str]:
    return [line.strip() for line in said.split("|")]


@pytest.mark.parametrize("language", STOPS)
def test_leave_me_alone_is_understood(language: str) -> None:
    """At least sixteen ways in each language to say that one wants to be left alone all work."""
    assert len(lines(STOPS[language])) >= 16
    assert [said for said in lines(STOPS[language]) if not says_stop(said, ("Acme", "Acme Air"))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_only_sounds_like_it_silences_nobody(language: str) -> None:
    """Complaints and questions in which the same words stand are none, and least of all "you do not answer"."""
    assert len(lines(OTHERS[language])) >= 8
    assert [said for said in lines(OTHERS[language]) if says_stop(said, ("Acme", "Acme Air"))] == []


@pytest.mark.parametrize(
    "text", ["please " * 20, "stop " * 19 + "x", "no stop " * 9 + "bag", "stop now " * 500, "x" * 99_999, ""]
)
def test_reading_it_takes_no_time_whatever_is_said(text: str) -> None:
    """Courtesy without end, nearly a stop and very long texts are read in milliseconds."""
    begun = time.process_time()
    assert not says_stop(text)
    assert time.process_time() - begun < 2
