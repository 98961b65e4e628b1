"""The scenarios that come with certfleet: solved, left alone, and done wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from certfleet.simulator.scenarios.catalogue import names, packaged
from certfleet.simulator.scenarios.debrief import debrief
from certfleet.simulator.scenarios.standing import ObjectiveState, standing

from .conftest import Begin, idle, play

MISTAKES = {
    "apns-last-ten-days": (
        """
        [[action]]
        do = "renew-apns"
        after = "9h"
        apple_id = "me@nguyen-medical-group.example"
        anyway = true
        """,
        {2: "would have kept them"},
    ),
    "gateway-monday": (
        """
        [[action]]
        do = "replace-certificate"
        after = "2h"
        certificate = "gateway-ssl"
        valid = "199d"
        """,
        {1: "until the gateway served a valid certificate", 2: "went on serving the old one", 3: ""},
    ),
    "saml-over-the-holidays": (
        """
        [[action]]
        do = "replace-certificate"
        after = "6d"
        certificate = "saml"
        valid = "730d"
        """,
        {1: "were at work"},
    ),
    "ca-ends-first": (
        """
        [[action]]
        do = "renew"
        after = "8h"
        """,
        {1: "no other", 2: "before the new group was ready", 3: "needs its user"},
    ),
    "migrated-support-case": (
        """
        [[action]]
        do = "replace-certificate"
        after = "9h"
        certificate = "mdm-ssl"
        valid = "199d"
        """,
        {1: "support had not been told", 2: "still open"},
    ),
    "apns-wrong-apple-id": (
        """
        [[action]]
        do = "renew-apns"
        after = "6h"
        apple_id = "helpful@nguyen-medical-group.example"
        """,
        {1: "under another topic", 3: "at once"},
    ),
    "ssl-error-61-new-root": (
        """
        [[action]]
        do = "deploy-root"
        after = "60h"
        certificate = "Nguyen Medical Group Lab Root"
        """,
        {2: "comes too late"},
    ),
    "rotation-windows-laggards": (
        """
        [[action]]
        do = "refresh-authority"
        after = "8h"
        [[action]]
        do = "renew"
        after = "40h"
        """,
        {3: "have to be told"},
    ),
    "first-deployment": (
        """
        [[action]]
        do = "import-certificate"
        after = "2h"
        file = "apns.p12"
        password_file = "apns.password"
        use_as = "apns"
        [[action]]
        do = "bind"
        after = "2h"
        need = "apns"
        certificate = 2
        [[action]]
        do = "import-certificate"
        after = "3h"
        file = "old.p12"
        password_file = "old.password"
        [[action]]
        do = "bind"
        after = "3h"
        need = "gateway-ssl"
        certificate = "gateway.nguyen-medical-group.example"
        """,
        {3: "is not used", 4: "from the trial"},
    ),
    "vpn-archive-with-faults": (
        """
        [[action]]
        do = "import-device-certificates"
        after = "2h"
        file = "devices.zip"
        identity_type = "serial-number"
        [[action]]
        do = "create-policy"
        after = "3h"
        name = "Field VPN"
        server = "vpn.nguyen-medical-group.example"
        identity_type = "serial-number"
        """,
        {2: "had expired", 3: "still missing"},
    ),
}
"""A typical mistake in each: what is done, and the objectives that are missed, with what the debrief says of them."""


def test_a_mistake_is_known_in_each() -> None:
    assert sorted(MISTAKES) == list(names())


def test_they_are_packaged() -> None:
    root = Path(__file__).parents[3]
    with (root / "pyproject.toml").open("rb") as file:
        data = tomllib.load(file)["tool"]["setuptools"]["package-data"]
    assert data["certfleet.simulator.scenarios"] == ["files/*.toml"]
    assert (root / "simulator/scenarios/files").resolve() == root / "fixtures/scenarios"
    for scenario in packaged():
        assert scenario.points == 100
        assert sum(hint.cost for hint in scenario.hints) < 50


@pytest.mark.parametrize("name", names())
def test_the_solution_gets_every_point(begin: Begin, name: str) -> None:
    workspace = begin(name)
    assert not standing(workspace).over
    play(workspace, None)
    end = standing(workspace)
    assert end.over
    assert end.points == end.most, [one for one in end.objectives if one.state is not ObjectiveState.MET]


@pytest.mark.parametrize("name", names())
def test_doing_nothing_does_not_and_the_debrief_knows_better(begin: Begin, name: str) -> None:
    workspace = begin(name)
    idle(workspace)
    found = debrief(workspace)
    assert found.standing.over
    assert found.standing.points <= 60
    assert found.acts == ()
    assert found.best is not None
    assert (found.best.points, found.best.refused) == (100, ())


@pytest.mark.parametrize("name", names())
def test_a_typical_mistake_is_told(begin: Begin, name: str) -> None:
    workspace = begin(name)
    actions, missed = MISTAKES[name]
    play(workspace, actions)
    end = standing(workspace)
    assert {one.number for one in end.objectives if one.state is ObjectiveState.MISSED} == missed.keys()
    for one in end.objectives:
        assert missed.get(one.number, "") in one.missed
