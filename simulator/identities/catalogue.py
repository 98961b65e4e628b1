"""The catalogue: every model of the tables, with the OS versions it can run and their likelihood."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from .data.ipads import IPADS
from .data.iphones import IPHONES
from .data.macs import MACS
from .data.market import HALF_LIFE
from .data.pixels import PIXELS
from .data.releases import ANDROID, IOS, MACOS, WINDOWS
from .data.samsung import SAMSUNG
from .data.windows_pcs import DELL, HP, LENOVO, SURFACE
from .model import Model, Release, can_run
from .owner import Platform

_RELEASES = {Platform.IOS: IOS, Platform.MACOS: MACOS, Platform.ANDROID: ANDROID, Platform.WINDOWS: WINDOWS}
_DAYS_A_MONTH = 30.44


@cache
def models(platform: Platform) -> OrderedDict[Model, float]:
    """The models of a platform, each with its share of a fleet."""
    return OrderedDict((model, float(model.share)) for model in _READERS[platform]())


@cache
def releases(platform: Platform) -> tuple[Release, ...]:
    """The OS versions of a platform."""
    return tuple(Release(version, _month(released), ended) for version, released, ended in _RELEASES[platform])


@cache
def os_versions(model: Model) -> OrderedDict[str, float]:
    """The versions that a model can run, weighted towards the newest of them. Never empty."""
    possible = [release for release in releases(model.platform) if can_run(model, release)]
    newest = max(release.released for release in possible)
    half_life = HALF_LIFE[model.platform] * _DAYS_A_MONTH
    return OrderedDict((release.version, 0.5 ** ((newest - release.released).days / half_life)) for release in possible)


def _read(columns: str, rows: Iterable[Sequence[Any]], **same: Any) -> Iterator[Model]:
    """The models of a table whose columns are these fields; the other fields are the ``same`` for all of them."""
    names = columns.split()
    for row in rows:
        fields = {**same, **dict(zip(names, row, strict=True))}
        fields["made_from"], fields["made_until"] = _month(fields["made_from"]), _end_of_month(fields["made_until"])
        yield Model(**fields)


def _ios() -> Iterator[Model]:
    apple = {"platform": Platform.IOS, "maker": "Apple"}
    columns = "identifier name chip first last made_from made_until share"
    yield from _read(f"{columns} has_meid code", IPHONES, os_name="iOS", cellular=True, **apple)
    yield from _read(f"{columns} cellular code", IPADS, os_name="iPadOS", **apple)


def _macos() -> Iterator[Model]:
    columns = "identifier name first last made_from made_until share code"
    return _read(columns, MACS, platform=Platform.MACOS, maker="Apple", os_name="macOS")


def _android() -> Iterator[Model]:
    android = {"platform": Platform.ANDROID, "os_name": "Android"}
    columns = "identifier name first last made_from made_until share"
    yield from _read(f"{columns} cellular has_meid", SAMSUNG, maker="Samsung", **android)
    pixels = ((identifier, f"Google {identifier}", *more) for identifier, *more in PIXELS)
    yield from _read(f"{columns} has_meid code", pixels, maker="Google", cellular=True, **android)


def _windows() -> Iterator[Model]:
    columns = "identifier name first last made_from made_until share"
    for maker, rows in (("Dell", DELL), ("Lenovo", LENOVO), ("HP", HP), ("Microsoft", SURFACE)):
        pcs = ((identifier, name, f"10.0.{build}", *more) for identifier, name, build, *more in rows)
        yield from _read(columns, pcs, platform=Platform.WINDOWS, maker=maker, os_name="Windows")


_READERS = {Platform.IOS: _ios, Platform.MACOS: _macos, Platform.ANDROID: _android, Platform.WINDOWS: _windows}


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _end_of_month(text: str) -> date:
    return (_month(text) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
