"""The console's list against Textual's own DataTable: first paint, and the refill after a filter keystroke.

Both tables are in the same app, take the same rows through the same filter, and are timed until the screen has been
painted. After that, the device screen with a fleet, while another process writes; then the console as a process on a
pseudo-terminal: how long it takes to open, and the bytes that it sends.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from certfleet.store.inventory.certificate_filter import parse_filter
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.tui.certificates.certificate_rows import CertificateRow, row_of
from certfleet.tui.certificates.columns import INVENTORY, row_tone
from certfleet.tui.lists.list_table import ListTable

from .console_devices import draw, measure_devices
from .console_terminal import measure_terminal
from .report import Report
from .screen import p95, painted

SIZE = (140, 45)
ROUNDS = 5
STOCK_EVERY = 6  # keystrokes: DataTable takes seconds for each
TYPED = ("host1", "days:<300 use:server")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rows(count: int) -> list[CertificateRow]:
    """Rows of certificates that exist only as records, since the screen is what is measured."""
    draw = Random(7)
    uses = list(UseAs)
    made = []
    for number in range(1, count + 1):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        not_after = NOW + timedelta(days=draw.randrange(-60, 800))
        certificate = Certificate(
            version=3,
            subject=f"CN=host{number}.example.com,O=Example {number % 97},C=DE",
            issuer=f"CN=Issuing CA {number % 13},O=Example,C=DE",
            subject_name_sha256=digest,
            issuer_name_sha256=digest,
            serial_number=digest[:32].upper(),
            not_before=not_after - timedelta(days=398),
            not_after=not_after,
            sans=(f"DNS:host{number}.example.com",),
            fingerprint_sha256=digest,
            public_key_sha256=digest,
            key_algorithm="RSA",
            key_size=2048,
            signature_algorithm="RSA with SHA-256",
            is_ca=False,
            id=number,
            use_as=uses[number % len(uses)],
            description=f"rack {number % 40}",
            imported_at=NOW,
            imported_by="alice",
        )
        made.append(row_of(certificate, NOW, ExpiryRules()))
    return made


class Bench(App[None]):
    """Both tables, one above the other."""

    def compose(self) -> ComposeResult:
        yield ListTable[CertificateRow](INVENTORY, sort="status", row_tone=row_tone, id="own")
        yield DataTable[str](id="stock")


def keystrokes() -> list[str]:
    """The contents of the filter line after each keystroke of typing and deleting a text."""
    typed = [text[:end] for text in TYPED for end in range(1, len(text) + 1)]
    return [*typed, *reversed(typed[: len(TYPED[0])]), ""]


async def measure(count: int, report: Report) -> None:
    """Fill and filter both tables."""
    records = rows(count)
    app = Bench()
    async with app.run_test(size=SIZE) as pilot:
        own, stock = app.query_one("#own", ListTable), app.query_one("#stock", DataTable)
        for column in INVENTORY:
            stock.add_column(column.title, key=column.name)
        await pilot.pause()

        def refill_stock(shown: list[CertificateRow]) -> None:
            stock.clear()
            stock.add_rows([column.text(row) for column in INVENTORY] for row in shown)

        def refill_own(text: str) -> None:
            own.narrow(parse_filter(text).matches)

        first_own = await painted(own, lambda: own.set_rows(records))
        first_stock = await painted(stock, lambda: refill_stock(records))
        texts = keystrokes()
        own_times = [await painted(own, partial(refill_own, text)) for _ in range(ROUNDS) for text in texts]

        def filter_stock(text: str) -> None:
            matches = parse_filter(text).matches
            refill_stock(records if matches is None else [row for row in records if matches(row)])

        stock_times = [await painted(stock, partial(filter_stock, text)) for text in texts[::STOCK_EVERY]]
        page = [await painted(own, lambda: own.action_page(1)) for _ in range(50)]
    report.figure(f"first_paint_{count}", first_own, "ms")
    report.figure(f"first_paint_{count}_stock", first_stock, "ms")
    report.figure(f"keystroke_median_{count}", median(own_times), "ms")
    report.figure(f"keystroke_p95_{count}", p95(own_times), "ms")
    report.figure(f"keystroke_median_{count}_stock", median(stock_times), "ms")
    report.figure(f"page_down_p95_{count}", p95(page), "ms")
    same = [time for start in range(ROUNDS) for time in own_times[start * len(texts) :][: len(texts) : STOCK_EVERY]]
    ratio = median(stock_times) / median(same)
    report.ratio("refill_against_stock_median", ratio, "at least 20", ratio >= 20)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks console", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--rows", type=int, default=10_000, help="certificates; 0 leaves them out")
    parser.add_argument("--devices", type=int, default=100_000, help="devices; 0 leaves them out")
    parser.add_argument(
        "--idle", type=float, default=60, help="seconds that nobody touches it; 0 leaves the terminal out"
    )
    options = parser.parse_args(argv)
    report = Report("console", argv)
    if options.rows:
        asyncio.run(measure(options.rows, report))
    if options.devices:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "workspace")
            draw(path, options.devices)
            measure_devices(path, options.devices, report)
            if options.idle:
                measure_terminal(path, options.devices, options.idle, report)
    return report.show()
