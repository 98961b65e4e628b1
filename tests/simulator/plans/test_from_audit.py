"""A plan from the audit trail: run on the same start, it leads to the same state."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from certfleet.simulator.company.company import fill
from certfleet.simulator.engine.campaigns.campaign import CampaignPlan, start_campaign
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.plans.from_audit import AuditPlan, plan_from_audit
from certfleet.simulator.plans.new_certificate import make_like
from certfleet.simulator.plans.plan import Plan, Renew
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun, RefusedAction, run_plan
from certfleet.simulator.plans.settings_text import read_setting
from certfleet.simulator.plans.writing import plan_text
from certfleet.store.authorities.validity import Validity
from certfleet.store.inventory.expiry_text import read_limit, with_limits
from certfleet.store.inventory.sources import OnConflict
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.device import Platform
from certfleet.store.model.expiry import EXPIRING
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared
from tests.simulator.conftest import MONDAY, run

OWNER = "mobile@nguyen-medical-group.example"


@pytest.fixture
def start(prepared: Prepared, tmp_path: Path) -> Workspace:
    return copy_of_the_start(prepared, tmp_path / "one.key")


def copy_of_the_start(prepared: Prepared, key_file: Path) -> Workspace:
    def make(folder: Path) -> None:
        with Workspace.open(folder, start=MONDAY, actor=Actor("alice")) as workspace:
            fill(workspace)
            draw_fleet(workspace, FleetPlan(devices=60))

    return prepared.in_memory("plans-start", make, key_file, actor=Actor("alice"))


def by_hand(workspace: Workspace) -> None:
    """What an administrator does in two weeks."""
    run(workspace, hours=30)
    workspace.authorities.refresh(ready_after=timedelta(hours=2))
    run(workspace, hours=5)
    workspace.devices.renew(device.id for device in workspace.devices.all() if device.id % 2)
    workspace.site.set(apns_grace_days=2, gateway_notice_days=(), mdm_fqdn="mdm.example.com")
    run(workspace, days=1)
    workspace.devices.renew(device.id for device in workspace.devices.all())
    start_campaign(workspace, CampaignPlan(second_mail=None, help_desk=3))
    workspace.apns.renew(OWNER)
    run(workspace, days=2)
    gateway = workspace.components.find("gateway-ssl")
    assert gateway is not None
    old = workspace.inventory.get(gateway.certificate_id or 0)
    source = make_like(workspace, old, Validity(workspace.now(), workspace.now() + timedelta(days=99)))
    workspace.inventory.replace(old.id, source)
    for task in workspace.tasks.list(done=False):
        workspace.tasks.done(task.id)
    workspace.trust.deploy(2, platforms=[Platform.IOS, Platform.ANDROID], antivirus=True)
    workspace.components.bind("other", 2, name="Wi-Fi")
    now = workspace.site.get().expiring
    workspace.site.add_freeze(date(2026, 12, 20), date(2027, 1, 6), "end (of the year)")
    workspace.site.add_freeze(date(2027, 4, 1), date(2027, 4, 5))
    workspace.site.set(expiring=with_limits(now, [read_limit("45d"), read_limit("apns=60d,1/2")]))
    run(workspace, days=7)


def state(workspace: Workspace) -> dict[str, Any]:
    """What there is, apart from key material, and from who did it."""
    return {
        "events": workspace.devices.log_digest(),
        "holders": workspace.authorities.holders(),
        "groups": [(group.name, group.ready_at) for group in workspace.authorities.groups()],
        "site": workspace.site.get(),
        "components": [
            (one.id, one.need, one.name, one.certificate_id, one.use, one.apple_id, one.still_serves)
            for one in workspace.components.list()
        ],
        "tasks": [(task.id, task.kind, task.certificate_id, task.done_at) for task in workspace.tasks.list()],
        "certificates": [
            (entry.id, entry.name, entry.not_after, entry.use_as, entry.has_private_key, entry.replaced_by)
            for entry in workspace.inventory.list()
        ],
        "trust": [(one.id, one.platforms, one.deployed_at, one.antivirus_at) for one in workspace.trust.list()],
        "notices": [(notice.at, notice.kind, notice.key) for notice in workspace.notices.list()],
        "push": [(one.apple_id, one.topic, one.not_after) for one in workspace.portal.list()],
    }


def replay(workspace: Workspace, found: AuditPlan, folder: Path, until: Any) -> list[Any]:
    for name, data in found.files.items():
        (folder / name).write_bytes(data)
    plan = read_plan(plan_text(found.plan), found.plan.name)
    assert plan.digest == found.plan.digest
    with Simulator(workspace) as simulator:
        return run_plan(simulator, PlanRun(workspace, plan, folder=folder), until)


def test_the_same_start_leads_to_the_same_state(start: Workspace, prepared: Prepared, tmp_path: Path) -> None:
    by_hand(start)
    until = start.now()
    before = state(start)
    found = plan_from_audit(start, "done", keys=True)
    again = copy_of_the_start(prepared, tmp_path / "two.key")
    outcomes = replay(again, found, tmp_path, until)
    assert not [outcome for outcome in outcomes if isinstance(outcome, RefusedAction)]
    after = state(again)
    for part, value in before.items():
        assert after[part] == value, part


def test_a_plan_that_was_run_comes_back_as_a_plan_with_the_same_history(
    start: Workspace, prepared: Prepared, tmp_path: Path
) -> None:
    text = (
        '[[action]]\ndo = "refresh-authority"\nafter = "1d"\nready_after = "0h"\n'
        '[[action]]\ndo = "renew"\nafter = "2d"\nper_day = 25\n'
        '[[action]]\ndo = "replace-certificate"\nafter = "3d"\ncertificate = "gateway-ssl"\nvalid = "200d"\n'
        '[[action]]\ndo = "import-certificate"\nafter = "3d"\nlike = "saml"\nvalid = "90d"\n'
    )
    with Simulator(start) as simulator:
        run_plan(simulator, PlanRun(start, read_plan(text, "first")), start.now() + timedelta(days=10))
    found = plan_from_audit(start, "second")
    assert not found.files
    assert not found.left_out
    again = copy_of_the_start(prepared, tmp_path / "two.key")
    replay(again, found, tmp_path, start.now())
    before, after = state(start), state(again)
    assert {part for part in before if before[part] != after[part]} == set()


def test_what_no_action_does_is_counted(start: Workspace) -> None:
    start.devices.revoke([1])
    start.devices.revoke([2])
    start.inventory.describe(2, "Ours")
    found = plan_from_audit(start, "done")
    assert found.left_out == {"certificate.describe": 1, "device.revoke": 2}
    assert found.plan == Plan(name="done", title="From the audit trail")


def test_an_imported_certificate_is_in_a_file_without_its_key(start: Workspace, tmp_path: Path) -> None:
    saml = start.components.find("saml")
    assert saml is not None
    old = start.inventory.get(saml.certificate_id or 0)
    source = make_like(start, old, Validity(start.now(), start.now() + timedelta(days=9)))
    start.inventory.import_from(source, use_as=UseAs.SAML, description="For later", on_conflict=OnConflict.FAIL)
    entry = start.inventory.list()[-1]
    with start.database.transaction():  # as from a file that somebody has
        start.database.table("certificates").update({"source": "saml.pem"}, doc_ids=[entry.id])
    found = plan_from_audit(start, "done")
    assert set(found.files) == {f"certificate-{entry.id}.pem"}
    assert b"PRIVATE KEY" not in b"".join(found.files.values())
    assert set(plan_from_audit(start, "done", keys=True).files) == {
        f"certificate-{entry.id}.p12",
        f"certificate-{entry.id}.password",
    }


def test_only_what_was_done_since_a_time_is_taken(start: Workspace) -> None:
    start.devices.renew([1, 2])
    run(start, days=1)
    start.devices.renew([3])
    (action,) = plan_from_audit(start, "done", since=start.now()).plan.actions
    assert isinstance(action, Renew)
    assert action.choice.devices == ("3",)
    assert len(plan_from_audit(start, "done").plan.actions) == 2


def test_settings_are_read_from_their_sentences(start: Workspace) -> None:
    wanted = {
        "migrated": True,
        "apns_grace_days": 3,
        "gateway_notice_days": (30, 7),
        "mdm_fqdn": "",
        "start_by_share": 0.95,
        "critical": with_limits(EXPIRING, [read_limit("9d"), read_limit("ca=12d,1/9")]),
    }
    start.site.set(mdm_fqdn="mdm.example.com")
    start.site.set(**wanted)
    read = [read_setting(line.summary) for line in start.audit.tail(20) if line.action == "site.set"]
    settings = dict(setting for setting in read if setting is not None)
    assert settings["migrated"] is True
    assert settings["apns_grace_days"] == 3
    assert settings["gateway_notice_days"] == (30, 7)
    assert settings["start_by_share"] == 0.95
    assert settings["mdm_fqdn"] == "mdm.example.com"  # the older line, which is read last
    again = with_limits(EXPIRING, map(read_limit, settings["critical"]))
    assert again == start.site.get().critical
    assert read_setting("no setting: 3") is None
