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
from certfleet.api.server.surfaces import OWN, PRODUCT
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
OPERATIONS = 96  # or a few more
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class AskedSchemas:
    """The two schemas, and the token of an administrator; how many requests there were, and how many succeeded."""

    def __init__(self, schemas: list[Any], token: str) -> None:
        self.schemas = schemas
        self.token = token
        self.count = self.succeeded = 0


@pytest.fixture(scope="module")
def asked() -> Iterator[AskedSchemas]:
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
        app = served(create_application(workspace))
        paths = ("/openapi.json", f"{OWN.prefix}/openapi.json")
        asked = AskedSchemas([schemathesis.openapi.from_asgi(path, app) for path in paths], token)
        yield asked
    assert asked.count >= EXAMPLES
    assert asked.succeeded > asked.count / 20


@pytest.fixture(scope="module")
def products(asked: AskedSchemas) -> Any:
    return asked.schemas[0]


@pytest.fixture(scope="module")
def ours(asked: AskedSchemas) -> Any:
    return asked.schemas[1]


# Logging out would end what all the others ask by.
of_the_product = schemathesis.pytest.from_fixture("products").exclude(path=f"{PRODUCT.prefix}/authentication/logout")
of_ours = schemathesis.pytest.from_fixture("ours").exclude(path=f"{OWN.prefix}/logout")

as_many = settings(
    max_examples=max(1, math.ceil(EXAMPLES / OPERATIONS)),
    deadline=None,
    derandomize=not IS_WHOLE,  # the suite asks the same each time
    database=None,
    suppress_health_check=list(HealthCheck),
)


def ask(case: schemathesis.Case[Any], asked: AskedSchemas) -> None:
    """Ask, and find the answer on the page."""
    answer = case.call(headers={"auth_token": asked.token})
    asked.count += 1
    asked.succeeded += answer.status_code == 200
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.slow
@of_the_product.parametrize()
@as_many
def test_every_answer_is_one_that_the_product_s_page_tells_of(
    case: schemathesis.Case[Any], asked: AskedSchemas
) -> None:
    ask(case, asked)


@pytest.mark.slow
@of_ours.parametrize()
@as_many
def test_every_answer_is_one_that_our_page_tells_of(case: schemathesis.Case[Any], asked: AskedSchemas) -> None:
    ask(case, asked)
