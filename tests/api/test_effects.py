"""What a call takes down: told beforehand with ``?dryRun=true``, and in the answer of the call itself."""

from __future__ import annotations

import json
from typing import Any

from certfleet.store.workspace import Workspace
from tests.documents import export_of
from tests.material import Issued

from .conftest import Rest


def bind(rest: Rest, chain: Issued) -> None:
    rest.upload("certificates/import/certificate/server", chain.chain_pem)
    rest.done("POST", "components/bind", {"need": "mdm-ssl", "certificateId": 1})


UNBIND = ("POST", "components/unbind")
BODY = {"need": "mdm-ssl"}


def test_a_dry_run_tells_and_changes_nothing(rest: Rest, workspace: Workspace, server_certificate: Issued) -> None:
    bind(rest, server_certificate)
    before = export_of(workspace)
    told = rest.done(*UNBIND, BODY, params={"dryRun": "true"})
    assert told["dryRun"] is True
    assert told["effects"]["harmful"] is True
    stopped = {(one["capability"], one["alteration"]) for one in told["effects"]["capabilities"]}
    assert {("enrollment", "stops"), ("check-in", "stops")} <= stopped
    assert export_of(workspace) == before


def test_the_call_itself_tells_the_same(rest: Rest, server_certificate: Issued) -> None:
    bind(rest, server_certificate)
    tried = rest.done(*UNBIND, BODY, params={"dryRun": "true"})["effects"]
    assert rest.done(*UNBIND, BODY)["effects"] == tried


def test_what_is_refused_is_refused_in_a_dry_run_too(rest: Rest) -> None:
    assert rest.refused(*UNBIND, BODY, params={"dryRun": "true"})[1] == rest.refused(*UNBIND, BODY)[1]


def test_yes_or_no(rest: Rest) -> None:
    assert rest.refused(*UNBIND, BODY, params={"dryRun": "maybe"}) == (400, "request-invalid")


def test_every_changing_call_takes_it(rest: Rest) -> None:
    page: dict[str, Any] = json.loads(rest.client.get("/openapi.json").text)
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            names = [parameter["name"] for parameter in operation.get("parameters", ())]
            assert ("dryRun" in names) == ("x-action" in operation), f"{method} {path}"
