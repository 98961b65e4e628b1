"""``certfleet device``: list and show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ...store.devices.checkin import unreachable
from ...store.devices.enrollment import blocked_enrollment
from ...store.devices.gate import Gate
from ...store.devices.presence import Outages, last_seen
from ...store.devices.trust import has_installed, trusted_by_antivirus
from ...store.inventory.expiry import ExpiryRules
from ...store.model.bulk import DeviceIdentityCertificate
from ...store.model.certificate import Certificate
from ...store.model.device import Device, DeviceCertificate
from ...store.model.device_event import DeviceEvent
from ...store.model.model_name import said_once
from ...store.policies.report import PlacedPolicy
from ...store.views.certificate import STATUS_STYLES, name_text
from ...store.views.device import (
    ACTIONS,
    STATE_MEANINGS,
    STATE_STYLES,
    certificate_status,
    days_left,
    device_certificate_document,
    device_document,
    device_title,
    model_text,
    re_enrolling_text,
    reported_text,
    system_text,
    waiting_text,
)
from ...store.views.platforms import PLATFORMS
from ...store.views.policy import on_device_document, record_status
from ...store.words import day, minute, moment
from ...store.workspace import Workspace
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.many_records import ManyRecords
from ..frame.parameters import descending_option, device_argument, limit_option, offset_option, sort_option
from ..frame.session import Session
from ..frame.sorting import SortKey
from ..frame.tables import Cell, Listing, Total, styled
from .listed_devices import ListedDevices
from .order import SORT_KEYS, ids_of_page
from .selection import DeviceFilters, filter_options, find_device

IDENTITIES = {
    "serial_number": "serial number",
    "imei": "IMEI",
    "second_imei": "second IMEI",
    "meid": "MEID",
    "udid": "UDID",
    "android_id": "Android id",
    "windows_device_id": "Windows device id",
    "enrollment_id": "enrollment id",
    "wifi_mac": "Wi-Fi address",
}


@command(
    "list",
    examples=[
        "certfleet device list --platform ios --days-left '<30'",
        "certfleet device list --state must-re-enroll --sort owner",
        "certfleet --json device list --not-seen-within 7d --limit 50",
    ],
    lists="devices",
)
@filter_options
@sort_option(*SORT_KEYS)
@descending_option
@limit_option()
@offset_option
def list_devices(
    session: Session, filters: DeviceFilters, sort: Sequence[SortKey], descending: bool, limit: int | None, offset: int
) -> Answer:
    """List the devices. Options of different kinds narrow the list; --platform, --issuer, --state and --status can be
    given several times."""
    workspace = session.open()
    now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
    order = [key._replace(descending=key.descending ^ descending) for key in sort]
    with workspace.database.moment():
        found = filters.found(workspace)
        total = len(found)
        shown = total if limit is None else limit
        ids = ids_of_page(
            workspace.database.table("devices"), found, order, start=offset, limit=shown, now=now, outages=outages
        )
    page = ListedDevices(workspace, ids)
    many = ManyRecords(
        page,
        lambda device: device_document(device, now, rules, outages),
        lambda device: _row(device, now, rules, outages),
        page.sample,
        page.kinds,
    )

    none = "no matching devices" if filters else "there are no devices"
    return Answer(
        lambda: {"devices": many.documents(), "total": total},
        Listing(
            many.rows(),
            right=("ID", "DAYS"),
            least={"MODEL": 10, "STATE": 12, "CERTIFICATE": 11, "LAST CHECK-IN": 16, "PENDING": 12, "OWNER": 10},
            none="" if total else none,
            total=Total(total, "device", all_rows=limit is not None),
            many=many,
        ),
    )


def _row(device: Device, now: datetime, rules: ExpiryRules, outages: Outages) -> dict[str, str | Cell]:
    left, seen = days_left(device, now), last_seen(device, now, outages)
    status = certificate_status(device, now, rules)
    return {
        "ID": str(device.id),
        "PLATFORM": PLATFORMS[device.platform],
        "MODEL": said_once(device.model_name or device.model) or "-",
        "SERIAL NUMBER": device.serial_number or "-",
        "STATE": styled(device.state, STATE_STYLES),
        "ISSUER": device.issuer_group or "-",
        "CERTIFICATE": "-" if status is None else styled(status, STATUS_STYLES),
        "DAYS": "-" if left is None else str(left),
        "LAST CHECK-IN": "never" if seen is None else minute(seen),
        "PENDING": ", ".join(f"{ACTIONS[action.kind]}: {action.waits_for}" for action in device.pending) or "-",
        "OWNER": device.owner,
    }


@command(examples=["certfleet device show 12", "certfleet device show F2LX0001"])
@device_argument
def show(session: Session, name: str) -> Answer:
    """Show one device: its identities, its certificates, what it trusts, what is pending and what happened to it.
    DEVICE is its id, or its serial number, IMEI, MEID, UDID, Android id, Windows device id or enrollment
    id."""
    workspace = session.open()
    now, rules = workspace.now(), workspace.expiry()
    device, gate = find_device(workspace, name), workspace.impact.gate()
    installed = _installed(workspace, device, gate)
    certificates = workspace.devices.certificates(device.id)
    policies = workspace.policies.on_device(device)
    timeline = workspace.devices.timeline(device.id)
    return Answer(
        lambda: {
            "device": device_document(device, now, rules, gate.outages),
            "certificates": [device_certificate_document(certificate, now, rules) for certificate in certificates],
            "trust": installed,
            "policies": [on_device_document(one, now, rules) for one in policies],
            "timeline": timeline,
        },
        Facts(
            [
                *_identity(device),
                *_state(device, now, rules, gate),
                ("CA certificates", "\n".join(map(_installed_sentence, installed)) or "none installed"),
                ("antivirus", "inspects its TLS connections" if device.antivirus else "none"),
                ("certificates", "\n".join(map(_certificate, certificates)) or "none"),
                ("policies", "\n".join(_policy(one, now, rules) for one in policies) or "none"),
                ("timeline", "\n".join(map(_event, timeline)) or "nothing has happened"),
            ]
        ),
    )


def _identity(device: Device) -> list[tuple[str, str]]:
    owner = f"{device.owner} ({device.upn})" if device.upn else device.owner
    model = model_text(device)
    if device.model_name and device.model != device.model_name:
        model += f" ({device.model})"
    return [
        ("device", device_title(device)),
        ("platform", PLATFORMS[device.platform]),
        ("model", model or "unknown"),
        ("system", system_text(device)),
        *([("name", device.device_name)] if device.device_name else []),
        *([("language", device.language)] if device.language else []),
        *([] if device.carrier is None else [("carrier", device.carrier)]),
        *([] if device.enrollment_kind is None else [("enrollment", device.enrollment_kind)]),
        ("owner", owner or "nobody"),
        *([] if device.ownership is None else [("ownership", device.ownership)]),
        *((title, value) for field, title in IDENTITIES.items() if (value := getattr(device, field))),
    ]


def _state(device: Device, now: datetime, rules: ExpiryRules, gate: Gate) -> list[tuple[str, str]]:
    seen, left = last_seen(device, now, gate.outages), days_left(device, now)
    meaning = f": {told}" if (told := STATE_MEANINGS.get(device.state)) else ""
    used = "none"
    if device.not_after is not None:
        issuer = f"CA group {device.issuer_group}" if device.certificate_id is not None else device.issuer_group
        used = f"{issuer or 'issuer not known'}, {certificate_status(device, now, rules)}, {left} days left"
    return [
        ("state", f"{device.state} since {moment(device.state_since)}{meaning}"),
        *([("re-enrolling", said)] if (said := re_enrolling_text(device)) else []),
        ("enrolled", _enrolled(device)),
        ("last check-in", "never" if seen is None else moment(seen)),
        ("certificate", used),
        *([] if device.reported is None else [("imported", reported_text(device.reported))]),
        ("pending", "\n".join(waiting_text(action) for action in device.pending) or "nothing"),
        *([] if device.refused is None else [("refused", _why_refused(device, gate))]),
    ]


def _enrolled(device: Device) -> str:
    if device.enrolled_at is not None:
        return moment(device.enrolled_at)
    return "never" if device.reported is None else "not known"


def _why_refused(device: Device, gate: Gate) -> str:
    """Why it can't enroll or reach the server, as of its last attempt."""
    refused = device.refused
    assert refused is not None
    blocked = unreachable(device, gate) if refused.at_check_in else blocked_enrollment(device, gate)
    what = "its check-in" if refused.at_check_in else "enrolling it"
    said = f": {blocked.message}" if blocked is not None and blocked.code == refused.code else ""
    return f"{what}, on {moment(refused.at)}: {refused.code}{said}"


