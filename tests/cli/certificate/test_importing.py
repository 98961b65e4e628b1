"""Importing certificates."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from ..conftest import HOST, PASSWORD, Command, Material


def test_a_chain_with_its_key(certfleet: Command, material: Material) -> None:
    told = certfleet.done(
        "certificate", "import", material / "chain.pem", "--key", material / "leaf.key", "--use-as", "ssl-listener"
    )
    assert told.splitlines()[:3] == [
        f"imported #1 {HOST} (ssl-listener), valid, 82 days left",
        "imported #2 Example Issuing CA (server), valid, 3,000 days left",
        "imported #3 Example Root CA (server), valid, 3,000 days left",
    ]


def test_json(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "root.pem")
    answer = certfleet.json("certificate", "import", material / "chain.pem", "--description", "MDM")
    assert {"imported", "linked", "also_in_file"} <= answer.keys()
    assert [entry["id"] for entry in answer["imported"]] == [2, 3]
    assert [entry["id"] for entry in answer["linked"]] == [1]
    leaf = answer["imported"][0]
    assert (leaf["description"], leaf["status"], leaf["days_left"], leaf["issuer_id"]) == ("MDM", "valid", 82, 3)
    assert leaf["not_after"].endswith("Z")
    assert leaf["fingerprint_sha256"] == leaf["fingerprint_sha256"].lower()


def test_what_is_asked_and_not_done_is_said(filled: Command, material: Material) -> None:
    asked = ("certificate", "import", material / "chain.pem", "--use-as", "saml", "--description", "Files")
    assert "note: certificate 1 (" in filled.done(*asked)
    notes = filled.json(*asked)["notes"]
    assert any("was not set to saml" in note for note in notes)
    assert any("its description stays" in note for note in notes)


def test_the_same_again_is_linked(filled: Command, material: Material) -> None:
    told = filled.done("certificate", "import", material / "chain.pem")
    assert f"linked #1 {HOST}: already in the inventory" in told
    assert "imported" not in told


def test_of_several_files_each_is_judged_alone(certfleet: Command, material: Material, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("no certificate")
    files = (material / "root.pem", tmp_path / "text.txt", tmp_path / "missing", material / "chain.pem")
    outcome = certfleet.run("certificate", "import", *files)
    assert outcome.exit_code == 1
    assert "root.pem: imported #1 Example Root CA" in outcome.stdout
    assert f"chain.pem: imported #2 {HOST}" in outcome.stdout
    assert "error: not-a-certificate: " in outcome.stderr
    assert "error: file-not-found: " in outcome.stderr
    assert "Traceback" not in outcome.output

    again = certfleet.run("certificate", "import", *files, json=True)
    answer = json.loads(again.stdout)
    assert (answer["imported"], len(answer["linked"])) == ([], 4)
    assert [refused["code"] for refused in answer["refused"]] == ["not-a-certificate", "file-not-found"]


def test_several_files_have_no_key_in_common(certfleet: Command, material: Material) -> None:
    outcome = certfleet.run(
        "certificate", "import", material / "root.pem", material / "chain.pem", "--key", material / "leaf.key"
    )
    assert outcome.exit_code == 2


def test_an_encrypted_key(certfleet: Command, material: Material) -> None:
    arguments = ("certificate", "import", material / "chain.pem", "--key", material / "leaf.enc.key")
    assert certfleet.refused(*arguments)["code"] == "key-password-needed"
    assert "--key-password-file" in certfleet.refused(*arguments)["hint"]
    assert certfleet.refused(*arguments, "--key-password-file", material / "wrong")["code"] == "wrong-password"
    answer = certfleet.json(*arguments, "--key-password-file", "-", input=f"{PASSWORD}\n")
    assert answer["imported"][0]["has_private_key"]


def test_an_encrypted_key_on_a_terminal(certfleet: Command, material: Material) -> None:
    shown, status = certfleet.on_a_terminal(
        "certificate",
        "import",
        material / "chain.pem",
        "--key",
        material / "leaf.enc.key",
        answers=[("Password of the private key", f"{PASSWORD}\n")],
    )
    assert status == 0
    assert f"imported #1 {HOST}" in shown
    assert PASSWORD not in shown


def test_a_keystore(certfleet: Command, material: Material) -> None:
    told = certfleet.done(
        "certificate",
        "import-keystore",
        material / "push.p12",
        "--password-file",
        material / "password",
        "--use-as",
        "apns",
    )
    assert told.startswith("imported #1 com.apple.mgmt.External.1 (apns), critical, 8 days left\n")
    assert certfleet.done("certificate", "password", 1, "--yes") == f"{PASSWORD}\n"


def test_a_keystore_without_anybody_to_ask(certfleet: Command, material: Material) -> None:
    error = certfleet.refused("certificate", "import-keystore", material / "leaf.p12")
    assert error["code"] == "password-needed"
    assert "--password-file" in error["hint"]


def test_a_keystore_on_a_terminal(certfleet: Command, material: Material) -> None:
    shown, status = certfleet.on_a_terminal(
        "certificate", "import-keystore", material / "leaf.p12", answers=[("Password of leaf.p12", f"{PASSWORD}\n")]
    )
    assert status == 0, shown
    assert f"imported #1 {HOST}" in shown
    assert PASSWORD not in shown


def test_a_keystore_without_a_password(certfleet: Command, material: Material, tmp_path: Path) -> None:
    for name, file in (("leaf", "chain.pem"), ("renewed", "renewed.pem")):
        subprocess.run(
            [
                *("openssl", "pkcs12", "-export", "-in", material / file, "-inkey", material / f"{name}.key"),
                *("-passout", "pass:", "-out", tmp_path / f"{name}.p12"),
            ],
            check=True,
            capture_output=True,
        )
    certfleet.done("certificate", "import-keystore", tmp_path / "leaf.p12")
    (tmp_path / "none").touch()
    certfleet.done("certificate", "import-keystore", tmp_path / "renewed.p12", "--password-file", tmp_path / "none")


@pytest.fixture(scope="session")
def java(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JKS with two keys, "vpn" and "mail", whose keys have another password than the store."""
    path = tmp_path_factory.mktemp("java") / "two.jks"
    for alias, key_password in (("vpn", "keypass1"), ("mail", "keypass2")):
        subprocess.run(
            [
                *("keytool", "-genkeypair", "-keyalg", "EC", "-alias", alias, "-dname", f"CN={alias}.example.com"),
                *("-storetype", "JKS", "-keystore", path, "-storepass", "storepass", "-keypass", key_password),
            ],
            check=True,
            capture_output=True,
        )
    (path.parent / "store").write_text("storepass\n")
    (path.parent / "key1").write_text("keypass1\n")
    (path.parent / "key2").write_text("keypass2\n")
    return path


