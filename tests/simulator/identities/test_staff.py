"""The people of a company: where they live, what they are called, and their addresses."""

from __future__ import annotations

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certfleet.simulator.identities.countries import countries, directory_form, names
from certfleet.simulator.identities.staff import Staff
from certfleet.store.devices.holidays import holidays
from certfleet.store.devices.local_days import standard_offset

UPN = re.compile(r"[a-z][a-z0-9'-]*(\.[a-z0-9'-]+){1,2}@a\.example")
STAFF = Staff(b"key", "a.example")


@given(st.binary(min_size=1, max_size=20), st.integers(0, 2_000_000))
@settings(max_examples=20)
def test_addresses_are_valid_and_unique(key: bytes, first: int) -> None:
    staff = Staff(key, "a.example")
    people = [staff.person(first + number) for number in range(1_000)]
    assert len({person.upn for person in people}) == 1_000
    assert all(UPN.fullmatch(person.upn) for person in people)
    assert staff.person(first) == people[0]
    assert Counter(person.country for person in people).keys() == {country.code for country in countries()}


@pytest.mark.slow
def test_no_address_comes_twice_among_a_million() -> None:
    assert len({STAFF.person(number).upn for number in range(1_000_000)}) == 1_000_000


def test_as_many_live_in_a_country_as_its_weight_says() -> None:
    count = Counter(STAFF.person(number).country for number in range(3_000))
    assert count == {country.code: 3 * country.weight for country in countries()}
    assert sum(country.weight for country in countries()) == 1_000


def test_a_number_means_that_another_has_the_name() -> None:
    found = {STAFF.person(number).upn for number in range(30_000)}
    second = [upn for upn in found if "2@" in upn]
    assert len(second) > 400
    assert all(upn.replace("2@", "@") in found for upn in second)


def test_some_have_a_hyphen_an_initial_or_an_apostrophe() -> None:
    people = [STAFF.person(number) for number in range(20_000)]
    for form in (r"\w-\w.*\.", r"\.[a-z]\.", r"\.o'[a-z]"):
        assert any(re.search(form, person.upn) for person in people), form
    irish = [person.upn for person in people if "O'" in person.name]
    assert {"'" in upn for upn in irish} == {True, False}


@pytest.mark.parametrize(
    ("code", "name", "form"),
    [("DE", "Müßig", "muessig"), ("SE", "Åström", "astrom"), ("FR", "Lefèvre", "lefevre"), ("IE", "O'Shea", "oshea")],
)
def test_addresses_are_written_as_the_country_does(code: str, name: str, form: str) -> None:
    (letters,) = (country.letters for country in countries() if country.code == code)
    assert directory_form(name, letters) == form


def test_names_are_those_of_people_only() -> None:
    for some in names():
        for name in (*some.first, *some.last):
            assert name[0].isupper(), name
            assert not re.search(r"[.,\d]|^(Dr|Prof|Herr|Frau|Jr|Mc[a-z])\b", name), name
        assert len(some.first) * len(some.last) > 9_000


def test_the_table_of_countries_agrees_with_the_zones_and_the_holidays() -> None:
    for country in countries():
        assert holidays(country.code, 2026), country.code
        for zone, _ in country.zones:
            assert ZoneInfo(zone.name)
            assert standard_offset(zone.name, 2026) == zone.offset, zone.name


def test_a_place_has_an_account_that_its_devices_share() -> None:
    places = [STAFF.place(number) for number in range(300)]
    assert len({place.upn for place in places}) == 300
    assert places[0].upn == "warehouse-1@a.example"
    assert len({place.zone.name for place in places}) > 8
