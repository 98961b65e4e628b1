"""Identities of devices: a Faker provider, and fleets in which no two devices share one.

With Faker, in any project::

    fake = Faker(includes=["certfleet.simulator.identities"])   # or fake.add_provider(DeviceProvider)
    fake.imei()
    fake.device("android")

Many devices at once, each of which can be generated on its own::

    IdentityFleet(seed=7).identity(123_456)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fleet import IdentityFleet
from .numbering import CAPACITY
from .owner import DeviceIdentity, Owner, Platform

if TYPE_CHECKING:
    from .provider import DeviceProvider
    from .provider import DeviceProvider as Provider

__all__ = ["CAPACITY", "DeviceIdentity", "DeviceProvider", "IdentityFleet", "Owner", "Platform", "Provider"]


def __getattr__(name: str) -> Any:
    # Faker is imported by whoever asks for the provider: the console opens without.
    if name not in ("DeviceProvider", "Provider"):  # Faker looks for a module's provider under the second name
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .provider import DeviceProvider

    return DeviceProvider
