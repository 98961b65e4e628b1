"""``certfleet rehearse``: a script of any kind, against a branch, and one difference at the end."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.workspace import Workspace
from tests.prepared import Prepared
from tests.waiting import LONG, lives, wait_until

from .conftest import CTRL_C, Command

SCRIPTS = Path(__file__).parent / "scripts"
needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="the script needs curl and jq"
)

CALL = """
import json, os, ssl, urllib.error, urllib.request
trust = ssl.create_default_context(cafile=os.environ["CERTFLEET_CA_FILE"])
def call(method, path, body=None):
    request = urllib.request.Request(
        f"{os.environ['CERTFLEET_URL']}/xenmobile/api/v1/{path}",
        None if body is None else json.dumps(body).encode(),
        {"auth_token": os.environ["CERTFLEET_TOKEN"], "Content-Type": "application/json"},
        method=method,
    )
    try:
        return urllib.request.urlopen(request, context=trust, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code
"""


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    """A company with thirty devices."""
    return certfleet.after(prepared, "simulate company --start 2026-01-05", "simulate fleet --devices 30")


def state(folder: Path) -> tuple[str, int]:
    """What a workspace holds: a digest of all its rows but the uses of the machine, and its audit lines."""
    with Workspace.open(folder, create=False) as workspace:
        texts = [
            text
            for table in sorted(workspace.database.engine.tables())
            for _, text in workspace.database.engine.texts(table, workspace.database.engine.ids(table))
        ]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest(), workspace.counts()["audit"]


def python(*lines: str) -> tuple[str, ...]:
    """The command line of a script in Python."""
    return ("--", sys.executable, "-c", CALL + "\n".join(lines))


def rehearsed(command: Command, *arguments: object, status: int = 0) -> Any:
    """The document of a rehearsal."""
    result = command.run("rehearse", *arguments, json=True)
    assert result.exit_code == status, result.stderr
    return json.loads(result.stdout)


def test_a_public_script_runs_unchanged_and_its_difference_is_told(fleet: Command) -> None:
    before = state(fleet.workspace)
    result = fleet.run("rehearse", "--exit-code", "--", sys.executable, SCRIPTS / "revoke_inactive.py")
    assert result.exit_code == 4, result.output
    lines = result.stdout.splitlines()
    said = [line for line in lines if line.startswith("revoking ")]
    assert lines[: len(said)] == said, "what the script says comes through, before what is said of it"
    first, _, *made = lines[len(said) :]
    assert first.startswith("The script ended with exit status 0 after ")
    assert first.endswith(f"It made {4 + len(said)} calls.")
    assert [line.split()[:2] for line in made[:2]] == [["1", "POST"], ["2", "GET"]]
    assert lines[-1].startswith(f"STRANDS: {len(said)} devices (")
    assert state(fleet.workspace) == before


@needs_curl
def test_a_shell_script_with_what_it_led_to(fleet: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = state(fleet.workspace)
    told = rehearsed(fleet, "--exit-code", "--for", "3d", "--", SCRIPTS / "rotate.sh", status=3)
    assert [(one["path"].rpartition("/")[2], one["status"]) for one in told["calls"]] == [
        ("csr", 200),
        ("filter", 200),
        ("renewDeviceCert", 200),
    ]
    changed = told["calls"][2]["changed"]
    asked = int(changed.split()[0])
    assert changed == f"{asked} iOS devices: certificate renewal becomes pending"
    played, effects = told["played"], told["effects"]
    assert played["without_script"]["renewals"] == 0 < played["with_script"]["renewals"] <= asked
    assert {one["kind"] for one in effects["records"]} == {"device certificate", "signing request"}
    assert sum(one["count"] for one in effects["pending"]) == asked - played["with_script"]["renewals"]
    assert not effects["harmful"] and effects["undo"] is not None
    assert json.loads((tmp_path / "request.json").read_text())["csrRequest"], "what the script wrote is its own"
    assert state(fleet.workspace) == before


def test_the_difference_is_that_of_a_trial(fleet: Command) -> None:
    told = rehearsed(fleet, "--exit-code", *python("assert call('POST', 'device/revoke', [1, 2]) == 200"), status=4)
    tried = fleet.json("device", "revoke", 1, 2, "--dry-run")
    for one in (told["effects"], tried["effects"]):
        one["undo"] = None  # a dry run of the shell knows of moments
    assert told["effects"] == tried["effects"]


def test_what_is_refused_is_told_with_its_code(fleet: Command) -> None:
    lines = ("call('GET', 'device/99')", "call('POST', 'nothing')", "print(call('GET', 'certificates'))")
    result = fleet.run("rehearse", *python(*lines))
    assert result.exit_code == 0
    assert "200\n" in result.stdout
    assert "It made 3 calls, of which 2 were refused." in result.stdout
    assert "404  path-unknown" in result.stdout


def test_the_status_of_a_script_that_fails(fleet: Command) -> None:
    fails = ("--", "sh", "-c", "exit 3")
    assert rehearsed(fleet, *fails, status=5)["script"]["status"] == 3
    assert rehearsed(fleet, "--exit-code", *fails, status=5)["effects"]["code"]
    harmful = python("call('POST', 'device/revoke', [1])", "raise SystemExit(1)")
    assert rehearsed(fleet, "--exit-code", *harmful, status=4)["script"]["status"] == 1
    killed = rehearsed(fleet, "--", "sh", "-c", "kill -9 $$", status=5)["script"]
    assert (killed["status"], killed["signal"]) == (None, 9)
    hangs = rehearsed(fleet, "--timeout", 1, "--", "sleep", "600", status=5)["script"]
    assert hangs["timed_out"]


def test_options_of_the_script_are_its_own(fleet: Command) -> None:
    told = rehearsed(fleet, "sh", "-c", 'test "$1" = --for', "sh", "--for")
    assert told["script"]["command"][-1] == "--for"
    assert fleet.run("rehearse").exit_code == 2
    assert fleet.run("rehearse", "--faults", "seed=x", "--", "true").exit_code == 2


def test_what_is_no_program(fleet: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Rotate.\n")
    assert fleet.refused("rehearse", "--", tmp_path / "gone.sh")["code"] == "script-not-found"
    assert fleet.refused("rehearse", "--", tmp_path / "notes.txt")["code"] == "script-not-executable"


@pytest.mark.slow
def test_certfleet_in_a_script_does_not_reach_the_workspace(fleet: Command, tmp_path: Path) -> None:
    before = state(fleet.workspace)

    def inside(*arguments: object) -> subprocess.CompletedProcess[bytes]:
        line = [sys.executable, "-m", "certfleet", *arguments]
        return fleet.program("rehearse", "--", *line, cwd=Path(__file__).parents[2])

    for line in (
        ("device", "list"),
        ("authority", "refresh"),
        ("certificate", "request", "--subject", "CN=x"),
        ("--workspace", fleet.workspace, "authority", "refresh"),
    ):
        result = inside(*line)
        assert result.returncode == 5
        assert b"in-rehearsal" in result.stderr
    assert inside("--workspace", tmp_path / "other", "authority", "list").stderr.startswith(b"error: workspace-missing")
    assert state(fleet.workspace) == before


def test_a_script_that_goes_elsewhere_is_told_of(fleet: Command) -> None:
    said = "What the script did elsewhere, it did in earnest."
    assert said in fleet.run("rehearse", "--", "true").stdout
    assert said not in fleet.run("rehearse", *python("call('GET', 'certificates')")).stdout


def test_nothing_is_left_on_the_disk(fleet: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    look = "import os; print(sorted(os.listdir(os.path.dirname(os.environ['CERTFLEET_CA_FILE']))))"
    files = sorted(fleet.workspace.iterdir())
    result = fleet.run("rehearse", "--", sys.executable, "-c", look)
    assert "['public-and-root.pem', 'root.pem']" in result.stdout
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(fleet.workspace.iterdir()) == files


@needs_curl
def test_a_lost_answer_makes_a_careless_script_do_it_twice(
    fleet: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    faults = ("--faults", "seed=1,lost-answer,share=40%")
    first, again = (rehearsed(fleet, *faults, "--", SCRIPTS / "rotate.sh") for _ in range(2))
    assert [one["fault"] for one in first["calls"]] == [one["fault"] for one in again["calls"]]
    (lost, *_) = first["faults"]["injected"]
    assert (lost["kind"], lost["coping"], lost["bad"]) == ("lost-answer", "repeated-with-effect", True)
    assert "it took effect twice (1 signing request added; then 1 signing request added)" in lost["said"]
    requests = next(one for one in first["effects"]["records"] if one["kind"] == "signing request")
    assert requests["added"] == sum("request added" in one["changed"] for one in first["calls"]) > 1
    spoken = fleet.run("rehearse", *faults, "--", SCRIPTS / "rotate.sh").stdout
    assert lost["said"] in spoken


def test_scripts_that_cope_and_scripts_that_do_not(fleet: Command) -> None:
    again = "first = call('POST', 'device/renewDeviceCert', [1, 2]); call('POST', 'device/renewDeviceCert', [1, 2])"

    def coping(kind: str, *lines: str) -> list[str]:
        told = rehearsed(fleet, "--faults", f"seed=3,{kind},share=100%", *python(*lines))
        return [one["coping"] for one in told["faults"]["injected"]]

    assert coping("too-many", again)[0] == "retried-too-fast"
    assert coping("half-done", "call('POST', 'device/renewDeviceCert', [1, 2])", "call('GET', 'certificates')") == [
        "went-on-with-half"
    ]
    assert coping("session-ends", "call('GET', 'certificates')", "call('GET', 'environment')") == ["went-on-logged-out"]
    assert coping("unavailable", "call('GET', 'certificates')") == ["gave-up"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_script_and_tells_what_it_did(fleet: Command, tmp_path: Path, number: int) -> None:
    ready, child = tmp_path / "ready", tmp_path / "child"
    lines = (
        "import subprocess, time",
        "call('POST', 'device/revoke', [1])",
        f"started = subprocess.Popen(['sleep', '600']); open({str(child)!r}, 'w').write(f'{{started.pid}}\\n')",
        f"open({str(ready)!r}, 'w').write(os.environ['CERTFLEET_PORT']); time.sleep(600)",
    )
    before = state(fleet.workspace)
    with subprocess.Popen(
        fleet.line("--json", "rehearse", "--for", "2d", *python(*lines)),
        env=fleet.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        wait_until(lambda: ready.exists() and ready.read_text())
        process.send_signal(number)
        out, error = process.communicate(timeout=LONG)
    assert process.returncode == 128 + number, error
    told = json.loads(out)
    assert told["script"]["interrupted"] and told["played"] is None
    assert told["effects"]["harmful"]
    assert not lives(int(child.read_text()))
    assert state(fleet.workspace) == before


@pytest.mark.slow
def test_ctrl_c_at_a_terminal(fleet: Command, tmp_path: Path) -> None:
    """It is typed again if nothing comes of it for a while, which ends everything at once."""
    child = tmp_path / "child"
    line = f"sleep 600 & echo $! > {child}; echo begun; wait"
    _, status = fleet.on_a_terminal("rehearse", "--", "sh", "-c", line, answers=[("begun", CTRL_C)])
    assert status == 128 + signal.SIGINT
    assert not lives(int(child.read_text()))


@pytest.mark.slow
def test_a_script_may_ask_at_the_terminal(fleet: Command) -> None:
    line = 'printf "Rotate? "; read answer; echo "so $answer"'
    shown, status = fleet.on_a_terminal("rehearse", "--", "sh", "-c", line, answers=[("Rotate?", "be it\n")])
    assert (status, "so be it" in shown) == (0, True)


def test_an_empty_wall_clock_workspace(certfleet: Command, material: Any) -> None:
    certfleet.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
    told = rehearsed(certfleet, "--for", "2d", *python("call('DELETE', 'certificates', ['1'])"))
    assert told["calls"][0]["status"] == 200
    assert [one["alteration"] for one in told["effects"]["entries"]] == ["deleted"]
