"""A mailbox on a real IMAP server: whose mails are heard, what of them is asked for, and how they are known again."""

import logging
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import Post
from ascolta.core.spoken import stands_with
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives.mail import Box, Letter, Part, post
from ascolta.sources.natives.mail_words import own_words, unmarked
from ascolta.sources.networks import live
from tests.conftest import ACME
from tests.proofs import proves
from tests.servers.imap import CARE, Dovecot, dovecot, mail, raw
from tests.servers.trusted import trusted
from tests.sources.battery import TOKEN, VARIABLE, again, events, failed, ids
from tests.sources.places import place
from tests.sources.places.mail import Mailbox
from tests.sources.test_streaming import until


@pytest.fixture
def it() -> Iterator[Mailbox]:
    """The brand's mailbox."""
    with place("mail") as made:
        assert isinstance(made, Mailbox)
        yield made


def heard(it: Mailbox, *, more: tuple[tuple[str, str], ...] = ()) -> list[Post]:
    """All posts of the mailbox, as it is set up."""
    named = it.connection()
    said = Connection(network="mail", address=named.address, token=VARIABLE, more=(*named.more, *more))
    source = live(FileSource(path="mail:x", live=said), "acme", lambda name: TOKEN, it.source().chance)
    return [event.post for event in events(it.hear(source)) if event.post is not None]


def arrives(it: Mailbox, made: EmailMessage | bytes) -> int:
    """A mail arrives now."""
    return it.server.arrives(made, it.twin.now)


@proves("hear", network="mail", on="server")
def test_a_mail_of_a_person_is_said_to_the_brand_in_private(it: Mailbox) -> None:
    """With who wrote it, when it arrived, its subject and their own words."""
    arrives(it, mail("ann", "My bag is lost!\n\nOn Mon, 16 Nov 2026, Acme wrote:\n> Hello\n\n-- \nAnn", Subject="Bag"))
    [one] = heard(it)
    assert (one.content, one.visibility, one.addressed) == ("Bag\nMy bag is lost!", "direct", True)
    assert (one.attributed_to.id, one.attributed_to.name) == ("ann@people.example", "Ann Canary")
    assert one.published == it.twin.now - it.source().every
    assert stands_with(one, ACME)


@pytest.mark.parametrize(
    "head",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; x"},
        {"Precedence": "bulk"},
        {"List-Id": "<list.example>"},
        {"List-Unsubscribe": "<https://news.example/u>"},
        {"Return-Path": "<>"},
        {"From": "MAILER-DAEMON@mx.example"},
        {"From": "Acme News <no-reply@news.example>"},
        {"X-Spam-Flag": "YES"},
        {"From": f"Acme <{CARE}>"},
        {"From": f"=?utf-8?q?Acme?= <{CARE.upper()}>"},
        {"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"},
    ],
)
def test_what_no_person_wrote_and_what_we_wrote_is_not_heard(it: Mailbox, head: dict[str, str]) -> None:
    """Answers by themselves (RFC 3834), lists, bounces, spam, our own mails; a no to that is a person."""
    lines = {"From": "Ann <ann@people.example>", "Subject": "x", "Message-ID": "<1@x>", **head}
    arrives(it, raw([*(f"{name}: {said}" for name, said in lines.items()), "", "hello"]))
    arrives(it, mail("bob", "I am a person", Auto_Submitted="no"))
    assert [one.attributed_to.id for one in heard(it)] == ["bob@people.example"]


def test_mails_of_our_own_addresses_and_domains_are_ours(it: Mailbox) -> None:
    """As `own` names them."""
    for who in ("ann@people.example", "bob@acme.example", "cleo@other.example", "dan@acme.example.evil.example"):
        arrives(it, mail("x", "hi", From=who))
    own = (("own", f"{CARE},@acme.example,cleo@other.example"),)
    assert [one.attributed_to.id for one in heard(it, more=own)] == [
        "ann@people.example", "dan@acme.example.evil.example",
    ]  # fmt: skip


