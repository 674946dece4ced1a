"""The check on the eighth set of replies, by a hand that had not seen the lists, and what that set has taught it."""

import pytest
from bench.replies import GOOD, MUST, judged, ours, rows, share

from ascolta.core.speaking import Fact, Severity, Standing, Talk, Turn, check

POSTS = {
    "en": "@acme my parcel never came, really annoyed", "es": "@acme mi paquete no llegó, qué enfado",
    "fr": "@acme mon colis n'est jamais arrivé, je suis furieuse", "de": "@acme mein Paket kam nie an, echt ärgerlich",
    "pt": "@acme a minha encomenda nunca chegou, estou furiosa",
    "it": "@acme il mio pacco non è mai arrivato, sono furiosa",
    "nl": "@acme mijn pakket is nooit aangekomen, echt boos",
}  # fmt: skip


def talk(lang: str, post: str = "", *facts: str, name: str = "") -> Talk:
    """A complaint, in a language, to which nobody has answered."""
    stated = tuple(Fact(statement=fact) for fact in facts)
    return Talk(lang=lang, brand="Acme", thread=(Turn(by="@ann_k", text=post or POSTS[lang]),), facts=stated, name=name)


def told(reply: str, where: Talk, severity: Severity = Severity.BLOCK) -> set[str]:
    """The rules that a reply breaks, of a severity."""
    return {one.rule for one in check(reply, where) if one.severity is severity}


def test_the_eighth_set_is_judged_well() -> None:
    """Of what must not go out 97 % is blocked, of blame 85 %, of good replies 2 % at most; no id stands elsewhere."""
    counted = judged(ours, part="eighth")
    assert sum(counted.values()) == 773
    assert share(counted, *MUST) >= 0.97
    assert share(counted, "blame") >= 0.85
    assert share(counted, "unapproved") >= 0.9
    assert share(counted, GOOD) <= 0.02
    others = {row["id"] for part in ("", "second", "third", "later", "fifth") for row in rows(part=part)}
    assert not {row["id"] for row in rows(part="eighth")} & others


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("You should have checked before you flew.", "blame"),
        ("Please reply with your order number and your email address.", "asks-in-public"),
        ("We will refund you tomorrow, that is a promise.", "unapproved"),
        ("Do you ever stop whining? Nobody cares.", "blame"),
        ("Try our new gold card", "promotion"),
        ("Es tut uns leid. Wir schauen nach. You should have checked before you flew.", "blame"),
    ],
)
def test_a_reply_is_read_in_its_own_language(reply: str, rule: str) -> None:
    """English under a German post is checked by English words, all of it or a sentence, and told to be another one."""
    assert rule in told(reply, talk("de"))
    assert "language" in told(reply, talk("de"), Severity.WARN)


@pytest.mark.parametrize(
    ("lang", "reply"),
    [("de", "Sorry! Super, top, danke!"), ("de", "OK, hotline?"), ("es", "Perdón, Ana."), ("pt", "Obrigado, Ana!"),
     ("it", "Ciao Anna, come va?"), ("nl", "Hallo Jan, sorry!"), ("fr", "Bonjour, désolés !"), ("en", "DM sent, Ann."),
     ("de", "Das tut uns leid. In der App steht es unter „Where is my order?“.")],
)  # fmt: skip
def test_what_fits_several_languages_is_of_none(lang: str, reply: str) -> None:
    """Short replies, loan words and a title in another language are no other language."""
    assert "language" not in told(reply, talk(lang), Severity.WARN)


@pytest.mark.parametrize(
    ("lang", "fact", "reply"),
    [
        ("en", "Returns are accepted for 30 days", "Sorry, our fault. We will take £30 off."),
        ("en", "Returns are accepted for 30 days", "Sorry. Returns are accepted for 30 months."),
        ("en", "Returns are accepted for 30 days", "Sorry. You get 30 % off."),
        ("en", "Returns are accepted for thirty days", "Sorry. It costs thirty pounds."),
        ("es", "Abrimos el 1 de octubre", "Perdona. El próximo café te sale a 1 €."),
        ("fr", "Les retours sont acceptés pendant 30 jours", "Pardon. Le prochain coûte 30 €."),
        ("de", "Rückgabe ist 30 Tage lang möglich", "Entschuldigung. Das nächste kostet 30 €."),
        ("it", "I resi si accettano entro 30 giorni", "Scusa. Il prossimo costa 30 €."),
        ("nl", "Ruilen kan binnen 30 dagen", "Sorry. De volgende kost 30 euro."),
        ("pt", "As trocas são aceites durante 30 dias", "Desculpe. O próximo custa 30 €."),
    ],
)
def test_a_number_stands_for_what_it_counts(lang: str, fact: str, reply: str) -> None:
    """Days approve no price, no share and no months."""
    assert told(reply, talk(lang, "", fact)) & {"unapproved", "personal-fact"}


