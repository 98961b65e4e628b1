"""Carrying out the actions that are done at once: each is one of the workspace's use cases."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ...store.authorities.validity import Validity
from ...store.bulk.results import Outcome, counted
from ...store.certificates.files import read_input
from ...store.certificates.limits import MAX_PROFILE
from ...store.components.naming import title_of
from ...store.endpoints.endpoints import NewEndpoint
from ...store.inventory.expiry_text import read_limit, with_limits
from ...store.inventory.sources import Source
from ...store.model.certificate import Certificate
from ...store.model.device import Platform
from ...store.model.policy import Assignment
from ...store.model.site import Freeze
from ...store.policies.rollout import Deployed
from ...store.printable import printable
from ...store.start_by.freezes import span
from ...store.views.platforms import platform_names
from ...store.words import minute, plural
from ...store.workspace import Workspace
from ..engine.campaigns.campaign import CampaignPlan, start_campaign
from .choosing import check_known, find_certificate, find_task, named_devices
from .new_certificate import beside, make_like, new_source
from .plan import (
    Action,
    AddEndpoint,
    AddFreeze,
    Bind,
    CompleteTask,
    CreatePolicy,
    DeployPolicy,
    DeployRoot,
    ImportCertificate,
    ImportDeviceCertificates,
    ImportProfile,
    RefreshAuthority,
    RenewApns,
    ReplaceCertificate,
    SetSite,
    StartCampaign,
    UseComponent,
)


class ActionContext(Struct, frozen=True):
    """What actions need: the workspace, and the ``folder`` of the plan's files."""

    workspace: Workspace
    folder: Path | None = None


@singledispatch
def carry_out(action: Action, around: ActionContext) -> str:
    """Carry an action out; returns what was done, in words. Refuses as its use case does."""
    raise TypeError(f"{type(action).__name__} is carried out step by step")


@carry_out.register
def _(action: RefreshAuthority, around: ActionContext) -> str:
    group = around.workspace.authorities.refresh(name=action.name, ready_after=action.ready_after)
    return f"CA group {group.name} requested, ready {minute(group.ready_at)} UTC"


@carry_out.register
def _(action: ReplaceCertificate, around: ActionContext) -> str:
    entry = find_certificate(around.workspace, action.certificate)
    source = _source(action.new, around, entry)
    result = around.workspace.inventory.replace(entry.id, source)
    switched = f"; switched: {', '.join(result.switched)}" if result.switched else ""
    return f"certificate {entry.id} ({entry.name}) replaced by {result.new.id}{switched}"


@carry_out.register
def _(action: ImportCertificate, around: ActionContext) -> str:
    like = None if action.new.like is None else find_certificate(around.workspace, action.new.like)
    source = _source(action.new, around, like)
    use_as = like.use_as if action.use_as is None and like is not None else action.use_as
    result = around.workspace.inventory.import_from(source, use_as=use_as, description=action.description)
    if not result.imported:
        return f"{plural(len(result.linked), 'certificate')} imported before"
    entry = result.imported[0]
    return f"certificate {entry.id} ({entry.name}) imported"


@carry_out.register
def _(action: RenewApns, around: ActionContext) -> str:
    component = around.workspace.apns.renew(action.apple_id, action.need, create=action.create, confirmed=action.anyway)
    entry = around.workspace.inventory.get(component.certificate_id or 0)
    return f"push certificate renewed as {action.apple_id}: certificate {entry.id}, valid to {minute(entry.not_after)}"


@carry_out.register
def _(action: Bind, around: ActionContext) -> str:
    entry = find_certificate(around.workspace, action.certificate)
    around.workspace.components.bind(action.need, entry.id, name=action.name, apple_id=action.apple_id)
    named = f" {action.name}" if action.name else ""
    return f"{action.need}{named} uses certificate {entry.id} ({entry.name})"


@carry_out.register
def _(action: UseComponent, around: ActionContext) -> str:
    component = around.workspace.components.set_use(action.need, action.use, name=action.name)
    return f"{title_of(component)} is {action.use}"


