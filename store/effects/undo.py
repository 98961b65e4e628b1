"""Whether and how a change can be undone, by the first rule that applies."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.device import ActionKind, DeviceState
from ..words import plural
from .effects import DeviceEffect, EntryAlteration, EntryEffect, QueueEffect, RecordEffect, Undo, new_title
from .records import undo_of_record

MOMENT_BEFORE = "go back to the moment that is kept before it: `certfleet moment list`"


UNDO = "`certfleet undo`"


def undo_text(*, goes_back: bool, kept: bool = False) -> str:
    """What a question before a deletion says about undoing it. ``goes_back``: a moment is kept before such acts;
    ``kept``: what is deleted is kept, so that it can be put back."""
    if kept:
        return f"It can be taken back: {UNDO}."
    if goes_back:
        return f"A real deployment can't undo this. Here you can {MOMENT_BEFORE}."
    return "This can't be undone."


def undo_of(
    devices: Sequence[DeviceEffect],
    queues: Sequence[QueueEffect],
    entries: Sequence[EntryEffect],
    records: Sequence[RecordEffect],
    done: Sequence[str] = (),
    *,
    later: bool = False,
    goes_back: bool = False,
    kept: bool = False,
    provisional: bool = False,
) -> Undo | None:
    """How to undo a change with these effects; ``done`` are the tasks that it closes, ``later``: it lets time pass or
    goes back in time, ``goes_back``: a moment is kept before it, ``kept``: what it changes is, ``provisional``: what it
    adds has no ids yet. None if it changes nothing."""
    if later:
        return _yes(MOMENT_BEFORE)
    found = _by_hand(devices, queues, entries, records, done, provisional)
    if kept and found is not None and found.possible:
        return _yes(f"{found.how}; or take it back: {UNDO}")
    if goes_back and found is not None and not found.possible:
        return _yes(f"{MOMENT_BEFORE}; a real deployment can't: {found.how}")
    return found


def _by_hand(
    devices: Sequence[DeviceEffect],
    queues: Sequence[QueueEffect],
    entries: Sequence[EntryEffect],
    records: Sequence[RecordEffect],
    done: Sequence[str],
    provisional: bool,
) -> Undo | None:
    if any(one.is_harmful for one in devices) and all(one.returns for one in devices if one.is_harmful):
        return _yes(
            "put a push certificate of the earlier topic back; devices that were re-enrolled meanwhile stay as is"
        )
    if lost := sum(one.count for one in devices if one.after in _LOST and one.before not in _LOST):
        return _no(f"{plural(lost, 'device')} must be enrolled again by {'its user' if lost == 1 else 'their users'}")
    if deleted := sum(one.count for one in devices if one.after is None):
        return _no(f"{plural(deleted, 'device')} would have to be added or imported again")
    by_alteration = {one.alteration: one for one in reversed(entries)}
    new = {one.id for one in entries if provisional and one.alteration is EntryAlteration.ADDED}

    def named(one: EntryEffect) -> str:
        return new_title(one.title) if one.id in new else f"#{one.id} {one.title}"

    if gone := by_alteration.get(EntryAlteration.DELETED):
        if gone.what:
            return _no(
                f"the private key of #{gone.id} is deleted with it; export it before: "
                f"`certfleet certificate export {gone.id} --format pkcs12 --output FILE`"
            )
        return _yes(f"import #{gone.id} {gone.title} again")
    if replaced := by_alteration.get(EntryAlteration.REPLACED):
        return _no(f"#{replaced.id} stays as history and can't be bound again; replace its successor once more")
    if asked := sum(one.count for one in queues if one.added and one.action is ActionKind.CERTIFICATE_RENEWAL):
        return _no(f"a requested renewal can't be withdrawn; {plural(asked, 'device')} will carry it out")
    if done and not entries:
        return _no("a task that is marked as done stays done")
    if out := by_alteration.get(EntryAlteration.LOSES_PLACE):
        return _yes(f"bind #{out.id} {out.title} to it again: {out.what}")
    if taken := by_alteration.get(EntryAlteration.TAKES_PLACE):
        return _yes(f"unbind {named(taken)} again: {taken.what}")
    if own := by_alteration.get(EntryAlteration.OVERWRITTEN):
        return _yes(
            f"import the certificate that #{own.id} has now once more, with `--on-conflict replace`; export it before: "
            f"`certfleet certificate export {own.id} --format pem --output FILE`"
        )
    if added := by_alteration.get(EntryAlteration.ADDED):
        return _yes(f"delete {named(added)} again")
    if records:
        return undo_of_record(records[0])
    return _yes("set it back to what it was") if entries or queues or devices else None


_LOST = (
    DeviceState.MUST_RE_ENROLL,
    DeviceState.REVOKED,
    DeviceState.RE_ENROLLMENT_REQUIRED,
    DeviceState.NOT_ENROLLED,
    None,
)


def _no(how: str) -> Undo:
    return Undo(possible=False, how=how)


def _yes(how: str) -> Undo:
    return Undo(possible=True, how=how)
