"""facts.yaml and templates/: read strictly, and looked over by `ascolta check`."""

from datetime import date
from pathlib import Path

import pytest

from ascolta.core.draft import Occasion, Thread, Use, draft
from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from ascolta.files.check import check
from ascolta.files.drafts import ENDPOINT, MODEL, draft_problems, load_settings, load_voice
from ascolta.files.facts import NEW, load_facts, new_facts
from ascolta.files.templates import SHIPPED, load_own, shipped
from tests.cli.running import ACME

TODAY = date(2026, 11, 25)
HEAD = "hosts: [a.example]\nfacts:\n"
FACT = '  - id: a\n    say: {en: "It costs nothing."}\n    approved_by: care\n'
BRAND = "brand: acme\nname: Acme\nhandles: ['@acme']\ntopics:\n  - {name: bags, words: [bag]}\n"


def facts(folder: Path, text: str) -> Path:
    """A facts.yaml with this text."""
    path = folder / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def brand_with(folder: Path, *, facts_text: str = "", templates: str = "", more: str = "") -> Path:
    """A brand's folder with facts and templates of its own."""
    (folder / "brand.yaml").write_text(BRAND + more, encoding="utf-8")
    (folder / "queries.yaml").write_text("queries:\n  - {name: brand, find: acme}\n", encoding="utf-8")
    if facts_text:
        facts(folder, facts_text)
    if templates:
        (folder / "templates").mkdir()
        (folder / "templates" / "own.yaml").write_text(templates, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "said",
    [
        "bit.ly/3xYz", "b-help.com/chat", "https:⁄⁄b.example", "[here](//b.example)", "<a href=//b.example>", "B.COM",
        "ｂ．ｃｏｍ", "b。com", "ann@b.com", "t.co", "10.0.0.1", "xn--p1ai.xn--p1ai", "javascript:a", "https:b.example",
        "…b.com", "//b", "b.museum",
    ],
)  # fmt: skip
def test_a_statement_holds_no_web_address(tmp_path: Path, said: str) -> None:
    """However it is written, an address is refused: links stand in `link`, and lead to hosts that are listed."""
    with pytest.raises(FileError, match="'en' holds a web address"):
        load_facts(facts(tmp_path, HEAD + FACT.replace("It costs nothing", f"Write to us at {said}")))


@pytest.mark.parametrize("said", ["{link}.b.com", "{link}@b.com", "x{link}", "{link}m", "{link}/x"])
def test_nothing_is_glued_to_a_link(tmp_path: Path, said: str) -> None:
    """What stands close to a link would lead elsewhere."""
    text = HEAD + FACT.replace("It costs nothing", f"Write to us at {said}") + "    link: https://a.example\n"
    with pytest.raises(FileError, match="has letters close to"):
        load_facts(facts(tmp_path, text))


