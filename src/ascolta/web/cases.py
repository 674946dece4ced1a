"""One case: what was said, why it is here, what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.case import Case, Status
from ascolta.core.gist import gist
from ascolta.core.reply import Finding, findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a case's page shows beside the case itself."""

    can_draft: bool
    can_approve: bool
    can_unseal: bool
    can_resolve: bool
    findings: Sequence[Finding]
    approvals: str
    gist: str


def look(case: Case) -> Shown:
    """What may be done to a case now, and what stands against its draft."""
    need = "one person approves" if case.decision.approve == 1 else "two people approve"
    so_far = f"; so far {', '.join(case.approved_by)}" if case.approved_by else ""
    return Shown(
        can_draft=case.status in (Status.OPEN, Status.DRAFTED, Status.APPROVED, Status.SNOOZED),
        can_approve=case.status is Status.DRAFTED,
        can_unseal=case.status is Status.SEALED,
        can_resolve=case.status is not Status.RESOLVED,
        findings=findings(case.draft) if case.draft else [],
        approvals=need + so_far,
        gist=gist(case.labels, case.network),
    )
