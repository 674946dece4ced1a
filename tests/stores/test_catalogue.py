"""Every field of every table is declared, and none in the clear can hold what a person wrote or who they are."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.advocate import AdvocateEvent, AdvocateKind, Terms
from ascolta.core.alert import AlertChange, State
from ascolta.core.amend import Draft
from ascolta.core.bound import Epoch
from ascolta.core.case import CaseEvent, CaseKind, Content, content_of
from ascolta.core.cells import Exact
from ascolta.core.hooks import Place
from ascolta.core.incident import IncidentAct, IncidentEvent, begin
from ascolta.core.inventory import Kind, Term
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.core.people import Role
from ascolta.core.piles import SavedView
from ascolta.core.plan import Plan, Step, drill, remembered
from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.core.reply import ReplyState
from ascolta.core.risk import Risk
from ascolta.core.routing import News, NewsKind, Notice, Silence
from ascolta.core.scopes import wanted
from ascolta.core.statement import Posting, StatementAct, StatementEvent
from ascolta.core.survey import Sheet
from ascolta.ports import Store
from ascolta.stores import schema
from ascolta.stores.accounts import Accounts
from ascolta.stores.advocates import FILE as ADVOCATES
from ascolta.stores.advocates import KEYS, Advocates
from ascolta.stores.alike import ANSWERED_FOR
from ascolta.stores.catalogue import FILES, catalogue, compared
from ascolta.stores.challenges import FILE as CODES
from ascolta.stores.challenges import Challenges
from ascolta.stores.checkpoints import KEY, PUBLIC, SecondPlace, new_signer
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.hooks import Followed
from ascolta.stores.incidents import Incidents
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from ascolta.stores.ledger import FILE as LEDGER
from ascolta.stores.ledger import SqlLedger
from ascolta.stores.notices import Notices
from ascolta.stores.proofs import new_codes, new_secret
from ascolta.stores.sql import SqlStore
from ascolta.stores.statements import FILE as STATEMENTS
from ascolta.stores.statements import Statements
from ascolta.stores.survey import Surveys
from tests.conftest import ROOT, act, keep

CANARIES = ("kanarienvogel", "zebrafink", "hornbill", "kookaburra", "cassowary", "lyrebird", "nightjar", "wagtail")
"""Account id, handle, name, post id, word, link, thread, and a word of ours about them: found nowhere else."""
CLEAR = (Kind.PLAIN, Kind.ABOUT, Kind.STAFF, Kind.PUBLIC, Kind.ADDED)
NOW = 1_700_000_000.0


def said(number: int, text: str, kind: EventKind = EventKind.PUBLISHED) -> Event:
    """A post that is full of canaries; its number makes post and author one of a kind."""
    person = Actor(id=f"kanarienvogel{number}", handle=f"@zebrafink{number}", name="Hornbill")
    post = Post(
        id=f"kookaburra{number}", content=f"{text} cassowary", network="x", published=NOW, attributed_to=person,
        url=f"https://x.example/lyrebird/{number}", in_reply_to=f"nightjar{number}",
    )  # fmt: skip
    return Event(kind=kind, network="x", post=post)


def fill(store: Store, brands: Brands) -> None:
    """Everything that can happen to posts and people, so that no table stays empty."""
    keep(
        store, brands,
        said(1, "@acmeair where is my suitcase? Still waiting"), said(2, "acme air lost my bag, worst airline ever"),
        said(3, "flying acme air today"), said(4, "@acmeair when does check-in open?"),
        said(5, "@acmeair stop, leave me alone"), said(6, "@acmeair can I bring my cello?"), at=NOW,
    )  # fmt: skip
    keep(store, brands, said(4, "@acmeair never mind, found it, thanks", EventKind.EDITED), at=NOW)
    gone = Event(kind=EventKind.REMOVED, network="x", post_id="kookaburra4")
    refused = Event(
        kind=EventKind.ACTOR, network="x", actor=Actor(id="kanarienvogel7", handle="zebrafink7", locked=True)
    )
    keep(store, brands, gone, refused, at=NOW)
    for case in store.cases():
        if case.content is None:
            post = said(2, "acme air lost my bag").post
            assert post is not None
            event = CaseEvent(kind=CaseKind.UNSEALED, at=NOW, by="Ann", note="wagtail asked us")
            store.record(case.id, event, content_of(post, ["acmeair"]))
        act(store, case.id, CaseKind.ASSIGNED)
        act(store, case.id, CaseKind.DRAFTED, note="Hello wagtail, we look into it.")
        for name in ("Ann", "Bob")[: case.decision.approve]:
            act(store, case.id, CaseKind.APPROVED, by=name)
    first, second, *_ = store.replies(ReplyState.APPROVED)
    for reply, state in ((first, ReplyState.SENT), (second, ReplyState.FAILED)):
        assert store.claim(reply.key)
        store.settle(reply, state, at=NOW, note="wagtail77")
    store.rank({case.id: NOW for case in store.rouse(NOW)})
    store.save_view(SavedView(name="Spanish", find="lang:es", desk="care", by="Ann", at=NOW))
    store.pause("acme", "a quiet day")
    rose = AlertChange(
        brand="acme", stream="all", old=State.CALM, new=State.ALERT, at=NOW, score=1.0, once_in_days=10.0,
        why="much", risk=Risk(grade="crisis"),
    )  # fmt: skip
    store.watched("acme", {"seen": 1, "vigil": {}}, [rose])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has seen everything, with its journal and ledger."""
    place = tmp_path_factory.mktemp("store")
    journal = SqlJournal(place / JOURNAL, new_signer(), SecondPlace(None))
    store = SqlStore(place, journal)
    fill(store, bootstrap.brands(ROOT / "examples" / "acme"))
    journal.checkpoint(int(NOW))
    store.close()
    journal.close()
    fill_ledger(place)
    codes = Challenges(place / CODES)
    codes.give(frozenset({(bytes(16), bytes(range(16)))}), NOW, NOW + 60)
    codes.close()
    fill_beside(place)
    return place


