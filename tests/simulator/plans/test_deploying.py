"""The actions that set a deployment up: device certificates, policies, profiles, and what is used at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.forecast.copying import basis_of
from certfleet.simulator.forecast.forecasting import PlanFile, run_ahead
from certfleet.simulator.plans.checking import doubts
from certfleet.simulator.plans.from_audit import plan_from_audit
from certfleet.simulator.plans.plan import CreatePolicy, UseComponent
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import Outcome, Performed, PlanRun, run_plan
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.simulator.conftest import Draw
from tests.store.bulk.material import fleet_archive, p12, packed
from tests.store.profiles.material import make_profile

VPN = """
[[action]]
do = "import-device-certificates"
after = "1h"
file = "vpn.zip"
identity_type = "serial-number"

[[action]]
do = "create-policy"
after = "2h"
name = "Field VPN"
server = "vpn.example.com"
identity_type = "serial-number"
perfect_forward_secrecy = false

[[action]]
do = "deploy-policy"
after = "3h"
policy = "field vpn"
"""


def run(workspace: Workspace, text: str, folder: Path, *, days: int = 2) -> list[Outcome]:
    plan = read_plan(text, "vpn")
    with Simulator(workspace) as simulator:
        return run_plan(simulator, PlanRun(workspace, plan, folder=folder), workspace.now() + timedelta(days=days))


def archive_of(workspace: Workspace, folder: Path) -> list[str]:
    """An archive for half of the iOS devices, with one file that can't be opened."""
    serials = [
        device.serial_number
        for device in workspace.devices.all()
        if device.platform is Platform.IOS and device.serial_number
    ]
    wanted = serials[::2]
    files = {f"{serial}.p12": p12(serial) for serial in wanted}
    credentials = "".join(f"{serial}.p12=pass=word 1!\n" for serial in wanted[1:])
    (folder / "vpn.zip").write_bytes(packed(files, credentials).getvalue())
    return wanted


def test_device_certificates_are_imported_and_a_policy_brings_them(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=40)
    wanted = archive_of(workspace, tmp_path)
    outcomes = run(workspace, VPN, tmp_path, days=9)
    said = [outcome.said for outcome in outcomes if isinstance(outcome, Performed)]
    count = len(wanted)
    assert said[0].startswith(
        f"{count} device certificates: {count - 1} imported, 1 refused, such as {wanted[0]}.p12: the credential file"
    )
    assert said[1].startswith("policy 1 (Field VPN) created, pending for ")
    assert said[2].startswith("policy 1 (Field VPN) deployed")
    policy = workspace.policies.get(1)
    assert (policy.vpn.server, policy.vpn.identity_type) == ("vpn.example.com", IdentityType.SERIAL_NUMBER)
    assert not policy.vpn.perfect_forward_secrecy
    placed = {device.serial_number: device.policy(1) for device in workspace.devices.all()}
    having = {serial for serial, policy in placed.items() if policy is not None and policy.is_installed}
    assert having & set(wanted[1:])
    assert wanted[0] not in having


def test_a_forecast_does_the_same_on_its_copy(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=20)
    archive_of(workspace, tmp_path)
    plan = PlanFile(read_plan(VPN, "vpn"), tmp_path)
    found = run_ahead(basis_of(workspace), "alice", workspace.now() + timedelta(days=2), plan)
    assert (found.performed, found.refused) == (3, ())
    assert workspace.policies.list() == []


def test_what_is_not_there_is_told_beforehand(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=5)
    text = f'{VPN}\ndevices = "nobody"\n[[action]]\ndo = "deploy-policy"\nafter = "1d"\npolicy = "Office"\n'
    text = text.replace("devices =", "#").replace('name = "Field VPN"', 'name = "Field VPN"\ndevices = "nobody"')
    said = [mistake.message for mistake in doubts(workspace, read_plan(text, "vpn"), folder=tmp_path)]
    assert said == ["there is no file vpn.zip", "1 device unknown: nobody", "there is no policy 'Office'"]


def test_a_device_that_is_unknown_refuses_the_policy(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=5)
    text = VPN.partition('[[action]]\ndo = "deploy')[0].replace(
        'after = "2h"', 'after = "2h"\ndevices = ["1", "nobody"]'
    )
    (tmp_path / "vpn.zip").write_bytes(fleet_archive("F2LX0001").getvalue())
    outcomes = run(workspace, text, tmp_path)
    assert [getattr(outcome, "code", None) for outcome in outcomes] == [None, "device-unknown"]


def test_a_profile_is_bound_and_what_is_not_used_is_said(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=5)
    (tmp_path / "mail.mobileprovision").write_bytes(make_profile())
    text = """
    [[action]]
    do = "import-profile"
    after = "1h"
    file = "mail.mobileprovision"
    [[action]]
    do = "use-component"
    after = "1h"
    need = "saml"
    use = "not used"
    """
    said = [getattr(outcome, "said", outcome) for outcome in run(workspace, text, tmp_path)]
    (profile,) = workspace.profiles.list()
    assert said == [
        f"profile {profile.id} imported; Provisioning profile {profile.app_id} uses it",
        "SAML certificate (Citrix Files) is not used",
    ]
    saml = workspace.components.find("saml")
    assert saml is not None
    assert saml.use is Use.NOT_USED


def test_what_was_set_up_by_hand_comes_back_as_a_plan(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=10)
    archive_of(workspace, tmp_path)
    run(workspace, VPN, tmp_path)
    workspace.components.set_use("pki-user", Use.NOT_USED)
    found = plan_from_audit(workspace, "done")
    _, create, deploy, use = (None, *found.plan.actions)
    assert isinstance(create, CreatePolicy)
    asked = read_plan(VPN, "vpn").actions[1]
    assert isinstance(asked, CreatePolicy)
    assert create.vpn == workspace.policies.get(1).vpn
    assert deploy is not None
    assert isinstance(use, UseComponent)
    assert (use.need, use.use) == ("pki-user", Use.NOT_USED)
    assert found.left_out == {"bulk.import": 1}
