"""The weekly brief goes to its desks by a real mail server: once a week, also if nothing ran when it was due."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ascolta import bootstrap
from ascolta.core.days import DAY
from ascolta.core.label import Topic
from ascolta.core.mention import Brands
from ascolta.core.news import masked
from ascolta.core.routing import Desk, NewsKind, Routes, Standing
from ascolta.core.weekly import WEEK, Weekly, last
from ascolta.desks.apprised import Apprised
from ascolta.errors import SourceError
from ascolta.files.hours import zone
from ascolta.files.routes import WEEKDAYS
from ascolta.ports import Herald
from ascolta.stores.ledger import FILE, MemoryLedger, SqlLedger
from ascolta.stores.memory import MemoryStore
from ascolta.stores.notices import Notices
from ascolta.telling import Outside, deliver
from ascolta.web.brief import Floor
from ascolta.web.weekly import mail, queue_briefs
from tests.briefed import FIRST, TOPICS, journal, publish, week
from tests.cli.running import ACME as ACME_FOLDER
from tests.cli.running import Started, started, wait
from tests.conftest import ACME, foresee, keep, published
from tests.desks.receivers import Mailbox, mail_server

BRAND = replace(ACME, topics=tuple(Topic(name=name) for name in TOPICS))
ROUTES = Routes(
    desks={name: Desk(name=name, to="ASCOLTA_DESK_X") for name in ("care", "pr")},
    link="https://desk.example.com",
    brief=Weekly(desks=("care",), at=9 * 3600.0, offset=zone("Europe/Paris")),
)
NINE = float((FIRST + WEEK) * DAY + 8 * 3600)
"""Nine in the morning of the Monday after the week, in Paris."""


class Failing:
    """A desk that is never reached."""

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Fail."""
        raise SourceError("desk 'care' is not there", retry=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[Mailbox]:
    """The mail server."""
    with mail_server() as made:
        yield made


@pytest.fixture
def box(shared: Mailbox) -> Mailbox:
    """The mail server, as if just started."""
    shared.took.clear()
    shared.answer = "250 OK"
    return shared


@pytest.fixture
def floor() -> Floor:
    """Figures of the week, and seven who spoke to us in it."""
    ledger, store, brands = MemoryLedger(Random(1).getrandbits), MemoryStore(journal()), Brands([BRAND], foresee)
    publish(ledger, FIRST)
    for number in range(7):
        at = FIRST * DAY + 60.0 * number
        keep(store, brands, published(f"s{number}", "to acme, canary", at=at, author=f"canary{number}"), at=at)
    return brands, (store, ledger), lambda: NINE


def outside(place: Path | None, herald: Herald, routes: Routes = ROUTES) -> Outside:
    """Everything that telling needs, with this desk."""
    return Outside(notices=Notices(place), routes={"acme": routes}, heralds={("acme", "care"): herald})


def test_it_comes_by_mail_once(box: Mailbox, floor: Floor, tmp_path: Path) -> None:
    """As plain text with title, sentences and figures; not before its time, not twice, and not after a restart."""
    ours, done = outside(tmp_path, Apprised(box.address())), set[tuple[str, int]]()
    assert queue_briefs(floor, ours, NINE - 7 * DAY + 6.5 * DAY, done) == 0
    assert queue_briefs(floor, ours, NINE, done) == 1
    assert deliver(ours, NINE).told == 1
    assert queue_briefs(floor, ours, NINE + 60, done) == 0
    ours.notices.close()
    again = outside(tmp_path, Apprised(box.address()))
    for hours in (0.5, 24, 100, 143):
        assert queue_briefs(floor, again, NINE + 3600 * hours, set()) == 0
        again.notices.sweep(NINE + 3600 * hours)
        assert deliver(again, NINE + 3600 * hours).told == 0
    [took] = box.took
    assert took["Subject"] == "Acme Air: the week from 16 November 2026 to 22 November 2026"
    assert took.get_content_type() == "text/plain"
    said = " ".join(took.get_content().split())
    for there in (
        "WHAT WAS SAID TO US", "About twice as many people a day spoke of refunds as before", "7 posts were said to us",
        "Answered when spoken to:", "The desk: https://desk.example.com",
    ):  # fmt: skip
        assert there in said, there
    assert "canary" not in said


def test_what_was_missed_is_sent_within_six_days(box: Mailbox, floor: Floor) -> None:
    """Nothing ran on Monday: it goes out on Thursday; on the Sunday after, the next one is near."""
    ours = outside(None, Apprised(box.address()))
    assert queue_briefs(floor, ours, NINE + 6.2 * DAY, set()) == 0
    assert queue_briefs(floor, ours, NINE + 3 * DAY, set()) == 1
    assert deliver(ours, NINE + 3 * DAY).told == 1
    assert len(box.took) == 1


def test_a_week_later_the_next_one_is_due(floor: Floor) -> None:
    """Each week has its own; one in which nothing was heard is not sent."""
    _brands, (_store, ledger), _clock = floor
    assert ledger is not None
    ours, done = outside(None, Failing()), set[tuple[str, int]]()
    assert queue_briefs(floor, ours, NINE, done) == 1
    assert queue_briefs(floor, ours, NINE + 7 * DAY, done) == 0
    publish(ledger, FIRST + 2 * WEEK, weeks=1)
    assert queue_briefs(floor, ours, NINE + 14 * DAY, done) == 1
    kinds = {(one.news.kind, one.news.brand, one.desk) for one in ours.notices.listed()}
    assert kinds == {(NewsKind.BRIEF, "acme", "care")}


def test_a_desk_that_cannot_be_told_is_tried_again(box: Mailbox, floor: Floor) -> None:
    """It waits as all news do, and arrives when the desk is there."""
    ours = outside(None, Failing())
    queue_briefs(floor, ours, NINE, set())
    assert deliver(ours, NINE).waiting == 1
    mended = replace(ours, heralds={("acme", "care"): Apprised(box.address())})
    assert deliver(mended, NINE + 20).told == 1
    assert [one.standing for one in mended.notices.listed()] == [Standing.TOLD]


def test_a_folder_without_a_brief_sends_none(floor: Floor) -> None:
    """No `brief` in routes.yaml, or no such file: nothing is queued."""
    ours = outside(None, Failing(), replace(ROUTES, brief=None))
    assert queue_briefs(floor, ours, NINE, set()) == 0
    assert queue_briefs(floor, replace(ours, routes={}), NINE, set()) == 0


def test_nothing_of_a_brief_looks_personal() -> None:
    """What masks personal data in messages finds none in it, and cuts nothing off."""
    subject, body = mail(week())
    spaced = body.replace("\N{NO-BREAK SPACE}", " ")
    assert masked(body, 8_000) == spaced.strip()
    assert masked(subject, 160) == subject


@pytest.mark.slow
def test_a_program_that_runs_sends_it_once(box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ascolta run` mails what was due the day before, and does not when it is started again."""
    own, now = tmp_path / "acme", time.time()
    shutil.copytree(ACME_FOLDER, own, ignore=shutil.ignore_patterns(".ascolta", "day.jsonl"))
    (own / "day.jsonl").write_text("", encoding="utf-8")
    day = WEEKDAYS[(int(now // DAY) + 2) % WEEK]
    with (own / "routes.yaml").open("a", encoding="utf-8") as routes:
        routes.write(f"brief: {{to: care, at: '{day} 00:00', zone: UTC}}\n")
    bootstrap.store(own / ".ascolta").close()
    ledger = SqlLedger(own / ".ascolta" / FILE, Random(1).getrandbits)
    publish(ledger, last((now // DAY - 1) * DAY))
    ledger.close()
    monkeypatch.setenv("ASCOLTA_DESK_CARE", box.address())
    for _again in range(2):
        with started(Started, own) as here:
            wait(lambda: here.answers("/readyz"))
            wait(lambda: bool(box.took))
            time.sleep(1)
            assert here.end() == 0
    [took] = box.took
    assert took["Subject"].startswith("Acme Air: the week from ")
    kept = Notices(own / ".ascolta")
    assert [one.standing for one in kept.listed()] == [Standing.TOLD]
    kept.close()
