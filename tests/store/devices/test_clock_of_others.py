"""What a device gets is by the clock and the CA group of the moment it is written, whatever others did meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.handset import Handset

LATER = NOW + timedelta(days=40)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """Two processes on a workspace with a virtual clock."""
    path = tmp_path / "workspace"
    with Workspace.open(path, start=NOW) as ours, Workspace.open(path) as others:
        yield ours, others


def go_on(others: Workspace) -> None:
    """The others commit forty days, and a new CA group."""
    others.authorities.refresh(name="group-2", ready_after=timedelta(days=1))
    others.set_clock(LATER)


def test_an_enrollment(both: tuple[Workspace, Workspace]) -> None:
    ours, others = both
    handset = Handset(ours)
    go_on(others)
    certificate = handset.enroll().certificate
    assert (certificate.issued_at, certificate.group) == (LATER, "group-2")
    assert certificate.not_after > LATER + timedelta(days=360)
    assert handset.device.enrolled_at == LATER
    assert ours.check().clean


def test_a_renewal(both: tuple[Workspace, Workspace]) -> None:
    ours, others = both
    handset = Handset(ours)
    ours.devices.renew([handset.id])
    visit = handset.check_in()
    go_on(others)
    certificate = handset.answer(visit)
    assert (certificate.issued_at, certificate.group) == (LATER, "group-2")
    assert ours.devices.timeline(handset.id)[-1].at == LATER
    assert ours.check().clean


def test_a_check_in(both: tuple[Workspace, Workspace]) -> None:
    ours, others = both
    handset = Handset(ours)
    go_on(others)
    handset.check_in()
    assert handset.device.last_check_in == LATER


def test_an_expiry_while_it_waited(both: tuple[Workspace, Workspace]) -> None:
    ours, others = both
    handset = Handset(ours)
    others.set_clock(handset.certificate.not_after + timedelta(days=1))
    refusal = handset.check_in().refusal
    assert refusal is not None
    assert refusal.code == "certificate-expired"
