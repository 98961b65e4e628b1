"""The catalogue: the models of the tables, and how likely each is among the devices that enroll on a day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from .choice import WeightedChoice
from .data.market import MODEL_HALF_LIFE
from .device import numberings
from .model import DeviceKind, Model, Release
from .numbering import Numbering
from .owner import Platform
from .system import System, systems
from .tables import Tables, tables
from .upgrades import Upgrades

_YEAR = 365.25
_LAUNCH = 270  # days until a new model sells as well as it ever will
_FIRST_DAY = 0.05  # of that, when it comes out


def models(platform: Platform, day: date | None = None, among: Tables | None = None) -> OrderedDict[Model, float]:
    """The models of devices that enroll on that day (by default the last day of the tables), each with its likelihood.
    Never empty: before the oldest model comes out, it is that one."""
    among = among or tables()
    day = day or among.until
    every = [model for model in among.models if model.platform is platform]
    found = OrderedDict((model, weight) for model in every if (weight := _weight(model, day)) > 0)
    return found or OrderedDict([(min(every, key=lambda model: (model.released, model.identifier)), 1.0)])


def releases(platform: Platform) -> tuple[Release, ...]:
    """The OS versions of a platform."""
    return tables().releases[platform]


@cache
def latest_systems(model: Model) -> Callable[[bytes], System]:
    """The OS of a device of this model on the last day of the tables."""
    return systems(model, releases(model.platform), tables().until)


def _weight(model: Model, day: date) -> float:
    """How many devices of a model are in use; 0 before its serial numbers have room for every number."""
    since = numberings(model)["serial_number"].made_since
    if day < model.released or (since is not None and day < since):
        return 0
    sold = min(1, _FIRST_DAY + (day - model.released).days / _LAUNCH)
    gone = max(0, (day - model.made_until).days) / _YEAR / MODEL_HALF_LIFE[model.platform]
    return float(model.share * sold * 0.5**gone)


class Calendar:
    """The tables of a fleet: models as of each enrollment, OS versions as of its start."""

    def __init__(self, start: date | None, added: Mapping[str, str] | None) -> None:
        self._tables = tables(added)
        self._start = start or self._tables.until
        self._upgrades: dict[str, Upgrades] = {}
        self._months: dict[tuple[Platform, DeviceKind | None, int], tuple[WeightedChoice[Model], date]] = {}

    def model(
        self, platform: Platform, draw: bytes, enrolled: date | None, kind: DeviceKind | None
    ) -> tuple[Model, date]:
        """The model of a device, and a day by which it was made. Both are as of the first of the month. Of another kind
        than asked for if the platform had none then."""
        day = enrolled or self._start
        key = platform, kind, day.year * 12 + day.month
        found = self._months.get(key)
        if found is None:
            month = day.replace(day=1)
            every = models(platform, month, self._tables)
            fit = {model: weight for model, weight in every.items() if kind is None or model.kind is kind}
            found = self._months[key] = WeightedChoice(fit or every), month
        choice, month = found
        return choice(draw), month

    def numberings(self, model: Model) -> Mapping[str, Numbering]:
        """The identities of the devices of a model."""
        return numberings(model)

    def upgrades(self, identifier: str) -> Upgrades:
        """The upgrades of devices of a model."""
        found = self._upgrades.get(identifier)
        if found is None:
            model = next(one for one in self._tables.models if one.identifier == identifier)
            found = self._upgrades[identifier] = Upgrades(model, self._tables.releases[model.platform])
        return found

    def systems(self, model: Model) -> Callable[[bytes], System]:
        """The OS of a device of this model at the start, by sixteen bytes."""
        return systems(model, self._tables.releases[model.platform], self._start)
