"""CA groups: what provisioning creates, when a refreshed group takes over, and valid names."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certfleet.store.authorities.groups import GroupState
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.authority import Authority, AuthorityRole
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.views.authority import group_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, needs_openssl, openssl

HOUR = timedelta(hours=1)


def loaded(authority: Authority) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(authority.der))


def states(workspace: Workspace) -> dict[str, str]:
    return {summary.group.name: summary.state.value for summary in workspace.authorities.list()}


def test_a_new_workspace_has_three_authorities_in_the_group_default(workspace: Workspace) -> None:
    (summary,) = workspace.authorities.list()
    assert (summary.group.name, summary.state, summary.devices) == ("default", GroupState.ISSUING, 0)
    names = {authority.role: loaded(authority).subject for authority in summary.authorities}
    assert {role: name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value for role, name in names.items()} == {
        AuthorityRole.ROOT: "Root CA",
        AuthorityRole.DEVICE: "Device CA",
        AuthorityRole.SERVER: "Server CA",
    }
    assert [line.action for line in workspace.audit.tail()] == ["authority.provision", "workspace.create"]
    assert workspace.notices.list() == []


def test_their_extensions_are_those_of_authorities(workspace: Workspace) -> None:
    authorities = workspace.authorities.of_group("default")
    root = loaded(authorities[AuthorityRole.ROOT])
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    for role, authority in authorities.items():
        extensions = loaded(authority).extensions
        basic = extensions.get_extension_for_class(x509.BasicConstraints)
        assert (basic.critical, basic.value.ca) == (True, True)
        assert basic.value.path_length == (1 if role is AuthorityRole.ROOT else 0)
        usage = extensions.get_extension_for_class(x509.KeyUsage)
        assert (usage.critical, usage.value.key_cert_sign, usage.value.crl_sign) == (True, True, True)
        if role is not AuthorityRole.ROOT:
            above = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
            assert above.key_identifier == identifier.digest
            loaded(authority).verify_directly_issued_by(root)


@needs_openssl
@pytest.mark.parametrize("role", [AuthorityRole.DEVICE, AuthorityRole.SERVER])
def test_openssl_verifies_their_chain_strictly(workspace: Workspace, tmp_path: Path, role: AuthorityRole) -> None:
    authorities = workspace.authorities.of_group("default")
    for name, part in (("root", AuthorityRole.ROOT), ("ca", role)):
        (tmp_path / name).write_bytes(openssl("x509", "-inform", "DER", stdin=base64.b64decode(authorities[part].der)))
    at = str(int(NOW.timestamp()))
    openssl("verify", "-x509_strict", "-attime", at, "-CAfile", tmp_path / "root", tmp_path / "ca")


def test_their_private_keys_are_in_the_vault_and_nowhere_else(workspace: Workspace) -> None:
    keys = [
        workspace.vault.get(SecretKind.AUTHORITY_KEY, authority.public_key_sha256)
        for authority in workspace.authorities.all()
    ]
    assert all(keys)
    assert workspace.path is not None
    stored = b"".join(file.read_bytes() for file in workspace.path.iterdir())
    for key in keys:
        assert key is not None
        assert key not in stored
        assert base64.b64encode(key) not in stored
        assert key.hex().encode() not in stored


def test_a_refreshed_group_is_ready_after_its_time_with_one_notice(workspace: Workspace, clock: FixedClock) -> None:
    group = workspace.authorities.refresh(ready_after=24 * HOUR)
    assert group.name == "group-2"
    assert states(workspace) == {"default": "issuing", "group-2": "requested"}
    clock.at = NOW + 24 * HOUR - timedelta(seconds=1)
    workspace.settle()
    assert workspace.notices.list() == []
    assert workspace.authorities.issuing().name == "default"

    clock.at = NOW + 24 * HOUR
    workspace.settle()
    workspace.settle()
    (notice,) = workspace.notices.list()
    assert (notice.kind, notice.record, notice.at) == ("authority-ready", "authority-group:2", NOW + 24 * HOUR)
    assert states(workspace) == {"default": "ready", "group-2": "issuing"}
    assert workspace.authorities.issuing().name == "group-2"


def test_two_sessions_give_one_notice(workspace: Workspace, clock: FixedClock) -> None:
    workspace.authorities.refresh(ready_after=HOUR)
    with Workspace.open(workspace.path, clock=clock) as other:
        other.authorities.groups()
        clock.at += HOUR
        workspace.settle()
        other.settle()
        assert [notice.kind for notice in workspace.notices.list()] == ["authority-ready"]
        assert len(other.notices.list()) == 1


def test_a_group_can_be_ready_at_once(workspace: Workspace) -> None:
    workspace.authorities.refresh(name="spring", ready_after=timedelta(0))
    assert states(workspace) == {"default": "ready", "spring": "issuing"}
    assert [notice.title for notice in workspace.notices.list()] == ["CA group spring is ready"]
    assert "Device CA spring" in workspace.authorities.of_group("spring")[AuthorityRole.DEVICE].subject


def test_of_several_ready_groups_the_one_that_came_last_issues(workspace: Workspace, clock: FixedClock) -> None:
    workspace.authorities.refresh(name="slow", ready_after=48 * HOUR)
    workspace.authorities.refresh(name="quick", ready_after=timedelta(0))
    assert workspace.authorities.issuing().name == "quick"
    clock.at += 48 * HOUR
    assert workspace.authorities.issuing().name == "slow"


def test_a_group_whose_device_ca_has_expired_issues_no_more(workspace: Workspace, clock: FixedClock) -> None:
    clock.at = workspace.authorities.of_group("default")[AuthorityRole.DEVICE].not_after + timedelta(seconds=1)
    assert states(workspace) == {"default": "expired"}
    with pytest.raises(Refusal, match="no-group-ready"):
        workspace.authorities.issuing()
    workspace.authorities.refresh(ready_after=timedelta(0))
    assert states(workspace) == {"default": "expired", "group-2": "issuing"}


@pytest.mark.parametrize("name", ["", " ", " spring", "spring ", "a\nb", "x" * 41])
def test_a_name_that_no_group_can_have_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(Refusal, match="group-name-invalid"):
        workspace.authorities.refresh(name=name)
    assert len(workspace.authorities.groups()) == 1


def test_a_name_that_is_taken_is_refused(workspace: Workspace) -> None:
    workspace.authorities.refresh(name="group-3")
    with pytest.raises(Refusal, match="group-exists"):
        workspace.authorities.refresh(name="default")
    assert workspace.authorities.refresh().name == "group-4"


@pytest.mark.parametrize("wait", [timedelta(seconds=-1), timedelta(days=366), timedelta.max])
def test_a_time_to_wait_that_is_none_is_refused(workspace: Workspace, wait: timedelta) -> None:
    with pytest.raises(Refusal, match="ready-after-invalid"):
        workspace.authorities.refresh(ready_after=wait)


def test_a_group_that_is_not_there_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="group-unknown"):
        workspace.authorities.group("spring")
    with pytest.raises(Refusal, match="group-unknown"):
        workspace.authorities.crl("spring")


def test_programs_get_neither_der_nor_keys(workspace: Workspace) -> None:
    (summary,) = workspace.authorities.list()
    record = as_json(group_document(summary))
    assert record["name"] == "default"
    assert record["state"] == "issuing"
    assert [authority["role"] for authority in record["authorities"]] == ["root", "device", "server"]
    assert not any("der" in authority for authority in record["authorities"])
