"""Provisioning profiles from the command line: imported and bound, renewed, exported, removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certfleet.store.certificates.limits import MAX_PROFILE
from tests.store.profiles.material import APP, make_profile

from .conftest import Command, Material

NOW = datetime.now(UTC).replace(microsecond=0)


def profile_file(folder: Path, name: str, days: float, app: str = APP) -> Path:
    """A profile that ends so many days from now, less a minute."""
    file = folder / name
    file.write_bytes(make_profile(app, not_after=NOW + timedelta(days, minutes=-1)))
    return file


@pytest.fixture
def imported(certfleet: Command, tmp_path: Path) -> Command:
    """The workspace has profile 1 of one app, which ends in 40 days."""
    certfleet.done("profile", "import", profile_file(tmp_path, "mail.mobileprovision", 40))
    return certfleet


def test_import(certfleet: Command, tmp_path: Path) -> None:
    told = certfleet.done("profile", "import", profile_file(tmp_path, "mail.mobileprovision", 40))
    assert told.splitlines() == [
        f"imported profile #1 Secure Mail In-House of {APP}, valid, 40 days left",
        f"Provisioning profile {APP} uses it",
    ]
    (component,) = certfleet.json("component", "list")["components"]
    assert (component["need"], component["name"], component["profile_id"], component["days_left"]) == (
        "provisioning-profile",
        APP,
        1,
        40,
    )
    row = next(row for row in certfleet.json("checklist")["checklist"] if row["need"] == "provisioning-profile")
    assert (row["profile_id"], row["status"], row["days_left"]) == (1, "valid", 40)


def test_import_as_json(certfleet: Command, tmp_path: Path) -> None:
    answer = certfleet.json("profile", "import", profile_file(tmp_path, "mail.mobileprovision", 40), "--no-bind")
    assert answer.keys() == {"imported", "already_there", "replaced", "components", "notes", "refused"}
    (profile,) = answer["imported"]
    assert (profile["app_id"], profile["kind"], profile["status"], profile["days_left"], profile["source"]) == (
        APP,
        "in-house",
        "valid",
        40,
        "mail.mobileprovision",
    )
    assert answer["components"] == []
    told = certfleet.done("component", "bind", "provisioning-profile", "--profile", 1)
    assert told == f"Provisioning profile {APP} uses profile #1 Secure Mail In-House, valid, 40 days left\n"
    assert certfleet.json("component", "candidates", "provisioning-profile")["candidates"][0]["id"] == 1


def test_an_expired_one_is_taken_and_told(certfleet: Command, tmp_path: Path) -> None:
    told = certfleet.done("profile", "import", profile_file(tmp_path, "old.mobileprovision", -2))
    assert "expired 3 days ago" in told
    (one,) = (one for one in certfleet.json("impact")["consequences"] if one["need"] == "provisioning-profile")
    assert (one["reason"], one["profile_id"], one["platforms"]) == ("expired", 1, ["ios"])
    assert f"Provisioning profile {APP} (profile #1) has expired" in certfleet.done("impact")


def test_a_newer_one_takes_its_place(imported: Command, tmp_path: Path) -> None:
    file = profile_file(tmp_path, "newer.mobileprovision", 300)
    answer = imported.json("profile", "import", file)
    assert ([one["id"] for one in answer["imported"]], answer["replaced"][0]["days_left"]) == ([1], 40)
    assert imported.done("profile", "import", file).startswith("already there: profile #1")
    older = tmp_path / "mail.mobileprovision"
    assert imported.refused("profile", "import", older)["code"] == "profile-older"
    assert imported.done("profile", "import", older, "--on-older", "replace").startswith("replaced profile #1")


def test_several(imported: Command, material: Material, tmp_path: Path) -> None:
    web = profile_file(tmp_path, "web.mobileprovision", 5, "com.company.web")
    files = (web, material / "notes.txt", tmp_path / "mail.mobileprovision", tmp_path / "nowhere")
    result = imported.run("profile", "import", *files)
    assert result.exit_code == 1
    assert f"{web}: imported profile #2 Secure Mail In-House of com.company.web, critical, 5 days left" in result.stdout
    assert "error: profile-unreadable: " in result.stderr
    answer = imported.run("profile", "import", *files, json=True)
    assert answer.exit_code == 1
    assert '"code": "file-not-found"' in answer.stdout


def test_what_is_no_profile(certfleet: Command, material: Material, tmp_path: Path) -> None:
    huge = tmp_path / "huge.mobileprovision"
    with huge.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert huge.stat().st_size > MAX_PROFILE
    assert certfleet.refused("profile", "import", huge)["code"] == "file-too-large"
    assert certfleet.refused("profile", "import", material / "leaf.p12")["code"] == "profile-unreadable"
    assert certfleet.refused("profile", "import", material / "empty.pem")["code"] == "file-empty"
    assert certfleet.json("profile", "list") == {"profiles": []}
    assert certfleet.done("profile", "list").startswith("there is no provisioning profile")


def test_list_and_show(imported: Command) -> None:
    head, line = imported.done("profile", "list").splitlines()
    assert head.split() == ["ID", "APP", "STATUS", "DAYS", "EXPIRES", "KIND", "USED", "NAME"]
    assert line.split()[:4] == ["1", APP, "valid", "40"]
    profile = imported.json("profile", "show", 1)["profile"]
    assert profile == imported.json("profile", "list")["profiles"][0]
    text = imported.done("profile", "show", 1)
    assert f"Provisioning profile {APP}" in text
    assert "iPhone Distribution: Company 1" in text
    assert imported.refused("profile", "show", 9)["code"] == "profile-unknown"


def test_export(imported: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.mobileprovision"
    told = imported.done("profile", "export", 1, "--output", out)
    assert told == f"exported profile #1 Secure Mail In-House to {out}\n"
    assert out.read_bytes() == (tmp_path / "mail.mobileprovision").read_bytes()
    assert imported.refused("profile", "export", 1, "--output", out)["code"] == "file-exists"
    assert imported.json("profile", "export", 1)["encoding"] == "base64"
    shown, status = imported.on_a_terminal("profile", "export", 1)
    assert (status, "binary-to-terminal" in shown) == (1, True)


def test_one_that_is_used_stays(imported: Command) -> None:
    refused = imported.refused("profile", "remove", 1)
    assert (refused["code"], APP in refused["message"]) == ("profile-in-use", True)
    imported.done("component", "unbind", "provisioning-profile", "--name", APP, "--yes")
    assert imported.done("profile", "remove", 1) == "removed profile #1 Secure Mail In-House\n"
    assert imported.refused("profile", "remove", 1)["code"] == "profile-unknown"
