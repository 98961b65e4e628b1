"""Which tests open a workspace: what is left out on PostgreSQL rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.workspace import Workspace
from tests.engines import copied
from tests.without_workspace import OPENED, Opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("opened") / "workspace"
    with Workspace.open(path):
        yield path


def opens_one(opened: Opened, request: pytest.FixtureRequest) -> Any:
    """What would be told of this test if it ended here."""
    opened.tell(request)
    return request.node.user_properties.pop()[1]


def test_a_workspace_that_a_test_opens_is_noted(request: pytest.FixtureRequest) -> None:
    opened = Opened()
    with opened.noted(), Workspace.open(None):
        pass
    assert opens_one(opened, request)
    assert not opens_one(opened, request)  # the next one


@pytest.mark.parametrize("_", ["who makes it", "another"])
def test_one_of_a_fixture_for_several_tests_counts_for_each(
    folder: Path, request: pytest.FixtureRequest, _: str
) -> None:
    assert opens_one(OPENED, request)


def test_a_copy_counts(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    opens_one(OPENED, request)
    copied(folder, tmp_path / "copy")
    assert OPENED._is_new