def fill_ledger(place: Path) -> None:
    """A day that is counted, and words of a week that is not over."""
    ledger = SqlLedger(place / LEDGER)
    day = int(NOW // 86_400)
    ledger.begin(Epoch(brand="acme", day=day, run=b"run", at=NOW, words=True))
    assert ledger.add_words(b"run", "acme", day, {"wagtail cassowary": Exact(2), "wagtail": Exact(1)}) == 0
    ledger.close()


def fill_beside(place: Path) -> None:
    """One person who was asked, whose record is full of canaries, a statement on its way, an incident."""
    words = "Thank you wagtail, would you help us?"
    terms = Terms(
        scope="corrections", purpose="help", language="en", networks=("x",), until=NOW + 60, wording=words, digest="d"
    )
    event = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, by="Ann", case=1, post_id="kookaburra1", terms=terms)
    people = Advocates(place)
    people.propose("acme", "x", ("@zebrafink1", ("kanarienvogel1", "zebrafink1")), event)
    people.close()
    statements = Statements(place)
    for kind, by in ((StatementAct.PREPARED, "Ann"), (StatementAct.APPROVED, "Bob")):
        act = StatementEvent(kind=kind, at=NOW, by=by, digest="d", approve=1, note="a word")
        statements.record("acme", "we-know", act)
    out = Posting(
        key="k", brand="acme", statement="we-know", edition=1, network="x", language="en", text="We know.", until=NOW
    )
    release = StatementEvent(kind=StatementAct.RELEASED, at=NOW, by="Ann", digest="d")
    statements.record("acme", "we-know", release, [out])
    statements.close()
    fill_incidents(place)
    fill_etiquettes(place)
    fill_notices(place)
    fill_accounts(place)
    followed = Followed(place)
    followed.keep("acme", "helpdesk", Place(next=3, tries=1, due=NOW, note="away", told=2, dead=1))
    followed.close()
    fill_survey(place)


def fill_survey(place: Path) -> None:
    """People who answered, some of whom wait for others, and a file that was read in."""
    kept = Surveys(place)
    kept.read_in("acme", [Sheet(month=646, age="55+", answers={"unheard": "agree"})] * 11, b"digest", 646)
    kept.add("acme", [Sheet(month=646, answers={"unheard": "neither"})])
    kept.close()


def fill_accounts(place: Path) -> None:
    """Somebody with a second factor who is signed in, and somebody who has not come yet."""
    accounts = Accounts(place)
    ann, link = accounts.invite("Ann", Role.ADMIN, NOW)
    accounts.join(link, "kept", NOW)
    accounts.begin_factor(ann.id, new_secret())
    accounts.confirm_factor(ann.id, 1, new_codes())
    accounts.invite("Bob", Role.AGENT, NOW)
    accounts.identities.link(ann.id, b"digest of a subject")
    accounts.tokens.make(ann.id, wanted("a program", ["cases:read"], 30, Role.ADMIN), NOW)
    accounts.tokens.begin("wagtail", b"digest", NOW)
    accounts.tokens.answered("wagtail", 200, '{"case": 1}')
    accounts.close()


def fill_etiquettes(place: Path) -> None:
    """A draft that was sent back, and one that took the place of another etiquette."""
    kept = Etiquettes(place)
    for brand in ("acme", "other"):
        draft = kept.write(Draft(brand=brand, text="rules: []\n", base="b", by="Ann", at=NOW), "")
        kept.ask(brand, "Ann", draft.digest)
    kept.publish("acme", ("Bob", NOW), draft.digest, lambda found: "rules: [] # old\n")
    kept.send_back("other", "Bob", "too loud", draft.digest)
    kept.close()


