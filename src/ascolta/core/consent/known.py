"""What is remembered of people, as keyed tags only: nobody can be read from them without this installation's key."""

import hmac
from dataclasses import dataclass

from ascolta.core.post import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of people, as keyed tags only: whose profile refused, who told us to stop, who was answered.

    The tag of a person is HMAC-SHA256 of network and account id under a key of this installation, cut to 128 bit.
    A person is looked up by every name that is known of them, id and handle. `asked` are the opt-out codes that are
    good now, each with the account for which it was given out (see core.challenge).
    """

    key: bytes = b"\0" * 32
    refused: frozenset[bytes] = frozenset()
    stopped: frozenset[bytes] = frozenset()
    answered: frozenset[tuple[str, bytes]] = frozenset()
    asked: frozenset[tuple[bytes, bytes]] = frozenset()

    def tag(self, network: str, account: str) -> bytes:
        """The tag of a person, or of anything else that a network numbers."""
        return tag_of(self.key, network, account)

    def has_refused(self, network: str, actor: Actor) -> bool:
        """Whether this person's profile refused when it was last heard of."""
        return bool(self.refused) and any(self.tag(network, key) in self.refused for key in actor.keys)

    def has_stopped(self, network: str, actor: Actor) -> bool:
        """Whether this person told a brand to stop; no profile takes that back."""
        return bool(self.stopped) and any(self.tag(network, key) in self.stopped for key in actor.keys)

    def has_answer(self, brand: str, network: str, actor: Actor) -> bool:
        """Whether the brand has answered this person."""
        return bool(self.answered) and any((brand, self.tag(network, key)) in self.answered for key in actor.keys)


def tag_of(key: bytes, network: str, account: str) -> bytes:
    """HMAC-SHA256 of network and account id, cut to 128 bit."""
    said = f"{network}\0{account}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, said, "sha256")[:16]