@pytest.mark.parametrize(
    "said",
    [
        "e.g. this", "z.B. das", "10.30", "St.Gallen", "p.ej. esto", "p.ex. isto", "9 a.m.", "v2.0.1", "z.Zt. nicht",
        "1.234,50 €", "care@a.example", "24/7 and/or", "5.–", "the U.S.A. only", "Sr.Pérez", "d.h. u.a. i.d.R.",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address(tmp_path: Path, said: str) -> None:
    """Abbreviations, hours, prices and a mail address at an own host may stand in a statement."""
    assert load_facts(facts(tmp_path, HEAD + FACT.replace("It costs nothing", f"It is {said}"))).facts


def problems(folder: Path, today: date = TODAY) -> list[str]:
    """What is said of a brand's folder, without the path."""
    found = list(draft_problems(load_brand(folder), folder, today))
    assert all(one.severity == "warning" for one in found)
    return [f"{Path(one.path).name}:{one.line}: {one.message}" for one in found]


def test_the_example_facts_are_read() -> None:
    """The example brand's facts are in seven languages, lead to its own host only, and say who approved them."""
    found = load_facts(ACME / "facts.yaml")
    assert len(found.facts) >= 10
    assert all(set(fact.languages) == set(SHIPPED) for fact in found.facts)
    assert all(fact.approved_by for fact in found.facts)
    assert {fact.use for fact in found.facts} == set(Use)
    assert all(set(dict(names)) == set(SHIPPED) for _, names in found.topics)


def test_a_file_to_begin_with_is_sound(tmp_path: Path) -> None:
    """What `--new` writes can be read at once, and is not written over."""
    path = new_facts(tmp_path)
    assert path.read_text(encoding="utf-8") == NEW
    assert [fact.id for fact in load_facts(path).facts] == ["direct-message", "refund-time"]
    with pytest.raises(FileError, match="stands already"):
        new_facts(tmp_path)
    with pytest.raises(FileError, match="cannot be written"):
        new_facts(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("facts: x\n", "facts.yaml:1: 'facts' must be a list"),
        ("fakts: []\n", "facts.yaml:1: unknown key 'fakts', did you mean 'facts'?"),
        (HEAD + FACT.replace("approved_by", "aproved_by"), "facts.yaml:5: unknown key 'aproved_by', did you mean"),
        (HEAD + FACT.replace("    approved_by: care\n", ""), "facts.yaml:3: item 1 of 'facts' has no 'approved_by'"),
        (HEAD + FACT + FACT, "facts.yaml:6: the fact 'a' stands twice (first at line 3)"),
        (HEAD + FACT.replace("id: a", "id: A b"), "facts.yaml:3: 'id' is a short name"),
        (HEAD + FACT.replace("{en:", "{english:"), "facts.yaml:4: 'english' is no language"),
        (HEAD + FACT.replace('{en: "It costs nothing."}', "{}"), "facts.yaml:4: 'say' is empty"),
        (HEAD + FACT.replace("nothing.", "nothing"), "facts.yaml:4: 'en' must be a whole sentence"),
        (HEAD + FACT.replace("nothing.", "see https://b.example."), "facts.yaml:4: 'en' holds a web address"),
        (HEAD + FACT.replace("nothing.", "see {link}."), "facts.yaml:4: 'en' speaks of {link}, but the fact has no"),
        (HEAD + FACT.replace("nothing.", "see {url}."), "facts.yaml:4: 'en' holds '{'"),
        (HEAD + FACT.replace("nothing.", "no\u200bthing."), "facts.yaml:4: 'en' holds an invisible character (U+200B)"),
        (HEAD + FACT.replace("nothing.", "n" * 400 + "."), "facts.yaml:4: 'en' is longer than 300 characters"),
        (HEAD + FACT + "    link: https://a.example/x\n", "facts.yaml:4: 'en' must say once where the link stands"),
        (HEAD + FACT + "    link: http://a.example/x\n", "facts.yaml:6: 'link' must be a plain web address"),
        (HEAD + FACT + "    link: https://a.example:8080/x\n", "facts.yaml:6: 'link' must be a plain web address"),
        (HEAD + FACT + "    link: https://a.example@b.example/\n", "facts.yaml:6: 'link' must be a plain web address"),
        (
            HEAD + FACT + "    link: https://b.example/x\n",
            "facts.yaml:6: 'link' leads to b.example, which is not",
        ),
        (HEAD + FACT + "    link: https://x.a.example/x\n", "facts.yaml:6: 'link' leads to x.a.example"),
        (HEAD + FACT + "    link: https://a.example.b.example/\n", "facts.yaml:6: 'link' leads to a.example.b.example"),
        (HEAD + FACT + "    use: answr\n", "facts.yaml:6: 'use' cannot be 'answr', did you mean 'answer'?"),
        (HEAD + FACT + "    until: tomorrow\n", "facts.yaml:6: 'until' must be a day, such as 2027-06-30"),
        (HEAD + FACT + "    from: 2026-02-30\n", "facts.yaml:6: 'from' must be a day"),
        (HEAD + FACT + "    from: 2027-01-01\n    until: 2026-01-01\n", "facts.yaml:7: 'until' lies before 'from'"),
        (HEAD + FACT + "    words: ['…']\n", "facts.yaml:6: '…' holds no word"),
        ("hosts: [https://a.example]\n" + "facts:\n" + FACT, "facts.yaml:1: 'https://a.example' is no host name"),
        (HEAD + FACT + "    link: https://a.example/x.\n", "facts.yaml:6: 'link' ends in a full stop"),
        ("topics: {bags: {en: 'see b.example'}}\nfacts:\n" + FACT, "facts.yaml:1: 'en' is what a topic is called"),
        ("topics: {bags: {en: 'see www.b.example'}}\nfacts:\n" + FACT, "facts.yaml:1: 'en' is what a topic is called"),
    ],
)
def test_facts_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    """Whatever is wrong in facts.yaml is one sentence with file and line."""
    with pytest.raises(FileError) as refused:
        load_facts(facts(tmp_path, text))
    assert str(refused.value).removeprefix(f"{tmp_path}/").startswith(why)


TEMPLATE = "language: en\ntemplates:\n  - id: mine\n    for: [other]\n    say: Thank you.\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TEMPLATE.replace("for:", "four:"), "own.yaml:4: unknown key 'four', did you mean 'for'?"),
        (TEMPLATE.replace("[other]", "[odd]"), "own.yaml:4: 'for' cannot be 'odd'; expected some of complaint"),
        (TEMPLATE.replace("[other]", "[]"), "own.yaml:4: 'for' is empty"),
        (TEMPLATE.replace("language: en", "language: English"), "own.yaml:1: 'language' is a code"),
        (TEMPLATE.replace("Thank you.", "See https://evil.example"), "own.yaml:5: 'say' cannot be used: it holds"),
        (TEMPLATE.replace("Thank you.", "'{nmae}'"), "own.yaml:5: 'say' cannot be used: there is no slot '{nmae}'"),
        (TEMPLATE + TEMPLATE.split("templates:\n")[1], "own.yaml:6: the template 'mine' stands twice"),
        (TEMPLATE.replace("id: mine", "id: My own"), "own.yaml:3: 'id' is a short name"),
    ],
)
def test_templates_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    """Whatever is wrong in a template is one sentence with file and line."""
    with pytest.raises(FileError) as refused:
        load_own(brand_with(tmp_path, templates=text))
    assert str(refused.value).removeprefix(f"{tmp_path}/templates/").startswith(why)


