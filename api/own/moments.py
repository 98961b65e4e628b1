"""Moments: earlier states of the workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from ...simulator.moments.comparing import NOW, compare
from ...simulator.moments.going import go_to
from ...store.errors import Refusal
from ...store.model.kept_moment import KeptMoment
from ...store.views.effects import EffectsDocument, effects_document
from ...store.views.kept_moment import MomentDocument, comparison_document, moment_document
from ...store.views.simulation import EventLogDocument
from ...store.workspace import Workspace
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/moments", tag="moments")


class MomentList(DoneAnswer, frozen=True, kw_only=True):
    """The moments, the oldest first."""

    moments: list[MomentDocument]


class OneMoment(DoneAnswer, frozen=True, kw_only=True):
    """A moment."""

    moment: MomentDocument


class StateDocument(Struct, frozen=True, kw_only=True):
    """A state of the workspace that is compared with another one."""

    title: str
    at: datetime
    event_log: EventLogDocument
    devices: dict[str, Any]


class Comparison(DoneAnswer, frozen=True, kw_only=True):
    """Two states; whether the same has happened to their devices; and what the second has different."""

    first: StateDocument
    second: StateDocument
    same_events: bool
    difference: EffectsDocument


class NewMoment(Body, kw_only=True):
    """The name under which the present state is kept."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


@calls.get("", reads(MomentList))
def list_moments(workspace: Workspace) -> HttpAnswer:
    """List the moments. Those without a name were kept before the act that is shown; a moment is named by its name or
    its id."""
    return answer(MomentList, moments=[moment_document(one) for one in workspace.moments.all()])


@calls.get("/{name}", reads(OneMoment, 404))
def get_moment(workspace: Workspace, name: str) -> HttpAnswer:
    """Get a moment."""
    return _answer(workspace.moments.find(_moment(name)))


@calls.get("/{name}/comparison", reads(Comparison, 404))
def compare_moment(workspace: Workspace, name: str, second: str = NOW) -> HttpAnswer:
    """Compare a moment with another one, or with the present state. The difference reads from the first to the
    second."""
    found = compare(workspace, _moment(name), _moment(second))
    return answer(Comparison, **comparison_document(found), difference=effects_document(found.effects))


@calls.post("", changes(OneMoment, "moment.save", 409))
def save_moment(workspace: Workspace, wanted: NewMoment) -> HttpAnswer:
    """Keep the present state under a name. It costs what changes afterwards, not a copy."""
    return _answer(workspace.moments.save(wanted.name))


@calls.post("/{name}/go", changes(OneMoment, "moment.go", 404, 409))
def go_to_moment(workspace: Workspace, name: str) -> HttpAnswer:
    """Go back to a moment. The audit trail, the accounts and the moments stay, and the state that it leaves is kept as
    a moment, too. Only in a workspace with a virtual clock."""
    return _answer(go_to(workspace, _moment(name)))


@calls.delete("/{name}", changes(OneMoment, "moment.forget", 404))
def forget_moment(workspace: Workspace, name: str) -> HttpAnswer:
    """Drop a moment. The others stay."""
    return _answer(workspace.moments.forget(_moment(name)))


def _moment(name: str) -> str:
    """A name as it may come over a network: on the command line, one with a slash is a folder."""
    if "/" in name:
        raise Refusal("moment-unknown", "a moment's name has no slash", "`GET moments` lists them.")
    return name


def _answer(moment: KeptMoment) -> HttpAnswer:
    return answer(OneMoment, moment=moment_document(moment))
