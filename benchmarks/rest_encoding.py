"""``device/filter`` against ``msgspec`` alone, encoding the same hundred records."""

from __future__ import annotations

import asyncio
import time
from functools import cache
from typing import Any

import msgspec

from certfleet.api.server.surfaces import PRODUCT

from .report import Report
from .rest_client import ask_all, processor_seconds, request

PAGES, TIMES = 40, 10


def measure_encoding(address: str, pid: int, token: str, devices: int, report: Report) -> None:
    """The processor time of an answer, the first time that its devices are asked for and again, and of its encoding."""
    path = f"{PRODUCT.prefix}/device/filter"
    starts = [number * 100 % max(1, devices - 100) for number in range(PAGES)]
    asked = [request("POST", path, {"start": start, "limit": 100}, auth_token=token) for start in starts]
    asyncio.run(ask_all(address, asked[:1], 1))  # the devices are read
    first, _ = _used(address, pid, asked)
    again, answer = _used(address, pid, asked * TIMES)
    page = _records(msgspec.json.decode(answer))
    start = time.process_time()
    for _ in range(PAGES * TIMES):
        msgspec.json.encode(page)
    alone = (time.process_time() - start) / (PAGES * TIMES)
    report.figure("device_filter_processor_time_first", first * 1e6, f"us, {len(answer):,} bytes")
    report.figure("device_filter_processor_time_again", again * 1e6, "us")
    report.figure("msgspec_alone", alone * 1e6, "us for the same records")
    report.ratio("msgspec_alone_against_device_filter_again", alone / again, "at least 0.5", alone / again >= 0.5)


def _used(address: str, pid: int, requests: list[bytes]) -> tuple[float, bytes]:
    """Seconds of the server's processor time a request, and the last answer."""
    before = processor_seconds(pid)
    _, answer = asyncio.run(ask_all(address, requests, 4))
    return (processor_seconds(pid) - before) / len(requests), answer


def _records(value: Any) -> Any:
    """With a record in place of each object, as a program has them that answers with them."""
    if isinstance(value, dict):
        return _type(tuple(value))(*map(_records, value.values()))
    return [_records(one) for one in value] if isinstance(value, list) else value


@cache
def _type(names: tuple[str, ...]) -> Any:
    return msgspec.defstruct("Record", names)
