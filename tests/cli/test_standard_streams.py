"""``-`` and pipes, wherever a file goes in or out."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from cryptography import x509

from .conftest import HOST, PASSWORD, Command, Material


def test_a_certificate_comes_on_standard_input(certfleet: Command, material: Material) -> None:
    pem = (material / "chain.pem").read_text()
    told = certfleet.done("certificate", "import", "-", input=f"depth=1 CN = what s_client says\n{pem}---\n")
    assert f"imported #1 {HOST}" in told
    assert "from standard input" in certfleet.done("certificate", "show", 1)


def test_a_keystore_and_its_password_cannot_both_come_on_it(certfleet: Command, material: Material) -> None:
    outcome = certfleet.run("certificate", "import-keystore", "-", "--password-file", "-", input="")
    assert outcome.exit_code == 2
    assert "Only one file can be standard input." in outcome.stderr
    outcome = certfleet.run("certificate", "import", material / "root.pem", "-", "-", input="")
    assert outcome.exit_code == 2


def test_a_key_comes_on_standard_input_beside_its_certificate(certfleet: Command, material: Material) -> None:
    key = (material / "leaf.key").read_text()
    answer = certfleet.json("certificate", "import", material / "chain.pem", "--key", "-", input=key)
    assert answer["imported"][0]["has_private_key"]


def test_nothing_on_standard_input(certfleet: Command) -> None:
    outcome = certfleet.run("certificate", "import", "-", input="")
    assert "error: file-empty: standard input is empty" in outcome.stderr


def test_a_named_pipe_is_read(certfleet: Command, material: Material, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=((material / "root.pem").read_bytes(),))
    writer.start()
    assert "imported #1 Example Root CA" in certfleet.done("certificate", "import", pipe)
    writer.join()


@pytest.mark.parametrize(
    "arguments",
    [
        ("certificate", "export", 1, "--output", "-"),
        ("certificate", "export", 1, "--out", "-", "--force"),
        ("certificate", "request", "--subject", "CN=a.example", "--output", "-"),
        ("authority", "export", "default", "--output", "-"),
    ],
)
def test_a_dash_is_standard_output(
    filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    outcome = filled.run(*arguments)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout.startswith("-----BEGIN CERTIFICATE")
    assert set(tmp_path.iterdir()) == before


def test_a_workspace_goes_through_a_pipe(filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = filled.run("workspace", "export", "-")
    assert outcome.exit_code == 0, outcome.stderr
    assert "certificates" in json.loads(outcome.stdout)
    assert "belongs to them to standard output" in outcome.stderr
    assert not Path("-").exists()


def test_the_new_key_of_a_device_goes_into_a_file(certfleet: Command, material: Material) -> None:
    files = ("--certificate", material / "leaf.pem", "--key", material / "leaf.key")
    outcome = certfleet.run("device", "check-in", *files, "--renew-with", "-")
    assert outcome.exit_code == 2
    assert "--renew-with needs a file" in outcome.stderr


def test_a_keystore_is_written_to_standard_output(filled: Command, material: Material, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(PASSWORD)
    options = ("--format", "pkcs12", "--password-file", tmp_path / "pw")
    answer = filled.json("certificate", "export", 1, *options, "--output", "-")
    assert (answer["file"], answer["encoding"]) == (None, "base64")
    assert x509.load_pem_x509_certificate((material / "root.pem").read_bytes())
