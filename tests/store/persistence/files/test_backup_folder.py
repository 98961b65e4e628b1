"""Which of the automatic backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.persistence.files.backup_folder import StoredBackup, backups_in, name_for, superfluous

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def daily(days_ago: float, reason: str = "daily") -> StoredBackup:
    at = NOW - timedelta(days=days_ago)
    return StoredBackup(Path(name_for(at, reason)), at, reason)


def test_seven_days_four_weeks_twelve_months() -> None:
    backups = [daily(days) for days in range(800)]

    gone = superfluous(backups)

    kept = [(NOW - backup.at).days for backup in backups if backup not in gone]
    assert kept[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(kept) <= 7 + 4 + 12
    months = {(NOW - timedelta(days=days)).strftime("%Y-%m") for days in kept}
    assert len(months) == 12


def test_what_somebody_made_stays() -> None:
    assert superfluous([daily(days, "by-hand") for days in range(1000)]) == []


def test_few_are_all_kept_however_old() -> None:
    assert superfluous([daily(900), daily(1000)]) == []


@given(st.lists(st.integers(0, 1500), max_size=80, unique=True))
def test_deleting_day_by_day_keeps_the_newest(ages: list[int]) -> None:
    backups = [daily(age) for age in ages]
    left = [backup for backup in backups if backup not in superfluous(backups)]
    assert superfluous(left) == []
    if backups:
        assert max(backup.at for backup in backups) == max(backup.at for backup in left)


def test_names_are_read_back(tmp_path: Path) -> None:
    for name in (name_for(NOW, "before-migration"), "notes.txt", "2026-99-99T000000Z-daily.backup"):
        (tmp_path / name).touch()

    (found,) = backups_in(tmp_path)

    assert (found.at, found.reason) == (NOW, "before-migration")
    assert backups_in(tmp_path / "nowhere") == []
