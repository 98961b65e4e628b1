"""Simulated outages and campaigns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from ...simulator.engine.campaigns.campaign import (
    DEADLINE,
    HELP_DESK,
    SECOND_MAIL,
    CampaignPlan,
    end_campaign,
    start_campaign,
)
from ...simulator.engine.campaigns.status import campaign_status
from ...simulator.engine.state.outages import begin_outage, end_outage, outages
from ...store.model.simulated_outage import OutageOf
from ...store.views.campaign import CampaignDocument, CampaignStatusDocument, campaign_document
from ...store.views.simulated_outage import SimulatedOutageDocument, outage_document
from ...store.workspace import Workspace
from ..product.request_fields import IN_DAYS, IN_MINUTES
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .device_requests import AnyPlatform
from .times import in_utc

calls = Calls(OWN, "/simulation", tag="simulation")

_Days = Annotated[float, Meta(ge=0, le=3650), IN_DAYS]


class OutageList(DoneAnswer, frozen=True, kw_only=True):
    """The simulated outages: past, present and planned ones, by their beginning."""

    outages: list[SimulatedOutageDocument]


class OneOutage(DoneAnswer, frozen=True, kw_only=True):
    """A simulated outage; null if it had not begun and was cancelled."""

    outage: SimulatedOutageDocument | None


class NewOutage(Body, kw_only=True):
    """What is out, for how long, and from when: now, unless it says so."""

    service: OutageOf
    minutes: Annotated[int, Meta(ge=1, le=43_200), IN_MINUTES]
    at: datetime | None = None


class CampaignStarted(DoneAnswer, frozen=True, kw_only=True):
    """The campaign, and how many people have been told."""

    campaign: CampaignDocument
    told: int


class CampaignAnswer(DoneAnswer, frozen=True, kw_only=True):
    """How the latest campaign is doing."""

    status: CampaignStatusDocument


class NewCampaign(Body, kw_only=True):
    """Whom to tell, and when: the days count from a device's first mail; null: no such mail, no deadline."""

    platforms: Annotated[tuple[AnyPlatform, ...], Meta(max_length=10)] = ()
    first_mail_at: datetime | None = None
    second_mail_days: _Days | None = float(SECOND_MAIL.days)
    deadline_days: _Days | None = float(DEADLINE.days)
    help_desk: Annotated[int, Meta(ge=0, le=100_000)] = HELP_DESK


@calls.get("/outages", reads(OutageList))
def list_outages(workspace: Workspace) -> HttpAnswer:
    """List the simulated outages."""
    now = workspace.now()
    return answer(OutageList, outages=[outage_document(one, now) for one in outages(workspace)])


@calls.post("/outages", changes(OneOutage, "simulation.outage", 409))
def add_outage(workspace: Workspace, wanted: NewOutage) -> HttpAnswer:
    """Begin or plan an outage on the virtual clock. During one of apns, fcm or wns, no push arrives: devices come at
    their own check-ins, and are pushed to after its end. During one of the server, no device checks in or enrolls."""
    at = None if wanted.at is None else in_utc(wanted.at)
    begun = begin_outage(workspace, wanted.service, timedelta(minutes=wanted.minutes), at)
    return answer(OneOutage, outage=outage_document(begun, workspace.now()))


@calls.post("/outages/{id}/end", changes(OneOutage, "simulation.outage", 404, 409))
def stop_outage(workspace: Workspace, id: Annotated[int, Meta(ge=1, le=2**63 - 1)]) -> HttpAnswer:
    """End an outage now. One that has not begun is cancelled."""
    ended = end_outage(workspace, id)
    return answer(OneOutage, outage=None if ended is None else outage_document(ended, workspace.now()))


@calls.get("/campaign", reads(CampaignAnswer))
def get_campaign(workspace: Workspace) -> HttpAnswer:
    """Get how many users have answered the latest campaign, after which step, and what it has cost."""
    return answer(CampaignAnswer, status=campaign_status(workspace))


@calls.post("/campaign", changes(CampaignStarted, "simulation.campaign", 409))
def begin_campaign(workspace: Workspace, wanted: NewCampaign) -> HttpAnswer:
    """Tell the users of simulated devices that must re-enroll to do so, by mail."""
    campaign = start_campaign(
        workspace,
        CampaignPlan(
            platforms=wanted.platforms,
            first_mail_at=None if wanted.first_mail_at is None else in_utc(wanted.first_mail_at, "first_mail_at"),
            second_mail=_after(wanted.second_mail_days),
            deadline=_after(wanted.deadline_days),
            help_desk=wanted.help_desk,
        ),
    )
    return answer(CampaignStarted, campaign=campaign_document(campaign), told=campaign.told)


@calls.post("/campaign/end", changes(CampaignAnswer, "simulation.campaign"))
def stop_campaign(workspace: Workspace) -> HttpAnswer:
    """End the campaign: no more mail goes out, and the help desk cancels its appointments."""
    end_campaign(workspace)
    return answer(CampaignAnswer, status=campaign_status(workspace))


def _after(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
