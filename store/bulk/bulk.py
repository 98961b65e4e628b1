"""Bulk device certificates: import an archive, look up, delete. Files and identities are handled independently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from ..devices.identity import canonical, problem
from ..errors import Refusal
from ..model.bulk import DeviceIdentityCertificate, IdentityType
from ..model.events import IdentityCertificatesChanged
from ..use_cases import Context, UseCases
from ..words import plural
from .bulk_tables import AUDITED, BULK_LIST, BulkRecords
from .holders import Holder, Holders
from .results import BulkResult, Deletion, FileResult

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from .archive import Archive
    from .importing import Progress, Stop

Certificates = list[DeviceIdentityCertificate]  # named here because the class has a method called ``list``


class BulkCertificates(UseCases):
    """The bulk device certificates of a workspace, one per identity.

    They are separate from the inventory. Each has its original PKCS #12 file; the passwords are in the vault.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._records = BulkRecords(self._database, self._vault)
        self._holders = Holders(self._database)

    # Reading

    def list(self, identity_type: IdentityType | None = None, *, expired: bool = False) -> Certificates:
        """Every certificate by id; optionally only those of one identity type, or the expired ones."""
        now = self._clock.now()
        return [
            record
            for record in self._records.all()
            if (identity_type is None or record.identity_type is identity_type)
            and (not expired or record.not_after < now)
        ]

    def count(self) -> int:
        """The number of records."""
        return len(self._records)

    def get(self, id: int) -> DeviceIdentityCertificate:
        """One certificate; refuses with ``bulk-unknown``."""
        return self._records.get(id)

    def identities(self, identity_type: IdentityType) -> frozenset[str]:
        """The normalised identities of that type that have a certificate."""
        return frozenset(one.identity for one in self._records.each() if one.identity_type is identity_type)

    def find(self, identity_type: IdentityType, identity: str) -> DeviceIdentityCertificate | None:
        """The certificate of an identity of that type, ignoring case."""
        return self._records.of(identity_type, canonical(identity_type.field, identity))

    def named(self, identity: str, identity_type: IdentityType | None = None) -> DeviceIdentityCertificate:
        """The certificate of an identity (``IDENTITY.p12`` works too); with type None, of any type.

        Refuses with ``bulk-unknown``; with ``bulk-ambiguous`` if it exists under several types.
        """
        from .credentials import identity_in

        identity = identity_in(identity)
        types = IdentityType if identity_type is None else (identity_type,)
        found = [record for kind in types if (record := self.find(kind, identity)) is not None]
        if not found:
            raise _unknown(identity)
        if len(found) > 1:
            message = f"{identity!r} has a certificate as {', '.join(record.identity_type for record in found)}"
            raise Refusal("bulk-ambiguous", message, "Say which with --identity-type.")
        return found[0]

    def pkcs12(self, id: int) -> tuple[bytes, str]:
        """The original PKCS #12 file of a certificate and its password, for the profile that installs it.

        Refuses with ``bulk-unknown``.
        """
        with self._database.moment():
            self.get(id)
            return self._records.file(id)

    def holder(self, record: DeviceIdentityCertificate) -> Holder | None:
        """The device with the identity of a certificate, if there is one."""
        return self._holders.of(record)

    # Changing

    def import_archive(
        self,
        source: Path | BinaryIO,
        *,
        identity_type: IdentityType,
        credentials: str | None = None,
        name: str = "",
        executor: Executor | None = None,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> BulkResult:
        """Import all valid files of an archive; the result lists the outcome of each.

        ``source``, ``credentials`` and ``name`` are those of ``open_archive``, the rest is that of ``import_files``.
        Refuses the archive as a whole as ``open_archive`` does, and has changed nothing then.
        """
        from .archive import open_archive

        with open_archive(source, credentials=credentials, name=name) as archive:
            files = self.import_files(archive, identity_type, executor=executor, progress=progress, stop=stop)
            return BulkResult(results=tuple(files), total=len(archive.files), notes=archive.notes)

    def import_files(
        self,
        archive: Archive,
        identity_type: IdentityType,
        *,
        executor: Executor | None = None,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> Iterator[FileResult]:
        """The same for an open archive: yields each result once it is durable.

        Files are committed in batches. After any interruption, the same import resumes: files already imported are not
        opened again. ``executor`` reads in its processes; ``progress`` gets the number of files done and the total;
        ``stop`` is called after each batch. Refuses with ``workers-lost`` if a process died.
        """
        from .importing import ArchiveImport

        self._audit.permit("bulk.import")
        self._vault.unlock()
        job = ArchiveImport(self._context, archive, identity_type, self._records)
        yield from job.run(executor, progress, stop)

    def delete(
        self, identities: bytes | Iterable[str], *, identity_type: IdentityType, progress: Progress | None = None
    ) -> tuple[Deletion, ...]:
        """Delete the certificates of these identities, with their files and passwords; yields a result for each.

        ``identities`` is a text file with one per line, or the identities themselves; ``IDENTITY.p12`` works too.
        Duplicates are skipped. Deletions are committed in batches. Refuses with ``identities-unreadable`` if the file
        is not text; then nothing was changed.
        """
        from .credentials import identity_in, read_identities
        from .pipeline import BATCH

        self._audit.permit("bulk.delete")
        if isinstance(identities, bytes):
            listed = read_identities(identities)
        else:
            listed = [(number, identity_in(identity)) for number, identity in enumerate(identities, 1)]
        wanted = {canonical(identity_type.field, identity): number for number, identity in reversed(listed)}
        asked = sorted((number, identity) for identity, number in wanted.items())
        results: list[Deletion] = []
        for start in range(0, len(asked), BATCH):
            results += self._delete_batch(asked[start : start + BATCH], identity_type)
            if progress is not None:
                progress(len(results), len(asked))
        return tuple(results)

    def _delete_batch(self, asked: Iterable[tuple[int, str]], identity_type: IdentityType) -> Iterable[Deletion]:
        with self._database.transaction():
            results = [self._deletion(number, identity, identity_type) for number, identity in asked]
            gone = [result.record for result in results if result.record is not None]
            if gone:
                self._records.remove(*(record.id for record in gone))
                self._tell(IdentityCertificatesChanged([(identity_type, record.identity) for record in gone]))
                some = gone[0].identity if len(gone) == 1 else f"{gone[0].identity} to {gone[-1].identity}"
                count = plural(len(gone), "device certificate")
                self._audit.record("bulk.delete", AUDITED, f"{count} deleted by {identity_type}: {some}")
        return results

    def _deletion(self, number: int, identity: str, identity_type: IdentityType) -> Deletion:
        wrong = problem(identity_type.field, identity)
        record = None if wrong else self._records.of(identity_type, identity)
        if record is not None:
            return Deletion(line=number, identity=identity, record=record)
        refusal = Refusal("identity-invalid", wrong) if wrong else _unknown(identity)
        return Deletion(line=number, identity=identity, refusal=refusal)


def _unknown(identity: str) -> Refusal:
    return Refusal("bulk-unknown", f"no certificate has been imported in bulk for {identity!r}", BULK_LIST)