def test_a_mention_that_was_passed_on_is_talk_by_whom_it_names(it: Mailbox) -> None:
    """It is not said to us, and whoever passed it on did not say it; nobody is named where nobody is."""
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ann <ann@people.example>\nDate: x\nTo: y\n\nacme is late"
    )
    arrives(it, mail("alerts", text, Subject="Fwd: y", List_Id="<alerts>"))
    arrives(it, mail("alerts", "acme is late, says somebody", Subject="A mention"))
    arrives(it, mail("bob", text, Subject="Fwd: y"))
    one, two, three = heard(it, more=(("forwards", "alerts@people.example"),))
    assert (one.attributed_to.handle, one.addressed, one.visibility) == ("ann@people.example", False, "public")
    assert one.content == "Fwd: y\nacme is late"
    assert (two.attributed_to.keys, two.addressed) == ((), False)
    assert not stands_with(one, ACME)
    assert (three.attributed_to.id, three.content) == ("bob@people.example", "Fwd: y\nFYI")


def test_one_part_of_text_is_asked_for_and_no_attachment(it: Mailbox) -> None:
    """Wherever it stands among the others; plain text is preferred to HTML, a text that is attached is none."""
    made = mail("ann", "plain words", Subject="s")
    made.add_alternative("<p>html <b>words</b></p>", subtype="html")
    made.add_attachment(b"x" * 400_000, maintype="application", subtype="pdf", filename="canary.pdf")
    made.add_attachment("attached words", filename="notes.txt")
    arrives(it, made)
    html = mail("bob", "x", Subject="s")
    html.set_content("<style>p{}</style><p>only&nbsp;html<br>here</p><blockquote>old</blockquote>", subtype="html")
    arrives(it, html)
    bare = EmailMessage()
    bare["From"], bare["Subject"] = "cleo@people.example", "only a picture"
    bare.add_attachment(b"x" * 10_000, maintype="image", subtype="png", filename="a.png")
    arrives(it, bare)
    before = len(it.twin.visits)
    assert [one.content for one in heard(it)] == ["s\nplain words", "s\nonly\xa0html\nhere", "only a picture"]
    assert len(it.twin.visits) > before


def test_a_long_text_is_cut_and_odd_ones_are_read(it: Mailbox) -> None:
    """At 256 KiB, also within base64; unknown charsets and broken bytes end nothing."""
    arrives(it, mail("ann", "word " * 200_000, Subject="long"))
    made = mail("bob", "x", Subject="b64")
    made.set_content("wörd " * 100_000, cte="base64")
    arrives(it, made)
    head = ["From: Cleo <cleo@people.example>", "Subject: =?utf-8?B?w7?= =?nix?Q?=FF?="]
    for charset, body in (("nix", "caf\udce9"), ("utf-8", "\udcff\udcfe\0x"), ("utf-16", "x"), ("", "=ZZ\udc80")):
        arrives(it, raw([*head, f"Message-ID: <{charset}>", f"Content-Type: text/plain; charset={charset}", "", body]))
    source = it.source()
    posts = [event.post for event in events(it.hear(source)) if event.post is not None]
    assert len(posts) + source.set_aside == 6
    assert [len(one.content) for one in posts[:2]] == [100_000, 100_000]
    for one in posts:
        one.content.encode()
        assert "\0" not in one.content


def test_what_was_delivered_twice_is_heard_once(it: Mailbox) -> None:
    """By two addresses of ours the same mail comes twice; another one under the same Message-ID is another one."""
    one = mail("ann", "hello", Message_ID="<1@x>", Date="Wed, 18 Nov 2026 10:00:00 +0000")
    other = mail("ann", "another", Message_ID="<1@x>", Date="Wed, 18 Nov 2026 10:00:07 +0000")
    for made in (one, one, other):
        arrives(it, made)
    assert [found.content for found in heard(it)] == ["hello", "another"]


def test_a_mail_without_an_author_is_set_aside(it: Mailbox) -> None:
    """Nobody can be answered, so it is counted only."""
    for line in ("Subject: no from", "From: ", "From: nobody", "From: a@b@c", "From: <>"):
        arrives(it, raw([line, f"Date: {len(line)}", "", "hello"]))
    source = it.source()
    assert ids(it.hear(source)) == []
    assert source.set_aside == 5


def test_nothing_in_the_mailbox_is_changed(it: Mailbox) -> None:
    """No mail is marked as seen, or as anything else."""
    for number in range(5):
        arrives(it, mail("ann", f"hello {number}"))
    before = it.server.flags()
    [one, *_] = heard(it)
    assert again(it.source(), one.id) is not None
    assert it.server.flags() == before
    assert b"Seen" not in b"".join(before)


