"""Sealing an audit trail as it grows, and judging it by its seals.

A seal has to be a prefix of the trail. One that is behind is fine: a crash between commit and sealing leaves it so, and
a process that the vault is locked for can't seal. One that is ahead, or of other lines, shows that the trail was cut,
rewritten, or put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from ..persistence.damage import DamagedRecord
from ..persistence.database import Database
from ..persistence.engine import Row
from ..vault.vault import Vault
from ..words import moment, plural
from .seal import SEAL_KEY, STORED, WRITTEN_DOWN, Seal, read_written, written
from .seal_file import SealFile

TABLE = "audit_seals"


class Head(NamedTuple):
    """The last line of a trail: its id and its hash."""

    line: int
    hash: str


class SealState(StrEnum):
    """What the seals say of a trail."""

    SEALED = "sealed"
    UNSEALED = "unsealed"
    LOCKED = "locked"
    BROKEN = "broken"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong: ``code`` is ``audit-cut``, ``audit-rewritten``, ``audit-seal-missing`` or ``audit-seal-wrong``."""

    code: str
    message: str


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a trail by its seals. ``sealed_to`` is the last sealed line, at ``sealed_at`` (the machine's time),
    and ``since`` the first one that was sealed when it was written; ``lines`` is the id of the last line there is."""

    state: SealState
    lines: int
    sealed_to: int | None = None
    sealed_at: datetime | None = None
    since: int | None = None
    findings: tuple[Finding, ...] = ()


class Beside(NamedTuple):
    """What was beside the database, read before the database: whether there was a file, and the seals in it."""

    exists: bool
    newest: Seal | None
    next: Seal | None


class AuditSeals:
    """The seals of a database's audit trail. ``file`` is beside it, None for a database that has no place yet."""

    def __init__(self, database: Database, vault: Vault, file: SealFile | None) -> None:
        self._database = database
        self._vault = vault
        self._file = file
        self._table = database.table(TABLE)
        self._suspended = False
        self._newest: Seal | None = None
        self._beside: Head | None = None  # what this process has written there

    @property
    def can_seal(self) -> bool:
        """Whether the vault's key is at hand without asking anybody."""
        return self._key is not None

    @property
    def _key(self) -> bytes | None:
        return self._vault.derived_key(SEAL_KEY)

    def now(self) -> Judgement:
        """Judge the trail as it is now."""
        beside = self.beside()
        with self._database.lock:
            return self.judge(beside)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """A transaction in which lines that are added aren't sealed: ``seal_anew`` ends it. Unlocks the vault before,
        and refuses as it does."""
        self._vault.unlock()
        with self._database.transaction():
            self._suspended = True
            try:
                yield
            finally:
                self._suspended = False

    def begins_after(self, last: Head) -> bool:
        """Whether the trail has lines and no seal, so that sealing begins with the next line."""
        if self._suspended:
            return False
        return last.line > 0 and not self._has_just_sealed(last) and self.can_seal and self._table.get(doc_id=1) is None

    def seal(self, before: Head, last: Head) -> None:
        """Seal lines that were added after ``before``, inside the transaction that adds them.

        Does nothing if the vault is locked, and if the trail doesn't go on from the present seal: that stays as
        evidence."""
        key = self._key
        if key is None or self._suspended:
            return
        previous = self._newest if self._has_just_sealed(before) else self._stored()
        if previous is None and self._table.get(doc_id=1) is not None:
            return
        if previous is not None and not (previous is self._newest or self._holds(previous, key, before)):
            return
        since = before.line + 1 if previous is None else previous.since
        self._put(last, key, since, () if previous is None else previous.breaks)

    def seal_anew(self, last: Head, since: int, breaks: tuple[str, ...]) -> None:
        """Seal the trail as it is, inside a transaction, whatever the present seals say: a person accepts it. What is
        kept for undoing goes, because the lines that it belongs to may be gone.

        The vault is unlocked."""
        self._database.table("kept_changes").truncate()
        key = self._key
        assert key is not None
        file, seal = self._file, self._put(last, key, since, breaks)
        if file is not None:
            self._database.when_committed(lambda: file.write_anew(seal, key))

    def _put(self, last: Head, key: bytes, since: int, breaks: tuple[str, ...]) -> Seal:
        now = datetime.now(UTC).replace(microsecond=0)
        plain = Seal(line=last.line, head=last.hash, at=now, since=since, breaks=breaks)
        seal = self._newest = plain.signed(key, STORED)
        self._table.write([Row(1, msgspec.to_builtins(seal))])
        if self._file is not None:
            self._database.when_committed(lambda: self._write_beside(seal, key))
        return seal

    def _write_beside(self, seal: Seal, key: bytes) -> None:
        if self._file is None or seal is not self._newest:  # of several in a transaction, the last
            return
        last = self._beside
        if self._file.write(seal, key, lambda newest: (newest.line, newest.head) == last or self._is_prefix(newest)):
            self._beside = Head(seal.line, seal.head)

    def _has_just_sealed(self, last: Head) -> bool:
        return self._newest is not None and (self._newest.line, self._newest.head) == last

    def _holds(self, seal: Seal, key: bytes, last: Head) -> bool:
        if not seal.is_genuine(key, STORED):
            return False
        return seal.head == last.hash if seal.line == last.line else self._is_prefix(seal)

    def _is_prefix(self, seal: Seal) -> bool:
        try:
            line = self._database.engine.get("audit", seal.line)
        except DamagedRecord:
            return False
        return line is not None and line.get("hash") == seal.head

    def _stored(self) -> Seal | None:
        document = self._table.get(doc_id=1)
        try:
            return None if document is None else msgspec.convert(dict(document), Seal)
        except msgspec.ValidationError:
            return None

    @property
    def accepted(self) -> tuple[str, ...]:
        """The breaks of the chain that a person with the key has accepted."""
        key, stored = self._key, self._stored()
        return stored.breaks if key is not None and stored is not None and stored.is_genuine(key, STORED) else ()

    def beside(self) -> Beside | None:
        """What is beside the database now. Read it before the database, which may have grown since: that is fine."""
        key = self._key
        if self._file is None or key is None:
            return None
        if not self._file.exists() and self._file.is_of_one_machine:
            return None  # it comes with the first change that is made here
        return Beside(self._file.exists(), self._file.newest(key), self._file.newest(key, self._file.next))

    def present(self) -> tuple[Seal, bytes] | None:
        """The present seal and its key, for ``SealFile.write_next`` where the database is put in another's place; None
        if there is none."""
        key, seal = self._key, self._stored()
        return (seal, key) if key is not None and seal is not None and seal.is_genuine(key, STORED) else None

    def judge(self, beside: Beside | None) -> Judgement:
        """Judge the trail by its seals; ``beside`` is what was beside the database before the state that is judged."""
        lines, key = self._database.engine.highest_id("audit"), self._key
        if key is None:
            return Judgement(state=SealState.LOCKED, lines=lines)
        document, stored = self._table.get(doc_id=1), self._stored()
        if document is None and (beside is None or not beside.exists):
            return Judgement(state=SealState.UNSEALED, lines=lines)
        findings = tuple(dict.fromkeys(self._findings(document is not None, stored, key, beside)))
        good = stored if stored is not None and stored.is_genuine(key, STORED) else None
        return Judgement(
            state=SealState.BROKEN if findings else SealState.SEALED,
            lines=lines,
            sealed_to=None if good is None else good.line,
            sealed_at=None if good is None else good.at,
            since=None if good is None else good.since,
            findings=findings,
        )

    def _findings(self, is_there: bool, stored: Seal | None, key: bytes, beside: Beside | None) -> Iterator[Finding]:
        if not is_there:
            yield Finding(code="audit-seal-missing", message="the seal of the audit trail in the database is gone")
        elif stored is None or not stored.is_genuine(key, STORED):
            said = "the seal in the database was not made with this workspace's key"
            yield Finding(code="audit-seal-wrong", message=said)
        else:
            yield from self._compared(stored, "sealed")
        if beside is None:
            return
        if not beside.exists:
            said = "the seal beside the database is gone: whether an earlier database was put back can't be told"
            yield Finding(code="audit-seal-missing", message=said)
            return
        seals = [seal for seal in (beside.newest, beside.next) if seal is not None]
        if not seals:
            said = "the seal beside the database was not made with this workspace's key"
            yield Finding(code="audit-seal-wrong", message=said)
        elif not any(self._is_prefix(seal) for seal in seals):  # of two, a database was being put in place
            if stored is not None and (stored.line, stored.head) == (seals[0].line, seals[0].head):
                return  # it has been said of the one in the database
            yield from self._compared(seals[0], "sealed beside the database")

    def _compared(self, seal: Seal, how: str) -> Iterator[Finding]:
        if self._is_prefix(seal):
            return
        lines, when = self._database.engine.highest_id("audit"), moment(seal.at)
        line = self._database.engine.get("audit", seal.line)
        if line is not None:
            said = f"line {seal.line:,} is not the one that was {how} at {when}: lines up to it were rewritten"
            yield Finding(code="audit-rewritten", message=said)
            return
        last = next((row.id for row in self._database.engine.tail("audit", 1, None)), 0)
        there = f"now it ends with line {last:,}" if last else "now it has none"
        missing = plural(seal.line - last, "line") if last < seal.line else f"line {seal.line:,}"
        again = ", or an earlier database was put back" if lines < seal.line else ""
        said = f"the trail went to line {seal.line:,} when it was {how} at {when}; {there}: {missing} missing{again}"
        yield Finding(code="audit-cut", message=said)

    def written_down(self, last: Head) -> str:
        """A seal of the trail as it is now, as one line for safe keeping elsewhere. Unlocks the vault, which may ask
        for the passphrase, and refuses as it does."""
        self._vault.unlock()
        key = self._key
        assert key is not None
        now = datetime.now(UTC).replace(microsecond=0)
        return written(Seal(line=last.line, head=last.hash, at=now), key)

    def against(self, text: str) -> tuple[Seal, tuple[Finding, ...]]:
        """Compare the trail with a seal that was written down; refuses with ``seal-unreadable``. What it says of other
        lines counts even while the vault is locked; whether this workspace made it, only when it isn't."""
        seal, key = read_written(text), self._key
        if key is not None and not seal.is_genuine(key, WRITTEN_DOWN):
            return seal, (Finding(code="audit-seal-wrong", message="that seal was not made with this workspace's key"),)
        return seal, tuple(self._compared(seal, "sealed for safe keeping"))


def forget_seals(database: Database) -> None:
    """Inside a transaction: the database becomes another workspace's, sealed from its first change on."""
    database.table(TABLE).truncate()