@carry_out.register
def _(action: ImportProfile, around: ActionContext) -> str:
    path = beside(around.folder, action.file)
    result = around.workspace.profiles.import_file(read_input(path, MAX_PROFILE), source=printable(path.name))
    component = around.workspace.components.bind_profile(result.profile.id)
    return f"profile {result.profile.id} imported; {title_of(component)} uses it"


@carry_out.register
def _(action: ImportDeviceCertificates, around: ActionContext) -> str:
    result = around.workspace.bulk.import_archive(
        beside(around.folder, action.file), identity_type=action.identity_type, credentials=action.credentials
    )
    said = f"{plural(result.total, 'device certificate')}: {counted(one.outcome for one in result.results)}"
    first = next((one for one in result.results if one.outcome is Outcome.REFUSED), None)
    if first is not None and first.refusal is not None:
        said = f"{said}, such as {printable(first.file)}: {first.refusal.message}"
    return said


@carry_out.register
def _(action: CreatePolicy, around: ActionContext) -> str:
    workspace, choice = around.workspace, action.choice
    vpn = action.vpn
    if action.certificate is not None:
        vpn = replace(vpn, certificate_id=find_certificate(workspace, action.certificate).id)
    check_known(workspace, choice)
    ids = tuple(device.id for device in named_devices(workspace, choice.devices))
    deployed = workspace.policies.create(
        action.name,
        vpn=vpn,
        platforms=choice.platform or (Platform.IOS,),
        assignment=Assignment(devices=ids, filter=choice.search, group=action.group),
    )
    return f"policy {deployed.policy.id} ({deployed.policy.name}) created, {_queued(deployed)}"


@carry_out.register
def _(action: DeployPolicy, around: ActionContext) -> str:
    policies = around.workspace.policies
    deployed = policies.deploy(policies.find(action.policy).id)
    return f"policy {deployed.policy.id} ({deployed.policy.name}) deployed, {_queued(deployed)}"


@carry_out.register
def _(action: DeployRoot, around: ActionContext) -> str:
    entry = find_certificate(around.workspace, action.certificate)
    around.workspace.trust.deploy(entry.id, platforms=action.platform, antivirus=action.antivirus)
    where = platform_names(action.platform) if action.platform else "all devices"
    return f"certificate {entry.id} ({entry.name}) deployed to {where}"


@carry_out.register
def _(action: StartCampaign, around: ActionContext) -> str:
    plan = CampaignPlan(
        platforms=action.platform,
        second_mail=action.second_mail,
        deadline=action.deadline,
        help_desk=action.help_desk,
    )
    campaign = start_campaign(around.workspace, plan)
    return f"campaign {campaign.id} started, {plural(campaign.told, 'user')} told"


@carry_out.register
def _(action: SetSite, around: ActionContext) -> str:
    site = around.workspace.site
    settings: dict[str, Any] = dict(action.settings)
    for name in ("expiring", "critical"):
        if name in settings:
            settings[name] = with_limits(getattr(site.get(), name), map(read_limit, settings[name]))
    site.set(**settings)
    return f"site settings set: {', '.join(name.replace('_', ' ') for name in settings)}"


@carry_out.register
def _(action: AddFreeze, around: ActionContext) -> str:
    around.workspace.site.add_freeze(action.first, action.last, action.why)
    return f"change freeze {span(Freeze(first=action.first, last=action.last))} added"


@carry_out.register
def _(action: CompleteTask, around: ActionContext) -> str:
    task = around.workspace.tasks.done(find_task(around.workspace, action.task).id)
    return f"task {task.id} done: {task.title}"


@carry_out.register
def _(action: AddEndpoint, around: ActionContext) -> str:
    new = NewEndpoint(where=action.host, need=action.need, name=action.name)
    return f"endpoint {around.workspace.endpoints.add(new).title} added"


def _queued(deployed: Deployed) -> str:
    return str(deployed) or "nothing to do for any device"


def _source(new: Any, around: ActionContext, like: Certificate | None) -> Source:
    if new.file is not None:
        return new_source(new, around.folder)
    assert like is not None and new.valid is not None  # a file that was read has them
    now = around.workspace.now().replace(microsecond=0)
    return make_like(around.workspace, like, Validity(now, now + new.valid))
