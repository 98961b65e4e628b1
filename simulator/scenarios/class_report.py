"""The report of a class: where each person is, who has the most points, and what cost each the most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ...store.errors import Refusal
from ...store.folder import is_workspace
from ...store.model.audit import AuditLine
from ...store.workspace import Workspace
from ..engine.processes.workers import executor_for
from .act_cost import ActCost, ActCosts
from .acts import is_an_act
from .classroom import ClassRecord, class_of
from .costing import act_costs, kept_costs
from .reading import read_scenario
from .record import acts_since, progress_of, times_back
from .standing import ObjectiveStanding, ObjectiveState, ScenarioStanding, standing

_WORTH_A_PROCESS = 3
"""How many people a process has to have, as it takes a second to begin."""


class PersonStanding(Struct, frozen=True, kw_only=True):
    """A person of a class. ``worked`` is the time from their first to their last act by the machine's clock.
    ``costliest`` is the missed objective with the most points, the first of several; ``mistake`` the act, or the wait,
    without which there would be the most points more, or less lost, if the costs ``are_known``. ``last_act`` is what
    they did last. ``went_back`` is how often they went back to an earlier moment. ``shared`` names the others whose
    audit trails have lines of theirs since the start: one workspace is a copy of the other. ``rank`` and ``standing``
    are None if the workspace can't be read; ``unread`` says why."""

    name: str
    rank: int | None = None
    standing: ScenarioStanding | None = None
    worked: timedelta = timedelta(0)
    costliest: ObjectiveStanding | None = None
    mistake: ActCost | None = None
    are_known: bool = False
    last_act: AuditLine | None = None
    went_back: int = 0
    shared: tuple[str, ...] = ()
    unread: str = ""


class ClassReport(Struct, frozen=True, kw_only=True):
    """A class, and its people in their order: by points, and those who can't be read at the end."""

    scenario: str
    title: str
    most: int
    people: tuple[PersonStanding, ...]


def class_report(folder: Path, *, workers: int = 1, told: Callable[[int, int], None] | None = None) -> ClassReport:
    """The report as things are now. What each act cost somebody who is done is computed if it is not known yet, by
    ``workers`` processes; ``told`` is told how many of how many people are. Refuses with ``no-class`` or
    ``class-half-made``."""
    found = class_now(folder)
    names = [one.name for one in found.people if one.standing is not None and one.standing.over and not one.are_known]
    costs = dict(zip(names, _all_costs([folder / name for name in names], workers, told), strict=True))
    people = tuple(
        one if (known := costs.get(one.name)) is None else replace(one, mistake=known.worst, are_known=True)
        for one in found.people
    )
    return replace(found, people=people)


def class_now(folder: Path) -> ClassReport:
    """The same with what is known, and nothing computed. Refuses as ``class_report`` does."""
    record = class_of(folder)
    scenario = read_scenario(record.text, record.scenario)
    seals: dict[str, frozenset[str]] = {}
    people = sorted((_person(folder / name, record, seals) for name in record.people), key=lambda one: -_points(one))
    points = [_points(one) for one in people]
    ranked = (
        one
        if one.standing is None
        else replace(one, rank=points.index(_points(one)) + 1, shared=_sharing(one.name, seals))
        for one in people
    )
    return ClassReport(scenario=scenario.name, title=scenario.title, most=scenario.points, people=tuple(ranked))


def _all_costs(folders: Sequence[Path], workers: int, told: Callable[[int, int], None] | None) -> list[ActCosts | None]:
    found = []
    with executor_for(min(workers, len(folders) // _WORTH_A_PROCESS)) as pool:
        for costs in map(_costs, folders) if pool is None else pool.map(_costs, folders):
            found.append(costs)
            if told is not None:
                told(len(found), len(folders))
    return found


def _costs(folder: Path) -> ActCosts | None:
    """What each act cost a person, kept in their workspace; None if it can't be known."""
    try:
        with Workspace.open(folder, create=False) as workspace:
            return act_costs(workspace)
    except (Refusal, OSError, msgspec.MsgspecError, KeyError, TypeError, ValueError):  # the report says it of others
        return None


def _points(person: PersonStanding) -> int:
    return -1 if person.standing is None else person.standing.points


def _sharing(name: str, seals: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    return tuple(other for other in seals if other != name and seals[other] & seals[name])


def _person(folder: Path, record: ClassRecord, seals: dict[str, frozenset[str]]) -> PersonStanding:
    """One person; the hashes of their audit lines since the start go into ``seals``. Each covers the lines before it
    and the machine's time, so no two people have the same. Whatever is wrong with their workspace must not hide the
    others."""
    try:
        if not is_workspace(folder):  # an empty folder would become a workspace
            return PersonStanding(name=folder.name, unread=f"there is no workspace at {folder}")
        with Workspace.open(folder, create=False) as workspace:
            return _read(workspace, folder.name, record, seals)
    except Refusal as refusal:
        return PersonStanding(name=folder.name, unread=f"{refusal.code}: {refusal.message}")
    except OSError as error:
        return PersonStanding(name=folder.name, unread=error.strerror or str(error))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:  # records that were changed by hand
        return PersonStanding(name=folder.name, unread=f"its records are damaged: {error}")


def _read(workspace: Workspace, name: str, record: ClassRecord, seals: dict[str, frozenset[str]]) -> PersonStanding:
    progress = progress_of(workspace)
    if progress.text != record.text:
        return PersonStanding(name=name, unread=f"it holds another scenario: {progress.name}")
    now, lines = standing(workspace), acts_since(workspace, progress)
    acts = [line for line in lines if is_an_act(line)]
    seals[name] = frozenset(line.hash for line in acts)
    times, costs = [line.wall_at for line in acts], kept_costs(workspace) if now.over else None
    missed = [one for one in now.objectives if one.state is ObjectiveState.MISSED]
    return PersonStanding(
        name=name,
        standing=now,
        worked=max(times) - min(times) if times else timedelta(0),
        mistake=None if costs is None else costs.worst,
        are_known=costs is not None,
        last_act=acts[0] if acts else None,
        went_back=times_back(lines),
        costliest=max(missed, key=lambda one: one.points, default=None),
    )
