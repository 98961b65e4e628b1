"""Fixtures as files: exported with a manifest, and somebody's program checked with them."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from certfleet.testing.export.exporting import export_fixtures
from tests.material import needs_openssl

from .conftest import Command

READER = """\
import sys
data = open(sys.argv[1], "rb").read()
sys.exit(not data.startswith(b"0") or b"another" in sys.argv[2].encode())
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All fixtures for a few devices."""
    folder = tmp_path_factory.mktemp("fixtures") / "all"
    export_fixtures(folder, devices=12, fixed_keys=True)
    return folder


def test_an_export_has_every_file_of_its_manifest(certfleet: Command, tmp_path: Path) -> None:
    only = ("--only", "bulk", "--only", "fleet")
    told = certfleet.json("fixture", "export", tmp_path / "ours", "--devices", 4, "--fixed-keys", *only)
    manifest = json.loads((tmp_path / "ours" / "manifest.json").read_text())
    assert told["files"] == len(manifest["files"]) > 5
    files = {str(path.relative_to(tmp_path / "ours")) for path in (tmp_path / "ours").rglob("*") if path.is_file()}
    assert files == {"manifest.json", *(one["path"] for one in manifest["files"])}
    assert not certfleet.workspace.exists()
    again = ("fixture", "export", tmp_path / "ours", "--devices", 4)
    assert certfleet.refused(*again)["code"] == "fixtures-folder-used"
    assert [path.name for path in tmp_path.iterdir()] == ["ours"]


def test_the_same_arguments_write_the_same_bytes(certfleet: Command, tmp_path: Path) -> None:
    for name in ("first", "second"):
        certfleet.done("fixture", "export", tmp_path / name, "--devices", 3, "--seed", 5, "--fixed-keys")
    for file in (tmp_path / "first").rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "second" / file.relative_to(tmp_path / "first")).read_bytes()


@pytest.mark.parametrize(
    "name", ["certfleet", "citrix", "intune", "jamf-computers", "jamf-mobile-devices", "workspace-one"]
)
def test_each_export_of_the_fleet_is_imported(certfleet: Command, exported: Path, name: str) -> None:
    file = exported / "fleet" / "import" / f"{name}.csv"
    lines = file.read_text().splitlines()[1:]
    if not lines:
        assert name == "jamf-computers"  # so small a fleet has none of these
        return
    told = certfleet.json("device", "import", file, "--time-zone", "UTC")
    assert (len(told["refused"]), len(told["imported"])) == (0, len(lines))


def test_the_archive_is_imported(certfleet: Command, exported: Path) -> None:
    told = certfleet.json("bulk", "import", exported / "bulk" / "devices.zip", "--identity-type", "serial-number")
    assert (told["refused"], len(told["imported"])) == ([], told["total"])


def test_the_fleet_is_as_device_list_prints_it(certfleet: Command, exported: Path) -> None:
    certfleet.done("device", "import", exported / "fleet" / "import" / "certfleet.csv", "--time-zone", "UTC")
    ours, real = json.loads((exported / "fleet" / "devices.json").read_text()), certfleet.json("device", "list")
    assert ours["total"] == len(ours["devices"]) == 12
    assert list(ours["devices"][0]) == list(real["devices"][0])
    answer = json.loads((exported / "fleet" / "rest" / "device-filter-0.json").read_text())
    assert [one["id"] for one in answer["filteredDevicesDataList"]] == list(range(1, 13))


def test_a_program_is_compared_with_the_manifest(certfleet: Command, exported: Path) -> None:
    program = (sys.executable, "-c", READER, "{}", "{password}")
    result = certfleet.run("fixture", "check", exported, "--kind", "pkcs12", "--", *program, json=True)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["asked"], told["wrong"]) == (1, 12, 6)
    wrong = {one["name"] for one in told["files"] if not one["agrees"]}
    assert wrong == {"truncated", "damaged", "key-mismatch"}
    said = certfleet.run("fixture", "check", exported, "--kind", "pkcs12", "--", *program).stdout
    assert "The private key belongs to another certificate." in said and "right about 6 of 12 files" in said


def test_a_crash_and_a_silence_are_no_refusals(certfleet: Command, exported: Path) -> None:
    for program, verdict in (("kill -9 $$", "crashed"), ("sleep 600", "hung")):
        words = ("--kind", "jceks", "--timeout", 1, "--", "sh", "-c", program)
        told = json.loads(certfleet.run("fixture", "check", exported, *words, json=True).stdout)
        assert {one["verdict"] for one in told["files"]} == {verdict}
        assert not any(one["agrees"] for one in told["files"])


def test_a_command_is_asked_about_files_that_have_what_it_names(certfleet: Command, exported: Path) -> None:
    for place, kinds in (("{root}", {"chain"}), ("{password}", {"pkcs12", "jks", "jceks"})):
        told = json.loads(certfleet.run("fixture", "check", exported, "--", "true", place, json=True).stdout)
        manifest = {one["path"]: one for one in json.loads((exported / "manifest.json").read_text())["files"]}
        assert {manifest[one["path"]]["kind"] for one in told["files"]} == kinds
    assert certfleet.run("fixture", "check", exported, "--kind", "jks", "--", "true", "{root}").exit_code == 2


def test_an_archive_is_right_if_its_faults_are_named(certfleet: Command, exported: Path) -> None:
    importer = """import sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
