"""Starting: the loaded modules, what the program says of itself, and how it ends."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from certfleet import __version__

from ..conftest import Command, Material

GROUPS = ("certificate", "authority", "device", "simulate", "notice", "audit", "workspace")
PLAIN_GROUPS = ("notice", "audit")  # one command each, which loads with its group
HEAVY = ("textual", "cryptography", "faker", "tinydb", "rich", "asn1crypto")


def loaded_by(*arguments: str) -> set[str]:
    """The modules that are loaded at the end of a call."""
    code = (
        "import sys\nfrom certfleet.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: print('\\0' + ' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert not done.stderr
    return set(done.stdout.split("\0")[1].split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([group, "--help"] for group in GROUPS if group not in PLAIN_GROUPS)]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert not {module for module in loaded_by(*arguments) if module.startswith(HEAVY)}


NEVER = ("textual", "asyncio", "http", "xml", "faker", "holidays", "litestar", "uvicorn", "psycopg", "multiprocessing")
"""What no small command may import; ``http`` stands for its submodules too."""
LATER = ("asn1crypto", "certifi", "cryptography.x509", "email", "html", "logging", "plistlib", "ssl", "zipfile")
"""What one device needs as little, unless certificates have to be read."""


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["device", "show", "1"], (*NEVER, *LATER, "certfleet.store.effects", "certfleet.store.keystores")),
        (["device", "list"], (*NEVER, *LATER, "certfleet.store.effects", "certfleet.store.keystores")),
        (["certificate", "list"], (*NEVER, "certfleet.simulator", "certfleet.store.effects", "certfleet.store.bulk")),
        (["checklist"], (*NEVER, "certfleet.simulator.plans.words", "certfleet.store.keystores")),
    ],
    ids=" ".join,
)
def test_a_small_command_imports_what_it_needs_only(
    arguments: list[str], unwanted: tuple[str, ...], certfleet: Command
) -> None:
    certfleet.done("simulate", "fleet", "--devices", "1", "--start", "2026-01-05")
    loaded = loaded_by("--workspace", str(certfleet.workspace), *arguments)
    assert not {name for name in loaded for one in unwanted if name == one or name.startswith(f"{one}.")}


def test_help_is_quick(certfleet: Command) -> None:
    """By the processor's time: what else the machine does is not its fault."""
    best = 9.0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        certfleet.program("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < 0.3


def test_version(certfleet: Command) -> None:
    assert certfleet.program("--version").stdout.decode() == f"certfleet {__version__}\n"


def test_every_command_has_help(certfleet: Command) -> None:
    for group in ([], *([name] for name in GROUPS)):
        text = certfleet.done(*group, "--help")
        for line in text.split("Commands:\n")[1].split("\n\n")[0].splitlines():
            if line.startswith("  ") and line[2:3].strip():
                assert "Usage: certfleet" in certfleet.done(*group, line.split()[0], "--help")


def test_no_command_needs_a_terminal(certfleet: Command) -> None:
    done = certfleet.program(stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: not-a-terminal: ")
    assert not certfleet.workspace.exists()
    assert certfleet.program("demo").stderr.startswith(b"error: not-a-terminal: ")


def test_usage(certfleet: Command) -> None:
    result = certfleet.run("certificate", "show", "three")
    assert result.exit_code == 2
    assert "Usage: certfleet certificate show" in result.stderr
    result = certfleet.run("certificate", "show", "three", json=True)
    assert result.exit_code == 2
    error = json.loads(result.stderr)["error"]
    assert error["code"] == "usage"
    assert "'three' is not a valid integer range" in error["message"]
    assert error["hint"] == "Try `certfleet certificate show --help`."


@pytest.mark.parametrize(
    "arguments",
    [
        ["certificates"],
        ["certificate"],
        ["certificate", "shw", "1"],
        ["certificate", "show"],
        ["certificate", "show", "0"],
        ["certificate", "show", "99999999999999999999"],
        ["certificate", "list", "--status", "old"],
        ["certificate", "list", "--expiring-within", "soon"],
        ["certificate", "import", "x.pem", "--use-as", "apns"],
        ["certificate", "export", "1", "--legacy"],
        ["certificate", "export", "1", "--force"],
        ["certificate", "import-keystore", "x.p12", "--password-file", "-", "--key-password-file", "-"],
        ["certificate", "requests", "--pem", "1", "--cancel", "1"],
        ["certificate", "request"],
        ["workspace", "passphrase", "--remove", "--new-passphrase-file", "x"],
        ["completion", "tcsh"],
        [],
    ],
)
def test_usage_errors_are_json_too(certfleet: Command, arguments: list[str]) -> None:
    result = certfleet.run(*arguments, json=True)
    assert result.exit_code == 2
    assert json.loads(result.stderr)["error"]["code"] == "usage"
    assert result.stdout == ""


def test_the_json_option_may_stand_behind_the_command(filled: Command) -> None:
    before = filled.run("certificate", "list", json=True)
    behind = filled.run("certificate", "list", "--json")
    assert behind.exit_code == 0
    assert behind.stdout == before.stdout


def test_other_global_options_stand_before_the_command(certfleet: Command) -> None:
    result = certfleet.run("certificate", "list", "--workspace", "elsewhere", json=True)
    assert result.exit_code == 2
    assert "before the command" in json.loads(result.stderr)["error"]["hint"]


def test_text_that_is_none(certfleet: Command) -> None:
    done = certfleet.program("certificate", "describe", "1", b"\xff\xfe".decode(errors="surrogateescape"))
    assert done.returncode == 2
    assert b"not valid UTF-8" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(certfleet: Command, shell: str) -> None:
    assert "_CERTFLEET_COMPLETE" in certfleet.done("completion", shell)


def test_completion(certfleet: Command) -> None:
    certfleet.environment = {
        "_CERTFLEET_COMPLETE": "bash_complete",
        "COMP_WORDS": "certfleet certificate imp",
        "COMP_CWORD": "2",
    }
    assert certfleet.program().stdout.decode().split() == ["plain,import", "plain,import-keystore"]


def test_an_encoding_that_cannot_say_it(filled: Command) -> None:
    filled.environment = {"PYTHONIOENCODING": "latin-1"}
    done = filled.program("certificate", "describe", "1", "ü☃")
    assert (done.returncode, done.stdout.split()[-1]) == (0, b"\xfc\\u2603")


@pytest.mark.slow
def test_interrupt(certfleet: Command, material: Material) -> None:
    shown, status = certfleet.on_a_terminal(
        "certificate", "import-keystore", material / "leaf.p12", answers=[("Password of leaf.p12", "\x03")]
    )
    assert status == 130
    assert "Traceback" not in shown
    assert "error" not in shown


def test_fault(certfleet: Command, filled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a secret")

    monkeypatch.setattr("certfleet.store.inventory.inventory.Inventory.list", broken)
    error = filled.refused("certificate", "list")
    assert error["code"] == "internal"
    assert "secret" not in str(error)
    filled.environment = {"CERTFLEET_DEBUG": "1"}
    assert "Traceback" in filled.run("certificate", "list").stderr
