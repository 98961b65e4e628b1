"""The OpenAPI page is true: Schemathesis generates requests from it, valid and invalid ones.

``CERTFLEET_EXAMPLES=2000`` sets the total number; by default the suite generates a few.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from certfleet.api.server.application import create_application, served
from certfleet.store.clock import FixedClock
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.account import Role
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.bulk.material import fleet_archive, take_in
from tests.store.devices.handset import Handset

from .conftest import PASSWORD

EXAMPLES = int(os.environ.get("CERTFLEET_EXAMPLES", "120"))
IS_WHOLE = EXAMPLES >= 2000
OPERATIONS = 64  # or a few more
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Asked:
    """The schema, and the token of an administrator; how many requests there were, and how many succeeded."""

    def __init__(self, schema: Any, token: str) -> None:
        self.schema = schema
        self.token = token
        self.count = self.succeeded = 0


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    """A workspace in which there is one of everything: what has id 1 is there."""
    with Workspace.open(None, clock=FixedClock(NOW)) as workspace:
        workspace.components.set_use("apns", Use.NOT_USED)
        for platform in Platform:
            Handset(workspace, platform)
        workspace.inventory.import_from(CertificateSource(data=issue("mdm.company.example").pem))
        take_in(workspace, fleet_archive("A12BC3D4EFGH"))
        workspace.authorities.refresh(ready_after=timedelta(0))
        workspace.accounts.add("ann", Role.ADMINISTRATOR, PASSWORD)
        token = workspace.logins.login("ann", PASSWORD)
        schema = schemathesis.openapi.from_asgi("/openapi.json", served(create_application(workspace)))
        asked = Asked(schema, token)
        yield asked
    assert asked.count >= EXAMPLES
    assert asked.succeeded > asked.count / 20


@pytest.fixture(scope="module")
def api(asked: Asked) -> Any:
    return asked.schema


# Logging out would end what all the others ask by.
schema = schemathesis.pytest.from_fixture("api").exclude(path="/xenmobile/api/v1/authentication/logout")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=max(1, math.ceil(EXAMPLES / OPERATIONS)),
    deadline=None,
    derandomize=not IS_WHOLE,  # the suite asks the same each time
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_page_tells_of(case: schemathesis.Case[Any], asked: Asked) -> None:
    answer = case.call(headers={"auth_token": asked.token})
    asked.count += 1
    asked.succeeded += answer.status_code == 200
    case.validate_response(answer, checks=CHECKS)
