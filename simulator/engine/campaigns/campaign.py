"""A campaign that tells people to re-enroll their devices: starting it, its daily mail, ending it.

When a mail goes out, it is decided how each owner answers, and the decision is stored in the device's habits. So the
next event of a device depends on its record only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ....store.campaigns import campaigns_in, latest_campaign_in
from ....store.devices.device_tables import Batch
from ....store.devices.gate import Gate
from ....store.errors import Refusal
from ....store.model.campaign import Campaign
from ....store.model.deleted_device import DeletedDevice
from ....store.model.device import Device, Platform
from ....store.model.habits import Told
from ....store.persistence.records import RecordTable
from ....store.words import day, minute, plural
from ....store.workspace import Workspace
from ...platforms.site_habits import campaign_figures
from ..behaviour.lost_devices import lost_devices, ready_by_itself, told_of
from ..behaviour.re_enrollment import ready_untold, told_to
from ..state.simulation_record import simulation_of
from .answers import answer_of, appointments, next_morning

SECOND_MAIL, DEADLINE, HELP_DESK = timedelta(days=7), timedelta(days=21), 20
"""What a campaign does unless it is told otherwise."""


class CampaignPlan(Struct, frozen=True, kw_only=True):
    """What to start: the first mail goes out at ``first_mail_at`` (None: now); ``second_mail`` and ``deadline`` come so
    long after a device's first mail (None: never); the help desk visits ``help_desk`` people on a working day.
    ``platforms``: only devices of these; of all if there are none."""

    platforms: tuple[Platform, ...] = ()
    first_mail_at: datetime | None = None
    second_mail: timedelta | None = SECOND_MAIL
    deadline: timedelta | None = DEADLINE
    help_desk: int = HELP_DESK


def campaigns(workspace: Workspace) -> RecordTable[Campaign]:
    """The table of campaigns."""
    return campaigns_in(workspace.database)


def open_campaign(workspace: Workspace) -> Campaign | None:
    """The campaign that runs."""
    last = latest_campaign(workspace)
    return None if last is None or last.ended_at is not None else last


def latest_campaign(workspace: Workspace) -> Campaign | None:
    """The campaign that was started last."""
    return latest_campaign_in(workspace.database)


def start_campaign(workspace: Workspace, plan: CampaignPlan) -> Campaign:
    """Start a campaign; its first mail goes out at once if it is due.

    Refuses with ``no-fleet``, ``campaign-running`` or ``campaign-invalid``.
    """
    with workspace.database.transaction():
        workspace.audit.permit("simulation.campaign")
        _check(workspace, plan)
        campaign = campaigns(workspace).add(campaign_of(plan, workspace.now()))
        first = campaign.first_mail_at
        workspace.audit.record(
            "simulation.campaign", f"campaign:{campaign.id}", f"campaign started, first mail on {minute(first)} UTC"
        )
        send_mail(workspace)
        return campaigns(workspace).get(campaign.id)


def campaign_of(plan: CampaignPlan, now: datetime) -> Campaign:
    """The campaign of a plan that starts now."""
    first = plan.first_mail_at or now
    return Campaign(
        id=0,
        started_at=now,
        platforms=tuple(platform for platform in Platform if platform in plan.platforms),
        first_mail_at=first,
        second_mail=None if plan.second_mail is None else int(plan.second_mail.total_seconds()),
        deadline=None if plan.deadline is None else int(plan.deadline.total_seconds()),
        help_desk=plan.help_desk,
        next_mail_at=first,
    )


def end_campaign(workspace: Workspace) -> Campaign:
    """End the campaign that runs: no more mail goes out, and the help desk cancels its appointments. Those who were
    reached and are about to act still do. Refuses with ``no-campaign``."""
    with workspace.database.transaction():
        workspace.audit.permit("simulation.campaign")
        campaign = open_campaign(workspace)
        if campaign is None:
            raise Refusal("no-campaign", "no campaign runs", "Start one: `certfleet simulate campaign start`.")
        now = workspace.now()
        batch = Batch()
        for device in told_devices(workspace, campaign):
            told = told_to(device)
            assert told is not None and device.habits is not None
            if told.reached_at > now.timestamp():
                batch.devices[device.id] = replace(device, habits=replace(device.habits, told=None))
        workspace.devices.records.write(batch)
        for one in lost_devices(workspace, now):
            if one.left is None or (told := told_of(one)) is None or told.campaign != campaign.id:
                continue
            if told.reached_at > now.timestamp():
                workspace.deletions.put([replace(one, left=_with_word(one.left, None))])
        visits = {when: number for when, number in campaign.visits.items() if when <= day(now)}
        ended = campaigns(workspace).change(campaign, ended_at=now, visits=visits)
        said = f"campaign ended; {plural(ended.told, 'user')} had been told"
        workspace.audit.record("simulation.campaign", f"campaign:{campaign.id}", said)
        return ended


def next_mail(workspace: Workspace) -> datetime | None:
    """When the next mail of a campaign goes out."""
    campaign = open_campaign(workspace)
    return None if campaign is None else campaign.next_mail_at


def has_mail(workspace: Workspace) -> bool:
    """Whether a campaign will tell somebody something."""
    campaign = open_campaign(workspace)
    return campaign is not None and bool(untold(workspace, campaign) or _untold_lost(workspace, campaign))


def send_mail(workspace: Workspace, ids: Iterable[int] | None = None, lost: Iterable[int] | None = None) -> set[int]:
    """Send the mail that is due to everybody who has not been told; returns the ids of the devices.

    ``ids`` are the devices that need their users, and ``lost`` the deleted ones that were turned away, if the caller
    knows them.
    """
    with workspace.database.transaction():
        campaign, now = open_campaign(workspace), workspace.now()
        if campaign is None or campaign.next_mail_at > now:
            return set()
        waiting, away = untold(workspace, campaign, ids), _untold_lost(workspace, campaign, lost)
        told, visits = _decide(workspace, campaign, waiting, away)
        batch = Batch()
        for device in waiting:
            batch.devices[device.id] = _with_word(device, told[device.id])
        workspace.devices.records.write(batch)
        workspace.deletions.put(
            replace(one, left=_with_word(one.left, told[one.id])) for one in away if one.left is not None
        )
        count = campaign.told + len(waiting) + len(away)
        campaigns(workspace).change(campaign, next_mail_at=next_morning(now), told=count, visits=visits)
        return set(batch.devices)


def untold(workspace: Workspace, campaign: Campaign, ids: Iterable[int] | None = None) -> list[Device]:
    """The simulated devices that need their users, whom this campaign has not told yet. Nobody is told about a device
    whose owner has got another one in its place."""
    wanted = campaign.platforms or tuple(Platform)
    devices = workspace.devices.records.all(None if ids is None else list(ids))
    return [
        device
        for device in devices
        if needs_word(device)
        and device.platform in wanted
        and ((told := told_to(device)) is None or told.campaign != campaign.id)
    ]


def _untold_lost(workspace: Workspace, campaign: Campaign, ids: Iterable[int] | None = None) -> list[DeletedDevice]:
    """The deleted devices that were turned away, whose owners this campaign has not told yet."""
    wanted = campaign.platforms or tuple(Platform)
    return [
        one
        for one in lost_devices(workspace, workspace.now(), ids)
        if one.platform in wanted and ((told := told_of(one)) is None or told.campaign != campaign.id)
    ]


def _with_word(device: Device, told: Told | None) -> Device:
    assert device.habits is not None
    return replace(device, habits=replace(device.habits, told=told))


def needs_word(device: Device) -> bool:
    """Whether the user of a simulated device must re-enroll it."""
    return device.state.needs_person and device.habits is not None and device.habits.replaced_by is None


def told_devices(workspace: Workspace, campaign: Campaign) -> list[Device]:
    """The devices whose users this campaign has told and that have not been re-enrolled."""
    return [
        device
        for device in workspace.devices.each()
        if device.state.needs_person and (told := told_to(device)) is not None and told.campaign == campaign.id
    ]


def _decide(
    workspace: Workspace, campaign: Campaign, waiting: list[Device], away: list[DeletedDevice]
) -> tuple[dict[int, Told], dict[str, int]]:
    record, gate = simulation_of(workspace), workspace.impact.gate(workspace.now())
    figures = campaign_figures("" if record is None else record.habits)
    at = int(workspace.now().timestamp())
    answers = [(device, answer_of(device, campaign, figures, at, _by_itself(device, at, gate))) for device in waiting]
    for one in away:
        if one.left is not None:
            ready = ready_by_itself(one) if told_of(one) is None else None
            ready = None if ready is None else max(at, ready)
            answers.append((one.left, answer_of(one.left, campaign, figures, at, ready)))
    return appointments(answers, campaign, at)


def _by_itself(device: Device, at: int, gate: Gate) -> int | None:
    """When the owner re-enrolls it, if nobody says a word."""
    ready = ready_untold(device, gate) if told_to(device) is None else None
    return None if ready is None else max(at, ready)


def _check(workspace: Workspace, plan: CampaignPlan) -> None:
    if simulation_of(workspace) is None:
        raise Refusal(
            "no-fleet", "there is no fleet in this workspace", "Run `certfleet simulate fleet --devices 500`."
        )
    running = open_campaign(workspace)
    if running is not None:
        raise Refusal(
            "campaign-running",
            f"a campaign runs since {day(running.started_at)}",
            "End it first: `certfleet simulate campaign end`. It tells those who come to need it later by itself.",
        )
    if plan.first_mail_at is not None and plan.first_mail_at < workspace.now():
        raise Refusal("campaign-invalid", "the first mail would go out in the past", "Choose a later --first-mail.")
    if plan.second_mail is not None and plan.deadline is not None and plan.deadline <= plan.second_mail:
        raise Refusal(
            "campaign-invalid", "the deadline would pass before the second mail", "Choose a later --deadline."
        )
