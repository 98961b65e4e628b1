"""Comparing two states of a workspace: moments, the present, or another workspace that was branched off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from ...store.confinement import refuse_confined
from ...store.effects.effects import Effects
from ...store.effects.trials import WATCHED
from ...store.moments.compared_state import ComparedState
from ...store.moments.moments import title_of
from ...store.persistence.storage import Before
from ...store.workspace import Workspace
from ...store.workspace_place import place_of

NOW = "now"


class MomentComparison(Struct, frozen=True, kw_only=True):
    """Two states, and what the second has different."""

    first: ComparedState
    second: ComparedState
    effects: Effects


def compare(workspace: Workspace, first: str, second: str) -> MomentComparison:
    """Compare two states of the same origin: names or ids of moments, ``now``, or the folder or the address of
    a branch.

    Both are looked at in memory. Refuses with ``moment-unknown`` or ``workspace-missing``.
    """
    with looked_at(workspace, first) as one, looked_at(workspace, second) as other:
        was, rows = one.trials.present(), differing_rows(one, other)
        return MomentComparison(
            first=_state(one, _title(workspace, first)),
            second=_state(other, _title(workspace, second)),
            effects=other.trials.difference_from(was, rows),
        )


@contextmanager
def looked_at(workspace: Workspace, what: str) -> Iterator[Workspace]:
    """A state in memory: of a moment, of now, or of another workspace."""
    if _is_folder(what):
        refuse_confined("reading another workspace")
        with Workspace.open(place_of(what), create=False) as branch, branch.copy() as copy:
            yield copy
        return
    moment = None if what == NOW else workspace.moments.find(what)
    with workspace.copy() as copy:
        if moment is not None:
            copy.moments.restore_copy(moment)
        yield copy


def differing_rows(one: Workspace, other: Workspace) -> Before:
    """The rows of the first that the second lacks or has otherwise, of the tables that effects are about."""
    found: Before = {}
    for table in WATCHED:
        ids = {id for space in (one, other) for id in space.database.engine.ids(table)}
        texts, others = (dict(space.database.engine.texts(table, ids)) for space in (one, other))
        found[table] = {id: texts.get(id) for id in ids if texts.get(id) != others.get(id)}
    return found


def _state(workspace: Workspace, title: str) -> ComparedState:
    return ComparedState(
        title=title, at=workspace.now(), log=workspace.devices.log_digest(), counts=workspace.devices.counts()
    )


def _title(workspace: Workspace, what: str) -> str:
    if _is_folder(what):
        refuse_confined("reading another workspace")
        return f"the workspace {what}"
    return NOW if what == NOW else title_of(workspace.moments.find(what))


def _is_folder(what: str) -> bool:
    return "/" in what
