"""Owners, deputies and runbooks; drills and handovers."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from ...store.model.ownership import Answerable
from ...store.notices.drills import DrillStanding
from ...store.notices.handing_over import Held
from ...store.views.ownership import OwnershipDocument, ownership_document
from ...store.workspace import Workspace
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/owners", tag="notices")

Person = Annotated[str, Meta(max_length=254, examples=["ann@example.com"])]
Record = Annotated[str, Meta(max_length=60, examples=["certificate:1"])]


class OwnerList(DoneAnswer, frozen=True, kw_only=True):
    """What was set, by record."""

    owners: list[OwnershipDocument]


class OneOwner(DoneAnswer, frozen=True, kw_only=True):
    """Who answers for a record in the end. ``owner_by`` is the record that its owner was set for, or ``site``."""

    record: str
    answerable: Answerable


class OwnerChange(Body, kw_only=True):
    """What to set; missing fields stay, empty ones are inherited again."""

    owner: Person | UnsetType = UNSET
    deputy: Person | UnsetType = UNSET
    runbook: Annotated[str, Meta(max_length=10_000)] | UnsetType = UNSET


class HandoverPeople(Body, kw_only=True):
    """Who leaves, and who takes over."""

    leaver: Person
    successor: Person


class HandoverAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What the leaver held."""

    held: Held


class DrillAnswer(DoneAnswer, frozen=True, kw_only=True):
    """Who was asked in the last drill, and who has answered."""

    drill: list[DrillStanding]


@calls.get("", reads(OwnerList))
def list_owners(workspace: Workspace) -> HttpAnswer:
    """List the owners that were set."""
    return answer(OwnerList, owners=[ownership_document(one) for one in workspace.owners.all()])


@calls.get("/drill", reads(DrillAnswer))
def get_drill(workspace: Workspace) -> HttpAnswer:
    """Get who has answered the last drill."""
    return answer(DrillAnswer, drill=list(workspace.drills.standing()))


@calls.post("/drill", changes(DrillAnswer, "notice.drill", 409))
def start_drill(workspace: Workspace) -> HttpAnswer:
    """Ask every owner for an answer; they answer by acknowledging their notice."""
    workspace.drills.start()
    return answer(DrillAnswer, drill=list(workspace.drills.standing()))


@calls.post("/handover", changes(HandoverAnswer, "owner.handover", 404))
def hand_over(workspace: Workspace, people: HandoverPeople) -> HttpAnswer:
    """Hand over whatever somebody answers for to somebody else."""
    return answer(HandoverAnswer, held=workspace.handing_over.hand_over(people.leaver, people.successor))


@calls.get("/{record}", reads(OneOwner, 404))
def get_owner(workspace: Workspace, record: Record) -> HttpAnswer:
    """Get who answers for a certificate, a component or a CA group (``certificate:1``, ``component:1``,
    ``authority-group:1``)."""
    workspace.owners.check(record)
    return answer(OneOwner, record=record, answerable=workspace.owners.of(record))


@calls.put("/{record}", changes(OneOwner, "owner.set", 404))
def set_owner(workspace: Workspace, record: Record, change: OwnerChange) -> HttpAnswer:
    """Set an owner, a deputy or a runbook."""
    known = workspace.owners.set(record, owner=change.owner, deputy=change.deputy, runbook=change.runbook)
    return answer(OneOwner, record=record, answerable=known)