def test_own_templates_add_replace_and_stand_alone(tmp_path: Path) -> None:
    """A template of a brand's own is added, takes the place of a shipped one of its id, or of a whole language."""
    folder = brand_with(tmp_path, templates=TEMPLATE + "  - {id: en/other-1, for: [other], say: Hi.}\n")
    found = {one.id: one.say for one in load_own(folder)}
    assert (found["mine"], found["en/other-1"]) == ("Thank you.", "Hi.")
    assert len(found) == len(shipped()) + 1
    path = folder / "templates" / "own.yaml"
    path.write_text("instead_of_shipped: true\n" + TEMPLATE, encoding="utf-8")
    assert [one.id for one in load_own(folder) if one.language == "en"] == ["mine"]
    assert any(one.language == "es" for one in load_own(folder))


def test_one_id_stands_in_one_file(tmp_path: Path) -> None:
    """The same id in two files is refused, naming the other file."""
    folder = brand_with(tmp_path, templates=TEMPLATE)
    (folder / "templates" / "second.yaml").write_text(TEMPLATE, encoding="utf-8")
    with pytest.raises(FileError, match=r"second\.yaml:3: the template 'mine' stands in own\.yaml already"):
        load_own(folder)


CHANNEL = (
    "  - id: c\n    use: channel\n    say: {en: 'Write here: {link}.'}\n    link: https://a.example/w\n"
    "    approved_by: care\n"
)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-24", "ended on 2026-11-24 and is not stated any more"),
        ("2026-11-25", "ends today; approve it anew or prepare another"),
        ("2026-11-26", "ends in 1 day, on 2026-11-26; approve it anew or prepare another"),
        ("2026-12-09", "ends in 14 days, on 2026-12-09; approve it anew or prepare another"),
        ("2026-12-10", ""),
    ],
)
def test_facts_that_end_are_told_in_time(tmp_path: Path, until: str, said: str) -> None:
    """A fact that ends within two weeks, or has ended, is named at its line."""
    text = HEAD + FACT + f"    topics: [bags]\n    until: {until}\n" + CHANNEL
    found = problems(brand_with(tmp_path, facts_text=text))
    assert found == ([f"facts.yaml:3: the fact 'a' {said}"] if said else [])


