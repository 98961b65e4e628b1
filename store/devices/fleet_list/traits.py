"""The fields of a device that the list is filtered by."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from ...model.device import DeviceState, EnrollmentKind, Ownership, Platform


class Traits(NamedTuple):
    """What the product's filters go by. Few devices of a fleet have traits of their own."""

    platform: Platform
    os_version: str
    state: DeviceState
    ownership: Ownership | None
    enrollment_kind: EnrollmentKind | None
    issuer_group: str | None


class TraitFields(Struct, frozen=True, gc=False):
    """The fields of a device's record that its traits are."""

    id: int
    platform: Platform
    os_version: str = ""
    state: DeviceState = DeviceState.NOT_ENROLLED
    ownership: Ownership | None = None
    enrollment_kind: EnrollmentKind | None = None
    issuer_group: str | None = None

    @property
    def traits(self) -> Traits:
        """Its traits."""
        return Traits(
            self.platform, self.os_version, self.state, self.ownership, self.enrollment_kind, self.issuer_group
        )
