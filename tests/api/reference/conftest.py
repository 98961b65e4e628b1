"""A real server over loopback, on a workspace with devices, certificates and a policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.model.device import EnrollmentKind, Ownership, Platform
from certfleet.store.model.policy import Assignment
from certfleet.store.workspace import Workspace
from tests.api.conftest import PASSWORD
from tests.api.serving import Server, serving
from tests.material import NOW
from tests.store.deployment import push, use
from tests.store.devices.handset import Handset
from tests.store.devices.simulated import put
from tests.store.effects.changes import VPN

from .plain_client import PlainClient


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("reference") / "workspace"
    with Workspace.open(folder, start=NOW) as workspace:
        use(workspace, "apns", push())
        workspace.policies.create("Field VPN", vpn=VPN, assignment=Assignment(group="Field", filter="platform:ios"))
        platforms = (Platform.IOS, Platform.IOS, Platform.ANDROID, Platform.WINDOWS, Platform.MACOS, Platform.IOS)
        for handset in [Handset(workspace, platform) for platform in platforms]:
            told = {"os_version": "26.1", "model_name": "iPhone 17", "wifi_mac": f"02:00:00:00:00:{handset.id:02X}"}
            silent = NOW - timedelta(days=40 if handset.id == 2 else 0)
            put(
                workspace,
                replace(
                    handset.device,
                    **told,
                    last_check_in=silent,
                    ownership=Ownership.PERSONAL,
                    enrollment_kind=EnrollmentKind.DEVICE,
                ),
            )
    with serving(folder) as server:
        yield server


@pytest.fixture
def stranger(server: Server) -> PlainClient:
    return PlainClient(server.address, server.authority)


@pytest.fixture
def xms(stranger: PlainClient) -> PlainClient:
    """An administrator who is logged in."""
    stranger.log_in("the administrator", PASSWORD)
    return stranger
