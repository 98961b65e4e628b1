"""The difference that a script has made."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from certfleet.api.rehearsal.branch import Branch, branch_of
from certfleet.api.rehearsal.difference import difference, difference_after
from certfleet.api.server.surfaces import OWN
from certfleet.store.effects.effects import EntryAlteration
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace
from tests.material import make_ca

from .conftest import script_of

PASSWORD = "correct horse"


def test_that_somebody_logs_in_is_no_part_of_it(true: Workspace, tmp_path: Path) -> None:
    true.accounts.add("ann", Role.OPERATOR, PASSWORD)
    with branch_of(true, Role.ADMINISTRATOR) as branch:
        with script_of(branch, tmp_path) as (_, script):
            script.log_in("ann", PASSWORD)
            script.log_in(branch.account, branch.password)
            script("GET", "certificates")
        assert difference(branch).is_empty
    assert [account.name for account in true.accounts.list()] == ["ann"]
    assert true.accounts.list()[0].last_login_at is None


def test_a_new_password_is_not_a_login(branch: Branch) -> None:
    branch.workspace.accounts.set_role(branch.account, Role.VIEWER)
    (record,) = difference(branch).records
    assert (record.kind, record.changed) == ("account", 1)


def test_all_calls_together_make_one_difference(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path) as (server, script):
        script("POST", "device/renewDeviceCert", [1, 2])
        script("POST", "device/revoke", [2])
        pem = make_ca("Company CA").pem
        script.upload("certificates/import/certificate/server", {"useAs": "none", "uploadType": "certificate"}, pem)
    effects = difference(branch)
    assert effects.is_harmful and effects.undo is not None and not effects.undo.possible
    assert [one.ids for one in effects.devices] == [(2,)]
    added = [one for one in effects.entries if one.alteration is EntryAlteration.ADDED]
    assert [one.title for one in added] == ["Company CA"]
    assert all(one.changed for one in server.calls)


def test_two_calls_that_cancel_each_other_make_none(branch: Branch) -> None:
    branch.workspace.scrape_tokens.add("Grafana")
    assert not difference(branch).is_empty
    branch.workspace.scrape_tokens.revoke("Grafana")
    assert difference(branch).is_empty


def test_time_that_passes_afterwards(branch: Branch, true: Workspace) -> None:
    branch.workspace.devices.renew([1])
    played = difference_after(branch, timedelta(days=30))
    assert played.changed.until == true.now() + timedelta(days=30)
    assert (played.without.renewals, played.changed.renewals) == (0, 1)
    assert played.effects.undo is not None


def test_a_script_does_not_write_to_the_recipients_of_notices(true: Workspace, tmp_path: Path) -> None:
    true.deliveries.set_webhook(url="https://chat.company.example/hook", secret="a secret of ours")
    with branch_of(true) as branch, script_of(branch, tmp_path) as (_, script):
        status, _, body = script.ask("POST", f"{OWN.prefix}/delivery/webhook/test")
        assert (status, json.loads(body)["code"]) == (400, "channel-not-configured")
        assert difference(branch).is_empty
    assert true.deliveries.get().webhook is not None
