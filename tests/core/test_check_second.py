"""The check on the second set of replies, and what that set has taught it."""

from collections import Counter

import pytest
from bench.replies import GOOD, MUST, SECOND, judged, ours, rows, share

from ascolta.core.speaking import LANGUAGES, Fact, Severity, Standing, Talk, Turn, check
from ascolta.core.speaking.lexicon import lexicon

ANN = Turn(by="@ann_k", text="@acmeair my bag never came, flight AC1204 on Monday, 3 hours of waiting")
LINK = Fact(statement="Bags are traced at https://acmeair.example/bags within 5 days.")
GOOD_REPLY = "We are sorry, Ann. Bags are traced at https://acmeair.example/bags, and we will look for yours."


def talk(**more: object) -> Talk:
    """A complaint of Ann's, and what is known beside it."""
    given = {"lang": "en", "brand": "Acme Air", "thread": (ANN,), "facts": (LINK,), "name": "Ann", **more}
    return Talk(**given)  # type: ignore[arg-type]


def told(reply: str, where: Talk | None, severity: Severity) -> set[str]:
    """The rules that a reply breaks, of a severity."""
    return {one.rule for one in check(reply, where or talk()) if one.severity is severity}


def blocks(reply: str, where: Talk | None = None) -> set[str]:
    """The rules that block a reply."""
    return told(reply, where, Severity.BLOCK)


def warns(reply: str, where: Talk | None = None) -> set[str]:
    """The rules that only warn."""
    return told(reply, where, Severity.WARN)


def test_the_second_set_is_judged_well() -> None:
    """Of replies of more trades, 98 % of what must not go out is blocked, 95 % of the rest, and 3 % of good ones."""
    counted = judged(ours, part="second")
    assert share(counted, *MUST) >= 0.98
    assert share(counted, *(fault for fault in SECOND if fault not in (*MUST, GOOD))) >= 0.95
    assert share(counted, GOOD) <= 0.03
    for lang in LANGUAGES:
        assert share(counted, GOOD, lang=lang) <= 0.06, lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_check_proposes_lacks_nothing(lang: str) -> None:
    """The sentence that is proposed for a complaint without repair owns, mends and leads on, and is not blocked."""
    proposed = lexicon(lang).say["repair"]
    where = talk(lang=lang, standing=Standing(complaint=True))
    assert blocks(proposed, where) == set()
    assert "no-repair" not in warns(proposed, where)


def test_the_second_set_is_large_enough() -> None:
    """It has 60 good and 60 bad replies and more in each of seven languages, and its ids are its own."""
    everything = list(rows(part="second"))
    for lang in LANGUAGES:
        bad = [row for row in everything if row["lang"] == lang and "fault" in row]
        assert len(bad) >= 60
        assert sum(row["lang"] == lang for row in everything) - len(bad) >= 60
    assert {row.get("fault", GOOD) for row in everything} == set(SECOND)
    assert len({row["id"] for row in everything}) == len(everything)
    assert not {row["id"] for row in everything} & {row["id"] for row in rows()}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "my phone died during the call"), ("es", "el móvil está muerto"), ("fr", "mon téléphone est mort"),
        ("de", "das Handy ist tot"), ("pt", "meu celular morreu"), ("it", "il telefono è morto"),
        ("nl", "mijn telefoon is dood"),
    ],
)  # fmt: skip
def test_a_dead_thing_is_no_death(lang: str, text: str) -> None:
    """A device that died is nobody's grief; a death in the same post is one all the same."""
    grief = {"en": "my dad died", "es": "mi padre ha muerto", "fr": "mon père est mort", "de": "mein Vater ist tot",
             "pt": "meu pai morreu", "it": "mio padre è morto", "nl": "mijn vader is dood"}[lang]  # fmt: skip
    assert "people-only" not in blocks("Sorry.", talk(lang=lang, thread=(Turn(by="@ann_k", text=text),)))
    both = (Turn(by="@ann_k", text=f"{text}. {grief}"),)
    assert "people-only" in blocks("Sorry.", talk(lang=lang, thread=both))


@pytest.mark.parametrize("said", ["[PHONE]", "[ORDER_REF]", "[EMAIL]", "[HEALTH]"])
def test_what_was_masked_stays_masked(said: str) -> None:
    """The mark of what was taken out of a post blocks in a reply; in the thread it stands in no good one's way."""
    masked = talk(thread=(Turn(by="@ann_k", text=f"@acmeair my bag never came, {said}, 3 hours of waiting"),))
    assert "public-data" in blocks(f"Sorry! We call you, {said}.", masked)
    assert blocks(GOOD_REPLY, masked) == set()


@pytest.mark.parametrize(
    ("lang", "fact", "reply"),
    [
        ("en", "The shop opens on 5 December at 8 am.", "It opens on 5/12, 8:00."),
        ("es", "La serie llega el 10 de enero.", "¡Llega el 10/1!"),
        ("de", "Die Staffel startet am 6. Februar.", "Am 6.2. geht es los."),
        ("pt", "A lista sai em 2 de dezembro.", "Sai no dia 2/12."),
        ("nl", "De storing is naar verwachting om 20:00 opgelost.", "Naar verwachting om 8 uur vanavond."),
    ],
)  # fmt: skip
def test_a_date_may_be_written_otherwise(lang: str, fact: str, reply: str) -> None:
    """A day, a month or an hour of a fact may be told in figures or in words."""
    known = talk(lang=lang, facts=(Fact(statement=fact),), thread=(Turn(by="@ann_k", text="@acmeair ?"),))
    assert blocks(reply, known) == set()
    assert blocks(reply.replace("2", "3").replace("1", "4").replace("5", "9").replace("8", "7"), known) != set()


@pytest.mark.parametrize(
    "reply",
    [
        "@ann_k Hello, we are sorry about the bag.",
        "@ann_k That is not good enough, sorry. 1/2",
        "Sorry, 3 hours! x Mel",
    ],
)
def test_how_people_begin_and_end_is_known(reply: str) -> None:
    """The word after the visible account, the number of a part and a signature with a kiss are nobody's name."""
    assert blocks(reply) == set()


def test_a_sentence_is_no_signature() -> None:
    """What stands after a closing word is read as long as it is more than a name."""
    assert "personal-fact" in blocks("Sorry! Your Family waits for you at home.")
    assert "wrong-name" in blocks("Dear Sarah, we are sorry.")


def test_a_private_link_is_one_way() -> None:
    """A link that is the private way itself is not a second hand-over; another link is."""
    way = (LINK, Fact(statement="https://acmeair.example/write"))
    for lang, said in (("es", "En privado"), ("fr", "En message privé"), ("pt", "No privado"), ("it", "In privato"),
                       ("nl", "Privé")):  # fmt: skip
        where = talk(lang=lang, facts=way)
        assert "hand-overs" not in warns(f"{said}: https://acmeair.example/write", where)
        assert "hand-overs" in warns(f"{said}. https://acmeair.example/bags", where)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_third_set_has_every_kind_of_fault(lang: str) -> None:
    """Each language has at least five bad replies of each of eight kinds, over twelve scenes and more."""
    mine = [row for row in rows(part="third") if row["lang"] == lang]
    kinds = Counter(row.get("fault", GOOD) for row in mine)
    assert len(kinds) == 9
    assert min(kinds.values()) >= 5
    assert len({row["id"].split("-")[1] for row in mine}) >= 12
    assert len({row["id"] for row in mine}) == len(mine)
