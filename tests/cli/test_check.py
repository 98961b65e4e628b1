"""``certfleet check``: one line and the exit status of monitoring plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace

from ..material import NOW
from ..test_start_by_faces import keep
from .conftest import Command, Material


def test_what_was_never_set_up_does_not_count(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 3, "--seed", 5)
    assert certfleet.done("check").startswith("CERTFLEET OK - ")
    assert certfleet.json("check") == {"state": "ok", "findings": []}


def test_an_expiry_warns_and_is_critical_by_its_days(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
    certfleet.done("component", "bind", "mdm-ssl", 1)
    assert certfleet.run("check").exit_code == 0
    found = certfleet.run("check", "--warning", 90)
    assert (found.exit_code, found.stdout.startswith("CERTFLEET WARNING - SSL certificate for the MDM FQDN")) == (
        1,
        True,
    )
    assert found.stdout.count("\n") == 1
    assert certfleet.run("check", "--warning", 90, "--critical", 85).exit_code == 2
    assert certfleet.run("check", "--warning", 10, "--critical", 11).exit_code == 2


@pytest.mark.parametrize(("days", "status"), [(90, 0), (20, 1), (-1, 2)])
def test_a_last_day_to_start_warns_and_is_critical_once_it_has_passed(
    certfleet: Command, days: int, status: int
) -> None:
    with Workspace.open(certfleet.workspace, start=NOW) as workspace:
        workspace.authorities.provision()
        start = keep(workspace, days)
        known = workspace.impact.known_starts()
        assert known is not None
        said = known.said(start)
    found = certfleet.run("check")
    assert found.exit_code == status
    assert (said in found.stdout) == (status > 0)


def test_what_cannot_be_read_is_unknown(certfleet: Command, tmp_path: Path) -> None:
    found = certfleet.run("check")
    assert (found.exit_code, found.stdout.startswith("CERTFLEET UNKNOWN - there is no workspace")) == (3, True)
