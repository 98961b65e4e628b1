"""Certificates over REST: import by each path, list, describe, replace, export, delete."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from certfleet.store.workspace import Workspace
from tests.material import Issued, issue, make_ca, push_subject

from .conftest import Rest, parts

KEYSTORE_PASSWORD = "keystore password"


def keystore(issued: Issued, password: str = KEYSTORE_PASSWORD) -> bytes:
    """A PKCS #12 file."""
    encryption = BestAvailableEncryption(password.encode())
    return serialize_key_and_certificates(b"entry", issued.key, issued.certificate, issued.issuers, encryption)


@pytest.mark.parametrize(
    ("use", "use_as", "type"),
    [("server", "server", "Server"), ("saml", "saml", "SAML"), ("listener", "ssl-listener", "SSL Listener")],
)
def test_a_certificate_is_imported_as_the_path_says(
    rest: Rest, server_certificate: Issued, use: str, use_as: str, type: str
) -> None:
    said = {"alias": "", "useAs": use, "uploadType": "certificate", "description": "MDM FQDN"}
    imported = rest.upload(
        f"certificates/import/certificate/{use}", server_certificate.chain_pem, said, key=server_certificate.key_pem
    )
    leaf, authority = imported["imported"]
    assert (leaf["useAs"], leaf["type"], leaf["description"]) == (use_as, type, "MDM FQDN")
    assert (leaf["privateKey"], leaf["ca"], leaf["issuerId"]) == (True, False, authority["id"])
    assert (leaf["validFrom"], leaf["validTo"], leaf["status"]) == ("2025-12-31", "2026-12-31", "valid")
    assert authority["ca"] and not authority["privateKey"]
    listed = rest.done("GET", "certificates")["certificate"]
    assert [one["id"] for one in listed] == [leaf["id"], authority["id"]]
    details = rest.own.done("GET", f"certificates/{leaf['id']}")
    assert [one["id"] for one in details["chain"]] == [leaf["id"], authority["id"]]
    issued = rest.own.done("GET", f"certificates/{authority['id']}")["issued"]
    assert [one["id"] for one in issued] == [leaf["id"]]


@pytest.mark.parametrize("use", ["server", "saml", "apns", "listener"])
def test_a_keystore_is_imported_with_its_password(rest: Rest, server_certificate: Issued, use: str) -> None:
    said = {"useAs": use, "uploadType": "keystore", "keystoreType": "PKCS12", "password": KEYSTORE_PASSWORD}
    issued = issue(subject=push_subject()) if use == "apns" else server_certificate
    imported = rest.upload(f"certificates/import/keystore/{use}", keystore(issued), said)
    assert imported["imported"][0]["hasPassword"]
    assert KEYSTORE_PASSWORD not in rest.ask("GET", "certificates").text


def test_what_is_said_may_be_a_file_or_plain_fields_under_any_name(rest: Rest, server_certificate: Issued) -> None:
    data = keystore(server_certificate)
    said = f'{{"password": "{KEYSTORE_PASSWORD}", }} # as pasted'.encode()
    rest.done("POST", "certificates/import/keystore/server", files=[("a", ("a.p12", data)), ("b", ("b.txt", said))])
    fields = {"password": KEYSTORE_PASSWORD, "useAs": "server"}
    again = rest.done("POST", "certificates/import/keystore/server", data=fields, files={"c": ("c.p12", data)})
    assert len(again["linked"]) == 2


def test_a_refused_import_says_why_in_the_shape_of_the_product(rest: Rest, server_certificate: Issued) -> None:
    path, data = "certificates/import/keystore/server", keystore(server_certificate)
    answer = rest.ask("POST", path, files=parts(data, {"password": "wrong"}))
    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "code": "wrong-password",
        "message": answer.json()["message"],
        "hint": answer.json()["hint"],
    }
    assert rest.not_uploaded(path, data) == (400, "password-needed")
    assert rest.not_uploaded(path, b"", {}) == (400, "file-empty")
    assert rest.not_uploaded(path, data, {"useAs": "saml"}) == (400, "use-as-differs")
    assert rest.not_uploaded(path, data, {"uploadType": "certificate"}) == (400, "upload-type-differs")
    assert rest.not_uploaded(path, data, {"keystoreType": "BKS"}) == (400, "keystore-unsupported")
    assert rest.not_uploaded(path, data, {"onConflict": "guess"}) == (400, "request-invalid")
    assert rest.not_uploaded(path, data, '{"alias": ') == (400, "json-invalid")
    assert rest.not_uploaded(path, data, '{"alias": ["x"]}') == (400, "request-invalid")
    assert rest.refused("POST", path, {"useAs": "server"}) == (400, "multipart-expected")
    assert rest.refused("POST", path, files={"json": (None, "{}")}) == (400, "file-missing")
    assert rest.refused("POST", "certificates/import/keystore/gateway", files=parts(data)) == (404, "path-unknown")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert rest.refused("POST", path, content=b"--y\r\n", headers=broken)[0] == 400
    assert rest.refused("POST", path, content=b"", headers={"content-type": "multipart/form-data"})[0] == 400
    assert rest.done("GET", "certificates")["certificate"] == []


