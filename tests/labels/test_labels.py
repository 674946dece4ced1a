"""What the labellers say: a table for each language, odd text, and agreement with the example day."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.label import MANY, VOCABULARY, Ask, says, values
from ascolta.core.mention import hear
from ascolta.labels import label
from ascolta.training.encoding import ask
from ascolta.training.examples import read_held
from tests.conftest import ROOT

ACME = ("acmeair",)
COMPLAINTS = {
    "en": "@acmeair my bag never arrived and nobody answers the phone",
    "es": "@acmeair mi maleta no llegó y nadie contesta el teléfono",
    "de": "@acmeair mein Koffer ist verschwunden und keiner geht ans Telefon",
    "fr": "@acmeair ma valise a disparu et personne ne répond au téléphone",
    "pt": "@acmeair minha mala sumiu e ninguém atende o telefone",
    "it": "@acmeair la mia valigia è sparita e nessuno risponde al telefono",
    "nl": "@acmeair mijn koffer is kwijt en niemand neemt de telefoon op",
}
FLOORS = {"language": 0.97, "addressed": 0.90, "complaint": 0.75, "polarity": 0.65, "intent": 0.65}
"""Far below what is reached, and far above chance: a change that breaks a labeller is seen, a better one is free."""


@pytest.mark.parametrize("language", COMPLAINTS)
def test_a_complaint_is_one_in_every_language(language: str) -> None:
    """The same complaint is addressed, a complaint, negative, and in its own language."""
    (given,) = label([Ask(text=COMPLAINTS[language], handles=ACME, names=("acme",))])
    assert values(given, "language") == (language,)
    assert says(given, "addressed", "yes")
    assert says(given, "complaint", "yes")


def test_talk_among_friends_is_not_addressed() -> None:
    """Telling friends about the brand is not speaking to it."""
    (given,) = label([Ask(text="flying acme air tomorrow, wish me luck", handles=ACME, names=("acme",))])
    assert says(given, "addressed", "no")
    assert says(given, "complaint", "no")


ABOUT = {
    "en": "visited the @acmeair stand yesterday, lovely colours",
    "es": "ayer visité el stand de @acmeair, bonitos colores",
    "de": "gestern den Stand von @acmeair besucht, schöne Farben",
    "fr": "hier j'ai visité le stand de @acmeair, belles couleurs",
    "pt": "ontem visitei o estande da @acmeair, lindas cores",
    "it": "ieri ho visitato lo stand di @acmeair, bei colori",
    "nl": "gisteren de stand van @acmeair bezocht, mooie kleuren",
}


@pytest.mark.parametrize("language", ABOUT)
def test_an_account_within_a_sentence_is_spoken_of(language: str) -> None:
    """Who tells of a brand by its account does not speak to it."""
    (given,) = label([Ask(text=ABOUT[language], handles=ACME, names=("acme",))])
    assert says(given, "addressed", "no")
    assert says(given, "complaint", "no")


@pytest.mark.parametrize(("value", "floor"), [("no", 0.8), ("yes", 0.88)])
def test_spoken_of_and_spoken_to_are_told_apart_within_a_sentence(value: str, floor: float) -> None:
    """Of posts that nobody learned from, with the account within a sentence, few are taken for what they are not."""
    held = [one for one in read_held(ROOT / "training" / "held") if one.labels["addressed"] == (value,)]
    said = label([ask(one) for one in held])
    assert len(held) > 100
    assert sum(says(given, "addressed", value) for given in said) / len(held) >= floor


@given(st.text(max_size=400))
def test_any_text_gets_each_label_once(text: str) -> None:
    """Whatever the text, a label is given once, except those of which a post may carry several; from the vocabulary."""
    (given_,) = label([Ask(text=text, handles=ACME)])
    names = Counter(one.name for one in given_)
    assert all(names[name] == 1 for name in ("addressed", "complaint", "polarity", "intent", "language"))
    assert all(count == 1 for name, count in names.items() if name not in MANY)
    for one in given_:
        assert not VOCABULARY[one.name] or one.value in VOCABULARY[one.name]
        assert 0 <= one.score <= 1


def test_the_example_day_is_read_as_its_author_meant_it() -> None:
    """On the example day the labels agree with the author's more often than the floors."""
    folder = bootstrap.example()
    found = bootstrap.found(folder)
    lines = (ROOT / "tests" / "data" / "day-truth.jsonl").read_text(encoding="utf-8").splitlines()
    truth = {said["id"]: said for said in map(json.loads, lines)}
    right: Counter[str] = Counter()
    seen = 0
    (source,) = bootstrap.sources(found, [], bootstrap.Reading())
    for batch in source.batches(""):
        for mention in hear(batch, found.brands, Known()).mentions:
            meant = truth.get(mention.post.id)
            if meant is None:
                continue
            seen += 1
            meant = {**meant, "language": meant["lang"]}
            for name in FLOORS:
                value = {True: "yes", False: "no"}.get(meant[name], meant[name])
                right[name] += says(mention.labels, name, value)
    assert seen > 1_200
    for name, floor in FLOORS.items():
        assert right[name] / seen >= floor, f"{name}: {right[name] / seen:.3f}"
