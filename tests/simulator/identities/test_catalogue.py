"""The catalogue: models and OS versions that exist together."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from hashlib import blake2b

import pytest

from certfleet.simulator.identities import IdentityFleet, Platform
from certfleet.simulator.identities.catalogue import releases
from certfleet.simulator.identities.model import Model, Release, can_run, version_number
from certfleet.simulator.identities.system import systems
from certfleet.simulator.identities.tables import tables

ALL = tables().models


def by_identifier(identifier: str) -> Model:
    (model,) = (model for model in ALL if model.identifier == identifier)
    return model


def test_the_tables_are_whole() -> None:
    assert len({model.identifier for model in ALL}) == len(ALL) > 100
    for model in ALL:
        assert model.made_from <= model.released and model.made_from < model.made_until, model.identifier
        assert model.share > 0
        assert any(can_run(model, release) for release in releases(model.platform)), model.identifier
    for platform in Platform:
        versions = [(release.version, release.only) for release in releases(platform)]
        assert len(set(versions)) == len(versions)


@pytest.mark.parametrize("platform", list(Platform))
def test_a_drawn_pair_is_possible(platform: Platform) -> None:
    fleet = IdentityFleet(7)
    for index in range(4_000):
        drawn = fleet.identity(index, platform)
        model = by_identifier(drawn.model)
        assert (drawn.model_name, drawn.os_name, drawn.maker) == (model.name, model.os_name, model.maker)
        assert any(can_run(model, one) for one in releases(platform) if one.version == drawn.os_version)
        assert version_number(model.first) <= version_number(drawn.os_version)


@pytest.mark.parametrize(
    ("identifier", "version", "possible"),
    [
        ("iPhone15,2", "26.5", True),
        ("iPhone15,2", "16.6.1", True),
        ("iPhone18,3", "18.7.1", False),  # came with iOS 26
        ("iPhone11,8", "26.0.1", False),  # iOS 18 is its last
        ("iPhone12,1", "27.0.1", True),  # iOS 27 dropped no iPhone
        ("iPad11,6", "27.0.1", False),
        ("iPad12,1", "27.0.1", True),
        ("MacBookPro16,1", "27.0", False),  # macOS 26 is the last for Intel
        ("iPhone14,7", "16.0.3", True),
        ("iPad12,1", "16.0.3", False),  # there was no iPadOS 16.0
        ("iPhone11,8", "18.7.9", True),
        ("iPhone14,5", "18.7.9", False),  # offered to those alone that can't run iOS 26
        ("iPhone10,1", "16.7.16", True),
        ("iPad7,5", "17.7.11", True),
        ("iPad11,6", "17.7.11", False),
        ("MacBookAir8,1", "14.8.7", True),
        ("MacBookAir8,1", "15.5", False),
        ("Mac16,12", "15.1.1", False),
        ("SM-G981U", "14", False),
        ("Pixel 8a", "13", False),
        ("20HDCTO1WW", "10.0.19045.6456", True),
        ("20HDCTO1WW", "10.0.22631.6199", False),  # a processor that Windows 11 does not support
        ("Surface Pro 10", "10.0.19045.6456", False),
    ],
)
def test_pairs_that_are_known(identifier: str, version: str, possible: bool) -> None:
    model = by_identifier(identifier)
    found = [can_run(model, release) for release in releases(model.platform) if release.version == version]
    assert found
    assert any(found) is possible


def drawn_versions(identifier: str, day: date) -> Counter[str]:
    """The versions of 4,000 devices of a model on a day."""
    model = by_identifier(identifier)
    choice = systems(model, releases(model.platform), day)
    return Counter(choice(blake2b(bytes([n % 256, n // 256]), digest_size=16).digest()).version for n in range(4_000))


def test_an_upgrade_spreads_over_the_weeks_after_its_release() -> None:
    def share(day: date) -> float:
        count = drawn_versions("iPhone14,5", day)
        return sum(number for version, number in count.items() if version.startswith("18.")) / 4_000

    before, first, *shares = [share(date(2024, 9, 16) + timedelta(days=days)) for days in (-1, 0, 30, 127, 261)]
    assert before == 0 and first < 0.1
    # Near what Apple told of iPhones: 68 % in January 2025, 82 % in June.
    assert 0.28 < shares[0] < 0.46 and 0.6 < shares[1] < 0.76 and 0.78 < shares[2] < 0.92


def test_a_device_that_stays_behind_has_the_updates_of_its_branch() -> None:
    versions = drawn_versions("iPhone11,8", date(2026, 11, 1))
    assert versions.most_common(1)[0][0] == "18.7.9"
    assert versions["18.7.9"] > 3_500


def test_windows_11_spreads_over_years() -> None:
    count = drawn_versions("20L5CTO1WW", date(2023, 6, 1))
    eleven = sum(number for version, number in count.items() if int(version.split(".")[2]) >= 22000)
    assert 0.3 < eleven / 4_000 < 0.6


def test_a_branch_is_a_major_version_or_a_windows_build() -> None:
    assert Release("17.7.2", date(2024, 11, 1), False).branch == 17
    assert Release("10.0.22631.6199", date(2025, 11, 1), False).branch == 22631
