"""What endpoints serve, in time that passes: the operator acts at the hour, and may forget a node."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from certfleet.simulator.forecast.comparing import forecasts
from certfleet.simulator.forecast.forecasting import PlanFile
from certfleet.simulator.plans.reading import read_plan
from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.clock import FixedClock
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.endpoints.reading import ServedFiles
from certfleet.store.model.component import Use
from certfleet.store.model.endpoint import AddressReading, Endpoint
from certfleet.store.model.forecast import Forecast
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue
from tests.store.deployment import replace, use

from ..conftest import MONDAY, Draw, run

DAY = timedelta(days=1)
ENDS_IN = 5


def plan(name: str, *more: str) -> PlanFile:
    """Replace the gateway's certificate after a day."""
    replacing = 'do = "replace-certificate"\nafter = "1d"\ncertificate = "gateway-ssl"\nvalid = "300d"\n'
    adding = 'do = "add-endpoint"\nafter = "1h"\nhost = "gw.example.com"\nneed = "gateway-ssl"\n'
    actions = "".join(f"[[action]]\n{one}" for one in (adding, *more, replacing))
    return PlanFile(read_plan(actions, name))


def store_stops(one: Forecast) -> list[datetime]:
    return [event.at for event in one.events if event.capability == "store" and not event.recovers]


def test_a_forecast_tells_what_a_forgotten_node_stops(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    old = issue("gw.example.com", days=ENDS_IN, not_before=MONDAY)
    use(workspace, "gateway-ssl", old)
    forgets = plan("forgets", 'do = "set-site"\nafter = "2h"\nforgotten_nodes = 1\n')
    found, forgotten = forecasts(workspace, MONDAY + 20 * DAY, [plan("remembers"), forgets])
    assert store_stops(found) == []
    assert store_stops(forgotten) == [MONDAY + ENDS_IN * DAY]
    assert workspace.endpoints.list() == []


def test_the_operator_acts_at_the_hour_however_time_is_divided(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    component = use(workspace, "gateway-ssl", issue("gw.example.com", days=60, not_before=MONDAY))
    workspace.site.set(operator_hours=30)
    workspace.endpoints.add(NewEndpoint(where="gw.example.com", need="gateway-ssl"))
    run(workspace, hours=7)
    replace(workspace, component, issue("gw.example.com", days=300, not_before=MONDAY))
    run(workspace, days=3)
    assert {one.until for one in workspace.endpoints.history(1)} == {MONDAY + timedelta(hours=37), None}


def checked(workspace: Workspace, endpoint: Endpoint, served: Issued) -> None:
    """A check on a real network that saw this."""
    parsed = parse_certificate(served.der)
    found = parsed.facts.fingerprint_sha256
    address = AddressReading(address="198.51.100.7", tls_version="TLSv1.3", chain=(found,), path=(found,))
    workspace.endpoint_checks.take_in(endpoint, ServedFiles((address,), {found: parsed}))


@pytest.mark.parametrize(("days", "stops"), [(3, True), (0, False)])
def test_a_real_endpoint_that_is_late_stays_so_in_a_forecast(days: int, stops: bool) -> None:
    clock = FixedClock(MONDAY)
    workspace = Workspace.open(None, clock=clock)
    workspace.components.set_use("apns", Use.NOT_USED)
    old, new = issue("gw.example.com", days=10, not_before=MONDAY), issue("gw.example.com", days=99, not_before=MONDAY)
    component = use(workspace, "gateway-ssl", old)
    endpoint = workspace.endpoints.add(NewEndpoint(where="gw.example.com", need="gateway-ssl"))
    checked(workspace, endpoint, old)
    replace(workspace, component, new)
    clock.at += days * DAY  # the operator has a day
    checked(workspace, endpoint, old)
    (found,) = forecasts(workspace, MONDAY + 20 * DAY, [None])
    assert store_stops(found) == [MONDAY + 10 * DAY] * stops
