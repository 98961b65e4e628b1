"""Enrolling over REST against ``cfssl serve``, which signs and keeps no record (Debian's package ``golang-cfssl``)."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certfleet.api.server.surfaces import OWN
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace

from .report import Report
from .rest_client import ask_all, processor_seconds, request

CLIENTS = 4


def add_devices(workspace: Workspace, count: int) -> list[int]:
    """Devices that have not enrolled yet; their ids."""
    with workspace.database.transaction():
        return [
            workspace.devices.add(DeviceIdentity(platform=Platform.WINDOWS, serial_number=f"BENCH{number:06}")).id
            for number in range(count)
        ]


def signing_requests(count: int) -> list[str]:
    """As PEM, each over a key of its own."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    made = (builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()) for _ in range(count))
    return [one.public_bytes(Encoding.PEM).decode() for one in made]


def measure_enrolling(address: str, pid: int, token: str, ids: Sequence[int], folder: Path, report: Report) -> None:
    """Enroll the devices, then have as many requests signed by ``cfssl serve``, by four clients each."""
    pems = signing_requests(len(ids))
    ours = [
        request("POST", f"{OWN.prefix}/devices/{id}/enroll", {"csr": pem}, auth_token=token)
        for id, pem in zip(ids, pems, strict=True)
    ]
    rate = _measured("enrolling", address, pid, ours, report)
    if shutil.which("cfssl") is None:
        print("cfssl is not installed (golang-cfssl), so that nothing is set beside enrolling")
        return
    with _cfssl(folder) as (its_address, its_pid):
        path, body = "/api/v1/cfssl/sign", [{"certificate_request": pem, "hosts": ["device"]} for pem in pems]
        its_rate = _measured("cfssl", its_address, its_pid, [request("POST", path, one) for one in body], report)
    report.ratio("enrolling_against_cfssl", rate / its_rate, "at least 1", rate >= its_rate)


def _measured(name: str, address: str, pid: int, requests: Sequence[bytes], report: Report) -> float:
    before = processor_seconds(pid)
    took, _ = asyncio.run(ask_all(address, requests, CLIENTS))
    used = (processor_seconds(pid) - before) / len(requests)
    report.figure(f"{name}_processor_time", used * 1e3, "ms a certificate")
    return report.figure(name, len(requests) / took, f"certificates/s, {CLIENTS} clients")


@contextmanager
def _cfssl(folder: Path) -> Iterator[tuple[str, int]]:
    """``cfssl serve`` with a CA over a key of the kind that ours have."""
    wanted = {"CN": "Bench CA", "key": {"algo": "ecdsa", "size": 256}}
    made = subprocess.run(
        ["cfssl", "gencert", "-initca", "-"], input=json.dumps(wanted).encode(), capture_output=True, check=True
    )
    ca = json.loads(made.stdout)
    (folder / "ca.pem").write_text(ca["cert"])
    (folder / "ca.key").write_text(ca["key"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = ["cfssl", "serve", "-address", "127.0.0.1", "-port", str(port), "-ca", "ca.pem", "-ca-key", "ca.key"]
    with subprocess.Popen(line, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
