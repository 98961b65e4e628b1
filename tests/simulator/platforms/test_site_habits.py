"""A site's own habits: those that come with certfleet, and files."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certfleet.simulator.platforms import PROFILES
from certfleet.simulator.platforms.site_habits import (
    OFFICE,
    SITES,
    SiteHabits,
    campaign_figures,
    habits_of,
    site_churn,
    site_profiles,
)
from certfleet.store.devices.schedule.absence import DAY
from certfleet.store.devices.schedule.chance import draw
from certfleet.store.devices.schedule.schedule import last_check_in
from certfleet.store.errors import Refusal
from certfleet.store.model.campaign import CampaignFigures
from certfleet.store.model.device import Platform
from docs.examples import DOCS, blocks


@pytest.mark.parametrize("name", SITES)
def test_each_site_can_be_named(name: str) -> None:
    profiles = site_profiles(habits_of(name))
    assert set(profiles) == set(Platform)
    assert (profiles == PROFILES) is (name == OFFICE)


def test_what_a_file_leaves_out_is_as_in_an_office(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[windows]\ncheck_in_hours = 12\npool = 300\n")
    profiles = site_profiles(habits_of(str(file)))
    assert profiles[Platform.WINDOWS] == PROFILES[Platform.WINDOWS]._replace(check_in=timedelta(hours=12), pool=300)
    assert profiles[Platform.IOS] == PROFILES[Platform.IOS]


def test_a_file_says_how_many_new_devices_come(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("churn = 120\n[ios]\npool = 300\n")
    text = habits_of(str(file))
    assert site_churn(text) == 120
    assert site_churn(habits_of("field")) is None
    assert site_profiles(text)[Platform.IOS].pool == 300


def test_the_file_in_the_documentation_is_an_office_and_names_everything() -> None:
    block, campaign = [block for block in blocks((DOCS / "simulator.md").read_text()) if block.language == "toml"]
    assert site_profiles(block.text) == PROFILES
    assert set(tomllib.loads(block.text)["ios"]) == set(SiteHabits.__struct_fields__)
    assert campaign_figures(campaign.text) == CampaignFigures()
    assert set(tomllib.loads(campaign.text)["campaign"]) == set(CampaignFigures.__struct_fields__)


def test_a_site_says_how_its_people_answer_a_campaign() -> None:
    text = "[campaign]\nnever = 300\n[ios]\nby_itself = 7\n"
    assert site_profiles(text)[Platform.IOS].by_itself == 7
    assert campaign_figures(text) == CampaignFigures(never=300)
    assert campaign_figures("") == CampaignFigures()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[ios\n", "line 1"),
        ("[blackberry]\n", "blackberry"),
        ("churn = 1001\n", "Expected `int`"),
        ("churn = 'much'\n", "Expected `int`"),
        ("[ios]\nleaves = 3\n", "leaves"),
        ("[campaign]\nmails = 3\n", "[campaign] Object contains unknown field `mails`"),
        ("[campaign]\nnever = 1001\n", "[campaign] Expected `int`"),
        ("[ios]\nleave = 1001\n", "[ios] Expected `int`"),
        ("[ios]\nleave = 'often'\n", "[ios] Expected `int`"),
        ("[ios]\nmornings = [9, 7]\n", "[ios] mornings end before they begin"),
        ("[ios]\nevenings = [6, 24]\n", "[ios] evenings begin before mornings end"),
        ("[ios]\nevenings = [22, 25]\n", "$.evenings"),
        ("[windows]\nsupervised = 500\n", "[windows] no device of this platform is supervised"),
    ],
)
def test_a_wrong_file_is_refused_and_says_where(text: str, named: str) -> None:
    with pytest.raises(Refusal) as refused:
        site_profiles(text)
    assert refused.value.code == "habits-invalid"
    assert named in refused.value.message


def test_a_file_that_isn_t_there_or_is_none(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "long").write_text("#" * 70_000)
    for name in ("missing.toml", "binary", "long", ""):
        with pytest.raises(Refusal) as refused:
            habits_of(str(tmp_path / name))
        assert refused.value.code == "habits-invalid"


@pytest.mark.parametrize("platform", [Platform.IOS, Platform.ANDROID])
@pytest.mark.parametrize("days", [0, 120, 300])
def test_three_to_eight_per_cent_of_phones_are_silent_for_a_month(platform: Platform, days: int) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    at = int((start + timedelta(days=days)).timestamp())
    schedules = (PROFILES[platform].habits(draw(99, index), index, start).schedule for index in range(2000))
    silent = sum(last_check_in(schedule, at, at - 30 * DAY) is None for schedule in schedules)
    assert 0.025 < silent / 2000 < 0.08


def test_a_fleet_of_the_first_drawing_knows_no_absence() -> None:
    profile = PROFILES[Platform.IOS].without_absence()
    schedules = [
        profile.habits(draw(99, index), index, datetime(2026, 1, 5, tzinfo=UTC)).schedule for index in range(99)
    ]
    assert not any(schedule.leave or schedule.long_leave or schedule.pool_days for schedule in schedules)
