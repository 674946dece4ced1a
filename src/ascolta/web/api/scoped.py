"""What each address of the API takes. One that does not stand here lets nobody in."""

from collections.abc import Mapping

from ascolta.core.scopes import Scope

ANY = None
"""Whoever has a token, or is signed in."""

V1 = "/api/v1"

SCOPES: Mapping[str, Scope | None] = {
    "GET /api/openapi.json": ANY,
    "GET /api/v1/me": ANY,
    "GET /api/v1/cases": Scope.CASES,
    "GET /api/v1/cases/{number}": Scope.CASES,
    "POST /api/v1/cases/{number}/drafts": Scope.ANSWER,
    "POST /api/v1/cases/{number}/check": Scope.ANSWER,
    "POST /api/v1/cases/{number}/write": Scope.ANSWER,
    "POST /api/v1/cases/{number}/leave": Scope.ANSWER,
    "PUT /api/v1/cases/{number}/draft": Scope.ANSWER,
    "POST /api/v1/cases/{number}/approve": Scope.APPROVE,
    "POST /api/v1/cases/{number}/unseal": Scope.UNSEAL,
    "POST /api/v1/cases/{number}/reveal": Scope.UNSEAL,
    "POST /api/v1/cases/bulk": Scope.ANSWER,
    "POST /api/v1/cases/{number}/assign": Scope.ANSWER,
    "POST /api/v1/cases/{number}/snooze": Scope.ANSWER,
    "POST /api/v1/cases/{number}/wake": Scope.ANSWER,
    "POST /api/v1/cases/{number}/hand-over": Scope.ANSWER,
    "POST /api/v1/cases/{number}/resolve": Scope.ANSWER,
    "GET /api/v1/risk": Scope.RISK,
    "GET /api/v1/risk/{brand}": Scope.RISK,
    "POST /api/v1/risk/{brand}/accept": Scope.LEAD,
    "GET /api/v1/incidents": Scope.RISK,
    "GET /api/v1/incidents/{number}": Scope.RISK,
    "POST /api/v1/incidents/{number}/{act}": ANY,
    "GET /api/v1/speaking": Scope.RISK,
    "POST /api/v1/speaking/{brand}/pause": Scope.PAUSE,
    "POST /api/v1/speaking/{brand}/resume": Scope.RESUME,
    "POST /api/v1/opt-outs": Scope.OPT_OUT,
    "GET /api/v1/figures": Scope.FIGURES,
    "GET /api/v1/health": Scope.HEALTH,
    "GET /api/v1/journal": Scope.JOURNAL,
}
"""The scope of each; what an act within an incident takes depends on the act."""

UNTOLD = ("/drafts", "/check", "/reveal")
"""Ends of addresses whose answers hold words of people, or cost nothing to ask again: no answer of theirs is kept."""
