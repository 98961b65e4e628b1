"""The console's device screen with a large fleet, while another process commits batches as a simulator does.

The whole console runs, on a workspace on disk, and is timed until the screen has been painted: from its key to the
first rows, from a keystroke in the filter to the filtered list, a page of scrolling. Textual's own DataTable is
measured beside it with fewer rows, as it takes minutes with all.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from msgspec.structs import asdict, replace
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input

from certfleet.simulator.identities import IdentityFleet
from certfleet.simulator.platforms import PROFILES
from certfleet.store.devices.device_filter import parse_filter
from certfleet.store.devices.device_tables import Batch
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceState,
    HeldCertificate,
    PendingAction,
)
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp, leave_out_what_stays
from certfleet.tui.devices.columns import FLEET
from certfleet.tui.devices.device_row import FleetMoment, row_of
from certfleet.tui.devices.page import DevicesPage
from certfleet.tui.lists.list_table import ListTable

from .report import Report
from .screen import p95, painted

SIZE = (140, 45)
START = datetime(2026, 9, 14, tzinfo=UTC)
TYPED = ("iphone", "platform:ios days:<30", "meyer -issuer:group-2", "status:expiring pending:no")
ROUNDS = 3
STOCK_ROWS = 5_000
DRAWN_AT_ONCE = 20_000
BATCH, BATCHES_A_SECOND = 300, 4
IDLE_SECONDS = 5.0


def device(fleet: IdentityFleet, number: int) -> Device:
    """Device ``number``, from 1, with a certificate that has no key and no DER."""
    identity, owner = fleet.identity(number), fleet.owner(number)
    end = START + timedelta(days=1 + number * 37 % 365, hours=number % 24)
    return Device(
        **asdict(identity),
        id=number,
        owner=owner.name,
        upn=owner.upn,
        habits=PROFILES[identity.platform].habits(number * 7919, number, START),
        state=DeviceState.ENROLLED,
        state_since=end - timedelta(days=365),
        enrolled_at=end - timedelta(days=365),
        last_check_in=START - timedelta(hours=number % 2000),
        certificate_id=number,
        issuer_group="default",
        not_after=end,
        certificates=(HeldCertificate(number, "default", end, CertificateState.ACTIVE),),
    )


def draw(path: Path, count: int) -> None:
    """Create a workspace with this many devices."""
    fleet = IdentityFleet(7)
    with Workspace.open(path, start=START) as workspace:
        for first in range(1, count + 1, DRAWN_AT_ONCE):
            batch = Batch()
            for number in range(first, min(first + DRAWN_AT_ONCE, count + 1)):
                batch.devices[number] = device(fleet, number)
            workspace.devices.records.write(batch)


def write(path: Path, count: int, stop: Event) -> None:
    """Commit batches of renewals, and move the clock, until told to stop."""
    draws, now = Random(7), START
    with Workspace.open(path) as workspace:
        while not stop.wait(1 / BATCHES_A_SECOND):
            now += timedelta(minutes=15)
            batch = Batch()
            with workspace.database.transaction():
                for id in draws.sample(range(1, count + 1), min(BATCH, count)):
                    known = workspace.devices.get(id)
                    action = PendingAction(
                        kind=ActionKind.CERTIFICATE_RENEWAL, requested_at=now, requested_by="benchmark"
                    )
                    pending = () if known.pending else (action,)
                    batch.devices[id] = replace(known, pending=pending, last_check_in=now)
                workspace.devices.records.write(batch)
                workspace.set_clock(now)


class Goals(NamedTuple):
    """What a console with so many devices has to keep to, in milliseconds."""

    first_paint: float
    keystroke: float
    scrolling: float


def goals(count: int) -> Goals:
    """Up to 100,000 devices a key is answered before anybody notices; up to a million, before anybody waits."""
    return Goals(300, 40, 16) if count <= 100_000 else Goals(1500, 150, 16)


def measure_devices(path: Path, count: int, report: Report) -> None:
    """Time the console on the workspace at ``path``, which ``draw`` made."""
    asyncio.run(_measure(path, count, report))
    asyncio.run(_measure_stock(min(STOCK_ROWS, count), report))


async def _measure(path: Path, count: int, report: Report) -> None:
    context = get_context("spawn")
    stop = context.Event()
    writer = context.Process(target=write, args=(path, count, stop), daemon=True)
    with Workspace.open(path) as workspace:
        start = time.perf_counter()
        app = CertfleetApp(workspace, steady=False)
        leave_out_what_stays()
        async with app.run_test(size=SIZE):
            first, page = await _open(app)
            while not (app.fleet.loaded and len(page.table.rows) == count):
                await asyncio.sleep(0.01)
            everything = time.perf_counter() - start
            while app.fleet.prepare(0):
                await asyncio.sleep(0.05)
            idle = await _share_of_cpu()
            writer.start()
            await asyncio.sleep(3)
            followed = await _share_of_cpu()
            keys = await _type(page)
            all_found = [await _find_all(page, text) for text in (*TYPED, "")]
            pages = [await painted(page.table, lambda: page.table.action_page(1)) for _ in range(100)]
            held = [await _page_of_a_held_key(page) for _ in range(100)]
            stop.set()
    writer.join(10)
    report.figure(f"devices_all_read_{count}", everything, "s after start")
    report.figure(f"devices_keystroke_median_{count}", median(keys), "ms, another process writing")
    report.figure(f"devices_all_matches_found_{count}", max(all_found), "ms at most, another process writing")
    report.figure(f"devices_scrolling_by_a_held_key_p95_{count}", p95(held), "ms, another process writing")
    report.figure("devices_cpu_followed", followed * 100, "% of a core, another process writing")
    goal = goals(count)
    for name, value, most in (
        ("first_paint", first, goal.first_paint),
        ("keystroke_p95", p95(keys), goal.keystroke),
        ("scrolling_p95", p95(pages), goal.scrolling),
    ):
        report.ratio(f"devices_{name}_ms", value, f"under {most:g}", value < most)
    report.ratio("devices_idle_cpu_percent", idle * 100, "under 0.5", idle < 0.005)


async def _open(app: CertfleetApp) -> tuple[float, DevicesPage]:
    """The milliseconds from the screen's key until its first rows are painted, and the screen."""
    start = time.perf_counter()
    app.simulate_key("3")
    while not (isinstance(page := app.screen, DevicesPage) and page.is_mounted and page.table.rows):
        await asyncio.sleep(0)
    await painted(page.table, lambda: None)
    return (time.perf_counter() - start) * 1e3, page


