"""``certfleet simulate fleet``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from ..simulator.engine.start import first_monday, prepare_clock
from ..simulator.engine.status import clock_as_json
from ..simulator.engine.workers import MOST_WORKERS
from ..simulator.fleet.fleet import OFTENEST, FleetPlan, draw_fleet
from ..simulator.identities import CAPACITY
from ..store.model.device import Platform
from ..store.views.platforms import PLATFORMS, by_platform
from ..store.words import moment
from .frame.answer import emit, progress, say
from .frame.interruption import stopping
from .frame.parameters import DURATION, MOMENT
from .frame.session import Session, pass_session
from .phrases import devices

WORKERS = click.IntRange(1, MOST_WORKERS)
LARGEST_SHARE = 1_000_000


class MixType(click.ParamType[dict[Platform, int]]):
    """``ios=50,android=30,windows=15,macos=5``: each platform's share; they need not add up to 100."""

    name = "mix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[Platform, int]:
        if isinstance(value, dict):
            return value
        mix: dict[Platform, int] = {}
        for part in value.split(","):
            name, _, share = (piece.strip().lower() for piece in part.partition("="))
            if name not in list(Platform) or name in mix:
                self.fail(f"{part.strip()!r}: name each of {', '.join(Platform)} once at most", param, ctx)
            if not (share.isascii() and share.isdecimal() and len(share) < 8 and int(share) <= LARGEST_SHARE):
                self.fail(f"{part.strip()!r}: write ios=50,android=30,windows=15,macos=5", param, ctx)
            mix[Platform(name)] = int(share)
        if not any(mix.values()):
            self.fail("no platform has a share", param, ctx)
        return mix


@click.command()
@click.option("--devices", "count", type=click.IntRange(1, CAPACITY), required=True, help="How many.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="Draws the devices.")
@click.option("--mix", type=MixType(), metavar="ios=50,android=30,…", help="Each platform's share.")
@click.option("--start", type=MOMENT, metavar="2026-01-05", help="Where the clock starts; else Monday of this week.")
@click.option("--check-in-every", "check_in", type=DURATION, metavar="4h", help="For every device; else by platform.")
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processes that make keys and sign.")
@click.option("--attached", is_flag=True, help="Stop when standard input is closed, as when its starter has died.")
@click.option("--use-this-workspace", is_flag=True, help="Turn a workspace with a real inventory into a simulation.")
@click.pass_context
@pass_session
def fleet(
    session: Session,
    context: click.Context,
    count: int,
    seed: int,
    mix: dict[Platform, int] | None,
    start: datetime | None,
    check_in: timedelta | None,
    workers: int,
    attached: bool,
    use_this_workspace: bool,
) -> None:
    """Draw a fleet of devices from a seed, enrolled over the past year with real certificates. The same seed and start
    give the same fleet. Where there is no workspace one is made, with a virtual clock. Interrupted, the same command
    goes on."""
    if check_in is not None and check_in < OFTENEST:
        raise click.BadParameter("devices check in every hour at most", param_hint="--check-in-every")
    begin = start or first_monday(datetime.now(UTC))
    plan = FleetPlan(devices=count, seed=seed, mix=mix, check_in=check_in)
    with session.open(create=True, start=begin) as workspace:
        prepare_clock(workspace, start, use_this_workspace=use_this_workspace)
        with progress(count, "Enrolling") as advance, stopping(attached) as stop:
            enrolled = draw_fleet(
                workspace, plan, workers=workers, progress=lambda done, total: advance(done), stop=stop.is_asked
            )
        counts, now = workspace.devices.counts(), workspace.now()
        clock = clock_as_json(workspace, now)
    if session.json:
        emit(
            {
                "devices": counts.total,
                "enrolled": enrolled,
                "platforms": {platform.value: counts.platforms[platform] for platform in PLATFORMS},
                "seed": seed,
                "clock": clock,
            }
        )
    else:
        say(f"enrolled {devices(enrolled)}; the fleet: {by_platform(counts.platforms)}")
        if counts.total < count:
            say("stopped before the end; the same command goes on from there")
        say(f"the virtual clock stands at {moment(now)}; `certfleet simulate run --for 7d` lets time pass")
    if stop.signal:
        context.exit(128 + stop.signal)
