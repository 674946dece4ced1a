"""The etiquette on the desk: read, written with its check, rehearsed, published by a second person."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from ascolta.amending import Rules
from ascolta.core.amend import digest_of
from ascolta.core.etiquette import Action
from ascolta.core.journal import Kind
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.files.brands import load_brand
from ascolta.files.check import check, checked
from ascolta.renewing import Renewal
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.journal import MemoryJournal
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk, create
from tests.conftest import NOW, foresee, keep, published
from tests.web.entering import OWN, Browser, browsing, cheap

EVIL = "</textarea><script>alert(1)</script>\u202e"
PUBLISHED = """\
etiquette: acme
rules:
  - name: spoken-to
    when: addressed:yes
    then: reply
    approve: two
    why: Said to us.
    fits: ["talk to acme"]
  - {name: open-complaint, when: 'complaint:yes NOT network:bluesky', then: care, approve: two, why: Help once.}
"""
QUIETER = PUBLISHED.replace("then: care", "then: silence")
BRAND = """\
brand: acme
name: Acme Air
names: [Acme]
handles: ["@acmeair"]
sources:
  - {file: day.jsonl, networks: [x, bluesky], rehearsal: true}
  - {file: real.jsonl, networks: [x]}
"""
DAY = [
    {"id": "1", "text": "a talk to acme", "network": "x", "author": "a"},
    {"id": "2", "text": f"acme is bad {EVIL}", "network": "x", "author": "b"},
    {"id": "3", "text": "acme flies", "network": "x", "author": "c"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with a made-up day and one that is not."""
    (tmp_path / "brand.yaml").write_text(BRAND, encoding="utf-8")
    (tmp_path / "queries.yaml").write_text("queries:\n  - {name: name, find: acme}\n", encoding="utf-8")
    (tmp_path / "etiquette.yaml").write_text(PUBLISHED, encoding="utf-8")
    lines = "".join(json.dumps(post) + "\n" for post in DAY)
    for name in ("day.jsonl", "real.jsonl"):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    return tmp_path


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(new_signer(), SecondPlace(None))


@pytest.fixture
def rules(folder: Path, journal: MemoryJournal) -> Rules:
    store = MemoryStore(journal)
    brands = Brands([load_brand(folder)], foresee)
    return Rules(brands=brands, store=store, folders={"acme": folder}, kept=Etiquettes(None, store.journal))


@pytest.fixture
def desk(rules: Rules) -> Desk:
    return Desk(brands=rules.brands, store=rules.store, rules=rules, clock=lambda: NOW, entrance=cheap())


@pytest.fixture
def ann(desk: Desk) -> Iterator[Browser]:
    with browsing(desk, create(desk)) as browser:
        yield browser


def saved(browser: Browser, text: str, seen: str = "", by: str = "Ann") -> str:
    """Save a draft; its digest."""
    browser.post("/etiquette/acme/draft", data={"text": text, "seen": seen, "does": "save", "by": by}, headers=OWN)
    return digest_of(text)


def act(browser: Browser, kind: str, seen: str, by: str = "Ann", note: str = "") -> str:
    """Do something with the draft; the page that comes, as it reads."""
    sent = {"seen": seen, "by": by, "note": note}
    return unescape(browser.post(f"/etiquette/acme/{kind}", data=sent, headers=OWN).text)


def test_rules_are_read_as_their_author_wrote_them(ann: Browser, rules: Rules) -> None:
    """Name, when, then, desk, approvals, why, examples; how many cases each brought; what networks say above it all."""
    keep(rules.store, rules.brands, published("1", "bad talk to acme"), published("2", "acme is bad"))
    shown = unescape(ann.get("/etiquette").text)
    for said in (
        "Etiquette of Acme Air", "spoken-to", "addressed:yes", "reply", "desk care", "two approve", "Said to us.",
        "talk to acme", "open-complaint", "1 case", "nothing was published from here yet",
        "X forbids replies to people who did not engage with the account first.", "X Automation Rules",
        "Bluesky lets a brand speak only when it is tagged.",
    ):  # fmt: skip
        assert said in shown, said
    assert ann.get("/etiquette/acme").status_code == 200
    assert ann.get("/etiquette/nobody").status_code == 404


