"""Reading a scenario file: every mistake with its line, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec import UNSET

from ...store.components.needs import BY_ID
from ...store.errors import Refusal
from ...store.model.device import Platform
from ...store.model.simulated_outage import OutageOf
from ...store.toml_lines import KeyPath, lines_of
from ...store.toml_reading import read_toml
from ..fleet.arrivals import MOST_CHURN
from ..plans import values
from ..plans.file_text import first_of, read_text
from ..plans.plan import AnyAction, Choice, Plan, Renew, RenewInRings, name_of
from ..plans.reading import ActionReading
from ..plans.table_reading import Mistake, syntax_mistake
from ..plans.values import Reader, Unknown, did_you_mean
from ..platforms.site_habits import SITES, site_file
from .conditions import CHOICE, CONDITIONS
from .file_reading import FileReading
from .scenario import Act, BeginOutage, Hint, Objective, Scenario, ScenarioEvent, ScenarioFleet

LONGEST = 256 * 1024
"""Characters of a scenario file."""
MANUAL = "docs/scenarios.md says what a scenario file holds."
MOST_DEVICES = 20_000


class ScenarioInvalid(Refusal):
    """A scenario file that can't be used, with all its ``mistakes`` in the order of their lines."""

    def __init__(self, name: str, mistakes: tuple[Mistake, ...]) -> None:
        refusal = first_of(mistakes, "scenario", name, MANUAL)
        super().__init__(refusal.code, refusal.message, refusal.hint)
        self.mistakes = mistakes


def read_file(path: Path) -> str:
    """The text of a scenario file. Refuses with ``scenario-unreadable``."""
    return read_text(path, "scenario", LONGEST, "256 KiB")


def read_scenario(text: str, name: str) -> Scenario:
    """The scenario in the text of a file; ``name`` is its own. Refuses with ``ScenarioInvalid``."""
    try:
        document = read_toml(text)
    except ValueError as error:
        raise ScenarioInvalid(name, (syntax_mistake(str(error), MANUAL),)) from error
    reading = _ScenarioReading(document, lines_of(text))
    scenario = reading.scenario(name)
    if reading.mistakes or scenario is None:
        raise ScenarioInvalid(name, tuple(sorted(reading.mistakes, key=lambda mistake: mistake.line)))
    return scenario


def _as_it_is(value: Any) -> Any:
    return value


def _service(value: Any) -> OutageOf:
    written = values.text(value).lower()
    if written not in list(OutageOf):
        raise Unknown(written, "service", list(OutageOf))
    return OutageOf(written)


def _habits(value: Any) -> str:
    written = values.text(value)
    if written not in SITES:
        raise Unknown(written, "site whose habits are known", SITES)
    return site_file(written)


def _mix(value: Any) -> dict[Platform, int]:
    if not isinstance(value, dict):
        raise ValueError("write { ios = 50, windows = 20 }")
    count = values.number(0, 1_000_000)
    for name in value:
        if name not in list(Platform):
            raise Unknown(name, "platform", list(Platform))
    mix = {Platform(name): count(share) for name, share in value.items()}
    if not any(mix.values()):
        raise ValueError("no platform has a share")
    return mix


_TABLES = ("fleet", "file", "prepare", "event", "objective", "hint", "solution")
_SEED = values.number(0, 2**31)
_POINTS = values.number(1, 1000)
_TOP: Mapping[str, Reader] = {
    "title": values.text,
    "about": values.text,
    "text": values.text,
    "debrief": values.text,
    "start": values.moment,
    "length": values.length,
    "company": _SEED,
    "authority_ends": values.length,
    **dict.fromkeys(_TABLES, _as_it_is),
}
_NEEDED = ("title", "about", "text", "debrief", "start", "length", "fleet", "objective", "solution")
_FLEET: Mapping[str, Reader] = {
    "devices": values.number(1, MOST_DEVICES),
    "seed": _SEED,
    "mix": _mix,
    "habits": _habits,
    "churn": values.number(0, MOST_CHURN),
    "lived": values.length,
    "waiting": values.yes_no,
}
_OBJECTIVE: Mapping[str, Reader] = {
    "title": values.text,
    "points": _POINTS,
    "by": values.length,
    "missed": values.text,
    "check": values.text,
}
_HINT: Mapping[str, Reader] = {"text": values.text, "cost": values.number(0, 1000)}
_EVENT: Mapping[str, Reader] = {"after": values.length, "by": values.text, "text": values.text}
_OUTAGE: Mapping[str, Reader] = {"service": _service, "length": values.length}
OUTAGE = "outage"