async def _type(page: DevicesPage) -> list[float]:
    """The milliseconds of each keystroke of typing and deleting a filter."""
    field, times = page.query_one("#filter", Input), []
    for _ in range(ROUNDS):
        for text in TYPED:
            for typed in [*(text[:end] for end in range(1, len(text) + 1)), ""]:
                start = time.perf_counter()
                field.value = typed
                while page.filter_text != typed:
                    await asyncio.sleep(0)
                await painted(page.table, lambda: None)
                times.append((time.perf_counter() - start) * 1e3)
                await asyncio.sleep(0.03)  # nobody types faster
    return times


async def _page_of_a_held_key(page: DevicesPage) -> float:
    """The milliseconds of a page, as keys that are held down come. Pages without a pause between them wait for the next
    picture, of which Textual makes 60 a second."""
    await asyncio.sleep(0.03)
    return await painted(page.table, lambda: page.table.action_page(1))


async def _find_all(page: DevicesPage, text: str) -> float:
    """The milliseconds until a filter is applied to the whole fleet: of a very large one, the first matches are shown
    before."""
    start = time.perf_counter()
    page.query_one("#filter", Input).value = text
    while page.filter_text != text or page.table.tested is not None:
        await asyncio.sleep(0.001)
    return (time.perf_counter() - start) * 1e3


async def _share_of_cpu() -> float:
    used, start = time.process_time(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    return (time.process_time() - used) / (time.perf_counter() - start)


class _Stock(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable[str](id="stock")
        yield ListTable(FLEET, sort="state", id="own")


async def _measure_stock(count: int, report: Report) -> None:
    fleet, moment = IdentityFleet(7), FleetMoment(START, ExpiryRules())
    rows = [row_of(device(fleet, number), moment) for number in range(1, count + 1)]
    app = _Stock()
    async with app.run_test(size=SIZE) as pilot:
        stock, own = app.query_one("#stock", DataTable), app.query_one("#own", ListTable)
        for column in FLEET:
            stock.add_column(column.title, key=column.name)
        await pilot.pause()

        def refill(text: str) -> None:
            matches = parse_filter(text, START, ExpiryRules()).matches
            stock.clear()
            stock.add_rows([column.text(row) for column in FLEET] for row in rows if matches is None or matches(row))

        def narrow(text: str) -> None:
            own.narrow(parse_filter(text, START, ExpiryRules()).matches)

        first_stock = await painted(stock, lambda: refill(""))
        first_own = await painted(own, lambda: own.set_rows(rows))
        texts = [TYPED[0][:end] for end in range(1, len(TYPED[0]) + 1)]
        times = [await painted(stock, partial(refill, text)) for text in texts]
        own_times = [await painted(own, partial(narrow, text)) for text in texts]
    report.figure(f"devices_table_first_paint_{count}", first_own, "ms")
    report.figure(f"devices_table_first_paint_{count}_stock", first_stock, "ms")
    report.figure(f"devices_table_keystroke_median_{count}", median(own_times), "ms")
    report.figure(f"devices_table_keystroke_median_{count}_stock", median(times), "ms")