@pytest.mark.parametrize(
    ("lang", "post", "fact", "reply"),
    [
        ("en", "@acme charged me 49.99 for this, twice", "", "Sorry that £49.99 was charged twice."),
        ("en", "@acme paid 45 for this and it broke", "", "Sorry that what cost you £45 broke."),
        ("es", "@acme 95 pavos por esto", "", "Sentimos que por 95 euros no funcione."),
        ("fr", "@acme 2h10 d'attente", "Ouvert jusqu'à 18:00", "Pardon pour l'attente. Nous fermons à 18 h."),
        ("nl", "@acme wanneer open?", "Open tot 22 uur.", "Sorry! We zijn open tot tien uur 's avonds."),
        ("es", "@acme sin aire", "Se devuelve la mitad del billete.", "Sentimos eso. Se devuelve el 50 % del billete."),
        ("de", "@acme zwei Wochen ohne Antwort", "", "14 Tage ohne Antwort, das tut uns leid."),
    ],
)
def test_the_same_number_in_other_words_may_be_said(lang: str, post: str, fact: str, reply: str) -> None:
    """A price without its sign, a time of day, a half and a length in other words are what was said."""
    assert told(reply, talk(lang, post, *filter(None, [fact]))) == set()


@pytest.mark.parametrize(
    ("lang", "reply", "rule"),
    [
        ("en", "Sorry about the parcel, we are looking into it. Thanks, Sarah.", "wrong-name"),
        ("en", "Sorry, our fault. Thank you for your patience, Sarah.", "wrong-name"),
        ("en", "Hi Ann, sorry, our fault. Thank you, Ann!", "name-twice"),
        ("fr", "Pardon, nous regardons. Merci, Julie !", "wrong-name"),
        ("de", "Das tut uns leid, wir schauen nach. Danke, Petra!", "wrong-name"),
        ("pt", "Desculpe, estamos a ver. Obrigado, Joana!", "wrong-name"),
        ("it", "Scusa, stiamo guardando. Grazie, Lucia!", "wrong-name"),
        ("nl", "Sorry, we kijken ernaar. Bedankt, Sanne!", "wrong-name"),
    ],
)
def test_who_is_thanked_is_no_signature(lang: str, reply: str, rule: str) -> None:
    """A name after thanks, with a full stop or an exclamation mark behind it, is whom we speak to."""
    assert rule in told(reply, talk(lang, name="Ann"))


@pytest.mark.parametrize("end", ["Thanks, Sarah", "Best, Sarah", "Kind regards, Sarah.", "– Sarah"])
def test_who_signs_is_nobody_we_call(end: str) -> None:
    """The same name is a signature where nothing follows it, or after a greeting."""
    assert told(f"Sorry about the parcel. {end}", talk("en")) == set()


@pytest.mark.parametrize(
    ("lang", "post", "reply"),
    [
        ("en", "my date of birth is 12/03/1984", "Sorry. We have your date of birth as 12/03/1984, right?"),
        ("es", "mi fecha de nacimiento es 12/03/1984", "Perdona. Tu fecha de nacimiento, 12/03/1984, es correcta."),
        ("fr", "compte bloqué, née le 12 mars 1984", "Pardon, nous avons vérifié avec le 12 mars 1984."),
        ("de", "mein Geburtsdatum ist der 12.03.1984", "Entschuldigung. Dein Geburtsdatum 12.03.1984 stimmt."),
        ("pt", "nasci em 12 de março de 1984", "Desculpe, verificámos com 12 de março de 1984."),
        ("it", "la mia data di nascita è 12/03/1984", "Scusa. La tua data di nascita, 12/03/1984, è giusta."),
        ("nl", "geboren op 12 maart 1984", "Sorry, we hebben met 12 maart 1984 gekeken."),
    ],
)
def test_a_birth_date_is_not_said_again(lang: str, post: str, reply: str) -> None:
    """Whatever the customer wrote first; a date of an order may be said."""
    assert "public-data" in told(reply, talk(lang, f"@acme {post}"))
    assert "public-data" not in told("Sorry for the wait since 12 May.", talk("en", "@acme waiting since 12 May"))


