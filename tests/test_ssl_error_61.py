"""SSL Error 61 has one answer: every front end counts the same devices of one workspace, in the same words."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from certfleet.api.server.application import create_application, served
from certfleet.api.server.surfaces import OWN
from certfleet.cli.main import main
from certfleet.store.devices.trust import would_be_refused
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.trust.ssl_errors import SslErrors
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import source, trusted
from tests.store.devices.handset import Handset

PASSWORD = "correct horse"


def run(folder: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--workspace", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_all_faces_agree(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    with Workspace.open(folder, start=NOW) as workspace:
        server = trusted(workspace, "mdm-ssl", issue("mdm.company.example"))
        phones = [Handset(workspace) for _ in range(4)]
        workspace.devices.revoke([phones[3].id])
        workspace.set_clock(NOW + timedelta(hours=1))
        entry = server.certificate_id or 0
        moved = source(issue("mdm.company.example", issuer=make_ca("Private Root")))
        tried = workspace.trials.try_out(lambda: workspace.inventory.replace(entry, moved))
        done = workspace.inventory.replace(entry, moved)
        with pytest.raises(Refusal, match="ssl-error-61"):
            phones[0].check_in()
        errors = workspace.impact.ssl_errors()
        ((certificate, lacking),) = [(id, count) for id, count in workspace.impact.untrusting().items() if count]
        workspace.accounts.add("ann", Role.ADMINISTRATOR, PASSWORD)
    assert errors == SslErrors(would_be_refused=3, were_refused=1)
    said = would_be_refused(lacking)
    assert said == "3 devices would get SSL Error 61 at their next connection"

    # what a replacement says before and after
    assert [(one.certificate_id, one.after - one.before) for one in tried.trust] == [(certificate, 3)]
    for notes, root in (
        (tried.notes, "the new Private Root"),
        (done.notes, f"certificate {certificate} (Private Root)"),
    ):
        assert [note for note in notes if "SSL Error 61" in note] == [f"{said}: deploy {root} to them"]

    # the command line
    total = f"{said}; 1 got it at their last one"
    assert run(folder, "trust", "list").splitlines()[-1] == total
    assert total in run(folder, "impact").splitlines()
    assert said in " ".join(run(folder, "checklist", "--open").split())
    numbers = {"would_be_refused": 3, "were_refused": 1}
    for command in (("impact",), ("trust", "list")):
        assert json.loads(run(folder, "--json", *command))["ssl_error_61"] == numbers
    refused = json.loads(run(folder, "--json", "device", "list", "--search", "refused:ssl-error-61"))["devices"]
    assert [device["id"] for device in refused] == [phones[0].id]
    rows = json.loads(run(folder, "--json", "checklist"))["checklist"]
    assert [row["devices"] for row in rows if said in row["next_step"]] == [3]
    shown = json.loads(run(folder, "--json", "device", "show", str(phones[0].id)))["device"]
    assert shown["refused"]["code"] == "ssl-error-61"

    # REST
    with Workspace.open(folder) as opened, TestClient(served(create_application(opened))) as client:
        client.headers["auth_token"] = opened.logins.login("ann", PASSWORD)
        for route in ("trust", "consequences"):
            answer = client.get(f"{OWN.prefix}/{route}").json()
            assert answer["ssl_error_61"] == {"would_be_refused": 3, "were_refused": 1}
        listed = client.get(f"{OWN.prefix}/checklist").json()["checklist"]
        assert [row["devices"] for row in listed if said in row["next_step"]] == [3]
