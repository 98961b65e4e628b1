"""Importing archives: files are independent, batches are durable, and the same archive again changes nothing."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.processes.workers import executor_for
from certfleet.store.bulk.archive import open_archive
from certfleet.store.bulk.bulk import BulkCertificates
from certfleet.store.bulk.pipeline import BATCH
from certfleet.store.bulk.results import Outcome
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.model.events import Event, IdentityCertificatesChanged, Reaction, Tell
from certfleet.store.views.identity_certificate import identity_certificate_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW
from tests.store.conftest import content

from .material import (
    IMEI,
    MEID,
    PASSWORD,
    SERIAL,
    device_certificate,
    fleet_archive,
    outcomes,
    p12,
    packed,
    take_in,
)


def test_a_certificate_is_filed_under_its_identity(workspace: Workspace) -> None:
    issued = device_certificate("A12BC3D4EFGH")
    data = p12(issued, "password1!")
    result = take_in(workspace, packed({"a12bc3d4efgh.p12": data}, "A12BC3D4EFGH.p12=password1!\n"))
    record = result.results[0].record
    assert record is not None
    assert (record.identity_type, record.identity) == (SERIAL, "A12BC3D4EFGH")
    assert (record.subject, record.issuer) == ("CN=A12BC3D4EFGH", "CN=Device CA of the company")
    assert (record.source, record.imported_at, record.imported_by) == ("devices.zip", NOW, "alice")
    assert record.not_after == issued.certificate.not_valid_after_utc
    assert workspace.bulk.list() == [record] == [workspace.bulk.get(record.id)]
    assert workspace.bulk.pkcs12(record.id) == (data, "password1!")
    assert workspace.check().clean


@pytest.mark.parametrize(
    ("kind", "identity"), [(IdentityType.IMEI, IMEI), (IdentityType.MEID, MEID), (SERIAL, "F2LX0001")]
)
def test_each_type_of_identity_has_its_form(workspace: Workspace, kind: IdentityType, identity: str) -> None:
    archive = packed({f"{identity}.p12": p12(identity), f"{identity}0{'x' * 60}.p12": p12("no identity")})
    good, bad = take_in(workspace, archive, kind).results
    assert good.record is not None
    assert good.record.identity == identity
    assert bad.refusal is not None
    assert bad.refusal.code == "identity-invalid"
    assert workspace.bulk.find(kind, identity.lower()) == good.record


def test_an_imei_needs_its_check_digit(workspace: Workspace) -> None:
    result = take_in(workspace, packed({"490154203237519.p12": p12("x")}), IdentityType.IMEI)
    assert outcomes(result) == {"490154203237519.p12": "identity-invalid"}


def test_every_file_is_judged_alone(workspace: Workspace) -> None:
    stolen = device_certificate("GOOD")
    files = {
        "GOOD.p12": p12(stolen),
        "WRONG.p12": p12("WRONG", "another"),
        "NOLINE.p12": p12("NOLINE"),
        "EMPTY.p12": b"",
        "TEXT.p12": b"not a keystore\n",
        "THIEF.p12": p12(stolen),
        "certs/ALSO.pfx": p12("ALSO"),
    }
    lines = "".join(f"{name}={PASSWORD}\n" for name in ("GOOD", "WRONG.p12", "EMPTY", "TEXT", "THIEF", "ALSO.pfx"))
    result = take_in(workspace, packed(files, lines))
    assert outcomes(result) == {
        "GOOD.p12": "imported",
        "WRONG.p12": "wrong-password",
        "NOLINE.p12": "password-missing",
        "EMPTY.p12": "file-empty",
        "TEXT.p12": "not-pkcs12",
        "THIEF.p12": "bulk-certificate-taken",
        "certs/ALSO.pfx": "imported",
    }
    assert [record.identity for record in workspace.bulk.list()] == ["GOOD", "ALSO"]
    assert workspace.check().clean


def test_the_same_archive_again_changes_nothing(workspace: Workspace) -> None:
    archive = fleet_archive("ONE", "TWO")
    take_in(workspace, archive)
    before = content(workspace)
    result = take_in(workspace, archive)
    assert set(outcomes(result).values()) == {"already there"}
    assert content(workspace) == before


def test_another_certificate_replaces_the_one_before(workspace: Workspace) -> None:
    take_in(workspace, fleet_archive("ONE", "TWO"))
    old = workspace.bulk.named("ONE")
    renewed = device_certificate("ONE", days=100)
    (one,) = take_in(workspace, packed({"ONE.p12": p12(renewed, "new")}, "ONE=new")).results
    assert (one.outcome, one.replaced) == (Outcome.REPLACED, old)
    assert one.notes == ("It ends on 2026-04-10, the one before on 2026-12-31.",)
    new = workspace.bulk.get(old.id)
    assert new == one.record
    assert new.fingerprint_sha256 != old.fingerprint_sha256
    assert workspace.bulk.pkcs12(old.id)[1] == "new"
    assert workspace.check().clean


def test_a_new_certificate_over_the_same_key_replaces_as_well(workspace: Workspace) -> None:
    first = device_certificate("ONE")
    take_in(workspace, packed({"ONE.p12": p12(first)}))
    (one,) = take_in(workspace, packed({"ONE.p12": p12(device_certificate("ONE", key=first.key))})).results
    assert one.outcome is Outcome.REPLACED


@pytest.mark.parametrize("together", [True, False], ids=["in one archive", "one after the other"])
def test_a_key_belongs_to_one_identity(workspace: Workspace, together: bool) -> None:
    first = device_certificate("ONE")
    second = device_certificate("TWO", key=first.key)
    files = {"ONE.p12": p12(first), "TWO.p12": p12(second)}
    if together:
        assert outcomes(take_in(workspace, packed(files)))["TWO.p12"] == "bulk-key-taken"
    else:
        take_in(workspace, packed({"ONE.p12": files["ONE.p12"]}))
        assert outcomes(take_in(workspace, packed({"TWO.p12": files["TWO.p12"]}))) == {"TWO.p12": "bulk-key-taken"}


def test_a_key_that_is_let_go_of_in_the_same_archive_is_free(workspace: Workspace) -> None:
    first = device_certificate("ONE")
    take_in(workspace, packed({"ONE.p12": p12(first)}))
    swapped = packed({"ONE.p12": p12("ONE"), "TWO.p12": p12(device_certificate("TWO", key=first.key))})
    assert set(outcomes(take_in(workspace, swapped)).values()) == {"replaced", "imported"}
    assert workspace.check().clean


def test_what_is_there_already_needs_the_right_password_all_the_same(workspace: Workspace) -> None:
    data = p12("ONE")
    take_in(workspace, packed({"ONE.p12": data}))
    assert outcomes(take_in(workspace, packed({"ONE.p12": data}, "ONE=wrong"))) == {"ONE.p12": "wrong-password"}
    assert workspace.bulk.pkcs12(1) == (data, PASSWORD)


def test_the_same_certificate_in_another_file_is_there_already(workspace: Workspace) -> None:
    issued = device_certificate("ONE")
    take_in(workspace, packed({"ONE.p12": p12(issued)}))
    result = take_in(workspace, packed({"ONE.p12": p12(issued, "another")}, "ONE=another"))
    assert outcomes(result) == {"ONE.p12": "already there"}
    assert workspace.bulk.pkcs12(1)[1] == PASSWORD


def test_expired_ones_and_those_to_come_are_taken_with_a_note(workspace: Workspace) -> None:
    past = device_certificate("PAST", not_before=NOW - timedelta(days=30), days=10)
    future = device_certificate("FUTURE", not_before=NOW + timedelta(days=5))
    result = take_in(workspace, packed({"PAST.p12": p12(past), "FUTURE.p12": p12(future)}))
    assert [one.notes for one in result.results] == [
        ("It expired on 2025-12-12.",),
        ("It is valid from 2026-01-06 on.",),
    ]
    assert [
        as_json(identity_certificate_document(record, workspace.now(), workspace.expiry(), workspace.bulk))["status"]
        for record in workspace.bulk.list()
    ] == [
        "expired",
        "not yet valid",
    ]


def test_a_device_of_another_platform_gets_a_note(workspace: Workspace) -> None:
    workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, serial_number="R58N123"))
    workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number="F2LX0001"))
    android, phone, unknown = take_in(workspace, fleet_archive("R58N123", "F2LX0001", "NOBODY")).results
    assert android.notes == ("Device 1 is not an iOS device: it will not be installed.",)
    assert phone.notes == unknown.notes == ()
    assert android.record is not None
    told = as_json(identity_certificate_document(android.record, workspace.now(), workspace.expiry(), workspace.bulk))
    assert told | {"id": 1} == {
        **told,
        "status": "valid",
        "days_left": 364,
        "device_id": 1,
        "platform": "android",
        "note": "Device 1 is not an iOS device: it will not be installed.",
    }


def test_an_identity_of_two_types_has_to_be_told_apart(workspace: Workspace) -> None:
    take_in(workspace, packed({f"{MEID}.p12": p12("a")}), IdentityType.MEID)
    take_in(workspace, packed({f"{MEID}.p12": p12("b")}))
    with pytest.raises(Refusal, match="bulk-ambiguous"):
        workspace.bulk.named(MEID)
    assert workspace.bulk.named(f"{MEID}.p12", SERIAL).subject == "CN=b"
    with pytest.raises(Refusal, match="bulk-unknown"):
        workspace.bulk.named("NOBODY")


def test_bulk_certificates_are_apart_from_the_inventory(workspace: Workspace) -> None:
    before = workspace.inventory.list()
    take_in(workspace, fleet_archive("ONE"))
    assert workspace.inventory.list() == before


def test_an_audit_line_a_batch_and_one_for_the_whole(workspace: Workspace) -> None:
    take_in(workspace, fleet_archive("ONE"))
    names = [f"S{number:04}" for number in range(2 * BATCH + 3)]
    take_in(workspace, fleet_archive(*names, "ONE"))
    lines = [line.summary for line in workspace.audit.about("bulk:1")]
    assert lines == [
        "bulk import of devices.zip by SERIAL_NUMBER: 203 imported, 1 replaced",
        "bulk import of devices.zip by SERIAL_NUMBER, files 101 to 200: 100 imported",
        "bulk import of devices.zip by SERIAL_NUMBER, files 1 to 100: 100 imported",
        "bulk import of devices.zip by SERIAL_NUMBER: 1 imported",
    ]


def test_no_secret_is_in_results_records_or_audit(workspace: Workspace, tmp_path: Path) -> None:
    result = take_in(workspace, packed({"ONE.p12": p12("ONE"), "TWO.p12": p12("TWO", "x")}))
    said = [repr(result), repr(workspace.bulk.list()), repr(workspace.audit.tail()), content(workspace).decode()]
    assert not any(PASSWORD in text for text in said)


def bulk_certificates(workspace: Workspace, tell: Tell) -> BulkCertificates:
    return BulkCertificates(replace(workspace.context, tell=tell))


def test_another_is_told_of_what_changed_inside_the_transaction(workspace: Workspace) -> None:
    told: list[Event] = []

    def listen(event: Event) -> Reaction:
        told.append(event)
        return Reaction()

    def fail(event: Event) -> Reaction:
        raise Refusal("policy-unknown", "no")

    workspace.bulk = bulk_certificates(workspace, listen)
    archive = fleet_archive("ONE", "TWO")
    take_in(workspace, archive)
    take_in(workspace, archive)
    workspace.bulk.delete(["TWO"], identity_type=SERIAL)
    assert [event.identities for event in told if isinstance(event, IdentityCertificatesChanged)] == [
        [(SERIAL, "ONE"), (SERIAL, "TWO")],
        [(SERIAL, "TWO")],
    ]
    workspace.bulk = bulk_certificates(workspace, fail)
    with pytest.raises(Refusal):
        take_in(workspace, fleet_archive("THREE"))
    assert [record.identity for record in workspace.bulk.list()] == ["ONE"]


def test_a_viewer_imports_and_deletes_nothing(workspace: Workspace) -> None:
    take_in(workspace, fleet_archive("ONE"))
    with workspace.acting_as(Actor("eve", role=Role.VIEWER)):
        with pytest.raises(Refusal, match="not-permitted"):
            take_in(workspace, fleet_archive("TWO"))
        with pytest.raises(Refusal, match="not-permitted"):
            workspace.bulk.delete(["ONE"], identity_type=SERIAL)
    assert [record.identity for record in workspace.bulk.list()] == ["ONE"]


def threads() -> Executor:
    return ThreadPoolExecutor(3)


@pytest.mark.parametrize("pool", [threads, lambda: executor_for(2)], ids=["threads", "processes"])
def test_an_executor_gives_the_same_in_the_same_order(workspace: Workspace, pool: Callable[[], Executor]) -> None:
    files = {f"S{number:04}.p12": p12(f"S{number:04}") for number in range(130)}
    files["S0050.p12"] = p12("S0050", "wrong")
    with pool() as executor:
        result = workspace.bulk.import_archive(packed(files), identity_type=SERIAL, executor=executor)
    assert [one.file for one in result.results] == list(files)
    assert [name for name, outcome in outcomes(result).items() if outcome != "imported"] == ["S0050.p12"]
    assert [record.identity for record in workspace.bulk.list()] == [
        name.removesuffix(".p12") for name in files if name != "S0050.p12"
    ]


def test_stopped_after_a_batch_it_goes_on_from_there(workspace: Workspace) -> None:
    archive = fleet_archive(*(f"S{number:04}" for number in range(2 * BATCH)))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    first = workspace.bulk.import_archive(archive, identity_type=SERIAL, progress=progress, stop=lambda: bool(told))
    assert (first.stopped, len(first.results), told) == (True, BATCH, [(100, 200)])
    assert workspace.audit.about("bulk:1")[0].summary.endswith("stopped after 100 of 200 files: 100 imported")
    again = workspace.bulk.import_archive(archive, identity_type=SERIAL)
    assert [len(again.with_outcome(outcome)) for outcome in (Outcome.ALREADY_THERE, Outcome.IMPORTED)] == [100, 100]
    assert not again.stopped


def test_what_is_given_out_is_durable(workspace: Workspace) -> None:
    with open_archive(fleet_archive(*(f"S{number:04}" for number in range(BATCH + 1)))) as archive:
        results = workspace.bulk.import_files(archive, SERIAL)
        assert isinstance(results, Generator)
        with closing(results):
            next(results)
            assert workspace.path is not None
            with Workspace.open(workspace.path) as other:
                assert other.bulk.count() == BATCH


def test_the_archive_is_never_in_memory_whole(workspace: Workspace) -> None:
    """Three times as many files of 50 kB take no more room."""

    def peak(count: int) -> int:
        archive = packed({f"S{number:04}.p12": os.urandom(50_000) for number in range(count)})
        tracemalloc.start()
        with open_archive(archive) as opened:
            assert all(one.refusal is not None for one in workspace.bulk.import_files(opened, SERIAL))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3 * BATCH) < peak(BATCH) + 1_000_000


def test_an_archive_is_read_from_a_path_too(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "fleet.zip").write_bytes(fleet_archive("ONE").getvalue())
    result = workspace.bulk.import_archive(tmp_path / "fleet.zip", identity_type=SERIAL)
    assert result.results[0].record is not None
    assert result.results[0].record.source == "fleet.zip"
    for path, code in ((tmp_path, "not-a-file"), (tmp_path / "other.zip", "file-not-found")):
        with pytest.raises(Refusal) as refused:
            workspace.bulk.import_archive(path, identity_type=SERIAL)
        assert refused.value.code == code


class Shrinking(io.BytesIO):
    """An archive that somebody overwrites once it has been checked."""

    def spoil(self) -> None:
        self.getbuffer()[40:200] = bytes(160)


def test_an_archive_that_changes_while_it_is_read_is_refused(workspace: Workspace) -> None:
    file = Shrinking(fleet_archive("ONE", "TWO").getvalue())
    with open_archive(file) as archive:
        file.spoil()
        with pytest.raises(Refusal, match="archive-damaged"):
            list(workspace.bulk.import_files(archive, SERIAL))
    assert workspace.bulk.count() == 0


def test_a_copy_of_the_workspace_keeps_files_and_passwords(workspace: Workspace, tmp_path: Path) -> None:
    take_in(workspace, fleet_archive("ONE"))
    exported = content(workspace)
    assert workspace.path is not None
    Workspace.import_json(exported, tmp_path / "copy", key_file=workspace.path / "vault.key")
    with Workspace.open(tmp_path / "copy") as copy:
        assert copy.bulk.pkcs12(1) == workspace.bulk.pkcs12(1)
        assert copy.check().clean


def test_listing_by_type_and_status(workspace: Workspace, clock: FixedClock) -> None:
    take_in(workspace, fleet_archive("ONE"))
    take_in(workspace, packed({f"{IMEI}.p12": p12("x")}), IdentityType.IMEI)
    assert [record.identity for record in workspace.bulk.list(IdentityType.IMEI)] == [IMEI]
    assert workspace.bulk.list(expired=True) == []
    clock.at += timedelta(days=400)
    assert len(workspace.bulk.list(expired=True)) == 2


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"A.p12= {PASSWORD}", "wrong-password", "a blank after the ="),
        (f"A.p12 = {PASSWORD}", "wrong-password", "a blank after the ="),
        (f"A.p12={PASSWORD} ", "wrong-password", "a blank at its end"),
        (f'A.p12="{PASSWORD}"', "wrong-password", "quotation marks around the password"),
        (f"A.p12='{PASSWORD}'", "wrong-password", "quotation marks around the password"),
        (f'"A.p12"="{PASSWORD}"', "password-missing", "its name in quotation marks"),
        (f'"A"={PASSWORD}', "password-missing", "its name in quotation marks"),
        (f'"A.p12={PASSWORD}"', "password-missing", "its name in quotation marks"),
        ("A.p12=other", "wrong-password", "the password does not open the keystore"),
        (f"B.p12={PASSWORD}", "password-missing", "has no line for it"),
    ],
)
def test_blanks_and_quotation_marks_of_a_line_are_named(workspace: Workspace, line: str, code: str, said: str) -> None:
    result = take_in(workspace, packed({"A.p12": p12("A")}, f"{line}\n"))
    refusal = result.results[0].refusal
    assert refusal is not None
    assert refusal.code == code
    assert said in refusal.message
    assert PASSWORD not in refusal.message
    assert ("blank" in refusal.message or "quotation" in refusal.message) == (PASSWORD in line and "B.p12" not in line)
