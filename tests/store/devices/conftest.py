"""Devices in a deployment without a push certificate: most tests here are about something else."""

from __future__ import annotations

import pytest

from certfleet.store.model.component import Use
from certfleet.store.workspace import Workspace


@pytest.fixture(autouse=True)
def without_push(request: pytest.FixtureRequest) -> None:
    if "workspace" in request.fixturenames:
        workspace: Workspace = request.getfixturevalue("workspace")
        workspace.components.set_use("apns", Use.NOT_USED)