print(*names)
sys.exit("credential.txt" not in names or any("/" in name or name.endswith(".zip") for name in names))"""
    words = ("--kind", "archive", "--", sys.executable, "-c", importer, "{}")
    assert json.loads(certfleet.run("fixture", "check", exported, *words, json=True).stdout)["wrong"] == 0
    silent = ("--kind", "archive", "--", "true")
    told = json.loads(certfleet.run("fixture", "check", exported, *silent, json=True).stdout)["files"]
    unnamed = {one["name"]: one["unnamed"] for one in told if one["expected"] == "partly"}
    assert set(unnamed) == {"wrong-password", "no-password", "damaged", "copy"} and all(unnamed.values())


def test_what_is_no_export_is_refused(certfleet: Command, exported: Path, tmp_path: Path) -> None:
    assert certfleet.refused("fixture", "check", tmp_path, "--", "true")["code"] == "fixtures-missing"
    (tmp_path / "manifest.json").write_text('{"version": 1}')
    assert certfleet.refused("fixture", "check", tmp_path, "--", "true")["code"] == "manifest-unreadable"
    text = (exported / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text.replace('"version": 1', '"version": 2'))
    assert "of version 2" in certfleet.refused("fixture", "check", tmp_path, "--", "true")["message"]
    assert certfleet.refused("fixture", "check", exported, "--", tmp_path / "gone")["code"] == "script-not-found"


@needs_openssl
def test_openssl_is_right_about_what_it_is_asked(certfleet: Command, exported: Path) -> None:
    verify = (
        "openssl verify -x509_strict -purpose sslserver -auth_level 2 -CAfile {root} -untrusted {} -verify_hostname"
    )
    words = ("--kind", "chain", "--", *verify.split(), "{host}", "{}")
    told = json.loads(certfleet.run("fixture", "check", exported, *words, json=True).stdout)
    assert {one["name"] for one in told["files"] if not one["agrees"]} == {"revoked", "key-mismatch"}


def test_bad_archives_are_in_the_folder(exported: Path) -> None:
    with zipfile.ZipFile(exported / "broken" / "archives" / "no-credentials.zip") as archive:
        assert all(name.endswith(".p12") for name in archive.namelist())


def test_the_chains_are_in_the_schema_of_x509_limbo(exported: Path) -> None:
    document = json.loads((exported / "chains.limbo.json").read_text())
    assert document["version"] == 1
    results = {one["id"]: one["expected_result"] for one in document["testcases"]}
    assert results["certfleet::deep"] == "SUCCESS" and results["certfleet::path-length"] == "FAILURE"
    assert not {"certfleet::revoked", "certfleet::key-mismatch"} & set(results)
