"""Standard streams that are closed, full, or read by nobody."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.waiting import LONG

READS = ("certificate", "list")
CHANGES = ("certificate", "describe", 1, "new")
CANNOT_BE_WRITTEN = {">&-": "standard output is closed", ">/dev/full": "No space left on device"}


def shell(command: Command, streams: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it in a shell with these redirections."""
    line = f"{shlex.join(command.line(*arguments))} {streams}"
    return subprocess.run(["sh", "-c", line], env=command.env(), capture_output=True, text=True, timeout=LONG)


def described(command: Command) -> bool:
    return bool(command.json("certificate", "show", 1)["certificate"]["description"] == "new")


@pytest.mark.parametrize("streams", CANNOT_BE_WRITTEN)
def test_an_answer_that_nobody_gets_is_an_error(filled: Command, streams: str) -> None:
    done = shell(filled, streams, *READS)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: output-failed: the output can't be written: {CANNOT_BE_WRITTEN[streams]}\n")
    assert done.stderr.count("\n") == 2  # and the hint


@pytest.mark.parametrize("streams", CANNOT_BE_WRITTEN)
def test_a_change_stays_and_that_is_told(filled: Command, streams: str) -> None:
    done = shell(filled, streams, *CHANGES)
    assert done.returncode == 1
    assert f"error: output-lost: the output can't be written: {CANNOT_BE_WRITTEN[streams]}" in done.stderr
    assert "what the command has changed stays" in done.stderr
    assert described(filled)


def test_programs_are_told_in_json(filled: Command) -> None:
    done = shell(filled, ">/dev/full", "--json", *CHANGES)
    assert json.loads(done.stderr)["error"]["code"] == "output-lost"
    done = shell(filled, ">/dev/full", "--json", *READS)
    assert json.loads(done.stderr)["error"]["code"] == "output-failed"


def test_what_is_only_tried_changes_nothing(filled: Command) -> None:
    assert "error: output-failed: " in shell(filled, ">/dev/full", *CHANGES, "--dry-run").stderr


def test_a_file_that_was_written_stays_too(filled: Command, tmp_path: Path) -> None:
    done = shell(filled, ">/dev/full", "certificate", "export", 1, "--output", tmp_path / "new.pem")
    assert "error: output-lost: " in done.stderr
    assert (tmp_path / "new.pem").exists()


def test_a_pipe_that_nobody_reads_any_more(filled: Command) -> None:
    """As with ``| head``: nobody wants the rest of a list. A change is told of."""
    lost = "error: output-lost: the output can't be written: nobody reads the pipe any more; what the command has"
    for line, said in ((READS, ""), (CHANGES, lost)):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            filled.line(*line), env=filled.env(), stdout=writer, stderr=subprocess.PIPE, text=True, timeout=LONG
        )
        os.close(writer)
        assert done.returncode == 128 + signal.SIGPIPE
        assert done.stderr.startswith(said) and bool(done.stderr) == bool(said)
    assert described(filled)


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full"])
def test_messages_that_nobody_gets_fail_no_command(filled: Command, streams: str) -> None:
    done = shell(
        filled, streams, "certificate", "list", "--status", "expired", "--format", "csv"
    )  # says that there is none
    assert (done.returncode, done.stdout) == (0, "")
    assert shell(filled, streams, *CHANGES).returncode == 0
    assert described(filled)
    assert shell(filled, streams, "certificate", "show", 77).returncode == 1
    assert shell(filled, streams, "certificate", "show").returncode == 2


def test_no_standard_input(filled: Command) -> None:
    assert "MDM FQDN" in shell(filled, "<&-", *READS).stdout
    assert "error: file-empty: " in shell(filled, "<&-", "certificate", "import", "-").stderr


def test_none_at_all(filled: Command) -> None:
    assert shell(filled, "<&- >&- 2>&-", *CHANGES).returncode == 1
    assert described(filled)
    assert filled.json("workspace", "check")["clean"]


@pytest.mark.parametrize("streams", CANNOT_BE_WRITTEN)
def test_help_is_an_answer_too(filled: Command, streams: str) -> None:
    for line in (["--help"], ["certificate", "--help"], ["--version"]):
        done = shell(filled, streams, *line)
        assert (done.returncode, done.stderr.split(": ")[1]) == (1, "output-failed")


def test_a_monitoring_system_that_gets_no_line_takes_it_for_unknown(filled: Command) -> None:
    done = shell(filled, ">/dev/full", "check")
    assert done.returncode == 3
    assert done.stderr.startswith("error: output-failed: ")
