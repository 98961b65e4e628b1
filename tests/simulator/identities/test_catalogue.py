"""The catalogue: models and OS versions that exist together."""

from __future__ import annotations

from datetime import date

import pytest

from certfleet.simulator.identities import IdentityFleet, Platform
from certfleet.simulator.identities.catalogue import models, os_versions, releases
from certfleet.simulator.identities.model import Model, Release, can_run, version_number

ALL = [model for platform in Platform for model in models(platform)]


def by_identifier(identifier: str) -> Model:
    (model,) = (model for model in ALL if model.identifier == identifier)
    return model


def test_the_tables_are_whole() -> None:
    assert len({model.identifier for model in ALL}) == len(ALL) > 100
    for model in ALL:
        assert model.made_from < model.made_until, model.identifier
        assert model.share > 0
        assert any(can_run(model, release) for release in releases(model.platform)), model.identifier
    for platform in Platform:
        versions = [release.version for release in releases(platform)]
        assert len(set(versions)) == len(versions)


@pytest.mark.parametrize("platform", list(Platform))
def test_a_drawn_pair_is_possible(platform: Platform) -> None:
    fleet = IdentityFleet(7)
    table = {release.version: release for release in releases(platform)}
    for index in range(4_000):
        drawn = fleet.identity(index, platform)
        model = by_identifier(drawn.model)
        assert (drawn.model_name, drawn.os_name, drawn.maker) == (model.name, model.os_name, model.maker)
        assert can_run(model, table[drawn.os_version])
        assert version_number(model.first) <= version_number(drawn.os_version)


@pytest.mark.parametrize(
    ("identifier", "version", "possible"),
    [
        ("iPhone15,2", "26.5", True),
        ("iPhone15,2", "16.6.1", True),
        ("iPhone18,3", "18.7.1", False),  # came with iOS 26
        ("iPhone11,8", "26.0.1", False),  # iOS 18 is its last
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
        ("20HD", "10.0.19045.6456", True),
        ("20HD", "10.0.22631.6199", False),  # a processor that Windows 11 does not support
        ("Surface Pro 10", "10.0.19045.6456", False),
    ],
)
def test_pairs_that_are_known(identifier: str, version: str, possible: bool) -> None:
    model = by_identifier(identifier)
    (release,) = (release for release in releases(model.platform) if release.version == version)
    assert can_run(model, release) is possible
    assert (version in os_versions(model)) is possible


def test_newer_versions_are_likelier() -> None:
    weights = os_versions(by_identifier("iPhone14,5"))
    assert max(weights, key=lambda version: weights[version]) == "26.5"
    assert weights["26.5"] > weights["26.2"] > weights["18.5"] > weights["16.6.1"] > 0


def test_a_branch_is_a_major_version_or_a_windows_build() -> None:
    assert Release("17.7.2", date(2024, 11, 1), False).branch == 17
    assert Release("10.0.22631.6199", date(2025, 11, 1), False).branch == 22631
