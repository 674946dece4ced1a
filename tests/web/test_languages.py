"""The desk in six languages: the catalogues are whole, and nothing on a page is left in English."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from ascolta.core.alert import FEW, Vigil
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.files.etiquette import default_etiquette
from ascolta.web import kept, tongue, words
from ascolta.web.app import Desk
from ascolta.web.tongue import Reader
from tests import translations
from tests.crises import BRAND
from tests.translations import forms, strings
from tests.web.entering import Browser
from tests.web.test_asvs import MATRIX, clock, desk

__all__ = ["clock", "desk"]

PLACE = re.compile(r"%\(\w+\)s|%%")
TAG = re.compile(r"<[a-z/]|&[a-z#]")
FILES = ("pulse", ".md", "checkpoint")
"""What is no page."""

ENGLISH = frozenset(
    ("the", "of", "and", "is", "are", "were", "to", "it", "its", "not", "no", "with", "by", "for", "this",
     "that", "these", "from", "who", "what", "when", "where", "why", "until", "nobody", "somebody", "you",
     "your", "our", "they", "has", "have", "had", "be", "been", "can", "may", "must", "will", "would",
     "there", "here", "than", "more",
     "each", "every", "which", "whose", "only", "since", "because", "ago", "about", "into", "without")
)  # fmt: skip
"""Words by which English prose is known; none of them is a word of another language that a page shows."""


@pytest.fixture(scope="module")
def found() -> Catalog:
    return translations.sentences()


@pytest.fixture(params=translations.LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_template_is_fresh(found: Catalog) -> None:
    """Every sentence of the code stands in it, and no other; `make words` brings it up to date."""
    assert translations.TEMPLATE.read_bytes() == translations.written(found)


def test_the_catalogues_are_fresh(found: Catalog, lang: str) -> None:
    """A catalogue has every sentence of the code and no other."""
    assert {str(one.id) for one in translations.read(lang)} == {str(one.id) for one in found}


def test_every_sentence_is_translated(lang: str) -> None:
    """No sentence lacks a translation, in none of its forms."""
    catalogue = translations.read(lang)
    lacking = [one.id for one in catalogue if one.id and not all(strings(one))]
    assert not lacking
    assert all(len(strings(one)) == catalogue.num_plurals for one in catalogue if one.pluralizable)


def test_translations_keep_the_places(lang: str) -> None:
    """A translation has the places of its sentence and no other; for one, the count may be said in words."""
    for one in translations.read(lang):
        if one.id and all(strings(one)):
            wanted = [set(PLACE.findall(form)) for form in forms(one)]
            for said in strings(one):
                here = set(PLACE.findall(said))
                assert here in wanted or here | {"%(num)s"} in wanted, said
                assert "%" not in PLACE.sub("", said), said


def test_no_sentence_holds_markup(found: Catalog, lang: str) -> None:
    """Neither a sentence nor its translation can write the page."""
    texts = [form for one in found if one.id for form in forms(one)]
    texts += [said for one in translations.read(lang) if one.id for said in strings(one)]
    assert not [text for text in texts if TAG.search(text)]


@pytest.mark.parametrize("lang", ["en", *translations.LANGUAGES])
def test_an_alarm_is_read_back(lang: str) -> None:
    """Whatever an alarm says of its figures is told in the reader's language, and in English as it was."""
    said = [told for stream in ("all", "complaint", "topic:refund") for told in _alarms(stream)]
    assert len(said) >= 6
    tongue.read_by(Reader(lang=lang))
    try:
        for why in said:
            assert (kept.kept(why) == why) == (lang == "en"), why
        assert kept.kept("Somebody wrote this.") == "Somebody wrote this."
        assert kept.kept("A %(num)s and 50 % of it") == "A %(num)s and 50 % of it"
        assert kept.kept("in " * 4_000) == "in " * 4_000
    finally:
        tongue.read_by(tongue.NOBODY)


