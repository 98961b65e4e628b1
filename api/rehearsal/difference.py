"""The difference that a rehearsed script has made, and what it leads to if time goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from ...simulator.engine.run_report import RunProgress
from ...simulator.forecast.copying import basis_of
from ...simulator.forecast.playing_on import PlayedOn, play_on
from ...simulator.moments.comparing import differing_rows
from ...store.effects.effects import Effects
from ...store.effects.undo import undo_of
from ...store.persistence.storage import Before
from .branch import Branch

_LOGGING_IN = ("last_login_at", "failures", "password")
"""What a login writes into an account; the password where it is hashed anew."""


def difference(branch: Branch) -> Effects:
    """What the script has changed. That it logged in is no part of it, nor what the clock has brought meanwhile."""
    branch.start.settle()
    branch.workspace.settle()
    rows = _without_logins(branch, differing_rows(branch.start, branch.workspace))
    return _with_undo(branch.workspace.trials.difference_from(branch.start.trials.present(), rows))


def difference_after(
    branch: Branch, duration: timedelta, progress: Callable[[RunProgress], None] | None = None
) -> PlayedOn:
    """The same, after some time on the virtual clock, compared with the same time without the script."""
    until = branch.workspace.now() + duration
    user = branch.workspace.actor.own.user
    played = play_on(basis_of(branch.start), basis_of(branch.workspace), user, until, progress)
    return played._replace(effects=_with_undo(played.effects))


def _without_logins(branch: Branch, rows: Before) -> Before:
    accounts = dict(branch.workspace.database.engine.texts("accounts", rows["accounts"]))
    changed = {id: text for id, text in rows["accounts"].items() if _rest(text) != _rest(accounts.get(id))}
    return {**rows, "account_sessions": {}, "accounts": changed}


def _rest(text: str | None) -> dict[str, object] | None:
    if text is None:
        return None
    fields: dict[str, object] = msgspec.json.decode(text, type=dict[str, object])
    return {name: value for name, value in fields.items() if name not in _LOGGING_IN}


def _with_undo(effects: Effects) -> Effects:
    parts = effects.devices, effects.queues, effects.entries, effects.records, effects.done
    return effects if effects.is_empty else replace(effects, undo=undo_of(*parts))
