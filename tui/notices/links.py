"""The subject of a notice, in words, and how to go there."""

from __future__ import annotations

from ...store.model.notice import Notice
from ...store.printable import printable
from ..shell.console_app import ConsoleApp


def about_text(notice: Notice, console: ConsoleApp) -> str:
    """``certificate #12 gateway.example.com``; empty if the subject has no screen."""
    kind, id = _record(notice)
    match kind:
        case "certificate" if id == 0:
            return "a certificate that is missing"
        case "certificate":
            row = console.certificates.rows.get(id)
            return f"certificate #{id}" + (", which is gone" if row is None else f" {row.name}")
        case "profile":
            return "a provisioning profile"
        case "authority-group":
            names = [group.name for group in console.workspace.authorities.groups() if group.id == id]
            return f"CA group {printable(names[0])}" if names else "a CA group"
        case "fleet":
            return "the devices"
        case "device":
            return f"device {id}"
    return ""


def go_to(notice: Notice, console: ConsoleApp) -> None:
    """Show the subject of a notice."""
    kind, id = _record(notice)
    match kind:
        case "certificate" if id in console.certificates.rows:
            console.open_certificate(id)
        case "certificate" if id:
            console.note(f"Certificate {id} is no longer in the inventory.")
        case "certificate" | "profile":
            console.action_page("checklist")
        case "authority-group":
            console.open_group(id)
        case "fleet" if notice.kind == "renewal-failed":
            console.open_devices_where("pending", "yes")
        case "fleet" if notice.kind == "device-certificates-expiry":
            console.open_devices_where("days", "0..30")
        case "fleet":
            console.action_page("devices")
        case "device":
            console.open_device(id)
        case _:
            console.note("It is about nothing that has a screen of its own.")


def _record(notice: Notice) -> tuple[str, int]:
    kind, _, id = notice.record.partition(":")
    return kind, int(id) if id.isascii() and id.isdecimal() else 0
