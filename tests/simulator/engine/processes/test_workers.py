"""Worker processes: they exit with their parent, and never show the keys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from certfleet.simulator.engine.issuing.device_keys import fleet_secret
from certfleet.simulator.fleet.enrolling import material_of
from certfleet.store.authorities.new_authorities import new_root
from certfleet.store.authorities.validity import Validity
from tests.waiting import wait_until

from ...conftest import MONDAY, Draw

PROGRAM = """
import os, time
from certfleet.simulator.engine.processes.workers import executor_for
if __name__ == "__main__":
    with executor_for(2) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)
        time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_workers_end_when_their_process_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    child = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    workers = [int(pid) for pid in child.stdout.readline().split()]
    assert workers
    assert all(is_alive(pid) for pid in workers)
    os.kill(child.pid, signal.SIGKILL)
    child.stdout.close()
    child.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in workers))


def test_keys_are_not_shown_where_work_is_logged(fleet: Draw) -> None:
    workspace = fleet(devices=2)
    material = material_of(workspace, fleet_secret(workspace), ["default"])
    assert repr(material) == "IssuingSecrets(groups=['default'])"
    root = new_root("Root CA", "Example", Validity(MONDAY, MONDAY))
    assert repr(root) == "NewAuthority(CN=Root CA,O=Example)"
