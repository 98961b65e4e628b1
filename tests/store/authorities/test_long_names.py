"""A common name has at most 64 bytes in UTF-8: longer names are refused before a certificate is issued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.store.devices.handset import identity, signing_request


@pytest.mark.parametrize("name", ["x" * 40, "é" * 27, "東" * 18])
def test_a_group_whose_name_fits(workspace: Workspace, name: str) -> None:
    assert workspace.authorities.refresh(name=name, ready_after=timedelta(0)).name == name
    assert workspace.check().clean


@pytest.mark.parametrize("name", ["é" * 28, "東" * 19, "🔐" * 40])
def test_a_group_whose_name_does_not_fit(workspace: Workspace, name: str) -> None:
    with pytest.raises(Refusal, match="group-name-invalid"):
        workspace.authorities.refresh(name=name)


@pytest.mark.parametrize("serial_number", ["xy" * 32, "éá" * 16, "🔐🔑" * 8])
def test_a_serial_number_that_fits(workspace: Workspace, serial_number: str) -> None:
    device = workspace.devices.add(identity(Platform.ANDROID, serial_number))
    workspace.devices.enroll(device.id, signing_request(ec_key()))
    assert workspace.check().clean


@pytest.mark.parametrize("serial_number", ["é" * 33, "🔐" * 64])
def test_a_serial_number_that_does_not_fit(workspace: Workspace, serial_number: str) -> None:
    with pytest.raises(Refusal, match="identity-invalid"):
        workspace.devices.add(identity(Platform.ANDROID, serial_number))
