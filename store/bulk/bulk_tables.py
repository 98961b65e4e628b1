"""The records of bulk device certificates, their files and their passwords, and writing many of them at once."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Refusal
from ..model.bulk import DeviceIdentityCertificate, IdentityType
from ..persistence.database import Database
from ..persistence.records import FileTable, RecordTable
from ..vault.secret_kind import SecretKind
from ..vault.vault import Vault

AUDITED = "bulk:1"  # the record that audit lines about bulk certificates are filed under
BULK_LIST = "`certfleet bulk list` shows them."


def filed_under(id: int) -> str:
    """The vault's name for the password of a record's file."""
    return f"bulk:{id}"


class BulkRecords(RecordTable[DeviceIdentityCertificate]):
    """Typed access to the tables. Writing needs a transaction."""

    def __init__(self, database: Database, vault: Vault) -> None:
        unknown = "bulk-unknown", "no device certificate {id} has been imported in bulk", BULK_LIST
        super().__init__(database.table("bulk_certificates"), DeviceIdentityCertificate, *unknown)
        self._files = FileTable(database.table("bulk_files"), "file of device certificate", "pkcs12")
        self._vault = vault

    def of(self, identity_type: IdentityType, identity: str) -> DeviceIdentityCertificate | None:
        """The record of a normalised identity of that type."""
        for record in self.find("identity", identity):
            if record.identity_type is identity_type:
                return record
        return None

    def by_public_key(self, sha256: str) -> list[DeviceIdentityCertificate]:
        """The records of certificates over that key."""
        return self.find("public_key_sha256", sha256)

    def file(self, id: int) -> tuple[bytes, str]:
        """The PKCS #12 file of a record, and its password. Refuses ``workspace-damaged`` if one is missing."""
        password = self.password(id)
        if password is None:
            raise Refusal("workspace-damaged", f"the password of device certificate {id} is missing", "Run a check.")
        return self._files.get(id), password

    def password(self, id: int) -> str | None:
        """The password of a record's file."""
        secret = self._vault.get(SecretKind.BULK_PASSWORD, filed_under(id))
        return None if secret is None else secret.decode()

    def remove(self, *ids: int) -> None:
        """Delete records with their files and passwords."""
        super().remove(*ids)
        self._files.remove(*ids)
        self._vault.forget_all(SecretKind.BULK_PASSWORD, map(filed_under, ids))

    def write_staged(self, staged: Staged) -> None:
        """Write the staged records, inserting or overwriting."""
        entries = list(staged)
        self.put(record for record, _, _ in entries)
        self._files.put((record.id, data) for record, data, _ in entries)
        passwords = {filed_under(record.id): password.encode() for record, _, password in entries}
        self._vault.put_all(SecretKind.BULK_PASSWORD, passwords)


class Staged:
    """Records, files and passwords to be written together, and the resulting state of the table."""

    def __init__(self, records: BulkRecords) -> None:
        self._records = records
        self._next_id = records.next_id()
        self._by_id: dict[int, tuple[DeviceIdentityCertificate, bytes, str]] = {}
        self._by_identity: dict[tuple[IdentityType, str], DeviceIdentityCertificate] = {}
        self._by_key: dict[str, DeviceIdentityCertificate] = {}

    def __iter__(self) -> Iterator[tuple[DeviceIdentityCertificate, bytes, str]]:
        return iter(self._by_id.values())

    def of(self, identity_type: IdentityType, identity: str) -> DeviceIdentityCertificate | None:
        """The record of an identity."""
        return self._by_identity.get((identity_type, identity)) or self._records.of(identity_type, identity)

    def by_public_key(self, sha256: str) -> DeviceIdentityCertificate | None:
        """The record over a key, ignoring records that this batch replaces."""
        if sha256 in self._by_key:
            return self._by_key[sha256]
        found = self._records.by_public_key(sha256)
        return next((record for record in found if record.id not in self._by_id), None)

    def take_id(self) -> int:
        """The id for a new record."""
        self._next_id += 1
        return self._next_id - 1

    def add(self, record: DeviceIdentityCertificate, data: bytes, password: str) -> None:
        """Stage a record; a batch has each identity at most once."""
        self._by_id[record.id] = record, data, password
        self._by_identity[record.identity_type, record.identity] = record
        self._by_key[record.public_key_sha256] = record
