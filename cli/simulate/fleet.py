"""``certfleet simulate company`` and ``fleet``: generate what is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import click

from ...simulator.company.company import fill
from ...simulator.company.organization import draw_organization
from ...simulator.engine.state.start import first_monday, prepare_clock
from ...simulator.engine.status.status import clock_of, tables_of
from ...simulator.fleet.arrivals import MOST_CHURN
from ...simulator.fleet.fleet import OFTENEST, USUAL_CHURN, FleetPlan, draw_fleet
from ...simulator.fleet.past import PAST, begin_past, draw_with_past
from ...simulator.identities import CAPACITY
from ...simulator.identities.tables import of_folder
from ...simulator.platforms.site_habits import OFFICE, SITES, habits_of
from ...store.devices.counts import FleetCounts
from ...store.model.device import Platform
from ...store.views.platforms import by_platform
from ...store.views.simulation import tables_warning
from ...store.words import moment, plural
from ..frame.answer import Answer
from ..frame.changing import Preview
from ..frame.command import command
from ..frame.interruption import stop_on_signal
from ..frame.parameters import DURATION, FOLDER, TEXT, Written, attached_option, seed_option, start_option
from ..frame.progress import progress
from ..frame.session import Session
from ..frame.spreading import hands, spreading_options

LARGEST_SHARE = 1_000_000


def _mix(text: str) -> dict[Platform, int]:
    """``ios=50,android=30,windows=15,macos=5``: each platform's share; they need not add up to 100."""
    mix: dict[Platform, int] = {}
    for part in text.split(","):
        name, _, share = (piece.strip().lower() for piece in part.partition("="))
        if name not in list(Platform) or name in mix:
            raise ValueError(f"{part.strip()!r}: name each of {', '.join(Platform)} once at most")
        if not (share.isascii() and share.isdecimal() and len(share) < 8 and int(share) <= LARGEST_SHARE):
            raise ValueError(f"{part.strip()!r}: write ios=50,android=30,windows=15,macos=5")
        mix[Platform(name)] = int(share)
    if not any(mix.values()):
        raise ValueError("no platform has a share")
    return mix


MIX = Written("mix", _mix)


@command(examples=["certfleet simulate company --seed 7 --start 2026-01-05"], changes=True, compares=False)
@seed_option
@start_option
def company(session: Session, seed: int, start: datetime | None) -> Answer:
    """Generate an invented company from a seed: its certificates, what each is for, its settings, and its problems.

    A missing workspace is created, with a virtual clock; one that holds certificates is refused. The company's fleet is
    generated afterwards: `certfleet simulate fleet`."""
    workspace = session.open(create=True, start=start or first_monday(datetime.now(UTC)))
    prepare_clock(workspace, start)
    fill(workspace, seed=seed)
    certificates, components = len(workspace.inventory.list()), len(workspace.components.list())
    now, organization = workspace.now(), draw_organization(seed)
    return Answer(
        {
            "name": organization.name,
            "domain": organization.domain,
            "certificates": certificates,
            "components": components,
            "seed": seed,
            "clock": clock_of(workspace),
        },
        [
            f"drew {organization.name}: {certificates} certificates, {components} components",
            f"the virtual clock stands at {moment(now)}",
            "`certfleet checklist` shows their status; `certfleet simulate fleet --devices 500` draws its devices",
        ],
    )


