"""A simulated fleet obeys its certificates: push, gateway, MDM server, and trust in a chain.

In the first 34 days after a fleet is generated, no device certificate expires.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from certfleet.store.model.certificate import Certificate
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.store.deployment import DAY, SECOND, bring, replace, trusted

from ..conftest import MONDAY, rotate, run
from .deployments import (
    IPHONES,
    LAPTOPS,
    OWNER,
    PRIVATE,
    SOMEBODY,
    alive,
    deployment,
    events,
    populate,
    run_to,
    seen,
    server,
    states,
    with_push,
)

# Push


def test_renewed_as_the_same_apple_id_500_iphones_go_on() -> None:
    workspace = populate(with_push(), 500, IPHONES)
    run(workspace, days=15)
    workspace.apns.renew(OWNER)
    run(workspace, days=15)
    assert states(workspace) == {"enrolled": 500}
    assert events(workspace, EventKind.PUSH_LOST, EventKind.RE_ENROLLED, EventKind.ENROLLMENT_REFUSED) == []
    assert workspace.check().clean


def losing_push(workspace: Workspace) -> list[int]:
    """How many iPhones still have to be enrolled again, day by day, from now on."""
    left = [states(workspace)[DeviceState.MUST_RE_ENROLL]]
    for _ in range(14):
        run(workspace, days=1)
        left.append(states(workspace)[DeviceState.MUST_RE_ENROLL])
    return left


def assert_they_come_back(workspace: Workspace, left: list[int]) -> None:
    assert left[0] == 500
    assert left == sorted(left, reverse=True)
    assert 500 > left[1] > left[3] > left[14]
    assert left[14] < 100
    came_back = events(workspace, EventKind.RE_ENROLLED)
    assert len({event.device_id for event in came_back}) == len(came_back) == 500 - left[14]
    assert workspace.check().clean


def test_with_another_apple_id_all_must_re_enroll_and_the_count_falls_as_they_do() -> None:
    workspace = populate(with_push(), 500, IPHONES)
    run(workspace, days=10)
    workspace.apns.renew(SOMEBODY, confirmed=True)
    lost = events(workspace, EventKind.PUSH_LOST)
    assert [(event.at, event.detail) for event in lost] == [(MONDAY + 10 * DAY, "topic-changed")] * 500
    assert_they_come_back(workspace, losing_push(workspace))


def test_lapsed_by_a_day_the_same() -> None:
    """Renewed by the same Apple ID, a day late. Until then their users try in vain, each once."""
    workspace = populate(with_push(10), 500, IPHONES)
    run_to(workspace, MONDAY + 11 * DAY)
    lost = events(workspace, EventKind.PUSH_LOST)
    assert [(event.at, event.detail) for event in lost] == [(MONDAY + 10 * DAY, "certificate-expired")] * 500
    refused = events(workspace, EventKind.ENROLLMENT_REFUSED)
    assert {event.detail for event in refused} == {"apns-expired"}
    assert len({event.device_id for event in refused}) == len(refused) > 50
    assert events(workspace, EventKind.RE_ENROLLED) == []
    workspace.apns.renew(OWNER, confirmed=True)
    assert_they_come_back(workspace, losing_push(workspace))


def test_while_lapsed_within_grace_actions_wait_and_go_out_after_the_renewal() -> None:
    workspace = populate(with_push(10, grace=7), 120)
    run_to(workspace, MONDAY + 10 * DAY + SECOND)
    group = rotate(workspace)
    workspace.devices.renew(device.id for device in workspace.devices.all())
    run(workspace, days=6)
    by_platform = {device.platform: device for device in workspace.devices.all() if device.issuer_group == group}
    assert by_platform.keys() & {Platform.IOS, Platform.MACOS} == set()
    assert Platform.ANDROID in by_platform
    waiting = [device for device in workspace.devices.all() if device.renewal is not None]
    assert {device.platform for device in waiting} >= {Platform.IOS, Platform.MACOS}
    assert events(workspace, EventKind.PUSH_LOST) == []
    workspace.apns.renew(OWNER, confirmed=True)
    run(workspace, days=8)
    apple = [device for device in alive(workspace) if device.platform in (Platform.IOS, Platform.MACOS)]
    crossed = [device for device in apple if device.issuer_group == group]
    assert len(crossed) > 0.8 * len(apple)
    assert events(workspace, EventKind.PUSH_LOST) == []
    assert workspace.check().clean


def test_revoked_all_are_lost_and_nobody_else() -> None:
    workspace = populate(with_push(), 150)
    apple = {device.id for device in workspace.devices.all() if device.platform in (Platform.IOS, Platform.MACOS)}
    run(workspace, days=3)
    (record,) = workspace.portal.list(OWNER)
    workspace.apns.revoke(OWNER, record.id)
    run(workspace, days=5)
    assert {event.device_id for event in events(workspace, EventKind.PUSH_LOST)} == apple
    assert {event.detail for event in events(workspace, EventKind.ENROLLMENT_REFUSED)} == {"apns-revoked"}
    assert states(workspace) == {"must re-enroll": len(apple), "enrolled": 150 - len(apple)}


# The gateway, and the MDM server


def test_with_an_expired_gateway_certificate_nobody_re_enrolls() -> None:
    workspace = deployment()
    component = trusted(workspace, "gateway-ssl", server(5))
    populate(workspace, 200, LAPTOPS)
    rotate(workspace)
    run_to(workspace, MONDAY + 5 * DAY)
    workspace.devices.renew(device.id for device in workspace.devices.all())
    run(workspace, days=14)
    refused = events(workspace, EventKind.ENROLLMENT_REFUSED)
    assert {event.detail for event in refused} == {"gateway-certificate-expired"}
    assert len({event.device_id for event in refused}) == len(refused) > 100  # each once
    assert events(workspace, EventKind.RE_ENROLLED, EventKind.CHECK_IN_FAILED) == []
    assert states(workspace) == {"re-enrollment required": 200}
    last = [at for at in seen(workspace).values() if at is not None]
    assert max(last) > workspace.now() - timedelta(days=4)  # they do come (no weekends)
    replace(workspace, component, server(400))
    run(workspace, days=12)
    assert len(events(workspace, EventKind.RE_ENROLLED)) > 100
    assert workspace.check().clean


def test_with_an_expired_mdm_certificate_nobody_checks_in_and_all_come_back() -> None:
    workspace = deployment()
    component = trusted(workspace, "mdm-ssl", server(5))
    populate(workspace, 150)
    end = MONDAY + 5 * DAY
    run_to(workspace, end)
    before, digest = seen(workspace), workspace.devices.log_digest()
    workspace.devices.renew(device.id for device in workspace.devices.all() if device.platform is Platform.IOS)
    asked = workspace.devices.log_digest().count
    run(workspace, days=10)
    assert seen(workspace) == before
    assert workspace.devices.log_digest().count == asked > digest.count  # nothing happened to anybody
    replace(workspace, component, server(400))
    replaced_at = workspace.now()
    run(workspace, days=8)
    assert all(at is None or at <= end or at > replaced_at for at in seen(workspace).values())
    came = [at for at in seen(workspace).values() if at is not None and at > replaced_at]
    assert len(came) > 0.85 * len(alive(workspace))
    assert events(workspace, EventKind.RENEWED)
    assert workspace.check().clean


# Trust


def moved_fleet(prepare: Callable[[Workspace, Certificate], None], devices: int = 200) -> tuple[Workspace, Certificate]:
    """A fleet whose MDM FQDN moves to a private root on the fourth day; the answer is that root, too. ``prepare`` is
    called on the first."""
    workspace = deployment()
    component = trusted(workspace, "mdm-ssl", server(300))
    populate(workspace, devices)
    root = bring(workspace, PRIVATE, key=False)
    run(workspace, hours=1)
    prepare(workspace, root)
    run_to(workspace, MONDAY + 4 * DAY)
    replace(workspace, component, server(310, PRIVATE))
    return workspace, root


def not_deployed(workspace: Workspace, root: Certificate) -> None:
    pass


def deployed(workspace: Workspace, root: Certificate) -> None:
    workspace.trust.deploy(root.id)


def cut_off(workspace: Workspace) -> list[Device]:
    return [device for device in workspace.devices.all() if device.is_cut_off]


def test_moved_to_a_root_that_was_not_deployed_every_device_gets_ssl_error_61() -> None:
    workspace, _ = moved_fleet(not_deployed)
    run(workspace, days=14)
    failed = events(workspace, EventKind.CHECK_IN_FAILED)
    assert {event.detail for event in failed} == {"ssl-error-61"}
    assert len({event.device_id for event in failed}) == len(failed)  # each once
    assert len(failed) > 0.9 * len(alive(workspace))
    assert len(cut_off(workspace)) == len(failed)
    assert all(at is None or at <= MONDAY + 4 * DAY for at in seen(workspace).values())
    assert workspace.check().clean


def test_deployed_before_those_without_an_antivirus_go_on() -> None:
    """If they came in time; who was away, or has an antivirus, has to see to it."""
    workspace, root = moved_fleet(deployed)
    deployed_at = workspace.trust.get(root.id).deployed_at
    assert deployed_at is not None
    ready = {
        device.id
        for device in workspace.devices.all()
        if not device.antivirus and (seen(workspace)[device.id] or MONDAY) >= deployed_at
    }
    assert len(ready) > 120
    run(workspace, days=10)
    out = cut_off(workspace)
    assert {device.id for device in out} & ready == set()
    with_antivirus = [device for device in workspace.devices.all() if device.antivirus]
    assert len([device for device in with_antivirus if device.is_cut_off]) > 0.8 * len(with_antivirus) > 10
    assert not [event for event in events(workspace, EventKind.ROOT_INSTALLED) if event.device_id in ready]
    workspace.trust.deploy(root.id, antivirus=True)
    run(workspace, days=10)
    assert len(cut_off(workspace)) < 0.2 * len(out)
    assert workspace.check().clean


def test_deployed_after_their_owners_install_it() -> None:
    workspace, root = moved_fleet(not_deployed)
    run(workspace, days=6)
    before = {device.id for device in cut_off(workspace)}
    workspace.trust.deploy(root.id, antivirus=True)
    left = [len(before)]
    for _ in range(12):
        run(workspace, days=1)
        left.append(len({device.id for device in cut_off(workspace)} & before))
    assert left == sorted(left, reverse=True)
    assert left[12] < 0.2 * len(before)
    installed = events(workspace, EventKind.ROOT_INSTALLED)
    assert {event.detail for event in installed} == {f"certificate {root.id}"}
    assert len({event.device_id for event in installed}) == len(installed) >= len(before) - left[12]
    assert workspace.check().clean


def test_installed_without_the_antivirus_it_helps_only_those_that_have_none() -> None:
    workspace, root = moved_fleet(not_deployed)
    run(workspace, days=6)
    workspace.trust.deploy(root.id)
    run(workspace, days=20)
    installed = {event.device_id for event in events(workspace, EventKind.ROOT_INSTALLED)}
    by_antivirus = Counter(
        (device.antivirus, device.is_cut_off) for device in alive(workspace) if device.id in installed
    )
    assert by_antivirus[True, False] == 0
    assert by_antivirus[False, False] > 0.9 * (by_antivirus[False, False] + by_antivirus[False, True])
    stuck = [device.id for device in alive(workspace) if device.antivirus and device.is_cut_off]
    workspace.trust.install(root.id, stuck, antivirus=True)
    run(workspace, days=8)
    assert len([id for id in stuck if workspace.devices.get(id).is_cut_off]) < 0.3 * len(stuck)
    assert workspace.check().clean


def test_laptops_that_can_neither_come_nor_enroll_try_each_once() -> None:
    """Their users were asked to re-enroll them when the chain moved: one refusal of each kind, and then peace."""
    workspace = deployment()
    component = trusted(workspace, "mdm-ssl", server(300))
    trusted(workspace, "gateway-ssl", server(6))
    populate(workspace, 100, LAPTOPS)
    run(workspace, days=1)
    rotate(workspace)
    workspace.devices.renew(device.id for device in workspace.devices.all())
    run_to(workspace, MONDAY + 6 * DAY + SECOND)
    replace(workspace, component, server(310, PRIVATE))
    run(workspace, days=25)
    for kind in (EventKind.CHECK_IN_FAILED, EventKind.ENROLLMENT_REFUSED):
        told = events(workspace, kind)
        assert len({event.device_id for event in told}) == len(told) > 15
    for device in cut_off(workspace):
        assert device.last_check_in is None or device.last_check_in <= MONDAY + 7 * DAY
    assert workspace.check().clean


# Which devices have an antivirus


def test_which_devices_have_an_antivirus() -> None:
    workspace = populate(deployment(), 600, dict.fromkeys(Platform, 1))
    devices = workspace.devices.all()
    shares = {
        platform: sum(device.antivirus for device in devices if device.platform is platform)
        / sum(device.platform is platform for device in devices)
        for platform in Platform
    }
    assert shares[Platform.IOS] == 0
    assert 0.02 < shares[Platform.ANDROID] < shares[Platform.MACOS] < 0.35 < shares[Platform.WINDOWS] < 0.75
    again = populate(deployment(), 600, dict.fromkeys(Platform, 1)).devices.all()
    assert [device.antivirus for device in again] == [device.antivirus for device in devices]
