"""Deleting devices from the command line, and the setting that deletes silent ones."""

from __future__ import annotations

import pytest

from tests.prepared import Prepared

from ..conftest import Command


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    return certfleet.after(prepared, "simulate fleet --devices 40 --start 2026-01-05")


def test_named_devices_are_deleted(fleet: Command) -> None:
    serial_number = fleet.json("device", "show", 7)["device"]["serial_number"]
    unasked = fleet.run("device", "delete", 3)
    assert (unasked.exit_code, "error: would-stop: " in unasked.stderr) == (1, True)
    assert "deleted 2 devices: " in fleet.done("device", "delete", 3, serial_number, "--yes")
    assert fleet.json("device", "list")["total"] == 38
    assert fleet.refused("device", "show", 7)["code"] == "device-unknown"
    again = fleet.run("device", "delete", 3, "--yes")
    assert (again.exit_code, "device-unknown" in again.stdout) == (1, True)
    told = fleet.json("device", "delete", 4, 99, "--yes")
    assert told["deleted"] == [4]
    assert told["refused"] == [{"id": 99, "code": "device-unknown", "message": "there is no device 99"}]


def test_devices_selected_by_options_have_to_be_confirmed(fleet: Command) -> None:
    assert fleet.refused("device", "delete", "--platform", "windows")["code"] == "confirmation-needed"
    deleted = fleet.json("device", "delete", "--platform", "windows", "--yes")["deleted"]
    assert len(deleted) == 6
    assert fleet.done("device", "delete", "--platform", "windows", "--yes") == "no matching devices\n"
    assert fleet.run("device", "delete").exit_code == 2


def test_the_site_says_when_silent_devices_are_deleted(fleet: Command) -> None:
    assert "inactive devices         kept" in fleet.done("site", "show")
    fleet.done("simulate", "run", "--for", "60d")
    tried = fleet.json("site", "set", "--delete-inactive-days", 7, "--dry-run")
    (note,) = tried["effects"]["notes"]
    assert "deleted on 2026-03-09 06:00, unless " in note
    fleet.done("site", "set", "--delete-inactive-days", 7)
    assert "deleted after 7 days of silence" in fleet.done("site", "show")
    fleet.done("simulate", "run", "--for", "60d")
    assert fleet.json("device", "list")["total"] < 40
