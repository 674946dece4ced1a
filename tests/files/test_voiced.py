"""statements/*.yaml, advocates.yaml and the plan steps that name them: what is read, and errors as file:line."""

from datetime import date
from pathlib import Path

import pytest

from ascolta.core.advocate import YEAR
from ascolta.core.days import DAY
from ascolta.core.plan import StepKind
from ascolta.core.statement import StatementKind
from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from ascolta.files.helping import FILE, load_helping
from ascolta.files.plans import load_plan
from ascolta.files.problem import Problem
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts, as_it_stands, voiced
from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
TODAY = date(2026, 11, 25)
STATEMENT = """\
statement: we-know
kind: holding
next_update: 2 h
where: {twitter: en, mastodon: [en, de]}
not_before: 2026-12-01T08:00:00+01:00
until: 2026-12-02
text:
  en: "We know.   More by {next_update}."
  de: "Wir wissen es. Mehr bis {next_update}."
"""
HELPING = """\
advocates: acme
scopes:
  - scope: corrections
    for: {en: passing on corrections, de: Richtigstellungen}
    networks: [twitter, mastodon]
    topics: [bags]
    at_most: 2
    within: 10 d
    lasts: 90 d
"""
PLAN = """\
plan: rumour
title: A rumour
owner: head
steps:
  - step: Say it
    who: PR lead
    do: Publish it.
    within: 10 min
    publish: we-know
  - step: Tell them
    who: community lead
    do: Brief them.
    within: 20 min
    brief-advocates: {scope: corrections, statement: it-is-over, topic: bags}
"""
OVER = "statement: it-is-over\nkind: all-clear\nwhere: {mastodon: en}\ntext: {en: Over., de: Vorbei.}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with one of each."""
    lines = "brand: acme\nname: Acme Air\nhandles: ['@acmeair']\ntopics:\n  - {name: bags, words: [bag]}\n"
    _write(tmp_path / "brand.yaml", lines)
    _write(tmp_path / "queries.yaml", "queries:\n  - {name: name, find: acme}\n")
    _write(tmp_path / "statements" / "a.yaml", STATEMENT)
    _write(tmp_path / "statements" / "b.yaml", OVER)
    _write(tmp_path / FILE, HELPING)
    _write(tmp_path / "plans" / "rumour.yaml", PLAN)
    return tmp_path


def problems(folder: Path) -> list[Problem]:
    """What `check` says of these files."""
    return list(voiced(load_brand(folder), folder, TODAY))


def test_what_the_files_say_is_read(folder: Path) -> None:
    """Names of networks are the usual ones, times are UTC, white space folds, and lines are remembered."""
    found = load_statements(folder)
    assert list(found) == ["we-know", "it-is-over"]
    one = found["we-know"]
    assert (one.kind, one.next_update, one.where) == (
        StatementKind.HOLDING,
        7_200.0,
        {"x": ("en",), "mastodon": ("en", "de")},
    )
    assert one.text["en"] == "We know. More by {next_update}."
    assert one.not_before == 1_796_108_400.0
    assert one.until == 1_796_169_600.0
    assert one.lines == {"en": 8, "de": 9}
    scope = load_helping(folder).scopes["corrections"]
    assert (scope.networks, scope.topics, scope.most) == (("x", "mastodon"), ("bags",), 2)
    assert (scope.within, scope.lasts) == (10 * DAY, 90 * DAY)
    first, second = load_plan(folder / "plans" / "rumour.yaml").steps
    assert (first.kind, first.statement, first.line) == (StepKind.STATEMENT, "we-know", 9)
    assert (second.kind, second.scope, second.topic) == (StepKind.ADVOCATES, "corrections", "bags")
    assert problems(folder) == []
    assert as_it_stands(load_plan(folder / "plans" / "rumour.yaml"), folder) == ["", ""]