def test_a_key_pair_that_is_there_is_a_conflict_until_a_choice_is_made(rest: Rest) -> None:
    first, key = "certificates/import/certificate/server", issue("one").key
    one, two = issue("one", key=key), issue("two", key=key)
    rest.upload(first, one.pem)
    assert rest.not_uploaded(first, two.pem) == (409, "same-key")
    assert rest.upload(first, two.pem, {"onConflict": "replace"})["imported"][0]["name"] == "two"


def test_a_replacement_needs_a_new_key_and_is_used_at_once(
    rest: Rest, workspace: Workspace, server_certificate: Issued
) -> None:
    imported = rest.upload(
        "certificates/import/certificate/server", server_certificate.chain_pem, key=server_certificate.key_pem
    )
    old = imported["imported"][0]["id"]
    rest.own.done("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": str(old)})
    renewed = issue("mdm.company.example", issuer=make_ca("Company CA"))
    path = f"certificates/{old}"
    assert rest.own.not_uploaded(path, server_certificate.pem, method="PUT") == (409, "same-certificate")
    replaced = rest.own.upload(path, renewed.chain_pem, key=renewed.key_pem, method="PUT")
    assert replaced["old"]["status"] == "replaced"
    assert replaced["old"]["replaced_by"] == replaced["new"]["id"] == workspace.components.list()[-1].certificate_id
    assert len(replaced["switched"]) == 1
    assert rest.own.not_uploaded("certificates/999", renewed.pem, method="PUT") == (404, "not-found")


def test_another_use(rest: Rest, server_certificate: Issued) -> None:
    rest.upload("certificates/import/keystore/server", keystore(server_certificate), {"password": KEYSTORE_PASSWORD})
    tried = rest.own.done("PUT", "certificates/1/use", {"use_as": "saml"}, params={"dryRun": "true"})
    assert tried["effects"]["entries"]
    changed = rest.own.done("PUT", "certificates/1/use", {"use_as": "saml"})
    assert changed["certificate"]["use_as"] == "saml"
    assert changed["effects"]["code"] == tried["effects"]["code"]
    assert rest.own.refused("PUT", "certificates/1/use", {"use_as": "apns"})[1] == "push-topic-missing"
    assert rest.own.refused("PUT", "certificates/1/use", {"use_as": "device"}) == (400, "request-invalid")
    assert rest.own.refused("PUT", "certificates/99/use", {"use_as": "saml"}) == (404, "not-found")


def test_describe_and_export_without_the_key(rest: Rest, server_certificate: Issued) -> None:
    rest.upload("certificates/import/keystore/server", keystore(server_certificate), {"password": KEYSTORE_PASSWORD})
    assert (
        rest.own.done("PUT", "certificates/1/description", {"description": "ours"})["certificate"]["description"]
        == "ours"
    )
    assert rest.own.refused("PUT", "certificates/1/description", {"description": "x" * 1001}) == (
        400,
        "request-invalid",
    )
    alone = rest.own.ask("GET", "certificates/1/export")
    assert x509.load_pem_x509_certificates(alone.content) == [server_certificate.certificate]
    assert alone.headers["content-disposition"] == 'attachment; filename="certificate-1.pem"'
    chain = rest.own.ask("GET", "certificates/1/export?format=chain").content
    assert x509.load_pem_x509_certificates(chain) == list(server_certificate.chain)
    assert rest.own.ask("GET", "certificates/1/export?format=der").content == server_certificate.der
    pkcs7 = rest.own.ask("GET", "certificates/1/export?format=pkcs7-der")
    assert set(load_der_pkcs7_certificates(pkcs7.content)) == set(server_certificate.chain)
    assert pkcs7.headers["content-type"] == "application/x-pkcs7-certificates"
    assert rest.own.refused("GET", "certificates/1/export?format=pkcs12") == (400, "key-stays-here")
    assert rest.own.refused("GET", "certificates/7/export") == (404, "not-found")


