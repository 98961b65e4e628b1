"""Handing over: whatever a leaver answers for goes to a successor, and nothing is left behind."""

from __future__ import annotations

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.audit import Actor
from certfleet.store.model.notice import Stage
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, replace, use, use_nothing
from tests.store.notices.conftest import send_mail_to
from tests.store.notices.servers import mail_server

ANN, BOB, ZOE = "ann@example.com", "bob@example.com", "zoe@example.com"


def test_everything_goes_to_the_successor(workspace: Workspace, clock: FixedClock) -> None:
    use_nothing(workspace)
    workspace.site.set(ssl_offload=True, default_owner=ZOE, default_deputy=ANN)
    component = use(workspace, "mdm-ssl", issue("mdm.company.example", days=375, not_before=NOW - 335 * DAY))
    gateway = use(workspace, "gateway-ssl", issue("gateway.company.example"))
    with workspace.acting_as(Actor(ANN)):
        replace(workspace, gateway, issue("gateway.company.example", days=500))
    workspace.owners.set(f"component:{component.id}", owner="Ann@Example.com", deputy=BOB)
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, "it@example.com")
        clock.at = NOW + 10 * DAY
        workspace.settle()
        workspace.courier.deliver_due()
        held = workspace.handing_over.hand_over(ANN, BOB)
        workspace.courier.deliver_due()
        assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["Ann@Example.com"], [BOB]]
    assert (held.owner_of, held.deputy_of) == ((f"component:{component.id}",), ("site",))
    assert (held.tasks, held.notices, held.acknowledged) == ((1,), (1,), ())
    one = workspace.owners.of(f"component:{component.id}")
    assert (one.owner, one.deputy) == (BOB, "")  # nobody is a deputy of themselves
    assert workspace.site.get().default_deputy == BOB
    assert workspace.tasks.get(1).assignee == BOB
    notice = workspace.notices.get(1)
    assert (notice.owner, notice.deputy, notice.stage) == (BOB, "", Stage.OWNER)
    assert workspace.handing_over.held(ANN).is_empty
    assert workspace.audit.tail(1)[0].summary == (
        f"{ANN} hands over to {BOB}: owner of 1 record, deputy of 1 record, 1 open task, 1 notice"
    )
    assert workspace.check().clean


def test_what_was_acknowledged_is_the_successors(workspace: Workspace, clock: FixedClock) -> None:
    use_nothing(workspace)
    use(workspace, "mdm-ssl", issue("mdm.company.example", days=375, not_before=NOW - 335 * DAY))
    clock.at = NOW + 10 * DAY
    workspace.settle()
    with workspace.acting_as(Actor("ann")):
        workspace.acknowledgements.acknowledge([1])
    assert workspace.handing_over.hand_over("Ann", BOB).acknowledged == (1,)
    assert workspace.notices.get(1).acknowledged_by == BOB


@pytest.mark.parametrize(
    ("leaver", "successor", "code"),
    [
        (ANN, "nobody known", "person-unknown"),
        (ANN, ANN, "handover-to-self"),
        (ZOE, BOB, "nothing-to-hand-over"),
    ],
)
def test_handovers_that_are_none(workspace: Workspace, leaver: str, successor: str, code: str) -> None:
    workspace.site.set(default_owner=ANN)
    with pytest.raises(Refusal) as refused:
        workspace.handing_over.hand_over(leaver, successor)
    assert refused.value.code == code
