"""The REST API with a large fleet: how fast ``device/filter`` answers, against the same server's empty answer and
against ``msgspec`` alone encoding the same records; how fast devices enroll, against ``cfssl serve``.

``python -m benchmarks rest [--devices 100000] [--rate 50] [--seconds 20] [--enroll 2000] [--json]``

The server runs as ``certfleet serve`` does, over TLS, in a separate process. ``device/filter`` asks for a hundred
devices, in the name of a logged-in account; ``/health`` answers an empty document without a login. First, as many
connections as fit send requests as fast as they can, which gives the requests per second. Then requests are sent at a
fixed rate over kept-alive connections, and each is timed from when it was due, whether or not the previous one was
answered by then. The last round does that while another process commits batches of changes, as a simulator does.

``cfssl serve`` is set beside enrolling where Debian's package ``golang-cfssl`` is installed. Figures of processor time
don't depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from certfleet.api.server.application import PREFIX
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace

from .console_devices import draw, write
from .report import Report
from .rest_encoding import measure_encoding
from .rest_enrolling import add_devices, measure_enrolling
from .screen import p95

PASSWORD = "correct horse battery"
GOAL = 50.0  # ms
CONNECTIONS = 8

Ask = Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]]


def p99(values: list[float]) -> float:
    """The value that 99 of 100 don't exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def filtering(token: str) -> Ask:
    """Ask for a hundred devices."""
    starts = iter(range(0, 10**9, 100))

    async def ask(client: httpx.AsyncClient) -> None:
        body = {"start": next(starts) % 90_000, "limit": 100}
        answer = await client.post(f"{PREFIX}/device/filter", json=body, headers={"auth_token": token})
        assert answer.status_code == 200, answer.text

    return ask


async def nothing(client: httpx.AsyncClient) -> None:
    """Ask whether the server is alive."""
    answer = await client.get("/health")
    assert answer.status_code == 200


async def throughput(client: httpx.AsyncClient, ask: Ask, seconds: float) -> float:
    """Requests per second, with one under way on each connection."""
    end, count = time.perf_counter() + seconds, 0

    async def go_on() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await ask(client)
            count += 1

    start = time.perf_counter()
    await asyncio.gather(*(go_on() for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - start)


async def latencies(client: httpx.AsyncClient, ask: Ask, rate: int, seconds: float) -> list[float]:
    """Milliseconds from when each request was due to its answer."""
    times: list[float] = []

    async def one(due: float) -> None:
        await ask(client)
        times.append((time.perf_counter() - due) * 1e3)

    start, running = time.perf_counter() + 0.1, []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(one(due)))
    await asyncio.gather(*running)
    return times


async def measure(address: str, token: str, path: Path, options: argparse.Namespace, report: Report) -> None:
    """All rounds against one server."""
    ask, rate, seconds = filtering(token), options.rate, options.seconds
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=address, verify=False, limits=limits, timeout=60) as client:
        start = time.perf_counter()
        await ask(client)
        report.figure("first_answer", (time.perf_counter() - start) * 1e3, "ms, the devices read")
        bare = await throughput(client, nothing, seconds / 4)
        filled = await throughput(client, ask, seconds / 4)
        report.figure("empty_answers", bare, "requests/s")
        report.figure("device_filter", filled, "requests/s")
        report.figure("device_filter_against_empty", bare / filled, "times as long")
        quiet = await latencies(client, nothing, rate, seconds / 2)
        report.figure(f"empty_p99_at_{rate}_a_second", p99(quiet), "ms")
        alone = await latencies(client, ask, rate, seconds)
        report.figure(f"device_filter_median_at_{rate}_a_second", median(alone), "ms")
        report.figure(f"device_filter_p95_at_{rate}_a_second", p95(alone), "ms")
        context = get_context("spawn")
        stop = context.Event()
        writer = context.Process(target=write, args=(path, options.devices, stop), daemon=True)
        writer.start()
        await asyncio.sleep(3)
        beside = await latencies(client, ask, rate, seconds)
        stop.set()
        writer.join(10)
    report.figure(f"device_filter_median_at_{rate}_a_second_beside_a_writer", median(beside), "ms")
    report.figure(f"device_filter_p99_at_{rate}_a_second_beside_a_writer", p99(beside), "ms")
    report.ratio("device_filter_p99_ms", p99(alone), f"under {GOAL:.0f}", p99(alone) < GOAL)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks rest", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--devices", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=50, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="of a round")
    parser.add_argument("--enroll", type=int, default=2000, help="devices")
    options = parser.parse_args(argv)
    report = Report("rest", argv)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace"
        draw(path, options.devices)
        with Workspace.open(path) as workspace:
            workspace.accounts.add("bench", Role.OPERATOR, PASSWORD)
            token = workspace.logins.login("bench", PASSWORD)
            ids = add_devices(workspace, options.enroll)
        line = [
            sys.executable,
            "-m",
            "certfleet",
            "--workspace",
            str(path),
            "--json",
            "serve",
            "--port",
            "0",
            "--quiet",
        ]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            said = ""
            while "}" not in said:
                said += server.stdout.readline()
            try:
                address = json.loads(said)["address"]
                measure_encoding(address, server.pid, token, options.devices, report)
                measure_enrolling(address, server.pid, token, ids, Path(folder), report)
                asyncio.run(measure(address, token, path, options, report))
            finally:
                server.terminate()
    return report.show()
