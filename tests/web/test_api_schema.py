"""Whatever is asked of the API, by whichever role, its answer is as its own document says, and nothing breaks."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ascolta.core.people import Role
from ascolta.web.app import create
from tests.web.programs import Clock, token, whole_desk

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ASGI_HOST = "testserver"
"""By which name it asks an application within the same program."""

MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
EACH = {Role.ADMIN: 5}
FEW = 1
"""Examples of each operation, of which some are not as the document asks for: more by whoever may do most."""


def bounded(examples: int) -> settings:
    """So many examples, the same each time."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_every_answer_is_as_the_document_says(role: Role, tmp_path: Path) -> None:
    """No error of ours, no status and no shape that the document does not name, for what is well and ill formed."""
    desk = whole_desk(tmp_path, Clock(step=1.0))
    headers = {"Authorization": f"Bearer {token(desk, f'the {role}', role)}"}
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json", create(replace(desk, hosts=(ASGI_HOST,))), headers=headers
    )
    statuses: list[int] = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        asking(found.ok(), headers, statuses, EACH.get(role, FEW))()
    assert len(statuses) >= 29
    assert {200, 403 if role is not Role.ADMIN else 200} <= set(statuses)


def asking(operation: Any, headers: dict[str, str], statuses: list[int], examples: int) -> Callable[[], None]:
    """What asks one operation a few times, well and ill formed, and looks at each answer."""

    @bounded(examples)
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(MODES))))
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        statuses.append(response.status_code)

    return ask
