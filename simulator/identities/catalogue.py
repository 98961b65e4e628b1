"""The catalogue: every model of the tables, with the OS versions it can run and their likelihood."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

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


def _ios() -> Iterator[Model]:
    for identifier, name, chip, first, last, start, end, share, has_meid, code in IPHONES:
        yield Model(
            platform=Platform.IOS,
            maker="Apple",
            identifier=identifier,
            name=name,
            os_name="iOS",
            first=first,
            last=last,
            made_from=_month(start),
            made_until=_end_of_month(end),
            share=share,
            cellular=True,
            has_meid=has_meid,
            chip=chip,
            code=code,
        )
    for identifier, name, chip, first, last, start, end, share, cellular, code in IPADS:
        yield Model(
            platform=Platform.IOS,
            maker="Apple",
            identifier=identifier,
            name=name,
            os_name="iPadOS",
            first=first,
            last=last,
            made_from=_month(start),
            made_until=_end_of_month(end),
            share=share,
            cellular=cellular,
            chip=chip,
            code=code,
        )


def _macos() -> Iterator[Model]:
    for identifier, name, first, last, start, end, share, code in MACS:
        yield Model(
            platform=Platform.MACOS,
            maker="Apple",
            identifier=identifier,
            name=name,
            os_name="macOS",
            first=first,
            last=last,
            made_from=_month(start),
            made_until=_end_of_month(end),
            share=share,
            code=code,
        )


def _android() -> Iterator[Model]:
    for identifier, name, first, last, start, end, share, cellular, has_meid in SAMSUNG:
        yield Model(
            platform=Platform.ANDROID,
            maker="Samsung",
            identifier=identifier,
            name=name,
            os_name="Android",
            first=first,
            last=last,
            made_from=_month(start),
            made_until=_end_of_month(end),
            share=share,
            cellular=cellular,
            has_meid=has_meid,
        )
    for identifier, first, last, start, end, share, has_meid, code in PIXELS:
        yield Model(
            platform=Platform.ANDROID,
            maker="Google",
            identifier=identifier,
            name=f"Google {identifier}",
            os_name="Android",
            first=first,
            last=last,
            made_from=_month(start),
            made_until=_end_of_month(end),
            share=share,
            cellular=True,
            has_meid=has_meid,
            code=code,
        )


def _windows() -> Iterator[Model]:
    for maker, rows in (("Dell", DELL), ("Lenovo", LENOVO), ("HP", HP), ("Microsoft", SURFACE)):
        for identifier, name, first_build, last_build, start, end, share in rows:
            yield Model(
                platform=Platform.WINDOWS,
                maker=maker,
                identifier=identifier,
                name=name,
                os_name="Windows",
                first=f"10.0.{first_build}",
                last=last_build,
                made_from=_month(start),
                made_until=_end_of_month(end),
                share=share,
            )


_READERS = {Platform.IOS: _ios, Platform.MACOS: _macos, Platform.ANDROID: _android, Platform.WINDOWS: _windows}


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _end_of_month(text: str) -> date:
    return (_month(text) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
