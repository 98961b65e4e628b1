"""Drills: owners are asked for an answer by hand and twice a year; who doesn't answer is a worry on the checklist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import bring
from tests.store.notices.conftest import send_mail_to
from tests.store.notices.servers import mail_server

ANN, BOB, CEO = "ann@example.com", "bob@example.com", "ceo@example.com"


def worries(workspace: Workspace) -> list[str]:
    return [row.worry for row in workspace.impact.checklist() if row.worry]


def owned(workspace: Workspace) -> None:
    bring(workspace, issue())
    workspace.owners.set("certificate:1", owner=ANN, deputy=BOB)


def test_owners_are_asked_and_answer(workspace: Workspace, clock: FixedClock) -> None:
    with pytest.raises(Refusal, match="nobody-to-ask"):
        workspace.drills.start()
    owned(workspace)
    workspace.site.set(default_owner=CEO)
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, "it@example.com")
        workspace.drills.start()
        workspace.courier.deliver_due()
    assert sorted(rcpt for envelope in mailbox.envelopes for rcpt in envelope.rcpt_tos) == [ANN, CEO]
    asked = {one.person: one.notice_id for one in workspace.drills.standing()}
    workspace.acknowledgements.acknowledge([asked[ANN]])
    clock.at += timedelta(days=6)
    assert worries(workspace) == []
    clock.at += timedelta(days=2)
    assert worries(workspace) == [f"{CEO} doesn't answer"]
    assert len(workspace.notices.list()) == 2  # a question goes to nobody else
    workspace.acknowledgements.acknowledge([asked[CEO]])
    assert worries(workspace) == []
    assert {one.answered_by for one in workspace.drills.standing()} == {workspace.actor.user}
    assert workspace.check().clean


def test_twice_a_year_by_the_clock() -> None:
    with Workspace.open(None, start=datetime(2026, 2, 1, tzinfo=UTC)) as workspace:
        workspace.set_clock(datetime(2026, 3, 3, tzinfo=UTC))
        owned(workspace)  # just named, so nobody is asked of last Monday
        workspace.set_clock(datetime(2026, 9, 6, tzinfo=UTC))
        assert workspace.drills.standing() == ()
        workspace.set_clock(datetime(2026, 9, 8, tzinfo=UTC))
        (one,) = workspace.drills.standing()
        assert (one.person, one.asked_at) == (ANN, datetime(2026, 9, 7, 6, tzinfo=UTC))
        workspace.set_clock(datetime(2027, 2, 1, tzinfo=UTC))
        assert workspace.drills.standing() == (one,)
        assert worries(workspace) == [f"{ANN} doesn't answer"]
        workspace.set_clock(datetime(2027, 3, 2, tzinfo=UTC))
        assert workspace.drills.standing()[0].notice_id != one.notice_id
        assert workspace.notices.get(one.notice_id).over_at == datetime(2027, 3, 1, 6, tzinfo=UTC)
        workspace.site.set(drills=False)
        workspace.set_clock(datetime(2028, 1, 1, tzinfo=UTC))
        assert len([one for one in workspace.notices.list() if one.kind == "drill"]) == 2
        assert workspace.check().clean


def test_an_owner_who_is_nobody_any_more_is_a_worry(workspace: Workspace) -> None:
    bring(workspace, issue())
    workspace.accounts.add("ann-of-old", Role.OPERATOR, "correct horse")
    workspace.owners.set("certificate:1", owner="ann-of-old")
    workspace.site.set(default_deputy="ann-of-old")
    assert worries(workspace) == []
    workspace.accounts.remove("ann-of-old")
    assert worries(workspace) == ["ann-of-old is nobody here"]
    (row,) = (row for row in workspace.impact.checklist() if row.worry)
    assert "answers for 2 records" in row.next_step
    assert not row.is_done


def test_a_channel_that_fails_is_a_worry(workspace: Workspace) -> None:
    send_mail_to(workspace, 1)
    with workspace.database.transaction():
        workspace.notices.tell("test", "workspace:1", "Read this", "", NOW)
    for hours in (0, 25):
        workspace.courier.deliver_due(datetime.now(UTC) + timedelta(hours=hours))
    assert [worry.startswith("no mail since ") for worry in worries(workspace)] == [True]
