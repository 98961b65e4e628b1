"""``certfleet device import`` and ``device habits``, for people and for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certfleet.simulator.platforms.site_habits import site_profiles
from certfleet.store.model.device import Platform

from ..conftest import Command

EXPORT = """\
platform,serial_number,os_version,owner,ownership,last_check_in,issuer,certificate_serial_number,not_after
ios,F2LX10A7KXKN,18.1,Ben Okafor,company,2025-01-10T08:00:00Z,Example CA,0A:1B,2099-12-20
windows,PF4XK2L9,10.0.22631.1,Anna Groß,company,2025-01-09T08:00:00Z,Example CA,0A:1C,2099-12-20
linux,A1,6.1,,,,,,
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of two devices, and of one that is of no platform."""
    path = tmp_path / "devices.csv"
    path.write_text(EXPORT)
    return path


def test_import_says_what_became_of_each_line(certfleet: Command, export: Path) -> None:
    assert certfleet.done("device", "import", export).splitlines() == [
        "LINE  WHY",
        "   4  platform-unknown: 'linux' is no platform of a fleet",
        "hint: platform-unknown: A mapping file can name it: [platforms].",
        "3 lines: 2 imported, 1 refused",
        "format: columns by certfleet's names",
        "devices: 1 iOS, 1 Windows; the latest check-in is of 2025-01-10 08:00 UTC",
    ]
    assert "3 lines: 2 unchanged, 1 refused" in certfleet.done("device", "import", export)
    shown = certfleet.done("device", "show", "F2LX10A7KXKN")
    assert "certificate      Example CA, valid, " in shown
    assert "ownership        company" in shown
    assert "enrolled         not known" in shown
    assert ", certificate 0A1B of Example CA" in shown
    assert "clean" in certfleet.done("workspace", "check")


def test_import_for_programs(certfleet: Command, export: Path) -> None:
    document = certfleet.json("device", "import", export)
    assert document["format"] == "certfleet"
    assert document["imported"] == [{"line": 2, "id": 1}, {"line": 3, "id": 2}]
    assert document["refused"] == [
        {
            "line": 4,
            "code": "platform-unknown",
            "message": "'linux' is no platform of a fleet",
            "hint": "A mapping file can name it: [platforms].",
        }
    ]
    assert (document["total"], document["unchanged"], document["as_of"]) == (3, 0, "2025-01-10T08:00:00Z")
    device = certfleet.json("device", "show", "1")["device"]
    assert device["reported"] == {
        "import_id": 1,
        "at": device["reported"]["at"],
        "issuer": "Example CA",
        "serial_number": "0A1B",
        "not_after": "2099-12-20T00:00:00Z",
    }
    assert (device["ownership"], device["simulated"]) == ("company", False)


def test_a_dry_run_leaves_nothing(certfleet: Command, export: Path) -> None:
    said = certfleet.done("device", "import", export, "--dry-run")
    assert "3 lines: 2 imported, 1 refused" in said
    assert "1 iOS device: not there → enrolled" in said
    document = certfleet.json("device", "import", export, "--dry-run")
    assert document["import"]["imported"] == [{"line": 2, "id": None}, {"line": 3, "id": None}]
    assert [(one["count"], one["ids"]) for one in document["effects"]["devices"]] == [(1, []), (1, [])]
    assert not certfleet.workspace.exists()


def test_a_renewal_waits_for_the_next_import(certfleet: Command, export: Path, tmp_path: Path) -> None:
    certfleet.done("device", "import", export)
    certfleet.done("device", "renew", "F2LX10A7KXKN")
    later = tmp_path / "later.csv"
    later.write_text(EXPORT.replace("2025-01-10", "2025-01-11").replace("0A:1B", "0B:00"))
    said = certfleet.done("device", "import", later)
    assert "1 device with another certificate than before" in said
    assert certfleet.json("device", "show", "F2LX10A7KXKN")["device"]["pending"] == []


def test_files_that_are_refused_as_a_whole(certfleet: Command, export: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("Name;Größe\na;1\n")
    assert certfleet.refused("device", "import", other)["code"] == "columns-unknown"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[columns]\nnumber = 1\n")
    assert certfleet.refused("device", "import", export, "--mapping", wrong)["code"] == "mapping-invalid"
    assert certfleet.refused("device", "import", export, "--time-zone", "Mars")["code"] == "time-zone-unknown"
    assert certfleet.run("device", "import", export, "--dates", "sideways").exit_code == 2
    assert certfleet.json("device", "list")["total"] == 0


def test_it_fails_if_every_line_is_refused(certfleet: Command, tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("platform,serial_number,last_check_in\nios,A1,2025-01-10 08:00\n")
    run = certfleet.run("device", "import", path)
    assert (run.exit_code, "time-zone-unknown" in run.stdout) == (1, True)
    assert "1 imported" in certfleet.done("device", "import", path, "--time-zone", "Europe/Berlin")


def test_many_refused_lines_are_not_all_shown(certfleet: Command, tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("platform,serial_number\nios,A1\n" + "linux,B\n" * 30)
    said = certfleet.done("device", "import", path)
    assert said.count("platform-unknown: 'linux'") == 20
    assert "and 10 more refused lines; --json lists all of them" in said


def test_habits_are_a_file_for_a_simulated_fleet(certfleet: Command, tmp_path: Path) -> None:
    days = [1] * 90 + [20] * 4 + [50] * 4 + [120] * 2
    rows = [f"ios,A{number},{date(day)},{date(400 - number)},yes" for number, day in enumerate(days)]
    path, habits = tmp_path / "devices.csv", tmp_path / "habits.toml"
    path.write_text("\n".join(["platform,serial_number,last_check_in,enrolled_at,supervised", *rows]))
    assert certfleet.refused("device", "habits")["code"] == "workspace-missing"
    certfleet.done("device", "import", path)
    said = certfleet.done("device", "habits", "--output", habits)
    assert said == f"wrote the habits of 100 devices in 1 import to {habits}\n"
    text = habits.read_text()
    assert "# 100 devices; silent for more than 7 days 10.0 %, 30 days 6.0 %, 90 days 2.0 %" in text
    profile = site_profiles(text)[Platform.IOS]
    assert (profile.supervised, profile.pool > 0) == (1000, True)
    document = certfleet.json("device", "habits")
    [one] = document["platforms"]
    assert (one["silent"], document["imports"]) == ({"1": 0.1, "7": 0.1, "30": 0.06, "90": 0.02}, 1)
    assert one["assumed"][:2] == ["check_in_hours", "mornings"]


def date(days: int) -> str:
    """A day so many days before 2025-11-01."""
    return (datetime(2025, 11, 1, tzinfo=UTC) - timedelta(days=days)).date().isoformat()
