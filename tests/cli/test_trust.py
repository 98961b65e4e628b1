"""SSL Error 61 from the command line: the devices that lack the root, and how they get it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.simulator.company.purposes import TLS_SERVER
from certfleet.store.authorities.validity import Validity

from .conftest import HOST, Command, Material


@pytest.fixture
def moved(certfleet: Command, material: Material, tmp_path: Path) -> Command:
    """Twelve devices; the server's certificate (1, root 3) was replaced by 4 of another root, which is 5."""
    certfleet.done("simulate", "fleet", "--devices", 12)
    certfleet.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
    certfleet.done("component", "bind", "mdm-ssl", id_of(certfleet, HOST))
    now = datetime.now(UTC).replace(microsecond=0)
    validity = Validity(now - timedelta(9), now + timedelta(300))
    other = IssuingAuthority.root(x509_name("Another Root CA"), Random(2), validity)
    new = other.issue(x509_name(HOST), TLS_SERVER, validity, sans=[HOST])
    (tmp_path / "new.pem").write_bytes(new.pem())
    (tmp_path / "new.key").write_bytes(new.key_pem())
    certfleet.done(
        "certificate", "replace", id_of(certfleet, HOST), tmp_path / "new.pem", "--key", tmp_path / "new.key", "--yes"
    )
    return certfleet


def id_of(command: Command, name: str) -> int:
    entries = command.json("certificate", "list", "--search", f"name:{name} -status:replaced")["certificates"]
    return int(entries[0]["id"])


def trusted(command: Command, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in command.json("trust", "list")["trust"] if one["certificate"] == name)
    return found


def test_who_lacks_the_new_root(moved: Command) -> None:
    new, old = trusted(moved, "Another Root CA"), trusted(moved, "Example Root CA")
    assert (new["shown"], new["public"], new["lacking"]) == (True, False, 12)
    assert (old["shown"], old["up_to_device"], old["lacking"]) == (False, 12, None)
    lines = moved.done("trust", "list").splitlines()
    assert lines[0].split() == ["ID", "NAME", "STATUS", "SHOWN", "TRUSTED", "ANTIVIRUS", "LACKING"]
    assert next(line for line in lines if "Another" in line).split()[-4:] == ["yes", "-", "-", "12"]
    assert "on devices up to #12" in next(line for line in lines if "Example Root CA" in line)
    row = next(row for row in moved.json("checklist")["checklist"] if row["certificate"] == "Another Root CA")
    assert (row["level"], row["devices"]) == ("degraded", 12)
    assert moved.refused("device", "enroll", 1)["code"] == "ssl-error-61"


def test_installing_it_by_hand(moved: Command) -> None:
    root = id_of(moved, '"Another Root CA"')
    serial = moved.json("device", "list")["devices"][1]["serial_number"]
    assert moved.json("trust", "install", root, 1, serial, "--antivirus") == {"certificate_id": root, "devices": [1, 2]}
    assert trusted(moved, "Another Root CA")["lacking"] == 10
    moved.done("device", "enroll", 1)
    assert "is on #3" in moved.done("trust", "install", root, 3)
    assert "is on 2 devices" in moved.done("trust", "install", root, 4, 5)
    assert moved.refused("trust", "install", root, 1, 99)["code"] == "device-unknown"
    assert moved.refused("trust", "install", 99, 1)["code"] == "not-found"
    assert moved.run("trust", "install", root).exit_code == 2


def test_deploying_it(moved: Command) -> None:
    root = id_of(moved, '"Another Root CA"')
    anchor = moved.json("trust", "deploy", root, "--platform", "iOS", "--platform", "android")["anchor"]
    assert (anchor["platforms"], anchor["antivirus_at"]) == (["android", "ios"], None)
    told = moved.done("trust", "deploy", root, "--antivirus")
    assert told == f"#{root} Another Root CA deployed to every device, antivirus included, at the next check-in\n"
    assert "deployed to every device since " in moved.done("trust", "list")
    refused = moved.refused("certificate", "delete", root)
    assert (refused["code"], refused["hint"]) == (
        "certificate-in-use",
        f"Withdraw it first: `certfleet trust withdraw {root}`.",
    )
    moved.done("simulate", "run", "--for", "30d")
    assert trusted(moved, "Another Root CA")["lacking"] < 12
    assert moved.done("trust", "withdraw", root, "--yes") == f"#{root} Another Root CA is deployed to no device\n"
    assert trusted(moved, "Another Root CA")["deployed_at"] is None


def test_devices_that_come_with_it(moved: Command) -> None:
    root = id_of(moved, '"Another Root CA"')
    assert "comes with every device" in moved.done("trust", "preinstalled", root)
    assert trusted(moved, "Another Root CA")["lacking"] == 0
    assert moved.json("trust", "preinstalled", root, "--no", "--yes")["anchor"]["preinstalled"] is False
    assert trusted(moved, "Another Root CA")["lacking"] == 12


def test_what_can_not_be_deployed(filled: Command, material: Material) -> None:
    assert filled.done("trust", "list").startswith("devices are shown no chain yet")
    filled.done(
        *("certificate", "import-keystore", material / "push.p12", "--use-as", "apns"),
        *("--password-file", material / "password"),
    )
    assert filled.refused("trust", "deploy", 4)["code"] == "not-deployable"
    for command in ("deploy", "withdraw", "preinstalled"):
        assert filled.refused("trust", command, 99)["code"] == "not-found"
    assert filled.run("trust", "deploy", 3, "--platform", "symbian").exit_code == 2


def test_one_question_has_one_answer(moved: Command) -> None:
    said = "12 devices would get SSL Error 61 at their next connection"
    assert moved.done("trust", "list").splitlines()[-1].startswith(f"{said}; ")
    assert f"{said}; " in moved.done("impact")
    assert f"next: {said}: " in " ".join(moved.done("checklist", "--open").split())
    numbers = [moved.json(*command)["ssl_error_61"] for command in (["impact"], ["trust", "list"])]
    assert numbers[0] == numbers[1]
    refused = moved.json("device", "list", "--search", "refused:ssl-error-61")["devices"]
    assert numbers[0] == {"would_be_refused": 12, "were_refused": len(refused)}
