"""A script as a process: its end, however it comes, is the end of all that it started."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from certfleet.cli.script_process import find_script, run_script
from certfleet.store.errors import Refusal
from tests.waiting import LONG, lives, wait_until

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def written(file: Path) -> int:
    """The number in a file that a script writes."""
    wait_until(lambda: file.exists() and file.read_text().endswith("\n"))
    return int(file.read_text())


def test_status_output_and_environment(capfd: pytest.CaptureFixture[str]) -> None:
    end = run_script(["sh", "-c", "echo $NAME; echo oops >&2; exit 7"], {**ENVIRONMENT, "NAME": "spring"})
    assert (end.status, end.signal, end.left, end.has_failed) == (7, None, 0, True)
    assert capfd.readouterr() == ("spring\n", "oops\n")
    assert not run_script(["true"], ENVIRONMENT).has_failed


def test_a_signal_ends_it() -> None:
    end = run_script(["sh", "-c", "kill -9 $$"], ENVIRONMENT)
    assert (end.status, end.signal, end.has_failed) == (None, signal.SIGKILL, True)


def test_one_that_hangs_is_ended() -> None:
    end = run_script(["sleep", "600"], ENVIRONMENT, timeout=0.2)
    assert (end.timed_out, end.signal) == (True, signal.SIGTERM)


@pytest.mark.slow
def test_even_if_it_does_not_want_to(tmp_path: Path) -> None:
    file = tmp_path / "child"
    line = f"trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & echo $! > {file}; while :; do sleep 0.1; done"
    end = run_script(["sh", "-c", line], ENVIRONMENT, timeout=1)
    assert (end.timed_out, end.signal) == (True, signal.SIGKILL)
    assert not lives(written(file))


def test_it_is_asked_to_stop_as_we_are(tmp_path: Path) -> None:
    file = tmp_path / "ready"
    line = f"trap 'exit 9' INT; echo 1 > {file}; while :; do sleep 0.05; done"
    end = run_script(["sh", "-c", line], ENVIRONMENT, asked_to_stop=lambda: signal.SIGINT if file.exists() else None)
    assert (end.status, end.interrupted) == (9, True)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the script's process group is known")
def test_children_that_outlive_it_are_ended_even_in_a_session_of_their_own(tmp_path: Path) -> None:
    child, daemon = tmp_path / "child", tmp_path / "daemon"
    line = f"sleep 600 & echo $! > {child}; setsid sh -c 'echo $$ > {daemon}; exec sleep 600' & "
    began = time.monotonic()
    end = run_script(["sh", "-c", f"{line} while [ ! -s {daemon} ]; do sleep 0.05; done"], ENVIRONMENT)
    assert time.monotonic() - began < LONG
    assert (end.status, end.left) == (0, 2)
    assert not lives(written(child)) and not lives(written(daemon))


def test_what_cannot_be_run(tmp_path: Path) -> None:
    plain, empty, lost = tmp_path / "notes.txt", tmp_path / "empty", tmp_path / "lost"
    plain.write_text("Rotate!\n")
    empty.write_text("echo no first line\n")
    empty.chmod(0o755)
    lost.write_text("#!/no/such/interpreter\n")
    lost.chmod(0o755)
    for name, code in [
        (str(tmp_path / "nothing"), "script-not-found"),
        ("no-such-program", "script-not-found"),
        (str(plain), "script-not-executable"),
        (str(tmp_path), "script-not-executable"),
    ]:
        with pytest.raises(Refusal) as refused:
            find_script([name])
        assert refused.value.code == code
    for file, code in ((empty, "script-not-executable"), (lost, "script-not-found")):
        find_script([str(file)])
        with pytest.raises(Refusal) as refused:
            run_script([str(file)], ENVIRONMENT)
        assert refused.value.code == code
    with pytest.raises(Refusal, match="script-not-found"):
        run_script(["echo", "a\0b"], ENVIRONMENT)
