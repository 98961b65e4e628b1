"""A server that is killed while several clients enroll devices: whatever was answered is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.api.server.surfaces import OWN
from certfleet.store.model.account import Role
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key, name

from .serving import serving

DEVICES, CLIENTS, ENOUGH = 60, 4, 20


@pytest.mark.slow
def test_what_was_answered_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    with Workspace.open(folder) as workspace:
        for number in range(DEVICES):
            workspace.devices.add(DeviceIdentity(platform=Platform.WINDOWS, serial_number=f"KILLED{number:04}"))
    builder = x509.CertificateSigningRequestBuilder().subject_name(name("device"))
    requests = [builder.sign(ec_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode() for _ in range(DEVICES)]
    answered: list[int] = []
    with serving(folder, "--http") as server, server.log_in(Role.OPERATOR) as client:

        def enroll(id: int) -> None:
            try:
                body = {"csr": requests[id - 1]}
                answer = client.post(f"{server.address}{OWN.prefix}/devices/{id}/enroll", json=body)
            except httpx.HTTPError:
                return  # the server has been killed
            assert answer.status_code == 200, answer.text
            answered.append(id)
            if len(answered) == ENOUGH:
                server.process.kill()

        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(enroll, range(1, DEVICES + 1)))
    with Workspace.open(folder) as workspace:
        assert len(answered) >= ENOUGH
        assert all(workspace.devices.get(id).enrolled_at is not None for id in answered)
        assert workspace.check().clean
