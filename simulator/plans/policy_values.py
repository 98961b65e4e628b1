"""The settings of a VPN policy in a plan file: they have the names of the options of ``certfleet policy create``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec.structs import replace

from ...store.model.device import Platform
from ...store.model.policy import ConnectionType, DeadPeerDetection, DeviceAuthentication, ServiceTraffic, VpnSettings
from ...store.policies.rules import checked_name, checked_platforms, checked_settings
from . import values
from .values import Reader, Unknown

_AUTHENTICATION = {
    "device-identity": DeviceAuthentication.DEVICE_IDENTITY,
    "certificate": DeviceAuthentication.CERTIFICATE,
}


def _of(kind: type[Enum], what: str) -> Reader:
    return lambda value: values.one_of(value, what, kind)


def _authentication(value: Any) -> DeviceAuthentication:
    written = values.text(value).lower()
    if written not in _AUTHENTICATION:
        raise Unknown(written, "way to authenticate", _AUTHENTICATION)
    return _AUTHENTICATION[written]


VPN_SETTINGS: Mapping[str, Reader] = {
    "server": values.text,
    "connection_type": _of(ConnectionType, "connection type"),
    "connection_name": values.any_text,
    "device_authentication": _authentication,
    "identity_type": values.identity_type,
    "remote_identifier": values.any_text,
    "local_identifier": values.any_text,
    "server_certificate_name": values.any_text,
    "server_certificate_issuer": values.any_text,
    "dead_peer_detection": _of(DeadPeerDetection, "dead peer detection"),
    "perfect_forward_secrecy": values.yes_no,
    "user_may_disconnect": values.yes_no,
    "captive_websheet": values.yes_no,
    "captive_apps": values.yes_no,
    "voicemail": _of(ServiceTraffic, "route of a service"),
    "airprint": _of(ServiceTraffic, "route of a service"),
}


def authentication_text(value: DeviceAuthentication) -> str:
    """What a plan file calls it."""
    return next(name for name, known in _AUTHENTICATION.items() if known is value)


def check_policy(name: str, vpn: VpnSettings, certificate: str | None, platforms: tuple[Platform, ...]) -> None:
    """Refuse what the settings of a policy can't be, as its creation would."""
    checked_name(name)
    vpn = checked_settings(vpn if certificate is None else replace(vpn, certificate_id=1))  # found when it is due
    checked_platforms(platforms or (Platform.IOS,), vpn)
