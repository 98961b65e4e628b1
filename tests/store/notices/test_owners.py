"""Owners, deputies and runbooks: set, inherited, kept up through replacements, and whom notices go to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.notice import Stage
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, bring, replace, use, use_nothing
from tests.store.notices.conftest import send_mail_to
from tests.store.notices.servers import mail_server

ANN, BOB, CEO = "ann@example.com", "bob@example.com", "ceo@example.com"
HOUR = timedelta(hours=1)


def server(workspace: Workspace) -> int:
    """A server certificate that expires in 40 days, in use; the answer is its component."""
    use_nothing(workspace)
    return use(workspace, "mdm-ssl", issue("mdm.company.example", days=375, not_before=NOW - 335 * DAY)).id


def test_an_owner_is_inherited(workspace: Workspace) -> None:
    component = server(workspace)
    assert workspace.owners.of("certificate:1").owner == ""
    workspace.site.set(default_owner=CEO, default_deputy=BOB)
    one = workspace.owners.of("certificate:1")
    assert (one.owner, one.deputy, one.owner_by) == (CEO, BOB, "site")
    workspace.owners.set(f"component:{component}", owner=ANN, runbook="Ask the network team.")
    one = workspace.owners.of("certificate:1")
    assert (one.owner, one.deputy, one.owner_by) == (ANN, "", f"component:{component}")
    assert one.runbook == "Ask the network team."
    workspace.owners.set("certificate:1", deputy=BOB)
    assert workspace.owners.of("certificate:1").deputy == BOB
    assert workspace.audit.tail(1)[0].summary == f"deputy: {BOB}"
    workspace.owners.set("certificate:1", deputy="")
    assert [one.record for one in workspace.owners.all()] == [f"component:{component}"]
    assert workspace.check().clean


def test_a_replacement_has_the_same_owner(workspace: Workspace) -> None:
    component = workspace.components.get(server(workspace))
    workspace.owners.set("certificate:1", owner=ANN, deputy=BOB)
    new = replace(workspace, component, issue("mdm.company.example")).new
    assert workspace.owners.of(f"certificate:{new.id}").owner == ANN
    loner = bring(workspace, issue("old.company.example"), chain=False)
    workspace.owners.set(f"certificate:{loner.id}", owner=ANN)
    workspace.inventory.delete(loner.id)
    assert {one.record for one in workspace.owners.all()} == {"certificate:1", f"certificate:{new.id}"}


@pytest.mark.parametrize(
    ("record", "fields", "code"),
    [
        ("certificate:99", {"owner": ANN}, "record-unknown"),
        ("device:1", {"owner": ANN}, "record-unknown"),
        ("certificate:1", {"owner": "nobody known"}, "person-unknown"),
        ("certificate:1", {"owner": ANN, "deputy": "Ann@Example.com"}, "deputy-is-owner"),
        ("certificate:1", {"runbook": "x" * 10_001}, "runbook-too-long"),
    ],
    ids=["missing", "kind", "person", "deputy", "runbook"],
)
def test_owners_that_are_none(workspace: Workspace, record: str, fields: dict[str, str], code: str) -> None:
    bring(workspace, issue())
    with pytest.raises(Refusal) as refused:
        workspace.owners.set(record, **fields)
    assert refused.value.code == code
    assert workspace.owners.all() == ()


def test_an_account_can_be_an_owner(workspace: Workspace) -> None:
    bring(workspace, issue())
    workspace.accounts.add("ann", Role.OPERATOR, "correct horse")
    assert workspace.owners.set("certificate:1", owner="ANN").owner == "ann"


def test_a_notice_goes_to_the_owner_then_to_the_deputy_then_to_all(workspace: Workspace, clock: FixedClock) -> None:
    component = server(workspace)
    workspace.owners.set(f"component:{component}", owner=ANN, deputy=BOB, runbook="Ask the network team.")
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, CEO)
        for at in (NOW + 11 * DAY, NOW + 11 * DAY + 23 * HOUR):
            clock.at = at
            workspace.settle()
            workspace.courier.deliver_due()
        (notice,) = workspace.notices.list()
        assert (notice.owner, notice.deputy, notice.stage) == (ANN, BOB, Stage.OWNER)
        assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [[ANN]]
        text = mailbox.messages[0].get_content()
        assert f"Owner: {ANN}; deputy: {BOB}." in text
        assert "Ask the network team." in text

        for at in (NOW + 12 * DAY + HOUR, NOW + 13 * DAY + HOUR, NOW + 16 * DAY):
            clock.at = at
            workspace.settle()
            workspace.courier.deliver_due()
        assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [[ANN], [BOB], [CEO]]
    assert workspace.notices.get(notice.id).stage is Stage.ALL
    said = [line.summary for line in workspace.audit.tail(10) if line.action == "notice.pass-on"]
    assert [line.partition(": it goes")[0] for line in said] == [
        f"not acknowledged by {BOB}",
        f"not acknowledged by {ANN}",
    ]
    assert workspace.check().clean


def test_who_acknowledges_keeps_it_from_going_on(workspace: Workspace, clock: FixedClock) -> None:
    component = server(workspace)
    workspace.owners.set(f"component:{component}", owner=ANN, deputy=BOB)
    clock.at = NOW + 11 * DAY
    workspace.settle()
    (notice,) = workspace.notices.list()
    (done,) = workspace.acknowledgements.acknowledge([notice.id], clock.at + 3 * DAY)
    assert done.acknowledged_by == workspace.actor.user
    clock.at += 2 * DAY
    workspace.settle()
    assert workspace.notices.get(notice.id).stage is Stage.OWNER
    clock.at += 2 * DAY  # the acknowledgement is over, and nothing has been done
    workspace.settle()
    assert workspace.notices.get(notice.id).stage is Stage.DEPUTY
    assert workspace.notices.get(notice.id).acknowledged_by == ""


def test_what_no_longer_holds_goes_to_nobody_else(workspace: Workspace, clock: FixedClock) -> None:
    component = server(workspace)
    workspace.owners.set(f"component:{component}", owner=ANN, deputy=BOB)
    clock.at = NOW + 11 * DAY
    workspace.settle()
    replace(workspace, workspace.components.get(component), issue("mdm.company.example", days=400))
    clock.at += 2 * DAY
    workspace.settle()
    notice = workspace.notices.list()[-1]
    assert (notice.stage, notice.over_at) == (Stage.OWNER, clock.at)


def test_the_same_happens_however_a_virtual_clock_is_moved() -> None:
    with Workspace.open(None, start=NOW) as simulated:
        component = server(simulated)
        simulated.owners.set(f"component:{component}", owner=ANN, deputy=BOB)
        simulated.set_clock(NOW + 15 * DAY)  # in one step, over both times
        (notice,) = simulated.notices.list()
        assert (notice.stage, notice.passed_on_at) == (Stage.ALL, notice.at + 2 * DAY)


def test_acknowledging_is_refused_and_withdrawn(workspace: Workspace, clock: FixedClock) -> None:
    server(workspace)
    clock.at = NOW + 11 * DAY
    workspace.settle()
    for ids, until, code in (([99], None, "notice-unknown"), ([1], clock.at, "acknowledgement-past")):
        with pytest.raises(Refusal) as refused:
            workspace.acknowledgements.acknowledge(ids, until)
        assert refused.value.code == code
    workspace.acknowledgements.acknowledge([1])
    assert len(workspace.acknowledgements.withdraw([1])) == 1
    assert workspace.acknowledgements.withdraw([1]) == ()
    assert workspace.notices.get(1).acknowledged_by == ""


def test_a_check_knows_what_owners_and_drills_refer_to(workspace: Workspace) -> None:
    bring(workspace, issue())
    workspace.owners.set("certificate:1", owner=ANN)
    workspace.drills.start()
    with workspace.database.transaction():
        workspace.database.table("ownerships").update({"record": "certificate:9", "deputy": ANN}, doc_ids=[1])
        workspace.database.table("notices").remove(doc_ids=[1])
    found = {(one.code, one.record) for one in workspace.check().problems}
    assert found == {
        ("reference-broken", "ownership:1"),
        ("record-differs", "ownership:1"),
        ("reference-broken", "drill:1"),
    }


def test_a_notice_of_an_earlier_release_has_no_owner_and_is_acknowledged_all_the_same(workspace: Workspace) -> None:
    added = {"owner", "deputy", "runbook", "stage", "passed_on_at", "over_at"}
    added |= {"acknowledged_by", "acknowledged_at", "acknowledged_until"}
    with workspace.database.transaction():
        id = workspace.notices.tell("authority-ready", "authority-group:1", "Ready", "", NOW) or 0
        table = workspace.database.table("notices")
        old = {name: value for name, value in table.get(doc_id=id).items() if name not in added}
        table.remove(doc_ids=[id])
        id = table.insert(old)
    assert workspace.notices.get(id).stage is Stage.ALL
    (done,) = workspace.acknowledgements.acknowledge([id])
    assert done.acknowledged_by == workspace.actor.user
    assert workspace.check().clean