def _installed(workspace: Workspace, device: Device, gate: Gate) -> list[dict[str, Any]]:
    """The CA certificates on a device, by id. ``antivirus`` says whether the antivirus there trusts it, None without
    antivirus."""
    found, now = [], workspace.now()
    for id in sorted({*gate.anchors, *device.anchors}):
        if not has_installed(device, id, gate.anchors, gate.outages, now):
            continue
        anchor, entry = gate.anchors.get(id), workspace.database.table("certificates").record(id, Certificate)
        if id in device.anchors:
            how = "installed by hand"
        elif anchor is not None and anchor.preinstalled:
            how = "comes with it"
        elif anchor is not None and anchor.deployed_at is not None:
            how = "deployed"
        else:
            how = "there since it enrolled"
        name = "deleted from the inventory" if entry is None else entry.name
        antivirus = trusted_by_antivirus(device, id, anchor) if device.antivirus else None
        found.append({"certificate_id": id, "name": name, "how": how, "antivirus": antivirus})
    return found


def _installed_sentence(one: dict[str, Any]) -> str:
    """``#3 Example Root CA, deployed, the antivirus trusts it``."""
    trusting = {None: "", True: ", the antivirus trusts it", False: ", but the antivirus does not trust it"}
    return f"#{one['certificate_id']} {one['name']}, {one['how']}{trusting[one['antivirus']]}"


