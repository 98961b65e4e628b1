"""Making the files that a scenario hands over, keeping them with it, and writing those that have come.

They are made at the start and kept in the vault, encrypted like every private key: so everybody in a class has the same
ones, and the best way known can use them when the person has deleted theirs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ...store.authorities.validity import Validity
from ...store.confinement import confined_to, make_person_folder, own_folder
from ...store.errors import Refusal, unwritable
from ...store.file_writing import write_file
from ...store.inventory.requests import generate_key
from ...store.inventory.sources import CertificateSource
from ...store.model.bulk import IdentityType
from ...store.model.request import KeySpec
from ...store.vault.secret_kind import SecretKind
from ...store.workspace import Workspace
from ..company.credentials import Credential, x509_name
from ..company.faulty_archive import ArchiveFault, faulty_archive
from ..company.issuing import IssuingAuthority, self_signed
from ..company.organization import Organization, draw_organization
from ..company.purposes import SIGNING, TLS_SERVER
from ..plans.choosing import chosen_devices
from .course import scenario_of
from .handed_file import (
    NO_INTERMEDIATE,
    PUBLIC,
    WHOLE,
    AnyFile,
    BulkArchiveFile,
    PushCertificateFile,
    SamlCertificate,
    ServerCertificate,
)
from .record import progress_of
from .scenario import Scenario

YEAR = timedelta(days=365)
Files = dict[str, bytes]


def make_files(workspace: Workspace, scenario: Scenario) -> Files:
    """Make all files of a scenario, for its fleet and at its start, which is now. A public CA that issues some of them
    is known to the workspace, and to every device from its maker."""
    return _Making(workspace, scenario).files()


def keep_files(workspace: Workspace, files: Files) -> None:
    """Keep them in the vault, inside a transaction."""
    if files:
        workspace.vault.put_all(SecretKind.HANDED_FILE, files)


def files_now(workspace: Workspace) -> Files:
    """The files that have come by the workspace's time. Refuses with ``no-scenario``."""
    passed = workspace.now() - progress_of(workspace).started_at
    return _kept(workspace, [name for one in scenario_of(workspace).files if one.after <= passed for name in one.names])


def all_files(workspace: Workspace) -> Files:
    """All files of a scenario, those that have not come yet included: its solution may name them."""
    return _kept(workspace, [name for one in scenario_of(workspace).files for name in one.names])


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path | None]:
    """A folder with these files that only this user may read, removed afterwards; None if there are none."""
    if not files:
        yield None
        return
    with TemporaryDirectory(prefix="certfleet-") as folder, own_folder(Path(folder)):
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        yield Path(folder)


def folder_beside(workspace: Path) -> Path:
    """Where the files of a scenario go by default: ``lesson-files`` beside ``lesson``."""
    path = workspace.resolve() if workspace.name in ("", "..") else workspace
    if (confined := confined_to()) is not None:
        return confined / f"{path.name}-files"
    return path.with_name(f"{path.name}-files")


