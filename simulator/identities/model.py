"""A device model, and which OS versions it can run."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from .owner import Platform


class Model(Struct, frozen=True, kw_only=True):
    """One model. ``first`` is the version at launch, ``last`` the latest branch that it runs.

    A branch is a major version, or a build of Windows. ``chip`` is None if it isn't part of an identity; ``code`` is
    the model's code in its serial numbers, if any.
    """

    platform: Platform
    maker: str
    identifier: str
    name: str
    os_name: str
    first: str
    last: int
    made_from: date
    made_until: date
    share: int
    cellular: bool = False
    has_meid: bool = False
    chip: int | None = None
    code: str | None = None


class Release(Struct, frozen=True):
    """A version of an OS. ``ended`` versions are only for the models that can't run a later branch."""

    version: str
    released: date
    ended: bool

    @property
    def branch(self) -> int:
        """The major version; for Windows the build."""
        number = version_number(self.version)
        return number[2] if number[:2] == (10, 0) and len(number) == 4 else number[0]


def can_run(model: Model, release: Release) -> bool:
    """Whether such a pair exists."""
    if version_number(release.version) < version_number(model.first) or release.branch > model.last:
        return False
    return not release.ended or release.branch == model.last


def version_number(version: str) -> tuple[int, ...]:
    """A version to compare with others: ``"17.7.10"`` comes after ``"17.7.2"``."""
    return tuple(int(part) for part in version.split("."))
