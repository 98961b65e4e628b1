"""``certfleet device renew`` and ``revoke``: security actions on many devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import click

from ..store.clock import rfc3339
from ..store.devices.devices import Requested
from ..store.errors import Refusal
from ..store.model.device import ActionKind, Device
from ..store.views.platforms import by_platform
from ..store.workspace import Workspace
from .device_choice import Choice, DeviceFilters, choose, filter_options
from .frame.answer import emit, progress, say
from .frame.parameters import TEXT
from .frame.passwords import interactive
from .frame.session import Session, pass_session
from .phrases import device_title, devices

NAMED = 3  # devices that are named in a sentence about many
Request = Callable[[list[int], Callable[[int, int], None]], Requested]


@click.command()
@click.argument("named", type=TEXT, nargs=-1, metavar="[DEVICE]...")
@filter_options
@click.option("--all", "everything", is_flag=True, help="Every device.")
@pass_session
def renew(session: Session, named: tuple[str, ...], filters: DeviceFilters, everything: bool) -> None:
    """Request Certificate Renewal for these devices: ids, identities, or all that fit the options. At its next
    check-in each gets a new certificate from the newest ready CA group. Windows devices are refused, and marked:
    their users must re-enroll them. Asking twice is the same as asking once."""
    check_choice(named, filters, everything)
    with session.open() as workspace:
        choice = choose(workspace, named, filters)
        requested = _carry_out(choice, workspace.devices.renew, "Requesting")
        _answer(session, choice, requested, ActionKind.CERTIFICATE_RENEWAL, "certificate renewal pending for")


@click.command()
@click.argument("named", type=TEXT, nargs=-1, metavar="[DEVICE]...")
@filter_options
@click.option("--all", "everything", is_flag=True, help="Every device.")
@click.option("--yes", is_flag=True, help="Don't ask; needed in a script unless the devices are named.")
@pass_session
def revoke(session: Session, named: tuple[str, ...], filters: DeviceFilters, everything: bool, yes: bool) -> None:
    """Revoke these devices: ids, identities, or all that fit the options. Their certificates go on the revocation
    list, and they are turned away until they enroll again."""
    check_choice(named, filters, everything)
    with session.open() as workspace:
        choice = choose(workspace, named, filters)
        if choice.devices and not named and not yes:
            _confirm(workspace, choice)
        requested = _carry_out(choice, workspace.devices.revoke, "Revoking")
        _answer(session, choice, requested, ActionKind.REVOKE, "revoked")


def check_choice(named: tuple[str, ...], filters: DeviceFilters, everything: bool) -> None:
    """Nothing chosen is not the same as everything."""
    if not named and not filters and not everything:
        raise click.UsageError("Name devices, or choose them by --issuer, --platform and so on, or take --all.")
    if everything and (named or filters):
        raise click.UsageError("--all goes without devices and without other options.")


def _confirm(workspace: Workspace, choice: Choice) -> None:
    count = devices(len(choice.devices))
    if not interactive():
        raise Refusal("confirmation-needed", f"revoking {count} by options has to be confirmed", "Add --yes.")
    if not click.confirm(f"Revoke {count}? They are turned away until they enroll again", err=True):
        raise Refusal("not-confirmed", "nothing was revoked")


def _carry_out(choice: Choice, request: Request, label: str) -> Requested:
    ids = [device.id for device in choice.devices]
    with progress(len(ids), label) as advance:
        return request(ids, lambda done, total: advance(done))


def _answer(session: Session, choice: Choice, requested: Requested, kind: ActionKind, done: str) -> None:
    if session.json:
        emit(
            {
                "pending": [_pending(device, kind) for device in requested.pending],
                "refused": [
                    *(_refused(device.id, refusal) for device, refusal in requested.refused),
                    *(_refused(id, Refusal("device-unknown", "it has just been deleted")) for id in requested.unknown),
                    *(_refused(id, refusal) for id, refusal in choice.unknown),
                ],
            }
        )
        return
    if requested.pending:
        counts = Counter(device.platform.value for device in requested.pending)
        say(f"{done} {devices(len(requested.pending))}: {by_platform(counts)}")
    groups: dict[str, list[tuple[Device, Refusal]]] = {}
    for device, refusal in requested.refused:
        groups.setdefault(refusal.code, []).append((device, refusal))
    for code, refused in groups.items():
        say(f"refused: {code}: {devices(len(refused))}: {_names(refused)}")
        if hint := refused[0][1].hint:
            say(f"hint: {hint}")
    for _, refusal in choice.unknown:
        say(f"refused: {refusal.code}: {refusal.message}")
    if not (requested.pending or groups or choice.unknown):
        say("no device fits")


def _pending(device: Device, kind: ActionKind) -> dict[str, Any]:
    action = next((action for action in device.pending if action.kind is kind), None)
    return {
        "id": device.id,
        "platform": device.platform.value,
        "requested_at": None if action is None else rfc3339(action.requested_at),
        "waits_for": None if action is None else action.waits_for.value,
        "attempts": None if action is None else action.attempts,
    }


def _refused(id: int | None, refusal: Refusal) -> dict[str, Any]:
    return {"id": id, "code": refusal.code, "message": refusal.message}


def _names(refused: list[tuple[Device, Refusal]]) -> str:
    names = "; ".join(device_title(device) for device, _ in refused[:NAMED])
    return f"{names} …" if len(refused) > NAMED else names
