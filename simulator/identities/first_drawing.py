"""The first drawing: fleets that were begun before models and OS versions went by the calendar go on with it.

Its tables and forms don't change any more. Its models are as of the spring of 2026 whatever the time; its type
allocation codes may be those of other makers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from zlib import crc32

from .choice import WeightedChoice
from .data.blocks import CONSONANTS, DIGITS, LETTERS
from .device import system_numberings
from .mobile import imeis
from .model import DeviceKind, Model, Release, can_run
from .numbering import Numbering, NumberPart, fixed, letters, spelled
from .owner import Platform
from .serials import apple, hp, pixel, samsung, surface
from .serials.manufacture import Made
from .serials.manufacture import made as made_by
from .system import System

_HALF_LIFE = {"ios": 2.5, "macos": 3.0, "android": 7.0, "windows": 2.0}  # months
_DAYS_A_MONTH = 30.44


class FirstDrawing:
    """The tables of a fleet of the first drawing."""

    def __init__(self) -> None:
        self._models = {
            platform: WeightedChoice({model: float(model.share) for model in _models() if model.platform is platform})
            for platform in Platform
        }

    def model(
        self, platform: Platform, draw: bytes, enrolled: date | None, kind: DeviceKind | None
    ) -> tuple[Model, None]:
        """The model of a device, whenever it enrolled and whatever its kind."""
        return self._models[platform](draw), None

    def numberings(self, model: Model) -> Mapping[str, Numbering]:
        """The identities of the devices of a model."""
        found = {"serial_number": _serial_numbers(model), **system_numberings(model)}
        if model.cellular:
            found["imei"] = _imeis(model)
        return found

    def systems(self, model: Model) -> Callable[[bytes], System]:
        """The OS of a device of this model, by the first eight bytes."""
        choice = WeightedChoice(_os_versions(model))
        return lambda draw: System(choice(draw[:8]))


def _imeis(model: Model) -> Numbering:
    first = crc32(model.identifier.encode()) % (1_000_000 // 3) * 3
    return imeis(f"imei/{model.identifier}", [f"35{first + code:06}" for code in range(3)])


def _serial_numbers(model: Model) -> Numbering:
    match model.maker:
        case "Apple":
            return apple.numbering(model, _all_days(tells=True))
        case "Google":
            return pixel.numbering(model, _all_days(tells=True))
        case "HP":
            return hp.numbering(model, _all_days(tells=False))
        case "Samsung":
            made = _all_days(tells=False)(model, samsung.year_and_month, 1)
            parts = [fixed("R"), NumberPart(samsung.FACTORIES, tells=False), made, *letters(DIGITS + LETTERS, 6)]
            return spelled("serial/samsung", parts)
        case "Dell":
            last = NumberPart(("2", "3", "4"), tells=False)
            parts = [*letters(DIGITS[1:] + CONSONANTS, 1), *letters(DIGITS + CONSONANTS, 5), last]
            return spelled("serial/dell", parts)
        case "Lenovo":
            factories = NumberPart(("PF", "PC", "PW"), tells=False)
            return spelled("serial/lenovo", [factories, *letters(DIGITS + LETTERS, 6)])
        case _:
            return surface.NUMBERING


def _all_days(*, tells: bool) -> Made:
    """Any day on which the model was made, whenever it enrolled."""
    return lambda model, code, units: NumberPart(made_by(model, code, units).options, tells)


def _os_versions(model: Model) -> dict[str, float]:
    possible = [release for release in _releases()[model.platform] if can_run(model, release)]
    newest = max(release.released for release in possible)
    half_life = _HALF_LIFE[model.platform] * _DAYS_A_MONTH
    return {release.version: 0.5 ** ((newest - release.released).days / half_life) for release in possible}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files(__package__) / "data" / "first" / name).read_text("utf-8")
    return iter(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def _models() -> tuple[Model, ...]:
    return tuple(
        Model(
            platform=Platform(row["platform"]),
            maker=row["maker"],
            identifier=row["identifier"],
            name=row["name"],
            os_name=row["os"],
            first=row["first"],
            last=int(row["last"]),
            released=_month(row["made_from"]),
            made_from=_month(row["made_from"]),
            made_until=(_month(row["made_until"]) + timedelta(days=31)).replace(day=1) - timedelta(days=1),
            share=int(row["share"]),
            cellular=row["cellular"] == "yes",
            has_meid=row["meid"] == "yes",
            chip=int(row["chip"], 16) if row["chip"] else None,
            code=row["code"] or None,
        )
        for row in _rows("models.csv")
    )


@cache
def _releases() -> Mapping[Platform, tuple[Release, ...]]:
    found: dict[Platform, list[Release]] = {platform: [] for platform in Platform}
    for row in _rows("releases.csv"):
        found[Platform(row["platform"])].append(Release(row["version"], _month(row["released"]), row["ended"] == "yes"))
    return {platform: tuple(some) for platform, some in found.items()}


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
