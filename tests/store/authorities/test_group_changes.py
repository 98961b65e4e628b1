"""CA groups that wait to be activated, the one that a person chooses to issue, and deleting one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.authorities.groups import GroupState
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset, let_it_cross_over


def states(workspace: Workspace) -> dict[str, GroupState]:
    return {one.group.name: one.state for one in workspace.authorities.list()}


def refused(workspace: Workspace, what: str, name: str) -> str:
    before = workspace.database.table("authority_groups").all()
    with pytest.raises(Refusal) as refusal:
        getattr(workspace.ca_groups, what)(name)
    assert workspace.database.table("authority_groups").all() == before
    return refusal.value.code


def test_a_generated_group_issues_once_it_is_activated(workspace: Workspace, clock: FixedClock) -> None:
    workspace.ca_groups.generate("spring")
    assert states(workspace) == {"default": GroupState.ISSUING, "spring": GroupState.READY}
    assert workspace.notices.list() == []
    clock.at += timedelta(hours=3)
    workspace.ca_groups.activate("spring")
    assert states(workspace) == {"default": GroupState.READY, "spring": GroupState.ISSUING}
    (notice,) = workspace.notices.list()
    assert (notice.title, notice.at) == ("CA group spring is ready", clock.at)
    assert Handset(workspace).device.issuer_group == "spring"
    assert workspace.check().clean


def test_an_older_group_is_made_to_issue_again(workspace: Workspace, clock: FixedClock) -> None:
    before = Handset(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    assert workspace.authorities.issuing().name == "group-2"
    clock.at += timedelta(days=1)
    workspace.ca_groups.activate("default")
    workspace.ca_groups.activate("default")  # does nothing
    assert workspace.authorities.issuing().name == "default"
    assert workspace.authorities.issuing(clock.at - timedelta(hours=1)).name == "group-2"
    assert len([line for line in workspace.audit.tail() if line.action == "authority.activate"]) == 1
    workspace.devices.renew([before.id])
    let_it_cross_over(before, clock)
    assert before.device.issuer_group == "default"
    clock.at += timedelta(days=1)
    workspace.authorities.refresh(ready_after=timedelta(0))
    assert workspace.authorities.issuing().name == "group-3", "a newer one issues when it is ready"


def test_the_last_one_issues_where_the_clock_stands_still(workspace: Workspace) -> None:
    workspace.ca_groups.generate("spring")
    for name in ("spring", "default", "spring"):
        workspace.ca_groups.activate(name)
        assert workspace.authorities.issuing().name == name
    assert workspace.authorities.refresh(ready_after=timedelta(0)).name == "group-3"
    assert workspace.authorities.issuing().name == "group-3"


def test_what_can_t_be_activated(workspace: Workspace) -> None:
    workspace.authorities.refresh(ready_after=timedelta(days=1))
    assert refused(workspace, "activate", "group-2") == "group-not-ready"
    assert refused(workspace, "activate", "nobody") == "group-unknown"


def test_the_command_in_a_hint_takes_a_name_with_spaces(workspace: Workspace) -> None:
    Handset(workspace)
    for name in ("g 2", "g 3"):
        workspace.ca_groups.generate(name)
        workspace.ca_groups.activate(name)
        Handset(workspace)
    with pytest.raises(Refusal) as refusal:
        workspace.ca_groups.delete("g 2")
    assert refusal.value.hint == "Renew them before: `certfleet device renew --issuer 'g 2'`."


def test_a_group_is_deleted_once_no_device_holds_its_certificates(workspace: Workspace, clock: FixedClock) -> None:
    phone = Handset(workspace)
    assert refused(workspace, "delete", "default") == "group-issues"
    workspace.authorities.refresh(ready_after=timedelta(0))
    assert refused(workspace, "delete", "default") == "group-in-use"
    workspace.devices.renew([phone.id])
    phone.answer(phone.check_in())
    assert refused(workspace, "delete", "default") == "group-in-use", "the new certificate has not been used"
    clock.at += timedelta(minutes=1)
    phone.check_in()
    key = workspace.authorities.of_group("default")[AuthorityRole.DEVICE].public_key_sha256
    workspace.ca_groups.delete("default")
    assert states(workspace) == {"group-2": GroupState.ISSUING}
    assert workspace.vault.get(SecretKind.AUTHORITY_KEY, key) is None
    assert phone.check_in().refusal is None
    assert workspace.devices.chain_of(workspace.devices.certificates(phone.id)[0]), "history keeps its chain"
    assert workspace.check().clean


def test_a_deleted_group_is_gone(workspace: Workspace) -> None:
    workspace.ca_groups.generate("spare")
    workspace.ca_groups.delete("spare")
    for ask in (workspace.authorities.group, workspace.authorities.issuer, workspace.authorities.crl):
        with pytest.raises(Refusal, match="no CA group spare"):
            ask("spare")
    with pytest.raises(Refusal, match="spare"):  # its certificates stay in the history of devices
        workspace.ca_groups.generate("spare")
    assert refused(workspace, "delete", "spare") == refused(workspace, "activate", "spare") == "group-unknown"
    assert workspace.authorities.refresh().name == "group-3"


def test_the_difference_says_that_it_is_deleted(workspace: Workspace) -> None:
    workspace.ca_groups.generate("spare")
    effects = workspace.trials.try_out(lambda: workspace.ca_groups.delete("spare"))
    assert [(one.kind, one.added, one.changed, one.deleted) for one in effects.records] == [("CA group", 0, 0, 1)]
    assert effects.undo is not None and not effects.undo.possible
