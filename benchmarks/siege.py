"""The REST server under siege: what a person with a token notices while strangers attack, and the memory afterwards.

``python -m benchmarks siege [--seconds 30] [--files 1024] [--json]``

The server runs as ``certfleet serve`` does, over TLS, in a separate process that may open ``--files`` files. One attack
follows the other; all come from other processes than the person, and from the same address:

- ``700 MB``: a login with a body of 700 MB, once with its length in the headers, and once in chunks;
- ``half requests``: 1,500 connections that send half of a request;
- ``logins``: 60 clients that log in with a wrong password, as fast as they get answers;
- ``slow bodies``: 200 logins whose bodies come a byte a second;
- ``idle``: 500 connections that send nothing.

Meanwhile a person asks for ``/health`` and, with a token, for one device, over kept-alive connections, ten times a
second each. The server's processor time is that of its process. Where the machine is busy otherwise, the person's
latencies say nothing by themselves: the first line has them without an attack.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.api.server.surfaces import PRODUCT
from certfleet.store.model.account import Role
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.workspace import Workspace

from .report import Report
from .rest import PASSWORD, p99

PREFIX = PRODUCT.prefix
GOAL = 100.0  # ms
MEMORY = 50.0  # MiB
A_SECOND = 10
LOGIN = f"POST {PREFIX}/authentication/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MIB = 1024 * 1024


class HonestClient:
    """Asks now and then, and notes how long each answer takes, in milliseconds; a refused one counts as never."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._token = token
        self.health: list[float] = []
        self.device: list[float] = []

    async def go_on(self) -> None:
        """Until it is cancelled."""
        await asyncio.gather(self._ask("/health", self.health), self._ask(f"{PREFIX}/device/1", self.device))

    async def _ask(self, path: str, times: list[float]) -> None:
        while True:
            begun = time.perf_counter()
            try:
                answer = await self._client.get(path, headers={"auth_token": self._token})
                took = (time.perf_counter() - begun) * 1e3 if answer.status_code in (200, 404) else float("inf")
            except httpx.HTTPError:
                took = float("inf")
            times.append(took)
            await asyncio.sleep(max(0.0, 1 / A_SECOND - (time.perf_counter() - begun)))


# The attacks, each in a process of its own


async def large_login(host: str, port: int, seconds: float) -> None:
    """A login of 700 MB, in one piece and in chunks."""
    block = b"x" * MIB
    for head, piece in (
        (b"Content-Length: 700000000\r\n\r\n", block),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + block + b"\r\n"),
    ):
        _, writer = await _connect(host, port)
        writer.write(LOGIN.encode() + head)
        try:
            for _ in range(700):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass  # refused, as it should be
        writer.close()


async def half_requests(host: str, port: int, seconds: float) -> None:
    """1,500 connections with half of a request."""
    await _leave(host, port, 1500, LOGIN.encode(), seconds)


async def idle(host: str, port: int, seconds: float) -> None:
    """500 connections that send nothing."""
    await _leave(host, port, 500, b"", seconds)


async def slow_bodies(host: str, port: int, seconds: float) -> None:
    """200 bodies that come a byte a second."""
    head = f"{LOGIN}Content-Length: 10000\r\n\r\n".encode()
    end = time.monotonic() + seconds

    async def one() -> None:
        try:
            _, writer = await _connect(host, port)
            writer.write(head)
            while time.monotonic() < end:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(1)
        except OSError:
            pass

    await asyncio.gather(*(one() for _ in range(200)))


async def logins(host: str, port: int, seconds: float) -> None:
    """60 clients that log in with a wrong password."""
    body = json.dumps({"login": "the viewer of no workspace", "password": "a wrong password"}).encode()
    request = f"{LOGIN}Content-Length: {len(body)}\r\n\r\n".encode() + body
    end = time.monotonic() + seconds

    async def one() -> None:
        while time.monotonic() < end:
            try:
                reader, writer = await _connect(host, port)
                while time.monotonic() < end:
                    writer.write(request)
                    head = (await reader.readuntil(b"\r\n\r\n")).lower()
                    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    await reader.readexactly(length)
            except (OSError, EOFError):
                await asyncio.sleep(0.1)

    await asyncio.gather(*(one() for _ in range(60)))