def check_folder(folder: Path, names: Iterable[str]) -> None:
    """Refuse with ``file-exists`` if one of these files is there already, before anything is made."""
    for name in names:
        if os.path.lexists(folder / name):
            raise Refusal("file-exists", f"{folder / name} already exists", "Name another folder for the files.")


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write files that aren't there yet; only this user may read them. Returns the names of those that were written.

    Refuses with ``file-unwritable``.
    """
    written = []
    try:
        make_person_folder(folder, private=True)
        for name, data in files.items():
            if not os.path.lexists(folder / name):
                write_file(folder / name, data, private=True)
                written.append(name)
    except OSError as error:
        raise unwritable(folder, error) from error
    return tuple(written)


def _kept(workspace: Workspace, names: list[str]) -> Files:
    found = {name: workspace.vault.get(SecretKind.HANDED_FILE, name) for name in names}
    return {name: data for name, data in found.items() if data is not None}


class _Making:
    """Makes the files of one scenario, in their order."""

    def __init__(self, workspace: Workspace, scenario: Scenario) -> None:
        self._workspace, self._scenario = workspace, scenario
        seed = scenario.fleet.seed if scenario.company is None else scenario.company
        self._organization: Organization = draw_organization(seed)
        self._draw = Random(f"files of {scenario.fleet.seed}")
        self._now = workspace.now().replace(microsecond=0)
        self._authorities: dict[str, IssuingAuthority] = {}
        self._wrong: dict[str, tuple[str, ...]] = {}

    def files(self) -> Files:
        found: Files = {}
        for one in self._scenario.files:
            found |= self._made(one)
        return found

    def _made(self, one: AnyFile) -> Files:
        match one:
            case ServerCertificate():
                found = self._server(one)
            case SamlCertificate():
                name = x509_name(self._organization.host("saml"), self._organization.name)
                made = self_signed(name, SIGNING, self._valid(one.valid), self._draw, key=KeySpec.RSA_2048)
                found = {one.name: made.pkcs12(one.password, "saml")}
            case PushCertificateFile():
                found = {one.name: self._push(one).pkcs12(one.password, "apns")}
            case BulkArchiveFile():
                found = {one.name: self._archive(one)}
        if one.password_file:
            found[one.password_file] = f"{one.password}\n".encode()
        return found

    def _server(self, one: ServerCertificate) -> Files:
        hosts = [self._organization.host(label) for label in one.host]
        name = x509_name(hosts[0], self._organization.name, country="US")
        made = self._authority(one.issuer).issue(name, TLS_SERVER, self._valid(one.valid), sans=hosts)
        if one.chain != WHOLE:
            made = replace(made, issuers=made.issuers[1:] if one.chain == NO_INTERMEDIATE else ())
        if one.is_keystore:
            return {one.name: made.pkcs12(one.password, one.host[0])}
        key = {one.key: made.key_pem()} if one.key else {}
        return {one.name: made.pem(), **key}

    def _push(self, one: PushCertificateFile) -> Credential:
        """As the Apple ID's owner got it: a request, signed by the vendor, uploaded to the portal."""
        key = generate_key(KeySpec.RSA_2048)
        request = x509.CertificateSigningRequestBuilder().subject_name(x509_name(one.apple_id))
        csr = request.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
        portal = self._workspace.portal
        portal.authorities.current()
        issued = portal.upload(one.apple_id, self._workspace.apns.sign_csr(csr), create=True)
        chain = x509.load_pem_x509_certificates(portal.chain_pem(issued.id))
        return Credential(chain[0], tuple(chain[1:]), key)

    def _archive(self, one: BulkArchiveFile) -> bytes:
        kind = one.identity_type
        known = [getattr(device, kind.field) for device in chosen_devices(self._workspace, one.choice)]
        identities = tuple(dict.fromkeys(identity for identity in known if identity))
        if one.repairs:
            identities = self._wrong[one.repairs]
        strangers = self._strangers(kind, one.faults.get(ArchiveFault.STRANGER, 0), set(identities))
        try:
            made = faulty_archive(
                identities,
                one.faults,
                self._authority("devices"),
                self._valid(one.valid),
                draw=self._draw,
                strangers=strangers,
                organization=self._organization.name,
            )
        except ValueError as error:
            said = f"{self._scenario.name} line {one.line}: {error}"
            raise Refusal("scenario-cannot-start", said, "Give it more devices, or fewer faults.") from error
        self._wrong[one.name] = tuple(made.faults)
        return made.data

    def _strangers(self, kind: IdentityType, count: int, known: set[str]) -> list[str]:
        """Identities that no device of the fleet has."""
        from faker import Faker

        from ..identities.provider import DeviceProvider

        fake = Faker()
        fake.add_provider(DeviceProvider)
        fake.seed_instance(self._scenario.fleet.seed)
        make: dict[IdentityType, Callable[[], str]] = {
            IdentityType.SERIAL_NUMBER: fake.apple_serial_number,
            IdentityType.IMEI: fake.imei,
            IdentityType.MEID: fake.meid,
        }
        found: list[str] = []
        while len(found) < count:
            if (identity := make[kind]()) not in known:
                known.add(identity)
                found.append(identity)
        return found

    def _authority(self, who: str) -> IssuingAuthority:
        """A public CA below its root, or one of the company's: for its servers, or for its devices."""
        if who not in self._authorities:
            company = self._organization.name
            owner, name = ("Lindqvist Trust (example)", "Lindqvist Trust") if who == PUBLIC else (company, company)
            what = {PUBLIC: "TLS", "devices": "Device"}.get(who, "Server")
            past = Validity(self._now - 4 * YEAR, self._now + 12 * YEAR)
            root = IssuingAuthority.root(x509_name(f"{name} {what} Root", owner), self._draw, past)
            below = x509_name(f"{name} {what} CA 1", owner)
            self._authorities[who] = root.subordinate(below, Validity(self._now - YEAR, self._now + 6 * YEAR))
            if who == PUBLIC:
                self._let_devices_trust(root)
        return self._authorities[who]

    def _let_devices_trust(self, root: IssuingAuthority) -> None:
        source = CertificateSource(data=root.pem(), name="public-root.pem")
        said = "A public CA; every device has it from its maker"
        entry = self._workspace.inventory.import_from(source, description=said).imported[0]
        self._workspace.trust.set_preinstalled(entry.id, True)

    def _valid(self, length: timedelta) -> Validity:
        """From a day ago to so long after the start."""
        return Validity(self._now - timedelta(days=1), self._now + length)
