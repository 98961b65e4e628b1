"""Follow-ups after a replacement: reported, listed, exported for support, marked done."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from .conftest import HOST, Command, Material


@pytest.fixture
def migrated(filled: Command, material: Material) -> Command:
    """A migrated site with SSL offload whose certificate for the MDM FQDN (1) was replaced by 4."""
    filled.done("site", "set", "--yes", "--migrated", "--ssl-offload")
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done("certificate", "replace", 1, material / "renewed.p12", "--password-file", material / "password")
    return filled


def test_a_replacement_tells_what_it_opened(filled: Command, material: Material) -> None:
    filled.done("site", "set", "--yes", "--migrated")
    filled.done("component", "bind", "mdm-ssl", 1)
    arguments = ("certificate", "replace", 1, material / "renewed.p12", "--password-file", material / "password")
    assert "task 1: Send the PFX and its password to support\n" in filled.done(*arguments)


def test_tasks(migrated: Command) -> None:
    tasks = migrated.json("task", "list")["tasks"]
    assert [(task["id"], task["kind"], task["done_at"]) for task in tasks] == [
        (1, "load-balancer", None),
        (2, "support", None),
    ]
    assert [(task["certificate_id"], task["old_certificate_id"]) for task in tasks] == [(4, 1), (4, 1)]
    text = migrated.done("task", "list")
    assert "Update the load balancer's cacert.pem" in text
    assert "Until then the load balancer goes on with certificate 1." in text
    assert "Unless this is done before " in text


def test_done(migrated: Command) -> None:
    served = migrated.json("component", "list")["components"][0]
    assert (served["certificate_id"], served["still_serves"]) == (4, 1)
    assert "still uses #1 until that is done elsewhere" in migrated.done("checklist")
    assert "until then it uses #1" in migrated.done("impact", "--certificate", 4)
    assert migrated.json("impact", "--certificate", 1)["depends"][0]["waits"]
    told = migrated.done("task", "done", 1)
    assert "SSL certificate for the MDM FQDN keeps using #1 until task 2 is done" in told
    assert "SSL certificate for the MDM FQDN uses #4" in migrated.done("task", "done", 2)
    assert migrated.json("task", "done", 2)["task"]["done_by"]
    assert migrated.json("component", "list")["components"][0]["still_serves"] is None
    assert migrated.done("task", "list") == "there is nothing to do\n"
    assert len(migrated.json("task", "list", "--all")["tasks"]) == 2
    assert migrated.refused("task", "done", 9)["code"] == "task-unknown"


def test_export_for_support(migrated: Command, tmp_path: Path) -> None:
    pfx, password = tmp_path / "mdm.pfx", tmp_path / "mdm.pw"
    told = migrated.done("task", "export", 2, pfx, "--password-output", password)
    secret = password.read_text().strip()
    assert len(secret) >= 20
    assert secret not in told
    assert [stat.S_IMODE(file.stat().st_mode) for file in (pfx, password)] == [0o600, 0o600]
    bundle = pkcs12.load_pkcs12(pfx.read_bytes(), secret.encode())
    assert bundle.cert is not None
    assert bundle.key is not None
    assert bundle.cert.certificate.subject == x509.Name.from_rfc4514_string(f"CN={HOST}")
    assert len(bundle.additional_certs) == 2
    (line,) = migrated.json("audit", "list", "--limit", 1)["audit"]
    assert (line["action"], line["record"]) == ("certificate.export-key", "certificate:4")


def test_an_export_overwrites_nothing(migrated: Command, tmp_path: Path) -> None:
    pfx, password = tmp_path / "mdm.pfx", tmp_path / "mdm.pw"
    arguments = ("task", "export", 2, pfx, "--password-output", password)
    password.write_text("mine")
    assert migrated.refused(*arguments)["code"] == "file-exists"
    assert (pfx.exists(), password.read_text()) == (False, "mine")
    answer = migrated.json(*arguments, "--force")
    assert answer == {"task_id": 2, "certificate_id": 4, "file": str(pfx), "password_file": str(password)}
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    first = password.read_text()
    migrated.done(*arguments, "--force")
    assert password.read_text() != first


def test_what_can_not_be_exported(migrated: Command, tmp_path: Path) -> None:
    pfx, password = tmp_path / "mdm.pfx", tmp_path / "mdm.pw"
    options = (pfx, "--password-output", password)
    assert migrated.refused("task", "export", 1, *options)["code"] == "no-export-for-task"
    assert migrated.refused("task", "export", 9, *options)["code"] == "task-unknown"
    assert migrated.refused("task", "export", 2, tmp_path, "--password-output", password)["code"] == "not-a-file"
    inside = migrated.workspace / "x.pfx"
    assert migrated.refused("task", "export", 2, inside, "--password-output", password)["code"] == "file-in-workspace"
    assert migrated.run("task", "export", 2, pfx, "--password-output", pfx).exit_code == 2
    assert migrated.run("task", "export", 2, pfx).exit_code == 2
    assert not pfx.exists()
    assert not password.exists()


def test_support_needs_the_key(certfleet: Command, material: Material, tmp_path: Path) -> None:
    certfleet.done("certificate", "import", material / "chain.pem")
    certfleet.done("site", "set", "--yes", "--migrated")
    certfleet.done("component", "bind", "gateway-mdm-ssl", 1)
    assert certfleet.json("certificate", "replace", 1, material / "renewed.pem")["tasks"] == [1]
    pfx, password = tmp_path / "mdm.pfx", tmp_path / "mdm.pw"
    refused = certfleet.refused("task", "export", 1, pfx, "--password-output", password)
    assert refused["code"] == "no-private-key"
    certfleet.done("certificate", "import", material / "renewed.pem", "--key", material / "renewed.key")
    certfleet.done("task", "export", 1, pfx, "--password-output", password)
