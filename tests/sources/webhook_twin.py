"""A program that pushes posts to us, signed by the library `standardwebhooks`, which is not ours.

It believes no answer: each time it pushes everything again that it ever pushed, as after answers that were lost.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook as Signer

from ascolta.core.signature import secret
from ascolta.core.signature import signed as ours
from ascolta.sources.pushed import Inlet, Refused

SECRET = "whsec_" + b64encode(b"secret-canary-secret-canary-0001").decode()
OTHER = "whsec_" + b64encode(b"secret-canary-secret-canary-0002").decode()
Json = dict[str, Any]


@dataclass
class WebhookTwin:
    """The program. `answers`: what it was told of each delivery, by id."""

    now: float = 0.0
    skew: float = 0.0
    fails: tuple[int, dict[str, str]] | None = None
    visits: list[str] = field(default_factory=list)
    deliveries: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, list[bool]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def says(self, who: str, text: str, *, at: float | None = None, **more: Any) -> str:
        """Somebody said something; its id."""
        number = f"post-{len(self.deliveries) + 1}"
        self.pushes({"id": number, "text": text, "author": who, "published": self.now if at is None else at, **more})
        return number

    def pushes(self, said: Json | list[Json] | bytes) -> str:
        """It will push this; the id of the delivery."""
        key = f"msg_{len(self.deliveries) + 1}"
        self.deliveries[key] = said if isinstance(said, bytes) else json.dumps(said).encode()
        return key

    def deliver(self, inlet: Inlet[Any]) -> None:
        """All of it, from the first."""
        for key, body in self.deliveries.items():
            told = self.answers.setdefault(key, [])
            try:
                inlet.push(signed(key, body, self.now), body, told.append)
            except Refused as error:
                self.refused[key] = error.status


def signed(key: str, body: bytes, at: float, *secrets: str) -> dict[str, str]:
    """The headers of a delivery, signed with one secret or several. What is not UTF-8 the library cannot sign."""
    when, those = datetime.fromtimestamp(at, UTC), secrets or (SECRET,)
    try:
        marks = " ".join(Signer(one).sign(key, when, body.decode()) for one in those)
    except UnicodeDecodeError:
        return ours([secret(one) for one in those], key, int(at), body)
    return {"webhook-id": key, "webhook-timestamp": str(int(at)), "webhook-signature": marks}
