"""``certfleet device renew``, ``revoke`` and ``refresh``: security actions on many devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import click

from ...store.clock import rfc3339
from ...store.devices.acted_on import ActedOn
from ...store.devices.results import SecurityActionResult
from ...store.errors import Refusal
from ...store.model.device import ActionKind
from ...store.views.campaign import CAMPAIGN_HINT
from ...store.views.device import device_title
from ...store.views.platforms import by_platform
from ...store.views.renewal import plan_lines, renewal_notes, renewal_plan_document
from ...store.words import plural
from ..frame.answer import Answer
from ..frame.changing import Preview
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.one_transaction_note import say_if_long
from ..frame.parameters import TEXT
from ..frame.progress import progress
from ..frame.session import Session
from .selection import DeviceFilters, SelectedDevices, filter_options, select

NAMED = 3  # devices named in a sentence about many
HINTS = {
    "windows-must-re-enroll": "Ask these users to re-enroll; list them: "
    "certfleet device list --state re-enrollment-required",
    "windows-is-current": "Their users need not re-enroll them until their certificates expire.",
}
"""Hints for refusals of many devices, in place of the hint for one."""

names_argument = click.argument("names", type=TEXT, nargs=-1, metavar="[DEVICE]...")
all_option = click.option("--all", "everything", is_flag=True, help="Every device.")


@command(examples=["certfleet device renew --issuer default", "certfleet device renew 12 F2LX0001"], changes=True)
@names_argument
@filter_options
@all_option
def renew(session: Session, names: tuple[str, ...], filters: DeviceFilters, everything: bool) -> Answer:
    """Request Certificate Renewal for these devices: ids, identities, or all that match the options. At its next
    check-in each gets a new certificate from the newest ready CA group. Windows devices are refused, and marked for
    re-enrollment by their users, except those that have a certificate of that group already. Asking twice is the same
    as asking once. Exits with 1 if every device is refused."""
    check_selection(names, filters, everything)
    workspace = session.open()
    selected = select(workspace, names, filters)
    requested = _request(session, selected, workspace.devices.renew, "Requesting")
    if requested.plan is not None:
        session.tell_preview(Preview("plan", renewal_plan_document(requested.plan), plan_lines(requested.plan)))
    notes = (*renewal_notes(requested.plan), *workspace.site.freeze_notes("the renewal"))
    kind = ActionKind.CERTIFICATE_RENEWAL
    return _answer(selected, requested, kind, "certificate renewal pending for", notes=notes)


@command(
    examples=["certfleet device revoke F2LX0001 --yes", "certfleet device revoke --search owner:meyer --yes"],
    changes=True,
)
@names_argument
@filter_options
@all_option
def revoke(session: Session, names: tuple[str, ...], filters: DeviceFilters, everything: bool) -> Answer:
    """Revoke the certificates of these devices: ids, identities, or all that match the options. The devices are refused
    until they re-enroll. Devices that are not named one by one have to be confirmed."""
    check_selection(names, filters, everything)
    workspace = session.open()
    selected = select(workspace, names, filters)
    confirm_many(session, selected, names, "revoke", _refused_until)
    requested = _request(session, selected, workspace.devices.revoke, "Revoking")
    return _answer(selected, requested, ActionKind.REVOKE, "revoked")


@command(examples=["certfleet device refresh 12", "certfleet device refresh --search pending:yes"], changes=True)
@names_argument
@filter_options
@all_option
def refresh(session: Session, names: tuple[str, ...], filters: DeviceFilters, everything: bool) -> Answer:
    """Deploy now: what is pending for these devices (ids, identities, or all that match the options) goes out at once,
    also what waits to be tried again. Devices that can't be reached are refused."""
    check_selection(names, filters, everything)
    workspace = session.open()
    selected = select(workspace, names, filters)
    requested = _request(session, selected, workspace.devices.refresh, "Deploying")
    refused = [*((device.id, one) for device, one in requested.refused), *selected.unknown]
    return Answer(
        {
            "pending": [device.id for device in requested.pending],
            "refused": [{"id": id, "code": one.code, "message": one.message} for id, one in refused],
        },
        _sentences(selected, requested, "deploying what is pending for")
        if requested.pending or refused
        else "nothing is pending for these devices",
        status=1 if refused and not requested.pending else 0,
    )


