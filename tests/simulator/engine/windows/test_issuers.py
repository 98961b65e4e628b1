"""Certificates on paper: the same history, and nothing of a certificate but its record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.simulator.engine.issuing import issuance
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.engine.windows.issuers import PaperIssuer
from certfleet.store.model.device import DeviceCertificate
from certfleet.store.workspace import Workspace

from ...conftest import Draw, renew_all, rotate


def certificates(workspace: Workspace) -> list[DeviceCertificate]:
    return workspace.database.table("device_certificates").records(DeviceCertificate)


def test_on_paper_the_same_happens(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = fleet(devices=120, churn=350)
    rotate(workspace)
    renew_all(workspace)
    paper = workspace.copy()
    until = workspace.now() + timedelta(days=30)
    with Simulator(workspace) as simulator:
        simulator.run(until)
    monkeypatch.setattr(issuance, "issue_all", None)  # it would be called for a certificate over keys
    with Simulator(paper, issuer=PaperIssuer()) as simulator:
        simulator.run(until)

    assert paper.devices.log_digest() == workspace.devices.log_digest()
    assert simulation_status(paper) == simulation_status(workspace)
    assert paper.devices.all() == workspace.devices.all()
    new = [one for one in certificates(paper) if one.issued_at > until - timedelta(days=30)]
    assert new
    assert {one.der for one in new} == {""}
    known = [(one.id, one.device_id, one.group, one.reason, one.not_before, one.not_after, one.state) for one in new]
    real = [
        (one.id, one.device_id, one.group, one.reason, one.not_before, one.not_after, one.state)
        for one in certificates(workspace)
    ]
    assert set(known) <= set(real)
