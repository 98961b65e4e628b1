"""The files that a scenario hands over: what is in them, when they come, and who may read them."""

from __future__ import annotations

import stat
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificates

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.scenarios.catalogue import text_of
from certfleet.simulator.scenarios.course import scenario_of
from certfleet.simulator.scenarios.handing_over import (
    all_files,
    check_folder,
    files_now,
    folder_beside,
    folder_of,
    write_files,
)
from certfleet.simulator.scenarios.reading import ScenarioInvalid, read_scenario
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace

from .conftest import Begin
from .test_classroom import LESSON

VPN, FIRST = "vpn-archive-with-faults", "first-deployment"


def test_an_archive_has_the_faults_that_the_file_says(begin: Begin, tmp_path: Path) -> None:
    workspace = begin(VPN)
    write_files(tmp_path, files_now(workspace))
    result = workspace.bulk.import_archive(tmp_path / "devices.zip", identity_type=IdentityType.SERIAL_NUMBER)
    refused = Counter(one.refusal.code for one in result.results if one.refusal is not None)
    assert refused == {
        "wrong-password": 2,
        "password-missing": 1,
        "file-truncated": 2,
        "bulk-certificate-taken": 1,
    }
    assert len(workspace.bulk.list(expired=True)) == 3
    assert sum(workspace.bulk.holder(one) is None for one in workspace.bulk.list()) == 2


def test_a_file_comes_at_its_time_and_repairs_the_other(begin: Begin, tmp_path: Path) -> None:
    workspace = begin(VPN)
    begun = workspace.now()
    assert list(files_now(workspace)) == ["devices.zip"]
    with Simulator(workspace) as simulator:
        simulator.run(begun + timedelta(hours=47))
    write_files(tmp_path, files_now(workspace))
    for name in ("devices.zip", "corrected.zip"):
        result = workspace.bulk.import_archive(tmp_path / name, identity_type=IdentityType.SERIAL_NUMBER)
    assert result.total == 9
    assert all(one.refusal is None for one in result.results)
    assert workspace.bulk.list(expired=True) == []


def test_the_keystores_open_with_the_passwords_of_the_text(begin: Begin) -> None:
    workspace = begin(FIRST)
    files, scenario = files_now(workspace), scenario_of(workspace)
    assert len(scenario.files) == 4
    for one in scenario.files:
        assert one.password in scenario.text
        assert files[one.password_file] == f"{one.password}\n".encode()
        source = KeystoreSource(data=files[one.name], name=one.name, password=one.password)
        entry = workspace.inventory.import_from(source).imported[0]
        assert entry.has_private_key
    push = next(entry for entry in workspace.inventory.list() if entry.topic)
    assert workspace.portal.owner_of(push.fingerprint_sha256) == "mobile@nguyen-medical-group.example"


@pytest.mark.parametrize(
    ("chain", "roots"),
    [("whole", [False, False, True]), ("leaf", [False]), ("no-intermediate", [False, True])],
)
def test_a_certificate_comes_with_its_chain_or_with_a_part_of_it(chain: str, roots: list[bool]) -> None:
    file = f'\n[[file]]\nmake = "server-certificate"\nname = "gateway.pem"\nhost = "gateway"\nchain = "{chain}"\n'
    scenario = read_scenario(LESSON + file, "chain")
    with Workspace.open(None, start=clock_start(scenario)) as workspace:
        start_scenario(workspace, scenario, LESSON + file)
        found = load_pem_x509_certificates(files_now(workspace)["gateway.pem"])
    assert [one.subject == one.issuer for one in found] == roots


def test_only_their_owner_may_read_them_and_none_is_overwritten(begin: Begin, tmp_path: Path) -> None:
    workspace, folder = begin(FIRST), tmp_path / "files"
    files = files_now(workspace)
    assert set(write_files(folder, files)) == files.keys()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    (folder / "apns.p12").write_bytes(b"mine")
    assert write_files(folder, files) == ()
    assert (folder / "apns.p12").read_bytes() == b"mine"
    with pytest.raises(Refusal) as refusal:
        check_folder(folder, ["apns.p12"])
    assert refusal.value.code == "file-exists"
    assert folder_beside(tmp_path / "lesson") == tmp_path / "lesson-files"


