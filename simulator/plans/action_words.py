"""What an action of a plan does, in a line."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from ...store.durations import duration_text
from ...store.model.device import Platform
from ...store.model.site import Freeze
from ...store.policies.rules import IDENTITY_TITLES
from ...store.start_by.freezes import named
from ...store.views.platforms import platform_names
from ...store.words import length_text as shortly
from ...store.words import plural
from .plan import (
    Action,
    AddEndpoint,
    AddFreeze,
    Bind,
    Choice,
    CompleteTask,
    CreatePolicy,
    DeployPolicy,
    DeployRoot,
    ImportCertificate,
    ImportDeviceCertificates,
    ImportProfile,
    NewCertificate,
    RefreshAuthority,
    Renew,
    RenewApns,
    RenewInRings,
    ReplaceCertificate,
    SetSite,
    StartCampaign,
    UseComponent,
)


@singledispatch
def action_text(action: Action) -> str:
    """What an action does, in a line."""
    raise TypeError(type(action).__name__)


@action_text.register
def _(action: Renew) -> str:
    parts = [f"renew {devices_text(action.choice)}"]
    if action.per_day is not None:
        parts.append(f"{action.per_day:,} a day")
    if action.working_days:
        parts.append("on working days")
    return ", ".join(parts)


@action_text.register
def _(action: RenewInRings) -> str:
    return f"renew {devices_text(action.choice)} in {plural(len(action.rings), 'ring')}"


@action_text.register
def _(action: RefreshAuthority) -> str:
    named = "" if action.name is None else f" {action.name}"
    ready = f"after {duration_text(action.ready_after)}" if action.ready_after else "at once"
    return f"request CA group{named}, ready {ready}"


@action_text.register
def _(action: ReplaceCertificate) -> str:
    return f"replace certificate {action.certificate} by {_new(action.new)}"


@action_text.register
def _(action: ImportCertificate) -> str:
    return f"import {_new(action.new)}"


@action_text.register
def _(action: RenewApns) -> str:
    return f"renew the push certificate ({action.need}) as {action.apple_id}"


@action_text.register
def _(action: Bind) -> str:
    named = f" {action.name}" if action.name else ""
    return f"bind certificate {action.certificate} to {action.need}{named}"


@action_text.register
def _(action: UseComponent) -> str:
    named = f" {action.name}" if action.name else ""
    return f"note that {action.need}{named} is {action.use}"


@action_text.register
def _(action: ImportProfile) -> str:
    return f"import provisioning profile {action.file}"


@action_text.register
def _(action: ImportDeviceCertificates) -> str:
    return f"import device certificates from {action.file} by {IDENTITY_TITLES[action.identity_type]}"


@action_text.register
def _(action: CreatePolicy) -> str:
    choice = action.choice if action.choice.platform else replace(action.choice, platform=(Platform.IOS,))
    return f"create VPN policy {action.name} ({action.vpn.server}) for {devices_text(choice)}"


@action_text.register
def _(action: DeployPolicy) -> str:
    return f"deploy policy {action.policy} again"


@action_text.register
def _(action: DeployRoot) -> str:
    where = platform_names(action.platform) if action.platform else "all devices"
    return f"deploy certificate {action.certificate} to {where}"


@action_text.register
def _(action: StartCampaign) -> str:
    whose = platform_names(action.platform) if action.platform else "all"
    return f"ask the users of {whose} devices that need it to re-enroll"


@action_text.register
def _(action: SetSite) -> str:
    said = (f"{name.replace('_', ' ')} {_setting(value)}" for name, value in action.settings.items())
    return f"set {', '.join(said)}"


@action_text.register
def _(action: AddFreeze) -> str:
    return f"add change freeze {named(Freeze(first=action.first, last=action.last, why=action.why))}"


@action_text.register
def _(action: CompleteTask) -> str:
    return f"mark task {action.task} done"


@action_text.register
def _(action: AddEndpoint) -> str:
    return f"add endpoint {action.host} for {action.need} {action.name}".rstrip()


def devices_text(choice: Choice) -> str:
    """``devices of CA group default on iOS``."""
    parts = []
    if choice.devices:
        parts.append(plural(len(choice.devices), "named device"))
    if choice.issuer:
        parts.append(f"of CA group {' or '.join(choice.issuer)}")
    if choice.platform:
        parts.append(f"on {platform_names(choice.platform)}")
    if choice.search:
        parts.append(f"matching {choice.search!r}")
    if not parts:
        return "all devices"
    return " ".join(parts if choice.devices else ("devices", *parts))


def _new(new: NewCertificate) -> str:
    if new.file is not None:
        return new.file
    valid = "" if new.valid is None else f", valid for {shortly(new.valid)}"
    return f"one like {'it' if new.like is None else new.like}{valid}"


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) or "none"
