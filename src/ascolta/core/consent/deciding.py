"""What becomes of a decision where the person or the post forbids it."""

from dataclasses import replace

from ascolta.core.consent.signal import Use
from ascolta.core.consent.table import Consent
from ascolta.core.etiquette import OPTED_OUT, Action, Decision

UNINVITED = Decision(
    action=Action.SILENCE,
    rule="not-to-be-approached",
    why="This was not said to us, and its author or the thread does not let us speak up, so we do not.",
)
NO_WAY = Decision(
    action=Action.SILENCE,
    rule="no-way-to-answer",
    why="Neither an answer nor a private message is allowed here, so we keep silent.",
)
PRIVATELY = Decision(
    action=Action.HANDOVER,
    rule="closed-to-answers",
    why="This was said to us, but the thread takes no answer of ours: a person may write privately, or leave it.",
    desk="people",
)


def permitted(decision: Decision, consent: Consent, *, addressed: bool) -> Decision:
    """The decision, as far as person and post permit it. Silence is always permitted."""
    if decision.action is Action.SILENCE:
        return decision
    closed = Use.REPLY in consent.forbids
    if closed and Use.MESSAGE in consent.forbids:
        return NO_WAY
    if not addressed:
        return UNINVITED if Use.APPROACH in consent.forbids else decision
    if not consent.hears:
        return OPTED_OUT
    return replace(PRIVATELY, approve=decision.approve) if closed else decision
