"""What endpoints serve counts, not what is bound; follow-ups are done when it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.checklist.checklist_row import ChecklistRow
from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Component
from certfleet.store.model.documents import to_document
from certfleet.store.model.endpoint import AddressReading, Endpoint, EndpointReading, Failure
from certfleet.store.model.notice import Urgency
from certfleet.store.outlook.prevention import Step
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue
from tests.store.deployment import DAY, SECOND, notices, replace, stops, use

HOUR = timedelta(hours=1)
GATEWAY_STOPPED = "store stopped (expired): ios macos android windows"


def add(workspace: Workspace, need: str | None = "gateway-ssl", host: str = "gw.example.com") -> int:
    """An endpoint that somebody added."""
    one = Endpoint(id=0, host=host, port=443, need=need, added_at=workspace.now(), added_by="alice")
    with workspace.database.transaction():
        return workspace.database.table("endpoints").insert(to_document(one))


def read(workspace: Workspace, endpoint: int, **addresses: Issued | Failure) -> None:
    """A check that saw these certificates, or failures, by address (``a1`` is 192.0.2.1)."""
    readings = tuple(
        AddressReading(address=f"192.0.2.{name[1:]}", failure=found)
        if isinstance(found, Failure)
        else AddressReading(
            address=f"192.0.2.{name[1:]}", chain=(parse_certificate(found.der).facts.fingerprint_sha256,)
        )
        for name, found in addresses.items()
    )
    facts = [parse_certificate(one.der).facts for one in addresses.values() if isinstance(one, Issued)]
    reading = EndpointReading(id=endpoint, checked_at=workspace.now(), addresses=readings)
    with workspace.database.transaction():
        workspace.endpoints.tables.history.note(reading, facts)


def open_tasks(workspace: Workspace) -> list[str]:
    return [task.kind.value for task in workspace.tasks.list(done=False)]


def row(workspace: Workspace, need: str = "gateway-ssl") -> ChecklistRow:
    return next(one for one in workspace.impact.checklist() if one.need.id == need)


@pytest.fixture
def old() -> Issued:
    return issue("gw.example.com", days=20)


@pytest.fixture
def new() -> Issued:
    return issue("gw.example.com", days=300)


def replaced(deployment: Workspace, old: Issued, new: Issued, **site: bool) -> Component:
    component = use(deployment, "gateway-ssl", old)
    deployment.site.set(**site)
    replace(deployment, component, new)
    return component


def test_the_follow_up_is_done_when_every_address_shows_the_new_certificate(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    component = replaced(deployment, old, new, ssl_offload=True)
    endpoint = add(deployment)
    read(deployment, endpoint, a1=old, a2=old)
    assert open_tasks(deployment) == ["load-balancer"]
    clock.at += HOUR
    read(deployment, endpoint, a1=new, a2=old)  # the operator has forgotten one
    assert open_tasks(deployment) == ["load-balancer"]
    step = row(deployment).next_step
    assert f"gw.example.com:443 (192.0.2.2) serves certificate 1, since {NOW:%Y-%m-%d %H:%M} UTC" in step
    clock.at += HOUR
    read(deployment, endpoint, a1=new, a2=new)
    assert open_tasks(deployment) == []
    task = deployment.tasks.get(1)
    assert (task.done_at, task.done_by) == (clock.at, "certfleet")
    line = next(one for one in deployment.audit.tail(9) if one.action == "task.done")
    assert "gw.example.com:443 (192.0.2.1) and 1 more serves certificate 2" in line.summary
    assert deployment.components.get(component.id).still_serves is None
    assert deployment.check().clean


def test_the_support_case_of_a_migrated_site_is_done_the_same_way(deployment: Workspace, new: Issued) -> None:
    component = use(deployment, "gateway-mdm-ssl", issue("mdm.example.com", days=20))
    deployment.site.set(migrated=True, ssl_offload=True)
    replace(deployment, component, new)
    assert open_tasks(deployment) == ["load-balancer", "support"]
    read(deployment, add(deployment, "gateway-mdm-ssl"), a1=new)
    assert open_tasks(deployment) == []


def test_a_certificate_that_was_put_in_place_before_its_replacement_here_leaves_nothing_to_do(
    deployment: Workspace, old: Issued, new: Issued
) -> None:
    component = use(deployment, "gateway-ssl", old)
    deployment.site.set(ssl_offload=True)
    read(deployment, add(deployment), a1=new)
    replace(deployment, component, new)
    assert open_tasks(deployment) == []


def test_a_task_that_somebody_marked_does_not_hide_what_is_served(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    replaced(deployment, old, new, ssl_offload=True)
    read(deployment, add(deployment), a1=old)
    deployment.tasks.done(1)
    assert stops(deployment, NOW + 21 * DAY) >= {GATEWAY_STOPPED}
    (first,) = (one for one in deployment.impact.next_stops(NOW + 30 * DAY) if one.stop is not None)
    assert (first.prevention.step, first.prevention.certificate_id) == (Step.UPDATE_ENDPOINT, 2)
    assert row(deployment).days_left == 19
    assert row(deployment).next_step.startswith("Put certificate 2 in place: gw.example.com:443 serves certificate 1")


def test_the_gateway_stops_when_the_certificate_that_it_serves_expires(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    replaced(deployment, old, new)
    endpoint = add(deployment)
    read(deployment, endpoint, a1=new, a2=old)
    assert stops(deployment) == set()
    clock.at += 20 * DAY + SECOND
    deployment.settle()
    assert GATEWAY_STOPPED in stops(deployment)
    assert notices(deployment, "capability-stopped")
    read(deployment, endpoint, a1=new, a2=new)
    assert stops(deployment) == set()
    (one,) = {one.until for one in deployment.impact.interruptions().list() if one.capability == "store"}
    assert one == clock.at


def test_what_is_not_in_the_inventory_stops_it_too(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "gateway-ssl", issue("gw.example.com", days=300))
    read(deployment, add(deployment), a1=issue("gw.example.com", days=5))
    found = row(deployment)
    assert found.days_left == 4
    assert "serves a certificate that is not in the inventory (gw.example.com)" in found.next_step
    clock.at += 5 * DAY + SECOND
    deployment.settle()
    assert GATEWAY_STOPPED in stops(deployment)


def test_an_address_that_does_not_answer_goes_on_with_what_it_served_last(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    replaced(deployment, old, new, ssl_offload=True)
    endpoint = add(deployment)
    read(deployment, endpoint, a1=old)
    clock.at += HOUR
    read(deployment, endpoint, a1=Failure.TIMED_OUT)
    assert open_tasks(deployment) == ["load-balancer"]
    assert stops(deployment, NOW + 21 * DAY) >= {GATEWAY_STOPPED}


def test_each_notice_is_given_once(deployment: Workspace, clock: FixedClock, old: Issued, new: Issued) -> None:
    replaced(deployment, old, new)
    endpoint = add(deployment)
    for found in (old, new, new, old, old):
        clock.at += HOUR
        read(deployment, endpoint, a1=found)
    told = [(one.kind, one.title) for one in reversed(deployment.notices.list()) if one.kind.startswith("endpoint-")]
    assert told == [
        ("endpoint-changed", "gw.example.com:443 serves certificate 2"),
        ("endpoint-older", "gw.example.com:443 serves the older certificate 1 again"),
    ]
    newest = next(one for one in deployment.notices.list() if one.kind == "endpoint-older")
    assert newest.urgency is Urgency.URGENT
    assert "put that in place" in newest.text


def test_silence_is_told_after_a_day(deployment: Workspace, clock: FixedClock, new: Issued) -> None:
    use(deployment, "gateway-ssl", new)
    endpoint = add(deployment)
    read(deployment, endpoint, a1=Failure.REFUSED)
    clock.at += DAY - SECOND
    read(deployment, endpoint, a1=Failure.TIMED_OUT)
    assert notices(deployment, "endpoint-unreachable") == []
    clock.at += SECOND
    deployment.settle()
    assert len(notices(deployment, "endpoint-unreachable")) == 1
    clock.at += DAY
    read(deployment, endpoint, a1=Failure.REFUSED)
    assert len(notices(deployment, "endpoint-unreachable")) == 1
    read(deployment, endpoint, a1=new)
    read(deployment, endpoint, a1=Failure.REFUSED)
    clock.at += DAY
    deployment.settle()
    assert len(notices(deployment, "endpoint-unreachable")) == 2  # silent once more


def test_the_expiry_of_what_belongs_to_no_need_is_told_of_the_endpoint(
    deployment: Workspace, clock: FixedClock
) -> None:
    read(deployment, add(deployment, None, "wiki.example.com"), a1=issue("wiki.example.com", days=90))
    for _ in range(90):
        clock.at += DAY
        deployment.settle()
    assert [key.rpartition(":")[2] for key in notices(deployment, "endpoint-expiry")] == ["30", "10"]


def test_the_history_says_what_was_served_when_and_stays_small(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    endpoint, start = add(deployment, None), clock.at
    found: list[datetime] = []
    for number in range(150):
        clock.at += HOUR
        read(deployment, endpoint, a1=(old, new)[number % 2])
        found.append(clock.at)
    history = deployment.endpoints.history(endpoint)
    assert len(history) == 101
    assert [one.since for one in history] == found[-101:]
    assert [one.until for one in history] == [*found[-100:], None]
    assert start < history[0].since


def test_an_address_that_is_gone_counts_no_more(
    deployment: Workspace, clock: FixedClock, old: Issued, new: Issued
) -> None:
    replaced(deployment, old, new)
    endpoint = add(deployment)
    read(deployment, endpoint, a1=old, a2=new)
    read(deployment, endpoint, a2=new)
    assert stops(deployment, NOW + 21 * DAY) == set()