def fill_notices(place: Path) -> None:
    """News that waits for a desk, and alarms that are silenced."""
    news = News(
        kind=NewsKind.ALERT, brand="acme", at=NOW, key="n1", subject="More is said", body="44 complaints",
        stream="complaint", state="alert", topic="bags", once_in_days=10.0, risk=Risk(grade="crisis"),
    )  # fmt: skip
    until = Silence(brand="acme", when=parse("stream:complaint"), until=NOW + 60, why="a strike", by="Ann", at=NOW)
    notices = Notices(place)
    notices.queue([Notice(news=news, desk="care", queued=NOW, due=NOW)])
    notices.silence(until)
    notices.close()


def fill_incidents(place: Path) -> None:
    """One incident that goes on, and one drill."""
    step = Step(name="look", who="care", do="look", within=5)
    plan = Plan(name="storm", title="Storm", owner="care", steps=(step,))
    incidents = Incidents(place)
    incidents.accept("acme", begin(plan), [IncidentEvent(kind=IncidentAct.ACCEPTED, at=NOW, by="Ann")])
    incidents.drilled("acme", remembered(drill(plan, [4.0]), NOW, 60.0))
    incidents.close()


def values(place: Path, kinds: tuple[Kind, ...]) -> Iterator[tuple[str, list[bytes]]]:
    """Each column of these kinds, and all that stands in it."""
    for name, file in FILES.items():
        for table, declared in file.tables.items():
            with closing(sqlite3.connect(place / name)) as db:
                db.text_factory = bytes
                for field in (field for field, said in declared.items() if said.kind in kinds):
                    rows = db.execute(f'SELECT "{field}" FROM "{table}"').fetchall()  # noqa: S608 - our own names
                    held = [one if isinstance(one, bytes) else str(one).encode() for (one,) in rows]
                    yield f"{name}: {table}.{field}", held


def test_every_column_in_code_is_declared() -> None:
    """Each column says what it holds, what for, how long and how it is kept."""
    columns = [column for table in schema.meta.sorted_tables for column in table.columns]
    assert not [str(column) for column in columns if "stored" not in column.info]
    entries = [said for file in FILES.values() for declared in file.tables.values() for said in declared.values()]
    assert not [said for said in entries if not (said.holds and said.purpose)]
    assert {said.term for said in entries} == set(Term)
    assert {said.kind for said in entries} == set(Kind)


def test_every_database_is_as_declared(folder: Path) -> None:
    """Store, keys, ledger and journal hold what is declared, no more and no less."""
    assert list(compared(folder)) == []
    assert {name for name in FILES if name.endswith(".db")} == {path.name for path in folder.glob("*.db")}
    for path in folder.glob("*.db"):
        declared = {table: set(found) for table, found in FILES[path.name].tables.items()}
        assert {table: set(found) for table, found in catalogue(path).columns.items()} == declared


def test_what_the_program_makes_beside_the_databases_is_declared() -> None:
    """Keys and checkpoints of the journal lie in the store's folder unless another place is named."""
    ours = {LEDGER, JOURNAL, CODES, ADVOCATES, KEYS, STATEMENTS}
    assert {bootstrap.CHECKPOINTS, KEY, PUBLIC} | ours <= FILES.keys()


def test_the_fields_within_a_field_are_declared() -> None:
    """What is kept as one value of several parts names each of them."""
    tables = FILES["store.db"].tables
    assert set(tables["cases"]["content"].parts) == set(Content.__struct_fields__)
    assert set(tables["alerts"]["change"].parts) == {field.name for field in fields(AlertChange)}


def test_an_answer_is_remembered_as_long_as_is_said() -> None:
    """The term of a standing is the one that the sweeper keeps to."""
    assert f"an answer: {ANSWERED_FOR / 86_400:.0f} days" in Term.STANDING.said()


def test_no_table_is_empty(folder: Path) -> None:
    """What comes next looks at something: every column of the store holds a value."""
    assert [where for where, held in values(folder, tuple(Kind)) if not held and "ledger.db" not in where] == []


def test_no_clear_column_holds_what_a_person_wrote_or_who_they_are(folder: Path) -> None:
    """Ids, handles, names, words, links and our own words about them are in no column that is in the clear."""
    for where, held in values(folder, CLEAR):
        found = [canary for canary in CANARIES if any(canary in one.decode(errors="replace").lower() for one in held)]
        assert not found, where


def test_no_byte_of_any_file_holds_it_either(folder: Path) -> None:
    """Nor is it anywhere else in the files, as the encrypted columns are encrypted and tags are keyed."""
    for path in folder.iterdir():
        data = path.read_bytes().lower()
        assert not [canary for canary in CANARIES if canary.encode() in data], path.name


def test_a_tag_has_its_size_and_a_sealed_value_its_nonce(folder: Path) -> None:
    """Tags are of 128 bit; what is encrypted is longer than nonce and check of AES-GCM, and never twice the same."""
    for where, held in values(folder, (Kind.TAG,)):
        assert {len(one) for one in held} == {16}, where
    for where, held in values(folder, (Kind.SEALED,)):
        kept = [one for one in held if one]
        assert len(set(kept)) == len(kept), where
        assert all(len(one) >= 28 for one in kept), where