CATEGORIES = {
    "en": "syphilis|antipsychotics|alcoholism|infertility|burn-out|skin colour|strike|divorce",
    "es": "sífilis|alcoholismo|infertilidad|transición|militancia|huelga|drogadicción",
    "fr": "homosexualité|bisexualité|alcoolisme|polyarthrite|transition|vote écologiste|grève",
    "de": "Homosexualität|Alkoholsucht|Transition|Unfruchtbarkeit|Konfession|Kirche|Hautfarbe",
    "pt": "sífilis|alcoolismo|PHDA|transição|cor de pele|greve|penhora", "nl": "biseksualiteit|transitie|staking",
    "it": "sifilide|alcolismo|transizione|voto ai Verdi|sciopero|infertilità|tossicodipendenza",
}  # fmt: skip
YOURS = {
    "en": "Sorry, with your {} this was hard.", "es": "Perdona, con tu {} fue difícil.",
    "fr": "Pardon, avec votre {} c'était dur.", "de": "Entschuldigung, mit Ihrer {} war das schwer.",
    "pt": "Desculpe, com a sua {} foi difícil.", "it": "Scusa, con il tuo {} è stata dura.",
    "nl": "Sorry, met je {} was dat lastig.",
}  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [(lang, one) for lang in CATEGORIES for one in CATEGORIES[lang].split("|")])
def test_special_categories_are_known_though_the_thread_has_them(lang: str, said: str) -> None:
    """Health, sexuality, belief, origin, politics, unions and the like of a person are nobody else's."""
    assert "sensitive" in told(YOURS[lang].format(said), talk(lang, f"{POSTS[lang]} {said}"))


@pytest.mark.parametrize(
    ("lang", "reply"),
    [("es", "Sin embargo, el error es nuestro y lo sentimos."), ("fr", "Votre colis est bien parti, pardon."),
     ("nl", "Dat is niet je schuld, sorry."), ("it", "Scusa: il tuo pacco è partito."),
     ("de", "Das ist nicht Ihre Schuld, sorry."),
     ("pt", "Não vale a pena esperar mais, desculpe."), ("en", "Sorry, that was said too straight.")],
)  # fmt: skip
def test_words_that_only_look_delicate_are_not(lang: str, reply: str) -> None:
    """`Sin embargo` is no seizure, `parti` no party, `niet je schuld` no debt."""
    assert "sensitive" not in told(reply, talk(lang))


@pytest.mark.parametrize(
    ("lang", "post"),
    [
        ("fr", "deux heures de retard, et moi avec mes valises sur le quai !"),
        ("es", "tomo ansiolíticos para volar y habéis cancelado"), ("es", "metí lejía en la lavadora y se rompió"),
        ("es", "dejé la medicación en el hotel"), ("pt", "tomei dois comprimidos e nada"),
        ("fr", "c'était plus simple sans moi ?"), ("en", "you lost my baby stroller"),
        ("nl", "twee pillen genomen en niets"), ("it", "avete perso il passeggino di mio figlio"),
    ],
)  # fmt: skip
def test_common_turns_are_not_for_people_only(lang: str, post: str) -> None:
    """What has nothing of death, danger or a child in need may be answered."""
    assert "people-only" not in told("Sorry.", talk(lang, f"@acme {post}"))


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("en", "Drop us an email and we'll look into it."), ("en", "Send us an email at care@acme.example."),
        ("es", "Envíanos un correo a care@acme.example."), ("fr", "Envoyez-nous un e-mail."),
        ("de", "Schreib uns eine E-Mail an care@acme.example."), ("pt", "Envie um email ao suporte e vemos."),
        ("it", "Scrivici una mail."), ("nl", "Mail dan de helpdesk."),
    ],
)  # fmt: skip
def test_people_may_be_told_to_write_a_mail(lang: str, reply: str) -> None:
    """That is a private way; to ask for their address is not."""
    assert "asks-in-public" not in told(reply, talk(lang, "", "We answer at care@acme.example"))
    assert "asks-in-public" in told("Sorry! Drop your email below.", talk("en"))


