"""`workspace check` finds changes of the portal's tables made behind the workspace's back.

The workspace has authorities 1 to 4 (root, push, developer, vendor), certificates 1 (superseded by 2), 3 of another
Apple ID, and 4 of an app.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.model.push import PushRole
from certfleet.store.push.topics import push_subject
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.prepared import Prepared
from tests.store.push.desk import OTHER, OWNER, csr, made, portal_of

Damage = Callable[[Workspace], object]


@pytest.fixture
def filled(prepared: Prepared, tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    def make(folder: Path) -> None:
        with Workspace.open(folder, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
            portal = portal_of(workspace)
            made(portal)
            made(portal)
            made(portal, OTHER)
            portal.issue_app(OWNER, csr(), "com.example.mail")
            assert workspace.check().clean

    with prepared.in_memory("portal", make, tmp_path / "vault.key", actor=Actor("alice"), clock=clock) as workspace:
        yield workspace


def certificate(id: int, **fields: object) -> Damage:
    return lambda workspace: workspace.database.table("push_certificates").update(fields, doc_ids=[id])


def authority(id: int, **fields: object) -> Damage:
    return lambda workspace: workspace.database.table("push_authorities").update(fields, doc_ids=[id])


def remove(table: str, id: int) -> Damage:
    return lambda workspace: workspace.database.table(table).remove(doc_ids=[id])


def twice(workspace: Workspace) -> None:
    table = workspace.database.table("push_certificates")
    table.insert(dict(table.get(doc_id=3)))


def forged(workspace: Workspace) -> None:
    """A certificate that names the right topic, from another CA."""
    record = workspace.database.table("push_certificates").get(doc_id=3)
    der = issue(subject=push_subject(record["topic"], record["name"]), issuer=make_ca()).der
    certificate(3, der=base64.b64encode(der).decode())(workspace)


def in_a_circle(workspace: Workspace) -> None:
    certificate(2, superseded_by=1)(workspace)


CASES: dict[str, tuple[Damage, set[str]]] = {
    "a certificate that is no record": (certificate(1, service="fax"), {"document-invalid push_certificates:1"}),
    "an authority that is no record": (authority(2, role="saint"), {"document-invalid push_authorities:2"}),
    "another topic": (
        certificate(3, topic="com.apple.mgmt.External.1"),
        {"record-differs push-certificate:3"},
    ),
    "another service": (certificate(4, service="mdm"), {"record-differs push-certificate:4"}),
    "another end": (certificate(3, not_after="2040-01-01T00:00:00Z"), {"record-differs push-certificate:3"}),
    "another name": (certificate(3, name="APSP:1"), {"record-differs push-certificate:3"}),
    "no Apple ID": (certificate(4, apple_id="IT@example.com"), {"record-differs push-certificate:4"}),
    "a topic of two Apple IDs": (certificate(2, apple_id=OTHER), {"same-topic push-certificate:2"}),
    "no DER": (certificate(3, der="AAAA"), {"der-damaged push-certificate:3"}),
    "no base64": (certificate(3, der="~"), {"der-damaged push-certificate:3"}),
    "from another CA": (forged, {"record-differs push-certificate:3", "issuer-wrong push-certificate:3"}),
    "said to be from the root": (certificate(3, authority_id=1), {"reference-broken push-certificate:3"}),
    "said to be from nobody": (certificate(3, authority_id=9), {"reference-broken push-certificate:3"}),
    "superseded by nothing": (certificate(3, superseded_by=9), {"reference-broken push-certificate:3"}),
    "superseded by another topic's": (
        certificate(2, superseded_by=3),
        {
            "reference-broken push-certificate:1",
            "reference-broken push-certificate:2",
        },
    ),
    "superseded in a circle": (
        in_a_circle,
        {
            "reference-broken push-certificate:1",
            "reference-broken push-certificate:2",
        },
    ),
    "its renewal is gone": (remove("push_certificates", 2), {"reference-broken push-certificate:1"}),
    "twice": (twice, {"same-certificate push-certificate:5"}),
    "an authority with another subject": (authority(3, subject="CN=Other"), {"record-differs push-authority:3"}),
    "an authority without DER": (authority(3, der="AAAA"), {"der-damaged push-authority:3"}),
    "an authority of another generation": (
        authority(4, generation=2),
        {"authority-missing push-authority:1", "authority-missing push-authority:4"},
    ),
}


def found(workspace: Workspace) -> set[str]:
    return {f"{problem.code} {problem.record}" for problem in workspace.check().problems}


@pytest.mark.parametrize(("damage", "expected"), CASES.values(), ids=CASES)
def test_it_finds(filled: Workspace, damage: Damage, expected: set[str]) -> None:
    damage(filled)
    assert found(filled) == expected


def test_it_finds_an_authority_that_is_gone(filled: Workspace) -> None:
    push = filled.portal.authorities.current()[PushRole.PUSH]
    remove("push_authorities", push.id)(filled)
    assert found(filled) == {
        "authority-missing push-authority:1",
        f"secret-orphaned public-key:{push.public_key_sha256}",
        *(f"reference-broken push-certificate:{id}" for id in (1, 2, 3, 4)),
    }


def test_it_finds_a_root_that_did_not_issue_them(filled: Workspace) -> None:
    table = filled.database.table("push_authorities")
    root, other = dict(table.get(doc_id=1)), dict(table.get(doc_id=3))
    with filled.database.transaction():
        table.update({**other, "role": "root"}, doc_ids=[1])
        table.update({**root, "role": "developer"}, doc_ids=[3])
    assert found(filled) == {f"issuer-wrong push-authority:{id}" for id in (1, 2, 3, 4)}


def test_it_finds_a_key_that_is_missing_or_another_ones(filled: Workspace) -> None:
    current = filled.portal.authorities.current()
    root, vendor = current[PushRole.ROOT], current[PushRole.VENDOR]
    key = filled.vault.get(SecretKind.AUTHORITY_KEY, vendor.public_key_sha256)
    assert key is not None
    with filled.database.transaction():
        filled.vault.put(SecretKind.AUTHORITY_KEY, root.public_key_sha256, key)
    assert found(filled) == {f"secret-wrong public-key:{root.public_key_sha256}"}
    secrets = filled.database.table("vault_secrets")
    secrets.remove(doc_ids=[secrets.find("public_key_sha256", root.public_key_sha256)[0].doc_id])
    assert found(filled) == {"secret-missing push-authority:1"}
