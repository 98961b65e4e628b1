"""``certfleet simulate campaign``: telling people to re-enroll their devices, and how they answer."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import click

from ...simulator.engine.campaigns.campaign import (
    DEADLINE,
    HELP_DESK,
    SECOND_MAIL,
    CampaignPlan,
    end_campaign,
    latest_campaign,
    start_campaign,
    told_devices,
)
from ...simulator.engine.campaigns.status import campaign_status
from ...store.model.device import Platform
from ...store.views.campaign import (
    campaign_document,
    campaign_facts,
    cost_text,
    not_answered_text,
    re_enrolled_text,
    steps_text,
    told_text,
)
from ...store.views.documents import fields_of
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.parameters import DURATION, MOMENT, platforms_option
from ..frame.session import Session


@command(
    examples=[
        "certfleet simulate campaign start",
        "certfleet simulate campaign start --platform macos --first-mail 2026-01-12 --help-desk 20",
        "certfleet simulate campaign start --no-second-mail --no-deadline --help-desk 0",
    ],
    changes=True,
    compares=False,
)
@platforms_option("Only devices of this platform; repeatable. Default: all that need their user.")
@click.option("--first-mail", type=MOMENT, metavar="2026-01-12", help="When the first mail goes out. Default: now.")
@click.option(
    "--second-mail",
    type=DURATION,
    metavar="7d",
    default=f"{SECOND_MAIL.days}d",
    show_default=True,
    help="After the first mail.",
)
@click.option("--no-second-mail", is_flag=True, help="Send the first mail only.")
@click.option(
    "--deadline",
    type=DURATION,
    metavar="21d",
    default=f"{DEADLINE.days}d",
    show_default=True,
    help="After the first mail.",
)
@click.option("--no-deadline", is_flag=True, help="Name no day by which people have to re-enroll.")
@click.option(
    "--help-desk",
    type=click.IntRange(0, 100_000),
    default=HELP_DESK,
    show_default=True,
    metavar="N",
    help="How many people the help desk visits on a working day.",
)
def start(
    session: Session,
    platforms: tuple[Platform, ...],
    first_mail: datetime | None,
    second_mail: timedelta,
    no_second_mail: bool,
    deadline: timedelta,
    no_deadline: bool,
    help_desk: int,
) -> Answer:
    """Tell the users of simulated devices that must re-enroll to do so, by mail. Nobody does before being told, except
    a few who notice. Those who don't answer get a second mail, then there is a deadline, and after it the help desk
    visits them: without a deadline, a week after the last mail. Users whose devices come to need it later are told on
    the next working morning, until the campaign is ended."""
    plan = CampaignPlan(
        platforms=platforms,
        first_mail_at=first_mail,
        second_mail=None if no_second_mail else second_mail,
        deadline=None if no_deadline else deadline,
        help_desk=help_desk,
    )
    workspace = session.open()
    campaign = start_campaign(workspace, plan)
    told = Counter(device.platform.value for device in told_devices(workspace, campaign))
    return Answer(
        {"campaign": campaign_document(campaign), "told": campaign.told},
        [
            f"campaign {campaign.id}: {steps_text(campaign)}",
            told_text(campaign.told, {platform.value: told[platform.value] for platform in Platform}),
            "`certfleet simulate run --for 28d` lets people answer; `certfleet simulate campaign status` shows it",
        ],
    )


@command(examples=["certfleet simulate campaign status"])
def status(session: Session) -> Answer:
    """Show how many users have answered the latest campaign, after which step, and what it has cost: tickets of the
    help desk, and hours of people."""
    workspace = session.open()
    found = campaign_status(workspace)
    return Answer(fields_of(found), Facts(campaign_facts(found, latest_campaign(workspace))))


@command(examples=["certfleet simulate campaign end"], changes=True, compares=False)
def end(session: Session) -> Answer:
    """End the campaign: no more mail goes out, and the help desk cancels its appointments. Users who have been told and
    are about to re-enroll still do."""
    workspace = session.open()
    campaign = end_campaign(workspace)
    found = campaign_status(workspace)
    return Answer(
        fields_of(found),
        [
            f"campaign {campaign.id} has ended",
            f"re-enrolled: {re_enrolled_text(found.effort)}",
            f"not answered: {not_answered_text(found)}",
            cost_text(found.effort),
        ],
    )
