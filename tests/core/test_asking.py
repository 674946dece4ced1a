"""How a reply asks in public for what belongs in private, what only sounds so, and by what names it calls people."""

import pytest

from tests.third_set import blocked

POST = "@acmeair my bag never came"


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("de", "Sorry! Name, Adresse, Rechnungsnummer bitte, dann nehmen wir es auf."),
        ("en", "Sorry! Is there a phone number we can reach you on? Put it here, and the team will ring."),
        ("es", "Perdón. Decinos por acá tu celular y el número de ticket."),
        ("es", "Qué faena. Contéstanos con tu número de pedido y un móvil y lo cambiamos sin coste."),
        ("fr", "Pardon ! Donnez ici votre numéro de commande et votre adresse, on le renvoie sans frais."),
        ("it", "Ci scusi! Rispondi qui con la mail dell'abbonamento e il modello della TV."),
        ("nl", "Excuses! Op welk mailadres staat je account? Antwoord hier maar even."),
        ("pt", "Desculpe! Deixa seu WhatsApp nos comentários que a equipe te chama."),
        ("pt", "Lamentamos. Confirme-nos aqui a morada completa e um telefone, para o estafeta não falhar."),
    ],
)
def test_it_asks_whatever_the_words(lang: str, reply: str) -> None:
    """Without a word for asking, by a question that is answered here, or beside a `not` of another clause."""
    assert "asks-in-public" in blocked(reply, lang, POST)


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("de", "Schick uns die Sendungsnummer privat, dann fragen wir nach."),
        ("de", "Bitte melde es in der App, und nimm zu deinem Schutz die Adresse hier raus."),
        ("de", "Überweisen können Sie im Browser: https://acmeair.example/login"),
        ("es", "Te recomendamos borrar el correo del comentario."),
        ("it", "Un consiglio: tolga il numero dal post, qui lo leggono tutti."),
        ("en", "Please send your order number, but not here."),
        ("fr", "Ne donnez pas votre adresse ici."),
    ],
)
def test_it_warns_or_leads_to_a_private_way(lang: str, reply: str) -> None:
    """What asks for a private answer, warns against a public one, or only has such a word in a link."""
    assert "asks-in-public" not in blocked(reply, lang, POST)


def test_a_name_that_no_list_knows_is_said_once() -> None:
    """Who signed is called once; spoken to twice it blocks, and a word that only opens two sentences is no name."""
    post = "Mijn haar is te kort. Groetjes, Zwaantje"
    assert blocked("Zwaantje, dat was niet de bedoeling.", "nl", post) == set()
    assert "name-twice" in blocked("Zwaantje, dat was niet de bedoeling. Sorry, Zwaantje, en tot gauw.", "nl", post)
    assert blocked("Haar, dat groeit. Haar, dat groeit echt.", "nl", post) == set()


def test_a_stranger_is_named_after_thanks() -> None:
    """A greeting within thanks names somebody: `Danke, liebe …`."""
    assert "wrong-name" in blocked("Danke, liebe Steffi! Das freut uns.", "de", "Tolle Brötchen heute!")