@proves("delete", network="mail", on="server")
def test_a_mail_that_was_deleted_is_gone(it: Mailbox) -> None:
    """Also where it is only marked for that; one that stands is as it was, and one of another folder is not ours."""
    numbers = [arrives(it, mail("ann", f"hello {number}")) for number in range(3)]
    source = it.source()
    found = ids(it.hear(source))
    assert [again(source, one) is not None for one in found] == [True, True, True]
    it.server.deletes(numbers[0])
    it.server.marks_deleted(numbers[1])
    assert [again(source, one) is not None for one in found] == [False, False, True]
    folder, validity, number, name = found[2].split("-")
    assert again(source, f"{folder}-{validity}-{number}-{'0' * 8}") is None
    for other in (f"{'0' * 8}-{validity}-{number}-{name}", f"{folder}-7-{number}-{name}", "x", f"{folder}-a-b-{name}"):
        with pytest.raises(SourceError) as error:
            again(source, other)
        assert not error.value.retry
    assert [source.network.lookup.owns(one) for one in (found[2], "x-1-2-3")] == [True, False]  # type: ignore[attr-defined]
    assert ids(it.hear(it.source())) == [found[2]]


def test_after_numbers_were_given_anew_nothing_is_lost_or_told_twice(
    it: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told, and gone on by date; what was heard is known by a short hash of its Message-ID."""
    for number in range(5):
        it.passes(60)
        arrives(it, mail("ann", f"hello {number}"))
    first = it.hear(it.source())
    assert len(ids(first)) == 5
    it.server.numbers_anew()
    it.passes(60)
    arrives(it, mail("bob", "new", Subject="new"))
    source = it.source()
    with caplog.at_level(logging.WARNING):
        batches = it.hear(source, first[-1].cursor)
    assert [event.post.content for event in events(batches) if event.post is not None] == ["new\nnew"]
    assert caplog.text.count("a mailbox was numbered anew") == 1
    assert it.hear(source, batches[-1].cursor) == []
    with pytest.raises(SourceError, match="numbered anew"):
        again(source, ids(first)[0])


def test_the_cursor_names_nobody(it: Mailbox) -> None:
    """Of mails that were not said to us no number and no address is kept; of all of them short salted hashes."""
    for number in range(3):
        arrives(it, mail("ann", f"hello {number}", Message_ID=f"<canary-{number}@people.example>"))
    cursor = it.hear(it.source())[-1].cursor
    assert "ann" not in cursor
    assert "canary" not in cursor
    assert re.search(r"people\.example", cursor) is None


@proves("streaming", network="mail", on="server")
def test_it_is_heard_at_once_where_it_is_waited_there(it: Mailbox) -> None:
    """By IDLE (RFC 2177): nobody asks before it rings."""
    it.streaming, it.draw = True, 0.0
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    until(source.chance.bell.is_set)
    for batch in source.batches(cursor):
        cursor = batch.cursor
    source.chance.bell.clear()
    said = it.says("acme")
    until(source.chance.bell.is_set)
    assert ids(list(source.batches(cursor))) == [said]


def test_a_server_that_breaks_off_loses_nothing(it: Mailbox) -> None:
    """Cut in the midst of answers, again and again; each time it is gone on from the last cursor."""
    said, heard, cursor, broke = [it.says(f"acme {number}") for number in range(120)], list[str](), "", 0
    for most in (700, 2_000, 9_000, 20_000, 30_000, 45_000, None):
        it.twin.most = most
        it.passes(1_000)
        try:
            for batch in it.source().batches(cursor):
                heard += ids([batch])
                cursor = batch.cursor
        except SourceError:
            broke += 1
    assert heard == said
    assert broke >= 4


def test_who_is_not_let_in_is_told_so_without_the_password() -> None:
    """A wrong password is not tried again, and a folder that is not there is named as the reason."""
    with dovecot("right-canary") as server:
        error = failed(_source(server, "wr0ng-canary"))
        assert (error.retry, "does not let us" in str(error)) == (False, True)
        error = failed(_source(server, "right-canary", folder="Nowhere"))
        assert "folder's name" in str(error)
        one = _source(server, "right-canary")
        list(one.batches(""))
        assert "canary" not in f"{error} {one.network!r} {vars(one.network)}"


def test_by_tls_it_has_to_prove_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that this machine does not trust, or of another name, is refused."""
    with trusted(tmp_path) as ours, trusted(tmp_path / "other") as other:
        lines = f"ssl_cert = <{ours.certificate}\nssl_key = <{ours.key}"
        with dovecot(TOKEN, lines, secure=True) as server:
            server.arrives(mail("ann", "hello"))
            monkeypatch.setenv("SSL_CERT_FILE", str(ours.authority))
            there = f"imaps://localhost:{server.secure_port}"
            assert len(ids(list(_source(server, TOKEN, there).batches("")))) == 1
            assert failed(_source(server, TOKEN, there.replace("localhost", "127.0.0.2"))).retry
            monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
            assert failed(_source(server, TOKEN, there)).retry


@pytest.mark.parametrize("address", ["imap://mail.example", "imaps://a:b@mail.example", "https://mail.example", ""])
def test_an_address_that_others_can_read_along_is_refused(address: str) -> None:
    """Without TLS only this machine is asked."""
    made = FileSource(path="mail:x", live=Connection(network="mail", address=address, token=VARIABLE))
    with pytest.raises(AscoltaError, match="address must"):
        live(made, "acme", lambda name: TOKEN, Chance(clock=lambda: 0, draw=lambda: 0))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("hi\n> old\nthere\n> old", "hi\nthere"),
        ("hi\n\nAm 16. November 2026 schrieb Acme:\n\nold", "hi"),
        ("hi\n\nLe lun. 16 nov. 2026 à 10:00, Acme <care@acme.example> a\nécrit :\n\n> old", "hi"),
        ("hola\n\nEl lun, 16 nov 2026 a las 10:00, Acme escribió:\n> old", "hola"),
        ("ciao\n\nIl giorno lun 16 nov 2026 Acme ha scritto:\n> old", "ciao"),
        ("hoi\n\nOp ma 16 nov 2026 om 10:00 schreef Acme <care@acme.example>:\n> old", "hoi"),
        ("oi\n\nEm seg., 16 de nov. de 2026, Acme escreveu:\n> old", "oi"),
        ("hi\n\n-----Original Message-----\nFrom: Acme\nold", "hi"),
        ("hi\n________________________________\nFrom: Acme\nSent: x\nTo: y\nold", "hi"),
        ("hi\n\nBegin forwarded message:\n\nFrom: x", "hi"),
        ("hi\n\nSent from my iPhone", "hi"),
        ("hi\n-- \nAnn\nStreet 1", "hi"),
        ("On the plane I lost my bag.\nFrom: Porto, to: Rome\nWhat now?", None),
        ("-----\nhi", None),
        ("", ""),
    ],
)
def test_only_their_own_words_are_kept(text: str, own: str | None) -> None:
    """Without quotes, what introduces them, signatures; None: everything is their own."""
    assert own_words(text) == (text if own is None else own)


