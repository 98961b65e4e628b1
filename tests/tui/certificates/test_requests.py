"""Signing requests: created, saved, answered, cancelled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace
from tests.material import NOW, make_ca

from ..conftest import Open
from ..driving import paste, shows


def answer(csr_pem: bytes) -> bytes:
    """What a CA would send back."""
    csr, ca = x509.load_pem_x509_csr(csr_pem), make_ca()
    builder = x509.CertificateBuilder(
        issuer_name=ca.certificate.subject,
        subject_name=csr.subject,
        public_key=csr.public_key(),
        serial_number=77,
        not_valid_before=NOW - timedelta(days=1),
        not_valid_after=NOW + timedelta(days=365),
    )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


async def test_a_request_is_made_saved_and_answered(console: Open, workspace: Workspace, own_folders: Path) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "n")
        await paste(pilot, "mdm.example.com")
        await pilot.press("tab")
        await paste(pilot, "Example, Inc.")
        await pilot.press("enter")
        await shows(pilot, "BEGIN CERTIFICATE REQUEST")
        await pilot.press("enter")
        await shows(pilot, "Saved to mdm.example.com.csr")
        await pilot.press("enter")
        await shows(pilot, "1 request waiting (t)")

        csr = own_folders / "mdm.example.com.csr"
        subject = x509.load_pem_x509_csr(csr.read_bytes()).subject
        assert subject.rfc4514_string() == r"CN=mdm.example.com,O=Example\, Inc."
        (own_folders / "answer.pem").write_bytes(answer(csr.read_bytes()))

        await pilot.press("t")
        await shows(pilot, "○ waiting")
        await pilot.press("i")
        await shows(pilot, "Import the answer to request 1")
        await paste(pilot, "answer.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: mdm.example.com")
        await pilot.press("enter")
        await shows(pilot, "with private key")

    (entry,) = workspace.inventory.list()
    assert (entry.use_as, entry.has_private_key) == (UseAs.SERVER, True)


async def test_a_subject_that_is_none_is_refused(console: Open, workspace: Workspace) -> None:
    async with console() as pilot:
        await pilot.press("2", "n", "enter")
        await shows(pilot, "subject-invalid")

    assert not workspace.requests.list()


async def test_cancelling_asks_first(console: Open, workspace: Workspace) -> None:
    workspace.requests.create(subject="CN=mdm.example.com")

    async with console() as pilot:
        await pilot.press("2", "t", "x")
        await shows(pilot, "Cancel request 1?")
        await pilot.press("enter")
        await shows(pilot, "Signing requests")
        assert len(workspace.requests.list()) == 1

        await pilot.press("x", "left", "enter")
        await shows(pilot, "No request")

    assert not workspace.requests.list()
