"""Every call of the product's public reference, sent by a plain HTTP client over a real server: its answer has the
documented names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12

from tests.api.conftest import PASSWORD
from tests.material import Issued, issue
from tests.store.bulk.material import fleet_archive
from tests.store.deployment import OTHER_TOPIC, push

from .plain_client import BASE, PlainClient

RECORD = {
    *("id", "jailBroken", "managed", "gatewayBlocked", "deployFailed", "deployPending", "deploySuccess", "mdmKnown"),
    *("mamRegistered", "mamKnown", "userGivenName", "userSurnamee", "userEmail", "userName", "serialNumber"),
    *("imeiOrMeid", "activeSyncId", "wifiMacAddress", "blueToothMacAccress", "devicePlatform", "osVersion"),
    *("deviceModel", "lastAccess", "inactivityDays", "shareable", "sharedStatus", "depRegistered", "deviceName"),
    *("deviceType", "productName", "platform", "properties"),
}
DETAILS = {
    *("id", "serialNumber", "imei", "activesyncid", "wifimac", "bluetoothmac", "osFamily", "platform", "strongId"),
    *("firstConnectionDate", "lastAuthDate", "devicePropertiesTimestamp", "connected", "active", "revoked"),
    *("inactivityDays", "lastUsername", "lastUser", "properties", "softwareInventory", "deviceUsers"),
    *("packageStates", "deliveryGroups", "managed", "pushState", "lastPushDate", "validCertificates"),
    *("revokedCertificates", "policies", "policiesFailure", "applications", "deviceToken", "deviceType", "nbSuccess"),
    *("nbPending", "nbFailure", "mdmKnown", "mamKnown", "iosprofileInventory", "revokeEnabled", "lockEnabled"),
}
CERTIFICATE_ANSWER = {"status", "message", "csrId", "csrRequest", "apnsCheck", "certificate", "apnsCheckObj"}
APNS = {"topicNameMismatch", "certExpired", "certNotYetValid", "malformed"}
ITEM = {
    *("name", "status", "statusLabel", "lastUpdate", "resourceType", "resourceTypeLabel", "packageInfo"),
    "resourceKey",
}
CA_TYPES = [
    ("root_ca", "Root Certificate Authority"),
    ("devices_ca", "Devices Certificate Authority"),
    ("server_ca", "SSL Servers Certificate Authority"),
]
QUERY = {
    "start": "0",
    "limit": "3",
    "sortOrder": "ASC",
    "sortColumn": "ID",
    "search": "",
    "enableCount": "false",
    "filterIds": "['device.platform.ios']",
}


def keystore(issued: Issued, password: str = "changeit") -> bytes:
    encryption = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(
        b"first",
        issued.key,
        issued.certificate,
        issued.issuers,
        encryption,
    )


def is_success(answer: Any, status: Any = 0) -> bool:
    return (answer["status"], answer["message"]) == (status, "Success")


# Session


def test_the_session(stranger: PlainClient) -> None:
    answer = stranger("POST", "authentication/login", {"login": "the viewer", "password": PASSWORD})
    assert answer.keys() == {"auth_token"}
    stranger.token = answer["auth_token"]
    gone = stranger("POST", "authentication/logout", {"login": "the viewer"})
    assert gone["Status"] == "user the viewer logged out successfully."
    assert stranger.ask("GET", "device/1")[0] == 401


def test_a_token_of_the_cloud_edition_is_told_where_to_log_in(stranger: PlainClient) -> None:
    status, _, data = stranger.ask("POST", "authentication/login/cloud", {"bearerToken": "abc"})
    assert status == 400
    assert "authentication/login" in json.loads(data)["hint"]


# Devices


@pytest.mark.parametrize("path", ["device/filter", "device/filter/v2", "/api/endpoint-management/devices/filter"])
def test_the_device_list(xms: PlainClient, path: str) -> None:
    page = xms("POST", path, {**QUERY, "limit": 3})
    assert is_success(page)
    assert (page["matchedRecords"], page["totalCount"]) == (3, 6)
    assert page["currentFilter"]["selectedFilters"][0]["name"] == "device.platform.ios"
    for record in page["filteredDevicesDataList"]:
        assert record.keys() >= RECORD
        assert record["lastAccess"].endswith(" AM")
        assert {"id", "b64", "name", "displayName", "value", "group"} == record["properties"][0].keys()


def test_every_field_of_a_query_is_optional_but_the_newest_limit(xms: PlainClient) -> None:
    assert len(xms("POST", "device/filter", {})["filteredDevicesDataList"]) == 6
    assert len(xms("POST", "device/filter")["filteredDevicesDataList"]) == 6  # without a body
    status, _, answer = xms.ask("POST", "device/renewDeviceCert")
    assert (status, json.loads(answer)["message"]) == (400, "the body is empty, and JSON is expected")
    for body in ({}, {"limit": 101}):
        assert xms.ask("POST", "/api/endpoint-management/devices/filter", body)[0] == 400


def test_the_counts_of_the_filters(xms: PlainClient) -> None:
    tree = xms("POST", "device/filter", {**QUERY, "enableCount": "true"})["currentFilter"]
    assert tree.keys() == {"detail", "selectedFilters"}
    node = tree["detail"][0]
    assert node.keys() == {"displayName", "name", "value", "level", "checked", "leafNode", "nodes"}
    assert node["value"] == -1


def test_a_device(xms: PlainClient) -> None:
    answer = xms("GET", "device/1")
    assert is_success(answer)
    device = answer["device"]
    assert device.keys() >= DETAILS
    assert isinstance(device["firstConnectionDate"], int) and isinstance(device["inactivityDays"], int)
    assert device["lastUser"].keys() == {"id", "displayName", "properties", "xmlId"}
    assert device["validCertificates"][0].keys() == {
        *("type", "credentialProviderId", "issuerName", "certificateNumber", "startDate", "endDate", "daysToExpire"),
        "revoked",
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("policies", "policies"),
        ("actions", "actions"),
        ("deliverygroups", "deliveryGroups"),
        ("apps", "applications"),
        ("softwareinventory", "softwareInventory"),
        ("managedswinventory", "softwareInventory"),
    ],
)
def test_the_lists_of_a_device(xms: PlainClient, path: str, name: str) -> None:
    about = {"platform": "ios", "serial_number": f"LISTS{name.upper()}"}
    new = xms("POST", "/api/certfleet/v1/devices", about)["device"]["id"]  # other tests request actions of the others
    is_filled = path in ("policies", "deliverygroups")
    answer = xms("GET", f"device/{1 if is_filled else new}/{path}")
    xms("DELETE", f"device/{new}")
    assert is_success(answer)
    assert all(one.keys() == ITEM for one in answer[name])
    assert bool(answer[name]) == is_filled
    assert xms.ask("GET", f"device/99/{path}")[0] == 404


def test_the_properties(xms: PlainClient) -> None:
    found = xms("GET", "device/properties/1")["devicePropertiesList"]["deviceProperties"]["devicePropertyParameters"]
    assert {"UDID", "SERIAL_NUMBER", "SYSTEM_OS_VERSION", "WIFI_MAC"} <= {one["name"] for one in found}
    for path in ("device/knownProperties", "device/usedProperties"):
        known = xms("GET", path)["knownProperties"]["knownProperties"]["knownPropertyList"]
        assert known[0].keys() == {"group", "groupLabel", "name", "displayName", "type"}


def test_certificate_renewal_deploy_and_revoke(xms: PlainClient) -> None:
    renewed = xms("POST", "device/renewDeviceCert", [1, 3, 4])
    assert is_success(renewed, "0")
    assert (renewed["pending"], [one["id"] for one in renewed["refused"]]) == ([1, 3], [4])
    assert [one["status"] for one in xms("GET", "device/1/actions")["actions"]] == ["PENDING"]
    assert is_success(xms("POST", "device/refresh", [1, 3]))
    assert is_success(xms("POST", "device/revoke", [3]))
    assert xms("GET", "device/3")["device"]["revoked"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "device/renewDeviceCert", [4]),
        ("POST", "device/refresh", [99]),
        ("POST", "device/revoke", [99]),
        ("DELETE", "device", [99]),
    ],
)
def test_an_action_that_fails_as_a_whole(xms: PlainClient, method: str, path: str, body: list[int]) -> None:
    answer = xms(method, path, body)
    assert answer["status"] == -1
    parameters = answer["deviceActionMessages"]["devicesActionParameters"]
    assert parameters["description"] and parameters["messageList"]


def test_devices_are_deleted(xms: PlainClient) -> None:
    ours = "/api/certfleet/v1/devices"
    made = [xms("POST", ours, {"platform": "ios", "serial_number": f"GONE{number}"})["device"] for number in (1, 2)]
    gone = xms("DELETE", f"device/{made[0]['id']}")
    assert (gone["status"], gone["message"]) == ("0", "Device deleted successfully")
    gone = xms("DELETE", "device", [str(made[1]["id"])])
    assert (gone["status"], gone["message"]) == ("0", "Device deleted successfully")
    assert xms.ask("GET", f"device/{made[0]['id']}")[0] == 404


def test_the_environment_and_the_server_properties(xms: PlainClient) -> None:
    environment = xms("GET", "environment")
    assert (environment["isMultitenant"], environment["customerEnvironment"]) == (False, "commercial")
    query = {"start": 0, "limit": 1000, "orderBy": "name", "sortOrder": "desc", "searchStr": "inactivity.days"}
    for found in (xms("GET", "serverproperties"), xms("POST", "serverproperties/filter", query)):
        properties = {one["name"]: one for one in found["allEwProperties"]}
        threshold = properties["device.inactivity.days.threshold"]
        assert threshold.keys() == {"id", "name", "value", "displayName", "description", "defaultValue"}
        assert int(threshold["value"]) > 0


# Certificates


def test_the_inventory(xms: PlainClient) -> None:
    answer = xms("GET", "certificates")
    assert answer.keys() >= CERTIFICATE_ANSWER
    assert (answer["csrId"], answer["csrRequest"], answer["apnsCheck"], answer["apnsCheckObj"]) == (0, None, None, None)
    entry = answer["certificate"][0]
    assert entry.keys() == {
        *("name", "description", "remainingDays", "validFrom", "validTo", "type", "isActive", "privateKey", "ca", "id"),
        "certDetails",
    }
    assert entry["privateKey"] in ("true", "false")
    details = entry["certDetails"]
    assert details.keys() == {"signatureAlgo", "version", "serialNum", "issuerName", "subjectName"}
    assert int(details["serialNum"]) > 0
    assert details["subjectName"].keys() == {
        *("certString", "emailAddress", "commonName", "orgUnit", "org", "locality", "state", "country", "description"),
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_signing_request_and_a_certificate_that_signs_itself(xms: PlainClient, method: str) -> None:
    name = {
        "commonName": f"{method.lower()}.company.example",
        "description": "a request",
        "org": "Example, Inc.",
        "orgUnit": "IT",
        "locality": "Bonn",
        "state": "NRW",
        "country": "DE",
        "isSelfSign": False,
    }
    body = {"isSelfSign": False, "csrRequest": name, "validDays": "60", "keyLength": "2048", "useAs": "none"}
    answer = xms(method, "certificates/csr", body)
    assert answer.keys() >= CERTIFICATE_ANSWER
    request = x509.load_pem_x509_csr(answer["csrRequest"].encode())
    assert request.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value == "Example, Inc."
    assert answer["csrId"] > 0 and answer["certificate"] is None
    signed = xms(method, "certificates/csr", {**body, "isSelfSign": True})
    assert (signed["csrId"], signed["csrRequest"]) == (0, None)
    entries = {one["name"]: one for one in xms("GET", "certificates")["certificate"]}
    entry = entries[f"{method.lower()}.company.example"]
    assert (entry["remainingDays"], entry["privateKey"], entry["description"]) == (60, "true", "a request")


def test_head_makes_no_signing_request(xms: PlainClient) -> None:
    body = {"csrRequest": {"commonName": "head.company.example"}}
    before = xms("POST", "certificates/csr", body)["csrId"]
    assert xms.ask("HEAD", "certificates/csr", body)[0] == 200
    assert xms("POST", "certificates/csr", body)["csrId"] == before + 1


@pytest.mark.parametrize(("path", "use_as"), [("saml", "saml"), ("server", "none"), ("listener", "listener")])
def test_certificates_with_their_keys(xms: PlainClient, path: str, use_as: str) -> None:
    issued = issue(f"{path}.certificate.example")
    said = {"password": "", "alias": "", "useAs": use_as, "uploadType": "certificate", "description": "as documented"}
    answer = xms.upload(f"certificates/import/certificate/{path}", said, issued.pem, issued.key_pem)
    assert answer.keys() >= CERTIFICATE_ANSWER
    assert answer["certificate"] is None
    assert answer["apnsCheck"] == answer["apnsCheckObj"] == dict.fromkeys(APNS, False)
    entry = next(
        one for one in xms("GET", "certificates")["certificate"] if one["name"] == f"{path}.certificate.example"
    )
    assert entry["privateKey"] == "true"


@pytest.mark.parametrize("path", ["server", "saml", "listener"])
def test_keystores(xms: PlainClient, path: str) -> None:
    said = {
        "password": "changeit",
        "alias": "",
        "useAs": "none" if path == "server" else path,
        "uploadType": "keystore",
        "keystoreType": "PKCS12",
        "description": "as documented",
    }
    answer = xms.upload(f"certificates/import/keystore/{path}", said, keystore(issue(f"{path}.keystore.example")))
    assert answer.keys() >= CERTIFICATE_ANSWER
    assert answer["apnsCheckObj"].keys() == APNS


def test_a_push_certificate_is_checked_before_it_is_imported(xms: PlainClient) -> None:
    said = {"password": "changeit", "useAs": "apns", "uploadType": "keystore", "keystoreType": "PKCS12"}
    before = len(xms("GET", "certificates")["certificate"])

    def check(issued: Any, **more: Any) -> Any:
        return xms.upload("certificates/import/keystore/apns", {**said, **more}, keystore(issued))["apnsCheckObj"]

    assert check(push(), checkTopicName=True) == dict.fromkeys(APNS, False)
    assert check(push(OTHER_TOPIC), checkTopicName=True)["topicNameMismatch"]
    assert check(issue("no.push.example"), checkTopicName=True)["malformed"]
    assert len(xms("GET", "certificates")["certificate"]) == before, "checking imports nothing"
    assert check(push(OTHER_TOPIC))["topicNameMismatch"]
    assert len(xms("GET", "certificates")["certificate"]) > before


def test_device_certificates_in_bulk(xms: PlainClient) -> None:
    archive = fleet_archive("A12BC3D4EFGH", "A12BC3D4EFIJ").getvalue()
    said = {
        "alias": "",
        "useAs": "device",
        "uploadType": "keystore",
        "keystoreType": "PKCS12",
        "identityType": "SERIAL_NUMBER",
        "credentialFileName": "credential.txt",
    }
    counts = ("successCount", "failedCount", "skipCount")
    for expected in (["2", "0", "0"], ["0", "0", "2"]):
        answer = xms.upload("certificates/import/keystore/device", said, archive)
        assert answer.keys() >= CERTIFICATE_ANSWER
        assert [answer[name] for name in counts] == expected
    removal = {"identityType": "SERIAL_NUMBER"}
    path = "certificates/remove/keystore/device"
    answer = xms.upload(path, removal, b"A12BC3D4EFGH\nNOBODY\n", part="certRemoveData")
    assert [answer[name] for name in counts] == ["1", "0", "1"]
    answer = xms.upload(path, removal, archive, part="certRemoveData")
    assert [answer[name] for name in counts] == ["1", "0", "1"]


def test_an_export_with_the_private_key_under_a_password(xms: PlainClient, stranger: PlainClient) -> None:
    issued = issue("exported.company.example")
    said = {"password": "", "useAs": "none", "uploadType": "certificate"}
    xms.upload("certificates/import/certificate/server", said, issued.pem, issued.key_pem)
    entries = xms("GET", "certificates")["certificate"]
    id = next(one["id"] for one in entries if one["name"] == "exported.company.example")
    plain = xms("POST", "certificates/export", {"id": str(id), "password": "", "exportPrivateKey": False})
    assert plain.keys() == {"status", "message", "certificate"}
    assert "PRIVATE KEY" not in plain["certificate"]
    whole = xms("POST", "certificates/export", {"id": id, "password": "s3cret", "exportPrivateKey": True})[
        "certificate"
    ]
    assert whole.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert load_pem_private_key(whole.encode(), b"s3cret").public_key() == issued.key.public_key()
    assert x509.load_pem_x509_certificate(whole.encode()[whole.index("-----BEGIN CERT") :]) == issued.certificate
    assert xms("GET", "/api/certfleet/v1/audit?limit=1")["audit"][0]["action"] == "certificate.export-key"
    assert xms.ask("POST", "certificates/export", {"id": id, "exportPrivateKey": True})[0] == 400
    stranger.log_in("the operator", PASSWORD)
    wanted = {"id": id, "password": "s3cret", "exportPrivateKey": True}
    assert stranger.ask("POST", "certificates/export", wanted)[0] == 403


def test_certificates_are_deleted(xms: PlainClient) -> None:
    for wrapped in (True, False):
        issued = issue("deleted.company.example")
        said = {"useAs": "none", "uploadType": "certificate"}
        imported = xms.upload("certificates/import/certificate/server", said, issued.pem, issued.key_pem)["imported"]
        id = str(imported[0]["id"])
        answer = xms("DELETE", "certificates", {"certificateIds": [id]} if wrapped else [id])
        assert answer.keys() >= CERTIFICATE_ANSWER
        assert answer["deleted"] == [int(id)]


# CA groups


def test_ca_groups(xms: PlainClient) -> None:
    (group,) = xms("GET", "pki/certauthority")["groups"]
    assert (group["groupName"], group["currentIssuingCA"]) == ("default", "true")
    assert [(one["type"], one["name"]) for one in group["calist"]] == CA_TYPES
    calist = [{"type": kind, "password": "s3cret"} for kind, _ in CA_TYPES]
    assert is_success(xms("POST", "pki/certauthority", {"groupName": "spring", "calist": calist}))
    assert [one["currentIssuingCA"] for one in xms("GET", "pki/certauthority")["groups"]] == ["true", "false"]
    assert xms.ask("DELETE", "pki/certauthority", {"groupName": "default"})[0] == 409
    assert is_success(xms("PUT", "pki/certauthority/issuingCA", {"groupName": "spring"}))
    assert [one["currentIssuingCA"] for one in xms("GET", "pki/certauthority")["groups"]] == ["false", "true"]
    assert xms.ask("DELETE", "pki/certauthority", {"groupName": "default"})[0] == 409, "devices hold its certificates"
    assert is_success(xms("PUT", "pki/certauthority/issuingCA", {"groupName": "default"}))
    assert is_success(xms("DELETE", "pki/certauthority", {"groupName": "spring"}))
    assert xms.ask("DELETE", "pki/certauthority", {"groupName": "spring"})[0] == 404


def test_the_three_calls_of_a_rotation(xms: PlainClient) -> None:
    """All CA groups; the devices still on the old CA; renewing their certificates."""
    groups = xms("GET", "pki/certauthority")["groups"]
    old = next(one for one in groups if one["currentIssuingCA"] == "true")
    id = next(one["id"] for one in old["calist"] if one["type"] == "devices_ca")
    wanted = f"['device.issuer.ca#{id}@_fn_@device.issuer.ca','device.platform.ios']"
    page = xms("POST", "device/filter/v2", {"start": 0, "limit": 100, "filterIds": wanted})
    ids = [one["id"] for one in page["filteredDevicesDataList"]]
    assert ids == [1, 2, 6]
    assert xms("POST", "device/renewDeviceCert", ids)["pending"] == ids


# Other calls


@pytest.mark.parametrize("path", ["application/filter", "deliverygroups/filter", "device/wipe", "ldap", "licenses"])
def test_what_is_not_this_program_s_job_says_so(xms: PlainClient, path: str) -> None:
    status, _, data = xms.ask("POST", path, {})
    answer = json.loads(data)
    assert status == 404
    assert answer["status"] != 0
    assert "certfleet doesn't do this call of the product" in answer["message"]


@pytest.mark.parametrize("path", ["certificates", "device/1", "pki/certauthority", "serverproperties", "environment"])
def test_head_where_get_works(xms: PlainClient, path: str) -> None:
    status, headers, data = xms.ask("HEAD", path)
    assert (status, data) == (200, b"")
    assert int(headers["content-length"]) > 0
    assert BASE.startswith("/")
