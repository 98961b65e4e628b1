"""`workspace check` finds changes of bulk certificates made behind the workspace's back."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace

from .material import fleet_archive, p12, take_in

Damage = Callable[[Workspace], object]


def change(table: str, id: int, **fields: object) -> Damage:
    return lambda workspace: workspace.database.table(table).update(fields, doc_ids=[id])


def remove(table: str, id: int) -> Damage:
    return lambda workspace: workspace.database.table(table).remove(doc_ids=[id])


def same_key(workspace: Workspace) -> None:
    key = workspace.bulk.get(1).public_key_sha256
    change("bulk_certificates", 2, public_key_sha256=key)(workspace)


DAMAGE: dict[str, tuple[Damage, set[str]]] = {
    "a record that is none": (change("bulk_certificates", 1, not_after="soon"), {"document-invalid"}),
    "an identity in small letters": (change("bulk_certificates", 1, identity="one"), {"identity-invalid"}),
    "an identity twice": (change("bulk_certificates", 2, identity="ONE"), {"same-identity"}),
    "a key twice": (same_key, {"same-key"}),
    "a file that is missing": (remove("bulk_files", 1), {"file-missing"}),
    "a file of another": (
        change("bulk_files", 1, pkcs12=base64.b64encode(p12("THREE")).decode()),
        {"file-damaged"},
    ),
    "a file that is none": (change("bulk_files", 1, pkcs12="!"), {"file-damaged"}),
    "a file of nobody": (
        lambda workspace: workspace.database.table("bulk_files").insert({"pkcs12": ""}),
        {"file-orphaned"},
    ),
    "a record that is missing": (remove("bulk_certificates", 1), {"file-orphaned", "secret-orphaned"}),
    "a password that is missing": (
        lambda workspace: workspace.vault.forget(SecretKind.BULK_PASSWORD, "bulk:1"),
        {"secret-missing"},
    ),
    "a password of another": (
        lambda workspace: workspace.database.table("vault_secrets").update(
            {"public_key_sha256": "bulk:2"},
            doc_ids=[
                secret.doc_id
                for secret in workspace.database.table("vault_secrets")
                if secret["public_key_sha256"] == "bulk:1"
            ],
        ),
        {"secret-missing", "secret-damaged"},
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(workspace: Workspace, name: str) -> None:
    damage, codes = DAMAGE[name]
    take_in(workspace, fleet_archive("ONE", "TWO"))
    assert workspace.check().clean
    damage(workspace)
    assert {problem.code for problem in workspace.check().problems} == codes
