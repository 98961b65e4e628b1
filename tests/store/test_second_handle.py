"""A second handle on a workspace of the same process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.model.account import Role
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.second_handle import second_handle
from certfleet.store.workspace import Workspace

MAC = DeviceIdentity(platform=Platform.MACOS, serial_number="C02SECOND001")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace") as workspace:
        yield workspace


def test_it_reads_what_is_committed_while_the_first_one_is_in_a_transaction(workspace: Workspace) -> None:
    with second_handle(workspace) as second:
        with workspace.database.transaction():
            workspace.devices.add(MAC)
            assert second.devices.all() == []
        second.catch_up()
        assert [device.serial_number for device in second.devices.all()] == ["C02SECOND001"]


def test_a_session_that_the_first_one_has_seen_used_is_one_for_the_second_too(workspace: Workspace) -> None:
    workspace.accounts.add("ann", Role.VIEWER, "correct horse")
    token = workspace.logins.login("ann", "correct horse")
    with second_handle(workspace) as second:
        assert second.logins.account_of(token).name == "ann"
        assert second.logins._uses is workspace.logins._uses


def test_its_vault_asks_nobody_for_a_passphrase_that_the_first_one_knows(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        workspace.change_passphrase("correct horse battery")
        with second_handle(workspace) as second:
            second.vault.unlock()


def test_of_a_workspace_in_memory_there_is_only_one() -> None:
    with Workspace.open(None) as workspace:
        assert second_handle(workspace) is workspace
