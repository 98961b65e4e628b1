"""``certfleet device delete``."""

from __future__ import annotations

from collections.abc import Iterator

from ...store.devices.deletion import DeletionResult
from ...store.errors import Refusal
from ...store.views.device_deletion import deleted_text, enrolls_again
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.progress import progress
from ..frame.session import Session
from .actions import all_option, check_selection, confirm_many, names_argument
from .selection import DeviceFilters, filter_options, select


@command(
    examples=["certfleet device delete F2LX0001 --yes", "certfleet device delete --not-seen-within 90d --dry-run"],
    changes=True,
)
@names_argument
@filter_options
@all_option
def delete(session: Session, names: tuple[str, ...], filters: DeviceFilters, everything: bool) -> Answer:
    """Delete these devices: ids, identities, or all that match the options. Their certificates are revoked; the devices
    would have to enroll as new ones. Their events stay. Devices that are not named one by one have to be confirmed."""
    check_selection(names, filters, everything)
    workspace = session.open()
    selected = select(workspace, names, filters)
    confirm_many(session, selected, names, "delete", enrolls_again)
    with progress(len(selected.ids), "Deleting") as advance:
        result = workspace.deletions.delete(selected.ids, advance)
    refused = [
        *((id, Refusal("device-unknown", "it has just been deleted")) for id in result.unknown),
        *selected.unknown,
    ]
    return Answer(
        {
            "deleted": [device.id for device in result.deleted],
            "refused": [{"id": id, "code": refusal.code, "message": refusal.message} for id, refusal in refused],
        },
        _sentences(result, [refusal for _, refusal in refused]),
        status=1 if refused and not result.deleted else 0,
    )


def _sentences(result: DeletionResult, refused: list[Refusal]) -> Iterator[str]:
    if result.deleted:
        yield deleted_text(result)
    for refusal in refused:
        yield f"refused: {refusal.code}: {refusal.message}"
    if not result.deleted and not refused:
        yield "no matching devices"
