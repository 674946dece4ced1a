"""The check on a third set of replies in French, German and Dutch, and what that set has taught it."""

import pytest

from tests.third_set import blocked, counted

MINE = ("fr", "de", "nl")


@pytest.mark.parametrize("lang", MINE)
def test_the_third_set_is_judged_well(lang: str) -> None:
    """Of the third set 93 % of the bad replies and more are blocked in each language, and at most 4 good ones."""
    found = counted(lang)
    bad, good = found[True, True] + found[True, False], found[False, True] + found[False, False]
    assert bad >= 70
    assert good >= 60
    assert found[True, True] >= 0.93 * bad
    assert found[False, True] <= 4


@pytest.mark.parametrize(
    ("lang", "fact", "same", "other"),
    [
        ("fr", "Le prix est rendu sous 14 jours.", "Rendu sous deux semaines.", "Rendu sous trois semaines."),
        ("fr", "Le prix est rendu sous deux semaines.", "Rendu sous quinze jours.", "Rendu sous dix jours."),
        ("de", "Die Rückgabe geht 30 Tage.", "Einen Monat lang geht das.", "Zwei Monate geht das."),
        ("nl", "Het geld komt binnen 10 werkdagen.", "Binnen twee weken komt het.", "Binnen drie weken komt het."),
    ],
)  # fmt: skip
def test_a_length_of_time_may_be_counted_otherwise(lang: str, fact: str, same: str, other: str) -> None:
    """Weeks, days, working days and months of a fact may be told in each other; a longer time may not."""
    assert blocked(same, lang, "@acmeair retour?", fact) == set()
    assert blocked(other, lang, "@acmeair retour?", fact) != set()


def test_what_was_is_no_reproach() -> None:
    """`Hatten Sie` tells what was, `wir hätten Sie` blames us, and `hätten Sie` blames the customer."""
    assert "blame" not in blocked("So hatten Sie das nicht gebucht, pardon.", "de", "@acmeair Sitz?")
    assert "blame" not in blocked("Wir hätten Sie vorher fragen sollen, pardon.", "de", "@acmeair Sitz?")
    assert "blame" in blocked("Hätten Sie mal früher gebucht.", "de", "@acmeair Sitz?")


@pytest.mark.parametrize(
    ("lang", "text", "reply"),
    [
        ("fr", "colis perdu, 8 impasse des Merles", "Désolés, il a été remis impasse des Merles."),
        ("de", "Paket weg, Amselstieg 8", "Das tut uns leid, es wurde im Amselstieg abgegeben."),
        ("nl", "pakket kwijt, Merelpad 8", "Sorry, het is afgegeven op het Merelpad."),
    ],
)
def test_a_street_is_an_address_without_its_number(lang: str, text: str, reply: str) -> None:
    """The street of the customer's house is not said in public, even if the number is left out."""
    assert "public-data" in blocked(reply, lang, text)
    assert "public-data" not in blocked(reply, lang, text, text)


@pytest.mark.parametrize(("lang", "plate"), [("fr", "GH-482-KL"), ("de", "KI-LB 2207"), ("nl", "GX-482-K")])
def test_a_number_plate_points_to_one_person(lang: str, plate: str) -> None:
    """The plate of the customer's car is not said in public, though they wrote it."""
    assert "public-data" in blocked(f"OK, {plate}.", lang, f"@acmeair {plate}")


def test_a_surname_after_the_visible_name() -> None:
    """A surname that nobody has said is wrong, in German too; a title with the name of the signature is not."""
    assert "wrong-name" in blocked("Hallo Torben Petersen, das tut uns leid.", "de", "Koffer weg. Torben")
    assert "wrong-name" not in blocked("Hallo Torben, das tut uns leid.", "de", "Koffer weg. Torben")
    assert blocked("Bonjour Madame Perrin, nous sommes navrés.", "fr", "valise perdue. Mme Perrin") == set()
    assert blocked("Bonjour Madame Parrot, nous sommes navrés.", "fr", "valise perdue. Mme Perrin") != set()


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("fr", "Nous sommes navrés. Merci de votre patience, Inès"),
        ("de", "Das tut uns leid. Danke für Ihre Geduld, Ines"),
        ("nl", "Het spijt ons. Bedankt voor uw geduld, Inez"),
    ],
)
def test_a_wish_before_a_name_signs(lang: str, reply: str) -> None:
    """A name after thanks at the very end is ours; with a call sign behind it, somebody is called by it."""
    assert blocked(reply, lang, "@acmeair ?") == set()
    assert blocked(f"{reply}!", lang, "@acmeair ?") != set()


@pytest.mark.parametrize(
    ("lang", "stop", "complaint"),
    [
        ("fr", "et merci de ne plus m'écrire", "aucune réponse de votre part"),
        ("de", "lasst mich in Ruhe mit euren Floskeln", "keine Antworten seit Tagen"),
        ("nl", "ik wil niks meer van jullie horen", "ik hoor niks meer van jullie"),
    ],
)
def test_who_is_fed_up_asks_for_silence(lang: str, stop: str, complaint: str) -> None:
    """More ways of asking for silence are heard; that nobody answers is a complaint, and wants an answer."""
    assert "after-stop" in blocked("Ok.", lang, f"@acmeair {stop}")
    assert "after-stop" not in blocked("Ok.", lang, f"@acmeair {complaint}")
