"""The folder of a workspace's automatic backups: their names, and which of them are kept."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from ...words import STAMP

DAYS, WEEKS, MONTHS = 7, 4, 12
"""So many of the latest days, weeks and months have a backup that is kept: the last one of each."""

BACKUP_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d\d\d\d\dZ)-([a-z-]+)\.backup")

BY_HAND = "by-hand"


class StoredBackup(NamedTuple):
    """A backup in the folder: its time (UTC, to the second) and what it was made for, as its name says."""

    path: Path
    at: datetime
    reason: str


def usual_folder(workspace: Path) -> Path:
    """Beside the workspace's folder."""
    absolute = workspace.absolute()
    return absolute.with_name(f"{absolute.name}.backups")


def name_for(at: datetime, reason: str) -> str:
    """The name of a backup's file."""
    return f"{at.astimezone(UTC):{STAMP}}-{reason}.backup"


def backups_in(folder: Path) -> list[StoredBackup]:
    """The backups in a folder, the newest first; none if it can't be read."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if parts := BACKUP_NAME.fullmatch(path.name):
                with contextlib.suppress(ValueError):
                    at = datetime.strptime(parts[1], STAMP).replace(tzinfo=UTC)
                    found.append(StoredBackup(path, at, parts[2]))
    return sorted(found, key=lambda backup: (backup.at, backup.path.name), reverse=True)


def superfluous(backups: Iterable[StoredBackup]) -> list[StoredBackup]:
    """The automatic ones that need not be kept any longer. What somebody made by hand stays."""
    automatic = sorted(
        (backup for backup in backups if backup.reason != BY_HAND), key=lambda backup: backup.at, reverse=True
    )
    kept: set[Path] = set()
    for period, count in ((_day, DAYS), (_week, WEEKS), (_month, MONTHS)):
        kept |= {backup.path for backup in _last_of_each(automatic, period, count)}
    return [backup for backup in automatic if backup.path not in kept]


def _last_of_each(
    backups: Iterable[StoredBackup], period: Callable[[date], object], count: int
) -> Iterable[StoredBackup]:
    """The last backup of each of the latest ``count`` periods that have one; ``backups`` come newest first."""
    found: dict[object, StoredBackup] = {}
    for backup in backups:
        if len(found) == count and period(backup.at.date()) not in found:
            break
        found.setdefault(period(backup.at.date()), backup)
    return found.values()


def _day(day: date) -> object:
    return day


def _week(day: date) -> object:
    return day.isocalendar()[:2]


def _month(day: date) -> object:
    return day.year, day.month
