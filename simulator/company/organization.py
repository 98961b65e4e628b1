"""The company: a name, a place, a domain, and the people who write the descriptions."""

from __future__ import annotations

import re
from random import Random

from msgspec import Struct

TRADES = ("Logistics", "Utilities", "Medical Group", "Foods", "Insurance", "Rail Services", "Instruments")


class Organization(Struct, frozen=True, kw_only=True):
    """An invented company. ``domain`` ends in the reserved ``.example`` (RFC 2606)."""

    name: str
    domain: str
    city: str
    administrators: tuple[str, ...]

    def host(self, label: str) -> str:
        """A host name of the company."""
        return f"{label}.{self.domain}"


def draw_organization(seed: int) -> Organization:
    """The company of a seed."""
    from faker import Faker  # takes a tenth of a second, and the console opens without

    fake = Faker("en_US")
    fake.seed_instance(seed)
    draw = Random(seed)
    family = fake.last_name()
    trade = draw.choice(TRADES)
    label = re.sub(r"[^a-z0-9]+", "-", f"{family} {trade}".lower()).strip("-")
    return Organization(
        name=f"{family} {trade}",
        domain=f"{label}.example",
        city=fake.city(),
        administrators=tuple(fake.first_name() for _ in range(3)),
    )
