"""Merging the effects of several transactions of one call."""

from __future__ import annotations

from collections.abc import Sequence

from .code import code_of
from .effects import Effects


def merged(found: Sequence[Effects]) -> Effects:
    """All effects, one after the other. If a later one undoes an earlier one, both are reported."""
    if len(found) == 1:
        return found[0]
    capabilities = tuple(one for effects in found for one in effects.capabilities)
    devices = tuple(one for effects in found for one in effects.devices)
    queues = tuple(one for effects in found for one in effects.queues)
    trust = tuple(one for effects in found for one in effects.trust)
    return Effects(
        capabilities=capabilities,
        devices=devices,
        queues=queues,
        trust=trust,
        entries=tuple(one for effects in found for one in effects.entries),
        tasks=tuple(one for effects in found for one in effects.tasks),
        done=tuple(one for effects in found for one in effects.done),
        notices=tuple(one for effects in found for one in effects.notices),
        notes=tuple(note for effects in found for note in effects.notes),
        records=tuple(one for effects in found for one in effects.records),
        undo=next((one.undo for one in found if one.undo is not None and not one.undo.possible), None)
        or next((one.undo for one in found if one.undo is not None), None),
        code=code_of(capabilities, devices, queues, trust),
        provisional=any(one.provisional for one in found),
    )
