"""Who only reads doesn't wait for who writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace

from .conftest import Rest

MAC = DeviceIdentity(platform=Platform.MACOS, serial_number="C02READER001")


def test_a_read_is_answered_while_a_change_is_under_way(workspace: Workspace, viewer: Rest) -> None:
    with workspace.database.transaction():
        workspace.devices.add(MAC)
        with ThreadPoolExecutor(1) as other:
            page = other.submit(viewer.done, "POST", "device/filter", {}).result(60)
            assert page["totalCount"] == 0
    assert viewer.done("POST", "device/filter", {})["totalCount"] == 1
    assert viewer.own.done("GET", "devices/1")["device"]["serial_number"] == "C02READER001"
