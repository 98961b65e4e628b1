"""What keeps a device out, and its CA certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.devices.checkin import unreachable
from ...store.devices.enrollment import blocked_enrollment
from ...store.devices.gate import Blocked, Gate
from ...store.devices.trust import SSL_ERROR_61, has_installed, trusted_by_antivirus
from ...store.model.device import Device, DeviceState
from ...store.model.trust import TrustAnchor
from ...store.printable import printable
from ...store.words import age_text, minute
from ..components.fields import Value, fields
from ..components.text_styles import Tone, style_of, styled

_CODES = {SSL_ERROR_61: "SSL Error 61"}
_AT_CHECK_IN, _ENROLLING = "can't reach the server", "can't enroll"


def obstacles(app: App[object], device: Device, gate: Gate, now: datetime) -> list[tuple[str, Value]]:
    """The reasons why a device can't reach the server or enroll, at its last attempt and now, and why its actions
    wait."""
    pairs: list[tuple[str, Value]] = []
    said: set[str] = set()
    if (refused := device.refused) is not None:
        what = _AT_CHECK_IN if refused.at_check_in else _ENROLLING
        blocked = _blocked(device, gate, at_check_in=refused.at_check_in)
        why = _CODES.get(refused.code, refused.code) if blocked is None else message_of(device, blocked)
        text = styled(app, (f"× {what}: {why}", Tone.EXPIRED))
        since = f"\n{refused.code}, {age_text(refused.at, now)}"
        if blocked is None:
            since += "; nothing that is known here is in its way any more"
        pairs.append(("Refused", text.append(since, style_of(app, Tone.DIM))))
        said.add(what)
    for what, at_check_in, concerned in (
        (_AT_CHECK_IN, True, device.state.is_admitted),
        (_ENROLLING, False, device.state is DeviceState.NOT_ENROLLED or device.state.needs_person),
    ):
        if concerned and what not in said and (blocked := _blocked(device, gate, at_check_in=at_check_in)) is not None:
            pairs.append(("Now", styled(app, (f"× {what}: {message_of(device, blocked)}", Tone.EXPIRED))))
    if device.pending and device.state.is_admitted and (blocked := gate.act.get(device.platform)) is not None:
        pairs.append(("Actions", styled(app, (f"◆ wait: {message_of(device, blocked)}", Tone.EXPIRING))))
    return pairs


def message_of(device: Device, blocked: Blocked) -> str:
    """``SSL Error 61: lacks the root Example Root CA``, without the name of the device itself."""
    return printable(blocked.message.replace(f"device {device.id} ({device.name}) ", ""))


def _blocked(device: Device, gate: Gate, *, at_check_in: bool) -> Blocked | None:
    return unreachable(device, gate) if at_check_in else blocked_enrollment(device, gate)


def authorities_on(
    app: App[object], device: Device, gate: Gate, now: datetime, names: Mapping[int, str]
) -> Table | Text:
    """The CA certificates on a device with their origin, and the ones on their way; ``names`` are those of inventory
    entries."""
    pairs: list[tuple[str, Value]] = []
    for id in sorted({*gate.anchors, *device.anchors}):
        anchor = gate.anchors.get(id, TrustAnchor(id=id))
        there = has_installed(device, id, gate.anchors, gate.outages, now)
        deployed_at = anchor.deployed_to(device.platform)
        if not there and deployed_at is None:
            continue
        how = _how(device, anchor) if there else "deployed; comes at its next check-in"
        text = styled(
            app, (f"{printable(names.get(id, '(gone)'))}\n", Tone.STRONG), (how, Tone.DIM if there else Tone.PENDING)
        )
        if there and device.antivirus and not trusted_by_antivirus(device, anchor.id, anchor):
            text.append("\n◆ its antivirus doesn't trust it", style_of(app, Tone.EXPIRING))
        pairs.append((f"#{id}", text))
    if not pairs:
        return Text("None that is known here.", style_of(app, Tone.DIM))
    return fields(app, pairs)


def _how(device: Device, anchor: TrustAnchor) -> str:
    if anchor.id in device.anchors:
        how = "installed by hand"
    elif anchor.preinstalled:
        return "came with it"
    elif device.id <= anchor.up_to_device:
        return "was on it before"
    else:
        deployed_at = anchor.deployed_to(device.platform)
        how = "deployed" if deployed_at is None else f"deployed since {minute(deployed_at)} UTC"
    by_antivirus = device.antivirus and trusted_by_antivirus(device, anchor.id, anchor)
    return f"{how}, trusted by its antivirus" if by_antivirus else how
