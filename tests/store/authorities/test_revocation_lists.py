"""Revocation lists: OpenSSL rejects the certificates on them, and their numbers increase."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.workspace import Workspace
from tests.material import needs_openssl, openssl
from tests.store.devices.handset import Handset


def crl(workspace: Workspace) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(workspace.authorities.crl("default"))


def serials(revoked: x509.CertificateRevocationList) -> list[int]:
    return [entry.serial_number for entry in revoked]


@needs_openssl
def test_openssl_turns_away_a_revoked_certificate_and_lets_another_in(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    gone, stays = Handset(workspace), Handset(workspace)
    clock.at += timedelta(hours=1, microseconds=17)
    workspace.devices.revoke([gone.id])

    ca, root = workspace.authorities.chain("default")
    (tmp_path / "ca").write_bytes(ca.public_bytes(Encoding.PEM))
    (tmp_path / "root").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "crl").write_bytes(crl(workspace).public_bytes(Encoding.PEM))

    def verify(handset: Handset) -> None:
        (tmp_path / "leaf").write_bytes(workspace.devices.pem(handset.certificate))
        line = ["verify", "-x509_strict", "-crl_check", "-attime", str(int(clock.at.timestamp()))]
        line += ["-CAfile", str(tmp_path / "root"), "-untrusted", str(tmp_path / "ca")]
        openssl(*line, "-CRLfile", tmp_path / "crl", tmp_path / "leaf")

    verify(stays)
    with pytest.raises(AssertionError, match="certificate revoked"):
        verify(gone)


def test_its_number_grows_and_it_is_good_for_a_week(workspace: Workspace) -> None:
    first, second = crl(workspace), crl(workspace)
    numbers = [one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for one in (first, second)]
    assert numbers == [1, 2]
    assert first.next_update_utc == workspace.now() + timedelta(days=7)
    ca = workspace.authorities.chain("default")[0]
    assert first.issuer == ca.subject
    assert first.is_signature_valid(ca.public_key())  # type: ignore[arg-type]
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert first.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == identifier
    assert workspace.authorities.of_group("default")[AuthorityRole.DEVICE].crl_number == 2
    assert [line.action for line in workspace.audit.tail(2)] == ["authority.crl"] * 2


def test_a_certificate_leaves_it_after_a_list_made_after_its_end(workspace: Workspace, clock: FixedClock) -> None:
    handset = Handset(workspace)
    workspace.devices.revoke([handset.id])
    assert serials(crl(workspace)) == [int(handset.certificate.serial_number, 16)]
    clock.at = handset.certificate.not_after
    assert len(serials(crl(workspace))) == 1
    clock.at += timedelta(days=2)
    assert len(serials(crl(workspace))) == 1
    clock.at += timedelta(days=2)
    assert serials(crl(workspace)) == []
    assert workspace.check().clean


def test_each_group_has_its_own(workspace: Workspace) -> None:
    old = Handset(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    new = Handset(workspace)
    workspace.devices.revoke([old.id, new.id])
    assert serials(crl(workspace)) == [int(old.certificate.serial_number, 16)]
    other = x509.load_der_x509_crl(workspace.authorities.crl("group-2"))
    assert serials(other) == [int(new.certificate.serial_number, 16)]


def test_revoking_a_device_revokes_every_certificate_that_it_ever_had(workspace: Workspace) -> None:
    handset = Handset(workspace)
    for _ in range(7):
        handset.enroll()
    workspace.devices.revoke([handset.id])
    assert handset.states() == ["revoked"] * 8
    assert len(serials(crl(workspace))) == 8
    assert workspace.check().clean


@needs_openssl
def test_openssl_checks_the_whole_chain_with_the_lists_of_both_cas(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    handset = Handset(workspace)
    lists = [workspace.authorities.crl("default", role) for role in (AuthorityRole.DEVICE, AuthorityRole.ROOT)]
    loaded = [x509.load_der_x509_crl(data) for data in lists]
    (tmp_path / "crl").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in loaded))
    ca, root = workspace.authorities.chain("default")
    assert [one.issuer for one in loaded] == [ca.subject, root.subject]
    (tmp_path / "ca").write_bytes(ca.public_bytes(Encoding.PEM))
    (tmp_path / "root").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "leaf").write_bytes(workspace.devices.pem(handset.certificate))
    line = ["verify", "-x509_strict", "-crl_check_all", "-attime", str(int(clock.at.timestamp()))]
    line += ["-CAfile", str(tmp_path / "root"), "-untrusted", str(tmp_path / "ca")]
    openssl(*line, "-CRLfile", tmp_path / "crl", tmp_path / "leaf")


def test_a_revoked_device_is_on_no_other_list(workspace: Workspace) -> None:
    workspace.devices.revoke([Handset(workspace).id])
    for role in (AuthorityRole.ROOT, AuthorityRole.SERVER):
        assert serials(x509.load_der_x509_crl(workspace.authorities.crl("default", role))) == []
    assert len(serials(crl(workspace))) == 1  # and that the device stays on this one doesn't depend on the others
