"""The report of a class: where each person is, who has the most points, and what cost each the most."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from ...store.errors import Refusal
from ...store.folder import STORE_FILE
from ...store.workspace import Workspace
from .classroom import ClassRecord, class_of
from .debrief import is_an_act
from .reading import read_scenario
from .record import acts_since, progress_of
from .standing import ObjectiveStanding, ObjectiveState, ScenarioStanding, standing


class PersonStanding(Struct, frozen=True, kw_only=True):
    """A person of a class. ``worked`` is the time from their first to their last act by the machine's clock.
    ``costliest`` is the missed objective with the most points, the first of several. ``rank`` and ``standing`` are None
    if the workspace can't be read; ``unread`` says why."""

    name: str
    rank: int | None = None
    standing: ScenarioStanding | None = None
    worked: timedelta = timedelta(0)
    costliest: ObjectiveStanding | None = None
    unread: str = ""


class ClassReport(Struct, frozen=True, kw_only=True):
    """A class, and its people in their order: by points, and those who can't be read at the end."""

    scenario: str
    title: str
    most: int
    people: tuple[PersonStanding, ...]


def class_report(folder: Path) -> ClassReport:
    """The report as things are now. Refuses with ``no-class`` or ``class-half-made``."""
    record = class_of(folder)
    scenario = read_scenario(record.text, record.scenario)
    people = sorted((_person(folder / name, record) for name in record.people), key=lambda one: -_points(one))
    points = [_points(one) for one in people]
    ranked = (
        one if one.standing is None else msgspec.structs.replace(one, rank=points.index(_points(one)) + 1)
        for one in people
    )
    return ClassReport(scenario=scenario.name, title=scenario.title, most=scenario.points, people=tuple(ranked))


def _points(person: PersonStanding) -> int:
    return -1 if person.standing is None else person.standing.points


def _person(folder: Path, record: ClassRecord) -> PersonStanding:
    """One person. Whatever is wrong with their workspace must not hide the others."""
    try:
        if not (folder / STORE_FILE).exists():  # an empty folder would become a workspace
            return PersonStanding(name=folder.name, unread=f"there is no workspace at {folder}")
        with Workspace.open(folder, create=False) as workspace:
            return _read(workspace, folder.name, record)
    except Refusal as refusal:
        return PersonStanding(name=folder.name, unread=f"{refusal.code}: {refusal.message}")
    except OSError as error:
        return PersonStanding(name=folder.name, unread=error.strerror or str(error))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:  # records that were changed by hand
        return PersonStanding(name=folder.name, unread=f"its records are damaged: {error}")


def _read(workspace: Workspace, name: str, record: ClassRecord) -> PersonStanding:
    progress = progress_of(workspace)
    if progress.text != record.text:
        return PersonStanding(name=name, unread=f"it holds another scenario: {progress.name}")
    now = standing(workspace)
    times = [line.wall_at for line in acts_since(workspace, progress) if is_an_act(line)]
    missed = [one for one in now.objectives if one.state is ObjectiveState.MISSED]
    return PersonStanding(
        name=name,
        standing=now,
        worked=max(times) - min(times) if times else timedelta(0),
        costliest=max(missed, key=lambda one: one.points, default=None),
    )
