"""The last day to start is said by the same sentence everywhere: command line, REST, calendar, notices, files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from litestar.testing import TestClient

from certfleet.api.server.application import PREFIX, create_application
from certfleet.api.server.surfaces import OWN
from certfleet.cli.main import main
from certfleet.store.model.account import Role
from certfleet.store.model.start_by import LastStart, StartBy
from certfleet.store.start_by.start_by import basis_of
from certfleet.store.workspace import Workspace

from .material import NOW

DAY = timedelta(days=1)
PASSWORD = "correct horse"


def keep(workspace: Workspace, days: int) -> LastStart:
    """Keep a last day in so many days."""
    now = workspace.now()
    one = LastStart(
        record="authority-group:1",
        need="device-ca",
        title="device certificates of CA group default",
        end=now + 300 * DAY,
        last_day=(now + days * DAY).date(),
        latest=(now + (days + 2) * DAY).date(),
        because="the change freeze 2026-01-10..2026-01-20 (end of the year)",
        days=41,
        devices=60,
        lost_a_week=23,
        across_today=0.95,
        newest_group=1,
    )
    basis = basis_of(workspace.impact.landscape())
    found = StartBy(computed_at=now, share=0.99, seeds=1, devices=0, drawn_habits=0, basis=basis, starts=(one,))
    workspace.start_by.keep(found)
    return one


def printed(path: Path, *arguments: str) -> str:
    found = CliRunner().invoke(main, ["--workspace", str(path), *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.mark.parametrize("is_old", [False, True])
def test_the_faces_agree(tmp_path: Path, is_old: bool) -> None:
    path = tmp_path / "workspace"
    with Workspace.open(path, start=NOW) as workspace:
        workspace.authorities.provision()
        start = keep(workspace, 5)
        workspace.set_clock(NOW + timedelta(hours=1))
        if is_old:
            workspace.site.set(start_by_share=0.9)
        known = workspace.impact.known_starts()
        assert known is not None
        said = known.said(start)
        assert ("old" in said) == is_old
        notices = [one.text for one in workspace.notices.list() if one.kind == "start-by"]
        workspace.accounts.add("ann", Role.VIEWER, PASSWORD)
        with TestClient(create_application(workspace)) as client:
            login = client.post(f"{PREFIX}/authentication/login", json={"login": "ann", "password": PASSWORD})
            token = {"auth_token": login.json()["auth_token"]}
            rest = client.get(f"{OWN.prefix}/start-by", headers=token).json()["start_by"]
            rows = client.get(f"{OWN.prefix}/checklist", headers=token).json()["checklist"]
    capital = f"{said[:1].upper()}{said[1:]}."
    if not is_old:  # it came before
        assert [said in text for text in notices] == [True]
    assert rest["starts"][0]["said"] == said
    assert rest["days_old"] == 0
    assert [row["start"]["said"] for row in rows if row["start"]] == [said]
    assert any(row["next_step"].endswith(capital) for row in rows)
    document = json.loads(printed(path, "--json", "start-by"))["start_by"]
    assert document["starts"][0]["said"] == said
    assert f"{start.title}: {said}" in printed(path, "start-by")
    (row,) = [row for row in json.loads(printed(path, "--json", "checklist"))["checklist"] if row["start"]]
    assert (row["start"]["said"], row["authority_group"]) == (said, "default")
    assert capital in printed(path, "checklist", "--format", "csv")
    calendar = Calendar.from_ical(printed(path, "checklist", "--format", "ics"))
    assert [str(event["DESCRIPTION"]) for event in calendar.walk("VEVENT")] == [f"{start.title}: {said}."]