def test_a_java_keystore(certfleet: Command, java: Path) -> None:
    told = certfleet.done(
        *("certificate", "import-keystore", java, "--type", "jks", "--alias", "mail"),
        *("--password-file", java.parent / "store", "--key-password-file", java.parent / "key2"),
    )
    assert "imported #1 mail.example.com" in told
    assert 'also in the file: alias "vpn" (private key, CN=vpn.example.com)' in told


def test_a_java_keystore_with_a_key_password(certfleet: Command, java: Path) -> None:
    arguments = ("certificate", "import-keystore", java, "--alias", "vpn", "--password-file", java.parent / "store")
    error = certfleet.refused(*arguments)
    assert error["code"] == "key-password-needed"
    assert "--key-password-file" in error["hint"]
    assert certfleet.refused(*arguments, "--key-password-file", java.parent / "key2")["code"] == "wrong-password"
    shown, status = certfleet.on_a_terminal(*arguments, answers=[("Password of the private key", "keypass1\n")])
    assert status == 0, shown


def test_no_such_alias(certfleet: Command, java: Path) -> None:
    error = certfleet.refused(
        "certificate", "import-keystore", java, "--alias", "vnp", "--password-file", java.parent / "store"
    )
    assert error["code"] == "alias-not-found"
    assert "vpn" in error["message"] + error["hint"]


def test_a_password_from_a_pipe(certfleet: Command, material: Material) -> None:
    reader, writer = os.pipe()
    os.write(writer, PASSWORD.encode())
    os.close(writer)
    done = subprocess.run(
        certfleet.line("certificate", "import-keystore", material / "leaf.p12", "--password-file", f"/dev/fd/{reader}"),
        pass_fds=[reader],
        capture_output=True,
        timeout=120,
    )
    os.close(reader)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "."], "file-empty"),
        (["import", "nowhere.pem"], "file-not-found"),
        (["import", "empty.pem"], "file-empty"),
        (["import", "notes.txt"], "not-a-certificate"),
        (["import", "leaf.key"], "not-a-certificate"),
        (["import", "leaf.p12"], "not-a-certificate"),
        (["import", "two.pem"], "not-a-chain"),
        (["import", "/dev/null"], "not-a-file"),
        (["import", "chain.pem", "--key", "other.key"], "key-mismatch"),
        (["import", "chain.pem", "--key", "nowhere.key"], "file-not-found"),
        (["import", "chain.pem", "--key", "notes.txt"], "not-a-private-key"),
        (["import", "chain.pem", "--key", "leaf.enc.key", "--key-password-file", "."], "not-a-file"),
        (["import", "chain.pem", "--key", "leaf.enc.key", "--key-password-file", "nope"], "file-not-found"),
        (["import", "chain.pem", "--key", "leaf.enc.key", "--key-password-file", "leaf.p12"], "password-not-text"),
        (["import-keystore", "leaf.p12", "--password-file", "wrong"], "wrong-password"),
        (["import-keystore", "chain.pem", "--password-file", "wrong"], "not-a-keystore"),
        (["import-keystore", "notes.txt", "--password-file", "wrong"], "not-a-keystore"),
    ],
)
def test_refusals(
    certfleet: Command, material: Material, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str
) -> None:
    monkeypatch.chdir(material.files)
    assert certfleet.refused("certificate", *arguments)["code"] == code
    assert "there is no workspace" in certfleet.run("certificate", "list").stderr or (
        certfleet.json("certificate", "list") == {"certificates": []}
    )


