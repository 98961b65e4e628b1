"""What one call changed, in a line."""

from __future__ import annotations

from msgspec.structs import replace

from ...store.effects.effects import Effects
from ...store.views.effects import effect_lines, harm_of


def change_text(effects: Effects) -> str:
    """The one effect of a call, or how many there are of each kind, and its harm; empty without a difference."""
    if effects.is_empty:
        return ""
    counts, *body = (line.text for line in effect_lines(replace(effects, undo=None), longest=100))
    harm = harm_of(effects)
    if harm:
        body.pop()
    said = body[0] if len(body) == 1 else counts
    return f"{said}. {harm}" if harm else said
