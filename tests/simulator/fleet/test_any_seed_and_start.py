"""Whole fleets of any seed and start: nothing is from the future, nobody lives in two places, identities have forms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from certfleet.simulator.fleet.arrivals import TurnKind
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing
from certfleet.simulator.identities.model import Model
from certfleet.simulator.identities.tables import tables
from certfleet.store.model.device import Device, EnrollmentKind, Platform
from certfleet.store.workspace import Workspace
from tests.examples import examples
from tests.rsa_keys import RSA_KEYS

from ..identities.days import first_release, made_from
from ..identities.forms import form, luhn_holds

MODELS = {model.identifier: model for model in tables().models}
IDENTITIES = ("serial_number", "imei", "second_imei", "meid", "udid", "android_id", "windows_device_id", "wifi_mac")
starts = st.integers(0, 6 * 365 * 24).map(lambda hours: datetime(2022, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
seeds = st.integers(0, 2**31)


def drawing(seed: int, start: datetime, devices: int) -> Drawing:
    with RSA_KEYS.shared(), Workspace.open(None, start=start) as workspace:
        return Drawing.of(workspace, begin_drawing(workspace, FleetPlan(devices=devices, seed=seed)))


def drawn(seed: int, start: datetime, devices: int = 60) -> Iterator[tuple[Device, datetime]]:
    """The devices of a fleet, and when each was enrolled."""
    return ((one.device, one.at) for one in drawing(seed, start, devices).newcomers(0, devices))


def system_is_not_after(device: Device, model: Model, now: datetime) -> None:
    """Version, build and patch level came out by a time."""
    assert first_release(model, device.os_version) <= now.date(), device
    assert device.security_patch <= now.date().isoformat(), device
    assert bool(device.security_patch) == (device.platform is Platform.ANDROID)
    if device.os_build:
        builds = [one for one in tables().releases[device.platform] if one.build == device.os_build]
        assert min(one.released for one in builds) <= now.date(), device


@examples(15)
@given(seeds, starts)
def test_nothing_is_from_the_future_and_no_device_is_older_than_its_enrollment_allows(
    seed: int, start: datetime
) -> None:
    for device, enrolled in drawn(seed, start):
        model = MODELS[device.model]
        assert start - timedelta(days=331) < enrolled < start - timedelta(days=6)
        assert model.released <= enrolled.date(), device
        system_is_not_after(device, model, start)
        if device.serial_number:
            made = made_from(device, model, enrolled.date())
            assert made is None or model.made_from - timedelta(days=7) <= made <= enrolled.date(), device
        assert device.habits is not None
        gone = device.habits.schedule.gone_at
        assert gone is None or gone > enrolled.timestamp()


@examples(10)
@given(seeds, starts)
def test_new_devices_and_upgrades_are_of_their_time(seed: int, start: datetime) -> None:
    fleet = drawing(seed, start, 40)
    assert fleet.arrivals is not None
    for turn in islice(fleet.arrivals.after(int(start.timestamp())), 25):
        at = datetime.fromtimestamp(turn.at, UTC)
        if turn.kind is TurnKind.HANDED_ON:
            continue
        device = fleet.arrival(turn, 1000 + turn.number)
        assert MODELS[device.model].released <= at.date(), device
        assert (device.carrier is None) is (device.imei is None)
        system_is_not_after(device, MODELS[device.model], at)
        assert device.habits is not None
        upgrade = fleet.upgrade_after(device.habits.index, device.model, turn.at)
        if upgrade is not None:
            moment, system = upgrade
            assert moment > turn.at
            patch = system.security_patch
            upgraded = replace(device, os_version=system.version, os_build=system.build, security_patch=patch)
            system_is_not_after(upgraded, MODELS[device.model], datetime.fromtimestamp(moment, UTC))


@examples(15)
@given(seeds, starts)
def test_a_person_has_one_place_one_clock_and_one_language(seed: int, start: datetime) -> None:
    people = defaultdict(set)
    for device, enrolled in drawn(seed, start, 150):
        assert device.habits is not None
        schedule = device.habits.schedule
        people[device.upn].add((device.owner, schedule.zone, schedule.utc_offset, schedule.holidays, device.language))
        assert device.language.partition("-")[2] == schedule.holidays[:2]
        local = enrolled.astimezone(ZoneInfo(schedule.zone))
        assert local.weekday() < 5 and 6 <= local.hour < 21, (
            device,
            local,
        )  # in India, some work until half past eight
    assert {len(found) for found in people.values()} == {1}
    assert len(people) < 140


@examples(15)
@given(seeds, starts)
def test_every_identity_has_its_makers_form_and_comes_once(seed: int, start: datetime) -> None:
    seen: set[tuple[str, str]] = set()
    for device, _ in drawn(seed, start, 80):
        model, kinds = MODELS[device.model], (*IDENTITIES, "enrollment_id")
        told = {kind: value for kind in kinds if (value := getattr(device, kind))}
        for kind, value in told.items():
            assert re.fullmatch(form(model, kind), value), (device, kind)
            assert (kind, value) not in seen
            seen.add((kind, value))
        by_user = device.enrollment_kind is EnrollmentKind.USER
        assert ("enrollment_id" in told, "serial_number" in told) == (by_user, not by_user)
        assert all(luhn_holds(value) for kind, value in told.items() if kind.endswith("imei"))
        assert device.maker == model.maker
        assert not device.model_name.lower().startswith(f"{device.maker} {device.maker}".lower())
        assert re.fullmatch(r"[a-z0-9][a-z0-9.'-]*@[a-z0-9.-]+\.example", device.upn)
        assert date.fromisoformat(device.security_patch or "2020-01-01").day in (1, 5)
