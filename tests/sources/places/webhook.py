"""A place that a program of the brand's own pushes to, as one where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from ascolta.core.post import Batch
from ascolta.sources import Live
from ascolta.sources.pushed import inlets
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.webhook_twin import SECRET, WebhookTwin

ASKED = "a webhook is pushed to, and nothing is ever asked of anybody"


class Pushed(Place):
    """Whatever was ever pushed is pushed again each time, so that what was heard has to be known again."""

    network = "webhook"
    cannot: ClassVar = {
        "test_old_talk_is_not_heard_at_the_first_start": "the program decides what it pushes, and pushes it once",
        "test_edits_and_deletions_are_seen_by_whoever_asks_again": ASKED,
        "test_a_refusal_arrives": f"{ASKED}; refusals are pushed, see test_webhook.py",
        "test_a_refused_request_says_whether_trying_again_can_help": ASKED,
        "test_it_waits_as_long_as_it_was_told_and_longer_each_time": ASKED,
        "test_no_more_is_asked_where_nothing_is_left": ASKED,
        "test_a_wrong_clock_does_no_harm": "a wrong clock is refused, as the specification has it; see test_webhook.py",
        "test_secrets_and_words_are_in_no_log_and_no_error": f"{ASKED}; see test_webhook.py and test_inlets.py",
        "test_a_slow_store_is_waited_for": f"{ASKED}; the queue has an end, see test_webhook.py",
        "test_a_server_that_is_not_there_can_be_tried_again": ASKED,
    }
    secrets: ClassVar = {VARIABLE: SECRET}
    twin: WebhookTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Pushed"]:
        """With its twin."""
        yield cls(WebhookTwin(now=NOW))

    def connection(self) -> Connection:
        """Pushed to at /in/acme-posts."""
        return Connection(network=self.network, address="", more=(("name", "acme-posts"), ("secret", VARIABLE)))

    def hear(self, source: Live, after: str = "") -> list[Batch]:
        """All that is pushed now."""
        self.twin.deliver(inlets([source])["acme-posts"])
        return super().hear(source, after)

    def garbles(self, said: bytes) -> None:
        """It pushes this."""
        self.twin.pushes(said)

    def refuses(self) -> None:
        """As the plain post format has it."""
        raise NotImplementedError
