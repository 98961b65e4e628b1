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

ANSWERS = 400


def measure_encoding(address: str, pid: int, token: str, devices: int, report: Report) -> None:
    """The processor time of an answer, and of its encoding."""
    path = f"{PRODUCT.prefix}/device/filter"
    asked = [
        request("POST", path, {"start": number * 100 % max(1, devices - 100), "limit": 100}, auth_token=token)
        for number in range(ANSWERS)
    ]
    asyncio.run(ask_all(address, asked[:20], 4))
    before = processor_seconds(pid)
    _, answer = asyncio.run(ask_all(address, asked, 4))
    used = (processor_seconds(pid) - before) / ANSWERS
    page = _records(msgspec.json.decode(answer))
    start = time.process_time()
    for _ in range(ANSWERS):
        msgspec.json.encode(page)
    alone = (time.process_time() - start) / ANSWERS
    report.figure("device_filter_processor_time", used * 1e6, f"us, {len(answer):,} bytes")
    report.figure("msgspec_alone", alone * 1e6, "us for the same records")
    report.ratio("msgspec_alone_against_device_filter", alone / used, "at least 0.5", alone / used >= 0.5)


def _records(value: Any) -> Any:
    """With a record in place of each object, as a program has them that answers with them."""
    if isinstance(value, dict):
        return _type(tuple(value))(*map(_records, value.values()))
    return [_records(one) for one in value] if isinstance(value, list) else value


@cache
def _type(names: tuple[str, ...]) -> Any:
    return msgspec.defstruct("Record", names)
