"""Owners: names, user principal names, and what happens when two people have the same name."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities import DeviceProvider, IdentityFleet
from certfleet.simulator.identities.owners import fold, numbered, upn
from certfleet.simulator.identities.people import People

UPN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?@company\.example")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Anna", "Smith", "anna.smith"),
        ("Jürgen", "Groß", "jurgen.gross"),
        ("Zoë", "O’Brien", "zoe.obrien"),
        ("Łukasz", "Sørensen", "lukasz.sorensen"),
        ("Anne-Marie", "de la Cruz", "anne-marie.delacruz"),
        ("Þóra", "Æbelø", "thora.aebelo"),
        ("陽子", "佐藤", "user"),
        ("陽子", "Tanaka", "tanaka"),
    ],
)
def test_names_are_folded_to_ascii(first: str, last: str, expected: str) -> None:
    assert upn(first, last) == f"{expected}@company.example"


def test_people_of_one_name_are_numbered() -> None:
    names = [("Anna", "Smith"), ("Änna", "Smith"), ("Bo", "Ek"), ("Anna", "Smith"), ("Anna", "Smith2")]
    assert [owner.upn for owner in numbered(names, "a.example")] == [
        "anna.smith@a.example",
        "anna.smith2@a.example",
        "bo.ek@a.example",
        "anna.smith3@a.example",
        "anna.smith22@a.example",
    ]


@given(st.lists(st.tuples(st.text(max_size=80), st.text("aAäÄ-'2 ", max_size=4)), max_size=30))
def test_no_user_principal_name_comes_twice(names: list[tuple[str, str]]) -> None:
    owners = list(numbered(names))
    assert len({owner.upn for owner in owners}) == len(names)
    assert all(UPN.fullmatch(owner.upn) for owner in owners)


@given(st.text())
def test_folding_leaves_plain_characters(name: str) -> None:
    assert re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?)?", fold(name))
    assert fold(fold(name)) == fold(name)


def test_the_provider_draws_owners_by_its_locale() -> None:
    fake = Faker("sv_SE")
    fake.add_provider(DeviceProvider)
    fake.seed_instance(7)
    owners = fake.owners(2_000, domain="bolaget.example")
    assert len({owner.upn for owner in owners}) == 2_000
    assert any(re.search(r"\d@", owner.upn) for owner in owners)
    assert all(owner.upn.isascii() and owner.upn.endswith("@bolaget.example") for owner in owners)
    fake.seed_instance(7)
    assert fake.owners(2_000, domain="bolaget.example") == owners
    assert fake.owner().upn.endswith("@company.example")


def test_an_owner_of_a_fleet_may_have_several_devices() -> None:
    fleet = IdentityFleet(7, domain="company.example")
    devices = Counter(fleet.owner(index) for index in range(10_000))
    assert len(devices) == 7_000
    assert Counter(devices.values()) == {1: 5_000, 2: 1_000, 3: 1_000}
    assert len({owner.upn for owner in devices}) == 7_000
    assert all(UPN.fullmatch(owner.upn) for owner in devices)


def test_a_number_in_a_fleet_means_that_there_is_another_of_that_name() -> None:
    fleet = IdentityFleet(7)
    owners = {fleet.owner(index) for index in range(10_000)}
    plain = {owner.upn for owner in owners}
    second = [owner for owner in owners if "2@" in owner.upn]
    assert len(second) == 140
    for owner in second:
        assert owner.upn.replace("2@", "@") in plain


def test_people_go_on_when_all_names_are_used() -> None:
    people = People(b"key", locales=("ru_RU", "fi_FI"))
    count = people._count
    assert people[0].name == people[count].name
    assert people[count].upn == people[0].upn.replace("@", "3@")


def test_people_with_names_in_another_script_are_numbered() -> None:
    people = People(b"key", locales=["ja_JP"])
    found = [people[number] for number in range(50)]
    assert [owner.upn.partition("@")[0] for owner in found] == [f"user{number}" for number in range(1, 51)]
    assert not any(fold(owner.name) for owner in found)
    with pytest.raises(ValueError, match="xx_XX"):
        People(b"key", locales=["xx_XX"])
