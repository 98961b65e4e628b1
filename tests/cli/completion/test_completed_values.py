"""The Tab key: ids, groups, policies, devices and aliases that are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from certfleet.cli.config.names import list_commands
from certfleet.cli.frame.sorting import hyphened
from certfleet.cli.list_columns import columns_of
from certfleet.cli.main import main
from tests.edited_store import damage
from tests.prepared import Prepared

from ..conftest import Command, Material


@pytest.fixture
def company(certfleet: Command, prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> Command:
    certfleet.after(
        prepared,
        "simulate company --seed 3 --start 2026-01-05",
        "simulate fleet --devices 30 --seed 3",
        "moment save before",
    )
    monkeypatch.setenv("CERTFLEET_WORKSPACE", str(certfleet.workspace))
    return certfleet


def completed(words: Sequence[object], start: str = "") -> list[str]:
    found = ShellComplete(main, {}, "certfleet", "_CERTFLEET_COMPLETE").get_completions(list(map(str, words)), start)
    return [str(one.value) for one in found]


def test_ids_of_what_the_command_is_about(company: Command) -> None:
    entries = company.json("certificate", "list")["certificates"]
    assert completed(["certificate", "show"]) == [str(one["id"]) for one in entries]
    assert completed(["certificate", "show"], "2") == [str(one["id"]) for one in entries if str(one["id"])[0] == "2"]
    assert completed(["task", "done"]) == [str(one["id"]) for one in company.json("task", "list")["tasks"]]
    assert completed(["component", "bind", "mdm-ssl"]) == [str(one["id"]) for one in entries]


def test_devices_by_their_serial_numbers(company: Command) -> None:
    number = next(one["serial_number"] for one in company.json("device", "list")["devices"] if one["serial_number"])
    assert number in completed(["device", "show"], number[:2].lower())
    assert number in completed(["device", "renew", "1"], number[:3])


def test_names(company: Command) -> None:
    company.done("policy", "create", "Field VPN", "--server", "vpn.company.example", "--identity-type", "imei")
    assert completed(["policy", "show"], "fi") == ["Field VPN"]
    assert completed(["device", "list", "--issuer"], "d") == ["default"]
    assert completed(["authority", "show"]) == ["default"]
    assert completed(["moment", "compare", "now"], "b") == ["before"]
    assert completed(["moment", "compare", "before"], "n") == ["now"]
    assert completed(["moment", "go"], "n") == []
    assert completed(["component", "candidates"], "mdm") == ["mdm-ssl"]
    assert completed(["simulate", "fleet", "--habits"], "ho") == ["hospital"]
    assert "apns-last-ten-days" in completed(["scenario", "start"], "apns")


def test_columns_of_a_list_one_after_the_other(company: Command) -> None:
    assert completed(["device", "list", "--columns"], "owner,st") == ["owner,state", "owner,state-since"]
    assert completed(["certificate", "list", "--sort"], "name,-day") == ["name,-days", "name,-days-left"]
    assert completed(["certificate", "list"], "--columns=name,na") == []
    assert completed(["device", "list", "--sort"], "owner,s") == ["owner,serial-number", "owner,state"]
    assert completed(["audit", "list", "--columns"], "OR") == ["origin"]


def test_every_list_knows_its_columns(company: Command) -> None:
    lists = dict(list_commands())
    assert {name for name in lists if not columns_of(name)} == set()
    looked = 0
    for words in ("certificate", "device", "audit", "notice", "component", "authority", "trust", "profile", "moment"):
        lines = company.done(words, "list", "--format", "csv").splitlines()
        known = columns_of(f"{words}-list")
        assert {hyphened(name) for name in lines[0].split(",")} <= set(known), words
        titles = company.done(words, "list", "--format", "markdown").splitlines()[0].strip("| ").split(" | ")
        assert {hyphened(title) for title in titles} <= set(known), words
        looked += 1
    assert looked == 9


def test_what_the_audit_trail_has(company: Command) -> None:
    assert completed(["audit", "list", "--action"], "simulation.f") == ["simulation.fleet"]
    assert "certificate:3" in completed(["audit", "list", "--record"], "certificate:3")
    assert completed(["audit", "list", "--user"], "cert") == ["certfleet"]


def test_aliases_of_the_keystore_in_the_line(company: Command, material: Material) -> None:
    line = ["certificate", "import-keystore", material / "leaf.p12"]
    assert completed([*line, "--password-file", material / "password", "--alias"]) == ["vpn"]
    assert completed([*line, f"--password-file={material / 'password'}"], "--alias=v") == ["vpn"]
    assert completed([*line, "--alias"]) == []
    assert completed([*line, "--password-file", material / "wrong", "--alias"]) == []


def test_nothing_where_nothing_can_be_known(company: Command, tmp_path: Path) -> None:
    assert completed(["certificate", "describe", "1"]) == []
    assert completed(["--workspace", tmp_path / "none", "certificate", "show"]) == []
    assert not (tmp_path / "none").exists()
    damage(company.workspace)
    assert completed(["certificate", "show"]) == []


def test_a_locked_workspace_completes_without_asking(company: Command, material: Material) -> None:
    company.done("workspace", "passphrase", "--new-passphrase-file", material / "password")
    assert "1" in completed(["certificate", "show"])


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't installed")
def test_bash_completes_after_an_equals_sign_and_quotes_names_with_spaces(company: Command, tmp_path: Path) -> None:
    company.done("policy", "create", "Field VPN", "--server", "vpn.company.example", "--identity-type", "imei")
    program = tmp_path / "bin" / "certfleet"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m certfleet "$@"\n')
    program.chmod(0o755)
    script = """
        eval "$(certfleet completion bash)"
        COMP_WORDS=(certfleet device list --issuer = de); COMP_CWORD=5; _certfleet_completion certfleet
        printf '%s\\n' "${COMPREPLY[@]}"; COMPREPLY=()
        COMP_WORDS=(certfleet policy show Fi); COMP_CWORD=3; _certfleet_completion certfleet
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = f"{program.parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "--norc", "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == ["default", "'Field VPN'"]


def test_commands_whose_help_is_wanted() -> None:
    assert completed(["help"], "cert") == ["certificate"]
    assert completed(["help", "certificate"], "import") == ["import", "import-keystore"]
    assert completed(["help", "certificate", "show"]) == []
    assert completed(["help", "nothing"]) == []
