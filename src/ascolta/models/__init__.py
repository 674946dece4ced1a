"""Language models, which may only choose among drafts. The extra `llm` brings what is needed to ask one."""

import importlib
import importlib.util

from ascolta.core.drafting.asked import Ask
from ascolta.errors import AscoltaError


def installed() -> bool:
    """Whether the extra `llm` is there."""
    return importlib.util.find_spec("httpx2") is not None


def asker(model: str, endpoint: str, key: str = "") -> Ask | None:
    """What asks a model at an OpenAI-compatible endpoint; None if neither is named. Raises AscoltaError.

    `key` is told to that endpoint and to nobody else.
    """
    if not model and not endpoint:
        return None
    if not model or not endpoint:
        said = "a model is named but no endpoint" if model else "an endpoint is named but no model"
        raise AscoltaError(f"drafts: {said}; name both in brand.yaml or in the environment")
    if not installed():
        raise AscoltaError("drafts: asking a model needs httpx2; install it with: pip install 'ascolta[llm]'")
    made: Ask = importlib.import_module("ascolta.models.endpoint").Endpoint(model, endpoint, key)
    return made
