"""How the devices of a fleet are enrolled: who is a kiosk, what the others tell, and the shares."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.enrollment_kinds import enrollment_shares
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing
from certfleet.simulator.platforms import PROFILES
from certfleet.simulator.platforms.site_habits import habits_of
from certfleet.store.devices.enrollment_kinds import KINDS, PRIVATE, check_kind
from certfleet.store.devices.identity import checked
from certfleet.store.model.device import Device, EnrollmentKind, Ownership, Platform
from certfleet.store.workspace import Workspace
from tests.examples import examples

from ..conftest import MONDAY, Draw

SHARED_MAKERS = ("Zebra", "Honeywell")
SEEDS = st.integers(0, 2**31)


def devices(count: int, seed: int = 7, habits: str = "") -> list[Device]:
    with Workspace.open(None, start=MONDAY) as workspace:
        record = begin_drawing(workspace, FleetPlan(devices=count, seed=seed, habits=habits))
        return [newcomer.device for newcomer in Drawing.of(workspace, record).newcomers(0, count)]


def share(drawn: list[Device], kind: EnrollmentKind) -> float:
    return sum(device.enrollment_kind is kind for device in drawn) / len(drawn)


@given(SEEDS)
@examples(8)
def test_kiosks_belong_to_places_and_people_have_none(seed: int) -> None:
    for device in devices(120, seed):
        is_kiosk = device.enrollment_kind is EnrollmentKind.KIOSK
        assert is_kiosk is (device.maker in SHARED_MAKERS)
        assert is_kiosk is device.owner.startswith(("Warehouse ", "Shop floor ", "Loading dock "))


@given(SEEDS)
@examples(8)
def test_whose_a_device_is_goes_with_how_it_is_enrolled(seed: int) -> None:
    drawn = devices(200, seed)
    kinds = {
        owner: {device.enrollment_kind for device in drawn if device.ownership is owner} for owner in (*Ownership, None)
    }
    assert EnrollmentKind.USER in kinds[Ownership.PERSONAL]
    assert kinds[Ownership.PERSONAL] <= {EnrollmentKind.USER, EnrollmentKind.DEVICE}
    assert kinds[Ownership.COMPANY] >= {EnrollmentKind.SUPERVISED}
    assert EnrollmentKind.USER not in kinds[Ownership.COMPANY]
    assert not kinds[None]


@given(SEEDS)
@examples(8)
def test_a_device_enrolled_by_its_user_tells_no_identity_but_the_enrollment_id(seed: int) -> None:
    drawn = devices(200, seed)
    for device in drawn:
        assert device.enrollment_kind in KINDS[device.platform]
        check_kind(device, device.enrollment_kind)
        assert checked(device) == device
        if device.enrollment_kind is EnrollmentKind.USER:
            assert not any(getattr(device, field) for field in PRIVATE)
            assert device.model and device.os_version
            assert device.carrier is None
            assert len(device.enrollment_id or "") == (32 if device.platform is Platform.ANDROID else 36)
        else:
            assert device.serial_number and device.enrollment_id is None
            assert (device.carrier is None) is (device.imei is None)
    assert len({device.known_by for device in drawn}) == len(drawn)


def test_the_shares_are_those_of_the_table() -> None:
    drawn = devices(6000)
    for platform in Platform:
        own = [one for one in drawn if one.platform is platform and one.enrollment_kind is not EnrollmentKind.KIOSK]
        supervised = PROFILES[platform].supervised / 1000
        assert share(own, EnrollmentKind.SUPERVISED) == pytest.approx(supervised, abs=0.05)
        rows = [row for row in enrollment_shares() if (row.platform, row.maker, row.holder) == (platform, "", "person")]
        users = sum(row.share for row in rows if row.kind is EnrollmentKind.USER) / 100
        assert share(own, EnrollmentKind.USER) == pytest.approx((1 - supervised) * users, abs=0.05)
    ids = [device.enrollment_id for device in drawn if device.enrollment_id]
    assert len(ids) == len(set(ids)) > 500


def test_every_group_of_the_table_adds_up_and_people_s_own_devices_are_mostly_user_enrollments() -> None:
    sums: Counter[tuple[Platform, str, str]] = Counter()
    own: Counter[tuple[Platform, bool]] = Counter()
    for row in enrollment_shares():
        sums[row.platform, row.maker, row.holder] += row.share
        assert row.basis and row.kind in KINDS[row.platform] and row.ownership in Ownership
        if row.ownership is Ownership.PERSONAL and not row.maker:
            own[row.platform, row.kind is EnrollmentKind.USER] += row.share
        assert (row.kind is EnrollmentKind.KIOSK) is (row.holder == "place")
    assert set(sums.values()) == {100}
    for platform in (Platform.IOS, Platform.MACOS, Platform.ANDROID):
        assert own[platform, True] > own[platform, False]


def test_a_site_says_how_many_are_supervised() -> None:
    def phones(habits: str) -> list[Device]:
        return [one for one in devices(600, habits=habits) if one.platform is Platform.IOS]

    assert share(phones("[ios]\nsupervised = 1000\n"), EnrollmentKind.SUPERVISED) == 1
    assert share(phones("[ios]\nsupervised = 0\n"), EnrollmentKind.SUPERVISED) == 0
    assert share(phones(habits_of("school")), EnrollmentKind.SUPERVISED) == pytest.approx(0.95, abs=0.04)


def test_their_certificates_name_them_by_what_they_tell(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    user = next(one for one in workspace.devices.all() if one.enrollment_kind is EnrollmentKind.USER)
    assert user.certificate_id is not None and user.enrollment_id
    assert workspace.devices.records.find(user.enrollment_id)
    assert workspace.check().clean