def test_the_check_of_the_desk_is_that_of_the_terminal(ann: Browser, folder: Path) -> None:
    """A draft is told what the file would be told: examples, rules out of reach, networks' terms, with the line."""
    wrong = PUBLISHED.replace('fits: ["talk to acme"]', 'fits: ["acme flies"]') + (
        "  - {name: never, when: 'addressed:yes complaint:yes', then: reply, why: Too late.}\n"
        "  - {name: loud, when: 'polarity:negative', then: reply, why: Loud.}\n"
    )
    told = ann.post("/etiquette/acme/check", data={"text": wrong}, headers=OWN).json()
    (folder / "etiquette.yaml").write_text(wrong, encoding="utf-8")
    report = [one for one in check(folder, foresee).problems if one.path.endswith("etiquette.yaml")]
    assert [(one["line"], one["severity"], one["message"]) for one in told["problems"]] == [
        (one.line, one.severity, one.message) for one in report
    ]
    assert len(report) > 3
    assert told["problems"][0]["where"] == "etiquette.yaml:3"
    assert ann.post("/etiquette/acme/check", data={"text": PUBLISHED}, headers=OWN).json()["problems"] == []


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ("etiquette: acme\nrules:\n  - {name: a, wen: x, then: silence, why: w}\n", 3, "did you mean 'when'?"),
        ("etiquette: acme\nrules:\n  - {name: a, when: 'x (', then: silence, why: w}\n", 3, "expected"),
        ("etiquette: acme\nrules: [\n", 3, "is not YAML"),
        ("a: &a [b]\nb: *a\n", 1, "aliases"),
        ("[" * 30 + "]" * 30, 1, "nested deeper"),
        ("", 1, "is empty"),
        ("etiquette: acme\nrules:\n  - {name: a, when: 'addressed:no', then: reply, why: w}\n", 3, "fits none of them"),
        (
            "etiquette: acme\nrules:\n  - {name: a, when: 'sensitive:health', then: care, why: w}\n",
            3,
            "sensitive matters",
        ),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line_and_kept(
    ann: Browser, rules: Rules, wrong: str, line: int, said: str
) -> None:
    """A mistake has its line and a hint, by script and by the button; it is saved all the same, and not published."""
    [problem] = ann.post("/etiquette/acme/check", data={"text": wrong}, headers=OWN).json()["problems"]
    assert (problem["line"], problem["severity"]) == (line, "error")
    assert said in problem["message"]
    page = ann.post("/etiquette/acme/draft", data={"text": wrong, "does": "check"}, headers=OWN)
    assert f"etiquette.yaml:{line}" in page.text
    assert rules.kept.draft("acme") is None
    seen = saved(ann, wrong if wrong.endswith("\n") or not wrong else f"{wrong}\n")
    kept = rules.kept.draft("acme")
    assert kept is not None
    assert kept.digest == seen
    assert "mend it first" in act(ann, "ask", seen)


def test_a_draft_becomes_the_etiquette_by_a_second_person(
    ann: Browser, rules: Rules, folder: Path, journal: MemoryJournal
) -> None:
    """Ann writes and asks, Bob publishes: the file says it, the journal and the page too, and it decides at once."""
    renewal = Renewal(rules.brands, {"acme": folder})
    seen = saved(ann, QUIETER)
    assert (folder / "etiquette.yaml").read_text(encoding="utf-8") == PUBLISHED
    assert "Two people stand for an etiquette" in unescape(ann.get("/etiquette/acme/draft").text)
    assert "did not ask yet" in act(ann, "publish", seen, by="Bob")
    assert "Bob" not in act(ann, "ask", seen, by="Ann")
    assert "another person has to publish it" in act(ann, "publish", seen, by="Ann")
    assert "wrote on this draft meanwhile" in act(ann, "publish", "older", by="Bob")
    assert "asks for exactly these words" in unescape(ann.get("/etiquette/acme/draft").text)
    page = act(ann, "publish", seen, by="Bob")
    assert "Published, as edition 2" in page
    assert "Written by Ann, published by Bob." in page
    assert "takes it up within seconds" in page
    assert (folder / "etiquette.yaml").read_text(encoding="utf-8") == QUIETER
    keep(rules.store, rules.brands, published("1", "acme is bad"))
    assert renewal.heed()["acme"].etiquette
    keep(rules.store, rules.brands, published("2", "acme is bad"))
    assert [case.decision.action for case in rules.store.cases()] == [Action.CARE]
    assert "takes it up within seconds" not in ann.get("/etiquette/acme").text
    entries = [entry for number in range(99) if (entry := journal.entry(number))]
    assert [(one.kind, one.rule) for one in entries if one.rule == "etiquette"] == [(Kind.CONFIGURED, "etiquette")]
    assert all("Ann" not in str(one) for one in entries)