def test_a_folder_without_any_of_it_is_fine(tmp_path: Path) -> None:
    """Nobody has to have statements, advocates or facts."""
    assert load_statements(tmp_path) == {}
    assert load_helping(tmp_path).scopes == {}
    assert approved_facts(tmp_path, 0.0)("anything", "en") is None


def test_the_example_is_sound() -> None:
    """Acme's statements and scopes pass, in what they say and what its plans name."""
    assert list(voiced(load_brand(ACME), ACME, TODAY)) == []
    assert {one.kind for one in load_statements(ACME).values()} == set(StatementKind)
    assert load_helping(ACME).scopes["first-looks"].lasts == YEAR


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("kind: holding", "kind: holdin", 2, "did you mean 'holding'?"),
        ("we-know", "We Know", 1, "a short name"),
        ("next_update: 2 h", "next_update: soon", 3, "a length of time"),
        ("[en, de]", "[en, xx]", 4, "'xx' is no language that is known"),
        ("twitter: en", "'t w': en", 4, "short names"),
        ("2026-12-02", "tomorrow", 6, "is not a time"),
        ("  en: ", "  eng: ", 8, "unknown key 'eng'"),
        ("We know.", "We\\u202eknow.", 8, "nobody sees"),
        ("statement:", "statment:", 1, "did you mean 'statement'?"),
        (STATEMENT[STATEMENT.index("text:") :], "text: {}\n", 7, "'text' is empty"),
    ],
)
def test_a_statement_that_cannot_be_read_is_told(folder: Path, old: str, new: str, line: int, part: str) -> None:
    """At its line, with what to do."""
    path = folder / "statements" / "a.yaml"
    _write(path, STATEMENT.replace(old, new, 1))
    with pytest.raises(FileError, match=r"a\.yaml") as caught:
        load_statements(folder)
    assert caught.value.line == line, str(caught.value)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("for: {en: passing on corrections, de: Richtigstellungen}", "for: {}", 4, "'for' is empty"),
        ("[twitter, mastodon]", "[]", 5, "'networks' is empty"),
        ("at_most: 2", "at_most: 100", 7, "between 1 and 12"),
        ("within: 10 d", "within: 1 h", 8, "between 1 d and 365 d"),
        ("lasts: 90 d", "lasts: 400 d", 9, "between 1 d and 365 d"),
        ("lasts: 90 d", "reward: {en: a seat, de: ein Sitz}", 9, "X forbids to pay people for posts (on x)"),
        ("lasts: 90 d", "last: 90 d", 9, "did you mean 'lasts'?"),
        ("advocates: acme", "advocates: acme\ndisclosure: {en: Say it.}", 2, "{brand} must stand in it"),
        ("advocates: acme", "advocates: acme\nending: {en: 'Ask {me}.'}", 2, "{me} is no place"),
    ],
)
def test_a_scope_that_cannot_be_read_is_told(folder: Path, old: str, new: str, line: int, part: str) -> None:
    """At its line, with what to do; a reward is refused where a network forbids it."""
    _write(folder / FILE, HELPING.replace(old, new, 1))
    with pytest.raises(FileError, match=FILE) as caught:
        load_helping(folder)
    assert caught.value.line == line, str(caught.value)
    assert part in str(caught.value)


