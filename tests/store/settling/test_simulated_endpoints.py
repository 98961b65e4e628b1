"""On a virtual clock nobody connects anywhere: an operator puts in place what is bound, and may forget a node."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.model.component import Component
from certfleet.store.model.endpoint_verdict import EndpointState
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, notices, replace, stops, use, use_nothing

HOUR = timedelta(hours=1)


@pytest.fixture
def simulated() -> Iterator[Workspace]:
    with Workspace.open(None, start=NOW) as workspace:
        yield use_nothing(workspace)


def move(workspace: Workspace, by: timedelta) -> None:
    workspace.set_clock(workspace.now() + by)


def states(workspace: Workspace) -> list[list[str]]:
    """The verdicts on the addresses of each endpoint."""
    return [[one.verdict.value for one in each.addresses] for each in workspace.endpoints.verdicts()]


def gateway(simulated: Workspace, **site: object) -> Component:
    """A gateway with an endpoint, whose certificate ends in 20 days."""
    simulated.site.set(ssl_offload=True, **site)
    component = use(simulated, "gateway-ssl", issue("gw.example.com", days=20))
    simulated.endpoints.add(NewEndpoint(where="gw.example.com", need="gateway-ssl"))
    return component


def test_an_endpoint_that_is_added_serves_what_is_bound(simulated: Workspace) -> None:
    gateway(simulated)
    (one,) = simulated.endpoints.verdicts()
    assert (one.verdict, one.certificate_id) == (EndpointState.SERVED, 1)
    assert [address.reading.address for address in one.addresses] == ["192.0.2.1", "192.0.2.2"]


def test_an_endpoint_serves_nothing_until_something_is_bound(simulated: Workspace) -> None:
    simulated.endpoints.add(NewEndpoint(where="gw.example.com", need="gateway-ssl"))
    assert states(simulated) == [["unreachable", "unreachable"]]
    use(simulated, "gateway-ssl", issue("gw.example.com"))
    assert states(simulated) == [["served", "served"]]


def test_the_operator_puts_the_new_certificate_in_place_and_the_follow_up_is_done(simulated: Workspace) -> None:
    component = gateway(simulated, operator_hours=30)
    move(simulated, DAY)
    replace(simulated, component, issue("gw.example.com", days=300))
    assert states(simulated) == [["older", "older"]]
    move(simulated, 29 * HOUR)
    assert [task.kind.value for task in simulated.tasks.list(done=False)] == ["load-balancer"]
    move(simulated, 10 * DAY)
    assert states(simulated) == [["served", "served"]]
    assert simulated.tasks.list(done=False) == ()
    assert notices(simulated, "endpoint-changed")
    assert simulated.check().clean


def test_a_forgotten_node_keeps_the_old_certificate_until_somebody_reminds_the_operator(simulated: Workspace) -> None:
    component = gateway(simulated, forgotten_nodes=1)
    replace(simulated, component, issue("gw.example.com", days=300))
    move(simulated, 2 * DAY)
    assert states(simulated) == [["served", "older"]]
    assert len(simulated.tasks.list(done=False)) == 1
    row = next(one for one in simulated.impact.checklist() if one.need.id == "gateway-ssl")
    assert "gw.example.com:443 (192.0.2.2) serves certificate 1" in row.next_step
    move(simulated, 18 * DAY)
    assert "store stopped (expired): ios macos android windows" in stops(simulated)
    simulated.site.set(forgotten_nodes=0)
    assert states(simulated) == [["served", "served"]]
    assert stops(simulated) == set()
    assert simulated.tasks.list(done=False) == ()


def test_checking_one_connects_to_nobody(simulated: Workspace) -> None:
    gateway(simulated)
    move(simulated, HOUR)
    (one,) = simulated.endpoint_checks.check()
    assert one.verdict is EndpointState.SERVED
    assert one.reading is not None
    assert one.reading.checked_at == simulated.now()