def test_a_draft_is_sent_back_with_a_reason(ann: Browser, rules: Rules) -> None:
    """Whoever reads it says what should be different; whoever wrote it sees that, mends it, and asks again."""
    seen = saved(ann, QUIETER)
    act(ann, "ask", seen)
    assert "needs a reason" in act(ann, "return", seen, by="Bob")
    assert f"Too quiet {EVIL}"[:9] in act(ann, "return", seen, by="Bob", note=f"Too quiet {EVIL}")
    page = ann.get("/etiquette/acme/draft").text
    assert "Bob sent it back" in page
    assert "<script>alert" not in page
    mended = saved(ann, QUIETER.replace("Help once", "Leave alone"), seen)
    act(ann, "ask", mended)
    act(ann, "publish", mended, by="Bob")
    assert rules.kept.editions("acme")[0].text.count("Leave alone") == 1


def test_whoever_is_alone_is_told_and_publishes_nothing(desk: Desk, folder: Path) -> None:
    """With one account that may, the page says who has to come, and leads there; an agent does not count."""
    with browsing(desk, create(desk)) as browser:
        seen = saved(browser, QUIETER)
        assert "Nobody else here may change the etiquette" in unescape(browser.get("/etiquette/acme/draft").text)
        browser.become("Cid", Role.AGENT)
        browser.become("Ann")
        assert "Nobody else here may change the etiquette" in act(browser, "ask", seen)
        assert "another person has to publish it" in act(browser, "publish", seen)
        browser.become("Lea", Role.LEAD)
        assert "Nobody else here may" not in unescape(browser.get("/etiquette/acme/draft").text)
    assert (folder / "etiquette.yaml").read_text(encoding="utf-8") == PUBLISHED


def test_nothing_is_lost_when_two_write_at_once(ann: Browser, rules: Rules) -> None:
    """Whoever saves second is told, keeps their words in the field beside what the other saved, and may save then."""
    seen = saved(ann, QUIETER)
    saved(ann, PUBLISHED.replace("Said to us.", "Bob was here."), seen, by="Bob")
    sent = {"text": PUBLISHED.replace("Help once.", "Ann was here."), "seen": seen, "does": "save", "by": "Ann"}
    answer = ann.post("/etiquette/acme/draft", data=sent, headers=OWN)
    page = unescape(answer.text)
    assert answer.status_code == 409
    for said in ("Nothing of yours is lost", "Bob saved another version", "Ann was here.", "Bob was here."):
        assert said in page, said
    draft = rules.kept.draft("acme")
    assert draft is not None
    assert "Bob was here." in draft.text
    saved(ann, str(sent["text"]), draft.digest)
    assert "Ann was here." in ann.get("/etiquette/acme/draft").text


