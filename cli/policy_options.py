"""The options that say what a policy sets up, and for which devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
from msgspec.structs import replace

from ..store.model.bulk import IdentityType
from ..store.model.device import Platform
from ..store.model.policy import (
    Assignment,
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from ..store.workspace import Workspace
from .device_choice import find_device
from .frame.parameters import ID, TEXT, Hyphenated, Words

AUTHENTICATION: Mapping[str, DeviceAuthentication] = {
    "device-identity": DeviceAuthentication.DEVICE_IDENTITY,
    "certificate": DeviceAuthentication.CERTIFICATE,
}


@dataclass(frozen=True)
class Wanted:
    """What the options ask for. ``settings`` are those of ``VpnSettings`` that were said."""

    platforms: tuple[Platform, ...]
    settings: Mapping[str, Any]
    devices: tuple[str, ...]
    filter: str | None
    group: str | None
    everybody: bool

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.platforms or self.settings or self._assigns)

    def vpn(self, before: VpnSettings) -> VpnSettings:
        """These settings, and what was not said as before. Another way to authenticate lets go of what belongs to the
        one before."""
        settings = dict(self.settings)
        if (way := settings.get("device_authentication")) is not None and way is not before.device_authentication:
            settings = {"identity_type": None, "certificate_id": None, **settings}
        return replace(before, **settings)

    def assignment(self, workspace: Workspace) -> Assignment | None:
        """For which devices the policy is; None where that was not said. Refuses with ``device-unknown``."""
        if not self._assigns:
            return None
        ids = tuple(find_device(workspace, name).id for name in self.devices)
        return Assignment(devices=ids, filter=self.filter or "", group=self.group or "")

    @property
    def _assigns(self) -> bool:
        return bool(self.devices or self.filter or self.group or self.everybody)


SETTINGS = (
    click.option("--server", type=TEXT, metavar="HOST", help="The VPN server: a host name or an address."),
    click.option(
        "--connection-type", type=Hyphenated(list(ConnectionType)), help="ikev2-always-on unless said otherwise."
    ),
    click.option("--connection-name", type=TEXT, metavar="NAME", help="As devices show it; else the policy's name."),
    click.option(
        "--device-authentication",
        type=Words(list(AUTHENTICATION)),
        help="By the certificate that is named after the device (unless said otherwise), or by one of the inventory.",
    ),
    click.option("--identity-type", type=Words(list(IdentityType)), help="What device certificates are named after."),
    click.option("--certificate", "certificate_id", type=ID, metavar="ID", help="The certificate of the inventory."),
    click.option("--remote-identifier", type=TEXT, metavar="TEXT", help="What the server calls itself; else its host."),
    click.option(
        "--local-identifier",
        type=TEXT,
        metavar="TEXT",
        help="What devices call themselves; else the name in their certificate.",
    ),
    click.option(
        "--server-certificate-name", type=TEXT, metavar="NAME", help="Common name of the server's certificate."
    ),
    click.option(
        "--server-certificate-issuer", type=TEXT, metavar="NAME", help="Common name of the CA that issued it."
    ),
    click.option("--dead-peer-detection", type=Words(list(DeadPeerDetection)), help="medium unless said otherwise."),
    click.option("--perfect-forward-secrecy/--no-perfect-forward-secrecy", default=None, help="On unless said."),
    click.option(
        "--user-may-disconnect/--no-user-may-disconnect", default=None, help="Always On: the user may turn it off."
    ),
    click.option(
        "--captive-websheet/--no-captive-websheet", default=None, help="Always On: log in to hotspots outside of it."
    ),
    click.option(
        "--captive-apps/--no-captive-apps", default=None, help="Always On: apps log in to hotspots outside of it."
    ),
    click.option("--voicemail", type=Words(list(ServiceTraffic)), help="Always On: where voicemail goes."),
    click.option("--airprint", type=Words(list(ServiceTraffic)), help="Always On: where AirPrint goes."),
)
NAMES = (
    "server",
    "connection_type",
    "connection_name",
    "device_authentication",
    "identity_type",
    "certificate_id",
    "remote_identifier",
    "local_identifier",
    "server_certificate_name",
    "server_certificate_issuer",
    "dead_peer_detection",
    "perfect_forward_secrecy",
    "user_may_disconnect",
    "captive_websheet",
    "captive_apps",
    "voicemail",
    "airprint",
)
ASSIGNMENT = (
    click.option("--platform", "platforms", type=Hyphenated(list(Platform)), multiple=True, help="For this platform."),
    click.option("--device", "devices", type=TEXT, multiple=True, help="For this device: its id or an identity."),
    click.option("--filter", "filter", type=TEXT, metavar="TEXT", help="For devices that fit this filter, as in list."),
    click.option("--group", type=TEXT, metavar="NAME", help="The name of the delivery group that the filter makes up."),
    click.option("--everybody", is_flag=True, help="For every device of the platforms."),
)


def policy_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options; the command gets them as ``wanted``."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        said = {name: options.pop(name) for name in NAMES}
        if said["device_authentication"] is not None:
            said["device_authentication"] = AUTHENTICATION[said["device_authentication"]]
        wanted = Wanted(
            settings={name: value for name, value in said.items() if value is not None},
            **{name: options.pop(name) for name in ("platforms", "devices", "filter", "group", "everybody")},
        )
        if wanted.everybody and (wanted.devices or wanted.filter or wanted.group):
            raise click.UsageError("--everybody goes without --device, --filter and --group.")
        command(*args, wanted=wanted, **options)

    for option in reversed((*SETTINGS, *ASSIGNMENT)):
        wrapped = option(wrapped)
    return wrapped
