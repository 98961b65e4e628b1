"""A device model, and which OS versions it can run."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from .owner import Platform


class DeviceKind(StrEnum):
    """What people do with a device. Shared ones belong to a place: scanners and rugged handhelds."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    SHARED = "shared"


SHARED_MAKERS = ("Zebra", "Honeywell")
"""The makers of scanners and rugged handhelds."""


class Model(Struct, frozen=True, kw_only=True):
    """One model. ``first`` is the version at launch, ``last`` the latest branch that it runs.

    A branch is a major version, or a build of Windows. ``released`` is the first day on which a device can enroll.
    ``chip`` is None if it isn't part of an identity; ``code`` is the model's code in its serial numbers, if any.
    ``type_code`` is its place among the type allocation codes, ``patched_until`` the end of its security patches.
    """

    platform: Platform
    maker: str
    identifier: str
    name: str
    os_name: str
    first: str
    last: int
    released: date
    made_from: date
    made_until: date
    share: int
    cellular: bool = False
    second_imei: bool = False
    has_meid: bool = False
    chip: int | None = None
    code: str | None = None
    patched_until: date | None = None
    type_code: int = 0

    @property
    def kind(self) -> DeviceKind:
        """What people do with it, by maker, system and name."""
        if self.platform in (Platform.MACOS, Platform.WINDOWS):
            return DeviceKind.COMPUTER
        if self.maker in SHARED_MAKERS:
            return DeviceKind.SHARED
        return DeviceKind.TABLET if self.os_name == "iPadOS" or " Tab" in self.name else DeviceKind.PHONE


class Release(Struct, frozen=True):
    """A version of an OS. ``ended`` versions are only for the models that can't run a later branch; ``only`` names the
    maker or the OS that it is for, if not all."""

    version: str
    released: date
    ended: bool = False
    only: str = ""
    build: str = ""

    @property
    def branch(self) -> int:
        """The major version; for Windows the build."""
        number = version_number(self.version)
        return number[2] if number[:2] == (10, 0) and len(number) == 4 else number[0]


def can_run(model: Model, release: Release) -> bool:
    """Whether such a pair exists."""
    if version_number(release.version) < version_number(model.first) or release.branch > model.last:
        return False
    if release.only not in ("", model.maker, model.os_name):
        return False
    return not release.ended or release.branch == model.last


@lru_cache(maxsize=4096)
def version_number(version: str) -> tuple[int, ...]:
    """A version to compare with others: ``"17.7.10"`` comes after ``"17.7.2"``."""
    return tuple(int(part) for part in version.split("."))
