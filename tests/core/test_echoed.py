"""What a customer has told of themselves and a public reply may not repeat: codes, ends of numbers, names, accounts."""

import pytest

from ascolta.core.speaking import Talk, check
from ascolta.core.speaking.talk import Fact, Standing, Turn


def shown(reply: str, lang: str, post: str, *, fact: str = "", name: str = "", public: bool = True) -> set[str]:
    """What of a reply is blocked as personal data shown in public."""
    standing = Standing(addressed=True, public=public)
    facts = (Fact(statement=fact),) if fact else ()
    talk = Talk(
        lang=lang, brand="Acme", thread=(Turn(by="customer", text=post),), facts=facts, name=name, standing=standing
    )
    return {reply[one.start : one.end] for one in check(reply, talk) if one.rule == "public-data"}


@pytest.mark.parametrize(
    ("lang", "post", "reply", "code"),
    [
        ("en", "Your car park fined me. Reg KT19 VWE.", "Sorry, the notice for KT19 VWE is looked at.", "KT19 VWE"),
        ("en", "Order TT-4419 arrived dead.", "Sorry! Please have TT-4419 at hand.", "TT-4419"),
        ("de", "Kaution weg. Kennzeichen B-RM 4082.", "Für den Wagen B-RM 4082 fehlt die Freigabe.", "B-RM 4082"),
        ("de", "Jahreskarte Nr. 5518, Dusche kalt.", "Wir geben das zur Jahreskarte 5518 weiter.", "5518"),
        ("it", "Graffio addebitato. Targa FX 482 LM.", "Per la FX 482 LM apra la contestazione.", "FX 482 LM"),
        ("es", "Reserva 7741-K, una habitación horrible.", "Hemos avisado sobre la 7741-K.", "7741-K"),
        ("pt", "Subscrição AC-1190, café errado.", "A AC-1190 já está corrigida.", "AC-1190"),
        ("nl", "Reparatie R-10385 duurt lang.", "De foto's bij R-10385 worden opgevraagd.", "R-10385"),
        ("fr", "Plaque K47 TBX, voiture sale.", "Le véhicule K47 TBX peut être échangé.", "K47 TBX"),
        ("en", "Booking ref SK7QLM, no bag.", "We are asking where S-K-7-Q-L-M has got to.", "S-K-7-Q-L-M"),
    ],
)  # fmt: skip
def test_a_code_that_points_to_one_person(lang: str, post: str, reply: str, code: str) -> None:
    """A code that the customer has given is not repeated, unless a fact has it or the talk is private."""
    assert shown(reply, lang, post) == {code}
    assert shown(reply, lang, post, fact=f"The case {code} is known.") == set()
    assert shown(reply, lang, post, public=False) == set()


@pytest.mark.parametrize(
    ("lang", "post", "reply"),
    [
        ("en", "Flight JA 1440 was cancelled, order of events unclear.", "JA 1440 was cancelled because of the storm."),
        ("en", "Booked train 2318, and it never came.", "Sorry about train 2318."),
        ("en", "My account shows version 712 now.", "Version 712 is being mended."),
        ("en", "My order cost 410 € and broke.", "We are sorry that 410 € bought you this."),
        ("en", "My order of 120 roses came late.", "Sorry that the 120 roses came late."),
        ("en", "Member since 2011 and this!", "Sorry, after 2011 and all that you deserve better."),
        ("es", "El vuelo JA 1440 salió tarde.", "Sentimos el retraso del JA 1440."),
    ],
)
def test_what_belongs_to_many_may_be_said(lang: str, post: str, reply: str) -> None:
    """A flight, a train, a version, a price or a year points to nobody."""
    assert shown(reply, lang, post) == set()


@pytest.mark.parametrize(
    ("lang", "reply", "end"),
    [
        ("en", "Is the card ending in 4471 still the right one?", "4471"),
        ("de", "Das Konto mit der Endung 4471 ist nicht gesperrt.", "4471"),
        ("es", "La cuenta terminada en 4471 no tiene bloqueo.", "4471"),
        ("pt", "Confirmamos o contato final 0143.", "0143"),
        ("it", "Guardiamo il conto che termina con 0031.", "0031"),
        ("nl", "Ook jouw rekening met 4471 op het eind is geraakt.", "4471"),
        ("fr", "La carte qui finit par 8830 fonctionne.", "8830"),
    ],
)
def test_the_end_of_a_number(lang: str, reply: str, end: str) -> None:
    """The last digits tell a number to whoever knows it, whether the customer has written them or not."""
    assert any(end in said for said in shown(reply, lang, "@acme help"))
    assert shown(reply, lang, "@acme help", fact=reply) == set()


def test_what_ends_is_no_number() -> None:
    """What ends in so many minutes is no number's end, nor are the last of many."""
    assert shown("The sale ends in 150 minutes.", "en", "@acme help") == set()
    assert shown("The final 250 seats go on sale today.", "en", "@acme help") == set()


def test_a_full_name_is_not_repeated() -> None:
    """First and family name together are not said in public, unless everybody sees them; one of them may be."""
    post = "Account is under Philippa Drayson if you care to look."
    assert shown("Hi Philippa Drayson, sorry for the wait.", "en", post) == {"Philippa Drayson"}
    assert shown("Hi Philippa Drayson, sorry for the wait.", "en", post, name="Philippa Drayson") == set()
    assert shown("Hi Philippa, sorry for the wait.", "en", post) == set()
    assert shown("We found the sale to D. Achter.", "en", "It is under D. Achter") == {"D. Achter"}
    assert shown("Liebe Familie Arslan, das tut uns leid.", "de", "Keiner kam. Familie Arslan") == set()


def test_an_account_elsewhere_is_not_repeated() -> None:
    """An account that the customer has named as theirs, and anything that looks like a payment address."""
    assert shown("We opened caro.lp.88 and saw it.", "en", "My username is caro.lp.88, help") == {"caro.lp.88"}
    assert shown("It shows for sunita.k@phonpay soon.", "en", "VPA sunita.k@phonpay, twice!") == {"sunita.k@phonpay"}
    assert shown("Try the file a.b.c again.", "en", "the file a.b.c is gone") == set()


def test_a_title_and_the_name_of_a_signature_may_be_said() -> None:
    """Who signs with a full name may be addressed by title and family name; a stranger may not."""
    post = "Seit Wochen keine Antwort. Horst Kämmerling"
    assert shown("Sehr geehrter Herr Kämmerling, das tut uns leid.", "de", post) == set()
    assert shown("Sehr geehrter Herr Lindner, das tut uns leid.", "de", post) == {"Herr Lindner"}


def test_a_hostile_talk_is_read_quickly() -> None:
    """A thread and a reply that are nothing but codes take no longer than any other."""
    post = " ".join(f"order {number} A{number % 7}" for number in range(100, 400))
    reply = " ".join(f"A{number % 7} {number}" for number in range(100, 300))
    assert shown(reply, "en", post)