@command(
    examples=[
        "certfleet simulate fleet --devices 500",
        "certfleet simulate fleet --devices 50000 --seed 3 --mix ios=50,android=30,windows=15,macos=5 --workers 2",
    ],
    changes=True,
    compares=False,
)
@click.option(
    "--devices", "count", type=click.IntRange(1, CAPACITY), metavar="N", required=True, help="How many devices."
)
@seed_option
@click.option("--mix", type=MIX, metavar="ios=50,android=30,…", help="Each platform's share.")
@start_option
@click.option(
    "--check-in-every", "check_in", type=DURATION, metavar="4h", help="For every device. Default: by platform."
)
@click.option(
    "--tables",
    "folder",
    type=FOLDER,
    metavar="FOLDER",
    help="More models and OS versions: .csv files like certfleet's own.",
)
@click.option(
    "--habits",
    type=TEXT,
    metavar="NAME|FILE",
    help=f"When devices connect, are away, and answer: {', '.join(SITES)}, or a file of your own. Default: {OFFICE}.",
)
@click.option(
    "--churn",
    type=click.IntRange(0, MOST_CHURN),
    metavar="N",
    help=f"New devices per thousand a year, for those replaced and for newcomers. Default: that of the habits, or "
    f"{USUAL_CHURN}.",
)
@click.option(
    "--past/--no-past",
    help=f"Let the fleet live for {PAST.days} days before the start: renewed, half over from the last rotation, some "
    "devices turned away or revoked. Needs a new workspace.",
)
@spreading_options()
@attached_option
@click.option("--use-this-workspace", is_flag=True, help="Turn a workspace with a real inventory into a simulation.")
def fleet(
    session: Session,
    count: int,
    seed: int,
    mix: dict[Platform, int] | None,
    start: datetime | None,
    check_in: timedelta | None,
    folder: Path | None,
    habits: str | None,
    churn: int | None,
    past: bool,
    workers: int,
    attached: bool,
    use_this_workspace: bool,
) -> Answer:
    """Generate a fleet of devices from a seed, enrolled over the past year with real certificates. The same seed and
    start give the same fleet. A missing workspace is created, with a virtual clock. If interrupted, run the same
    command again to continue."""
    if check_in is not None and check_in < OFTENEST:
        raise click.BadParameter("devices check in every hour at most", param_hint="--check-in-every")
    own = "" if habits is None else habits_of(habits)
    added = {} if folder is None else of_folder(folder)
    plan = FleetPlan(
        devices=count, seed=seed, mix=mix, check_in=check_in, tables=added, habits=own, churn=churn, past=past
    )
    begin = start or first_monday(datetime.now(UTC))
    workspace = session.open(create=True, start=begin - PAST if past else begin)
    if past:
        begin_past(workspace, begin)
    else:
        prepare_clock(workspace, start, use_this_workspace=use_this_workspace)
    draw = draw_with_past if past else draw_fleet
    with (
        hands(workers) as by,
        progress(count, "Enrolling") as advance,
        stop_on_signal(attached=attached) as stop,
    ):
        enrolled = draw(workspace, plan, workers=by.workers, executor=by.executor, progress=advance, stop=stop.is_asked)
    counts, now = workspace.devices.counts(), workspace.now()
    if stop.is_asked():
        told = f"stopped at {plural(counts.total, 'device')} of {count:,}; nothing of it is kept"
        session.tell_preview(Preview("fleet", {"devices": counts.total, "wanted": count}, [told], status=stop.status))
    known = tables_of(workspace)
    return Answer(
        {
            "devices": counts.total,
            "enrolled": enrolled,
            "platforms": {platform.value: counts.platforms[platform] for platform in Platform},
            "seed": seed,
            "clock": clock_of(workspace),
            "tables": known,
        },
        chain(_sentences(counts, enrolled, count, now), tables_warning(known)),
        status=stop.status,
    )


def _sentences(counts: FleetCounts, enrolled: int, wanted: int, now: datetime) -> Iterator[str]:
    since = f", and {plural(counts.total - wanted, 'new one')} since" if counts.total > wanted else ""
    yield f"enrolled {plural(enrolled, 'device')}{since}; the fleet: {by_platform(counts.platforms)}"
    if counts.total < wanted:
        yield "stopped before the end; run the same command again to continue"
    yield f"the virtual clock stands at {moment(now)}; `certfleet simulate run --for 7d` lets time pass"
