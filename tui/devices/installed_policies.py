"""The policies of a device, and the certificates installed with them."""

from __future__ import annotations

from datetime import datetime

from rich.console import RenderableType
from rich.text import Text
from textual.app import App

from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.status import days_until
from ...store.model.bulk import DeviceIdentityCertificate
from ...store.model.device import Device
from ...store.policies.report import PlacedPolicy
from ...store.policies.rules import IDENTITY_TITLES
from ...store.printable import printable
from ...store.views.certificate import name_text
from ...store.views.policy import record_status
from ...store.words import day, days_text, hexadecimal, minute
from ...store.workspace import Workspace
from ..components.fields import Value, fields
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled


def policy_name(workspace: Workspace, device: Device, policy_id: int) -> str:
    """The name of a policy pending for a device; a deleted policy goes by the name that the device has for it."""
    placed = device.policy(policy_id)
    names = {policy.id: policy.name for policy in workspace.policies.list()} if placed is None else {}
    return printable(names.get(policy_id, f"#{policy_id}") if placed is None else placed.name)


def policies_in_short(app: App[object], device: Device) -> list[tuple[str, Value]]:
    """For the summary: the device's policies, and the missing ones with the reason."""
    pairs: list[tuple[str, Value]] = []
    for placed in device.policies:
        name = f"{printable(placed.name)}, version {placed.version}"
        if placed.is_installed:
            text = styled(app, (f"● {name}", Tone.VALID), (f"\ninstalled {minute(placed.at)} UTC", Tone.DIM))
        else:
            text = styled(app, (f"× {name}", Tone.EXPIRED), f"\nnot installed: {printable(placed.note)}")
        pairs.append(("Policy", text))
    return pairs


def certificates_of_policies(
    app: App[object], found: tuple[PlacedPolicy, ...], now: datetime, rules: ExpiryRules
) -> list[RenderableType]:
    """For the certificates tab: the certificates installed with policies, in full."""
    if not found:
        return []
    parts: list[RenderableType] = [Text("Installed by policies", style_of(app, Tone.STRONG))]
    for one in found:
        parts.append(fields(app, [*_certificate(app, one, now, rules), ("", "")]))
    return parts


def _certificate(app: App[object], one: PlacedPolicy, now: datetime, rules: ExpiryRules) -> list[tuple[str, Value]]:
    placed, record = one.placed, one.certificate
    pairs: list[tuple[str, Value]] = [("Policy", f"{printable(placed.name)}, version {placed.version}")]
    if not placed.is_installed:
        return [*pairs, ("State", styled(app, ("× not installed", Tone.EXPIRED), f": {printable(placed.note)}"))]
    pairs.append(("Installed", f"{minute(placed.at)} UTC"))
    if record is None:
        pairs.append(("Certificate", Text("one that is not here any more", style_of(app, Tone.EXPIRING))))
    else:
        kind = f"#{record.id} of the inventory"
        if isinstance(record, DeviceIdentityCertificate):
            kind = f"by {IDENTITY_TITLES[record.identity_type]} {record.identity}"
        status = record_status(record, now, rules)
        left = (days_text(days_until(record.not_after, now)), STATUS_TONES[status])
        pairs += [
            ("Certificate", printable(kind)),
            ("Subject", name_text(record.subject)),
            ("Issuer", name_text(record.issuer)),
            ("Valid", styled(app, f"{day(record.not_before)} to {day(record.not_after)}   ", left)),
            ("Serial number", record.serial_number),
        ]
    return [*pairs, ("SHA-256", hexadecimal(placed.fingerprint_sha256 or ""))]
