"""The check of a reply: what is blocked and why, what goes out, and how long the worst takes."""

import json
from pathlib import Path

import pytest
from bench.replies import FAULTS, GOOD, MUST, SET, hostile, judged, ours, rows, share, slowest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ascolta.cli import lint as command
from ascolta.core.speaking import LANGUAGES, Fact, Finding, Severity, Standing, Talk, Turn, check, verdict
from ascolta.core.speaking.told import asked

ANN = Turn(by="@ann_k", text="@acmeair my bag never came, flight AC1204 on Monday, 3 hours of waiting")
LINK = Fact(statement="Bags are traced at https://acmeair.example/bags within 5 days.")


def talk(**more: object) -> Talk:
    """A complaint of Ann's, and what is known beside it."""
    given = {"lang": "en", "brand": "Acme Air", "thread": (ANN,), "facts": (LINK,), **more}
    return Talk(**given)  # type: ignore[arg-type]


def blocks(reply: str, where: Talk | None = None) -> set[str]:
    """The rules that block a reply."""
    return {one.rule for one in check(reply, where or talk()) if one.severity is Severity.BLOCK}


def warns(reply: str, where: Talk | None = None) -> set[str]:
    """The rules that only warn."""
    return {one.rule for one in check(reply, where or talk()) if one.severity is Severity.WARN}


def found(reply: str, rule: str, where: Talk | None = None) -> list[str]:
    """The words of a reply that break a rule."""
    return [reply[one.start : one.end] for one in check(reply, where or talk()) if one.rule == rule]


GOOD_REPLY = "We are sorry, Ann. Bags are traced at https://acmeair.example/bags, and we will look for yours."


@pytest.mark.parametrize("half", [1, 0], ids=["tuned on", "unseen"])
def test_what_must_never_go_out_is_blocked(half: int) -> None:
    """Of personal facts, watching, public data and sensitive matters 98 % are blocked, of good replies 5 % at most."""
    counted = judged(ours, half)
    assert share(counted, *MUST) >= 0.98
    assert share(counted, *(fault for fault in FAULTS if fault not in (*MUST, GOOD))) >= 0.95
    assert share(counted, GOOD) <= 0.05