def test_a_file_name_that_is_no_text(certfleet: Command, material: Material, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"bad\xff\n.pem")
    file.write_bytes((material / "leaf.pem").read_bytes())
    assert certfleet.program("certificate", "import", file).returncode == 0
    assert certfleet.json("certificate", "show", 1)["certificate"]["source"] == "bad\\udcff\\x0a.pem"


def test_a_key_pair_that_is_there_already(certfleet: Command, material: Material, tmp_path: Path) -> None:
    key = material / "leaf.key"
    for name, days in (("old", "50"), ("new", "60")):
        subprocess.run(
            ["openssl", "req", "-x509", "-key", key, "-subj", "/CN=twin", "-days", days, "-out", tmp_path / name],
            check=True,
            capture_output=True,
        )
    certfleet.done("certificate", "import", tmp_path / "old", "--description", "kept")
    error = certfleet.refused("certificate", "import", tmp_path / "new")
    assert error["code"] == "same-key"
    assert "--on-conflict" in error["hint"]
    answer = certfleet.json("certificate", "import", tmp_path / "new", "--on-conflict", "replace")
    assert [(entry["id"], entry["description"]) for entry in answer["imported"]] == [(1, "kept")]
    told = certfleet.done("certificate", "import", tmp_path / "old", "--on-conflict", "delete")
    assert told.startswith("deleted #1 twin\nimported #2 twin (server)")


def test_escape_sequences_stay_out_of_the_terminal(certfleet: Command, material: Material) -> None:
    told = certfleet.done("certificate", "import", material / "nasty.pem")
    told += certfleet.done("certificate", "list") + certfleet.done("certificate", "show", 1)
    told += certfleet.done("certificate", "describe", 1, "\x1b[2J\u202egnp.exe") + certfleet.done("audit", "list")
    told += certfleet.run("certificate", "delete", 2).stderr
    shown, _ = certfleet.on_a_terminal("certificate", "list")
    assert "\x1b]0;" not in shown + told
    assert "\x07" not in shown + told
    assert "\x1b[31m" not in shown
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[red]" in told


def as_certbot_keeps_it(folder: Path, material: Material, chain: str, key: str) -> Path:
    folder.mkdir(parents=True)
    for name, came in (("fullchain.pem", chain), ("cert.pem", chain), ("privkey.pem", key)):
        (folder / name).symlink_to(material / came)
    (folder / "chain.pem").symlink_to(material / "root.pem")
    (folder / "README").write_text("This directory contains your keys and certificates.")
    return folder


def test_a_folder_of_pem_files_is_one_file(certfleet: Command, material: Material, tmp_path: Path) -> None:
    folder = as_certbot_keeps_it(tmp_path / "live" / HOST, material, "chain.pem", "leaf.key")
    answer = certfleet.json("certificate", "import", folder)
    assert [entry["has_private_key"] for entry in answer["imported"]] == [True, False, False]
    assert answer["imported"][0]["source"] == HOST


def test_a_folder_of_such_folders_is_several(certfleet: Command, material: Material, tmp_path: Path) -> None:
    as_certbot_keeps_it(tmp_path / "live" / "one", material, "renewed.pem", "renewed.key")
    (tmp_path / "live" / "two").mkdir()
    (tmp_path / "live" / "two" / "cert.pem").symlink_to(material / "nowhere.pem")
    (tmp_path / "live" / "README").write_text("nothing")
    outcome = certfleet.run("certificate", "import", tmp_path / "live")
    assert outcome.exit_code == 1  # two/cert.pem leads nowhere
    assert "one: imported #1" in outcome.stdout
    assert "error: file-not-found:" in outcome.stderr


def test_a_folder_without_pem_files_is_none(certfleet: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert certfleet.refused("certificate", "import", tmp_path / "empty")["code"] == "not-a-file"


def test_a_folder_of_pem_files_replaces(filled: Command, material: Material, tmp_path: Path) -> None:
    folder = as_certbot_keeps_it(tmp_path / "live" / HOST, material, "renewed.pem", "renewed.key")
    answer = filled.json("certificate", "replace", 1, folder)
    assert (answer["new"]["has_private_key"], answer["old"]["status"]) == (True, "replaced")
