"""The mobile carriers of people and places."""

from __future__ import annotations

from collections import Counter

import pytest

from certfleet.simulator.identities.carriers import carrier_of, carriers
from certfleet.simulator.identities.countries import countries
from certfleet.simulator.identities.staff import Staff

STAFF = Staff(b"carriers", "a.example")


def test_every_country_has_carriers_of_its_own() -> None:
    table = carriers()
    assert set(table) == {country.code for country in countries()}
    names = [name for own in table.values() for name in own]
    assert len(names) == len(set(names)), "a carrier tells the country"
    assert {sum(own.values()) for own in table.values()} == {100}


def test_people_have_a_carrier_of_their_country_by_its_weight() -> None:
    people = [STAFF.person(number) for number in range(10_000)]
    for country, weights in carriers().items():
        found = Counter(carrier_of(one) for one in people if one.country == country)
        assert set(found) <= set(weights)
        if found.total() > 800:
            for name, weight in weights.items():
                assert found[name] / found.total() == pytest.approx(weight / 100, abs=0.06)
    place = STAFF.place(3)
    assert carrier_of(place) in carriers()[place.country]