def test_nothing_stays_of_the_folder_of_a_solution(begin: Begin) -> None:
    workspace = begin(VPN)
    with folder_of(all_files(workspace)) as folder:
        assert folder is not None
        assert {one.name for one in folder.iterdir()} == {"devices.zip", "corrected.zip"}
    assert not folder.exists()


def test_a_workspace_with_files_is_in_order(begin: Begin) -> None:
    assert begin(VPN).check().clean


def test_a_waiting_fleet_enrolls_as_soon_as_it_can(begin: Begin) -> None:
    workspace = begin(FIRST)
    devices = workspace.devices.all()
    assert len(devices) == 60
    assert {device.state for device in devices} == {DeviceState.NOT_ENROLLED}
    assert not any(device.certificates for device in devices)
    with Simulator(workspace) as simulator:
        simulator.run(workspace.now() + timedelta(days=2))
    states = {(device.platform.value, device.state) for device in workspace.devices.all()}
    assert ("windows", DeviceState.ENROLLED) in states
    assert ("ios", DeviceState.ENROLLED) not in states
    workspace.apns.renew("mobile@nguyen-medical-group.example", create=True)
    with Simulator(workspace) as simulator:
        simulator.run(workspace.now() + timedelta(days=2))
    states = {(device.platform.value, device.state) for device in workspace.devices.all()}
    assert ("ios", DeviceState.ENROLLED) in states


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "apns.p12"', 'name = "apns.pem"', "its ending is not .p12 or .pfx"),
        ('name = "apns.p12"', 'name = "../apns.p12"', "without a folder"),
        ('make = "saml-certificate"', 'make = "saml-cert"', "Did you mean saml-certificate?"),
        (
            'host = ["gateway", "mdm"]',
            'host = ["gateway", "mdm"]\nchain = "half"',
            "Did you mean leaf?",
        ),
        ('host = ["gateway", "mdm"]', 'hosts = ["gateway"]', "Did you mean host?"),
        ('apple_id = "mobile@nguyen-medical-group.example"', 'apple_id = "mobile"', "is not an Apple ID"),
        ('password_file = "old.password"', 'password_file = "apns.password"', "two files are called 'apns.password'"),
        ('file = "saml.p12"', 'file = "saml.pfx"', "Did you mean saml.p12?"),
        ("waiting = true", 'waiting = true\nlived = "3d"', "has not lived yet"),
    ],
)
def test_a_mistake_is_named_by_its_line(right: str, wrong: str, said: str) -> None:
    found = _mistakes(text_of(FIRST).replace(right, wrong, 1))
    at = text_of(FIRST).split(right)[0].count("\n") + 1 + wrong.count("\n")
    assert any(said in text and (line == at or "two files" in said) for line, text in found), found


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("wrong-password = 2", "wrong-pasword = 2", "Did you mean wrong-password?"),
        ('repairs = "devices.zip"', 'repairs = "other.zip"', "there is no archive 'other.zip'"),
        ('repairs = "devices.zip"', 'repairs = "devices.zip"\nfaults = { copy = 1 }', "has none"),
        ('after = "47h"', 'after = "10d"', "after the end of the scenario"),
    ],
)
def test_so_is_one_of_an_archive(right: str, wrong: str, said: str) -> None:
    assert any(said in text for _, text in _mistakes(text_of(VPN).replace(right, wrong, 1)))


def test_a_file_with_a_mistake_is_there_all_the_same() -> None:
    host = 'host = ["gateway", "mdm"]'
    wrong = text_of(FIRST).replace(host, f'{host}\nchain = "half"', 1)
    assert [said for _, said in _mistakes(wrong)] == ["chain: 'half' is no chain Did you mean leaf?"]


def test_files_are_for_the_person_only() -> None:
    event = '\n[[event]]\nafter = "1d"\ndo = "import-certificate"\nfile = "saml.p12"\n'
    assert any("only the solution uses files" in text for _, text in _mistakes(text_of(FIRST) + event))


def _mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ScenarioInvalid) as refusal:
        read_scenario(text, "lesson")
    return [(one.line, f"{one.message} {one.hint}") for one in refusal.value.mistakes]