@pytest.mark.parametrize(
    ("by", "ours_too"),
    [("@AcmeAirHelp", True), ("@acme_air", True), ("Acme Air Support", True), ("@AskAcmeAir", True),
     ("@AcmeAirUK", True), ("@acmeair_sucks", False), ("@acmeairfan", False), ("Ann", False), ("", False)],
)  # fmt: skip
def test_the_brand_has_accounts_of_several_names(by: str, ours_too: bool) -> None:
    """What its desks and countries have said is its last word; who only uses its name is somebody else."""
    where = Talk(lang="en", brand="Acme Air", thread=(Turn(by="@ann_k", text="my bag"), Turn(by=by, text="Sorry.")))
    assert ("second-reply" in told("Sorry.", where)) is ours_too


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("en", "Our lawyers will be in touch about this post."), ("de", "Das wird ein juristisches Nachspiel haben."),
        ("de", "Noch so ein Post, und du hörst von unserem Anwalt."), ("fr", "On se verra au tribunal."),
        ("es", "Nos veremos en los tribunales."), ("pt", "Os nossos advogados vão contactá-la."),
        ("it", "Un altro post così e ti scriveranno i nostri avvocati."),
        ("nl", "Onze advocaat neemt contact met je op."),
        ("fr", "À force de nous harceler au téléphone, vous retardez tout le monde."),
        ("it", "Forse bastava aprire il pacco con le mani."), ("pt", "Não venha culpar a pastelaria."),
    ],
)  # fmt: skip
def test_threats_and_faults_are_found(lang: str, reply: str) -> None:
    """Lawyers are a threat however calmly they are named, and so is blame without the word."""
    assert "blame" in told(reply, talk(lang))


@pytest.mark.parametrize(
    ("post", "reply", "shown"),
    [("ich wohne Am Markt 7 in Soltau", "Wir bringen es nach Am Markt 7 in Soltau.", True),
     ("Paket für Lange Reihe 41 fehlt", "Wir haben Lange Reihe 41 notiert.", True),
     ("im Regen 2 Stunden", "Im Regen 2 Stunden zu stehen ist übel.", False),
     ("am Gleis 7 kam nichts", "Am Gleis 7 kam nichts, das tut uns leid.", False)],
)  # fmt: skip
def test_german_streets_without_a_street_in_their_name(post: str, reply: str, shown: bool) -> None:
    """`Am Markt 7` is an address, `Am Gleis 7` and `im Regen 2 Stunden` are none."""
    assert ("public-data" in told(reply, talk("de", f"@acme {post}"))) is shown


@pytest.mark.parametrize(
    ("lang", "reply", "rule"),
    [
        ("fr", "S'il vous plaît, écrivez-nous en privé.", "opens-badly"),
        ("it", "Per favore scrivici in privato.", "opens-badly"), ("de", "Welches Paket?", "opens-badly"),
        ("es", "¿Qué paquete?", "opens-badly"), ("es", "Por favor, espera.", "opens-badly"),
        ("es", "Sentimos que te sientas así.", "sorry-you-feel"),
        ("de", "Es tut uns leid, dass du das so empfindest.", "sorry-you-feel"),
        ("en", "Sorry. Contact the courier, then contact the seller.", "hand-overs"),
        ("pt", "Desculpe. Ligue para a linha de apoio ou preencha o formulário do site.", "hand-overs"),
    ],
)  # fmt: skip
def test_what_only_sounds_wrong_is_told(lang: str, reply: str, rule: str) -> None:
    """A demand, a bare question, a hollow apology and being sent about warn in each language."""
    assert rule in told(reply, talk(lang), Severity.WARN)


def test_please_is_marked_as_a_whole_and_a_reason_is_no_demand() -> None:
    """Both words of `por favor` are the demand; `por` alone begins many a good reply."""
    where = talk("es")
    found = [one for one in check("Por favor, espera.", where) if one.rule == "opens-badly"]
    assert [(one.start, one.end) for one in found] == [(0, 9)]
    assert "opens-badly" not in told("Por supuesto, lo miramos.", where, Severity.WARN)


def test_what_cannot_be_seen_says_nothing() -> None:
    """Zero-width characters alone are an empty reply."""
    assert told("\u200b\u2060", talk("en")) == {"empty"}
    calm = Talk(lang="en", brand="Acme", thread=(Turn(by="@a", text="thanks"),), standing=Standing(complaint=False))
    assert told("🙂", calm) == set()