def test_a_file_that_changed_meanwhile_is_told_and_nothing_lost(ann: Browser, rules: Rules, folder: Path) -> None:
    """Neither what somebody wrote into the folder nor the draft is lost; it is asked for anew, and then published."""
    seen = saved(ann, QUIETER)
    act(ann, "ask", seen)
    theirs = PUBLISHED.replace("Said to us.", "Said to our folder.")
    (folder / "etiquette.yaml").write_text(theirs, encoding="utf-8")
    assert "was changed by somebody else meanwhile" in act(ann, "publish", seen, by="Bob")
    assert (folder / "etiquette.yaml").read_text(encoding="utf-8") == theirs
    page = unescape(ann.get("/etiquette/acme/draft").text)
    assert "The file was changed since this draft was begun." in page
    assert "Said to our folder." in page
    act(ann, "rebase", seen)
    assert "did not ask yet" in act(ann, "publish", seen, by="Bob")
    act(ann, "ask", seen)
    act(ann, "publish", seen, by="Bob")
    assert (folder / "etiquette.yaml").read_text(encoding="utf-8") == QUIETER
    assert [one.text for one in rules.kept.editions("acme")] == [QUIETER, theirs]


def test_a_crash_between_file_and_store_is_mended_by_publishing_again(ann: Browser, rules: Rules, folder: Path) -> None:
    """Where the file says already what the draft says, publishing records it and loses nothing."""
    seen = saved(ann, QUIETER)
    act(ann, "ask", seen)
    (folder / "etiquette.yaml").write_text(QUIETER, encoding="utf-8")
    assert "The file was changed" not in ann.get("/etiquette/acme/draft").text
    act(ann, "publish", seen, by="Bob")
    assert [one.by for one in rules.kept.editions("acme")] == ["Bob"]
    assert rules.kept.draft("acme") is None


def test_networks_stand_above_what_is_published(ann: Browser, rules: Rules, folder: Path) -> None:
    """A rule that speaks to people who did not speak to us is refused; one that a file slips in decides silence."""
    loud = PUBLISHED.replace("when: addressed:yes", "when: acme").replace('    fits: ["talk to acme"]\n', "")
    seen = saved(ann, loud)
    assert "mend it first" in act(ann, "ask", seen)
    (folder / "etiquette.yaml").write_text(loud, encoding="utf-8")
    rules.brands.amend("acme", load_brand(folder).etiquette)
    keep(rules.store, rules.brands, published("1", "acme flies"))
    assert rules.store.cases() == []


def test_a_draft_is_rehearsed_on_a_made_up_day(ann: Browser) -> None:
    """What changes, with examples, the work, and what people expect; only days of made-up posts are there to choose."""
    saved(ann, QUIETER)
    choices = ann.get("/etiquette/acme/rehearse").text
    assert 'value="day.jsonl"' in choices
    assert "real.jsonl" not in choices
    answer = ann.get("/etiquette/acme/rehearse?on=day.jsonl")
    page = unescape(answer.text)
    for said in (
        "1 of 3 decisions would change",
        "People approached who did not speak to us",
        "−1",
        "58 % want complaints",
    ):
        assert said in page, said
    assert "acme is bad" in page
    assert "<script>alert" not in answer.text
    assert "\u202e" not in page
    for other in ("real.jsonl", "../etiquette.yaml", "/etc/passwd", "etiquette.yaml"):
        assert ann.get("/etiquette/acme/rehearse", params={"on": other}).status_code == 404, other


def test_a_draft_is_rehearsed_on_the_cases_that_are_kept(ann: Browser, rules: Rules) -> None:
    """Cases are decided on anew, masked as they are; a sealed one is not looked at, and the page says what it lacks."""
    keep(rules.store, rules.brands, published("1", "a talk to acme"), published("2", "acme is bad"))
    saved(ann, PUBLISHED.replace("approve: two", "approve: one"))
    page = unescape(ann.get("/etiquette/acme/rehearse?on=cases").text)
    assert "1 of 1 decision would change" in page
    assert "a talk to acme" in page
    assert "acme is bad" not in page
    assert "cannot be told here" in page
    assert "What people expect" not in page


def test_without_a_draft_that_can_be_read_there_is_nothing_to_rehearse(ann: Browser) -> None:
    """The page says what is missing, and leads there."""
    assert "There is no draft" in unescape(ann.get("/etiquette/acme/rehearse?on=day.jsonl").text)
    saved(ann, "etiquette: [\n")
    assert "The draft cannot be read yet" in unescape(ann.get("/etiquette/acme/rehearse?on=cases").text)