def test_what_was_missed_once_is_blocked() -> None:
    """Of the replies that were written after the rules, to be missed, 98 % are blocked now, of the good ones 2 %."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((SET / "later").glob("*.jsonl"))]
    later = [json.loads(line) for text in texts for line in text.splitlines()]
    bad = [ours(asked(row)) for row in later if "fault" in row]
    good = [ours(asked(row)) for row in later if "fault" not in row]
    assert len(bad) >= 300
    assert sum(bad) >= 0.98 * len(bad)
    assert sum(good) <= 0.02 * len(good)


def test_the_set_is_large_enough() -> None:
    """It has 320 good and 320 bad replies and more, in seven languages, and every fault in each language and half."""
    everything = list(rows())
    assert sum("fault" in row for row in everything) >= 320
    assert sum("fault" not in row for row in everything) >= 320
    assert {path.stem for path in SET.glob("*.jsonl")} == set(LANGUAGES)
    for half in (0, 1):
        for lang in LANGUAGES:
            assert {row.get("fault", GOOD) for row in rows(half) if row["lang"] == lang} == set(FAULTS)


def test_the_lines_of_the_set_have_their_own_ids() -> None:
    """No id stands twice, and no reply of one half stands in the other."""
    everything = list(rows())
    assert len({row["id"] for row in everything}) == len(everything)
    assert not {row["reply"] for row in rows(0)} & {row["reply"] for row in rows(1)}


def test_a_good_reply_goes_out() -> None:
    """An apology with the visible name, a link of the facts and a next step has no finding."""
    assert check(GOOD_REPLY, talk()) == ()
    assert verdict(()) == "ok"


@pytest.mark.parametrize(
    ("reply", "rule", "words"),
    [
        ("We noticed that you fly a lot.", "watching", "We noticed that"),
        ("Sorry! As a nurse you need your sleep.", "personal-fact", "As a nurse"),
        ("Sorry! How was Lisbon?", "personal-fact", "Lisbon"),
        ("Sorry about the 4 hours.", "personal-fact", "4"),
        ("Sorry! Your booking QX7RT2 is found.", "public-data", "QX7RT2"),
        ("Sorry, with your diabetes this is hard.", "sensitive", "diabetes"),
        ("Sorry! Please send us your phone number.", "asks-in-public", "phone number"),
        ("Sorry, Sarah!", "wrong-name", "Sarah"),
        ("Hi @bob, sorry.", "wrong-name", "@bob"),
        ("Hi Ann, sorry, Ann.", "name-twice", "Ann"),
        ("Sorry, but you should have checked the tag.", "blame", "you should have checked"),
        ("Delete your post or else we will block you.", "blame", "or else"),
        ("Sorry! We will refund you tomorrow.", "unapproved", "tomorrow"),
        ("Sorry! Look at https://evil.example/x", "unapproved", "https://evil.example/x"),
    ],
)
def test_each_block_has_its_place(reply: str, rule: str, words: str) -> None:
    """A rule that is broken is told with the words that break it."""
    assert any(words in said for said in found(reply, rule))
    assert rule in blocks(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "We see in your message that the bag never came; we are sorry.",
        "We are sorry about flight AC1204 and the 3 hours on Monday.",
        "Sorry! Please send us your booking number by direct message.",
        "Sorry. For your safety, please do not post your booking number here.",
        "You should have heard from us, and we are sorry. – Lisbeth",
        "We are sorry, that should not have happened. Kind regards, Robert",
        "Sorry! Bags are traced within 5 days. ^RT",
    ],
)
def test_what_the_talk_allows_is_not_blocked(reply: str) -> None:
    """Words of the thread, numbers of the facts, the private channel and a signature stand against nothing."""
    assert blocks(reply) == set()


@pytest.mark.parametrize(
    ("standing", "rule"),
    [
        (Standing(addressed=False), "not-addressed"),
        (Standing(answered=True), "second-reply"),
        (Standing(stopped=True), "after-stop"),
        (Standing(changed=True), "changed"),
        (Standing(sensitive=True), "people-only"),
    ],
)
def test_what_forbids_any_reply(standing: Standing, rule: str) -> None:
    """Nothing is said to who did not speak to us, was answered, said stop, took it back, or needs trained people."""
    assert rule in blocks(GOOD_REPLY, talk(standing=standing))


def test_an_open_complaint_may_be_answered() -> None:
    """A complaint that was not addressed to us is no reason to keep silent for ever."""
    assert blocks(GOOD_REPLY, talk(standing=Standing(addressed=False, complaint=True))) == set()


def test_the_thread_itself_tells_a_second_reply() -> None:
    """When the last word is ours, another one is too many; an empty thread has nobody to answer."""
    ours_last = talk(thread=(ANN, Turn(by="brand", text="We are sorry.")))
    assert "second-reply" in blocks(GOOD_REPLY, ours_last)
    assert "second-reply" in blocks(GOOD_REPLY, talk(thread=(ANN, Turn(by="@AcmeAir", text="Sorry."))))
    assert "not-addressed" in blocks(GOOD_REPLY, talk(thread=()))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Leave me alone."), ("es", "Dejadme en paz."), ("fr", "Laissez-moi tranquille."),
        ("de", "Lasst mich in Ruhe."), ("pt", "Me deixem em paz."), ("it", "Lasciatemi in pace."),
        ("nl", "Laat me met rust."),
    ],
)  # fmt: skip
def test_nothing_is_said_after_a_stop(lang: str, text: str) -> None:
    """Who asks to be left alone in any of seven languages is not answered again."""
    assert "after-stop" in blocks("Sorry!", talk(lang=lang, thread=(ANN, Turn(by="@ann_k", text=text))))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "my mother passed away and you still bill her"), ("es", "mi hijo de 4 años se atragantó con una pieza"),
        ("fr", "mon mari est décédé, et vous facturez"), ("de", "mein Vater ist gestorben"),
        ("pt", "meu filho ficou sozinho"), ("it", "mia figlia di 5 anni si è bruciata"),
        ("nl", "mijn moeder is overleden"),
    ],
)  # fmt: skip
def test_grave_matters_are_for_people(lang: str, text: str) -> None:
    """A child, a death or danger to life in the thread blocks a draft; words of a person's own are told the desk."""
    grave = (Turn(by="@ann_k", text=text),)
    assert "people-only" in blocks("Sorry.", talk(lang=lang, thread=grave))
    person = Standing(by_machine=False)
    assert "people-only" in warns("Sorry.", talk(lang=lang, thread=grave, standing=person))
    assert "people-only" not in blocks("Sorry.", talk(lang=lang, thread=grave, standing=person))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "my kids loved it, my daughter asks for the slide"), ("es", "mi hijo de 4 años se quedó sin asiento"),
        ("fr", "ma fille attend toujours son jouet"), ("de", "meine Tochter liebt euren Film"),
        ("pt", "comprei para o meu filho e veio errado"), ("it", "mia figlia di 5 anni"),
        ("nl", "mijn dochter wacht nog op het boek"),
    ],
)  # fmt: skip
def test_a_child_that_is_merely_spoken_of_keeps_the_machine_silent(lang: str, text: str) -> None:
    """No draft is made where a child is spoken of; whoever writes a reply is only reminded of it."""
    spoken = (Turn(by="@ann_k", text=text),)
    assert "people-only" in blocks("Sorry.", talk(lang=lang, thread=spoken, standing=Standing(by_machine=True)))
    assert "people-only" in warns("Sorry.", talk(lang=lang, thread=spoken))


