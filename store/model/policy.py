"""A VPN policy: what it sets up on a device, and which devices get it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .bulk import IdentityType
from .device import Platform


class ConnectionType(StrEnum):
    """The kinds of VPN connection, in the product's words.

    ``IKEV2_ALWAYS_ON`` sends all traffic through the tunnel, whatever the user does: Apple's ``AlwaysOn``, for iOS.
    """

    IKEV2_ALWAYS_ON = "IKEv2 Always On"
    IKEV2 = "IKEv2"


class DeviceAuthentication(StrEnum):
    """How a device authenticates to the VPN server.

    ``DEVICE_IDENTITY``: with the bulk device certificate named after one of its identities. ``CERTIFICATE``: with an
    entry of the inventory, the same for every device.
    """

    DEVICE_IDENTITY = "device certificate based on device identity"
    CERTIFICATE = "certificate"


class DeadPeerDetection(StrEnum):
    """How often the device checks that the server is alive: never, every 30 or 10 minutes, every minute."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ServiceTraffic(StrEnum):
    """The route of a service's traffic while an Always On tunnel is up."""

    TUNNEL = "tunnel"
    OUTSIDE = "outside"
    DROP = "drop"


class VpnSettings(Struct, frozen=True, kw_only=True):
    """The settings of a VPN policy.

    ``server`` is a host name or an address. Empty strings have defaults: ``connection_name`` is the policy's name,
    ``remote_identifier`` the server, ``local_identifier`` the name in the device's certificate.
    ``server_certificate_name`` and ``server_certificate_issuer`` are common names that the device requires in the
    server's certificate; if empty, it must contain the remote identifier and may have any trusted issuer.

    ``identity_type`` goes with ``DEVICE_IDENTITY``, ``certificate_id`` (an entry of the inventory) with
    ``CERTIFICATE``; the other is None. The remaining fields are for Always On only.
    """

    connection_name: str = ""
    connection_type: ConnectionType = ConnectionType.IKEV2_ALWAYS_ON
    server: str = ""
    remote_identifier: str = ""
    local_identifier: str = ""
    device_authentication: DeviceAuthentication = DeviceAuthentication.DEVICE_IDENTITY
    identity_type: IdentityType | None = None
    certificate_id: int | None = None
    server_certificate_name: str = ""
    server_certificate_issuer: str = ""
    dead_peer_detection: DeadPeerDetection = DeadPeerDetection.MEDIUM
    perfect_forward_secrecy: bool = True
    # Always On
    user_may_disconnect: bool = False
    captive_websheet: bool = False
    captive_apps: bool = False
    voicemail: ServiceTraffic = ServiceTraffic.TUNNEL
    airprint: ServiceTraffic = ServiceTraffic.TUNNEL


class Assignment(Struct, frozen=True, kw_only=True):
    """Which devices of the policy's platforms get it: named devices, those that match a filter, or all.

    ``filter`` uses the syntax of the device list. It stands for a delivery group named ``group``; it is evaluated when
    the policy is deployed and when a device enrolls.
    """

    group: str = ""
    filter: str = ""
    devices: tuple[int, ...] = ()

    @property
    def is_everybody(self) -> bool:
        """Whether every device of the platforms gets it."""
        return not self.filter and not self.devices


EVERYBODY = Assignment()
"""Every device of the policy's platforms."""


class Policy(Struct, frozen=True, kw_only=True):
    """A VPN policy. ``version`` increases whenever its settings on devices change."""

    id: int
    name: str
    platforms: tuple[Platform, ...]
    vpn: VpnSettings
    assignment: Assignment = EVERYBODY
    version: int = 1
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
