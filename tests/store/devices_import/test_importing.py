"""Taking exports in: new devices, later exports, conflicts, and what can be done with devices known by an import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.clock import FixedClock
from certfleet.store.devices_import.importing import DeviceImportResult
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.material import ec_key, issue, make_ca
from tests.store.deployment import source, use
from tests.store.devices.handset import signing_request

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HEAD = "platform,serial_number,imei,os_version,upn,last_check_in,issuer,certificate_serial_number,not_after"
PHONE = "ios,F2LX10A7KXKN,356938035643809,26.0,ben@example.com,2026-11-01T10:00:00Z,Old CA,0A,2026-12-20T00:00:00Z"
LAPTOP = "windows,PF4XK2L9,,10.0.26100.1,ann@example.com,2026-11-02T10:00:00Z,Old CA,0B,2027-01-20T00:00:00Z"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """An empty workspace in memory."""
    with Workspace.open(None, clock=FixedClock(NOW)) as workspace:
        yield workspace
        assert workspace.check().problems == ()


def take_in(workspace: Workspace, *lines: str, head: str = HEAD) -> DeviceImportResult:
    """Import an export with these lines."""
    return workspace.device_imports.take_in("\n".join([head, *lines, ""]).encode(), source="export.csv")


def refusals(result: DeviceImportResult) -> list[tuple[int, str]]:
    return [(one.line, one.refusal.code) for one in result.refused]


def kinds(workspace: Workspace, id: int) -> list[EventKind]:
    return [event.kind for event in workspace.devices.timeline(id)]


def changed(line: str, **fields: str) -> str:
    """A line with other values."""
    values = dict(zip(HEAD.split(","), line.split(","), strict=True))
    return ",".join({**values, **fields}.values())


def test_devices_exist_by_what_the_export_says(workspace: Workspace) -> None:
    result = take_in(workspace, PHONE, LAPTOP)
    assert ([one.device_id for one in result.added], result.updated, result.refused) == ([1, 2], (), ())
    phone = workspace.devices.find("356938035643809")
    assert (phone.platform, phone.state, phone.os_version) == (Platform.IOS, DeviceState.ENROLLED, "26.0")
    assert (phone.issuer_group, phone.not_after) == ("Old CA", datetime(2026, 12, 20, tzinfo=UTC))
    assert (phone.certificate_id, phone.certificates) == (None, ())
    assert phone.last_check_in == datetime(2026, 11, 1, 10, tzinfo=UTC)
    [kept] = workspace.device_imports.all()
    assert (kept.added, kept.lines, kept.source, kept.as_of) == (
        2,
        2,
        "export.csv",
        datetime(2026, 11, 2, 10, tzinfo=UTC),
    )
    line = workspace.audit.tail(1)[0]
    assert (line.action, line.record) == ("device.import", "device-import:1")


def test_again_is_no_change(workspace: Workspace) -> None:
    take_in(workspace, PHONE, LAPTOP)
    before = workspace.devices.all(), workspace.devices.log_digest(), len(workspace.audit.tail(100))
    result = take_in(workspace, PHONE, LAPTOP)
    assert (result.added, result.updated, result.unchanged, result.missing) == ((), (), 2, 0)
    assert before == (workspace.devices.all(), workspace.devices.log_digest(), len(workspace.audit.tail(100)))
    assert len(workspace.device_imports.all()) == 1


def test_a_later_export_updates(workspace: Workspace) -> None:
    take_in(workspace, PHONE, LAPTOP)
    later = changed(PHONE, os_version="26.1", last_check_in="2026-11-20T10:00:00Z")
    result = take_in(workspace, later)
    assert ([one.device_id for one in result.updated], result.renewed, result.missing) == ([1], (), 0)
    device = workspace.devices.get(1)
    assert (device.os_version, device.last_check_in) == ("26.1", datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert kinds(workspace, 1) == [EventKind.IMPORTED, EventKind.OS_UPGRADED]


def test_an_older_export_takes_nothing_back(workspace: Workspace) -> None:
    take_in(workspace, changed(PHONE, os_version="26.1", last_check_in="2026-11-20T10:00:00Z"))
    assert take_in(workspace, PHONE).unchanged == 1
    assert workspace.devices.get(1).os_version == "26.1"


def test_what_an_export_does_not_tell_stays(workspace: Workspace) -> None:
    take_in(workspace, PHONE)
    take_in(workspace, "ios,F2LX10A7KXKN,2026-11-21T10:00:00Z", head="platform,serial_number,last_check_in")
    device = workspace.devices.get(1)
    assert (device.imei, device.upn, device.issuer_group) == ("356938035643809", "ben@example.com", "Old CA")
    assert device.not_after == datetime(2026, 12, 20, tzinfo=UTC)


def test_a_renewal_is_pending_until_an_import_names_a_new_certificate(workspace: Workspace) -> None:
    take_in(workspace, PHONE)
    assert [device.id for device in workspace.devices.renew([1]).pending] == [1]
    take_in(workspace, changed(PHONE, last_check_in="2026-11-20T10:00:00Z"))
    assert workspace.devices.get(1).renewal is not None
    new = {"issuer": "New CA", "certificate_serial_number": "1A", "not_after": "2027-11-21T00:00:00Z"}
    result = take_in(workspace, changed(PHONE, last_check_in="2026-11-21T10:00:00Z", **new))
    device = workspace.devices.get(1)
    assert (result.renewed, device.renewal, device.issuer_group) == ((1,), None, "New CA")
    assert device.not_after == datetime(2027, 11, 21, tzinfo=UTC)
    assert workspace.devices.timeline(1)[-1].detail == "Old CA to New CA"


@pytest.mark.parametrize(
    ("head", "before", "after", "renewed"),
    [
        ("not_after", "2026-12-20", "2026-12-20T13:00:00Z", False),  # the day alone, and the time
        ("not_after", "2026-12-20", "2027-12-20", True),
        ("not_after", "2026-12-20", "2026-11-20", False),
        ("issuer", "Old CA", "New CA", True),
        ("certificate_serial_number", "0a:1b", "0A1B", False),
        ("certificate_serial_number", "0a", "0b", True),
    ],
)
def test_which_certificate_is_another(workspace: Workspace, head: str, before: str, after: str, renewed: bool) -> None:
    head = f"platform,serial_number,{head}"
    take_in(workspace, f"ios,A1,{before}", head=head)
    assert bool(take_in(workspace, f"ios,A1,{after}", head=head).renewed) is renewed


def test_windows_is_marked_until_its_user_has_re_enrolled(workspace: Workspace) -> None:
    take_in(workspace, LAPTOP)
    assert [refusal.code for _, refusal in workspace.devices.renew([1]).refused] == ["windows-must-re-enroll"]
    assert workspace.devices.get(1).state is DeviceState.RE_ENROLLMENT_REQUIRED
    new = {"certificate_serial_number": "1B", "not_after": "2027-11-21T00:00:00Z"}
    take_in(workspace, changed(LAPTOP, last_check_in="2026-11-21T10:00:00Z", **new))
    assert workspace.devices.get(1).state is DeviceState.ENROLLED
    assert kinds(workspace, 1)[-1] is EventKind.RE_ENROLLED


def test_a_revoked_device_is_back_with_another_certificate_only(workspace: Workspace) -> None:
    take_in(workspace, PHONE)
    workspace.devices.revoke([1])
    take_in(workspace, changed(PHONE, last_check_in="2026-11-20T10:00:00Z"))
    assert workspace.devices.get(1).state is DeviceState.REVOKED
    new = {"certificate_serial_number": "1A", "not_after": "2027-11-21T00:00:00Z"}
    take_in(workspace, changed(PHONE, last_check_in="2026-11-21T10:00:00Z", **new))
    assert workspace.devices.get(1).state is DeviceState.ENROLLED


def test_an_imported_device_can_be_deleted(workspace: Workspace) -> None:
    take_in(workspace, PHONE)
    workspace.deletions.delete([1])
    assert [one.device_id for one in take_in(workspace, PHONE).added] == [2]


def test_a_device_twice_in_a_file_is_the_one_seen_last(workspace: Workspace) -> None:
    newer = changed(PHONE, last_check_in="2026-11-20T10:00:00Z", os_version="26.1")
    result = take_in(workspace, PHONE, newer, LAPTOP, LAPTOP)
    assert refusals(result) == [(2, "device-twice"), (5, "device-twice")]
    assert "line 3 has the same serial number, and a later check-in" in result.refused[0].refusal.message
    assert workspace.devices.get(1).os_version == "26.1"


def test_identities_of_two_devices_are_a_conflict(workspace: Workspace) -> None:
    take_in(workspace, PHONE, LAPTOP)
    result = take_in(
        workspace,
        changed(PHONE, serial_number="PF4XK2L9"),  # one device's IMEI, another one's serial number
        changed(PHONE, imei="", serial_number="PF4XK2L9"),
    )
    assert refusals(result) == [(2, "identity-conflict"), (3, "device-twice")]
    other = take_in(workspace, changed(PHONE, serial_number="F2LX10A7KXKZ"))
    assert refusals(other) == [(2, "identity-conflict")]
    assert refusals(take_in(workspace, changed(LAPTOP, platform="macos"))) == [(2, "platform-differs")]
    within = take_in(workspace, "ios,B1,356938035643817", "ios,B2,356938035643817", head="platform,serial_number,imei")
    assert refusals(within) == [(3, "identity-conflict")]


def test_devices_of_earlier_imports_that_are_missing_are_counted(workspace: Workspace) -> None:
    take_in(workspace, PHONE, LAPTOP)
    assert (
        take_in(workspace, changed(PHONE, serial_number="A1", imei="")).missing == 1
    )  # the laptop isn't of its platforms


def test_a_certificate_issued_here_is_kept(workspace: Workspace) -> None:
    take_in(workspace, LAPTOP)
    device = workspace.devices.enroll(1, signing_request(ec_key())).device
    take_in(workspace, changed(LAPTOP, last_check_in="2026-11-29T13:00:00Z", os_version="26.2", not_after="2030-01-01"))
    after: Device = workspace.devices.get(1)
    assert (after.os_version, after.not_after, after.certificate_id) == (
        "26.2",
        device.not_after,
        device.certificate_id,
    )


def test_real_devices_do_not_go_among_simulated_ones() -> None:
    with Workspace.open(None, start=NOW - timedelta(days=30)) as workspace:
        assert len(take_in(workspace, head=HEAD).added) == 0
        draw_fleet(workspace, FleetPlan(devices=3, seed=1))
        with pytest.raises(Refusal, match="fleet-is-simulated"):
            take_in(workspace, PHONE)


def test_imported_devices_have_no_habits_to_simulate() -> None:
    with Workspace.open(None, start=NOW) as workspace:
        take_in(workspace, PHONE)
        with pytest.raises(Refusal, match="when the 1 device of this workspace connect"), Simulator(workspace):
            pass


def test_the_weekly_count_of_expiring_certificates_knows_imported_devices(workspace: Workspace) -> None:
    take_in(workspace, PHONE)
    [end] = workspace.impact.device_ends(NOW + timedelta(days=60))
    assert (end.devices, end.at) == (1, datetime(2026, 12, 20, tzinfo=UTC))


def test_an_imported_device_trusts_what_the_server_showed_when_it_came(workspace: Workspace) -> None:
    server = use(workspace, "mdm-ssl", issue("mdm.company.example"))
    effects = workspace.trials.try_out(lambda: take_in(workspace, PHONE))
    assert (effects.trust, effects.is_harmful) == ((), False)
    take_in(workspace, PHONE)
    assert workspace.impact.ssl_errors().would_be_refused == 0
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at += timedelta(days=1)
    moved = source(issue("mdm.company.example", issuer=make_ca("Private Root")))
    workspace.inventory.replace(server.certificate_id or 0, moved)
    assert workspace.impact.ssl_errors().would_be_refused == 1
    take_in(workspace, changed(PHONE, upn="eve@example.com"))
    assert workspace.impact.ssl_errors().would_be_refused == 1
    workspace.clock.at += timedelta(days=1)
    take_in(workspace, changed(PHONE, last_check_in="2026-12-01T08:00:00Z"))
    assert workspace.impact.ssl_errors().would_be_refused == 0


def test_silence_is_counted_by_platform(workspace: Workspace) -> None:
    head = "platform,serial_number,last_check_in"
    first = ["ios,A1,2026-11-01", "ios,A2,2026-09-01", "ios,A3,2026-06-01", "ios,A4,never", "macos,B1,2026-10-31"]
    take_in(workspace, *first, head=head)
    take_in(workspace, "ios,A1,2026-11-28", "ios,A2,2026-11-27", head=head)
    one, two = workspace.device_imports.all()
    assert [(row.platform, row.devices, row.longer) for row in one.silence] == [
        (Platform.IOS, 3, (2, 2, 2, 1)),
        (Platform.MACOS, 1, (0, 0, 0, 0)),
    ]
    assert [(row.devices, row.longer, row.returned) for row in two.silence] == [(2, (0, 0, 0, 0), 1)]