def test_a_reward_is_said_in_every_language(folder: Path) -> None:
    """Where the network allows one, whoever is asked reads of it."""
    text = HELPING.replace("[twitter, mastodon]", "[facebook]")
    _write(folder / FILE, text.replace("lasts: 90 d", "reward: {en: a seat, de: ein Sitz}"))
    assert load_helping(folder).scopes["corrections"].reward["de"] == "ein Sitz"
    _write(folder / FILE, text.replace("lasts: 90 d", "reward: {en: a seat}"))
    with pytest.raises(FileError, match="not said in 'de'"):
        load_helping(folder)


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "part"),
    [
        (
            "plans/rumour.yaml",
            "publish: we-know",
            "publish: we-kno",
            9,
            "'we-kno', which is not there; known are we-know",
        ),
        ("plans/rumour.yaml", "scope: corrections", "scope: correction", 14, "'correction', which is not there"),
        ("plans/rumour.yaml", "statement: it-is-over", "statement: it-is", 14, "'it-is', which is not there"),
        ("plans/rumour.yaml", ", topic: bags", "", 14, "it names no topic"),
        ("plans/rumour.yaml", "topic: bags", "topic: food", 14, "'food' is none of the topics"),
        ("plans/rumour.yaml", "statement: it-is-over", "statement: we-know", 14, "promises an update"),
        ("statements/a.yaml", "We know.   More by {next_update}.", "We know.", 8, "write {next_update}"),
        ("statements/a.yaml", "next_update: 2 h", "next_update: 2 d", 2, "a day at the most"),
        ("statements/b.yaml", "en: Over.", "en: 'Over {it}.'", 4, "{it} is no approved fact"),
        (FILE, "passing on corrections", "p" * 99, 3, "characters too long for x"),
        (FILE, "topics: [bags]", "topics: [bags, cats]", 3, "no topic 'cats'"),
    ],
)
def test_what_their_author_did_not_mean_is_told(
    folder: Path, path: str, old: str, new: str, line: int, part: str
) -> None:
    """`check` names the file and the line, and what is known."""
    whole = (folder / path).read_text(encoding="utf-8")
    assert old in whole
    _write(folder / path, whole.replace(old, new, 1))
    found = [one for one in problems(folder) if one.severity == "error"]
    assert [(one.path, one.line) for one in found] == [(str(folder / path), line)], found
    assert part in found[0].message


def test_some_who_are_not_briefed_are_a_warning(folder: Path) -> None:
    """A statement that lacks a language in which people were asked is told, and is no error."""
    _write(folder / "statements" / "b.yaml", OVER.replace(", de: Vorbei.", ""))
    [one] = problems(folder)
    assert (one.severity, one.line) == ("warning", 14)
    assert "no words in de" in one.message


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("publish: we-know", "publish: we-know\n    kind: ask", "is of kind statement"),
        ("publish: we-know", "publish: we-know\n    brief-advocates: {scope: a, statement: b}", "make two steps"),
        ("statement: it-is-over, ", "", "has no 'statement'"),
    ],
)
def test_a_step_does_one_thing(folder: Path, old: str, new: str, part: str) -> None:
    """A step that names two things, or another kind, cannot be read."""
    _write(folder / "plans" / "rumour.yaml", PLAN.replace(old, new, 1))
    with pytest.raises(FileError, match=part):
        load_plan(folder / "plans" / "rumour.yaml")


def test_two_of_one_name_are_told(folder: Path) -> None:
    """Neither statements nor scopes share a name."""
    _write(folder / "statements" / "c.yaml", OVER)
    with pytest.raises(FileError, match="another statement is called"):
        load_statements(folder)
    _write(folder / FILE, HELPING + HELPING[HELPING.index("  - scope") :])
    with pytest.raises(FileError, match="another scope is called"):
        load_helping(folder)


def test_a_fact_must_hold_when_the_statement_may_go_out(folder: Path) -> None:
    """One that ends before `not_before` leaves a gap that nobody would see today."""
    fact = "{id: open, use: channel, say: {en: Refunds are open.}, until: 2026-11-28, approved_by: accounts}"
    _write(folder / "facts.yaml", f"hosts: []\nfacts:\n  - {fact}\n")
    said = STATEMENT.replace("We know.   More by", "{open} More by")
    _write(folder / "statements" / "a.yaml", said)
    assert ["open" in one.message for one in problems(folder) if one.severity == "error"] == [True]
    _write(folder / "statements" / "a.yaml", said.replace("not_before: 2026-12-01T08:00:00+01:00\n", ""))
    assert [one for one in problems(folder) if one.severity == "error"] == []