def _certificate(certificate: DeviceCertificate) -> str:
    return (
        f"{day(certificate.issued_at)} to {day(certificate.not_after)}  {certificate.group}, "
        f"by {certificate.reason}: {certificate.state}; serial number {certificate.serial_number}"
    )


def _policy(one: PlacedPolicy, now: datetime, rules: ExpiryRules) -> str:
    """``#1 Field VPN, version 2, installed 2026-01-05 …``, and the certificate installed with it."""
    placed, record = one.placed, one.certificate
    title = f"#{placed.policy_id} {placed.name}, version {placed.version}"
    if not placed.is_installed:
        return f"{title}, not installed: {placed.note}"
    title, fingerprint = f"{title}, installed {moment(placed.at)}", f"SHA-256 {placed.fingerprint_sha256}"
    if record is None:
        return f"{title}\n  with a certificate that is no longer in the workspace, {fingerprint}"
    kind = f"#{record.id} of the inventory"
    if isinstance(record, DeviceIdentityCertificate):
        kind = f"by {record.identity_type} {record.identity}"
    status = record_status(record, now, rules)
    until = f"until {day(record.not_after)}"
    return f"{title}\n  with the certificate {name_text(record.subject)}, {kind}, {status}, {until}, {fingerprint}"


def _event(event: DeviceEvent) -> str:
    return f"{minute(event.at)}  {event.kind}{f': {event.detail}' if event.detail else ''}"
