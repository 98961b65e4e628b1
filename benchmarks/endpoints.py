"""Checking many endpoints: how long it takes, that memory stays flat, and that silent ones don't delay the others.

``python -m benchmarks endpoints [--endpoints 5000] [--silent 500] [--json]``

The servers are on loopback, in a process of their own: one port speaks TLS, another accepts connections and never
answers. An endpoint is told from the others by its server name. The yardstick is a bare loop of handshakes with the
same server, one after the other, by the standard library.

The goals are about seconds of the processor and about ratios, so that whatever else runs on the machine doesn't count.
The seconds of the clock are told beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.model.endpoint import Failure
from certfleet.store.workspace import Workspace
from certfleet.testing import authority

from .report import Report

HERE = "127.0.0.1"
BARE = 300
LIMIT = 10.0  # seconds for an address


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks endpoints")
    parser.add_argument("--endpoints", type=int, default=5000)
    parser.add_argument("--silent", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("endpoints", argv)
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as (tls, silent):
        bare = _bare(tls)
        report.figure("bare_handshakes_a_second", bare, "/s")
        alone = _answering(Path(folder) / "first", tls, options.endpoints, report)
        share = options.endpoints / alone / bare
        report.ratio("of_the_bare_loop", share, "> 0.3", share > 0.3)
        beside = _beside_silent(Path(folder) / "second", (tls, silent), options.endpoints, options.silent, report)
        ratio = beside / alone
        report.ratio("the_others_beside_silent_ones_of_all_alone", ratio, "< 1.3", ratio < 1.3)
    return report.show()


def _bare(port: int) -> float:
    """Handshakes a second, one after the other."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    start = time.perf_counter()
    for number in range(BARE):
        with (
            socket.create_connection((HERE, port), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname=f"host-{number}.example.com") as secured,
        ):
            secured.getpeercert(binary_form=True)
    return BARE / (time.perf_counter() - start)


def _answering(folder: Path, port: int, count: int, report: Report) -> float:
    """Check so many endpoints that answer; the seconds that takes."""
    with Workspace.open(folder) as workspace:
        _add(workspace, port, count, "host")
        start, processor, early = time.perf_counter(), time.process_time(), 0
        found = list[int]()
        for number, verdict in enumerate(workspace.endpoint_checks.check(time_limit=60), 1):
            found.append(sum(bool(one.chain) for one in verdict.addresses))
            if number == count // 2:
                early = _peak()
        seconds = time.perf_counter() - start
        report.figure("endpoints_checked", float(len(found)), "")
        report.ratio("all_have_answered", float(sum(found)), f"{count}", sum(found) == count)
        report.figure("seconds", seconds, "s")
        spent = time.process_time() - processor
        report.ratio("processor_seconds", spent, "< 60", spent < 60)
        grown = (_peak() - early) / 1024
        report.ratio("memory_grown_in_the_second_half_MB", grown, "< 30", grown < 30)
    return seconds


def _beside_silent(folder: Path, ports: tuple[int, int], count: int, silent: int, report: Report) -> float:
    """Check endpoints of which the first never answer: the seconds until the last of the others has been stored."""
    with Workspace.open(folder) as workspace:
        _add(workspace, ports[1], silent, "silent")
        _add(workspace, ports[0], count - silent, "host")
        start = time.perf_counter()
        last, timed_out = 0.0, 0
        for verdict in workspace.endpoint_checks.check(time_limit=LIMIT):
            if verdict.fingerprint is not None:
                last = time.perf_counter() - start
            timed_out += any(one.reading.failure is Failure.TIMED_OUT for one in verdict.addresses)
        report.figure("with_silent_ones_all_seconds", time.perf_counter() - start, "s")
        report.figure("with_silent_ones_the_others_seconds", last, "s")
        report.ratio("silent_ones_timed_out", float(timed_out), f">= {silent}", timed_out >= silent)
    return last


def _add(workspace: Workspace, port: int, count: int, name: str) -> None:
    with workspace.database.transaction():
        for number in range(count):
            where, server_name = f"{HERE}:{port}", f"{name}-{number}.example.com"
            workspace.endpoints.add(NewEndpoint(where=where, server_name=server_name))


def _peak() -> int:
    """The most memory that this process has had, in KiB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextmanager
def servers(folder: Path) -> Iterator[tuple[int, int]]:
    """The ports of the server that speaks TLS, and of the one that never answers."""
    issued = authority(name="Example Root CA").issue_cert("host.example.com")
    (folder / "server.pem").write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    mine, other = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(str(folder / "server.pem"), other), daemon=True)
    process.start()
    try:
        yield mine.recv()
    finally:
        process.kill()
        process.join()


def _serve(file: str, ready: Connection) -> None:
    asyncio.run(_serving(file, ready))


async def _serving(file: str, ready: Connection) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.transport.abort()

    one = await asyncio.start_server(answer, HERE, 0, ssl=context, backlog=1024)
    two = await asyncio.start_server(say_nothing, HERE, 0, backlog=1024)
    ready.send((one.sockets[0].getsockname()[1], two.sockets[0].getsockname()[1]))
    await asyncio.Event().wait()
