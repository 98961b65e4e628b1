"""A workspace on disk whose clock stands where the test wants it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.prepared import Prepared
from tests.store.deployment import use_nothing
from tests.store.devices.handset import Handset, let_it_cross_over


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock, prepared: Prepared) -> Iterator[Workspace]:
    prepared.copy("new", new_workspace, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace", actor=Actor("alice"), clock=clock) as workspace:
        yield workspace


def new_workspace(folder: Path) -> None:
    with Workspace.open(folder, actor=Actor("alice"), clock=FixedClock(NOW)):
        pass


@pytest.fixture
def deployment(workspace: Workspace) -> Workspace:
    """In which nothing is missing; each test adds its subject."""
    return use_nothing(workspace)


@pytest.fixture
def fleet(workspace: Workspace, clock: FixedClock) -> list[Handset]:
    """A phone that crossed over, one in the middle of it, a marked laptop, and a revoked phone."""
    phones = [Handset(workspace), Handset(workspace), Handset(workspace, Platform.WINDOWS), Handset(workspace)]
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.devices.renew([phone.id for phone in phones[:3]])
    let_it_cross_over(phones[0], clock)
    phones[1].answer(phones[1].check_in(), received=False)
    workspace.devices.revoke([phones[3].id])
    assert workspace.check().clean
    return phones


def content(workspace: Workspace) -> bytes:
    """Everything that the workspace holds, to compare before and after."""
    assert workspace.path is not None
    file = workspace.path.parent / "content.json"
    workspace.export_json(file)
    return file.read_bytes()
