"""The last day to start: working days and freezes, notices, the checklist, and when it is old."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.checklist.calendar_export import expiries_icalendar
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import Platform
from certfleet.store.model.site import Freeze
from certfleet.store.model.start_by import LastStart, StartBy
from certfleet.store.start_by.freezes import named
from certfleet.store.start_by.start_by import KnownStarts, basis_of
from certfleet.store.start_by.wording import start_words
from certfleet.store.start_by.working_days import last_working_day, moved_because
from certfleet.store.workspace import Workspace

from ...simulator.conftest import MONDAY

TODAY = MONDAY.date()
DAY = timedelta(days=1)
YEARS_END = Freeze(first=date(2026, 12, 18), last=date(2027, 1, 6), why="end of the year")


@pytest.mark.parametrize(
    ("latest", "found"),
    [
        ("2026-12-16", "2026-12-16"),
        ("2026-12-13", "2026-12-11"),  # a Sunday
        ("2026-12-31", "2026-12-17"),  # in the freeze
        ("2026-10-05", "2026-10-05"),
        ("2026-10-03", "2026-10-02"),
    ],
)
def test_the_last_day_is_a_working_day_outside_freezes(latest: str, found: str) -> None:
    today = date(2026, 9, 1)
    assert last_working_day(date.fromisoformat(latest), today, [YEARS_END]) == date.fromisoformat(found)


def test_nobody_starts_on_a_holiday_and_maybe_no_day_is_left() -> None:
    christmas = date(2026, 12, 25)  # a Friday
    assert last_working_day(christmas, TODAY, [], "DE") == date(2026, 12, 24)
    assert last_working_day(christmas, TODAY, [], "") == christmas
    assert last_working_day(christmas, date(2026, 12, 20), [YEARS_END]) is None
    assert last_working_day(christmas - DAY, christmas, []) is None


def group_start(days: int) -> LastStart:
    return LastStart(
        record="authority-group:1",
        need="device-ca",
        title="device certificates of CA group default",
        end=MONDAY + 300 * DAY,
        last_day=TODAY + days * DAY,
        latest=TODAY + days * DAY,
        days=41,
        devices=60,
        lost_a_week=23,
    )


def keep(workspace: Workspace, start: LastStart) -> None:
    basis = basis_of(workspace.impact.landscape())
    found = StartBy(
        computed_at=workspace.now(), share=0.99, seeds=1, devices=0, drawn_habits=0, basis=basis, starts=(start,)
    )
    workspace.start_by.keep(found)


def starts(workspace: Workspace) -> KnownStarts:
    known = workspace.impact.known_starts()
    assert known is not None
    return known


def old(workspace: Workspace) -> str | None:
    return starts(workspace).old


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace.open(None, start=MONDAY, actor=Actor("alice"))
    workspace.authorities.provision()
    return workspace


def test_the_words() -> None:
    said = "this fleet needs 41 days; after that about 23 devices a week are lost"
    assert start_words(group_start(21), TODAY) == f"start by {TODAY + 21 * DAY}: {said}"
    assert start_words(group_start(-1), TODAY) == f"start now, the last day was {TODAY - DAY}: {said}"
    assert start_words(replace(group_start(1), last_day=None), TODAY).startswith("start now, no day is left")


def test_the_words_say_why_the_day_moved_and_who_stays_behind() -> None:
    latest = date(2026, 12, 31)
    start = replace(group_start(21), last_day=date(2026, 12, 17), latest=latest, because=moved(latest, TODAY))
    said = f"start by 2026-12-17, not 2026-12-31, because of the change freeze {named(YEARS_END)}: this fleet needs"
    assert start_words(start, TODAY).startswith(said)
    blocked = replace(start, last_day=None, because=moved(latest, YEARS_END.first))
    said = f"start now, no day until 2026-12-31 is open because of the change freeze {named(YEARS_END)}: this fleet"
    assert start_words(blocked, TODAY).startswith(said)
    assert start_words(replace(group_start(21), across_today=0.95), TODAY).endswith(
        "; 3 of 60 devices stay behind anyway"
    )
    nobody = replace(group_start(21), last_day=None, across_today=0.0)
    assert start_words(nobody, TODAY).startswith("starting now gets none of 60 devices across in time")


def moved(latest: date, today: date) -> str:
    return moved_because(latest, last_working_day(latest, today, [YEARS_END]), today, [YEARS_END])


def test_what_moves_a_day() -> None:
    saturday, christmas = date(2026, 12, 12), date(2026, 12, 25)
    assert moved_because(saturday, saturday - DAY, TODAY, []) == "the weekend"
    assert moved_because(saturday - DAY, saturday - DAY, TODAY, []) == ""
    assert moved_because(christmas, christmas - DAY, TODAY, [], "DE") == "the public holiday on 2026-12-25"


def test_a_notice_comes_at_once_if_no_day_is_left(workspace: Workspace) -> None:
    keep(workspace, replace(group_start(0), last_day=None))
    workspace.set_clock(MONDAY + DAY)
    (notice,) = [one for one in workspace.notices.list() if one.kind == "start-by"]
    assert notice.title == "Start now: device certificates of CA group default"
    assert notice.at == MONDAY


def test_a_former_group_has_its_own_row_until_its_devices_were_asked(workspace: Workspace) -> None:
    draw_fleet(workspace, FleetPlan(devices=6, seed=5))
    workspace.authorities.refresh(ready_after=timedelta())
    newest = workspace.authorities.groups()[-1].id
    keep(workspace, replace(group_start(20), devices=6, newest_group=newest))
    (row,) = [row for row in workspace.impact.checklist() if row.authority_group == "default"]
    assert row.next_step.startswith(
        "Renew the devices of CA group default (`certfleet device renew --issuer default`)."
    )
    assert not row.is_done
    workspace.devices.renew([one.id for one in workspace.devices.all() if one.platform != Platform.WINDOWS])
    assert starts(workspace).waiting() != []  # the Windows device is left
    workspace.devices.renew([one.id for one in workspace.devices.all()])  # which asks its user to re-enroll
    assert starts(workspace).waiting() == []
    assert [row for row in workspace.impact.checklist() if row.authority_group and row.start] == []
    workspace.set_clock(MONDAY + 60 * DAY)
    assert [one for one in workspace.notices.list() if one.kind == "start-by"] == []


def test_a_notice_comes_before_the_day_and_one_after_it(workspace: Workspace) -> None:
    def told() -> list[tuple[str, str]]:
        return [(f"{one.at:%m-%d}", one.title) for one in workspace.notices.list() if one.kind == "start-by"]

    keep(workspace, group_start(21))
    title = "device certificates of CA group default"
    near, passed = TODAY + 14 * DAY, TODAY + 22 * DAY
    workspace.set_clock(MONDAY + 13 * DAY)
    assert told() == []
    workspace.set_clock(MONDAY + 60 * DAY)
    found = sorted(told())
    assert found == [
        (f"{near:%m-%d}", f"Start by {TODAY + 21 * DAY}: {title}"),
        (f"{passed:%m-%d}", f"The last day to start was {TODAY + 21 * DAY}: {title}"),
    ]


def test_no_notice_comes_once_the_next_group_is_requested(workspace: Workspace) -> None:
    keep(workspace, group_start(21))
    workspace.authorities.refresh()
    workspace.set_clock(MONDAY + 60 * DAY)
    assert [one for one in workspace.notices.list() if one.kind == "start-by"] == []


def test_the_checklist_has_it_as_the_next_step(workspace: Workspace) -> None:
    def rows() -> list[str]:
        return [row.next_step for row in workspace.impact.checklist() if "tart by" in row.next_step and not row.is_done]

    keep(workspace, group_start(90))
    assert rows() == []
    keep(workspace, group_start(20))
    (step,) = rows()
    assert step.endswith(
        f"Start by {TODAY + 20 * DAY}: this fleet needs 41 days; after that about 23 devices a week are lost."
    )


def test_it_is_old_when_settings_have_changed_and_after_some_weeks(workspace: Workspace) -> None:
    keep(workspace, group_start(20))
    assert old(workspace) is None
    workspace.set_clock(MONDAY + 29 * DAY)
    assert old(workspace) == "that was 29 days ago"
    workspace.site.add_freeze(YEARS_END.first, YEARS_END.last)
    assert old(workspace) == "certificates, CA groups or settings have changed since"
    (step,) = [row.next_step for row in workspace.impact.checklist() if "tart now" in row.next_step]
    assert "`certfleet start-by --compute`" in step


def test_the_calendar_has_the_day(workspace: Workspace) -> None:
    keep(workspace, group_start(20))
    rows = workspace.impact.checklist()
    text = expiries_icalendar(rows, workspace.now(), "certfleet", workspace.expiry()).decode()
    assert f"DTSTART;VALUE=DATE:{TODAY + 20 * DAY:%Y%m%d}" in text
    assert "SUMMARY:Last day to start: device certificates of CA group default" in text
    assert text.count("UID:start-authority-group-1-0@certfleet") == 1


def test_what_has_to_be_started_first(workspace: Workspace) -> None:
    def first(days: int) -> LastStart | None:
        keep(workspace, group_start(days))
        return next(iter(starts(workspace).soon()), None)

    assert first(90) is None
    assert first(20) == group_start(20)
    workspace.authorities.refresh()
    assert starts(workspace).soon() == []  # somebody has started
