"""The audit trail's seals over REST."""

from __future__ import annotations

from certfleet.store.workspace import Workspace
from tests.edited_store import edited

from .conftest import Rest


def test_how_far_the_trail_is_sealed(rest: Rest, workspace: Workspace) -> None:
    told = rest.own.done("GET", "audit/seal")
    assert (told["seal"]["state"], told["seal"]["findings"], told["missing"]) == ("sealed", [], None)
    assert told["seal"]["sealed_to"] == rest.own.done("GET", "audit")["audit"][0]["id"]
    line = workspace.audit.seal_line()
    assert rest.own.done("GET", f"audit/seal?against={line}")["missing"] == []
    assert rest.own.refused("GET", "audit/seal?against=nothing") == (400, "seal-unreadable")

    assert workspace.path is not None
    with edited(workspace.path) as store:
        store.run("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    told = rest.own.done("GET", f"audit/seal?against={line}")
    assert told["seal"]["state"] == "broken"
    assert [finding["code"] for finding in told["missing"]] == ["audit-cut"]
