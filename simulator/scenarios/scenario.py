"""A scenario: where it starts, what happens, what is to be reached, hints, and the way that is known to be best.

A scenario file is read by ``reading.read_scenario`` and begun by ``starting.start_scenario``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from ...store.model.device import Platform
from ...store.model.simulated_outage import OutageOf
from ..plans.plan import Action, AnyAction, Plan
from .conditions import AnyCondition
from .handed_file import AnyFile


class BeginOutage(Action, frozen=True, kw_only=True, tag="outage"):
    """An outage of a push service, or of the server."""

    service: OutageOf
    length: timedelta


Act = AnyAction | BeginOutage


class ScenarioEvent(Struct, frozen=True, kw_only=True):
    """Something that happens ``after`` the start, or after the fleet was drawn if it belongs to the preparation.

    ``act`` is what somebody does (``by``, a person's name), None if there is only the ``text``, which the person who
    works on the scenario then reads.
    """

    after: timedelta
    act: Act | None = None
    by: str = ""
    text: str = ""
    line: int = 0


class Objective(Struct, frozen=True, kw_only=True):
    """What is to be reached, for so many ``points``: judged ``by`` this long after the start. ``missed`` is what the
    debrief says to somebody who missed it."""

    title: str
    points: int
    by: timedelta
    condition: AnyCondition
    missed: str = ""


class Hint(Struct, frozen=True, kw_only=True):
    """A hint, and the points that it costs."""

    text: str
    cost: int


class ScenarioFleet(Struct, frozen=True, kw_only=True):
    """The fleet: as ``simulate fleet`` generates it. ``lived`` is how long it lives before the start; ``waiting``: no
    device is enrolled yet, and each is as soon as it can be."""

    devices: int
    seed: int = 7
    mix: dict[Platform, int] | None = None
    habits: str = ""
    churn: int = 0
    lived: timedelta = timedelta(0)
    waiting: bool = False


class Scenario(Struct, frozen=True, kw_only=True):
    """A scenario. ``name`` is the file's without its ending.

    ``about`` says in a line what it teaches; ``text`` is for the person, ``debrief`` for the end. It lasts ``length``
    from ``start``. ``company`` is the seed of its company, None for none. The device CA ends ``authority_ends`` after
    the start; None: in some years. ``files`` are handed to the person. ``solution`` is the best way known.
    """

    name: str
    title: str
    about: str
    text: str
    debrief: str
    start: datetime
    length: timedelta
    company: int | None
    fleet: ScenarioFleet
    objectives: tuple[Objective, ...]
    solution: Plan
    authority_ends: timedelta | None = None
    preparation: tuple[ScenarioEvent, ...] = ()
    events: tuple[ScenarioEvent, ...] = ()
    hints: tuple[Hint, ...] = ()
    files: tuple[AnyFile, ...] = ()

    @property
    def drawn_at(self) -> datetime:
        """When its company and its fleet are generated."""
        return self.start - self.fleet.lived

    @property
    def points(self) -> int:
        """The points of all objectives."""
        return sum(one.points for one in self.objectives)
