"""Campaigns from the command line: people are told, answer in waves, and what it costs is counted."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.campaigns.status import effort, user_minutes, visits_made
from certfleet.store.model.campaign import Campaign, CampaignFigures, Tally
from certfleet.store.model.device import EnrollmentKind, Platform
from certfleet.store.model.habits import Wave
from certfleet.store.views.campaign import CampaignStatusDocument, cost_text, not_answered_text, progress_lines
from tests.prepared import Prepared
from tests.simulator.conftest import MONDAY

from ..conftest import Command

FIGURES = CampaignFigures()
START = ("--start", "2026-01-05")


@pytest.fixture
def rotated(certfleet: Command, prepared: Prepared) -> Command:
    """Forty Windows laptops whose users must re-enroll them, and a phone."""
    return certfleet.after(
        prepared,
        f"simulate fleet --devices 41 --mix windows=40,ios=1 {' '.join(START)}",
        "authority refresh --now",
        "device renew --all",
    )


def test_a_campaign_from_start_to_end(rotated: Command) -> None:
    begun = rotated.json("simulate", "campaign", "status")
    assert (begun["campaign"], begun["told"], begun["untold"]) == (None, 0, 40)
    assert "none has been started" in rotated.done("simulate", "campaign", "status")

    told = rotated.done("simulate", "campaign", "start", "--second-mail", "3d", "--deadline", "7d", "--help-desk", 2)
    assert "told 40 users: 40 Windows" in told
    assert "second mail after 3 days, deadline after 7 days, 2 visits a working day" in told
    assert rotated.refused("simulate", "campaign", "start")["code"] == "campaign-running"
    rotated.done("simulate", "run", "--for", "8d")

    status = rotated.json("simulate", "campaign", "status")
    effort = status["effort"]
    assert status["told"] == 40
    assert status["not_answered"] == 40 - effort["re_enrolled"]
    assert effort["re_enrolled"] == sum(effort["by_wave"].values()) == effort["by_platform"]["windows"] > 25
    assert effort["re_enrolled"] == sum(day["re_enrolled"] for day in status["days"])
    assert effort["tickets"] == effort["calls"] + effort["visits"]
    assert effort["user_hours"] == effort["re_enrolled"] / 2
    shown = rotated.done("simulate", "campaign", "status")
    assert f"{effort['re_enrolled']} of 40" in shown
    assert f"{effort['by_wave']['first_mail']} after the first mail" in shown

    assert "campaign 1 has ended" in rotated.done("simulate", "campaign", "end")
    assert rotated.refused("simulate", "campaign", "end")["code"] == "no-campaign"
    assert rotated.json("simulate", "campaign", "status")["campaign"]["next_mail_at"] is None
    assert rotated.json("simulate", "campaign", "start", "--platform", "ios")["told"] == 0


def test_a_dry_run_tells_nobody(rotated: Command) -> None:
    assert "1 campaign added" in rotated.done("simulate", "campaign", "start", "--dry-run")
    assert rotated.json("simulate", "campaign", "status")["campaign"] is None


def test_a_refused_renewal_names_the_campaign(rotated: Command) -> None:
    assert "certfleet simulate campaign start" in rotated.run("device", "renew", "--platform", "windows").stdout


def test_what_it_costs() -> None:
    device = EnrollmentKind.DEVICE
    tallies = [
        Tally(1, Wave.FIRST_MAIL, Platform.WINDOWS, device, False, 10),
        Tally(1, Wave.FIRST_MAIL, Platform.WINDOWS, device, True, 2),
        Tally(1, Wave.VISIT, Platform.IOS, EnrollmentKind.SUPERVISED, False, 4),
        Tally(1, Wave.VISIT, Platform.ANDROID, EnrollmentKind.KIOSK, False, 3),
    ]
    found = effort(tallies, 8, FIGURES)  # one visit was in vain
    assert (found.re_enrolled, found.calls, found.visits, found.tickets) == (19, 2, 8, 10)
    assert found.user_hours == (12 * 30 + 4 * 90) / 60
    assert found.help_desk_hours == (2 * 15 + 8 * 45) / 60
    assert cost_text(found) == "10 tickets (2 calls, 8 visits); 12 hours of users, 6.5 hours of the help desk"


@pytest.mark.parametrize(
    ("platform", "kind", "minutes"),
    [
        (Platform.IOS, EnrollmentKind.SUPERVISED, 90),
        (Platform.MACOS, EnrollmentKind.SUPERVISED, 30),
        (Platform.IOS, EnrollmentKind.DEVICE, 30),
        (Platform.ANDROID, EnrollmentKind.USER, 20),
        (Platform.IOS, EnrollmentKind.KIOSK, 0),
        (Platform.WINDOWS, None, 30),
    ],
)
def test_the_kind_of_enrollment_says_how_long_it_takes(
    platform: Platform, kind: EnrollmentKind | None, minutes: int
) -> None:
    assert user_minutes(Tally(1, Wave.VISIT, platform, kind, False, 1), FIGURES) == minutes


def test_visits_are_made_at_their_time() -> None:
    campaign = Campaign(
        id=1,
        started_at=MONDAY,
        first_mail_at=MONDAY,
        second_mail=None,
        deadline=None,
        help_desk=2,
        next_mail_at=MONDAY,
        visits={"2026-01-05": 2, "2026-01-06": 1},
    )
    assert [visits_made(campaign, MONDAY.replace(hour=hour)) for hour in (0, 8, 11, 12)] == [0, 1, 1, 2]
    assert visits_made(campaign, MONDAY.replace(day=9)) == 3


def test_words_of_the_status() -> None:
    none = effort([], 0, FIGURES)
    status = CampaignStatusDocument(
        campaign=None,
        told=4,
        not_answered=1,
        untold=0,
        visits_ahead=1,
        last_visit=MONDAY.date(),
        effort=none,
        days=(),
        without_campaign=none,
    )
    assert not_answered_text(status) == "1 user; 1 visit is planned, on 2026-01-05"
    assert not_answered_text(replace(status, visits_ahead=2)) == (
        "1 user; 2 visits are planned, the last one on 2026-01-05"
    )
    campaign = Campaign(
        id=1,
        started_at=MONDAY,
        first_mail_at=MONDAY,
        second_mail=None,
        deadline=None,
        help_desk=0,
        next_mail_at=MONDAY,
    )
    assert progress_lines(status, campaign) == []
