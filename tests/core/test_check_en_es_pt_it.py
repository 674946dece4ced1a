"""The check on a third set of replies in English, Spanish, Portuguese and Italian, and what that set has taught it."""

import pytest

from tests.third_set import blocked, counted

MINE = ("en", "es", "pt", "it")


@pytest.mark.parametrize("lang", MINE)
def test_the_third_set_is_judged_well(lang: str) -> None:
    """Of the third set at least 55 of 60 bad replies are blocked in each language, and of 56 good ones at most 3."""
    found = counted(lang)
    assert found[True, True] + found[True, False] == 60
    assert found[False, True] + found[False, False] == 56
    assert found[True, True] >= 55
    assert found[False, True] <= 3


def test_a_name_from_the_post_is_said_once() -> None:
    """Who signed a post is called by name once; the second time blocks, and so does another name."""
    post = "@acmeair the zip of my bag broke. Anna"
    assert blocked("Sorry, Anna, zips should hold.", "en", post) == set()
    assert "name-twice" in blocked(
        "Sorry, Anna, zips should hold. Thank you for bearing with us, Anna. Sam", "en", post
    )
    assert "wrong-name" in blocked("Sorry, Sarah, zips should hold.", "en", post)


@pytest.mark.parametrize(
    ("lang", "sigh", "stop"),
    [
        ("es", "la maleta no llega, basta", "no quiero que me contestéis más"),
        ("pt", "a mala não chega, chega", "não quero que me respondam mais"),
        ("it", "la valigia non arriva, basta", "non voglio che mi rispondiate più"),
    ],
)
def test_a_sigh_is_no_stop(lang: str, sigh: str, stop: str) -> None:
    """An `enough` at the end of a complaint still wants an answer; who wants no answers gets none."""
    assert "after-stop" not in blocked("Ok.", lang, sigh)
    assert "after-stop" in blocked("Ok.", lang, stop)


@pytest.mark.parametrize(
    ("lang", "asks", "warns"),
    [
        ("en", "If it does not work, reply with your account number.", "Do not reply with your account number."),
        ("es", "Si no, respóndenos con tu número de cuenta.", "No respondas con tu número de cuenta."),
        ("pt", "Se não entrar, responda aqui com o número da conta.", "Não responda aqui com o número da conta."),
        ("it", "Se non va, ci scriva qui il numero di conto.", "Non ci scriva qui il numero di conto."),
    ],
)
def test_a_condition_is_no_warning(lang: str, asks: str, warns: str) -> None:
    """A `not` within a condition does not turn what is asked for in public into a warning against it."""
    assert "asks-in-public" in blocked(asks, lang, "@acmeair app?")
    assert "asks-in-public" not in blocked(warns, lang, "@acmeair app?")


def test_faces_that_laugh_at_a_complaint() -> None:
    """A laughing face blocks where somebody complains and nowhere else."""
    assert "blame" in blocked("So sorry 😂", "en", "@acmeair my bag never came", complaint=True)
    assert "blame" not in blocked("Thank you 😂", "en", "@acmeair best joke ever", complaint=False)


@pytest.mark.parametrize(
    ("lang", "text", "reply", "other"),
    [
        ("en", "stuck here with two kids", "Sorry, with the little ones it is twice as long.", "stuck here all day"),
        ("es", "tirados aquí con los niños", "Ánimo, y un abrazo a los peques.", "tirados aquí todo el día"),
        ("pt", "presos aqui com os miúdos", "Coragem para os pequenos.", "presos aqui o dia todo"),
        ("it", "fermi qui con i bimbi", "Un abbraccio ai piccoli e i bambini avanti.", "fermi qui da ore"),
    ],
)
def test_people_may_be_called_otherwise(lang: str, text: str, reply: str, other: str) -> None:
    """Children of whom the post speaks may be named in another word; where nobody spoke of them, they may not."""
    assert "personal-fact" not in blocked(reply, lang, f"@acmeair {text}")
    assert "personal-fact" in blocked(reply, lang, f"@acmeair {other}")


@pytest.mark.parametrize(
    ("lang", "fact", "reply"),
    [
        ("en", "Bags are kept for 7 days.", "Come within a week."),
        ("es", "Las maletas se guardan 7 días.", "Ven en una semana."),
        ("pt", "As malas ficam guardadas 7 dias.", "Venha em até uma semana."),
        ("it", "Le valigie restano 7 giorni.", "Passi entro una settimana."),
    ],
)
def test_seven_days_are_a_week(lang: str, fact: str, reply: str) -> None:
    """A length of time may be told without its number; another one is a promise that nobody approved."""
    assert "unapproved" not in blocked(reply, lang, "@acmeair bag?", fact)
    assert "unapproved" in blocked(reply, lang, "@acmeair bag?", fact.replace("7", "30"))
