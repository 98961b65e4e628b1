"""``certfleet policy create``, ``change``, ``deploy`` and ``delete``; the options for a policy's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
from msgspec.structs import replace

from ...store.model.device import Platform
from ...store.model.policy import (
    EVERYBODY,
    Assignment,
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from ...store.policies.rollout import Deployed
from ...store.views.policy import policy_document
from ...store.workspace import Workspace
from ..device.selection import find_device
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import ID, TEXT, EnumChoice, identity_type_option, platforms_option, stacked
from ..frame.progress import progress
from ..frame.session import Session
from .policy import policy_argument

AUTHENTICATION: Mapping[str, DeviceAuthentication] = {
    "device-identity": DeviceAuthentication.DEVICE_IDENTITY,
    "certificate": DeviceAuthentication.CERTIFICATE,
}


@dataclass(frozen=True)
class PolicyOptions:
    """The values of the options. ``settings`` holds the given fields of ``VpnSettings``."""

    platforms: tuple[Platform, ...]
    settings: Mapping[str, Any]
    devices: tuple[str, ...]
    filter: str | None
    group: str | None
    everybody: bool

    def __bool__(self) -> bool:
        """Whether any option was given."""
        return bool(self.platforms or self.settings or self._assigns)

    def vpn(self, before: VpnSettings) -> VpnSettings:
        """The settings; omitted ones stay unchanged. Another way to authenticate drops the settings of the previous
        one."""
        settings = dict(self.settings)
        if (way := settings.get("device_authentication")) is not None and way is not before.device_authentication:
            settings = {"identity_type": None, "certificate_id": None, **settings}
        return replace(before, **settings)

    def assignment(self, workspace: Workspace) -> Assignment | None:
        """Which devices the policy is for; None if no option says so. Refuses with ``device-unknown``."""
        if not self._assigns:
            return None
        ids = tuple(find_device(workspace, name).id for name in self.devices)
        return Assignment(devices=ids, filter=self.filter or "", group=self.group or "")

    @property
    def _assigns(self) -> bool:
        return bool(self.devices or self.filter or self.group or self.everybody)


def _switch(name: str, help: str) -> Callable[..., Any]:
    return click.option(f"--{name}/--no-{name}", default=None, help=help)


SETTINGS: Mapping[str, Callable[..., Any]] = {
    "server": click.option("--server", type=TEXT, metavar="HOST", help="The VPN server: a host name or an address."),
    "connection_type": click.option(
        "--connection-type", type=EnumChoice(list(ConnectionType)), help="Default: ikev2-always-on."
    ),
    "connection_name": click.option(
        "--connection-name", type=TEXT, metavar="NAME", help="As devices show it. Default: the policy's name."
    ),
    "device_authentication": click.option(
        "--device-authentication",
        type=EnumChoice(list(AUTHENTICATION)),
        help="By the certificate named after the device (the default), or by one of the inventory.",
    ),
    "identity_type": identity_type_option(),
    "certificate_id": click.option(
        "--certificate", "certificate_id", type=ID, metavar="ID", help="The certificate of the inventory."
    ),
    "remote_identifier": click.option(
        "--remote-identifier", type=TEXT, metavar="TEXT", help="The server's identifier. Default: its host."
    ),
    "local_identifier": click.option(
        "--local-identifier",
        type=TEXT,
        metavar="TEXT",
        help="The devices' identifier. Default: the name in their certificate.",
    ),
    "server_certificate_name": click.option(
        "--server-certificate-name", type=TEXT, metavar="NAME", help="Common name of the server's certificate."
    ),
    "server_certificate_issuer": click.option(
        "--server-certificate-issuer", type=TEXT, metavar="NAME", help="Common name of the CA that issued it."
    ),
    "dead_peer_detection": click.option(
        "--dead-peer-detection", type=EnumChoice(list(DeadPeerDetection)), help="Default: medium."
    ),
    "perfect_forward_secrecy": _switch("perfect-forward-secrecy", "Default: on."),
    "user_may_disconnect": _switch("user-may-disconnect", "Always On: the user may turn it off."),
    "captive_websheet": _switch("captive-websheet", "Always On: log in to hotspots outside the VPN."),
    "captive_apps": _switch("captive-apps", "Always On: apps log in to hotspots outside the VPN."),
    "voicemail": click.option(
        "--voicemail", type=EnumChoice(list(ServiceTraffic)), help="Always On: where voicemail goes."
    ),
    "airprint": click.option(
        "--airprint", type=EnumChoice(list(ServiceTraffic)), help="Always On: where AirPrint goes."
    ),
}
ASSIGNMENT: Mapping[str, Callable[..., Any]] = {
    "platforms": platforms_option("For this platform."),
    "devices": click.option(
        "--device", "devices", type=TEXT, multiple=True, help="For this device: its id or an identity."
    ),
    "filter": click.option(
        "--filter", type=TEXT, metavar="FILTER", help="For devices that match this filter: see `device list --search`."
    ),
    "group": click.option(
        "--group", type=TEXT, metavar="NAME", help="The name of the delivery group that the filter defines."
    ),
    "everybody": click.option("--everybody", is_flag=True, help="For every device of the platforms."),
}


def policy_options(command: Callable[..., Answer]) -> Callable[..., Answer]:
    """The options; the command gets them as ``wanted``."""

    @wraps(command)
    def assembled(*args: Any, **options: Any) -> Answer:
        given = {name: options.pop(name) for name in SETTINGS}
        if given["device_authentication"] is not None:
            given["device_authentication"] = AUTHENTICATION[given["device_authentication"]]
        wanted = PolicyOptions(
            settings={name: value for name, value in given.items() if value is not None},
            **{name: options.pop(name) for name in ASSIGNMENT},
        )
        if wanted.everybody and (wanted.devices or wanted.filter or wanted.group):
            raise click.UsageError("--everybody goes without --device, --filter and --group.")
        return command(*args, wanted=wanted, **options)

    return stacked(*SETTINGS.values(), *ASSIGNMENT.values())(assembled)


@command(
    examples=["certfleet policy create 'Field VPN' --server vpn.example.com --identity-type serial-number"],
    changes=True,
)
@click.argument("name", type=TEXT)
@policy_options
def create(session: Session, name: str, wanted: PolicyOptions) -> Answer:
    """Create the VPN policy NAME, and deploy it. By default it is for every iOS device. Each device receives it, with
    its certificate, at its next check-in."""
    workspace = session.open()
    with progress(workspace.devices.records.count(), "Deploying") as advance:
        deployed = workspace.policies.create(
            name,
            vpn=wanted.vpn(VpnSettings()),
            platforms=wanted.platforms or (Platform.IOS,),
            assignment=wanted.assignment(workspace) or EVERYBODY,
            progress=advance,
        )
    return _answer(deployed, "created")


@command(examples=["certfleet policy change 'Field VPN' --server vpn2.example.com"], changes=True)
@policy_argument
@click.option("--name", type=TEXT, help="Rename the policy.")
@policy_options
def change(session: Session, policy: str, name: str | None, wanted: PolicyOptions) -> Answer:
    """Change POLICY, a name or an id; settings that are not given stay. Devices receive the change at their next
    check-in; it is removed from devices it no longer applies to."""
    if not wanted and name is None:
        raise click.UsageError("Name a setting to change.")
    workspace = session.open()
    found = workspace.policies.find(policy)
    with progress(workspace.devices.records.count(), "Deploying") as advance:
        deployed = workspace.policies.change(
            found.id,
            name=name,
            vpn=wanted.vpn(found.vpn),
            platforms=wanted.platforms or None,
            assignment=wanted.assignment(workspace),
            progress=advance,
        )
    return _answer(deployed, "changed")


@command(examples=["certfleet policy deploy 'Field VPN'"], changes=True)
@policy_argument
def deploy(session: Session, policy: str) -> Answer:
    """Apply the filter of POLICY again, deploy it to matching devices that lack it, and remove it from devices it no
    longer applies to. Otherwise that happens when the policy is created or changed, and when a device enrolls."""
    workspace = session.open()
    found = workspace.policies.find(policy)
    with progress(workspace.devices.records.count(), "Deploying") as advance:
        deployed = workspace.policies.deploy(found.id, progress=advance)
    return _answer(deployed, "deployed")


@command(examples=["certfleet policy delete 'Field VPN'"], changes=True)
@policy_argument
def delete(session: Session, policy: str) -> Answer:
    """Delete POLICY. Each device that has it loses it, with its certificate, at its next check-in."""
    workspace = session.open()
    return _answer(workspace.policies.delete(workspace.policies.find(policy).id), "deleted")


def _answer(deployed: Deployed, done: str) -> Answer:
    policy = deployed.policy
    return Answer(
        {"policy": policy_document(policy), "pending": deployed.pending, "removing": deployed.removing},
        f"policy #{policy.id} {policy.name} {done}: {str(deployed) or 'nothing to do for any device'}",
    )
