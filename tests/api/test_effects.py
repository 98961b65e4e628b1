"""The effects of a call: beforehand with ``?dryRun=true``, and in the answer of the call itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from certfleet.api.server.application import CALLS
from certfleet.api.server.surfaces import OWN
from certfleet.store.clock import FixedClock
from certfleet.store.workspace import Workspace
from tests.documents import export_of
from tests.material import Issued, issue, make_ca
from tests.store.deployment import OTHER_TOPIC, bring, push
from tests.store.devices.handset import Handset

from .conftest import Rest


def bind(rest: Rest, chain: Issued) -> None:
    rest.upload("certificates/import/certificate/server", chain.chain_pem)
    rest.own.done("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": 1})


UNBIND = ("POST", "components/unbind")
BODY = {"need": "mdm-ssl"}


def test_a_dry_run_tells_and_changes_nothing(rest: Rest, workspace: Workspace, server_certificate: Issued) -> None:
    bind(rest, server_certificate)
    before = export_of(workspace)
    told = rest.own.done(*UNBIND, BODY, params={"dryRun": "true"})
    assert told["dry_run"] is True
    assert told["effects"]["harmful"] is True
    stopped = {(one["capability"], one["alteration"]) for one in told["effects"]["capabilities"]}
    assert {("enrollment", "stops"), ("check-in", "stops")} <= stopped
    assert export_of(workspace) == before


def test_the_call_itself_tells_the_same(rest: Rest, server_certificate: Issued) -> None:
    bind(rest, server_certificate)
    tried = rest.own.done(*UNBIND, BODY, params={"dryRun": "true"})["effects"]
    assert rest.own.done(*UNBIND, BODY)["effects"] == tried


def test_what_is_refused_is_refused_in_a_dry_run_too(rest: Rest) -> None:
    assert rest.own.refused(*UNBIND, BODY, params={"dryRun": "true"})[1] == rest.own.refused(*UNBIND, BODY)[1]


def test_yes_or_no(rest: Rest) -> None:
    assert rest.own.refused(*UNBIND, BODY, params={"dryRun": "maybe"}) == (400, "request-invalid")


def test_every_changing_call_takes_it(rest: Rest) -> None:
    tried = {(call.method, call.path.rstrip("/")) for call in CALLS if call.said.has_effects}
    assert len(tried) > 60
    for page in ("/openapi.json", f"{OWN.prefix}/openapi.json"):
        document: dict[str, Any] = json.loads(rest.client.get(page).text)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                names = [parameter["name"] for parameter in operation.get("parameters", ())]
                is_tried = (method.upper(), path.rstrip("/")) in tried
                assert ("dryRun" in names) == is_tried, f"{method} {path}"


def test_another_topic_is_told_and_the_right_one_brings_devices_back(
    rest: Rest, workspace: Workspace, clock: FixedClock
) -> None:
    right, wrong = bring(workspace, push()), bring(workspace, push(OTHER_TOPIC))
    rest.own.done("POST", "components/bind", {"need": "apns", "certificate_id": right.id})
    phone = Handset(workspace)
    bind_wrong = {"need": "apns", "certificate_id": wrong.id}
    told = rest.own.done("POST", "components/bind", bind_wrong, params={"dryRun": "true"})["effects"]
    assert [(one["after"], one["ids"], one["returns"]) for one in told["devices"]] == [
        ("must re-enroll", [phone.id], True)
    ]
    assert phone.device.state == "enrolled"
    clock.at += timedelta(hours=1)
    rest.own.done("POST", "components/bind", bind_wrong)
    assert phone.device.state == "must re-enroll"
    back = rest.own.done("POST", "components/bind", {"need": "apns", "certificate_id": right.id})["effects"]
    assert [(one["after"], one["ids"]) for one in back["devices"]] == [("enrolled", [phone.id])]
    assert phone.device.state == "enrolled"


def test_in_a_protected_workspace_a_call_names_it(rest: Rest, server_certificate: Issued) -> None:
    bind(rest, server_certificate)
    rest.own.done("PUT", "site", {"protected_name": "Production"})
    assert rest.own.done(*UNBIND, BODY, params={"dryRun": "true"})["effects"]["harmful"]
    assert rest.own.refused(*UNBIND, BODY) == (409, "workspace-protected")
    assert rest.own.refused(*UNBIND, BODY, params={"workspaceName": "Other"}) == (409, "workspace-protected")
    assert rest.own.done(*UNBIND, BODY, params={"workspaceName": "Production"})["effects"]["harmful"]


def test_what_a_call_would_add_has_no_id_until_it_is_there(rest: Rest) -> None:
    file = issue("mdm.company.example", issuer=make_ca("Company CA")).chain_pem
    tried = rest.own.upload("certificates", file, params={"dryRun": "true"})["effects"]
    assert [(one["id"], one["alteration"]) for one in tried["entries"]] == [(None, "added"), (None, "added")]
    done = rest.own.upload("certificates", file)
    ids = [one["id"] for one in done["imported"]]
    assert [(one["id"], one["alteration"]) for one in done["effects"]["entries"]] == [(id, "added") for id in ids]
