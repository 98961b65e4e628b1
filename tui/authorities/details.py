"""The details of a CA group or of one of its CAs."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group
from rich.text import Text
from textual.app import App

from ...store.authorities.groups import GroupState, issues_from
from ...store.inventory.status import days_until
from ...store.model.authority import Authority, AuthorityRole
from ...store.printable import printable
from ...store.views.certificate import name_text
from ...store.views.platforms import PLATFORMS
from ...store.words import days_text, hexadecimal, minute, moment
from ..components.fields import Value, fields
from ..components.fitted_text import fit
from ..components.stacked_bar import BarPart, stacked_bar
from ..components.text_styles import Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures
from ..dialogs.owner_dialog import owner_pairs
from ..lists.details_pane import Details
from ..shell.console_app import console_of
from ..shell.keys.keys import keyed
from .table import GROUP_SYMBOLS, GROUP_TONES, ROLES, AuthorityLine, ready_in

_PURPOSES = {
    AuthorityRole.ROOT: "signs the device CA and the server CA",
    AuthorityRole.DEVICE: "issues device certificates",
    AuthorityRole.SERVER: "issues the SSL listener certificate",
}


def details_of(app: App[object], line: AuthorityLine, figures: FleetFigures, now: datetime, width: int) -> Details:
    """The details of a line, laid out for ``width`` cells."""
    if line.authority is None:
        record = f"authority-group:{line.summary.group.id}"
        pairs = owner_pairs(app, console_of(app).workspace, record)
        body = Group(_group_body(app, line, figures, width), Text(), fields(app, pairs))
        return Details(_group_title(app, line, now), body)
    title = styled(app, (printable(line.summary.group.name), Tone.DIM), "  ", (ROLES[line.authority.role], Tone.STRONG))
    title.append(f"  {_PURPOSES[line.authority.role]}", style_of(app, Tone.DIM))
    return Details(title, fields(app, authority_fields(line.authority, now)))


def authority_fields(authority: Authority, now: datetime) -> list[tuple[str, Value]]:
    """The fields of a CA's certificate."""
    pairs: list[tuple[str, Value]] = [
        ("Subject", name_text(authority.subject)),
        ("Serial no.", authority.serial_number),
        ("Valid from", moment(authority.not_before)),
        ("Valid until", f"{moment(authority.not_after)}, {days_text(days_until(authority.not_after, now))}"),
        ("Key", authority.key_algorithm),
        ("SHA-256", hexadecimal(authority.fingerprint_sha256)),
    ]
    if authority.role is AuthorityRole.DEVICE and authority.crl_number:
        pairs.append(("Last CRL", f"number {authority.crl_number}"))
    return pairs


def _group_title(app: App[object], line: AuthorityLine, now: datetime) -> Text:
    summary, group = line.summary, line.summary.group
    state = f"{GROUP_SYMBOLS[summary.state]} {summary.state}"
    if summary.state is GroupState.REQUESTED:
        when = f"ready {minute(group.ready_at)} UTC, {ready_in(group.ready_at, now)}"
    else:
        since = issues_from(group, now) if summary.state is GroupState.ISSUING else None
        when = "" if since is None else f"since {minute(since)} UTC"
        if summary.state is GroupState.READY and group.waits and group.activated_at is None:
            when = keyed("waits for being activated ({activate})")
    title = styled(app, (line.name, Tone.STRONG), "  ", (state, GROUP_TONES[summary.state]), f" {when}")
    return title.append(f"  requested by {printable(group.requested_by)}", style_of(app, Tone.DIM))


def _group_body(app: App[object], line: AuthorityLine, figures: FleetFigures, width: int) -> Text:
    if not figures.total:
        return styled(app, ("No devices yet.", Tone.DIM))
    name = line.summary.group.name
    held = figures.groups[name]
    text = styled(app, f"{held:,} of {figures.total:,} devices hold a certificate of it.")
    bar = max(8, min(60, width - 9 - 18))
    for platform, label in PLATFORMS.items():
        own = figures.platforms[platform]
        if not own.total:
            continue
        text.append("\n").append(fit(label, 9))
        text.append_text(stacked_bar(app, [BarPart(own.groups[name], line.mark.fill, line.mark.tone)], own.total, bar))
        text.append(f" {own.groups[name]:,}").append(f" of {own.total:,}", style_of(app, Tone.DIM))
    return text
