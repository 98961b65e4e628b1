"""Restoring a backup: checked first, what is there kept aside, and put in place at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from ..check.report import CheckReport, Progress
from ..folder import KEY_FILE
from ..persistence.files.backup_facts import BackupFacts
from ..persistence.files.private_files import create_file
from ..vault.key_files import read_key_file
from ..words import moment
from .backup_file import take_out
from .draft import WorkspaceDraft, draft_for


class CheckedBackup(Struct, frozen=True, kw_only=True):
    """What a backup is of, what a check of it found, and the number of the last line of its audit trail.
    ``other_key_file``: a key file outside the folder that others may use; its secrets are put under that one."""

    facts: BackupFacts
    report: CheckReport
    last_line: int
    other_key_file: Path | None


class BackupDraft:
    """A backup unpacked beside the workspace that it is for."""

    def __init__(self, draft: WorkspaceDraft, facts: BackupFacts) -> None:
        self._draft = draft
        self._facts = facts

    def check(self, progress: Progress | None = None) -> CheckedBackup:
        """Check it; refuses as ``WorkspaceDraft.check`` does."""
        report = self._draft.check(progress)
        last_line, other_key_file = self._draft.last_line(), self._draft.other_key_file
        return CheckedBackup(facts=self._facts, report=report, last_line=last_line, other_key_file=other_key_file)

    def put_in_place(self) -> Path | None:
        """Put it in place; returns and refuses as ``WorkspaceDraft.put_in_place`` does."""
        said = f"restored from the backup of {moment(self._facts.taken_at)}"
        if self._draft.other_key_file is not None:
            said = f"{said}, its secrets put under the key file {self._draft.other_key_file}"
        return self._draft.put_in_place("workspace.restore", said)


@contextmanager
def unpacked(file: Path, target: Path, *, key_file: Path | None = None) -> Iterator[BackupDraft]:
    """The backup ``file``, unpacked for the workspace ``target``, in a folder beside it that is gone afterwards.
    ``key_file`` is needed if the backup doesn't hold its own and the workspace has none, or another one. A key file
    outside the workspace's folder stays as it is: others may use it.

    Refuses with ``not-a-backup``, ``backup-damaged``, ``disk-full`` and ``workspace-unwritable``.
    """
    with draft_for(target) as draft:
        facts = take_out(file, draft.store)
        text = facts.key_file
        if text is None and key_file is not None:
            read_key_file(key_file)  # refuses what isn't one
            text = key_file.read_text(encoding="ascii")
        if text is not None:
            with os.fdopen(create_file(draft.folder / KEY_FILE), "w", encoding="ascii") as file_of_key:
                file_of_key.write(text)
        yield BackupDraft(draft, facts)