def confirm_many(
    session: Session, selected: SelectedDevices, names: tuple[str, ...], verb: str, effect: Callable[[int], str]
) -> None:
    """Ask before devices are changed that were selected by options, not named one by one. ``effect`` says what it does
    to so many devices."""
    if not selected.ids or names or session.yes:
        return
    count = plural(len(selected.ids), "device")
    confirm(
        f"{verb.capitalize()} {count}? {effect(len(selected.ids))}",
        unconfirmed(f"{verb.removesuffix('e')}ing {count} by options has to be confirmed"),
        declined=f"nothing was {verb}d",
    )
    session.agree()


def _refused_until(devices: int) -> str:
    return "It is refused until it enrolls again" if devices == 1 else "They are refused until they enroll again"


def check_selection(names: tuple[str, ...], filters: DeviceFilters, everything: bool) -> None:
    """Refuse an empty selection, which doesn't mean everything."""
    if not names and not filters and not everything:
        raise click.UsageError("Name devices, or select them with --issuer, --platform and so on, or with --all.")
    if everything and (names or filters):
        raise click.UsageError("--all goes without devices and without other options.")


def _request(
    session: Session, selected: SelectedDevices, request: Callable[..., SecurityActionResult], label: str
) -> SecurityActionResult:
    say_if_long(session, len(selected.ids))
    with progress(len(selected.ids), label) as advance:
        return request(selected.ids, advance)


def _answer(
    selected: SelectedDevices,
    requested: SecurityActionResult,
    kind: ActionKind,
    done: str,
    *,
    notes: Sequence[str] = (),
) -> Answer:
    """``notes`` are sentences that may surprise; the document has them if there are any."""
    refused = [
        *((device.id, refusal) for device, refusal in requested.refused),
        *((id, Refusal("device-unknown", "it has just been deleted")) for id in requested.unknown),
        *selected.unknown,
    ]
    return Answer(
        lambda: {
            "pending": [_pending_as_json(device, kind) for device in requested.pending],
            "refused": [{"id": id, "code": refusal.code, "message": refusal.message} for id, refusal in refused],
            **({"notes": notes} if notes else {}),
        },
        chain(_sentences(selected, requested, done), (f"note: {note}" for note in notes)),
        status=1 if refused and not requested.pending else 0,
    )


def _pending_as_json(device: ActedOn, kind: ActionKind) -> dict[str, Any]:
    action = next((action for action in device.pending if action.kind is kind), None)
    return {
        "id": device.id,
        "platform": device.platform.value,
        "requested_at": None if action is None else rfc3339(action.requested_at),
        "waits_for": None if action is None else action.waits_for.value,
        "attempts": None if action is None else action.attempts,
    }


def _sentences(selected: SelectedDevices, requested: SecurityActionResult, done: str) -> Iterator[str]:
    if requested.pending:
        counts = Counter(device.platform.value for device in requested.pending)
        yield f"{done} {plural(len(requested.pending), 'device')}: {by_platform(counts)}"
    by_code: dict[str, list[tuple[ActedOn, Refusal]]] = {}
    for device, refusal in requested.refused:
        by_code.setdefault(refusal.code, []).append((device, refusal))
    for code, refused in by_code.items():
        yield f"refused: {code}: {plural(len(refused), 'device')}: {_names([device for device, _ in refused])}"
        hint = refused[0][1].hint
        if hint := HINTS.get(code, hint) if len(refused) > 1 else hint:
            yield f"hint: {hint}"
        if code == "windows-must-re-enroll" and any(device.is_simulated for device, _ in refused):
            yield f"hint: {CAMPAIGN_HINT}"
    for _, refusal in selected.unknown:
        yield f"refused: {refusal.code}: {refusal.message}"
    if not (requested.pending or by_code or selected.unknown):
        yield "no matching devices"


def _names(refused: list[ActedOn]) -> str:
    names = "; ".join(map(device_title, refused[:NAMED]))
    return f"{names} …" if len(refused) > NAMED else names
