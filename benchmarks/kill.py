"""kill -9 of the simulator, again and again in one run: it ends as an undisturbed run ends.

``python -m benchmarks kill [--kills 50] [--devices 3000] [--days 400] [--json]``

In 400 days the fleet's push certificate expires, and its Apple devices are lost: that, too, must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from .report import Report


def certfleet(workspace: Path, *arguments: str) -> Any:
    """Run a command on a workspace; returns its JSON document."""
    line = [sys.executable, "-m", "certfleet", "--json", "--workspace", str(workspace), *arguments]
    return json.loads(subprocess.run(line, check=True, capture_output=True).stdout)


def prepare(workspace: Path, devices: int) -> datetime:
    """A fleet whose CA has just been rotated; returns its clock."""
    certfleet(workspace, "simulate", "fleet", "--devices", str(devices), "--seed", "7", "--start", "2026-01-05")
    certfleet(workspace, "authority", "refresh", "--now")
    certfleet(workspace, "device", "renew", "--issuer", "default")
    return now(workspace)


def now(workspace: Path) -> datetime:
    """The workspace's clock."""
    return datetime.fromisoformat(certfleet(workspace, "simulate", "status")["clock"]["now"])


def run_killed(workspace: Path, until: datetime, kills: int, chance: random.Random) -> int:
    """Run up to a time, killing the process at random moments; returns how often."""
    done = 0
    while (left := until - now(workspace)).total_seconds() > 0:
        hours = -(-int(left.total_seconds()) // 3600)
        line = [sys.executable, "-m", "certfleet", "--workspace", str(workspace), "simulate", "run"]
        child = subprocess.Popen([*line, "--for", f"{hours}h", "--speed", "max"], stdout=subprocess.DEVNULL)
        if done < kills:
            time.sleep(chance.uniform(0.35, 0.75))
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
                done += 1
        child.wait()
    return done


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks kill", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--devices", type=int, default=3000)
    parser.add_argument("--days", type=int, default=400)
    options = parser.parse_args(argv)
    report = Report("kill", argv)
    with tempfile.TemporaryDirectory() as folder:
        undisturbed, killed = Path(folder) / "undisturbed", Path(folder) / "killed"
        for workspace in (undisturbed, killed):
            prepare(workspace, options.devices)
        run = certfleet(undisturbed, "simulate", "run", "--for", f"{options.days}d", "--speed", "max")
        kills = run_killed(killed, now(undisturbed), options.kills, random.Random(7))
        same = certfleet(undisturbed, "simulate", "status") == certfleet(killed, "simulate", "status")
        clean = certfleet(killed, "workspace", "check")["clean"]
    report.figure("kills", kills, "")
    report.figure("events", run["events"], "")
    report.ratio("same_status_and_digest", float(same), "1", same)
    report.ratio("check_clean", float(clean), "1", bool(clean))
    return report.show()
