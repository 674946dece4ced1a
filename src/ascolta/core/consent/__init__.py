"""Consent: what people, posts and pages forbid, as a table of signals. The strictest wins; unreadable means no.

Sources: the rows name their standards, and docs/developer/consent.md prints them. "Stop" said to the brand works on
every network.
"""

from ascolta.core.consent.accounts import PUBLIC, TAGS
from ascolta.core.consent.deciding import NO_WAY, PRIVATELY, UNINVITED, permitted
from ascolta.core.consent.known import Known, tag_of
from ascolta.core.consent.signal import EVERYTHING, NOT_HEARD, OPT_IN_NETWORKS, Seen, Signal, Use
from ascolta.core.consent.stops import says_stop
from ascolta.core.consent.table import (
    FRESH,
    SIGNALS,
    Consent,
    consent,
    heed,
    of_actor,
    refusals,
    table,
    uses,
    withheld,
)

__all__ = [
    "EVERYTHING",
    "FRESH",
    "NOT_HEARD",
    "NO_WAY",
    "OPT_IN_NETWORKS",
    "PRIVATELY",
    "PUBLIC",
    "SIGNALS",
    "TAGS",
    "UNINVITED",
    "Consent",
    "Known",
    "Seen",
    "Signal",
    "Use",
    "consent",
    "heed",
    "of_actor",
    "permitted",
    "refusals",
    "says_stop",
    "table",
    "tag_of",
    "uses",
    "withheld",
]
