"""FastAPI describes itself, and follows requests where OpenTelemetry is set up: it would tell addresses and errors.

Here it does neither. What Ascolta tells of itself is in ascolta.tracing, what it offers in ascolta.web.api.
"""

from typing import Any

_SILENT = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
UNTOLD: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None, "telemetry": _SILENT}
"""As FastAPI takes them; one older than 0.165 tells nothing of itself, and passes the last one over."""
