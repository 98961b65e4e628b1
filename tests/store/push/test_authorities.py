"""The simulated push service and vendor: created once, on first use, and kept apart from real ones."""

from __future__ import annotations

import base64
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.push import PushRole
from certfleet.store.push.portal import PushPortal
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.conftest import content
from tests.store.push.desk import OWNER, csr, made, portal_of, signed

MAKE = """
import sys
from pathlib import Path
from certfleet.store.clock import FixedClock
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.push.desk import made, portal_of
with Workspace.open(Path(sys.argv[1]), clock=FixedClock(NOW)) as workspace:
    made(portal_of(workspace), sys.argv[2])
"""


def test_a_new_workspace_has_none(workspace: Workspace, portal: PushPortal) -> None:
    assert (portal.list(), portal.authorities.all()) == ([], [])
    assert workspace.check().clean


def test_their_names_say_that_they_are_simulated(portal: PushPortal) -> None:
    for authority in portal.authorities.current().values():
        certificate = x509.load_der_x509_certificate(base64.b64decode(authority.der))
        (organization,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert "(simulated " in str(organization.value)


def test_they_are_made_once(workspace: Workspace, portal: PushPortal) -> None:
    made(portal)
    first = portal.authorities.all()
    assert sorted(authority.role for authority in first) == sorted(PushRole)
    made(portal)
    portal_of(workspace).issue_app(OWNER, csr(), "com.example.mail")
    assert portal.authorities.all() == first


def test_two_threads_that_begin_at_once_make_one_generation(workspace: Workspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: made(portal_of(workspace), f"it{number}@example.com"), range(4)))
    portal = portal_of(workspace)
    assert (len(portal.authorities.all()), len(portal.list())) == (len(PushRole), 4)
    assert workspace.check().clean


@pytest.mark.slow
def test_two_processes_that_begin_at_once_make_one_generation(workspace: Workspace) -> None:
    root = Path(__file__).parents[3]
    makers = [
        subprocess.Popen([sys.executable, "-c", MAKE, str(workspace.path), f"it{number}@example.com"], cwd=root)
        for number in range(2)
    ]
    assert [maker.wait(120) for maker in makers] == [0, 0]
    workspace.catch_up()
    portal = portal_of(workspace)
    assert {one.apple_id for one in portal.list()} == {"it0@example.com", "it1@example.com"}
    assert len(portal.authorities.all()) == len(PushRole)
    assert workspace.check().clean


def test_a_vendor_of_another_workspace_is_unknown_here(portal: PushPortal, clock: FixedClock) -> None:
    with Workspace.open(None, clock=clock) as elsewhere:
        data = signed(portal_of(elsewhere))
    made(portal)
    with pytest.raises(Refusal, match="push-vendor-unknown"):
        portal.upload(OWNER, data)


def test_a_new_generation_takes_over_before_the_old_one_ends(
    workspace: Workspace, portal: PushPortal, clock: FixedClock
) -> None:
    first = made(portal)
    data = signed(portal)
    clock.at = portal.authorities.current()[PushRole.PUSH].not_after - timedelta(days=200)
    # What the old vendor signed is good for as long as its certificate is.
    renewed = portal.upload(OWNER, data)
    assert (renewed.topic, renewed.not_after) == (first.topic, clock.at + timedelta(days=365))
    assert {authority.generation for authority in portal.authorities.all()} == {1, 2}
    leaf, ca, root = x509.load_pem_x509_certificates(portal.chain_pem(renewed.id))
    leaf.verify_directly_issued_by(ca)
    ca.verify_directly_issued_by(root)
    assert "Orchard Root CA 2" in root.subject.rfc4514_string()
    assert x509.load_pem_x509_certificates(portal.chain_pem(first.id))[2] != root
    clock.at += timedelta(days=201)
    with pytest.raises(Refusal, match="push-vendor-expired"):
        portal.upload(OWNER, data)
    assert workspace.check().clean


def test_the_clock_may_go_back(workspace: Workspace, portal: PushPortal, clock: FixedClock) -> None:
    made(portal)
    clock.at = NOW - timedelta(days=3650)
    record = made(portal)
    leaf, ca, _ = x509.load_pem_x509_certificates(portal.chain_pem(record.id))
    assert ca.not_valid_before_utc <= leaf.not_valid_before_utc
    assert workspace.check().clean


def test_private_keys_are_in_the_vault_and_nowhere_else(workspace: Workspace, portal: PushPortal) -> None:
    made(portal)
    assert workspace.path is not None
    stored = b"".join(file.read_bytes() for file in workspace.path.iterdir()) + content(workspace)
    keys = [
        workspace.vault.get(SecretKind.AUTHORITY_KEY, authority.public_key_sha256)
        for authority in portal.authorities.all()
    ]
    assert len(keys) == len(PushRole)
    for key in keys:
        assert key is not None
        for written in (key, base64.b64encode(key), key.hex().encode()):
            assert written not in stored
    vendor = portal.authorities.vendor()
    assert "private" not in repr(vendor).lower()
    assert b"PRIVATE KEY" not in signed(portal)


def test_an_export_brings_the_portal_along(workspace: Workspace, portal: PushPortal, tmp_path: Path) -> None:
    first = made(portal)
    target = tmp_path / "copy"
    assert Workspace.import_json(content(workspace), target, key_file=workspace.vault.key_file).clean
    with Workspace.open(target, clock=workspace.clock) as copy:
        assert made(portal_of(copy)).topic == first.topic
        assert copy.check().clean


def test_a_key_that_is_missing_is_said(workspace: Workspace, portal: PushPortal) -> None:
    portal.authorities.current()
    with workspace.database.transaction():
        workspace.database.table("vault_secrets").truncate()
    with pytest.raises(Refusal, match="workspace-damaged"):
        portal.authorities.vendor()
