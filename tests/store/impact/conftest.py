"""A deployment in which nothing is missing; each test adds its subject."""

from __future__ import annotations

import pytest

from certfleet.store.workspace import Workspace
from tests.store.impact.deployment import use_nothing


@pytest.fixture
def deployment(workspace: Workspace) -> Workspace:
    return use_nothing(workspace)
