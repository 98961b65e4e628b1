"""Watching a class: where everybody is, as far as it is committed, without touching their workspaces."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from ...store.errors import Refusal
from ...store.folder import STORE_FILE
from ...store.model.audit import AuditLine
from ...store.persistence.sqlite.onlooker import onlooker
from .classroom import ClassRecord, class_of
from .glance import ScenarioGlance, glance_of
from .reading import read_scenario
from .record import TABLE, ScenarioProgress


class WatchedPerson(Struct, frozen=True, kw_only=True):
    """A person of a class; ``id`` is their place in it. ``glance`` is None if their workspace can't be read, and
    ``unread`` says why."""

    id: int
    name: str
    glance: ScenarioGlance | None = None
    unread: str = ""


class _Clock(Struct, frozen=True):
    kind: str
    at: datetime | None = None


class _Settings(Struct, frozen=True):
    clock: _Clock


class WatchedClass:
    """A class in a folder. Refuses with ``no-class`` or ``class-half-made``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record: ClassRecord = class_of(folder)
        scenario = read_scenario(self.record.text, self.record.scenario)
        self.title, self.most = scenario.title, scenario.points

    def look(self) -> list[WatchedPerson]:
        """Everybody, in the order of the class."""
        return [self._person(id, name) for id, name in enumerate(self.record.people, 1)]

    def _person(self, id: int, name: str) -> WatchedPerson:
        path = self.folder / name / STORE_FILE
        if not path.exists():
            return WatchedPerson(id=id, name=name, unread="there is no workspace")
        try:
            with onlooker(path) as store:
                settings = store.record("workspace", 1, _Settings)
                progress = store.record(TABLE, 1, ScenarioProgress)
                if progress is None or settings is None or progress.text != self.record.text:
                    return WatchedPerson(id=id, name=name, unread="it holds another scenario, or none")
                now = settings.clock.at or datetime.now(UTC)
                lines = store.after("audit", progress.last_audit, AuditLine)
                return WatchedPerson(id=id, name=name, glance=glance_of(progress, now, lines))
        except Refusal as refusal:
            return WatchedPerson(id=id, name=name, unread=refusal.message)
        except OSError as error:
            return WatchedPerson(id=id, name=name, unread=error.strerror or str(error))
