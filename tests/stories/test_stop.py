"""The story of somebody who wants to be left alone, and is."""

from pathlib import Path

import pytest

from ascolta.core.removal import Effect, Removal
from tests.stories.town import town

ENOUGH = {
    "en": "@acmeair stop replying to me",
    "es": "@acmeair dejad de escribirme",
    "fr": "@acmeair arrêtez de me répondre",
    "de": "@acmeair lasst mich in Ruhe",
    "pt": "@acmeair parem de me responder",
    "it": "@acmeair smettetela di scrivermi",
    "nl": "@acmeair laat me met rust",
}
ASKS = {
    "en": "@acmeair where is my suitcase? nobody answers, this is unacceptable",
    "es": "@acmeair ¿dónde está mi maleta? llevo dos horas esperando y nadie contesta",
    "fr": "@acmeair où est ma valise ? personne ne répond, c'est inadmissible",
    "de": "@acmeair wo ist mein Koffer? niemand geht ran, eine Frechheit",
    "pt": "@acmeair onde está a minha mala? ninguém responde, é inaceitável",
    "it": "@acmeair dov'è la mia valigia? nessuno risponde, è inaccettabile",
    "nl": "@acmeair waar is mijn koffer? niemand reageert, dit is onacceptabel",
}

TELLS = {
    "en": "my suitcase is gone and acme air answers nobody, this is unacceptable",
    "es": "he perdido mi maleta y acme air no contesta a nadie, es inaceptable",
    "fr": "ma valise est perdue et acme air ne répond à personne, c'est inadmissible",
    "de": "mein Koffer ist weg und acme air antwortet niemandem, eine Frechheit",
    "pt": "a minha mala perdeu-se e a acme air não responde a ninguém, é inaceitável",
    "it": "la mia valigia è persa e acme air non risponde a nessuno, è inaccettabile",
    "nl": "mijn koffer is weg en acme air antwoordt niemand, dit is onacceptabel",
}


@pytest.mark.parametrize("language", ENOUGH)
def test_somebody_who_says_stop(tmp_path: Path, language: str) -> None:
    """What was approved for them does not go out, what was held goes, and nothing they say later brings us back."""
    with town(tmp_path) as it:
        # She asks, and the answer is written, approved by two, and about to go out.
        it.says("nora_canary", ASKS[language], language)
        it.passes(60)
        template, words = it.offers("Ann")[0]
        it.does("Ann", "draft", note=words, template=template)
        it.does("Ann", "approve")
        it.does("Bob", "approve")
        assert it.waiting == 1

        # She has enough, right before. Nothing goes out, and the case with the answer is gone.
        it.says("nora_canary", ENOUGH[language], language)
        it.passes(1)
        assert it.waiting == 0
        assert it.speaks().sent == 0
        assert it.said == []
        assert it.store.cases() == []

        # Whatever she says of us afterwards opens no case: we were asked to stay away, and do.
        it.says("nora_canary", TELLS[language], language)
        it.passes(86_400)
        assert it.store.cases() == []
        assert it.store.person("x", "nora_canary").standings[0].standing == "stopped"
        assert it.holds("nora_canary", ASKS[language][9:30], TELLS[language][:20]) == []

        # If she herself speaks to us again, only people trained for it see that, with no draft to tempt them.
        it.says("nora_canary", ASKS[language], language)
        it.passes(60)
        assert (it.case().decision.rule, it.case().decision.desk) == ("opted-out-but-spoke-to-us", "people")
        assert it.waiting == 0

        # Only she can undo it.
        it.store.forget(Removal(network="x", actor="nora_canary", why="she asked", effect=Effect.WELCOME), it.now)
        it.says("nora_canary", ASKS[language], language)
        it.passes(60)
        assert it.case().decision.rule == "spoken-to-complaint"


def test_somebody_who_says_stop_after_an_answer(tmp_path: Path) -> None:
    """A thank-you that asks for no more ends it too, though we have just been answered kindly."""
    with town(tmp_path) as it:
        it.says("omar_canary", "@acmeair what time does the desk open?")
        it.passes(60)
        template, words = it.offers("Ann")[0]
        it.does("Ann", "draft", note=words, template=template)
        it.does("Bob", "approve")
        assert it.speaks().sent == 1
        it.says("omar_canary", "@acmeair ok thanks, please don't message me again")
        it.passes(60)
        assert it.store.cases() == []
        it.says("omar_canary", "acme air finally told me what time the desk opens, it took them long enough")
        it.passes(60)
        assert it.store.cases() == []
        assert len(it.said) == 1
