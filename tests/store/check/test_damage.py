"""`workspace check` names what somebody has changed behind the workspace's back: devices, CA groups, the event log.

The fleet: phone 1 has crossed over (certificates 1 and 5), phone 2 is in the middle of it (2 and 6), laptop 3 is
marked, phone 4 is revoked.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from certfleet.store.workspace import Workspace
from tests.material import issue, make_ca
from tests.store.devices.handset import Handset

Damage = Callable[[Workspace], object]


def change(table: str, id: int, **fields: object) -> Damage:
    return lambda workspace: workspace.database.table(table).update(fields, doc_ids=[id])


def remove(table: str, id: int) -> Damage:
    return lambda workspace: workspace.database.table(table).remove(doc_ids=[id])


def device(id: int, **fields: object) -> Damage:
    return change("devices", id, **fields)


def certificate(id: int, **fields: object) -> Damage:
    return change("device_certificates", id, **fields)


def queue_of_phone_2(id: int) -> Damage:
    """Give a device the renewal that is pending for phone 2."""
    return lambda workspace: device(id, pending=workspace.database.table("devices").get(doc_id=2)["pending"])(workspace)


def phone_2_forgets_the_new_one(workspace: Workspace) -> None:
    held = workspace.database.table("devices").get(doc_id=2)["certificates"]
    device(2, certificates=held[:1])(workspace)


def phone_1_calls_the_old_one_revoked(workspace: Workspace) -> None:
    (id, group, not_after, _), new = workspace.database.table("devices").get(doc_id=1)["certificates"]
    device(1, certificates=[[id, group, not_after, "revoked"], new])(workspace)


def udid_of_phone_1(workspace: Workspace) -> None:
    device(2, udid=workspace.devices.get(1).udid)(workspace)


def forged(workspace: Workspace) -> None:
    """A certificate that says what it should, signed by somebody else."""
    name = workspace.authorities.chain("default")[0].subject
    serial_number = workspace.devices.get(1).serial_number
    der = issue(serial_number, issuer=make_ca(), issuer_name=name).der
    certificate(1, der=base64.b64encode(der).decode())(workspace)


SCHEMA: list[tuple[Damage, str]] = [
    (device(1, state="lost"), "devices:1"),
    (certificate(2, not_after="soon"), "device_certificates:2"),
    (change("device_events", 3, kind="landed"), "device_events:3"),
    (change("event_log", 1, count="many"), "event_log:1"),
    (change("revocations", 1, at=None), "revocations:1"),
    (change("authorities", 1, role="saint"), "authorities:1"),
    (change("authority_groups", 2, ready_at=""), "authority_groups:2"),
    (change("notices", 1, at=1), "notices:1"),
    (change("workspace", 1, clock={"kind": "sand"}), "workspace:1"),
]

DEVICES: dict[str, tuple[Damage, set[str]]] = {
    "shares an identity": (udid_of_phone_1, {"same-identity device:2"}),
    "has another serial number": (
        device(2, serial_number="OTHER"),
        {"holder-wrong device-certificate:2", "holder-wrong device-certificate:6"},
    ),
    "has another group": (device(1, issuer_group="default"), {"device-differs device:1"}),
    "has another end": (device(1, not_after="2030-01-01T00:00:00Z"), {"device-differs device:1"}),
    "uses a superseded certificate": (device(1, certificate_id=1), {"device-differs device:1"}),
    "uses another's certificate": (device(1, certificate_id=2), {"device-differs device:1"}),
    "uses no certificate": (device(1, certificate_id=None), {"device-differs device:1"}),
    "is a laptop and has a renewal": (queue_of_phone_2(3), {"device-differs device:3"}),
    "is revoked and has a renewal": (queue_of_phone_2(4), {"device-differs device:4"}),
    "forgets a certificate": (phone_2_forgets_the_new_one, {"device-differs device-certificate:6"}),
    "contradicts a certificate": (phone_1_calls_the_old_one_revoked, {"device-differs device-certificate:1"}),
    "is gone": (
        remove("devices", 1),
        {f"reference-broken device-certificate:{id}" for id in (1, 5)}
        | {f"reference-broken device-event:{id}" for id in (1, 5, 8, 9)},
    ),
}

CERTIFICATES: dict[str, tuple[Damage, set[str]]] = {
    "is gone": (
        remove("device_certificates", 5),
        {"reference-broken device:1", "active-certificate device:1"},
    ),
    "is a second active one": (
        certificate(1, state="active"),
        {"device-differs device-certificate:1", "active-certificate device:1"},
    ),
    "has another serial number": (certificate(1, serial_number="01"), {"record-differs device-certificate:1"}),
    "has another beginning": (
        certificate(1, not_before="2020-01-01T00:00:00Z"),
        {"record-differs device-certificate:1"},
    ),
    "has another fingerprint": (certificate(1, fingerprint_sha256="00"), {"record-differs device-certificate:1"}),
    "has another key": (certificate(1, public_key_sha256="00"), {"record-differs device-certificate:1"}),
    "is no DER": (certificate(1, der="AAAA"), {"der-damaged device-certificate:1"}),
    "is no base64": (certificate(1, der="~"), {"der-damaged device-certificate:1"}),
    "is forged": (forged, {"record-differs device-certificate:1", "issuer-wrong device-certificate:1"}),
    "is said to be of another group": (
        certificate(1, group="group-2"),
        {"device-differs device-certificate:1", "issuer-wrong device-certificate:1"},
    ),
    "is said to be of no group": (
        certificate(1, group="none"),
        {"device-differs device-certificate:1", "reference-broken device-certificate:1"},
    ),
}

HAPPENINGS: dict[str, tuple[Damage, set[str]]] = {
    "revocation is gone": (remove("revocations", 1), {"revocation-missing device-certificate:4"}),
    "revocation of another certificate": (
        change("revocations", 1, serial_number="0123"),
        {"revocation-wrong revocation:1", "revocation-missing device-certificate:4"},
    ),
    "revocation of another device": (change("revocations", 1, device_id=1), {"revocation-wrong revocation:1"}),
    "event is changed": (change("device_events", 3, detail="other"), {"event-log-differs event-log:1"}),
    "event is gone": (remove("device_events", 3), {"event-log-differs event-log:1"}),
    "newest event is gone": (remove("device_events", 11), {"event-log-differs event-log:1"}),
    "digest is changed": (change("event_log", 1, sha256="0" * 64), {"event-log-differs event-log:1"}),
    "digest is gone": (remove("event_log", 1), {"event-log-differs event-log:1"}),
}


def found(workspace: Workspace) -> set[str]:
    return {f"{problem.code} {problem.record}" for problem in workspace.check().problems}


@pytest.mark.parametrize(("damage", "record"), SCHEMA, ids=[record for _, record in SCHEMA])
def test_a_document_that_is_no_record(fleet: list[Handset], damage: Damage, record: str) -> None:
    workspace = fleet[0].workspace
    damage(workspace)
    assert found(workspace) == {f"document-invalid {record}"}


@pytest.mark.parametrize(("damage", "expected"), DEVICES.values(), ids=DEVICES)
def test_a_device_that(fleet: list[Handset], damage: Damage, expected: set[str]) -> None:
    damage(fleet[0].workspace)
    assert found(fleet[0].workspace) == expected


@pytest.mark.parametrize(("damage", "expected"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_device_certificate_that(fleet: list[Handset], damage: Damage, expected: set[str]) -> None:
    damage(fleet[0].workspace)
    assert found(fleet[0].workspace) == expected


@pytest.mark.parametrize(("damage", "expected"), HAPPENINGS.values(), ids=HAPPENINGS)
def test_where_a(fleet: list[Handset], damage: Damage, expected: set[str]) -> None:
    damage(fleet[0].workspace)
    assert found(fleet[0].workspace) == expected


def test_a_ca_group_that_lost_a_ca(workspace: Workspace) -> None:
    device_ca = workspace.authorities.all()[1]
    remove("authorities", device_ca.id)(workspace)
    orphan = f"secret-orphaned public-key:{device_ca.public_key_sha256}"
    assert found(workspace) == {"authority-missing authority-group:1", orphan}


def test_a_ca_that_is_in_no_group(workspace: Workspace) -> None:
    remove("authority_groups", 1)(workspace)
    assert found(workspace) == {f"reference-broken authority:{id}" for id in (1, 2, 3)}


def test_a_ca_that_another_root_issued(workspace: Workspace) -> None:
    workspace.authorities.refresh()
    table = workspace.database.table("authorities")
    first, second = dict(table.get(doc_id=2)), dict(table.get(doc_id=5))
    with workspace.database.transaction():
        table.update({**second, "group": "default", "group_id": 1}, doc_ids=[2])
        table.update({**first, "group": "group-2", "group_id": 2}, doc_ids=[5])
    assert found(workspace) == {"issuer-wrong authority:2", "issuer-wrong authority:5"}


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (change("authorities", 3, der="AAAA"), "der-damaged authority:3"),
        (change("authorities", 3, subject="CN=Other"), "record-differs authority:3"),
        (change("authorities", 3, not_after="2090-01-01T00:00:00Z"), "record-differs authority:3"),
    ],
)
def test_a_ca_that_is_not_what_its_record_says(workspace: Workspace, damage: Damage, expected: str) -> None:
    damage(workspace)
    assert found(workspace) == {expected}


def test_two_ca_groups_of_one_name(workspace: Workspace) -> None:
    workspace.authorities.refresh()
    change("authority_groups", 2, name="default")(workspace)
    assert "same-name authority-group:2" in found(workspace)
