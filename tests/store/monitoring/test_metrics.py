"""The figures for monitoring systems: their names and labels, and what is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.components.capabilities import Capability
from certfleet.store.devices.device_counts import CountKey, DeviceCounts
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.model.notice import Channel
from certfleet.store.persistence.table import DocumentTable
from certfleet.store.views.metrics import metric_families
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import bring, replace, trusted, use
from tests.store.devices.handset import Handset
from tests.test_start_by_faces import keep

Samples = dict[tuple[str, ...], float]


def samples(workspace: Workspace, name: str, *labels: str) -> Samples:
    """The samples of a metric, by the values of some of its labels."""
    (family,) = [one for one in metric_families(workspace.metrics.figures()) if one.name == name]
    picked = [family.labels.index(label) for label in labels]
    return {tuple(values[at] for at in picked): value for values, value in family.samples}


def test_a_certificate_has_the_exporter_s_names(workspace: Workspace) -> None:
    issued = issue("mdm.company.example", days=82, issuer=make_ca("Company CA"))
    entry = bring(workspace, issued, chain=False)
    labels = ("certificate_id", "subject_CN", "issuer_CN", "serial_number", "use_as")
    key = str(entry.id), "mdm.company.example", "Company CA", str(issued.certificate.serial_number), "server"
    assert samples(workspace, "x509_cert_not_after", *labels)[key] == entry.not_after.timestamp()
    assert samples(workspace, "x509_cert_not_before", *labels)[key] == entry.not_before.timestamp()
    assert samples(workspace, "x509_cert_expired", *labels)[key] == 0


def test_expired_is_by_the_workspace_s_clock(workspace: Workspace, clock: FixedClock) -> None:
    entry = bring(workspace, issue("mdm.company.example", days=82), chain=False)
    clock.at = entry.not_after + timedelta(seconds=1)
    assert samples(workspace, "x509_cert_expired", "certificate_id")[str(entry.id),] == 1
    assert samples(workspace, "certfleet_time_seconds") == {(): clock.at.timestamp()}


def test_what_was_replaced_is_left_out_unless_something_still_serves_it(workspace: Workspace) -> None:
    workspace.site.set(ssl_offload=True)
    plain = use(workspace, "saml", issue("saml.company.example"))
    gateway = use(workspace, "gateway-ssl", issue("gateway.company.example"))
    replace(workspace, plain, issue("saml.company.example", days=500))
    replace(workspace, gateway, issue("gateway.company.example", days=500))
    ids = {id for (id,) in samples(workspace, "x509_cert_not_after", "certificate_id")}
    assert str(plain.certificate_id) not in ids
    assert str(gateway.certificate_id) in ids
    assert samples(workspace, "certfleet_tasks_open") == {(): 1}


def test_each_ca_of_a_group_is_there_once(workspace: Workspace) -> None:
    labels = ("ca_group", "ca_role", "certificate_id")
    roles = ("root", "device", "server")
    assert samples(workspace, "x509_cert_not_after", *labels).keys() == {("default", role, "") for role in roles}
    workspace.authorities.issue_listener(["localhost"])
    found = [one[:2] for one in samples(workspace, "x509_cert_not_after", *labels) if one[0]]
    assert sorted(found) == sorted(("default", role) for role in roles)


def test_what_is_stopped_by_a_certificate_counts_and_what_was_never_set_up_does_not(
    workspace: Workspace, clock: FixedClock
) -> None:
    assert set(samples(workspace, "certfleet_capability_stopped", "capability").values()) == {0}
    trusted(workspace, "mdm-ssl", issue("mdm.company.example", days=10))
    clock.at = NOW + timedelta(days=11)
    stopped = samples(workspace, "certfleet_capability_stopped", "capability")
    assert stopped[Capability.ENROLL.value,] == 1
    assert len(stopped) == len(Capability)


def test_undelivered_notices_and_last_days_to_start(workspace: Workspace) -> None:
    assert samples(workspace, "certfleet_notices_undelivered", "state") == {("waiting",): 0, ("failed",): 0}
    workspace.deliveries.set_webhook(url="https://hooks.company.example/1")
    workspace.notices.tell("test", "workspace:1", "Read this", "", workspace.now())
    assert samples(workspace, "certfleet_notices_undelivered", "state") == {("waiting",): 1, ("failed",): 0}
    workspace.deliveries.remove(Channel.WEBHOOK)
    assert samples(workspace, "certfleet_notices_undelivered", "state") == {("waiting",): 0, ("failed",): 1}
    one = keep(workspace, -2)
    assert samples(workspace, "certfleet_start_by_days", "record") == {(one.record,): -2}


def test_the_newest_backup(workspace: Workspace) -> None:
    assert "certfleet_backup_timestamp_seconds" not in {
        one.name for one in metric_families(workspace.metrics.figures())
    }
    workspace.backups.make()
    (newest,) = workspace.backups.all()
    assert samples(workspace, "certfleet_backup_timestamp_seconds") == {(): newest.at.timestamp()}


def test_devices_are_counted_by_platform_state_and_group(workspace: Workspace, fleet: list[Handset]) -> None:
    found = samples(workspace, "certfleet_devices", "platform", "state", "issuer_group")
    devices = workspace.devices.all()
    assert sum(found.values()) == len(devices)
    for device in devices:
        assert found[device.platform.value, device.state.value, device.issuer_group or ""] >= 1


def test_the_database_counts_anew_what_was_written(
    workspace: Workspace, fleet: list[Handset], monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, platform = workspace.devices.get(fleet[0].id), Platform.IOS
    counts = DeviceCounts(workspace.database)
    before = counts.get()
    workspace.devices.revoke([phone.id])
    monkeypatch.setattr(DocumentTable, "records", None)  # no device is read
    after = counts.get()
    gone = CountKey(platform, DeviceState.ENROLLED, phone.issuer_group or "")
    come = CountKey(platform, DeviceState.REVOKED, phone.issuer_group or "")
    assert after[come] == before.get(come, 0) + 1
    assert after.get(gone, 0) == before[gone] - 1


def test_nothing_is_counted_again_until_a_device_is_written(
    workspace: Workspace, fleet: list[Handset], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = DeviceCounts(workspace.database)
    before = counts.get()
    monkeypatch.setattr(DocumentTable, "grouped", None)
    assert counts.get() == before
    workspace.audit.record("test", "workspace:1", "no device is written")
    assert counts.get() == before


def test_another_process_s_devices_count(workspace: Workspace, fleet: list[Handset]) -> None:
    counts = DeviceCounts(workspace.database)
    counts.get()
    assert workspace.path is not None
    with Workspace.open(workspace.path, clock=FixedClock(NOW)) as other:
        other.deletions.delete([fleet[0].id])
    assert sum(counts.get().values()) == len(fleet) - 1
