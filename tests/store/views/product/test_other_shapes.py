"""Certificates, CA groups, server properties and counts as the product shows them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.inventory.status import days_left
from certfleet.store.model.account import SessionSettings
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.site import SiteSettings
from certfleet.store.views.product.authorities import listed_group
from certfleet.store.views.product.bulk_counts import import_counts, removal_counts
from certfleet.store.views.product.certificates import certificate_entry, name_details
from certfleet.store.views.product.filter_tree import device_ca_groups
from certfleet.store.views.product.server_properties import Environment, search_properties, server_properties
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.bulk.material import fleet_archive


def as_json(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def test_an_entry_of_the_inventory(workspace: Workspace) -> None:
    issued = issue("mdm.company.example")
    source = CertificateSource(data=issued.pem, name="mdm.pem", key=issued.key_pem)
    entry = workspace.inventory.import_from(source, description="the server").imported[0]
    shown = as_json(certificate_entry(entry, days_left(entry, workspace.now())))
    assert shown.keys() == {
        *("name", "description", "remainingDays", "validFrom", "validTo", "type", "isActive", "privateKey", "ca", "id"),
        "certDetails",
    }
    assert (shown["type"], shown["isActive"], shown["privateKey"]) == ("entity", True, "true")
    found = shown["certDetails"]
    assert found.keys() == {"signatureAlgo", "version", "serialNum", "issuerName", "subjectName"}
    assert found["serialNum"] == str(issued.certificate.serial_number)
    assert (found["version"], found["subjectName"]["commonName"]) == (3, "mdm.company.example")
    assert shown["validTo"] == f"{issued.certificate.not_valid_after_utc:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("CN=Users,DC=Domain,DC=com", "DC=com,DC=Domain,CN=Users"),
        ("CN=Smith\\, Ann,O=Example", "O=Example,CN=Smith\\, Ann"),
        ("CN=a+OU=b,C=DE", "C=DE,CN=a+OU=b"),
        ("", ""),
    ],
)
def test_a_name_begins_with_its_most_general_part(name: str, written: str) -> None:
    assert name_details(name).cert_string == written


def test_the_parts_of_a_name() -> None:
    name = "emailAddress=a@example.com,CN=Smith\\, Ann,OU=IT,O=Example,L=Bonn,ST=NRW,C=DE,description=Root"
    shown = as_json(name_details(name))
    assert shown.pop("certString").startswith("description=Root,C=DE")
    assert list(shown.items()) == [
        ("emailAddress", "a@example.com"),
        ("commonName", "Smith, Ann"),
        ("orgUnit", "IT"),
        ("org", "Example"),
        ("locality", "Bonn"),
        ("state", "NRW"),
        ("country", "DE"),
        ("description", "Root"),
    ]
    assert set(as_json(name_details("")).values()) == {"", None}


def test_ca_groups(workspace: Workspace) -> None:
    workspace.authorities.refresh(ready_after=timedelta(0))
    old, new = (as_json(listed_group(one)) for one in workspace.authorities.list())
    assert (old["groupName"], old["currentIssuingCA"], new["currentIssuingCA"]) == ("default", "false", "true")
    assert [(one["type"], one["name"]) for one in old["calist"]] == [
        ("root_ca", "Root Certificate Authority"),
        ("devices_ca", "Devices Certificate Authority"),
        ("server_ca", "SSL Servers Certificate Authority"),
    ]
    assert device_ca_groups(workspace.authorities)[str(old["calist"][1]["id"])] == "default"


def test_the_server_properties_that_scripts_read() -> None:
    def values(site: SiteSettings) -> dict[str, str]:
        return {one.name: one.value for one in server_properties(SessionSettings(minutes=20), site)}

    assert values(SiteSettings()) == {
        "xms.publicapi.inactivity.timeout": "20",
        "xms.publicapi.static.timeout": "20",
        "xms.publicapi.timeout.type": "INACTIVITY_TIMEOUT",
        "device.inactivity.days.threshold": "7",
    }
    assert values(SiteSettings(delete_inactive_days=90))["device.inactivity.days.threshold"] == "90"


def test_server_properties_are_searched_sorted_and_paged() -> None:
    found = server_properties(SessionSettings(), SiteSettings())
    assert as_json(found[0]).keys() == {"id", "name", "value", "displayName", "description", "defaultValue"}
    assert [one.name for one in search_properties(found, "Inactivity.Days")] == ["device.inactivity.days.threshold"]
    assert [one.id for one in search_properties(found, "", order_by="id", descending=True)] == [4, 3, 2, 1]
    assert [one.id for one in search_properties(found, "", start=1, limit=2)] == [1, 2]
    assert search_properties(found, "", order_by="colour") == search_properties(found, "")
    assert as_json(Environment()) == {"isMultitenant": False, "customerEnvironment": "commercial"}


def test_counts_of_a_bulk_import_are_texts(workspace: Workspace) -> None:
    archive = fleet_archive("A12BC3D4EFGH", "A12BC3D4EFIJ")
    for counts in (("2", "0", "0"), ("0", "0", "2")):
        archive.seek(0)
        result = import_counts(workspace.bulk.import_archive(archive, identity_type=IdentityType.SERIAL_NUMBER))
        assert (result.success_count, result.failed_count, result.skip_count) == counts
    gone = workspace.bulk.delete(["A12BC3D4EFGH", "NOBODY", ""], identity_type=IdentityType.SERIAL_NUMBER)
    assert as_json(removal_counts(gone)) == {"successCount": "1", "failedCount": "1", "skipCount": "1"}
