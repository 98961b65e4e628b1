"""Places for documents that several engines, and processes, can be opened on: one test runs over each."""

from __future__ import annotations

import pytest

from tests.store.persistence.engine_places import SHARED, EnginePlace, place_for


@pytest.fixture(params=SHARED)
def place(request: pytest.FixtureRequest) -> EnginePlace:
    """An empty place, of each kind in turn."""
    return place_for(request, request.param)