Attack = Callable[[str, int, float], Coroutine[Any, Any, None]]
ATTACKS: dict[str, Attack] = {
    "700_MB": large_login,
    "half_requests": half_requests,
    "logins": logins,
    "slow_bodies": slow_bodies,
    "idle": idle,
}


async def _leave(host: str, port: int, count: int, data: bytes, seconds: float) -> None:
    kept = []

    async def one() -> None:
        try:
            reader, writer = await _connect(host, port)
            writer.write(data)
            kept.append((reader, writer))
        except OSError:
            pass

    await asyncio.gather(*(one() for _ in range(count)))
    await asyncio.sleep(seconds)


async def _connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(host, port, ssl=_trusting())


@cache
def _trusting() -> ssl.SSLContext:
    """Whoever answers is believed; made once, because it takes longer than a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def attack(name: str, host: str, port: int, seconds: float) -> None:
    """Carry out an attack; runs in its own process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _allow_files(20_000)
    asyncio.run(ATTACKS[name](host, port, seconds))


def _allow_files(count: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count if most == resource.RLIM_INFINITY else min(count, most), most))


# The server and the person


def memory_of(pid: int) -> float:
    """The resident memory of a process, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def served(files: int, folder: Path) -> AsyncIterator[tuple[subprocess.Popen[str], str, Path]]:
    """A server that may open so many files: its process, its address, and the file of the root CA."""
    workspace, root = folder / "workspace", folder / "root.pem"
    with Workspace.open(workspace) as opened:
        opened.accounts.add("ann", Role.VIEWER, PASSWORD)
        chain = opened.authorities.chain("default", AuthorityRole.ROOT)
    root.write_bytes(chain[0].public_bytes(Encoding.PEM))
    line = [sys.executable, "-m", "certfleet", "--workspace", str(workspace), "--json"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*line, "serve", "--port", "0", "--quiet"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = ""
            while not said.endswith("}\n"):
                said += process.stdout.readline()
            yield process, json.loads(said)["address"], root
        finally:
            process.terminate()
            process.wait(120)


async def besiege(report: Report, files: int, seconds: float) -> None:
    """One attack after the other, and what the person noticed of each."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(files, Path(folder)) as (process, address, root):
            context = ssl.create_default_context(cafile=root)
            async with httpx.AsyncClient(base_url=address, verify=context, timeout=60) as client:
                credentials = {"login": "ann", "password": PASSWORD}
                answer = await client.post(f"{PREFIX}/authentication/login", json=credentials)
                token = answer.json()["auth_token"]
                await noticed(report, "no_attack", client, token, asyncio.sleep(min(seconds, 5)))
                before = memory_of(process.pid)
                report.figure("memory_before", before, "MiB")
                host, port = address.removeprefix("https://").split(":")
                for name in ATTACKS:
                    attacking = get_context("spawn").Process(target=attack, args=(name, host, int(port), seconds))
                    attacking.start()
                    await noticed(report, name, client, token, asyncio.to_thread(attacking.join, seconds + 60))
                    attacking.kill()
                await asyncio.sleep(45)  # until what was left open is closed, and memory is given back
                grown = memory_of(process.pid) - before
                report.ratio("memory_after_in_MiB_more_than_before", grown, f"<= {MEMORY:g}", grown <= MEMORY)
        log = (Path(folder) / "log").read_text()
        report.figure("lines_in_the_log", log.count("\n"), "lines")
        report.figure("tracebacks_in_the_log", log.count("Traceback"), "")


async def noticed(
    report: Report, name: str, client: httpx.AsyncClient, token: str, until: Coroutine[Any, Any, object]
) -> None:
    """What a person notices until something is over."""
    person = HonestClient(client, token)
    asking = asyncio.create_task(person.go_on())
    await until
    asking.cancel()
    for what, times in (("health", person.health), ("token", person.device)):
        worst, most = (max(times), p99(times)) if times else (float("inf"), float("inf"))
        report.figure(f"{name}_{what}_median", median(times or [float("inf")]), "ms")
        report.figure(f"{name}_{what}_worst", worst, f"ms of {len(times)} answers")
        report.ratio(f"{name}_{what}_p99_in_ms", most, f"< {GOAL:g}", most < GOAL)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks siege", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--files", type=int, default=1024, help="as ulimit -n")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("siege", argv)
    asyncio.run(besiege(report, options.files, options.seconds))
    return report.show()
