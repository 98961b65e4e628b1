"""Importing devices over REST."""

from __future__ import annotations

import json

from certfleet.store.workspace import Workspace

from .conftest import Rest

EXPORT = (
    b"platform,serial_number,last_check_in,issuer,not_after\n"
    b"ios,F2LX10A7KXKN,2025-01-10 08:00,Example CA,2099-12-20\n"
    b"linux,A1,,,\n"
)


def test_an_export_is_imported_and_its_lines_are_listed(rest: Rest, workspace: Workspace) -> None:
    before = len(workspace.devices.all())
    result = rest.own.upload("devices/import", EXPORT, json.dumps({"time_zone": "Europe/Berlin"}))["result"]
    assert (result["format"], result["total"], len(result["imported"])) == ("certfleet", 2, 1)
    assert [(one["line"], one["code"]) for one in result["refused"]] == [(3, "platform-unknown")]
    assert result["as_of"] == "2025-01-10T07:00:00Z"
    assert len(workspace.devices.all()) == before + 1
    again = rest.own.upload("devices/import", EXPORT, json.dumps({"time_zone": "Europe/Berlin"}))["result"]
    assert (again["imported"], again["unchanged"]) == ([], 1)


def test_a_mapping_is_text_in_the_request(rest: Rest) -> None:
    mapping = '[columns]\nserial_number = "Nummer"\n'
    result = rest.own.upload("devices/import", b"platform,Nummer\nios,A1\n", json.dumps({"mapping": mapping}))["result"]
    assert len(result["imported"]) == 1
