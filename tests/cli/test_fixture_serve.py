"""Chains served until a signal."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from .conftest import Command


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(certfleet: Command, tmp_path: Path, number: int) -> None:
    root = tmp_path / "root.pem"
    line = certfleet.line("--json", "fixture", "serve", "--output", root)
    with subprocess.Popen(line, env=certfleet.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        text = ""
        while not text.endswith("\n}\n"):
            read = process.stdout.readline()
            assert read, process.stderr.read()
            text += read.decode()
        told = json.loads(text)
        chains = {one["name"]: one for one in told["chains"]}
        context = ssl.create_default_context(cafile=str(root))
        with (
            socket.create_connection((told["host"], told["port"]), 60) as made,
            context.wrap_socket(made, server_hostname=chains["good"]["host"]) as connection,
        ):
            assert connection.getpeercert()
        idle = socket.create_connection((told["host"], told["port"]), 60)
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
        idle.close()
    assert (process.returncode, rest, errors) == (0, b"", b"")
    assert chains["expired"]["expected"] == "refuse" and chains["expired"]["host"] == "expired.localhost"
    assert (told["file"], told["content"]) == (str(root), None)
    assert not certfleet.workspace.exists()


def test_it_tells_the_hosts_and_the_root(certfleet: Command) -> None:
    line = certfleet.line("fixture", "serve", "--domain", "chains.example.test", "--host", "0.0.0.0")
    with subprocess.Popen(line, env=certfleet.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        said: list[str] = []
        while not said or not said[-1].startswith("serving "):
            said.append(process.stdout.readline().decode())
            assert said[-1]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said[0].split() == ["HOST", "RIGHT", "IS", "BECAUSE"]
    expired = next(row for row in said if row.startswith("expired.chains.example.test:"))
    assert expired.rstrip().endswith("refused   The certificate has expired.")
    assert "-----BEGIN CERTIFICATE-----\n" in said
    assert "revocation at http://chains.example.test:" in said[-1]
    assert b"whoever reaches this machine can connect" in errors


def test_a_domain_that_is_none_is_no_use(certfleet: Command) -> None:
    for domain in ("no domain", "x" * 41):
        assert certfleet.run("fixture", "serve", "--domain", domain).exit_code == 2


def test_a_port_in_use_is_told(certfleet: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = certfleet.refused("fixture", "serve", "--port", taken.getsockname()[1])
    assert refused["code"] == "address-in-use"
