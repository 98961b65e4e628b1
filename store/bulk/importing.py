"""Importing the files of one archive, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from datetime import datetime
from hashlib import sha256

from msgspec.structs import asdict

from ..devices.identity import canonical, problem
from ..errors import Refusal
from ..model.bulk import CertificateReading, DeviceIdentityCertificate, IdentityType
from ..model.events import IdentityCertificatesChanged
from ..use_cases import Context, UseCases
from ..words import day
from .archive import Archive
from .bulk_tables import AUDITED, BulkRecords, Staged
from .credentials import around_equals, identity_in
from .holders import Holders
from .pipeline import Candidate, Judged, read_in_batches
from .reading import NotRead
from .results import FileResult, Outcome, counted
from .zip_files import Member

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

_READING = CertificateReading.__struct_fields__


class ArchiveImport(UseCases):
    """The import of one archive whose files are named by one type of identity."""

    def __init__(self, context: Context, archive: Archive, identity_type: IdentityType, records: BulkRecords) -> None:
        super().__init__(context)
        self._archive = archive
        self._type = identity_type
        self._records = records
        self._holders = Holders(self._database)
        self._done: list[Outcome] = []

    def run(self, executor: Executor | None, progress: Progress | None, stop: Stop | None) -> Iterator[FileResult]:
        """Yields the result of each file once it is durable."""
        total = len(self._archive.files)
        for batch in read_in_batches(map(self._candidate, self._archive.files), executor):
            results = self._commit(batch, total)
            if progress is not None:
                progress(len(self._done), total)
            yield from results
            if len(self._done) < total and stop is not None and stop():
                self._close(f" stopped after {len(self._done):,} of {total:,} files")
                return

    def _candidate(self, file: Member) -> Candidate:
        """Judge a file before opening it: refused, already imported, or to be read."""
        field, identity = self._type.field, identity_in(file.name)
        if wrong := problem(field, identity):
            return _refused(file, identity, Refusal("identity-invalid", wrong))
        identity = canonical(field, identity)
        password = self._archive.password(file)
        if password is None:
            return _refused(file, identity, _no_password(self._archive.is_quoted(file)))
        try:
            data = self._archive.read(file)
        except Refusal as refusal:
            if refusal.code == "archive-damaged":  # it was changed after it had been checked
                raise
            return _refused(file, identity, refusal)
        known = self._records.of(self._type, identity)
        is_same = known is not None and (known.file_sha256, self._records.password(known.id)) == (
            sha256(data).hexdigest(),
            password,
        )
        return Candidate(file, identity, data, password, known if is_same else None)

    def _commit(self, batch: list[Judged], total: int) -> list[FileResult]:
        """Import a batch in one transaction with an audit line; the last one's is about the whole archive."""
        first = len(self._done) + 1
        with self._database.transaction():
            staged, now = Staged(self._records), self._clock.now()
            results = [self._take_in(judged, staged, now) for judged in batch]
            self._records.write_staged(staged)
            if changed := [(self._type, record.identity) for record, _, _ in staged]:
                self._tell(IdentityCertificatesChanged(changed))
            outcomes = [result.outcome for result in results]
            self._done += outcomes
            if len(self._done) == total:
                self._close("")
            elif _has_changed(outcomes):
                self._log(f", files {first:,} to {len(self._done):,}: {counted(outcomes)}")
        return results

    def _close(self, how: str) -> None:
        """The audit line about the whole archive; none if nothing was changed."""
        if _has_changed(self._done):
            with self._database.transaction():
                self._log(f"{how}: {counted(self._done)}")

    def _log(self, what: str) -> None:
        name = self._archive.name or "an archive"
        self._audit.record("bulk.import", AUDITED, f"bulk import of {name} by {self._type}{what}")

    def _take_in(self, judged: Judged, staged: Staged, now: datetime) -> FileResult:
        candidate, outcome = judged
        path, identity = candidate.file.path, candidate.identity
        if isinstance(outcome, NotRead):
            refusal = _explained(outcome.refusal, candidate.password)
            return FileResult(file=path, identity=identity, outcome=Outcome.REFUSED, refusal=refusal)
        there = staged.of(self._type, identity)
        if there is not None and there.fingerprint_sha256 == outcome.fingerprint_sha256:
            return FileResult(file=path, identity=identity, outcome=Outcome.ALREADY_THERE, record=there)
        twin = staged.by_public_key(outcome.public_key_sha256)
        if twin is not None and (there is None or twin.id != there.id):
            refusal = _taken(twin, outcome)
            return FileResult(file=path, identity=identity, outcome=Outcome.REFUSED, refusal=refusal)
        record = DeviceIdentityCertificate(
            **{name: value for name, value in asdict(outcome).items() if name in _READING},
            id=staged.take_id() if there is None else there.id,
            identity_type=self._type,
            identity=identity,
            source=self._archive.name,
            imported_at=now,
            imported_by=self._actor.user,
        )
        staged.add(record, candidate.data, candidate.password)
        return FileResult(
            file=path,
            identity=identity,
            outcome=Outcome.IMPORTED if there is None else Outcome.REPLACED,
            record=record,
            replaced=there,
            notes=tuple(self._notes(record, there, now)),
        )

    def _notes(
        self, record: DeviceIdentityCertificate, there: DeviceIdentityCertificate | None, now: datetime
    ) -> Iterator[str]:
        """Notes about unexpected differences."""
        if record.not_after < now:
            yield f"It expired on {day(record.not_after)}."
        elif now < record.not_before:
            yield f"It is valid from {day(record.not_before)} on."
        if there is not None and record.not_after < there.not_after:
            yield f"It ends on {day(record.not_after)}, the one before on {day(there.not_after)}."
        if note := self._holders.note(record):
            yield note


def _has_changed(outcomes: list[Outcome]) -> bool:
    return Outcome.IMPORTED in outcomes or Outcome.REPLACED in outcomes


def _refused(file: Member, identity: str, refusal: Refusal) -> Candidate:
    return Candidate(file, identity, outcome=NotRead.of(refusal))


def _taken(twin: DeviceIdentityCertificate, reading: CertificateReading) -> Refusal:
    owner = f"{twin.identity} ({twin.identity_type})"
    hint = "Each device needs a key of its own; delete the other one first, where it is wrong."
    if twin.fingerprint_sha256 == reading.fingerprint_sha256:
        return Refusal("bulk-certificate-taken", f"the certificate is that of {owner}", hint)
    return Refusal("bulk-key-taken", f"the certificate is over the key of {owner}", hint)


def _no_password(is_quoted: bool) -> Refusal:
    if is_quoted:
        message = "the credential file has its name in quotation marks, which count as part of it"
        return Refusal("password-missing", message, "Write IDENTITY.p12=PASSWORD without quotation marks.")
    return Refusal("password-missing", "the credential file has no line for it", "Add its password there.")


def _explained(refusal: Refusal, password: str) -> Refusal:
    """A wrong password with what is odd about its line: results show the message alone."""
    odd = around_equals(password) if refusal.code == "wrong-password" else ""
    if not odd:
        return refusal
    return Refusal(refusal.code, f"{refusal.message}: {odd}", "Write IDENTITY.p12=PASSWORD with nothing around the =.")
