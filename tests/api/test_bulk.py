"""Bulk device certificates over REST, with the body of the product's own page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certfleet.store.workspace import Workspace
from tests.store.bulk.material import p12, packed

from .conftest import SEED_JSON, Rest, parts

PATH = "certificates/import/keystore/device"
THREE = ["A12BC3D4EFGH", "A12BC3D4EFIJ", "A12BC3D4EFKL"]


@pytest.fixture
def filled(rest: Rest, archive: bytes) -> Rest:
    rest.upload(PATH, archive, SEED_JSON)
    return rest


def test_every_file_of_the_archive_is_listed_with_what_came_of_it(rest: Rest) -> None:
    archive = packed({"A12BC3D4EFGH.p12": p12("A12BC3D4EFGH"), "BAD.p12": p12("BAD", "other")}).getvalue()
    imported = rest.upload(PATH, archive, SEED_JSON)
    (taken,) = imported["imported"]
    assert (taken["identity"], taken["file"], taken["identityType"]) == (
        "A12BC3D4EFGH",
        "A12BC3D4EFGH.p12",
        "SERIAL_NUMBER",
    )
    assert imported["refused"] == [
        {
            "file": "BAD.p12",
            "identity": "BAD",
            "code": "wrong-password",
            "message": "the password does not open the keystore",
        }
    ]
    assert (imported["total"], imported["replaced"], imported["alreadyThere"]) == (2, [], [])


def test_the_same_archive_again_changes_nothing(filled: Rest, archive: bytes, workspace: Workspace) -> None:
    lines = workspace.audit.tail(1)
    again = filled.upload(PATH, archive, SEED_JSON)
    assert [one["identity"] for one in again["alreadyThere"]] == THREE
    assert (again["imported"], again["replaced"], again["refused"]) == ([], [], [])
    assert workspace.audit.tail(1) == lines
    assert filled.upload(PATH, packed({"A12BC3D4EFGH.p12": p12("A12BC3D4EFGH")}).getvalue(), SEED_JSON)["replaced"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (SEED_JSON.replace("SERIAL_NUMBER", "UDID", 1), "identity-type-missing"),
        ("{}", "identity-type-missing"),
        (SEED_JSON.replace("credential.txt", "other.txt"), "credentials-missing"),
    ],
)
def test_an_archive_is_refused_as_a_whole(rest: Rest, archive: bytes, said: str, code: str) -> None:
    assert rest.not_uploaded(PATH, archive, said) == (400, code)
    assert rest.not_uploaded(PATH, b"no archive", SEED_JSON)[0] == 400
    assert rest.refused("POST", PATH, files={"importData": (None, SEED_JSON)}) == (400, "file-missing")
    assert rest.own.done("GET", "bulk")["total"] == 0


def test_the_list_is_by_page_and_by_type(filled: Rest) -> None:
    page = filled.own.done("GET", "bulk?start=1&limit=1&identity_type=SERIAL_NUMBER")
    assert ([one["identity"] for one in page["certificates"]], page["total"]) == (["A12BC3D4EFIJ"], 3)
    assert filled.own.done("GET", "bulk?identity_type=IMEI")["total"] == 0
    assert filled.own.refused("GET", "bulk?identity_type=UDID") == (400, "request-invalid")


@pytest.mark.parametrize(
    "said",
    [
        {"SERIAL_NUMBER": [*THREE[:2], "NOBODY"]},
        {"serial_number": [*THREE[:2], "NOBODY"]},
        {"identity_type": "SERIAL_NUMBER", "identities": [*THREE[:2], "NOBODY"]},
    ],
)
def test_deletion_by_json_judges_each_identity_alone(filled: Rest, said: dict[str, Any]) -> None:
    deleted = filled.own.done("DELETE", "bulk", said)
    assert [one["identity"] for one in deleted["deleted"]] == THREE[:2]
    assert [(one["line"], one["identity"], one["code"]) for one in deleted["refused"]] == [
        (3, "NOBODY", "bulk-unknown")
    ]
    assert deleted["total"] == 3
    assert filled.own.done("GET", "bulk")["total"] == 1


def test_deletion_by_the_body_of_the_page(filled: Rest) -> None:
    body = '{\n    "SERIAL_NUMBER"="A12BC3D4EFGH"\n}'
    assert len(filled.own.done("DELETE", "bulk", content=body)["deleted"]) == 1


def test_deletion_by_a_text_file(filled: Rest) -> None:
    files: list[tuple[str, Any]] = [("file", ("list.txt", "\n".join(THREE).encode()))]
    deleted = filled.own.done("DELETE", "bulk", files=files, data={"identityType": "SERIAL_NUMBER"})
    assert len(deleted["deleted"]) == 3
    files = [("file", ("list.txt", b"A12BC3D4EFGH\n")), ("json", (None, json.dumps({"identityType": "SERIAL_NUMBER"})))]
    assert filled.own.done("DELETE", "bulk", files=files)["refused"][0]["line"] == 1


def test_what_is_no_deletion_is_refused(filled: Rest, archive: bytes) -> None:
    for said, code in [
        ({}, "identity-type-missing"),
        ({"identityType": "SERIAL_NUMBER"}, "identity-type-missing"),
        ({"SERIAL_NUMBER": [1]}, "request-invalid"),
        ({"UDID": ["x"]}, "identity-type-missing"),
        ({"identityType": 7, "identities": []}, "request-invalid"),
    ]:
        assert filled.own.refused("DELETE", "bulk", said) == (400, code)
    assert filled.own.refused("DELETE", "bulk", content=b"\xff") == (400, "json-invalid")
    assert filled.own.refused("DELETE", "bulk", files=parts(archive)) == (400, "identity-type-missing")
    assert filled.own.done("GET", "bulk")["total"] == 3
