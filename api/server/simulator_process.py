"""A simulator in a process of the server's: it ends when its standard input closes, so it never outlives the server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from ...simulator.engine.processes.control import check_speed, control_of, is_running
from ...simulator.engine.processes.ended_process import refusal_in
from ...simulator.engine.state.simulation_record import checked_fleet
from ...store.errors import Refusal
from ...store.workspace import Workspace

PATIENCE = 60.0  # seconds until it has to run
_EVERY = 0.05
_PASSPHRASE_FILE = "CERTFLEET_PASSPHRASE_FILE"  # noqa: S105 - a name, not a secret
_begun: list[subprocess.Popen[bytes]] = []


def start_simulator(workspace: Workspace, speed: int | str, hours: int | None) -> None:
    """Start one, and wait until it runs; ``hours`` None: until it is stopped. Its failures are refused as the command's
    are. Refuses with ``workspace-in-memory``, ``simulator-running``, ``simulator-unstartable``, ``passphrase-needed``.
    """
    workspace.audit.permit("simulation.control")
    check_speed(None if isinstance(speed, str) else speed)
    if workspace.path is None:
        raise Refusal(
            "workspace-in-memory",
            "this workspace is in memory, where the simulator's own process can't get at it",
            "Serve a workspace in a folder.",
        )
    checked_fleet(workspace)
    if is_running(workspace):
        raise Refusal("simulator-running", "a simulator is at work on this workspace", "Stop it first.")
    if workspace.vault.protection == "passphrase" and os.environ.get(_PASSPHRASE_FILE, "-") == "-":
        raise Refusal(
            "passphrase-needed",
            "the secrets are under a passphrase, which the simulator's own process can't ask for",
            f"Name a file with it in {_PASSPHRASE_FILE}, and start the server anew.",
        )
    starts = control_of(workspace).starts
    line = [sys.executable, "-P", "-m", "certfleet", "--json", "--workspace", str(workspace.path), "simulate", "run"]
    line += ["--speed", str(speed), *([] if hours is None else ["--for", f"{hours}h"]), "--attached"]
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
            )
        except OSError as error:
            raise Refusal("simulator-unstartable", f"the simulator can't be started: {error.strerror}") from error
        _begun[:] = [*(one for one in _begun if one.poll() is None), process]
        until = time.monotonic() + PATIENCE
        # It holds the lock before it has set its speed; a stop in between would be lost.
        while process.poll() is None and control_of(workspace).starts == starts and time.monotonic() < until:
            time.sleep(_EVERY)
        if process.returncode:
            said.seek(0)
            raise refusal_in(said.read().decode("utf-8", "replace"), process.returncode)