class _ScenarioReading(ActionReading, FileReading):
    """Reads the tables of a scenario."""

    def scenario(self, name: str) -> Scenario | None:
        """The scenario; None if something is wrong."""
        found = self.fields(self.document, (), _TOP, "a scenario")
        for needed in _NEEDED:
            if needed not in self.document:
                self.wrong((), f"a scenario needs {needed}", MANUAL)
        length = found.get("length") or timedelta(0)
        if found.get("length") == timedelta(0):
            self.wrong(("length",), "length: the scenario is over before anybody can act", 'Write length = "14d".')
        fleet = self._fleet(found.get("fleet", {}))
        lived = timedelta(0) if fleet is None else fleet.lived
        files = self.files(self._list("file"), length)
        named = (table.get(key) for _, table in self._list("file") for key in ("name", "key", "password_file"))
        self._check_files({name for name in named if isinstance(name, str)})  # also of files with mistakes
        preparation = self._events("prepare", lived, "the start")
        events = self._events("event", length, "the end of the scenario")
        objectives = [self._objective(one, ("objective", n), length) for n, one in self._list("objective")]
        hints = [self._hint(one, ("hint", n)) for n, one in self._list("hint")]
        solution = [self._solution(one, ("solution", n), length) for n, one in self._list("solution")]
        if self.mistakes or fleet is None:
            return None
        return Scenario(
            name=name,
            **{key: value for key, value in found.items() if key not in (*_TABLES, "company")},
            company=found.get("company"),
            fleet=fleet,
            objectives=tuple(one for one in objectives if one is not None),
            solution=Plan(
                name="best known", title="The best way known", actions=tuple(one for one in solution if one is not None)
            ),
            preparation=preparation,
            events=events,
            hints=tuple(one for one in hints if one is not None),
            files=files,
        )

    def _list(self, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        found = self.tables(self.document.get(name, []), (name,))
        if not found and name in _NEEDED and name in self.document:
            self.wrong((name,), f"there is no {name}", f"Each begins with [[{name}]].")
        return list(enumerate(found))

    def _check_files(self, known: set[str]) -> None:
        """The files that the solution names are handed over; they are for the person, and for nobody else."""
        for name in ("prepare", "event", "solution"):
            for number, table in self._list(name):
                self.check_named(table, (name, number), known if name == "solution" else None)

    def _fleet(self, table: Any) -> ScenarioFleet | None:
        if not isinstance(table, dict):
            self.wrong(("fleet",), "'fleet' is not a table", "It begins with [fleet].")
            return None
        before = len(self.mistakes)
        found = self.fields(table, ("fleet",), _FLEET, "the fleet")
        if "devices" not in table:
            self.wrong(("fleet",), "the fleet needs devices", "Write devices = 60.")
        if found.get("waiting") and "lived" in table:
            self.wrong(("fleet", "lived"), "lived: a fleet that waits has not lived yet", "Leave one of them out.")
        return ScenarioFleet(**found) if len(self.mistakes) == before else None

    def _events(self, name: str, longest: timedelta, end: str) -> tuple[ScenarioEvent, ...]:
        found = [self._event(table, (name, n), longest, end) for n, table in self._list(name)]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.after))

    def _event(self, table: Mapping[str, Any], place: KeyPath, longest: timedelta, end: str) -> ScenarioEvent | None:
        before = len(self.mistakes)
        own = {key: value for key, value in table.items() if key in _EVENT}
        rest = {key: value for key, value in table.items() if key not in ("by", "text")}
        found = self.fields(own, place, _EVENT, "an event")
        if "after" not in table:
            self.wrong(place, "it doesn't say when", 'Write after = "2d".')
        elif found.get("after", longest) > longest:
            self.wrong((*place, "after"), f"after: that is after {end}", MANUAL)
        act: Act | None = None
        if "do" in table:
            act = self._act(rest, place)
        elif extra := [key for key in table if key not in _EVENT]:
            self.wrong((*place, extra[0]), f"{extra[0]!r} is not a field of an event", did_you_mean(extra[0], _EVENT))
        elif "text" not in table:
            self.wrong(place, "nothing happens in it", 'Write do = "outage", another action, or a text.')
        return ScenarioEvent(**found, act=act, line=self.line(place)) if len(self.mistakes) == before else None

    def _act(self, table: Mapping[str, Any], place: KeyPath) -> Act | None:
        if table["do"] == OUTAGE:
            rest = {key: value for key, value in table.items() if key not in ("do", "after")}
            found = self.fields(rest, place, _OUTAGE, "an outage")
            for needed in _OUTAGE:
                if needed not in table:
                    self.wrong(place, f"an outage needs {needed}", MANUAL)
            complete = found.keys() == _OUTAGE.keys() and isinstance(table.get("after"), str)
            return BeginOutage(after=timedelta(0), **found) if complete else None
        action = self.action(table if "after" in table else {**table, "after": "0d"}, place)
        if isinstance(action, RenewInRings) or (isinstance(action, Renew) and action.per_day is not None):
            self.wrong((*place, "do"), f"{name_of(action)}: an event happens at once", "Leave out per_day and rings.")
        return action

    def _objective(self, table: Mapping[str, Any], place: KeyPath, length: timedelta) -> Objective | None:
        before = len(self.mistakes)
        check = str(table.get("check"))
        kind = CONDITIONS.get(check)
        if kind is None:
            self.wrong((*place, "check"), f"{check!r} is no condition", did_you_mean(check, CONDITIONS))
            return None
        found = self.fields(table, place, {**_OBJECTIVE, **kind.fields}, f"an objective with the check {check}")
        for needed in ("title", "points", *kind.needed):
            if needed not in table:
                self.wrong(place, f"the objective needs {needed}", MANUAL)
        by = found.get("by", length)
        if by is not UNSET and by > length:
            self.wrong((*place, "by"), "by: that is after the end of the scenario", "Leave it out: at the end.")
        if len(self.mistakes) != before:
            return None
        if found.get("name") and isinstance(found.get("need"), str) and not BY_ID[found["need"]].several:
            title = BY_ID[found["need"]].title
            self.wrong((*place, "name"), f"name: there is one {title} only", "Leave it out; need says which.")
            return None
        if isinstance(found.get("least"), int) and found["least"] > found.get("most", found["least"]):
            self.wrong((*place, "least"), "least: it is more than most, so nobody can meet it", MANUAL)
            return None
        given = {key: found.pop(key) for key in kind.fields if key in found}
        choice = {key: given.pop(key) for key in CHOICE if key in given}
        if choice:
            given["choice"] = Choice(**choice)
        found.pop("check")
        return Objective(**{**found, "by": by}, condition=kind.struct(**given))

    def _solution(self, table: Mapping[str, Any], place: KeyPath, length: timedelta) -> AnyAction | None:
        action = self.action(table, place)
        if action is not None and action.after is not None and action.after > length:
            self.wrong((*place, "after"), "after: that is after the end of the scenario", MANUAL)
        return action

    def _hint(self, table: Mapping[str, Any], place: KeyPath) -> Hint | None:
        before = len(self.mistakes)
        found = self.fields(table, place, _HINT, "a hint")
        for needed in _HINT:
            if needed not in table:
                self.wrong(place, f"the hint needs {needed}", MANUAL)
        return Hint(**found) if len(self.mistakes) == before else None
