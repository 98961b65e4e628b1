"""Making backups: by hand, daily, and before what can't be undone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import Timeout

from ..audit import AuditTrail
from ..errors import Refusal, unwritable
from ..folder import STORE_FILE
from ..model.site import SiteSettings
from ..persistence.database_file import address_in, refuse_postgresql
from ..persistence.files.backup_facts import BackupFacts
from ..persistence.files.backup_folder import BY_HAND, StoredBackup, backups_in, name_for, superfluous, usual_folder
from ..persistence.files.open_folders import check_only_ours_write
from ..persistence.files.private_files import lock_on, make_folder
from ..vault.key_files import read_key_file
from ..vault.vault import Vault
from .backup_file import write_backup

DAILY = "daily"
_EVERY = timedelta(hours=24)


class Backups:
    """The backups of a workspace in the folder ``path``; one in memory (None) has none."""

    def __init__(
        self,
        path: Path | None,
        *,
        site: Callable[[], SiteSettings],
        is_virtual: Callable[[], bool],
        vault: Vault,
        audit: AuditTrail,
    ) -> None:
        self._path = path
        self._site = site
        self._is_virtual = is_virtual
        self._vault = vault
        self._audit = audit

    @property
    def folder(self) -> Path:
        """Where those without a place of their own are: beside the workspace, or where the site's setting says.
        Refuses with ``workspace-in-memory`` and ``database-elsewhere``."""
        workspace, wanted = self._workspace, self._site().backup_folder
        return Path(wanted) if wanted else usual_folder(workspace)

    @property
    def _workspace(self) -> Path:
        if self._path is None:
            raise Refusal("workspace-in-memory", "this workspace is in memory", "Back up a workspace in a folder.")
        refuse_postgresql(self._path, "a backup")
        return self._path

    def all(self) -> list[StoredBackup]:
        """The backups in the folder, the newest first."""
        return backups_in(self.folder)

    def newest_at(self) -> datetime | None:
        """When the newest one in the folder was made; None without one, or where there is none to look for."""
        return next((one.at for one in self.all()), None) if self._has_file else None

    def make(self, target: Path | None = None, *, with_key: bool = False, replace: bool = False) -> Path:
        """Back up to the file ``target``, or into the folder; returns the file. With ``with_key`` it holds the key file
        too, so that whoever has it can read the private keys.

        Refuses with ``no-key-file`` (a passphrase protects the secrets), and as ``write_backup`` does.
        """
        self._audit.permit("workspace.backup")
        key = self._key_text() if with_key else None
        if target is not None and key is not None:
            check_only_ours_write(target)
        return self._write(target, BY_HAND, key, replace=replace)

    def before(self, act: str) -> Path | None:
        """Back up before an act, such as ``migration``, where backups are made by themselves."""
        return self._write(None, f"before-{act}", None) if self.automatic else None

    @property
    def automatic(self) -> bool:
        """Whether backups are made by themselves: as the site's setting says, otherwise where the clock is the wall
        clock. What is simulated can be simulated again."""
        wanted = self._site().automatic_backups
        return self._has_file and (not self._is_virtual() if wanted is None else wanted)

    @property
    def _has_file(self) -> bool:
        return self._path is not None and address_in(self._path) is None

    def daily(self) -> Path | None:
        """Make the day's backup if it is due, and delete those that need not be kept; for whoever keeps the workspace
        open. Returns the new file, or None."""
        if not self.automatic or self._is_fresh():
            return None
        folder = self._made_folder()
        try:
            with lock_on(folder / ".lock", timeout=0):
                if self._is_fresh():
                    return None
                made = self._write(None, DAILY, None)
                for old in superfluous(self.all()):
                    with contextlib.suppress(OSError):
                        old.path.unlink()
                return made
        except Timeout:
            return None  # somebody else is making it

    def _is_fresh(self) -> bool:
        now = datetime.now(UTC)
        return any(backup.reason == DAILY and now - backup.at < _EVERY for backup in self.all())

    def _write(self, target: Path | None, reason: str, key: str | None, *, replace: bool = False) -> Path:
        now = datetime.now(UTC)
        file = target or self._made_folder() / name_for(now, reason)
        facts = BackupFacts(workspace=self._workspace.absolute().name, taken_at=now, reason=reason, key_file=key)
        write_backup(self._workspace / STORE_FILE, file, facts, replace=replace or target is None, kept=target is None)
        return file

    def _made_folder(self) -> Path:
        try:
            make_folder(self.folder, like=self._workspace)
        except OSError as error:
            said = f"the folder of the backups, {self.folder},"
            raise unwritable(said, error, "Name another folder for backups in the site's settings.") from error
        return self.folder

    def _key_text(self) -> str:
        file = self._vault.key_file
        if self._vault.protection != "key file" or file is None:
            raise Refusal(
                "no-key-file",
                "a passphrase protects the secrets here, so there is no key file",
                "Back up without the key file; whoever restores the backup needs the passphrase of today.",
            )
        read_key_file(file)  # refuses what isn't one
        return file.read_text(encoding="ascii")
