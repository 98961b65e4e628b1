"""The tables of models and OS versions: CSV files of the package, and those that a site adds.

A file with a column ``identifier`` holds models, one with a column ``version`` OS versions. Lines that begin with ``#``
are comments; ``# as of: 2026-11-29`` says up to when the file is complete. A model of a later file replaces one of the
same identifier.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from zlib import crc32

from msgspec import Struct

from ...store.confinement import open_person_file, person_path
from ...store.errors import Refusal
from .mobile import CODES
from .model import Model, Release, version_number
from .owner import Platform

_AS_OF = re.compile(r"^# as of: (\d{4}-\d{2}-\d{2})\b", re.M)
_TYPES = 1_000_000  # with six digits


class Tables(Struct, frozen=True):
    """The content of the files. They begin with the oldest OS version, and end on the day ``until``."""

    models: tuple[Model, ...]
    releases: Mapping[Platform, tuple[Release, ...]]
    until: date

    def end_before(self, now: datetime) -> bool:
        """Whether models and OS versions of that time may be missing."""
        return now.date() > self.until


class InvalidTable(ValueError):
    """An invalid file, with its name and line."""


@cache
def shipped() -> Mapping[str, str]:
    """The files of the package, by name."""
    folders = (files(__package__) / "data" / kind for kind in ("models", "releases"))
    found = (file for folder in folders for file in folder.iterdir() if file.name.endswith(".csv"))
    return {file.name: file.read_text("utf-8") for file in sorted(found, key=lambda file: file.name)}


@cache
def _read(added: tuple[tuple[str, str], ...]) -> Tables:
    texts = [*shipped().items(), *added]
    until = max(date.fromisoformat(day) for _, text in texts for day in _AS_OF.findall(text))
    models: dict[str, Model] = {}
    releases: dict[tuple[Platform, str, str], Release] = {}
    taken: dict[int, str] = {}
    for name, text in texts:
        for place, row in _rows(text):
            try:
                if "identifier" in row:
                    model = _model(row, until, taken)
                    models[model.identifier] = model
                else:
                    platform, release = Platform(row["platform"]), _release(row)
                    releases[platform, release.only, release.version] = release
            except (KeyError, ValueError) as error:
                said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
                raise InvalidTable(f"{name}, line {place}: {said}") from error
    by_platform = {
        platform: tuple(release for (one, _, _), release in releases.items() if one is platform)
        for platform in Platform
    }
    return Tables(tuple(models.values()), by_platform, until)


def tables(added: Mapping[str, str] | None = None) -> Tables:
    """The tables of the package, with the files that a site adds. Raises ``InvalidTable``."""
    return _read(tuple(sorted((added or {}).items())))


def checked(added: Mapping[str, str]) -> Mapping[str, str]:
    """The files of a site. Refuses with ``tables-invalid``."""
    try:
        tables(added)
    except InvalidTable as error:
        raise Refusal(
            "tables-invalid", str(error), "Write them like the files in simulator/identities/data of certfleet."
        ) from error
    return added


def of_folder(folder: Path) -> dict[str, str]:
    """The tables in a folder: its ``.csv`` files. Refuses with ``tables-invalid``."""
    found = {}
    for file in sorted(person_path(folder).glob("*.csv")):
        with os.fdopen(open_person_file(file, os.O_RDONLY), encoding="utf-8", errors="replace") as opened:
            found[file.name] = opened.read()
    if not found:
        raise Refusal("tables-invalid", f"{folder} holds no .csv file", "Name a folder with tables.")
    return found


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a file, each with its line and without its empty fields."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    for (number, _), row in zip(lines[1:], csv.DictReader(line for _, line in lines), strict=True):
        yield number, {name: value.strip() for name, value in row.items() if name and value and value.strip()}


def _model(row: Mapping[str, str], until: date, taken: dict[int, str]) -> Model:
    made_from = _first_day(row["made_from"])
    version_number(row["first"])
    return Model(
        platform=Platform(row["platform"]),
        maker=row["maker"],
        identifier=row["identifier"],
        name=row["name"],
        os_name=row["os"],
        first=row["first"],
        last=int(row["last"]),
        released=_last_day(row["released"]),
        made_from=made_from,
        made_until=max(made_from, _last_day(row["made_until"])) if "made_until" in row else until,
        share=int(row["share"]),
        cellular="cellular" in row,
        second_imei="second_imei" in row,
        has_meid="meid" in row,
        chip=int(row["chip"], 16) if "chip" in row else None,
        code=row.get("code"),
        patched_until=_last_day(row["patched_until"]) if "patched_until" in row else None,
        type_code=_type_code(row["identifier"], taken),
    )


def _release(row: Mapping[str, str]) -> Release:
    version_number(row["version"])
    return Release(
        row["version"], _last_day(row["released"]), "ended" in row, row.get("only", ""), row.get("build", "")
    )


def _type_code(identifier: str, taken: dict[int, str]) -> int:
    """A place for the type allocation codes of a model, always the same unless another model has it."""
    places = _TYPES // (2 * CODES)
    place = crc32(identifier.encode()) % places
    while taken.setdefault(place, identifier) != identifier:
        place = (place + 1) % places
    return place * 2 * CODES


def _first_day(text: str) -> date:
    """A day, or the first one of a month."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def _last_day(text: str) -> date:
    """A day, or the last one of a month: what came out in it was there then at the latest."""
    day = _first_day(text)
    return day if len(text) > 7 else (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
