"""Policies and device certificates that are the same in every run."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from msgspec.structs import replace

from certfleet.store.bulk.results import BulkResult
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.policy_installation import all_due
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.policy import Assignment, VpnSettings
from certfleet.store.policies.rollout import Deployed
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue

from .sample_fleet import add_fleet

SERIAL = IdentityType.SERIAL_NUMBER
PASSWORD = "password1!"
VPN = VpnSettings(server="vpn.company.example", identity_type=SERIAL)


def certificate_for(identity: str, days: int = 300) -> Issued:
    """A certificate that follows from its name and its days alone: an Ed25519 CA signs the same each time."""
    digest = hashlib.sha256(f"{identity} {days}".encode()).digest()
    authority = issue(
        "Device CA of the company",
        is_ca=True,
        key=Ed25519PrivateKey.from_private_bytes(b"device authority key, 32 bytes.."),
        serial_number=7,
        not_before=NOW - timedelta(days=400),
        days=4000,
    )
    return issue(
        identity,
        issuer=authority,
        key=ec.derive_private_key(int.from_bytes(digest[:30]), ec.SECP256R1()),
        serial_number=int.from_bytes(digest[:8]),
        not_before=NOW + timedelta(days=days - 365),
        days=365,
    )


def p12(issued: Issued, password: str = PASSWORD, rounds: int = 2) -> bytes:
    """A PKCS #12 file of it, quickly opened unless it takes many rounds."""
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).build(password.encode())
    return pkcs12.serialize_key_and_certificates(b"vpn", issued.key, issued.certificate, None, encryption)


def packed(files: Mapping[str, bytes], credentials: str | None = None) -> bytes:
    """A ``.zip`` of these files. Without credentials, all have the same password."""
    if credentials is None:
        credentials = "".join(f"{name}={PASSWORD}\n" for name in files)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("passwords.txt", credentials)
    return file.getvalue()


def archive_for(folder: Path, *identities: str, days: int = 300, name: str = "devices.zip") -> Path:
    """An archive of a file for each identity, in a folder."""
    path = folder / name
    path.write_bytes(packed({f"{identity}.p12": p12(certificate_for(identity, days)) for identity in identities}))
    return path


def bring(workspace: Workspace, *identities: str, days: int = 300, kind: IdentityType = SERIAL) -> BulkResult:
    """Import a certificate for each of these identities."""
    data = packed({f"{identity}.p12": p12(certificate_for(identity, days)) for identity in identities})
    return workspace.bulk.import_archive(io.BytesIO(data), identity_type=kind, name="devices.zip")


def add_policy(workspace: Workspace, name: str = "Field VPN", filter: str = "") -> Deployed:
    """An *IKEv2 Always On* policy."""
    return workspace.policies.create(name, vpn=VPN, assignment=Assignment(filter=filter))


def iphones(workspace: Workspace) -> list[Device]:
    """The iOS devices, by id."""
    return [device for device in workspace.devices.all() if device.platform is Platform.IOS]


def check_in(workspace: Workspace, *ids: int) -> None:
    """Let these devices do what policies ask of them."""
    batch, now = Batch(), workspace.now()
    with workspace.database.transaction():
        for id in ids:
            batch.take(all_due(workspace.devices.get(id), workspace.policies.deployment, now), now)
        workspace.devices.records.write(batch)


def roll_out(workspace: Workspace) -> None:
    """A fleet with two policies: of the field's phones 60 have it, two lack their certificate, the rest is pending."""
    add_fleet(workspace)
    devices = iphones(workspace)
    have, lack = devices[:60], devices[60:62]
    bring(workspace, *(device.serial_number for device in have[8:]), "F2LX999998", "F2LX999999")
    bring(workspace, *(device.serial_number for device in have[:5]), days=6)
    bring(workspace, *(device.serial_number for device in have[5:8]), days=21)
    add_policy(workspace)
    check_in(workspace, *(device.id for device in have + lack))
    workspace.policies.create(
        "Sales",
        vpn=replace(VPN, server="sales.company.example", identity_type=IdentityType.IMEI, user_may_disconnect=True),
        assignment=Assignment(group="Sales", filter='"owner:person 1"'),
    )
