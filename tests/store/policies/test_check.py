"""The workspace check finds invalid policies, and devices that contradict them."""

from __future__ import annotations

from typing import Any

import pytest

from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset
from tests.store.policies.material import VPN, bring


@pytest.fixture
def phone(workspace: Workspace) -> Handset:
    """It has the policy, which is number 1."""
    phone = Handset(workspace)
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("VPN", vpn=VPN)
    phone.check_in()
    return phone


def problems(workspace: Workspace) -> list[tuple[str, str]]:
    return [(problem.code, problem.record) for problem in workspace.check().problems]


def change(workspace: Workspace, table: str, id: int, **fields: Any) -> None:
    workspace.database.table(table).update(fields, doc_ids=[id])


def test_a_policy_that_no_rule_lets_through(workspace: Workspace, phone: Handset) -> None:
    assert problems(workspace) == []
    change(workspace, "policies", 1, platforms=["windows"])
    assert problems(workspace) == [("policy-invalid", "policy:1")]
    change(workspace, "policies", 1, platforms=["amiga"])
    assert problems(workspace) == [("document-invalid", "policies:1")]


def test_two_policies_of_one_name(workspace: Workspace, phone: Handset) -> None:
    workspace.policies.create("Other", vpn=VPN)
    change(workspace, "policies", 2, name="vpn")
    assert problems(workspace) == [("same-name", "policy:2")]


def test_a_policy_for_what_is_not_there(workspace: Workspace, phone: Handset) -> None:
    change(workspace, "policies", 1, assignment={"devices": [77]})
    assert problems(workspace) == [("reference-broken", "policy:1")]


def test_a_device_with_what_is_not_there(workspace: Workspace, phone: Handset) -> None:
    workspace.database.table("policies").remove(doc_ids=[1])
    assert problems(workspace) == [("policy-differs", f"device:{phone.id}")]


def test_a_device_whose_certificate_is_not_there(workspace: Workspace, phone: Handset) -> None:
    record = workspace.bulk.named(phone.device.serial_number)
    workspace.database.table("bulk_certificates").remove(doc_ids=[record.id])
    assert ("policy-differs", f"device:{phone.id}") in problems(workspace)


def test_what_is_pending_for_a_device_and_can_not_be(workspace: Workspace, phone: Handset) -> None:
    action = {"kind": "policy", "requested_at": "2026-01-01T00:00:00Z", "requested_by": "alice"}
    for pending in (
        [{**action, "policy_id": 9}],
        [{**action, "policy_id": None}],
        [{**action, "kind": "policy-removal", "policy_id": 9}],
        [{**action, "policy_id": 1}, {**action, "policy_id": 1}],
        [{**action, "kind": "certificate-renewal", "policy_id": 1}],
    ):
        change(workspace, "devices", phone.id, pending=pending)
        assert ("policy-differs", f"device:{phone.id}") in problems(workspace)