def test_hostile_words_are_words_everywhere(ann: Browser, rules: Rules) -> None:
    """Markup and hidden signs in rules, in a draft, in what changes and in an edition are shown and not obeyed."""
    evil = PUBLISHED.replace("Said to us.", f"'Said {EVIL}'").replace("talk to acme", f"talk to acme {EVIL}")
    seen = saved(ann, evil)
    pages = [ann.get("/etiquette/acme/draft").text]
    act(ann, "ask", seen)
    act(ann, "publish", seen, by="Bob")
    pages += [ann.get(f"/etiquette/acme{path}").text for path in ("", "/editions/1", "/editions/2")]
    for page in pages:
        assert "<script>alert" not in page
    assert all("\u202e" not in page for page in pages[1:])
    told = ann.post("/etiquette/acme/check", data={"text": f"etiquette: acme\n{EVIL}: 1\n"}, headers=OWN).json()
    assert "\u202e" not in json.dumps(told, ensure_ascii=False)


def test_an_earlier_edition_is_begun_with_again(ann: Browser, rules: Rules) -> None:
    """A new draft says what it said; where there is a draft already, that one is not written over."""
    seen = saved(ann, QUIETER)
    act(ann, "ask", seen)
    act(ann, "publish", seen, by="Bob")
    assert "how it differs" in ann.get("/etiquette/acme/editions/1").text.lower()
    assert ann.get("/etiquette/acme/editions/7").status_code == 404
    ann.post("/etiquette/acme/begin", data={"number": "1"}, headers=OWN)
    draft = rules.kept.draft("acme")
    assert draft is not None
    assert draft.text == PUBLISHED
    saved(ann, PUBLISHED + "# mine\n", draft.digest)
    assert ann.post("/etiquette/acme/begin", data={"number": "1"}, headers=OWN).status_code == 409
    again = rules.kept.draft("acme")
    assert again is not None
    assert again.text.endswith("# mine\n")
    act(ann, "drop", again.digest)
    assert rules.kept.draft("acme") is None


def test_a_file_that_cannot_be_read_leaves_the_rules_of_before(ann: Browser, folder: Path) -> None:
    """The page shows what still decides and why the file does not, and never where the folder lies."""
    (folder / "etiquette.yaml").write_text("etiquette: acme\nrules:\n  - {name: a}\n", encoding="utf-8")
    page = unescape(ann.get("/etiquette/acme").text)
    assert "the rules of before still decide" in page
    assert "line 3" in page
    assert "spoken-to" in page
    (folder / "etiquette.yaml").unlink()
    (folder / "etiquette.yaml").mkdir()
    for path in ("", "/draft"):
        page = unescape(ann.get(f"/etiquette/acme{path}").text)
        assert "cannot be read" in page
        assert str(folder) not in page


def test_too_long_a_draft_is_refused_and_stays_in_the_field(ann: Browser, rules: Rules) -> None:
    """It is told how long one may be, and nothing of it is cut."""
    answer = ann.post("/etiquette/acme/draft", data={"text": "# long\n" * 30_000, "does": "save"}, headers=OWN)
    assert answer.status_code == 409
    assert "200,000 characters" in answer.text
    assert answer.text.count("# long") >= 30_000
    assert rules.kept.draft("acme") is None


def test_a_rehearsal_leaves_no_trace(ann: Browser, rules: Rules, journal: MemoryJournal) -> None:
    """Nothing of the day is kept, counted or written down."""
    saved(ann, QUIETER)
    before = journal.size()
    ann.get("/etiquette/acme/rehearse?on=day.jsonl")
    assert (rules.store.cases(), rules.store.span("acme"), journal.size()) == ([], None, before)


def test_what_is_checked_is_the_text_and_not_the_file(folder: Path) -> None:
    """The file may say what it likes."""
    brand = load_brand(folder)
    (folder / "etiquette.yaml").write_text("nonsense", encoding="utf-8")
    found = checked(PUBLISHED, brand, folder, foresee)
    assert (found.errors, found.etiquette == brand.etiquette) == (0, True)
