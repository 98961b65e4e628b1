"""`workspace check` over all of a workspace: secrets, progress, beside writers, and before an import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.persistence.table import DocumentTable
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.conftest import content
from tests.store.devices.handset import Handset, identity


def without_seal(exported: bytes) -> dict[str, object]:
    """An export without the seal of its audit trail, which isn't taken along: a copy seals its own."""
    document: dict[str, object] = json.loads(exported)
    document.pop("audit_seals", None)
    return document


def found(workspace: Workspace) -> set[tuple[str, str]]:
    return {(problem.code, problem.record) for problem in workspace.check().problems}


def test_an_authority_whose_key_is_gone_or_another_ones_is_named(workspace: Workspace) -> None:
    root, device, server = workspace.authorities.all()
    table: DocumentTable = workspace.database.table("vault_secrets")
    other = issue().key_der
    with workspace.database.transaction():
        workspace.vault.put(SecretKind.AUTHORITY_KEY, device.public_key_sha256, other)
        workspace.vault.put(SecretKind.AUTHORITY_KEY, server.public_key_sha256, b"no key")
        table.remove(doc_ids=[table.find("public_key_sha256", root.public_key_sha256)[0].doc_id])
    assert found(workspace) == {
        ("secret-missing", f"authority:{root.id}"),
        ("secret-wrong", f"public-key:{device.public_key_sha256}"),
        ("secret-wrong", f"public-key:{server.public_key_sha256}"),
    }


def test_the_secret_of_a_simulated_fleet_belongs_to_it(workspace: Workspace) -> None:
    workspace.vault.put(SecretKind.FLEET_SECRET, "simulation", b"x" * 32)
    assert workspace.check().clean
    workspace.vault.put(SecretKind.FLEET_SECRET, "ab" * 32, b"x" * 32)
    assert found(workspace) == {("secret-orphaned", f"public-key:{'ab' * 32}")}


def test_simulated_devices_without_their_secret_are_named(workspace: Workspace) -> None:
    workspace.devices.add(identity(), habits=Habits(Schedule(1, 3600), 0))
    assert found(workspace) == {("secret-missing", "simulation:1")}
    workspace.vault.put(SecretKind.FLEET_SECRET, "simulation", b"x" * 32)
    assert workspace.check().clean


def test_progress_is_told_for_certificates_and_device_certificates(workspace: Workspace, fleet: list[Handset]) -> None:
    workspace.authorities.issue_listener(["mdm.example.com"])
    told: list[tuple[int, int]] = []
    report = workspace.check(lambda done, total: told.append((done, total)))
    assert report.clean
    assert told[0] == (0, 9)
    assert told[-1] == (9, 9)
    assert (report.counts["devices"], report.counts["device_certificates"]) == (4, 6)


@pytest.mark.slow
def test_it_is_clean_beside_who_writes(workspace: Workspace) -> None:
    script = """
import sys
from datetime import timedelta
from pathlib import Path
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset
with Workspace.open(Path(sys.argv[1])) as workspace:
    while True:
        handset = Handset(workspace)
        workspace.devices.renew([handset.id])
        handset.answer(handset.check_in())
        handset.check_in()
        workspace.devices.revoke([handset.id])
"""
    line = [sys.executable, "-c", script, str(workspace.path)]
    writers = [subprocess.Popen(line, cwd=Path(__file__).parents[3]) for _ in range(2)]
    try:
        while workspace.devices.counts().total < 60:
            report = workspace.check()
            assert report.clean, report.problems[:3]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert workspace.check().clean


def test_a_workspace_with_a_fleet_comes_back_from_its_export(
    workspace: Workspace, fleet: list[Handset], clock: FixedClock, tmp_path: Path
) -> None:
    exported = content(workspace)
    assert workspace.path is not None
    key_file = workspace.path / "vault.key"
    Workspace.import_json(exported, tmp_path / "copy", key_file=key_file)
    with Workspace.open(tmp_path / "copy", clock=clock) as copy:
        assert without_seal(content(copy)) == without_seal(exported)
        assert copy.check().clean
        assert copy.devices.log_digest() == workspace.devices.log_digest()
        new = Handset(copy)
        assert new.device.issuer_group == "group-2"
        chain = copy.devices.chain_of(new.certificate)
        assert [link.public_bytes(Encoding.DER) for link in chain[1:]] == [
            link.public_bytes(Encoding.DER) for link in workspace.authorities.chain("group-2")
        ]

    damaged = exported.replace(b'"state":"superseded"', b'"state":"active"')
    with pytest.raises(Refusal, match="snapshot-damaged"):
        Workspace.import_json(damaged, tmp_path / "other", key_file=key_file)
