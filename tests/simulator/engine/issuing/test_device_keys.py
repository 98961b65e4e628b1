"""The keys of simulated devices, and the secret that they are derived from."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography import x509

from certfleet.simulator.engine.issuing.device_keys import device_key, fleet_secret
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.edited_store import stored_in

from ...conftest import MONDAY, Draw


def test_each_device_and_number_has_its_own_key() -> None:
    secret = bytes(32)
    keys = {
        device_key(secret, index, number).private_numbers().private_value for index in range(5) for number in (0, 1)
    }
    assert len(keys) == 10
    again = device_key(secret, 3, 1)
    assert again.private_numbers().private_value in keys
    assert device_key(bytes(31) + b"1", 3, 1).private_numbers() != again.private_numbers()


def test_the_certificate_is_over_the_devices_key(fleet: Draw) -> None:
    workspace = fleet(devices=3)
    secret = fleet_secret(workspace)
    (record,) = workspace.devices.certificates(2)
    certificate = x509.load_der_x509_certificate(base64.b64decode(record.der))
    assert certificate.public_key() == device_key(secret, 1, 0).public_key()


def test_the_secret_is_kept_encrypted_and_stays_the_same(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=MONDAY) as workspace:
        secret = fleet_secret(workspace)
        assert fleet_secret(workspace) == secret
        assert workspace.vault.kinds("simulation") == {SecretKind.FLEET_SECRET}
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert fleet_secret(workspace) == secret
    stored = stored_in(tmp_path / "workspace")
    assert stored
    assert secret not in stored
    assert base64.b64encode(secret) not in stored
