"""The weekly notice of device certificates that expire and that nobody is renewing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.campaigns import campaign_sentence, campaigns_in, re_enrollments_in, running_campaign
from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import DEVICE_CERTIFICATES
from certfleet.store.due_notices.weekly_reminder import reminder
from certfleet.store.model.campaign import Campaign, ReEnrollments, Tally
from certfleet.store.model.device import Platform
from certfleet.store.model.expiry import ExpiryLimit, ExpiryLimits
from certfleet.store.model.habits import Wave
from certfleet.store.model.notice import Notice, Urgency
from certfleet.store.outlook.device_ends import device_ends
from certfleet.store.times import next_week, week_of
from certfleet.store.workspace import Workspace
from tests.store.deployment import DAY, enrolled

KIND = "device-certificates-expiry"
WEEK = timedelta(days=7)


def given(workspace: Workspace) -> list[Notice]:
    """The reminders, newest first."""
    return [notice for notice in workspace.notices.list() if notice.kind == KIND]


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-01-05T05:59:59", "2025-12-29"),
        ("2026-01-05T06:00:00", "2026-01-05"),
        ("2026-01-11T23:00:00", "2026-01-05"),
    ],
)
def test_a_week_begins_on_monday_at_six(now: str, week: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert week_of(at) == datetime.fromisoformat(week).replace(hour=6, tzinfo=UTC)
    assert next_week(at) == week_of(at) + WEEK


def test_one_notice_a_week_from_thirty_days_before(deployment: Workspace, clock: FixedClock) -> None:
    phones = [enrolled(deployment, Platform.ANDROID) for _ in range(2)]
    laptop = enrolled(deployment, Platform.WINDOWS)
    end = laptop.certificate.not_after
    clock.at = next_week(end - 38 * DAY)  # at most 31 days before
    while clock.at < end - 31 * DAY:
        clock.at += DAY
    clock.at = week_of(clock.at)
    deployment.settle()
    assert given(deployment) == []

    clock.at = next_week(end - 30 * DAY)
    deployment.settle()
    deployment.settle()
    [first] = given(deployment)
    assert first.title.startswith("3 device certificates expire by ")
    assert "Renew the certificates of 2 devices. Ask the users of 1 Windows device to re-enroll." in first.text
    assert (first.record, first.urgency) == ("fleet:1", Urgency.WARNING)

    deployment.devices.renew(phone.id for phone in phones)
    clock.at = week_of(end)
    deployment.settle()
    last, _ = given(deployment)  # one, though nobody looked for weeks
    assert last.title.startswith("1 device certificate expires by ")
    assert "Nobody is renewing it." in last.text and "Renew the certificates" not in last.text
    assert last.urgency is Urgency.URGENT


def test_none_where_all_are_being_renewed(deployment: Workspace, clock: FixedClock) -> None:
    phone = enrolled(deployment, Platform.ANDROID)
    deployment.devices.renew([phone.id])
    clock.at = week_of(phone.certificate.not_after)
    deployment.settle()
    assert given(deployment) == []


def test_none_in_the_week_in_which_the_first_devices_come(deployment: Workspace, clock: FixedClock) -> None:
    """They come one by one, and some of a fleet that is imported may expire soon."""
    phone = enrolled(deployment, Platform.ANDROID)
    deployment.devices.revoke([phone.id])
    clock.at += WEEK
    deployment.settle()
    assert given(deployment) == []


def test_the_sites_settings_say_how_long_before(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(expiring=ExpiryLimits(ExpiryLimit(60, 3)), critical=ExpiryLimits(ExpiryLimit(50, 3)))
    end = enrolled(deployment, Platform.ANDROID).certificate.not_after
    clock.at = next_week(end - 75 * DAY)
    deployment.settle()
    clock.at = next_week(end - 60 * DAY)
    deployment.settle()
    [notice] = given(deployment)
    assert notice.urgency is Urgency.WARNING
    clock.at = next_week(end - 50 * DAY)
    deployment.settle()
    assert given(deployment)[0].urgency is Urgency.URGENT


def test_the_notice_and_the_checklist_name_the_running_campaign(deployment: Workspace, clock: FixedClock) -> None:
    laptop = enrolled(deployment, Platform.WINDOWS)
    clock.at = week_of(laptop.certificate.not_after)
    deployment.settle()
    assert "Campaign" not in given(deployment)[0].text

    monday = next_week(clock.at) - WEEK
    first = Tally(1, Wave.FIRST_MAIL, Platform.WINDOWS, None, False, 30)
    tallies = [first, replace(first, campaign=0), replace(first, count=2, refused=True)]
    campaign = Campaign(
        id=1,
        started_at=monday,
        first_mail_at=monday,
        second_mail=None,
        deadline=14 * 86_400,
        help_desk=5,
        next_mail_at=monday,
        told=41,
        visits={"2026-12-28": 5, "2027-01-04": 1},
    )
    with deployment.database.transaction():
        campaigns_in(deployment.database).put([campaign])
        re_enrollments_in(deployment.database).put([ReEnrollments(id=1, tallies=tuple(tallies))])
    said = (
        "Campaign 1 has told 41 users, 30 of whom have re-enrolled; "
        f"deadline {monday + timedelta(days=14):%Y-%m-%d}, last visit 2027-01-04."
    )
    assert campaign_sentence(running_campaign(deployment.database)) == f" {said}"
    (row,) = (row for row in deployment.impact.checklist() if row.need is DEVICE_CERTIFICATES)
    assert row.next_step.endswith(said)
    (due,) = [
        reminder(
            device_ends(deployment.devices.all()), clock.at, deployment.expiry(), running_campaign(deployment.database)
        )
    ]
    assert due is not None and due.text.endswith(said)

    with deployment.database.transaction():
        campaigns_in(deployment.database).put([replace(campaign, told=0, deadline=None, visits={})])
    assert campaign_sentence(running_campaign(deployment.database)) == (
        f" Campaign 1 tells its first users from {monday:%Y-%m-%d} on; no deadline."
    )
    with deployment.database.transaction():
        campaigns_in(deployment.database).put([replace(campaign, ended_at=clock.at)])
    assert running_campaign(deployment.database) is None
