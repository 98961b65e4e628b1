"""One device in full: its state, identities, certificates and history."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...store.devices.certificate_status import device_certificate_status
from ...store.inventory.status import days_until
from ...store.model.device import CertificateState, DeviceCertificate, PendingAction
from ...store.model.device_event import DeviceEvent, EventKind
from ...store.printable import printable
from ...store.views.certificate import status_text
from ...store.views.device import (
    ACTION_TITLES,
    EVENTS,
    STATE_MEANINGS,
    model_text,
    re_enrolling_text,
    reported_text,
    state_text,
    system_text,
)
from ...store.views.platforms import PLATFORMS
from ...store.words import age_text, day, days_text, hexadecimal, length_text, minute, moment, plural
from ..components.fields import Value, fields
from ..components.text_styles import DEVICE_TONES, STATUS_TONES, Tone, style_of, styled
from ..lists.tabbed_details import TabbedDetails
from .device_row import DeviceRow
from .installed_policies import certificates_of_policies, policies_in_short, policy_name
from .trust import authorities_on, obstacles

_BAD = (
    EventKind.ERROR,
    EventKind.NO_ANSWER,
    EventKind.TURNED_AWAY,
    EventKind.REVOKED,
    EventKind.ENROLLMENT_REFUSED,
    EventKind.CHECK_IN_FAILED,
    EventKind.PUSH_LOST,
    EventKind.RENEWAL_FAILING,
    EventKind.POLICY_WITHOUT_CERTIFICATE,
    EventKind.POLICY_NOT_TAKEN,
)
_GOOD = (
    EventKind.ENROLLED,
    EventKind.RE_ENROLLED,
    EventKind.RENEWED,
    EventKind.ROOT_INSTALLED,
    EventKind.POLICY_INSTALLED,
)
_CERTIFICATE_TONES = {
    CertificateState.UNCONFIRMED: Tone.PENDING,
    CertificateState.ACTIVE: Tone.VALID,
    CertificateState.SUPERSEDED: Tone.DIM,
    CertificateState.REVOKED: Tone.EXPIRED,
}
SHOWN = 200


class DeviceDetailsPane(TabbedDetails[DeviceRow]):
    """The current state of a device, its certificates, and its history."""

    tabs = (("Summary", "summary"), ("Certificates", "certificates-tab"), ("Timeline", "timeline-tab"))
    nothing = "No device"

    def name_of(self, row: DeviceRow) -> str:
        return row.name

    def body(self, tab: str, row: DeviceRow) -> RenderableType:
        match tab:
            case "summary":
                return self._summary(row)
            case "certificates-tab":
                return self._certificates(row)
            case _:
                return self._timeline(row)

    # Summary

    def _summary(self, row: DeviceRow) -> Table:
        device, now = row.whole, row.now
        pairs: list[tuple[str, Value]] = [
            ("State", styled(self.app, (state_text(device.state), DEVICE_TONES[device.state]))),
            ("", Text(f"since {age_text(device.state_since, now)}", style_of(self.app, Tone.DIM))),
        ]
        if meaning := STATE_MEANINGS.get(device.state):
            pairs.append(("", Text(meaning, style_of(self.app, Tone.DIM))))
        pairs.append(("Re-enrolling", re_enrolling_text(device)))
        pairs += obstacles(self.app, device, self.console.workspace.impact.gate(now), now)
        pairs += [("Pending", self._pending(action, now)) for action in device.pending]
        pairs += policies_in_short(self.app, device)
        pairs += self._in_use(row)
        seen = row.last_seen
        pairs.append(("Last check-in", age_text(seen, now) + ("" if seen is None else f", {minute(seen)} UTC")))
        if device.enrolled_at is not None:
            pairs.append(("Enrolled", f"{minute(device.enrolled_at)} UTC"))
        pairs += [
            ("Owner", printable(device.owner)),
            ("UPN", printable(device.upn)),
            ("Platform", PLATFORMS[device.platform]),
            ("OS", printable(system_text(device))),
            ("Name", printable(device.device_name)),
            ("Language", printable(device.language)),
            ("Carrier", printable(device.carrier or "")),
            ("Enrollment", device.enrollment_kind or ""),
            ("Ownership", device.ownership or ""),
            ("Imported", "" if device.reported is None else printable(reported_text(device.reported))),
            ("Model", printable(model_text(device))),
            ("Model id", printable(device.model)),
            ("Serial number", printable(device.serial_number)),
            ("Antivirus", "looks into connections" if device.antivirus else ""),
        ]
        identities = (
            ("IMEI", device.imei),
            ("Second IMEI", device.second_imei),
            ("MEID", device.meid),
            ("UDID", device.udid),
            ("Android id", device.android_id),
            ("HWDevID", device.windows_device_id),
            ("Wi-Fi MAC", device.wifi_mac),
            ("Enrollment id", device.enrollment_id),
        )
        pairs += [(name, printable(value)) for name, value in identities if value is not None]
        return fields(self.app, [pair for pair in pairs if pair[1]])

    def _pending(self, action: PendingAction, now: datetime) -> Text:
        what = ACTION_TITLES[action.kind]
        if action.policy_id is not None and self.row is not None:
            what += f" {policy_name(self.console.workspace, self.row.whole, action.policy_id)}"
        text = styled(self.app, (what, Tone.PENDING), f", waits for {action.waits_for}")
        more = f"asked {plural(action.attempts, 'time')}" if action.attempts else "not asked yet"
        if action.next_try_at is not None and action.next_try_at > now:
            more += f", next in {length_text(action.next_try_at - now)} or later"
        requested = f"requested {age_text(action.requested_at, now)} by {printable(action.requested_by)}"
        return text.append(f"\n{more}\n{requested}", style_of(self.app, Tone.DIM))

    def _in_use(self, row: DeviceRow) -> list[tuple[str, Value]]:
        device, status, days = row.whole, row.status, row.days
        if device.not_after is None or status is None or days is None:
            said = "none yet" if device.reported is None else "the export doesn't tell its expiry"
            return [("Certificate", Text(said, style_of(self.app, Tone.DIM)))]
        return [
            ("Certificate", styled(self.app, (status_text(status), STATUS_TONES[status]), f"   {days_text(days)}")),
            ("Expires", moment(device.not_after)),
            ("Issuer CA", printable(device.issuer_group or "")),
        ]

    # Certificates

    def _certificates(self, row: DeviceRow) -> RenderableType:
        strong = style_of(self.app, Tone.STRONG)
        gate = self.console.workspace.impact.gate(row.now)
        names = self.console.certificates.names({*gate.anchors, *row.whole.anchors})
        trusted = authorities_on(self.app, row.whole, gate, row.now, names)
        brought = self.console.workspace.policies.on_device(row.whole) if row.whole.policies else ()
        by_policies = certificates_of_policies(self.app, brought, row.now, self.console.workspace.expiry())
        return Group(*self._issued(row), *by_policies, Text("CA certificates on the device", strong), trusted)

    def _issued(self, row: DeviceRow) -> list[RenderableType]:
        issued = self.console.workspace.devices.certificates(row.id)
        if not issued:
            reported = row.whole.reported
            said = "No certificate was issued to it yet."
            if reported is not None:
                said = f"Known by {printable(reported_text(reported))}. certfleet has issued none to it."
            return [Text(said, style_of(self.app, Tone.DIM)), Text()]
        held = {one.id for one in row.whole.certificates if one.state is not CertificateState.SUPERSEDED}
        parts: list[RenderableType] = []
        for title, certificates in (
            ("Installed on the device", [one for one in issued if one.id in held]),
            ("Issued before", [one for one in issued if one.id not in held]),
        ):
            if certificates:
                parts.append(Text(title, style_of(self.app, Tone.STRONG)))
                parts += [self._certificate(one, row) for one in reversed(certificates)]
        return parts

    def _certificate(self, certificate: DeviceCertificate, row: DeviceRow) -> Table:
        now = row.now
        in_use = ", in use" if certificate.id == row.whole.certificate_id else ""
        tone = _CERTIFICATE_TONES[certificate.state]
        standing = styled(self.app, (f"{certificate.state}{in_use}", tone), f" since {minute(certificate.state_at)}")
        status = device_certificate_status(certificate.not_after, now, self.console.workspace.expiry())
        validity = f"{day(certificate.not_before)} to {day(certificate.not_after)}   "
        left = days_text(days_until(certificate.not_after, now))
        pairs: list[tuple[str, Value]] = [
            ("Issuer CA", printable(certificate.group)),
            ("State", standing),
            ("Valid", styled(self.app, validity, (left, STATUS_TONES[status]))),
            ("Issued", f"{minute(certificate.issued_at)}, {certificate.reason}"),
            ("Serial number", certificate.serial_number),
            ("SHA-256", hexadecimal(certificate.fingerprint_sha256)),
            ("", ""),
        ]
        return fields(self.app, pairs)

    # Timeline

    def _timeline(self, row: DeviceRow) -> Text:
        events = self.console.workspace.devices.timeline(row.id)
        text = Text()
        for event in reversed(events[-SHOWN:]):
            text.append_text(self._event(event))
        dim = style_of(self.app, Tone.DIM)
        if len(events) > SHOWN:
            text.append(f"and {len(events) - SHOWN:,} before", dim)
        return text if events else Text("Nothing has happened to it yet.", dim)

    def _event(self, event: DeviceEvent) -> Text:
        tone = Tone.EXPIRED if event.kind in _BAD else Tone.VALID if event.kind in _GOOD else Tone.PENDING
        detail = f": {printable(event.detail)}" if event.detail else ""
        line = styled(self.app, (f"{minute(event.at)}  ", Tone.DIM), ("● ", tone))
        return line.append(f"{EVENTS[event.kind][0]}{detail}\n")
