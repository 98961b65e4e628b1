"""Filters that the database answers: the same devices as those that the filter's rule finds, whatever the fleet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from certfleet.store.devices.device_choice import choice_of
from certfleet.store.devices.device_filter import parse_filter, standing
from certfleet.store.devices.found_devices import SORTED_BY_DATABASE, FoundDevices, matching, seen_since
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.device import (
    ActionKind,
    Device,
    DeviceState,
    EnrollmentKind,
    PendingAction,
    Platform,
    Refused,
    WaitsFor,
)
from certfleet.store.model.documents import to_text
from certfleet.store.persistence.conditions import OrderKey
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.schema import INDEXES
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.examples import examples
from tests.material import NOW
from tests.store.persistence.engine_places import SHARED, place_for

RULES = ExpiryRules()
_moments = st.sampled_from(
    [timedelta(days=days, microseconds=some) for days in (-40, 0, 1, 20, 29, 30) for some in (0, 1)]
)
_ages = st.sampled_from([timedelta(0), timedelta(days=3), timedelta(days=30)])
devices = st.builds(
    Device,
    id=st.just(0),
    state_since=st.just(NOW),
    platform=st.sampled_from(Platform),
    model_name=st.sampled_from(["", "iPhone 14", "ΣIGMA Phone"]),
    serial_number=st.sampled_from(["", "A1", "a1", "B2", "Ä3"]),
    owner=st.sampled_from(["", "Anna Meyer", "Émile"]),
    state=st.sampled_from(DeviceState),
    enrollment_kind=st.none() | st.sampled_from(EnrollmentKind),
    issuer_group=st.none() | st.sampled_from(["default", "Group-2"]),
    not_after=st.none() | _moments.map(lambda left: NOW + left),
    last_check_in=st.none() | _ages.map(lambda age: NOW - age),
    refused=st.none()
    | st.builds(Refused, st.sampled_from(["ssl-error-61", "apns-expired"]), st.just(NOW), st.booleans()),
    pending=st.lists(
        st.builds(
            PendingAction,
            kind=st.sampled_from(ActionKind),
            requested_at=st.just(NOW),
            requested_by=st.just("alice"),
            waits_for=st.sampled_from(WaitsFor),
        ),
        max_size=2,
    ).map(tuple),
)
fleets = st.lists(devices, min_size=1, max_size=8)
TERMS = [
    *("platform:ios", "platform:windows,mac", "state:enrolled", "state:not-enrolled,revoked", "enrollment:kiosk,user"),
    *("status:expired", "status:critical", "status:expiring", "status:valid,none", "status:expired,valid"),
    *("days:<30", "days:>=20", "days:0..20", "days:<=-39", "days:30", "pending:yes", "pending:no", "waits:error"),
    *(
        "refused:yes",
        "refused:no",
        "refused:ssl",
        "seen:never",
        "seen:<5d",
        "seen:>2w",
        "id:3",
        "id:9999999999999999999",
    ),
    *(
        "issuer:default",
        "issuer:group-2",
        "policy:none",
        "owner:meyer",
        "iphone",
        "meyer",
        "#2",
        '"iphone 14"',
        "σigma",
    ),
]
texts = st.lists(st.sampled_from([*TERMS, *(f"-{term}" for term in TERMS)]), max_size=4).map(" ".join)


def of_fleet(database: Database, fleet: list[Device]) -> list[Device]:
    """Put a fleet in place of the one before, with ids from 1 on."""
    table, numbered = database.table("devices"), [replace(device, id=id) for id, device in enumerate(fleet, 1)]
    with database.transaction():
        table.truncate()
        table.write_texts({device.id: to_text(device) for device in numbered})
    return numbered


def expected(fleet: list[Device], text: str) -> list[int]:
    """What the rule alone finds."""
    rule = parse_filter(text, NOW, RULES)
    assert rule.problem is None
    return [one.id for one in fleet if rule.matches is None or rule.matches(standing(one, NOW))]


@pytest.mark.parametrize("kind", ["memory", *SHARED])
def test_the_database_finds_what_the_filter_does(request: pytest.FixtureRequest, kind: str) -> None:
    database = Database(place_for(request, kind).open(INDEXES), INDEXES)

    @examples(100 if kind != "postgresql" else 12)
    @given(fleets, st.lists(texts, min_size=1, max_size=4), st.integers(0, 3))
    def finds(fleet: list[Device], asked: list[str], start: int) -> None:
        fleet = of_fleet(database, fleet)
        for text in asked:
            choice, wanted = choice_of(text, NOW, RULES), expected(fleet, text)
            assert choice.problem is None
            found = FoundDevices(database.table("devices"), choice.condition, matching(choice, NOW, ()))
            assert len(found) == len(wanted)
            assert found.page(start=start, limit=3) == wanted[start : start + 3]
            assert found.ids == wanted
            assert found.among([2, 3, 99]) == [id for id in wanted if id in (2, 3)]

    finds()


_VALUES = {
    "serial-number": lambda device: device.serial_number,
    "days-left": lambda device: device.not_after,
    "platform": lambda device: device.platform,
    "state": lambda device: device.state,
    "issuer": lambda device: device.issuer_group,
}


@pytest.mark.parametrize("kind", ["memory", *SHARED])
def test_the_database_sorts_as_the_records_say(request: pytest.FixtureRequest, kind: str) -> None:
    """Devices without the value come last either way; equal ones are in the order of their ids."""
    database = Database(place_for(request, kind).open(INDEXES), INDEXES)

    @examples(100 if kind != "postgresql" else 12)
    @given(fleets, st.sampled_from(sorted(SORTED_BY_DATABASE)), st.booleans(), st.sampled_from(["", "platform:ios"]))
    def sorts(fleet: list[Device], name: str, descending: bool, text: str) -> None:
        fleet, value = of_fleet(database, fleet), _VALUES[name]
        wanted = [one for one in fleet if one.id in expected(fleet, text)]
        known = sorted((one for one in wanted if value(one) is not None), key=value, reverse=descending)
        found = FoundDevices(database.table("devices"), choice_of(text, NOW, RULES).condition)
        page = found.page([OrderKey(SORTED_BY_DATABASE[name], descending)], start=1, limit=4)
        assert page == [*(one.id for one in known), *(one.id for one in wanted if value(one) is None)][1:5]

    sorts()


@pytest.mark.parametrize("text", ["platform:ios -state:revoked days:<30", "status:expiring pending:yes", "refused:no"])
def test_such_a_filter_reads_no_device(text: str) -> None:
    choice = choice_of(text, NOW, RULES)
    assert choice.condition is not None
    assert choice.remaining is None


def test_words_are_asked_of_what_the_database_has_found() -> None:
    choice = choice_of("platform:ios waits:error meyer", NOW, RULES)
    assert choice.condition is not None
    assert choice.remaining is not None
    assert not choice.by_words
    assert choice_of("meyer -iphone platform:ios", NOW, RULES).by_words


def test_a_term_that_is_not_understood_is_said() -> None:
    assert choice_of("days:soon", NOW, RULES).problem is not None


@pytest.mark.parametrize("seen", [True, False])
def test_who_was_seen_is_asked_of_the_schedule(seen: bool) -> None:
    with Database(SqliteEngine(None, INDEXES), INDEXES) as database:
        fleet = of_fleet(database, [_device(None), _device(NOW - timedelta(days=9)), _device(NOW - timedelta(days=1))])
        found = FoundDevices(database.table("devices"), None, [seen_since(NOW - timedelta(days=7), NOW, (), seen=seen)])
        assert found.ids == ([3] if seen else [1, 2])
        assert len(fleet) == 3


def _device(seen: datetime | None) -> Device:
    return Device(id=0, platform=Platform.IOS, state_since=NOW, last_check_in=seen)