def test_hostile_markup_costs_no_more_than_its_length() -> None:
    """Tags that are never closed, or nested a hundred thousand deep, are gone through once."""
    for text in (
        "<style>" * 40_000,
        "<" * 262_144,
        "<a " * 90_000,
        "<blockquote>" * 20_000,
        "&" * 262_144,
        "On " * 90_000,
    ):
        assert len(own_words(unmarked(text))) <= len(text)


def test_a_head_that_is_none_is_unreadable() -> None:
    """Nothing is guessed."""
    for head in (b"", b"\xff\xfe", b"From", b":" * 10_000, b"From: =?utf-8?b?////?= <x>\r\n"):
        with pytest.raises(UnreadableError):
            post(
                Letter(head=head, arrived=0, part=Part(section="1", subtype="plain", encoding="", charset="utf-8")),
                "1",
                Box(brand="acme"),
            )


def _source(server: Dovecot, secret: str, address: str = "", folder: str = "INBOX") -> Live:
    more = (("account", CARE), ("at_once", "no"), ("folder", folder))
    named = Connection(network="mail", address=address or server.url, token=VARIABLE, more=more)
    return live(
        FileSource(path="mail:x", live=named), "acme", lambda name: secret, Chance(clock=lambda: 0, draw=lambda: 0)
    )
