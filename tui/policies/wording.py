"""Wording of policies: their settings, whom they are for, and the state of their devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...store.model.device import Device, WaitsFor
from ...store.model.policy import (
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    Policy,
    ServiceTraffic,
)
from ...store.policies.report import DeploymentStatus
from ...store.policies.rules import IDENTITY_TITLES
from ...store.printable import printable
from ...store.views.platforms import platforms_text
from ...store.views.policy import assigned_to
from ...store.words import minute, plural
from ..components.text_styles import Tone


class PlaceLook(NamedTuple):
    """The symbol, bar fill and tone of a state."""

    symbol: str
    fill: str
    tone: Tone


PLACES: Mapping[DeploymentStatus, PlaceLook] = {
    DeploymentStatus.INSTALLED: PlaceLook("●", "█", Tone.VALID),
    DeploymentStatus.PENDING: PlaceLook("○", "━", Tone.PENDING),
    DeploymentStatus.FAILED: PlaceLook("◆", "▒", Tone.EXPIRING),
    DeploymentStatus.WITHOUT_CERTIFICATE: PlaceLook("×", "▚", Tone.EXPIRED),
    DeploymentStatus.NOT_TAKEN: PlaceLook("×", "▞", Tone.EXPIRED),
    DeploymentStatus.REMOVING: PlaceLook("→", "─", Tone.PENDING),
    DeploymentStatus.NOT_DEPLOYED: PlaceLook("◆", "░", Tone.EXPIRING),
    DeploymentStatus.NOT_ENROLLED: PlaceLook("○", " ", Tone.DIM),
}

AUTHENTICATIONS = {
    DeviceAuthentication.DEVICE_IDENTITY: "device certificate based on device identity",
    DeviceAuthentication.CERTIFICATE: "one certificate of the inventory for all",
}
PEER_DETECTIONS = {
    DeadPeerDetection.NONE: "none",
    DeadPeerDetection.LOW: "low, every 30 minutes",
    DeadPeerDetection.MEDIUM: "medium, every 10 minutes",
    DeadPeerDetection.HIGH: "high, every minute",
}
TRAFFIC = {
    ServiceTraffic.TUNNEL: "through the tunnel",
    ServiceTraffic.OUTSIDE: "past the tunnel",
    ServiceTraffic.DROP: "dropped",
}
_ANSWERS = {
    WaitsFor.ERROR: "answered with an error; asked again",
    WaitsFor.ANSWER: "didn't answer; asked again",
}


def name_of_policy(policy: Policy) -> str:
    """The policy's name, safe to show."""
    return printable(policy.name)


def proof(policy: Policy) -> str:
    """How its devices authenticate, in a column: ``serial number``, ``#12``."""
    vpn = policy.vpn
    return f"#{vpn.certificate_id}" if vpn.identity_type is None else IDENTITY_TITLES[vpn.identity_type]


def settings(policy: Policy, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """All settings of a policy, as names and values; ``names`` are those of inventory entries."""
    vpn = policy.vpn
    if vpn.identity_type is None:
        id = vpn.certificate_id or 0
        by = f"#{id} {names.get(id, '(gone)')}, the same for all"
    else:
        by = f"device certificate of its {IDENTITY_TITLES[vpn.identity_type]}"
    pairs = [
        ("Platforms", platforms_text(policy.platforms)),
        ("For", assigned_to(policy.assignment)),
        ("Connection", f"{vpn.connection_type}, shown as {vpn.connection_name or policy.name}"),
        ("Server", vpn.server),
        ("Remote id", vpn.remote_identifier or f"{vpn.server} (the server)"),
        ("Local id", vpn.local_identifier or "the name in the certificate"),
        ("Devices prove", by),
        ("Server proves", vpn.server_certificate_name or "a certificate with the remote id in it"),
        ("Its issuer", vpn.server_certificate_issuer or "any that devices trust"),
        ("Peer check", PEER_DETECTIONS[vpn.dead_peer_detection]),
        ("Secrecy", "perfect forward secrecy" if vpn.perfect_forward_secrecy else "no perfect forward secrecy"),
    ]
    if vpn.connection_type is ConnectionType.IKEV2_ALWAYS_ON:
        pairs += [
            ("User", "may disconnect" if vpn.user_may_disconnect else "may not disconnect"),
            ("Hotspots", _hotspots(vpn.captive_websheet, vpn.captive_apps)),
            ("Voicemail", TRAFFIC[vpn.voicemail]),
            ("AirPrint", TRAFFIC[vpn.airprint]),
        ]
    pairs += [
        ("Version", f"{policy.version}, changed {minute(policy.changed_at)} by {policy.changed_by}"),
        ("Created", f"{minute(policy.created_at)} by {policy.created_by}"),
    ]
    return [(name, printable(value)) for name, value in pairs]


def why_not(policy: Policy, device: Device) -> str:
    """Why a device lacks a policy that it should have."""
    waiting, placed = device.policy_pending(policy.id), device.policy(policy.id)
    if waiting is not None:
        asked = plural(waiting.attempts, "time")
        return f"{_ANSWERS.get(waiting.waits_for, f'waits for {waiting.waits_for}')} ({asked})"
    return printable("" if placed is None else placed.note)


def _hotspots(websheet: bool, apps: bool) -> str:
    if websheet and apps:
        return "log-in pages and apps go past the tunnel"
    if websheet or apps:
        return f"{'log-in pages' if websheet else 'apps'} go past the tunnel"
    return "no log-in past the tunnel"
