"""The stories in a mailbox on a real IMAP server, Dovecot: a customer's mail, and a mention that was passed on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.etiquette import Action
from tests.proofs import proves
from tests.servers.imap import CARE, Dovecot, dovecot, mail
from tests.stories.wired import VARIABLE, Wired, brand_weighed, traceless

PASSWORD = "mailbox-canary"
SOURCE = f"""  - network: mail
    server: {{url}}
    account: {CARE}
    token: {VARIABLE}
    own: "{CARE},@acme.example"
    forwards: alerts@watch.example
    at_once: no
    assessment: assessments/day.md
"""


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """The brand's mail server."""
    with dovecot(PASSWORD) as made:
        yield made


@pytest.fixture
def it(server: Dovecot, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file."""
    folder = brand_weighed(tmp_path, SOURCE.format(url=server.url), f"mail:{CARE}/INBOX")
    with traceless(folder, PASSWORD, caplog, "lea@people", "eve_canary", "suitcase", "sunshine", PASSWORD) as made:
        yield made


@proves("hear", "delete", network="mail", on="server")
def test_a_customer_is_heard_and_forgotten(server: Dovecot, it: Wired) -> None:
    """She writes a mail, a person reads it at the desk; it is deleted from the mailbox, and nothing is left."""
    number = server.arrives(mail("lea", "My suitcase is lost and nobody answers!", Subject="Suitcase"))
    assert it.hears() == 1
    case = it.case()
    assert (case.network, case.decision.action in (Action.REPLY, Action.HANDOVER)) == ("mail", True)
    assert it.holds("suitcase", "lea@people") == []
    assert "nobody answers" in it.page("Ann")
    it.now += 60
    assert it.looks().asked == 1
    assert it.hears() == 1
    server.deletes(number)
    assert it.looks().removed == 1
    assert it.store.cases() == []


def test_a_mention_that_was_passed_on_leaves_no_trace_of_its_author(server: Dovecot, it: Wired) -> None:
    """Talk about the brand becomes a number; what programs and lists send not even that."""
    text = "---------- Forwarded message ---------\nFrom: @eve_canary@social.example\nDate: x\nSubject: y\n\n{}"
    passed_on = mail("alerts", text.format("acme air tomorrow, sunshine"), From="alerts@watch.example", Subject="Fwd")
    server.arrives(passed_on)
    server.arrives(mail("eve_canary", "acme air news, sunshine", List_Id="<news.example>"))
    server.arrives(mail("eve_canary", "I am away, sunshine", Auto_Submitted="auto-replied"))
    server.arrives(mail("eve_canary", "acme air, our own words, sunshine", From="ann@acme.example"))
    for _ in range(2):
        it.hears()
        assert it.store.cases() == []
        assert it.counted == 1
