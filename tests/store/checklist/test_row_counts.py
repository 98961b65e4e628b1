"""The figures of the checklist, the same wherever they are shown."""

from __future__ import annotations

from certfleet.store.checklist.row_counts import RowProblem, counts_of, missing_needs
from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import NEEDS
from certfleet.store.model.component import Use
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, use


def missing(workspace: Workspace) -> int:
    return missing_needs(workspace.impact.landscape(), workspace.now())


def test_missing_is_what_the_checklist_lists_as_missing(workspace: Workspace) -> None:
    own = sum(need.listed for need in NEEDS) - 1  # the vendor manages the server's
    assert missing(workspace) == counts_of(workspace.impact.checklist())[RowProblem.MISSING] == own
    workspace.components.set_use("saml", Use.NOT_USED)
    assert missing(workspace) == own - 1


def test_what_expires_counts_until_it_stops_something(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "gateway-exchange-ssl", issue("mail.example.com", days=100))
    told = []
    for days in (10, 70, 90, 100):
        clock.at = NOW + days * DAY
        (row,) = [row for row in deployment.impact.checklist() if row.need.id == "gateway-exchange-ssl"]
        told.append(dict(counts_of([row])))
    assert told == [{}, {RowProblem.EXPIRING: 1}, {RowProblem.EXPIRING: 1}, {RowProblem.STOPPED: 1}]
