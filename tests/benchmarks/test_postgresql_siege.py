"""Many writers on PostgreSQL, and its server restarts: the measurement itself, for a few seconds."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from benchmarks.postgresql_siege import Siege, besiege
from benchmarks.report import Report
from tests.postgresql_server import PostgresqlServer


@pytest.mark.slow
@pytest.mark.timeout(1200)  # it starts a dozen programs
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_nothing_is_lost_and_no_rule_broken(
    postgresql_server: PostgresqlServer,
    postgresql_workspace: str,
    how: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    report = Report("postgresql-siege", [])
    siege = Siege(seconds=8, processes=2, threads=3, devices=20, consoles=1, how=how)
    besiege(report, postgresql_server, postgresql_workspace, siege)
    assert report.show() == 0
    assert report.figures["certificates_confirmed"] > 0