def _alarms(stream: str) -> Iterator[str]:
    vigil = Vigil("acme", once_in_days=0.001, topics=["topic:refund"])
    for tick in range(300):
        change = vigil.tick(tick * 300.0, {stream: 40 * FEW if 100 < tick < 130 else 1})
        if change is not None:
            yield change.why
            yield vigil.again().why if vigil.is_up else f"Graver: watch became crisis. {change.why}"


def test_what_people_say_is_not_translated() -> None:
    """A name that is also a word of ours stays a name; what the program says is said in the reader's language."""
    tongue.read_by(Reader(lang="de"))
    try:
        error = CaseError(Saying("%(name)s approved this answer already; another person has to", name="approved"))
        assert words.told(error).startswith("approved ")
        assert words.told(error) != str(error)
        assert words.told("50 % of <b>nobody</b> %(x)s") == "50 % of <b>nobody</b> %(x)s"
        assert words.word("care") != "care"
        assert words.word("my own desk") == "my own desk"
    finally:
        tongue.read_by(tongue.NOBODY)


@pytest.fixture
def pseudo(tmp_path: Path, found: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which every sentence stands in brackets."""
    catalogue = Catalog(locale="de")
    for one in found:
        if one.id:
            marked = tuple(f"⟦{form}⟧" for form in forms(one))
            catalogue.add(one.id, marked if one.pluralizable else marked[0])
    (tmp_path / "de.po").write_bytes(translations.written(catalogue))
    monkeypatch.setattr(tongue, "LOCALES", tmp_path)
    tongue.forget()
    yield
    tongue.forget()


def test_nothing_on_a_page_is_left_in_english(desk: Desk, pseudo: None) -> None:
    """Beside what people and the brand say, every word of every page comes out of the catalogues."""
    theirs = sorted(
        {
            one
            for case in desk.store.cases()
            for one in _strings((BRAND, default_etiquette("Acme Air", "acmeair"), case))
        },
        key=len,
        reverse=True,
    )
    left: dict[str, list[str]] = {}
    with Browser(desk) as browser:
        browser.cookies.set("ascolta-lang", "de")
        for line in MATRIX:
            method, _, path = line.partition(" ")
            if method != "GET" or path.endswith(FILES):
                continue
            page = browser.get(path)
            assert "⟦" in page.text or page.status_code == 404, path
            pieces = [piece for piece in _pieces(page.text) if _is_english(piece, theirs)]
            if pieces:
                left[path] = pieces
    assert left == {}


def _strings(value: object) -> Iterator[str]:
    """All that a brand and its cases say in words of their own."""
    if isinstance(value, str) and len(value) > len("x"):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _strings(getattr(value, one.name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _strings(part)


def _is_english(piece: str, theirs: Sequence[str]) -> bool:
    for own in theirs:
        piece = piece.replace(own, "")
    return not ENGLISH.isdisjoint(re.findall(r"[a-z]+", piece.casefold()))


def _pieces(page: str) -> list[str]:
    """The stretches of text on a page that a reader sees or hears and that stand outside of brackets."""
    reader = _Visible()
    reader.feed(page)
    text = "\n".join(reader.found)
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "\0", text)) != text:
        text = shorter
    return [piece for one in re.split(r"[\0\n]", text) if (piece := " ".join(one.split()))]


class _Visible(HTMLParser):
    """Text and labels; not what people wrote, not code, not what is said to be in another language."""

    SILENT = frozenset(("optgroup", "script", "style", "code", "pre", "kbd", "bdi", "blockquote", "textarea"))
    EMPTY = frozenset(("meta", "link", "img", "input", "br", "rect", "line", "hr", "path", "circle"))
    SAID = ("aria-label", "title", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says of itself, and whether what stands in it counts."""
        given = dict(attrs)
        silent = tag in self.SILENT or (given.get("lang") or "de") != "de"
        if not any(self._open) and not silent:
            self.found += [value for name in self.SAID if (value := given.get(name)) and name != "placeholder"]
        if tag not in self.EMPTY:
            self._open.append(silent)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that holds nothing."""
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Out of an element again."""
        if tag not in self.EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        if data.strip() and not any(self._open):
            self.found.append(" ".join(data.split()))