def test_each_of_many_deletions_is_judged_alone(rest: Rest, server_certificate: Issued) -> None:
    rest.upload("certificates/import/certificate/server", server_certificate.chain_pem)
    told = rest.done("DELETE", "certificates", ["2", 99, 1, 1])
    assert [(one["id"], one["alteration"]) for one in told.pop("effects")["entries"]] == [(1, "deleted")]
    assert told == {
        "status": 0,
        "message": "Success",
        "csrId": 0,
        "csrRequest": None,
        "apnsCheck": None,
        "certificate": None,
        "apnsCheckObj": None,
        "deleted": [1],
        "refused": [
            {
                "id": 2,
                "code": "certificate-has-dependents",
                "message": "certificate 2 (Company CA) is the issuer of certificate 1",
            },
            {"id": 99, "code": "not-found", "message": "there is no certificate 99 in the inventory"},
        ],
    }
    assert rest.refused("DELETE", "certificates", []) == (400, "request-invalid")
    assert rest.refused("DELETE", "certificates", [0]) == (400, "request-invalid")
    assert rest.refused("DELETE", "certificates/", ["one"]) == (400, "request-invalid")


def test_an_import_of_ours_says_its_use(rest: Rest, server_certificate: Issued) -> None:
    said = {"use_as": "saml", "password": KEYSTORE_PASSWORD, "description": "IdP"}
    told = rest.own.upload("certificates", keystore(server_certificate), said)
    assert [(one["use_as"], one["description"], one["has_private_key"]) for one in told["imported"][:1]] == [
        ("saml", "IdP", True)
    ]
    assert told["effects"]["entries"]
    assert rest.own.not_uploaded("certificates", server_certificate.pem, {"use_as": "x"}) == (400, "request-invalid")
    (plain,) = rest.own.upload("certificates", issue("plain.company.example").pem)["imported"]
    assert plain["use_as"] == "server"
    deleted = rest.own.done("DELETE", "certificates", [plain["id"], 99])
    assert [one["id"] for one in deleted["deleted"]] == [plain["id"]]
    assert [one["code"] for one in deleted["refused"]] == ["not-found"]


def test_the_verdict_on_a_chain(rest: Rest, server_certificate: Issued) -> None:
    leaf = rest.own.upload("certificates", server_certificate.chain_pem)["imported"][0]["id"]
    found = rest.own.done("GET", f"certificates/{leaf}/verdict")["verdict"]
    assert (found["verdict"], found["trust"], found["host"], found["not_judged"]) == ("ok", "private", None, [])
    assert found["parts"] == {"path": "ok", "time": "ok", "constraints": "ok", "purpose": "ok"}
    found = rest.own.done("GET", f"certificates/{leaf}/verdict?host=other.example.com")["verdict"]
    assert (found["verdict"], found["parts"]["name"]) == ("bad", "bad")
    problems = [(one["code"], one["certificate_id"], one["part"]) for one in found["problems"]]
    assert problems == [("host-not-named", leaf, "name")]
    assert rest.own.refused("GET", f"certificates/{leaf}/verdict?host=*") == (400, "host-invalid")
    assert rest.own.refused("GET", "certificates/999/verdict")[0] == 404


def test_the_comparison_of_two_certificates(rest: Rest, server_certificate: Issued) -> None:
    leaf = rest.own.upload("certificates", server_certificate.chain_pem)["imported"][0]["id"]
    other = rest.own.done("GET", "certificates")["certificates"][1]["id"]
    found = rest.own.done("GET", f"certificates/{leaf}/comparison?other={other}")["comparison"]
    assert (found["old_id"], found["new_id"], found["same"]) == (leaf, other, False)
    assert next(one for one in found["fields"] if one["field"] == "is_ca")["new"] == ["yes"]
    assert rest.own.refused("GET", f"certificates/{leaf}/comparison") == (400, "nothing-to-compare")
    assert rest.own.refused("GET", "certificates/999/comparison?other=1")[0] == 404
