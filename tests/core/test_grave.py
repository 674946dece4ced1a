"""What is for people only: deaths, danger to life, children who write or are in need; and what merely sounds so."""

from collections import Counter

import pytest
from bench.grave import found, ours

from ascolta.core.grave import with_grave
from ascolta.core.label import Label, values
from ascolta.core.post import Post
from ascolta.core.redact.normal import normal
from ascolta.core.speaking import LANGUAGES
from ascolta.core.speaking.grave import FOR_PEOPLE, NEED, SPARE, THING, YOUNG, grave
from ascolta.core.speaking.lexicon import lexicon_file


def kinds(text: str, language: str) -> frozenset[str]:
    """What a post is."""
    return grave(normal(text), language)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("en", "grief", "My father passed away in May and you still send him bills."),
        ("es", "grief", "Mi abuela falleció el lunes y seguís llamándola."),
        ("fr", "grief", "Mon mari est décédé en mars, et vous lui écrivez encore."),
        ("de", "grief", "Mein Vater ist im Mai verstorben, und ihr schreibt ihm noch."),
        ("pt", "grief", "O meu pai faleceu em maio e vocês ainda lhe escrevem."),
        ("it", "grief", "Mio padre è morto a maggio e gli scrivete ancora."),
        ("nl", "grief", "Mijn vader is in mei overleden en jullie schrijven hem nog."),
        ("en", "harm", "i just want to kill myself"),
        ("es", "harm", "ya no quiero vivir"),
        ("fr", "harm", "j'ai envie de mourir"),
        ("de", "harm", "ich will nicht mehr leben"),
        ("pt", "harm", "eu quero morrer"),
        ("it", "harm", "non voglio più vivere"),
        ("nl", "harm", "ik wil niet meer leven"),
        ("en", "minor", "im 13 and you closed my account"),
        ("es", "minor", "tengo 13 años y me cerrasteis la cuenta"),
        ("fr", "minor", "j'ai 13 ans et vous avez fermé mon compte"),
        ("de", "minor", "ich bin 13 und ihr habt mein Konto gesperrt"),
        ("pt", "minor", "tenho 13 anos e fecharam a minha conta"),
        ("it", "minor", "ho 13 anni e avete chiuso il mio account"),
        ("nl", "minor", "ik ben 13 jaar en jullie hebben mijn account gesloten"),
        ("en", "child", "Your chair broke and my daughter is in hospital with a broken arm."),
        ("es", "child", "Mi hija se ha roto el brazo con vuestra silla, estamos en urgencias."),
        ("fr", "child", "Ma fille s'est cassé le bras avec votre chaise, on est aux urgences."),
        ("de", "child", "Meine Tochter hat sich an eurem Stuhl den Arm gebrochen, wir sind im Krankenhaus."),
        ("pt", "child", "A minha filha partiu o braço na vossa cadeira, estamos no hospital."),
        ("it", "child", "Mia figlia si è rotta il braccio con la vostra sedia, siamo al pronto soccorso."),
        ("nl", "child", "Mijn dochter heeft haar arm gebroken door jullie stoel, we zijn in het ziekenhuis."),
    ],
)
def test_it_is_known(language: str, kind: str, text: str) -> None:
    """In each language what is said plainly is known, in capitals and without accents, too."""
    assert kind in kinds(text, language)
    assert kind in kinds(text.upper(), language)
    assert kind in kinds(text, "")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The line is dead again, and I am dying of boredom."),
        ("es", "El móvil está muerto y yo muerto de risa."),
        ("fr", "La box est morte, je suis mort de rire."),
        ("de", "Die Leitung ist tot, ich lach mich tot."),
        ("pt", "O telemóvel morreu e eu morto de rir."),
        ("it", "Il router è morto, io morto dal ridere."),
        ("nl", "De lijn is dood, ik lach me dood."),
        ("en", "I have been with you for 14 years and am 15 minutes late."),
        ("es", "Llevo 14 años con vosotros y tengo el número 12."),
        ("fr", "Je suis chez vous depuis 14 ans, j'ai le numéro 12."),
        ("de", "Ich bin seit 14 Jahren bei euch und bin die Nummer 12."),
        ("pt", "Estou convosco há 14 anos e tenho a senha 12."),
        ("it", "Sono con voi da 14 anni e ho il numero 12."),
        ("nl", "Ik ben al 14 jaar bij jullie en ben nummer 12 in de rij."),
        ("en", "My daughter loves the shoes, the zip is broken though."),
        ("es", "A mi hija le encantan los zapatos, pero la cremallera está rota."),
        ("fr", "Ma fille adore ses chaussures, mais la fermeture est cassée."),
        ("de", "Meine Tochter liebt die Schuhe, nur der Reißverschluss ist kaputt."),
        ("pt", "A minha filha adora os sapatos, mas o fecho veio partido."),
        ("it", "Mia figlia adora le scarpe, ma la cerniera è rotta."),
        ("nl", "Mijn dochter is dol op de schoenen, maar de rits is stuk."),
    ],
)
def test_it_merely_sounds_so(language: str, text: str) -> None:
    """Dead things, figures of speech, spans of years, and a child that wants for nothing."""
    assert kinds(text, language).isdisjoint(FOR_PEOPLE)


