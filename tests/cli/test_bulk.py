"""``certfleet bulk``: import, delete, list and show, for people and for programs."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from certfleet.store.workspace import Workspace
from tests.material import YESTERDAY, Issued
from tests.prepared import Prepared
from tests.store.bulk.material import IMEI, PASSWORD, device_certificate, p12, packed
from tests.waiting import wait_until

from .conftest import Command

SERIAL = ("--identity-type", "SERIAL_NUMBER")


def valid(identity: str) -> Issued:
    """A device's certificate that hasn't expired yet by the machine's clock."""
    return device_certificate(identity, not_before=YESTERDAY)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two good files, and one whose password is another."""
    files = {
        "A12BC3D4EFGH.p12": p12(valid("A12BC3D4EFGH")),
        "BAD.p12": p12("BAD", "other"),
        "LAST.p12": p12(valid("LAST")),
    }
    path = tmp_path / "devices.zip"
    path.write_bytes(packed(files).getvalue())
    return path


def test_import_names_what_was_refused_and_counts_the_rest(certfleet: Command, archive: Path) -> None:
    said = certfleet.done("bulk", "import", archive, *SERIAL)
    assert said.splitlines() == [
        "FILE     RESULT   WHY",
        "BAD.p12  refused  wrong-password: the password does not open the keystore",
        "3 files: 2 imported, 1 refused",
    ]
    assert certfleet.done("bulk", "import", archive, *SERIAL).splitlines()[-1] == "3 files: 2 already there, 1 refused"


def test_import_for_programs(certfleet: Command, archive: Path) -> None:
    document = certfleet.json("bulk", "import", archive, "--identity-type", "serial-number")
    assert document.keys() == {"imported", "replaced", "already_there", "refused", "total", "stopped", "notes"}
    assert [one["identity"] for one in document["imported"]] == ["A12BC3D4EFGH", "LAST"]
    assert {name: document["imported"][0][name] for name in ("id", "file", "identity_type", "source", "device_id")} == {
        "id": 1,
        "file": "A12BC3D4EFGH.p12",
        "identity_type": "SERIAL_NUMBER",
        "source": "devices.zip",
        "device_id": None,
    }
    assert document["refused"] == [
        {
            "file": "BAD.p12",
            "identity": "BAD",
            "code": "wrong-password",
            "message": "the password does not open the keystore",
        }
    ]
    assert (document["total"], document["stopped"]) == (3, False)
    again = certfleet.json("bulk", "import", archive, *SERIAL)
    assert [len(again[name]) for name in ("imported", "replaced", "already_there", "refused")] == [0, 0, 2, 1]


def test_a_replacement_says_what_was_before(certfleet: Command, archive: Path, tmp_path: Path) -> None:
    certfleet.done("bulk", "import", archive, *SERIAL)
    newer = tmp_path / "newer.zip"
    newer.write_bytes(packed({"LAST.p12": p12(valid("LAST"))}).getvalue())
    said = certfleet.done("bulk", "import", newer, *SERIAL)
    ends = YESTERDAY + timedelta(days=365)
    assert f"LAST.p12  replaced  Before: CN=LAST, until {ends:%Y-%m-%d}." in said
    assert said.splitlines()[-1] == "1 file: 1 replaced"


def test_several_workers_give_the_same(certfleet: Command, archive: Path) -> None:
    said = certfleet.done("bulk", "import", archive, *SERIAL, "--workers", 2)
    assert said.splitlines()[-1] == "3 files: 2 imported, 1 refused"


def test_an_archive_that_is_refused_makes_no_workspace(certfleet: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(packed({"../A.p12": b"x"}).getvalue())
    assert certfleet.refused("bulk", "import", bad, *SERIAL)["code"] == "archive-name-unsafe"
    assert certfleet.refused("bulk", "import", tmp_path / "none.zip", *SERIAL)["code"] == "file-not-found"
    assert not certfleet.workspace.exists()


def test_the_credential_file_can_be_named(certfleet: Command, tmp_path: Path) -> None:
    path = tmp_path / "devices.zip"
    path.write_bytes(packed({"A.p12": p12(valid("A")), "readme.txt": b"Hello"}).getvalue())
    assert certfleet.refused("bulk", "import", path, *SERIAL)["code"] == "credentials-ambiguous"
    said = certfleet.done("bulk", "import", path, *SERIAL, "--credentials", "credential.txt")
    assert said.splitlines() == [
        "note: credential.txt, line 2: there is no such file in the archive.",
        "note: Other files in the archive were left aside: 1 .txt.",
        "1 file: 1 imported",
    ]


def test_the_type_of_identity_is_asked_for(certfleet: Command, archive: Path) -> None:
    assert certfleet.run("bulk", "import", archive).exit_code == 2
    assert certfleet.run("bulk", "import", archive, "--identity-type", "UDID").exit_code == 2
    said = certfleet.done("bulk", "import", archive, "--identity-type", "IMEI")
    assert said.count("identity-invalid") == 3


def test_list_and_show(certfleet: Command, archive: Path, tmp_path: Path) -> None:
    certfleet.done("bulk", "import", archive, *SERIAL)
    phone = tmp_path / "phone.zip"
    phone.write_bytes(packed({f"{IMEI}.p12": p12("phone")}).getvalue())
    certfleet.done("bulk", "import", phone, "--identity-type", "IMEI")
    lines = certfleet.done("bulk", "list").splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["1", "SERIAL_NUMBER", "A12BC3D4EFGH"],
        ["2", "SERIAL_NUMBER", "LAST"],
        ["3", "IMEI", IMEI],
    ]
    assert certfleet.json("bulk", "list", "--identity-type", "IMEI")["total"] == 1
    shown = certfleet.done("bulk", "show", "a12bc3d4efgh")
    assert "certificate    #1 A12BC3D4EFGH (SERIAL_NUMBER)" in shown
    assert "device         not known yet" in shown
    assert PASSWORD not in shown
    assert certfleet.json("bulk", "show", IMEI)["certificate"]["subject"] == "CN=phone"
    assert certfleet.refused("bulk", "show", "NOBODY")["code"] == "bulk-unknown"


def test_delete_goes_by_the_lines_of_a_file(certfleet: Command, archive: Path, tmp_path: Path) -> None:
    certfleet.done("bulk", "import", archive, *SERIAL)
    gone = tmp_path / "gone.txt"
    gone.write_text("LAST.p12\nNOBODY\n")
    said = certfleet.done("bulk", "delete", gone, *SERIAL)
    assert said.splitlines() == [
        "LINE  IDENTITY  WHY",
        "   2  NOBODY    bulk-unknown: no certificate has been imported in bulk for 'NOBODY'",
        "2 identities: 1 deleted, 1 refused",
    ]
    document = certfleet.json("bulk", "delete", gone, *SERIAL)
    assert (document["deleted"], [one["line"] for one in document["refused"]], document["total"]) == ([], [1, 2], 2)
    assert certfleet.json("bulk", "list")["total"] == 1
    gone.write_bytes(b"\xff\x81")
    assert certfleet.refused("bulk", "delete", gone, *SERIAL)["code"] == "identities-unreadable"


def test_delete_goes_by_the_archive_that_was_imported(certfleet: Command, archive: Path) -> None:
    certfleet.done("bulk", "import", archive, *SERIAL)
    document = certfleet.json("bulk", "delete", archive, *SERIAL)
    assert [one["identity"] for one in document["deleted"]] == ["A12BC3D4EFGH", "LAST"]
    assert [one["code"] for one in document["refused"]] == ["bulk-unknown"]


def test_a_workspace_that_is_not_there_is_not_made_by_looking(certfleet: Command) -> None:
    assert certfleet.refused("bulk", "list")["code"] == "workspace-missing"


LARGE = 400


def started(certfleet: Command, archive: Path) -> subprocess.Popen[bytes]:
    """An import under way, a part of which has been committed."""
    line = certfleet.line("bulk", "import", archive, *SERIAL)
    child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=certfleet.env())
    wait_until((certfleet.workspace / "store.db").exists)
    wait_until(lambda: child.poll() is not None or committed(certfleet))
    assert child.poll() is None, child.stderr and child.stderr.read()
    return child


def committed(certfleet: Command) -> int:
    with Workspace.open(certfleet.workspace) as workspace:
        return workspace.bulk.count()


@pytest.fixture
def large(prepared: Prepared) -> Path:
    """Files that take a while: thousands of iterations each."""
    return prepared.made("large", make_large) / "large.zip"


def make_large(folder: Path) -> None:
    files = {}
    for number in range(LARGE):
        one = device_certificate(f"S{number:04}")
        encryption = BestAvailableEncryption(PASSWORD.encode())
        files[f"S{number:04}.p12"] = serialize_key_and_certificates(None, one.key, one.certificate, None, encryption)
    folder.mkdir()
    (folder / "large.zip").write_bytes(packed(files).getvalue())


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_from_the_last_batch(certfleet: Command, large: Path) -> None:
    child = started(certfleet, large)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    there = committed(certfleet)
    assert there >= 100
    again = certfleet.json("bulk", "import", large, *SERIAL)
    assert [len(again[name]) for name in ("already_there", "imported", "refused")] == [there, LARGE - there, 0]
    assert certfleet.json("workspace", "check")["clean"]


@pytest.mark.slow
def test_ctrl_c_lets_the_batch_be_finished(certfleet: Command, large: Path) -> None:
    child = started(certfleet, large)
    os.kill(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=120)
    there = committed(certfleet)
    if there < LARGE:
        assert child.returncode == 130, err
        assert f"stopped after {there:,}; run the same command again to import the rest" in out.decode()
    again = certfleet.json("bulk", "import", large, *SERIAL)
    assert len(again["already_there"]) == there
    assert certfleet.json("workspace", "check")["clean"]


def test_help_names_every_command(certfleet: Command) -> None:
    assert all(name in certfleet.done("bulk", "--help") for name in ("import", "delete", "list", "show"))
