"""The ten jobs of ``docs/console.md``, each by keyboard at 80×24.

What has to be on the screen before a key is what its user goes by: nothing else is known of where the console is.
"""

from __future__ import annotations

from certfleet.store.notices.acknowledging import is_acknowledged

from ..sample_deployment import GATEWAY
from .job import ConsoleJob, Typed, WhatIsLeft, step
from .starts import deployed, described_wrongly, empty, simulated, with_archive


def _mdm_is_bound(done: WhatIsLeft) -> None:
    bound = done.workspace.components.find("gateway-mdm-ssl")
    assert bound is not None
    assert done.workspace.inventory.get(bound.certificate_id or 0).name == "mdm.example.com"


def _it_was_found(done: WhatIsLeft) -> None:
    next_month = done.workspace.inventory.get(GATEWAY)
    assert next_month.name in done.screen
    assert next_month.description.split(".")[0] in done.screen


def _gateway_is_replaced(done: WhatIsLeft) -> None:
    bound = done.workspace.components.find("gateway-ssl")
    assert bound is not None
    assert bound.certificate_id == done.workspace.inventory.get(GATEWAY).replaced_by


def _push_is_renewed(done: WhatIsLeft) -> None:
    bound = done.workspace.components.find("apns")
    assert bound is not None
    entry = done.workspace.inventory.get(bound.certificate_id or 0)
    assert (entry.not_after - done.workspace.now()).days == 365


def _laggards_are_shown(done: WhatIsLeft) -> None:
    behind = [device for device in done.workspace.devices.all() if device.issuer_group == "default"]
    assert 0 < len(behind) < 16
    assert len(done.workspace.devices.all()) == 40
    assert f"{len(behind)} of 40" in done.screen


def _five_are_in(done: WhatIsLeft) -> None:
    assert len(done.workspace.bulk.list()) == 5


def _the_policy_is_there(done: WhatIsLeft) -> None:
    policy = done.workspace.policies.find("Field VPN")
    assert policy.vpn.server == "vpn.example.com"


def _it_is_dealt_with(done: WhatIsLeft) -> None:
    now = done.workspace.now()
    (notice,) = [one for one in done.workspace.notices.list() if is_acknowledged(one, now)]
    assert notice.read_by
    assert notice.acknowledged_by


def _the_board_has_its_table(done: WhatIsLeft) -> None:
    written = (done.folder / "certificates.md").read_text()
    assert "gateway.example.com" in written
    assert "mail.example.com" not in written
    assert written.startswith("|")


def _it_is_back(done: WhatIsLeft) -> None:
    assert done.workspace.inventory.get(GATEWAY).description.startswith("Gateway FQDN")


TEN_JOBS = (
    ConsoleJob(
        "Import and bind",
        empty,
        (
            step("four ways to begin", "i"),
            step("mdm.pem", Typed("m"), "tab"),
            step("it is: 3 certificates", "enter"),
            step("3 entries concerned", "enter"),
            step("What it is for", "b"),
            step("Bind: NetScaler Gateway's SSL certificate for the MDM FQDN", "enter"),
        ),
        "Gateway's SSL certificate for the MDM FQDN uses",
        _mdm_is_bound,
    ),
    ConsoleJob(
        "Find what stops next month",
        deployed,
        (
            step("27 days enrolling, store", "j", "j", "j", "j"),
            step("#5 gateway.example.com ends, and with it enrolling devices", "enter"),
        ),
        "SSL certificate for the Gateway FQDN",
        _it_was_found,
    ),
    ConsoleJob(
        "Replace it",
        deployed,
        (
            step("27 days enrolling, store", "j", "j", "j", "j"),
            step("r prevents it: replace #5", "r"),
            step("gateway.pem", Typed("g"), "tab"),
            step("it is: 3 certificates", "enter"),
            step("#5 gateway.example.com is replaced by the new", "enter"),
            step("Now using the new one", "enter"),
        ),
        "do task 3",
        _gateway_is_replaced,
    ),
    ConsoleJob(
        "Renew APNs",
        deployed,
        (
            step("renew push cert.", "j", "j"),
            step("r prevents it: renew the push certificate", "r"),
            step("p all at once", "p"),
            step("Renew the one of this Apple ID", "enter"),
        ),
        "#15 is in use",
        _push_is_renewed,
    ),
    ConsoleJob(
        "Rotate a CA, and find the laggards",
        simulated,
        (
            step("What stops next", "4"),
            step("n New group", "n"),
            step("1 CA group added", "tab", "↓"),
            step("CA group group-2 is ready", "enter"),
            step("New device certificates come from group-2", "3"),
            step("^a All", "^a"),
            step("40 selected", "s"),
            step("34 devices get an action", "enter"),
            step("Certificate Renewal: done", "enter"),
            step("^a All", "7"),
            step("> Day", ">"),
            step("‖ stopped 2026-01-02 00:00 UTC virtual", ">"),
            step("‖ stopped 2026-01-03 00:00 UTC virtual", ">"),
            step("‖ stopped 2026-01-04 00:00 UTC virtual", "3"),
            step("^a All", "/"),
            step("enter To the list", Typed("issuer:default"), "enter"),
        ),
        "10 of 40",
        _laggards_are_shown,
    ),
    ConsoleJob(
        "Bulk import",
        with_archive,
        (
            step("What stops next", "5"),
            step("No policy yet", "0"),
            step("i imports an archive", "i"),
            step("devices.zip", Typed("d"), "tab"),
            step("it is: 5 PKCS #12 files", "enter"),
            step("5 bulk device certificates added", "enter"),
            step("5 files: 5 imported", "enter"),
        ),
        "Device certificates 5",
        _five_are_in,
    ),
    ConsoleJob(
        "A policy",
        simulated,
        (
            step("What stops next", "5"),
            step("No policy yet", "n"),
            step("Add a VPN policy", Typed("Field VPN"), "tab", "tab", "tab", "tab", Typed("vpn.example.com")),
            step("20 devices get an action", "enter"),
        ),
        "#1 Field VPN",
        _the_policy_is_there,
    ),
    ConsoleJob(
        "A notice: read it, and say that you deal with it",
        deployed,
        (
            step("What stops next", "8"),
            step("7 unread", "enter"),
            step("Close", "enter"),
            step("6 unread", "a"),
        ),
        "1 notice acknowledged: for a week nobody else is told.",
        _it_is_dealt_with,
    ),
    ConsoleJob(
        "Export for the change board",
        deployed,
        (
            step("What stops next", "2"),
            step("/ Filter", "/"),
            step("enter To the list", Typed("days:<31")),
            step("6 of 14", "enter"),
            step("d Describe", "E"),
            step("(●) CSV, for a spreadsheet", "↓"),
            step("(●) JSON, for programs", "↓"),
            step("(●) Markdown, for people", "enter"),
        ),
        "Written to",
        _the_board_has_its_table,
    ),
    ConsoleJob(
        "Undo",
        described_wrongly,
        (
            step("What stops next", "u"),
            step("Undo this change?", "y"),
        ),
        "Undone: described",
        _it_is_back,
    ),
)


def table() -> str:
    """The table of ``docs/console.md``."""
    lines = ["| job | keys | letters typed | the way |", "|---|---|---|---|"]
    lines += [f"| {job.name} | {job.keys} | {job.letters} | {job.way} |" for job in TEN_JOBS]
    return "\n".join(lines)