def test_a_child_and_a_need_far_apart_are_two_matters() -> None:
    """What befalls somebody else two sentences further on is not the child's."""
    assert "child" in kinds("My daughter uses your chair. She is in hospital now.", "en")
    far = kinds("My daughter uses your chair. It is red. I like it. My colleague is in hospital now.", "en")
    assert YOUNG in far
    assert "child" not in far


@pytest.mark.parametrize(("part", "least", "most"), [("seen", 0.9, 0.05), ("first", 0.7, 0.08), ("second", 0.6, 0.2)])
def test_of_posts_that_others_wrote(part: str, least: float, most: float) -> None:
    """So many are found at least, and so many of those that were written to be mistaken are at most."""
    there, hits = found(part, ours)
    assert sum(there.values()) >= 400
    sums, shares = Counter[bool](), Counter[bool]()
    for (kind, language), count in there.items():
        sums[bool(kind)] += count
        shares[bool(kind)] += hits[kind, language]
    assert shares[True] >= least * sums[True]
    assert shares[False] <= most * sums[False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_phrases_are_written(language: str) -> None:
    """Each is of a known kind, names only classes that are there, and neither begins nor ends with a gap."""
    said = lexicon_file("grave", language)
    assert set(said["phrases"]) == {*FOR_PEOPLE - {"child"}, YOUNG, NEED, SPARE, THING}
    for texts in said["phrases"].values():
        assert len(texts) == len(set(texts))
        for text in texts:
            pieces = text.split()
            assert pieces[0] != ".."
            assert pieces[-1] != ".."
            for word in (word for piece in pieces for word in piece.removesuffix("?").split("|")):
                assert word
                assert not word.startswith("<") or word.strip("<>") in said["classes"]
                assert "*" not in word.strip("*")


def labels(addressed: str = "yes", complaint: str = "no", language: str = "en") -> tuple[Label, ...]:
    """What a labeller may have said."""
    told = (("language", language), ("addressed", addressed), ("complaint", complaint))
    return tuple(Label(name=name, value=value, score=0.9, by="learned") for name, value in told)


def test_a_labeller_that_misses_it_is_helped() -> None:
    """A post that speaks to us or complains has its grave matters told, each once."""
    post = Post(id="1", content="My son passed away in May. He was 9 years old, alone in hospital.")
    for given in (labels(), labels(addressed="no", complaint="yes")):
        assert values(with_grave(given, post), "sensitive") == ("bereavement", "minors")
    known = (*labels(), Label(name="sensitive", value="bereavement", score=0.7, by="learned"))
    assert values(with_grave(known, post), "sensitive") == ("bereavement", "minors")


def test_where_nobody_is_answered_nothing_is_looked_for() -> None:
    """Talk about the brand stays as it was labelled, and so does a language that we have no phrases of."""
    post = Post(id="1", content="My son passed away in May.")
    assert with_grave(labels(addressed="no"), post) == labels(addressed="no")
    assert with_grave(labels(language="ja"), post) == labels(language="ja")


THINGS = [
    ("en", "so easy a child could use it"), ("en", "my child's shoes arrived torn"), ("en", "it was child's play"),
    ("de", "das war ein Kinderspiel"), ("de", "die Rücksendung war kinderleicht"),
    ("de", "der Kinderwagen kam kaputt an"), ("de", "das Kinderbuch fehlt"), ("de", "das ist doch ein Witz"),
    ("de", "das versteht jedes Kind"), ("de", "die Schuhe meines Kindes kamen zerrissen an"),
    ("fr", "le rayon enfant est vide"), ("fr", "un jeu d'enfant"), ("fr", "les chaussures de mon fils sont déchirées"),
    ("es", "la sección infantil está rota en la web"), ("es", "es un juego de niños"),
    ("es", "los zapatos de mi hija llegaron rotos"), ("pt", "brincadeira de criança"),
    ("pt", "o casaco do meu filho veio rasgado"), ("it", "è un gioco da bambini"),
    ("it", "le scarpe di mia figlia sono rotte"), ("nl", "kinderspel, zo makkelijk"),
    ("nl", "de kinderwagen kwam kapot aan"), ("nl", "de schoenen van mijn zoon zijn gescheurd"),
]  # fmt: skip
PERSONS = [
    ("en", "my daughter was left alone at the gate"), ("en", "my child's shoes arrived and my son cried all night"),
    ("de", "mein Sohn sitzt im Kinderwagen und friert"), ("fr", "mon fils est resté seul sur le quai"),
    ("es", "mi hija lleva dos horas sola"), ("pt", "o meu filho ficou sozinho no comboio"),
    ("it", "mio figlio è rimasto solo alla stazione"), ("nl", "mijn dochter staat alleen op het perron"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), THINGS)
def test_things_for_children_are_no_child(lang: str, text: str) -> None:
    """What is made for children and figures of speech name no child."""
    assert grave(normal(text), lang).isdisjoint({YOUNG, *FOR_PEOPLE})


@pytest.mark.parametrize(("lang", "text"), PERSONS)
def test_a_child_beside_a_thing_is_one(lang: str, text: str) -> None:
    """A child as a person is spoken of, with or without a thing for children."""
    assert YOUNG in grave(normal(text), lang)
