"""Opt-out signals: the strictest wins, and a profile that cannot be read counts as a no.

Sources: Mastodon's REST account and FEP-5feb (`indexable`), the elizafox #nobot specification 0.2.5 and its kin, and
AT Protocol self labels (`!no-unauthenticated`). "Stop" said to the brand works on every network.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from ascolta.core.post import Actor, Post
from ascolta.core.text import fold, tokens

TAGS = frozenset({"nobot", "nobots", "noindex", "nosearch", "noarchive", "nobridge", "noai"})
OPT_IN_NETWORKS = frozenset({"mastodon", "activitypub"})
"""Networks whose custom is that a missing `indexable` means no."""

STOPS = tuple(
    tuple(tokens(fold(said)))
    for said in (
        "stop", "please stop", "unsubscribe", "leave me alone", "stop replying to me", "stop messaging me",
        "stop contacting me", "stop tagging me", "don't reply", "do not reply", "don't contact me", "do not contact me",
        "para", "basta", "déjame en paz", "dejadme en paz", "no me escribas", "no me escriban", "no me contesten",
        "deixem-me em paz", "me deixa em paz", "me deixem em paz", "pare", "não me respondam",
        "arrête", "arrêtez", "laissez-moi tranquille", "laisse-moi tranquille", "ne me répondez plus",
        "stopp", "lasst mich in ruhe", "lass mich in ruhe", "lassen sie mich in ruhe", "nicht antworten",
        "lasciatemi in pace", "smettetela", "smettila", "non rispondetemi", "non scrivetemi",
        "laat me met rust", "laat mij met rust", "niet reageren", "houd op", "hou op",
    )
)  # fmt: skip
"""What people say to be left alone, in seven languages; the whole post must say it, courtesy aside."""

_COURTESY = frozenset({
    "please", "pls", "thanks", "thank", "you", "ok", "por", "favor", "gracias", "obrigado", "bitte", "danke", "merci",
    "svp", "s", "il", "vous", "plait", "per", "favore", "grazie", "alstublieft", "aub", "dank", "je", "u", "now", "ya",
    "jetzt", "nu",
})  # fmt: skip
_MENTIONS = re.compile(r"@[\w.\-@]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of people, as keyed tags only: whose profile refused, who told us to stop, who was answered.

    The tag of a person is HMAC-SHA256 of network and account id under a key of this installation, cut to 128 bit.
    """

    key: bytes = b"\0" * 32
    refused: frozenset[bytes] = frozenset()
    stopped: frozenset[bytes] = frozenset()
    answered: frozenset[tuple[str, bytes]] = frozenset()

    def tag(self, network: str, account: str) -> bytes:
        """The tag of a person, or of anything else that a network numbers."""
        return tag_of(self.key, network, account)

    def has_refused(self, network: str, actor: Actor) -> bool:
        """Whether this person's profile refused when it was last heard of."""
        return bool(self.refused and actor.key) and self.tag(network, actor.key) in self.refused

    def has_stopped(self, network: str, actor: Actor) -> bool:
        """Whether this person told a brand to stop; no profile takes that back."""
        return bool(self.stopped and actor.key) and self.tag(network, actor.key) in self.stopped

    def has_answer(self, brand: str, network: str, actor: Actor) -> bool:
        """Whether the brand has answered this person."""
        return bool(self.answered) and (brand, self.tag(network, actor.key)) in self.answered


def tag_of(key: bytes, network: str, account: str) -> bytes:
    """HMAC-SHA256 of network and account id, cut to 128 bit."""
    said = f"{network}\0{account}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, said, hashlib.sha256)[:16]


def refusals(actor: Actor, network: str) -> tuple[str, ...]:
    """Why an account must not be heard: the signals it gives, in words; empty if it gives none."""
    said = {
        "the profile cannot be read": actor.unreadable is True,
        "the account is gone": actor.deleted is True,
        "indexable is off": actor.indexable is False,
        "noindex is on": actor.noindex is True,
        "the account is private": actor.locked is True,
        "the account is a memorial": actor.memorial is True,
        "the account is suspended": actor.suspended is True,
        "the account is limited": actor.limited is True,
        "the account has moved": actor.moved is True,
        "it asks not to be shown without log-in": "!no-unauthenticated" in actor.labels,
        "the network's custom is opt-in and nothing says yes": network in OPT_IN_NETWORKS and actor.indexable is None,
        **{f"the profile says #{tag}": True for tag in sorted(_tags(actor))},
    }
    return tuple(why for why, true in said.items() if true)


def withheld(post: Post) -> tuple[str, ...]:
    """Why a post must not be heard, whoever wrote it."""
    return () if post.visibility == "public" else (f"the post is {post.visibility}, not public",)


def says_stop(text: str) -> bool:
    """Whether a post says no more than that its author wants to be left alone."""
    said = tokens(fold(_MENTIONS.sub(" ", text[:300])))
    while said and said[-1] in _COURTESY:
        said.pop()
    while said and said[0] in _COURTESY:
        said.pop(0)
    return tuple(said) in STOPS


def _tags(actor: Actor) -> set[str]:
    profile = re.sub(r"<[^>]{0,200}>", "", f"{actor.name[:500]} {actor.summary[:5000]}")
    if "#" not in profile:
        return set()
    return {tag for tag in TAGS if re.search(rf"#{tag}\b", fold(profile))}
