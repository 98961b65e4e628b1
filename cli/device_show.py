"""``certfleet device show``."""

from __future__ import annotations

from datetime import datetime

import click

from ..store.devices.gate import Gate
from ..store.devices.presence import last_seen
from ..store.devices.views import certificate_as_json, certificate_status, days_left, device_as_json
from ..store.model.device import Device, DeviceCertificate, DeviceEvent
from ..store.policies.views import on_device_as_json
from ..store.views.platforms import PLATFORMS
from ..store.words import moment
from .device_choice import find_device
from .device_policies import policy_sentence
from .device_trust import Installed, installed_on, why_refused
from .frame.answer import details, emit
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .phrases import device_title, waiting

IDENTITIES = {
    "serial_number": "serial number",
    "imei": "IMEI",
    "meid": "MEID",
    "udid": "UDID",
    "android_id": "Android id",
    "windows_device_id": "Windows device id",
    "wifi_mac": "Wi-Fi address",
}


@click.command()
@click.argument("device", type=TEXT)
@pass_session
def show(session: Session, device: str) -> None:
    """Show one device: its identities, its certificates, what it trusts, what is pending and what happened to it.
    DEVICE is its id, or its serial number, IMEI, MEID, UDID, Android id or Windows device id."""
    with session.open() as workspace:
        now, found, gate = workspace.now(), find_device(workspace, device), workspace.impact.gate()
        trusted = installed_on(workspace, found, gate)
        certificates = workspace.devices.certificates(found.id)
        policies = workspace.policies.on_device(found)
        timeline = workspace.devices.timeline(found.id)
    if session.json:
        emit(
            {
                "device": device_as_json(found, now, gate.outages),
                "certificates": [certificate_as_json(certificate, now) for certificate in certificates],
                "trust": [one.as_json() for one in trusted],
                "policies": [on_device_as_json(one, now) for one in policies],
                "timeline": timeline,
            }
        )
        return
    pairs = [*_facts(found), *_standing(found, now, gate), *_trust(found, trusted)]
    pairs.append(("certificates", "\n".join(map(_certificate, certificates)) or "none"))
    pairs.append(("policies", "\n".join(policy_sentence(one, now) for one in policies) or "none"))
    pairs.append(("timeline", "\n".join(map(_event, timeline)) or "nothing has happened"))
    details(pairs)


def _facts(device: Device) -> list[tuple[str, str]]:
    owner = f"{device.owner} ({device.upn})" if device.upn else device.owner
    model = f"{device.model_name} ({device.model})" if device.model_name else device.model
    return [
        ("device", device_title(device)),
        ("platform", PLATFORMS[device.platform]),
        ("model", " ".join(part for part in (device.maker, model) if part) or "unknown"),
        ("system", f"{device.os_name or PLATFORMS[device.platform]} {device.os_version}".strip()),
        ("owner", owner or "nobody"),
        *((title, value) for field, title in IDENTITIES.items() if (value := getattr(device, field)) is not None),
    ]


def _standing(device: Device, now: datetime, gate: Gate) -> list[tuple[str, str]]:
    seen, left = last_seen(device, now, gate.outages), days_left(device, now)
    used = "none"
    if device.not_after is not None:
        used = f"CA group {device.issuer_group}, {certificate_status(device, now)}, {left} days left"
    return [
        ("state", f"{device.state} since {moment(device.state_since)}"),
        ("enrolled", "never" if device.enrolled_at is None else moment(device.enrolled_at)),
        ("last check-in", "never" if seen is None else moment(seen)),
        ("certificate", used),
        ("pending", "\n".join(waiting(action) for action in device.pending) or "nothing"),
        *([] if device.refused is None else [("refused", why_refused(device, gate))]),
    ]


def _trust(device: Device, trusted: list[Installed]) -> list[tuple[str, str]]:
    return [
        ("CA certificates", "\n".join(one.sentence for one in trusted) or "none installed"),
        ("antivirus", "looks into its connections" if device.antivirus else "none"),
    ]


def _certificate(certificate: DeviceCertificate) -> str:
    return (
        f"{certificate.issued_at:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}  {certificate.group}, "
        f"by {certificate.reason}: {certificate.state}; serial number {certificate.serial_number}"
    )


def _event(event: DeviceEvent) -> str:
    return f"{event.at:%Y-%m-%d %H:%M}  {event.kind}{f': {event.detail}' if event.detail else ''}"