def test_what_an_author_may_not_have_meant(tmp_path: Path) -> None:
    """Unknown topics, answers to nothing, missing languages, slots that nothing fills: each is told at its line."""
    text = (
        HEAD + FACT.replace("{en:", "{es: 'Nada.', en:") + "    topics: [bag]\n" + CHANNEL + FACT.replace("a", "b", 1)
    )
    own = TEMPLATE + "  - {id: x, for: [other], say: '{repair} {topic}'}\n"
    assert problems(brand_with(tmp_path, facts_text=text, templates=own)) == [
        "facts.yaml:3: the fact 'a' is about 'bag', which is no topic of brand.yaml; known are: bags",
        "facts.yaml:7: the fact 'c' is not stated in es, where others are",
        "facts.yaml:12: the fact 'b' has neither topics nor words, so it answers no question",
        "facts.yaml:12: the fact 'b' is not stated in es, where others are",
        "own.yaml:6: the template 'x' needs {repair}, but no fact with use: repair in 'en' fills it today",
        "own.yaml:6: the template 'x' needs {topic}, but no topic's name in 'en' fills it today",
        "facts.yaml:1: no complaint can be answered in 'es': no fact with use: channel holds in it today",
    ]


def test_check_tells_them(tmp_path: Path) -> None:
    """`ascolta check` reports what is wrong with facts; without facts and templates it says nothing of them."""
    bare = check(brand_with(tmp_path), lambda asks: [()] * len(asks), TODAY)
    assert not [one for one in bare.problems if "fact" in one.message]
    facts(tmp_path, HEAD + FACT)
    found = check(tmp_path, lambda asks: [()] * len(asks), TODAY)
    assert any("answers no question" in one.message for one in found.problems)
    assert not [one for one in problems(ACME) if "fact" in one]


def test_settings_of_drafts(tmp_path: Path) -> None:
    """No model is named by default; brand.yaml may name one, and the environment has the last word."""
    assert load_settings(brand_with(tmp_path), {}).model == ""
    more = "drafts: {model: small, endpoint: 'https://llm.example/v1', leave: {Twitter: letter of 2026-03-01}}\n"
    found = load_settings(brand_with(tmp_path, more=more), {MODEL: "large"})
    assert (found.model, found.endpoint) == ("large", "https://llm.example/v1")
    assert load_voice(tmp_path, found).leave == ("x",)
    assert load_settings(tmp_path, {ENDPOINT: "http://127.0.0.1:1"}).endpoint == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("drafts: {modle: a}\n", r"brand\.yaml:6: unknown key 'modle', did you mean 'model'\?"),
        ("drafts: {leave: x}\n", r"brand\.yaml:6: 'leave' must be names with values"),
        ("drafts: {key: sk-1}\n", r"brand\.yaml:6: unknown key 'key'"),
        ("drafts: {leave: {'@': b}}\n", r"brand\.yaml:6: 'leave' says for each network"),
    ],
)
def test_settings_that_cannot_be_read(tmp_path: Path, more: str, why: str) -> None:
    """A mistake in `drafts` of brand.yaml is told with its line; a key of an endpoint has no place there."""
    with pytest.raises(FileError, match=why):
        load_settings(brand_with(tmp_path, more=more), {})


def test_a_brand_without_facts_still_thanks(tmp_path: Path) -> None:
    """Praise needs no fact, so it has drafts in a folder without facts.yaml; a complaint has none, with the reason."""
    voice = load_voice(brand_with(tmp_path))
    occasion = Occasion(signed="Ann", day=20_782)
    said = (("addressed", "yes"), ("language", "en"))
    assert len(draft(Thread(key="1", labels=(*said, ("intent", "praise"))), voice, occasion).drafts) == 3
    assert "{channel}" in draft(Thread(key="1", labels=(*said, ("complaint", "yes"))), voice, occasion).why