@pytest.mark.parametrize(("lang", "text"), [("en", "i'm 13 and you charged me"), ("de", "ich bin 14 und minderjährig")])
def test_a_child_who_writes_is_answered_by_people(lang: str, text: str) -> None:
    """A person who says that they are a minor is for the people desk."""
    assert "people-only" in blocks("Sorry.", talk(lang=lang, thread=(Turn(by="@ann_k", text=text),)))


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("en", "We send you our condolences and look into your case today."),
        ("es", "Sabemos que está sin papeles, lo revisamos con usted."),
        ("fr", "Avec votre rhume des foins, une chambre sans moquette est possible."),
        ("de", "Bei Geldsorgen finden wir gern eine Lösung für Sie."),
        ("pt", "Sabemos que está desempregado, e vamos ver isso."),
        ("it", "Sappiamo che è disoccupato, vediamo insieme cosa fare."),
        ("nl", "Met uw schulden kijken we graag mee naar een regeling."),
    ],
)
def test_words_of_grief_illness_and_money_are_known(lang: str, reply: str) -> None:
    """In each language such a word of the person's stands in no public answer."""
    assert "sensitive" in blocks(reply, talk(lang=lang))


def test_in_private_the_channel_is_open() -> None:
    """In a private talk an order number may be asked for and repeated, but nothing invented."""
    private = talk(standing=Standing(public=False), thread=(Turn(by="@ann_k", text="my booking is QX7RT2, help"),))
    assert blocks("Sorry! What is your phone number?", private) == set()
    assert blocks("Sorry! We look at booking QX7RT2.", private) == set()
    assert "public-data" in blocks("Sorry! We look at booking ZZ9XX1.", private)


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("Sorry you feel that way. Please send us a direct message.", "sorry-you-feel"),
        ("Thank you.", "no-repair"),
        ("We are sorry. Message us privately or call our hotline.", "hand-overs"),
        ("Please open https://acmeair.example/bags, we are sorry.", "opens-badly"),
        ("Have you looked at https://acmeair.example/bags? We are sorry.", "opens-badly"),
    ],
)
def test_each_warning(reply: str, rule: str) -> None:
    """What only sounds wrong is told and does not block."""
    assert rule in warns(reply)
    assert rule not in blocks(reply)


def test_advertising_is_worse_on_a_complaint() -> None:
    """It warns, and blocks where somebody complains."""
    calm = talk(thread=(Turn(by="@ann_k", text="@acmeair thanks for the flight!"),))
    assert "promotion" in warns("Thank you! Check out our new offers.", calm)
    assert "promotion" in blocks("We are sorry. Check out our new offers.")


def test_the_same_template_again_is_told() -> None:
    """Two replies that differ in a name or a number only are the same."""
    before = "We are sorry, Tom. Bags are traced at https://acmeair.example/bags, and we will look for yours."
    assert "same-again" in warns(GOOD_REPLY, talk(recent=(before,)))
    assert "same-again" not in warns(GOOD_REPLY, talk(recent=("Thank you for the kind words.",)))


def test_a_general_fact_of_a_special_category_may_be_stated() -> None:
    """What the brand states of wheelchairs it may say, but not of `your wheelchair`."""
    facts = (Fact(statement="Wheelchair help can be booked until 48 hours before a flight."),)
    asks = (Turn(by="@ann_k", text="@acmeair how do I book wheelchair help?"),)
    where = talk(facts=facts, thread=asks)
    assert "sensitive" not in blocks("Wheelchair help can be booked until 48 hours before a flight.", where)
    assert "sensitive" in blocks("Your wheelchair can be booked until 48 hours before a flight.", where)


def test_what_cannot_be_read_is_said() -> None:
    """Nothing, too much, and a language without words of its own each have a finding."""
    assert blocks(" \n") == {"empty"}
    assert "length" in blocks("a" * 2_001)
    assert "language" in warns("Bardzo przepraszamy.", talk(lang="pl"))


@pytest.mark.parametrize("said", ["W\u200be noticed that you moved", "Wе notiсed that you moved", "ＷＥ noticed you"])
def test_disguise_does_not_help(said: str) -> None:
    """Invisible, look-alike and full-width characters are read as what they look like; places are the original's."""
    assert "watching" in blocks(said)
    assert all(one.end <= len(said) for one in check(said, talk()))


