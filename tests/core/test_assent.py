"""A yes is one beyond doubt, or none; whoever takes it back is understood, in seven languages."""

import pytest

from ascolta.core.asking import LANGUAGES
from ascolta.core.assent import says_yes, takes_back
from ascolta.core.speaking.lexicon import lexicon_file

YES = {
    "en": (
        "yes", "Yes, gladly!", "Yes please", "@acmeair yes, gladly, count me in", "Sure, happy to help 👍🏽", "I agree",
        "Of course! I’d love to help", "yes to acme, gladly", "Absolutely ❤️", "Yes, no problem", "I'm in!",
    ),
    "es": ("Sí", "¡Claro que sí!", "Sí, con mucho gusto", "Por supuesto, cuenten conmigo", "sí, gracias", "acepto"),
    "fr": ("Oui", "Oui, avec plaisir", "Bien sûr !", "D’accord, merci", "oui je veux bien", "volontiers"),
    "de": ("Ja", "ja gern, danke", "Klar, gern", "Natürlich, ich bin dabei", "Ja, ich helfe gern", "Einverstanden"),
    "pt": ("Sim", "Com muito gosto", "Claro que sim, contem comigo", "sim, aceito", "com certeza"),
    "it": ("Sì", "sì, volentieri", "Certo!", "Con molto piacere", "Va bene, accetto", "d'accordo", "yes"),
    "nl": ("Ja", "Ja, graag", "Natuurlijk, met plezier", "ik doe graag mee", "Zeker, reken op mij"),
}  # fmt: skip
DOUBT = {
    "en": (
        "", "thanks", "ok", "why not", "yes?", "maybe, what would I have to do?", "yes if you pay me", "yes and no",
        "Yes, and my bag is still missing", "yes but only in summer", "I would help", "I might", "not yes", "Yes ;)",
        "Yes... 🙄 as if. you people never learn, what a joke", "yes 🙃", "yeah yeah", "“yes”", "yes :/", "Yes...",
        "Sure, whatever", "I agree with @bob", "yeah sure", "where is my parcel? It is two weeks late!",
        "yes " * 90, "ja", "oui",
    ),
    "es": ("ja ja ja", "sí, pero no", "quizás", "si me pagan", "¿sí?", "claro, claro", "depende", "vale"),
    "fr": ("peut-être", "oui mais", "si vous payez", "oui oui", "pourquoi pas", "oui ou non"),
    "de": ("vielleicht", "ja ja", "ja, wenn ich Zeit habe", "jein", "ja oder nein", "von mir aus"),
    "pt": ("talvez", "sim, mas", "já", "sim ou não", "se pagarem sim"),
    "it": ("forse", "sì, ma", "come no", "sì o no", "se pagate sì"),
    "nl": ("misschien", "ja, als", "ja dag", "ja ja", "ja of nee", "ja maar"),
    "xx": ("oui", "ja"),
}  # fmt: skip
BACK = {
    "en": (
        "I withdraw my consent. Please delete my data.", "thanks but no, never. I hate such requests", "No, sorry",
        "On second thought: I would rather not, sorry", "please don't write to me again",
        "I've changed my mind, sorry",
        "take me off your list", "I no longer agree", "Not interested", "Hello, no.", "No more.\n\nSent from my phone",
        "No more, I am too busy this year", "Please forget about me",
    ),
    "es": ("retiro mi consentimiento", "no, lo siento", "borren mis datos", "no me escriban más",
        "prefiero que no", "No más, no tengo tiempo"),
    "fr": ("je retire mon accord, ne me contactez plus", "non, désolé, je ne veux pas", "j'ai changé d'avis",
        "Plus jamais, pas le temps"),
    "de": ("Ich widerrufe meine Einwilligung", "Nein, tut mir leid", "Bitte löschen Sie meine Daten",
        "lieber nicht", "Nicht mehr, keine Zeit"),
    "pt": ("retiro o meu consentimento", "não, desculpe, prefiro não", "parem de me escrever",
        "mudei de ideias", "Não mais, não tenho tempo"),
    "it": ("revoco il mio consenso", "no, mi dispiace", "non scrivetemi più", "ho cambiato idea",
        "preferirei di no", "Non più, non ho tempo"),
    "nl": ("ik trek mijn toestemming in", "Bedankt, maar nee, liever niet", "verwijder mij", "nee, sorry",
        "Niet meer, geen tijd"),
}  # fmt: skip
OTHER = (
    "no problem", "no idea", "no more snacks on board?", "ya no hay asientos?", "nie mehr ohne acme",
        "Qué bueno, ¿no?",
    "niet meer dan twee tassen?", "non vedo l'ora!", "Ritiro il pacco domani", "je veux plus de thé",
        "Where is my bag",
    "no refund yet", "I love your tea, never had better", "Molto buono, no?", "",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_yes_is_one(language: str) -> None:
    """With whatever courtesy stands around it, in the language of the question or in English."""
    assert [said for said in YES[language] if not says_yes(said, language, ("acme",)) or takes_back(said)] == []


@pytest.mark.parametrize("language", DOUBT)
def test_in_doubt_it_is_no_yes(language: str) -> None:
    """A question, a condition, irony, anything beside it, another language: only a plain yes is one."""
    assert [said for said in DOUBT[language] if says_yes(said, language, ("acme",))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_taking_it_back_is_understood(language: str) -> None:
    """Wherever in the words it stands; and none of them is a yes."""
    said = BACK[language]
    assert [one for one in said if not takes_back(one, ("acme",)) or says_yes(one, language)] == []


def test_other_words_take_nothing_back() -> None:
    """Talk that begins with the same words, and a "no?" that only asks for assent."""
    assert [said for said in OTHER if takes_back(said, ("acme",))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_whole(language: str) -> None:
    """Each language has all kinds of phrases, and none twice."""
    lists = lexicon_file("assent", language)
    assert set(lists) == {"yes", "with", "ends", "no"}
    for kind, phrases in lists.items():
        assert len(phrases) == len(set(phrases)), kind


def test_a_long_text_is_read_in_no_time() -> None:
    """What is long is no yes, and of what is very long the beginning is read."""
    assert not takes_back("tea " * 100_000 + "I withdraw")
    assert not says_yes("yes please " * 10_000, "en")
