"""A branch of a workspace with devices, served over loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certfleet.api.rehearsal.branch import Branch, branch_of
from certfleet.api.rehearsal.branch_server import ServedBranch, serving
from certfleet.api.rehearsal.faults import FaultKind, Faults
from certfleet.store.model.account import Role
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.api.reference.plain_client import PlainClient
from tests.material import NOW
from tests.store.deployment import push, use
from tests.store.devices.handset import Handset

Faulty = Callable[..., Iterator[tuple[ServedBranch, PlainClient]]]


@pytest.fixture
def true(tmp_path: Path) -> Iterator[Workspace]:
    """The true workspace."""
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        use(workspace, "apns", push())
        for platform in (Platform.IOS, Platform.IOS, Platform.IOS, Platform.ANDROID, Platform.WINDOWS):
            Handset(workspace, platform)
        yield workspace


@pytest.fixture
def branch(true: Workspace) -> Iterator[Branch]:
    with branch_of(true, Role.ADMINISTRATOR) as branch:
        yield branch


@contextmanager
def script_of(
    branch: Branch, folder: Path, *kinds: FaultKind, slow: float = 60
) -> Iterator[tuple[ServedBranch, PlainClient]]:
    """A server of which every call that can meets a fault of these kinds, and a script's client with its token."""
    faults = Faults(1, kinds, share=100) if kinds else None
    with serving(branch.workspace, faults, slow) as server:
        root = folder / "root.pem"
        root.write_bytes(server.root)
        client = PlainClient(server.address, root)
        client.token = branch.token
        yield server, client