PIECES = st.sampled_from(
    ["We noticed you ", "your order number ", "@bob ", "Ann, ", "12 ", "€5 ", "https://a.example ", "\ud800", "\u200b",
     "😀", "\n", "\0", "Hi ", "– Tom", "refund ", "jane@example.com ", "?", "é", "İ", "ﷺ"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=20).map("".join),
    st.sampled_from(["", "en", "de", "pt-BR", "xx"]),
)
def test_whatever_the_reply_findings_lie_within_it(reply: str, lang: str) -> None:
    """Findings stand in order, lie within the reply, say why, and the same reply is judged the same again."""
    where = talk(lang=lang)
    told = check(reply, where)
    assert [one.start for one in told] == sorted(one.start for one in told)
    assert all(0 <= one.start <= one.end <= len(reply) and one.why and one.repair for one in told)
    assert told == check(reply, where)


def test_no_reply_takes_long() -> None:
    """The worst of replies that are made to be slow is checked within a tenth of a second."""
    assert len(hostile()) > 40
    assert slowest()[0][0] < 100


def test_every_rule_has_a_repair_and_a_place_in_the_docs() -> None:
    """Whatever blocks or warns says what to do instead, and the page for authors names it."""
    page = (Path(__file__).parents[2] / "docs" / "author" / "replies.md").read_text(encoding="utf-8")
    rules: set[str] = set()
    for row in rows():
        one = asked(row)
        told = check(one.reply, one.talk)
        assert all(finding.repair for finding in told)
        rules |= {finding.rule for finding in told}
    assert {rule for rule in rules if f"`{rule}`" not in page} == set()


def test_findings_are_plain_values() -> None:
    """Two findings of the same words are equal."""
    one = Finding(rule="blame", start=0, end=1, why="x")
    assert one == Finding(rule="blame", start=0, end=1, why="x")


def run(*lines: object) -> tuple[int, list[dict[str, object]], str]:
    """The command over these lines: exit code, what it wrote, what it said."""
    said = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    ended = CliRunner().invoke(command.app, [], input=said.encode("utf-8", "surrogatepass"))
    return ended.exit_code, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


ROW = {"id": "1", "lang": "en", "brand": "Acme Air", "thread": [{"by": "@ann_k", "text": ANN.text}], "reply": "Sorry!"}


def test_the_command_tells_a_verdict_a_line() -> None:
    """A blocked reply ends with 1, and each line says its id, verdict and findings with exactly these keys."""
    code, told, _ = run({**ROW, "approved_facts": []}, {**ROW, "id": 2, "reply": "We noticed you moved."})
    assert code == 1
    assert [one["id"] for one in told] == ["1", 2]
    assert [one["verdict"] for one in told] == ["warn", "block"]
    findings = told[1]["findings"]
    assert isinstance(findings, list)
    assert set(findings[0]) == {"rule", "severity", "start", "end", "why", "repair"}


def test_good_replies_end_with_0() -> None:
    """A line without a block ends well; facts may be texts or objects, and turns plain texts."""
    facts = [{"statement": "Bags are traced", "link": "https://acmeair.example/bags", "lang": "en"}, "5 days"]
    row = {**ROW, "thread": ["@acmeair my bag never came"], "approved_facts": facts, "author": "@ann_k"}
    code, told, _ = run({**row, "reply": GOOD_REPLY})
    assert (code, told[0]["verdict"]) == (0, "ok")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense-7381", "no JSON"), ("[1]", "no JSON object"), ("[" * 20_000, "no JSON"),
        ({"reply": "x"}, "'id' is missing"), ({**ROW, "reply": None}, "'reply' is missing"),
        ({**ROW, "thread": "x"}, "'thread' is no list"), ({**ROW, "thread": [{"by": "a"}]}, "'thread' has no text"),
        ({**ROW, "approved_facts": [3]}, "no statement"), ({**ROW, "public": "maybe"}, "neither true nor false"),
        ({**ROW, "lang": 4}, "'lang' is no text"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_set_aside(line: object, said: str) -> None:
    """It is told in one sentence without its content, the rest is checked, and the command ends with 2."""
    code, told, error = run(line, ROW)
    assert code == 2
    assert len(told) == 1
    assert said in error
    assert "nonsense-7381" not in error


def test_odd_characters_do_no_harm() -> None:
    """A byte order mark, a lone surrogate and broken UTF-8 are checked as far as they can be read."""
    code, told, _ = run("\ufeff" + json.dumps(ROW), json.dumps({**ROW, "id": "\ud800", "reply": "Sorry \ud800!"}))
    assert code == 0
    assert len(told) == 2
