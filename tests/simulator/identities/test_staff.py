"""The people of a company: where they live, what they are called, and their addresses."""

from __future__ import annotations

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities.countries import countries, directory_form
from certfleet.simulator.identities.full_names import FullNames
from certfleet.simulator.identities.names import LAST_SHARES, name_weights, names
from certfleet.simulator.identities.staff import Staff
from certfleet.store.devices.schedule.holidays import holidays
from certfleet.store.devices.schedule.local_days import standard_offset
from tests.examples import examples

UPN = re.compile(r"[a-z][a-z0-9'-]*(\.[a-z0-9'-]+){1,2}@a\.example")
STAFF = Staff(b"key", "a.example")


@given(st.binary(min_size=1, max_size=20), st.integers(0, 2_000_000))
@examples(20)
def test_addresses_are_valid_and_unique(key: bytes, first: int) -> None:
    staff = Staff(key, "a.example")
    people = [staff.person(first + number) for number in range(1_000)]
    assert len({person.upn for person in people}) == 1_000
    assert all(UPN.fullmatch(person.upn) for person in people)
    assert staff.person(first) == people[0]
    assert Counter(person.country for person in people).keys() == {country.code for country in countries()}


@pytest.mark.slow
@pytest.mark.timeout(1800)  # a minute and a half of computing
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
        for name in (*some.first.names, *some.last.names):
            assert name[0].isupper(), name
            assert not re.search(r"[.,\d]|^(Dr|Prof|Herr|Frau|Jr)\b|^Mc[a-z]| I+$|^(Obrien|Oconnor)$", name), name
        assert len(some.first.names) * len(some.last.names) > 9_000


FREQUENT = {"US": "Smith", "DE": "Müller", "GB": "Smith", "FR": "Martin", "ES": "García", "IT": "Rossi", "AT": "Gruber"}


def test_frequent_names_are_frequent_in_their_country() -> None:
    people = [STAFF.person(number) for number in range(20_000)]
    for country, name in FREQUENT.items():
        last = Counter(one.name.rpartition(" ")[2] for one in people if one.country == country)
        assert name in [name for name, _ in last.most_common(4)], (country, last.most_common(4))
        ranks = sorted(last.values(), reverse=True)
        assert ranks[0] > 4 * ranks[len(ranks) // 2]
    irish = [one.name for one in people if one.country == "IE"]
    assert any(name.endswith(" Murphy") for name in irish)


def test_as_many_have_a_name_as_its_weight_says() -> None:
    for number, country in enumerate(countries()):
        some, weights = names()[number], name_weights().get((country.code, "last"), {})
        every = FullNames(some, b"key")
        count = Counter(every.person(one)[1] for one in range(LAST_SHARES))
        shares = {name: len(some.last.of(at)) for at, name in enumerate(some.last.names)}
        assert count == {at: shares[name] for at, name in enumerate(some.last.names)}
        heavy = sorted(set(weights) & set(shares), key=lambda name: (-weights[name], -shares[name]))
        assert [shares[name] for name in heavy] == sorted((shares[name] for name in heavy), reverse=True)


@given(st.binary(min_size=1, max_size=9), st.integers(0, 12), st.integers(0, 2_000_000), st.integers(1, 20_000))
@examples(20)
def test_those_of_a_name_are_found_without_a_look_at_everybody(key: bytes, at: int, first: int, count: int) -> None:
    some = names()[at % len(countries())]
    every = FullNames(some, key)
    called = Counter(every.person(number) for number in range(count))
    for name, last in [*list(called)[:5], every.person(first)]:
        first_form = next(form for form, number in some.first.forms.items() if number == name)
        last_form = next(form for form, number in some.last.forms.items() if number == last)
        assert len(set(every.called(first_form, last_form, count))) == called[name, last]
        found = set(every.called(first_form, last_form, first + 1))
        assert all(every.person(number) == (name, last) for number in found)
    assert first in found


def test_the_table_of_names_is_of_countries_and_has_a_weight_for_the_others() -> None:
    codes = {country.code for country in countries()}
    for (country, kind), weights in name_weights().items():
        assert country in codes
        assert kind in ("first", "last")
        assert min(weights.values()) > 0
        assert weights["*"] <= sorted(weights.values())[len(weights) // 2]


def test_the_table_of_countries_agrees_with_the_zones_and_the_holidays() -> None:
    for country in countries():
        assert holidays(country.code, 2026), country.code
        for zone in {region.zone for region, _ in country.regions}:
            assert ZoneInfo(zone.name)
            assert standard_offset(zone.name, 2026) == zone.offset, zone.name


def test_people_live_in_the_regions_of_their_country_and_go_by_its_clock() -> None:
    people = [STAFF.person(number) for number in range(10_000)]
    for country in countries():
        lived = {(one.region, one.zone) for one in people if one.country == country.code}
        assert lived <= {(region.code, region.zone) for region, _ in country.regions}
        assert all(region.startswith(country.code) for region, _ in lived)
    assert {"DE-BY", "DE-SN", "GB-SCT", "US-CA", "CH-GE", "AU-SA"} < {one.region for one in people}
    french = [one.language for one in people if one.region == "CH-GE"]
    assert Counter(french).most_common(1)[0][0] == "fr-CH"


def test_devices_speak_the_language_of_the_country_for_the_most_part() -> None:
    people = [STAFF.person(number) for number in range(10_000)]
    for country in countries():
        spoken = Counter(one.language for one in people if one.country == country.code)
        known = {language for region, _ in country.regions for language, _ in region.languages}
        assert set(spoken) <= {f"{language}-{country.code}" for language in known}
        (most, count), *others = spoken.most_common()
        assert most == f"{country.regions[0][0].languages[0][0]}-{country.code}"
        assert 0.6 * spoken.total() < count
        assert others
    assert STAFF.place(3).language.partition("-")[2] == STAFF.place(3).country


def test_a_place_has_an_account_that_its_devices_share() -> None:
    places = [STAFF.place(number) for number in range(300)]
    assert len({place.upn for place in places}) == 300
    assert places[0].upn == "warehouse-1@a.example"
    assert len({place.zone.name for place in places}) > 8
