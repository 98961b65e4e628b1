"""``certfleet plan rings``: a plan file that renews in rings, with the smallest pilot that shows what fails."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from ...simulator.plans.pilot import PilotWishes, find_pilot
from ...simulator.plans.plan import Choice
from ...simulator.plans.rings import pilot_document, pilot_lines, rings_plan
from ...simulator.plans.values import device_filter, positive_share, share
from ...simulator.plans.words import plan_document
from ...simulator.plans.writing import plan_text
from ...store.model.device import Platform
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import DURATION, MOMENT, TEXT, Written, platforms_option
from ..frame.session import Session

SHARE = Written("share", positive_share)


@command(examples=["certfleet plan rings --detect 95% --within 3d --issuer default --output rings.toml"])
@click.option(
    "--detect",
    type=SHARE,
    default="95%",
    metavar="95%",
    show_default=True,
    help="The probability with which devices that fail together are to show in the pilot.",
)
@click.option(
    "--within", type=DURATION, default="3d", show_default=True, metavar="3d", help="How long a ring has to answer."
)
@click.option(
    "--smallest",
    type=SHARE,
    default="1%",
    metavar="1%",
    show_default=True,
    help="Don't look for devices that fail together if they are fewer than this share.",
)
@click.option(
    "--most-misses",
    type=Written("share", share),
    default="5%",
    metavar="5%",
    show_default=True,
    help="The share of a ring's answers that may be errors for the next one to open.",
)
@click.option(
    "--ring",
    "shares",
    type=SHARE,
    multiple=True,
    default=("10%", "40%"),
    metavar="10%",
    show_default=True,
    help="A ring after the pilot: this share of the devices; repeatable. The rest comes last.",
)
@click.option("--issuer", "issuers", type=TEXT, multiple=True, metavar="GROUP", help="Only devices of this CA group.")
@platforms_option("Only devices of this platform; repeatable.")
@click.option("--search", type=TEXT, default="", metavar="FILTER", help="Only devices that match this filter.")
@click.option("--at", type=MOMENT, metavar="2026-12-01", help="When the pilot opens. Default: when the plan begins.")
@output_options
def rings(
    session: Session,
    detect: float,
    within: timedelta,
    smallest: float,
    most_misses: float,
    shares: tuple[float, ...],
    issuers: tuple[str, ...],
    platforms: tuple[Platform, ...],
    search: str,
    at: datetime | None,
    output: OutputFile,
) -> Answer:
    """Write a plan that renews in rings. Its pilot is the smallest that holds enough devices of each model, OS version,
    mobile carrier, place and kind of enrollment for those that fail together to show. The next ring opens only while
    few fail."""
    if detect >= 1:
        raise click.BadParameter("nothing is certain; write less than 100%", param_hint="--detect")
    if within <= timedelta(0):
        raise click.BadParameter("devices need time to answer", param_hint="--within")
    if sum(shares) > 1:
        raise click.BadParameter("the rings are more than all devices", param_hint="--ring")
    output.check()
    choice = Choice(issuer=issuers, platform=platforms, search=device_filter(search) if search.strip() else "")
    wishes = PilotWishes(detect=detect, within=within, smallest=smallest, most_misses=most_misses)
    workspace = session.open()
    pilot = find_pilot(workspace, choice, wishes)
    plan = rings_plan(workspace, pilot, choice, wishes, shares=shares, at=at)
    lines = list(pilot_lines(pilot, wishes))
    text = plan_text(plan, comments=lines)
    document = {"plan": plan_document(plan), "pilot": pilot_document(pilot)}
    said = lines if output.path is None else [*lines, f"written to {output.path}"]
    return output.answer(document, text.encode(), said, aside=True)
