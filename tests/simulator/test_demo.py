"""The demo's workspace: two days after the rotation, in the middle of the renewal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from certfleet.simulator.demo import demo_start, prepare_demo
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.inventory.status import days_left
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.documents import as_json

from .conftest import run


@pytest.fixture(scope="module")
def demo() -> Iterator[Workspace]:
    with Workspace.open(None, start=demo_start()) as workspace:
        prepare_demo(workspace, devices=200, seed=7)
        yield workspace


def test_it_opens_while_devices_cross_over(demo: Workspace) -> None:
    group = demo.authorities.group("group-2")
    assert (demo.now().weekday(), demo.now().hour) == (2, 7)  # a Wednesday morning
    assert timedelta(days=2) <= demo.now() - group.ready_at <= timedelta(days=2, hours=6)
    before = as_json(simulation_status(demo))["renewal"]
    crossed = sum(before["crossed"].values())
    assert 5 < crossed < 140
    assert sum(before["pending"].values()) > 40
    assert before["to_re_enroll"][Platform.WINDOWS] > 5
    assert len(demo.inventory.list()) > 25


def test_nothing_has_stopped_and_one_thing_is_to_be_done(demo: Workspace) -> None:
    assert demo.impact.consequences() == ()
    assert demo.impact.interruptions().list() == ()
    assert not any(device.refused for device in demo.devices.all())
    assert len(demo.tasks.list(done=False)) == 1
    assert demo.check().clean


def test_the_worries_are_those_of_a_wednesday(demo: Workspace) -> None:
    left = {}
    for need in ("apns", "gateway-ssl"):
        component = demo.components.find(need)
        assert component is not None and component.certificate_id is not None
        left[need] = days_left(demo.inventory.get(component.certificate_id), demo.now())
    assert left == {"apns": 8, "gateway-ssl": 27}


def test_people_have_been_told(demo: Workspace) -> None:
    told = [(notice.kind, notice.key.rpartition(":")[2], notice.recipient) for notice in demo.notices.list()]
    (apple_id,) = {one.apple_id for one in demo.portal.list()}
    assert [one for one in reversed(told) if one[0] == "apns-expiry"] == [
        ("apns-expiry", "30", apple_id),
        ("apns-expiry", "10", apple_id),
    ]
    assert {kind for kind, _, _ in told} == {"apns-expiry", "gateway-expiry", "certificate-expiry", "authority-ready"}
    times = [notice.at for notice in demo.notices.list()]
    assert times == sorted(times, reverse=True)


def test_the_company_s_push_certificate_is_the_one_that_the_fleet_has(demo: Workspace) -> None:
    assert len(demo.portal.list()) == 2  # that of the devices and Secure Mail's
    assert demo.devices.counts().states[DeviceState.MUST_RE_ENROLL] == 0
    channel, current = demo.impact.channel(), demo.apns.current()
    assert channel is not None and current is not None
    assert (channel.certificate_id, channel.broken_at) == (current.id, None)


def test_it_goes_on(demo: Workspace) -> None:
    crossed = sum(as_json(simulation_status(demo))["renewal"]["crossed"].values())
    run(demo, hours=3)
    assert sum(as_json(simulation_status(demo))["renewal"]["crossed"].values()) > crossed
