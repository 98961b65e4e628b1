"""A change is undone by the audit trail, where the rules allow it; an undo is a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.effects.keeping import MOST
from certfleet.store.errors import Refusal
from certfleet.store.model.audit import Actor
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.component import Use
from certfleet.store.model.policy import DeviceAuthentication, VpnSettings
from certfleet.store.persistence.table import DocumentTable
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import bring, replace, use
from tests.store.devices.handset import Handset

ANN, BEN = Actor("ann"), Actor("ben")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "site", start=NOW, actor=ANN) as workspace:
        yield workspace


def last(workspace: Workspace) -> int:
    """The newest line of the audit trail."""
    return workspace.audit.head().line


def undo(workspace: Workspace, line: int | None = None) -> int:
    """Undo a change, the newest one of the acting person by default; the line of the undo."""
    undone = workspace.undoing.undo(workspace.undoing.last().id if line is None else line)
    assert workspace.check().clean
    return undone.line.id


def refused(workspace: Workspace, line: int) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        workspace.undoing.undo(line)
    return refusal.value.code, refusal.value.message


def vpn(server: str) -> VpnSettings:
    return VpnSettings(
        server=server,
        device_authentication=DeviceAuthentication.DEVICE_IDENTITY,
        identity_type=IdentityType.SERIAL_NUMBER,
    )


def test_a_description(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    workspace.inventory.describe(entry.id, "old")
    workspace.inventory.describe(entry.id, "new")
    undone = undo(workspace)
    assert workspace.inventory.get(entry.id).description == "old"
    line = workspace.undoing.line(undone)
    assert (line.action, line.user) == ("change.undo", "ann")
    assert line.summary == "undone: described as 'new'"
    undo(workspace, undone)  # which does it again
    assert workspace.inventory.get(entry.id).description == "new"


def test_one_step_after_another(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    for text in ("one", "two", "three"):
        workspace.inventory.describe(entry.id, text)
    undo(workspace)
    undo(workspace)
    assert workspace.inventory.get(entry.id).description == "one"
    undo(workspace)
    assert workspace.inventory.get(entry.id).description == ""
    with pytest.raises(Refusal, match=r"undo-forbidden.*delete the entry"):
        workspace.undoing.last()


def test_binding_and_unbinding(workspace: Workspace) -> None:
    first, second = (bring(workspace, issue("mdm.example.com")) for _ in range(2))
    workspace.components.bind("mdm-ssl", first.id)
    workspace.components.bind("mdm-ssl", second.id)
    undo(workspace)
    assert workspace.components.list()[0].certificate_id == first.id
    workspace.components.unbind("mdm-ssl")
    undo(workspace)
    assert workspace.components.list()[0].certificate_id == first.id
    workspace.components.set_use("saml", Use.NOT_USED)
    undo(workspace)
    assert [one.need for one in workspace.components.list()] == ["mdm-ssl"]
    workspace.components.remove(workspace.components.list()[0].id)
    undo(workspace)
    assert workspace.components.list()[0].certificate_id == first.id


def test_consequences_follow(workspace: Workspace) -> None:
    component = use(workspace, "mdm-ssl", issue("mdm.company.example", issuer=make_ca()))
    workspace.components.unbind("mdm-ssl")
    effects = workspace.trials.try_out(lambda: workspace.undoing.undo(last(workspace)))
    assert [one.alteration for one in effects.capabilities] == [] or not effects.is_harmful
    undo(workspace)
    assert workspace.components.list()[0].certificate_id == component.certificate_id


def test_policies(workspace: Workspace) -> None:
    policy = workspace.policies.create("Phones", vpn=vpn("vpn.example.com")).policy
    workspace.policies.change(policy.id, vpn=vpn("other.example.com"))
    undo(workspace)
    assert workspace.policies.get(policy.id).vpn.server == "vpn.example.com"
    workspace.policies.delete(policy.id)
    undo(workspace)
    (again,) = workspace.policies.list()
    assert (again.name, again.vpn.server) == ("Phones", "vpn.example.com")


def test_a_deleted_entry_comes_back_under_its_id(workspace: Workspace) -> None:
    root = make_ca()
    leaf = bring(workspace, issue("mdm.example.com", issuer=root), key=False)
    root_id = leaf.issuer_id
    workspace.inventory.describe(leaf.id, "of the server")
    workspace.owners.set(f"certificate:{leaf.id}", owner="ann@example.com")
    before, der = workspace.inventory.get(leaf.id), workspace.inventory.export_pem(leaf.id)
    workspace.inventory.delete(leaf.id)
    undo(workspace)
    assert workspace.inventory.get(leaf.id) == before
    assert workspace.inventory.export_pem(leaf.id) == der
    assert before.issuer_id == root_id
    assert workspace.owners.of(f"certificate:{leaf.id}").owner == "ann@example.com"


def test_what_can_not_be_undone_says_which_moment_was_kept_before_it(workspace: Workspace) -> None:
    replace(workspace, use(workspace, "mdm-ssl", issue("mdm.example.com")), issue("mdm.example.com"))
    moment = workspace.moments.all()[-1]
    refusal = workspace.undoing.against(workspace.undoing.newest().id)
    assert refusal is not None
    said = f"the moment that was kept before it, {moment.id} of 2026-01-01 00:00 UTC"
    assert refusal.hint == f"Go back to {said}: `certfleet moment list`."
    workspace.moments.go(str(moment.id))
    assert not [entry for entry in workspace.inventory.list() if entry.replaced_by is not None]


def test_a_destroyed_key_stays_destroyed(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"))
    workspace.inventory.delete(entry.id)
    assert refused(workspace, last(workspace)) == (
        "undo-forbidden",
        f"audit line {last(workspace)} (certificate.delete) can't be undone: the private key was destroyed with the "
        "entry",
    )


def test_site_settings_owners_and_trust(workspace: Workspace) -> None:
    root = bring(workspace, make_ca(), key=False)
    workspace.site.set(apns_grace_days=5, mdm_fqdn="mdm.example.com")
    line = last(workspace)
    workspace.site.set(drills=False)  # another setting: nothing stands on the first
    undo(workspace, line)
    site = workspace.site.get()
    assert (site.apns_grace_days, site.mdm_fqdn, site.drills) == (0, "", False)
    workspace.owners.set(f"certificate:{root.id}", owner="ann@example.com")
    undo(workspace)
    assert not workspace.owners.own(f"certificate:{root.id}").owner
    workspace.trust.deploy(root.id)
    undo(workspace)
    assert not workspace.trust.is_deployed(root.id)


def test_what_others_have_changed_since_stays(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    workspace.inventory.describe(entry.id, "Ann's")
    line = last(workspace)
    with workspace.acting_as(BEN):
        workspace.inventory.describe(entry.id, "Ben's")
    code, message = refused(workspace, line)
    assert code == "undo-overtaken"
    assert message == f'audit line {line + 1} stands on line {line}: described as "Ben\'s" (ben)'


def test_only_once(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    workspace.inventory.describe(entry.id, "new")
    line = last(workspace)
    undo(workspace, line)
    assert refused(workspace, line)[0] == "undo-overtaken"
    with pytest.raises(Refusal, match="undo-forbidden"):  # the import
        workspace.undoing.last()


def test_somebody_who_has_done_nothing(workspace: Workspace) -> None:
    with workspace.acting_as(BEN), pytest.raises(Refusal, match="nothing-to-undo"):
        workspace.undoing.last()
    assert refused(workspace, 999)[0] == "audit-line-unknown"


def test_what_is_tried_is_not_kept(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    told = workspace.trials.try_out(lambda: workspace.inventory.describe(entry.id, "new"))
    assert told.undo is not None
    assert "certfleet undo" in told.undo.how
    assert workspace.database.engine.count("kept_changes") == 0


def test_a_check_compares_what_is_kept_with_the_trail(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    workspace.inventory.describe(entry.id, "new")
    assert workspace.check().clean
    with workspace.database.transaction():
        workspace.database.table("kept_changes").update({"last_hash": "0" * 64}, doc_ids=[1])
    assert [problem.code for problem in workspace.check().problems] == ["change-unknown"]


def test_only_the_newest_are_kept_and_nothing_secret(workspace: Workspace) -> None:
    entry = bring(workspace, issue("mdm.example.com"))
    for number in range(MOST + 3):
        workspace.inventory.describe(entry.id, f"the {number}th")
    assert workspace.database.engine.count("kept_changes") == MOST
    tables = {row.table for change in workspace.undoing._kept.all() for row in change.rows}
    assert tables == {"certificates"}


def test_not_every_change_asks_for_the_ids_of_all_that_was_ever_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ids = list[str](), DocumentTable.ids

    def note(table: DocumentTable) -> list[int]:
        asked.append(table.name)
        return ids(table)

    entry = bring(workspace, issue("mdm.example.com"))
    monkeypatch.setattr(DocumentTable, "ids", note)
    for number in range(20):
        workspace.inventory.describe(entry.id, f"the {number}th")
    assert "kept_changes" not in asked


def test_the_commands_of_the_newest_change_are_those_of_its_line(workspace: Workspace) -> None:
    assert workspace.undoing.commands_of_last() == ()  # no command makes the workspace that it is in
    entry = bring(workspace, issue("mdm.example.com"), key=False)
    assert workspace.undoing.commands_of_last() == ("certfleet certificate import FILE",)
    assert workspace.undoing.commands_of_last(workspace.audit.head().line) is None
    workspace.inventory.describe(entry.id, "the gateway")
    assert workspace.undoing.commands_of_last() == (f"certfleet certificate describe {entry.id} 'the gateway'",)


def test_what_was_done_to_several_devices_is_not_said_of_the_first(workspace: Workspace) -> None:
    one, other = Handset(workspace), Handset(workspace)
    workspace.devices.renew([one.id])
    assert workspace.undoing.commands(last(workspace)) == (f"certfleet device renew {one.id}",)
    workspace.devices.revoke([one.id, other.id])
    assert workspace.undoing.commands(last(workspace)) == ("certfleet device revoke --search FILTER",)
    workspace.deletions.delete([one.id, other.id])
    assert workspace.undoing.commands(last(workspace)) == ("certfleet device delete --search FILTER",)
