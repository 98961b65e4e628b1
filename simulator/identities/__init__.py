"""Identities of devices: a Faker provider, and fleets in which no two devices share one.

With Faker, in any project::

    fake = Faker(includes=["certfleet.simulator.identities"])   # or fake.add_provider(DeviceProvider)
    fake.imei()
    fake.device("android")

Many devices at once, each of which can be generated on its own::

    IdentityFleet(seed=7).identity(123_456)
"""

from .fleet import IdentityFleet
from .numbering import CAPACITY
from .owner import DeviceIdentity, Owner, Platform
from .provider import DeviceProvider

# Faker looks for a module's provider under this name.
Provider = DeviceProvider

__all__ = ["CAPACITY", "DeviceIdentity", "DeviceProvider", "IdentityFleet", "Owner", "Platform", "Provider"]
